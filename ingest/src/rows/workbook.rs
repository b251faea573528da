//! Spreadsheets: XLSX, XLSB, XLS and ODS. Hidden sheets are never read.

use std::path::Path;

use calamine::{Data, Reader, SheetType, SheetVisible, open_workbook_auto};
use shumar_schemas::Provider;

use super::{Cell, Input, Row, Rows, SERIAL_MAX, find_header};
use crate::IngestError;

pub(super) fn open(file: &Path, _input: &Input, provider: &Provider) -> Result<Rows, IngestError> {
    let unreadable = || IngestError::Format {
        file: file.to_owned(),
        format: "spreadsheet",
        hint: "open it in a spreadsheet program, save it again without a password, and resend"
            .to_owned(),
    };
    std::fs::metadata(file).map_err(IngestError::open(file))?;
    // A damaged workbook must not end the run: what the reader can't bear is an unreadable file.
    let read = std::panic::catch_unwind(|| {
        let mut book = open_workbook_auto(file).map_err(|_| unreadable())?;
        let (sheet, notes) = choose(file, provider, book.sheets_metadata())?;
        Ok((book.worksheet_range(&sheet).map_err(|_| unreadable())?, notes))
    });
    let (range, notes) = read.unwrap_or_else(|_| Err(unreadable()))?;
    let first_row = range.start().map_or(0, |(row, _)| row as usize);
    let first_column = range.start().map_or(0, |(_, column)| column as usize);
    let pad = vec![Cell::Blank; first_column];
    let row_cells = move |row: &[Data]| -> Vec<Cell> {
        pad.iter().cloned().chain(row.iter().map(cell)).collect()
    };
    let header_index = match provider.header_row {
        Some(row) => (row as usize - 1).checked_sub(first_row),
        None => {
            let head =
                range.rows().take(50).map(|r| row_cells(r).into_iter().map(header_text).collect());
            Some(find_header(&head.collect::<Vec<_>>(), provider))
        }
    };
    let header = header_index.and_then(|i| range.rows().nth(i)).map(&row_cells);
    let Some((header, header_index)) = header.zip(header_index) else {
        return Err(IngestError::NoRows { file: file.to_owned() });
    };
    let header = header.into_iter().map(header_text).collect();
    let mut rows: Vec<Row> = Vec::with_capacity(range.height());
    for (i, row) in range.rows().enumerate().skip(header_index + 1) {
        let cells = row_cells(row);
        if cells.iter().any(|c| *c != Cell::Blank) {
            rows.push(Row { sheet: 0, number: (first_row + i + 1) as u64, cells });
        }
    }
    Ok(Rows { header, rows: Box::new(rows.into_iter().map(Ok)), notes, lettered: true })
}

/// The sheet to read: the named one, or the only visible one.
fn choose(
    file: &Path,
    provider: &Provider,
    sheets: &[calamine::Sheet],
) -> Result<(String, Vec<String>), IngestError> {
    let refuse = |what: String, hint| IngestError::Sheet { file: file.to_owned(), what, hint };
    let name_it = "name the sheet as `sheet = \"…\"` in the provider's mapping";
    let work = |s: &&calamine::Sheet| s.typ == SheetType::WorkSheet;
    let visible: Vec<_> =
        sheets.iter().filter(work).filter(|s| s.visible == SheetVisible::Visible).collect();
    let hidden = sheets.iter().filter(work).count() - visible.len();
    let chosen = match &provider.sheet {
        Some(name) => match sheets.iter().find(|s| s.name.trim() == name.trim()) {
            Some(sheet) if sheet.visible != SheetVisible::Visible => {
                return Err(refuse(
                    "the sheet that the mapping names is hidden".to_owned(),
                    "unhide it, look at what it holds, and send the file again",
                ));
            }
            Some(sheet) => sheet,
            None => {
                return Err(refuse(
                    "the sheet that the mapping names is not there".to_owned(),
                    name_it,
                ));
            }
        },
        None => match visible.as_slice() {
            [only] => only,
            [] => {
                return Err(refuse(
                    "it has no visible sheet".to_owned(),
                    "unhide the sheet with the records",
                ));
            }
            many => return Err(refuse(format!("it has {} visible sheets", many.len()), name_it)),
        },
    };
    let mut notes = Vec::new();
    if hidden > 0 {
        notes.push(format!("{hidden} hidden sheet(s) were not read"));
    }
    if visible.len() > 1 {
        notes.push(format!("{} other visible sheet(s) were not read", visible.len() - 1));
    }
    Ok((chosen.name.clone(), notes))
}

fn cell(data: &Data) -> Cell {
    match data {
        Data::Empty => Cell::Blank,
        Data::String(text) => Cell::text(text),
        Data::DateTimeIso(text) => iso_date(text),
        Data::Int(n) => int_cell(*n),
        Data::Float(n) => Cell::Number(*n),
        Data::Bool(b) => Cell::Boolean(*b),
        // Beyond the calendar the conversion itself would fail.
        Data::DateTime(date) if !(0.0..SERIAL_MAX).contains(&date.as_f64()) => Cell::Invalid,
        Data::DateTime(date) => date.as_datetime().map_or(Cell::Invalid, |d| Cell::Date(d.date())),
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

fn header_text(cell: Cell) -> String {
    match cell {
        Cell::Text(text) => text.split_whitespace().collect::<Vec<_>>().join(" "),
        Cell::Number(n) => n.to_string(),
        Cell::Date(date) => date.to_string(),
        Cell::Boolean(b) => b.to_string(),
        Cell::Blank | Cell::Invalid => String::new(),
    }
}
