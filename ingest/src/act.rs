//! The audit trail: what was done to the lake, when, and by whom.

use chrono::{DateTime, SecondsFormat, Utc};
use rusqlite::{Connection, params};

use crate::IngestError;

/// A moment as the register writes it.
pub(crate) fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Enters an act. Who did it is the operating system's user.
pub(crate) fn enter(
    register: &Connection,
    at: DateTime<Utc>,
    what: &str,
    batch: Option<i64>,
    detail: &str,
) -> Result<(), IngestError> {
    let user = ["USER", "USERNAME", "LOGNAME"].into_iter().find_map(|v| std::env::var(v).ok());
    register.execute(
        "INSERT INTO act (at, who, what, batch, detail) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![time(at), user.unwrap_or_default(), what, batch, detail],
    )?;
    Ok(())
}
