//! CSV and its relatives: any delimiter, UTF-8, UTF-16 or a named encoding.

use std::fs::File;
use std::io::{BufRead, BufReader, Cursor, Read};
use std::path::Path;

use encoding_rs::Encoding;
use shumar_schemas::Provider;

use super::{Cell, Row, Rows};
use crate::IngestError;

/// Delimiters that are tried when the mapping names none.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// How much of a file is looked at to find its delimiter.
const SNIFF_BYTES: usize = 64 * 1024;

pub(super) fn open(file: &Path, provider: &Provider) -> Result<Rows, IngestError> {
    let mut text = decoded(file, provider)?;
    let delimiter = match provider.delimiter {
        Some(c) => u8::try_from(c)
            .map_err(|_| format_error(file, "`delimiter` must be one ASCII character"))?,
        None => sniff(text.fill_buf().map_err(IngestError::open(file))?, provider.header_row),
    };
    let mut records = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(text)
        .into_byte_records();
    let file = file.to_owned();
    let broken = format_error(&file, "check that its quotation marks are closed");
    let mut header = None;
    for record in records.by_ref() {
        let Ok(record) = record else { return Err(broken) };
        let line = record.position().map_or(0, csv::Position::line);
        if line >= u64::from(provider.header_row) {
            header = Some(record);
            break;
        }
    }
    let header = header.ok_or_else(|| IngestError::NoRows { file: file.clone() })?;
    let header: Vec<String> =
        header.iter().map(|cell| String::from_utf8_lossy(cell).trim().to_owned()).collect();
    let rows = records.filter_map(move |record| {
        let Ok(record) = record else {
            return Some(Err(format_error(&file, "check that its quotation marks are closed")));
        };
        let cells: Vec<Cell> = record.iter().map(cell).collect();
        let number = record.position().map_or(0, csv::Position::line);
        let blank = cells.iter().all(|c| *c == Cell::Blank);
        (!blank).then_some(Ok(Row { number, cells }))
    });
    Ok(Rows { header, rows: Box::new(rows), notes: Vec::new(), lettered: false })
}

fn cell(bytes: &[u8]) -> Cell {
    std::str::from_utf8(bytes).map_or(Cell::Invalid, Cell::text)
}

fn format_error(file: &Path, hint: &str) -> IngestError {
    IngestError::Format { file: file.to_owned(), format: "CSV", hint: hint.to_owned() }
}

/// The file as UTF-8 without a byte order mark. UTF-8 is streamed; other encodings are decoded
/// whole.
fn decoded(file: &Path, provider: &Provider) -> Result<Box<dyn BufRead>, IngestError> {
    let mut input =
        BufReader::with_capacity(SNIFF_BYTES, File::open(file).map_err(IngestError::open(file))?);
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
    let line = start.split(|b| *b == b'\n').nth(header_row as usize - 1).unwrap_or(start);
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
