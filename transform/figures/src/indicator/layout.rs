//! Where the cells of a table lie: which margin some named dimensions make, and the code of each of
//! its cells, from what a release says of the table.

use shumar_privacy::estimator::At;
use shumar_schemas::release::{DimensionDocument, TableDocument, WEIGHTS_MAX};

/// A dimension or level at its place in a table.
#[derive(Clone, Copy)]
struct Column<'a> {
    document: &'a DimensionDocument,
    axis: usize,
    depth: u8,
}

/// The dimensions and levels of a table.
pub struct Layout<'a> {
    columns: Vec<Column<'a>>,
    axes: usize,
}

/// A margin over some dimensions: its address, and its cells in the order of the table's axes.
pub struct Cells {
    /// The address.
    pub at: At,
    /// The place of each dimension's code in each cell, one vector a dimension, as they were named.
    places: Vec<Vec<usize>>,
    /// How many cells there are.
    pub size: usize,
}

impl<'a> Layout<'a> {
    /// A table's dimensions, each followed by its coarser levels.
    #[must_use]
    pub fn of(table: &'a TableDocument) -> Self {
        let (mut columns, mut axes) = (Vec::new(), 0);
        let mut rest = table.dimensions.as_slice();
        while let Some((base, after)) = rest.split_first() {
            let levels = after.iter().take_while(|d| d.level_of.is_some()).count();
            for (place, document) in [base].into_iter().chain(&after[..levels]).enumerate() {
                let depth = u8::try_from(levels + 1 - place).unwrap_or(u8::MAX);
                columns.push(Column { document, axis: axes, depth });
            }
            axes += 1;
            rest = &after[levels..];
        }
        Self { columns, axes }
    }

    fn column(&self, name: &str) -> Option<Column<'a>> {
        self.columns.iter().find(|c| c.document.id == name).copied()
    }

    /// What a dimension or level says of itself.
    #[must_use]
    pub fn dimension(&self, name: &str) -> Option<&'a DimensionDocument> {
        self.column(name).map(|c| c.document)
    }

    /// Where a dimension or level lies: its axis, its depth there (the finest has the most), and what it
    /// says of itself.
    #[must_use]
    pub fn place(&self, name: &str) -> Option<(usize, u8, &'a DimensionDocument)> {
        self.column(name).map(|c| (c.axis, c.depth, c.document))
    }

    /// The margin over some dimensions, each of an axis of its own.
    #[must_use]
    pub fn cells(&self, names: &[&str]) -> Option<Cells> {
        let columns: Vec<Column> = names.iter().map(|n| self.column(n)).collect::<Option<_>>()?;
        let mut order: Vec<usize> = (0..columns.len()).collect();
        order.sort_by_key(|i| columns[*i].axis);
        if order.windows(2).any(|w| columns[w[0]].axis == columns[w[1]].axis) {
            return None;
        }
        let mut depths = vec![0; self.axes];
        for column in &columns {
            // What has one code tells nothing apart: its margin is that without it.
            if column.document.codes.len() > 1 {
                depths[column.axis] = column.depth;
            }
        }
        let sizes: Vec<usize> = columns.iter().map(|c| c.document.codes.len()).collect();
        let size = sizes.iter().try_fold(1_usize, |all, size| all.checked_mul(*size))?;
        if size > WEIGHTS_MAX {
            return None;
        }
        let mut places = vec![Vec::new(); columns.len()];
        let mut inner = size;
        for i in order {
            inner /= sizes[i].max(1);
            places[i] = (0..size).map(|cell| cell / inner % sizes[i]).collect();
        }
        Some(Cells { at: At::new(depths), places, size })
    }
}

impl Cells {
    /// The weights of every row's sum: 1 for a cell that `row` puts there, 0 for others. `row` is
    /// given the places of a cell's codes, and answers with none for a cell that does not count.
    #[must_use]
    pub fn weights(
        &self,
        rows: usize,
        row: impl Fn(&[usize]) -> Option<usize>,
    ) -> Option<Vec<Vec<f64>>> {
        if rows.checked_mul(self.size)? > WEIGHTS_MAX {
            return None;
        }
        let mut weights = vec![vec![0.0; self.size]; rows];
        let mut codes = vec![0; self.places.len()];
        for cell in 0..self.size {
            codes.iter_mut().zip(&self.places).for_each(|(code, places)| *code = places[cell]);
            if let Some(row) = row(&codes) {
                *weights.get_mut(row)?.get_mut(cell)? = 1.0;
            }
        }
        Some(weights)
    }
}
