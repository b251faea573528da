//! Which margins of a table are measured, and what each costs beside the others.
//!
//! Reads the declared domains, what is published, and public expectations; no record.

use shumar_privacy::estimator::{At, Axis, Domain};
use shumar_privacy::planner::{self, Objective};
use shumar_schemas::ledger::{Charge, Rules, Share};
use shumar_schemas::{Catalog, Config, Family, Margin, Nano, Period, Role, Table};

use crate::TransformError;

/// How many records of a kind are expected of an area in a year, where the settings don't say:
/// the police of a small province record 51 to 64 cases a district and year.
const EXPECTED_OF_AREA: f64 = 60.0;
/// What part of the calendar's share calibration takes, in billionths: it costs the detail a sixth more
/// noise, and tells the records that bounds leave out.
const CALIBRATION_PART: Nano = Nano::new(150_000_000);
/// What the total of a calibrating table may lose beside each other margin of it: every count is scaled
/// by it, and other margins only correct how codes differ.
const TOTAL_PARTS: f64 = 3.0;
/// A margin of a calibrating table is told if its noise is at most this part of a cell's expected
/// count.
const TOLD_MAX: f64 = 0.05;
/// Relative losses are counted in about billionths of the largest; a third of it is whole.
const PARTS: f64 = 999_999_999.0;

/// A margin to measure.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Measure {
    /// The margin, its axes in the order of the table's.
    pub(crate) margin: Margin,
    /// Its loss at one record beside that of other measurements of the year.
    pub(crate) parts: f64,
    /// Its loss at one record, where the ledger has fixed it.
    pub(crate) fixed: Option<Nano>,
}

/// The domain of a table, for planner and estimator.
pub(crate) fn domain(table: &Table) -> Result<Domain, TransformError> {
    let axes = table.axes.iter().map(|a| Axis::nested(a.nested()));
    Ok(Domain::new(axes.collect::<Result<_, _>>()?))
}

/// A margin as the planner and the estimator name it.
pub(crate) fn at(table: &Table, margin: &Margin) -> At {
    At::new(margin.depths(table))
}

/// How many records of a kind the period is expected to hold: as the settings say, or by a rule of
/// thumb for each area.
pub(crate) fn expected(
    config: &Config,
    catalog: &Catalog,
    kind: &str,
    period: Period,
) -> Result<f64, TransformError> {
    let kind = catalog.kind(kind, "the release")?;
    let of_year = match config.privacy.expected.get(&kind.name) {
        Some(records) => f64::from(*records),
        None => {
            let areas = match kind.only(Role::Area).and_then(|f| f.codes.as_deref()) {
                Some(list) => {
                    let list = catalog.list(list, "the release")?;
                    shumar_schemas::config::Scope::positions(config.scope.as_ref(), list)?.len()
                }
                None => 1,
            };
            EXPECTED_OF_AREA * f64::from(u32::try_from(areas).unwrap_or(u32::MAX))
        }
    };
    let (first, last) = period.months();
    let months =
        (last.year() - first.year()) * 12 + i32::from(last.month()) - i32::from(first.month()) + 1;
    Ok(of_year * f64::from(months) / 12.0)
}

/// The published margins with the standard deviation that is wanted of their cells, up to a factor
/// that the budget decides: the fourth root of a cell's expected count, so that the relative error
/// of small cells weighs, but not alone.
pub(crate) fn wanted(table: &Table, expected: f64) -> Vec<(At, f64)> {
    let mut wanted: Vec<(At, f64)> = Vec::new();
    for margin in table.published.iter().flat_map(|p| &p.margins) {
        let cells = u32::try_from(margin.cells(table)).unwrap_or(u32::MAX);
        let target =
            (expected / f64::from(cells)).max(f64::MIN_POSITIVE).powf(0.25) / margin.weight;
        let at = at(table, margin);
        match wanted.iter_mut().find(|(known, _)| *known == at) {
            Some((_, known)) => *known = known.min(target),
            None => wanted.push((at, target)),
        }
    }
    wanted
}

/// The measurements of a table that leave the smallest errors beside what is wanted.
///
/// Parts are such that tables of equal parts a unit of loss have the same largest ratio of error to
/// wanted error: the error falls with the loss under pure DP, and with its root under zCDP.
pub(crate) fn choose(
    table: &Table,
    expected: f64,
    family: Family,
) -> Result<Vec<Measure>, TransformError> {
    let wanted = wanted(table, expected);
    let best = planner::best(&domain(table)?, &wanted, family, Objective::WorstRatio)?;
    let whole = match family {
        Family::Laplace => best.worst_ratio,
        Family::Gaussian => best.worst_ratio.powi(2),
    };
    let measure = |(at, share): (At, f64)| Measure {
        margin: table.at_depths(at.levels()),
        parts: share * whole,
        fixed: None,
    };
    Ok(best.measured.into_iter().map(measure).collect())
}

/// What of the calendar's share goes to measurements at the generous bound.
pub(crate) fn for_calibration(rules: &Rules) -> Nano {
    rules.shares.scheduled.part(CALIBRATION_PART)
}

/// The margins of a calibrating table: its total, and after it the places of records and each
/// axis's codes alone, from few to many, as long as the noise leaves them told.
///
/// The total gets three times the loss of each other. A person has at most so many records of all kinds together in such
/// measurements, so every kind may cost the whole part.
pub(crate) fn calibrating(table: &Table, expected: f64, rules: &Rules) -> Vec<Measure> {
    let one = rules.family.loss(Nano::new(1), table.bound).to_f64() * 1e9;
    let unit = for_calibration(rules).to_f64() / one;
    let axes = table.axes.len();
    let mut margins = vec![table.at_depths(&vec![0; axes])];
    let mut alone: Vec<Margin> = Vec::new();
    for (axis, it) in table.axes.iter().enumerate() {
        for depth in 1..=it.levels.len() + 1 {
            let mut depths = vec![0; axes];
            depths[axis] = u8::try_from(depth).unwrap_or(u8::MAX);
            alone.push(table.at_depths(&depths));
        }
    }
    alone.retain(|margin| margin.cells(table) > 1);
    alone.sort_by_key(|margin| margin.cells(table));
    for margin in alone {
        let of = TOTAL_PARTS + f64::from(u32::try_from(margins.len()).unwrap_or(u32::MAX));
        let deviation = match rules.family {
            Family::Laplace => std::f64::consts::SQRT_2 * of / unit,
            Family::Gaussian => (of / (2.0 * unit)).sqrt(),
        };
        let cells = f64::from(u32::try_from(margin.cells(table)).unwrap_or(u32::MAX));
        if deviation > TOLD_MAX * expected / cells {
            break;
        }
        margins.push(margin);
    }
    let parts = |margin: &Margin| if margin.by.is_empty() { TOTAL_PARTS } else { 1.0 };
    let measure = |margin: Margin| Measure { parts: parts(&margin), margin, fixed: None };
    margins.into_iter().map(measure).collect()
}

/// The measurements of a table that the ledger has charged to this series already: later periods of
/// the year are measured in the same way. `None` if nothing is charged, or if what is published now
/// needs other measurements.
pub(crate) fn charged(
    table: &Table,
    series: &str,
    charges: &[(i64, Charge)],
) -> Option<Vec<(i64, Measure)>> {
    let ours = |c: &&(i64, Charge)| {
        let c = &c.1;
        let scheduled = c.share == Share::Scheduled && c.covered_by.is_none();
        scheduled && c.series == series && c.table == table.id && c.bound == table.bound
    };
    let last = &charges.iter().rfind(ours)?.1.release;
    let levels: Vec<Vec<u8>> = table
        .axes
        .iter()
        .map(|a| (0..=u8::try_from(a.levels.len() + 1).unwrap_or(u8::MAX)).collect())
        .collect();
    let mut measures = Vec::new();
    for (seq, charge) in charges.iter().filter(ours).filter(|c| c.1.release == *last) {
        let margin = named(table, &levels, &charge.margin)?;
        measures.push((*seq, Measure { margin, parts: 0.0, fixed: Some(charge.unit) }));
    }
    let measured: Vec<At> = measures.iter().map(|(_, m)| at(table, &m.margin)).collect();
    let determined = |margin: &Margin| {
        let wanted = at(table, margin);
        measured.iter().any(|m| wanted.within(m))
    };
    table.published.iter().flat_map(|p| &p.margins).all(determined).then_some(measures)
}

/// The margin of a table that has this name.
fn named(table: &Table, levels: &[Vec<u8>], name: &str) -> Option<Margin> {
    let mut depths = vec![0_u8; table.axes.len()];
    let parts: Vec<&str> = if name == "total" { Vec::new() } else { name.split('-').collect() };
    for part in parts {
        let (axis, depth) = table.axes.iter().enumerate().find_map(|(axis, a)| {
            let depth = levels[axis].iter().copied().find(|&depth| {
                let place = a.levels.len().checked_sub(usize::from(depth));
                depth > 0 && a.name_at(place).0 == part
            });
            depth.map(|depth| (axis, depth))
        })?;
        depths[axis] = depth;
    }
    Some(table.at_depths(&depths)).filter(|margin| margin.id == name)
}

/// Relative losses as whole numbers, of all measurements of a year together.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "from 1 to a billion, by construction"
)]
pub(crate) fn whole_parts<'a>(measures: impl Iterator<Item = &'a Measure> + Clone) -> Vec<u64> {
    let largest = measures.clone().map(|m| m.parts).fold(f64::MIN_POSITIVE, f64::max);
    measures.map(|m| (m.parts / largest * PARTS).clamp(1.0, PARTS) as u64).collect()
}
