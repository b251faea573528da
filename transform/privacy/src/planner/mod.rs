//! Which margins to measure, and with what share of the loss, so that the wanted margins come out
//! as exact as they can. Reads no records: only the domain, the workload and its targets.
//!
//! The margins that may be measured are the wanted ones and all coarser ones at levels that the
//! workload uses. Their shares `u_A` are the loss each costs at one record: they sum to the budget.
//! The errors at a unit budget scale as
//! - pure DP (Laplace): sd ∝ 1/budget,
//! - zCDP (Gaussian): sd ∝ 1/√budget,
//!
//! and with c records a person, as sd ∝ c under both.
//!
//! The errors split over components as in Xiao, He, Zhang and Kifer, "An Optimal and Scalable
//! Matrix Mechanism for Noisy Marginals under Convex Loss Functions" (arXiv 2305.08175); see
//! `problem`. They measure the components themselves with correlated noise; we measure margins
//! with i.i.d. noise, which the kernel draws on integers, and lose a few per cent by it. For
//! Gaussian noise the problem is convex in the shares. For Laplace it is not, and descent from
//! several fixed starts takes the best. Where children differ in number the planner uses averages;
//! exact errors are the estimator's.
#![expect(clippy::float_arithmetic, reason = "choices among public quantities; nothing is drawn")]

use shumar_schemas::Family;

use crate::estimator::{At, Domain, Unfit};

mod descent;
mod problem;
#[cfg(test)]
mod tests;

use problem::Problem;

/// What a strategy makes as small as it can.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Objective {
    /// The largest standard deviation of a cell over its margin's target.
    WorstRatio,
    /// The sum of the variances of all cells of all wanted margins; targets are not looked at.
    SumOfVariances,
}

/// Margins to measure, with shares of the loss.
#[derive(Debug, Clone, PartialEq)]
pub struct Strategy {
    /// The margins and the share of the budget that each takes; the shares sum to 1.
    pub measured: Vec<(At, f64)>,
    /// The largest standard deviation over target that is left at a budget of 1 with one record
    /// a person.
    pub worst_ratio: f64,
    /// The standard deviation of a cell of each wanted margin, at the same budget.
    pub deviations: Vec<f64>,
}

/// Smaller shares than this part of the largest one are not worth a measurement.
const SHARE_MIN: f64 = 1e-4;
/// What leaving out a measurement may cost, as a part of the objective.
const LOST_MAX: f64 = 1e-4;
/// The norms by which the largest ratio is approached, one after the other.
const NORMS: [f64; 3] = [16.0, 128.0, 1024.0];
/// Steps of one descent.
const STEPS_MAX: usize = 2000;

/// The strategy that leaves the smallest errors in the wanted margins, each with the standard
/// deviation that is wanted of its cells.
///
/// # Errors
/// [`Unfit::Margin`] for no margin, or a level that the domain does not have; [`Unfit::Variance`]
/// for a target that is not positive.
pub fn best(
    domain: &Domain,
    wanted: &[(At, f64)],
    family: Family,
    objective: Objective,
) -> Result<Strategy, Unfit> {
    if wanted.is_empty() || !wanted.iter().all(|(at, _)| domain.has(at)) {
        return Err(Unfit::Margin);
    }
    if !wanted.iter().all(|(_, target)| *target > 0.0 && target.is_finite()) {
        return Err(Unfit::Variance);
    }
    let problem = Problem::new(domain, wanted, family);
    let value = |shares: &[f64]| problem.value(shares, objective);
    let shares = starts(&problem, family)
        .into_iter()
        .map(|start| descend(&problem, objective, start))
        .min_by(|a, b| value(a).total_cmp(&value(b)))
        .unwrap_or_default();
    let shares = without_the_negligible(shares, value);
    let kept = problem.candidates.iter().cloned().zip(shares.iter().copied());
    Ok(Strategy {
        measured: kept.filter(|(_, share)| *share > 0.0).collect(),
        worst_ratio: problem.worst_ratio(&shares),
        deviations: problem.variances(&shares).into_iter().map(f64::sqrt).collect(),
    })
}

/// Shares that sum to 1, from logarithms up to a constant.
fn shares_of(logs: &[f64]) -> Vec<f64> {
    let largest = logs.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let powers: Vec<f64> = logs.iter().map(|z| (z - largest).exp()).collect();
    let total: f64 = powers.iter().sum();
    powers.into_iter().map(|e| e / total).collect()
}

/// The logarithms of shares to start from.
fn starts(problem: &Problem, family: Family) -> Vec<Vec<f64>> {
    let even = vec![0.0; problem.candidates.len()];
    if family == Family::Gaussian {
        return vec![even];
    }
    let raised = |places: &mut dyn Iterator<Item = usize>, by: f64| {
        let mut start = even.clone();
        places.for_each(|place| start[place] = by);
        start
    };
    let wanted = problem.targets().len();
    let mut starts = vec![raised(&mut (0..wanted).map(|w| problem.place(w)), 2.0)];
    for w in 0..wanted.min(10) {
        starts.push(raised(&mut std::iter::once(problem.place(w)), 3.0));
    }
    starts.push(even);
    starts
}

fn descend(problem: &Problem, objective: Objective, start: Vec<f64>) -> Vec<f64> {
    let norms: &[f64] = if objective == Objective::WorstRatio { &NORMS } else { &[1.0] };
    let logs = norms.iter().fold(start, |logs, p| {
        descent::minimise(logs, STEPS_MAX, 1e-7, |logs| {
            let shares = shares_of(logs);
            let (value, by_share) = problem.smooth(&shares, objective, *p);
            let mean: f64 = shares.iter().zip(&by_share).map(|(u, g)| u * g).sum();
            (value, shares.iter().zip(&by_share).map(|(u, g)| u * (g - mean)).collect())
        })
    });
    shares_of(&logs)
}

/// Leaves out small shares, the smallest first, as long as nothing is lost by it.
fn without_the_negligible(mut shares: Vec<f64>, value: impl Fn(&[f64]) -> f64) -> Vec<f64> {
    let largest = shares.iter().copied().fold(0.0, f64::max);
    let bound = value(&shares) * (1.0 + LOST_MAX);
    let mut small: Vec<usize> =
        (0..shares.len()).filter(|i| shares[*i] < SHARE_MIN * largest).collect();
    small.sort_by(|a, b| shares[*a].total_cmp(&shares[*b]));
    for place in small {
        let mut fewer = shares.clone();
        fewer[place] = 0.0;
        let total: f64 = fewer.iter().sum();
        for u in &mut fewer {
            *u /= total;
        }
        if value(&fewer) <= bound {
            shares = fewer;
        }
    }
    shares
}
