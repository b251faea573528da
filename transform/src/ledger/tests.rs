use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

use shumar_privacy::{Accountant, Ask, Refusal, Reservation};
use shumar_schemas::ledger::{Amounts, Rules, Share};
use shumar_schemas::{Bounds, Family, Nano, Period, store};

use super::*;
use crate::selftest;

fn register(path: &Path) -> Connection {
    let register = Connection::open(path).expect("a database");
    register.busy_timeout(Duration::from_mins(1)).expect("patience");
    register
}

/// A release of its own name that costs 2 records × 0.1 of a share of 1.5.
fn reservation(name: &str) -> Reservation {
    let amount = |text: &str| text.parse::<Nano>().expect("an amount");
    Reservation {
        release: name.to_owned(),
        series: name.to_owned(),
        period: Period::Year(2025),
        share: Share::Scheduled,
        rules: Rules {
            family: Family::Laplace,
            budget: amount("2"),
            bounds: Bounds { all: 3, kinds: BTreeMap::new(), calibration: None },
            shares: Amounts {
                scheduled: amount("1.5"),
                rti: amount("0.3"),
                revisions: amount("0.2"),
            },
        },
        asks: vec![Ask {
            table: name.to_owned(),
            margin: "total".to_owned(),
            fingerprint: name.to_owned(),
            kind: "police".to_owned(),
            bound: 2,
            unit: amount("0.1"),
        }],
    }
}

fn reserve(register: &mut Connection, name: &str) -> Result<(), KernelError> {
    let mut ledger = SqliteLedger::new(register, Utc::now());
    Accountant::new(&mut ledger).reserve(&reservation(name)).map(|_| ())
}

fn failed(home: &Path, register: &Connection) -> Vec<&'static str> {
    let checks = selftest::ledger(home, register).into_iter();
    checks.filter(|c| !c.passed).map(|c| c.name).collect()
}

/// 100 connections ask at once for a share that holds 7 of their charges.
#[test]
fn of_a_hundred_who_race_for_the_budget_those_it_holds_are_paid() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("shumar.db");
    register(&path).execute_batch(store::DDL).expect("its tables");
    register(&path).pragma_update(None, "journal_mode", "WAL").expect("a journal");
    let outcomes: Vec<Result<(), KernelError>> = std::thread::scope(|scope| {
        let path = &path;
        let racers: Vec<_> = (0..100)
            .map(|i| scope.spawn(move || reserve(&mut register(path), &format!("racer-{i}"))))
            .collect();
        racers.into_iter().map(|r| r.join().expect("an end")).collect()
    });
    let paid = outcomes.iter().filter(|o| o.is_ok()).count();
    let over = |o: &&_| matches!(o, Err(KernelError::Refused(Refusal::OverBudget { .. })));
    assert_eq!((paid, outcomes.iter().filter(over).count()), (7, 93));
    let rows = read(&register(&path)).expect("a ledger that holds");
    assert_eq!(rows.len(), 8);
    assert_eq!(standing(&rows, 2025).expect("an account").spent.to_string(), "1.4");
    std::fs::create_dir(dir.path().join("releases")).expect("a folder");
    assert!(failed(dir.path(), &register(&path)).is_empty());
}

/// The self-test finds an altered row, a year over its budget, and a release that nobody paid for.
#[test]
fn a_ledger_that_does_not_hold_is_told() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut altered = register(&dir.path().join("shumar.db"));
    altered.execute_batch(store::DDL).expect("its tables");
    reserve(&mut altered, "annual").expect("within the budget");
    let unpaid = dir.path().join("releases/unpaid");
    std::fs::create_dir_all(&unpaid).expect("a folder");
    assert!(failed(dir.path(), &altered).is_empty());
    std::fs::write(unpaid.join("release.json"), "{}").expect("a release");
    assert_eq!(failed(dir.path(), &altered), ["ledger paid"]);
    std::fs::remove_dir_all(&unpaid).expect("a folder");
    altered.execute_batch("DROP TRIGGER ledger_is_append_only_update").expect("a trigger");
    let sql = "UPDATE ledger SET body = replace(body, '0.1', '0.9') WHERE seq = 2";
    assert_eq!(altered.execute(sql, []).expect("a row"), 1);
    assert_eq!(failed(dir.path(), &altered), ["ledger chain"]);
    // Sealed again by someone who knows how: the chain fits, the budget does not.
    let row = |sql: &str| altered.query_row(sql, [], |r| r.get::<_, String>(0)).expect("a text");
    let (prev, at) =
        (row("SELECT prev FROM ledger WHERE seq = 2"), row("SELECT at FROM ledger WHERE seq = 2"));
    let hash = seal(&prev, 2, &at, 2025, &row("SELECT body FROM ledger WHERE seq = 2"));
    altered.execute("UPDATE ledger SET hash = ?1 WHERE seq = 2", [hash]).expect("a row");
    assert_eq!(failed(dir.path(), &altered), ["ledger within budget"]);
}
