//! Evidence of what was spent after a backup: signed releases, taken into the home when each was verified.

use std::path::{Path, PathBuf};

use shumar_schemas::release::{DOCUMENT, ReleaseDocument};

use crate::failure::{Failure, at};
use crate::home::Home;

/// The releases that stand in the home, after those of the given folder were taken into it. Every one of
/// them has this home's signature and its files are as they were made.
pub(crate) fn releases(home: &Home, given: Option<&Path>) -> Result<Vec<ReleaseDocument>, Failure> {
    let key = home.dir.join("keys/signing.pub");
    let key = std::fs::read_to_string(&key).map_err(at(&key))?;
    let own = home.dir.join("releases");
    if let Some(given) = given {
        let same = matches!((given.canonicalize(), own.canonicalize()), (Ok(a), Ok(b)) if a == b);
        let folders = if same { Vec::new() } else { folders(given)? };
        if folders.is_empty() && !same {
            return Err(Failure::refused(format!(
                "`{}` holds no release\n\nhint: name a folder of release folders, such as `releases` of the newer home or `data` of its site",
                given.display()
            )));
        }
        for folder in folders {
            let document = verified(&folder, &key)?;
            take_in(&folder, &own, &document)?;
        }
    }
    folders(&own)?.iter().map(|folder| verified(folder, &key)).collect()
}

/// The release folders in a folder, or the folder itself if it is one. On a site, each release lies in a
/// folder `release` beside its data files.
fn folders(dir: &Path) -> Result<Vec<PathBuf>, Failure> {
    if dir.join(DOCUMENT).is_file() {
        return Ok(vec![dir.to_owned()]);
    }
    let mut found = Vec::new();
    for entry in std::fs::read_dir(dir).map_err(at(dir))? {
        let entry = entry.map_err(at(dir))?;
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        let places = [entry.path(), entry.path().join("release")];
        found.extend(places.into_iter().find(|p| !hidden && p.join(DOCUMENT).is_file()));
    }
    found.sort();
    Ok(found)
}

/// What a release says, if its signature is this home's and every check of it holds.
fn verified(folder: &Path, key: &str) -> Result<ReleaseDocument, Failure> {
    let checks = shumar_publish::verify(folder, Some(key))?;
    if let Some(fault) = checks.iter().find(|c| !c.passed) {
        return Err(Failure::refused(format!(
            "`{}` is no evidence: {}: {}\n\nhint: give the release as this home made it, or leave it out; what can't be shown counts as spent",
            folder.display(),
            fault.name,
            fault.detail
        )));
    }
    let document = folder.join(DOCUMENT);
    let text = std::fs::read(&document).map_err(at(&document))?;
    serde_json::from_slice(&text).map_err(|e| Failure::broken(e.to_string()))
}

/// Copies a release into the home, wholly or not at all.
fn take_in(folder: &Path, own: &Path, document: &ReleaseDocument) -> Result<(), Failure> {
    let target = own.join(&document.id);
    if target.exists() {
        let (a, b) = (folder.join(DOCUMENT), target.join(DOCUMENT));
        let same = std::fs::read(&a).map_err(at(&a))? == std::fs::read(&b).map_err(at(&b))?;
        return if same {
            Ok(())
        } else {
            Err(Failure::refused(format!(
                "`{}` and the home's own `{}` are two releases of one name\n\nhint: two copies of this home have made it; keep the one that was published, and ask for help",
                folder.display(),
                document.id
            )))
        };
    }
    let aside = own.join(format!(".taken-{}", document.id));
    let _ = std::fs::remove_dir_all(&aside);
    copy(folder, &aside)?;
    std::fs::rename(&aside, &target).map_err(at(&target))?;
    std::fs::File::open(own).and_then(|f| f.sync_all()).map_err(at(own))
}

fn copy(from: &Path, to: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(to).map_err(at(to))?;
    for entry in std::fs::read_dir(from).map_err(at(from))? {
        let entry = entry.map_err(at(from))?;
        let target = to.join(entry.file_name());
        if entry.file_type().map_err(at(from))?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), &target).map_err(at(&target))?;
            let written = std::fs::OpenOptions::new().append(true).open(&target);
            written.and_then(|f| f.sync_all()).map_err(at(&target))?;
        }
    }
    Ok(())
}
