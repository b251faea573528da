//! Cells of a workbook as the rest of the program knows them.

use calamine::{Data, DataRef};

use crate::rows::{Cell, SERIAL_MAX};

/// A cell; a formula's is the value that was saved with it.
pub(super) fn cell(data: &DataRef<'_>) -> Cell {
    match data {
        DataRef::Empty => Cell::Blank,
        DataRef::String(text) => Cell::text(text),
        DataRef::SharedString(text) => Cell::text(text),
        DataRef::DateTimeIso(text) => iso_date(text),
        DataRef::Int(n) => int_cell(*n),
        DataRef::Float(n) => Cell::Number(*n),
        DataRef::Bool(b) => Cell::Boolean(*b),
        // Beyond the calendar the conversion itself would fail.
        DataRef::DateTime(date) if !(0.0..SERIAL_MAX).contains(&date.as_f64()) => Cell::Invalid,
        DataRef::DateTime(date) if date.is_duration() => Cell::Invalid,
        DataRef::DateTime(date) => {
            date.as_datetime().map_or(Cell::Invalid, |d| Cell::Date(d.date()))
        }
        DataRef::DurationIso(_) | DataRef::Error(_) => Cell::Invalid,
    }
}

/// The same cell, as the reader of the old formats holds it.
pub(super) fn owned(data: &Data) -> Cell {
    match data {
        Data::Empty => Cell::Blank,
        Data::String(text) => Cell::text(text),
        Data::DateTimeIso(text) => iso_date(text),
        Data::Int(n) => int_cell(*n),
        Data::Float(n) => Cell::Number(*n),
        Data::Bool(b) => Cell::Boolean(*b),
        Data::DateTime(date) => cell(&DataRef::DateTime(*date)),
        Data::DurationIso(_) | Data::Error(_) => Cell::Invalid,
    }
}

/// Whole numbers that a float can't hold keep their digits as text.
fn int_cell(n: i64) -> Cell {
    i32::try_from(n).map_or_else(|_| Cell::Text(n.to_string()), |n| Cell::Number(n.into()))
}

/// A date written as ISO 8601, with or without a time.
fn iso_date(text: &str) -> Cell {
    let date = text.get(..10).and_then(|day| day.parse::<chrono::NaiveDate>().ok());
    date.map_or_else(|| Cell::text(text), Cell::Date)
}

/// A header's cell as text.
pub(super) fn header_text(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => crate::rows::tidy(text),
        Cell::Number(n) => n.to_string(),
        Cell::Date(date) => date.to_string(),
        Cell::Boolean(b) => b.to_string(),
        Cell::Blank | Cell::Invalid => String::new(),
    }
}
