//! Modelled estimates: each cell drawn towards what the coarser margins let one expect of it.
//!
//! Model-assisted, not unbiased: a cell of a small area borrows strength from the areas around it
//! and from the other cells of its own, as in Fay and Herriot, "Estimates of Income for Small
//! Places" (1979), here for counts with known noise. All of it is post-processing.
//!
//! # Structure
//! Margins are modelled from the coarsest to the finest. What is expected of a cell, μ, is the
//! log-linear table with the sums of the next coarser modelled margins (one level up on one axis):
//! districts share their division's count evenly; districts by offences have the pattern of their
//! division and the sizes of districts (`structure`). Where cells are far from it, it is fitted again
//! with less weight on those that are furthest. With an earlier release of the same cells
//! its modelled cells can be the pattern that is fitted to the new sums: they are, margin by margin,
//! where the new estimates are likelier under it.
//!
//! # Law
//! About that, a count has the negative binomial law of variance V = μ + φμ²: it varies at least
//! like a Poisson count (`prior`). φ is what the cells of the margin tell of it: each of a few
//! values is weighed by the probability of all the estimates under it, with the known variance s²
//! of their noise. What is uncertain in μ adds to φ as the square of its relative error.
//!
//! # Cells
//! The modelled cell is the mean of the posterior over whole numbers from zero on (`posterior`),
//! about (V·y + s²·μ)/(V + s²), mixed over φ; then the cells are moved a little, so that they add
//! up to the coarser modelled margins, to a few hundredths; only nearly where families form a cycle
//! (all pairs of three axes, with all three above them). Its interval holds 95 % of the posterior,
//! moved along. That is a statement over all cells of a margin: about 95 of 100 such intervals
//! hold their count; of cells that are far from the structure fewer do.

mod posterior;
mod prior;
mod structure;

use std::collections::BTreeMap;
use std::collections::BTreeSet;

use shumar_privacy::estimator::{At, Domain, Unfit};

use crate::Estimates;
use crate::cells::containing;
use posterior::{Posterior, Told};
use prior::Prior;
use structure::{Family, fitted, level, settled, uncertain};

/// The values of φ that are weighed: from counts that vary as their structure says to cells that
/// hardly follow it.
const DISPERSIONS: [f64; 14] =
    [0.0, 0.01, 0.03, 0.07, 0.15, 0.3, 0.5, 0.8, 1.2, 2.0, 3.5, 6.0, 12.0, 30.0];
/// Cells of a margin by which φ is found.
const CELLS: usize = 1500;
/// How often the structure is fitted again where cells are far from it.
const REFITS: usize = 3;
/// Below this φ sums alone fit the structure well.
const CLOSE: f64 = 0.02;
/// A φ of less weight is left out.
const WEIGHT: f64 = 0.02;
/// The probability of each tail outside an interval.
const TAIL: f64 = 0.025;
/// What the pattern of an earlier release counts as in a cell, in parts of the mean cell: no cell
/// is barred because it was empty.
const PSEUDO: f64 = 0.02;

/// No cell is expected to be less than this.
const LEAST: f64 = 1e-6;

/// The modelled cells of one margin, in C order.
#[derive(Debug, Clone, PartialEq)]
pub struct Modelled {
    /// The modelled counts, zero or more.
    pub cells: Vec<f64>,
    /// The variance of each, given the model.
    pub variances: Vec<f64>,
    /// The lower ends of 95 % intervals: whole numbers of zero or more.
    pub low: Vec<f64>,
    /// Their upper ends.
    pub high: Vec<f64>,
    /// The mean of φ: how far the cells are from their structure, as the square of a relative
    /// distance; 0 for the total, which has none.
    pub dispersion: f64,
}

/// The modelled estimates of the published margins, in their order.
///
/// `previous` are the estimates of earlier releases of the same table, oldest first: each is
/// modelled with what came before it, and its cells may be the pattern for the next.
///
/// # Errors
/// [`Unfit::Margin`] or [`Unfit::Undetermined`] for a margin that has no estimates; what an earlier
/// release lacks is not missed.
pub fn modelled(
    estimates: &impl Estimates,
    published: &[At],
    previous: &[&dyn Estimates],
) -> Result<Vec<Modelled>, Unfit> {
    let mut known = BTreeMap::new();
    for earlier in previous {
        if let Ok(next) = all(*earlier, published, &known) {
            known = next;
        }
    }
    let found = all(estimates, published, &known)?;
    published.iter().map(|at| found.get(at).cloned().ok_or(Unfit::Margin)).collect()
}

/// All margins within the published ones, modelled from the coarsest to the finest.
fn all(
    estimates: &(impl Estimates + ?Sized),
    published: &[At],
    earlier: &BTreeMap<At, Modelled>,
) -> Result<BTreeMap<At, Modelled>, Unfit> {
    let mut found = BTreeMap::new();
    for at in within(published) {
        let (cells, variances) = (estimates.cells(&at)?, estimates.variances(&at)?);
        let one = margin(estimates.domain(), &at, &cells, &variances, earlier.get(&at), &found);
        found.insert(at, one);
    }
    Ok(found)
}

/// Everything within the margins, coarser ones first.
fn within(margins: &[At]) -> BTreeSet<At> {
    let mut all = BTreeSet::new();
    let mut left: Vec<At> = margins.to_vec();
    while let Some(at) = left.pop() {
        left.extend(coarser(&at).filter(|coarser| !all.contains(coarser)));
        all.insert(at);
    }
    all
}

/// The margins one level up on one axis.
fn coarser(at: &At) -> impl Iterator<Item = At> {
    let levels = at.levels().to_vec();
    (0..levels.len())
        .filter(|axis| at.levels()[*axis] > 0)
        .map(move |axis| {
            let mut levels = levels.clone();
            levels[axis] -= 1;
            At::new(levels)
        })
        .collect::<Vec<_>>()
        .into_iter()
}

/// One margin, given all coarser ones.
fn margin(
    domain: &Domain,
    at: &At,
    estimates: &[f64],
    noise: &[f64],
    earlier: Option<&Modelled>,
    known: &BTreeMap<At, Modelled>,
) -> Modelled {
    let families: Vec<Family> = coarser(at)
        .filter_map(|coarser| {
            let of = known.get(&coarser)?;
            let containing = containing(domain, at, &coarser);
            Some(Family { containing, means: &of.cells, variances: &of.variances })
        })
        .collect();
    let plain = vec![1.0; estimates.len()];
    let mut cells = Cells::new(estimates, noise, plain, &families);
    let (mut dispersions, evidence) = cells.refitted(&families);
    if let Some(earlier) = earlier {
        let least = PSEUDO * level(&earlier.cells);
        let pattern: Vec<f64> = earlier.cells.iter().map(|x| x + least).collect();
        let mut other = Cells::new(estimates, noise, pattern.clone(), &families);
        // The earlier count was a draw too, and is known only so well.
        let errors = pattern.iter().zip(&earlier.variances).map(|(x, v)| (x + v) / (x * x));
        other.errors.iter_mut().zip(errors).for_each(|(error, more)| *error += more);
        let (found, more) = other.refitted(&families);
        if more > evidence {
            (cells, dispersions) = (other, found);
        }
    }
    if families.is_empty() {
        dispersions.clear();
    }
    let told: Vec<Told> = (0..estimates.len()).map(|i| cells.told(i, &dispersions)).collect();
    let mut modelled: Vec<f64> = told.iter().map(|t| t.mean).collect();
    let variances: Vec<f64> = told.iter().map(|t| t.variance).collect();
    settled(&mut modelled, &variances, &families);
    // The mean of a long thin tail may lie beyond its quantile.
    let moved = |i: usize, end: f64| (end + (modelled[i] - told[i].mean).round()).max(0.0);
    let low = |i: usize| moved(i, told[i].low).min(modelled[i].floor());
    let high = |i: usize| moved(i, told[i].high).max(modelled[i].ceil());
    Modelled {
        low: (0..told.len()).map(low).collect(),
        high: (0..told.len()).map(high).collect(),
        cells: modelled,
        variances,
        dispersion: dispersions.iter().map(|(weight, phi)| weight * phi).sum(),
    }
}

/// The cells of a margin with what is known of them.
struct Cells<'a> {
    estimates: &'a [f64],
    noise: &'a [f64],
    means: Vec<f64>,
    errors: Vec<f64>,
}

impl<'a> Cells<'a> {
    fn new(estimates: &'a [f64], noise: &'a [f64], pattern: Vec<f64>, families: &[Family]) -> Self {
        let means = fitted(pattern, families);
        let errors = uncertain(families, estimates.len());
        Self { estimates, noise, means, errors }
    }

    fn prior(&self, cell: usize, dispersion: f64) -> Prior {
        let mean = self.means[cell].max(LEAST);
        Prior::Counts { mean, dispersion: (dispersion + self.errors[cell]).min(1e3) }
    }

    /// Fits the structure again, now that it is known roughly how far each cell is from it, and
    /// returns the dispersions.
    ///
    /// Sums alone let one odd cell bend the structure of all others. With u for a cell's count over
    /// what was expected of it (its mean given the posterior of the count, under the gamma law of
    /// mean 1 and variance φ that makes counts negative binomial), the structure times u is what
    /// has the known sums: a step of expectation and maximisation.
    fn refitted(&mut self, families: &[Family]) -> (Vec<(f64, f64)>, f64) {
        let mut found = self.dispersions();
        if families.len() < 2 {
            return found;
        }
        for _ in 0..REFITS {
            let phi: f64 = found.0.iter().map(|(weight, phi)| weight * phi).sum();
            if phi < CLOSE {
                return found;
            }
            let odd: Vec<f64> = (0..self.estimates.len())
                .map(|i| {
                    let posterior =
                        Posterior::new(self.prior(i, phi), self.estimates[i], self.noise[i]);
                    (posterior.mean() + 1.0 / phi) / (self.means[i] + 1.0 / phi)
                })
                .collect();
            let pattern = self.means.iter().zip(&odd).map(|(mean, odd)| mean * odd).collect();
            let means = fitted(pattern, families);
            self.means = means.iter().zip(&odd).map(|(mean, odd)| mean / odd).collect();
            found = self.dispersions();
        }
        found
    }

    /// The likely values of φ with their weights, and the logarithm of the mean evidence for them.
    fn dispersions(&self) -> (Vec<(f64, f64)>, f64) {
        let step = self.estimates.len().div_ceil(CELLS);
        let evidence = DISPERSIONS.map(|phi| {
            let one = |i: usize| {
                let prior = self.prior(i, phi);
                Posterior::new(prior, self.estimates[i], self.noise[i]).ln_evidence
            };
            (0..self.estimates.len()).step_by(step).map(one).sum::<f64>()
        });
        let most = evidence.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let weights = evidence.map(|ln| (ln - most).exp());
        let all = most + weights.iter().sum::<f64>().ln();
        let mut kept: Vec<(f64, f64)> =
            weights.into_iter().zip(DISPERSIONS).filter(|(weight, _)| *weight > WEIGHT).collect();
        let sum: f64 = kept.iter().map(|(weight, _)| weight).sum();
        for (weight, _) in &mut kept {
            *weight /= sum;
        }
        (kept, all)
    }

    fn told(&self, cell: usize, dispersions: &[(f64, f64)]) -> Told {
        let posterior = |prior| Posterior::new(prior, self.estimates[cell], self.noise[cell]);
        if dispersions.is_empty() {
            return Told::of(&[(1.0, posterior(Prior::Flat))], TAIL);
        }
        let one = |(weight, phi): &(f64, f64)| (*weight, posterior(self.prior(cell, *phi)));
        Told::of(&dispersions.iter().map(one).collect::<Vec<_>>(), TAIL)
    }
}

#[expect(clippy::cast_precision_loss, reason = "numbers of cells")]
fn as_f64(n: usize) -> f64 {
    n as f64
}
