//! Whether the figures follow from what was measured: rows, sums, and errors.
//!
//! All estimates of a table are made anew from its measurement files, by the estimator that made
//! them, and compared row by row.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use shumar_figures::{Bounding, Estimates, Figures, Role};
use shumar_privacy::estimator::{At, GRID};
use shumar_privacy::{Scale, noise};
use shumar_schemas::release::{
    CONFIDENCE, CodeDocument, DimensionDocument, MarginDocument, MeasurementDocument,
    ReleaseDocument, TableDocument,
};

use crate::data::plain;
use crate::read::{Estimate, Folder, Shape, estimates, measurement};
use crate::verify::account::BOUND_MAX;
use crate::verify::adding::{self, Listed};
use crate::verify::{Check, Findings};

/// How far a stated error may be from the recomputed one, relative to it, or to one if smaller;
/// and how far an estimate may be, which is far less than the unit of 10⁻⁴.
const TOLERANCE: f64 = 1e-6;
/// Noise outside these scales is none, or drowns everything; formulas are not tried on it.
const SCALES: std::ops::RangeInclusive<f64> = 1e-6..=1e9;
/// Noise of a smaller variance is none.
const VARIANCE_MIN: f64 = 1e-6;
/// Most that the noisy counts of a measurement can be together: 2⁵³ units of 10⁻⁴.
const COUNTS_MAX: u128 = 900_719_925_474;
/// Most terms of noise in all different cells of a release: some minutes of work.
const TERMS_MAX: usize = 50_000_000;
/// What a cell's interval takes beside its terms, in terms.
const TERMS_EACH: usize = 200;

/// The three checks that read the files.
pub(crate) fn checks(folder: &Folder, document: &ReleaseDocument) -> [Check; 3] {
    let mut all = All {
        folder,
        rows: Findings::new("rows"),
        sums: Findings::new("sums"),
        errors: Findings::new("errors"),
        files: 0,
        followed: 0,
        pairs: 0,
        intervals: 0,
        terms: 0,
    };
    let mut tables: Vec<Read> = Vec::new();
    for document in &document.tables {
        match Shape::of(document) {
            Ok(shape) => {
                let measured = all.measured(document, &shape);
                tables.push(Read { document, shape, measured });
            }
            Err(what) => all.rows.fault(format!("table `{}` {what}", document.id)),
        }
    }
    for table in &tables {
        let statistics = document.statistics.iter().filter(|s| s.table == table.document.id);
        let margins: Vec<&MarginDocument> = statistics.flat_map(|s| &s.margins).collect();
        let calibrates = |t: &&Read| t.document.calibrates.as_ref() == Some(&table.document.id);
        all.table(table, tables.iter().find(calibrates), &margins);
    }
    let All { files, followed, pairs, intervals, .. } = all;
    all.rows.looked(format!("{files} files have the rows of their domain, in order"));
    all.sums.looked(format!(
        "{followed} estimates follow from the measured cells, and {pairs} pairs of margins add up"
    ));
    all.errors.looked(format!("{intervals} intervals follow from the noise"));
    [all.rows.check(), all.sums.check(), all.errors.check()]
}

struct All<'a> {
    folder: &'a Folder,
    rows: Findings,
    sums: Findings,
    errors: Findings,
    files: usize,
    followed: usize,
    pairs: usize,
    intervals: usize,
    terms: usize,
}

/// The measurements of a table, all of them read.
type Measured = Vec<(At, Scale, Vec<i64>)>;

/// A table as it was read.
struct Read<'a> {
    document: &'a TableDocument,
    shape: Shape<'a>,
    measured: Option<Measured>,
}

/// What the measurements of a table say of its published margins.
struct Recomputed {
    figures: Figures,
    measured: Vec<At>,
    /// In units of 1/[`GRID`], in the order of the axes.
    units: BTreeMap<At, Vec<i64>>,
}

impl All<'_> {
    fn table(&mut self, read: &Read, calibrating: Option<&Read>, margins: &[&MarginDocument]) {
        let Read { document: table, shape, .. } = read;
        let grids = margins.iter().filter_map(|m| Some((*m, shape.grid(&m.by).ok()?)));
        let grids: Vec<_> = grids.collect();
        let mut wanted: Vec<At> = grids.iter().map(|(_, grid)| grid.at.clone()).collect();
        wanted.sort_unstable();
        wanted.dedup();
        let recomputed = recompute(read, calibrating, wanted);
        if recomputed.is_none() {
            let what = format!("the measurements of table `{}` can't be used", table.id);
            self.sums.fault(&what);
            self.errors.fault(what);
        }
        let mut listed = Vec::new();
        for (margin, grid) in grids {
            match estimates(self.folder, &margin.file, &grid) {
                Err(error) => self.rows.fault(error.brief()),
                Ok(cells) => {
                    self.files += 1;
                    let order = grid.in_axis_order();
                    if let Some(recomputed) = &recomputed {
                        let units = recomputed.units.get(&grid.at).map_or(&[][..], Vec::as_slice);
                        self.follow(margin, &cells, &order, units);
                        self.errors_of(margin, &cells, (shape, &grid.at, &order), recomputed);
                    }
                    listed.extend(Listed::of(margin, grid.at, &cells, &order, &mut self.sums));
                }
            }
        }
        self.pairs += adding::check(shape, &listed, &mut self.sums);
    }

    /// All measurements of a table, unless one of them can't be used.
    fn measured(&mut self, table: &TableDocument, shape: &Shape) -> Option<Measured> {
        let mut found = Measured::new();
        for document in &table.measurements {
            let scale = self.noise(document);
            let Ok(grid) = shape.grid(&document.by) else { continue };
            match measurement(self.folder, &document.file, &grid) {
                Err(error) => self.rows.fault(error.brief()),
                Ok(noisy) => {
                    self.files += 1;
                    let whole = noisy.iter().map(|n| u128::from(n.unsigned_abs())).sum::<u128>();
                    if whole > COUNTS_MAX {
                        self.sums.fault(format!("`{}` has impossible counts", document.file));
                    } else if let Some(scale) = scale {
                        found.push((grid.at, scale, noisy));
                    }
                }
            }
        }
        (found.len() == table.measurements.len()).then_some(found)
    }

    /// The noise of a measurement, if it can be any; the stated variance of one cell is its own.
    fn noise(&mut self, document: &MeasurementDocument) -> Option<Scale> {
        let (file, value) = (&document.file, document.scale);
        let Some(scale) = stated_scale(document) else {
            self.errors.fault(format!("`{file}` states the impossible noise scale {value}"));
            return None;
        };
        let expected = noise::variance(&scale);
        if !near(document.variance, expected) {
            let stated = document.variance;
            let what = format!("`{file}` states the variance {stated}, its noise has {expected}");
            self.errors.fault(what);
        }
        Some(scale)
    }

    fn follow(
        &mut self,
        margin: &MarginDocument,
        cells: &[Estimate],
        order: &[usize],
        units: &[i64],
    ) {
        self.followed += cells.len();
        for (row, (cell, place)) in cells.iter().zip(order).enumerate() {
            #[expect(clippy::cast_precision_loss, reason = "compared within a tolerance")]
            let expected = units.get(*place).map(|units| *units as f64 / GRID);
            if !expected.is_some_and(|e| (cell.value - e).abs() <= TOLERANCE) {
                let (file, found, number) = (&margin.file, plain(cell.value), row + 1);
                let expected = expected.map_or("nothing".to_owned(), plain);
                self.sums.fault(format!(
                    "`{file}` has {found} in row {number}, from the measurements follows {expected}"
                ));
            }
        }
    }

    fn errors_of(
        &mut self,
        margin: &MarginDocument,
        cells: &[Estimate],
        (shape, at, order): (&Shape, &At, &[usize]),
        recomputed: &Recomputed,
    ) {
        let file = &margin.file;
        let kinds = shape.kinds(at);
        self.terms = self.terms.saturating_add(kinds.saturating_mul(terms(at, recomputed)));
        if self.terms > TERMS_MAX {
            return self.errors.fault(format!("`{file}` has too many different errors to check"));
        }
        let Some((errors, halves)) = reliability(&recomputed.figures, at) else {
            return self.errors.fault(format!("the errors of `{file}` can't be computed"));
        };
        let (mut error_most, mut half_most) = (0.0_f64, 0.0_f64);
        self.intervals += cells.len();
        for (row, (cell, place)) in cells.iter().zip(order).enumerate() {
            let (error, half) = (errors[*place], halves[*place]);
            (error_most, half_most) = (error_most.max(error), half_most.max(half));
            let lower = near(cell.lower, (cell.value - half).max(0.0));
            let upper = near(cell.upper, (cell.value + half).max(0.0));
            if !near(cell.error, error) || !lower || !upper {
                let number = row + 1;
                self.errors.fault(format!(
                    "`{file}` in row {number}: by its noise it has the standard error {error} and \
                     the half-width {half}"
                ));
            }
        }
        if !near(margin.standard_error, error_most) || !near(margin.half_width, half_most) {
            self.errors.fault(format!(
                "the largest error stated for `{file}` is not {error_most} (±{half_most})"
            ));
        }
    }
}

/// The estimates of a table, made anew. Should the estimator panic on numbers that no home can
/// have measured, that is one more way of not being able to use them.
fn recompute(read: &Read, calibrating: Option<&Read>, wanted: Vec<At>) -> Option<Recomputed> {
    let table = |read: &Read| {
        let measured = read.measured.clone()?;
        shumar_figures::Measured::new(read.shape.domain().ok()?, measured).ok()
    };
    let made = || {
        let measured = read.measured.iter().flatten().map(|(at, ..)| at.clone()).collect();
        let calibrating = match calibrating {
            Some(other) => Some((table(other)?, bounding(read.document, other.document)?)),
            None => None,
        };
        let figures = Figures::new(table(read)?, calibrating).ok()?;
        let units = figures.on_grid(&wanted).ok()?;
        let units = wanted.into_iter().zip(units).collect();
        Some(Recomputed { figures, measured, units })
    };
    catch_unwind(AssertUnwindSafe(made)).ok().flatten()
}

fn role(dimension: &DimensionDocument) -> Role {
    match dimension {
        d if d.area => Role::Area,
        d if d.quarters => Role::Quarter,
        _ => Role::Code,
    }
}

/// The noise that a measurement states, if there can be such noise.
pub(crate) fn stated_scale(document: &MeasurementDocument) -> Option<Scale> {
    let scale =
        SCALES.contains(&document.scale).then(|| Scale::stated(document.family, document.scale))?;
    let variance = noise::variance(&scale);
    (variance >= VARIANCE_MIN && variance.is_finite()).then_some(scale)
}

/// How a table and the one that calibrates it are bounded; places are named by the first of each class.
pub(super) fn bounding(table: &TableDocument, other: &TableDocument) -> Option<Bounding> {
    let own = table.dimensions.iter().filter(|d| d.level_of.is_none());
    let places = other.dimensions.iter().rfind(|d| d.level_of.is_none())?;
    let first = |code: &CodeDocument| code.code.split('-').next()?.parse().ok();
    (1..=BOUND_MAX).contains(&other.bound).then_some(())?;
    Some(Bounding {
        bound: table.bound,
        generous: other.bound,
        roles: own.map(role).collect(),
        places: places.codes.iter().map(first).collect::<Option<_>>()?,
    })
}

/// Standard errors and half-widths of a margin's cells, in the order of the axes.
fn reliability(figures: &Figures, at: &At) -> Option<(Vec<f64>, Vec<f64>)> {
    let made = || {
        let variances = figures.variances(at).ok()?;
        let halves = figures.half_widths(at, CONFIDENCE).ok()?;
        Some((variances.into_iter().map(f64::sqrt).collect(), halves))
    };
    catch_unwind(AssertUnwindSafe(made)).ok().flatten()
}

/// How many terms of noise a cell of a margin has, and what its interval takes beside them.
fn terms(at: &At, recomputed: &Recomputed) -> usize {
    let common = |(own, other): (&u8, &u8)| usize::from(*own.min(other)) + 1;
    let of = |m: &At| at.levels().iter().zip(m.levels()).map(common).product::<usize>();
    TERMS_EACH + recomputed.measured.iter().map(of).sum::<usize>()
}

fn near(found: f64, expected: f64) -> bool {
    (found - expected).abs() <= TOLERANCE * expected.abs().max(1.0)
}
