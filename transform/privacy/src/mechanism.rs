//! The two mechanisms behind one door: choice of the scale, confirmation of the cost, the draw.

use opendp::combinators::make_zCDP_to_approxDP;
use opendp::core::{Measure, Measurement, Metric, MetricSpace};
use opendp::domains::{AtomDomain, VectorDomain};
use shumar_schemas::release::EpsilonDelta;
use shumar_schemas::{Family, Nano};

use crate::{KernelError, gaussian, laplace, parallel};

/// The domain of every measurement: a vector of integers.
pub(crate) type Counts = VectorDomain<AtomDomain<i64>>;

/// How often a scale may be raised by one part in 2^52 until OpenDP's map agrees.
const NUDGES_MAX: u32 = 64;
/// Scales beyond this drown every count; a request for one is a slip of the pen.
const SCALE_MAX: f64 = 1e9;

/// The noise of a measurement.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale {
    family: Family,
    value: f64,
}

impl Scale {
    /// The smallest noise scale whose privacy loss at the bound is at most what `unit` allows:
    /// b = 1/ε for Laplace, σ = 1/√(2ρ) for Gaussian, where ε or ρ is the loss at one record.
    ///
    /// It is found in floating point and raised until OpenDP's exact map agrees.
    ///
    /// # Errors
    /// [`KernelError::Scale`] when no reasonable scale fits.
    #[expect(
        clippy::float_arithmetic,
        reason = "checked by OpenDP's map, and raised until it fits"
    )]
    pub fn of(family: Family, unit: Nano, bound: u32) -> Result<Self, KernelError> {
        let loss = unit.to_f64();
        let mut value = match family {
            Family::Laplace => 1.0 / loss,
            Family::Gaussian => (1.0 / (2.0 * loss)).sqrt(),
        };
        if unit == Nano::ZERO || !value.is_finite() || value > SCALE_MAX {
            return Err(KernelError::Scale(unit));
        }
        for _ in 0..NUDGES_MAX {
            let scale = Self { family, value };
            if scale.confirmed(unit, bound)? {
                return Ok(scale);
            }
            value = value.next_up();
        }
        Err(KernelError::Scale(unit))
    }

    /// A scale as a release states it, for computing error, never for drawing.
    #[must_use]
    pub fn stated(family: Family, value: f64) -> Self {
        Self { family, value }
    }

    /// The family.
    #[must_use]
    pub fn family(&self) -> Family {
        self.family
    }

    /// b of the discrete Laplace, or σ of the discrete Gaussian.
    #[must_use]
    pub fn value(&self) -> f64 {
        self.value
    }

    /// Whether OpenDP's map gives, for every number of records up to `bound`, at most the loss
    /// that the ledger reserved.
    fn confirmed(&self, unit: Nano, bound: u32) -> Result<bool, KernelError> {
        match self.family {
            Family::Laplace => confirmed(&laplace::make(1, self.value)?, self.family, unit, bound),
            Family::Gaussian => {
                confirmed(&gaussian::make(1, self.value)?, self.family, unit, bound)
            }
        }
    }
}

fn confirmed<MI, MO>(
    measurement: &Measurement<Counts, MI, MO, Vec<i64>>,
    family: Family,
    unit: Nano,
    bound: u32,
) -> Result<bool, KernelError>
where
    MI: Metric<Distance = i64>,
    MO: Measure<Distance = f64>,
    (Counts, MI): MetricSpace,
{
    for n in 1..=bound {
        // Rounded down twice: `to_f64` rounds at most twice, to the nearest.
        let allowed = family.loss(unit, n).to_f64().next_down().next_down();
        if measurement.map(&i64::from(n))? > allowed {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Confirms the cost of one measurement of all the counts, and draws its noise on all cores.
///
/// A long vector is cut into chunks, each measured by a thread of its own at the same scale, with
/// the cost of its own measurement confirmed too. GUARANTEE.md of each mechanism says why that is
/// the same as measuring the whole. The number of threads depends on the length alone.
///
/// # Errors
/// [`KernelError::Unconfirmed`] before anything is drawn; [`KernelError::Thread`] and what OpenDP
/// says when a draw fails. No part of a failed draw is returned.
pub(crate) fn draw(
    counts: &[i64],
    scale: &Scale,
    unit: Nano,
    bound: u32,
) -> Result<Vec<i64>, KernelError> {
    let whole = counts.len();
    let confirmed = match scale.family {
        Family::Laplace => {
            confirmed(&laplace::make(whole, scale.value)?, scale.family, unit, bound)?
        }
        Family::Gaussian => {
            confirmed(&gaussian::make(whole, scale.value)?, scale.family, unit, bound)?
        }
    };
    if !confirmed {
        return Err(KernelError::Unconfirmed);
    }
    parallel::in_chunks(counts, |chunk| piece(chunk, scale, unit, bound))
}

/// One chunk: confirms the cost of the very measurement that is then invoked, and invokes it.
fn piece(counts: &[i64], scale: &Scale, unit: Nano, bound: u32) -> Result<Vec<i64>, KernelError> {
    match scale.family {
        Family::Laplace => {
            invoke(&laplace::make(counts.len(), scale.value)?, counts, scale, unit, bound)
        }
        Family::Gaussian => {
            invoke(&gaussian::make(counts.len(), scale.value)?, counts, scale, unit, bound)
        }
    }
}

fn invoke<MI, MO>(
    measurement: &Measurement<Counts, MI, MO, Vec<i64>>,
    counts: &[i64],
    scale: &Scale,
    unit: Nano,
    bound: u32,
) -> Result<Vec<i64>, KernelError>
where
    MI: Metric<Distance = i64>,
    MO: Measure<Distance = f64>,
    (Counts, MI): MetricSpace,
{
    if !confirmed(measurement, scale.family, unit, bound)? {
        return Err(KernelError::Unconfirmed);
    }
    let noisy = measurement.invoke(&counts.to_vec())?;
    if noisy.len() == counts.len() { Ok(noisy) } else { Err(KernelError::Shape) }
}

/// A loss in the terms of approximate differential privacy: ε itself under pure DP, OpenDP's
/// conversion of ρ at the given δ under zCDP.
///
/// # Errors
/// What OpenDP's conversion refuses.
#[expect(clippy::float_arithmetic, reason = "a scale whose map is at least the loss, for display")]
pub fn epsilon_delta(family: Family, loss: Nano, delta: Nano) -> Result<EpsilonDelta, KernelError> {
    if family == Family::Laplace || loss == Nano::ZERO {
        return Ok(EpsilonDelta { epsilon: loss.to_f64(), delta: 0.0 });
    }
    let scale = (1.0 / (2.0 * loss.to_f64())).sqrt().next_down().next_down();
    let profile = make_zCDP_to_approxDP(gaussian::make(1, scale)?)?.map(&1)?;
    let delta = delta.to_f64();
    Ok(EpsilonDelta { epsilon: profile.epsilon(delta)?, delta })
}

#[cfg(test)]
mod tests;
