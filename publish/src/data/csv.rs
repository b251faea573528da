//! A list as tidy CSV: one row a cell, codes with their labels, then the numbers.

use std::io::{self, Write};

use super::sheet::Sheet;
use super::text::harmless;

/// Writes the list: a header and a row for every cell, UTF-8, lines ended by a line feed. A number
/// stands as it is, below zero or not; a text never begins like a formula.
pub(crate) fn write(out: &mut dyn Write, sheet: &Sheet) -> io::Result<()> {
    let mut writer = csv::WriterBuilder::new().from_writer(out);
    writer.write_record(sheet.fields.iter().map(|f| f.name.as_bytes()))?;
    for row in 0..sheet.rows {
        for field in &sheet.fields {
            let printed = field.printed(row);
            if field.is_text() {
                writer.write_field(harmless(&printed).as_bytes())?;
            } else {
                writer.write_field(printed.as_bytes())?;
            }
        }
        writer.write_record(None::<&[u8]>)?;
    }
    writer.flush()
}
