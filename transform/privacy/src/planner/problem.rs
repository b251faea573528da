//! The errors that shares of the loss leave, and their derivatives.
//!
//! With levels that branch equally (or on the average), `u_A` the share of the margin A, and
//! `1/s_A²` its precision, the components of the estimator are uncorrelated and
//!
//! ```text
//! τ_B = Σ_{A ⊇ B} 1/(s_A² Π_i n_{A_i}/n_{B_i})
//! Var of a cell of W = Σ_{B ⊆ W} (1/τ_B) Π_i f_i,
//! f_i = (n_{B_i}/n_{W_i})² · (1 − n_p/n_{B_i} where B_i > 0)
//! ```
//!
//! where p is the next lower level that the workload uses. At unit budget and one record a person,
//! discrete Laplace has 1/s² ≈ u²/2 and discrete Gaussian 1/s² = 2u.

use std::collections::BTreeMap;

use shumar_schemas::Family;

use super::Objective;
use crate::estimator::{At, Domain, closure, within_levels};
use crate::noise::as_f64;

/// A workload over the margins that may be measured for it.
pub(super) struct Problem {
    /// The margins that may be measured; also the components.
    pub(super) candidates: Vec<At>,
    family: Family,
    /// For each candidate A: each component B within it, and `Π n_B/n_A`.
    informs: Vec<Vec<(usize, f64)>>,
    /// For each wanted margin: each component within it, and what 1/τ weighs in a cell.
    holds: Vec<Vec<(usize, f64)>>,
    targets: Vec<f64>,
    /// The cells of each wanted margin.
    cells: Vec<f64>,
}

impl Problem {
    pub(super) fn new(domain: &Domain, wanted: &[(At, f64)], family: Family) -> Self {
        let margins: Vec<At> = wanted.iter().map(|(at, _)| at.clone()).collect();
        let levels = domain.levels_of(&margins);
        let candidates = closure(&margins, &levels);
        let places: BTreeMap<&At, usize> = candidates.iter().zip(0..).collect();
        let shapes: Vec<Vec<f64>> = candidates
            .iter()
            .map(|at| domain.shape(at).into_iter().map(|n| as_f64(n as u64)).collect())
            .collect();
        let within = |at: &At| -> Vec<usize> {
            within_levels(at, &levels).iter().filter_map(|b| places.get(b).copied()).collect()
        };
        let ratio = |b: usize, a: usize| -> f64 {
            shapes[b].iter().zip(&shapes[a]).map(|(b, a)| b / a).product()
        };
        // What the levels of a component hold beyond the levels before them.
        let own: Vec<f64> = candidates
            .iter()
            .map(|at| {
                let beyond = |axis: usize| {
                    let before = levels[axis].iter().rev().find(|l| **l < at.levels()[axis]);
                    before.map_or(1.0, |l| {
                        let n = |level: usize| as_f64(domain.axes()[axis].codes(level) as u64);
                        1.0 - n(usize::from(*l)) / n(at.level(axis))
                    })
                };
                (0..levels.len()).map(beyond).product()
            })
            .collect();
        let informs = candidates
            .iter()
            .enumerate()
            .map(|(a, at)| within(at).into_iter().map(|b| (b, ratio(b, a))).collect())
            .collect();
        let holds = margins
            .iter()
            .map(|at| {
                let w = places[at];
                within(at).into_iter().map(|b| (b, own[b] * ratio(b, w).powi(2))).collect()
            })
            .collect();
        let cells = margins.iter().map(|at| as_f64(domain.cells(at) as u64)).collect();
        let targets = wanted.iter().map(|(_, target)| *target).collect();
        Self { candidates, family, informs, holds, targets, cells }
    }

    /// The place of a wanted margin among the candidates.
    pub(super) fn place(&self, wanted: usize) -> usize {
        // A margin is the last of those within it.
        self.holds[wanted].last().map_or(0, |(b, _)| *b)
    }

    pub(super) fn targets(&self) -> &[f64] {
        &self.targets
    }

    /// The precision of a margin measured with a share, and its derivative.
    fn precision(&self, share: f64) -> (f64, f64) {
        match self.family {
            Family::Laplace => (share * share / 2.0, share),
            Family::Gaussian => (2.0 * share, 2.0),
        }
    }

    fn taus(&self, shares: &[f64]) -> Vec<f64> {
        let mut taus = vec![0.0; self.candidates.len()];
        for (informs, share) in self.informs.iter().zip(shares) {
            let (precision, _) = self.precision(*share);
            for (b, ratio) in informs {
                taus[*b] += precision * ratio;
            }
        }
        taus
    }

    /// The variance of a cell of each wanted margin.
    pub(super) fn variances(&self, shares: &[f64]) -> Vec<f64> {
        let taus = self.taus(shares);
        self.holds.iter().map(|holds| holds.iter().map(|(b, c)| c / taus[*b]).sum()).collect()
    }

    /// The largest standard deviation over its target.
    pub(super) fn worst_ratio(&self, shares: &[f64]) -> f64 {
        let ratio = |(v, t): (f64, &f64)| v.sqrt() / t;
        self.variances(shares).into_iter().zip(&self.targets).map(ratio).fold(0.0, f64::max)
    }

    /// The objective itself, in terms of standard deviations.
    pub(super) fn value(&self, shares: &[f64], objective: Objective) -> f64 {
        match objective {
            Objective::WorstRatio => self.worst_ratio(shares),
            Objective::SumOfVariances => {
                let variances = self.variances(shares);
                variances.iter().zip(&self.cells).map(|(v, n)| v * n).sum::<f64>().sqrt()
            }
        }
    }

    /// The logarithm of the objective, with the largest ratio smoothed to a p-norm, and its
    /// derivative by each share.
    pub(super) fn smooth(&self, shares: &[f64], objective: Objective, p: f64) -> (f64, Vec<f64>) {
        let taus = self.taus(shares);
        let variances: Vec<f64> =
            self.holds.iter().map(|holds| holds.iter().map(|(b, c)| c / taus[*b]).sum()).collect();
        let (value, by_variance) = match objective {
            Objective::WorstRatio => self.norm(&variances, p),
            Objective::SumOfVariances => {
                let total: f64 = variances.iter().zip(&self.cells).map(|(v, n)| v * n).sum();
                (total.ln() / 2.0, self.cells.iter().map(|n| n / total / 2.0).collect())
            }
        };
        let mut by_tau = vec![0.0; taus.len()];
        for (holds, weight) in self.holds.iter().zip(by_variance) {
            for (b, c) in holds {
                by_tau[*b] -= weight * c / taus[*b].powi(2);
            }
        }
        let by_share = self.informs.iter().zip(shares).map(|(informs, share)| {
            let slope = self.precision(*share).1;
            slope * informs.iter().map(|(b, ratio)| by_tau[*b] * ratio).sum::<f64>()
        });
        (value, by_share.collect())
    }

    /// The logarithm of the p-norm of the ratios, and its derivative by each variance.
    fn norm(&self, variances: &[f64], p: f64) -> (f64, Vec<f64>) {
        let logs: Vec<f64> =
            variances.iter().zip(&self.targets).map(|(v, t)| v.ln() / 2.0 - t.ln()).collect();
        let largest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let powers: Vec<f64> = logs.iter().map(|l| (p * (l - largest)).exp()).collect();
        let total: f64 = powers.iter().sum();
        let slopes = powers.iter().zip(variances).map(|(e, v)| e / total / (2.0 * v)).collect();
        (largest + total.ln() / p, slopes)
    }
}
