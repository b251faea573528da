//! The public log of the right-to-information desk, read with care: it may be hostile.

use std::path::Path;

use sha2::{Digest, Sha256};
use shumar_lock::Unlocked;
use shumar_schemas::disclosure::{DOCUMENT, DisclosureDocument, FOLDER, FORMAT, LOCK};

use crate::PublishError;
use crate::read::Folder;

/// Largest log: some 10,000 answers.
const LOG_BYTES_MAX: u64 = 64 << 20;
/// Largest file of an answer.
const FILE_BYTES_MAX: u64 = 64 << 20;

/// The log and its files.
#[derive(Debug)]
pub(crate) struct Log {
    /// The log.
    pub(crate) document: DisclosureDocument,
    /// Name and bytes of each file that it lists.
    pub(crate) files: Vec<(String, Vec<u8>)>,
}

impl Log {
    /// The log of the home that a folder of releases belongs to; nothing where there is no desk.
    ///
    /// # Errors
    /// A log of another format, and a file that is missing, was changed or has no plain name.
    pub(crate) fn beside(releases: &Path) -> Result<Option<Self>, PublishError> {
        let folder = releases.with_file_name(FOLDER);
        let lock = releases.with_file_name(LOCK);
        // A copy that can't be written has nobody who changes it.
        let _lock = match shumar_lock::lock(&lock, false, "writing the public log") {
            Err(Unlocked::Busy) => return Err(PublishError::Busy { site: folder }),
            Err(Unlocked::System(_)) => None,
            Ok(lock) => Some(lock),
        };
        if !folder.join(DOCUMENT).exists() {
            return Ok(None);
        }
        let folder = Folder::new(&folder);
        let bytes = folder.bytes(DOCUMENT, LOG_BYTES_MAX)?;
        let document: DisclosureDocument = serde_json::from_slice(&bytes)
            .map_err(|_| folder.flaw(DOCUMENT, "is not a log of answered requests"))?;
        if document.format != FORMAT {
            return Err(folder.flaw(DOCUMENT, "is of another format"));
        }
        let mut files: Vec<(String, Vec<u8>)> = Vec::new();
        for file in document.entries.iter().flat_map(|e| &e.files) {
            if !is_plain(&file.name) || files.iter().any(|(name, _)| *name == file.name) {
                return Err(folder.flaw(DOCUMENT, "lists a file without a plain name of its own"));
            }
            let bytes = folder.bytes(&file.name, FILE_BYTES_MAX)?;
            if hex::encode(Sha256::digest(&bytes)) != file.sha256 {
                return Err(folder.flaw(&file.name, "is not the file that the log lists"));
            }
            files.push((file.name.clone(), bytes));
        }
        Ok(Some(Self { document, files }))
    }
}

/// `2026-001.csv`: a name that leads nowhere else and is served as data.
fn is_plain(name: &str) -> bool {
    let Some((stem, kind)) = name.rsplit_once('.') else { return false };
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '-';
    !stem.is_empty()
        && stem.len() <= 64
        && stem.chars().all(fits)
        && ["csv", "xlsx"].contains(&kind)
}
