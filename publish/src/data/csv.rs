//! A margin as tidy CSV: one row a cell, codes with their labels, then the numbers.

use std::io::{self, Write};

use shumar_schemas::release::ESTIMATE_COLUMNS;

use crate::beside::COLUMNS;
use crate::data::{Data, beside, plain};
use crate::figure::Reliability;

/// What makes a spreadsheet take a text for a formula.
const FORMULA: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// Writes the margin: a header and a row for every cell, UTF-8, lines ended by a line feed.
pub(crate) fn write(out: &mut dyn Write, data: &Data) -> io::Result<()> {
    let mut writer = csv::WriterBuilder::new().from_writer(out);
    writer.write_record(header(data))?;
    let tail = [
        text(data.statistic.table.unit.en()),
        text(&data.release.period_start),
        text(&data.release.period_end),
        text(&data.release.id),
    ];
    for (row, cell) in data.cells.iter().enumerate() {
        for (i, column) in data.grid.columns.iter().enumerate() {
            let code = &column.document.codes[data.grid.place(i, row)];
            writer.write_field(text(&code.code))?;
            writer.write_field(text(code.label.en()))?;
            writer.write_field(text(code.label.get("ur")))?;
        }
        for number in [cell.value, cell.error, cell.lower, cell.upper] {
            writer.write_field(plain(number))?;
        }
        for field in beside(&data.beside[row]) {
            writer.write_field(field)?;
        }
        writer.write_field(Reliability::of(cell).name())?;
        for field in &tail {
            writer.write_field(field)?;
        }
        writer.write_record(None::<&[u8]>)?;
    }
    writer.flush()
}

fn header(data: &Data) -> Vec<String> {
    let names = data.grid.columns.iter().map(|c| c.document.id.as_str());
    let mut header: Vec<String> = names
        .flat_map(|n| [n.to_owned(), format!("{n}_label_en"), format!("{n}_label_ur")])
        .collect();
    header.extend(ESTIMATE_COLUMNS.map(str::to_owned));
    header.extend(COLUMNS.map(str::to_owned));
    header.extend(
        ["reliability", "unit", "period_start", "period_end", "release"].map(str::to_owned),
    );
    header
}

/// A text that no spreadsheet runs: one that looks like a formula gets an apostrophe before it.
pub(super) fn text(text: &str) -> String {
    if text.starts_with(FORMULA) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::text;

    #[test]
    fn formulas_become_text() {
        for formula in ["=cmd()", "+1", "-1", "@SUM(A1)", "\t=1"] {
            assert_eq!(text(formula), format!("'{formula}"));
        }
        assert_eq!(text("Lahore"), "Lahore");
        assert_eq!(text("2025-Q1"), "2025-Q1");
    }
}
