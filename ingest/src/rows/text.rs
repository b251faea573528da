//! Bytes of a text file as UTF-8 without a byte order mark, with lines that all end in `\n`.

use std::fs::File;
use std::io::{BufRead, BufReader, Error, ErrorKind, Read, Result};
use std::path::Path;

use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8, UTF_16BE, UTF_16LE};
use memchr::memchr;
use shumar_schemas::Provider;

use crate::{IngestError, Reason};

/// How much is read at a time.
const BLOCK: usize = 256 * 1024;
/// How much of a file is looked at to find its encoding.
const SNIFFED: usize = 4096;

/// The file as UTF-8 without a byte order mark, streamed.
pub(super) fn decoded(
    file: &Path,
    bytes: File,
    provider: &Provider,
) -> std::result::Result<Box<dyn Read + Send>, IngestError> {
    let mut input = BufReader::with_capacity(BLOCK, bytes);
    let start = input.fill_buf().map_err(IngestError::open(file))?;
    let (marked, mark) = Encoding::for_bom(start).map_or((None, 0), |(e, n)| (Some(e), n));
    let named = match &provider.encoding {
        Some(name) => Some(Encoding::for_label(name.trim().as_bytes()).ok_or_else(|| {
            let why = Reason::new("text-encoding-unknown");
            IngestError::Format { file: file.to_owned(), why }
        })?),
        None => unmarked_utf16(start),
    };
    let encoding = marked.or(named).unwrap_or(UTF_8);
    input.consume(mark);
    if encoding == UTF_8 {
        return Ok(Box::new(input));
    }
    let decoder = encoding.new_decoder_without_bom_handling();
    Ok(Box::new(Decoding { input, decoder, ready: Vec::new(), given: 0, ended: false }))
}

/// UTF-16 without a mark shows by its zeros: in text of few letters every other byte is one.
fn unmarked_utf16(start: &[u8]) -> Option<&'static Encoding> {
    let start = &start[..start.len().min(SNIFFED)];
    let zeros = |from: usize| start.iter().skip(from).step_by(2).filter(|b| **b == 0).count();
    let (even, odd) = (zeros(0), zeros(1));
    let many = start.len() / 8;
    if many == 0 {
        None
    } else if odd > many && even < odd / 8 {
        Some(UTF_16LE)
    } else if even > many && odd < even / 8 {
        Some(UTF_16BE)
    } else {
        None
    }
}

/// Text of another encoding as UTF-8. What does not fit the encoding is an error, not a question
/// mark in a record.
struct Decoding {
    input: BufReader<File>,
    decoder: Decoder,
    ready: Vec<u8>,
    given: usize,
    ended: bool,
}

impl Read for Decoding {
    fn read(&mut self, out: &mut [u8]) -> Result<usize> {
        while self.given == self.ready.len() && !self.ended {
            let block = self.input.fill_buf()?;
            let (length, last) = (block.len(), block.is_empty());
            self.ready.resize(BLOCK * 4, 0);
            let (result, read, written) =
                self.decoder.decode_to_utf8_without_replacement(block, &mut self.ready, last);
            debug_assert!(read <= length);
            self.input.consume(read);
            self.ready.truncate(written);
            self.given = 0;
            self.ended = last && result == DecoderResult::InputEmpty;
            if matches!(result, DecoderResult::Malformed(..)) {
                return Err(Error::from(ErrorKind::InvalidData));
            }
        }
        let n = out.len().min(self.ready.len() - self.given);
        out[..n].copy_from_slice(&self.ready[self.given..self.given + n]);
        self.given += n;
        Ok(n)
    }
}

/// A text with `\r\n` and `\r` read as `\n`, and with one at its end.
pub(super) struct Lines<R> {
    text: R,
    block: Vec<u8>,
    given: usize,
    last: u8,
    after_return: bool,
    ended: bool,
}

impl<R: Read> Lines<R> {
    pub(super) fn new(text: R) -> Self {
        let block = Vec::with_capacity(BLOCK);
        Self { text, block, given: 0, last: b'\n', after_return: false, ended: false }
    }

    fn next_block(&mut self) -> Result<()> {
        self.given = 0;
        self.block.resize(BLOCK, 0);
        let n = loop {
            match self.text.read(&mut self.block) {
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                other => break other?,
            }
        };
        self.block.truncate(n);
        if n == 0 {
            self.ended = true;
            if self.last != b'\n' {
                self.block.push(b'\n');
            }
        } else if self.after_return || memchr(b'\r', &self.block).is_some() {
            self.one_ending();
        }
        self.last = self.block.last().copied().unwrap_or(self.last);
        Ok(())
    }

    fn one_ending(&mut self) {
        let mut kept = 0;
        for i in 0..self.block.len() {
            let byte = self.block[i];
            let second = byte == b'\n' && self.after_return;
            self.after_return = byte == b'\r';
            if !second {
                self.block[kept] = if byte == b'\r' { b'\n' } else { byte };
                kept += 1;
            }
        }
        self.block.truncate(kept);
    }
}

impl<R: Read> Read for Lines<R> {
    fn read(&mut self, out: &mut [u8]) -> Result<usize> {
        while self.given == self.block.len() && !self.ended {
            self.next_block()?;
        }
        let n = out.len().min(self.block.len() - self.given);
        out[..n].copy_from_slice(&self.block[self.given..self.given + n]);
        self.given += n;
        Ok(n)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hands out one byte at a time.
    struct Drip<'a>(&'a [u8]);

    impl Read for Drip<'_> {
        fn read(&mut self, out: &mut [u8]) -> Result<usize> {
            let n = self.0.len().min(out.len()).min(1);
            out[..n].copy_from_slice(&self.0[..n]);
            self.0 = &self.0[n..];
            Ok(n)
        }
    }

    #[test]
    fn every_line_ends_alike() {
        for (text, expected) in
            [("a\r\nb\rc\n\rd", "a\nb\nc\n\nd\n"), ("", ""), ("\r\n", "\n"), ("a", "a\n")]
        {
            let mut whole = String::new();
            Lines::new(text.as_bytes()).read_to_string(&mut whole).expect("text");
            assert_eq!(whole, expected);
            let mut dripped = String::new();
            Lines::new(Drip(text.as_bytes())).read_to_string(&mut dripped).expect("text");
            assert_eq!(dripped, expected);
        }
    }

    #[test]
    fn utf16_is_known_by_its_zeros() {
        let little: Vec<u8> = "No,Date\n1,2025".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = "No,Date\n1,2025".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(unmarked_utf16(&little), Some(UTF_16LE));
        assert_eq!(unmarked_utf16(&big), Some(UTF_16BE));
        assert_eq!(unmarked_utf16(b"No,Date\n1,2025"), None);
        assert_eq!(unmarked_utf16(b""), None);
    }
}
