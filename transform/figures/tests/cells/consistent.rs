//! Displayed values of random margins of random tables add up, whatever is published.

use std::time::Instant;

use shumar_figures::{Estimates, Measured, Modelled, displayed, modelled};
use shumar_privacy::Scale;
use shumar_privacy::estimator::{At, Axis, Domain};
use shumar_schemas::Family;

use crate::chance::Chance;
use crate::world::margin;

fn axis(chance: &mut Chance, most: usize) -> Axis {
    let mut above = 1;
    let mut levels = Vec::new();
    for _ in 0..=chance.below(2) {
        let sizes: Vec<usize> = (0..above).map(|_| 1 + chance.below(most)).collect();
        let parents: Vec<usize> = sizes.iter().enumerate().flat_map(|(p, n)| vec![p; *n]).collect();
        above = parents.len();
        levels.push(parents);
    }
    Axis::nested(levels).expect("nested")
}

/// Panics where two margins that have displayed values do not agree on what they have in common.
pub fn agree(domain: &Domain, published: &[At], shown: &[Option<Vec<u64>>]) {
    for (a, x) in published.iter().zip(shown) {
        for (b, y) in published.iter().zip(shown) {
            let (Some(x), Some(y)) = (x, y) else { continue };
            assert_eq!(x.len(), domain.cells(a));
            let common = a.meet(b);
            let (x, y) = (margin(domain, x, a, &common), margin(domain, y, b, &common));
            assert_eq!(x, y, "{a:?} {b:?}");
        }
    }
}

fn at(chance: &mut Chance, domain: &Domain, zeros: usize) -> At {
    let level = |axis: &Axis| {
        if chance.below(zeros + 1) < zeros { 0 } else { 1 + chance.below(axis.finest()) as u8 }
    };
    At::new(domain.axes().iter().map(level).collect())
}

fn measured(chance: &mut Chance, domain: &Domain, mean: f64, scale: f64) -> Measured {
    let finest = At::new(domain.axes().iter().map(|a| a.finest() as u8).collect());
    let cells = domain.cells(&finest);
    let truth: Vec<i64> = (0..cells).map(|_| chance.poisson(mean)).collect();
    let scale = Scale::stated(Family::Laplace, scale);
    let mut ats = vec![finest.clone()];
    ats.extend((0..3).map(|_| at(chance, domain, 1)));
    let noisy = ats.into_iter().map(|at| {
        let exact = margin(domain, &truth, &finest, &at);
        let noisy = exact.into_iter().map(|n| n + chance.noise(&scale)).collect();
        (at, scale, noisy)
    });
    let noisy = noisy.collect();
    Measured::new(domain.clone(), noisy).expect("fits")
}

#[test]
fn random_margins_of_random_tables_add_up() {
    let mut chance = Chance(11);
    let (mut shown, mut none, mut cyclic) = (0, 0, 0);
    for round in 0..400 {
        let axes = 1 + chance.below(4);
        let domain = Domain::new((0..axes).map(|_| axis(&mut chance, 3)).collect());
        let finest = At::new(domain.axes().iter().map(|a| a.finest() as u8).collect());
        if domain.cells(&finest) > 4000 {
            continue;
        }
        let mean = [0.1, 1.0, 20.0][round % 3];
        let estimates = measured(&mut chance, &domain, mean, 4.0);
        let margins = 1 + chance.below(7);
        let zeros = round % 2;
        let published: Vec<At> = (0..margins).map(|_| at(&mut chance, &domain, zeros)).collect();
        let found = displayed(&estimates, &published).expect("displayed");
        agree(&domain, &published, &found);
        assert_eq!(found, displayed(&estimates, &published).expect("displayed"));
        shown += found.iter().filter(|cells| cells.is_some()).count();
        none += found.iter().filter(|cells| cells.is_none()).count();
        cyclic += usize::from(axes > 2 && margins > 3);
    }
    println!("{shown} margins shown, {none} not; {cyclic} tables that may have cycles");
    assert!(shown > 800 && none * 50 < shown);
}

#[test]
fn all_pairs_under_a_triple_add_up() {
    let mut chance = Chance(12);
    for (mean, size) in [(0.2, 5), (3.0, 6), (40.0, 9)] {
        let flat = || Axis::flat(size).expect("flat");
        let domain = Domain::new(vec![flat(), flat(), flat(), Axis::flat(2).expect("flat")]);
        let estimates = measured(&mut chance, &domain, mean, 3.0);
        let over = |kept: &[usize]| At::over(4, kept);
        let mut published = vec![over(&[0, 1]), over(&[0, 2]), over(&[1, 2]), over(&[0, 1, 2])];
        for step in 0..4 {
            let found = displayed(&estimates, &published).expect("displayed");
            agree(&domain, &published, &found);
            assert!(found.iter().all(Option::is_some), "{step}: {found:?}");
            published.push(over([[0, 1, 3], [0, 2, 3], [1, 2, 3], [0, 1, 2]][step].as_slice()));
        }
    }
}

/// All triples of four axes, too large to be settled in one table: what is found adds up, and the
/// most there can be is found or told to be missing.
#[test]
fn what_cannot_be_settled_is_not_shown() {
    let mut chance = Chance(16);
    let domain = Domain::new((0..4).map(|_| Axis::flat(24).expect("flat")).collect());
    let scale = Scale::stated(Family::Laplace, 3.0);
    let triples: Vec<At> =
        (0..4).map(|out| At::over(4, &[0, 1, 2, 3].map(|i| (i + out) % 4)[1..])).collect();
    let noisy = triples.iter().map(|at| {
        let cells = (0..domain.cells(at)).map(|_| chance.poisson(0.5) + chance.noise(&scale));
        (at.clone(), scale, cells.collect())
    });
    let estimates = Measured::new(domain.clone(), noisy.collect()).expect("fits");
    let found = displayed(&estimates, &triples).expect("displayed");
    agree(&domain, &triples, &found);
    let shown = found.iter().filter(|cells| cells.is_some()).count();
    println!("{shown} of four triples are shown");
    assert!(shown >= 3);
}

#[test]
fn estimates_that_are_counts_are_displayed_as_they_are() {
    let mut chance = Chance(13);
    let domain = Domain::new((0..3).map(|_| axis(&mut chance, 3)).collect());
    let estimates = measured(&mut chance, &domain, 3.0, 0.01);
    let finest = At::new(domain.axes().iter().map(|a| a.finest() as u8).collect());
    let published = vec![finest, At::over(3, &[0, 1]), At::over(3, &[0, 2]), At::over(3, &[1, 2])];
    for (at, shown) in published.iter().zip(displayed(&estimates, &published).expect("displayed")) {
        let cells = estimates.cells(at).expect("cells");
        let shown = shown.expect("shown");
        assert!(cells.iter().zip(shown).all(|(x, n)| (x - n as f64).abs() < 1e-6), "{at:?}");
    }
}

#[test]
fn modelled_estimates_add_up_and_hold_their_means() {
    let mut chance = Chance(15);
    for round in 0..30 {
        let domain = Domain::new((0..3).map(|_| axis(&mut chance, 4)).collect());
        let scale = [0.05, 2.0, 40.0][round % 3];
        let estimates = measured(&mut chance, &domain, [0.0, 2.0, 300.0][round / 3 % 3], scale);
        // Pairs of three axes under all three may have no table in common.
        let pair = |at: &At| at.levels().contains(&0);
        let mut published: Vec<At> = (0..8).map(|_| at(&mut chance, &domain, 1)).collect();
        published.retain(pair);
        let found = modelled(&estimates, &published, &[&estimates]).expect("modelled");
        for (a, x) in published.iter().zip(&found) {
            assert!(x.cells.iter().chain(&x.variances).all(|x| x.is_finite() && *x >= 0.0));
            for ((low, cell), high) in x.low.iter().zip(&x.cells).zip(&x.high) {
                assert!(low <= cell && cell <= high, "{low} {cell} {high}");
            }
            for (b, y) in published.iter().zip(&found) {
                let common = a.meet(b);
                let sums = |at: &At, x: &Modelled| margin(&domain, &x.cells, at, &common);
                for (x, y) in sums(a, x).iter().zip(sums(b, y)) {
                    assert!((x - y).abs() < 0.05 + 0.001 * x, "{a:?} {b:?}: {x} {y}");
                }
            }
        }
    }
}

/// Displays and models tables of these axes, within a time.
fn timed(codes: [usize; 3], most: f64) {
    let mut chance = Chance(14);
    let mut axes: Vec<Axis> = codes[1..].iter().map(|n| Axis::flat(*n).expect("flat")).collect();
    let parents = (0..codes[0]).map(|d| d * 7 / codes[0]).collect();
    axes.insert(0, Axis::nested(vec![vec![0; 7], parents]).expect("nested"));
    let domain = Domain::new(axes);
    let estimates = measured(&mut chance, &domain, 0.3, 3.0);
    let at = |levels: [u8; 3]| At::new(levels.to_vec());
    let published = [at([0, 0, 0]), at([1, 0, 1]), at([2, 1, 0]), at([2, 0, 1]), at([0, 1, 1])];
    let with_finest = [published.as_slice(), &[at([2, 1, 1])]].concat();
    for published in [published.as_slice(), &with_finest] {
        let start = Instant::now();
        let found = displayed(&estimates, published).expect("displayed");
        let shown = start.elapsed().as_secs_f64();
        agree(&domain, published, &found);
        let start = Instant::now();
        modelled(&estimates, published, &[]).expect("modelled");
        let cells: usize = published.iter().map(|at| domain.cells(at)).sum();
        println!("{cells} cells: {shown:.3} s, modelled {:.3} s", start.elapsed().as_secs_f64());
        assert!(shown < most, "{shown} s");
    }
}

#[test]
fn tables_of_usual_sizes_take_little_time() {
    timed([35, 4, 9], 0.5);
    timed([106, 4, 20], 0.5);
}

#[test]
#[ignore = "takes long"]
fn a_million_cells_take_some_seconds() {
    timed([500, 40, 50], 30.0);
}
