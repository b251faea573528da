//! Intervals cover as often as they say, under the kernel's own draws.

use shumar_schemas::Family;

use super::vectors::cases;
use crate::estimator::components::Share;
use crate::estimator::{At, Axis, Domain, Estimator};
use crate::{KernelError, Scale, gaussian, laplace};

/// The standard normal quantile of 1 − 10⁻⁷.
const QUANTILE: f64 = 5.2;

fn draws(scale: &Scale, cells: usize) -> Result<Vec<i64>, KernelError> {
    let zeros = vec![0; cells];
    Ok(match scale.family() {
        Family::Laplace => laplace::make(cells, scale.value())?.invoke(&zeros)?,
        Family::Gaussian => gaussian::make(cells, scale.value())?.invoke(&zeros)?,
    })
}

/// The share of releases in which each cell's interval covers 0, pooled over a margin's cells,
/// lies within [low, high] but for chance.
///
/// The chance: the covered share of a release is between 0 and 1 and its mean is p, so its
/// variance, estimated from the releases themselves, gives the standard error of the pooled share.
fn check(domain: &Domain, measured: Vec<(At, Scale)>, releases: usize, low: f64, high: f64) {
    let noise: Vec<Vec<i64>> = measured
        .iter()
        .map(|(at, scale)| draws(scale, domain.cells(at) * releases).expect("draws"))
        .collect();
    let sizes: Vec<usize> = measured.iter().map(|(at, _)| domain.cells(at)).collect();
    let estimator = Estimator::new(domain.clone(), measured).expect("fits");
    let wanted: Vec<At> =
        super::finest(domain).below().into_iter().filter(|at| estimator.determines(at)).collect();
    let widths: Vec<Vec<f64>> = wanted
        .iter()
        .map(|at| estimator.half_widths(at, 0.95).expect("half-widths").cells())
        .collect();
    let mut shares = vec![(0.0, 0.0); wanted.len()];
    for release in 0..releases {
        let noisy: Vec<&[i64]> =
            noise.iter().zip(&sizes).map(|(y, n)| &y[release * n..(release + 1) * n]).collect();
        let components = estimator.components(&noisy, &wanted).expect("components");
        for ((at, widths), (sum, squares)) in wanted.iter().zip(&widths).zip(&mut shares) {
            let cells = estimator.together(at, &components, Share::Part);
            let covered = cells.iter().zip(widths).filter(|(x, w)| x.abs() <= **w + 1e-9).count();
            let share = covered as f64 / cells.len() as f64;
            *sum += share;
            *squares += share * share;
        }
    }
    let n = releases as f64;
    for (at, (sum, squares)) in wanted.iter().zip(shares) {
        let share = sum / n;
        let error = ((squares / n - share * share) / n).sqrt();
        let slack = QUANTILE * error;
        assert!(share > low - slack && share < high + slack, "{at:?}: {share}");
    }
}

/// The scale with about this variance.
fn scale(family: Family, variance: f64) -> Scale {
    Scale::stated(
        family,
        match family {
            Family::Laplace => (variance / 2.0).sqrt(),
            Family::Gaussian => variance.sqrt(),
        },
    )
}

fn reference_workloads(family: Family) {
    for case in cases() {
        let measured =
            case.measured.iter().map(|(at, v, _)| (at.clone(), scale(family, *v))).collect();
        // Whole-numbered margins can't come nearer to 95 % than one of their steps.
        check(&case.domain, measured, 10_000, 0.9475, 0.955);
    }
}

#[test]
fn laplace_intervals_of_the_reference_workloads_cover_as_often_as_they_say() {
    reference_workloads(Family::Laplace);
}

#[test]
fn gaussian_intervals_of_the_reference_workloads_cover_as_often_as_they_say() {
    reference_workloads(Family::Gaussian);
}

#[test]
fn intervals_on_unequal_divisions_cover_as_often_as_they_say() {
    let domain = Domain::new(vec![super::districts(), Axis::flat(2).expect("an axis")]);
    for family in [Family::Laplace, Family::Gaussian] {
        let at = |a: u8, b: u8| At::new(vec![a, b]);
        let measured = vec![
            (at(2, 1), scale(family, 60.0)),
            (at(1, 1), scale(family, 45.0)),
            (at(2, 0), scale(family, 110.0)),
        ];
        check(&domain, measured, 2_000, 0.949, 0.951);
    }
}
