//! The condition of the desk: whether its files are what the register says.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, Transaction, TransactionBehavior};
use shumar_publish::remove;
use shumar_schemas::disclosure::FOLDER;

use crate::{RtiError, audit, register};

/// The folder of the encrypted files.
const APPLICANTS: &str = "rti/applicants";

/// What was found at the desk. Files are named relative to the home.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Condition {
    /// What SQLite says of the file; empty when it is whole.
    pub database: Vec<String>,
    /// The first act or request that does not fit.
    pub audit: Option<String>,
    /// Requests whose applicant's file is not there and was not erased.
    pub missing: Vec<String>,
    /// Files of applicants without a request, or of one that was forgotten.
    pub strange: Vec<String>,
    /// What interruptions left.
    pub left: Vec<String>,
}

/// Looks at the desk of a home; nothing is changed, and no applicant's file is opened.
///
/// # Errors
/// A register that can't be opened.
pub fn condition(home: &Path) -> Result<Condition, RtiError> {
    let desk = register::open(home)?;
    let mut found = Condition { database: whole(&desk), ..Condition::default() };
    if !found.database.is_empty() {
        return Ok(found);
    }
    match audit::read(&desk) {
        Err(RtiError::Damaged { what }) => found.audit = Some(what),
        acts => _ = acts?,
    }
    let (missing, strange, left) = files(home, &desk)?;
    let name = |path: PathBuf| {
        path.strip_prefix(home).map_or_else(|_| path.clone(), Path::to_owned).display().to_string()
    };
    found.missing = missing;
    found.strange = strange.into_iter().map(name).collect();
    found.left = left.into_iter().map(name).collect();
    Ok(found)
}

/// Removes what interruptions left, and applicants' files that belong to no request or were to be
/// erased. The desk is held meanwhile.
///
/// # Errors
/// What the disk or the register refuses.
pub fn tidy(home: &Path) -> Result<(), RtiError> {
    let desk = register::open(home)?;
    let lock = home.join(shumar_schemas::disclosure::LOCK);
    let Ok(_lock) = shumar_lock::lock(&lock, true, "writing the public log") else { return Ok(()) };
    let held = Transaction::new_unchecked(&desk, TransactionBehavior::Immediate)?;
    let (_, strange, left) = files(home, &held)?;
    for path in strange.into_iter().chain(left) {
        remove(&path).map_err(RtiError::write(&path))?;
    }
    Ok(())
}

/// What SQLite says of a damaged database.
fn whole(desk: &Connection) -> Vec<String> {
    let lines = || -> Result<Vec<String>, rusqlite::Error> {
        let mut check = desk.prepare("PRAGMA integrity_check(5)")?;
        check.query_map([], |r| r.get(0))?.collect()
    };
    lines().map_or_else(
        |e| vec![e.to_string()],
        |lines| lines.into_iter().filter(|line| line != "ok").collect(),
    )
}

/// Requests without their applicant's file, files without their request, and what was left over.
type Files = (Vec<String>, Vec<PathBuf>, Vec<PathBuf>);

fn files(home: &Path, desk: &Connection) -> Result<Files, RtiError> {
    let requests = register::all(desk)?;
    let kept: BTreeSet<&str> =
        requests.iter().filter(|r| !r.forgotten).map(|r| r.reference.as_str()).collect();
    let (mut there, mut strange, mut left) = (BTreeSet::new(), Vec::new(), Vec::new());
    for entry in fs::read_dir(home.join(APPLICANTS)).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        match name.strip_suffix(".age") {
            Some(reference) if kept.contains(reference) => _ = there.insert(reference.to_owned()),
            Some(_) => strange.push(entry.path()),
            None if entry.path().extension().is_some_and(|e| e == "tmp") => left.push(entry.path()),
            None => {}
        }
    }
    let missing = kept.into_iter().filter(|r| !there.contains(*r)).map(str::to_owned).collect();
    let log = home.join(FOLDER);
    let beside = ["new", "old"].map(|ending| log.with_extension(ending));
    left.extend(beside.into_iter().filter(|path| path.exists()));
    Ok((missing, strange, left))
}
