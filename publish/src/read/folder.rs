//! The files of one release folder, opened with care: only regular files, only up to a limit.
//!
//! A folder may come from anywhere. A link, a pipe or a device is refused before it is opened.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use shumar_schemas::release::DOCUMENT;

use crate::PublishError;

/// Largest `release.json`: labels of 20,000 codes in a few languages stay well below.
pub(crate) const DOCUMENT_BYTES_MAX: u64 = 64 << 20;
/// Largest signature or public key: four lines.
pub(crate) const SEAL_BYTES_MAX: u64 = 4096;
/// Largest Parquet file: 4 million cells of five columns, uncompressed, with long codes.
pub(crate) const PARQUET_BYTES_MAX: u64 = 1 << 30;

/// A release's folder.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    name: String,
}

impl Folder {
    /// The folder at a path; nothing is read yet.
    pub(crate) fn new(path: &Path) -> Self {
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
        Self { path: path.to_owned(), name }
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Its name.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Opens a regular file of at most `limit` bytes.
    pub(crate) fn open(&self, file: &str, limit: u64) -> Result<File, PublishError> {
        let path = self.path.join(file);
        let meta = fs::symlink_metadata(&path).map_err(|e| self.unreadable(file, e))?;
        if !meta.is_file() {
            return Err(self.flaw(file, "is not a regular file"));
        }
        if meta.len() > limit {
            return Err(self.flaw(file, format!("has {} bytes, more than {limit}", meta.len())));
        }
        File::open(&path).map_err(|e| self.unreadable(file, e))
    }

    /// The bytes of a file of at most `limit` bytes.
    pub(crate) fn bytes(&self, file: &str, limit: u64) -> Result<Vec<u8>, PublishError> {
        let mut bytes = Vec::new();
        let opened = self.open(file, limit)?;
        opened.take(limit + 1).read_to_end(&mut bytes).map_err(|e| self.unreadable(file, e))?;
        if bytes.len() as u64 > limit {
            return Err(self.flaw(file, format!("has more than {limit} bytes")));
        }
        Ok(bytes)
    }

    /// The bytes of `release.json`.
    pub(crate) fn document(&self) -> Result<Vec<u8>, PublishError> {
        self.bytes(DOCUMENT, DOCUMENT_BYTES_MAX)
    }

    /// A short text file.
    pub(crate) fn text(&self, file: &str) -> Result<String, PublishError> {
        String::from_utf8(self.bytes(file, SEAL_BYTES_MAX)?)
            .map_err(|_| self.flaw(file, "is not UTF-8 text"))
    }

    /// SHA-256 of a file, in hexadecimal.
    pub(crate) fn sha256(&self, file: &str) -> Result<String, PublishError> {
        let mut opened = self.open(file, PARQUET_BYTES_MAX)?.take(PARQUET_BYTES_MAX);
        let mut hash = Sha256::new();
        let mut part = vec![0; 1 << 16];
        loop {
            match opened.read(&mut part) {
                Ok(0) => return Ok(hex::encode(hash.finalize())),
                Ok(n) => hash.update(&part[..n]),
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(self.unreadable(file, e)),
            }
        }
    }

    /// Fails unless a file has the stated SHA-256.
    pub(crate) fn same(&self, file: &str, stated: &str) -> Result<(), PublishError> {
        let found = self.sha256(file)?;
        if found == stated {
            return Ok(());
        }
        Err(self.flaw(file, format!("was changed: its SHA-256 is {found}, stated is {stated}")))
    }

    /// The names in a subfolder, sorted; none if it is not there.
    pub(crate) fn names(&self, subfolder: &str) -> Result<Vec<String>, PublishError> {
        let entries = match fs::read_dir(self.path.join(subfolder)) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(|e| self.unreadable(subfolder, e))?,
        };
        let name = |e: io::Result<fs::DirEntry>| Ok(e?.file_name().to_string_lossy().into_owned());
        let mut names: Vec<String> = entries
            .map(name)
            .collect::<io::Result<_>>()
            .map_err(|e| self.unreadable(subfolder, e))?;
        names.sort_unstable();
        Ok(names)
    }

    /// A file that is not what it must be.
    pub(crate) fn flaw(&self, file: &str, what: impl Into<String>) -> PublishError {
        PublishError::Flaw { release: self.name.clone(), file: file.to_owned(), what: what.into() }
    }

    fn unreadable(&self, file: &str, source: io::Error) -> PublishError {
        PublishError::Read { release: self.name.clone(), file: file.to_owned(), source }
    }
}
