//! The condition of a site: whether it is there, whole, and tells the releases that stand.

use std::fs;
use std::path::Path;

use shumar_schemas::release::DOCUMENT;

use crate::PublishError;
use crate::site::folders;
use crate::swap::{Places, locked};

/// What is to be said of a site.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// There are releases and no site.
    Missing,
    /// An interruption took it away between two renames; the old one is beside it.
    Interrupted,
    /// It does not tell these releases, or tells others of their names.
    Older(Vec<String>),
    /// It tells releases that are not there.
    Strange(Vec<String>),
    /// A run that was interrupted left a folder beside it.
    Left,
}

/// Looks at a site and the releases that it should tell.
///
/// # Errors
/// Folders that can't be read.
pub fn condition(releases: &Path, site: &Path) -> Result<Vec<Condition>, PublishError> {
    let mut found = Vec::new();
    let places = Places::of(site);
    let standing = if releases.is_dir() { folders(releases)? } else { Vec::new() };
    match (site.is_dir(), places.old.is_dir()) {
        (false, true) => found.push(Condition::Interrupted),
        (false, false) if !standing.is_empty() => found.push(Condition::Missing),
        _ => {}
    }
    if (places.new.exists() || (site.is_dir() && places.old.exists())) && locked(&places).is_some()
    {
        found.push(Condition::Left);
    }
    if site.is_dir() {
        let name = |path: &Path| path.file_name().map(|n| n.to_string_lossy().into_owned());
        let told = |id: &str| site.join("data").join(id).join("release").join(DOCUMENT);
        let ids: Vec<String> = standing.iter().filter_map(|path| name(path)).collect();
        let same = |id: &&String| {
            let own = fs::read(releases.join(id).join(DOCUMENT)).ok();
            own.is_none() || own == fs::read(told(id)).ok()
        };
        let older: Vec<String> = ids.iter().filter(|id| !same(id)).cloned().collect();
        let data = fs::read_dir(site.join("data")).into_iter().flatten().flatten();
        let strange = data.filter_map(|entry| name(&entry.path()));
        let mut strange: Vec<String> =
            strange.filter(|id| told(id).is_file() && !ids.contains(id)).collect();
        strange.sort();
        found.extend((!older.is_empty()).then_some(Condition::Older(older)));
        found.extend((!strange.is_empty()).then_some(Condition::Strange(strange)));
    }
    Ok(found)
}

/// Puts a site back that an interruption took away, and removes what it left beside it; unless another
/// run is at work. Says whether there was anything to do.
///
/// # Errors
/// What the file system refuses.
pub fn mend(site: &Path) -> Result<bool, PublishError> {
    let places = Places::of(site);
    if !places.new.exists() && !places.old.exists() {
        return Ok(false);
    }
    match locked(&places) {
        Some(_lock) => places.clear().map(|()| true),
        None => Ok(false),
    }
}
