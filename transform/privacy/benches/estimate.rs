//! Estimates all wanted margins of a table of a million cells, and the half-widths of a year's
//! usual table by districts, and prints the time that each takes.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::float_arithmetic,
    reason = "a measurement that can't be set up ends"
)]

use std::time::Instant;

use shumar_privacy::Scale;
use shumar_privacy::estimator::{At, Axis, Domain, Estimator};
use shumar_schemas::Family;

fn main() {
    let axes = [160, 12, 8, 65].map(|n| Axis::flat(n).expect("an axis"));
    let kept: [&[usize]; 11] = [
        &[0, 1, 2, 3],
        &[0, 1, 2],
        &[0, 1, 3],
        &[0, 2, 3],
        &[1, 2, 3],
        &[0, 3],
        &[0, 1],
        &[1, 3],
        &[0],
        &[3],
        &[],
    ];
    let margins: Vec<At> = kept.iter().map(|kept| At::over(4, kept)).collect();
    println!("160 x 12 x 8 x 65, ten measured, ten wanted");
    run(&Domain::new(axes.to_vec()), &margins[..10], &margins[1..]);
    run(&Domain::new(axes.to_vec()), &margins[..10], &margins[..10]);

    let sizes = [41, 30, 38, 36, 1, 10, 4];
    let provinces = sizes.iter().enumerate().flat_map(|(p, n)| vec![p; *n]).collect();
    let nested = Axis::nested(vec![vec![0; 7], provinces]).expect("an axis");
    let flat = [12, 4, 5].map(|n| Axis::flat(n).expect("an axis"));
    let levels = [
        [2, 1, 1, 1],
        [2, 1, 0, 0],
        [2, 0, 1, 0],
        [2, 0, 0, 1],
        [1, 1, 1, 0],
        [1, 1, 0, 1],
        [1, 0, 1, 1],
        [2, 0, 0, 0],
        [0, 1, 1, 1],
        [0, 1, 0, 0],
    ];
    let margins = levels.map(|l| At::new(l.to_vec()));
    println!("160 districts in 7 provinces x 12 x 4 x 5, ten measured, ten wanted");
    run(&Domain::new([vec![nested], flat.to_vec()].concat()), &margins, &margins);
}

fn run(domain: &Domain, measured: &[At], wanted: &[At]) {
    let noisy: Vec<Vec<i64>> = measured
        .iter()
        .map(|at| (0_i64..).take(domain.cells(at)).map(|i| i * 7919 % 101).collect())
        .collect();
    let noisy: Vec<&[i64]> = noisy.iter().map(Vec::as_slice).collect();
    for family in [Family::Laplace, Family::Gaussian] {
        let scales = measured.iter().map(|at| (at.clone(), Scale::stated(family, 7.5)));
        let estimator = Estimator::new(domain.clone(), scales.collect()).expect("fits");
        timed("estimate", || {
            let found = estimator.estimate(&noisy, wanted).expect("estimates");
            (found.iter().map(Vec::len).sum(), "cells")
        });
        timed("estimate on the grid", || {
            let found = estimator.estimate_on_grid(&noisy, wanted).expect("estimates");
            (found.iter().map(Vec::len).sum(), "cells")
        });
        timed("half-widths", || {
            let of = |at| estimator.half_widths(at, 0.95).expect("widths").figures().len();
            (wanted.iter().map(of).sum(), "classes")
        });
    }
}

fn timed(what: &str, run: impl Fn() -> (usize, &'static str)) {
    let start = Instant::now();
    let (found, unit) = run();
    println!("  {what}: {:.1} ms ({found} {unit})", start.elapsed().as_secs_f64() * 1e3);
}
