//! Files that the command writes itself: wholly there, or not at all.

use std::io::{ErrorKind, Write};
use std::path::Path;

use shumar_ingest::part;

use crate::failure::{Failure, at};

/// Writes a file that is not there yet: a filled workbook is never overwritten.
pub(crate) fn new(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    if path.symlink_metadata().is_ok() {
        return Err(there(path));
    }
    write(path, bytes, 0o644, false)
}

/// Writes a file in the place of one that may be there.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    write(path, bytes, 0o644, true)
}

/// The same for a file that only its owner may read.
pub(crate) fn private(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    write(path, bytes, 0o600, true)
}

fn write(path: &Path, bytes: &[u8], mode: u32, over: bool) -> Result<(), Failure> {
    let mut part = part::begin(part::above(path)).map_err(at(path))?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::Permissions::from_mode(mode);
        part.as_file().set_permissions(mode).map_err(at(path))?;
    }
    part.write_all(bytes).map_err(at(path))?;
    part::name(part, path, over).map_err(|e| match e.kind() {
        ErrorKind::AlreadyExists => there(path),
        _ => at(path)(e),
    })
}

fn there(path: &Path) -> Failure {
    Failure::refused(format!(
        "`{}` is there already; nothing was written\n\nhint: name another file, or move this one away",
        path.display()
    ))
}
