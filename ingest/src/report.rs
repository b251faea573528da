//! The account of one file for clerks, in English and Urdu: what was rejected by which rule, why a
//! file was refused, and what to do. Rows, fields and rules are named, values never.

mod page;
mod table;
mod text;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use shumar_schemas::{Provider, RecordKind};

use crate::words::{Language, Words};
use crate::{Batch, IngestError, Office, Rule, Sent, rows};

pub(crate) use page::write as write_page;
pub(crate) use text::write as write_text;

/// One rejected row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// The sheet, from 1, when several sheets of a workbook are read; otherwise 0.
    pub sheet: u16,
    /// Its row (or line) in the file or sheet, from 1.
    pub row: u64,
    /// The field concerned; blank for the row as a whole.
    pub field: Arc<str>,
    /// The rule.
    pub rule: Rule,
}

/// Rejected rows by field and rule.
pub type Tally = BTreeMap<(Arc<str>, Rule), u64>;

/// Counts rejects by field and rule.
#[must_use]
pub fn tally(rejects: &[Reject]) -> Tally {
    let mut tally = Tally::new();
    for reject in rejects {
        *tally.entry((reject.field.clone(), reject.rule)).or_insert(0) += 1;
    }
    tally
}

/// The tally in English words, one line each.
pub(crate) fn describe(tally: &Tally) -> String {
    Words::new(Language::English).tally(tally)
}

/// What became of a file, for its reports.
pub struct Account<'a> {
    office: &'a Office<'a>,
    provider: &'a Provider,
    outcome: Outcome<'a>,
    /// The file's name, for a report that lies beside the file and nowhere else.
    name: Option<String>,
    /// The file's digest; blank when it could not be read.
    sha256: String,
}

/// What is told of a file.
#[derive(Clone, Copy)]
enum Outcome<'a> {
    /// It landed, or would land when its batch has no number.
    Read(&'a Batch),
    /// It was refused.
    Refused(&'a IngestError),
}

impl<'a> Account<'a> {
    /// The account of a file that landed or was checked.
    #[must_use]
    pub fn read(office: &'a Office<'a>, provider: &'a Provider, batch: &'a Batch) -> Self {
        let (outcome, sha256) = (Outcome::Read(batch), batch.sha256.clone());
        Self { office, provider, outcome, name: None, sha256 }
    }

    /// The account of a file that was refused.
    #[must_use]
    pub fn refused(office: &'a Office<'a>, sent: &Sent<'a>, why: &'a IngestError) -> Self {
        let sha256 = rows::digest(sent.file).unwrap_or_default();
        let outcome = Outcome::Refused(why);
        Self { office, provider: sent.provider, outcome, name: None, sha256 }
    }

    /// The same account for a report that lies beside the file: only there its name is shown.
    #[must_use]
    pub fn beside(mut self, file: &Path) -> Self {
        self.name = file.file_name().map(|n| n.to_string_lossy().into_owned());
        self
    }

    /// The rejected rows.
    #[must_use]
    pub fn rejects(&self) -> &'a [Reject] {
        match self.outcome {
            Outcome::Read(batch) => &batch.rejects,
            Outcome::Refused(why) => why.rejects(),
        }
    }

    fn kind(&self) -> Result<&'a RecordKind, IngestError> {
        Ok(self.office.catalog.kind(&self.provider.kind, "the provider")?)
    }

    /// What a checked file's reports are called: after its provider and digest, because a report
    /// travels and the file's own name may say anything.
    fn stem(&self) -> String {
        let digest = self.sha256.get(..8).unwrap_or("unread");
        format!("check-{}-{digest}", self.provider.id)
    }
}

/// The reports that were written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The page.
    pub page: PathBuf,
    /// The table of rejected rows, when there are any.
    pub table: Option<PathBuf>,
}

/// Writes the reports of a checked file into `folder`, to be sent back to its office.
///
/// # Errors
/// What the file system refuses.
pub fn write_check(folder: &Path, account: &Account<'_>) -> Result<Written, IngestError> {
    crate::durable::folder(folder)?;
    let stem = account.stem();
    write(folder, &stem, account)
}

/// Writes the reports of a batch into the home's `rejects/`, when rows of it were rejected.
///
/// # Errors
/// What the file system refuses.
pub(crate) fn write_batch(
    office: &Office<'_>,
    provider: &Provider,
    batch: &Batch,
) -> Result<(), IngestError> {
    if batch.rejects.is_empty() {
        return Ok(());
    }
    let folder = office.home.join("rejects");
    crate::durable::folder(&folder)?;
    write(&folder, &batch_stem(batch.id), &Account::read(office, provider, batch)).map(|_| ())
}

fn batch_stem(batch: i64) -> String {
    format!("batch-{batch:06}")
}

fn write(folder: &Path, stem: &str, account: &Account<'_>) -> Result<Written, IngestError> {
    let [page, table] = ["html", "csv"].map(|ending| folder.join(format!("{stem}.{ending}")));
    write_page(&page, account)?;
    let table = write_table(&table, account)?.then_some(table);
    Ok(Written { page, table })
}

/// Writes the table of rejected rows, if there are any; else removes what an earlier one left.
pub(crate) fn write_table(path: &Path, account: &Account<'_>) -> Result<bool, IngestError> {
    if account.rejects().is_empty() {
        return clear(path).map(|()| false);
    }
    table::write(path, account).map(|()| true)
}

/// Removes a report, if it is there.
pub(crate) fn clear(report: &Path) -> Result<(), IngestError> {
    match std::fs::remove_file(report) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => Err(IngestError::write(report)(e)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
