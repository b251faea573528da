//! Goodness of fit of draws, for the tests of the mechanisms.
use shumar_schemas::{Family, Nano};

use crate::Scale;

/// What the test says at α = 10⁻⁶.
#[derive(Debug, PartialEq, Eq)]
enum Fit {
    Accepted,
    Rejected,
}

/// Expected draws in a bin, at least.
const EXPECTED_MIN: f64 = 50.0;
/// The standard normal quantile of 1 − 10⁻⁶.
const QUANTILE: f64 = 4.753_424;

/// Pearson's chi-square of integer draws against the exact mass function of `scale`, with
/// neighbouring integers joined into bins; critical value by Wilson and Hilferty (1931).
fn chi_square(draws: &[i64], scale: &Scale) -> Fit {
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

/// Draws of a mechanism follow the stated scale, and are told from 0.7 and 1.3 times it.
pub(crate) fn draws_follow_their_scale(family: Family, draw: impl Fn(usize, f64) -> Vec<i64>) {
    for value in [0.7, 2.35, 40.0] {
        let draws = draw(200_000, value);
        let fit = |factor: f64| chi_square(&draws, &Scale::stated(family, value * factor));
        assert_eq!(fit(1.0), Fit::Accepted, "{family:?} {value}");
        assert_eq!(fit(0.7), Fit::Rejected, "{family:?} {value} taken for 0.7 of it");
        assert_eq!(fit(1.3), Fit::Rejected, "{family:?} {value} taken for 1.3 of it");
    }
}

/// The chosen scale costs no more than was reserved by OpenDP's map, and hardly less.
pub(crate) fn scales_cost_what_was_reserved(family: Family, map: impl Fn(f64, u32) -> f64) {
    for nano in [1_000, 123_456_789, 333_333_333, 1_000_000_000, 7_777_777_777_u128] {
        for c in [1, 2, 3, 20] {
            let scale = Scale::of(family, Nano::new(nano), c).expect("a scale");
            let (cost, reserved) =
                (map(scale.value(), c), family.loss(Nano::new(nano), c).to_f64());
            assert!(cost <= reserved, "{cost} {reserved}");
            assert!(cost > reserved * (1.0 - 1e-12), "{cost} {reserved}");
        }
    }
}
