//! Whether the noise of a release follows the law that the release states.

use shumar_schemas::{Family, Nano};

use super::fit::{Fit, chi_square};
use super::{Check, enter, grouped};
use crate::{KernelError, Scale, mechanism};

/// Draws at each scale.
const DRAWS: usize = 110_000;

/// Losses at one record and the scales that they give: below one, fractional, whole, large. The
/// scale itself is never a round binary number, as in real releases.
const LAPLACE: [u128; 5] = [1_428_571_429, 425_531_914, 25_000_000, 1_000_000, 40_000];
const GAUSSIAN: [u128; 5] = [1_020_408_163, 90_538_705, 312_500, 500, 10];

/// Cells with different counts: what is added must not depend on them.
const COUNTS: [i64; 5] = [0, 1, 37, 0, 1_000_000];

/// Chi-square of draws at several scales of both families.
pub(super) fn checks(progress: &mut dyn FnMut(&str), checks: &mut Vec<Check>) {
    let families = [
        (Family::Laplace, "Laplace noise follows its law", LAPLACE),
        (Family::Gaussian, "Gaussian noise follows its law", GAUSSIAN),
    ];
    for (family, name, units) in families {
        let mut scales = Vec::new();
        let mut all = || {
            for unit in units.map(Nano::new) {
                let scale = Scale::of(family, unit, 1)?;
                progress(&format!("drawing {} noise of scale {:.2}", family.name(), scale.value()));
                let fit =
                    examine(DRAWS, &scale, 1.0, |counts| mechanism::draw(counts, &scale, unit, 1))?;
                scales.push((scale.value(), fit));
            }
            Ok(())
        };
        let result = all().map(|()| told(&scales));
        enter(checks, name, result);
    }
}

/// Chi-square of what `draw` adds to counts, against the law of `factor` times the stated scale.
pub(super) fn examine(
    draws: usize,
    scale: &Scale,
    factor: f64,
    draw: impl FnOnce(&[i64]) -> Result<Vec<i64>, KernelError>,
) -> Result<Fit, KernelError> {
    let counts: Vec<i64> = COUNTS.into_iter().cycle().take(draws).collect();
    let noisy = draw(&counts)?;
    let noise: Vec<i64> = noisy.iter().zip(&counts).map(|(noisy, count)| noisy - count).collect();
    Ok(chi_square(&noise, &Scale::stated(scale.family(), scale.value() * factor)))
}

fn told(scales: &[(f64, Fit)]) -> (bool, String) {
    let each = scales.iter().map(|(scale, fit)| {
        let so = if fit.holds() { "" } else { " TOO LARGE" };
        format!("{:.0} (alarm above {:.0}) at scale {scale:.2}{so}", fit.statistic, fit.critical)
    });
    let draws = grouped(scales.len() * DRAWS);
    let words = format!("{draws} draws; chi-square {}", each.collect::<Vec<_>>().join(", "));
    (scales.iter().all(|(_, fit)| fit.holds()), words)
}
