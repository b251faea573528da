//! A new measurement that a request asks for: what it would cost, and its release.
//!
//! It is paid from the share that is kept for requests, and becomes a release like any other: signed,
//! published, and free to use for every later question. Its counts are bounded; the calibration of the
//! calendar's figures is not measured again for it.

use rusqlite::Connection;
use shumar_privacy::estimator::Estimator;
use shumar_privacy::{Cost, KernelError, Scale, Standing, standing, worst_case};
use shumar_schemas::ledger::{Entry, Row, Rules, Share};
use shumar_schemas::release::CONFIDENCE;
use shumar_schemas::statistic::MarginSpec;
use shumar_schemas::{
    Bounds, Label, Margin, Nano, Period, ReleasePlan, SchemaError, Statistic, Table, bind,
};

use crate::cost::Priced;
use crate::ledger::rows;
use crate::release::{Made, Making, Outcome, lock, make, rules_hold, sound};
use crate::standing::mend;
use crate::{TransformError, Workshop, strategy};

/// How often the price is halved to find the lowest that is exact enough.
const HALVINGS: u32 = 64;

/// A cross of dimensions that nothing published tells.
#[derive(Debug, Clone)]
pub struct Asked<'a> {
    /// The name of its release: `request-2026-014`.
    pub id: &'a str,
    /// Its title, for everybody who finds it later.
    pub title: Label,
    /// The statistic whose counting rule it shares.
    pub statistic: &'a str,
    /// The dimensions and levels that are crossed.
    pub crossed: Vec<String>,
    /// The period.
    pub period: Period,
}

/// What a new measurement would cost and bring. Nothing is charged by it.
#[derive(Debug, Clone, PartialEq)]
pub struct Offer {
    /// The cells that would be measured.
    pub cells: u64,
    /// The most records of one person that they count.
    pub bound: u32,
    /// Loss of a person with one counted record.
    pub unit: Nano,
    /// What it adds to the worst loss of any person in a year of the period, at most.
    pub cost: Nano,
    /// What the share for requests still holds, in the year that has least.
    pub left: Nano,
    /// Standard error of a cell.
    pub standard_error: f64,
    /// Half-width of a cell's 95 % interval.
    pub half_width: f64,
    /// Whether the wanted half-width is reached; true if none was wanted.
    pub reached: bool,
}

/// Works out the least cost that reaches a half-width, or if none is given or none is low enough, what
/// half of the rest of the share brings.
///
/// # Errors
/// A cross that may not be measured, or a spent share; before any record is read.
pub fn offer(
    workshop: &Workshop<'_>,
    register: &Connection,
    asked: &Asked<'_>,
    half_width: Option<f64>,
) -> Result<Offer, TransformError> {
    let (_, table, margin) = bound(workshop, asked)?;
    let ledger = rows(register)?;
    rules_hold(workshop, &ledger, asked.period)?;
    let rules = Rules::from(&workshop.config.privacy);
    let worst = |unit: Nano| {
        let own = Cost { kind: table.kind.clone(), bound: table.bound, unit };
        let years = asked.period.years().map(|year| added(&ledger, &rules, year, &own));
        years.max_by_key(|(cost, _)| *cost).unwrap_or_default()
    };
    let (_, left) = worst(Nano::ZERO);
    let fits = |unit: Nano, cap: Nano| {
        let own = Cost { kind: table.kind.clone(), bound: table.bound, unit };
        asked.period.years().all(|year| {
            let (cost, left) = added(&ledger, &rules, year, &own);
            cost <= left.min(cap)
        })
    };
    let largest = largest(|unit| fits(unit, Nano::new(left.get())), rules.budget);
    let halved = self::largest(|unit| fits(unit, Nano::new(left.get() / 2)), rules.budget);
    if largest == Nano::ZERO {
        let (year, wanted) = (asked.period.years().next().unwrap_or_default(), Nano::new(1));
        let fits = "nothing would fit".to_owned();
        let refusal = shumar_privacy::Refusal::OverBudget {
            year,
            share: Share::Rti,
            cap: rules.shares.rti,
            left,
            wanted,
            fits,
        };
        return Err(KernelError::from(refusal).into());
    }
    let errors = |unit: Nano| errors(&table, &margin, &rules, unit);
    let unit = match half_width {
        None => halved,
        Some(wanted) if errors(largest)?.1 > wanted => largest,
        Some(wanted) => {
            // The error falls as the loss grows: the lowest price that is exact enough.
            let (mut low, mut high) = (0_u128, largest.get());
            while high - low > 1 {
                let middle = low.midpoint(high);
                if errors(Nano::new(middle))?.1 <= wanted { high = middle } else { low = middle }
            }
            Nano::new(high)
        }
    };
    let (standard_error, reached_width) = errors(unit)?;
    Ok(Offer {
        cells: margin.cells(&table) as u64,
        bound: table.bound,
        unit,
        cost: worst(unit).0,
        left,
        standard_error,
        half_width: reached_width,
        reached: half_width.is_none_or(|wanted| reached_width <= wanted),
    })
}

/// The loss that was accepted and charged for a request whose release is not finished yet, if it was
/// begun: it is paid, so nothing is offered again.
///
/// # Errors
/// A ledger that can't be read.
pub fn begun(register: &Connection, asked: &Asked<'_>) -> Result<Option<Nano>, TransformError> {
    let id = format!("{}-{}", asked.id, asked.period.slug());
    let charge = |row: &Row| match &row.entry {
        Entry::Charge(c) if c.release == id => Some(c.unit),
        _ => None,
    };
    Ok(rows(register)?.iter().find_map(charge))
}

/// Makes the release that was offered, or finds it if it stands.
///
/// # Privacy
/// Charges the offer's unit loss to the share for requests, once.
///
/// # Errors
/// As [`offer`], and as every release.
pub async fn measure(
    workshop: &Workshop<'_>,
    register: &mut Connection,
    asked: &Asked<'_>,
    unit: Nano,
    progress: &mut dyn FnMut(&str),
) -> Result<Outcome, TransformError> {
    let releases = workshop.home.join("releases");
    std::fs::create_dir_all(&releases).map_err(TransformError::write(&releases))?;
    let _lock = lock(&releases.join(".lock"))?;
    let ledger = sound(workshop, register, &releases)?;
    mend(workshop, register)?;
    let id = format!("{}-{}", asked.id, asked.period.slug());
    let folder = releases.join(&id);
    if folder.exists() {
        let path = folder.join(shumar_schemas::release::DOCUMENT);
        let text = std::fs::read(&path).map_err(TransformError::write(&path))?;
        let document = serde_json::from_slice(&text)?;
        let made = Made::Before;
        return Ok(Outcome { id, folder, made, document, outdated: false, revised_by: None });
    }
    rules_hold(workshop, &ledger, asked.period)?;
    let (plan, table, margin) = bound(workshop, asked)?;
    let (tables, priced) = ([table], [Priced { table: 0, margin, unit }]);
    let making = Making {
        plan: &plan,
        period: asked.period,
        id: &id,
        tables: &tables,
        priced: &priced,
        share: Share::Rti,
        sums: &[],
    };
    make(workshop, register, &making, None, progress).await
}

/// The table of what is asked for, the one margin that is measured of it, and the entry of the calendar
/// that it would have.
fn bound(
    workshop: &Workshop<'_>,
    asked: &Asked<'_>,
) -> Result<(ReleasePlan, Table, Margin), TransformError> {
    let place = format!("request `{}`", asked.id);
    let known = workshop.catalog.statistic(asked.statistic, &place)?;
    if !known.may_measure(&asked.crossed) {
        let what = format!("`{}` may not be measured by {}", known.id, asked.crossed.join(" × "));
        let hint = "its table in `statistics/` says under `finest` what may be";
        return Err(SchemaError::invalid(place, what, hint).into());
    }
    // The table of the calendar's own release, so that its measurements and this one are of the same
    // cells and can be pooled.
    let config = workshop.config;
    let of_calendar =
        |r: &&ReleasePlan| r.tables.contains(&known.id) && r.every == asked.period.cadence();
    let ids = match config.releases.iter().find(of_calendar) {
        Some(release) => release.tables.clone(),
        None => vec![known.id.clone()],
    };
    let all = ids.iter().map(|id| workshop.catalog.statistic(id, &place));
    let all = all.collect::<Result<Vec<_>, SchemaError>>()?;
    let own = Statistic {
        id: format!("{}-{}", known.id, asked.id),
        title: asked.title.clone(),
        margins: vec![MarginSpec { by: asked.crossed.clone(), weight: 1.0 }],
        finest: Vec::new(),
        ..known.clone()
    };
    let all: Vec<&Statistic> = all.into_iter().chain([&own]).collect();
    // What the calendar's figures are calibrated to is not measured again.
    let bounds = Bounds { calibration: None, ..config.privacy.bounds.clone() };
    let tables =
        bind::tables(&all, workshop.catalog, config.scope.as_ref(), &bounds, asked.period)?;
    let holds = |table: &Table| table.published.iter().any(|p| p.id == own.id);
    let mut table = tables.into_iter().find(holds).ok_or(TransformError::Engine)?;
    table.published.retain(|p| p.id == own.id);
    let margin = table.published.first().and_then(|p| p.margins.first());
    let margin = table.at_depths(&margin.ok_or(TransformError::Engine)?.depths(&table));
    let plan = ReleasePlan {
        id: asked.id.to_owned(),
        title: asked.title.clone(),
        due: None,
        from: None,
        coverage: None,
        wait_days: None,
        hold: false,
        every: asked.period.cadence().to_owned(),
        tables: vec![own.id],
        exact: Vec::new(),
        indicators: Vec::new(),
    };
    Ok((plan, table, margin))
}

/// What a measurement adds to the worst loss of the share for requests in a year, and what is left
/// of it; the year's budget limits it too.
fn added(ledger: &[Row], rules: &Rules, year: i32, own: &Cost) -> (Nano, Nano) {
    let standing = standing(ledger, year);
    let rules = &standing.as_ref().map_or_else(|| rules.clone(), Standing::open_rules);
    let charges = standing.iter().flat_map(Standing::open_charges).map(|(_, c)| c);
    let (mut all, mut of_share) = (Vec::new(), Vec::new());
    for charge in charges.filter(|c| c.covered_by.is_none()) {
        let cost = Cost { kind: charge.kind.clone(), bound: charge.bound, unit: charge.unit };
        if charge.share == Share::Rti {
            of_share.push(cost.clone());
        }
        all.push(cost);
    }
    let worst = |costs: &[Cost]| worst_case(costs, rules.family, &rules.bounds);
    let with = |costs: &[Cost]| worst(&[costs, std::slice::from_ref(own)].concat());
    let left = |cap: Nano, costs: &[Cost]| cap.minus(worst(costs)).unwrap_or_default();
    let cost = |costs: &[Cost]| with(costs).minus(worst(costs)).unwrap_or_default();
    let left = left(rules.shares.of(Share::Rti), &of_share).min(left(rules.budget, &all));
    (cost(&of_share).max(cost(&all)), left)
}

/// The largest loss that fits, to a billionth.
fn largest(fits: impl Fn(Nano) -> bool, budget: Nano) -> Nano {
    let (mut low, mut high) = (0_u128, budget.get() + 1);
    for _ in 0..HALVINGS {
        if high - low <= 1 {
            break;
        }
        let middle = low.midpoint(high);
        if fits(Nano::new(middle)) { low = middle } else { high = middle }
    }
    Nano::new(low)
}

/// Standard error and half-width of a cell that is measured at a price.
fn errors(
    table: &Table,
    margin: &Margin,
    rules: &Rules,
    unit: Nano,
) -> Result<(f64, f64), TransformError> {
    let scale = Scale::of(rules.family, unit, table.bound)?;
    let at = strategy::at(table, margin);
    let estimator = Estimator::new(strategy::domain(table)?, vec![(at.clone(), scale)])?;
    let most = |cells: Vec<f64>| cells.into_iter().fold(0.0, f64::max);
    let variance = most(estimator.cell_variances(&at)?.cells());
    Ok((variance.sqrt(), most(estimator.half_widths(&at, CONFIDENCE)?.cells())))
}
