//! The accountant: every charge is in the ledger before noise is drawn.

use shumar_schemas::ledger::{Charge, Entry, Row, Rules, Share};
use shumar_schemas::{Family, Nano, Period};

use crate::standing::{Standing, closed, standing};
use crate::worst::{Cost, worst_case};
use crate::{KernelError, Refusal};

/// What the accountant adds: a reporting year and what to record about it.
pub(crate) type Addition = (i32, Entry);

/// Given the ledger's rows, what to add to them.
pub type Decision<'a> = dyn FnMut(&[Row]) -> Result<Vec<Addition>, KernelError> + 'a;

/// Where the ledger's rows are kept.
pub trait Ledger {
    /// Reads all rows, asks `decide` what to add, and adds it, in one exclusive transaction that
    /// is durable when this returns. Returns the numbers of the added rows.
    ///
    /// # Errors
    /// What `decide` refuses (nothing is added then), and failures of the store.
    fn transact(&mut self, decide: &mut Decision<'_>) -> Result<Vec<i64>, KernelError>;
}

/// A measurement to be paid for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    /// The table.
    pub table: String,
    /// Which margin of it.
    pub margin: String,
    /// SHA-256 of the margin's definition.
    pub fingerprint: String,
    /// The record kind.
    pub kind: String,
    /// The most records of one person and year that it counts.
    pub bound: u32,
    /// Loss at one counted record.
    pub unit: Nano,
}

/// A release to be paid for.
#[derive(Debug, Clone)]
pub struct Reservation {
    /// The release with its period, `annual-2025`.
    pub release: String,
    /// The entry of the release calendar, `annual`.
    pub series: String,
    /// The period.
    pub period: Period,
    /// Who pays.
    pub share: Share,
    /// The year's rules as configured now.
    pub rules: Rules,
    /// The measurements.
    pub asks: Vec<Ask>,
}

/// Permission to draw noise once for one measurement. Only the accountant makes one, after the charge
/// is in the ledger; it can't be copied, and [`crate::Exact::measure`] consumes it.
#[derive(Debug)]
pub struct Spend {
    family: Family,
    unit: Nano,
    bound: u32,
    fingerprint: String,
    paid_by: Vec<i64>,
}

impl Spend {
    pub(crate) fn family(&self) -> Family {
        self.family
    }

    pub(crate) fn unit(&self) -> Nano {
        self.unit
    }

    pub(crate) fn bound(&self) -> u32 {
        self.bound
    }

    pub(crate) fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    pub(crate) fn into_paid_by(self) -> Vec<i64> {
        self.paid_by
    }
}

/// The costs of those charges that are not covered by another.
pub(crate) fn costs<'a>(charges: impl Iterator<Item = &'a Charge>) -> Vec<Cost> {
    charges
        .filter(|c| c.covered_by.is_none())
        .map(|c| Cost { kind: c.kind.clone(), bound: c.bound, unit: c.unit })
        .collect()
}

/// Charges the ledger.
pub struct Accountant<'a> {
    ledger: &'a mut dyn Ledger,
}

impl<'a> Accountant<'a> {
    /// An accountant over a ledger.
    pub fn new(ledger: &'a mut dyn Ledger) -> Self {
        Self { ledger }
    }

    /// Charges every measurement of a release to every reporting year that it touches, or nothing.
    ///
    /// The rules of a year are fixed by its first charge. A measurement of a quarterly series is
    /// paid once a year: its quarters are disjoint and share one yearly bound. One that was already
    /// charged for this very period (its noise was lost in a crash) is charged again, to
    /// the share for revisions.
    ///
    /// # Errors
    /// [`Refusal`] when the rules or the budget do not allow it; failures of the ledger.
    pub fn reserve(&mut self, reservation: &Reservation) -> Result<Vec<Spend>, KernelError> {
        let mut plan: Vec<Addition> = Vec::new();
        let added = self.ledger.transact(&mut |rows| {
            plan = decide(rows, reservation)?;
            Ok(plan.clone())
        })?;
        let spend = |ask: &Ask| {
            let paid = plan.iter().zip(&added).filter_map(|((_, entry), seq)| match entry {
                Entry::Charge(c) if c.table == ask.table && c.margin == ask.margin => Some(*seq),
                _ => None,
            });
            Spend {
                family: reservation.rules.family,
                unit: ask.unit,
                bound: ask.bound,
                fingerprint: ask.fingerprint.clone(),
                paid_by: paid.collect(),
            }
        };
        Ok(reservation.asks.iter().map(spend).collect())
    }

    /// Whether [`Accountant::reserve`] would succeed now; charges nothing.
    ///
    /// # Errors
    /// As [`Accountant::reserve`].
    pub fn afford(&mut self, reservation: &Reservation) -> Result<(), KernelError> {
        let mut nothing = |rows: &[Row]| decide(rows, reservation).map(|_| Vec::new());
        self.ledger.transact(&mut nothing).map(|_| ())
    }
}

fn decide(rows: &[Row], reservation: &Reservation) -> Result<Vec<Addition>, KernelError> {
    let mut additions = Vec::new();
    for year in reservation.period.years() {
        let before = standing(rows, year);
        match &before {
            Some(standing) => same_rules(year, &standing.rules, &reservation.rules)?,
            None if closed(rows, year) => return Err(Refusal::Closed { year }.into()),
            None => additions.push((year, Entry::Open(reservation.rules.clone()))),
        }
        let account = before.unwrap_or_else(|| Standing::new(reservation.rules.clone()));
        let charge = |ask| charge(ask, reservation, &account);
        let added: Vec<Charge> = reservation.asks.iter().map(charge).collect();
        within_budget(year, &account, &added)?;
        additions.extend(added.into_iter().map(|c| (year, Entry::Charge(c))));
    }
    Ok(additions)
}

/// Whether the rules as configured are those that the year's first release fixed.
///
/// # Errors
/// [`Refusal::RulesFixed`] naming the setting that differs.
pub fn same_rules(year: i32, fixed: &Rules, now: &Rules) -> Result<(), Refusal> {
    let what = if fixed.family != now.family {
        "`family`"
    } else if fixed.budget != now.budget {
        "`budget`"
    } else if fixed.bounds != now.bounds {
        "`bounds`"
    } else if fixed.shares != now.shares {
        "`shares`"
    } else {
        return Ok(());
    };
    Err(Refusal::RulesFixed { year, what })
}

fn charge(ask: &Ask, reservation: &Reservation, account: &Standing) -> Charge {
    let period = reservation.period.to_string();
    let of_series = |c: &&(i64, Charge)| {
        let c = &c.1;
        c.series == reservation.series && c.table == ask.table && c.margin == ask.margin
    };
    let again = account.charges.iter().filter(of_series).any(|(_, c)| c.period == period);
    // What is settled covers nothing more: records may have got other places since.
    let covered_by = account
        .open_charges()
        .iter()
        .filter(of_series)
        .find(|(_, c)| {
            let same_price = c.kind == ask.kind && c.bound == ask.bound && c.unit == ask.unit;
            let disjoint = matches!(
                (c.period.parse::<Period>(), reservation.period),
                (Ok(Period::Quarter(y, a)), Period::Quarter(z, b)) if y == z && a != b
            );
            same_price && disjoint && c.covered_by.is_none()
        })
        .map(|(seq, _)| *seq)
        .filter(|_| !again);
    Charge {
        release: reservation.release.clone(),
        series: reservation.series.clone(),
        period,
        table: ask.table.clone(),
        margin: ask.margin.clone(),
        fingerprint: ask.fingerprint.clone(),
        kind: ask.kind.clone(),
        bound: ask.bound,
        unit: ask.unit,
        share: if again { Share::Revisions } else { reservation.share },
        covered_by,
    }
}

/// What would fit instead, in words.
#[expect(clippy::float_arithmetic, reason = "a rough figure for people")]
fn fits(family: Family, left: Nano, wanted: Nano) -> String {
    if left == Nano::ZERO {
        return "nothing would fit".to_owned();
    }
    let ratio = wanted.to_f64() / left.to_f64();
    let wider = match family {
        Family::Laplace => ratio,
        Family::Gaussian => ratio.sqrt(),
    };
    format!(
        "the same tables would fit with margins of error about {wider:.1} times as wide, or fewer tables"
    )
}

fn within_budget(year: i32, account: &Standing, added: &[Charge]) -> Result<(), Refusal> {
    let (before, rules) = (account.open_charges(), account.open_rules());
    let worst = |share: Option<Share>, with: bool| {
        let new = added.iter().filter(|_| with);
        let all = before.iter().map(|(_, c)| c).chain(new);
        let of_share = all.filter(|c| share.is_none_or(|s| s == c.share));
        worst_case(&costs(of_share), rules.family, &rules.bounds)
    };
    let shares = added.iter().map(|c| c.share);
    for share in shares.clone().map(Some).chain(shares.take(1).map(|_| None)) {
        let cap = share.map_or(rules.budget, |s| rules.shares.of(s));
        let (spent, total) = (worst(share, false), worst(share, true));
        if total > cap {
            return Err(Refusal::OverBudget {
                year,
                share: share.unwrap_or(Share::Scheduled),
                cap,
                left: cap.minus(spent).unwrap_or_default(),
                wanted: total.minus(spent).unwrap_or_default(),
                fits: fits(
                    rules.family,
                    cap.minus(spent).unwrap_or_default(),
                    total.minus(spent).unwrap_or_default(),
                ),
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
