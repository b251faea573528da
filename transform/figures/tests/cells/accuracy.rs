//! Displayed and modelled values against what is true, beside the unbiased estimates.

use shumar_figures::{Estimates, Measured, displayed, modelled};
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

    /// How much larger the error is than the unbiased one's beyond doubt (three standard errors).
    fn surely_worse(&self, unbiased: &Self, draws: usize) -> f64 {
        let n = draws as f64;
        let mean = self.beyond / n;
        let error = ((self.beyond_square / n - mean * mean).max(0.0) / n).sqrt();
        (1.0 + (mean - 3.0 * error) / (unbiased.square / n)).max(0.0).sqrt()
    }

    fn rmse(&self) -> f64 {
        (self.square / self.count).sqrt()
    }
}

/// The counts of modelled intervals.
#[derive(Default, Clone)]
struct Cover {
    inside: f64,
    width: f64,
    count: f64,
}

/// One margin's errors, of all cells and of those whose noise hides them.
#[derive(Default, Clone)]
struct Row {
    unbiased: Errors,
    whole: Errors,
    model: Errors,
    hidden: [Errors; 2],
    /// The squares that remain to who knows the structure and how far cells are from it.
    oracle: f64,
    cover: Cover,
}

fn run(plan: &Plan, family: Family, epsilon: f64, draws: usize, previous: bool) -> Vec<Row> {
    let world = plan.made();
    let scale = world.scale(family, epsilon);
    let mut chance = Chance(77);
    let ats: Vec<At> = world.margins.iter().map(|(_, at)| at.clone()).collect();
    let earlier = world.again(99);
    let mut rows = vec![Row::default(); ats.len()];
    for _ in 0..draws {
        let estimates = world.measured(&scale, &mut chance);
        let shown = displayed(&estimates, &ats).expect("displayed");
        crate::consistent::agree(&world.domain, &ats, &shown);
        let past: Vec<Measured> =
            if previous { vec![earlier.measured(&scale, &mut chance)] } else { Vec::new() };
        let past: Vec<&dyn Estimates> = past.iter().map(|p| p as &dyn Estimates).collect();
        let models = modelled(&estimates, &ats, &past).expect("modelled");
        for ((at, row), (shown, model)) in ats.iter().zip(&mut rows).zip(shown.iter().zip(models)) {
            let cells = estimates.cells(at).expect("cells");
            let variances = estimates.variances(at).expect("variances");
            let truth = world.truth(at);
            let expected = world.expected(at);
            let structure = world.structure(at);
            let shown: Vec<f64> =
                shown.as_ref().expect("shown").iter().map(|n| *n as f64).collect();
            row.unbiased.add(&cells, &cells, &truth);
            row.whole.add(&shown, &cells, &truth);
            row.model.add(&model.cells, &cells, &truth);
            for i in 0..truth.len() {
                let n = truth[i] as f64;
                row.cover.inside += f64::from(model.low[i] <= n && n <= model.high[i]);
                row.cover.width += model.high[i] - model.low[i];
                row.cover.count += 1.0;
                if variances[i] > expected[i] {
                    let mean = structure[i];
                    let prior = mean + (plan.interaction.powi(2).exp() - 1.0) * mean * mean;
                    row.oracle += prior * variances[i] / (prior + variances[i]);
                    row.hidden[0].add(&cells[i..=i], &cells[i..=i], &truth[i..=i]);
                    row.hidden[1].add(&model.cells[i..=i], &cells[i..=i], &truth[i..=i]);
                }
            }
        }
    }
    heading(&world, plan, family, epsilon, scale.value(), previous);
    for ((name, _), row) in world.margins.iter().zip(&rows) {
        let hidden = row.hidden[0].count / row.model.count;
        let worse = row.model.surely_worse(&row.unbiased, draws);
        if worse > 1.003 {
            println!("WORSE {worse:.4}");
        }
        println!(
            "{name:<20} {:8.2} | {:8.2} {:6.3} {:+6.2} | {:8.2} {:6.3} {:+6.2} | {:4.2} {:6.3} | {:6.3} {:7.2}",
            row.unbiased.rmse(),
            row.whole.rmse(),
            row.whole.rmse() / row.unbiased.rmse(),
            row.whole.bias / row.whole.count,
            row.model.rmse(),
            row.model.rmse() / row.unbiased.rmse(),
            row.model.bias / row.model.count,
            hidden,
            row.hidden[1].rmse() / row.hidden[0].rmse(),
            row.cover.inside / row.cover.count,
            row.cover.width / row.cover.count,
        );
    }
    let sum = |of: fn(&Row) -> f64| rows.iter().map(of).sum::<f64>();
    let ratio = (sum(|r| r.hidden[1].square) / sum(|r| r.hidden[0].square)).sqrt();
    let oracle = (sum(|r| r.oracle) / sum(|r| r.hidden[0].square)).sqrt();
    let inside = sum(|r| r.cover.inside) / sum(|r| r.cover.count);
    println!("pooled: hidden {ratio:.3} (oracle {oracle:.3}), coverage {inside:.3}");
    rows
}

fn heading(world: &World, plan: &Plan, family: Family, epsilon: f64, scale: f64, previous: bool) {
    println!(
        "\n{}{}: {} records, interaction {}, sizes fall as rank^-{}, {family:?} ε {epsilon} (scale {scale:.2})",
        world.name, if previous { ", with a year before" } else { "" }, plan.records, plan.interaction, plan.zipf
    );
}

#[test]
fn table() {
    for family in [Family::Laplace, Family::Gaussian] {
        for epsilon in [1.0, 4.0] {
            for interaction in [0.0, 0.5, 1.0] {
                for previous in [false, true] {
                run(&small_province(interaction, 1.0), family, epsilon, 12, previous);
                run(&large_province(interaction, 0.5), family, epsilon, 12, previous);
                run(&export(interaction, 0.7), family, epsilon, 6, previous);
                run(&registry(interaction, 0.7), family, epsilon, 2, previous);
                }
            }
        }
    }
}
