//! Spreadsheets of the open document format, measured before their reader holds them whole: a cell
//! or row may say that it stands there a million times, and a cut text sends the reader round for
//! ever.

use std::fs::File;
use std::io::{BufReader, Seek};
use std::path::Path;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use super::{CELLS_MAX, TEXT_MAX, vast};
use crate::IngestError;

/// The part that holds the tables.
const CONTENT: &str = "content.xml";
/// No spreadsheet program has more columns or rows; the reader stops there.
const COLUMNS_MAX: usize = 16_384;
const ROWS_MAX: usize = 1 << 20;

/// Refuses a spreadsheet that would take too much memory, or whose text is not well formed.
pub(super) fn measure(
    path: &Path,
    file: &File,
    unreadable: &dyn Fn() -> IngestError,
) -> Result<(), IngestError> {
    let mut file = file.try_clone().map_err(IngestError::open(path))?;
    let mut archive = ZipArchive::new(BufReader::new(&mut file)).map_err(|_| unreadable())?;
    let part = archive.by_name(CONTENT).map_err(|_| unreadable())?;
    let mut reader = Reader::from_reader(BufReader::new(part));
    reader.config_mut().expand_empty_elements = true;
    let (mut size, mut depth, mut buffer) = (Size::default(), 0_usize, Vec::new());
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer).map_err(|_| unreadable())? {
            Event::Start(start) => {
                depth += 1;
                size.begin(&start).ok_or_else(unreadable)?;
            }
            Event::End(end) => {
                depth = depth.saturating_sub(1);
                size.end(end.name().as_ref());
            }
            Event::Text(text) => size.text(text.len()),
            Event::GeneralRef(name) => size.text(name.len()),
            Event::CData(text) => size.text(text.len()),
            Event::Eof if depth == 0 => break,
            Event::Eof => return Err(unreadable()),
            _ => {}
        }
        if size.cells > CELLS_MAX || size.text > TEXT_MAX {
            return Err(vast(path));
        }
    }
    drop(reader);
    drop(archive);
    file.rewind().map_err(IngestError::open(path))
}

/// What the tables so far come to in the reader's memory, or more.
#[derive(Default)]
struct Size {
    cells: usize,
    text: usize,
    /// The table at hand: its rows down to the last filled one, its width, and blank rows that may
    /// count yet.
    rows: usize,
    width: usize,
    blank: usize,
    /// The row at hand: how often it stands there, its cells up to the last filled one, blank ones
    /// that may count yet, and the text of all.
    times: usize,
    row: usize,
    gap: usize,
    row_text: usize,
    /// The cell at hand: how often it stands there, and its text, if it is filled.
    repeated: usize,
    cell: Option<usize>,
    in_cell: bool,
}

impl Size {
    /// Nothing when a number is none.
    fn begin(&mut self, start: &BytesStart<'_>) -> Option<()> {
        match start.name().as_ref() {
            "table:table" => (self.rows, self.width, self.blank) = (0, 0, 0),
            "table:table-row" => {
                self.times = times(start, "table:number-rows-repeated")?.min(ROWS_MAX);
                (self.row, self.gap, self.row_text) = (0, 0, 0);
            }
            "table:table-cell" | "table:covered-table-cell" => {
                self.repeated = times(start, "table:number-columns-repeated")?.min(COLUMNS_MAX);
                let said = start.attributes().flatten().filter(|a| {
                    let name = a.key.as_ref();
                    name.starts_with("office:") || name == "table:formula"
                });
                self.cell = said.map(|a| a.value.len()).reduce(usize::saturating_add);
                self.in_cell = true;
            }
            "text:s" => {
                let blanks = times(start, "text:c")?;
                self.text(blanks);
            }
            _ => {}
        }
        Some(())
    }

    fn text(&mut self, bytes: usize) {
        if self.in_cell {
            self.cell = Some(self.cell.unwrap_or(0).saturating_add(bytes));
            // One cell may be too large already.
            self.text = self.text.max(self.cell.unwrap_or(0));
        }
    }

    fn end(&mut self, name: &str) {
        match name {
            "table:table-cell" | "table:covered-table-cell" => {
                self.in_cell = false;
                let Some(text) = self.cell.take() else {
                    self.gap = (self.gap + self.repeated).min(COLUMNS_MAX);
                    return;
                };
                self.row += std::mem::take(&mut self.gap) + self.repeated;
                self.row_text = self.row_text.saturating_add(text.saturating_mul(self.repeated));
            }
            "table:table-row" if self.row == 0 => self.blank += self.times,
            "table:table-row" => {
                // Once as it is read, and then as part of an even table.
                self.cells = self.cells.saturating_add(self.row);
                self.text = self.text.saturating_add(self.row_text.saturating_mul(self.times + 1));
                self.width = self.width.max(self.row);
                let above = if self.rows == 0 { 0 } else { self.blank };
                (self.rows, self.blank) = (self.rows + above + self.times, 0);
                if self.rows.saturating_mul(self.width) > CELLS_MAX {
                    self.cells = usize::MAX;
                }
            }
            "table:table" => {
                self.cells = self.cells.saturating_add(self.rows.saturating_mul(self.width));
            }
            _ => {}
        }
    }
}

/// A number of times; one if nothing is said.
fn times(start: &BytesStart<'_>, name: &str) -> Option<usize> {
    let Some(said) = start.attributes().flatten().find(|a| a.key.as_ref() == name) else {
        return Some(1);
    };
    let said = said.value;
    said.trim().parse().ok()
}
