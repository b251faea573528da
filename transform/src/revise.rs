//! Revisions: a new version of a release that stands, asked for because its records were corrected.

use std::path::Path;

use rusqlite::Connection;
use shumar_schemas::release::RevisionDocument;

use crate::TransformError;
use crate::workshop::Workshop;

/// The revision that is asked for: the next number after those that stand.
///
/// # Errors
/// [`TransformError::Unrevisable`] if nothing stands, or nothing has come to the lake since.
pub(crate) fn revision(
    workshop: &Workshop<'_>,
    register: &Connection,
    releases: &Path,
    base: &str,
) -> Result<Option<RevisionDocument>, TransformError> {
    let Some(revise) = workshop.revise else { return Ok(None) };
    let refuse =
        |what, hint| Err(TransformError::Unrevisable { release: base.to_owned(), what, hint });
    if revise.reason.trim().is_empty() {
        return refuse("no reason is given", "say in a few words what was wrong; it is published");
    }
    if !releases.join(base).exists() {
        return refuse("it was not made yet", "make it without `--revise`");
    }
    let mut number = 2;
    while releases.join(format!("{base}-r{number}")).exists() {
        number += 1;
    }
    let of = if number == 2 { base.to_owned() } else { format!("{base}-r{}", number - 1) };
    let sql = "SELECT EXISTS (SELECT 1 FROM act WHERE batch IS NOT NULL
        AND seq > (SELECT act FROM release WHERE id = ?1))";
    let changed: bool = register.query_row(sql, [&of], |r| r.get(0))?;
    if !changed {
        let what = "no file has arrived, been corrected or withdrawn since it was made";
        return refuse(
            what,
            "the same records give no better figures; take in what has changed first",
        );
    }
    Ok(Some(RevisionDocument { of, number, reason: revise.reason.trim().to_owned() }))
}
