//! Displayed and modelled values against what is true, beside the unbiased estimates.

use shumar_figures::{Estimates, displayed};
use shumar_privacy::estimator::At;
use shumar_schemas::Family;

use crate::chance::Chance;
use crate::world::{Plan, World, export, large_province, registry, small_province};

/// Sums over cells and draws, for one margin and one kind of number.
#[derive(Default, Clone)]
struct Errors {
    square: f64,
    bias: f64,
    /// What the square has beyond the unbiased estimate's, summed over the cells of a draw: its sum
    /// and the sum of its square over draws.
    beyond: f64,
    beyond_square: f64,
    count: f64,
}

impl Errors {
    fn add(&mut self, shown: &[f64], unbiased: &[f64], truth: &[i64]) {
        let mut beyond = 0.0;
        for ((x, y), n) in shown.iter().zip(unbiased).zip(truth) {
            let (error, other) = (x - *n as f64, y - *n as f64);
            self.square += error * error;
            self.bias += error;
            beyond += error * error - other * other;
        }
        self.count += truth.len() as f64;
        self.beyond += beyond;
        self.beyond_square += beyond * beyond;
    }

    fn rmse(&self) -> f64 {
        (self.square / self.count).sqrt()
    }
}

fn run(plan: &Plan, family: Family, epsilon: f64, draws: usize) {
    let world = plan.made();
    let scale = world.scale(family, epsilon);
    let mut chance = Chance(77);
    let ats: Vec<At> = world.margins.iter().map(|(_, at)| at.clone()).collect();
    let mut unbiased = vec![Errors::default(); ats.len()];
    let mut whole = vec![Errors::default(); ats.len()];
    for _ in 0..draws {
        let estimates = world.measured(&scale, &mut chance);
        let shown = displayed(&estimates, &ats).expect("displayed");
        crate::consistent::agree(&world.domain, &ats, &shown);
        for (i, at) in ats.iter().enumerate() {
            let cells = estimates.cells(at).expect("cells");
            let truth = world.truth(at);
            let shown: Vec<f64> =
                shown[i].as_ref().expect("shown").iter().map(|n| *n as f64).collect();
            unbiased[i].add(&cells, &cells, &truth);
            whole[i].add(&shown, &cells, &truth);
        }
    }
    heading(&world, plan, family, epsilon, scale.value());
    for (i, (name, _)) in world.margins.iter().enumerate() {
        let ratio = whole[i].rmse() / unbiased[i].rmse();
        println!(
            "{name:<20} {:9.2} {:9.2} {:7.3}   {:+.2}",
            unbiased[i].rmse(),
            whole[i].rmse(),
            ratio,
            whole[i].bias / whole[i].count
        );
        let n = draws as f64;
        let mean = whole[i].beyond / n;
        let error = ((whole[i].beyond_square / n - mean * mean).max(0.0) / n).sqrt();
        let allowed = (1.02_f64.powi(2) - 1.0) * unbiased[i].square / n;
        assert!(mean - 3.0 * error < allowed, "{name}: {ratio}");
    }
}

fn heading(world: &World, plan: &Plan, family: Family, epsilon: f64, scale: f64) {
    println!(
        "\n{}: {} records, interaction {}, sizes fall as rank^-{}, {family:?} ε {epsilon} (scale {scale:.2})",
        world.name, plan.records, plan.interaction, plan.zipf
    );
}

#[test]
fn displayed_values_err_no_more_than_estimates() {
    for family in [Family::Laplace, Family::Gaussian] {
        for epsilon in [1.0, 4.0] {
            for interaction in [0.0, 0.8] {
                run(&small_province(interaction, 1.0), family, epsilon, 60);
                run(&large_province(interaction, 0.5), family, epsilon, 60);
                run(&export(interaction, 0.7), family, epsilon, 30);
                run(&registry(interaction, 0.7), family, epsilon, 6);
            }
        }
    }
}
