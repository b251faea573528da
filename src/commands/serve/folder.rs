//! The files of one folder for the web: nothing outside it, nothing hidden, no link followed.

use std::future::Future;
use std::io::{Error, ErrorKind, Result};
use std::path::{Component, Path, PathBuf};
use std::pin::Pin;

use tokio::fs;
use tower_http::services::fs::{Backend, TokioBackend, TokioFile};

/// A folder whose files may be read. `ServeDir` decodes the address and refuses `..`; here every
/// path that it would open is held against the disk once more.
#[derive(Clone)]
pub(super) struct Folder {
    root: PathBuf,
}

type Coming<T> = Pin<Box<dyn Future<Output = Result<T>> + Send>>;

impl Folder {
    /// A folder, by its path without links.
    pub(super) fn new(root: PathBuf) -> Self {
        Self { root }
    }

    /// Whether a path is a file or a folder of this one, reached without a link. Who may write to
    /// the folder could still swap a file between this look and the opening; it is their site.
    async fn holds(&self, path: &Path) -> Result<()> {
        let below = path.strip_prefix(&self.root).map_err(|_| absent())?;
        let shown = |part| matches!(part, Component::Normal(name) if !hidden(name));
        let real = fs::canonicalize(path).await?;
        let metadata = fs::symlink_metadata(path).await?;
        let kept = metadata.is_dir() || metadata.is_file();
        if below.components().all(shown) && real == path && kept { Ok(()) } else { Err(absent()) }
    }
}

fn hidden(name: &std::ffi::OsStr) -> bool {
    name.as_encoded_bytes().starts_with(b".")
}

/// The same answer for what is not there and what must not be read.
fn absent() -> Error {
    ErrorKind::NotFound.into()
}

impl Backend for Folder {
    type File = TokioFile;
    type Metadata = std::fs::Metadata;
    type OpenFuture = Coming<TokioFile>;
    type MetadataFuture = Coming<std::fs::Metadata>;

    fn open(&self, path: PathBuf) -> Self::OpenFuture {
        let folder = self.clone();
        Box::pin(async move {
            folder.holds(&path).await?;
            TokioBackend.open(path).await
        })
    }

    fn metadata(&self, path: PathBuf) -> Self::MetadataFuture {
        let folder = self.clone();
        Box::pin(async move {
            folder.holds(&path).await?;
            TokioBackend.metadata(path).await
        })
    }
}
