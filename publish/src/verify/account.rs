//! Whether the measurements were paid for, and the years not overspent.
//!
//! The ledger itself is not in a release; its stated rows are checked against the noise, against
//! each other and against the budget.

use shumar_privacy::{Cost, epsilon_delta, worst_case};
use shumar_schemas::release::{
    ChargeDocument, MeasurementDocument, ReleaseDocument, TableDocument, YearDocument,
};
use shumar_schemas::{Count, Family, Nano};

use crate::verify::{Check, Findings};

/// How far the loss of the stated noise may be above the charge: both are rounded once.
const LOSS_TOLERANCE: f64 = 1e-9;
/// How far a stated ε may be below the recomputed one.
const EPSILON_TOLERANCE: f64 = 1e-6;
/// More records of one person than any home allows.
pub(crate) const BOUND_MAX: u32 = 1000;
/// More charges than any release has; the worst pattern is not sought over more.
const CHARGES_MAX: usize = 1000;
/// A ρ beyond this promises nothing; its conversion is not tried.
const SPENT_MAX: f64 = 1000.0;

/// Every measurement is paid for in every year, at no less than its noise costs.
pub(crate) fn charges(document: &ReleaseDocument) -> Check {
    let mut findings = Findings::new("charges");
    let mut measurements = 0;
    for table in &document.tables {
        check_bound(document, table, &mut findings);
        for measurement in &table.measurements {
            measurements += 1;
            for year in &document.privacy.years {
                check_paid(table, measurement, year, &mut findings);
            }
            if measurement.family != document.privacy.family {
                let file = &measurement.file;
                findings.fault(format!("`{file}` has not the noise family of the release"));
            }
        }
    }
    if document.privacy.years.is_empty() {
        findings.fault("no reporting year is stated");
    }
    findings.looked(format!("{measurements} measurements cost no more than was charged"));
    findings.check()
}

fn check_bound(document: &ReleaseDocument, table: &TableDocument, findings: &mut Findings) {
    let most = match table.count {
        Count::Persons => 1,
        Count::Records if table.calibrates.is_some() => {
            document.privacy.bounds.calibration.unwrap_or(0)
        }
        Count::Records => document.privacy.bounds.of(&table.kind),
    };
    if table.bound == 0 || table.bound > most {
        let (id, bound) = (&table.id, table.bound);
        findings.fault(format!(
            "table `{id}` counts up to {bound} records of a person, allowed are {most}"
        ));
    }
}

/// A measurement against the charge of a year that paid for it: that of its table and margin.
fn check_paid(
    table: &TableDocument,
    measurement: &MeasurementDocument,
    year: &YearDocument,
    findings: &mut Findings,
) {
    let file = &measurement.file;
    let pays = |c: &&ChargeDocument| {
        let by = |seq| measurement.paid_by.contains(&seq);
        let listed = by(c.seq) || c.covered_by.is_some_and(by);
        c.table == table.id && c.margin == measurement.id && listed
    };
    let Some(charge) = year.charges.iter().find(pays) else {
        return findings.fault(format!("`{file}` is not paid for in {}", year.year));
    };
    let seq = charge.seq;
    if charge.bound != table.bound {
        findings.fault(format!("row {seq}, which paid for `{file}`, has another bound"));
    }
    let (loss, paid) = (loss(measurement), charge.unit_loss.to_f64());
    // A loss that is not a number fails too.
    let covered = loss <= paid * (1.0 + LOSS_TOLERANCE);
    if !covered {
        findings.fault(format!("`{file}` loses {loss} at one record, row {seq} paid {paid}"));
    }
}

/// What a person with one counted record loses.
fn loss(measurement: &MeasurementDocument) -> f64 {
    let scale = measurement.scale;
    match measurement.family {
        Family::Laplace if scale > 0.0 => 1.0 / scale,
        Family::Gaussian if scale > 0.0 => 1.0 / (2.0 * scale * scale),
        _ => f64::NAN,
    }
}

/// No year is overspent, and what is stated as spent covers what this release cost.
pub(crate) fn budget(document: &ReleaseDocument) -> Check {
    let mut findings = Findings::new("budget");
    let family = document.privacy.family;
    let symbol = family.symbol();
    for year in &document.privacy.years {
        let YearDocument { year: number, budget, spent, .. } = year;
        if year.budget.minus(year.spent).is_none() {
            findings.fault(format!("{number}: {symbol} = {spent} is spent of {budget}"));
        }
        if let Some(own) = own_cost(document, year, &mut findings).filter(|own| own > spent) {
            findings
                .fault(format!("{number}: this release cost {own}, more than the {spent} stated"));
        }
        check_epsilon(family, year, &mut findings);
        findings.looked(format!("{number}: {symbol} = {spent} of {budget} is spent"));
    }
    findings.check()
}

/// The most that a person can have lost in a year by this release alone.
fn own_cost(
    document: &ReleaseDocument,
    year: &YearDocument,
    findings: &mut Findings,
) -> Option<Nano> {
    let bounds = &document.privacy.bounds;
    let reasonable = |bound: u32| (1..=BOUND_MAX).contains(&bound);
    let all = [bounds.all, bounds.calibration.unwrap_or(bounds.all)];
    let charged = year.charges.iter().all(|c| reasonable(c.bound));
    if !(all.into_iter().all(reasonable) && charged) || year.charges.len() > CHARGES_MAX {
        findings.fault(format!("{}: bounds or number of charges are beyond reason", year.year));
        return None;
    }
    let cost = |c: &ChargeDocument| {
        let table = document.tables.iter().find(|t| t.id == c.table)?;
        let (kind, bound, unit) = (table.kind.clone(), c.bound, c.unit_loss);
        c.covered_by.is_none().then_some(Cost { kind, bound, unit })
    };
    let costs: Vec<Cost> = year.charges.iter().filter_map(cost).collect();
    Some(worst_case(&costs, document.privacy.family, bounds))
}

/// The loss in the usual terms, recomputed.
fn check_epsilon(family: Family, year: &YearDocument, findings: &mut Findings) {
    let stated = year.approximate;
    if !(year.spent.to_f64() <= SPENT_MAX && (0.0..1.0).contains(&stated.delta)) {
        return findings.fault(format!("{}: the stated loss is beyond reason", year.year));
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 1e9")]
    let delta = Nano::new((stated.delta * 1e9).round() as u128);
    match epsilon_delta(family, year.spent, delta) {
        Ok(found) if stated.epsilon >= found.epsilon * (1.0 - EPSILON_TOLERANCE) => {}
        Ok(found) => findings.fault(format!(
            "{}: ε = {} is stated, the loss is ε = {}",
            year.year, stated.epsilon, found.epsilon
        )),
        Err(_) => findings.fault(format!("{}: the stated loss can't be converted", year.year)),
    }
}
