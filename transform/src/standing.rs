//! The entry of finished releases in the register, also of those that an interruption kept from it.

use std::path::{Path, PathBuf};

use chrono::SecondsFormat;
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use shumar_schemas::release::{DOCUMENT, ReleaseDocument};

use crate::ledger::{paid, rows};
use crate::release::lock;
use crate::{TransformError, Workshop, folder, lake};

/// Under this key the register notes the last act on the lake that a release saw, from the first
/// charge on until the release is entered: a crash in between does not forget it.
const SEEN: &str = "seen";

/// Notes what a release that is being drawn sees of the lake. What was drawn before, unless it is
/// `fresh`, saw less.
pub(crate) fn note_seen(
    register: &Connection,
    id: &str,
    fresh: bool,
) -> Result<(), TransformError> {
    let or = if fresh { "REPLACE" } else { "IGNORE" };
    let sql =
        format!("INSERT OR {or} INTO home (key, value) SELECT ?1, coalesce(max(seq), 0) FROM act");
    register.execute(&sql, [key(id)])?;
    Ok(())
}

/// Enters a finished release.
pub(crate) fn enter(
    workshop: &Workshop<'_>,
    register: &Connection,
    document: &ReleaseDocument,
    folder: &Path,
) -> Result<(), TransformError> {
    let sha256 = folder::digest(&folder.join(DOCUMENT))?;
    let at = workshop.now.to_rfc3339_opts(SecondsFormat::Secs, true);
    let transaction = Transaction::new_unchecked(register, TransactionBehavior::Immediate)?;
    let sql = "SELECT value FROM home WHERE key = ?1";
    let seen: Option<String> =
        transaction.query_row(sql, [key(&document.id)], |r| r.get(0)).optional()?;
    let seen: i64 = seen.and_then(|seen| seen.parse().ok()).unwrap_or_default();
    transaction.execute(
        "INSERT INTO release (id, release, period, sha256, at, act) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![document.id, document.release, document.period, sha256, at, seen],
    )?;
    transaction.execute("DELETE FROM home WHERE key = ?1", [key(&document.id)])?;
    let detail = format!("{}, release.json is {sha256}", document.id);
    shumar_store::enter(&transaction, workshop.now, "release", None, &detail)?;
    transaction.commit()?;
    shumar_fault::point("release.entered");
    Ok(())
}

fn key(id: &str) -> String {
    format!("{SEEN} {id}")
}

/// The folders of finished releases that the register does not name: a crash came between the last
/// rename and the entry.
///
/// # Errors
/// A folder or a register that can't be read.
pub fn not_entered(
    home: &Path,
    register: &Connection,
) -> Result<Vec<(PathBuf, ReleaseDocument)>, TransformError> {
    let releases = home.join("releases");
    let mut found = Vec::new();
    let entries = match std::fs::read_dir(&releases) {
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => return Ok(found),
        entries => entries.map_err(TransformError::read(&releases))?,
    };
    let sql = "SELECT EXISTS (SELECT 1 FROM release WHERE id = ?1)";
    for entry in entries {
        let entry = entry.map_err(TransformError::read(&releases))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with('.') || register.query_row(sql, [&name], |r| r.get(0))? {
            continue;
        }
        let Ok(text) = std::fs::read(entry.path().join(DOCUMENT)) else { continue };
        let Ok(document) = serde_json::from_slice::<ReleaseDocument>(&text) else { continue };
        if document.id == name {
            found.push((entry.path(), document));
        }
    }
    Ok(found)
}

/// Enters every finished release that the ledger has paid for and the register does not name.
/// Gives their names.
///
/// # Errors
/// A ledger that does not belong to the lake; what the disk or the register refuses.
pub fn enter_standing(
    workshop: &Workshop<'_>,
    register: &Connection,
) -> Result<Vec<String>, TransformError> {
    let _lock = lock(&workshop.home.join("releases/.lock"))?;
    mend(workshop, register)
}

/// The same under the lock of releases.
pub(crate) fn mend(
    workshop: &Workshop<'_>,
    register: &Connection,
) -> Result<Vec<String>, TransformError> {
    lake::same_lineage(workshop.home, register)?;
    let missing = not_entered(workshop.home, register)?;
    let ledger = if missing.is_empty() { Vec::new() } else { rows(register)? };
    let mut entered = Vec::new();
    for (folder, document) in missing {
        if paid(&ledger, &document) {
            enter(workshop, register, &document, &folder)?;
            entered.push(document.id);
        }
    }
    Ok(entered)
}
