//! The checks of `shumar selftest`: the kernel's own, and the ledger of a home.

use std::collections::BTreeSet;
use std::path::Path;

use rusqlite::Connection;
use shumar_privacy::standing;
use shumar_schemas::ledger::Row;

use crate::ledger::{Check, rows};
use crate::release::all_paid;

/// Checks the sampler, the source of randomness, margins of error and privacy loss of this binary
/// on made-up numbers; `progress` is told what is being done. Takes some 20 seconds of one core.
///
/// # Privacy
/// Costs nothing: no record is read and no ledger is charged.
pub fn kernel(progress: &mut dyn FnMut(&str)) -> Vec<Check> {
    let checks = shumar_privacy::selftest::run(progress).into_iter();
    checks.map(|c| Check { name: c.name, passed: c.passed, detail: c.found }).collect()
}

/// Checks a home's ledger: every row is sealed by the one before, no year passes its budget or a
/// share, and every release that stands is paid for.
#[must_use]
pub fn ledger(home: &Path, register: &Connection) -> Vec<Check> {
    let rows = match rows(register) {
        Ok(rows) => rows,
        Err(e) => {
            return vec![Check { name: "ledger chain", passed: false, detail: e.to_string() }];
        }
    };
    let sealed = format!("{} rows, each sealed by the one before", rows.len());
    let years: BTreeSet<i32> = rows.iter().flat_map(Row::years).collect();
    let over: Vec<String> = years
        .iter()
        .filter(|year| {
            !standing(&rows, **year).is_some_and(|s| {
                let shares = s.by_share.iter().zip([
                    s.rules.shares.scheduled,
                    s.rules.shares.rti,
                    s.rules.shares.revisions,
                ]);
                s.spent <= s.rules.budget && shares.into_iter().all(|(spent, cap)| *spent <= cap)
            })
        })
        .map(ToString::to_string)
        .collect();
    let within = if over.is_empty() {
        format!("{} reporting year(s): the worst pattern of records stays within", years.len())
    } else {
        format!("the budget or a share is passed in {}", over.join(", "))
    };
    let paid = match all_paid(&home.join("releases"), &rows) {
        Ok(()) => (true, "every charge that a standing release states is in the ledger".to_owned()),
        Err(e) => (false, e.to_string()),
    };
    vec![
        Check { name: "ledger chain", passed: true, detail: sealed },
        Check { name: "ledger within budget", passed: over.is_empty(), detail: within },
        Check { name: "ledger paid", passed: paid.0, detail: paid.1 },
    ]
}
