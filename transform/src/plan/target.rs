//! The least budget that reaches wanted margins of error.

use shumar_privacy::estimator::{At, Estimator};
use shumar_privacy::planner::{self, Objective};
use shumar_privacy::{Cost, Scale, worst_case};
use shumar_schemas::release::CONFIDENCE;
use shumar_schemas::{Catalog, Config, Family, Nano, Period, SchemaError, Table, bind};

use super::{Planner, TablePlan, YearPlan};
use crate::{TransformError, strategy};

/// How often the loss is raised by a hundredth until the exact errors are small enough.
const RAISED_MAX: u32 = 200;

/// A wanted margin of error.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// The statistic.
    pub statistic: String,
    /// Its margin.
    pub margin: String,
    /// The half-width that no cell's 95 % interval may pass, in records.
    pub half_width: f64,
}

/// What the wanted margins of error would cost.
#[derive(Debug, Clone)]
pub struct Reached {
    /// The yearly budget that they need, with the other margins no worse than now.
    pub budget: Nano,
    /// The budget as configured.
    pub configured: Nano,
    /// Of each target: what is planned now, and what that budget reaches.
    pub half_widths: Vec<(Target, f64, f64)>,
}

impl std::str::FromStr for Target {
    type Err = SchemaError;

    fn from_str(text: &str) -> Result<Self, SchemaError> {
        let parse = || {
            let (what, half_width) = text.split_once('=')?;
            let (statistic, margin) = what.split_once(':')?;
            let half_width: f64 = half_width.trim().parse().ok()?;
            let sane = half_width.is_finite() && half_width > 0.0;
            let (statistic, margin) = (statistic.trim().to_owned(), margin.trim().to_owned());
            sane.then_some(Self { statistic, margin, half_width })
        };
        parse().ok_or_else(|| {
            let hint = "write STATISTIC:MARGIN=RECORDS, as in police-complaints:district=10";
            SchemaError::invalid("`--target`", format!("`{text}` is no target"), hint)
        })
    }
}

/// The least yearly budget under which the targets are met and no other margin is worse than
/// planned, for a year that has not begun.
///
/// # Errors
/// A statistic or margin that the calendar does not have; as [`super::year_plan`].
pub fn least_budget(
    config: &Config,
    catalog: &Catalog,
    year: i32,
    targets: &[Target],
) -> Result<Reached, TransformError> {
    let plan = Planner::default().year(config, catalog, &[], year, None)?;
    for target in targets {
        known(&plan, target)?;
    }
    let (mut costs, mut half_widths) = (Vec::new(), Vec::new());
    for of_table in &plan.tables {
        let ours: Vec<&Target> = targets
            .iter()
            .filter(|t| of_table.statistics.iter().any(|s| s.id == t.statistic))
            .collect();
        if ours.is_empty() {
            costs.extend(of_table.measured.iter().map(|m| cost(of_table, m.unit)));
            continue;
        }
        let table = bound(config, catalog, year, of_table)?;
        let (units, reached) = reach(&table, of_table, &ours, plan.rules.family)?;
        costs.extend(units.into_iter().map(|unit| cost(of_table, unit)));
        half_widths.extend(reached);
    }
    let scheduled = worst_case(&costs, plan.rules.family, &plan.rules.bounds);
    // The calendar's share of the budget must hold it.
    let share = config.privacy.shares.scheduled.get().max(1);
    let budget = (scheduled.get() * u128::from(shumar_schemas::loss::NANO)).div_ceil(share);
    Ok(Reached { budget: Nano::new(budget), configured: config.privacy.budget, half_widths })
}

fn cost(table: &TablePlan, unit: Nano) -> Cost {
    Cost { kind: table.kind.clone(), bound: table.bound, unit }
}

/// Refuses a target that the calendar does not have.
fn known(plan: &YearPlan, target: &Target) -> Result<(), SchemaError> {
    let of_statistic = || plan.margins().filter(|m| m.1 == target.statistic);
    if of_statistic().next().is_none() {
        let all = plan.margins().map(|m| m.1);
        return Err(SchemaError::unknown("statistic", &target.statistic, "`--target`", all));
    }
    if !of_statistic().any(|m| m.2.id == target.margin) {
        let all = of_statistic().map(|m| m.2.id.as_str());
        return Err(SchemaError::unknown("margin", &target.margin, "`--target`", all));
    }
    Ok(())
}

fn bound(
    config: &Config,
    catalog: &Catalog,
    year: i32,
    plan: &TablePlan,
) -> Result<Table, TransformError> {
    let release = config.release(&plan.release)?;
    let period = match release.every.as_str() {
        "quarter" => Period::Quarter(year, 1),
        _ => Period::Year(year),
    };
    let statistics = release.tables.iter().map(|id| catalog.statistic(id, "`--target`"));
    let statistics = statistics.collect::<Result<Vec<_>, _>>()?;
    let scope = config.scope.as_ref();
    let tables = bind::tables(&statistics, catalog, scope, &config.privacy.bounds, period)?;
    tables.into_iter().find(|t| t.id == plan.table).ok_or(TransformError::Engine)
}

type Half = (Target, f64, f64);

/// The losses at one record that meet a table's targets, and the half-widths that they reach.
fn reach(
    table: &Table,
    plan: &TablePlan,
    targets: &[&Target],
    family: Family,
) -> Result<(Vec<Nano>, Vec<Half>), TransformError> {
    let mut wanted: Vec<(At, f64)> = Vec::new();
    let mut checked: Vec<(At, &Target, f64)> = Vec::new();
    for (published, statistic) in table.published.iter().zip(&plan.statistics) {
        for (margin, planned) in published.margins.iter().zip(&statistic.margins) {
            let at = strategy::at(table, margin);
            let hit = |t: &&&Target| t.statistic == published.id && t.margin == margin.id;
            let mut deviation = planned.noise;
            if let Some(target) = targets.iter().find(hit) {
                deviation *= target.half_width / planned.noise_half_width;
                checked.push((at.clone(), target, planned.noise_half_width));
            }
            match wanted.iter_mut().find(|(known, _)| *known == at) {
                Some((_, known)) => *known = known.min(deviation),
                None => wanted.push((at, deviation)),
            }
        }
    }
    let domain = strategy::domain(table)?;
    let best = planner::best(&domain, &wanted, family, Objective::WorstRatio)?;
    let mut whole = match family {
        Family::Laplace => best.worst_ratio,
        Family::Gaussian => best.worst_ratio.powi(2),
    };
    // The planner reckons with averages and smooth noise; the last step is exact.
    for _ in 0..RAISED_MAX {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "positive losses, rounded up"
        )]
        let unit = |share: f64| Nano::new((share * whole * 1e9).ceil() as u128);
        let units: Vec<Nano> = best.measured.iter().map(|(_, share)| unit(*share)).collect();
        let mut scales = Vec::new();
        for ((at, _), unit) in best.measured.iter().zip(&units) {
            scales.push((at.clone(), Scale::of(family, *unit, table.bound)?));
        }
        let estimator = Estimator::new(domain.clone(), scales)?;
        let mut reached = Vec::new();
        for (at, target, planned) in &checked {
            let half_widths = estimator.half_widths(at, CONFIDENCE)?;
            let largest = half_widths.figures().iter().copied().fold(0.0, f64::max);
            reached.push(((*target).clone(), *planned, largest));
        }
        if reached.iter().all(|(target, _, half)| *half <= target.half_width) {
            return Ok((units, reached));
        }
        whole *= 1.01;
    }
    Err(TransformError::Engine)
}
