//! A sum of estimated counts: what stands above and below the line of a ratio.

use shumar_privacy::estimator::{At, Unfit};

use crate::Estimates;

/// Σ w·count over the cells of one margin of one table.
#[derive(Clone)]
pub struct Sum<'a> {
    estimates: &'a dyn Estimates,
    at: At,
    weights: Vec<f64>,
    value: f64,
}

impl<'a> Sum<'a> {
    /// The sum with one weight a cell; `cells` are the estimates of the margin.
    ///
    /// # Errors
    /// [`Unfit::Cells`] when these are not as many as the weights.
    pub fn new(
        estimates: &'a dyn Estimates,
        at: &At,
        cells: &[f64],
        weights: Vec<f64>,
    ) -> Result<Self, Unfit> {
        if cells.len() != weights.len() {
            return Err(Unfit::Cells { cells: cells.len(), found: weights.len() });
        }
        let value = cells.iter().zip(&weights).map(|(cell, weight)| cell * weight).sum();
        Ok(Self { estimates, at: at.clone(), weights, value })
    }

    /// The unbiased estimate.
    #[must_use]
    pub fn value(&self) -> f64 {
        self.value
    }

    /// The half-width of its interval.
    ///
    /// # Errors
    /// As [`Estimates::query_half_width`].
    pub fn half_width(&self, confidence: f64) -> Result<f64, Unfit> {
        self.estimates.query_half_width(&self.at, &self.weights, confidence)
    }

    /// The variance of its error.
    ///
    /// # Errors
    /// As [`Estimates::query_variance`].
    pub fn variance(&self) -> Result<f64, Unfit> {
        self.estimates.query_variance(&self.at, &self.weights)
    }

    /// This sum less a multiple of another of the same margin.
    #[must_use]
    pub fn less(&self, times: f64, other: &Self) -> Self {
        self.plus(&[(other, -times)])
    }

    /// This sum and multiples of others of the same margin.
    #[must_use]
    pub fn plus(&self, others: &[(&Self, f64)]) -> Self {
        let mut sum = self.clone();
        for (other, times) in others {
            sum.value += times * other.value;
            let weights = sum.weights.iter_mut().zip(&other.weights);
            weights.for_each(|(weight, other)| *weight += times * other);
        }
        sum
    }
}
