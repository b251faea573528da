//! How exact a year's figures will be, tried on made-up worlds of the home's own size before any
//! budget is spent.
//!
//! Each world is counted, measured through the kernel and estimated as a release is. Nothing is read
//! but settings, declared domains and what was said to be expected.

use shumar_figures::{Modelled, displayed, modelled};
use shumar_privacy::estimator::At;
use shumar_privacy::{Accountant, Ask, Decision, Exact, KernelError, Ledger, Reservation};
use shumar_schemas::bind::Published;
use shumar_schemas::ledger::{Row, Rules, Share};
use shumar_schemas::release::FAIR_MAX;
use shumar_schemas::{Catalog, Config, Margin, Period, Table, bind};

use crate::TransformError;
use crate::estimate::{self, Measured};
use crate::plan::{TablePlan, YearPlan};

mod others;
mod world;

use others::Others;

pub use world::Tail;

/// The seed of the worlds: the same home gets the same answer, but for the noise.
const SEED: u64 = 20_261_122;

/// How exact the cells of a published margin were.
#[derive(Debug, Clone, Default)]
pub struct Accuracy {
    /// The entry of the release calendar.
    pub release: String,
    /// The statistic.
    pub statistic: String,
    /// The margin.
    pub margin: String,
    /// Its cells.
    pub cells: usize,
    /// The mean recorded count of a cell.
    pub mean: f64,
    /// Root-mean-square error of the estimates, against all records.
    pub error: f64,
    /// Their mean error.
    pub bias: f64,
    /// The part of 95 % intervals that held the recorded count.
    pub coverage: f64,
    /// The part of cells whose figure is good or fair.
    pub publishable: f64,
    /// Root-mean-square error of the displayed numbers.
    pub displayed: f64,
    /// Their mean error.
    pub displayed_bias: f64,
    /// Root-mean-square error of the modelled counts.
    pub modelled: f64,
    /// The part of their 95 % intervals that held the recorded count.
    pub modelled_coverage: f64,
    /// Root-mean-square error if every margin were measured alone, with the same loss and bound and nothing
    /// calibrated.
    pub alone: f64,
    /// Root-mean-square error if only the finest cells of each statistic were measured, and summed.
    pub summed: f64,
}

/// Tries the plan of a year on worlds with a light and a heavy tail.
///
/// # Privacy
/// Costs nothing: no record is read and no ledger is charged.
///
/// # Errors
/// A configuration that does not fit, or failures of the kernel.
pub fn accuracy(
    config: &Config,
    catalog: &Catalog,
    plan: &YearPlan,
    tail: Tail,
    rounds: u32,
    progress: &mut dyn FnMut(&str),
) -> Result<Vec<Accuracy>, TransformError> {
    let mut found = Vec::new();
    for release in &config.releases {
        let planned: Vec<&TablePlan> =
            plan.tables.iter().filter(|t| t.release == release.id).collect();
        if planned.is_empty() {
            continue;
        }
        let period = match release.every.as_str() {
            "quarter" => Period::Quarter(plan.year, 1),
            _ => Period::Year(plan.year),
        };
        let place = format!("release `{}`", release.id);
        let statistics = release.tables.iter().map(|id| catalog.statistic(id, &place));
        let statistics = statistics.collect::<Result<Vec<_>, _>>()?;
        let bounds = &plan.rules.bounds;
        let tables = bind::tables(&statistics, catalog, config.scope.as_ref(), bounds, period)?;
        for table in tables.iter().filter(|t| t.calibrates().is_none()) {
            progress(&format!("trying {}", table.id));
            let pair = |t: &Table| Some((t.clone(), *planned.iter().find(|p| p.table == t.id)?));
            let Some(detail) = pair(table) else { continue };
            let generous = tables.iter().find(|t| t.calibrates() == Some(&table.id));
            let trial =
                Trial { rules: &plan.rules, period, detail, generous: generous.and_then(pair) };
            found.extend(
                trial
                    .run(tail, rounds)?
                    .into_iter()
                    .map(|a| Accuracy { release: release.id.clone(), ..a }),
            );
        }
    }
    Ok(found)
}

/// A table, and the one that calibrates it, with their plans.
struct Trial<'a> {
    rules: &'a Rules,
    period: Period,
    detail: (Table, &'a TablePlan),
    generous: Option<(Table, &'a TablePlan)>,
}

/// Sums over cells and worlds.
#[derive(Debug, Clone, Copy, Default)]
struct Sums {
    cells: f64,
    count: f64,
    square: f64,
    error: f64,
    held: f64,
    publishable: f64,
    left_out: f64,
    displayed: f64,
    displayed_error: f64,
    modelled: f64,
    modelled_held: f64,
}

/// What stands beside the estimates of a margin, in the order of its own axes.
struct Beside {
    displayed: Option<Vec<u64>>,
    modelled: Modelled,
    /// The place of each cell in the order of the table's axes.
    places: Vec<usize>,
}

impl Trial<'_> {
    fn run(&self, tail: Tail, rounds: u32) -> Result<Vec<Accuracy>, TransformError> {
        let (table, plan) = &self.detail;
        let margins: Vec<(&Published, &Margin)> =
            table.published.iter().flat_map(|p| p.margins.iter().map(move |m| (p, m))).collect();
        let ats: Vec<At> = margins.iter().map(|(_, m)| crate::strategy::at(table, m)).collect();
        let mut sums = vec![Sums::default(); margins.len()];
        let mut dice = world::Dice::new(SEED);
        let everything = u32::MAX;
        for _ in 0..rounds {
            let records = world::world(&mut dice, table, plan.expected, tail);
            let mut purse = Purse::default();
            let measured = self.measure(&mut purse, &self.detail, &records)?;
            let generous = match &self.generous {
                Some(pair) => Some((&pair.0, self.measure(&mut purse, pair, &records)?)),
                None => None,
            };
            let calibrating = generous.as_ref().map(|(table, m)| (*table, m.as_slice()));
            let figures = estimate::figures((table, &measured), calibrating)?;
            let published = estimate::published(table, &figures)?;
            let cells = published.into_iter().flatten();
            // A count of persons is what it is; of records all count.
            let all = if table.count == shumar_schemas::Count::Persons { 1 } else { everything };
            let shown = displayed(&figures, &ats)?;
            let models = modelled(&figures.with_likely_ratio()?, &ats, &[])?;
            let beside = shown.into_iter().zip(models).zip(&margins);
            let beside = beside.map(|((displayed, modelled), (_, margin))| Beside {
                displayed,
                modelled,
                places: margin.in_axis_order(table),
            });
            let rows = margins.iter().zip(cells).zip(beside).zip(&mut sums);
            for ((((_, margin), cells), beside), sums) in rows {
                let truth = world::count(&records, table, margin, all);
                let bounded = world::count(&records, table, margin, table.bound);
                for (i, cell) in cells.iter().enumerate() {
                    sums.add(cell, as_f64(truth[i]), as_f64(bounded[i]));
                    sums.add_beside(&beside, i, cell, as_f64(truth[i]));
                }
            }
        }
        let told = |((statistic, margin), sums): ((&Published, &Margin), Sums)| {
            sums.told((statistic, margin), table, self.others(statistic, margin))
        };
        Ok(margins.into_iter().zip(sums).map(told).collect())
    }

    /// Measures a made-up world through accountant and kernel, as a release is.
    fn measure(
        &self,
        purse: &mut Purse,
        (table, plan): &(Table, &TablePlan),
        records: &[world::Record],
    ) -> Result<Vec<Measured>, TransformError> {
        let ask = |m: &crate::plan::MeasurementPlan| Ask {
            table: table.id.clone(),
            margin: m.margin.id.clone(),
            fingerprint: table.fingerprint_of(&m.margin.by),
            kind: table.kind.clone(),
            bound: table.bound,
            unit: m.unit,
        };
        let reservation = Reservation {
            release: "trial".to_owned(),
            series: "trial".to_owned(),
            period: self.period,
            share: Share::Scheduled,
            rules: self.rules.clone(),
            asks: plan.measured.iter().map(ask).collect(),
        };
        let spends = Accountant::new(purse).reserve(&reservation)?;
        let mut measured = Vec::new();
        for (m, spend) in plan.measured.iter().zip(spends) {
            let counts = world::count(records, table, &m.margin, table.bound);
            let exact = Exact::claim(counts, &table.fingerprint_of(&m.margin.by), table.bound)?;
            let released = exact.measure(spend)?;
            measured.push(Measured {
                margin: m.margin.clone(),
                noisy: released.noisy().to_vec(),
                scale: *released.scale(),
            });
        }
        Ok(measured)
    }
}

impl Sums {
    fn add(&mut self, cell: &estimate::Cell, truth: f64, bounded: f64) {
        let error = cell.estimate - truth;
        let (lower, upper) = cell.interval();
        self.cells += 1.0;
        self.count += truth;
        self.square += error.powi(2);
        self.error += error;
        self.held += f64::from(u8::from((lower..=upper).contains(&truth)));
        let fair = cell.standard_error / cell.estimate.max(1.0) <= FAIR_MAX;
        self.publishable += f64::from(u8::from(fair));
        self.left_out += (truth - bounded).powi(2);
    }

    fn add_beside(&mut self, beside: &Beside, cell: usize, estimated: &estimate::Cell, truth: f64) {
        let place = beside.places[cell];
        // Where no such numbers were found the estimate is shown.
        let displayed = match &beside.displayed {
            Some(numbers) => as_f64(i64::try_from(numbers[place]).unwrap_or(i64::MAX)),
            None => estimated.estimate,
        };
        self.displayed += (displayed - truth).powi(2);
        self.displayed_error += displayed - truth;
        let model = &beside.modelled;
        self.modelled += (model.cells[place] - truth).powi(2);
        let held = (model.low[place]..=model.high[place]).contains(&truth);
        self.modelled_held += f64::from(u8::from(held));
    }

    fn told(
        self,
        (statistic, margin): (&Published, &Margin),
        table: &Table,
        others: Others,
    ) -> Accuracy {
        let mean = |sum: f64| sum / self.cells.max(1.0);
        Accuracy {
            release: String::new(),
            statistic: statistic.id.clone(),
            margin: margin.id.clone(),
            cells: margin.cells(table),
            mean: mean(self.count),
            error: mean(self.square).sqrt(),
            bias: mean(self.error),
            coverage: mean(self.held),
            publishable: mean(self.publishable),
            displayed: mean(self.displayed).sqrt(),
            displayed_bias: mean(self.displayed_error),
            modelled: mean(self.modelled).sqrt(),
            modelled_coverage: mean(self.modelled_held),
            alone: (others.alone + mean(self.left_out)).sqrt(),
            summed: (others.summed + mean(self.left_out)).sqrt(),
        }
    }
}

/// A ledger that is gone after the trial.
#[derive(Default)]
struct Purse(Vec<Row>);

impl Ledger for Purse {
    fn transact(&mut self, decide: &mut Decision<'_>) -> Result<Vec<i64>, KernelError> {
        let first = self.0.len();
        for (year, entry) in decide(&self.0)? {
            let seq = i64::try_from(self.0.len()).map_err(|_| KernelError::Shape)? + 1;
            self.0.push(Row { seq, at: String::new(), year, entry, hash: String::new() });
        }
        Ok(self.0.iter().skip(first).map(|row| row.seq).collect())
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts of a made-up world")]
fn as_f64(n: i64) -> f64 {
    n as f64
}

#[cfg(test)]
mod tests;
