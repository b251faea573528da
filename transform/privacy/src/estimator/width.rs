//! Half-widths of intervals from the exact distribution of a weighted sum of discrete noise.
//!
//! The sum `S = Σ v·(Z₁ + … + Z_m)` of independent symmetric draws has the characteristic function
//! `φ(t) = Π φ_Z(vt)^m`. Three cases, by how much of the lattice is left in S:
//! - all on one lattice (a single measured margin, say): inverted exactly on its points;
//! - a few draws that matter beside many small ones: the small ones join into a normal law, and
//!   the distribution is the Fourier series of φ, folded far beyond the tails;
//! - nothing that differs from a normal law: its quantile.

use std::f64::consts::{PI, TAU};

use super::GRID;
use super::law::Law;
use crate::noise::{as_f64, as_usize, normal_quantile};

/// Draws of one law with one coefficient.
#[derive(Debug, Clone, Copy)]
pub(super) struct Term {
    pub(super) law: Law,
    pub(super) coefficient: f64,
    /// How many draws have it.
    pub(super) count: f64,
}

/// A lattice this much finer than the standard error is no longer felt: one point of it holds
/// less than a part in two thousand at the ends of a 95 % interval.
const LATTICE_FELT: f64 = 100.0;
/// What coverage a lattice may lose to come nearer to the confidence.
const COVERAGE_LOST_MAX: f64 = 0.0025;
/// Excess kurtosis that moves a normal law's coverage by less than a part in ten thousand.
const KURTOSIS_MAX: f64 = 0.005;
/// Draws with less than this share of the lattice step don't hide the lattice.
const OFF_LATTICE_MAX: f64 = 0.03;

impl Term {
    fn variance(&self) -> f64 {
        self.count * self.coefficient.powi(2) * self.law.variance()
    }

    fn fourth_cumulant(&self) -> f64 {
        self.count * self.coefficient.powi(4) * self.law.fourth_cumulant()
    }

    fn log_characteristic(&self, t: f64) -> f64 {
        self.count * self.law.log_characteristic(self.coefficient * t)
    }
}

/// The variance of the sum.
pub(super) fn variance(terms: &[Term]) -> f64 {
    terms.iter().map(Term::variance).sum()
}

/// The half-width w for which S lies within ±w with the given probability: as near as a lattice
/// allows and at most [`COVERAGE_LOST_MAX`] below where there is one, to a part in a thousand
/// otherwise.
pub(super) fn half_width(terms: &[Term], confidence: f64) -> f64 {
    // To four decimals, as estimates are printed: whoever recomputes it finds the same digits.
    (unrounded(terms, confidence) * GRID).round() / GRID
}

fn unrounded(terms: &[Term], confidence: f64) -> f64 {
    let error = variance(terms).sqrt();
    if error <= 0.0 {
        return 0.0;
    }
    let terms = merged(terms);
    if let Some(width) = on_lattice(&terms, error, confidence) {
        return width;
    }
    let (leading, rest) = leading(&terms, error);
    if leading.is_empty() {
        return normal_quantile(confidence) * error;
    }
    by_series(&leading, rest, error, confidence)
}

/// Terms without zero coefficients, and with equal ones joined, the largest coefficient first.
fn merged(terms: &[Term]) -> Vec<Term> {
    let absolute = |t: &Term| Term { coefficient: t.coefficient.abs(), ..*t };
    let mut sorted: Vec<Term> = terms.iter().map(absolute).filter(|t| t.count > 0.0).collect();
    sorted.sort_by(|a, b| b.coefficient.total_cmp(&a.coefficient));
    let least = sorted.first().map_or(0.0, |t| t.coefficient * 1e-12);
    let mut out: Vec<Term> = Vec::new();
    for term in sorted.into_iter().filter(|t| t.coefficient > least) {
        let same = |t: &&mut Term| {
            t.law == term.law && (t.coefficient - term.coefficient).abs() < 1e-9 * t.coefficient
        };
        match out.iter_mut().rev().take(8).find(same) {
            Some(t) => t.count += term.count,
            None => out.push(term),
        }
    }
    out
}

/// The half-width where S lies on the multiples of one step, but for a part too small to matter.
fn on_lattice(terms: &[Term], error: f64, confidence: f64) -> Option<f64> {
    let mut heavy: Vec<&Term> = terms.iter().collect();
    heavy.sort_by(|a, b| b.variance().total_cmp(&a.variance()));
    let mut off = 0.0;
    while let [.., before, last] = heavy.as_slice()
        && off + last.variance() < (OFF_LATTICE_MAX * before.coefficient).powi(2)
    {
        off += last.variance();
        heavy.pop();
    }
    let step = heavy.iter().map(|t| t.coefficient).fold(f64::INFINITY, f64::min);
    let on_step = |t: &&Term| {
        let times = t.coefficient / step;
        t.law.is_discrete() && times < 1e3 && (times - times.round()).abs() < 1e-7 * times
    };
    if error > LATTICE_FELT * step
        || off.sqrt() >= OFF_LATTICE_MAX * step
        || !heavy.iter().all(on_step)
    {
        return None;
    }
    let widest = heavy.iter().map(|t| t.coefficient * (1.0 + t.law.variance().sqrt()));
    let widest = widest.fold(0.0, f64::max);
    let reach = as_usize((6.0 * error + 25.0 * widest) / step) + 8;
    let points = 2 * reach;
    let powers: Vec<(f64, f64)> = (0..=reach)
        .map(|j| {
            let t = TAU * as_f64(j as u64) / as_f64(points as u64);
            // The points beyond π mirror those before it.
            let mirrored = if j == 0 || j == reach { 1.0 } else { 2.0 };
            let log: f64 = heavy.iter().map(|term| term.log_characteristic(t / step)).sum();
            (t, mirrored * log.exp())
        })
        .filter(|(_, power)| *power > 1e-12)
        .collect();
    // P(|S| ≤ k) = (1/2π) ∫ φ(t) sin((k + ½)t)/sin(t/2) dt, folded modulo the number of points.
    let within = |k: usize| {
        let k = as_f64(k as u64);
        let kernel = |t: f64| {
            let half = (t / 2.0).sin();
            if half.abs() < 1e-12 { 2.0 * k + 1.0 } else { ((k + 0.5) * t).sin() / half }
        };
        powers.iter().map(|(t, p)| p * kernel(*t)).sum::<f64>() / as_f64(points as u64)
    };
    let (mut below, mut enough) = (None, reach / 2);
    while enough > below.map_or(0, |b: usize| b + 1) {
        let middle = below.map_or(0, |b| b + 1).midpoint(enough);
        if within(middle) >= confidence { enough = middle } else { below = Some(middle) }
    }
    let nearer = below.filter(|k| {
        let lost = confidence - within(*k);
        lost <= COVERAGE_LOST_MAX && lost < within(enough) - confidence
    });
    Some(as_f64(nearer.unwrap_or(enough) as u64) * step + 3.0 * off.sqrt())
}

/// The terms whose shape or lattice is felt in S, and the variance of the others together.
fn leading(terms: &[Term], error: f64) -> (Vec<Term>, f64) {
    let total = error * error;
    let mut by_shape: Vec<Term> = terms.to_vec();
    by_shape.sort_by(|a, b| b.fourth_cumulant().total_cmp(&a.fourth_cumulant()));
    let mut shape: f64 = by_shape.iter().map(Term::fourth_cumulant).sum();
    let (mut leading, mut rest) = (Vec::new(), 0.0);
    for term in by_shape {
        // At t = 2π/v the term itself is back at 1; only the others can hide its lattice.
        let others = total - term.variance();
        let hidden = 2.0 * PI * PI * others / term.coefficient.powi(2) > 9.0;
        let lattice = term.law.is_discrete() && term.coefficient * LATTICE_FELT > error && !hidden;
        if shape > KURTOSIS_MAX * total * total || lattice {
            leading.push(term);
        } else {
            rest += term.variance();
        }
        shape -= term.fourth_cumulant();
    }
    (leading, rest)
}

/// The half-width from the Fourier series of the density folded over a period far beyond the
/// tails: P(|S| ≤ w) = 2w/P + Σ φ(2πj/P) · 2 sin(2πjw/P)/(πj).
///
/// A normal law narrower than what is felt of S is added so that the series ends.
fn by_series(leading: &[Term], rest: f64, error: f64, confidence: f64) -> f64 {
    let widest = leading.iter().map(|t| t.coefficient * (1.0 + t.law.variance().sqrt()));
    let period = 12.0 * error + 14.0 * widest.fold(0.0, f64::max);
    let last = (4.0 / rest.sqrt().max(1e-9 * error)).clamp(300.0 / error, 1200.0 / error);
    let damped = rest + (4.0 / last).powi(2);
    let series: Vec<(f64, f64)> = (1..=as_usize(last * period / TAU))
        .filter_map(|j| {
            let j = as_f64(j as u64);
            let t = TAU * j / period;
            let log = -damped * t * t / 2.0;
            (log > -16.0).then(|| {
                let log = log + leading.iter().map(|term| term.log_characteristic(t)).sum::<f64>();
                (t, 2.0 * log.exp() / (PI * j))
            })
        })
        .filter(|(_, weight)| *weight > 1e-8)
        .collect();
    let within = |w: f64| {
        2.0 * w / period + series.iter().map(|(t, weight)| weight * (t * w).sin()).sum::<f64>()
    };
    let (mut low, mut high) = (0.0, period / 2.0);
    while high - low > 1e-6 * error {
        let middle = f64::midpoint(low, high);
        if within(middle) < confidence { low = middle } else { high = middle }
    }
    high
}
