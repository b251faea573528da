//! A folder takes the place of another in one step, so that readers find the old one or the new one.

use std::fs::{self, File};
use std::io;
use std::path::Path;

/// Puts `new` in the place of `folder`. What stood there before is at `new` or `old` afterwards, to be
/// removed. Where the file system can't exchange two names, there is a moment without `folder`; a crash
/// in that moment leaves `old`, which [`restore`] puts back.
///
/// # Errors
/// What the file system refuses.
pub fn exchange(new: &Path, folder: &Path, old: &Path) -> io::Result<()> {
    if !exists(folder) {
        fs::rename(new, folder)?;
    } else if swapped(new, folder).is_err() {
        fs::rename(folder, old)?;
        fs::rename(new, folder)?;
    }
    folder.parent().map_or(Ok(()), |above| File::open(above)?.sync_all())
}

#[cfg(any(target_os = "linux", target_os = "android"))]
fn swapped(one: &Path, other: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE)?)
}

#[cfg(not(any(target_os = "linux", target_os = "android")))]
fn swapped(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Puts a folder back that a crash left between two renames. Says whether it did.
///
/// # Errors
/// What the file system refuses.
pub fn restore(folder: &Path, old: &Path) -> io::Result<bool> {
    let left = !exists(folder) && exists(old);
    if left {
        fs::rename(old, folder)?;
    }
    Ok(left)
}

/// Whether anything is there, be it a link to nowhere.
pub(crate) fn exists(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

/// Removes a file or a folder with all that it holds, if it is there.
///
/// # Errors
/// What the file system refuses.
pub fn remove(path: &Path) -> io::Result<()> {
    match fs::symlink_metadata(path) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(e) => Err(e),
        Ok(meta) if meta.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folders(names: &[&str]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().expect("a folder");
        for name in names {
            fs::create_dir(dir.path().join(name)).expect("a folder");
            fs::write(dir.path().join(name).join("is"), name).expect("written");
        }
        dir
    }

    #[test]
    fn the_old_one_is_there_until_the_new_one_is() {
        let dir = folders(&["new", "site"]);
        let path = |name: &str| dir.path().join(name);
        exchange(&path("new"), &path("site"), &path("old")).expect("exchanged");
        assert_eq!(fs::read_to_string(path("site/is")).expect("read"), "new");
        // Where names can be exchanged the old one has the name of the new one.
        assert_eq!(path("new").exists(), swapped(&path("site"), &path("site")).is_ok());
    }

    #[test]
    fn what_a_crash_took_away_is_put_back() {
        let dir = folders(&["old"]);
        let path = |name: &str| dir.path().join(name);
        assert!(restore(&path("site"), &path("old")).expect("restored"));
        assert_eq!(fs::read_to_string(path("site/is")).expect("read"), "old");
        assert!(!restore(&path("site"), &path("old")).expect("nothing to do"));
        exchange(&path("site"), &path("first"), &path("old")).expect("where there is none yet");
        remove(&path("first")).expect("removed");
        remove(&path("first")).expect("nothing to do");
    }
}
