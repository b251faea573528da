//! Making a home of a backup: aside first, checked, and only then given its name.

use std::fs::{DirBuilder, File, OpenOptions};
use std::path::{Path, PathBuf};

use chrono::Utc;
use rusqlite::OptionalExtension;
use shumar_schemas::store::DATABASE;

use super::manifest::Manifest;
use super::passphrase::Passphrase;
use super::read::{Passing, read};
use crate::failure::{Failure, at};
use crate::home::{DECLARED, Home, PRIVATE};
use crate::output::Progress;

/// Makes a home of a backup in a new or empty folder, wholly or not at all. It can't charge its budget
/// until it was said what was spent after the backup.
pub(crate) fn restore(
    file: &Path,
    dir: &Path,
    passphrase: &Passphrase,
    progress: &Progress,
) -> Result<Manifest, Failure> {
    let dir = std::path::absolute(dir).map_err(at(dir))?;
    let taken = || {
        Failure::refused(format!(
            "`{}` is there and not empty; nothing was restored\n\nhint: name a new folder; a home is never restored over another one",
            dir.display()
        ))
    };
    if dir.exists() && std::fs::read_dir(&dir).map_err(|_| taken())?.next().is_some() {
        return Err(taken());
    }
    let (Some(parent), Some(name)) = (dir.parent(), dir.file_name()) else { return Err(taken()) };
    let aside = parent.join(format!(".{}.restoring", name.to_string_lossy()));
    // What a killed restoration left.
    if aside.exists() {
        std::fs::remove_dir_all(&aside).map_err(at(&aside))?;
    }
    private_folder(&aside)?;
    let made = fill(file, &aside, passphrase, progress).and_then(|manifest| {
        shumar_fault::point("restore.filled");
        if dir.exists() {
            std::fs::remove_dir(&dir).map_err(|_| taken())?;
        }
        std::fs::rename(&aside, &dir).map_err(at(&dir))?;
        shumar_fault::point("restore.renamed");
        open_to_readers(&dir)?;
        sync(parent)?;
        Ok(manifest)
    });
    if made.is_err() {
        let _ = std::fs::remove_dir_all(&aside);
    }
    made
}

fn fill(
    file: &Path,
    aside: &Path,
    passphrase: &Passphrase,
    progress: &Progress,
) -> Result<Manifest, Failure> {
    for folder in PRIVATE.into_iter().chain(["rti"]) {
        private_folder(&aside.join(folder))?;
    }
    for folder in DECLARED.into_iter().chain(["releases"]) {
        let folder = aside.join(folder);
        std::fs::create_dir(&folder).map_err(at(&folder))?;
    }
    let manifest = read(file, passphrase, progress, |passing| put(aside, passing))?;
    // Moved forward here if the backup is of an earlier version.
    let home = Home::open(aside)?;
    belongs(&home, &manifest)?;
    for provider in &home.config.providers {
        let folder = aside.join("inbox").join(&provider.id);
        std::fs::create_dir_all(&folder).map_err(at(&folder))?;
    }
    let Manifest { made, ledger, .. } = &manifest;
    let detail = format!("from the backup of {made}, which ends at ledger row {}", ledger.seq);
    shumar_store::enter(&home.register, Utc::now(), "restore", None, &detail)?;
    home.register.pragma_update(None, "wal_checkpoint", "TRUNCATE")?;
    drop(home);
    all_folders(aside)?.iter().try_for_each(|folder| sync(folder))?;
    Ok(manifest)
}

/// Writes one file, and sees it onto the disk.
fn put(aside: &Path, passing: &mut Passing<'_>) -> Result<(), Failure> {
    let path = aside.join(passing.name);
    let folder = path.parent().unwrap_or(aside);
    std::fs::create_dir_all(folder).map_err(at(folder))?;
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    let secret = [DATABASE, super::manifest::DESK].contains(&passing.name)
        || ["keys/", "rti/"].iter().any(|f| passing.name.starts_with(f));
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut written = options.open(&path).map_err(at(&path))?;
    std::io::copy(passing.bytes, &mut written).map_err(at(&path))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let public = path.extension().is_some_and(|e| e == "pub");
        let mode = if secret && !public { 0o600 } else { passing.mode & 0o755 | 0o600 };
        let permissions = std::fs::Permissions::from_mode(mode);
        written.set_permissions(permissions).map_err(at(&path))?;
    }
    #[cfg(not(unix))]
    let _ = (secret, passing.mode);
    written.sync_all().map_err(at(&path))
}

/// Refuses a backup whose database is not the one that its manifest tells of, or does not hold.
fn belongs(home: &Home, manifest: &Manifest) -> Result<(), Failure> {
    let refused = |what: &str| {
        Err(Failure::refused(format!(
            "{what}; nothing was restored\n\nhint: use an earlier backup, and ask who made this one"
        )))
    };
    let whole: String = home.register.query_row("PRAGMA integrity_check", [], |r| r.get(0))?;
    if whole != "ok" {
        return refused("the database of the backup is damaged");
    }
    shumar_transform::same_lineage(&home.dir, &home.register)?;
    let sql = "SELECT value FROM home WHERE key = 'lineage'";
    let lineage: Option<String> = home.register.query_row(sql, [], |r| r.get(0)).optional()?;
    let rows = shumar_transform::ledger_rows(&home.register)?;
    let head = rows.last().map_or(0, |r| r.seq);
    if lineage.as_ref() != Some(&manifest.lineage) || head != manifest.ledger.seq {
        return refused("the database of the backup is not the one that the backup tells of");
    }
    shumar_store::acts(&home.register)?;
    Ok(())
}

/// A web server has to reach `site/`; what is private in a home is private by itself.
fn open_to_readers(dir: &Path) -> Result<(), Failure> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let permissions = std::fs::Permissions::from_mode(0o755);
        std::fs::set_permissions(dir, permissions).map_err(at(dir))?;
    }
    Ok(())
}

fn private_folder(folder: &Path) -> Result<(), Failure> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(at(folder))
}

fn all_folders(folder: &Path) -> Result<Vec<PathBuf>, Failure> {
    let mut found = vec![folder.to_owned()];
    for entry in std::fs::read_dir(folder).map_err(at(folder))? {
        let path = entry.map_err(at(folder))?.path();
        if path.is_dir() {
            found.extend(all_folders(&path)?);
        }
    }
    Ok(found)
}

fn sync(folder: &Path) -> Result<(), Failure> {
    File::open(folder).and_then(|f| f.sync_all()).map_err(at(folder))
}
