//! A folder that is built aside and put in place whole.
//!
//! Beside `site` stand, while a run lasts: `.site.new`, being built and then the old one on its way out;
//! `.site.old`, the same where names can't be exchanged; and `.site.lock`, held by the run. A crash at
//! any moment leaves the old site or the new one; what else it leaves is cleared by the next run, and
//! by [`crate::mend`].

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use shumar_lock::Unlocked;

use crate::PublishError;
use crate::data::Sink;
use crate::exchange::{exchange, remove, restore};
use crate::manifest::{Hashing, MANIFEST, Manifest, SIGNED, Seal};

/// How many files are seen onto the disk at a time.
const SYNCS: usize = 32;
const HINT: &str = "check that the folder exists, is yours to write, and that the disk has room";

/// What stands beside a site while it is built.
#[derive(Debug)]
pub(crate) struct Places {
    site: PathBuf,
    pub(crate) new: PathBuf,
    pub(crate) old: PathBuf,
    lock: PathBuf,
}

impl Places {
    pub(crate) fn of(site: &Path) -> Self {
        let beside = |suffix: &str| {
            let mut name = OsString::from(".");
            name.push(site.file_name().unwrap_or_default());
            name.push(suffix);
            site.with_file_name(name)
        };
        let (new, old, lock) = (beside(".new"), beside(".old"), beside(".lock"));
        Self { site: site.to_owned(), new, old, lock }
    }

    /// Clears up after a crash; under the lock.
    pub(crate) fn clear(&self) -> Result<(), PublishError> {
        let site = &self.site;
        restore(site, &self.old).map_err(PublishError::path("restored", site, HINT))?;
        for left in [&self.new, &self.old] {
            remove(left).map_err(PublishError::path("cleared away", left, HINT))?;
        }
        Ok(())
    }
}

/// The lock of a site, if nobody builds it now.
pub(crate) fn locked(places: &Places) -> Option<File> {
    shumar_lock::within(&places.lock, true, "", Duration::ZERO).ok()
}

/// A site being built.
#[derive(Debug)]
pub(crate) struct Swap {
    places: Places,
    written: Vec<(String, u64)>,
    manifest: Manifest,
    _lock: File,
}

impl Swap {
    /// Takes the lock, clears up after a crash, and makes the folder to build in.
    pub(crate) fn begin(site: &Path) -> Result<Self, PublishError> {
        Self::within(site, shumar_lock::patience())
    }

    fn within(site: &Path, patience: Duration) -> Result<Self, PublishError> {
        let places = Places::of(site);
        let lock = shumar_lock::within(&places.lock, true, "building the site", patience);
        let lock = lock.map_err(|why| match why {
            Unlocked::Busy => PublishError::Busy { site: site.to_owned() },
            Unlocked::System(e) => PublishError::path("written", &places.lock, HINT)(e),
        })?;
        places.clear()?;
        let new = &places.new;
        fs::create_dir(new).map_err(PublishError::path("written", new, HINT))?;
        shumar_fault::point("publish.begun");
        Ok(Self { places, written: Vec::new(), manifest: Manifest::default(), _lock: lock })
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
        let (name, path) = (path, self.places.new.join(path));
        let write = || {
            fs::create_dir_all(path.parent().unwrap_or(&self.places.new))?;
            let mut out = BufWriter::new(Hashing::new(File::create_new(&path)?));
            fill(&mut out)?;
            let out = out.into_inner().map_err(io::IntoInnerError::into_error)?;
            let (file, sha256) = out.finish();
            Ok((file.metadata()?.len(), sha256))
        };
        let (size, sha256) = write().map_err(PublishError::path("written", &path, HINT))?;
        self.written.push((name.to_owned(), size));
        self.manifest.add(name, sha256);
        Ok(())
    }

    /// Writes the list of all files, and its signature where there is a key.
    pub(crate) fn seal(&mut self, seal: Seal) -> Result<(), PublishError> {
        let text = self.manifest.text();
        self.write(MANIFEST, |out| out.write_all(text.as_bytes()))?;
        let path = self.places.new.join(MANIFEST);
        let hint = "check the signing key in `keys/` of the home";
        let failed = |why| PublishError::path("signed", &path, hint)(io::Error::other(why));
        match seal(text.as_bytes()).map_err(failed)? {
            Some(signature) => self.write(SIGNED, |out| out.write_all(signature.as_bytes())),
            None => Ok(()),
        }
    }

    /// Sees all files onto the disk: all of the file system at once where that can be asked for, which is
    /// many times faster than thousands of files one by one.
    fn sync(&self) -> io::Result<()> {
        #[cfg(target_os = "linux")]
        if rustix::fs::syncfs(File::open(&self.places.new)?).is_ok() {
            return Ok(());
        }
        self.sync_each()
    }

    /// Sees every file onto the disk. Many at a time: the disk then writes them together.
    fn sync_each(&self) -> io::Result<()> {
        let part = self.written.len().div_ceil(SYNCS).max(1);
        std::thread::scope(|scope| {
            let sync = |files: &[(String, u64)]| {
                files
                    .iter()
                    .try_for_each(|(name, _)| File::open(self.places.new.join(name))?.sync_all())
            };
            let running: Vec<_> =
                self.written.chunks(part).map(|files| scope.spawn(move || sync(files))).collect();
            let failed = || Err(io::Error::other("a thread failed"));
            running.into_iter().try_for_each(|t| t.join().unwrap_or_else(|_| failed()))
        })?;
        let mut folders: Vec<PathBuf> = vec![self.places.new.clone()];
        for (name, _) in &self.written {
            let above = Path::new(name).ancestors().skip(1).map(|f| self.places.new.join(f));
            folders.extend(above);
        }
        folders.sort_unstable();
        folders.dedup();
        folders.iter().try_for_each(|folder| File::open(folder)?.sync_all())
    }

    /// Puts the new site in the place of the old one.
    pub(crate) fn commit(self) -> Result<(), PublishError> {
        let Places { site, new, old, .. } = &self.places;
        let replace = || {
            shumar_fault::point("publish.written");
            self.sync()?;
            shumar_fault::point("publish.synced");
            exchange(new, site, old)?;
            shumar_fault::point("publish.exchanged");
            remove(new)?;
            remove(old)
        };
        replace().map_err(PublishError::path("replaced", site, HINT))
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
        _ = remove(&self.places.new);
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
        assert_eq!(names.len(), 2, "the site and its lock: {names:?}");
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
        assert!(matches!(Swap::within(&site, Duration::ZERO), Err(PublishError::Busy { .. })));
        drop(swap);
    }
}
