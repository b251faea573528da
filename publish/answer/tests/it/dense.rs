//! Least squares with whole matrices, by another way than the estimator: every cell an unknown, every
//! noisy number an equation.

use std::path::Path;

use arrow::array::AsArray;
use arrow::datatypes::Int64Type;
use shumar_schemas::release::{DimensionDocument, TableDocument};

use crate::release::{columns, read};

/// A cell of the finest table: its code in every dimension and level.
pub(crate) type Codes = Vec<(String, String)>;

/// The least-squares solution of one release's table.
pub(crate) struct Dense {
    /// The cells.
    pub(crate) cells: Vec<Codes>,
    estimates: Vec<f64>,
    covariance: Vec<Vec<f64>>,
}

impl Dense {
    /// Solves the normal equations of a release's only table.
    pub(crate) fn of(folder: &Path) -> Self {
        let document = read(folder);
        let table = &document.tables[0];
        let cells = all(table);
        let n = cells.len();
        // [information | information · estimates | identity]
        let mut rows = vec![vec![0.0; 2 * n + 1]; n];
        for (i, row) in rows.iter_mut().enumerate() {
            row[n + 1 + i] = 1.0;
        }
        for m in &table.measurements {
            let found = columns(&folder.join(&m.file));
            let (_, noisy) = found.last().expect("a column");
            let noisy = noisy.as_primitive::<Int64Type>().values();
            for (place, y) in noisy.iter().enumerate() {
                let code = |name: &String| {
                    let (_, column) = found.iter().find(|(n, _)| n == name).expect("a column");
                    column.as_string::<i32>().value(place).to_owned()
                };
                let wanted: Codes = m.by.iter().map(|name| (name.clone(), code(name))).collect();
                let inside = |cell: &Codes| wanted.iter().all(|w| cell.contains(w));
                let members: Vec<usize> = (0..n).filter(|i| inside(&cells[*i])).collect();
                for i in &members {
                    for j in &members {
                        rows[*i][*j] += 1.0 / m.variance;
                    }
                    rows[*i][n] += *y as f64 / m.variance;
                }
            }
        }
        for c in 0..n {
            let best = (c..n).max_by(|i, j| rows[*i][c].abs().total_cmp(&rows[*j][c].abs()));
            rows.swap(c, best.expect("rows"));
            let pivot = rows[c].clone();
            for (i, row) in rows.iter_mut().enumerate() {
                let times = if i == c { 0.0 } else { row[c] / pivot[c] };
                row.iter_mut().zip(&pivot).for_each(|(x, p)| *x -= times * p);
            }
            rows[c].iter_mut().for_each(|x| *x /= pivot[c]);
        }
        let estimates = rows.iter().map(|row| row[n]).collect();
        let covariance = rows.iter().map(|row| row[n + 1..].to_vec()).collect();
        Self { cells, estimates, covariance }
    }

    /// Estimate and variance of the sum of the cells that are `wanted`.
    pub(crate) fn sum(&self, wanted: impl Fn(&Codes) -> bool) -> (f64, f64) {
        let inside: Vec<usize> =
            (0..self.cells.len()).filter(|i| wanted(&self.cells[*i])).collect();
        let value = inside.iter().map(|i| self.estimates[*i]).sum();
        let row = |i: &usize| inside.iter().map(|j| self.covariance[*i][*j]).sum::<f64>();
        (value, inside.iter().map(row).sum())
    }
}

/// All cells of the finest table.
pub(crate) fn all(table: &TableDocument) -> Vec<Codes> {
    let mut cells: Vec<Codes> = vec![Vec::new()];
    for base in table.dimensions.iter().filter(|d| d.level_of.is_none()) {
        let own = |d: &&DimensionDocument| d.level_of.as_ref() == Some(&base.id);
        let levels: Vec<&DimensionDocument> = table.dimensions.iter().filter(own).collect();
        let longer = |cell: &Codes| -> Vec<Codes> {
            let with = |(i, code): (usize, &shumar_schemas::release::CodeDocument)| {
                let mut cell = cell.clone();
                cell.push((base.id.clone(), code.code.clone()));
                cell.extend(levels.iter().map(|l| (l.id.clone(), l.members[i].clone())));
                cell
            };
            base.codes.iter().enumerate().map(with).collect()
        };
        cells = cells.iter().flat_map(longer).collect();
    }
    cells
}
