//! Goodness of fit of draws, for the tests of the mechanisms.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::cast_possible_truncation,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    clippy::format_collect,
    clippy::float_arithmetic,
    reason = "what can't be set up fails its test; the numbers are small"
)]

use shumar_schemas::Family;

use crate::Scale;

/// What the test says at α = 10⁻⁶.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Fit {
    Accepted,
    Rejected,
}

/// Expected draws in a bin, at least.
const EXPECTED_MIN: f64 = 50.0;
/// The standard normal quantile of 1 − 10⁻⁶.
const QUANTILE: f64 = 4.753_424;

/// Pearson's chi-square of integer draws against the exact mass function of `scale`, with
/// neighbouring integers joined into bins; critical value by Wilson and Hilferty (1931).
pub(crate) fn chi_square(draws: &[i64], scale: &Scale) -> Fit {
    let s = scale.value();
    let mass = |x: i64| match scale.family() {
        Family::Laplace => (-(x.abs() as f64) / s).exp(),
        Family::Gaussian => (-((x * x) as f64) / (2.0 * s * s)).exp(),
    };
    let reach = (60.0 * s).ceil() as i64 + 20;
    let total: f64 = (-reach..=reach).map(mass).sum();
    let n = draws.len() as f64;
    let mut seen = std::collections::HashMap::new();
    for draw in draws {
        *seen.entry((*draw).clamp(-reach, reach)).or_insert(0_u32) += 1;
    }
    let (mut statistic, mut bins) = (0.0, 0.0);
    let (mut expected, mut observed) = (0.0, 0.0);
    let mut rest = n;
    for x in -reach..=reach {
        expected += n * mass(x) / total;
        observed += f64::from(seen.get(&x).copied().unwrap_or(0));
        if (expected >= EXPECTED_MIN && rest - expected >= EXPECTED_MIN) || x == reach {
            statistic += (observed - expected).powi(2) / expected.max(1e-9);
            rest -= expected;
            bins += 1.0;
            (expected, observed) = (0.0, 0.0);
        }
    }
    let df: f64 = bins - 1.0;
    let term = 2.0 / (9.0 * df);
    let critical = df * (1.0 - term + QUANTILE * term.sqrt()).powi(3);
    if statistic > critical { Fit::Rejected } else { Fit::Accepted }
}
