//! The noise in any linear query on an estimated margin, by the adjoint of the estimator.
//!
//! The query's weights are summed by their parts up to every component, taken through the adjoint
//! of its residual, and copied down to the cells of each measured margin, weighted with `w_AB`.

use super::components::{Components, Share, add};
use super::width::{Term, half_width, variance};
use super::{At, Estimator, Unfit};

impl Estimator {
    /// The variance of Σ q·estimate over the cells of a margin, for one weight a cell.
    ///
    /// # Errors
    /// [`Unfit::Margin`], [`Unfit::Undetermined`] or [`Unfit::Cells`].
    pub fn query_variance(&self, at: &At, weights: &[f64]) -> Result<f64, Unfit> {
        Ok(variance(&self.noise_in_query(at, weights)?))
    }

    /// The half-width of the interval of Σ q·estimate, as [`Estimator::half_widths`] for a cell.
    ///
    /// # Errors
    /// [`Unfit::Margin`], [`Unfit::Undetermined`] or [`Unfit::Cells`].
    pub fn query_half_width(
        &self,
        at: &At,
        weights: &[f64],
        confidence: f64,
    ) -> Result<f64, Unfit> {
        Ok(half_width(&self.noise_in_query(at, weights)?, confidence))
    }

    fn noise_in_query(&self, at: &At, weights: &[f64]) -> Result<Vec<Term>, Unfit> {
        self.check(at)?;
        let cells = self.domain.cells(at);
        if weights.len() != cells {
            return Err(Unfit::Cells { cells, found: weights.len() });
        }
        let mut components = Components::new();
        self.apart(0, at, weights, Share::Part, &mut |b, means| {
            add(&mut components, b, means, 1.0);
        });
        for (b, cells) in &mut components {
            self.residual(b, cells, true);
        }
        if let Some(axis) = self.tree {
            components = self.trace(axis, components);
        }
        let mut terms = Vec::new();
        for (i, m) in self.measured.iter().enumerate() {
            let mut weighted = Components::new();
            for (b, cells) in components.iter().filter(|(b, _)| b.within(&m.at)) {
                if let Some((_, weights)) = self.weights.get(b) {
                    add(&mut weighted, b, cells, weights[i]);
                }
            }
            let mut coefficients = self.together(&m.at, &weighted, Share::Whole);
            coefficients.sort_by(f64::total_cmp);
            let largest = coefficients.iter().fold(0.0, |m: f64, c| m.max(c.abs()));
            let same = |a: &f64, b: &f64| (a - b).abs() <= 1e-10 * largest;
            for run in coefficients.chunk_by(same) {
                let count = crate::noise::as_f64(run.len() as u64);
                terms.push(Term { law: m.law, coefficient: run[run.len() / 2], count });
            }
        }
        Ok(terms)
    }

    /// From a query on the estimates of one level of the tree's axis to what it asks of each
    /// measured level.
    fn trace(&self, axis: usize, asked: Components) -> Components {
        let mut out = Components::new();
        for (b, cells) in asked {
            let other = b.with(axis, 0);
            let Some(tree) = self.tree(axis, &other) else { continue };
            let levels = tree.traced(b.level(axis), &cells, self.domain.inner(&b, axis));
            out.extend((0..).zip(levels).map(|(level, cells)| (other.with(axis, level), cells)));
        }
        out
    }
}
