//! Whether margins of error of 95 % hold the exact count 95 times in a hundred.

use shumar_schemas::{Family, Nano};

use super::binomial::{lower, upper};
use super::world::{Purse, Terms, World, release};
use super::{Check, enter, grouped};
use crate::{Contribution, KernelError, noise};

/// Cells of the made-up table.
const CELLS: usize = 60_000;
/// Cells of each sum.
const TOGETHER: usize = 6;
/// What a margin of error claims.
const CONFIDENCE: f64 = 0.95;
/// How often it must hold; margins are whole numbers, so they hold a little more often than claimed.
const LEAST: f64 = 0.945;
const MOST: f64 = 0.965;
/// How often chance alone may say otherwise.
const ALARM: f64 = 5e-7;

/// Coverage of single cells and of sums, by the whole path of a release.
pub(super) fn checks(progress: &mut dyn FnMut(&str), checks: &mut Vec<Check>) {
    let all = [
        ("margins of error hold, Laplace noise", Family::Laplace, Nano::new(50_000_000)),
        ("margins of error hold, Gaussian noise", Family::Gaussian, Nano::new(1_250_000)),
    ];
    for (name, family, unit) in all {
        progress(&format!("counting how often margins of error hold, {} noise", family.name()));
        enter(checks, name, one(&Terms { family, unit, bound: 3 }));
    }
}

fn one(terms: &Terms) -> Result<(bool, String), KernelError> {
    let world = World::new(CELLS, 1, CELLS / 2);
    let contribution = Contribution { kind: terms.bound, all: terms.bound };
    let exact: Vec<i64> = world.counts(contribution).concat();
    let mut released = release(&mut Purse::default(), &world, terms)?;
    let released = released.pop().ok_or(KernelError::Shape)?;
    let errors: Vec<i64> = released.noisy().iter().zip(&exact).map(|(n, e)| n - e).collect();
    let width = |cells| noise::half_width(released.scale(), cells, CONFIDENCE);
    let single = held(&errors, 1, width(1));
    let sums = held(&errors, TOGETHER, width(TOGETHER as u64));
    let words = format!(
        "exact count within the margin for {} of single cells and {} of sums of {TOGETHER}; 95 % was stated, {:.1} to {:.1} % is required",
        told(single),
        told(sums),
        LEAST * 100.0,
        MOST * 100.0,
    );
    Ok((plausible(single) && plausible(sums), words))
}

/// How many sums of neighbouring errors lie within `width`, of how many.
pub(super) fn held(errors: &[i64], together: usize, width: f64) -> (usize, usize) {
    let sums = errors.chunks_exact(together).map(|part| part.iter().sum::<i64>());
    (sums.clone().filter(|sum| sum.abs() as f64 <= width).count(), sums.count())
}

/// Whether the share may lie in the required range, for all that its sample can tell.
pub(super) fn plausible((hits, trials): (usize, usize)) -> bool {
    upper(hits, trials, ALARM) >= LEAST && lower(hits, trials, ALARM) <= MOST
}

fn told((hits, trials): (usize, usize)) -> String {
    format!("{:.2} % of {}", hits as f64 / trials as f64 * 100.0, grouped(trials))
}
