//! Whether the figures follow from what was measured: rows, sums, and errors.

use std::collections::BTreeMap;

use shumar_privacy::{Scale, noise};
use shumar_schemas::release::{
    CONFIDENCE, MarginDocument, MeasurementDocument, ReleaseDocument, TableDocument,
};

use crate::data::plain;
use crate::read::{Estimate, Folder, Grid, Shape, estimates, measurement};
use crate::verify::{Check, Findings};

/// How far a stated number may be from the recomputed one, relative to it, or to one if smaller.
const TOLERANCE: f64 = 1e-6;
/// Noise outside these scales is none, or drowns everything; formulas are not tried on it.
const SCALES: std::ops::RangeInclusive<f64> = 1e-6..=1e9;

/// The three checks that read the files.
pub(crate) fn checks(folder: &Folder, document: &ReleaseDocument) -> [Check; 3] {
    let mut all = All {
        folder,
        rows: Findings::new("rows"),
        sums: Findings::new("sums"),
        errors: Findings::new("errors"),
        files: 0,
        summed: 0,
        intervals: 0,
    };
    for table in &document.tables {
        match Shape::of(table) {
            Ok(shape) => all.table(table, &shape),
            Err(what) => all.rows.fault(format!("table `{}` {what}", table.id)),
        }
    }
    all.rows.looked(format!("{} files have the rows of their domain, in order", all.files));
    all.sums.looked(format!("{} estimates are sums of measured cells", all.summed));
    all.errors.looked(format!("{} intervals follow from the noise", all.intervals));
    [all.rows.check(), all.sums.check(), all.errors.check()]
}

struct All<'a> {
    folder: &'a Folder,
    rows: Findings,
    sums: Findings,
    errors: Findings,
    files: usize,
    summed: usize,
    intervals: usize,
}

/// A measurement of every cell of a table.
struct Measured<'a> {
    document: &'a MeasurementDocument,
    grid: Grid<'a>,
    noisy: Vec<i64>,
}

impl All<'_> {
    fn table(&mut self, table: &TableDocument, shape: &Shape) {
        let mut whole = Vec::new();
        for document in &table.measurements {
            self.noise(document);
            let Ok(grid) = shape.grid(&document.by) else { continue };
            match measurement(self.folder, &document.file, &grid) {
                Err(error) => self.rows.fault(error.brief()),
                Ok(noisy) => {
                    self.files += 1;
                    if covers(&grid, shape) {
                        whole.push(Measured { document, grid, noisy });
                    }
                }
            }
        }
        let one = match &whole[..] {
            [one] if table.measurements.len() == 1 => Some(one),
            _ => None,
        };
        if one.is_none() && table.measurements.len() != 1 {
            let what =
                format!("table `{}` has {} measurements", table.id, table.measurements.len());
            self.sums.looked(format!("{what}, its estimates were not recomputed"));
            self.errors.looked(format!("{what}, its intervals were not recomputed"));
        } else if one.is_none() {
            let what = format!("the measurement of table `{}` can't be used", table.id);
            self.sums.fault(&what);
            self.errors.fault(what);
        }
        for margin in &table.margins {
            let Ok(grid) = shape.grid(&margin.by) else { continue };
            match estimates(self.folder, &margin.file, &grid) {
                Err(error) => self.rows.fault(error.brief()),
                Ok(cells) => {
                    self.files += 1;
                    if let Some(one) = one {
                        self.margin(margin, &grid, &cells, one);
                    }
                }
            }
        }
    }

    /// The stated variance of one cell.
    fn noise(&mut self, document: &MeasurementDocument) {
        let (file, scale) = (&document.file, document.scale);
        if !SCALES.contains(&scale) {
            return self
                .errors
                .fault(format!("`{file}` states the impossible noise scale {scale}"));
        }
        let expected = noise::variance(&Scale::stated(document.family, scale));
        if !near(document.variance, expected) {
            let stated = document.variance;
            let what = format!("`{file}` states the variance {stated}, its noise has {expected}");
            self.errors.fault(what);
        }
    }

    fn margin(&mut self, margin: &MarginDocument, grid: &Grid, cells: &[Estimate], one: &Measured) {
        let Some(sums) = sums(grid, one) else {
            return self
                .sums
                .fault(format!("`{}` can't be summed from the measurement", margin.file));
        };
        self.summed += cells.len();
        for (row, (cell, (sum, _))) in cells.iter().zip(&sums).enumerate() {
            if !near(cell.value, *sum) {
                let (file, found, sum) = (&margin.file, plain(cell.value), plain(*sum));
                let number = row + 1;
                self.sums.fault(format!(
                    "`{file}` has {found} in row {number}, the cells add up to {sum}"
                ));
            }
        }
        if SCALES.contains(&one.document.scale) {
            self.intervals(margin, cells, &sums, one.document);
        }
    }

    fn intervals(
        &mut self,
        margin: &MarginDocument,
        cells: &[Estimate],
        sums: &[(f64, u64)],
        document: &MeasurementDocument,
    ) {
        let scale = Scale::stated(document.family, document.scale);
        let mut known: BTreeMap<u64, (f64, f64)> = BTreeMap::new();
        let (mut error_most, mut half_most) = (0.0_f64, 0.0_f64);
        self.intervals += cells.len();
        for (row, (cell, (_, count))) in cells.iter().zip(sums).enumerate() {
            let (error, half) = *known.entry(*count).or_insert_with(|| {
                let half = noise::half_width(&scale, *count, CONFIDENCE);
                (noise::standard_error(&scale, *count), half)
            });
            (error_most, half_most) = (error_most.max(error), half_most.max(half));
            let lower = near(cell.lower, (cell.value - half).max(0.0));
            let upper = near(cell.upper, (cell.value + half).max(0.0));
            if !near(cell.error, error) || !lower || !upper {
                let (file, number) = (&margin.file, row + 1);
                self.errors.fault(format!(
                    "`{file}` in row {number}: {count} cells of this noise have the standard \
                     error {error} and the half-width {half}"
                ));
            }
        }
        if !near(margin.standard_error, error_most) || !near(margin.half_width, half_most) {
            let file = &margin.file;
            self.errors.fault(format!(
                "the largest error stated for `{file}` is not {error_most} (±{half_most})"
            ));
        }
    }
}

/// Whether a grid has every dimension of the table, and none at a coarser level.
fn covers(grid: &Grid, shape: &Shape) -> bool {
    grid.columns.len() == shape.axes && grid.columns.iter().all(|c| c.document.level_of.is_none())
}

/// For every row of a margin: the sum of its measured cells, and how many they are.
fn sums(grid: &Grid, one: &Measured) -> Option<Vec<(f64, u64)>> {
    let measured = |axis: usize| one.grid.columns.iter().position(|c| c.axis == axis);
    let steps: Option<Vec<(usize, usize)>> = grid
        .columns
        .iter()
        .enumerate()
        .map(|(k, column)| measured(column.axis).map(|j| (j, k)))
        .collect();
    let steps = steps?;
    let mut sums = vec![(0_i128, 0_u64); grid.cells];
    for (row, noisy) in one.noisy.iter().enumerate() {
        let place = |(j, k): &(usize, usize)| {
            grid.columns[*k].place[one.grid.place(*j, row)] * grid.strides[*k]
        };
        let (sum, count) = &mut sums[steps.iter().map(place).sum::<usize>()];
        *sum += i128::from(*noisy);
        *count += 1;
    }
    #[expect(clippy::cast_precision_loss, reason = "compared within a tolerance")]
    let float = |(sum, count): (i128, u64)| (sum as f64, count);
    Some(sums.into_iter().map(float).collect())
}

fn near(found: f64, expected: f64) -> bool {
    (found - expected).abs() <= TOLERANCE * expected.abs().max(1.0)
}
