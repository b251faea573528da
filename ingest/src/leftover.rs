//! Files of the lake that the database does not list. What an interruption left is removed. What no
//! interruption explains is set aside and never deleted: an older database may have been put back.
//!
//! Before a landing or a withdrawal writes anything, a note beside the lake says which numbers its
//! files will have; it is gone when all is done. So what is unlisted and was not announced was once
//! part of the lake.

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use rusqlite::Connection;

use crate::{IngestError, durable, inbox, places};

/// The note, in the home.
const NOTE: &str = "lake/.landing";
/// Where files are set aside, in the home.
const ASIDE: &str = "lake/.aside";

/// Files that the database does not list.
#[derive(Debug, Default)]
pub(crate) struct Unlisted {
    /// What an interruption left; nobody misses it.
    pub(crate) left: Vec<PathBuf>,
    /// What no interruption explains.
    pub(crate) astray: Vec<PathBuf>,
}

/// The first numbers of what is being written, and the batch from which records are handed on.
struct Announced {
    batch: i64,
    run: i64,
    from: Option<i64>,
}

impl Announced {
    fn read(home: &Path) -> Option<Self> {
        let text = std::fs::read_to_string(home.join(NOTE)).ok()?;
        let number = |name: &str| {
            let mut lines = text.lines();
            lines.find_map(|line| line.strip_prefix(name)?.trim().parse::<i64>().ok())
        };
        Some(Self { batch: number("batch ")?, run: number("run ")?, from: number("from ") })
    }

    /// Whether a file of the lake or a report was to be written.
    fn names(&self, batch: i64, from: Option<i64>) -> bool {
        batch >= self.batch || (from.is_some() && from == self.from)
    }
}

/// Notes what will be written; `from` is the batch whose records may be handed on.
pub(crate) fn announce(
    home: &Path,
    register: &Connection,
    from: Option<i64>,
) -> Result<(), IngestError> {
    let next = |table: &str| -> Result<i64, IngestError> {
        let sql = format!("SELECT coalesce(max(id), 0) + 1 FROM {table}");
        Ok(register.query_row(&sql, [], |r| r.get(0))?)
    };
    let from = from.map_or_else(String::new, |from| format!("from {from}\n"));
    let text = format!("batch {}\nrun {}\n{from}", next("batch")?, next("place_run")?);
    durable::note(&home.join(NOTE), text.as_bytes())?;
    shumar_fault::point("ingest.announced");
    Ok(())
}

/// The numbers in the name of a file of the lake, or of a report: its batch, and the one that it was
/// handed on from.
fn numbers(name: &str) -> Option<(i64, Option<i64>)> {
    let digits = |text: &str| {
        text.chars().take_while(char::is_ascii_digit).collect::<String>().parse::<i64>().ok()
    };
    let rest = name.strip_prefix("batch-")?;
    let from = rest.split_once("-from-").and_then(|(_, from)| digits(from));
    Some((digits(rest)?, from))
}

fn list(folder: &Path) -> impl Iterator<Item = PathBuf> + use<> {
    std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path())
}

fn name(path: &Path) -> String {
    path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default()
}

/// Looks for files that the database does not list, in the lake, `rejects/` and the inbox.
pub(crate) fn unlisted(home: &Path, register: &Connection) -> Result<Unlisted, IngestError> {
    let announced = Announced::read(home);
    let ours = |numbers: Option<(i64, Option<i64>)>| {
        let (announced, (batch, from)) = (announced.as_ref()?, numbers?);
        announced.names(batch, from).then_some(())
    };
    let mut found = Unlisted { left: inbox::unfinished(home), ..Unlisted::default() };
    let mut sort = |path: PathBuf, left: bool| {
        if left { &mut found.left } else { &mut found.astray }.push(path);
    };
    let unfinished = |path: &Path| path.extension().is_some_and(|e| e == durable::ASIDE);
    let listed: HashSet<PathBuf> = {
        let sql = "SELECT path FROM lake_file UNION SELECT path FROM gone_file";
        let mut select = register.prepare(sql)?;
        let paths = select.query_map([], |r| r.get::<_, String>(0))?;
        paths.map(|path| Ok(home.join(path?))).collect::<Result<_, IngestError>>()?
    };
    let kinds = list(&home.join("lake")).filter(|kind| !name(kind).starts_with('.'));
    for path in kinds.flat_map(|kind| list(&kind)).flat_map(|year| list(&year)) {
        let name = name(&path);
        if name.starts_with("batch-") && !listed.contains(&path) {
            let left = unfinished(&path) || ours(numbers(&name)).is_some();
            sort(path, left);
        }
    }
    let (kept, last) = places::kept(home, register)?;
    for path in list(&home.join(places::FOLDER)).filter(|path| !kept.contains(path)) {
        let run = path.file_stem().and_then(|n| n.to_string_lossy().parse::<i64>().ok());
        // Runs before the last that are not listed were merged into a later one.
        let left = run.is_none_or(|run| {
            run < last || announced.as_ref().is_some_and(|announced| run >= announced.run)
        });
        sort(path, left);
    }
    let next: i64 =
        register.query_row("SELECT coalesce(max(id), 0) + 1 FROM batch", [], |r| r.get(0))?;
    for path in list(&home.join("rejects")) {
        let numbers = numbers(&name(&path));
        if unfinished(&path) {
            sort(path, true);
        } else if numbers.is_some_and(|(batch, _)| batch >= next) {
            sort(path, ours(numbers).is_some());
        }
    }
    Ok(found)
}

/// Removes what interruptions left, and sets aside what none explains.
pub(crate) fn clear(home: &Path, register: &Connection) -> Result<(), IngestError> {
    let Unlisted { left, astray } = unlisted(home, register)?;
    for path in left {
        std::fs::remove_file(&path).map_err(IngestError::write(&path))?;
    }
    if !astray.is_empty() {
        set_aside(home, &astray)?;
    }
    let note = home.join(NOTE);
    match std::fs::remove_file(&note) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(IngestError::write(&note)(e)),
        _ => Ok(()),
    }
}

/// Moves files into a new folder of `lake/.aside/`, under the places that they had.
fn set_aside(home: &Path, astray: &[PathBuf]) -> Result<(), IngestError> {
    let aside = home.join(ASIDE);
    let mut n = 1;
    while aside.join(n.to_string()).exists() {
        n += 1;
    }
    let folder = aside.join(n.to_string());
    for path in astray {
        let target = folder.join(path.strip_prefix(home).unwrap_or(path));
        let above = target.parent().unwrap_or(&folder).to_owned();
        durable::folder(&above)?;
        std::fs::rename(path, &target).map_err(IngestError::write(&target))?;
        durable::sync(&above)?;
        path.parent().map_or(Ok(()), durable::sync)?;
    }
    Ok(())
}

/// How many files were set aside and are still there, and in which folder of the home.
#[must_use]
pub fn aside(home: &Path) -> Option<(usize, &'static str)> {
    fn count(folder: &Path) -> usize {
        list(folder).map(|path| if path.is_dir() { count(&path) } else { 1 }).sum()
    }
    Some(count(&home.join(ASIDE))).filter(|files| *files > 0).map(|files| (files, ASIDE))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_tell_their_numbers() {
        assert_eq!(numbers("batch-000017.parquet"), Some((17, None)));
        assert_eq!(numbers("batch-000003-from-000017.parquet"), Some((3, Some(17))));
        assert_eq!(numbers("batch-000017.html"), Some((17, None)));
        assert_eq!(numbers("batch-x.html"), None);
        let announced = Announced { batch: 18, run: 1, from: Some(17) };
        assert!(announced.names(18, None) && announced.names(3, Some(17)));
        assert!(!announced.names(17, None) && !announced.names(3, Some(16)));
    }
}
