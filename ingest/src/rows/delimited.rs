//! CSV and its relatives: any delimiter, any line ending, UTF-8, UTF-16 or a named encoding.
//!
//! A text is cut into chunks at the ends of records, so that several workers can parse it.

use std::io::Read;
use std::path::{Path, PathBuf};

use memchr::{memchr, memchr_iter, memrchr};
use shumar_schemas::Provider;

use super::text::{Lines, decoded};
use super::{COLUMNS_MAX, Cell, Input, Late, Row, Rows, find_header, tidy};
use crate::{IngestError, Reason};

/// Delimiters that are tried when the mapping names none.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// How much text a worker parses at a time.
const CHUNK_BYTES: usize = 1 << 20;
/// A record longer than this is a quotation mark that was never closed.
const RECORD_MAX: usize = 64 << 20;
/// Says that a quotation mark swallows rows.
const QUOTES: &str = "csv-quotes";

/// An open text file: its header, and what follows it in chunks.
pub(crate) struct Text {
    /// The header's cells.
    pub(crate) header: Vec<String>,
    /// How its records are cut into cells.
    pub(crate) dialect: Dialect,
    /// The text below the header.
    pub(crate) chunks: Chunks,
}

/// How records are cut into cells.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Dialect {
    delimiter: u8,
    width: usize,
}

/// Some whole records of a text.
pub(crate) struct Chunk {
    /// The line that the first of them begins on, from 1.
    line: u64,
    bytes: Vec<u8>,
}

pub(super) fn open(file: &Path, input: Input, provider: &Provider) -> Result<Text, IngestError> {
    let text = Lines::new(decoded(file, input.file, provider)?);
    let mut chunks = Chunks {
        text: Box::new(text),
        held: Vec::new(),
        line: 1,
        ended: false,
        delimiter: DELIMITERS[0],
        file: file.to_owned(),
    };
    chunks.fill(CHUNK_BYTES)?;
    let delimiter = match provider.delimiter {
        Some(c) => u8::try_from(c).map_err(|_| format_error(file, Reason::new("csv-delimiter")))?,
        None => sniff(&chunks.held, provider),
    };
    let head = head(&chunks.held, delimiter);
    let index = match provider.header_row {
        Some(row) => head.iter().position(|r| r.line >= u64::from(row)),
        None => Some(find_header(&cells(&head), provider)),
    };
    let Some(header) = index.and_then(|i| head.get(i)) else {
        return Err(IngestError::NoHeader { file: file.to_owned() });
    };
    if header.cells.len() > COLUMNS_MAX {
        return Err(super::too_wide(file));
    }
    let names: Vec<String> = header.cells.iter().map(|c| tidy(c)).collect();
    let end = header.end.min(chunks.held.len());
    chunks.line += memchr_iter(b'\n', &chunks.held[..end]).count() as u64;
    chunks.held.drain(..end);
    chunks.delimiter = delimiter;
    Ok(Text { dialect: Dialect { delimiter, width: names.len() }, header: names, chunks })
}

impl Text {
    /// The text as rows of cells, one after the other.
    pub(crate) fn rows(self) -> Rows {
        let Self { header, dialect, mut chunks } = self;
        let mut waiting = Vec::new().into_iter();
        let rows = std::iter::from_fn(move || {
            loop {
                if let Some(row) = waiting.next() {
                    return Some(Ok(row));
                }
                let mut rows = Vec::new();
                let owned = |number, cut: &Cut<'_>| {
                    let cells = cut.all().map(cell).collect();
                    rows.push(Row { sheet: 0, number, cells, mark: None });
                    Ok(())
                };
                match chunks.next()? {
                    Err(e) => return Some(Err(e)),
                    Ok(chunk) => match chunk.each(dialect, &chunks.file, owned) {
                        Err(e) => return Some(Err(e)),
                        Ok(()) => waiting = rows.into_iter(),
                    },
                }
            }
        });
        let (notes, late) = (Vec::new(), Late::default());
        Rows { header, rows: Box::new(rows), notes, lettered: false, late }
    }
}

/// The cells of one record of a text, one behind the other.
pub(crate) struct Cut<'a> {
    bytes: &'a [u8],
    /// The same as text, if it is text as a whole.
    text: Option<&'a str>,
    /// Where each cell begins and ends.
    cells: &'a [(usize, usize)],
}

impl<'a> Cut<'a> {
    /// How many cells there are.
    pub(crate) fn len(&self) -> usize {
        self.cells.len()
    }

    /// A cell as text; `None` when its bytes are not text.
    pub(crate) fn text(&self, i: usize) -> Option<&'a str> {
        let &(start, end) = self.cells.get(i)?;
        match self.text.and_then(|text| text.get(start..end)) {
            Some(text) => Some(text),
            // Some cell is no text; it need not be this one.
            None => std::str::from_utf8(&self.bytes[start..end]).ok(),
        }
    }

    fn all(&self) -> impl Iterator<Item = &'a [u8]> {
        self.cells.iter().map(|(start, end)| &self.bytes[*start..*end])
    }
}

impl Chunk {
    /// Hands over each record that is not blank, with the line it begins on.
    pub(crate) fn each(
        &self,
        dialect: Dialect,
        file: &Path,
        mut take: impl FnMut(u64, &Cut<'_>) -> Result<(), IngestError>,
    ) -> Result<(), IngestError> {
        let mut take = |line: u64, cut: &Cut<'_>| {
            if cut.all().all(is_blank) { Ok(()) } else { take(line, cut) }
        };
        if memchr(b'"', &self.bytes).is_none() {
            return self.each_plain(dialect, &mut take);
        }
        let mut reader = reader(&self.bytes, dialect.delimiter);
        let (mut record, mut cells) = (csv::ByteRecord::new(), Vec::new());
        let unreadable = |_| format_error(file, Reason::new("csv-unreadable"));
        while reader.read_byte_record(&mut record).map_err(unreadable)? {
            // The reader stands behind the record's own line break; blank lines before the
            // record were passed over with it.
            let breaks = memchr_iter(b'\n', record.as_slice()).count() as u64;
            if breaks > 0 && swallows_rows(&record, dialect) {
                return Err(format_error(file, Reason::new(QUOTES)));
            }
            let line = self.line + reader.position().line().saturating_sub(2 + breaks);
            let bytes = record.as_slice();
            cells.clear();
            cells.extend(
                (0..record.len()).filter_map(|i| record.range(i)).map(|r| (r.start, r.end)),
            );
            take(line, &Cut { bytes, text: std::str::from_utf8(bytes).ok(), cells: &cells })?;
        }
        Ok(())
    }

    /// The same without a quotation mark: every line is a record, and every delimiter ends a cell.
    fn each_plain(
        &self,
        dialect: Dialect,
        take: &mut dyn FnMut(u64, &Cut<'_>) -> Result<(), IngestError>,
    ) -> Result<(), IngestError> {
        let whole = std::str::from_utf8(&self.bytes).ok();
        let (mut start, mut cells) = (0, Vec::new());
        for (line, end) in (self.line..).zip(memchr_iter(b'\n', &self.bytes)) {
            let bytes = &self.bytes[start..end];
            cells.clear();
            let mut from = 0;
            for at in memchr_iter(dialect.delimiter, bytes) {
                cells.push((from, at));
                from = at + 1;
            }
            cells.push((from, bytes.len()));
            let text = match whole {
                Some(text) => text.get(start..end),
                None => std::str::from_utf8(bytes).ok(),
            };
            take(line, &Cut { bytes, text, cells: &cells })?;
            start = end + 1;
        }
        Ok(())
    }
}

fn reader(bytes: &[u8], delimiter: u8) -> csv::Reader<&[u8]> {
    csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(bytes)
}

/// Whether a stray quotation mark has drawn further rows into this one: a cell holds a whole row,
/// or the row has cells of several lines and not the header's shape.
fn swallows_rows(record: &csv::ByteRecord, dialect: Dialect) -> bool {
    let Dialect { delimiter, width } = dialect;
    let mut lines = record.iter().flat_map(|cell| cell.split(|b| *b == b'\n').skip(1));
    let delimiters = |line: &[u8]| line.iter().filter(|b| **b == delimiter).count();
    width >= 2 && (record.len() != width || lines.any(|line| delimiters(line) + 1 >= width))
}

/// The text below the header, cut at the ends of records.
pub(crate) struct Chunks {
    text: Box<dyn Read + Send>,
    held: Vec<u8>,
    line: u64,
    ended: bool,
    delimiter: u8,
    file: PathBuf,
}

impl Chunks {
    /// Reads until `bytes` are held, or to the end.
    fn fill(&mut self, bytes: usize) -> Result<(), IngestError> {
        while self.held.len() < bytes && !self.ended {
            let missing = (bytes - self.held.len()) as u64;
            let read = self.text.by_ref().take(missing).read_to_end(&mut self.held);
            match read {
                Ok(n) => self.ended = n == 0,
                Err(e) if e.kind() == std::io::ErrorKind::InvalidData => {
                    return Err(format_error(&self.file, Reason::new("text-encoding")));
                }
                Err(e) => return Err(IngestError::open(&self.file)(e)),
            }
        }
        Ok(())
    }
}

impl Iterator for Chunks {
    type Item = Result<Chunk, IngestError>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut bytes = CHUNK_BYTES;
        loop {
            if let Err(e) = self.fill(bytes) {
                return Some(Err(e));
            }
            let cut = if self.ended {
                Some(self.held.len())
            } else {
                last_record_end(&self.held, self.delimiter)
            };
            match cut {
                Some(0) => return None,
                None if bytes >= RECORD_MAX => {
                    return Some(Err(format_error(&self.file, Reason::new(QUOTES))));
                }
                None => bytes *= 2,
                Some(cut) => {
                    let rest = self.held.split_off(cut);
                    let bytes = std::mem::replace(&mut self.held, rest);
                    let line = self.line;
                    self.line += memchr_iter(b'\n', &bytes).count() as u64;
                    return Some(Ok(Chunk { line, bytes }));
                }
            }
        }
    }
}

/// The end of the last whole record, by the rules of the CSV reader: a quotation mark counts at the
/// beginning of a cell only. The text begins at the beginning of a record.
fn last_record_end(text: &[u8], delimiter: u8) -> Option<usize> {
    if memchr(b'"', text).is_none() {
        return memrchr(b'\n', text).map(|i| i + 1);
    }
    let (mut end, mut at) = (None, 0);
    while let Some(found) = memchr::memchr2(b'"', b'\n', &text[at..]) {
        let i = at + found;
        at = i + 1;
        if text[i] == b'\n' {
            end = Some(at);
            continue;
        }
        let begins = i == 0 || text[i - 1] == b'\n' || text[i - 1] == delimiter;
        if begins {
            at = closing(text, at)?;
        }
    }
    end
}

/// Where a quotation that begins before `at` is closed.
fn closing(text: &[u8], mut at: usize) -> Option<usize> {
    loop {
        let i = at + memchr(b'"', &text[at..])?;
        if text.get(i + 1) != Some(&b'"') {
            return Some(i + 1);
        }
        at = i + 2;
    }
}

/// A record at the beginning of a text.
struct Head {
    line: u64,
    end: usize,
    cells: Vec<String>,
}

/// The first records.
fn head(text: &[u8], delimiter: u8) -> Vec<Head> {
    let mut reader = reader(text, delimiter);
    let mut record = csv::ByteRecord::new();
    let mut head = Vec::new();
    while head.len() < super::header::SEARCHED
        && reader.read_byte_record(&mut record).unwrap_or(false)
    {
        let breaks = memchr_iter(b'\n', record.as_slice()).count() as u64;
        let line = reader.position().line().saturating_sub(1 + breaks);
        let end = usize::try_from(reader.position().byte()).unwrap_or(text.len());
        // One more than there may be shows that there are too many.
        let cells = record.iter().take(COLUMNS_MAX + 1);
        let cells = cells.map(|c| String::from_utf8_lossy(c).trim().to_owned()).collect();
        head.push(Head { line, end, cells });
    }
    head
}

fn cells(head: &[Head]) -> Vec<Vec<String>> {
    head.iter().map(|r| r.cells.clone()).collect()
}

/// The delimiter with which the header holds most of the mapped columns, then most rows have as many
/// cells as the header, and then the header has most columns.
fn sniff(text: &[u8], provider: &Provider) -> u8 {
    let named: Vec<String> = provider.columns().map(tidy).collect();
    let score = |delimiter: u8| {
        let head = head(text, delimiter);
        let row = match provider.header_row {
            Some(row) => head.iter().find(|r| r.line >= u64::from(row)),
            None => head.get(find_header(&cells(&head), provider)),
        };
        let cells = row.map_or(&[][..], |r| &r.cells);
        let alike = head.iter().filter(|r| cells.len() > 1 && r.cells.len() == cells.len());
        let mapped = cells.iter().filter(|c| named.contains(&tidy(c))).count();
        (mapped, alike.count(), cells.len())
    };
    let best = DELIMITERS.into_iter().rev().max_by_key(|d| score(*d));
    best.unwrap_or(DELIMITERS[0])
}

fn is_blank(bytes: &[u8]) -> bool {
    let plain = bytes.first().is_some_and(u8::is_ascii_graphic);
    !plain && (bytes.is_empty() || matches!(cell(bytes), Cell::Blank))
}

/// A cell's bytes as a cell.
fn cell(bytes: &[u8]) -> Cell {
    std::str::from_utf8(bytes).map_or(Cell::Invalid, Cell::text)
}

fn format_error(file: &Path, why: Reason) -> IngestError {
    IngestError::Format { file: file.to_owned(), why }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delimiters_are_found_outside_quotes() {
        let provider: Provider =
            toml::from_str("id = \"a\"\nkind = \"police\"\n[fields]\n").expect("a provider");
        assert_eq!(sniff(b"a;\"b,c,d\";e\n1;2;3", &provider), b';');
        assert_eq!(sniff(b"title, of, many\na\tb\tc\td\n", &provider), b'\t');
        assert_eq!(sniff(b"only", &provider), b',');
    }

    #[test]
    fn records_are_never_cut() {
        assert_eq!(last_record_end(b"a,b\nc,d\ne", b','), Some(8));
        assert_eq!(last_record_end(b"a,\"b\nc\",d", b','), None);
        assert_eq!(last_record_end(b"a,\"b\"\"\nc\",d\ne,\"f\n", b','), None);
        assert_eq!(last_record_end(b"a,\"b\"\"\nc\",d\ne,f\n\"g", b','), None);
        assert_eq!(last_record_end(b"a,\"b\"\"\nc\",d\ne,5\" f\nx", b','), Some(19));
        assert_eq!(last_record_end(b"a", b','), None);
        assert_eq!(last_record_end(b"a;b,\"c;d\nx", b';'), Some(9));
    }
}
