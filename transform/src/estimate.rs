//! Estimates of the published margins from the measured ones.
//!
//! Post-processing: nothing here sees an exact count.

use shumar_privacy::Scale;
use shumar_privacy::estimator::{At, Estimator, GRID};
use shumar_schemas::release::CONFIDENCE;
use shumar_schemas::{Margin, Table};

use crate::{TransformError, strategy};

/// One estimated cell.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Cell {
    /// Unbiased estimate of the bounded count.
    pub(crate) estimate: f64,
    /// Standard deviation of its noise.
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

/// All estimates of a table, for whatever is worked out from them.
pub(crate) fn of_table(
    table: &Table,
    measured: &[Measured],
) -> Result<shumar_figures::Measured, TransformError> {
    let margins =
        measured.iter().map(|m| (strategy::at(table, &m.margin), m.scale, m.noisy.clone()));
    Ok(shumar_figures::Measured::new(strategy::domain(table)?, margins.collect())?)
}

/// The cells of every margin that a table publishes, statistic by statistic, in the margins' own
/// order of axes.
///
/// All margins are least squares over all measurements, and add up to the last digit.
pub(crate) fn published(
    table: &Table,
    measured: &[Measured],
) -> Result<Vec<Vec<Vec<Cell>>>, TransformError> {
    let scales = measured.iter().map(|m| (strategy::at(table, &m.margin), m.scale)).collect();
    let estimator = Estimator::new(strategy::domain(table)?, scales)?;
    let mut wanted: Vec<At> = Vec::new();
    for margin in table.published.iter().flat_map(|p| &p.margins) {
        let at = strategy::at(table, margin);
        if !wanted.contains(&at) {
            wanted.push(at);
        }
    }
    let noisy: Vec<&[i64]> = measured.iter().map(|m| m.noisy.as_slice()).collect();
    let grid = estimator.estimate_on_grid(&noisy, &wanted)?;
    let mut found: Vec<Vec<Cell>> = Vec::new();
    for (at, estimates) in wanted.iter().zip(grid) {
        let variances = estimator.cell_variances(at)?.cells();
        let half_widths = estimator.half_widths(at, CONFIDENCE)?.cells();
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
