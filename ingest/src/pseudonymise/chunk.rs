//! Rows on their way from the reader to the workers, in memory that is wiped.

use zeroize::Zeroizing;

/// The most bytes of one row.
pub(super) const ROW_MAX: usize = 256 * 1024;
/// The most cells of one row.
const CELLS_MAX: usize = 16 * 1024;
/// A chunk is full with so many bytes; the last row may go beyond.
const FULL: usize = 256 * 1024;

/// The row that is being read. Its buffer never grows.
pub(super) struct Record {
    /// The sheet, from 1, when several are read; otherwise 0.
    pub(super) sheet: u16,
    /// Its row or line in the file, from 1.
    pub(super) number: u64,
    /// The bytes of its cells, one after the other.
    pub(super) bytes: Zeroizing<Vec<u8>>,
    /// How many of them are filled.
    pub(super) filled: usize,
    /// Where each cell ends.
    pub(super) ends: Vec<usize>,
    /// How many cells there are.
    pub(super) cells: usize,
}

impl Record {
    pub(super) fn new() -> Self {
        let bytes = Zeroizing::new(vec![0; ROW_MAX]);
        Self { sheet: 0, number: 0, bytes, filled: 0, ends: vec![0; CELLS_MAX], cells: 0 }
    }

    pub(super) fn clear(&mut self) {
        (self.filled, self.cells) = (0, 0);
    }

    /// Adds a cell; false when there is no room.
    pub(super) fn push(&mut self, cell: &[u8]) -> bool {
        let end = self.filled + cell.len();
        if end > ROW_MAX || self.cells == CELLS_MAX {
            return false;
        }
        self.bytes[self.filled..end].copy_from_slice(cell);
        self.ends[self.cells] = end;
        (self.filled, self.cells) = (end, self.cells + 1);
        true
    }

    /// The row as it can be read.
    pub(super) fn line(&self) -> Line<'_> {
        Line {
            sheet: self.sheet,
            number: self.number,
            bytes: &self.bytes[..self.filled],
            ends: &self.ends[..self.cells],
        }
    }
}

/// Some rows. They are wiped when the chunk is dropped.
pub(super) struct Chunk {
    bytes: Zeroizing<Vec<u8>>,
    ends: Vec<usize>,
    rows: Vec<Place>,
}

/// Where a row of a chunk begins, and where it stood in the file.
struct Place {
    sheet: u16,
    number: u64,
    byte: usize,
    cell: usize,
}

impl Chunk {
    pub(super) fn new() -> Self {
        let bytes = Zeroizing::new(Vec::with_capacity(FULL + ROW_MAX));
        Self { bytes, ends: Vec::new(), rows: Vec::new() }
    }

    pub(super) fn is_full(&self) -> bool {
        self.bytes.len() >= FULL
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(super) fn push(&mut self, line: Line<'_>) {
        let (byte, cell) = (self.bytes.len(), self.ends.len());
        self.rows.push(Place { sheet: line.sheet, number: line.number, byte, cell });
        self.bytes.extend_from_slice(line.bytes);
        self.ends.extend_from_slice(line.ends);
    }

    /// Its rows in order.
    pub(super) fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        self.rows.iter().enumerate().map(|(i, row)| {
            let next = self.rows.get(i + 1);
            let (byte, cell) =
                next.map_or((self.bytes.len(), self.ends.len()), |n| (n.byte, n.cell));
            Line {
                sheet: row.sheet,
                number: row.number,
                bytes: &self.bytes[row.byte..byte],
                ends: &self.ends[row.cell..cell],
            }
        })
    }
}

/// One row.
#[derive(Clone, Copy)]
pub(super) struct Line<'a> {
    pub(super) sheet: u16,
    pub(super) number: u64,
    pub(super) bytes: &'a [u8],
    ends: &'a [usize],
}

impl<'a> Line<'a> {
    /// How many cells it has.
    pub(super) fn len(&self) -> usize {
        self.ends.len()
    }

    /// The bytes of a cell; nothing beyond the last one.
    pub(super) fn cell(&self, i: usize) -> &'a [u8] {
        let start = if i == 0 { 0 } else { self.ends.get(i - 1).copied().unwrap_or(0) };
        self.ends.get(i).map_or(&[], |end| &self.bytes[start..*end])
    }

    /// The text of a cell without padding; nothing when its bytes are no text.
    pub(super) fn text(&self, i: usize) -> Option<&'a str> {
        let is_padding = |c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}' | '\0');
        Some(std::str::from_utf8(self.cell(i)).ok()?.trim_matches(is_padding))
    }

    /// Whether a cell holds nothing but padding.
    pub(super) fn is_blank(&self, i: usize) -> bool {
        self.text(i).is_some_and(str::is_empty)
    }

    /// Whether no cell holds anything.
    pub(super) fn is_empty(&self) -> bool {
        !self.bytes.iter().any(u8::is_ascii_graphic) && (0..self.len()).all(|i| self.is_blank(i))
    }
}
