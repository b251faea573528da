//! A list of exact sums as JSON: what it is, why no noise was added, its domain, then one object a row.

use std::io::{self, Write};

use serde_json::{Value, json};
use shumar_schemas::release::{CodeDocument, CoverageDocument, ExactDocument, SUM};

use crate::exact::ExactData;
use crate::read::Column;

/// The format that this version writes.
const FORMAT: &str = "shumar.exact/1";
/// The mark of every exact figure, in the column of the same name and in the metadata.
pub(crate) const MARK: &str = "exact count: activity of programmes, holds nothing about a survivor";

/// Why no mechanism protects an exact table, for programs.
pub(crate) fn protection(table: &ExactDocument) -> Value {
    json!({
        "mechanism": "none",
        "exact": true,
        "free_of_persons": table.free_of_persons,
        "why": "the schema of its kind declares that no record is about a person: it has no person \
                code, and only a month, an area, codes of activities and whole numbers",
        "fields": table.fields,
        "cost": "0",
    })
}

/// Writes the list; a row stands on its own line.
pub(crate) fn write(out: &mut dyn Write, data: &ExactData) -> io::Result<()> {
    let (release, table) = (data.release, data.table);
    let dimension = |c: &&Column| {
        let code = |c: &CodeDocument| json!({ "code": c.code, "label": c.label });
        let codes: Vec<Value> = c.document.codes.iter().map(code).collect();
        json!({ "id": c.document.id, "title": c.document.title, "codes": codes })
    };
    let coverage: Vec<&CoverageDocument> =
        release.coverage.iter().filter(|c| c.kind == table.kind).collect();
    let head = json!({
        "format": FORMAT,
        "mark": MARK,
        "release": release.id,
        "statistic": table.id,
        "margin": data.margin.id,
        "titles": { "release": release.title, "statistic": table.title },
        "note": table.note,
        "unit": table.unit,
        "kind": table.kind,
        "measure": table.measure,
        "publisher": release.commission.name,
        "period": release.period,
        "period_start": release.period_start,
        "period_end": release.period_end,
        "made_on": release.made_on,
        "privacy": protection(table),
        "coverage": coverage,
        "dimensions": data.grid.columns.iter().map(dimension).collect::<Vec<Value>>(),
    });
    let head = serde_json::to_string(&head)?;
    let head = head.strip_suffix('}').unwrap_or(&head);
    write!(out, "{head},\n\"rows\": [")?;
    for (row, sum) in data.cells.iter().enumerate() {
        let mut fields = Vec::new();
        for (i, column) in data.grid.columns.iter().enumerate() {
            let code = &column.document.codes[data.grid.place(i, row)].code;
            fields.push(format!("\"{}\": {}", column.document.id, serde_json::to_string(code)?));
        }
        let sum = sum.map_or("null".to_owned(), |n| n.to_string());
        fields.push(format!("\"{SUM}\": {sum}"));
        let comma = if row == 0 { "" } else { "," };
        write!(out, "{comma}\n{{{}}}", fields.join(", "))?;
    }
    out.write_all(b"\n]}\n")
}
