//! The bytes of a provider's file, unpacked if need be.

use std::fs::File;
use std::path::Path;

use crate::IngestError;

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
    /// A file that can't be read or unpacked.
    pub(crate) fn open(path: &Path, _scratch: &Path) -> Result<Self, IngestError> {
        let file = File::open(path).map_err(IngestError::open(path))?;
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        Ok(Self { name, file })
    }

    /// The ending of its name, in small letters.
    pub(crate) fn extension(&self) -> String {
        let ending = Path::new(&self.name).extension().and_then(|e| e.to_str());
        ending.unwrap_or_default().to_ascii_lowercase()
    }
}
