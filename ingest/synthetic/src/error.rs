//! What can go wrong when synthetic files are written.

use std::path::PathBuf;

use shumar_schemas::SchemaError;

/// An error of the generator. Nothing that it writes is private, so it may say everything.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SyntheticError {
    /// A folder or file could not be written.
    #[error(
        "`{path}` can't be written\n\nhint: check the folder's permissions and the disk's space"
    )]
    Write {
        /// The file or folder.
        path: PathBuf,
        /// The system's words.
        source: std::io::Error,
    },
    /// The feed's receiver refused bytes.
    #[error("the feed can't be written")]
    Feed(#[source] std::io::Error),
    /// A text file could not be put together.
    #[error("a row of `{path}` can't be written as CSV")]
    Csv {
        /// The file.
        path: PathBuf,
        /// The writer's words.
        source: csv::Error,
    },
    /// A workbook could not be put together.
    #[error("the workbook `{path}` can't be put together")]
    Workbook {
        /// The file.
        path: PathBuf,
        /// The writer's words.
        source: rust_xlsxwriter::XlsxError,
    },
    /// A character that the file's encoding does not have.
    #[error(
        "`{path}` holds the character `{character}`, which its encoding lacks\n\nhint: a provider with this encoding can have no such word in its mapping"
    )]
    Encoding {
        /// The file.
        path: PathBuf,
        /// The character.
        character: char,
    },
    /// More records than one world may have.
    #[error(
        "a world of {records} records is too large\n\nhint: ask for at most {most}, or use `police_feed`, which has no limit"
    )]
    TooMany {
        /// How many were asked for.
        records: u64,
        /// How many there may be.
        most: usize,
    },
    /// The demonstration's home and the declared vocabulary do not fit.
    #[error(transparent)]
    Schema(#[from] SchemaError),
}
