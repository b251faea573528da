//! The structure that coarser margins give a margin, by iterative proportional fitting.

use crate::cells::{as_f64, summed};

/// Rounds over all families at most.
const ROUNDS: usize = 30;
/// Fitted when no factor is further from one.
const FITTED: f64 = 1e-4;

/// One of the next coarser margins, modelled.
pub(super) struct Family<'a> {
    /// For each cell of the margin, the coarser one that contains it.
    pub(super) containing: Vec<usize>,
    /// What the coarser margin's cells are, and how uncertain that is.
    pub(super) means: &'a [f64],
    pub(super) variances: &'a [f64],
}

/// The table of a given pattern whose sums are those of the families: the log-linear model without
/// the interaction of all axes (Deming and Stephan, "On a Least Squares Adjustment of a Sampled
/// Frequency Table When the Expected Marginal Totals are Known", 1940). Families that do not
/// quite agree are met in turn.
pub(super) fn fitted(mut pattern: Vec<f64>, families: &[Family]) -> Vec<f64> {
    for _ in 0..ROUNDS {
        let mut furthest = 0.0_f64;
        for family in families {
            let sums = summed(&pattern, &family.containing, family.means.len());
            let factors: Vec<f64> = sums
                .iter()
                .zip(family.means)
                .map(|(sum, mean)| if *sum > 0.0 { mean / sum } else { 1.0 })
                .collect();
            furthest = factors.iter().map(|f| (f - 1.0).abs()).fold(furthest, f64::max);
            for (x, group) in pattern.iter_mut().zip(&family.containing) {
                *x *= factors[*group];
            }
        }
        if furthest < FITTED || families.len() < 2 {
            break;
        }
    }
    pattern
}

/// How uncertain each cell of the structure is, as the square of a relative error: those of all
/// families together.
pub(super) fn uncertain(families: &[Family], cells: usize) -> Vec<f64> {
    let mut out = vec![0.0; cells];
    for family in families {
        let relative: Vec<f64> =
            family.means.iter().zip(family.variances).map(|(m, v)| v / (m * m)).collect();
        for (x, group) in out.iter_mut().zip(&family.containing) {
            *x += relative[*group];
        }
    }
    out
}

/// Moves modelled cells towards the sums that the families are known to have, in proportion to
/// their variances and never below zero: conditioning on each sum in turn.
pub(super) fn settled(cells: &mut [f64], variances: &[f64], families: &[Family]) {
    for family in families {
        let count = family.means.len();
        let sums = summed(cells, &family.containing, count);
        let room = summed(variances, &family.containing, count);
        let gains: Vec<f64> = (0..count)
            .map(|i| (family.means[i] - sums[i]) / (room[i] + family.variances[i]))
            .collect();
        for ((x, v), group) in cells.iter_mut().zip(variances).zip(&family.containing) {
            *x = (*x + v * gains[*group]).max(0.0);
        }
    }
}

/// A mean over all cells, and never nothing.
pub(super) fn level(means: &[f64]) -> f64 {
    let count = as_f64(i64::try_from(means.len()).unwrap_or(i64::MAX));
    (means.iter().sum::<f64>() / count).max(1e-9)
}
