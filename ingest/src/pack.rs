//! Judged rows, packed: identities, origin and values, a fixed number of bytes each, in piles by
//! person. What does not fit in memory waits in a file without a name, which no crash leaves behind,
//! sealed with a key that only this process has: what the disk keeps of it tells nothing.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use shumar_seal::{Pieces, TAG};

use crate::IngestError;
use crate::key::{ID_BYTES, Id};

/// Bytes of a record's identity among its person's.
pub(crate) const RECORD_BYTES: usize = 8;
/// The same, as Arrow counts.
pub(crate) const RECORD_WIDTH: i32 = 8;
/// A record's identity among its person's.
pub(crate) type RecordId = [u8; RECORD_BYTES];

const RECORD: usize = ID_BYTES;
const FIRST: usize = RECORD + RECORD_BYTES;
const SECOND: usize = FIRST + 4;
const VALUES: usize = SECOND + 8;
/// Piles, by the first byte of the person.
pub(crate) const PILES: usize = 256;
/// Packed rows of this many bytes stay in memory.
const MEMORY_BYTES: usize = 192 << 20;
/// A pile is held in blocks of about this size, so that its rows are never moved as it grows.
const BLOCK_BYTES: usize = 64 << 10;
/// A pile is moved to the file in pieces of about this size.
const PIECE_BYTES: usize = 128 << 10;

/// Rows of one width, one behind the other.
#[derive(Debug, Clone, Default)]
pub(crate) struct Packed {
    fields: usize,
    bytes: Vec<u8>,
}

/// One packed row. The two numbers are the file and the row that it came from; for a settled
/// record they are its two ordinals.
#[derive(Clone, Copy)]
pub(crate) struct Line<'a>(&'a [u8]);

impl Packed {
    /// Rows of this many values.
    pub(crate) fn new(fields: usize) -> Self {
        Self { fields, bytes: Vec::new() }
    }

    /// Makes room for this many more rows.
    pub(crate) fn reserve(&mut self, rows: usize) {
        self.bytes.reserve_exact(rows * self.width());
    }

    fn width(&self) -> usize {
        VALUES + 4 * self.fields
    }

    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        self.bytes.len() / self.width()
    }

    /// Adds a row.
    pub(crate) fn push(
        &mut self,
        person: &Id,
        record: RecordId,
        numbers: (u32, u64),
        values: impl Iterator<Item = i32>,
    ) {
        self.bytes.extend_from_slice(person);
        self.bytes.extend_from_slice(&record);
        self.bytes.extend_from_slice(&numbers.0.to_le_bytes());
        self.bytes.extend_from_slice(&numbers.1.to_le_bytes());
        values.for_each(|v| self.bytes.extend_from_slice(&v.to_le_bytes()));
    }

    /// A row by its place.
    pub(crate) fn line(&self, i: usize) -> Line<'_> {
        let width = self.width();
        Line(&self.bytes[i * width..(i + 1) * width])
    }

    /// All rows.
    pub(crate) fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        self.bytes.chunks_exact(self.width()).map(Line)
    }

    /// Adds other rows of the same width.
    pub(crate) fn append(&mut self, other: &Self) {
        self.bytes.extend_from_slice(&other.bytes);
    }
}

impl<'a> Line<'a> {
    fn part<const N: usize>(self, from: usize) -> [u8; N] {
        let mut part = [0; N];
        part.copy_from_slice(&self.0[from..from + N]);
        part
    }

    /// The person.
    pub(crate) fn person(self) -> Id {
        self.part(0)
    }

    /// The beginning of the person, in whose order persons come.
    pub(crate) fn beginning(self) -> u64 {
        u64::from_be_bytes(self.part(0))
    }

    /// The record among its person's.
    pub(crate) fn record(self) -> RecordId {
        self.part(RECORD)
    }

    /// The first number: the file, or the ordinal of the kind.
    pub(crate) fn first(self) -> u32 {
        u32::from_le_bytes(self.part(FIRST))
    }

    /// The second number: the row, or the ordinal of the year.
    pub(crate) fn second(self) -> u64 {
        u64::from_le_bytes(self.part(SECOND))
    }

    /// The values.
    pub(crate) fn values(self) -> impl Iterator<Item = i32> + use<'a> {
        let value = |v: &[u8]| i32::from_le_bytes([v[0], v[1], v[2], v[3]]);
        self.0[VALUES..].chunks_exact(4).map(value)
    }
}

/// The rows of a pile that are in memory.
#[derive(Default, Clone)]
struct Pile {
    blocks: Vec<Vec<u8>>,
    bytes: usize,
}

impl Pile {
    fn push(&mut self, row: &[u8]) {
        match self.blocks.last_mut() {
            Some(block) if block.capacity() - block.len() >= row.len() => {
                block.extend_from_slice(row);
            }
            _ => {
                let mut block = Vec::with_capacity(BLOCK_BYTES);
                block.extend_from_slice(row);
                self.blocks.push(block);
            }
        }
        self.bytes += row.len();
    }
}

/// Rows in piles by person: all rows of a person are in one pile.
pub(crate) struct Piles {
    fields: usize,
    piles: Vec<Pile>,
    held: usize,
    rows: [u64; PILES],
    scratch: PathBuf,
    file: Option<(File, Pieces)>,
    /// Where each pile's pieces are in the file.
    pieces: Vec<Vec<(u64, usize)>>,
    /// The end of the file, which is also the number of the next piece.
    end: u64,
}

impl Piles {
    /// Empty piles for rows of this many values.
    pub(crate) fn new(fields: usize, scratch: &Path) -> Self {
        Self {
            fields,
            piles: vec![Pile::default(); PILES],
            held: 0,
            rows: [0; PILES],
            scratch: scratch.to_owned(),
            file: None,
            pieces: vec![Vec::new(); PILES],
            end: 0,
        }
    }

    /// Sorts rows into the piles.
    ///
    /// # Errors
    /// What the file system refuses.
    pub(crate) fn add(&mut self, rows: &Packed) -> Result<(), IngestError> {
        for line in rows.lines() {
            let pile = usize::from(line.0[0]);
            self.piles[pile].push(line.0);
            self.rows[pile] += 1;
        }
        self.held += rows.bytes.len();
        if self.held > MEMORY_BYTES {
            let full: Vec<usize> =
                (0..PILES).filter(|p| self.piles[*p].bytes >= PIECE_BYTES).collect();
            // Evenly spread rows fill all piles alike; whatever is large goes.
            full.into_iter().try_for_each(|pile| self.put_away(pile))?;
        }
        Ok(())
    }

    fn put_away(&mut self, pile: usize) -> Result<(), IngestError> {
        let broken = IngestError::write(&self.scratch);
        let (mut file, pieces) = match self.file.take() {
            Some(file) => file,
            None => match tempfile::tempfile_in(&self.scratch) {
                Ok(file) => (file, Pieces::passing()?),
                Err(e) => return Err(broken(e)),
            },
        };
        let Pile { blocks, bytes } = std::mem::take(&mut self.piles[pile]);
        let mut piece = Vec::with_capacity(bytes + TAG);
        for block in &blocks {
            piece.extend_from_slice(block);
        }
        pieces.seal(self.end, &mut piece)?;
        let written = file.seek(SeekFrom::Start(self.end)).and_then(|_| file.write_all(&piece));
        written.map_err(IngestError::write(&self.scratch))?;
        self.pieces[pile].push((self.end, piece.len()));
        self.end += piece.len() as u64;
        self.held -= bytes;
        self.file = Some((file, pieces));
        Ok(())
    }

    /// How many rows each pile holds.
    pub(crate) fn sizes(&self) -> &[u64; PILES] {
        &self.rows
    }

    /// Takes all rows of a range of piles.
    ///
    /// # Errors
    /// What the file system refuses.
    pub(crate) fn take(&mut self, range: std::ops::Range<usize>) -> Result<Packed, IngestError> {
        let mut rows = Packed::new(self.fields);
        let all: u64 = self.rows[range.clone()].iter().sum();
        rows.reserve(usize::try_from(all).unwrap_or_default());
        for pile in range {
            for (at, length) in std::mem::take(&mut self.pieces[pile]) {
                let Some((file, pieces)) = &mut self.file else { break };
                let mut piece = vec![0; length];
                let read = file.seek(SeekFrom::Start(at));
                let read = read.and_then(|_| file.read_exact(&mut piece));
                read.map_err(IngestError::open(&self.scratch))?;
                if !pieces.open(at, &mut piece) {
                    return Err(IngestError::Withheld);
                }
                rows.bytes.extend_from_slice(&piece);
            }
            for block in std::mem::take(&mut self.piles[pile]).blocks {
                rows.bytes.extend_from_slice(&block);
            }
        }
        Ok(rows)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_survive_packing_and_putting_away() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut piles = Piles::new(2, folder.path());
        let mut rows = Packed::new(2);
        for i in 0..1000_i32 {
            let person = [u8::try_from(i % 256).expect("a byte"); ID_BYTES];
            rows.push(
                &person,
                i64::from(i).to_le_bytes(),
                (7, u64::from(i.unsigned_abs())),
                [i, -i].into_iter(),
            );
        }
        assert_eq!(rows.len(), 1000);
        piles.add(&rows).expect("added");
        piles.put_away(3).expect("put away");
        piles.put_away(4).expect("put away");
        let (file, _) = piles.file.as_mut().expect("a file");
        let mut put = Vec::new();
        file.rewind().and_then(|()| file.read_to_end(&mut put)).expect("read");
        assert!(put.len() > 100 && !put.windows(ID_BYTES).any(|w| w == [3; ID_BYTES]));
        piles.add(&rows).expect("added");
        assert_eq!(piles.sizes().iter().sum::<u64>(), 2000);
        let taken = piles.take(3..5).expect("taken");
        assert_eq!(taken.len(), 16);
        for line in taken.lines() {
            let i = i32::try_from(line.second()).expect("a row");
            assert_eq!(line.person(), [u8::try_from(i % 256).expect("a byte"); ID_BYTES]);
            assert_eq!(line.record(), i64::from(i).to_le_bytes());
            assert_eq!(line.first(), 7);
            assert_eq!(line.values().collect::<Vec<_>>(), [i, -i]);
        }
        assert_eq!(piles.take(3..5).expect("taken").len(), 0);
        assert_eq!(piles.take(0..3).expect("taken").len(), 24);
    }
}
