//! Files and folders that only their owner may use. Systems without such modes are left alone.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::Path;

use crate::StoreError;

/// Takes a file or folder from everyone but its owner: mode 600, or 700 for a folder.
///
/// # Errors
/// What the file system refuses.
pub fn only_owner(path: &Path) -> Result<(), StoreError> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = if path.is_dir() { 0o700 } else { 0o600 };
        let permissions = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(path, permissions).map_err(StoreError::at(path))?;
    }
    Ok(())
}

/// Refuses a secret that others than its owner can read.
///
/// # Errors
/// [`StoreError::Open`], and what the file system refuses.
pub fn guarded(path: &Path) -> Result<(), StoreError> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let about = std::fs::metadata(path).map_err(StoreError::at(path))?;
        if about.permissions().mode() & 0o077 != 0 {
            return Err(StoreError::Open { file: path.to_owned() });
        }
    }
    Ok(())
}

/// Writes a new file that only its owner may read, and sees it onto the disk. Never overwrites one.
///
/// # Errors
/// What the file system refuses.
pub fn write_new(path: &Path, bytes: &[u8]) -> Result<File, StoreError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(StoreError::at(path))?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(StoreError::at(path))?;
    Ok(file)
}
