//! What hooks were told: an event about one subject is told once.

use chrono::{DateTime, SecondsFormat, Utc};
use rusqlite::{Connection, params};

use crate::failure::Failure;

/// Whether an event about a subject was told before.
pub(crate) fn told(register: &Connection, event: &str, subject: &str) -> Result<bool, Failure> {
    let sql = "SELECT EXISTS (SELECT 1 FROM notice WHERE event = ?1 AND subject = ?2)";
    Ok(register.query_row(sql, [event, subject], |r| r.get(0))?)
}

/// Enters that an event about a subject was told; says whether it is new.
pub(crate) fn enter(
    register: &Connection,
    event: &str,
    subject: &str,
    now: DateTime<Utc>,
) -> Result<bool, Failure> {
    let sql = "INSERT OR IGNORE INTO notice (event, subject, at) VALUES (?1, ?2, ?3)";
    let at = now.to_rfc3339_opts(SecondsFormat::Secs, true);
    Ok(register.execute(sql, params![event, subject, at])? == 1)
}
