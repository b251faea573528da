//! Why a database can't be used.

use std::path::{Path, PathBuf};

/// A database that is refused, or a failure.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The tables are of a version that this program does not know.
    #[error(
        "`{}` was made by a newer shumar: its tables are of version {version}, this program knows {known}\n\nhint: install the newer version; nothing was changed", file.display()
    )]
    Newer {
        /// The database.
        file: PathBuf,
        /// Its version.
        version: i32,
        /// The newest version that is known here.
        known: i32,
    },
    /// There is nothing in it.
    #[error(
        "`{}` is damaged: it holds no table\n\nhint: restore it from the backup, together with `lake/` and `releases/`; nothing was written into it", file.display()
    )]
    Empty {
        /// The database.
        file: PathBuf,
    },
    /// The tables can't be moved forward.
    #[error("`{}` can't be moved to version {to}: {what}\n\nhint: {hint}", file.display())]
    Stuck {
        /// The database.
        file: PathBuf,
        /// The version that was wanted.
        to: i32,
        /// Why not.
        what: String,
        /// What to do.
        hint: &'static str,
    },
    /// The audit trail does not hold.
    #[error(
        "act {seq} of the audit trail does not fit the one before it: the trail was altered or damaged\n\nhint: compare it with a backup, and find out who could write `shumar.db`"
    )]
    Trail {
        /// The first act that does not fit.
        seq: i64,
    },
    /// Another process charges from this home, or from a copy of it.
    #[error(
        "another shumar has been charging from this home, or a copy of it, for {patience}; nothing was charged\n\nhint: look what it does, and run the command again"
    )]
    Busy {
        /// How long was waited.
        patience: String,
    },
    /// A key that others can read.
    #[error(
        "`{}` can be read by others than its owner\n\nhint: run `chmod 600 {}`; if others had access to this machine, think of the key as known", file.display(), file.display()
    )]
    Open {
        /// The key.
        file: PathBuf,
    },
    /// A file could not be used.
    #[error("`{}`: {source}\n\nhint: check the disk's space and the folder's permissions", file.display())]
    File {
        /// The file.
        file: PathBuf,
        /// The system's words.
        source: std::io::Error,
    },
    /// The database could not be used.
    #[error(
        "`shumar.db` can't be used: {0}\n\nhint: check the disk's space; `shumar doctor` tells what is wrong with it"
    )]
    Register(#[from] rusqlite::Error),
}

impl StoreError {
    /// Whether the home is refused, as opposed to something being broken.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        matches!(
            self,
            Self::Newer { .. } | Self::Stuck { .. } | Self::Open { .. } | Self::Busy { .. }
        )
    }

    /// A file that could not be used.
    pub(crate) fn at(file: &Path) -> impl FnOnce(std::io::Error) -> Self + use<> {
        let file = file.to_owned();
        move |source| Self::File { file, source }
    }
}
