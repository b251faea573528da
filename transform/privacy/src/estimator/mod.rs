//! From noisy margins to one consistent table: unbiased estimates of any margin, their exact
//! variances and the half-widths of their intervals. Reads only what was released.
//!
//! # Model
//! A table has axes with nested levels ([`Domain`]). A margin A is one level an axis ([`At`]);
//! measured, it is `y_A = x_A + Z_A` with i.i.d. integer noise `Z_A` of variance `s_A²`. Everything
//! here is post-processing of the `y_A` and costs no privacy.
//!
//! # Components
//! A margin holds, for every margin B within it, the component `R_B`: along each axis with level
//! l ≥ 1, what level l holds beyond the level above,
//!
//! ```text
//! r_l(code) = t_l(code) − part(code)·t_{l−1}(parent),        r_0 = the total,
//! ```
//!
//! and it is put together again by `t_l(code) = r_l(code) + part(code)·t_{l−1}(parent)`. The
//! parts are one over the number of children where these are equal, see `parts`. With `y_A` summed
//! up to B's levels, every measured A ⊇ B gives an unbiased `R_B(y_A)`, and these are averaged:
//!
//! ```text
//! e_B = Σ_A w_AB R_B(y_A),    w_AB ∝ 1/(s_A² · Π_i n_{A_i}/n_{B_i}),    Σ_A w_AB = 1
//! ```
//!
//! where `n_{A_i}` is the number of codes of axis i at A's level. Since every margin is put
//! together from the same `e_B`, each adds up exactly to every coarser one.
//!
//! # Source and optimality
//! For flat axes this is the orthogonal split of Xiao, He, Zhang and Kifer, "An Optimal and
//! Scalable Matrix Mechanism for Noisy Marginals under Convex Loss Functions" (arXiv 2305.08175),
//! and the estimate is that of generalised least squares: the components of i.i.d. noise are
//! uncorrelated. The same holds for nested levels that branch equally.
//!
//! Where the numbers of children differ this would no longer be the best: a province of a single
//! district would hardly learn from that district. So the axis that branches most unequally, as a
//! rule the one of areas, is left out of the split, and along it each component of the other axes
//! is settled by least squares on the tree of codes (`tree`). With one such axis the whole is again
//! exactly least squares. With more, the others keep the averages above:
//! the estimate stays unbiased and consistent and its variance is still computed exactly, but it
//! is larger than it might be: standard errors by 0 to 6 per cent in most margins of
//! `tests/nested.rs`, and by a quarter in the worst.
//!
//! # Variances
//! An estimate is a linear function of the independent noises, so its variance is
//! `Σ_A s_A² ‖coefficients on Z_A‖²`; see `kinship` for cells and `query` for sums of cells.
#![expect(
    clippy::float_arithmetic,
    reason = "post-processing of released numbers; nothing is drawn here"
)]

use std::collections::BTreeMap;

mod components;
mod domain;
mod error;
mod grid;
mod kinship;
mod law;
mod query;
mod tensor;
#[cfg(test)]
mod tests;
mod tree;
mod width;

pub use domain::{At, Axis, Domain};
pub(crate) use domain::{closure, within_levels};
pub use error::Unfit;
pub use grid::GRID;
pub use law::Law;

use crate::Scale;
use crate::noise::as_f64;

/// A measured margin: where, and with what noise.
#[derive(Debug, Clone)]
struct Measured {
    at: At,
    law: Law,
    variance: f64,
}

/// The estimator of all margins of one table from its measured ones.
#[derive(Debug, Clone)]
pub struct Estimator {
    domain: Domain,
    measured: Vec<Measured>,
    /// The axis along which the estimate is settled by a tree: the one whose levels branch most
    /// unequally, if any does.
    tree: Option<usize>,
    /// The part of each code in its parent, by axis and level from 1.
    parts: Vec<Vec<Vec<f64>>>,
    /// For each component B that is measured, how precisely, and `w_AB` in the order of the
    /// measured margins. On the axis of the tree B has A's own level.
    weights: BTreeMap<At, (f64, Vec<f64>)>,
}

impl Estimator {
    /// The estimator for margins measured by the kernel with these scales.
    ///
    /// # Errors
    /// [`Unfit::Margin`] or [`Unfit::Variance`].
    pub fn new(domain: Domain, measured: Vec<(At, Scale)>) -> Result<Self, Unfit> {
        let laws = measured.into_iter().map(|(at, scale)| (at, Law::Discrete(scale)));
        Self::with_laws(domain, laws.collect())
    }

    /// The estimator for margins measured with noise of these laws.
    ///
    /// # Errors
    /// [`Unfit::Margin`] for a level that is not there, [`Unfit::Variance`] without a positive
    /// variance.
    pub fn with_laws(domain: Domain, measured: Vec<(At, Law)>) -> Result<Self, Unfit> {
        let measured: Vec<Measured> = measured
            .into_iter()
            .map(|(at, law)| Measured { at, law, variance: law.variance() })
            .collect();
        if !measured.iter().all(|m| domain.has(&m.at)) {
            return Err(Unfit::Margin);
        }
        if !measured.iter().all(|m| m.variance > 0.0 && m.variance.is_finite()) {
            return Err(Unfit::Variance);
        }
        let uneven = |axis: usize| domain.axes()[axis].unevenness();
        let tree = (0..domain.axes().len())
            .filter(|axis| uneven(*axis) > 1.0)
            .max_by(|a, b| uneven(*a).total_cmp(&uneven(*b)));
        let mut weights = BTreeMap::new();
        for m in &measured {
            let on_tree = |b: &At| tree.is_none_or(|axis| b.level(axis) == m.at.level(axis));
            for component in m.at.below().into_iter().filter(on_tree) {
                weights
                    .entry(component)
                    .or_insert_with_key(|b| mean_weights(&domain, tree, &measured, b));
            }
        }
        let parts = (0..domain.axes().len()).map(|axis| parts(&domain, &measured, axis)).collect();
        Ok(Self { domain, measured, tree, parts, weights })
    }

    /// The domain.
    #[must_use]
    pub fn domain(&self) -> &Domain {
        &self.domain
    }

    /// Whether the measured margins determine this one: one of them is as fine.
    #[must_use]
    pub fn determines(&self, at: &At) -> bool {
        self.measured.iter().any(|m| at.within(&m.at))
    }

    fn check(&self, at: &At) -> Result<(), Unfit> {
        if !self.domain.has(at) {
            return Err(Unfit::Margin);
        }
        if self.determines(at) { Ok(()) } else { Err(Unfit::Undetermined) }
    }
}

/// How precisely one component B is measured, and `w_AB`: inversely to the variance that `R_B(y_A)`
/// has.
fn mean_weights(
    domain: &Domain,
    tree: Option<usize>,
    measured: &[Measured],
    component: &At,
) -> (f64, Vec<f64>) {
    let precision = |m: &Measured| {
        let wider: f64 = domain
            .shape(&m.at)
            .into_iter()
            .zip(domain.shape(component))
            .map(|(fine, coarse)| as_f64(fine as u64) / as_f64(coarse as u64))
            .product();
        let on_tree = tree.is_none_or(|axis| component.level(axis) == m.at.level(axis));
        if on_tree && component.within(&m.at) { 1.0 / (m.variance * wider) } else { 0.0 }
    };
    let precisions: Vec<f64> = measured.iter().map(precision).collect();
    let total: f64 = precisions.iter().sum();
    (total, precisions.into_iter().map(|p| p / total).collect())
}

/// The part of each code of an axis in its parent, for each level from 1: in proportion to the
/// variance that its total has by all the margins that tell it. Where levels branch equally that
/// is one over the number of children.
fn parts(domain: &Domain, measured: &[Measured], axis: usize) -> Vec<Vec<f64>> {
    let it = &domain.axes()[axis];
    let of_level = |level: usize| {
        let mut precisions = vec![0.0; it.codes(level)];
        for m in measured.iter().filter(|m| m.at.level(axis) >= level) {
            let others = as_f64(domain.cells(&m.at.with(axis, 0)) as u64);
            let below = it.descendants(level, m.at.level(axis));
            for (precision, n) in precisions.iter_mut().zip(below) {
                *precision += 1.0 / (m.variance * others * as_f64(n as u64));
            }
        }
        // A level that nothing tells is never asked for.
        let variance = |p: &f64| if *p > 0.0 { 1.0 / p } else { 1.0 };
        let variances: Vec<f64> = precisions.iter().map(variance).collect();
        let sums = tensor::Along::of(it, level, 1).up(&variances, None);
        variances.iter().zip(it.parents(level)).map(|(v, parent)| v / sums[*parent]).collect()
    };
    (1..=it.finest()).map(of_level).collect()
}
