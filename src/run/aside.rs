//! Small files that others read while we write: whole at every moment.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use crate::failure::{Failure, at};

/// Writes a file aside, sees it onto the disk and puts it in place. Only whoever holds the lock of
/// the file's kind may write it.
pub(crate) fn write(path: &Path, text: &str) -> Result<(), Failure> {
    let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let aside = path.with_file_name(format!(".{name}.new"));
    let put = || {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let mut file = File::create(&aside)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        std::fs::rename(&aside, path)
    };
    put().map_err(at(path))
}
