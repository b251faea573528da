use std::collections::BTreeMap;

use shumar_schemas::Bounds;
use shumar_schemas::ledger::Amounts;

use super::*;

/// A ledger in memory.
#[derive(Default)]
struct Rows(Vec<Row>);

impl Ledger for Rows {
    fn transact(&mut self, decide: &mut Decision<'_>) -> Result<Vec<i64>, KernelError> {
        let mut added = Vec::new();
        for (year, entry) in decide(&self.0)? {
            let seq = self.0.len() as i64 + 1;
            self.0.push(Row { seq, at: String::new(), year, entry, hash: String::new() });
            added.push(seq);
        }
        Ok(added)
    }
}

fn amount(text: &str) -> Nano {
    text.parse().expect("an amount")
}

fn rules(budget: &str) -> Rules {
    let kinds = BTreeMap::from([("police".to_owned(), 2), ("court".to_owned(), 2)]);
    let shares = Amounts { scheduled: amount("0.8"), rti: amount("0.1"), revisions: amount("0.1") };
    Rules {
        family: Family::Laplace,
        budget: amount(budget),
        bounds: Bounds { all: 3, kinds, calibration: None },
        shares,
    }
}

fn reservation(series: &str, period: &str, units: &[(&str, &str, &str)]) -> Reservation {
    let asks = units.iter().map(|(table, kind, unit)| Ask {
        table: (*table).to_owned(),
        margin: "total".to_owned(),
        fingerprint: format!("{table}{period}"),
        kind: (*kind).to_owned(),
        bound: 2,
        unit: amount(unit),
    });
    Reservation {
        release: format!("{series}-{period}"),
        series: series.to_owned(),
        period: period.parse().expect("a period"),
        share: Share::Scheduled,
        rules: rules("1"),
        asks: asks.collect(),
    }
}

fn spent(ledger: &Rows, year: i32) -> String {
    standing(&ledger.0, year).map_or("none".to_owned(), |s| s.spent.to_string())
}

#[test]
fn a_quarterly_series_is_charged_once_a_year() {
    let mut ledger = Rows::default();
    for quarter in ["2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4"] {
        let asked = reservation("q", quarter, &[("t", "police", "0.3")]);
        let reserved = Accountant::new(&mut ledger).reserve(&asked);
        assert_eq!(reserved.expect("within the budget").len(), 1);
        assert_eq!(spent(&ledger, 2025), "0.6");
    }
    let other_year = reservation("q", "2026-Q1", &[("t", "police", "0.3")]);
    Accountant::new(&mut ledger).reserve(&other_year).expect("another year");
    assert_eq!((spent(&ledger, 2025), spent(&ledger, 2026)), ("0.6".to_owned(), "0.6".to_owned()));
}

#[test]
fn the_same_quarter_again_is_a_new_charge_to_revisions() {
    let mut ledger = Rows::default();
    let q1 = reservation("q", "2025-Q1", &[("t", "police", "0.05")]);
    let q2 = reservation("q", "2025-Q2", &[("t", "police", "0.05")]);
    for r in [&q1, &q2, &q1] {
        Accountant::new(&mut ledger).reserve(r).expect("within the budget");
    }
    let standing = standing(&ledger.0, 2025).expect("an account");
    assert_eq!(standing.spent, amount("0.2"));
    assert_eq!(standing.by_share, [amount("0.1"), Nano::ZERO, amount("0.1")]);
    let refused = Accountant::new(&mut ledger).reserve(&q2);
    assert!(matches!(
        refused,
        Err(KernelError::Refused(Refusal::OverBudget { share: Share::Revisions, .. }))
    ));
}

#[test]
fn all_or_nothing_and_the_worst_pattern_decides() {
    let mut ledger = Rows::default();
    // police 2 × 0.3 + court 1 × 0.2 = 0.8 with C = 3: exactly the share.
    let fits = reservation("a", "2025", &[("t", "police", "0.3"), ("u", "court", "0.2")]);
    let over = reservation("a", "2025", &[("t", "police", "0.3"), ("u", "court", "0.200000001")]);
    let refused = Accountant::new(&mut ledger).reserve(&over);
    let Err(KernelError::Refused(Refusal::OverBudget { left, wanted, .. })) = refused else {
        panic!("must be refused");
    };
    assert_eq!((left, wanted), (amount("0.8"), amount("0.800000001")));
    assert!(ledger.0.is_empty());
    Accountant::new(&mut ledger).afford(&fits).expect("affordable");
    assert!(ledger.0.is_empty());
    Accountant::new(&mut ledger).reserve(&fits).expect("fits exactly");
    assert_eq!(spent(&ledger, 2025), "0.8");
}

#[test]
fn several_years_are_charged_each() {
    let mut ledger = Rows::default();
    let spends = Accountant::new(&mut ledger)
        .reserve(&reservation("v", "2023..2025", &[("t", "police", "0.3")]))
        .expect("within the budget");
    assert_eq!(spends[0].paid_by, vec![2, 4, 6]);
    for year in 2023..=2025 {
        assert_eq!(spent(&ledger, year), "0.6");
    }
}

#[test]
fn the_rules_of_a_year_are_fixed() {
    let mut ledger = Rows::default();
    let mut r = reservation("a", "2025", &[("t", "police", "0.1")]);
    Accountant::new(&mut ledger).reserve(&r).expect("within the budget");
    r.rules.bounds.all = 4;
    r.series = "b".to_owned();
    let refused = Accountant::new(&mut ledger).reserve(&r);
    let Err(KernelError::Refused(Refusal::RulesFixed { what, .. })) = refused else {
        panic!("must be refused");
    };
    assert_eq!(what, "`bounds`");
    r.period = Period::Year(2026);
    Accountant::new(&mut ledger).reserve(&r).expect("another year");
}

/// A spend pays for the counts it was reserved for, at the bound it was reserved for.
#[test]
fn a_spend_for_another_table_or_bound_draws_nothing() {
    for (fingerprint, bound) in [("t2025", 3), ("u2025", 2)] {
        let mut ledger = Rows::default();
        let asked = reservation("a", "2025", &[("t", "police", "0.3")]);
        let mut spends = Accountant::new(&mut ledger).reserve(&asked).expect("within the budget");
        let exact = crate::Exact::claim(vec![1, 2], fingerprint, bound).expect("counts");
        let refused = exact.measure(spends.pop().expect("one"));
        assert!(matches!(refused, Err(KernelError::OtherTable)));
    }
    for (counts, bound) in [(vec![], 1), (vec![-1], 1), (vec![1 << 40], 1), (vec![1], 0)] {
        assert!(matches!(crate::Exact::claim(counts, "t", bound), Err(KernelError::Shape)));
    }
}

/// A million charges of a billionth each are exactly their sum.
#[test]
fn tiny_charges_add_up_to_the_last_billionth() {
    let charges: Vec<crate::Cost> = (0..1_000_000)
        .map(|i| crate::Cost {
            kind: if i % 2 == 0 { "police" } else { "court" }.to_owned(),
            bound: 1,
            unit: Nano::new(1),
        })
        .collect();
    let bounds = Bounds { all: 2, kinds: BTreeMap::new(), calibration: None };
    assert_eq!(worst_case(&charges, Family::Laplace, &bounds), Nano::new(1_000_000));
}
