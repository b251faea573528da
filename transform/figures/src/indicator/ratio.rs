//! Ratios of estimated counts: shares, rates of one count to another, steps of a funnel, means.
//!
//! # Method
//! Of a true ratio θ = N/D the noise in N̂ − θD̂ has a known law with mean 0 and half-width h(θ), so
//!
//! ```text
//! {θ : |N̂ − θD̂| ≤ h(θ)}
//! ```
//!
//! covers the true ratio with the stated probability, however the two errors go together (Fieller,
//! "Some Problems in Interval Estimation", J. R. Statist. Soc. B 16, 1954). With
//! `h(θ)² = k²·(v_N − 2θc + θ²v_D)`, k taken from the exact law at the estimated ratio, the set is
//! what lies between the roots of a quadratic, as long as `D̂ > k√v_D`.
//!
//! # Only some ratios are shown
//! A ratio whose noisy denominator is small is withheld. Those that are shown have been chosen by
//! their noise, and 95 % intervals would cover fewer than 95 % of them. Where R of m ratios are
//! shown, intervals at 1 − (1 − 0.95)·R/m cover at least 95 % of those shown, on average over
//! releases (Benjamini and Yekutieli, "False Discovery Rate-Adjusted Multiple Confidence
//! Intervals", J. Am. Statist. Assoc. 100, 2005, theorem 1).

use shumar_privacy::estimator::Unfit;

use super::reading::{DENOMINATOR_HALF_WIDTHS_MIN, Flag, Range, Reading};
use super::sum::Sum;

/// Where few of many ratios are shown, their intervals are made no more certain than this.
const CONFIDENCE_MAX: f64 = 0.9995;

/// Two sums that are divided.
#[derive(Clone)]
pub struct Ratio<'a> {
    /// Above the line.
    pub numerator: Sum<'a>,
    /// Below it.
    pub denominator: Sum<'a>,
    /// Whether both are sums over one margin of one table, so that their errors go together;
    /// otherwise they are of tables with noise of their own.
    pub joint: bool,
}

impl Ratio<'_> {
    /// Whether the noisy denominator is large enough to divide by.
    ///
    /// # Errors
    /// As [`Sum::half_width`].
    pub fn is_told(&self, confidence: f64) -> Result<bool, Unfit> {
        let half = self.denominator.half_width(confidence)?;
        Ok(self.denominator.value() >= DENOMINATOR_HALF_WIDTHS_MIN * half.max(f64::MIN_POSITIVE))
    }

    /// The ratio with its interval, cut to `range`; the denominator must be large enough.
    ///
    /// # Errors
    /// As [`Sum::half_width`].
    pub fn read(&self, confidence: f64, range: Range) -> Result<Reading, Unfit> {
        let (n, d) = (self.numerator.value(), self.denominator.value());
        let ratio = (n / d).max(range.0).min(range.1);
        let moments = self.moments()?;
        let error = (moments.0 - 2.0 * ratio * moments.1 + ratio * ratio * moments.2).max(0.0);
        // A part of the denominator that is all of it has no noise left.
        let nothing = 1e-9 * (moments.0 + ratio * ratio * moments.2);
        if error <= nothing {
            return Ok(Reading::within(n / d, (n / d, n / d), range));
        }
        let reach = self.half_width(ratio, confidence)? / error.sqrt();
        Ok(Reading::within(n / d, fieller((n, d), moments, reach), range))
    }

    /// The half-width of N̂ − θD̂. Noises of two tables are joined by their squares, which for laws
    /// with tails between the normal and the Laplace one is never too little.
    fn half_width(&self, ratio: f64, confidence: f64) -> Result<f64, Unfit> {
        if self.joint {
            return self.numerator.less(ratio, &self.denominator).half_width(confidence);
        }
        let above = self.numerator.half_width(confidence)?;
        let below = self.denominator.half_width(confidence)?;
        Ok(above.hypot(ratio * below))
    }

    /// Variance of the numerator, covariance, variance of the denominator.
    fn moments(&self) -> Result<(f64, f64, f64), Unfit> {
        let (above, below) = (self.numerator.variance()?, self.denominator.variance()?);
        if !self.joint {
            return Ok((above, 0.0, below));
        }
        let difference = self.numerator.less(1.0, &self.denominator).variance()?;
        Ok((above, (above + below - difference) / 2.0, below))
    }
}

/// The roots of (N − θD)² = k²(`v_N` − 2θc + θ²`v_D`); all numbers where the denominator is not
/// told from 0.
fn fieller((n, d): (f64, f64), (above, both, below): (f64, f64, f64), reach: f64) -> (f64, f64) {
    let square = reach * reach;
    // As leading·θ² − 2·half·θ + last = 0.
    let leading = d * d - square * below;
    let half = n * d - square * both;
    let last = n * n - square * above;
    if leading <= 0.0 || d <= 0.0 {
        return (f64::NEG_INFINITY, f64::INFINITY);
    }
    let root = (half * half - leading * last).max(0.0).sqrt();
    ((half - root) / leading, (half + root) / leading)
}

/// The ratios of one indicator and margin together: those with a small denominator are withheld,
/// and the intervals of the others allow for that choice.
///
/// # Errors
/// As [`Sum::half_width`].
pub fn ratios(all: &[Ratio<'_>], confidence: f64, range: Range) -> Result<Vec<Reading>, Unfit> {
    let told = all.iter().map(|r| r.is_told(confidence)).collect::<Result<Vec<_>, _>>()?;
    let confidence = confidence_of_shown(confidence, &told);
    let read = |(ratio, told): (&Ratio<'_>, &bool)| match told {
        true => ratio.read(confidence, range),
        false => Ok(Reading::withheld(Flag::SmallDenominator)),
    };
    all.iter().zip(&told).map(read).collect()
}

/// The confidence at which the intervals of what is shown cover as often as they say.
pub(super) fn confidence_of_shown(confidence: f64, told: &[bool]) -> f64 {
    let count = |n: usize| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
    let shown = count(told.iter().filter(|told| **told).count()).max(1.0);
    let all = count(told.len()).max(1.0);
    (1.0 - (1.0 - confidence) * shown / all).min(CONFIDENCE_MAX).max(confidence)
}
