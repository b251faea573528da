//! Files as rows of cells, whatever their format.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use chrono::NaiveDate;
use sha2::{Digest, Sha256};
use shumar_schemas::Provider;

use crate::{IngestError, Note, Reason, Rule};

mod content;
mod delimited;
mod header;
mod input;
mod json;
mod parquet;
mod text;
mod totals;
mod unpack;
mod workbook;

use content::{Format, refuse};
pub(crate) use delimited::{Chunk, Cut, Dialect, Text};
pub(crate) use header::{find as find_header, tidy};
pub(crate) use input::{Input, regular};
pub(crate) use totals::Marks;

/// No table of records has more columns; a cell beyond is a slip.
pub(crate) const COLUMNS_MAX: usize = 4000;
/// Serial numbers of days end with the year 9999.
pub(crate) const SERIAL_MAX: f64 = 2_958_466.0;

/// A cell as the file holds it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    /// Nothing, or blanks only.
    Blank,
    /// Trimmed text.
    Text(String),
    /// A spreadsheet number.
    Number(f64),
    /// A real spreadsheet date.
    Date(NaiveDate),
    /// A spreadsheet truth value.
    Boolean(bool),
    /// Bytes that are not text in the file's encoding, or a spreadsheet error.
    Invalid,
}

impl Cell {
    /// Text, trimmed; blanks (also the no-break ones) are nothing.
    fn text(text: &str) -> Self {
        let is_padding = |c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}' | '\0');
        let text = text.trim_matches(is_padding);
        if text.is_empty() { Self::Blank } else { Self::Text(text.to_owned()) }
    }
}

/// One row below the header.
#[derive(Debug, Clone)]
pub(crate) struct Row {
    /// Its sheet, from 1, when several are read; otherwise 0.
    pub(crate) sheet: u16,
    /// Its row (or line) number in the file, from 1.
    pub(crate) number: u64,
    /// Its cells.
    pub(crate) cells: Vec<Cell>,
    /// Why it is no record, if the reader knows: a total, or the header once more.
    pub(crate) mark: Option<Rule>,
}

/// An open file: its header, and its rows.
pub(crate) struct Rows {
    /// The header's cells as text.
    pub(crate) header: Vec<String>,
    /// The rows below it that are not wholly blank.
    pub(crate) rows: Box<dyn Iterator<Item = Result<Row, IngestError>> + Send>,
    /// What the reader noticed, in words without values.
    pub(crate) notes: Vec<Note>,
    /// How columns are named to a person: by letter in a workbook, by number in a text file.
    pub(crate) lettered: bool,
    /// What the reader notices only while the rows are read.
    pub(crate) late: Late,
}

/// Notes that are made while rows are read, in words without values.
#[derive(Debug, Clone, Default)]
pub(crate) struct Late(Arc<Mutex<Vec<Note>>>);

impl Late {
    fn add(&self, note: Note) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(note);
    }
}

impl Rows {
    /// All notes; to be asked when the last row is read.
    pub(crate) fn all_notes(&self) -> Vec<Note> {
        let late = self.late.0.lock().unwrap_or_else(PoisonError::into_inner);
        self.notes.iter().chain(late.iter()).cloned().collect()
    }

    /// A column's name to a person: `column C`, or `column 3`.
    pub(crate) fn column_name(&self, index: usize) -> String {
        format!("column {}", column_place(index, self.lettered))
    }
}

/// A column in a message, by letter in a workbook and by number elsewhere.
pub(crate) fn column(index: usize, lettered: bool) -> Reason {
    Reason::new("place-column").at("column", &column_place(index, lettered))
}

fn column_place(index: usize, lettered: bool) -> String {
    if lettered { column_letters(index) } else { (index + 1).to_string() }
}

/// A column's letters, as a spreadsheet writes them.
fn column_letters(index: usize) -> String {
    let (mut letters, mut n) = (String::new(), index + 1);
    while n > 0 {
        letters.extend(('A'..='Z').nth((n - 1) % 26));
        n = (n - 1) / 26;
    }
    letters.chars().rev().collect()
}

/// An open file.
pub(crate) enum Opened {
    /// A text, which several workers can parse.
    Text(Text),
    /// Rows of anything else.
    Rows(Rows),
}

/// Opens a file as rows of cells, whatever its format.
pub(crate) fn open(path: &Path, provider: &Provider, scratch: &Path) -> Result<Rows, IngestError> {
    Ok(match open_any(path, provider, scratch)? {
        Opened::Text(text) => text.rows(),
        Opened::Rows(rows) => rows,
    })
}

/// Opens a file by its extension, or that of the file packed in it. `scratch` is a private folder
/// for what has to be unpacked; nothing stays there.
pub(crate) fn open_any(
    path: &Path,
    provider: &Provider,
    scratch: &Path,
) -> Result<Opened, IngestError> {
    let mut input = Input::open(path, scratch)?;
    let why = || Reason::new("ending-unknown");
    let format = Format::of(&input.extension())
        .ok_or_else(|| IngestError::Format { file: path.to_owned(), why: why() })?;
    format.check(path, &mut input.file)?;
    let rows = match format {
        Format::Delimited => return delimited::open(path, input, provider).map(Opened::Text),
        Format::Json | Format::JsonLines => json::open(path, input.file, format, provider),
        Format::Parquet => parquet::open(path, input.file),
        Format::Xlsx | Format::Xlsb | Format::Xls | Format::Ods => {
            workbook::open(path, input.file, format, provider)
        }
    };
    rows.map(Opened::Rows)
}

/// Refuses a table of more columns than any record has.
fn too_wide(path: &Path) -> IngestError {
    refuse(path, Reason::new("table-wide").count("most", COLUMNS_MAX))
}

/// SHA-256 of a file's bytes.
pub(crate) fn digest(file: &Path) -> Result<String, IngestError> {
    regular(file)?;
    let mut input = File::open(file).map_err(IngestError::open(file))?;
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    loop {
        let n = input.read(&mut buffer).map_err(IngestError::open(file))?;
        if n == 0 {
            return Ok(hex::encode(hash.finalize()));
        }
        hash.update(&buffer[..n]);
    }
}
