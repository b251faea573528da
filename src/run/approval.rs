//! Approvals of releases that an officer has to approve.
//!
//! Each is a fact of the home, and an act in the audit trail.

use std::collections::BTreeSet;

use chrono::{DateTime, SecondsFormat, Utc};
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior};
use serde_json::json;
use shumar_schemas::Period;

use crate::failure::Failure;
use crate::home::Home;

/// How the facts of approvals begin.
const KEY: &str = "approved ";
/// A name is short.
const OFFICER_MAX: usize = 200;

/// The releases that were approved.
pub(crate) fn all(register: &Connection) -> Result<BTreeSet<String>, Failure> {
    let mut select = register.prepare("SELECT key FROM home WHERE key LIKE 'approved %'")?;
    let keys = select.query_map([], |r| r.get::<_, String>(0))?;
    let mut ids = BTreeSet::new();
    for key in keys {
        ids.extend(key?.strip_prefix(KEY).map(str::to_owned));
    }
    Ok(ids)
}

/// Enters an officer's approval of a release, and returns its name. One that was given stays as it is.
///
/// # Errors
/// A release that needs none, a period that it has not or that is not over, and no officer's name.
pub(crate) fn approve(
    home: &Home,
    release: &str,
    period: Period,
    officer: &str,
) -> Result<String, Failure> {
    let plan = home.config.release(release)?;
    let (id, officer) = (format!("{}-{}", plan.id, period.slug()), officer.trim());
    let refuse = |what: &str, hint: &str| {
        Err(Failure::refused(format!("`{id}` can't be approved: {what}\n\nhint: {hint}")))
    };
    if !plan.hold {
        return refuse("it waits for nobody", "only a release with `hold = true` is approved");
    }
    if plan.period_of(period.months().0) != Some(period) {
        return refuse("it has no such period", "a year is `2025`, a quarter `2025-Q3`");
    }
    if period.end().is_none_or(|end| end >= home.today().min(home.now.date_naive())) {
        return refuse("its period is not over", "approve it when its figures can be judged");
    }
    if officer.is_empty() || officer.chars().count() > OFFICER_MAX {
        return refuse("it is not said who approves", "--officer \"Name of the officer\"");
    }
    let key = format!("{KEY}{id}");
    let sql = "SELECT 1 FROM home WHERE key = ?1";
    if home.register.query_row(sql, [&key], |_| Ok(())).optional()?.is_none() {
        let fact = json!({ "officer": officer, "at": time(home.now) }).to_string();
        let both = Transaction::new_unchecked(&home.register, TransactionBehavior::Immediate)?;
        both.execute("INSERT INTO home (key, value) VALUES (?1, ?2)", [key, fact])?;
        home.enter("approve", &format!("{id} by {officer}"))?;
        both.commit()?;
    }
    Ok(id)
}

fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}
