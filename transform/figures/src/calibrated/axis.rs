//! One axis of a calibrated table: how its codes differ from what the common ratio says.

use shumar_privacy::estimator::{At, Unfit};

use super::places::early;
use super::{Role, Spread};
use crate::{Estimates, Measured};

/// How far ratios differ between codes where nothing has measured it, as a part of what the bound
/// leaves out.
const UNLIKE: f64 = 0.25;
/// What that expectation weighs beside differences that were measured, in codes.
const UNLIKE_WEIGHT: f64 = 3.0;
/// How far the part of early records may be from what evenly falling ones would have, as a part of the
/// correction for them.
const LATE_UNSURE: f64 = 0.5;
/// Parts of a year that an axis of the calendar tells apart.
const PARTS: u32 = 4;
/// Ratios do not differ by more than their double.
const UNLIKE_MAX: f64 = 4.0;
/// No code has a smaller share: it keeps every share positive.
const SHARE_MIN: f64 = 1e-9;

/// What is known about the codes of one level.
#[derive(Debug, Clone)]
pub(super) struct Level {
    /// Each code's share of all bounded records.
    pub(super) share: Vec<f64>,
    /// What its recorded count has beyond the ratio times its bounded count; they sum to 0.
    pub(super) beyond: Vec<f64>,
    /// The variance of that.
    pub(super) variance: Vec<f64>,
    /// How much of the difference was taken from the generous measurement, 0 to 1.
    pub(super) taken: Vec<f64>,
}

/// All levels of an axis that the detail tells, the total first.
#[derive(Debug, Clone)]
pub(super) struct AxisModel {
    pub(super) levels: Vec<Level>,
    /// Squared relative differences of ratios between codes.
    pub(super) unlike: f64,
}

/// What the model of an axis is made from.
pub(super) struct Sources<'a> {
    pub(super) detail: &'a Measured,
    pub(super) generous: &'a Measured,
    /// Recorded over bounded records in all.
    pub(super) ratio: f64,
    /// Bounded records in all.
    pub(super) whole: f64,
    pub(super) spread: Spread,
    /// The bound of the detail, and how many persons have at least 1, 2, … records.
    pub(super) bound: u32,
    pub(super) persons: &'a [f64],
}

impl Sources<'_> {
    /// The model of an axis.
    pub(super) fn axis(&self, axis: usize, role: Role) -> Result<AxisModel, Unfit> {
        let domain = self.detail.domain();
        let axes = domain.axes().len();
        let at = |level: usize, axes: usize| {
            let level = u8::try_from(level).unwrap_or(u8::MAX);
            At::new((0..axes).map(|a| if a == axis { level } else { 0 }).collect())
        };
        let told = |level: &usize| self.detail.estimator().determines(&at(*level, axes));
        let finest = (1..=domain.axes()[axis].finest()).rfind(told).unwrap_or(0);
        let default = (UNLIKE * (self.ratio - 1.0).max(0.0)).powi(2);
        let whole =
            Level { share: vec![1.0], beyond: vec![0.0], variance: vec![0.0], taken: vec![0.0] };
        let (mut levels, mut unlike) = (vec![whole], default);
        let shares = self.shares(axis, finest, &at(finest, axes))?;
        for (level, share) in (1..=finest).zip(shares) {
            let above = &levels[level - 1];
            let parents = domain.axes()[axis].parents(level);
            let part = |i: usize| share[i] / above.share[parents[i]];
            let expected: Vec<f64> = share.iter().map(|s| s * self.whole).collect();
            let late = self.late(role, level == finest, &expected);
            let chance = |i: usize| {
                expected[i] * self.spread.at(if role == Role::Area { 1.0 } else { share[i] })
                    + (LATE_UNSURE * late[i]).powi(2)
            };
            let base = |i: usize| part(i) * above.beyond[parents[i]] + late[i];
            let generous_at = at(level, axes + 1);
            let measured = self.generous.estimator().determines(&generous_at);
            let mut differences = vec![0.0; share.len()];
            let mut noise = vec![f64::INFINITY; share.len()];
            if measured {
                let detail = (
                    self.detail.cells(&at(level, axes))?,
                    self.detail.variances(&at(level, axes))?,
                );
                let generous =
                    (self.generous.cells(&generous_at)?, self.generous.variances(&generous_at)?);
                for i in 0..share.len() {
                    differences[i] = generous.0[i] - self.ratio * detail.0[i] - base(i);
                    noise[i] = generous.1[i] + self.ratio.powi(2) * detail.1[i];
                }
                let found = unlikeness(&differences, &expected, |i| noise[i] + chance(i));
                let codes = f64::from(u32::try_from(share.len()).unwrap_or(u32::MAX));
                unlike = (codes * found + UNLIKE_WEIGHT * default) / (codes + UNLIKE_WEIGHT);
            }
            if !measured {
                unlike = unlike.max(default);
            }
            let prior = |i: usize| chance(i) + unlike * expected[i].powi(2);
            let taken: Vec<f64> =
                (0..share.len()).map(|i| prior(i) / (prior(i) + noise[i])).collect();
            let mut own: Vec<f64> = taken.iter().zip(&differences).map(|(k, d)| k * d).collect();
            // What siblings have beyond their parent sums to nothing.
            let mut sums = vec![0.0; above.share.len()];
            own.iter().zip(parents).for_each(|(x, p)| sums[*p] += x);
            own.iter_mut().enumerate().for_each(|(i, x)| *x -= part(i) * sums[parents[i]]);
            let beyond = (0..share.len()).map(|i| base(i) + own[i]).collect();
            let variance = (0..share.len())
                .map(|i| part(i).powi(2) * above.variance[parents[i]] + prior(i) * (1.0 - taken[i]))
                .collect();
            levels.push(Level { share, beyond, variance, taken });
        }
        Ok(AxisModel { levels, unlike })
    }

    /// What the codes of an axis have beyond the ratio because a bound keeps early records; sums to 0.
    fn late(&self, role: Role, finest: bool, expected: &[f64]) -> Vec<f64> {
        let parts = PARTS as usize;
        if role != Role::Quarter || !finest || !expected.len().is_multiple_of(parts) {
            return vec![0.0; expected.len()];
        }
        let early = early(self.persons, self.bound, PARTS);
        let even = 1.0 / f64::from(PARTS);
        let beyond = |(i, expected): (usize, &f64)| {
            self.ratio * expected * (even / early[i % parts].max(even / 8.0) - 1.0)
        };
        let all: Vec<f64> = expected.iter().enumerate().map(beyond).collect();
        let sum: f64 = all.iter().sum();
        let whole: f64 = expected.iter().sum();
        all.iter().zip(expected).map(|(x, e)| x - sum * e / whole).collect()
    }

    /// The shares of the codes of each level from 1, from the finest that the detail tells.
    fn shares(&self, axis: usize, finest: usize, at: &At) -> Result<Vec<Vec<f64>>, Unfit> {
        if finest == 0 {
            return Ok(Vec::new());
        }
        let cells = self.detail.cells(at)?;
        let positive: Vec<f64> = cells.iter().map(|x| x.max(SHARE_MIN * self.whole)).collect();
        let sum: f64 = positive.iter().sum();
        let mut shares = vec![positive.into_iter().map(|x| x / sum).collect::<Vec<f64>>()];
        let it = &self.detail.domain().axes()[axis];
        for level in (2..=finest).rev() {
            let mut above = vec![0.0; it.codes(level - 1)];
            let fine = &shares[0];
            it.parents(level).iter().zip(fine).for_each(|(p, s)| above[*p] += s);
            shares.insert(0, above);
        }
        Ok(shares)
    }
}

/// The squared relative difference of ratios by the method of moments of Paule and Mandel: the one at
/// which the squared differences, each beside its own variance, come to their number less one.
fn unlikeness(differences: &[f64], expected: &[f64], known: impl Fn(usize) -> f64) -> f64 {
    let told = |unlike: f64| -> f64 {
        let one = |(i, (d, e)): (usize, (&f64, &f64))| {
            d.powi(2) / (known(i) + unlike * e.powi(2)).max(f64::MIN_POSITIVE)
        };
        differences.iter().zip(expected).enumerate().map(one).sum()
    };
    let freedom = f64::from(u32::try_from(differences.len().saturating_sub(1)).unwrap_or(u32::MAX));
    let (mut low, mut high) = (0.0, UNLIKE_MAX);
    if told(low) <= freedom {
        return 0.0;
    }
    for _ in 0..60 {
        let middle = f64::midpoint(low, high);
        if told(middle) > freedom { low = middle } else { high = middle }
    }
    low
}
