//! Files and folders that are there wholly or not at all, also after a power cut.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::IngestError;

/// The ending of a file that is being written.
pub(crate) const ASIDE: &str = "tmp";

/// Makes a folder of the home, so that it stays: each one that is new is seen onto the disk in the one
/// that holds it.
pub(crate) fn folder(folder: &Path) -> Result<(), IngestError> {
    if folder.is_dir() {
        return Ok(());
    }
    let above = folder.parent().filter(|p| !p.as_os_str().is_empty());
    above.map_or(Ok(()), self::folder)?;
    match std::fs::create_dir(folder) {
        Err(e) if e.kind() != std::io::ErrorKind::AlreadyExists => {
            return Err(IngestError::write(folder)(e));
        }
        _ => {}
    }
    above.map_or(Ok(()), sync)
}

/// Sees the names in a folder onto the disk.
pub(crate) fn sync(folder: &Path) -> Result<(), IngestError> {
    File::open(folder).and_then(|f| f.sync_all()).map_err(IngestError::write(folder))
}

/// Writes a report aside, hidden, and gives it its name when it is whole and on the disk.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), IngestError> {
    whole(path, bytes, || shumar_fault::point("ingest.report-written"))
}

/// The same for a note of our own.
pub(crate) fn note(path: &Path, bytes: &[u8]) -> Result<(), IngestError> {
    whole(path, bytes, || ())
}

fn whole(path: &Path, bytes: &[u8], written: impl Fn()) -> Result<(), IngestError> {
    let aside = aside(path);
    let write = || -> std::io::Result<()> {
        let mut file = File::create(&aside)?;
        file.write_all(bytes)?;
        file.sync_all()
    };
    write().map_err(IngestError::write(path))?;
    written();
    std::fs::rename(&aside, path).map_err(IngestError::write(path))?;
    path.parent().filter(|p| !p.as_os_str().is_empty()).map_or(Ok(()), sync)
}

/// Where a file is written until it is whole.
fn aside(path: &Path) -> PathBuf {
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    path.with_file_name(format!(".{name}.{ASIDE}"))
}
