//! What noise does to a sum of cells: its variance and the exact half-width of its intervals.
//!
//! All of this is about public quantities: scales and numbers of cells.
#![expect(
    clippy::float_arithmetic,
    reason = "error bars of public quantities; nothing is drawn here"
)]

use std::f64::consts::{PI, SQRT_2};

use shumar_schemas::Family;

use crate::Scale;

/// Sums of more cells than this are normal to within a part in ten thousand.
const CELLS_EXACT: u64 = 1000;
/// Wider noise is treated as a stretched copy of this scale: the lattice is no longer felt.
const SCALE_EXACT: f64 = 64.0;

/// Variance of the noise of one cell.
///
/// Discrete Laplace: 2a/(1 − a)² with a = exp(−1/b). Discrete Gaussian: the second moment of its
/// mass function, which is σ² but for tiny σ.
#[must_use]
pub fn variance(scale: &Scale) -> f64 {
    let s = scale.value();
    match scale.family() {
        Family::Laplace => {
            let a = (-1.0 / s).exp();
            2.0 * a / (1.0 - a).powi(2)
        }
        Family::Gaussian if s >= 3.0 => s * s,
        Family::Gaussian => {
            let mass = |x: f64| (-x * x / (2.0 * s * s)).exp();
            let (total, second) = (-60..=60)
                .map(f64::from)
                .fold((0.0, 0.0), |(t, m), x| (t + mass(x), m + x * x * mass(x)));
            second / total
        }
    }
}

/// Standard error of a sum of `cells` noisy cells.
#[must_use]
pub fn standard_error(scale: &Scale, cells: u64) -> f64 {
    (variance(scale) * as_f64(cells)).sqrt()
}

/// The smallest whole number w for which the noise of a sum of `cells` cells lies within ±w with
/// at least the given probability.
///
/// The distribution of the sum is inverted exactly from its characteristic function φᵐ; on the
/// integers P(|S| ≤ k) = (1/2π) ∫ φ(t)ᵐ sin((k + ½)t)/sin(t/2) dt, and the trapezoid rule with N
/// points gives the distribution folded modulo N, so N is taken far beyond the tails.
#[must_use]
pub fn half_width(scale: &Scale, cells: u64, confidence: f64) -> f64 {
    if cells == 0 {
        return 0.0;
    }
    let value = scale.value();
    if cells > CELLS_EXACT {
        return (normal_quantile(confidence) * standard_error(scale, cells)).ceil();
    }
    if value > SCALE_EXACT {
        let small = Scale::stated(scale.family(), SCALE_EXACT);
        return (half_width(&small, cells, confidence) * value / SCALE_EXACT).ceil();
    }
    let error = standard_error(scale, cells);
    let points = (as_usize(40.0 * error + 80.0 * value) + 256).next_power_of_two();
    let step = 2.0 * PI / as_f64(points as u64);
    let powers: Vec<(f64, f64)> = (0..points)
        .map(|j| {
            let t = as_f64(j as u64) * step;
            (t, characteristic(scale, t).powf(as_f64(cells)))
        })
        .collect();
    let within = |k: usize| {
        let kernel = |t: f64| {
            let half = (t / 2.0).sin();
            let k = as_f64(k as u64);
            if half.abs() < 1e-12 { 2.0 * k + 1.0 } else { ((k + 0.5) * t).sin() / half }
        };
        powers.iter().map(|(t, p)| p * kernel(*t)).sum::<f64>() / as_f64(points as u64)
    };
    let (mut below, mut enough) = (0, as_usize(8.0 * error + 40.0 * value) + 8);
    if within(0) >= confidence {
        return 0.0;
    }
    while enough - below > 1 {
        let middle = below.midpoint(enough);
        if within(middle) >= confidence { enough = middle } else { below = middle }
    }
    as_f64(enough as u64)
}

/// Characteristic function of one draw; real, because the noise is symmetric.
fn characteristic(scale: &Scale, t: f64) -> f64 {
    let s = scale.value();
    match scale.family() {
        Family::Laplace => {
            let a = (-1.0 / s).exp();
            (1.0 - a).powi(2) / (1.0 - 2.0 * a * t.cos() + a * a)
        }
        Family::Gaussian if s >= 3.0 => {
            let wrapped = |k: f64| (-(s * (t + 2.0 * PI * k)).powi(2) / 2.0).exp();
            wrapped(-1.0) + wrapped(0.0)
        }
        Family::Gaussian => {
            let mass = |x: f64| (-x * x / (2.0 * s * s)).exp();
            let (total, sum) = (-60..=60).map(f64::from).fold((0.0, 0.0), |(total, sum), x| {
                (total + mass(x), sum + mass(x) * (t * x).cos())
            });
            sum / total
        }
    }
}

/// The two-sided quantile of the standard normal distribution, by bisection on `erf`.
#[must_use]
pub fn normal_quantile(confidence: f64) -> f64 {
    let (mut low, mut high) = (0.0, 40.0);
    for _ in 0..80 {
        let middle = f64::midpoint(low, high);
        if erf(middle / SQRT_2) < confidence { low = middle } else { high = middle }
    }
    high
}

/// The error function by its series (below 3) or continued fraction (above), to 1e-12.
/// Abramowitz and Stegun 7.1.6 and 7.1.14.
fn erf(x: f64) -> f64 {
    if x < 3.0 {
        let (mut term, mut sum) = (x, x);
        for n in 1..200_u32 {
            term *= 2.0 * x * x / (2.0 * f64::from(n) + 1.0);
            sum += term;
        }
        return 2.0 / PI.sqrt() * (-x * x).exp() * sum;
    }
    let tail = (1..60_u32).rev().fold(x, |f, n| x + f64::from(n) / 2.0 / f);
    1.0 - (-x * x).exp() / (PI.sqrt() * tail)
}

/// A number of cells as a float.
#[expect(clippy::cast_precision_loss, reason = "numbers of cells, far below 2^53")]
pub(crate) fn as_f64(n: u64) -> f64 {
    n as f64
}

/// A released count as a float.
#[expect(clippy::cast_precision_loss, reason = "counts stay far below 2^53")]
pub(crate) fn from_i64(n: i64) -> f64 {
    n as f64
}

/// The next whole number of a small positive quantity.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "positive and small")]
pub(crate) fn as_usize(x: f64) -> usize {
    x.ceil() as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same half-width by convolving the mass function `cells` times.
    fn by_convolution(scale: &Scale, cells: u64, confidence: f64) -> f64 {
        let reach = 400_i32;
        let s = scale.value();
        let mass = |x: i32| match scale.family() {
            Family::Laplace => (-f64::from(x.abs()) / s).exp(),
            Family::Gaussian => (-f64::from(x * x) / (2.0 * s * s)).exp(),
        };
        let one: Vec<f64> = (-reach..=reach).map(mass).collect();
        let total: f64 = one.iter().sum();
        let one: Vec<f64> = one.iter().map(|p| p / total).collect();
        let mut sum = vec![1.0];
        for _ in 0..cells {
            let mut next = vec![0.0; sum.len() + one.len() - 1];
            for (i, p) in sum.iter().enumerate() {
                for (j, q) in one.iter().enumerate() {
                    next[i + j] += p * q;
                }
            }
            sum = next;
        }
        let middle = sum.len() / 2;
        let mut covered = sum[middle];
        let mut k = 0;
        while covered < confidence {
            k += 1;
            covered += sum[middle - k] + sum[middle + k];
        }
        as_f64(k as u64)
    }

    #[test]
    fn half_widths_agree_with_convolution() {
        for family in [Family::Laplace, Family::Gaussian] {
            for value in [0.3, 0.8, 1.7, 3.5, 11.0] {
                for cells in [1, 2, 5] {
                    let scale = Scale::stated(family, value);
                    let expected = by_convolution(&scale, cells, 0.95);
                    let found = half_width(&scale, cells, 0.95);
                    assert!((found - expected).abs() < 0.5, "{family:?} {value} {cells}");
                }
            }
        }
    }

    #[test]
    fn large_sums_join_the_normal_law_without_a_step() {
        for family in [Family::Laplace, Family::Gaussian] {
            let scale = Scale::stated(family, 5.0);
            let (exact, normal) = (half_width(&scale, 1000, 0.95), half_width(&scale, 1001, 0.95));
            assert!((exact - normal).abs() <= 1.0, "{exact} {normal}");
        }
    }

    #[test]
    fn variances_are_those_of_the_mass_functions() {
        // 2a/(1-a)^2 at b = 1: a = 1/e.
        assert!((variance(&Scale::stated(Family::Laplace, 1.0)) - 1.841_347_1).abs() < 1e-6);
        assert!((variance(&Scale::stated(Family::Gaussian, 2.5)) - 6.25).abs() < 1e-6);
        assert!((normal_quantile(0.95) - 1.959_963_985).abs() < 1e-8);
        assert!((normal_quantile(0.999_999_9) - 5.326_724).abs() < 1e-5);
    }
}
