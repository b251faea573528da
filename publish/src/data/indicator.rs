//! The list of an indicator as JSON: one object a figure, with its interval, what it was worked out from,
//! and why it is not told where it is not.

use std::io::{self, Write};

use serde_json::{Value, json};
use shumar_figures::indicator::{DENOMINATOR_HALF_WIDTHS_MIN, Worked};
use shumar_schemas::release::{
    CONFIDENCE, IndicatorDocument, READING_COLUMNS, ReadingsDocument, ReleaseDocument,
};

use super::plain;
use crate::read::{Column, Grid};

/// The format that this version writes.
const FORMAT: &str = "shumar.indicator/1";

/// One file of an indicator with everything that its data files say.
pub(crate) struct IndicatorData<'a> {
    /// The release.
    pub(crate) release: &'a ReleaseDocument,
    /// The indicator.
    pub(crate) indicator: &'a IndicatorDocument,
    /// The file.
    pub(crate) file: &'a ReadingsDocument,
    /// Its rows.
    pub(crate) grid: &'a Grid<'a>,
    /// Its figures, one a row.
    pub(crate) rows: &'a [Worked],
}

impl IndicatorData<'_> {
    /// The files' name without extension.
    pub(crate) fn name(&self) -> String {
        format!("{}--{}", self.indicator.id, self.file.id)
    }
}

/// The numbers of a row in the order of the columns; empty where not told.
fn numbers(row: &Worked) -> [Option<f64>; 5] {
    let reading = &row.reading;
    [reading.value, reading.lower, reading.upper, row.numerator, row.denominator]
}

/// Writes JSON: what the indicator is, its domain, then one object a row.
pub(crate) fn write(out: &mut dyn Write, data: &IndicatorData) -> io::Result<()> {
    let (release, indicator) = (data.release, data.indicator);
    let dimension = |c: &&Column| {
        let code =
            |c: &shumar_schemas::release::CodeDocument| json!({ "code": c.code, "label": c.label });
        let codes: Vec<Value> = c.document.codes.iter().map(code).collect();
        json!({ "id": c.document.id, "title": c.document.title, "codes": codes })
    };
    let head = json!({
        "format": FORMAT,
        "release": release.id,
        "indicator": indicator.id,
        "number": indicator.number,
        "margin": data.file.id,
        "titles": { "release": release.title, "indicator": indicator.title },
        "note": indicator.note,
        "unit": indicator.unit,
        "measure": indicator.measure,
        "per": indicator.per,
        "quantile": indicator.quantile,
        "base": indicator.base,
        "from": indicator.from,
        "terms": indicator.terms,
        "publisher": release.commission.name,
        "period": release.period,
        "period_start": release.period_start,
        "period_end": release.period_end,
        "made_on": release.made_on,
        "interval": { "confidence": CONFIDENCE },
        "withheld_below": { "half_widths_of_denominator": DENOMINATOR_HALF_WIDTHS_MIN },
        "dimensions": data.grid.columns.iter().map(dimension).collect::<Vec<Value>>(),
    });
    let head = serde_json::to_string(&head)?;
    let head = head.strip_suffix('}').unwrap_or(&head);
    write!(out, "{head},\n\"rows\": [")?;
    for (place, row) in data.rows.iter().enumerate() {
        let mut fields = Vec::new();
        for (i, column) in data.grid.columns.iter().enumerate() {
            let code = &column.document.codes[data.grid.place(i, place)].code;
            fields.push(format!("\"{}\": {}", column.document.id, serde_json::to_string(code)?));
        }
        for (name, number) in READING_COLUMNS.iter().zip(numbers(row)) {
            let number = number.map_or("null".to_owned(), plain);
            fields.push(format!("\"{name}\": {number}"));
        }
        fields.push(format!("\"flag\": \"{}\"", row.reading.flag.name()));
        let comma = if place == 0 { "" } else { "," };
        write!(out, "{comma}\n{{{}}}", fields.join(", "))?;
    }
    out.write_all(b"\n]}\n")
}
