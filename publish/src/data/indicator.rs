//! The list of an indicator as JSON: a row a figure, with its interval, what it was worked out from,
//! and why it is not told where it is not.

use std::io::{self, Write};

use serde_json::{Value, json};
use shumar_figures::indicator::{DENOMINATOR_HALF_WIDTHS_MIN, Worked};
use shumar_schemas::release::{
    CONFIDENCE, IndicatorDocument, READING_COLUMNS, ReadingsDocument, ReleaseDocument,
};

use super::json::{dimension, write_rows};
use super::plain;
use crate::read::Grid;

/// The format that this version writes.
const FORMAT: &str = "shumar.indicator/2";

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

/// Writes JSON: what the indicator is, its domain, then the values of each row.
pub(crate) fn write(out: &mut dyn Write, data: &IndicatorData) -> io::Result<()> {
    let (release, indicator) = (data.release, data.indicator);
    let about = json!({
        "format": FORMAT,
        "release": release.id,
        "indicator": indicator.id,
        "number": indicator.number,
        "margin": data.file.id,
        "title": indicator.title,
        "unit": indicator.unit,
        "measure": indicator.measure,
        "per": indicator.per,
        "quantile": indicator.quantile,
        "base": indicator.base,
        "from": indicator.from,
        "terms": indicator.terms,
        "period_start": release.period_start,
        "period_end": release.period_end,
        "privacy": "privacy.json",
        "confidence": CONFIDENCE,
        "withheld_below_half_widths": DENOMINATOR_HALF_WIDTHS_MIN,
        "dimensions": data.grid.columns.iter().map(|c| dimension(c)).collect::<Vec<Value>>(),
    });
    let values = |(place, row): (usize, &Worked)| {
        let mut values = Vec::new();
        for (i, column) in data.grid.columns.iter().enumerate() {
            let code = &column.document.codes[data.grid.place(i, place)].code;
            values.push(serde_json::to_string(code)?);
        }
        values.extend(numbers(row).map(|n| n.map_or("null".to_owned(), plain)));
        values.push(format!("\"{}\"", row.reading.flag.name()));
        Ok(values)
    };
    let dimensions = data.grid.columns.iter().map(|c| c.document.id.as_str());
    let columns = dimensions.chain(READING_COLUMNS);
    write_rows(out, about, columns, data.rows.iter().enumerate().map(values))
}
