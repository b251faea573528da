//! Nested levels: unbiased, exact variances, and how near to the best ones they are.

use shumar_schemas::Family;

use super::{Lcg, dense, districts, finest, margin};
use crate::Scale;
use crate::estimator::{At, Axis, Domain, Estimator, Law, Unfit};

/// An axis of one to three levels with random numbers of children, or equal ones.
fn random_axis(lcg: &mut Lcg, equal: bool) -> Axis {
    let mut above = 1;
    let levels = (0..=lcg.below(3))
        .map(|_| {
            let fixed = 1 + lcg.below(3);
            let sizes: Vec<usize> =
                (0..above).map(|_| if equal { fixed } else { 1 + lcg.below(3) }).collect();
            let parents: Vec<usize> =
                sizes.iter().enumerate().flat_map(|(p, n)| vec![p; *n]).collect();
            above = parents.len();
            parents
        })
        .collect();
    Axis::nested(levels).expect("nested")
}

/// A random domain with some unequal axes, some of its margins with the finest among them, and
/// their variances.
fn random_world(lcg: &mut Lcg, unequal: usize) -> (Domain, Vec<(At, f64)>) {
    let axes = 1 + lcg.below(3);
    let first = lcg.below(axes);
    let equal = |axis: usize| (axis + axes - first) % axes >= unequal;
    let domain = Domain::new((0..axes).map(|axis| random_axis(lcg, equal(axis))).collect());
    if domain.cells(&finest(&domain)) > 80 {
        return random_world(lcg, unequal);
    }
    let mut ats = finest(&domain).below();
    let mut measured = vec![ats.pop().expect("the finest")];
    measured.extend(ats.into_iter().filter(|_| lcg.below(3) == 0));
    let measured = measured.into_iter().map(|at| (at, 1.0 + lcg.below(40) as f64)).collect();
    (domain, measured)
}

fn estimator(domain: &Domain, measured: &[(At, f64)]) -> Estimator {
    let laws = measured.iter().map(|(at, v)| (at.clone(), Law::Normal(*v))).collect();
    Estimator::with_laws(domain.clone(), laws).expect("fits")
}

#[test]
fn without_noise_estimates_are_the_margins_themselves() {
    let mut lcg = Lcg(1);
    for _ in 0..40 {
        let (domain, measured) = random_world(&mut lcg, 2);
        let truth: Vec<i64> =
            (0..domain.cells(&finest(&domain))).map(|_| lcg.below(50) as i64).collect();
        let exact: Vec<Vec<i64>> =
            measured.iter().map(|(at, _)| margin(&domain, &truth, at)).collect();
        let exact: Vec<&[i64]> = exact.iter().map(Vec::as_slice).collect();
        let wanted = finest(&domain).below();
        let found = estimator(&domain, &measured).estimate(&exact, &wanted).expect("estimates");
        for (at, cells) in wanted.iter().zip(found) {
            for (x, e) in margin(&domain, &truth, at).iter().zip(&cells) {
                assert!((*x as f64 - e).abs() < 1e-8, "{at:?}: {x} {e}");
            }
        }
    }
}

#[test]
fn with_one_unequal_axis_estimates_are_least_squares() {
    let mut lcg = Lcg(2);
    for round in 0..60 {
        let (domain, measured) = random_world(&mut lcg, round % 2);
        let estimator = estimator(&domain, &measured);
        for at in finest(&domain).below() {
            let best = dense::variances(&domain, &measured, &at);
            let ours = estimator.cell_variances(&at).expect("variances").cells();
            assert_eq!(best.len(), ours.len());
            for (a, b) in ours.iter().zip(&best) {
                assert!((a - b).abs() < 1e-8 * b, "{at:?}: {a} {b}");
            }
        }
    }
}

/// Var = Σ s² coef², each coefficient found by estimating from a single measured 1.
#[test]
fn variances_are_those_of_the_coefficients() {
    let mut lcg = Lcg(3);
    for _ in 0..25 {
        let (domain, measured) = random_world(&mut lcg, 2);
        let estimator = estimator(&domain, &measured);
        let wanted = finest(&domain).below();
        let queries: Vec<Vec<f64>> = wanted
            .iter()
            .map(|at| (0..domain.cells(at)).map(|_| lcg.below(4) as f64 - 1.0).collect())
            .collect();
        let mut cells: Vec<Vec<f64>> =
            wanted.iter().map(|at| vec![0.0; domain.cells(at)]).collect();
        let mut sums = vec![0.0; wanted.len()];
        let mut noisy: Vec<Vec<i64>> =
            measured.iter().map(|(at, _)| vec![0; domain.cells(at)]).collect();
        for (i, (_, variance)) in measured.iter().enumerate() {
            for j in 0..noisy[i].len() {
                noisy[i][j] = 1;
                let views: Vec<&[i64]> = noisy.iter().map(Vec::as_slice).collect();
                let found = estimator.estimate(&views, &wanted).expect("estimates");
                for (k, coefficients) in found.iter().enumerate() {
                    let square = |(sum, c): (&mut f64, &f64)| *sum += variance * c * c;
                    cells[k].iter_mut().zip(coefficients).for_each(square);
                    let query: f64 = coefficients.iter().zip(&queries[k]).map(|(c, q)| c * q).sum();
                    sums[k] += variance * query * query;
                }
                noisy[i][j] = 0;
            }
        }
        for (k, at) in wanted.iter().enumerate() {
            let ours = estimator.cell_variances(at).expect("variances").cells();
            for (a, b) in ours.iter().zip(&cells[k]) {
                assert!((a - b).abs() < 1e-9 * b, "{at:?}: {a} {b}");
            }
            let ours = estimator.query_variance(at, &queries[k]).expect("a variance");
            assert!((ours - sums[k]).abs() < 1e-9 * sums[k].max(1.0), "{at:?}");
        }
    }
}

#[test]
fn a_cell_asked_for_as_a_query_has_the_same_interval() {
    let groups = Axis::nested(vec![vec![0, 0], vec![0, 0, 0, 0, 1]]).expect("nested");
    let domain = Domain::new(vec![groups, districts()]);
    for family in [Family::Laplace, Family::Gaussian] {
        let at = |a: u8, b: u8, scale: f64| (At::new(vec![a, b]), Scale::stated(family, scale));
        let measured = vec![at(2, 2, 4.0), at(1, 1, 3.0), at(0, 2, 6.5)];
        let estimator = Estimator::new(domain.clone(), measured).expect("fits");
        for wanted in finest(&domain).below() {
            let widths = estimator.half_widths(&wanted, 0.95).expect("half-widths").cells();
            let step = 1 + widths.len() / 7;
            for place in (0..widths.len()).step_by(step) {
                let mut query = vec![0.0; widths.len()];
                query[place] = 1.0;
                let width = estimator.query_half_width(&wanted, &query, 0.95).expect("a width");
                let ratio = width / widths[place];
                assert!((ratio - 1.0).abs() < 1e-3, "{wanted:?} {place}: {ratio}");
            }
        }
    }
}

#[test]
fn refuses_what_does_not_fit() {
    let domain = Domain::new(vec![districts()]);
    let at = |l: u8| At::new(vec![l]);
    assert!(Axis::flat(0).is_err());
    assert!(Axis::nested(vec![vec![0], vec![1]]).is_err());
    assert!(Axis::nested(vec![vec![0, 0], vec![0]]).is_err());
    let build = |l: u8, v: f64| Estimator::with_laws(domain.clone(), vec![(at(l), Law::Normal(v))]);
    assert_eq!(build(3, 1.0).err(), Some(Unfit::Margin));
    assert_eq!(build(1, 0.0).err(), Some(Unfit::Variance));
    let estimator = build(1, 1.0).expect("fits");
    assert!(estimator.determines(&at(0)) && !estimator.determines(&at(2)));
    let noisy = [1; 7];
    assert_eq!(estimator.estimate(&[&noisy], &[at(2)]).err(), Some(Unfit::Undetermined));
    assert_eq!(estimator.estimate(&[], &[at(1)]).err(), Some(Unfit::Margin));
    let short = estimator.estimate(&[&noisy[1..]], &[at(1)]).err();
    assert_eq!(short, Some(Unfit::Cells { cells: 7, found: 6 }));
}

/// Divisions, by offences in groups of four and one: only one axis can be settled exactly. The
/// greatest loss is where the other's levels are measured only apart from the first's.
#[test]
fn with_two_unequal_axes_the_loss_against_least_squares_is_bounded() {
    let groups = Axis::nested(vec![vec![0, 0], vec![0, 0, 0, 0, 1]]).expect("nested");
    let domain = Domain::new(vec![districts(), groups]);
    let at = |a: u8, b: u8| At::new(vec![a, b]);
    let strategies = [
        vec![(at(2, 2), 50.0), (at(1, 1), 50.0)],
        vec![(at(2, 2), 50.0), (at(1, 0), 20.0), (at(0, 1), 20.0)],
        vec![(at(2, 2), 20.0), (at(2, 0), 20.0), (at(1, 1), 60.0), (at(0, 0), 60.0)],
    ];
    for measured in strategies {
        let ours = estimator(&domain, &measured);
        for wanted in finest(&domain).below() {
            let best = dense::variances(&domain, &measured, &wanted);
            let found = ours.cell_variances(&wanted).expect("variances").cells();
            let ratios: Vec<f64> = found.iter().zip(&best).map(|(a, b)| (a / b).sqrt()).collect();
            let worst = ratios.iter().copied().fold(0.0, f64::max);
            let mean = ratios.iter().sum::<f64>() / ratios.len() as f64;
            assert!(ratios.iter().all(|r| *r > 1.0 - 1e-9), "better than the best");
            assert!(mean < 1.25 && worst < 1.26, "{wanted:?}: {mean} {worst}");
        }
    }
}
