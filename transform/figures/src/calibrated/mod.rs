//! Estimates of all recorded counts, from detail measured at a small bound and a few coarse margins
//! measured at a generous one.
//!
//! # Model
//! `D` is the bounded table, `T` the same records at the generous bound, as good as all. The total
//! of T over that of D is the ratio ρ. The recorded count of a cell of margin W is taken as
//!
//! ```text
//! X̂_W = ρ·D̂_W + Σ_{a in W} r_a(x_a) · Π_{b in W, b ≠ a} s_b(x_b)
//! ```
//!
//! where `s_b` are the shares of an axis's codes and `r_a` is what a code of axis a has beyond ρ
//! times its bounded count. `r_a` sums to 0 over the codes and over the children of every code, so
//! all margins add up as those of D̂ do. Where the generous total is weak beside its noise, ρ is drawn towards
//! what is expected of it (1.15), and where the bounded total is not told at all it is that: such figures
//! are not unbiased, and their intervals have the uncertainty of the expectation.
//! `r_a` is measured wherever T̂ tells the margin of a alone, as
//! `T̂_a − ρ·D̂_a`, and drawn towards nothing as far as its noise and chance outweigh the differences
//! that the axis as a whole shows (empirical Bayes, method of moments).
//!
//! # Error
//! The variance of X̂ − X has the noise of D̂, that of ρ, what is not known of the `r_a`, and chance: a
//! bounded record stands for ρ records on average, and for how many in truth depends on whose it is. The
//! latter is computed from how many records have which place among their person's (`places`),
//! taking all records of a person to be of one area, and their other codes to fall as all records' do.
//! For sums of cells it is centred, since the totals are measured.

use shumar_privacy::estimator::{At, Domain, GRID, Unfit};
use shumar_privacy::noise::normal_quantile;

use crate::{Estimates, Measured};

mod axis;
mod places;
mod ratio;
#[cfg(test)]
mod tests;

use axis::{AxisModel, Sources};
use places::Spread;
use ratio::Ratio;

/// A table whose total is below so many of its standard errors is not calibrated.
const TOLD_MIN: f64 = 4.0;

/// What an axis means for how the records of one person fall.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Role {
    /// By the codes that all records have.
    #[default]
    Code,
    /// All in one area.
    Area,
    /// In the quarters of years, in order: bounds keep early records.
    Quarter,
}

/// What the calibration of a table is declared to be.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Bounding {
    /// The bound of the detail.
    pub bound: u32,
    /// The generous bound.
    pub generous: u32,
    /// What each axis means.
    pub roles: Vec<Role>,
    /// The first place of each class of places, which are the generous table's last axis.
    pub places: Vec<u32>,
}

/// Estimates that are calibrated to the recorded counts.
#[derive(Debug, Clone)]
pub struct Calibrated {
    detail: Measured,
    generous: Measured,
    how: Bounding,
    ratio: f64,
    ratio_variance: f64,
    /// Bounded records in all, not below 1.
    whole: f64,
    spread: Spread,
    axes: Vec<AxisModel>,
}

impl Calibrated {
    /// Calibrates the detail to the generous margins. The generous table has the axes of the detail
    /// and then that of places.
    ///
    /// # Errors
    /// [`Unfit::Axis`] when the tables do not fit each other, [`Unfit::Undetermined`] when the generous
    /// measurements don't tell the total.
    pub fn new(detail: Measured, generous: Measured, how: Bounding) -> Result<Self, Unfit> {
        Self::by(detail, generous, how, Ratio::measured)
    }

    /// The same, with the ratio that is likely: what models begin with. Where the generous total is weak beside
    /// its noise and few records are left out, this is nearer to the truth, but not unbiased.
    ///
    /// # Errors
    /// As [`Calibrated::new`].
    pub fn with_likely_ratio(&self) -> Result<Self, Unfit> {
        Self::by(self.detail.clone(), self.generous.clone(), self.how.clone(), Ratio::likely)
    }

    fn by(
        detail: Measured,
        generous: Measured,
        how: Bounding,
        law: fn(f64, f64) -> Ratio,
    ) -> Result<Self, Unfit> {
        let axes = detail.domain().axes().len();
        let same = generous.domain().axes().len() == axes + 1
            && generous.domain().axes()[..axes] == *detail.domain().axes();
        let places = generous.domain().axes().last().map_or(0, |a| a.codes(a.finest()));
        if !same || how.roles.len() != axes || how.places.len() != places {
            return Err(Unfit::Axis);
        }
        let total = |of: &Measured| -> Result<(f64, f64), Unfit> {
            let at = At::new(vec![0; of.domain().axes().len()]);
            Ok((of.cells(&at)?[0], of.variances(&at)?[0]))
        };
        let (bounded, noise) = total(&detail)?;
        let (recorded, generous_noise) = total(&generous)?;
        let told = bounded > TOLD_MIN * noise.sqrt() && bounded >= 1.0;
        let whole = bounded.max(1.0);
        let ratio = if told {
            let measured = recorded / whole;
            law(measured, (generous_noise + measured.powi(2) * noise) / whole.powi(2))
        } else {
            Ratio::UNTOLD
        };
        let (ratio, ratio_variance) = (ratio.mean, ratio.variance);
        let persons = &persons(&generous, &how, ratio)?;
        let bound = how.bound;
        let spread = places::spread(persons, bound, ratio);
        let sources =
            Sources { detail: &detail, generous: &generous, ratio, whole, spread, bound, persons };
        let axes = how.roles.iter().enumerate().map(|(i, role)| sources.axis(i, *role));
        let axes = axes.collect::<Result<_, _>>()?;
        Ok(Self { detail, generous, how, ratio, ratio_variance, whole, spread, axes })
    }

    /// Recorded records for each bounded one, over the whole table.
    #[must_use]
    pub fn ratio(&self) -> f64 {
        self.ratio
    }

    /// The half-widths of the intervals of a margin's cells: the exact width of the noise in the
    /// detail, joined with that of the ratio, which has the law of the generous total's noise, and with what
    /// else calibration adds, which is taken as normal.
    ///
    /// # Errors
    /// As [`Estimates::cells`].
    pub fn half_widths(&self, at: &At, confidence: f64) -> Result<Vec<f64>, Unfit> {
        let widths = self.detail.estimator().half_widths(at, confidence)?.cells();
        let noise = self.detail.variances(at)?;
        let quantile = normal_quantile(confidence);
        let ratio_quantile = self.ratio_quantile(confidence)?;
        let join = |((width, noise), parts): ((f64, f64), Parts)| {
            // The noise in the detail may count for less than the whole of it.
            let part = if noise > 0.0 { parts.own / noise } else { 0.0 };
            let calibration = ratio_quantile.powi(2) * parts.ratio + quantile.powi(2) * parts.added;
            let half = (width.powi(2) * part + calibration).sqrt();
            // To four decimals, as estimates are printed.
            (half * GRID).round() / GRID
        };
        let parts = self.parts(at)?;
        Ok(widths.into_iter().zip(noise).zip(parts).map(join).collect())
    }

    /// How many standard errors of the generous total hold it with this probability.
    fn ratio_quantile(&self, confidence: f64) -> Result<f64, Unfit> {
        let total = At::new(vec![0; self.generous.domain().axes().len()]);
        let width = self.generous.estimator().half_widths(&total, confidence)?.cells()[0];
        let error = self.generous.variances(&total)?[0].sqrt();
        Ok(if error > 0.0 { width / error } else { normal_quantile(confidence) })
    }

    /// The recorded counts of a margin from its bounded ones.
    fn calibrate(&self, at: &At, cells: Vec<f64>) -> Vec<f64> {
        let terms = self.terms(at);
        let calibrated = |(cell, count): (usize, f64)| {
            let beyond = terms.axes.iter().map(|&axis| {
                let level = &self.axes[axis].levels[at.level(axis)];
                level.beyond[terms.place(axis, cell)] * terms.share_without(self, axis, cell)
            });
            self.ratio * count + beyond.sum::<f64>()
        };
        cells.into_iter().enumerate().map(calibrated).collect()
    }

    /// Where the variance of each cell comes from.
    fn parts(&self, at: &At) -> Result<Vec<Parts>, Unfit> {
        let noise = self.detail.variances(at)?;
        let cells = self.detail.cells(at)?;
        let terms = self.terms(at);
        let alone = terms.axes.len() == 1;
        let part = |(cell, (noise, count)): (usize, (f64, f64))| {
            let scaled = self.ratio.powi(2) * noise;
            let level = |axis: usize| &self.axes[axis].levels[at.level(axis)];
            let ratio = count.powi(2) * self.ratio_variance;
            let mut added = 0.0;
            let mut own: f64 = scaled;
            for &axis in &terms.axes {
                let code = terms.place(axis, cell);
                let others = terms.share_without(self, axis, cell);
                added += level(axis).variance[code] * others.powi(2);
                if alone {
                    // What was taken from the generous count no longer rests on the detail.
                    own = scaled * (1.0 - 2.0 * level(axis).taken[code]).max(0.0);
                }
            }
            if terms.axes.len() > 1 {
                let likely = self.likely(count, terms.share(self, cell));
                added += self.chance(&terms, cell) * likely + self.unlike(&terms) * likely.powi(2);
            }
            Parts { own, ratio, added }
        };
        Ok(noise.into_iter().zip(cells).enumerate().map(part).collect())
    }

    /// A bounded count that is likely for a cell: half its estimate, half what its shares say.
    fn likely(&self, estimate: f64, share: f64) -> f64 {
        f64::midpoint(estimate.max(0.0), share * self.whole)
    }

    /// What the spread of records over persons adds for each bounded record of a cell.
    fn chance(&self, terms: &Terms, cell: usize) -> f64 {
        let apart = terms.axes.iter().filter(|a| self.how.roles[**a] != Role::Area);
        let share = |axis: &usize| {
            self.axes[*axis].levels[terms.at.level(*axis)].share[terms.place(*axis, cell)]
        };
        self.spread.at(apart.map(share).product())
    }

    /// How unlike the ratios of cells are beyond what their codes say: half as much as those of codes.
    fn unlike(&self, terms: &Terms) -> f64 {
        terms.axes.iter().map(|a| self.axes[*a].unlike).fold(0.0, f64::max) / 4.0
    }

    fn terms(&self, at: &At) -> Terms {
        let shape: Vec<usize> = self
            .domain()
            .axes()
            .iter()
            .enumerate()
            .map(|(i, axis)| axis.codes(at.level(i)))
            .collect();
        let axes = (0..shape.len()).filter(|axis| at.level(*axis) > 0).collect();
        let mut inner = vec![1; shape.len()];
        for axis in (1..shape.len()).rev() {
            inner[axis - 1] = inner[axis] * shape[axis];
        }
        Terms { at: at.clone(), axes, shape, inner }
    }
}

/// How many persons have at least so many records: as the places tell it, or by a law that fits
/// the ratio.
fn persons(generous: &Measured, how: &Bounding, ratio: f64) -> Result<Vec<f64>, Unfit> {
    let axes = generous.domain().axes().len();
    let last = generous.domain().axes().last().map_or(0, shumar_privacy::estimator::Axis::finest);
    let mut levels = vec![0; axes];
    levels[axes - 1] = u8::try_from(last).unwrap_or(u8::MAX);
    let at = At::new(levels);
    if !generous.estimator().determines(&at) {
        return Ok(places::falling(ratio, how.bound, how.generous));
    }
    let told = |(count, variance): (f64, f64)| if count > variance.sqrt() { count } else { 0.0 };
    let counts = generous.cells(&at)?.into_iter().zip(generous.variances(&at)?).map(told);
    Ok(places::persons(&how.places, &counts.collect::<Vec<_>>(), how.generous))
}

/// Where the variance of a cell comes from: the noise of its detail, the ratio, all else.
struct Parts {
    own: f64,
    ratio: f64,
    added: f64,
}

/// The cells of a margin.
struct Terms {
    at: At,
    /// The axes it is by.
    axes: Vec<usize>,
    shape: Vec<usize>,
    inner: Vec<usize>,
}

impl Terms {
    fn place(&self, axis: usize, cell: usize) -> usize {
        cell / self.inner[axis] % self.shape[axis]
    }

    fn share_without(&self, of: &Calibrated, without: usize, cell: usize) -> f64 {
        let others = self.axes.iter().filter(|a| **a != without);
        others.map(|a| of.axes[*a].levels[self.at.level(*a)].share[self.place(*a, cell)]).product()
    }

    fn share(&self, of: &Calibrated, cell: usize) -> f64 {
        self.share_without(of, usize::MAX, cell)
    }
}

impl Estimates for Calibrated {
    fn domain(&self) -> &Domain {
        self.detail.domain()
    }

    fn cells(&self, at: &At) -> Result<Vec<f64>, Unfit> {
        Ok(self.all_cells(std::slice::from_ref(at))?.pop().unwrap_or_default())
    }

    fn all_cells(&self, wanted: &[At]) -> Result<Vec<Vec<f64>>, Unfit> {
        let detail = self.detail.all_cells(wanted)?;
        Ok(wanted.iter().zip(detail).map(|(at, cells)| self.calibrate(at, cells)).collect())
    }

    fn variances(&self, at: &At) -> Result<Vec<f64>, Unfit> {
        Ok(self.parts(at)?.into_iter().map(|p| p.own + p.ratio + p.added).collect())
    }

    fn query_variance(&self, at: &At, weights: &[f64]) -> Result<f64, Unfit> {
        let noise = self.ratio.powi(2) * self.detail.query_variance(at, weights)?;
        let cells = self.detail.cells(at)?;
        let terms = self.terms(at);
        let sum: f64 = cells.iter().zip(weights).map(|(x, w)| x * w).sum();
        let shares: Vec<f64> = (0..cells.len()).map(|cell| terms.share(self, cell)).collect();
        let mean: f64 = shares.iter().zip(weights).map(|(s, w)| s * w).sum();
        let mut added = sum.powi(2) * self.ratio_variance;
        for &axis in &terms.axes {
            let level = &self.axes[axis].levels[at.level(axis)];
            let mut asked = vec![0.0; level.share.len()];
            for (cell, weight) in weights.iter().enumerate() {
                let others = terms.share_without(self, axis, cell);
                asked[terms.place(axis, cell)] += (weight - mean) * others;
            }
            added += asked.iter().zip(&level.variance).map(|(q, v)| q.powi(2) * v).sum::<f64>();
        }
        if terms.axes.len() > 1 {
            let unlike = self.unlike(&terms);
            for (cell, weight) in weights.iter().enumerate() {
                let likely = self.likely(cells[cell], shares[cell]);
                let variance = self.chance(&terms, cell) * likely + unlike * likely.powi(2);
                added += (weight - mean).powi(2) * variance;
            }
        }
        Ok(noise + added)
    }

    fn query_half_width(&self, at: &At, weights: &[f64], confidence: f64) -> Result<f64, Unfit> {
        let noise = self.ratio.powi(2) * self.detail.query_variance(at, weights)?;
        let all = self.query_variance(at, weights)?;
        let width = self.ratio * self.detail.query_half_width(at, weights, confidence)?;
        let part = if noise > 0.0 { (all / noise).min(1.0) } else { 0.0 };
        let cells = self.detail.cells(at)?;
        let sum: f64 = cells.iter().zip(weights).map(|(x, w)| x * w).sum();
        let ratio = (sum.powi(2) * self.ratio_variance).min((all - noise).max(0.0));
        let added = (all - noise - ratio).max(0.0);
        let calibration = self.ratio_quantile(confidence)?.powi(2) * ratio
            + normal_quantile(confidence).powi(2) * added;
        Ok((width.powi(2) * part + calibration).sqrt())
    }
}
