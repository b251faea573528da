use std::collections::BTreeMap;

use shumar_schemas::ledger::{Lost, Recovered, Resumed, Resumption};
use shumar_schemas::{Bounds, Family, Period};

use super::*;
use crate::account::{Accountant, Ask, Decision, Ledger, Reservation};
use crate::{KernelError, Refusal};

#[derive(Default)]
struct Rows(Vec<Row>);

impl Rows {
    fn add(&mut self, year: i32, entry: Entry) -> i64 {
        let seq = self.0.len() as i64 + 1;
        self.0.push(Row { seq, at: String::new(), year, entry, hash: String::new() });
        seq
    }
}

impl Ledger for Rows {
    fn transact(&mut self, decide: &mut Decision<'_>) -> Result<Vec<i64>, KernelError> {
        Ok(decide(&self.0)?.into_iter().map(|(year, entry)| self.add(year, entry)).collect())
    }
}

fn amount(text: &str) -> Nano {
    text.parse().expect("an amount")
}

fn rules() -> Rules {
    let shares = Amounts { scheduled: amount("0.8"), rti: amount("0.1"), revisions: amount("0.1") };
    let bounds = Bounds { all: 2, kinds: BTreeMap::new(), calibration: None };
    Rules { family: Family::Laplace, budget: amount("1"), bounds, shares }
}

fn reserve(ledger: &mut Rows, period: &str, kind: &str, unit: &str) -> Result<(), KernelError> {
    let asks = vec![Ask {
        table: kind.to_owned(),
        margin: "total".to_owned(),
        fingerprint: String::new(),
        kind: kind.to_owned(),
        bound: 2,
        unit: amount(unit),
    }];
    let period: Period = period.parse().expect("a period");
    let (release, series) = (format!("q-{period}"), "q".to_owned());
    let share = Share::Scheduled;
    let asked = Reservation { release, series, period, share, rules: rules(), asks };
    Accountant::new(ledger).reserve(&asked).map(|_| ())
}

fn resumption(years: Vec<Resumed>, closed_to: Option<i32>) -> Entry {
    Entry::Resume(Box::new(Resumption {
        who: "amina".to_owned(),
        reason: "a test".to_owned(),
        restored: Some(1),
        seen: Vec::new(),
        evidence: Vec::new(),
        declared: closed_to.is_none(),
        years,
        closed_to,
    }))
}

fn of_2025(recovered: Vec<Recovered>, lost: Option<Lost>) -> Resumed {
    let apart = !recovered.is_empty();
    Resumed { year: 2025, rules: None, recovered, apart, lost }
}

fn spent(ledger: &Rows) -> Nano {
    standing(&ledger.0, 2025).expect("an account").spent
}

/// What was charged, lost and charged again costs what it cost, wherever it stands.
#[test]
fn recovered_charges_count_as_they_did() {
    let mut whole = Rows::default();
    reserve(&mut whole, "2025-Q1", "police", "0.1").expect("fits");
    reserve(&mut whole, "2025-Q1", "court", "0.15").expect("fits");
    let mut again = Rows::default();
    reserve(&mut again, "2025-Q1", "police", "0.1").expect("fits");
    let Entry::Charge(charge) = whole.0[2].entry.clone() else { panic!("a charge") };
    let recovered = vec![Recovered { seq: 3, charge }];
    again.add(2025, resumption(vec![of_2025(recovered, None)], None));
    assert_eq!(spent(&again), spent(&whole));
    assert_eq!(spent(&again), amount("0.3"));
}

/// After releases were lost, later charges have a worst pattern of their own, and nothing before covers
/// them: with the same places for all, two of one kind would be the worst, and cost less.
#[test]
fn what_comes_after_lost_releases_is_added() {
    let mut ledger = Rows::default();
    reserve(&mut ledger, "2025-Q1", "police", "0.1").expect("fits");
    let Entry::Charge(mut charge) = ledger.0[1].entry.clone() else { panic!("a charge") };
    (charge.period, charge.covered_by) = ("2025-Q2".to_owned(), Some(2));
    let recovered = vec![Recovered { seq: 3, charge }];
    ledger.add(2025, resumption(vec![of_2025(recovered, None)], None));
    assert_eq!(spent(&ledger), amount("0.2"));
    reserve(&mut ledger, "2025-Q3", "police", "0.1").expect("fits");
    reserve(&mut ledger, "2025-Q3", "court", "0.12").expect("fits");
    // 2 × 0.1 before, then 2 × 0.12: the pattern of two police records after is not as bad.
    assert_eq!(spent(&ledger), amount("0.44"));
    let account = standing(&ledger.0, 2025).expect("an account");
    assert_eq!((account.charges.len(), account.open_charges().len()), (4, 2));
    assert_eq!(account.open_rules().shares.scheduled, amount("0.6"));
    // 0.6 is left of the share for a pattern of its own: 2 × 0.3, and a billionth more is too much.
    assert!(reserve(&mut ledger, "2025", "shelter", "0.300000001").is_err());
    reserve(&mut ledger, "2025", "shelter", "0.3").expect("fits exactly");
    assert_eq!(spent(&ledger), amount("0.8"));
}

/// The rest of a year that counts as spent leaves nothing in any share, and years that were never
/// opened are closed.
#[test]
fn nothing_is_left_of_what_counts_as_spent() {
    let mut ledger = Rows::default();
    reserve(&mut ledger, "2025-Q1", "police", "0.1").expect("fits");
    let lost = Lost {
        total: amount("0.8"),
        shares: Amounts { scheduled: amount("0.6"), ..rules().shares },
    };
    ledger.add(2026, resumption(vec![of_2025(Vec::new(), Some(lost))], Some(2026)));
    let account = standing(&ledger.0, 2025).expect("an account");
    assert_eq!(account.spent, account.rules.budget);
    assert_eq!(account.by_share, Share::ALL.map(|s| account.rules.shares.of(s)));
    let refused = reserve(&mut ledger, "2025-Q2", "court", "0.000000001");
    assert!(matches!(refused, Err(KernelError::Refused(Refusal::OverBudget { .. }))));
    // Nor is a later quarter covered by the charge of an earlier one.
    let refused = reserve(&mut ledger, "2025-Q2", "police", "0.1");
    assert!(matches!(refused, Err(KernelError::Refused(Refusal::OverBudget { .. }))));
    for year in ["2024", "2026"] {
        let refused = reserve(&mut ledger, year, "court", "0.01");
        assert!(matches!(refused, Err(KernelError::Refused(Refusal::Closed { .. }))), "{year}");
    }
    reserve(&mut ledger, "2027", "court", "0.01").expect("a year that came later");
}

/// Where nothing was lost, a series goes on as if nothing had happened.
#[test]
fn a_declared_gap_changes_no_account() {
    let mut ledger = Rows::default();
    reserve(&mut ledger, "2025-Q1", "police", "0.1").expect("fits");
    ledger.add(2025, resumption(vec![of_2025(Vec::new(), None)], None));
    reserve(&mut ledger, "2025-Q2", "police", "0.1").expect("fits");
    assert_eq!(spent(&ledger), amount("0.2"));
}
