//! One run: blocks of entries, each with a checksum or sealed, then the first person of every block.

use std::fs::File;
use std::io::{BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use shumar_seal::Seal;

use super::Entry;
use super::guard::Guard;
use crate::IngestError;
use crate::key::Id;
use crate::pack::RecordId;

const ENTRY: usize = 44;
/// Entries of a block.
const FULL: usize = 93;
/// The beginning of a person, by which blocks are found.
type Fence = [u8; 8];

fn fence(person: &Id) -> Fence {
    let mut fence = Fence::default();
    fence.copy_from_slice(&person[..8]);
    fence
}

fn damaged(path: &Path) -> IngestError {
    IngestError::Places { file: path.to_owned() }
}

fn to_bytes(entry: &Entry, out: &mut Vec<u8>) {
    out.extend_from_slice(&entry.person);
    out.extend_from_slice(&entry.record);
    out.extend_from_slice(&entry.content.to_le_bytes());
    out.extend_from_slice(&entry.batch.to_le_bytes());
    for number in [entry.month, entry.kind, entry.year, u16::from(entry.copy)] {
        out.extend_from_slice(&number.to_le_bytes());
    }
}

fn from_bytes(bytes: &[u8]) -> Entry {
    fn part<const N: usize>(bytes: &[u8], from: usize) -> [u8; N] {
        let mut part = [0; N];
        part.copy_from_slice(&bytes[from..from + N]);
        part
    }
    let number = |from| u16::from_le_bytes(part(bytes, from));
    Entry {
        person: part::<16>(bytes, 0),
        record: part::<8>(bytes, 16) as RecordId,
        content: u64::from_le_bytes(part(bytes, 24)),
        batch: u32::from_le_bytes(part(bytes, 32)),
        month: number(36),
        kind: number(38),
        year: number(40),
        copy: number(42) != 0,
    }
}

/// Writes a run, whose entries come by person.
pub(crate) struct Writer {
    path: PathBuf,
    out: BufWriter<File>,
    block: Vec<u8>,
    fences: Vec<u8>,
    entries: u64,
    guard: Guard,
    blocks: u64,
}

impl Writer {
    pub(super) fn create(path: &Path, seal: &Seal) -> Result<Self, IngestError> {
        let file = File::create(path).map_err(IngestError::write(path))?;
        let mut out = BufWriter::with_capacity(1 << 20, file);
        let (header, guard) = Guard::new(seal)?;
        out.write_all(&header).map_err(IngestError::write(path))?;
        let (block, fences) = (Vec::with_capacity(guard.long(FULL * ENTRY)), Vec::new());
        Ok(Self { path: path.to_owned(), out, block, fences, entries: 0, guard, blocks: 0 })
    }

    /// Adds an entry.
    ///
    /// # Errors
    /// What the file system refuses.
    pub(crate) fn push(&mut self, entry: &Entry) -> Result<(), IngestError> {
        if self.block.is_empty() {
            self.fences.extend_from_slice(&fence(&entry.person));
        }
        to_bytes(entry, &mut self.block);
        self.entries += 1;
        if self.block.len() == ENTRY * FULL { self.close_block() } else { Ok(()) }
    }

    fn close_block(&mut self) -> Result<(), IngestError> {
        self.block.resize(ENTRY * FULL, 0);
        self.guard.close(self.blocks, &mut self.block)?;
        self.blocks += 1;
        self.out.write_all(&self.block).map_err(IngestError::write(&self.path))?;
        self.block.clear();
        Ok(())
    }

    /// Makes the run durable, and says how many entries it has.
    pub(super) fn finish(mut self) -> Result<u64, IngestError> {
        if !self.block.is_empty() {
            self.close_block()?;
        }
        self.guard.close(self.blocks, &mut self.fences)?;
        let written = self.out.write_all(&self.fences);
        let synced = written.and_then(|()| self.out.flush()).and_then(|()| {
            self.out.get_ref().sync_all()?;
            match self.path.parent() {
                Some(folder) => File::open(folder)?.sync_all(),
                None => Ok(()),
            }
        });
        synced.map_err(IngestError::write(&self.path))?;
        Ok(self.entries)
    }
}

/// A finished run.
pub(crate) struct Run {
    path: PathBuf,
    entries: u64,
    fences: Vec<Fence>,
    guard: Guard,
}

impl Run {
    /// Opens a run that holds this many entries.
    pub(super) fn open(path: &Path, entries: u64, seal: &Seal) -> Result<Self, IngestError> {
        let mut file = File::open(path).map_err(|_| damaged(path))?;
        let guard = Guard::of(seal, &mut file)?.ok_or_else(|| damaged(path))?;
        let blocks = entries.div_ceil(FULL as u64);
        let start = guard.begin() + blocks * guard.long(FULL * ENTRY) as u64;
        let mut tail = Vec::new();
        let read = file.seek(SeekFrom::Start(start)).and_then(|_| file.read_to_end(&mut tail));
        read.map_err(IngestError::open(path))?;
        let whole = guard.check(blocks, &mut tail);
        if !whole || tail.len() as u64 != blocks * size_of::<Fence>() as u64 {
            return Err(damaged(path));
        }
        let fences = tail.as_chunks::<8>().0.to_vec();
        Ok(Self { path: path.to_owned(), entries, fences, guard })
    }

    /// A cursor at the beginning.
    pub(crate) fn cursor(&self) -> Result<Cursor<'_>, IngestError> {
        let file = File::open(&self.path).map_err(IngestError::open(&self.path))?;
        let (at, next) = (usize::MAX, usize::MAX);
        Ok(Cursor { run: self, file, block: Vec::new(), at, next })
    }

    /// All entries.
    pub(super) fn walk(
        &self,
    ) -> Result<impl Iterator<Item = Result<Entry, IngestError>>, IngestError> {
        let mut cursor = self.cursor()?;
        let mut place = 0_usize;
        Ok(std::iter::from_fn(move || {
            let (block, i) = (place / FULL, place % FULL);
            if place as u64 >= cursor.run.entries {
                return None;
            }
            place += 1;
            Some(cursor.load(block).map(|()| cursor.entry(i)))
        }))
    }

    fn length(&self, block: usize) -> usize {
        let before = (block * FULL) as u64;
        usize::try_from(self.entries - before).map_or(FULL, |left| left.min(FULL))
    }
}

/// Finds persons in a run. It reads a block at a time, and each block once when persons are asked
/// for in their order.
pub(crate) struct Cursor<'a> {
    run: &'a Run,
    file: File,
    block: Vec<u8>,
    /// The block that is loaded.
    at: usize,
    /// Where the file stands.
    next: usize,
}

impl Cursor<'_> {
    fn load(&mut self, block: usize) -> Result<(), IngestError> {
        if self.at == block {
            return Ok(());
        }
        let path = &self.run.path;
        let guard = &self.run.guard;
        let long = guard.long(FULL * ENTRY);
        self.block.resize(long, 0);
        if self.next != block {
            let start = guard.begin() + (block * long) as u64;
            self.file.seek(SeekFrom::Start(start)).map_err(IngestError::open(path))?;
        }
        (self.at, self.next) = (usize::MAX, usize::MAX);
        self.file.read_exact(&mut self.block).map_err(|_| damaged(path))?;
        if !guard.check(block as u64, &mut self.block) {
            return Err(damaged(path));
        }
        (self.at, self.next) = (block, block + 1);
        Ok(())
    }

    fn person(&self, i: usize) -> &[u8] {
        &self.block[i * ENTRY..i * ENTRY + 16]
    }

    fn entry(&self, i: usize) -> Entry {
        from_bytes(&self.block[i * ENTRY..(i + 1) * ENTRY])
    }

    /// Adds all entries of a person to `found`.
    ///
    /// # Errors
    /// A run that can't be read or is damaged.
    pub(crate) fn find(&mut self, person: &Id, found: &mut Vec<Entry>) -> Result<(), IngestError> {
        let wanted = fence(person);
        let fences = &self.run.fences;
        // Persons are asked for in their order as a rule: the block at hand holds the next one.
        let from = if self.at < fences.len() && fences[self.at] < wanted { self.at } else { 0 };
        let near = fences[from..].iter().take(8).position(|f| *f >= wanted);
        let past = near.unwrap_or_else(|| fences[from..].partition_point(|f| *f < wanted));
        let mut block = (from + past).saturating_sub(1);
        while block < fences.len() && fences[block] <= wanted {
            self.load(block)?;
            let length = self.run.length(block);
            let mut i = self.first(length, person);
            while i < length && self.person(i) == person {
                found.push(self.entry(i));
                i += 1;
            }
            if i < length {
                return Ok(());
            }
            block += 1;
        }
        Ok(())
    }

    /// The first of a block's entries that is not before a person.
    fn first(&self, length: usize, person: &Id) -> usize {
        let (mut low, mut high) = (0, length);
        while low < high {
            let middle = usize::midpoint(low, high);
            if self.person(middle) < person.as_slice() { low = middle + 1 } else { high = middle }
        }
        low
    }
}

#[cfg(test)]
mod tests;
