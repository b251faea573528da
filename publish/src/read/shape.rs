//! The declared domain of a table: which rows each of its files must have, in which order.
//!
//! Built from the document alone, before any file is opened; a document that contradicts itself
//! is refused here, so that all other code may index by its positions.

use std::collections::{BTreeMap, BTreeSet};

use shumar_schemas::bind::CELLS_MAX;
use shumar_schemas::release::{DimensionDocument, ESTIMATE_COLUMNS, NOISY, TableDocument};

/// Longest name of a release, table, dimension or margin: it becomes a file name.
const NAME_MAX: usize = 200;
/// Column names that the published files keep for themselves.
const RESERVED: [&str; 5] = ["reliability", "unit", "period_start", "period_end", "release"];

/// Whether a text can be a file name anywhere: letters, digits, `-` and `_`, but no `--`, which
/// stands between the parts of a name.
pub(crate) fn is_name(text: &str) -> bool {
    let fits = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    text.len() <= NAME_MAX
        && text.starts_with(|c: char| c.is_ascii_alphanumeric())
        && text.bytes().all(fits)
        && !text.contains("--")
}

/// One column of codes: a dimension, or a coarser level of one.
#[derive(Debug)]
pub(crate) struct Column<'a> {
    /// Its words.
    pub(crate) document: &'a DimensionDocument,
    /// The place, among the table's axes, of the dimension it is or coarsens.
    pub(crate) axis: usize,
    /// For every code of that dimension, the place of its code here.
    pub(crate) place: Vec<usize>,
}

impl Column<'_> {
    /// How many codes it has.
    pub(crate) fn len(&self) -> usize {
        self.document.codes.len()
    }
}

/// The rows of one file: every combination of the codes of its columns, the last one fastest.
#[derive(Debug)]
pub(crate) struct Grid<'a> {
    /// The columns in order.
    pub(crate) columns: Vec<&'a Column<'a>>,
    /// How many rows a step in each column's codes takes.
    pub(crate) strides: Vec<usize>,
    /// The number of rows.
    pub(crate) cells: usize,
}

impl<'a> Grid<'a> {
    fn new(columns: Vec<&'a Column<'a>>) -> Option<Self> {
        let mut strides = vec![1; columns.len()];
        let mut cells = 1_usize;
        for (stride, column) in strides.iter_mut().zip(&columns).rev() {
            *stride = cells;
            cells = cells.checked_mul(column.len()).filter(|n| *n <= CELLS_MAX)?;
        }
        Some(Self { columns, strides, cells })
    }

    /// The place of a row's code in a column.
    pub(crate) fn place(&self, column: usize, row: usize) -> usize {
        row / self.strides[column] % self.columns[column].len()
    }
}

/// All columns that files of a table may have.
#[derive(Debug)]
pub(crate) struct Shape<'a> {
    /// By name.
    columns: BTreeMap<&'a str, Column<'a>>,
    /// How many dimensions the table has.
    pub(crate) axes: usize,
}

impl<'a> Shape<'a> {
    /// The shape of a table, and the first contradiction otherwise.
    pub(crate) fn of(table: &'a TableDocument) -> Result<Self, String> {
        let mut shape = Self { columns: BTreeMap::new(), axes: 0 };
        let (base, levels): (Vec<_>, Vec<_>) =
            table.dimensions.iter().partition(|d| d.level_of.is_none());
        for dimension in base {
            let place = (0..dimension.codes.len()).collect();
            let axis = shape.axes;
            shape.add(Column { document: dimension, axis, place })?;
            shape.axes += 1;
        }
        for level in levels {
            let column = shape.level(level)?;
            shape.add(column)?;
        }
        shape.check_files(table)?;
        Ok(shape)
    }

    /// The rows of a file with these columns.
    pub(crate) fn grid(&self, by: &[String]) -> Result<Grid<'_>, String> {
        let mut columns: Vec<&Column> = Vec::new();
        for name in by {
            let column = self.columns.get(name.as_str());
            let column = column.ok_or_else(|| format!("has no dimension `{name}`"))?;
            if columns.iter().any(|c| c.axis == column.axis) {
                return Err(format!("uses one dimension twice in {by:?}"));
            }
            columns.push(column);
        }
        Grid::new(columns).ok_or_else(|| format!("has more than {CELLS_MAX} cells in {by:?}"))
    }

    fn level(&self, level: &'a DimensionDocument) -> Result<Column<'a>, String> {
        let of = level.level_of.as_deref().unwrap_or_default();
        let base = self.columns.get(of).filter(|c| c.document.level_of.is_none());
        let base = base.ok_or_else(|| format!("has no dimension `{of}` below `{}`", level.id))?;
        if level.members.len() != base.len() {
            return Err(format!("gives `{}` not one code for each code of `{of}`", level.id));
        }
        let codes = level.codes.iter().enumerate().map(|(i, c)| (c.code.as_str(), i));
        let places: BTreeMap<&str, usize> = codes.collect();
        let place = |code: &String| places.get(code.as_str()).copied();
        let place: Option<Vec<usize>> = level.members.iter().map(place).collect();
        let place =
            place.ok_or_else(|| format!("has a member that `{}` does not list", level.id))?;
        Ok(Column { document: level, axis: base.axis, place })
    }

    fn add(&mut self, column: Column<'a>) -> Result<(), String> {
        let id = column.document.id.as_str();
        let kept = RESERVED.contains(&id) || ESTIMATE_COLUMNS.contains(&id) || id == NOISY;
        if !is_name(id) || kept || self.columns.contains_key(id) {
            return Err(format!("has a dimension with the unusable or repeated name `{id}`"));
        }
        let codes: BTreeSet<&str> = column.document.codes.iter().map(|c| c.code.as_str()).collect();
        if codes.is_empty() || codes.len() != column.len() {
            return Err(format!("has no codes, or one twice, in dimension `{id}`"));
        }
        self.columns.insert(id, column);
        Ok(())
    }

    /// Names, sizes and hashes of the table's files.
    fn check_files(&self, table: &TableDocument) -> Result<(), String> {
        let measured =
            table.measurements.iter().map(|m| ("measurements", &m.file, &m.sha256, &m.by, m.cells));
        let estimated =
            table.margins.iter().map(|m| ("estimates", &m.file, &m.sha256, &m.by, m.cells));
        for (folder, file, sha256, by, cells) in measured.chain(estimated) {
            if !is_file(folder, file) {
                return Err(format!("names the file `{file}`, which can't be in `{folder}/`"));
            }
            if sha256.len() != 64
                || !sha256.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
            {
                return Err(format!("states no SHA-256 for `{file}`"));
            }
            if self.grid(by)?.cells as u64 != cells {
                return Err(format!(
                    "states {cells} cells for `{file}`, not the number of its domain"
                ));
            }
        }
        let mut margins = BTreeSet::new();
        match table.margins.iter().find(|m| !is_name(&m.id) || !margins.insert(&m.id)) {
            Some(m) => Err(format!("has a margin with the unusable or repeated name `{}`", m.id)),
            None => Ok(()),
        }
    }
}

/// Whether a path is `FOLDER/PART--PART.parquet`.
fn is_file(folder: &str, path: &str) -> bool {
    let name = path.strip_prefix(folder).and_then(|p| p.strip_prefix('/'));
    name.and_then(|n| n.strip_suffix(".parquet")).is_some_and(|n| n.split("--").all(is_name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_leave_the_folder_are_none() {
        for good in ["annual-2025", "2025-Q3", "women_sheltered", "a"] {
            assert!(is_name(good), "{good}");
        }
        for bad in ["", ".", "..", "a/b", "-a", "a--b", "a.b", "é", "a b", "<b>"] {
            assert!(!is_name(bad), "{bad}");
        }
        assert!(is_file("estimates", "estimates/a--b-c.parquet"));
        for bad in [
            "estimates/../x.parquet",
            "measurements/a.parquet",
            "estimates/a.csv",
            "/etc/a.parquet",
        ] {
            assert!(!is_file("estimates", bad), "{bad}");
        }
    }
}
