//! CSV and its relatives: any delimiter, any line ending, UTF-8, UTF-16 or a named encoding.

use std::fs::File;
use std::io::{BufRead, BufReader, Cursor, Read};
use std::path::Path;

use encoding_rs::Encoding;
use shumar_schemas::Provider;

use super::{Cell, Input, Late, Row, Rows};
use crate::IngestError;

/// Delimiters that are tried when the mapping names none.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// How much of a file is looked at to find its delimiter.
const SNIFF_BYTES: usize = 64 * 1024;
/// What to do about a quotation mark that swallows rows.
const QUOTES: &str = "a quotation mark is opened and not closed, so rows would be lost; close it, or \
    double it inside a cell, or save the file again from the spreadsheet program";

pub(super) fn open(file: &Path, input: Input, provider: &Provider) -> Result<Rows, IngestError> {
    let mut text = decoded(file, input.file, provider)?;
    let start = text.fill_buf().map_err(IngestError::open(file))?;
    let delimiter = match provider.delimiter {
        Some(c) => u8::try_from(c)
            .map_err(|_| format_error(file, "`delimiter` must be one ASCII character"))?,
        None => sniff(start, provider.header_row.unwrap_or(1)),
    };
    let mut records = Records::new(text, delimiter);
    let file = file.to_owned();
    let mut header = None;
    while let Some(record) = records.next_record(&file)? {
        if record.line >= u64::from(provider.header_row.unwrap_or(1)) {
            header = Some(record);
            break;
        }
    }
    let header = header.ok_or_else(|| IngestError::NoRows { file: file.clone() })?;
    let header: Vec<String> =
        header.cells.iter().map(|cell| String::from_utf8_lossy(cell).trim().to_owned()).collect();
    let width = header.len();
    let rows = std::iter::from_fn(move || {
        loop {
            match records.next_record(&file).transpose()? {
                Err(e) => return Some(Err(e)),
                Ok(record) if swallows_rows(&record.cells, width, delimiter) => {
                    return Some(Err(format_error(&file, QUOTES)));
                }
                Ok(record) => {
                    let cells: Vec<Cell> = record.cells.iter().map(cell).collect();
                    if cells.iter().any(|c| *c != Cell::Blank) {
                        return Some(Ok(Row { sheet: 0, number: record.line, cells, mark: None }));
                    }
                }
            }
        }
    });
    let late = Late::default();
    Ok(Rows { header, rows: Box::new(rows), notes: Vec::new(), lettered: false, late })
}

/// Whether a stray quotation mark has drawn further rows into this one: a cell holds a whole row,
/// or the row has cells of several lines and not the header's shape.
fn swallows_rows(cells: &csv::ByteRecord, width: usize, delimiter: u8) -> bool {
    let mut lines = cells.iter().flat_map(|cell| cell.split(|b| *b == b'\n').skip(1)).peekable();
    if width < 2 || lines.peek().is_none() {
        return false;
    }
    let delimiters = |line: &[u8]| line.iter().filter(|b| **b == delimiter).count();
    cells.len() != width || lines.any(|line| delimiters(line) + 1 >= width)
}

/// One record and the line it begins on, from 1, whatever the line endings.
struct Record {
    line: u64,
    cells: csv::ByteRecord,
}

/// Records of a text whose lines all end in `\n`.
struct Records {
    reader: csv::Reader<Lines>,
}

impl Records {
    fn new(text: Box<dyn BufRead + Send>, delimiter: u8) -> Self {
        let reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .has_headers(false)
            .flexible(true)
            .from_reader(Lines { text, last: b'\n', after_return: false });
        Self { reader }
    }

    fn next_record(&mut self, file: &Path) -> Result<Option<Record>, IngestError> {
        let mut cells = csv::ByteRecord::new();
        let more = self
            .reader
            .read_byte_record(&mut cells)
            .map_err(|_| format_error(file, "it can't be read as delimited text"))?;
        if !more {
            return Ok(None);
        }
        // The reader stands behind the record's own line break; blank lines before the record
        // were passed over with it.
        let breaks = cells.iter().flatten().filter(|b| **b == b'\n').count() as u64;
        let line = self.reader.position().line().saturating_sub(1 + breaks);
        Ok(Some(Record { line, cells }))
    }
}

/// A text with `\r\n` and `\r` read as `\n`, and with one at its end.
struct Lines {
    text: Box<dyn BufRead + Send>,
    last: u8,
    after_return: bool,
}

impl Read for Lines {
    fn read(&mut self, out: &mut [u8]) -> std::io::Result<usize> {
        loop {
            let available = self.text.fill_buf()?;
            if out.is_empty() || (available.is_empty() && self.last == b'\n') {
                return Ok(0);
            }
            if available.is_empty() {
                (self.last, out[0]) = (b'\n', b'\n');
                return Ok(1);
            }
            let (mut taken, mut written) = (0, 0);
            while taken < available.len() && written < out.len() {
                let byte = available[taken];
                taken += 1;
                let second = byte == b'\n' && self.after_return;
                self.after_return = byte == b'\r';
                if !second {
                    self.last = if byte == b'\r' { b'\n' } else { byte };
                    out[written] = self.last;
                    written += 1;
                }
            }
            self.text.consume(taken);
            if written > 0 {
                return Ok(written);
            }
        }
    }
}

fn cell(bytes: &[u8]) -> Cell {
    std::str::from_utf8(bytes).map_or(Cell::Invalid, Cell::text)
}
fn format_error(file: &Path, hint: &str) -> IngestError {
    IngestError::Format { file: file.to_owned(), format: "CSV", hint: hint.to_owned() }
}

/// The file as UTF-8 without a byte order mark. UTF-8 is streamed; other encodings are decoded
/// whole.
fn decoded(
    file: &Path,
    bytes: File,
    provider: &Provider,
) -> Result<Box<dyn BufRead + Send>, IngestError> {
    let mut input = BufReader::with_capacity(SNIFF_BYTES, bytes);
    let start = input.fill_buf().map_err(IngestError::open(file))?;
    let (marked, mark) = Encoding::for_bom(start).map_or((None, 0), |(e, n)| (Some(e), n));
    let named = match &provider.encoding {
        Some(name) => Some(Encoding::for_label(name.trim().as_bytes()).ok_or_else(|| {
            format_error(
                file,
                "the mapping's `encoding` is unknown; write utf-8, utf-16le or windows-1252",
            )
        })?),
        None => None,
    };
    let encoding = marked.or(named).unwrap_or(encoding_rs::UTF_8);
    input.consume(mark);
    if encoding == encoding_rs::UTF_8 {
        return Ok(Box::new(input));
    }
    let mut bytes = Vec::new();
    input.read_to_end(&mut bytes).map_err(IngestError::open(file))?;
    let (text, damaged) = encoding.decode_without_bom_handling(&bytes);
    if damaged {
        return Err(format_error(file, "its text does not fit the `encoding` of the mapping"));
    }
    Ok(Box::new(Cursor::new(text.into_owned())))
}

/// The delimiter that stands most often in the header's line, outside quotation marks.
fn sniff(start: &[u8], header_row: u32) -> u8 {
    let returns = !start.contains(&b'\n');
    let is_break = |b: &u8| *b == b'\n' || (returns && *b == b'\r');
    let line = start.split(is_break).nth(header_row as usize - 1).unwrap_or(start);
    let mut counts = [0_usize; DELIMITERS.len()];
    let mut quoted = false;
    for byte in line {
        quoted ^= *byte == b'"';
        if let (false, Some(i)) = (quoted, DELIMITERS.iter().position(|d| d == byte)) {
            counts[i] += 1;
        }
    }
    let best = (0..DELIMITERS.len()).rev().max_by_key(|i| counts[*i]).unwrap_or(0);
    DELIMITERS[best]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delimiters_are_found_outside_quotes() {
        assert_eq!(sniff(b"a;\"b,c,d\";e\n1;2;3", 1), b';');
        assert_eq!(sniff(b"title, of, many, commas\na\tb\tc\n", 2), b'\t');
        assert_eq!(sniff(b"only", 1), b',');
    }
}
