//! Medians, quantiles and means of a duration, from counts in declared bins.
//!
//! # Quantiles
//! The p-quantile is not above the upper edge of bin j exactly when `T_j = C_j − p·D ≥ 0`, with
//! `C_j` the count up to that edge and D the whole. `T_j` is a sum of counts, so its noise is known
//! exactly. The interval begins with the first bin whose `T_j` is not clearly below 0, and ends with
//! the last bin before which `T` is clearly above 0 throughout. Each end is wrong only if one given
//! `T_j` errs by more than its half-width on one side, so the interval covers as often as that of a
//! single count (Woodruff, "Confidence Intervals for Medians and Other Position Measures",
//! J. Am. Statist. Assoc. 47, 1952). It is one of whole bins: where in a bin a quantile lies is not
//! known, and in a bin without an upper edge nothing more than its lower edge is.
//!
//! # Means
//! A mean lies between the one with every duration at the lower edge of its bin and the one with
//! every duration at the upper: the interval goes from the lower end of the one to the upper end of
//! the other.

use shumar_privacy::estimator::Unfit;

use super::ratio::{Ratio, confidence_of_shown};
use super::reading::{Flag, Reading};
use super::sum::Sum;

/// Durations in bins: edges, and the count in each.
#[derive(Clone)]
pub struct Bins<'a> {
    /// The count of each bin.
    pub counts: Vec<Sum<'a>>,
    /// The lower edge of each bin, ascending.
    pub edges: Vec<f64>,
    /// Where the last bin ends; none if nothing is known of that.
    pub end: Option<f64>,
}

/// What is asked of durations in bins.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Place {
    /// The p-quantile, p between 0 and 1; 0.5 is the median.
    Quantile(f64),
    /// The mean.
    Mean,
}

/// One row after another of durations in bins; those of few records are withheld, and the
/// intervals of the others allow for that choice.
///
/// # Errors
/// As [`Sum::half_width`].
pub fn places(all: &[Bins<'_>], place: Place, confidence: f64) -> Result<Vec<Reading>, Unfit> {
    let told = all.iter().map(|b| b.is_told(confidence)).collect::<Result<Vec<_>, _>>()?;
    let confidence = confidence_of_shown(confidence, &told);
    let read = |(bins, told): (&Bins<'_>, &bool)| match (told, place) {
        (false, _) => Ok(Reading::withheld(Flag::SmallDenominator)),
        (true, Place::Quantile(p)) => bins.quantile(p, confidence),
        (true, Place::Mean) => bins.mean(confidence),
    };
    all.iter().zip(&told).map(read).collect()
}

impl<'a> Bins<'a> {
    /// The sum of every bin's count times a number of its own.
    fn sum(&self, times: impl Fn(usize) -> f64) -> Sum<'a> {
        let first = &self.counts[0];
        let others = self.counts.iter().enumerate().map(|(bin, count)| (count, times(bin)));
        let mut parts: Vec<(&Sum<'a>, f64)> = others.collect();
        parts[0].1 -= 1.0;
        first.plus(&parts)
    }

    /// A ratio of such a sum to the whole.
    fn ratio(&self, times: impl Fn(usize) -> f64) -> Ratio<'a> {
        Ratio { numerator: self.sum(times), denominator: self.sum(|_| 1.0), joint: true }
    }

    fn is_told(&self, confidence: f64) -> Result<bool, Unfit> {
        if self.counts.is_empty() || self.counts.len() != self.edges.len() {
            return Ok(false);
        }
        self.ratio(|_| 1.0).is_told(confidence)
    }

    fn upper_edge(&self, bin: usize) -> Option<f64> {
        self.edges.get(bin + 1).copied().or(self.end)
    }

    /// The p-quantile: interpolated within its bin, with an interval of whole bins.
    fn quantile(&self, p: f64, confidence: f64) -> Result<Reading, Unfit> {
        let last = self.edges.len() - 1;
        // What lies up to each bin's end beyond p of the whole, and its half-width.
        let mut beyond = Vec::new();
        for bin in 0..last {
            let sum = self.sum(|b| if b <= bin { 1.0 - p } else { -p });
            beyond.push((sum.value(), sum.half_width(confidence)?));
        }
        let lower = beyond.iter().take_while(|(t, half)| *t < -half).count();
        let upper = last - beyond.iter().rev().take_while(|(t, half)| *t > *half).count();
        let (value, open) = match self.interpolated(p, lower, upper) {
            Some(value) => (value, self.upper_edge(upper).is_none()),
            None => (f64::INFINITY, true),
        };
        let end = self.upper_edge(upper).unwrap_or(f64::INFINITY);
        let reading = Reading::within(value, (self.edges[lower], end), (0.0, f64::INFINITY));
        Ok(Reading { flag: if open { Flag::OpenEnded } else { Flag::None }, ..reading })
    }

    /// Where the quantile lies if durations are even within their bins; none in an open bin.
    fn interpolated(&self, p: f64, lower: usize, upper: usize) -> Option<f64> {
        let counts: Vec<f64> = self.counts.iter().map(|c| c.value().max(0.0)).collect();
        let mut missing = p * counts.iter().sum::<f64>();
        let mut bin = 0;
        while bin + 1 < counts.len() && (counts[bin] < missing || bin < lower) && bin < upper {
            missing -= counts[bin];
            bin += 1;
        }
        let part = if counts[bin] > 0.0 { missing / counts[bin] } else { 0.5 };
        let (from, to) = (self.edges[bin], self.upper_edge(bin)?);
        Some(from + part.clamp(0.0, 1.0) * (to - from))
    }

    /// The mean: with durations in the middle of their bins, and an interval from the one extreme
    /// of where they can be to the other.
    fn mean(&self, confidence: f64) -> Result<Reading, Unfit> {
        let range = (self.edges[0], self.end.unwrap_or(f64::INFINITY));
        let lowest = self.ratio(|bin| self.edges[bin]).read(confidence, range)?;
        let Some(end) = self.end else {
            let open = Reading { value: None, upper: None, ..lowest };
            return Ok(Reading { flag: Flag::OpenEnded, ..open });
        };
        let to = |bin| self.upper_edge(bin).unwrap_or(end);
        let highest = self.ratio(to).read(confidence, range)?;
        let middle = self.ratio(|bin| f64::midpoint(self.edges[bin], to(bin)));
        let value = middle.numerator.value() / middle.denominator.value();
        let ends = (lowest.lower.unwrap_or(range.0), highest.upper.unwrap_or(range.1));
        Ok(Reading::within(value, ends, range))
    }
}
