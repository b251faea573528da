//! A margin as JSON: what it is, how it is protected, its domain, then one object a row.

use std::io::{self, Write};

use serde_json::{Value, json};
use shumar_schemas::release::{
    CONFIDENCE, CoverageDocument, ESTIMATE_COLUMNS, PrivacyDocument, YearDocument,
};

use crate::beside::COLUMNS;
use crate::data::{Data, beside, plain};
use crate::figure::{FAIR_MAX, GOOD_MAX, Reliability};
use crate::read::{Column, Statistic};

/// The format that this version writes.
const FORMAT: &str = "shumar.margin/2";

/// Writes the margin; a row stands on its own line.
pub(crate) fn write(out: &mut dyn Write, data: &Data) -> io::Result<()> {
    let head = serde_json::to_string(&about(data))?;
    let head = head.strip_suffix('}').unwrap_or(&head);
    write!(out, "{head},\n\"rows\": [")?;
    for row in 0..data.cells.len() {
        let comma = if row == 0 { "" } else { "," };
        write!(out, "{comma}\n{}", object(data, row)?)?;
    }
    out.write_all(b"\n]}\n")
}

fn about(data: &Data) -> Value {
    let (release, margin) = (data.release, data.margin);
    let Statistic { document: statistic, table } = data.statistic;
    let dimension = |c: &&Column| {
        let codes: Vec<Value> = c
            .document
            .codes
            .iter()
            .map(|code| json!({ "code": code.code, "label": code.label }))
            .collect();
        json!({ "id": c.document.id, "title": c.document.title, "codes": codes })
    };
    let coverage: Vec<&CoverageDocument> =
        release.coverage.iter().filter(|c| c.kind == table.kind).collect();
    json!({
        "format": FORMAT,
        "release": release.id,
        "statistic": statistic.id,
        "table": table.id,
        "margin": margin.id,
        "titles": { "release": release.title, "statistic": statistic.title },
        "note": statistic.note,
        "publisher": release.commission.name,
        "period": release.period,
        "period_start": release.period_start,
        "period_end": release.period_end,
        "made_on": release.made_on,
        "kind": table.kind,
        "count": table.count,
        "unit": table.unit,
        "bound": table.bound,
        "privacy": privacy(&release.privacy),
        "coverage": coverage,
        "interval": { "confidence": CONFIDENCE },
        "reliability": { "good": GOOD_MAX, "fair": FAIR_MAX },
        "dimensions": data.grid.columns.iter().map(dimension).collect::<Vec<Value>>(),
    })
}

fn privacy(privacy: &PrivacyDocument) -> Value {
    let year = |y: &YearDocument| {
        json!({
            "year": y.year,
            "budget": y.budget,
            "spent": y.spent,
            "epsilon": y.approximate.epsilon,
            "delta": y.approximate.delta,
        })
    };
    json!({
        "unit": privacy.unit,
        "neighbours": privacy.neighbours,
        "family": privacy.family,
        "bounds": privacy.bounds,
        "years": privacy.years.iter().map(year).collect::<Vec<Value>>(),
    })
}

fn object(data: &Data, row: usize) -> io::Result<String> {
    let cell = &data.cells[row];
    let mut fields = Vec::new();
    for (i, column) in data.grid.columns.iter().enumerate() {
        let code = &column.document.codes[data.grid.place(i, row)].code;
        fields.push((column.document.id.as_str(), serde_json::to_string(code)?));
    }
    let numbers = [cell.value, cell.error, cell.lower, cell.upper].map(plain);
    fields.extend(ESTIMATE_COLUMNS.into_iter().zip(numbers));
    let nothing = |text: String| if text.is_empty() { "null".to_owned() } else { text };
    fields.extend(COLUMNS.into_iter().zip(beside(&data.beside[row]).map(nothing)));
    fields.push(("reliability", format!("\"{}\"", Reliability::of(cell).name())));
    let pairs: Vec<String> = fields.iter().map(|(k, v)| format!("\"{k}\": {v}")).collect();
    Ok(format!("{{{}}}", pairs.join(", ")))
}
