//! The law of one cell's noise: variance, fourth cumulant, characteristic function.

use std::f64::consts::{PI, TAU};

use shumar_schemas::Family;

use crate::{Scale, noise};

/// What is known of the noise in the cells of a measured margin.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Law {
    /// The discrete noise of this scale, as the kernel draws it.
    Discrete(Scale),
    /// Normal noise of this variance per cell, for what other tools measured.
    Normal(f64),
}

impl Law {
    /// Variance of one cell.
    #[must_use]
    pub fn variance(&self) -> f64 {
        match self {
            Self::Discrete(scale) => noise::variance(scale),
            Self::Normal(variance) => *variance,
        }
    }

    /// Whether the values lie on the integers.
    pub(super) fn is_discrete(&self) -> bool {
        matches!(self, Self::Discrete(_))
    }

    /// The fourth cumulant. That of the discrete Laplace is twice the geometric law's:
    /// 2a(1 + 4a + a²)/(1 − a)⁴ with a = exp(−1/b).
    pub(super) fn fourth_cumulant(&self) -> f64 {
        match self {
            Self::Discrete(scale) if scale.family() == Family::Laplace => {
                let a = (-1.0 / scale.value()).exp();
                2.0 * a * (1.0 + 4.0 * a + a * a) / (1.0 - a).powi(4)
            }
            Self::Discrete(scale) if scale.value() < 3.0 => {
                let (mut total, mut second, mut fourth) = (0.0, 0.0, 0.0);
                for x in (-60..=60).map(f64::from) {
                    let mass = (-x * x / (2.0 * scale.value().powi(2))).exp();
                    total += mass;
                    second += x * x * mass;
                    fourth += x.powi(4) * mass;
                }
                fourth / total - 3.0 * (second / total).powi(2)
            }
            Self::Discrete(_) | Self::Normal(_) => 0.0,
        }
    }

    /// The logarithm of the characteristic function, which is positive for all these laws.
    ///
    /// Discrete Laplace: (1 − a)²/(1 − 2a cos t + a²). Discrete Gaussian: its mass function summed
    /// directly for small σ, and by Poisson's formula Σ exp(−σ²(t + 2πk)²/2) otherwise.
    pub(super) fn log_characteristic(&self, t: f64) -> f64 {
        let scale = match self {
            Self::Normal(variance) => return -variance * t * t / 2.0,
            Self::Discrete(scale) => scale,
        };
        let s = scale.value();
        // 1 − cos t as 2 sin²(t/2): wide noise loses no digits.
        if scale.family() == Family::Laplace {
            let a = (-1.0 / s).exp();
            let half = (t / 2.0).sin();
            return -(4.0 * a * (half / (1.0 - a)).powi(2)).ln_1p();
        }
        let t = t - TAU * (t / TAU).round();
        if s < 0.6 {
            let mass = |x: f64| (-x * x / (2.0 * s * s)).exp();
            let (total, sum) = (1..8).map(f64::from).fold((1.0, 1.0), |(total, sum), x| {
                (total + 2.0 * mass(x), sum + 2.0 * mass(x) * (t * x).cos())
            });
            return (sum / total).max(f64::MIN_POSITIVE).ln();
        }
        let images = |t: f64| {
            let image = |k: f64| (-s * s * TAU * k * (t + PI * k)).exp();
            if s > 6.0 && t.abs() < 3.0 {
                0.0
            } else {
                (1..=2).map(f64::from).map(|k| image(k) + image(-k)).sum()
            }
        };
        -s * s * t * t / 2.0 + f64::ln_1p(images(t)) - f64::ln_1p(images(0.0))
    }
}
