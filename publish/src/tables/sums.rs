//! The margin of error of a sum of published estimates.
//!
//! Estimates of one table are correlated: all are made from the same noisy counts. So the error of a sum
//! is not found from the errors of its parts, but from the estimator, which knows that of any linear
//! combination exactly. Noise of different tables and releases is independent.

use std::collections::BTreeMap;
use std::f64::consts::SQRT_2;
use std::panic::{AssertUnwindSafe, catch_unwind};

use shumar_figures::Estimates;
use shumar_privacy::estimator::At;
use shumar_schemas::release::CONFIDENCE;

use crate::read::{Release, Shape};
use crate::verify::indicators::estimates;

/// Most cells that the lists of a sum may have in common.
const CELLS_MAX: usize = 4_000_000;

/// How far off a sum may be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Error {
    /// Its standard error.
    pub standard: f64,
    /// Half of its 95 % interval.
    pub half_width: f64,
}

/// Why no margin of error can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Untold {
    /// A number that is no cell's.
    #[error("it names a cell that does not exist")]
    Unknown,
    /// Lists of one table that were not measured together.
    #[error("it mixes lists that no measured list is as fine as")]
    Mixed,
    /// Measurements that can't be used.
    #[error("the measurements behind it can't be used")]
    Unusable,
}

/// The lists whose cells are numbered.
#[derive(Default)]
pub(super) struct Lists(Vec<List>);

struct List {
    /// The number of its first cell.
    first: i64,
    cells: usize,
    release: usize,
    table: String,
    by: Vec<String>,
}

/// What a sum takes from one list: rows and weights.
type Part<'a> = (&'a List, Vec<(usize, f64)>);

impl Lists {
    /// The number of the next cell.
    pub(super) fn next(&self) -> i64 {
        self.0.last().map_or(0, |l| l.first + i64::try_from(l.cells).unwrap_or(i64::MAX))
    }

    /// Numbers the cells of one more list.
    pub(super) fn add(&mut self, release: usize, table: &str, by: &[String], cells: usize) {
        let first = self.next();
        let (table, by) = (table.to_owned(), by.to_vec());
        self.0.push(List { first, cells, release, table, by });
    }

    /// The error of Σ weight·estimate.
    pub(super) fn error(&self, releases: &[Release], sum: &[(i64, f64)]) -> Result<Error, Untold> {
        let mut tables: BTreeMap<(usize, &str), BTreeMap<i64, Part>> = BTreeMap::new();
        for (cell, weight) in sum.iter().filter(|(_, weight)| *weight != 0.0) {
            let place = self.0.partition_point(|l| l.first <= *cell);
            let list = place.checked_sub(1).and_then(|i| self.0.get(i)).ok_or(Untold::Unknown)?;
            let row = usize::try_from(cell - list.first).map_err(|_| Untold::Unknown)?;
            if row >= list.cells {
                return Err(Untold::Unknown);
            }
            let lists = tables.entry((list.release, &list.table)).or_default();
            lists.entry(list.first).or_insert((list, Vec::new())).1.push((row, *weight));
        }
        let mut errors = Vec::new();
        for ((release, table), parts) in tables {
            let release = releases.get(release).ok_or(Untold::Unknown)?;
            let parts: Vec<Part> = parts.into_values().collect();
            let made = || of_table(release, table, &parts);
            errors.push(catch_unwind(AssertUnwindSafe(made)).map_err(|_| Untold::Unusable)??);
        }
        match errors[..] {
            [] => Ok(Error { standard: 0.0, half_width: 0.0 }),
            [one] => Ok(one),
            // Of all sums of our noises a single Laplace has the heaviest tails, so its half-width is
            // one that any sum keeps to.
            _ => {
                let standard = errors.iter().map(|e| e.standard.powi(2)).sum::<f64>().sqrt();
                let half_width = standard * -(1.0 - CONFIDENCE).ln() / SQRT_2;
                Ok(Error { standard, half_width })
            }
        }
    }
}

/// The error of what a sum takes from one table.
fn of_table(release: &Release, table: &str, parts: &[Part]) -> Result<Error, Untold> {
    let tables = &release.document.tables;
    let document = tables.iter().find(|t| t.id == table).ok_or(Untold::Unknown)?;
    let shape = Shape::of(document).map_err(|_| Untold::Unusable)?;
    let other = tables.iter().find(|t| t.calibrates.as_deref() == Some(table));
    let other = other.and_then(|t| Some((t, Shape::of(t).ok()?)));
    let figures = estimates(&release.folder, (document, &shape), other.as_ref());
    let figures = figures.ok_or(Untold::Unusable)?;
    let mut asked: Vec<(At, Vec<f64>)> = Vec::new();
    for (list, rows) in parts {
        let grid = shape.grid(&list.by).map_err(|_| Untold::Unusable)?;
        let order = grid.in_axis_order();
        let mut weights = vec![0.0; grid.cells];
        for (row, weight) in rows {
            weights[order[*row]] += weight;
        }
        asked.push((grid.at.clone(), weights));
    }
    let joint = asked
        .iter()
        .map(|(at, _)| at.levels().to_vec())
        .reduce(|a, b| a.iter().zip(&b).map(|(a, b)| *a.max(b)).collect());
    let joint = At::new(joint.ok_or(Untold::Unknown)?);
    if shape.cells_within(&joint) > CELLS_MAX {
        return Err(Untold::Mixed);
    }
    let mut whole = vec![0.0; figures.domain().cells(&joint)];
    for (at, weights) in &asked {
        // A cell of a coarser list is the sum of its cells in the joint one.
        let places = shape.places(&joint, at);
        whole.iter_mut().zip(places).for_each(|(all, place)| *all += weights[place]);
    }
    let variance = figures.query_variance(&joint, &whole).map_err(|_| Untold::Mixed)?;
    let half = figures.query_half_width(&joint, &whole, CONFIDENCE).map_err(|_| Untold::Mixed)?;
    Ok(Error { standard: variance.max(0.0).sqrt(), half_width: half })
}
