//! Why the lake can't be opened with its key.

use std::path::{Path, PathBuf};

/// A lake that stays closed, or a failure.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SealError {
    /// There is no key.
    #[error(
        "the lake is encrypted, and its key is not here\n\nhint: put it back as `keys/lake.key` (from the backup), or set SHUMAR_LAKE_KEY, or SHUMAR_LAKE_KEY_FILE to its file; without it nobody can read the lake"
    )]
    Missing,
    /// A key that is not the lake's.
    #[error(
        "the key from {from} is not the key of this lake; nothing was read\n\nhint: find the key that the home was made with, in a backup of `keys/` or where it is kept apart; no other can open this lake"
    )]
    Wrong {
        /// Where the key came from.
        from: String,
    },
    /// Something that is no key.
    #[error(
        "what {from} holds is no key: 64 hexadecimal digits are expected\n\nhint: restore it as it was; a key can't be repaired"
    )]
    NoKey {
        /// Where it came from.
        from: String,
    },
    /// A passphrase that does not open the key.
    #[error(
        "the passphrase does not open `{file}`\n\nhint: type it again; without it nobody can read the lake"
    )]
    Passphrase {
        /// The file.
        file: PathBuf,
    },
    /// A file of a wrapped key that does not read.
    #[error("`{file}` is damaged: it holds no wrapped key\n\nhint: restore it from the backup")]
    Damaged {
        /// The file.
        file: PathBuf,
    },
    /// A passphrase can't be asked for.
    #[error("{why}")]
    Unasked {
        /// Why, and what to do.
        why: String,
    },
    /// A key that stands where a new one should be made.
    #[error(
        "there is a key of a lake from {from} already\n\nhint: take it away, or make the home with it alone"
    )]
    Several {
        /// Where.
        from: String,
    },
    /// The settings and the database disagree.
    #[error("{what}\n\nhint: {hint}")]
    Disagree {
        /// How.
        what: &'static str,
        /// What to do.
        hint: &'static str,
    },
    /// A file could not be read.
    #[error("`{file}` can't be read: {source}\n\nhint: check the permissions of it and its folder")]
    Read {
        /// The file.
        file: PathBuf,
        /// The system's words.
        source: std::io::Error,
    },
    /// A key that others can read, or that can't be written.
    #[error(transparent)]
    Store(#[from] shumar_store::StoreError),
    /// The database could not be used.
    #[error("`shumar.db` can't be used: {0}\n\nhint: `shumar doctor` tells what is wrong with it")]
    Register(#[from] rusqlite::Error),
    /// A step that can't fail has failed.
    #[error(
        "the lake can't be encrypted or opened (details withheld)\n\nhint: run `shumar doctor`"
    )]
    Withheld,
}

impl SealError {
    /// Whether the input was refused (as opposed to something being broken).
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        match self {
            Self::Store(e) => e.is_refusal(),
            Self::Read { .. } | Self::Register(_) | Self::Withheld => false,
            _ => true,
        }
    }

    pub(crate) fn read(file: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let file = file.to_owned();
        move |source| Self::Read { file, source }
    }
}
