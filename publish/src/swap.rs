//! A folder that is built aside and put in place whole.
//!
//! Beside `site` stand, while a run lasts: `.site.new`, being built; `.site.old`, on its way out;
//! and `.site.lock`, held by the run. A crash before the last two renames leaves the old site; a
//! crash between them leaves `.site.old`, which the next run puts back before anything else.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::PublishError;
use crate::data::Sink;

/// How many files are seen onto the disk at a time.
const SYNCS: usize = 32;
const HINT: &str = "check that the folder exists, is yours to write, and that the disk has room";

/// A site being built.
#[derive(Debug)]
pub(crate) struct Swap {
    site: PathBuf,
    new: PathBuf,
    old: PathBuf,
    written: Vec<(String, u64)>,
    _lock: File,
}

impl Swap {
    /// Takes the lock, clears up after a crash, and makes the folder to build in.
    pub(crate) fn begin(site: &Path) -> Result<Self, PublishError> {
        let beside = |suffix: &str| {
            let mut name = OsString::from(".");
            name.push(site.file_name().unwrap_or_default());
            name.push(suffix);
            site.with_file_name(name)
        };
        let (new, old, lock) = (beside(".new"), beside(".old"), beside(".lock"));
        let lock_file = File::create(&lock).map_err(PublishError::path("written", &lock, HINT))?;
        if lock_file.try_lock().is_err() {
            return Err(PublishError::Busy { site: site.to_owned() });
        }
        if !exists(site) && exists(&old) {
            fs::rename(&old, site).map_err(PublishError::path("restored", site, HINT))?;
        }
        for left in [&new, &old] {
            remove(left).map_err(PublishError::path("cleared away", left, HINT))?;
        }
        fs::create_dir(&new).map_err(PublishError::path("written", &new, HINT))?;
        Ok(Self { site: site.to_owned(), new, old, written: Vec::new(), _lock: lock_file })
    }

    /// How many files were written.
    pub(crate) fn files(&self) -> usize {
        self.written.len()
    }

    /// The files written so far: path relative to the site, and size in bytes.
    pub(crate) fn written(&self) -> &[(String, u64)] {
        &self.written
    }

    /// Writes a file at a path relative to the site.
    pub(crate) fn write(
        &mut self,
        path: &str,
        fill: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), PublishError> {
        let (name, path) = (path, self.new.join(path));
        let write = || {
            fs::create_dir_all(path.parent().unwrap_or(&self.new))?;
            let mut out = BufWriter::new(File::create_new(&path)?);
            fill(&mut out)?;
            out.into_inner().map_err(io::IntoInnerError::into_error)?.metadata()
        };
        let size = write().map_err(PublishError::path("written", &path, HINT))?.len();
        self.written.push((name.to_owned(), size));
        Ok(())
    }

    /// Sees all files onto the disk. Many at a time: the disk then writes them together.
    fn sync(&self) -> io::Result<()> {
        let part = self.written.len().div_ceil(SYNCS).max(1);
        std::thread::scope(|scope| {
            let sync = |files: &[(String, u64)]| {
                files.iter().try_for_each(|(name, _)| File::open(self.new.join(name))?.sync_all())
            };
            let running: Vec<_> =
                self.written.chunks(part).map(|files| scope.spawn(move || sync(files))).collect();
            let failed = || Err(io::Error::other("a thread failed"));
            running.into_iter().try_for_each(|t| t.join().unwrap_or_else(|_| failed()))
        })
    }

    /// Puts the new site in the place of the old one.
    pub(crate) fn commit(self) -> Result<(), PublishError> {
        let replace = || {
            self.sync()?;
            if exists(&self.site) {
                fs::rename(&self.site, &self.old)?;
            }
            fs::rename(&self.new, &self.site)?;
            remove(&self.old)
        };
        replace().map_err(PublishError::path("replaced", &self.site, HINT))
    }
}

impl Sink for Swap {
    fn put(
        &mut self,
        path: &str,
        fill: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), PublishError> {
        self.write(path, fill)
    }
}

impl Drop for Swap {
    /// A run that failed leaves nothing behind; after a commit there is nothing to remove.
    fn drop(&mut self) {
        _ = remove(&self.new);
    }
}

/// Whether anything is there, be it a link to nowhere.
fn exists(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

fn remove(path: &Path) -> io::Result<()> {
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

    fn build(site: &Path, text: &str) -> Result<(), PublishError> {
        let mut swap = Swap::begin(site)?;
        swap.write("a/b.txt", |out| out.write_all(text.as_bytes()))?;
        swap.commit()
    }

    fn read(site: &Path) -> String {
        fs::read_to_string(site.join("a/b.txt")).expect("the site's file")
    }

    #[test]
    fn the_new_site_replaces_the_old_whole() {
        let home = tempfile::tempdir().expect("a folder");
        let site = home.path().join("site");
        build(&site, "one").expect("built");
        fs::write(site.join("unknown"), "x").expect("written");
        build(&site, "two").expect("built");
        assert_eq!(read(&site), "two");
        assert!(!site.join("unknown").exists());
        let names: Vec<_> =
            fs::read_dir(&home).expect("home").map(|e| e.expect("entry").file_name()).collect();
        assert_eq!(names.len(), 2, "{names:?}");
    }

    #[test]
    fn a_failed_run_leaves_the_old_site() {
        let home = tempfile::tempdir().expect("a folder");
        let site = home.path().join("site");
        build(&site, "one").expect("built");
        let mut swap = Swap::begin(&site).expect("begun");
        swap.write("a/b.txt", |_| Err(io::Error::other("disk full"))).expect_err("fails");
        drop(swap);
        assert_eq!(read(&site), "one");
        assert!(!home.path().join(".site.new").exists());
    }

    #[test]
    fn a_crash_between_the_renames_is_repaired() {
        let home = tempfile::tempdir().expect("a folder");
        let site = home.path().join("site");
        build(&site, "one").expect("built");
        fs::rename(&site, home.path().join(".site.old")).expect("as after a crash");
        fs::create_dir(home.path().join(".site.new")).expect("as after a crash");
        let swap = Swap::begin(&site).expect("begun");
        assert_eq!(read(&site), "one");
        assert!(matches!(Swap::begin(&site), Err(PublishError::Busy { .. })));
        drop(swap);
    }
}
