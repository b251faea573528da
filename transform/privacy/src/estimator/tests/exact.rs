//! Sums to the last digit.

use super::{Lcg, districts, finest, margin};
use crate::estimator::{At, Axis, Domain, Estimator, GRID, Law};

/// All wanted margins add up in whole units, and lie near the estimates.
fn check(domain: &Domain, measured: Vec<At>, wanted: &[At], lcg: &mut Lcg, farthest: f64) {
    let noisy: Vec<Vec<i64>> = measured
        .iter()
        .map(|at| (0..domain.cells(at)).map(|_| lcg.below(2000) as i64 - 300).collect())
        .collect();
    let noisy: Vec<&[i64]> = noisy.iter().map(Vec::as_slice).collect();
    let laws = measured.into_iter().map(|at| (at, Law::Normal(3.0 + lcg.below(90) as f64)));
    let estimator = Estimator::with_laws(domain.clone(), laws.collect()).expect("fits");
    let real = estimator.estimate(&noisy, wanted).expect("estimates");
    let grid = estimator.estimate_on_grid(&noisy, wanted).expect("estimates");
    let mut worst = 0.0_f64;
    for (real, grid) in real.iter().zip(&grid) {
        for (x, units) in real.iter().zip(grid) {
            worst = worst.max((x - *units as f64 / GRID).abs());
        }
    }
    assert!(worst < farthest, "{worst}");
    for (i, fine) in wanted.iter().enumerate() {
        for (j, coarse) in wanted.iter().enumerate() {
            if i != j && coarse.within(fine) {
                let steps: Vec<Vec<i64>> = vec![summed(domain, fine, &grid[i], coarse)];
                assert_eq!(steps[0], grid[j], "{fine:?} {coarse:?}");
            }
        }
    }
}

/// The cells of `fine` summed up to `coarse`.
fn summed(domain: &Domain, fine: &At, cells: &[i64], coarse: &At) -> Vec<i64> {
    let axes = domain.axes().iter().enumerate();
    let levels = axes.map(|(i, axis)| {
        let parents = |l: usize| axis.ancestors(l, l - 1);
        Axis::nested((1..=fine.level(i)).map(parents).collect()).expect("nested")
    });
    margin(&Domain::new(levels.collect()), cells, coarse)
}

#[test]
fn small_tables_add_up_exactly() {
    let mut lcg = Lcg(7);
    for round in 0..30 {
        let axes = vec![
            if round % 2 == 0 { districts() } else { Axis::flat(5).expect("an axis") },
            Axis::flat(1 + lcg.below(6)).expect("an axis"),
            Axis::nested(vec![vec![0, 0, 0], vec![0, 1, 1, 1, 2, 2]]).expect("nested"),
        ];
        let domain = Domain::new(axes);
        let all = finest(&domain).below();
        let mut wanted: Vec<At> = all.iter().filter(|_| lcg.below(2) == 0).cloned().collect();
        wanted.push(finest(&domain));
        check(
            &domain,
            vec![finest(&domain), all[lcg.below(all.len())].clone()],
            &wanted,
            &mut lcg,
            0.05,
        );
    }
}

#[test]
fn a_wide_table_adds_up_exactly_and_stays_near_its_estimates() {
    let axes = [160, 12, 8].map(|n| Axis::flat(n).expect("an axis"));
    let domain = Domain::new(axes.to_vec());
    let wanted = finest(&domain).below();
    let measured = vec![finest(&domain), At::over(3, &[0, 1]), At::over(3, &[1, 2])];
    check(&domain, measured, &wanted, &mut Lcg(8), 0.05);
}
