//! Rows of any format as text in memory that is wiped.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use zeroize::{Zeroize, Zeroizing};

use super::chunk::{Chunk, Record};
use super::text::Text;
use super::{OfficeMapping, no_rows};
use crate::rows::{self, Cell, Input, Row};
use crate::{IngestError, Reason};

/// A cell that holds no text is this byte, which is no text.
const NO_TEXT: &[u8] = &[0xff];
/// Whole numbers up to here survive being stored as a float.
const EXACT_MAX: f64 = 9_007_199_254_740_992.0;
/// The most digits of a number.
const NUMBER_MAX: usize = 512;

/// An open file below its header.
pub(super) struct Source {
    /// The header's cells.
    pub(super) header: Vec<String>,
    /// How each column is named to a person.
    pub(super) places: Vec<Reason>,
    /// What the reader noticed.
    pub(super) notes: Vec<String>,
    file: PathBuf,
    record: Record,
    rows: Format,
    count: u64,
}

enum Format {
    Text(Box<Text>),
    Cells(Box<dyn Iterator<Item = Result<Row, IngestError>> + Send>),
}

impl Source {
    pub(super) fn open(
        file: &Path,
        mapping: &OfficeMapping,
        scratch: &Path,
    ) -> Result<Self, IngestError> {
        let mut record = Record::new();
        let input = Input::open(file, scratch)?;
        if matches!(input.extension().as_str(), "csv" | "tsv" | "txt") {
            let text = Text::open(file, input.file, mapping, &mut record)?;
            let line = record.line();
            let cell = |i| rows::tidy(line.text(i).unwrap_or_default());
            let header: Vec<String> = (0..line.len()).map(cell).collect();
            let places = (0..header.len()).map(|i| rows::column(i, false)).collect();
            let (rows, notes) = (Format::Text(Box::new(text)), Vec::new());
            return Ok(Self {
                header,
                places,
                notes,
                file: file.to_owned(),
                record,
                rows,
                count: 0,
            });
        }
        drop(input);
        let rows = rows::open(file, &mapping.provider(), scratch)?;
        let places = (0..rows.header.len()).map(|i| rows::column(i, rows.lettered)).collect();
        let header = rows.header.iter().map(|h| rows::tidy(h)).collect();
        let notes = rows.notes.iter().map(ToString::to_string).collect();
        let rows = Format::Cells(rows.rows);
        Ok(Self { header, places, notes, file: file.to_owned(), record, rows, count: 0 })
    }

    /// Reads some rows; none at the end of the file.
    pub(super) fn chunk(&mut self) -> Result<Option<Chunk>, IngestError> {
        let mut chunk = Chunk::new();
        while !chunk.is_full() && self.next()? {
            chunk.push(self.record.line());
        }
        self.count += chunk.len() as u64;
        match (chunk.len(), self.count) {
            (0, 0) => Err(no_rows(&self.file)),
            (0, _) => Ok(None),
            _ => Ok(Some(chunk)),
        }
    }

    fn next(&mut self) -> Result<bool, IngestError> {
        match &mut self.rows {
            Format::Text(text) => text.next(&mut self.record),
            Format::Cells(rows) => loop {
                let Some(row) = rows.next().transpose()? else { return Ok(false) };
                if !copy(row, &mut self.record) {
                    return Err(IngestError::unfit(&self.file, Reason::new("unfit-long-row")));
                }
                if !self.record.line().is_empty() {
                    return Ok(true);
                }
            },
        }
    }
}

/// Copies a row and wipes what the reader gave; false when there is no room.
fn copy(row: Row, record: &mut Record) -> bool {
    record.clear();
    (record.sheet, record.number) = (row.sheet, row.number);
    let mut number = Zeroizing::new(String::with_capacity(NUMBER_MAX));
    let mut fits = true;
    for cell in row.cells {
        number.zeroize();
        fits &= match cell {
            Cell::Blank => record.push(b""),
            Cell::Text(mut text) => {
                let fits = record.push(text.as_bytes());
                text.zeroize();
                fits
            }
            // A longer number has lost its last digits, or two persons would become one.
            Cell::Number(n) if n.abs() >= EXACT_MAX => record.push(NO_TEXT),
            Cell::Number(n) => write!(number, "{n}").is_ok() && record.push(number.as_bytes()),
            Cell::Date(day) => write!(number, "{day}").is_ok() && record.push(number.as_bytes()),
            Cell::Boolean(b) => record.push(if b { b"true" } else { b"false" }),
            Cell::Invalid => record.push(NO_TEXT),
        };
    }
    fits
}
