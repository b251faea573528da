//! The condition of the lake: whether it is what the register lists, and what was left over.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension};
use shumar_seal::{Seal, SealError};

use crate::leftover::{self, Unlisted};
use crate::{IngestError, arrival, lake, places, rows};

/// What was found in the lake. Files are named relative to the home.
#[derive(Debug, Default)]
pub struct Condition {
    /// Listed, and not there.
    pub missing: Vec<String>,
    /// Listed, and not what ingest wrote.
    pub changed: Vec<String>,
    /// Listed with another number of records than they hold.
    pub miscounted: Vec<String>,
    /// Runs of the register of places that are missing or damaged.
    pub places: Vec<String>,
    /// Not encrypted, in an encrypted lake.
    pub plain: Vec<String>,
    /// Encrypted, in a lake that is not.
    pub sealed: Vec<String>,
    /// Why nothing could be looked into: files were compared with the register from outside only.
    pub closed: Option<SealError>,
    /// Nobody's: what interruptions left.
    pub left: Vec<String>,
    /// Not listed, and no interruption explains it.
    pub astray: Vec<String>,
    /// Out of the lake, and still to be deleted.
    pub gone: Vec<String>,
}

/// Looks at every file of the lake. Changes nothing. Without the lake's key nothing is called damaged
/// that can't be looked into.
///
/// # Errors
/// A register that can't be read; a lake that others keep changing.
pub fn condition(
    home: &Path,
    register: &Connection,
    seal: &Seal,
) -> Result<Condition, IngestError> {
    let _lock = match arrival::lock(home, false) {
        // Who can't write here looks at what there is.
        Err(IngestError::Write { .. }) => None,
        lock => Some(lock?),
    };
    let mut found = Condition { closed: seal.key().err(), ..Condition::default() };
    let mut select =
        register.prepare("SELECT path, sha256, records FROM lake_file ORDER BY path")?;
    let mut listed = select.query([])?;
    while let Some(row) = listed.next()? {
        let (path, sha256): (String, String) = (row.get(0)?, row.get(1)?);
        let (full, records): (PathBuf, i64) = (home.join(&path), row.get(2)?);
        if !full.is_file() {
            found.missing.push(path);
        } else if let Some(other) = found.otherwise(&full, seal) {
            other.push(path);
        } else if rows::digest(&full).ok() != Some(sha256) {
            found.changed.push(path);
        } else if held(&full, seal).is_some_and(|held| held != records) {
            found.miscounted.push(path);
        }
    }
    let name = |path: PathBuf| {
        path.strip_prefix(home).map_or_else(|_| path.clone(), Path::to_owned).display().to_string()
    };
    if found.closed.is_none() {
        for path in places::damaged(home, register, seal)? {
            match found.otherwise(&path, seal) {
                Some(other) => other.push(name(path)),
                None => found.places.push(name(path)),
            }
        }
    }
    let Unlisted { left, astray } = leftover::unlisted(home, register)?;
    found.left = left.into_iter().map(name).collect();
    found.astray = astray.into_iter().map(name).collect();
    let mut select = register.prepare("SELECT path FROM gone_file ORDER BY path")?;
    found.gone = select.query_map([], |r| r.get(0))?.collect::<Result<_, _>>()?;
    Ok(found)
}

/// The batch that a file of a provider is already: an interruption kept it from being moved.
///
/// # Errors
/// A file or a register that can't be read.
pub fn taken_already(
    register: &Connection,
    provider: &str,
    file: &Path,
) -> Result<Option<i64>, IngestError> {
    let sql = "SELECT id FROM batch WHERE provider = ?1 AND sha256 = ?2 AND state = 'active'
         AND rows > 0";
    let about = [provider.to_owned(), rows::digest(file)?];
    Ok(register.query_row(sql, about, |r| r.get(0)).optional()?)
}

impl Condition {
    /// Where a file is noted that is encrypted and should not be, or the other way round.
    fn otherwise(&mut self, path: &Path, seal: &Seal) -> Option<&mut Vec<String>> {
        match (shumar_seal::is_sealed(path).ok()?, seal.is_on()) {
            (true, false) => Some(&mut self.sealed),
            (false, true) => Some(&mut self.plain),
            _ => None,
        }
    }
}

/// How many records a file holds, if it says so.
fn held(path: &Path, seal: &Seal) -> Option<i64> {
    let about = lake::reader(path, seal).ok()?;
    Some(about.metadata().file_metadata().num_rows())
}
