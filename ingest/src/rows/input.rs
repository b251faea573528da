//! The bytes of a provider's file, unpacked if need be.

use std::fs::File;
use std::path::Path;

use super::content::{Content, refuse};
use super::unpack;
use crate::{IngestError, Reason};

/// A file to read from.
pub(crate) struct Input {
    /// Its name; of a packed file, the name of what is in it.
    pub(crate) name: String,
    /// Its bytes, at their beginning.
    pub(crate) file: File,
}

impl Input {
    /// Opens a file. What is packed is unpacked into a file without a name in `scratch`.
    ///
    /// # Errors
    /// A file that can't be read or unpacked, or is packed twice.
    pub(crate) fn open(path: &Path, scratch: &Path) -> Result<Self, IngestError> {
        regular(path)?;
        let mut file = File::open(path).map_err(IngestError::open(path))?;
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let packing = match extension(&name).as_str() {
            "gz" => Content::Gzip,
            "zip" => Content::Zip,
            _ => return Ok(Self { name, file }),
        };
        let content = Content::of(&mut file).map_err(IngestError::open(path))?;
        if content != packing {
            return Err(refuse(path, content.not(packing.id())));
        }
        let (name, file) = if packing == Content::Gzip {
            let name = name[..name.len() - ".gz".len()].to_owned();
            (name, unpack::gzip(path, file, scratch)?)
        } else {
            unpack::zip(path, file, scratch)?
        };
        if ["gz", "zip"].contains(&extension(&name).as_str()) {
            return Err(refuse(path, Reason::new("packed-twice")));
        }
        Ok(Self { name, file })
    }

    /// The ending of its name, in small letters.
    pub(crate) fn extension(&self) -> String {
        extension(&self.name)
    }
}

/// Refuses what is no file: a device never ends, and a pipe may never begin.
///
/// # Errors
/// A folder, a device or a pipe; what the file system refuses.
pub(crate) fn regular(path: &Path) -> Result<std::fs::Metadata, IngestError> {
    let about = std::fs::metadata(path).map_err(IngestError::open(path))?;
    if about.is_file() { Ok(about) } else { Err(refuse(path, Reason::new("not-file"))) }
}

fn extension(name: &str) -> String {
    let ending = Path::new(name).extension().and_then(|e| e.to_str());
    ending.unwrap_or_default().to_ascii_lowercase()
}
