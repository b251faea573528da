//! What reading a file needs, and what it comes to.

use std::path::Path;

use chrono::{DateTime, Utc};
use shumar_schemas::{Catalog, Config, Provider, YearMonth};
use shumar_seal::Seal;

use crate::gate::Gate;
use crate::key::HomeKey;
use crate::report::describe;
use crate::{IngestError, Note, Reject, Tally};

/// Everything that reading providers' files needs to know.
#[derive(Clone, Copy)]
pub struct Office<'a> {
    /// The home's folder.
    pub home: &'a Path,
    /// The configuration.
    pub config: &'a Config,
    /// What is declared.
    pub catalog: &'a Catalog,
    /// The anonymity gate.
    pub gate: &'a Gate,
    /// The home's key.
    pub key: &'a HomeKey,
    /// How the lake is written and read.
    pub seal: &'a Seal,
    /// Now; nothing after today is a record's date.
    pub now: DateTime<Utc>,
}

/// A file that a provider sent.
#[derive(Clone, Copy)]
pub struct Sent<'a> {
    /// The provider.
    pub provider: &'a Provider,
    /// The file.
    pub file: &'a Path,
    /// The batch that it corrects, whose records it replaces.
    pub replaces: Option<i64>,
    /// Months that it covers also where it has no row of them.
    pub covers: &'a [YearMonth],
}

/// The account of one file.
#[derive(Debug, Clone)]
pub struct Batch {
    /// Its number; 0 when the file was only checked.
    pub id: i64,
    /// The provider.
    pub provider: String,
    /// The record kind.
    pub kind: String,
    /// SHA-256 of the file.
    pub sha256: String,
    /// The batch that it replaces.
    pub replaces: Option<i64>,
    /// Rows below the header that are not blank.
    pub rows: u64,
    /// Records that landed.
    pub accepted: u64,
    /// Rows that repeat a record.
    pub folded: u64,
    /// Rows that were rejected.
    pub rejected: u64,
    /// The rejected rows by field and rule.
    pub tally: Tally,
    /// The rejected rows.
    pub rejects: Vec<Reject>,
    /// What else was noticed.
    pub notes: Vec<Note>,
}

/// What became of a file.
#[derive(Debug, Clone)]
pub enum Arrival {
    /// It landed as this batch.
    Landed(Batch),
    /// The same file, byte for byte, is this batch already; nothing changed.
    Already(i64),
}

/// Refuses a file of which every row was rejected. One without a row said what it covers.
pub(crate) fn nothing_accepted(file: &Path, batch: &Batch) -> Result<(), IngestError> {
    if batch.rejected < batch.rows || batch.rows == 0 {
        return Ok(());
    }
    Err(IngestError::NothingAccepted {
        file: file.to_owned(),
        rows: batch.rows,
        details: describe(&batch.tally),
        rejects: batch.rejects.clone(),
    })
}
