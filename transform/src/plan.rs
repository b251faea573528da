//! The plan of a reporting year: what each table of the calendar costs, and how exact its margins
//! will be. Reads the configuration and the ledger, and no record.

use std::collections::BTreeMap;

use shumar_privacy::plan::{Want, divide};
use shumar_privacy::{Cost, Scale, noise};
use shumar_schemas::ledger::{Charge, Row, Rules, Share};
use shumar_schemas::release::CONFIDENCE;
use shumar_schemas::{Catalog, Config, Count, Family, Nano, Period, Table, bind};

use crate::TransformError;
use crate::ledger::standing;

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
    /// Loss of a person with one counted record.
    pub unit: Nano,
    /// Loss of a person with as many as are counted.
    pub loss: Nano,
    /// Noise scale: b of the discrete Laplace, σ of the discrete Gaussian.
    pub scale: f64,
    /// Cells of the table.
    pub cells: u64,
    /// Whether it is charged already.
    pub charged: bool,
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
    /// Largest standard error of its cells, in records.
    pub standard_error: f64,
    /// Largest half-width of its 95 % intervals, in records.
    pub half_width: f64,
}

/// Plans a reporting year: what is charged stays as charged, fixed losses stay fixed, and the
/// rest of the scheduled share is divided by weight.
///
/// # Errors
/// A configuration that does not fit, or fixed losses that leave nothing for the other tables.
pub fn year_plan(
    config: &Config,
    catalog: &Catalog,
    ledger: &[Row],
    year: i32,
) -> Result<YearPlan, TransformError> {
    let standing = standing(ledger, year);
    let (open, spent) = (standing.is_some(), standing.as_ref().map_or(Nano::ZERO, |s| s.spent));
    let charges = standing.as_ref().map(|s| s.charges.as_slice()).unwrap_or_default();
    let rules = standing.as_ref().map_or_else(|| Rules::from(&config.privacy), |s| s.rules.clone());
    let (mut tables, mut wants) = (Vec::new(), Vec::new());
    for release in &config.releases {
        let period = match release.every.as_str() {
            "quarter" => Period::Quarter(year, 1),
            _ => Period::Year(year),
        };
        for id in &release.tables {
            let statistic = catalog.statistic(id, &format!("release `{}`", release.id))?;
            let table =
                bind::bind(statistic, catalog, config.scope.as_ref(), &rules.bounds, period)?;
            let charged = charges
                .iter()
                .map(|(_, c)| c)
                .find(|c| c.series == release.id && c.table == *id)
                .map(|c| c.unit);
            wants.push(Want {
                kind: table.kind.clone(),
                bound: table.bound,
                weight: statistic.weight,
                fixed: charged.or(statistic.loss),
            });
            tables.push((release.id.clone(), table, charged.is_some()));
        }
    }
    let planned = |c: &Charge| {
        tables.iter().any(|(release, table, _): &(String, Table, bool)| {
            *release == c.series && table.id == c.table
        })
    };
    let before: Vec<Cost> = charges
        .iter()
        .map(|(_, c)| c)
        .filter(|c| c.share == Share::Scheduled && c.covered_by.is_none() && !planned(c))
        .map(|c| Cost { kind: c.kind.clone(), bound: c.bound, unit: c.unit })
        .collect();
    let units = divide(year, &rules, Share::Scheduled, &before, &wants)?;
    let tables = tables
        .into_iter()
        .zip(units)
        .map(|((release, table, charged), unit)| {
            table_plan(release, &table, rules.family, unit, charged)
        })
        .collect::<Result<Vec<_>, TransformError>>()?;
    Ok(YearPlan { year, rules, open, spent, tables })
}

fn table_plan(
    release: String,
    table: &Table,
    family: Family,
    unit: Nano,
    charged: bool,
) -> Result<TablePlan, TransformError> {
    let scale = Scale::of(family, unit, table.bound)?;
    let margins = table.margins.iter().map(|m| margin_plan(table, m, &scale)).collect();
    Ok(TablePlan {
        release,
        table: table.id.clone(),
        kind: table.kind.clone(),
        count: table.count,
        bound: table.bound,
        unit,
        loss: family.loss(unit, table.bound),
        scale: scale.value(),
        cells: table.cells() as u64,
        charged,
        margins,
    })
}

fn margin_plan(table: &Table, margin: &shumar_schemas::Margin, scale: &Scale) -> MarginPlan {
    let mut summed: BTreeMap<u32, u64> = BTreeMap::new();
    for cell in margin.cell_of(table) {
        *summed.entry(cell).or_insert(0) += 1;
    }
    let most = summed.values().copied().max().unwrap_or(1);
    MarginPlan {
        id: margin.id.clone(),
        cells: summed.len() as u64,
        standard_error: noise::standard_error(scale, most),
        half_width: noise::half_width(scale, most, CONFIDENCE),
    }
}
