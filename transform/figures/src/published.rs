//! The estimates of one table as they are published: calibrated where something calibrates them.

use shumar_privacy::estimator::{At, Domain, Unfit};

use crate::{Bounding, Calibrated, Estimates, Measured};

/// Estimates of a table's recorded counts.
#[derive(Debug, Clone)]
pub enum Figures {
    /// Of the bounded counts, which nothing calibrates.
    Bounded(Measured),
    /// Calibrated to what was measured at the generous bound.
    Calibrated(Box<Calibrated>),
}

impl Figures {
    /// The figures of a table, with the measurements that calibrate it if there are any.
    ///
    /// # Errors
    /// As [`Calibrated::new`].
    pub fn new(
        measured: Measured,
        calibrating: Option<(Measured, Bounding)>,
    ) -> Result<Self, Unfit> {
        Ok(match calibrating {
            None => Self::Bounded(measured),
            Some((generous, how)) => {
                Self::Calibrated(Box::new(Calibrated::new(measured, generous, how)?))
            }
        })
    }

    /// What models begin with: the same, with the likely ratio of recorded to bounded records.
    ///
    /// # Errors
    /// As [`Calibrated::with_likely_ratio`].
    pub fn with_likely_ratio(&self) -> Result<Self, Unfit> {
        Ok(match self {
            Self::Bounded(measured) => Self::Bounded(measured.clone()),
            Self::Calibrated(calibrated) => {
                Self::Calibrated(Box::new(calibrated.with_likely_ratio()?))
            }
        })
    }

    /// The wanted margins in units of 1/`GRID`, adding up to the last one.
    ///
    /// # Errors
    /// As [`Estimates::cells`].
    pub fn on_grid(&self, wanted: &[At]) -> Result<Vec<Vec<i64>>, Unfit> {
        self.domain().on_grid(wanted, |margins| self.all_cells(margins))
    }

    /// The half-widths of the intervals of a margin's cells.
    ///
    /// # Errors
    /// As [`Estimates::cells`].
    pub fn half_widths(&self, at: &At, confidence: f64) -> Result<Vec<f64>, Unfit> {
        match self {
            Self::Bounded(measured) => {
                Ok(measured.estimator().half_widths(at, confidence)?.cells())
            }
            Self::Calibrated(calibrated) => calibrated.half_widths(at, confidence),
        }
    }

    fn estimates(&self) -> &dyn Estimates {
        match self {
            Self::Bounded(measured) => measured,
            Self::Calibrated(calibrated) => calibrated.as_ref(),
        }
    }
}

impl Estimates for Figures {
    fn domain(&self) -> &Domain {
        self.estimates().domain()
    }

    fn cells(&self, at: &At) -> Result<Vec<f64>, Unfit> {
        self.estimates().cells(at)
    }

    fn all_cells(&self, wanted: &[At]) -> Result<Vec<Vec<f64>>, Unfit> {
        self.estimates().all_cells(wanted)
    }

    fn variances(&self, at: &At) -> Result<Vec<f64>, Unfit> {
        self.estimates().variances(at)
    }

    fn query_variance(&self, at: &At, weights: &[f64]) -> Result<f64, Unfit> {
        self.estimates().query_variance(at, weights)
    }

    fn query_half_width(&self, at: &At, weights: &[f64], confidence: f64) -> Result<f64, Unfit> {
        self.estimates().query_half_width(at, weights, confidence)
    }
}
