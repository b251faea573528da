//! Half-widths against distributions convolved on a fine grid.

use shumar_schemas::Family;

use crate::Scale;
use crate::estimator::law::Law;
use crate::estimator::width::{Term, half_width};

fn mass(law: &Law) -> Vec<(i64, f64)> {
    let Law::Discrete(scale) = law else { panic!("a discrete law") };
    let s = scale.value();
    let reach = match scale.family() {
        Family::Laplace => (30.0 * s) as i64 + 3,
        Family::Gaussian => (9.0 * s) as i64 + 3,
    };
    let weight = |x: i64| match scale.family() {
        Family::Laplace => (-(x.abs() as f64) / s).exp(),
        Family::Gaussian => (-((x * x) as f64) / (2.0 * s * s)).exp(),
    };
    let total: f64 = (-reach..=reach).map(weight).sum();
    (-reach..=reach).map(|x| (x, weight(x) / total)).collect()
}

/// P(|S| ≤ w) by convolution; coefficients are whole multiples of `step`.
fn coverage(terms: &[Term], step: f64, width: f64) -> f64 {
    let mut sum = vec![1.0];
    for term in terms {
        let times = (term.coefficient / step).round() as usize;
        assert!((times as f64 * step - term.coefficient).abs() < 1e-9);
        for _ in 0..term.count as usize {
            let one = mass(&term.law);
            let mut next = vec![0.0; sum.len() + (one.len() - 1) * times];
            for (i, (_, p)) in one.iter().enumerate() {
                let start = &mut next[i * times..];
                start.iter_mut().zip(&sum).for_each(|(n, q)| *n += p * q);
            }
            sum = next;
        }
    }
    let middle = sum.len() / 2;
    let reach = ((width / step + 1e-6).floor() as usize).min(middle);
    sum[middle - reach..=middle + reach].iter().sum()
}

fn term(family: Family, scale: f64, coefficient: f64, count: usize) -> Term {
    let law = Law::Discrete(Scale::stated(family, scale));
    Term { law, coefficient, count: count as f64 }
}

#[test]
fn mixtures_cover_to_a_part_in_a_thousand() {
    for family in [Family::Laplace, Family::Gaussian] {
        for scale in [0.4, 0.9, 2.0, 5.0, 14.0] {
            let t = |c: f64, n: usize| term(family, scale, c, n);
            let mixes = [
                vec![t(0.97, 1), t(0.03, 35)],
                vec![t(0.8, 1), t(0.1, 6), t(0.02, 30)],
                vec![t(0.5, 2), t(0.31, 1), t(0.07, 9)],
                vec![t(0.6, 1), term(family, 1.3 * scale, 0.37, 3), t(0.05, 11)],
            ];
            for (i, mix) in mixes.iter().enumerate() {
                let width = half_width(mix, 0.95);
                // A little to either side: the true distribution has small steps of its own.
                let (low, high) =
                    (coverage(mix, 0.01, width * 0.996), coverage(mix, 0.01, width * 1.004));
                // The smallest noise has steps of its own that the small draws don't hide.
                let slack = if scale < 0.5 { 0.015 } else { 0.001 };
                let near = low < 0.95 + slack && high > 0.95 - slack;
                assert!(near, "{family:?} {scale} {i}: {low} {high}");
            }
        }
    }
}

#[test]
fn one_measured_margin_is_covered_as_near_as_whole_numbers_allow() {
    for family in [Family::Laplace, Family::Gaussian] {
        for scale in [0.25, 0.7, 1.5, 3.1, 8.0, 20.0] {
            for count in [1, 3, 12] {
                let terms = [term(family, scale, 1.0, count)];
                let width = half_width(&terms, 0.95);
                assert!((width - width.round()).abs() < 1e-12);
                let found = coverage(&terms, 1.0, width);
                assert!(found >= 0.9475, "{family:?} {scale} {count}: {found}");
                let less = if width > 0.0 { coverage(&terms, 1.0, width - 1.0) } else { 0.0 };
                assert!(
                    less < 0.9475 || 0.95 - less > (found - 0.95).abs(),
                    "{family:?} {scale} {count}: {less} {found}"
                );
            }
        }
    }
}

#[test]
fn many_equal_draws_are_normal() {
    let terms =
        [term(Family::Laplace, 4.0, 0.01, 100_000), term(Family::Laplace, 2.0, 0.013, 90_000)];
    let expected = 1.959_964 * crate::estimator::width::variance(&terms).sqrt();
    assert!((half_width(&terms, 0.95) / expected - 1.0).abs() < 1e-3);
}
