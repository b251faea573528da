//! A file that gets its name when it is whole. What a killed process left of one is removed by the
//! next: who writes one holds its lock, so that nobody removes it meanwhile.

use std::fs::{File, TryLockError};
use std::io::Result;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

const BEGIN: &str = ".shumar-";
const END: &str = ".part";

/// A new file in a folder, gone when it is dropped. By default only its owner may read it.
///
/// # Errors
/// What the file system refuses.
pub fn begin(folder: &Path) -> Result<NamedTempFile> {
    clear(folder);
    loop {
        let made = tempfile::Builder::new().prefix(BEGIN).suffix(END).tempfile_in(folder)?;
        // Another process may have taken it for left over before it was locked. Where files can't
        // be locked, nobody removes them either.
        let taken = matches!(made.as_file().try_lock(), Err(TryLockError::WouldBlock));
        if !taken && made.path().exists() {
            return Ok(made);
        }
    }
}

/// Gives the file its name. Unless it may be written `over`, nothing may have that name.
///
/// # Errors
/// What the file system refuses; `AlreadyExists`.
pub fn name(part: NamedTempFile, path: &Path, over: bool) -> Result<()> {
    part.as_file().sync_all()?;
    shumar_fault::point("part.written");
    if over { part.persist(path) } else { part.persist_noclobber(path) }.map_err(|e| e.error)?;
    shumar_fault::point("part.named");
    #[cfg(unix)]
    File::open(above(path)).and_then(|folder| folder.sync_all())?;
    Ok(())
}

/// The folder of a file.
#[must_use]
pub fn above(path: &Path) -> &Path {
    path.parent().filter(|f| !f.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Removes what killed processes left. What can't be removed is in nobody's way.
pub fn clear(folder: &Path) {
    for path in left(folder) {
        let _ = std::fs::remove_file(path);
    }
}

/// What killed processes left in a folder.
#[must_use]
pub fn left(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let ours = name.starts_with(BEGIN) && name.ends_with(END);
        let free = |file: File| file.try_lock().is_ok();
        if ours && File::open(entry.path()).is_ok_and(free) {
            found.push(entry.path());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_over_is_removed_and_what_is_written_is_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let left = folder.path().join(".shumar-killed.part");
        std::fs::write(&left, "half").expect("written");
        let one = begin(folder.path()).expect("a file");
        assert!(!left.exists());
        let two = begin(folder.path()).expect("another");
        assert!(one.path().exists() && two.path().exists());
        let path = folder.path().join("whole");
        name(one, &path, false).expect("named");
        assert!(name(two, &path, false).is_err(), "nothing is written over");
        assert_eq!(std::fs::read_dir(folder.path()).expect("a folder").count(), 1);
    }
}
