//! Revisions: a new version of a release that stands, asked for because its records were corrected.

use std::path::Path;

use rusqlite::Connection;
use shumar_schemas::release::{DOCUMENT, ReleaseDocument, RevisionDocument};

use crate::TransformError;
use crate::release::{Made, Outcome};
use crate::workshop::Workshop;

/// The revision that is asked for, if an interruption had only kept it from the register: the same
/// command again finds it and draws nothing.
///
/// # Errors
/// A document that can't be read.
pub(crate) fn just_revised(
    workshop: &Workshop<'_>,
    releases: &Path,
    base: &str,
    mended: &[String],
) -> Result<Option<Outcome>, TransformError> {
    let Some(revise) = workshop.revise else { return Ok(None) };
    for id in mended {
        let folder = releases.join(id);
        let path = folder.join(DOCUMENT);
        let text = std::fs::read(&path).map_err(TransformError::read(&path))?;
        let document: ReleaseDocument = serde_json::from_slice(&text)?;
        let revision = document.revision.as_ref();
        let same = |r: &RevisionDocument| {
            *id == format!("{base}-r{}", r.number) && r.reason == revise.reason.trim()
        };
        if revision.is_some_and(same) {
            let (id, made) = (id.clone(), Made::Before);
            let outcome = Outcome { id, folder, made, document, outdated: false, revised_by: None };
            return Ok(Some(outcome));
        }
    }
    Ok(None)
}

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
