//! Files as rows of cells, whatever their format.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use chrono::NaiveDate;
use sha2::{Digest, Sha256};
use shumar_schemas::Provider;

use crate::IngestError;

mod delimited;
mod workbook;

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
pub(crate) struct Row {
    /// Its row (or line) number in the file, from 1.
    pub(crate) number: u64,
    /// Its cells.
    pub(crate) cells: Vec<Cell>,
}

/// An open file: its header, and its rows.
pub(crate) struct Rows {
    /// The header's cells as text.
    pub(crate) header: Vec<String>,
    /// The rows below it that are not wholly blank.
    pub(crate) rows: Box<dyn Iterator<Item = Result<Row, IngestError>>>,
    /// What the reader noticed, in words without values.
    pub(crate) notes: Vec<String>,
    /// How columns are named to a person: by letter in a workbook, by number in a text file.
    pub(crate) lettered: bool,
}

impl Rows {
    /// A column's name to a person: `column C`, or `column 3`.
    pub(crate) fn column_name(&self, index: usize) -> String {
        if !self.lettered {
            return format!("column {}", index + 1);
        }
        let (mut letters, mut n) = (String::new(), index + 1);
        while n > 0 {
            letters.extend(('A'..='Z').nth((n - 1) % 26));
            n = (n - 1) / 26;
        }
        format!("column {}", letters.chars().rev().collect::<String>())
    }
}

/// Opens a file by its extension.
pub(crate) fn open(file: &Path, provider: &Provider) -> Result<Rows, IngestError> {
    let extension = file.extension().and_then(|e| e.to_str()).unwrap_or_default();
    match extension.to_ascii_lowercase().as_str() {
        "csv" | "tsv" | "txt" => delimited::open(file, provider),
        "xlsx" | "xlsm" | "xlsb" | "xls" | "ods" => workbook::open(file, provider),
        _ => Err(IngestError::Format {
            file: file.to_owned(),
            format: "CSV or spreadsheet",
            hint: "send .csv, .tsv, .txt, .xlsx, .xls or .ods".to_owned(),
        }),
    }
}

/// SHA-256 of a file's bytes.
pub(crate) fn digest(file: &Path) -> Result<String, IngestError> {
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
