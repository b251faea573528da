//! Plans a year of eight tables by districts under both families, and all three-way margins of
//! Adult, and prints the time that each takes.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::float_arithmetic,
    clippy::cast_precision_loss,
    reason = "a measurement that can't be set up ends"
)]

use std::time::Instant;

use shumar_privacy::estimator::{At, Axis, Domain};
use shumar_privacy::planner::{Objective, best};
use shumar_schemas::Family;

fn main() {
    let start = Instant::now();
    for table in 0..8 {
        let provinces = (0..160).map(|d| d * 7 / 160).collect();
        let nested = Axis::nested(vec![vec![0; 7], provinces]).expect("an axis");
        let others = [12, 4, 3 + table].map(|n| Axis::flat(n).expect("an axis"));
        let domain = Domain::new([vec![nested], others.to_vec()].concat());
        let levels = [
            [2, 1, 0, 0],
            [2, 0, 1, 0],
            [2, 0, 0, 1],
            [1, 1, 1, 0],
            [1, 1, 0, 1],
            [1, 0, 1, 1],
            [2, 0, 0, 0],
            [0, 1, 1, 1],
            [0, 1, 0, 0],
            [2, 1, 1, 1],
        ];
        let wanted = levels.map(|l| At::new(l.to_vec()));
        let target = |at: &At| (20_000.0 / domain.cells(at) as f64).powf(0.25);
        let wanted: Vec<(At, f64)> = wanted.iter().map(|at| (at.clone(), target(at))).collect();
        for family in [Family::Laplace, Family::Gaussian] {
            let found = best(&domain, &wanted, family, Objective::WorstRatio).expect("a strategy");
            println!("{family:?}: {:.3}, {} measured", found.worst_ratio, found.measured.len());
        }
    }
    println!("a year of eight tables: {:.1} ms", start.elapsed().as_secs_f64() * 1e3);

    let sizes = [85, 9, 100, 16, 7, 15, 6, 5, 2, 100, 100, 99, 42, 2];
    let domain = Domain::new(sizes.map(|n| Axis::flat(n).expect("an axis")).to_vec());
    let wanted: Vec<(At, f64)> = (0..1_u32 << sizes.len())
        .filter(|mask| mask.count_ones() == 3)
        .map(|mask| (0..sizes.len()).filter(|i| mask >> i & 1 == 1).collect::<Vec<_>>())
        .map(|kept| (At::over(sizes.len(), &kept), 1.0))
        .collect();
    for family in [Family::Laplace, Family::Gaussian] {
        for objective in [Objective::SumOfVariances, Objective::WorstRatio] {
            let start = Instant::now();
            let found = best(&domain, &wanted, family, objective).expect("a strategy");
            let took = start.elapsed().as_secs_f64() * 1e3;
            println!(
                "Adult {family:?} {objective:?}: {took:.1} ms, {} measured",
                found.measured.len()
            );
        }
    }
}
