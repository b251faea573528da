//! The texts of a JSON file's records, one at a time: a line each, or the elements of an array.
//! The array is the whole document or the one array of objects in it.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

use crate::rows::content::{Format, refuse};
use crate::{IngestError, Reason};

/// No record is longer.
const RECORD_MAX: usize = 16 << 20;

/// A JSON file, read record by record.
pub(super) struct Objects {
    path: PathBuf,
    bytes: BufReader<File>,
    layout: Layout,
    /// The line being read, from 1.
    line: u64,
    /// How many records (or lines) were read.
    count: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Layout {
    Lines,
    Array { in_object: bool },
    End,
}

impl Objects {
    /// Opens a file and finds its records.
    pub(super) fn open(path: &Path, file: File, format: Format) -> Result<Self, IngestError> {
        let bytes = BufReader::with_capacity(1 << 16, file);
        let mut objects =
            Self { path: path.to_owned(), bytes, layout: Layout::Lines, line: 1, count: 0 };
        let start = objects.chunk()?;
        if start.starts_with(b"\xff\xfe") || start.starts_with(b"\xfe\xff") {
            return Err(refuse(path, Reason::new("json-wide")));
        }
        let mark = if start.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
        objects.bytes.consume(mark);
        if format == Format::Json {
            objects.layout = match objects.next_sign()? {
                Some(b'[') => Layout::Array { in_object: false },
                Some(b'{') if objects.find_array()? => Layout::Array { in_object: true },
                Some(b'{') if objects.peek()? == Some(b'{') => {
                    return Err(refuse(path, Reason::new("json-lines")));
                }
                Some(b'{') => return Err(refuse(path, Reason::new("json-no-array"))),
                Some(_) => return Err(objects.broken()),
                None => Layout::End,
            };
        }
        Ok(objects)
    }

    /// Whether a record that is broken is one line, so that the rest can be read.
    pub(super) fn by_line(&self) -> bool {
        self.layout == Layout::Lines
    }

    /// Reads the next record's text into `text`; tells its number.
    pub(super) fn read(&mut self, text: &mut Vec<u8>) -> Result<Option<u64>, IngestError> {
        text.clear();
        match self.layout {
            Layout::Lines => self.read_line(text),
            Layout::Array { in_object } => self.read_element(text, in_object),
            Layout::End => Ok(None),
        }
    }

    fn read_line(&mut self, text: &mut Vec<u8>) -> Result<Option<u64>, IngestError> {
        loop {
            text.clear();
            let mut at_end = false;
            while !at_end {
                let chunk = self.bytes.fill_buf().map_err(IngestError::open(&self.path))?;
                let end = chunk.iter().position(|b| *b == b'\n');
                let taken = end.map_or(chunk.len(), |i| i + 1);
                at_end = end.is_some() || chunk.is_empty();
                text.extend_from_slice(&chunk[..taken]);
                self.bytes.consume(taken);
                self.short_enough(text)?;
            }
            if text.is_empty() {
                return Ok(None);
            }
            self.count += 1;
            if !text.trim_ascii().is_empty() {
                return Ok(Some(self.count));
            }
        }
    }

    fn read_element(
        &mut self,
        text: &mut Vec<u8>,
        in_object: bool,
    ) -> Result<Option<u64>, IngestError> {
        let first = self.count == 0;
        match self.peek()? {
            Some(b']') => {
                self.bytes.consume(1);
                return self.close(in_object);
            }
            Some(b',') if !first => self.bytes.consume(1),
            Some(_) if first => {}
            _ => return Err(self.broken()),
        }
        self.peek()?;
        self.value(Some(text))?;
        self.count += 1;
        Ok(Some(self.count))
    }

    /// Behind the array nothing may follow but the rest of its object, without a second array.
    fn close(&mut self, in_object: bool) -> Result<Option<u64>, IngestError> {
        self.layout = Layout::End;
        if in_object {
            match self.next_sign()? {
                Some(b'}') => {}
                Some(b',') if !self.find_array()? => {}
                Some(b',') => return Err(refuse(&self.path, Reason::new("json-arrays"))),
                _ => return Err(self.broken()),
            }
        }
        if self.peek()?.is_some() { Err(self.broken()) } else { Ok(None) }
    }

    /// Goes through the members of an object up to the first element of an array of objects, or
    /// through its end.
    fn find_array(&mut self) -> Result<bool, IngestError> {
        loop {
            match self.peek()? {
                Some(b'}') => {
                    self.bytes.consume(1);
                    self.peek()?;
                    return Ok(false);
                }
                Some(b'"') => self.value(None)?,
                _ => return Err(self.broken()),
            }
            if self.next_sign()? != Some(b':') {
                return Err(self.broken());
            }
            if self.peek()? == Some(b'[') {
                self.bytes.consume(1);
                if self.peek()? == Some(b'{') {
                    return Ok(true);
                }
                self.skip_array()?;
            } else {
                self.value(None)?;
            }
            match self.peek()? {
                Some(b',') => self.bytes.consume(1),
                Some(b'}') => {}
                _ => return Err(self.broken()),
            }
        }
    }

    /// Goes through an array of anything but objects, behind its bracket.
    fn skip_array(&mut self) -> Result<(), IngestError> {
        loop {
            match self.peek()? {
                Some(b']') => {
                    self.bytes.consume(1);
                    return Ok(());
                }
                Some(b',') => self.bytes.consume(1),
                Some(_) => self.value(None)?,
                None => return Err(self.broken()),
            }
        }
    }

    /// Goes through one value, and copies it. Whether it is well formed is for its reader to say.
    fn value(&mut self, mut into: Option<&mut Vec<u8>>) -> Result<(), IngestError> {
        let (mut depth, mut in_text, mut escaped, mut begun) = (0_u32, false, false, false);
        loop {
            let chunk = self.chunk()?;
            if chunk.is_empty() {
                return if depth > 0 || in_text || !begun { Err(self.broken()) } else { Ok(()) };
            }
            let (mut taken, mut lines, mut ended) = (0, 0, false);
            for byte in chunk {
                let at_rest = depth == 0 && !in_text;
                if at_rest
                    && (matches!(byte, b',' | b']' | b'}' | b':') || byte.is_ascii_whitespace())
                {
                    ended = true;
                    break;
                }
                taken += 1;
                begun = true;
                lines += u64::from(*byte == b'\n');
                match byte {
                    _ if escaped => escaped = false,
                    b'\\' if in_text => escaped = true,
                    b'"' => in_text = !in_text,
                    b'{' | b'[' if !in_text => depth += 1,
                    b'}' | b']' if !in_text => depth -= 1,
                    _ => {}
                }
                if depth == 0 && !in_text && matches!(byte, b'}' | b']' | b'"') {
                    ended = true;
                    break;
                }
            }
            if let Some(text) = into.as_deref_mut() {
                text.extend_from_slice(&chunk[..taken]);
            }
            self.bytes.consume(taken);
            self.line += lines;
            if let Some(text) = into.as_deref() {
                self.short_enough(text)?;
            }
            if ended {
                return if begun { Ok(()) } else { Err(self.broken()) };
            }
        }
    }

    fn chunk(&mut self) -> Result<&[u8], IngestError> {
        self.bytes.fill_buf().map_err(IngestError::open(&self.path))
    }

    /// The next byte that is not blank, which stays to be read.
    fn peek(&mut self) -> Result<Option<u8>, IngestError> {
        loop {
            let chunk = self.bytes.fill_buf().map_err(IngestError::open(&self.path))?;
            let blanks = chunk.iter().take_while(|b| b.is_ascii_whitespace()).count();
            let lines = chunk[..blanks].iter().filter(|b| **b == b'\n').count() as u64;
            let (next, at_end) = (chunk.get(blanks).copied(), chunk.is_empty());
            self.bytes.consume(blanks);
            self.line += lines;
            if next.is_some() || at_end {
                return Ok(next);
            }
        }
    }

    fn next_sign(&mut self) -> Result<Option<u8>, IngestError> {
        let next = self.peek()?;
        if next.is_some() {
            self.bytes.consume(1);
        }
        Ok(next)
    }

    fn short_enough(&self, text: &[u8]) -> Result<(), IngestError> {
        if text.len() <= RECORD_MAX {
            return Ok(());
        }
        let why = Reason::new("json-long").at("record", &(self.count + 1));
        Err(refuse(&self.path, why))
    }

    /// What to say of broken JSON: the line, never what stands there.
    pub(super) fn broken(&self) -> IngestError {
        refuse(&self.path, Reason::new("json-broken").at("line", &self.line))
    }
}
