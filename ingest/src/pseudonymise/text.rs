//! Delimited text, read through buffers of our own that are wiped.
//!
//! `crate::rows` reads text files into cells for ingest; here every byte stays in memory that this
//! module owns, and the delimiter and the header are found by the columns that the mapping names.

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use csv_core::ReadRecordResult;
use encoding_rs::{CoderResult, Decoder, Encoding};
use zeroize::Zeroizing;

use super::chunk::{Line, Record};
use crate::{IngestError, Reason};

/// Delimiters that are tried when the mapping names none.
const DELIMITERS: [u8; 4] = [b',', b';', b'\t', b'|'];
/// How much is read at once; delimiter and header are found in it.
const BUFFER: usize = 512 * 1024;
/// The header is looked for in this many rows.
const SEARCHED: u64 = 50;
/// Says that a quotation mark swallows rows.
const QUOTES: &str = "csv-quotes";

/// A text file below its header.
pub(super) struct Text {
    file: PathBuf,
    input: File,
    decoder: Option<Decoder>,
    /// Bytes that are not decoded yet.
    raw: Zeroizing<Vec<u8>>,
    raw_left: std::ops::Range<usize>,
    /// Text with `\n` at the end of every line.
    text: Zeroizing<Vec<u8>>,
    left: std::ops::Range<usize>,
    after_return: bool,
    ended: bool,
    parser: csv_core::Reader,
    /// The line that the next byte stands on.
    line: u64,
    width: usize,
    delimiter: u8,
}

impl Text {
    /// Opens a text file and finds its header, which is left in `record`.
    pub(super) fn open(
        file: &Path,
        input: File,
        mapping: &super::OfficeMapping,
        record: &mut Record,
    ) -> Result<Self, IngestError> {
        let provider = mapping.provider();
        let mut text = Self {
            file: file.to_owned(),
            input,
            decoder: None,
            raw: Zeroizing::new(vec![0; BUFFER]),
            raw_left: 0..0,
            text: Zeroizing::new(vec![0; 3 * BUFFER]),
            left: 0..0,
            after_return: false,
            ended: false,
            parser: csv_core::Reader::new(),
            line: 1,
            width: 0,
            delimiter: b',',
        };
        text.begin(provider.encoding.as_deref())?;
        let candidates = match provider.delimiter.map(u8::try_from) {
            None => DELIMITERS.to_vec(),
            Some(Ok(named)) if named.is_ascii() => vec![named],
            Some(_) => return Err(text.refuse(Reason::new("csv-delimiter"))),
        };
        let named: Vec<&str> = mapping.columns().map(String::as_str).collect();
        let row = provider.header_row.map(u64::from);
        let mut best: Option<(usize, u8, u64)> = None;
        for delimiter in candidates {
            let found = text.header(delimiter, row, &named, record);
            if found.is_some_and(|(score, _)| best.is_none_or(|b| score > b.0)) {
                best = found.map(|(score, line)| (score, delimiter, line));
            }
        }
        let Some((_, delimiter, header)) = best else {
            return Err(super::no_rows(file));
        };
        text.restart(delimiter);
        while text.next(record)? && record.number < header {}
        text.width = record.cells;
        Ok(text)
    }

    /// Reads the beginning, and decides on the encoding by its mark or by the mapping.
    fn begin(&mut self, named: Option<&str>) -> Result<(), IngestError> {
        let filled =
            read_full(&mut self.input, &mut self.raw).map_err(IngestError::open(&self.file))?;
        let marked = Encoding::for_bom(&self.raw[..filled]);
        let named = named.map(|name| {
            let unknown = || self.refuse(Reason::new("text-encoding-unknown"));
            Encoding::for_label(name.trim().as_bytes()).ok_or_else(unknown)
        });
        let named = named.transpose()?;
        let (encoding, mark) = match marked {
            Some((encoding, mark)) => (encoding, mark),
            None => (named.unwrap_or(encoding_rs::UTF_8), 0),
        };
        if encoding != encoding_rs::UTF_8 {
            self.decoder = Some(encoding.new_decoder_without_bom_handling());
        }
        self.raw_left = mark..filled;
        self.fill()
    }

    /// Fills the text anew; it stays empty at the end of the file.
    fn fill(&mut self) -> Result<(), IngestError> {
        self.left = 0..0;
        while self.left.is_empty() && !self.ended {
            if self.raw_left.is_empty() {
                let filled = read_full(&mut self.input, &mut self.raw)
                    .map_err(IngestError::open(&self.file))?;
                self.raw_left = 0..filled;
                self.ended = filled == 0;
            }
            let raw = &self.raw[self.raw_left.clone()];
            let written = match &mut self.decoder {
                None => {
                    self.text[..raw.len()].copy_from_slice(raw);
                    self.raw_left = 0..0;
                    raw.len()
                }
                Some(decoder) => {
                    let (result, read, written, damaged) =
                        decoder.decode_to_utf8(raw, &mut self.text, self.ended);
                    if damaged || (self.ended && result == CoderResult::OutputFull) {
                        return Err(self.refuse(Reason::new("text-encoding")));
                    }
                    self.raw_left.start += read;
                    written
                }
            };
            let written = one_line_break(&mut self.text[..written], &mut self.after_return);
            self.left = 0..written;
        }
        Ok(())
    }

    /// The line of the header and how many named columns it has, if it is in the beginning.
    fn header(
        &mut self,
        delimiter: u8,
        row: Option<u64>,
        named: &[&str],
        record: &mut Record,
    ) -> Option<(usize, u64)> {
        let beginning = self.left.clone();
        self.restart(delimiter);
        let mut best = None;
        for _ in 0..row.unwrap_or(0).max(SEARCHED) {
            // What lies beyond the beginning could not be read a second time.
            let Ok(true) = self.parse(record, false) else { break };
            let line = record.line();
            let score = named.iter().filter(|name| has_cell(&line, name)).count();
            match row {
                Some(row) if line.number < row => {}
                Some(_) => {
                    best = Some((score, line.number));
                    break;
                }
                None if best.is_none_or(|(most, _)| score > most) => {
                    best = Some((score, line.number));
                }
                None => {}
            }
        }
        self.left = beginning;
        best
    }

    /// Begins anew at the first line, with another delimiter.
    fn restart(&mut self, delimiter: u8) {
        self.parser = csv_core::ReaderBuilder::new().delimiter(delimiter).build();
        (self.delimiter, self.line, self.width) = (delimiter, 1, 0);
    }

    /// Reads the next row that is not wholly blank.
    pub(super) fn next(&mut self, record: &mut Record) -> Result<bool, IngestError> {
        while self.parse(record, true)? {
            if record.line().is_empty() {
                continue;
            }
            if self.width > 1 && swallows_rows(&record.line(), self.width, self.delimiter) {
                return Err(self.refuse(Reason::new(QUOTES)));
            }
            return Ok(true);
        }
        Ok(false)
    }

    /// Reads one record. Without `further`, what is at hand is all there is.
    fn parse(&mut self, record: &mut Record, further: bool) -> Result<bool, IngestError> {
        record.clear();
        loop {
            if self.left.is_empty() && further {
                self.fill()?;
            }
            match self.text[self.left.clone()].first() {
                None => return Ok(false),
                Some(b'\n') => (self.left.start, self.line) = (self.left.start + 1, self.line + 1),
                Some(_) => break,
            }
        }
        record.number = self.line;
        loop {
            let input = &self.text[self.left.clone()];
            let (result, read, written, ends) = self.parser.read_record(
                input,
                &mut record.bytes[record.filled..],
                &mut record.ends[record.cells..],
            );
            self.line += memchr::memchr_iter(b'\n', &input[..read]).count() as u64;
            self.left.start += read;
            record.filled += written;
            record.cells += ends;
            match result {
                ReadRecordResult::Record => return Ok(true),
                ReadRecordResult::End => return Ok(record.cells > 0),
                ReadRecordResult::InputEmpty if further => self.fill()?,
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull => {
                    return Err(self.refuse(Reason::new(QUOTES)));
                }
            }
        }
    }

    fn refuse(&self, why: Reason) -> IngestError {
        IngestError::Format { file: self.file.clone(), why }
    }
}

/// Reads until the buffer is full or the file ends.
fn read_full(input: &mut File, buffer: &mut [u8]) -> std::io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match input.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(n) => filled += n,
            Err(e) if e.kind() == std::io::ErrorKind::Interrupted => {}
            Err(e) => return Err(e),
        }
    }
    Ok(filled)
}

/// Makes `\n` of `\r\n` and `\r`, in place; gives how many bytes are left.
fn one_line_break(text: &mut [u8], after_return: &mut bool) -> usize {
    if !*after_return && memchr::memchr(b'\r', text).is_none() {
        return text.len();
    }
    let mut kept = 0;
    for i in 0..text.len() {
        let byte = text[i];
        let second = byte == b'\n' && *after_return;
        *after_return = byte == b'\r';
        if !second {
            text[kept] = if byte == b'\r' { b'\n' } else { byte };
            kept += 1;
        }
    }
    kept
}

/// Whether a row has a cell with a column's name, whatever the blanks between its words.
fn has_cell(line: &Line<'_>, name: &str) -> bool {
    (0..line.len())
        .filter_map(|i| line.text(i))
        .any(|c| c.split_whitespace().eq(name.split_whitespace()))
}

/// Whether a stray quotation mark has drawn further rows into this one: a cell holds a whole row,
/// or the row has cells of several lines and not the header's shape.
fn swallows_rows(line: &Line<'_>, width: usize, delimiter: u8) -> bool {
    if memchr::memchr(b'\n', line.bytes).is_none() {
        return false;
    }
    let further = |i| line.cell(i).split(|b| *b == b'\n').skip(1);
    let delimiters = |text: &[u8]| text.iter().filter(|b| **b == delimiter).count();
    line.len() != width || (0..line.len()).flat_map(further).any(|l| delimiters(l) + 1 >= width)
}
