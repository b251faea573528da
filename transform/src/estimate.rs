//! Estimates of the published margins from the measured ones.
//!
//! Post-processing: nothing here sees an exact count.

use shumar_figures::{self as figures, Bounding, Estimates, Figures, Role};
use shumar_privacy::Scale;
use shumar_privacy::estimator::{At, GRID};
use shumar_schemas::bind::{Axis, AxisSource};
use shumar_schemas::release::CONFIDENCE;
use shumar_schemas::{Margin, Table};

use crate::{TransformError, strategy};

/// One estimated cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Cell {
    /// Estimate of the recorded count, or of the bounded one where nothing calibrates the table.
    pub(crate) estimate: f64,
    /// Standard deviation of its error.
    pub(crate) standard_error: f64,
    /// Half-width of its 95 % interval.
    pub(crate) half_width: f64,
}

impl Cell {
    /// The interval; a count is never below 0, so nothing is lost by cutting it there.
    pub(crate) fn interval(&self) -> (f64, f64) {
        let end = |x: f64| (x * GRID).round().max(0.0) / GRID;
        (end(self.estimate - self.half_width), end(self.estimate + self.half_width))
    }
}

/// A margin as it was measured.
pub(crate) struct Measured {
    /// The margin, its axes in the order of the table's.
    pub(crate) margin: Margin,
    /// Its noisy counts.
    pub(crate) noisy: Vec<i64>,
    /// Their noise.
    pub(crate) scale: Scale,
}

/// The measurements of a table.
pub(crate) type OfTable<'a> = (&'a Table, &'a [Measured]);

/// The cells of every statistic's margins.
pub(crate) type Cells = Vec<Vec<Vec<Cell>>>;

/// The cells of every margin that a table publishes, statistic by statistic, in the margins' own
/// order of axes.
///
/// All margins are least squares over all measurements, calibrated to the recorded counts if there is
/// a table for it, and add up to the last digit.
pub(crate) fn published(table: &Table, figures: &Figures) -> Result<Cells, TransformError> {
    let mut wanted: Vec<At> = Vec::new();
    for margin in table.published.iter().flat_map(|p| &p.margins) {
        let at = strategy::at(table, margin);
        if !wanted.contains(&at) {
            wanted.push(at);
        }
    }
    let grid = figures.on_grid(&wanted)?;
    let mut found: Vec<Vec<Cell>> = Vec::new();
    for (at, estimates) in wanted.iter().zip(grid) {
        let variances = figures.variances(at)?;
        let half_widths = figures.half_widths(at, CONFIDENCE)?;
        #[expect(clippy::cast_precision_loss, reason = "estimates are far below 2^53 units")]
        let cell = |((units, variance), half_width): ((&i64, f64), f64)| Cell {
            estimate: *units as f64 / GRID,
            standard_error: variance.sqrt(),
            half_width,
        };
        found.push(estimates.iter().zip(variances).zip(half_widths).map(cell).collect());
    }
    let margin = |margin: &Margin| {
        let at = strategy::at(table, margin);
        let cells = wanted.iter().position(|w| *w == at).map(|place| &found[place]);
        let cells = cells.ok_or(TransformError::Engine)?;
        Ok(margin.in_axis_order(table).into_iter().map(|place| cells[place]).collect())
    };
    let statistics = table.published.iter();
    statistics.map(|p| p.margins.iter().map(margin).collect()).collect()
}

/// All estimates of a table, calibrated if there is a table for it.
pub(crate) fn figures(
    (table, measured): OfTable<'_>,
    calibrating: Option<OfTable<'_>>,
) -> Result<Figures, TransformError> {
    let calibrating = match calibrating {
        Some((other, measured)) => Some((together(other, measured)?, bounding(table, other))),
        None => None,
    };
    Ok(Figures::new(together(table, measured)?, calibrating)?)
}

fn together(table: &Table, measured: &[Measured]) -> Result<figures::Measured, TransformError> {
    let margin = |m: &Measured| (strategy::at(table, &m.margin), m.scale, m.noisy.clone());
    let margins = measured.iter().map(margin).collect();
    Ok(figures::Measured::new(strategy::domain(table)?, margins)?)
}

fn role(axis: &Axis) -> Role {
    match axis.source {
        _ if axis.area => Role::Area,
        AxisSource::Quarters { .. } => Role::Quarter,
        _ => Role::Code,
    }
}

/// How a table and the one that calibrates it are bounded.
fn bounding(table: &Table, other: &Table) -> Bounding {
    let places = match other.axes.last().map(|axis| &axis.source) {
        Some(AxisSource::Bins { edges, .. }) => {
            edges.iter().map(|edge| u32::try_from(*edge).unwrap_or(1)).collect()
        }
        _ => Vec::new(),
    };
    Bounding {
        bound: table.bound,
        generous: other.bound,
        roles: table.axes.iter().map(role).collect(),
        places,
    }
}
