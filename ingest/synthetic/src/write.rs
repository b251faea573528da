//! A sheet as a file: delimited text or a workbook.

use std::fs;
use std::path::Path;

use rust_xlsxwriter::{
    DocProperties, ExcelDateTime, Format as CellFormat, Workbook, Worksheet, XlsxError,
};

use crate::SyntheticError;
use crate::office::{Extra, Format};
use crate::sheet::{Cell, Sheet};

/// A file's extension in a format.
pub(crate) fn extension(format: Format) -> &'static str {
    match format {
        Format::Text { delimiter: b'\t', .. } => "tsv",
        Format::Text { .. } | Format::CodePage { .. } => "csv",
        Format::Workbook { .. } => "xlsx",
    }
}

/// Writes a sheet to `path`. `name` is the sheet's name, if the mapping asks for one.
///
/// # Errors
/// What the file system or the format refuses.
pub(crate) fn write(
    path: &Path,
    format: Format,
    name: Option<&str>,
    sheet: &Sheet,
) -> Result<(), SyntheticError> {
    let bytes = match format {
        Format::Text { delimiter, mark } => {
            let text = text(path, delimiter, sheet)?;
            if mark { ["\u{feff}".as_bytes(), &text].concat() } else { text }
        }
        Format::CodePage { delimiter } => {
            let text = text(path, delimiter, sheet)?;
            code_page(path, &String::from_utf8_lossy(&text))?
        }
        Format::Workbook { extra } => workbook(name.unwrap_or("Sheet1"), extra, sheet)
            .map_err(|source| SyntheticError::Workbook { path: path.to_owned(), source })?,
    };
    fs::write(path, bytes).map_err(|source| SyntheticError::Write { path: path.to_owned(), source })
}

fn text(path: &Path, delimiter: u8, sheet: &Sheet) -> Result<Vec<u8>, SyntheticError> {
    let broken = |source| SyntheticError::Csv { path: path.to_owned(), source };
    let mut out = csv::WriterBuilder::new()
        .delimiter(delimiter)
        .terminator(csv::Terminator::CRLF)
        .flexible(true)
        .from_writer(Vec::new());
    for line in &sheet.title {
        out.write_record([line]).map_err(broken)?;
    }
    out.write_record(&sheet.header).map_err(broken)?;
    for row in &sheet.rows {
        out.write_record(row.iter().map(Cell::text)).map_err(broken)?;
    }
    out.into_inner().map_err(|e| broken(e.into_error().into()))
}

/// Text in the Windows code page 1252, as far as the files need it.
fn code_page(path: &Path, text: &str) -> Result<Vec<u8>, SyntheticError> {
    let byte = |character: char| match character {
        '–' => Ok(0x96),
        '—' => Ok(0x97),
        '’' => Ok(0x92),
        '\0'..='\u{7f}' | '\u{a0}'..='\u{ff}' => Ok(u8::try_from(character).unwrap_or(b'?')),
        _ => Err(SyntheticError::Encoding { path: path.to_owned(), character }),
    };
    text.chars().map(byte).collect()
}

fn workbook(name: &str, extra: Extra, sheet: &Sheet) -> Result<Vec<u8>, XlsxError> {
    let mut book = Workbook::new();
    let created = ExcelDateTime::from_ymd(2026, 1, 31)?;
    book.set_properties(&DocProperties::new().set_creation_datetime(&created));
    if extra == Extra::Notes {
        let notes = book.add_worksheet().set_name("Notes")?;
        notes.write_string(0, 0, "The records are on the next sheet.")?;
        notes.write_string(1, 0, "One row is one record; days are counted in full.")?;
    }
    fill(book.add_worksheet().set_name(name)?, sheet)?;
    if extra == Extra::HiddenLists {
        let lists = book.add_worksheet().set_name("Lists")?.set_hidden(true);
        for (row, word) in (0..).zip(["Yes", "No", "Not known"]) {
            lists.write_string(row, 0, word)?;
        }
    }
    book.save_to_buffer()
}

fn fill(page: &mut Worksheet, sheet: &Sheet) -> Result<(), XlsxError> {
    let date_format = CellFormat::new().set_num_format("dd/mm/yyyy");
    let mut line = 0;
    for title in &sheet.title {
        page.write_string(line, 0, title)?;
        line += 1;
    }
    for (column, header) in (0..).zip(&sheet.header) {
        page.write_string(line, column, header)?;
    }
    for row in &sheet.rows {
        line += 1;
        for (column, cell) in (0..).zip(row) {
            match cell {
                Cell::Blank => continue,
                Cell::Text(text) => page.write_string(line, column, text)?,
                Cell::Number(number) => page.write_number(line, column, *number)?,
                Cell::Truth(yes) => page.write_boolean(line, column, *yes)?,
                Cell::Date(date) => {
                    let date = ExcelDateTime::from_ymd(date.year, date.month, date.day)?;
                    page.write_datetime_with_format(line, column, &date, &date_format)?
                }
            };
        }
    }
    Ok(())
}
