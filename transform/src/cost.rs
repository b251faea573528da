//! What the tables of a release may cost: as planned, or as the share for revisions allows when
//! noise that was paid for was lost.

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::Connection;
use shumar_privacy::plan::{Want, divide};
use shumar_privacy::{Cost, standing};
use shumar_schemas::ledger::{Row, Share};
use shumar_schemas::{Family, Nano, Period, ReleasePlan, Table};

use crate::TransformError;
use crate::ledger::rows;
use crate::plan::year_plan;
use crate::workshop::Workshop;

/// The loss at one record of each table of the release, by the plan of every year it touches; the
/// smallest where years differ. A table whose noise was paid for but lost in a crash gets what the
/// share for revisions still holds.
pub(crate) fn units(
    workshop: &Workshop<'_>,
    register: &Connection,
    plan: &ReleasePlan,
    period: Period,
    missing: &[&Table],
) -> Result<BTreeMap<String, Nano>, TransformError> {
    let ledger = rows(register)?;
    let mut units: BTreeMap<String, Nano> = BTreeMap::new();
    let mut lost: Vec<String> = Vec::new();
    let mut at_most = |table: String, unit: Nano| {
        let smallest = units.entry(table).or_insert(unit);
        *smallest = unit.min(*smallest);
    };
    for year in period.years() {
        let planned = year_plan(workshop.config, workshop.catalog, &ledger, year)?;
        for table in planned.tables.into_iter().filter(|t| t.release == plan.id) {
            at_most(table.table, table.unit);
        }
        for (table, unit) in again(&ledger, plan, period, year, missing)? {
            lost.push(table.clone());
            at_most(table, unit);
        }
    }
    if !lost.is_empty() && !workshop.redraw {
        return Err(needs_consent(workshop, &ledger, period, &lost, &units));
    }
    Ok(units)
}

/// Says what drawing lost noise again would mean.
fn needs_consent(
    workshop: &Workshop<'_>,
    ledger: &[Row],
    period: Period,
    lost: &[String],
    units: &BTreeMap<String, Nano>,
) -> TransformError {
    let charges = period.years().filter_map(|y| standing(ledger, y)).flat_map(|s| s.charges);
    let wider = charges
        .filter(|(_, c)| lost.contains(&c.table))
        .filter_map(|(_, c)| Some(c.unit.to_f64() / units.get(&c.table)?.to_f64()))
        .fold(1.0, f64::max);
    let wider = match workshop.config.privacy.family {
        Family::Laplace => wider,
        Family::Gaussian => wider.sqrt(),
    };
    let tables: BTreeSet<String> = lost.iter().map(|t| format!("`{t}`")).collect();
    TransformError::Redraw { tables: tables.into_iter().collect::<Vec<_>>().join(", "), wider }
}

/// The loss that the share for revisions allows each missing table that this very period was
/// already charged for.
fn again(
    ledger: &[Row],
    plan: &ReleasePlan,
    period: Period,
    year: i32,
    missing: &[&Table],
) -> Result<Vec<(String, Nano)>, TransformError> {
    let Some(standing) = standing(ledger, year) else { return Ok(Vec::new()) };
    let charges = || standing.charges.iter().map(|(_, c)| c);
    let lost = |table: &&&Table| {
        charges()
            .any(|c| c.series == plan.id && c.table == table.id && c.period == period.to_string())
    };
    let lost: Vec<&&Table> = missing.iter().filter(lost).collect();
    if lost.is_empty() {
        return Ok(Vec::new());
    }
    let revisions = charges().filter(|c| c.share == Share::Revisions);
    let before: Vec<Cost> =
        revisions.map(|c| Cost { kind: c.kind.clone(), bound: c.bound, unit: c.unit }).collect();
    let want = |t: &&&Table| Want { kind: t.kind.clone(), bound: t.bound, weight: 1, fixed: None };
    let wants: Vec<Want> = lost.iter().map(want).collect();
    let units = divide(year, &standing.rules, Share::Revisions, &before, &wants)?;
    Ok(lost.iter().map(|t| t.id.clone()).zip(units).collect())
}
