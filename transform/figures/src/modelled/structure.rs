//! The structure that coarser margins give a margin, by iterative proportional fitting.

use crate::cells::{as_f64, summed};

/// Rounds over all families at most.
const ROUNDS: usize = 30;
/// Fitted when no factor is further from one.
const FITTED: f64 = 1e-4;
/// What is added up when sums differ by no more than this.
const SETTLED: f64 = 1e-6;
/// Stands for nothing where something is divided by it.
const TINY: f64 = 1e-12;

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
            family.means.iter().zip(family.variances).map(|(m, v)| v / (m * m).max(TINY)).collect();
        for (x, group) in out.iter_mut().zip(&family.containing) {
            *x += relative[*group];
        }
    }
    out
}

/// Moves modelled cells to the sums that the families are known to have, in proportion to their
/// variances and never below zero: first each as far as conditioning on a sum that is itself
/// uncertain would, then all the way, in turn, so that what is modelled adds up.
pub(super) fn settled(cells: &mut [f64], variances: &[f64], families: &[Family]) {
    for round in 0..=ROUNDS {
        let mut furthest = 0.0_f64;
        for family in families {
            let count = family.means.len();
            let sums = summed(cells, &family.containing, count);
            let room = summed(variances, &family.containing, count);
            let slack = |i: usize| if round == 0 { family.variances[i] } else { 0.0 };
            let gains: Vec<f64> = (0..count)
                .map(|i| (family.means[i] - sums[i]) / (room[i] + slack(i)).max(TINY))
                .collect();
            for ((x, v), group) in cells.iter_mut().zip(variances).zip(&family.containing) {
                *x = (*x + v * gains[*group]).max(0.0);
            }
            let missing = (0..count).map(|i| (family.means[i] - sums[i]).abs());
            furthest = missing.fold(furthest, f64::max);
        }
        if furthest < SETTLED && round > 0 {
            break;
        }
    }
}

/// A mean over all cells, and never nothing.
pub(super) fn level(means: &[f64]) -> f64 {
    let count = as_f64(i64::try_from(means.len()).unwrap_or(i64::MAX));
    (means.iter().sum::<f64>() / count).max(1e-9)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows and columns of a table of two by three.
    fn families<'a>(rows: &'a [f64; 2], columns: &'a [f64; 3], v: &'a [f64; 3]) -> [Family<'a>; 2] {
        let of_rows = vec![0, 0, 0, 1, 1, 1];
        let of_columns = vec![0, 1, 2, 0, 1, 2];
        [
            Family { containing: of_rows, means: rows, variances: &v[..2] },
            Family { containing: of_columns, means: columns, variances: v },
        ]
    }

    #[test]
    fn without_a_pattern_the_structure_is_a_product() {
        let families = families(&[30.0, 10.0], &[20.0, 16.0, 4.0], &[1.0; 3]);
        let found = fitted(vec![1.0; 6], &families);
        for (x, expected) in found.iter().zip([15.0, 12.0, 3.0, 5.0, 4.0, 1.0]) {
            assert!((x - expected).abs() < 1e-9);
        }
    }

    #[test]
    fn settled_cells_add_up_even_where_nothing_is_known() {
        let families = families(&[30.0, 0.0], &[20.0, 6.0, 4.0], &[0.0; 3]);
        for variances in [[1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [1e-30; 6]] {
            let mut cells = [9.0, 9.0, 9.0, 2.0, 0.0, 1.0];
            settled(&mut cells, &variances, &families);
            assert!(cells.iter().all(|x| x.is_finite() && *x >= 0.0), "{cells:?}");
            let mut cells = [9.0, 9.0, 9.0, 2.0, 0.0, 1.0];
            settled(&mut cells, &[1.0; 6], &families);
            assert!((cells[0] - 20.0).abs() < 0.01 && cells[3] < 0.01, "{cells:?}");
        }
    }
}
