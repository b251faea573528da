//! Why a whole file is refused, and what can break while reading one.

use std::path::PathBuf;

use shumar_schemas::SchemaError;
use shumar_seal::SealError;

use crate::reason::{Reason, lines};

/// A file that was not taken, or a failure. Values of cells never appear here; headers only when
/// they are those of the mapping.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IngestError {
    /// The file could not be opened or read.
    #[error(
        "`{file}` can't be read: {source}\n\nhint: check that it exists and is not open in another program"
    )]
    Open {
        /// The file.
        file: PathBuf,
        /// The system's words.
        source: std::io::Error,
    },
    /// The file is not what its name says.
    #[error("`{file}` {why}\n\nhint: {}", .why.hint())]
    Format {
        /// The file.
        file: PathBuf,
        /// Why it can't be read, and what to do.
        why: Reason,
    },
    /// What the file holds is not a table of records that can be read.
    #[error("`{file}` {why}\n\nhint: {}", .why.hint())]
    Content {
        /// The file.
        file: PathBuf,
        /// What it is or holds, and what to do; rows and columns by number.
        why: Reason,
    },
    /// There are several sheets, or the named one is not there or hidden.
    #[error("`{file}`: {why}\n\nhint: {}", .why.hint())]
    Sheet {
        /// The file.
        file: PathBuf,
        /// What is wrong, and what to do; sheets by number.
        why: Reason,
    },
    /// The header does not fit the mapping.
    #[error(
        "the header of `{file}` does not fit the mapping of provider `{provider}`\n{}\n\nhint: map or `drop` each column in `shumar.toml`; `shumar check FILE --show-headers` prints the header on this terminal only",
        lines(columns)
    )]
    Header {
        /// The file.
        file: PathBuf,
        /// The provider.
        provider: String,
        /// What is wrong with which column.
        columns: Vec<Reason>,
    },
    /// No row could be accepted.
    #[error(
        "no row of `{file}` could be accepted: all {rows} were rejected\n{details}\n\nhint: correct the mapping or the file"
    )]
    NothingAccepted {
        /// The file.
        file: PathBuf,
        /// How many rows it has.
        rows: u64,
        /// One line a rule.
        details: String,
        /// The rejects, for the report.
        rejects: Vec<crate::Reject>,
    },
    /// So many rows look identifying that the whole file is refused.
    #[error(
        "`{file}` was refused whole: {identifying} of its {rows} rows look as if they identify persons\n{details}\n\nhint: take the identifiers out at the office; a column of random codes that only look so is named under `tokens`"
    )]
    Identifying {
        /// The file.
        file: PathBuf,
        /// How many rows it has.
        rows: u64,
        /// How many of them look identifying.
        identifying: u64,
        /// One line a rule.
        details: String,
        /// The rows that look identifying, for the report.
        rejects: Vec<crate::Reject>,
    },
    /// The file holds no row below its header.
    #[error(
        "`{file}` holds no row below its header\n\nhint: if the office had nothing to report, say of which month: `shumar ingest FILE --covers 2025-03`; if it should hold rows, check `header_row` and `sheet` of its provider in `shumar.toml`"
    )]
    NoRows {
        /// The file.
        file: PathBuf,
    },
    /// The file holds not even a header.
    #[error(
        "`{file}` holds no header\n\nhint: check `header_row` and `sheet` of its provider in `shumar.toml`; an office with nothing to report sends the agreed header alone, or says so with `shumar nil`"
    )]
    NoHeader {
        /// The file.
        file: PathBuf,
    },
    /// A file that can't be pseudonymised as it is.
    #[error(
        "`{file}`: {why}{}{}\n\nhint: {}",
        if columns.is_empty() { "" } else { "\n" },
        lines(columns),
        .why.hint()
    )]
    Unfit {
        /// The file.
        file: PathBuf,
        /// What is wrong, and what to do.
        why: Reason,
        /// What is wrong with which column, if it is that.
        columns: Vec<Reason>,
    },
    /// A mapping that does not fit what is declared.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// A key file is missing, damaged or readable by others.
    #[error("`{file}`: {why}\n\nhint: {}", .why.hint())]
    Key {
        /// The key file.
        file: PathBuf,
        /// What is wrong, and what to do.
        why: Reason,
    },
    /// A run of the register of places is missing or damaged.
    #[error(
        "`{file}` is missing or damaged, and with it the places of persons; nothing was taken in\n\nhint: restore `lake/` together with `shumar.db` from the backup"
    )]
    Places {
        /// The run.
        file: PathBuf,
    },
    /// A batch that can't be withdrawn or replaced.
    #[error("batch {batch} {why}\n\nhint: {}", .why.hint())]
    Batch {
        /// The batch.
        batch: i64,
        /// What is wrong, and what to do.
        why: Reason,
    },
    /// The same bytes as a file that was refused just before.
    #[error(
        "`{file}` is the same as another file that was refused\n\nhint: correct one and remove the other"
    )]
    Twin {
        /// The file.
        file: PathBuf,
    },
    /// Another process uses the lake.
    #[error(
        "another process has been using the lake of this home for {patience}\n\nhint: wait until it has finished, and try again"
    )]
    Busy {
        /// How long we waited.
        patience: String,
    },
    /// The lake or a report could not be written.
    #[error(
        "`{file}` can't be written: {source}\n\nhint: check the disk's space and the folder's permissions; nothing was taken in"
    )]
    Write {
        /// The file.
        file: PathBuf,
        /// The system's words.
        source: std::io::Error,
    },
    /// A step of the program that can't fail has failed; nothing is told of the records in it.
    #[error("the program failed (details withheld); nothing was taken in")]
    Withheld,
    /// Parquet could not be written.
    #[error(
        "the lake can't be written; nothing was taken in\n\nhint: check the disk's space, and run the command again"
    )]
    Parquet(#[source] Withheld<parquet::errors::ParquetError>),
    /// A file of the lake is missing or is not what was written.
    #[error(
        "`{file}` is missing or damaged; nothing was changed\n\nhint: `shumar doctor` looks at the whole home; restore `lake/` together with `shumar.db` from the same backup"
    )]
    Damaged {
        /// The file.
        file: PathBuf,
    },
    /// The lake can't be opened with its key.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// The register could not be used.
    #[error("the register `shumar.db` can't be used; nothing was taken in")]
    Register(#[from] rusqlite::Error),
}

/// An engine's error whose words may quote a cell: they are withheld.
pub struct Withheld<E>(pub E);

impl<E> std::fmt::Debug for Withheld<E> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("details withheld")
    }
}

impl<E> std::fmt::Display for Withheld<E> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("details withheld")
    }
}

impl<E> std::error::Error for Withheld<E> {}

impl From<parquet::errors::ParquetError> for IngestError {
    fn from(e: parquet::errors::ParquetError) -> Self {
        Self::Parquet(Withheld(e))
    }
}

impl From<arrow::error::ArrowError> for IngestError {
    fn from(e: arrow::error::ArrowError) -> Self {
        Self::Parquet(Withheld(e.into()))
    }
}

impl IngestError {
    /// Whether the input was refused (as opposed to something being broken).
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        if let Self::Seal(e) = self {
            return e.is_refusal();
        }
        !matches!(
            self,
            Self::Write { .. }
                | Self::Parquet(_)
                | Self::Register(_)
                | Self::Places { .. }
                | Self::Damaged { .. }
                | Self::Withheld
        )
    }

    /// Its name in the message files, and to machines.
    #[must_use]
    pub fn id(&self) -> &'static str {
        match self {
            Self::Open { .. } => "open",
            Self::Format { .. } => "format",
            Self::Content { .. } => "content",
            Self::Sheet { .. } => "sheet",
            Self::Header { .. } => "header",
            Self::NothingAccepted { .. } => "nothing-accepted",
            Self::Identifying { .. } => "identifying",
            Self::NoRows { .. } => "no-rows",
            Self::NoHeader { .. } => "no-header",
            Self::Schema(_) => "settings",
            Self::Key { .. } => "key",
            Self::Unfit { .. } => "unfit",
            Self::Places { .. } => "places",
            Self::Batch { .. } => "batch",
            Self::Twin { .. } => "twin",
            Self::Busy { .. } => "busy",
            Self::Withheld => "withheld",
            Self::Write { .. } => "write",
            Self::Parquet(_) | Self::Damaged { .. } => "lake",
            Self::Seal(_) => "seal",
            Self::Register(_) => "register",
        }
    }

    /// The rejected rows, when they are why the file was refused.
    #[must_use]
    pub fn rejects(&self) -> &[crate::Reject] {
        match self {
            Self::NothingAccepted { rejects, .. } | Self::Identifying { rejects, .. } => rejects,
            _ => &[],
        }
    }

    pub(crate) fn unfit(file: &std::path::Path, why: Reason) -> Self {
        Self::Unfit { file: file.to_owned(), why, columns: Vec::new() }
    }

    pub(crate) fn write(file: &std::path::Path) -> impl FnOnce(std::io::Error) -> Self {
        let file = file.to_owned();
        move |source| Self::Write { file, source }
    }

    pub(crate) fn open(file: &std::path::Path) -> impl FnOnce(std::io::Error) -> Self {
        let file = file.to_owned();
        move |source| Self::Open { file, source }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every refusal says what to do, and none begins like a shout.
    #[test]
    fn every_message_names_what_and_what_to_do() {
        let file = || PathBuf::from("a.csv");
        let system = || std::io::Error::other("no room");
        let why = Reason::new;
        let columns = || vec![why("header-twice").at("name", "No")];
        let all = [
            IngestError::Open { file: file(), source: system() },
            IngestError::Format { file: file(), why: why("csv-quotes") },
            IngestError::Content { file: file(), why: why("zip-password") },
            IngestError::Sheet { file: file(), why: why("sheet-hidden") },
            IngestError::Header { file: file(), provider: String::new(), columns: columns() },
            IngestError::NothingAccepted {
                file: file(),
                rows: 1,
                details: String::new(),
                rejects: vec![],
            },
            IngestError::NoRows { file: file() },
            IngestError::NoHeader { file: file() },
            IngestError::Unfit { file: file(), why: why("unfit-header"), columns: columns() },
            IngestError::Key { file: file(), why: why("key-open") },
            IngestError::Write { file: file(), source: system() },
        ];
        for error in all {
            let words = error.to_string();
            assert!(words.contains("`a.csv`") && words.contains("hint: "), "{words}");
            assert!(words.starts_with(|c: char| c.is_lowercase() || c == '`'), "{words}");
            assert!(!words.contains('⟦'), "{words}");
        }
        let engine = parquet::errors::ParquetError::General("Fatima Bibi".to_owned());
        let error = IngestError::from(engine);
        assert!(!format!("{error} {error:?}").contains("Fatima"));
    }
}
