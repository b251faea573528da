//! Whether the indicators follow from what was measured: all are worked out anew, by the code that
//! made them, and compared row by row.

use std::panic::{AssertUnwindSafe, catch_unwind};

use shumar_figures::indicator::{self, Source, Worked};
use shumar_figures::{Estimates, Figures, Measured};
use shumar_privacy::Scale;
use shumar_privacy::estimator::At;
use shumar_schemas::release::{
    CONFIDENCE, IndicatorDocument, ReadingsDocument, ReleaseDocument, TableDocument,
};

use crate::data::plain;
use crate::read::{Folder, Shape, flat, measurement, readings};
use crate::verify::{Check, Findings, figures};

/// How far a figure may be from the recomputed one: two units of its last digit, or a part in a
/// million of it.
const TOLERANCE: f64 = 2e-4;
/// Most cells that all rows of all indicators may go through: some minutes of work.
const WORK_MAX: usize = 20_000_000_000;
/// How often a row's noise is worked through.
const QUERIES: usize = 6;

/// The check of all indicators.
pub(crate) fn check(folder: &Folder, document: &ReleaseDocument) -> Check {
    let mut findings = Findings::new("indicators");
    let shapes = document.tables.iter().map(|t| Some((t, Shape::of(t).ok()?)));
    let shapes: Vec<(&TableDocument, Shape<'_>)> = shapes.flatten().collect();
    let used = |table: &TableDocument| {
        let mut terms = document.indicators.iter().flat_map(|i| &i.terms);
        terms.any(|t| t.table == table.id)
    };
    let mut all: Vec<(&TableDocument, Figures)> = Vec::new();
    for (table, shape) in shapes.iter().filter(|(table, _)| used(table)) {
        let calibrates =
            |other: &&(&TableDocument, Shape<'_>)| other.0.calibrates.as_ref() == Some(&table.id);
        let calibrating = shapes.iter().find(calibrates);
        match estimates(folder, (table, shape), calibrating) {
            Some(figures) => all.push((*table, figures)),
            None => {
                findings.fault(format!("the measurements of table `{}` can't be used", table.id));
            }
        }
    }
    let sources: Vec<Source<'_>> =
        all.iter().map(|(table, estimates)| Source { table, estimates }).collect();
    let (mut rows, mut work) = (0, 0_usize);
    for indicator in &document.indicators {
        for file in &indicator.margins {
            work = work.saturating_add(work_of(indicator, file, &shapes));
            if work > WORK_MAX {
                findings.fault(format!("`{}` is too much work to check", file.file));
                continue;
            }
            match compare(folder, (indicator, file), document, &sources) {
                Ok(found) => rows += found,
                Err(fault) => findings.fault(fault),
            }
        }
    }
    let count = document.indicators.len();
    findings.looked(format!("{rows} figures of {count} indicators follow from what was measured"));
    findings.check()
}

/// The estimates of a table from its measurement files, and from those that calibrate it.
pub(crate) fn estimates(
    folder: &Folder,
    (table, shape): (&TableDocument, &Shape<'_>),
    calibrating: Option<&(&TableDocument, Shape<'_>)>,
) -> Option<Figures> {
    let made = || {
        let calibrating = match calibrating {
            Some((other, shape)) => {
                Some((measured(folder, other, shape)?, figures::bounding(table, other)?))
            }
            None => None,
        };
        Figures::new(measured(folder, table, shape)?, calibrating).ok()
    };
    catch_unwind(AssertUnwindSafe(made)).ok().flatten()
}

fn measured(folder: &Folder, table: &TableDocument, shape: &Shape<'_>) -> Option<Measured> {
    Measured::new(shape.domain().ok()?, margins(folder, table, shape)?).ok()
}

/// The estimates of one table from the measurements of several releases of the same records, all of
/// the same shape and bound; what calibrates it in one of them calibrates all. An `imagined` measurement
/// is taken to find what is estimated already: its errors are those that it would have.
pub(crate) fn pooled(
    all: &[(&Folder, &ReleaseDocument, &TableDocument)],
    imagined: Option<(&[String], &Scale)>,
) -> Option<Figures> {
    let (_, _, first) = all.first()?;
    let shape = Shape::of(first).ok()?;
    let made = || {
        let mut together = Vec::new();
        for (folder, _, table) in all {
            together.extend(margins(folder, table, &Shape::of(table).ok()?)?);
        }
        let calibrates = |t: &&TableDocument| t.calibrates.as_ref() == Some(&first.id);
        let find = |(folder, document, _): &(&Folder, &ReleaseDocument, &TableDocument)| {
            let other = document.tables.iter().find(calibrates)?;
            let of_other = measured(folder, other, &Shape::of(other).ok()?)?;
            Some((of_other, figures::bounding(first, other)?))
        };
        let calibrating = all.iter().find_map(find);
        if let Some((by, scale)) = imagined {
            let at = shape.grid(by).ok()?.at;
            let counts = expected(&shape, &together, &at)?;
            together.push((at, *scale, counts));
        }
        let together = Measured::new(shape.domain().ok()?, together).ok()?;
        Figures::new(together, calibrating).ok()
    };
    catch_unwind(AssertUnwindSafe(made)).ok().flatten()
}

/// What a margin would be found to be: its estimates, or where none are determined its share of the total.
#[expect(clippy::cast_possible_truncation, reason = "counts are far below 2^53")]
fn expected(shape: &Shape<'_>, measured: &[(At, Scale, Vec<i64>)], at: &At) -> Option<Vec<i64>> {
    let domain = shape.domain().ok()?;
    let (cells, axes) = (domain.cells(at), domain.axes().len());
    let measured = Measured::new(domain, measured.to_vec()).ok()?;
    let counts = measured.cells(at).or_else(|_| {
        let total = measured.cells(&At::new(vec![0; axes]))?.first().copied().unwrap_or_default();
        let parts = f64::from(u32::try_from(cells).unwrap_or(u32::MAX));
        Ok::<_, shumar_privacy::estimator::Unfit>(vec![total / parts; cells])
    });
    Some(counts.ok()?.into_iter().map(|count| count.round() as i64).collect())
}

/// What was measured of a table.
fn margins(
    folder: &Folder,
    table: &TableDocument,
    shape: &Shape<'_>,
) -> Option<Vec<(At, Scale, Vec<i64>)>> {
    let mut margins = Vec::new();
    for m in &table.measurements {
        let grid = shape.grid(&m.by).ok()?;
        let scale = figures::stated_scale(m)?;
        margins.push((grid.at.clone(), scale, measurement(folder, &m.file, &grid).ok()?));
    }
    Some(margins)
}

/// How many cells the rows of a file go through.
fn work_of(
    indicator: &IndicatorDocument,
    file: &ReadingsDocument,
    shapes: &[(&TableDocument, Shape<'_>)],
) -> usize {
    let cells = |table: &str| -> usize {
        let Some((table, shape)) = shapes.iter().find(|(t, _)| t.id == table) else { return 0 };
        let grids = table.measurements.iter().filter_map(|m| shape.grid(&m.by).ok());
        grids.map(|grid| shape.cells_within(&grid.at)).fold(0, usize::saturating_add)
    };
    let of_terms = indicator.terms.iter().map(|t| cells(&t.table)).fold(0, usize::saturating_add);
    let rows = usize::try_from(file.cells).unwrap_or(usize::MAX);
    of_terms.saturating_mul(rows).saturating_mul(QUERIES)
}

/// How many rows of a file are as they must be, or what is not.
fn compare(
    folder: &Folder,
    (indicator, file): (&IndicatorDocument, &ReadingsDocument),
    document: &ReleaseDocument,
    sources: &[Source<'_>],
) -> Result<usize, String> {
    let name = &file.file;
    let unusable = || format!("`{name}` can't be worked out from the release");
    let made = || indicator::work_out(indicator, file, sources, CONFIDENCE).ok();
    let expected = catch_unwind(AssertUnwindSafe(made)).ok().flatten().ok_or_else(unusable)?;
    let table = flat(indicator, file, &document.tables).ok_or_else(unusable)?;
    let shape = Shape::of(&table).map_err(|_| unusable())?;
    let grid = shape.grid(&file.by).map_err(|_| unusable())?;
    let found = readings(folder, name, &grid).map_err(|e| e.brief())?;
    if expected.len() != found.len() {
        return Err(unusable());
    }
    for (row, (found, expected)) in found.iter().zip(&expected).enumerate() {
        if !same(found, expected) {
            let told = |w: &Worked| match w.reading.value {
                Some(value) => plain(value),
                None => format!("no figure ({})", w.reading.flag.name()),
            };
            let (number, found, expected) = (row + 1, told(found), told(expected));
            return Err(format!(
                "`{name}` has {found} in row {number}, or another interval than that of {expected}, \
                 which follows from the measurements"
            ));
        }
    }
    let withheld = found.iter().filter(|w| w.reading.lower.is_none()).count() as u64;
    if withheld != file.withheld {
        return Err(format!("`{name}` withholds {withheld} figures, not as many as stated"));
    }
    Ok(found.len())
}

fn same(found: &Worked, expected: &Worked) -> bool {
    let numbers = |w: &Worked| {
        [w.reading.value, w.reading.lower, w.reading.upper, w.numerator, w.denominator]
    };
    let near = |(found, expected): (Option<f64>, Option<f64>)| match (found, expected) {
        (Some(a), Some(b)) => (a - b).abs() <= TOLERANCE.max(1e-6 * b.abs()),
        (a, b) => a.is_none() && b.is_none(),
    };
    found.reading.flag == expected.reading.flag
        && numbers(found).into_iter().zip(numbers(expected)).all(near)
}
