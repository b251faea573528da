//! The estimates of one table, and how they err together.

use std::f64::consts::SQRT_2;

use shumar_privacy::Scale;
use shumar_privacy::estimator::{At, Domain, Estimator, Unfit};

/// Estimates of every margin of one table that its measurements determine. Those of bounded counts are
/// unbiased; calibrated ones are as far as the generous measurements tell the ratio.
///
/// All margins add up: the cells of a coarser margin are sums of those of a finer one.
pub trait Estimates: Sync {
    /// The table's axes.
    fn domain(&self) -> &Domain;

    /// The estimated counts of a margin's cells, in C order, the last axis fastest.
    ///
    /// # Errors
    /// [`Unfit::Margin`] or [`Unfit::Undetermined`].
    fn cells(&self, at: &At) -> Result<Vec<f64>, Unfit>;

    /// The cells of several margins, which may be quicker than one after the other.
    ///
    /// # Errors
    /// As [`Estimates::cells`].
    fn all_cells(&self, wanted: &[At]) -> Result<Vec<Vec<f64>>, Unfit> {
        wanted.iter().map(|at| self.cells(at)).collect()
    }

    /// The variances of the errors of these cells.
    ///
    /// # Errors
    /// [`Unfit::Margin`] or [`Unfit::Undetermined`].
    fn variances(&self, at: &At) -> Result<Vec<f64>, Unfit>;

    /// The variance of the error of Σ w·count over a margin's cells, one weight a cell.
    ///
    /// # Errors
    /// [`Unfit::Margin`], [`Unfit::Undetermined`] or [`Unfit::Cells`].
    fn query_variance(&self, at: &At, weights: &[f64]) -> Result<f64, Unfit>;

    /// The half-width within which the error of Σ w·count lies with this probability.
    ///
    /// Where only the variance is known it is that of a Laplace law, ln(1/(1 − p))/√2 standard
    /// errors: of all sums of our noises the single one of that law has the heaviest tails.
    ///
    /// # Errors
    /// As [`Estimates::query_variance`].
    fn query_half_width(&self, at: &At, weights: &[f64], confidence: f64) -> Result<f64, Unfit> {
        let error = self.query_variance(at, weights)?.sqrt();
        Ok(error * -(1.0 - confidence).ln() / SQRT_2)
    }

    /// How the errors of two sums over the same margin go together: half of what the variance of
    /// their sum has beyond their own.
    ///
    /// # Errors
    /// As [`Estimates::query_variance`].
    fn covariance(&self, at: &At, a: &[f64], b: &[f64]) -> Result<f64, Unfit> {
        let sum: Vec<f64> = a.iter().zip(b).map(|(a, b)| a + b).collect();
        let difference: Vec<f64> = a.iter().zip(b).map(|(a, b)| a - b).collect();
        Ok((self.query_variance(at, &sum)? - self.query_variance(at, &difference)?) / 4.0)
    }
}

/// A table's measurements, and the least-squares estimates from them.
#[derive(Debug, Clone)]
pub struct Measured {
    estimator: Estimator,
    noisy: Vec<Vec<i64>>,
}

impl Measured {
    /// The estimates from margins that the kernel measured, each with its noisy counts.
    ///
    /// # Errors
    /// [`Unfit::Margin`], [`Unfit::Variance`], or [`Unfit::Cells`] for counts that are not as many
    /// as the margin's cells.
    pub fn new(domain: Domain, margins: Vec<(At, Scale, Vec<i64>)>) -> Result<Self, Unfit> {
        let (mut scales, mut all) = (Vec::new(), Vec::new());
        for (at, scale, noisy) in margins {
            scales.push((at, scale));
            all.push(noisy);
        }
        let estimator = Estimator::new(domain, scales)?;
        Ok(Self { estimator, noisy: all })
    }

    /// The estimator, for what a trait of estimates can't tell.
    #[must_use]
    pub fn estimator(&self) -> &Estimator {
        &self.estimator
    }
}

impl Estimates for Measured {
    fn domain(&self) -> &Domain {
        self.estimator.domain()
    }

    fn cells(&self, at: &At) -> Result<Vec<f64>, Unfit> {
        Ok(self.all_cells(std::slice::from_ref(at))?.pop().unwrap_or_default())
    }

    fn all_cells(&self, wanted: &[At]) -> Result<Vec<Vec<f64>>, Unfit> {
        let noisy: Vec<&[i64]> = self.noisy.iter().map(Vec::as_slice).collect();
        self.estimator.estimate(&noisy, wanted)
    }

    fn variances(&self, at: &At) -> Result<Vec<f64>, Unfit> {
        Ok(self.estimator.cell_variances(at)?.cells())
    }

    fn query_variance(&self, at: &At, weights: &[f64]) -> Result<f64, Unfit> {
        self.estimator.query_variance(at, weights)
    }

    fn query_half_width(&self, at: &At, weights: &[f64], confidence: f64) -> Result<f64, Unfit> {
        self.estimator.query_half_width(at, weights, confidence)
    }
}
