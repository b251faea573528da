//! The planner against a reference optimiser and published errors.

use serde_json::Value;
use shumar_schemas::Family;

use super::{Objective, best};
use crate::estimator::{At, Axis, Domain};

fn flat(sizes: &[usize]) -> Domain {
    Domain::new(sizes.iter().map(|n| Axis::flat(*n).expect("an axis")).collect())
}

fn integers(v: &Value) -> Vec<usize> {
    v.as_array().expect("an array").iter().map(|x| x.as_u64().expect("whole") as usize).collect()
}

#[test]
fn leaves_no_more_error_than_the_reference() {
    let all: Value =
        serde_json::from_str(include_str!("../estimator/vectors.json")).expect("vectors");
    for case in all["planner"].as_array().expect("an array") {
        let sizes = integers(&case["domain"]);
        let wanted: Vec<(At, f64)> = case["targets"]
            .as_array()
            .expect("an array")
            .iter()
            .map(|t| (At::over(3, &integers(&t["margin"])), t["sd"].as_f64().expect("a number")))
            .collect();
        let (family, budget) = (&case["family"], case["budget"].as_f64().expect("a number"));
        let (family, factor) = match family.as_str() {
            Some("laplace") => (Family::Laplace, 1.0 / budget),
            _ => (Family::Gaussian, 1.0 / budget.sqrt()),
        };
        let found =
            best(&flat(&sizes), &wanted, family, Objective::WorstRatio).expect("a strategy");
        let reference = case["worst_ratio"].as_f64().expect("a number");
        let ratio = found.worst_ratio * factor / reference;
        assert!(ratio < 1.01, "{family:?} {sizes:?}: {ratio}");
        let total: f64 = found.measured.iter().map(|(_, u)| u).sum();
        assert!((total - 1.0).abs() < 1e-9);
    }
}

/// All margins of `k` of the axes.
fn ways(axes: usize, k: usize) -> Vec<At> {
    let all = |mask: &u32| mask.count_ones() as usize == k;
    let kept = |mask: u32| (0..axes).filter(|i| mask >> i & 1 == 1).collect::<Vec<_>>();
    (0..1_u32 << axes).filter(all).map(|mask| At::over(axes, &kept(mask))).collect()
}

/// The experiment of arXiv 2305.08175: the root-mean-square error at ρ = 0.5 over all cells of
/// all margins of k attributes, every cell counting alike. `own` is ours with i.i.d. noise.
#[test]
fn comes_near_the_published_optimum_on_adult() {
    let sizes = [85, 9, 100, 16, 7, 15, 6, 5, 2, 100, 100, 99, 42, 2];
    let domain = flat(&sizes);
    for (k, optimum, own) in [(1, 3.047, 3.081), (2, 6.359, 6.504), (3, 10.515, 10.887)] {
        let wanted: Vec<(At, f64)> = ways(sizes.len(), k).into_iter().map(|at| (at, 1.0)).collect();
        let found = best(&domain, &wanted, Family::Gaussian, Objective::SumOfVariances);
        let found = found.expect("a strategy");
        let cells: Vec<f64> = wanted.iter().map(|(at, _)| domain.cells(at) as f64).collect();
        let squares = found.deviations.iter().zip(&cells).map(|(d, n)| d * d / 0.5 * n);
        let error = (squares.sum::<f64>() / cells.iter().sum::<f64>()).sqrt();
        assert!((error / own - 1.0).abs() < 1e-3, "{k}: {error}");
        assert!(error < 1.05 * optimum, "{k}: {error}");
    }
}

/// Districts in divisions, by three other axes: shares sum to 1, few measurements are left, and the
/// ratio is that of the deviations.
#[test]
fn plans_nested_tables_with_few_measurements() {
    for table in 0..8 {
        let divisions: Vec<usize> = (0..36).map(|d| d * 7 / 36).collect();
        let nested = Axis::nested(vec![vec![0; 7], divisions]).expect("nested");
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
        let target = |at: &At| (20_000.0 / domain.cells(at) as f64).powf(0.25);
        let wanted: Vec<(At, f64)> = levels
            .map(|l| At::new(l.to_vec()))
            .into_iter()
            .map(|at| (at.clone(), target(&at)))
            .collect();
        for family in [Family::Laplace, Family::Gaussian] {
            let found = best(&domain, &wanted, family, Objective::WorstRatio).expect("a strategy");
            let total: f64 = found.measured.iter().map(|(_, u)| u).sum();
            assert!((total - 1.0).abs() < 1e-9 && found.measured.len() <= 20);
            let worst = found.deviations.iter().zip(&wanted).map(|(d, (_, t))| d / t);
            assert!((worst.fold(0.0, f64::max) / found.worst_ratio - 1.0).abs() < 1e-9);
        }
    }
}

#[test]
fn refuses_what_it_cannot_plan() {
    let domain = flat(&[3]);
    let plan = |wanted: &[(At, f64)]| best(&domain, wanted, Family::Laplace, Objective::WorstRatio);
    assert!(plan(&[]).is_err());
    assert!(plan(&[(At::new(vec![2]), 1.0)]).is_err());
    assert!(plan(&[(At::new(vec![1]), 0.0)]).is_err());
    assert!(plan(&[(At::new(vec![1]), 1.0)]).is_ok());
}
