//! Why an act of the desk is refused, and what can break.
//!
//! No message quotes what an applicant wrote or who an applicant is.

use std::path::{Path, PathBuf};

/// A refused act, or a failure.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RtiError {
    /// The request, its state, the settings or the law say no.
    #[error("{what}\n\nhint: {hint}")]
    Refused {
        /// What is not done, and why.
        what: String,
        /// What to do.
        hint: String,
    },
    /// A value of the law that no source says.
    #[error(
        "`{act}` has no verified value for {what}, so that it can't be worked out\n\nhint: ask the office's lawyer, and set it with its source in shumar.toml:\n  [rti.law{table}]\n  {example}"
    )]
    Unset {
        /// The law.
        act: String,
        /// Which value.
        what: &'static str,
        /// The table that it belongs to, with its full stop.
        table: &'static str,
        /// What may be written.
        example: &'static str,
    },
    /// No act was verified, so that nothing is worked out.
    #[error(
        "no deadline is worked out under `{id}`: no act was verified there\n\nhint: answer as the office's lawyer says; the register keeps everything else"
    )]
    Unverified {
        /// The law's id.
        id: String,
    },
    /// A built-in or local data file of laws or holidays is wrong.
    #[error("{file} {what}\n\nhint: {hint}")]
    Data {
        /// Which file.
        file: String,
        /// What is wrong.
        what: String,
        /// What to do.
        hint: &'static str,
    },
    /// The register, the audit trail or a kept file is not what was written.
    #[error("{what}\n\nhint: restore `rti.db` and `rti/` from the same backup")]
    Damaged {
        /// What was found.
        what: String,
    },
    /// The key that opens applicants' files.
    #[error("`{}` {what}\n\nhint: {hint}", path.display())]
    Key {
        /// The key file.
        path: PathBuf,
        /// What is wrong with it.
        what: &'static str,
        /// What to do.
        hint: &'static str,
    },
    /// A file or folder.
    #[error(
        "`{}` can't be {doing}: {source}\n\nhint: check the disk's space and the folder's permissions, and run the command again",
        path.display()
    )]
    Path {
        /// `read`, `written`.
        doing: &'static str,
        /// Where.
        path: PathBuf,
        /// The system's words.
        source: std::io::Error,
    },
    /// The database.
    #[error(
        "`rti.db` can't be used: {0}\n\nhint: check that the disk has room; `shumar doctor` tells what is wrong with the file"
    )]
    Database(#[from] rusqlite::Error),
    /// A letter could not be set.
    #[error("the letter can't be made: {0}")]
    Print(#[from] shumar_print::PrintError),
    /// A document could not be built.
    #[error("{what} can't be built")]
    Build {
        /// Which.
        what: &'static str,
    },
}

impl RtiError {
    /// A refusal in words.
    pub(crate) fn refused(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Refused { what: what.into(), hint: hint.into() }
    }

    /// A file that can't be read.
    pub(crate) fn read(path: &Path) -> impl FnOnce(std::io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |source| Self::Path { doing: "read", path, source }
    }

    /// A file that can't be written.
    pub(crate) fn write(path: &Path) -> impl FnOnce(std::io::Error) -> Self + use<> {
        let path = path.to_owned();
        move |source| Self::Path { doing: "written", path, source }
    }

    /// Whether the request, the settings or the law say no; else something broke.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        matches!(
            self,
            Self::Refused { .. } | Self::Unset { .. } | Self::Unverified { .. } | Self::Data { .. }
        )
    }
}
