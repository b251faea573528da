//! A look at a Parquet footer before the Parquet reader trusts it.
//!
//! The reader reserves memory for as many row groups as the footer claims to have, and a claim of
//! two thousand million ends the process. So the claim is read here first. The footer is one
//! structure in Thrift's compact encoding (apache/thrift `doc/specs/thrift-compact-protocol.md`);
//! everything but the length of its list of row groups is stepped over.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};

/// Most row groups: a file of 4 million cells in groups of a thousand.
const GROUPS_MAX: u64 = 4096;
/// Deepest nesting of a footer; the format's own is below ten.
const DEPTH_MAX: u32 = 32;
/// Largest footer.
const FOOTER_BYTES_MAX: u64 = 16 << 20;
/// The field of `FileMetaData` that lists the row groups.
const ROW_GROUPS: i64 = 4;

/// Why a footer is refused.
pub(crate) fn refuse(file: &mut File) -> io::Result<Option<&'static str>> {
    let length = file.seek(SeekFrom::End(0))?;
    let mut tail = [0; 8];
    if length < 12 {
        return Ok(Some("is too short for Parquet"));
    }
    file.seek(SeekFrom::End(-8))?;
    file.read_exact(&mut tail)?;
    let footer = u64::from(u32::from_le_bytes([tail[0], tail[1], tail[2], tail[3]]));
    if &tail[4..] != b"PAR1" || footer > FOOTER_BYTES_MAX || footer + 12 > length {
        return Ok(Some("does not end in a Parquet footer"));
    }
    file.seek(SeekFrom::Start(length - 8 - footer))?;
    let mut bytes = Vec::new();
    file.take(footer).read_to_end(&mut bytes)?;
    file.seek(SeekFrom::Start(0))?;
    Ok(match groups(&mut Compact { bytes: &bytes }) {
        Some(n) if n <= GROUPS_MAX => None,
        Some(_) => Some("claims to have too many row groups"),
        None => Some("has a footer that can't be read"),
    })
}

fn groups(footer: &mut Compact) -> Option<u64> {
    let mut before = 0;
    loop {
        match footer.field(before)? {
            Field::End => return None,
            Field::Next { id: ROW_GROUPS, .. } => return footer.list().map(|(count, _)| count),
            Field::Next { id, kind } => {
                before = id;
                footer.skip(kind, DEPTH_MAX)?;
            }
        }
    }
}

/// What stands next in a structure.
enum Field {
    End,
    Next { id: i64, kind: u8 },
}

/// A reader of the compact encoding; `None` is the end of the bytes or nonsense.
struct Compact<'a> {
    bytes: &'a [u8],
}

impl Compact<'_> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        Some(*first)
    }

    fn pass(&mut self, n: u64) -> Option<()> {
        self.bytes = self.bytes.get(usize::try_from(n).ok()?..)?;
        Some(())
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(value);
            }
        }
        None
    }

    fn field(&mut self, before: i64) -> Option<Field> {
        let head = self.byte()?;
        if head == 0 {
            return Some(Field::End);
        }
        let id = match i64::from(head >> 4) {
            0 => {
                let zigzag = self.varint()?;
                i64::try_from(zigzag >> 1).ok()? ^ -i64::from(zigzag & 1 == 1)
            }
            step => before.checked_add(step)?,
        };
        Some(Field::Next { id, kind: head & 0x0f })
    }

    /// Length and kind of a list.
    fn list(&mut self) -> Option<(u64, u8)> {
        let head = self.byte()?;
        let count = if head >> 4 == 15 { self.varint()? } else { u64::from(head >> 4) };
        Some((count, head & 0x0f))
    }

    fn skip(&mut self, kind: u8, depth: u32) -> Option<()> {
        let depth = depth.checked_sub(1)?;
        match kind {
            1 | 2 => Some(()),
            3 => self.pass(1),
            4..=6 => self.varint().map(drop),
            7 => self.pass(8),
            8 => {
                let length = self.varint()?;
                self.pass(length)
            }
            9 | 10 => {
                let (count, kind) = self.list()?;
                (0..count).try_for_each(|_| self.element(kind, depth))
            }
            12 => {
                let mut before = 0;
                while let Field::Next { id, kind } = self.field(before)? {
                    before = id;
                    self.skip(kind, depth)?;
                }
                Some(())
            }
            // Maps, and kinds that do not exist: a Parquet footer has none.
            _ => None,
        }
    }

    /// An element of a list; unlike a field, a truth value there takes a byte.
    fn element(&mut self, kind: u8, depth: u32) -> Option<()> {
        if matches!(kind, 1 | 2) { self.pass(1) } else { self.skip(kind, depth) }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    fn verdict(footer: &[u8]) -> Option<&'static str> {
        let mut file = tempfile::tempfile().expect("a file");
        let length = u32::try_from(footer.len()).expect("short").to_le_bytes();
        for part in [b"PAR1".as_slice(), footer, &length, b"PAR1"] {
            file.write_all(part).expect("written");
        }
        refuse(&mut file).expect("read")
    }

    #[test]
    fn a_claim_of_countless_row_groups_is_refused() {
        // version = 1; schema = []; num_rows = 0; row_groups = 2^31 - 1 structures.
        let claim = [0x15, 2, 0x19, 0x0c, 0x16, 0, 0x19, 0xfc, 0xff, 0xff, 0xff, 0xff, 0x07];
        assert_eq!(verdict(&claim), Some("claims to have too many row groups"));
        let honest = [0x15, 2, 0x19, 0x0c, 0x16, 0, 0x19, 0x0c, 0];
        assert_eq!(verdict(&honest), None);
    }

    #[test]
    fn nonsense_is_refused() {
        assert_eq!(verdict(&[0x19]), Some("has a footer that can't be read"));
        assert_eq!(verdict(&[0]), Some("has a footer that can't be read"));
        // A binary that claims to be longer than the footer, and lists in lists without end.
        assert!(verdict(&[0x18, 0xff, 0xff, 0x03]).is_some());
        assert!(verdict(&[0x19; 400]).is_some());
        let mut short = tempfile::tempfile().expect("a file");
        assert_eq!(refuse(&mut short).expect("read"), Some("is too short for Parquet"));
    }
}
