//! Estimates in whole units of 10⁻⁴ that add up to the last digit.
//!
//! Margins are rounded from the coarsest to the finest. Along each axis in turn, the difference
//! between a coarser margin, which is fixed by then, and the sum of its cells' children goes into
//! the first child of each.
//!
//! # Why sums already right stay right
//! Let t be the margin being fixed, right along axis i already: summed over siblings on i it is
//! the fixed margin `F_i`. Now axis j: the differences are `D = F_j − Σ_j t`. Summed over siblings
//! on i they vanish, because `F_i` and `F_j` were made to add up to the same fixed `F_ij`:
//!
//! ```text
//! Σ_i D = Σ_i F_j − Σ_j Σ_i t = F_ij − Σ_j F_i = F_ij − F_ij = 0
//! ```
//!
//! D goes to the first children on j, which are the same whatever the place on i; so every sum
//! over siblings on i changes by a sum of D over siblings, which is 0.

use std::collections::BTreeMap;

use super::domain::closure;
use super::{At, Domain, Estimator, Unfit};

/// Units of [`Estimator::estimate_on_grid`] in one: estimates are printed to four decimals.
pub const GRID: f64 = 10_000.0;

impl Estimator {
    /// The wanted margins in units of 1/[`GRID`], so that each adds up exactly to every coarser
    /// one among them. They differ from [`Estimator::estimate`] by a few units a cell, and by some
    /// hundreds in the first cells of very large margins.
    ///
    /// # Errors
    /// As [`Estimator::estimate`].
    pub fn estimate_on_grid(
        &self,
        noisy: &[&[i64]],
        wanted: &[At],
    ) -> Result<Vec<Vec<i64>>, Unfit> {
        wanted.iter().try_for_each(|at| self.check(at))?;
        self.domain.on_grid(wanted, |margins| self.estimate(noisy, margins))
    }
}

impl Domain {
    /// The wanted margins of any estimates that add up but for rounding, in units of 1/[`GRID`], so
    /// that they add up exactly. `estimates` is asked once, for the wanted margins and coarser ones.
    ///
    /// # Errors
    /// What `estimates` can't tell.
    pub fn on_grid<E>(
        &self,
        wanted: &[At],
        estimates: impl FnOnce(&[At]) -> Result<Vec<Vec<f64>>, E>,
    ) -> Result<Vec<Vec<i64>>, E> {
        let levels = self.levels_of(wanted);
        let closure = closure(wanted, &levels);
        let estimates = estimates(&closure)?;
        let mut fixed: BTreeMap<At, Vec<i64>> = BTreeMap::new();
        // Every coarser margin comes before.
        for (at, cells) in closure.into_iter().zip(estimates) {
            let mut cells: Vec<i64> = cells.into_iter().map(on_grid).collect();
            for (axis, used) in levels.iter().enumerate() {
                let own = at.levels()[axis];
                let Some(next) = used.iter().copied().filter(|l| *l < own).max() else { continue };
                let coarser = at.with(axis, usize::from(next));
                self.correct(&mut cells, &at, axis, &coarser, &fixed[&coarser]);
            }
            fixed.insert(at, cells);
        }
        Ok(wanted.iter().map(|at| fixed[at].clone()).collect())
    }

    /// Puts the differences to the coarser margin into the first children on an axis.
    fn correct(&self, cells: &mut [i64], at: &At, axis: usize, coarser: &At, fixed: &[i64]) {
        let (from, to) = (at.level(axis), coarser.level(axis));
        let ancestors = self.axes()[axis].ancestors(from, to);
        let parents = self.axes()[axis].codes(to);
        let inner: usize = self.shape(at)[axis + 1..].iter().product();
        let mut first = vec![0; parents];
        for (code, ancestor) in ancestors.iter().enumerate().rev() {
            first[*ancestor] = code;
        }
        let blocks = fixed.chunks_exact(parents * inner);
        for (block, fixed) in cells.chunks_exact_mut(ancestors.len() * inner).zip(blocks) {
            let mut missing = fixed.to_vec();
            for (row, ancestor) in block.chunks_exact(inner).zip(&ancestors) {
                let sums = &mut missing[ancestor * inner..(ancestor + 1) * inner];
                sums.iter_mut().zip(row).for_each(|(m, x)| *m -= x);
            }
            for (code, missing) in first.iter().zip(missing.chunks_exact(inner)) {
                let row = &mut block[code * inner..(code + 1) * inner];
                row.iter_mut().zip(missing).for_each(|(x, m)| *x += m);
            }
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "counts stay far below 2^53 units")]
fn on_grid(x: f64) -> i64 {
    (x * GRID).round() as i64
}
