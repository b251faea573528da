//! Made-up tables, counted, measured, estimated and written.
//!
//! Places of cells are found here from the codes of each whole cell, by another way than the one
//! that is tested; the estimator is the kernel's own, which has its own tests.

use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, Int64Array, StringArray};
use shumar_privacy::estimator::{At, Axis, Domain, Estimator, GRID};
use shumar_privacy::{Scale, noise};
use shumar_schemas::release::*;
use shumar_schemas::{Family, Nano};

use crate::release::parquet;

/// A table to make up: its dimensions, what is published and measured of it, and the mean of its
/// cells.
pub(crate) struct Made {
    pub(crate) table: TableDocument,
    pub(crate) statistics: Vec<(StatisticDocument, Vec<Vec<String>>)>,
    pub(crate) measured: Vec<(Vec<String>, Nano)>,
    pub(crate) mean: f64,
}

impl Made {
    /// Writes the measurements, paid by one row each from `seq` on, and the estimates.
    pub(crate) fn write(
        self,
        folder: &Path,
        family: Family,
        seq: i64,
    ) -> (TableDocument, Vec<StatisticDocument>) {
        let Self { mut table, statistics, measured, mean } = self;
        let mut numbers = Numbers::of(&table.id);
        let counts = numbers.counts(cells(&table, &bases(&table)), mean);
        let (mut scales, mut noisy) = (Vec::new(), Vec::new());
        for ((by, unit_loss), seq) in measured.into_iter().zip(seq..) {
            let scale = Scale::of(family, unit_loss, table.bound).expect("a scale");
            let mut sums = vec![0; cells(&table, &by)];
            places(&table, &by).iter().zip(&counts).for_each(|(place, n)| sums[*place] += n);
            for n in &mut sums {
                *n += numbers.noise(scale.value());
            }
            let mut columns = codes(&table, &by);
            columns.push((NOISY.to_owned(), Arc::new(Int64Array::from(sums.clone()))));
            let id = name(&by);
            let file = format!("measurements/{}--{id}.parquet", table.id);
            let sha256 = parquet(&folder.join(&file), columns);
            table.measurements.push(MeasurementDocument {
                id,
                by: by.clone(),
                file,
                sha256,
                cells: sums.len() as u64,
                family,
                scale: scale.value(),
                variance: noise::variance(&scale),
                paid_by: vec![seq],
            });
            scales.push((at(&table, &by), scale));
            noisy.push(sums);
        }
        let all: Vec<Vec<String>> = statistics.iter().flat_map(|(_, m)| m.clone()).collect();
        let wanted: Vec<At> = all.iter().map(|by| at(&table, by)).collect();
        let estimator = Estimator::new(domain(&table), scales).expect("an estimator");
        let noisy: Vec<&[i64]> = noisy.iter().map(Vec::as_slice).collect();
        let units = estimator.estimate_on_grid(&noisy, &wanted).expect("estimates");
        let mut estimates = all.iter().zip(units).map(|(by, units)| {
            let values = units.iter().map(|units| *units as f64 / GRID).collect();
            let at = at(&table, by);
            let variances = estimator.cell_variances(&at).expect("variances").cells();
            let errors = variances.into_iter().map(f64::sqrt).collect();
            let halves = estimator.half_widths(&at, CONFIDENCE).expect("half-widths").cells();
            [values, errors, halves].map(|numbers| by_rows(&table, by, &numbers))
        });
        let mut written = Vec::new();
        for (mut statistic, margins) in statistics {
            for by in margins {
                let [values, errors, halves] = estimates.next().expect("an estimate a margin");
                let margin = margin(folder, &table, &statistic.id, by, (values, errors, halves));
                statistic.margins.push(margin);
            }
            written.push(statistic);
        }
        drop(estimates);
        (table, written)
    }
}

fn margin(
    folder: &Path,
    table: &TableDocument,
    statistic: &str,
    by: Vec<String>,
    (values, errors, halves): (Vec<f64>, Vec<f64>, Vec<f64>),
) -> MarginDocument {
    let on_grid = |x: f64| (x * GRID).round().max(0.0) / GRID;
    let end = |sign: f64| values.iter().zip(&halves).map(move |(v, h)| on_grid(v + sign * h));
    let mut columns = codes(table, &by);
    let numbers = [values.clone(), errors.clone(), end(-1.0).collect(), end(1.0).collect()];
    for (name, numbers) in ESTIMATE_COLUMNS.iter().zip(numbers) {
        columns.push(((*name).to_owned(), Arc::new(Float64Array::from(numbers))));
    }
    let id = name(&by);
    let file = format!("estimates/{statistic}--{id}.parquet");
    let sha256 = parquet(&folder.join(&file), columns);
    let most = |x: &[f64]| x.iter().copied().fold(0.0, f64::max);
    let (standard_error, half_width) = (most(&errors), most(&halves));
    let cells = values.len() as u64;
    MarginDocument { id, by, file, sha256, cells, standard_error, half_width }
}

/// Pseudo-random counts and noise.
struct Numbers(u64);

impl Numbers {
    fn of(seed: &str) -> Self {
        Self(seed.bytes().fold(7, |s: u64, b| s.wrapping_mul(31).wrapping_add(u64::from(b))))
    }

    fn uniform(&mut self) -> f64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Skewed counts with a few large cells and many zeros.
    fn counts(&mut self, cells: usize, mean: f64) -> Vec<i64> {
        (0..cells).map(|_| (mean * self.uniform().powi(4) * 5.0).floor() as i64).collect()
    }

    /// Noise that takes some cells below zero.
    fn noise(&mut self, scale: f64) -> i64 {
        ((self.uniform() - 0.5) * 4.0 * scale).round() as i64
    }
}

fn name(by: &[String]) -> String {
    if by.is_empty() { "total".to_owned() } else { by.join("-") }
}

fn find<'a>(table: &'a TableDocument, id: &str) -> &'a DimensionDocument {
    table.dimensions.iter().find(|d| d.id == *id).expect("a dimension")
}

/// The names of the table's dimensions, without coarser levels.
fn bases(table: &TableDocument) -> Vec<String> {
    let bases = table.dimensions.iter().filter(|d| d.level_of.is_none());
    bases.map(|d| d.id.clone()).collect()
}

fn cells(table: &TableDocument, by: &[String]) -> usize {
    by.iter().map(|id| find(table, id).codes.len()).product()
}

/// A dimension's place for a place of the dimension that it is or coarsens.
fn place_in(dimension: &DimensionDocument, base: usize) -> usize {
    let member = dimension.members.get(base);
    member.map_or(base, |m| dimension.codes.iter().position(|c| c.code == *m).expect("a member"))
}

/// For every whole cell of the table its place in a margin, in the margin's own order.
fn places(table: &TableDocument, by: &[String]) -> Vec<usize> {
    let bases = bases(table);
    let mut stride = cells(table, &bases);
    let mut found = vec![vec![0; stride]; by.len()];
    for base in &bases {
        let codes = find(table, base).codes.len();
        stride /= codes;
        for (id, found) in by.iter().zip(&mut found) {
            let dimension = find(table, id);
            if dimension.level_of.as_ref().unwrap_or(&dimension.id) == base {
                let place = |cell: usize| place_in(dimension, cell / stride % codes);
                found.iter_mut().enumerate().for_each(|(cell, found)| *found = place(cell));
            }
        }
    }
    let sizes: Vec<usize> = by.iter().map(|id| find(table, id).codes.len()).collect();
    (0..cells(table, &bases))
        .map(|cell| found.iter().zip(&sizes).fold(0, |place, (f, size)| place * size + f[cell]))
        .collect()
}

/// A margin's columns of codes.
pub(crate) fn codes(table: &TableDocument, by: &[String]) -> Vec<(String, ArrayRef)> {
    let cells = cells(table, by);
    let mut stride = cells;
    let column = |id: &String| {
        let codes = &find(table, id).codes;
        stride /= codes.len();
        let code = |row: usize| codes[row / stride % codes.len()].code.as_str();
        let column: ArrayRef = Arc::new(StringArray::from_iter_values((0..cells).map(code)));
        (id.clone(), column)
    };
    by.iter().map(column).collect()
}

/// The dimensions and levels of each axis, the coarsest first.
fn axes(table: &TableDocument) -> Vec<Vec<&DimensionDocument>> {
    let of = |base: &String| {
        let own = |d: &&DimensionDocument| d.id == *base || d.level_of.as_ref() == Some(base);
        table.dimensions.iter().filter(own).rev().collect()
    };
    bases(table).iter().map(of).collect()
}

pub(crate) fn domain(table: &TableDocument) -> Domain {
    let axis = |levels: Vec<&DimensionDocument>| {
        let base = levels.last().expect("a dimension").codes.len();
        let parents = levels.iter().enumerate().map(|(depth, level)| {
            let mut parents = vec![0; level.codes.len()];
            if depth > 0 {
                let above = levels[depth - 1];
                (0..base).for_each(|b| parents[place_in(level, b)] = place_in(above, b));
            }
            parents
        });
        Axis::nested(parents.collect()).expect("nested levels")
    };
    Domain::new(axes(table).into_iter().map(axis).collect())
}

pub(crate) fn at(table: &TableDocument, by: &[String]) -> At {
    let depth = |levels: Vec<&DimensionDocument>| {
        let depth = levels.iter().position(|d| by.contains(&d.id)).map_or(0, |place| place + 1);
        u8::try_from(depth).expect("few")
    };
    At::new(axes(table).into_iter().map(depth).collect())
}

/// Numbers in the order of the axes, in the order of a margin's rows.
fn by_rows(table: &TableDocument, by: &[String], numbers: &[f64]) -> Vec<f64> {
    let mut sorted = by.to_vec();
    sorted.sort_by_key(|id| table.dimensions.iter().position(|d| d.id == *id));
    let mut rows = vec![0.0; numbers.len()];
    for (row, cell) in places(table, by).into_iter().zip(places(table, &sorted)) {
        rows[row] = numbers[cell];
    }
    rows
}
