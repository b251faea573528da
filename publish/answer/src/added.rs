//! One table over several periods: the estimated counts of several releases, added up.
//!
//! Releases of different periods err independently, so variances add. The half-width of a sum is the
//! root of the squares of those of its parts, which for laws between the normal and the Laplace one is
//! never too little.

use shumar_figures::{Estimates, Figures};
use shumar_privacy::estimator::{At, Domain, Unfit};

/// What one release adds.
pub(crate) struct Addend {
    /// Its estimates.
    pub(crate) figures: Figures,
    /// Which part of its period counts; all of it if none.
    pub(crate) within: Option<Within>,
}

/// The codes of the calendar that count.
pub(crate) struct Within {
    /// The calendar's axis.
    pub(crate) axis: usize,
    /// Its level.
    pub(crate) depth: u8,
    /// Which of its codes count.
    pub(crate) counts: Vec<bool>,
}

/// The sum of several releases' counts, cell by cell. They must be of the same table.
pub(crate) struct Added {
    first: Addend,
    others: Vec<Addend>,
}

impl Added {
    /// The sum; none of nothing, and none of tables of different axes.
    pub(crate) fn of(mut all: Vec<Addend>) -> Option<Self> {
        let others = all.split_off(all.len().min(1));
        let first = all.pop()?;
        let axes = first.figures.domain().axes().len();
        let same = |a: &Addend| a.figures.domain().axes().len() == axes;
        others.iter().all(same).then_some(Self { first, others })
    }

    fn each(&self) -> impl Iterator<Item = &Addend> {
        std::iter::once(&self.first).chain(&self.others)
    }
}

impl Estimates for Added {
    fn domain(&self) -> &Domain {
        self.first.figures.domain()
    }

    fn cells(&self, at: &At) -> Result<Vec<f64>, Unfit> {
        self.each().try_fold(Vec::new(), |all, part| plus(all, part.cells(at)?))
    }

    fn variances(&self, at: &At) -> Result<Vec<f64>, Unfit> {
        self.each().try_fold(Vec::new(), |all, part| plus(all, part.variances(at)?))
    }

    fn query_variance(&self, at: &At, weights: &[f64]) -> Result<f64, Unfit> {
        self.each().try_fold(0.0, |all, part| {
            let (at, weights) = part.asked(at, weights)?;
            Ok(all + part.figures.query_variance(&at, &weights)?)
        })
    }

    fn query_half_width(&self, at: &At, weights: &[f64], confidence: f64) -> Result<f64, Unfit> {
        self.each().try_fold(0.0_f64, |all, part| {
            let (at, weights) = part.asked(at, weights)?;
            Ok(all.hypot(part.figures.query_half_width(&at, &weights, confidence)?))
        })
    }
}

impl Addend {
    fn cells(&self, at: &At) -> Result<Vec<f64>, Unfit> {
        let Some(within) = &self.within else { return self.figures.cells(at) };
        let finer = within.finer(at)?;
        let mut sums = vec![0.0; self.figures.domain().cells(at)];
        let inner = within.inner(self.figures.domain(), &finer);
        for (cell, value) in self.figures.cells(&finer)?.into_iter().enumerate() {
            if let Some(place) = within.place(cell, inner) {
                sums[place] += value;
            }
        }
        Ok(sums)
    }

    fn variances(&self, at: &At) -> Result<Vec<f64>, Unfit> {
        if self.within.is_none() {
            return self.figures.variances(at);
        }
        let cells = self.figures.domain().cells(at);
        let variance = |cell: usize| {
            let mut weights = vec![0.0; cells];
            weights[cell] = 1.0;
            let (at, weights) = self.asked(at, &weights)?;
            self.figures.query_variance(&at, &weights)
        };
        (0..cells).map(variance).collect()
    }

    /// A sum over a margin as this release's own: over the margin with the calendar.
    fn asked(&self, at: &At, weights: &[f64]) -> Result<(At, Vec<f64>), Unfit> {
        let Some(within) = &self.within else { return Ok((at.clone(), weights.to_vec())) };
        let (finer, domain) = (within.finer(at)?, self.figures.domain());
        let inner = within.inner(domain, &finer);
        let weight = |cell: usize| within.place(cell, inner).and_then(|p| weights.get(p).copied());
        let all = (0..domain.cells(&finer)).map(|cell| weight(cell).unwrap_or_default()).collect();
        Ok((finer, all))
    }
}

impl Within {
    /// A margin with the calendar.
    fn finer(&self, at: &At) -> Result<At, Unfit> {
        let mut levels = at.levels().to_vec();
        match levels.get_mut(self.axis) {
            Some(level) if *level == 0 => *level = self.depth,
            _ => return Err(Unfit::Axis),
        }
        Ok(At::new(levels))
    }

    /// How many cells one code of the calendar has behind it.
    fn inner(&self, domain: &Domain, at: &At) -> usize {
        let behind = domain.axes().iter().enumerate().skip(self.axis + 1);
        behind.map(|(i, axis)| axis.codes(at.level(i))).product()
    }

    /// The cell without the calendar that a cell counts towards, if it counts.
    fn place(&self, cell: usize, inner: usize) -> Option<usize> {
        let (outer, rest) = (cell / inner, cell % inner);
        let codes = self.counts.len();
        self.counts[outer % codes].then_some(outer / codes * inner + rest)
    }
}

fn plus(all: Vec<f64>, more: Vec<f64>) -> Result<Vec<f64>, Unfit> {
    if all.is_empty() {
        return Ok(more);
    }
    if all.len() != more.len() {
        return Err(Unfit::Cells { cells: all.len(), found: more.len() });
    }
    Ok(all.into_iter().zip(more).map(|(a, b)| a + b).collect())
}
