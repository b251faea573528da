//! The plan of a reporting year: what each measurement of the calendar costs, and how exact the
//! published margins will be. Reads the configuration and the ledger, and no record.

use std::collections::{BTreeMap, BTreeSet};

use shumar_privacy::estimator::Estimator;
use shumar_privacy::noise::normal_quantile;
use shumar_privacy::plan::{Want, divide};
use shumar_privacy::{Cost, Scale, Standing, worst_case};
use shumar_schemas::ledger::{Charge, Row, Rules, Share};
use shumar_schemas::release::{CONFIDENCE, FAIR_MAX, GOOD_MAX};
use shumar_schemas::{Catalog, Config, Count, Family, Margin, Nano, Period, Table, bind};

use crate::ledger::standing;
use crate::strategy::{self, Measure};
use crate::{TransformError, indicators};

mod compare;
mod target;
#[cfg(test)]
mod tests;

pub use compare::{Change, Choice, choices, what_if};
pub use target::{Reached, Target, least_budget};

/// The plan of one reporting year.
#[derive(Debug, Clone)]
pub struct YearPlan {
    /// The reporting year.
    pub year: i32,
    /// Its rules: as fixed by its first release, or as configured.
    pub rules: Rules,
    /// Whether its first release has fixed them.
    pub open: bool,
    /// The worst pattern over what is charged so far.
    pub spent: Nano,
    /// The worst pattern over what is charged and planned.
    pub planned: Nano,
    /// Every table of every release of the calendar.
    pub tables: Vec<TablePlan>,
}

/// A table of a release.
#[derive(Debug, Clone)]
pub struct TablePlan {
    /// The entry of the release calendar.
    pub release: String,
    /// The table.
    pub table: String,
    /// The record kind.
    pub kind: String,
    /// Records or persons.
    pub count: Count,
    /// The most records of one person that it counts.
    pub bound: u32,
    /// Records that the period is expected to hold.
    pub expected: f64,
    /// Loss of a person with as many records as are counted, over all its measurements.
    pub loss: Nano,
    /// Whether it is charged already.
    pub charged: bool,
    /// What it calibrates, if it is there for that.
    pub calibration: Option<CalibrationPlan>,
    /// What is measured.
    pub measured: Vec<MeasurementPlan>,
    /// What is published.
    pub statistics: Vec<StatisticPlan>,
}

/// What a table at the generous bound is there for.
#[derive(Debug, Clone, PartialEq)]
pub struct CalibrationPlan {
    /// The table that it calibrates.
    pub calibrates: String,
    /// The standard error of its total, in records.
    pub standard_error: f64,
}

/// A margin that is measured.
#[derive(Debug, Clone)]
pub struct MeasurementPlan {
    /// The margin, its axes in the order of the table's.
    pub margin: Margin,
    /// Its cells.
    pub cells: u64,
    /// Loss of a person with one counted record.
    pub unit: Nano,
    /// Noise scale: b of the discrete Laplace, σ of the discrete Gaussian.
    pub scale: f64,
}

/// A statistic and its margins.
#[derive(Debug, Clone)]
pub struct StatisticPlan {
    /// Its name.
    pub id: String,
    /// Its margins.
    pub margins: Vec<MarginPlan>,
}

/// A margin and how exact it will be.
#[derive(Debug, Clone)]
pub struct MarginPlan {
    /// Its name.
    pub id: String,
    /// Its cells.
    pub cells: u64,
    /// Records that a cell is expected to hold.
    pub expected: f64,
    /// Largest standard error of its cells by the noise in the detail alone.
    pub noise: f64,
    /// Largest half-width of its 95 % intervals by the noise in the detail alone.
    pub noise_half_width: f64,
    /// Largest standard error of its cells, in records, with that of the calibration.
    pub standard_error: f64,
    /// Largest half-width of its 95 % intervals, in records, with that of the calibration.
    pub half_width: f64,
}

/// What a margin's figures will be good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Worth {
    /// Good figures, as a rule.
    Good,
    /// Figures to be read with care.
    Fair,
    /// Figures that are mostly noise: too weak to publish.
    Weak,
}

impl MarginPlan {
    /// The half-width beside the expected count of a cell.
    #[must_use]
    pub fn relative(&self) -> f64 {
        self.half_width / self.expected.max(1.0)
    }

    /// What the figures of a cell with the expected count will be good for.
    #[must_use]
    pub fn worth(&self) -> Worth {
        let variation = self.standard_error / self.expected.max(1.0);
        if variation <= GOOD_MAX {
            Worth::Good
        } else if variation <= FAIR_MAX {
            Worth::Fair
        } else {
            Worth::Weak
        }
    }
}

impl YearPlan {
    /// Every published margin with its release and statistic.
    pub fn margins(&self) -> impl Iterator<Item = (&str, &str, &MarginPlan)> {
        self.tables.iter().flat_map(|t| {
            t.statistics.iter().flat_map(move |s| {
                s.margins.iter().map(move |m| (t.release.as_str(), s.id.as_str(), m))
            })
        })
    }
}

/// A table of the calendar, and how it is measured.
struct Draft {
    release: String,
    table: Table,
    expected: f64,
    charged: bool,
    measures: Vec<Measure>,
}

/// Plans a reporting year: what is charged stays as charged, and the rest of the scheduled share
/// is divided so that the largest ratio of error to wanted error is as small as it can be, and
/// the same in all tables.
///
/// # Errors
/// A configuration that does not fit, or charges that leave nothing for the other tables.
pub fn year_plan(
    config: &Config,
    catalog: &Catalog,
    ledger: &[Row],
    year: i32,
) -> Result<YearPlan, TransformError> {
    Planner::default().year(config, catalog, ledger, year, None)
}

/// Plans years, and remembers the strategies that it has found.
#[derive(Default)]
pub(crate) struct Planner {
    /// By table and noise: a strategy does not depend on budget or bounds.
    known: BTreeMap<(String, String, &'static str), Vec<Measure>>,
}

impl Planner {
    fn choose(
        &mut self,
        release: &str,
        table: &Table,
        expected: f64,
        family: Family,
    ) -> Result<Vec<Measure>, TransformError> {
        let key = (release.to_owned(), table.id.clone(), family.name());
        if let Some(known) = self.known.get(&key) {
            return Ok(known.clone());
        }
        let chosen = strategy::choose(table, expected, family)?;
        self.known.insert(key, chosen.clone());
        Ok(chosen)
    }

    /// As [`year_plan`], with the period of a release that is being made: one over several years is
    /// measured over all of them.
    pub(crate) fn year(
        &mut self,
        config: &Config,
        catalog: &Catalog,
        ledger: &[Row],
        year: i32,
        making: Option<(&str, Period)>,
    ) -> Result<YearPlan, TransformError> {
        let (standing, now) = (standing(ledger, year), Rules::from(&config.privacy));
        let open = standing.is_some();
        let account = standing.unwrap_or_else(|| Standing::new(now));
        let (spent, charges, rules) =
            (account.spent, account.open_charges(), account.rules.clone());
        let (mut drafts, mut kept) = (Vec::new(), BTreeSet::new());
        for release in &config.releases {
            let period = match (making, release.every.as_str()) {
                (Some((id, period)), _) if id == release.id => period,
                (_, "quarter") => Period::Quarter(year, 1),
                _ => Period::Year(year),
            };
            let place = format!("release `{}`", release.id);
            let statistics = release.tables.iter().map(|id| catalog.statistic(id, &place));
            let statistics = statistics.collect::<Result<Vec<_>, _>>()?;
            let scope = config.scope.as_ref();
            let tables = bind::tables(&statistics, catalog, scope, &rules.bounds, period)?;
            indicators::bound(config, catalog, release, &tables)?;
            for table in tables {
                let expected = strategy::expected(config, catalog, &table.kind, period)?;
                let charged = strategy::charged(&table, &release.id, charges);
                let charged = charged.map(|measures| {
                    let (seqs, measures): (Vec<i64>, Vec<Measure>) = measures.into_iter().unzip();
                    kept.extend(seqs);
                    measures
                });
                drafts.push(Draft {
                    release: release.id.clone(),
                    expected,
                    charged: charged.is_some(),
                    measures: match charged {
                        Some(measures) => measures,
                        None if table.calibrates().is_some() => {
                            strategy::calibrating(&table, expected, &rules)
                        }
                        None => self.choose(&release.id, &table, expected, rules.family)?,
                    },
                    table,
                });
            }
        }
        let before = charges.iter().filter(|(seq, c)| {
            c.share == Share::Scheduled && c.covered_by.is_none() && !kept.contains(seq)
        });
        let before: Vec<Cost> = before.map(|(_, c)| cost(c)).collect();
        let all = drafts
            .iter()
            .enumerate()
            .flat_map(|(group, d)| d.measures.iter().map(move |m| (group, &d.table, m)));
        let parts = strategy::whole_parts(drafts.iter().flat_map(|d| &d.measures));
        let wants: Vec<Want> = all
            .zip(parts)
            .map(|((group, table, measure), parts)| Want {
                kind: table.kind.clone(),
                bound: table.bound,
                group,
                parts,
                fixed: measure.fixed,
            })
            .collect();
        let units = divided(year, &account.open_rules(), &before, &wants)?;
        let fresh = wants.iter().zip(&units).filter(|(want, _)| want.fixed.is_none());
        let fresh = fresh.map(|(want, unit)| Cost {
            kind: want.kind.clone(),
            bound: want.bound,
            unit: *unit,
        });
        let paid = charges.iter().map(|(_, c)| c).filter(|c| c.covered_by.is_none()).map(cost);
        let all: Vec<Cost> = fresh.chain(paid).collect();
        let planned = account.settled().plus(worst_case(&all, rules.family, &rules.bounds));
        let mut units = units.into_iter();
        let mut tables = drafts
            .into_iter()
            .map(|draft| {
                let units = units.by_ref().take(draft.measures.len()).collect();
                table_plan(draft, rules.family, units)
            })
            .collect::<Result<Vec<_>, TransformError>>()?;
        calibrated(&mut tables);
        Ok(YearPlan { year, rules, open, spent, planned, tables })
    }
}

/// The losses of the calendar's measurements: those at the generous bound have a part of the share,
/// the others the rest.
fn divided(
    year: i32,
    rules: &Rules,
    before: &[Cost],
    wants: &[Want],
) -> Result<Vec<Nano>, TransformError> {
    let generous = |bound: u32| bound > rules.bounds.all;
    let of = |side: bool| -> (Vec<Cost>, Vec<Want>) {
        let before = before.iter().filter(|c| generous(c.bound) == side);
        let wants = wants.iter().filter(|w| generous(w.bound) == side);
        (before.cloned().collect(), wants.cloned().collect())
    };
    let within = |cap: Nano| {
        let mut rules = rules.clone();
        rules.shares.scheduled = cap;
        rules
    };
    let (before_them, them) = of(true);
    let part = within(strategy::for_calibration(rules));
    let theirs = divide(year, &part, Share::Scheduled, &before_them, &them)?;
    let cost =
        |(w, unit): (&Want, &Nano)| Cost { kind: w.kind.clone(), bound: w.bound, unit: *unit };
    let all: Vec<Cost> =
        before_them.into_iter().chain(them.iter().zip(&theirs).map(cost)).collect();
    let taken = worst_case(&all, rules.family, &rules.bounds);
    let rest = within(rules.shares.scheduled.minus(taken).unwrap_or_default());
    let (before_others, others) = of(false);
    let ours = divide(year, &rest, Share::Scheduled, &before_others, &others)?;
    let (mut theirs, mut ours) = (theirs.into_iter(), ours.into_iter());
    let next = |w: &Want| if generous(w.bound) { theirs.next() } else { ours.next() };
    wants.iter().map(next).collect::<Option<_>>().ok_or(TransformError::Engine)
}

/// Adds to the errors of calibrated tables what the calibration brings: above all the error of the
/// ratio, which every cell has alike.
fn calibrated(tables: &mut [TablePlan]) {
    let calibrations: Vec<(String, String, f64)> = tables
        .iter()
        .filter_map(|t| {
            let of = t.calibration.as_ref()?;
            Some((
                t.release.clone(),
                of.calibrates.clone(),
                of.standard_error / t.expected.max(1.0),
            ))
        })
        .collect();
    for table in tables {
        let ours = |c: &&(String, String, f64)| c.0 == table.release && c.1 == table.table;
        let Some((_, _, relative)) = calibrations.iter().find(ours) else { continue };
        for margin in table.statistics.iter_mut().flat_map(|s| &mut s.margins) {
            let added = relative * margin.expected;
            margin.standard_error = margin.noise.hypot(added);
            margin.half_width = margin.noise_half_width.hypot(normal_quantile(CONFIDENCE) * added);
        }
    }
}

fn cost(charge: &Charge) -> Cost {
    Cost { kind: charge.kind.clone(), bound: charge.bound, unit: charge.unit }
}

fn table_plan(draft: Draft, family: Family, units: Vec<Nano>) -> Result<TablePlan, TransformError> {
    let Draft { release, table, expected, charged, measures } = draft;
    let mut measured = Vec::new();
    let mut scales = Vec::new();
    for (measure, unit) in measures.into_iter().zip(units) {
        let scale = Scale::of(family, unit, table.bound)?;
        let margin = measure.margin;
        scales.push((strategy::at(&table, &margin), scale));
        let cells = margin.cells(&table) as u64;
        measured.push(MeasurementPlan { margin, cells, unit, scale: scale.value() });
    }
    let estimator = Estimator::new(strategy::domain(&table)?, scales)?;
    let mut statistics = Vec::new();
    for published in &table.published {
        let margins =
            published.margins.iter().map(|m| margin_plan(&table, m, expected, &estimator));
        let margins = margins.collect::<Result<_, TransformError>>()?;
        statistics.push(StatisticPlan { id: published.id.clone(), margins });
    }
    let sum = measured.iter().fold(Nano::ZERO, |sum, m| sum.plus(m.unit));
    let calibration = match table.calibrates() {
        Some(of) => {
            let total = strategy::at(&table, &table.at_depths(&vec![0; table.axes.len()]));
            let variance = estimator.cell_variances(&total)?.cells();
            let standard_error = variance.first().copied().unwrap_or_default().sqrt();
            Some(CalibrationPlan { calibrates: of.to_owned(), standard_error })
        }
        None => None,
    };
    Ok(TablePlan {
        release,
        table: table.id.clone(),
        kind: table.kind.clone(),
        count: table.count,
        bound: table.bound,
        expected,
        loss: family.loss(sum, table.bound),
        charged,
        calibration,
        measured,
        statistics,
    })
}

fn margin_plan(
    table: &Table,
    margin: &Margin,
    expected: f64,
    estimator: &Estimator,
) -> Result<MarginPlan, TransformError> {
    let at = strategy::at(table, margin);
    let largest = |figures: &[f64]| figures.iter().copied().fold(0.0, f64::max);
    let cells = margin.cells(table);
    let noise = largest(estimator.cell_variances(&at)?.figures()).sqrt();
    let noise_half_width = largest(estimator.half_widths(&at, CONFIDENCE)?.figures());
    Ok(MarginPlan {
        id: margin.id.clone(),
        cells: cells as u64,
        expected: expected / f64::from(u32::try_from(cells).unwrap_or(u32::MAX)),
        noise,
        noise_half_width,
        standard_error: noise,
        half_width: noise_half_width,
    })
}
