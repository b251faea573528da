//! Goodness of fit of draws: Pearson's chi-square against the exact mass function.

use shumar_schemas::Family;

use crate::Scale;

/// Expected draws in a bin, at least.
const EXPECTED_MIN: f64 = 50.0;
/// The standard normal quantile of 1 − 10⁻⁶.
const QUANTILE: f64 = 4.753_424;

/// How well draws fit.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Fit {
    /// The statistic.
    pub(crate) statistic: f64,
    /// What it passes once in a million when the draws follow the law.
    pub(crate) critical: f64,
}

impl Fit {
    /// Whether the draws may follow the law.
    pub(crate) fn holds(&self) -> bool {
        self.statistic <= self.critical
    }
}

/// Pearson's chi-square of integer draws against the exact mass function of `scale`, with
/// neighbouring integers joined into bins; critical value by Wilson and Hilferty (1931).
#[expect(clippy::cast_possible_truncation, reason = "a reach of at most 6·10¹⁰")]
pub(crate) fn chi_square(draws: &[i64], scale: &Scale) -> Fit {
    let s = scale.value();
    let (mass, tails): (fn(f64, f64) -> f64, f64) = match scale.family() {
        Family::Laplace => (|x, s| (-x.abs() / s).exp(), 45.0),
        Family::Gaussian => (|x, s| (-x * x / (2.0 * s * s)).exp(), 10.0),
    };
    let reach = (tails * s).ceil() as i64 + 20;
    let total: f64 = (-reach..=reach).map(|x| mass(x as f64, s)).sum();
    let n = draws.len() as f64;
    let mut sorted: Vec<i64> = draws.iter().map(|d| (*d).clamp(-reach, reach)).collect();
    sorted.sort_unstable();
    let mut waiting = sorted.iter().peekable();
    let (mut statistic, mut bins) = (0.0, 0.0);
    let (mut expected, mut observed) = (0.0, 0.0);
    let mut rest = n;
    for x in -reach..=reach {
        expected += n * mass(x as f64, s) / total;
        while waiting.next_if(|d| **d == x).is_some() {
            observed += 1.0;
        }
        if (expected >= EXPECTED_MIN && rest - expected >= EXPECTED_MIN) || x == reach {
            statistic += f64::powi(observed - expected, 2) / f64::max(expected, 1e-9);
            rest -= expected;
            bins += 1.0;
            (expected, observed) = (0.0, 0.0);
        }
    }
    let df: f64 = bins - 1.0;
    let term = 2.0 / (9.0 * df);
    let critical = df * (1.0 - term + QUANTILE * term.sqrt()).powi(3);
    Fit { statistic, critical }
}
