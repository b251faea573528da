//! One axis of a calibrated table: how its codes differ from what the common ratio says.

use shumar_privacy::estimator::{At, Unfit};

use super::Spread;
use crate::{Estimates, Measured};

/// How far ratios differ between codes where nothing has measured it, as a part of what the bound
/// leaves out.
const UNLIKE: f64 = 0.3;
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
}

impl Sources<'_> {
    /// The model of an axis. `area`: all records of a person fall in one code of it.
    pub(super) fn axis(&self, axis: usize, area: bool) -> Result<AxisModel, Unfit> {
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
            let chance = |i: usize| expected[i] * self.spread.at(if area { 1.0 } else { share[i] });
            let base = |i: usize| part(i) * above.beyond[parents[i]];
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
                unlike = unlikeness(&differences, &expected, |i| noise[i] + chance(i));
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

/// The squared relative difference of ratios by the method of moments: what the differences have
/// beyond noise and chance, weighted by how well each tells it; not below 0.
fn unlikeness(differences: &[f64], expected: &[f64], known: impl Fn(usize) -> f64) -> f64 {
    let (mut above, mut below) = (0.0, 0.0);
    for (i, (difference, expected)) in differences.iter().zip(expected).enumerate() {
        let weight = expected.powi(2) / known(i).powi(2).max(f64::MIN_POSITIVE);
        above += weight * (difference.powi(2) - known(i));
        below += weight * expected.powi(2);
    }
    if below > 0.0 { (above / below).max(0.0) } else { 0.0 }
}
