//! Old workbooks, measured before their reader holds them whole: two cells far apart would take
//! the memory of all between them, and sectors that follow each other in a circle have no end.

use std::fs::File;
use std::io::{Read, Seek};
use std::path::Path;

use super::{CELLS_MAX, TEXT_MAX, vast};
use crate::IngestError;

/// The end of a chain of sectors, and the first number that is no sector's.
const END: u32 = 0xffff_fffe;
const RESERVED: u32 = 0xffff_fffa;
/// Streams below this length lie in small sectors of their own.
const SMALL_STREAM: usize = 4096;
const SMALL_SECTOR: usize = 64;
/// What a sheet claims to measure at most: the program's own limits.
const CLAIM_MAX: usize = 65_536 * 256;

// Kinds of records in the workbook's stream.
const END_OF_PART: u16 = 0x000a;
const BEGIN_OF_PART: u16 = 0x0809;
const PASSWORD: u16 = 0x002f;
const SHEET: u16 = 0x0085;
const DIMENSIONS: u16 = 0x0200;
const SEVERAL_NUMBERS: u16 = 0x00bd;
const FORMULA: u16 = 0x0006;
const CELLS: [u16; 7] = [FORMULA, 0x0203, 0x0204, 0x00d6, 0x0205, 0x027e, 0x00fd];

/// Refuses a workbook that would take too much memory, or whose sectors go round in a circle.
pub(super) fn measure(
    path: &Path,
    file: &File,
    unreadable: &dyn Fn() -> IngestError,
) -> Result<(), IngestError> {
    let mut file = file.try_clone().map_err(IngestError::open(path))?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(IngestError::open(path))?;
    file.rewind().map_err(IngestError::open(path))?;
    let book = workbook(&bytes).ok_or_else(unreadable)?;
    match fits(&book) {
        Some(true) => Ok(()),
        Some(false) => Err(vast(path)),
        None => Err(unreadable()),
    }
}

/// Sectors, and which follows which.
struct Sectors<'a> {
    bytes: &'a [u8],
    size: usize,
    next: Vec<u32>,
}

impl Sectors<'_> {
    /// A stream of at most `length` bytes; nothing when its sectors go round in a circle.
    fn stream(&self, start: u32, length: usize) -> Option<Vec<u8>> {
        let (mut stream, mut sector) = (Vec::new(), start);
        let mut left = self.next.len();
        while sector != END && stream.len() < length {
            left = left.checked_sub(1)?;
            let place = sector as usize;
            let begin = place.checked_mul(self.size)?.min(self.bytes.len());
            let end = (begin + self.size).min(self.bytes.len());
            stream.extend_from_slice(&self.bytes[begin..end]);
            sector = if stream.len() < length { *self.next.get(place)? } else { END };
        }
        stream.truncate(length);
        Some(stream)
    }
}

/// The stream of the workbook in its container.
fn workbook(bytes: &[u8]) -> Option<Vec<u8>> {
    let head = bytes.get(..512)?;
    let size = match half(head, 30)? {
        9 => 512,
        12 => 4096,
        _ => return None,
    };
    let mut sectors = Sectors { bytes: bytes.get(size..)?, size, next: Vec::new() };
    // Where the table of sectors lies: in the head, and in sectors of its own behind it.
    let mut tables: Vec<u32> = words(&head[76..]).collect();
    let (mut more, mut left) = (word(head, 68)?, bytes.len() / size);
    while more < RESERVED {
        left = left.checked_sub(1)?;
        tables.extend(words(sector(&sectors, more)?));
        more = tables.pop()?;
    }
    for table in tables.into_iter().filter(|t| *t < RESERVED) {
        let table: Vec<u32> = words(sector(&sectors, table)?).collect();
        sectors.next.extend(table);
        if sectors.next.len() > bytes.len() {
            return None;
        }
    }
    let folder = sectors.stream(word(head, 48)?, usize::MAX)?;
    let entries: Vec<&[u8]> = folder.chunks_exact(128).collect();
    let found = |name: &str| entries.iter().find(|e| is_named(e, name)).copied();
    let entry = found("Workbook").or_else(|| found("Book"))?;
    let (start, length) = (word(entry, 116)?, word(entry, 120)? as usize);
    let tables = word(head, 64)? as usize;
    let (mut bytes, mut next) = (Vec::new(), Vec::new());
    if tables > 0 {
        let root = entries.first()?;
        bytes = sectors.stream(word(root, 116)?, word(root, 120)? as usize)?;
        next = sectors.stream(word(head, 60)?, tables.saturating_mul(size))?;
    }
    if length < SMALL_STREAM {
        let next = words(&next).collect();
        return Sectors { bytes: &bytes, size: SMALL_SECTOR, next }.stream(start, length);
    }
    sectors.stream(start, length)
}

fn sector<'a>(sectors: &Sectors<'a>, place: u32) -> Option<&'a [u8]> {
    let begin = (place as usize).checked_mul(sectors.size)?;
    sectors.bytes.get(begin..(begin + sectors.size).min(sectors.bytes.len()))
}

fn is_named(entry: &[u8], name: &str) -> bool {
    let letters = entry[..64].chunks_exact(2).map(|c| u16::from_le_bytes([c[0], c[1]]));
    let letters: Vec<u16> = letters.take_while(|c| *c != 0).collect();
    String::from_utf16_lossy(&letters).eq_ignore_ascii_case(name)
}

/// Whether the sheets fit into memory; nothing when one claims to be larger than a sheet can be.
fn fits(book: &[u8]) -> Option<bool> {
    let mut sheets = Vec::new();
    for (kind, data) in (Records { left: book }) {
        match kind {
            // Its reader refuses it.
            PASSWORD => return Some(true),
            SHEET => sheets.push(word(data, 0)? as usize),
            END_OF_PART => break,
            _ => {}
        }
    }
    let (mut cells, mut bytes) = (0_usize, 0_usize);
    for start in sheets {
        let (mut all, mut formulas, mut depth) = (Area::default(), Area::default(), 0_usize);
        for (kind, data) in (Records { left: book.get(start..).unwrap_or_default() }) {
            bytes += data.len() + 4;
            cells += usize::from(CELLS.contains(&kind)) + data.len() / 6;
            if bytes > TEXT_MAX || cells.max(all.cells()) > CELLS_MAX {
                return Some(false);
            }
            match kind {
                BEGIN_OF_PART => depth += 1,
                END_OF_PART if depth <= 1 => break,
                END_OF_PART => depth -= 1,
                _ if depth > 1 => {}
                DIMENSIONS if claimed(data)? > CLAIM_MAX => return None,
                DIMENSIONS => {}
                SEVERAL_NUMBERS => {
                    let columns = (data.len() / 6).max(1) - 1;
                    all.add(data, 0)?;
                    all.add(data, columns)?;
                }
                _ if CELLS.contains(&kind) => {
                    all.add(data, 0)?;
                    if kind == FORMULA {
                        formulas.add(data, 0)?;
                    }
                }
                _ => {}
            }
        }
        cells = cells.saturating_add(all.cells()).saturating_add(formulas.cells());
    }
    Some(cells <= CELLS_MAX)
}

/// What a sheet says that it measures.
fn claimed(data: &[u8]) -> Option<usize> {
    let (first, last, column) = match data.len() {
        10 => (half(data, 0)?.into(), half(data, 2)?.into(), 4),
        _ => (word(data, 0)?, word(data, 4)?, 8),
    };
    let (left, right) = (half(data, column)?, half(data, column + 2)?);
    if last == 0 || right == 0 {
        return Some(1);
    }
    let rows = last.checked_sub(first)? as usize;
    // What lies beyond the last column is read as the first.
    let left = if left > 255 || right < left { 0 } else { left };
    Some(rows.saturating_mul(usize::from(right - left)))
}

/// The smallest rectangle around cells: first and last row, first and last column.
#[derive(Default)]
struct Area(Option<(usize, usize, usize, usize)>);

impl Area {
    fn add(&mut self, cell: &[u8], right: usize) -> Option<()> {
        let (row, column) = (usize::from(half(cell, 0)?), usize::from(half(cell, 2)?) + right);
        let (top, bottom, first, last) = self.0.unwrap_or((row, row, column, column));
        self.0 = Some((top.min(row), bottom.max(row), first.min(column), last.max(column)));
        Some(())
    }

    fn cells(&self) -> usize {
        self.0.map_or(0, |(top, bottom, first, last)| (bottom - top + 1) * (last - first + 1))
    }
}

/// The records of a stream: kind and content.
struct Records<'a> {
    left: &'a [u8],
}

impl<'a> Iterator for Records<'a> {
    type Item = (u16, &'a [u8]);

    fn next(&mut self) -> Option<Self::Item> {
        let (kind, length) = (half(self.left, 0)?, usize::from(half(self.left, 2)?));
        let rest = self.left.get(4..)?;
        let data = rest.get(..length)?;
        self.left = &rest[length..];
        Some((kind, data))
    }
}

fn half(bytes: &[u8], at: usize) -> Option<u16> {
    bytes.get(at..at + 2)?.try_into().ok().map(u16::from_le_bytes)
}

fn word(bytes: &[u8], at: usize) -> Option<u32> {
    bytes.get(at..at + 4)?.try_into().ok().map(u32::from_le_bytes)
}

fn words(bytes: &[u8]) -> impl Iterator<Item = u32> {
    bytes.chunks_exact(4).map(|c| u32::from_le_bytes([c[0], c[1], c[2], c[3]]))
}
