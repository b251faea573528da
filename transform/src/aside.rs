//! Files that are written aside, made durable together, and only then given their names.

use std::fs::{File, OpenOptions};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use crate::TransformError;

/// How many files are made durable at a time: a disk settles many in one turn.
const AT_ONCE: usize = 16;

/// Files of one folder that become visible, durable, when they land.
///
/// A disk takes far longer to make a hundred small files durable one by one than together.
#[must_use = "what does not land is not there"]
pub(crate) struct Aside<'a> {
    folder: &'a Path,
    written: Vec<(PathBuf, PathBuf)>,
}

impl<'a> Aside<'a> {
    /// Nothing yet, for a folder.
    pub(crate) fn new(folder: &'a Path) -> Self {
        Self { folder, written: Vec::new() }
    }

    /// Writes a file of the folder aside.
    pub(crate) fn add(&mut self, name: &str, bytes: &[u8]) -> Result<(), TransformError> {
        let path = self.folder.join(name);
        let mut aside = path.clone().into_os_string();
        aside.push(".tmp");
        let aside = PathBuf::from(aside);
        std::fs::write(&aside, bytes).map_err(TransformError::write(&aside))?;
        self.written.push((aside, path));
        Ok(())
    }

    /// Makes all of them durable, then visible. They are there when this returns.
    pub(crate) fn land(self) -> Result<(), TransformError> {
        let next = AtomicUsize::new(0);
        let sync = || {
            while let Some((aside, _)) = self.written.get(next.fetch_add(1, Ordering::Relaxed)) {
                let file = OpenOptions::new().append(true).open(aside);
                file.and_then(|f| f.sync_all()).map_err(TransformError::write(aside))?;
            }
            Ok(())
        };
        thread::scope(|scope| {
            let others = AT_ONCE.min(self.written.len());
            let start = |_| thread::Builder::new().spawn_scoped(scope, sync);
            let running: Vec<_> = (1..others).map(start).collect();
            let mut all = sync();
            // A thread that did not start leaves its files to the others.
            for thread in running.into_iter().flatten() {
                all = all.and(thread.join().unwrap_or(Err(TransformError::Engine)));
            }
            all
        })?;
        shumar_fault::point("release.synced");
        let mut folders: Vec<&Path> = Vec::new();
        for (aside, path) in &self.written {
            std::fs::rename(aside, path).map_err(TransformError::write(path))?;
            shumar_fault::point("release.file-renamed");
            folders.extend(path.parent());
        }
        folders.sort_unstable();
        folders.dedup();
        folders.into_iter().try_for_each(sync_folder)
    }
}

/// Makes renames in a folder durable.
pub(crate) fn sync_folder(folder: &Path) -> Result<(), TransformError> {
    File::open(folder).and_then(|f| f.sync_all()).map_err(TransformError::write(folder))
}
