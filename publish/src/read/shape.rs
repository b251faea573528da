//! The declared domain of a table: which rows each of its files must have, in which order.
//!
//! Built from the document alone, before any file is opened; a document that contradicts itself
//! is refused here, so that all other code may index by its positions.

use std::collections::{BTreeMap, BTreeSet};

use shumar_privacy::estimator::{At, Domain, Unfit};
use shumar_schemas::bind::CELLS_MAX;
use shumar_schemas::release::{DimensionDocument, NOISY, SUM, TableDocument};

use crate::data::KNOWN;
use crate::read::names::is_name;
use crate::read::nesting::Nesting;

/// Most margins that a table can be summed to. The estimator works through those only that lie
/// within what is measured, whose cells have a limit of their own.
const COMPONENTS_MAX: usize = 65_536;

/// One column of codes: a dimension, or a coarser level of one.
#[derive(Debug)]
pub(crate) struct Column<'a> {
    /// Its words.
    pub(crate) document: &'a DimensionDocument,
    /// The place, among the table's axes, of the dimension it is or coarsens.
    axis: usize,
    /// Its depth on that axis.
    depth: u8,
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
    strides: Vec<usize>,
    /// The number of rows.
    pub(crate) cells: usize,
    /// The margin, as the estimator addresses it.
    pub(crate) at: At,
}

impl<'a> Grid<'a> {
    fn new(columns: Vec<&'a Column<'a>>, axes: usize) -> Option<Self> {
        let mut strides = vec![1; columns.len()];
        let mut cells = 1_usize;
        for (stride, column) in strides.iter_mut().zip(&columns).rev() {
            *stride = cells;
            cells = cells.checked_mul(column.len()).filter(|n| *n <= CELLS_MAX)?;
        }
        let mut depths = vec![0; axes];
        for column in &columns {
            // What has one code tells nothing apart: its margin is that without it.
            depths[column.axis] = if column.len() > 1 { column.depth } else { 0 };
        }
        Some(Self { columns, strides, cells, at: At::new(depths) })
    }

    /// The place of a row's code in a column.
    pub(crate) fn place(&self, column: usize, row: usize) -> usize {
        row / self.strides[column] % self.columns[column].len()
    }

    /// Whether the columns stand in the order of the table's axes.
    pub(crate) fn is_in_axis_order(&self) -> bool {
        self.columns.is_sorted_by_key(|c| c.axis)
    }

    /// For every row, its place among the cells in the order of the table's axes.
    pub(crate) fn in_axis_order(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.columns.len()).collect();
        order.sort_by_key(|i| self.columns[*i].axis);
        let mut steps = vec![0; self.columns.len()];
        let mut step = 1;
        for &i in order.iter().rev() {
            steps[i] = step;
            step *= self.columns[i].len();
        }
        let place = |row| steps.iter().enumerate().map(|(i, step)| self.place(i, row) * step).sum();
        (0..self.cells).map(place).collect()
    }
}

/// All columns that files of a table may have, and how they nest.
#[derive(Debug)]
pub(crate) struct Shape<'a> {
    /// By name.
    columns: BTreeMap<&'a str, Column<'a>>,
    /// The axes in order.
    axes: Vec<Nesting>,
}

impl<'a> Shape<'a> {
    /// The shape of a table, and the first contradiction otherwise.
    pub(crate) fn of(table: &'a TableDocument) -> Result<Self, String> {
        let mut shape = Self { columns: BTreeMap::new(), axes: Vec::new() };
        let mut rest = table.dimensions.as_slice();
        while let Some((base, after)) = rest.split_first() {
            let levels = after.iter().take_while(|d| d.level_of.is_some()).count();
            shape.add_axis(base, &after[..levels])?;
            rest = &after[levels..];
        }
        let components = shape.axes.iter().map(|a| a.finest() + 1);
        if components.fold(1, usize::saturating_mul) > COMPONENTS_MAX {
            return Err("has too many dimensions and levels".to_owned());
        }
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
        let grid = Grid::new(columns, self.axes.len());
        grid.ok_or_else(|| format!("has more than {CELLS_MAX} cells in {by:?}"))
    }

    /// The table as the estimator knows it.
    pub(crate) fn domain(&self) -> Result<Domain, Unfit> {
        Ok(Domain::new(self.axes.iter().map(Nesting::axis).collect::<Result<_, _>>()?))
    }

    /// For every cell of a margin, in the order of the axes, its place in a margin within it.
    pub(crate) fn places(&self, from: &At, to: &At) -> Vec<usize> {
        let mut places = vec![0];
        for (axis, from, to) in self.depths(from, to) {
            let (codes, ancestors) = (axis.codes(to), axis.ancestors(from, to));
            let inner = |place: &usize| {
                let start = place * codes;
                ancestors.iter().map(move |ancestor| start + ancestor)
            };
            places = places.iter().flat_map(inner).collect();
        }
        places
    }

    /// The cells of all margins within a margin, itself among them: the estimator's work.
    pub(crate) fn cells_within(&self, at: &At) -> usize {
        let codes = |axis: &Nesting, to| (0..=to).map(|depth| axis.codes(depth)).sum();
        self.depths(at, at).map(|(axis, to, _)| codes(axis, to)).fold(1, usize::saturating_mul)
    }

    /// How many different errors the cells of a margin can have.
    pub(crate) fn kinds(&self, at: &At) -> usize {
        self.depths(at, at).map(|(axis, to, _)| axis.kinds(to)).fold(1, usize::saturating_mul)
    }

    /// The depths of two margins, axis by axis.
    fn depths<'b>(
        &'b self,
        a: &'b At,
        b: &'b At,
    ) -> impl Iterator<Item = (&'b Nesting, usize, usize)> {
        let depths = a.levels().iter().zip(b.levels());
        self.axes.iter().zip(depths).map(|(axis, (a, b))| (axis, usize::from(*a), usize::from(*b)))
    }

    /// A dimension and the coarser levels that follow it.
    fn add_axis(
        &mut self,
        base: &'a DimensionDocument,
        levels: &'a [DimensionDocument],
    ) -> Result<(), String> {
        let stray = levels.iter().find(|l| l.level_of.as_ref() != Some(&base.id));
        if let Some(stray) = stray.or(base.level_of.is_some().then_some(base)) {
            return Err(format!("has the level `{}` not behind its dimension", stray.id));
        }
        let axis = self.axes.len();
        for (place, document) in [base].into_iter().chain(levels).enumerate() {
            let depth = u8::try_from(levels.len() + 1 - place).unwrap_or(u8::MAX);
            self.add(Column { document, axis, depth })?;
        }
        self.axes.push(Nesting::of(base, &levels.iter().collect::<Vec<_>>())?);
        Ok(())
    }

    fn add(&mut self, column: Column<'a>) -> Result<(), String> {
        let id = column.document.id.as_str();
        // The published files keep these names for themselves.
        let kept = KNOWN.iter().any(|k| k.name == id) || id == NOISY || id == SUM;
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
}
