//! Estimates from a measurement of the finest margin: every coarser margin is a sum of its cells.
//!
//! Post-processing: nothing here sees an exact count.

use std::collections::BTreeMap;

use shumar_privacy::{Scale, noise};
use shumar_schemas::release::CONFIDENCE;
use shumar_schemas::{Margin, Table};

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
        ((self.estimate - self.half_width).max(0.0), (self.estimate + self.half_width).max(0.0))
    }
}

/// The cells of a margin, in domain order, from noisy counts of all the table's cells.
///
/// A cell that sums m noisy cells has variance m·Var(noise); its interval comes from the exact
/// distribution of the sum of m draws.
pub(crate) fn margin(table: &Table, margin: &Margin, noisy: &[i64], scale: &Scale) -> Vec<Cell> {
    let cell_of = margin.cell_of(table);
    let cells: usize = margin.codes(table).iter().map(|c| c.len()).product();
    let (mut sums, mut summed) = (vec![0_i64; cells], vec![0_u64; cells]);
    for (noisy, &cell) in noisy.iter().zip(&cell_of) {
        sums[cell as usize] = sums[cell as usize].saturating_add(*noisy);
        summed[cell as usize] += 1;
    }
    let mut known: BTreeMap<u64, (f64, f64)> = BTreeMap::new();
    let mut error = |cells: u64| {
        *known.entry(cells).or_insert_with(|| {
            (noise::standard_error(scale, cells), noise::half_width(scale, cells, CONFIDENCE))
        })
    };
    #[expect(clippy::cast_precision_loss, reason = "noisy counts are far below 2^53")]
    sums.iter()
        .zip(summed)
        .map(|(sum, summed)| {
            let (standard_error, half_width) = error(summed);
            Cell { estimate: *sum as f64, standard_error, half_width }
        })
        .collect()
}
