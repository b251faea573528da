//! Why a release is refused, and what can break while making one.

use std::path::{Path, PathBuf};

use shumar_privacy::{KernelError, Refusal};
use shumar_schemas::SchemaError;
use shumar_seal::SealError;

/// A release that was refused, or a failure.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TransformError {
    /// The configuration or the period does not fit.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// The published margins can't be estimated from the measured ones.
    #[error(
        "the published margins do not follow from the measured ones: {0}\n\nhint: this is a fault of the program; please report it"
    )]
    Unfit(#[from] shumar_privacy::estimator::Unfit),
    /// An indicator does not follow from what was released.
    #[error(
        "an indicator can't be worked out: {0}\n\nhint: this is a fault of the program; please report it"
    )]
    Indicator(#[from] shumar_figures::indicator::Unworkable),
    /// The kernel refused or failed.
    #[error(transparent)]
    Kernel(#[from] KernelError),
    /// The lake and the database do not belong together.
    #[error(
        "the lake and `shumar.db` do not belong together: {what}\n\nhint: a lake can be released from only with its own ledger; restore both from the same backup"
    )]
    Lineage {
        /// What differs.
        what: &'static str,
    },
    /// A lake file is missing or differs from the register.
    #[error(
        "`{file}` of the lake {what}\n\nhint: nothing can be released; restore the lake from a backup"
    )]
    Lake {
        /// The file.
        file: String,
        /// What is wrong with it.
        what: &'static str,
    },
    /// The noise of a table was paid for but lost; drawing it again needs consent.
    #[error(
        "the noise of {tables} was paid for, but an interruption lost it\n\nhint: drawing it again is paid from the share for revisions and makes its margins of error about {wider:.1} times as wide as planned; run the command again with `--redraw` to accept that"
    )]
    Redraw {
        /// The tables.
        tables: String,
        /// How much wider the widest margin would be.
        wider: f64,
    },
    /// A revision has a cost, which is told before it is paid.
    #[error(
        "revising `{release}` would cost a person up to {symbol} {cost} of the {left} left in the share for revisions, and its margins of error would be about {wider:.1} times as wide as those of the first version\n\nhint: run the command again with `--accept` to accept that; the old version stays published, marked as revised"
    )]
    Revise {
        /// The release.
        release: String,
        /// The currency.
        symbol: &'static str,
        /// What it would cost.
        cost: shumar_schemas::Nano,
        /// What is left.
        left: shumar_schemas::Nano,
        /// How much wider the widest margin would be.
        wider: f64,
    },
    /// There is nothing to revise, or nothing new to revise it with.
    #[error("`{release}` can't be revised: {what}\n\nhint: {hint}")]
    Unrevisable {
        /// The release.
        release: String,
        /// Why not.
        what: &'static str,
        /// What to do.
        hint: &'static str,
    },
    /// The period can't be released yet, or holds nothing.
    #[error(
        "the period {period} {what}\n\nhint: a release is charged to the year's budget for good; {hint}"
    )]
    Period {
        /// The period.
        period: String,
        /// What is wrong with it.
        what: &'static str,
        /// What to do.
        hint: &'static str,
    },
    /// Another process is making a release.
    #[error(
        "another process has been making a release or taking in files in this home for {patience}\n\nhint: wait until it is done and run the command again; what exists is reused"
    )]
    Busy {
        /// How long we waited.
        patience: String,
    },
    /// A key is missing or damaged.
    #[error("`{file}`: {what}\n\nhint: {hint}")]
    Key {
        /// The key file.
        file: PathBuf,
        /// What is wrong.
        what: &'static str,
        /// What to do.
        hint: &'static str,
    },
    /// A measurement on disk does not read back.
    #[error(
        "measurement `{file}` can't be read back\n\nhint: nothing was lost from the ledger; restore the folder from a backup"
    )]
    Measurement {
        /// The file.
        file: PathBuf,
    },
    /// A file could not be written.
    #[error(
        "`{file}` can't be written: {source}\n\nhint: check the disk's space and the folder's permissions, then run the command again; noise already drawn is used as it is"
    )]
    Write {
        /// The file.
        file: PathBuf,
        /// The system's words.
        source: std::io::Error,
    },
    /// A file or folder could not be read.
    #[error(
        "`{file}` can't be read: {source}\n\nhint: check the folder's permissions; `shumar doctor` looks at the whole home"
    )]
    Read {
        /// The file.
        file: PathBuf,
        /// The system's words.
        source: std::io::Error,
    },
    /// The engine failed; its words may quote a cell and are withheld.
    #[error(
        "the lake can't be counted; nothing was charged (details withheld)\n\nhint: check memory and disk space; `shumar doctor` looks at every file of the lake"
    )]
    Engine,
    /// A Parquet file of the release could not be written.
    #[error(
        "a file of the release can't be written: {0}\n\nhint: check the disk's space and run the command again; noise already drawn is used as it is"
    )]
    Parquet(#[from] parquet::errors::ParquetError),
    /// A home can't go on from a backup in this way.
    #[error("the ledger can't go on: {what}\n\nhint: {hint}")]
    Resume {
        /// Why not.
        what: String,
        /// What to do.
        hint: &'static str,
    },
    /// The lake can't be opened with its key.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The home's database is refused.
    #[error(transparent)]
    Store(#[from] shumar_store::StoreError),
    /// A release that stands can't be read.
    #[error(
        "`{file}` is damaged: it is no release document\n\nhint: nothing can be released beside it; restore the folder from the backup or from the site (`data/`)"
    )]
    Unreadable {
        /// The document.
        file: PathBuf,
    },
    /// The document could not be written.
    #[error(
        "a release document can't be read or written: {0}\n\nhint: `shumar verify` names the release that is damaged; restore its folder from a copy"
    )]
    Document(#[from] serde_json::Error),
    /// The database could not be used.
    #[error(
        "`shumar.db` can't be used: {0}\n\nhint: check the disk's space; `shumar doctor` tells what is wrong with it"
    )]
    Register(#[from] rusqlite::Error),
}

impl TransformError {
    /// Whether a share of the budget does not bear it.
    #[must_use]
    pub fn is_over_budget(&self) -> bool {
        let spent =
            |r: &Refusal| matches!(r, Refusal::OverBudget { .. } | Refusal::NothingLeft { .. });
        matches!(self, Self::Kernel(KernelError::Refused(refusal)) if spent(refusal))
    }

    /// Whether the request was refused (as opposed to something being broken).
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        match self {
            Self::Schema(_)
            | Self::Lineage { .. }
            | Self::Lake { .. }
            | Self::Redraw { .. }
            | Self::Revise { .. }
            | Self::Unrevisable { .. }
            | Self::Period { .. }
            | Self::Resume { .. }
            | Self::Busy { .. }
            | Self::Key { .. } => true,
            Self::Store(e) => e.is_refusal(),
            Self::Seal(e) => e.is_refusal(),
            Self::Kernel(e) => {
                matches!(e, KernelError::Refused(_) | KernelError::Scale(_) | KernelError::Held(_))
            }
            _ => false,
        }
    }

    pub(crate) fn read(file: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let file = file.to_owned();
        move |source| Self::Read { file, source }
    }

    pub(crate) fn write(file: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let file = file.to_owned();
        move |source| Self::Write { file, source }
    }
}

impl From<Refusal> for TransformError {
    fn from(refusal: Refusal) -> Self {
        Self::Kernel(refusal.into())
    }
}

impl From<arrow::error::ArrowError> for TransformError {
    fn from(e: arrow::error::ArrowError) -> Self {
        Self::Parquet(e.into())
    }
}
