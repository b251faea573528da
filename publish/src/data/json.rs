//! A margin as JSON: what it is, its domain, then the values of each row.

use std::io::{self, Write};

use serde_json::{Value, json};
use shumar_schemas::release::{CONFIDENCE, CodeDocument, ESTIMATE_COLUMNS};

use crate::beside::COLUMNS;
use crate::data::{Data, beside, plain};
use crate::figure::Reliability;
use crate::read::{Column, Statistic};

/// The format that this version writes.
const FORMAT: &str = "shumar.margin/3";

/// Writes the margin: what it is, the names of its columns, and a row of values on a line of its own.
/// What all lists of a release share stands in its `privacy.json`.
pub(crate) fn write(out: &mut dyn Write, data: &Data) -> io::Result<()> {
    let dimensions = data.grid.columns.iter().map(|c| c.document.id.as_str());
    let columns = dimensions.chain(ESTIMATE_COLUMNS).chain(COLUMNS).chain(["reliability"]);
    let rows = (0..data.cells.len()).map(|row| values(data, row));
    write_rows(out, about(data), columns, rows)
}

/// Writes what a list is, then its columns, then its rows.
pub(crate) fn write_rows<'a>(
    out: &mut dyn Write,
    mut about: Value,
    columns: impl Iterator<Item = &'a str>,
    rows: impl Iterator<Item = io::Result<Vec<String>>>,
) -> io::Result<()> {
    about["columns"] = columns.collect();
    let head = serde_json::to_string(&about)?;
    let head = head.strip_suffix('}').unwrap_or(&head);
    write!(out, "{head},\n\"rows\":[")?;
    for (place, row) in rows.enumerate() {
        let comma = if place == 0 { "" } else { "," };
        write!(out, "{comma}\n[{}]", row?.join(","))?;
    }
    out.write_all(b"\n]}\n")
}

/// A dimension with its codes and their names.
pub(crate) fn dimension(column: &Column) -> Value {
    let code = |c: &CodeDocument| json!({ "code": c.code, "label": c.label });
    let codes: Vec<Value> = column.document.codes.iter().map(code).collect();
    json!({ "id": column.document.id, "title": column.document.title, "codes": codes })
}

fn about(data: &Data) -> Value {
    let (release, margin) = (data.release, data.margin);
    let Statistic { document: statistic, table } = data.statistic;
    json!({
        "format": FORMAT,
        "release": release.id,
        "statistic": statistic.id,
        "table": table.id,
        "margin": margin.id,
        "title": statistic.title,
        "period_start": release.period_start,
        "period_end": release.period_end,
        "kind": table.kind,
        "count": table.count,
        "unit": table.unit,
        "bound": table.bound,
        "privacy": "privacy.json",
        "confidence": CONFIDENCE,
        "dimensions": data.grid.columns.iter().map(|c| dimension(c)).collect::<Vec<Value>>(),
    })
}

/// The values of a row, in the order of the columns.
fn values(data: &Data, row: usize) -> io::Result<Vec<String>> {
    let cell = &data.cells[row];
    let mut values = Vec::new();
    for (i, column) in data.grid.columns.iter().enumerate() {
        values.push(serde_json::to_string(&column.document.codes[data.grid.place(i, row)].code)?);
    }
    values.extend([cell.value, cell.error, cell.lower, cell.upper].map(plain));
    let nothing = |text: String| if text.is_empty() { "null".to_owned() } else { text };
    values.extend(beside(&data.beside[row]).map(nothing));
    values.push(format!("\"{}\"", Reliability::of(cell).name()));
    Ok(values)
}
