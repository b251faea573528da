//! Moments and acts as the register writes them. The audit trail itself is kept by the store.

use chrono::{DateTime, SecondsFormat, Utc};
use rusqlite::Connection;

use crate::IngestError;

/// A moment as the register writes it.
pub(crate) fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}

/// Enters an act on the lake into the audit trail.
pub(crate) fn enter(
    register: &Connection,
    at: DateTime<Utc>,
    what: &str,
    batch: Option<i64>,
    detail: &str,
) -> Result<(), IngestError> {
    shumar_store::enter(register, at, what, batch, detail)?;
    Ok(())
}
