//! What the measurements of a release may cost: as planned, or as the share for revisions allows
//! when noise that was paid for was lost.

use std::collections::BTreeMap;

use rusqlite::Connection;
use shumar_privacy::plan::{Want, divide};
use shumar_privacy::{Cost, standing, worst_case};
use shumar_schemas::ledger::{Charge, Row, Share};
use shumar_schemas::{Family, Margin, Nano, Period, ReleasePlan, Table};

use crate::TransformError;
use crate::ledger::rows;
use crate::plan::Planner;
use crate::workshop::Workshop;

/// A margin of one of the release's tables that is measured, and its loss at one record.
#[derive(Debug, Clone)]
pub(crate) struct Priced {
    /// The place of its table among the release's.
    pub(crate) table: usize,
    /// The margin.
    pub(crate) margin: Margin,
    /// Its loss at one record.
    pub(crate) unit: Nano,
}

/// The measurements of a release, by the plan of every year it touches; where years differ in price,
/// the lowest.
pub(crate) fn planned(
    workshop: &Workshop<'_>,
    register: &Connection,
    plan: &ReleasePlan,
    period: Period,
    tables: &[Table],
) -> Result<Vec<Priced>, TransformError> {
    let ledger = rows(register)?;
    let (mut planner, mut priced) = (Planner::default(), Vec::<Priced>::new());
    for year in period.years() {
        let making = Some((plan.id.as_str(), period));
        let planned = planner.year(workshop.config, workshop.catalog, &ledger, year, making)?;
        let first = priced.is_empty();
        for of_year in planned.tables.into_iter().filter(|t| t.release == plan.id) {
            let Some(table) = tables.iter().position(|t| t.id == of_year.table) else { continue };
            for measured in of_year.measured {
                let (margin, unit) = (measured.margin, measured.unit);
                let same = |p: &&mut Priced| p.table == table && p.margin.id == margin.id;
                match priced.iter_mut().find(same) {
                    Some(known) => known.unit = known.unit.min(unit),
                    // Every year is measured alike: what one year did not plan, none does.
                    None if first => priced.push(Priced { table, margin, unit }),
                    None => {}
                }
            }
        }
    }
    Ok(priced)
}

/// Reprices measurements that this very period was charged for already, because their noise was lost
/// or because they are revised: to what the share for revisions still holds, or for a revision to
/// half of it, so that another one stays possible.
///
/// # Errors
/// [`TransformError::Redraw`] and [`TransformError::Revise`] without consent.
pub(crate) fn again(
    workshop: &Workshop<'_>,
    ledger: &[Row],
    plan: &ReleasePlan,
    period: Period,
    tables: &[Table],
    missing: &mut [Priced],
) -> Result<(), TransformError> {
    let (mut names, mut wider) = (Vec::new(), 1.0_f64);
    let (mut dearest, mut least_left) = (Nano::ZERO, None::<Nano>);
    let planned: Vec<Nano> = missing.iter().map(|p| p.unit).collect();
    let mut lower: BTreeMap<usize, Nano> = BTreeMap::new();
    for year in period.years() {
        let Some(standing) = standing(ledger, year) else { continue };
        let charges = || standing.charges.iter().map(|(_, c)| c);
        let charged = |p: &Priced| {
            charges().rfind(|c| {
                let table = &tables[p.table];
                let this = c.series == plan.id && c.period == period.to_string();
                this && c.table == table.id && c.margin == p.margin.id
            })
        };
        let of_year: Vec<(usize, &Charge)> =
            missing.iter().enumerate().filter_map(|(i, p)| Some((i, charged(p)?))).collect();
        if of_year.is_empty() {
            continue;
        }
        let open = standing.open_charges().iter().map(|(_, c)| c);
        let before: Vec<Cost> = open.filter(|c| c.share == Share::Revisions).map(cost).collect();
        let largest = of_year.iter().map(|(_, c)| c.unit).max().unwrap_or_default();
        let want = |(_, c): &(usize, &Charge)| Want {
            kind: c.kind.clone(),
            bound: c.bound,
            group: 0,
            parts: parts(c.unit, largest),
            fixed: None,
        };
        let wants: Vec<Want> = of_year.iter().map(want).collect();
        let mut rules = standing.open_rules();
        let spent = worst_case(&before, rules.family, &rules.bounds);
        let left = rules.shares.revisions.minus(spent).unwrap_or_default();
        if workshop.revise.is_some() {
            rules.shares.revisions = spent.plus(Nano::new(left.get() / 2));
        }
        let units = divide(year, &rules, Share::Revisions, &before, &wants)?;
        let own = wants.iter().zip(&units).map(|(w, unit)| Cost {
            kind: w.kind.clone(),
            bound: w.bound,
            unit: *unit,
        });
        dearest = dearest.max(worst_case(&own.collect::<Vec<_>>(), rules.family, &rules.bounds));
        least_left = Some(least_left.map_or(left, |known| known.min(left)));
        for ((i, _), unit) in of_year.iter().zip(units) {
            let smallest = lower.entry(*i).or_insert(unit);
            *smallest = unit.min(*smallest);
        }
    }
    for (i, unit) in lower {
        // Never more exact than planned: the rest of the share is for other corrections.
        let unit = unit.min(planned[i]);
        let ratio = planned[i].to_f64() / unit.to_f64();
        wider = wider.max(match workshop.config.privacy.family {
            Family::Laplace => ratio,
            Family::Gaussian => ratio.sqrt(),
        });
        let name = format!("`{} by {}`", tables[missing[i].table].id, missing[i].margin.id);
        names.push(name);
        missing[i].unit = unit;
    }
    match workshop.revise {
        _ if names.is_empty() => Ok(()),
        Some(revise) if !revise.accepted => Err(TransformError::Revise {
            release: format!("{}-{}", plan.id, period.slug()),
            symbol: workshop.config.privacy.family.symbol(),
            cost: dearest,
            left: least_left.unwrap_or_default(),
            wider,
        }),
        None if !workshop.redraw => Err(TransformError::Redraw { tables: names.join(", "), wider }),
        _ => Ok(()),
    }
}

fn cost(charge: &Charge) -> Cost {
    Cost { kind: charge.kind.clone(), bound: charge.bound, unit: charge.unit }
}

/// An amount in billionths of the largest.
fn parts(unit: Nano, largest: Nano) -> u64 {
    let parts = unit.get().saturating_mul(1_000_000_000) / largest.get().max(1);
    u64::try_from(parts).unwrap_or(u64::MAX).max(1)
}
