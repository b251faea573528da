//! Reading a release: the document, its declared domain, and its files row by row.
//!
//! Shared by publishing and verifying. It trusts nothing that it reads, and it never sees more
//! than a release: no record, no lake, no ledger.

mod cells;
mod folder;
mod footer;
pub(crate) mod seal;
mod shape;

use std::collections::BTreeSet;
use std::path::Path;

use shumar_schemas::release::{
    DOCUMENT, FORMAT, MarginDocument, MeasurementDocument, ReleaseDocument, TableDocument,
};

pub(crate) use cells::{Estimate, estimates, measurement};
pub(crate) use folder::Folder;
pub(crate) use shape::{Column, Grid, Shape, is_name};

use crate::PublishError;

/// A release whose document fits itself.
#[derive(Debug)]
pub(crate) struct Release {
    /// Its files.
    pub(crate) folder: Folder,
    /// What it says.
    pub(crate) document: ReleaseDocument,
}

impl Release {
    /// Opens a release for publishing: signed by the key beside it, and in its own folder.
    pub(crate) fn open(path: &Path) -> Result<Self, PublishError> {
        let folder = Folder::new(path);
        let bytes = folder.document()?;
        seal::check(&folder, &bytes, &seal::key_beside(&folder)?)?;
        let document = parse(&folder, &bytes)?;
        if document.id != folder.name() {
            let name = folder.name().to_owned();
            return Err(PublishError::Misplaced { release: document.id, folder: name });
        }
        Ok(Self { folder, document })
    }

    /// A table's shape, which [`parse`] found sound.
    pub(crate) fn shape<'a>(&self, table: &'a TableDocument) -> Result<Shape<'a>, PublishError> {
        Shape::of(table).map_err(|what| self.flaw(&table.id, &what))
    }

    /// The rows of a file with these columns.
    pub(crate) fn grid<'a>(
        &self,
        table: &TableDocument,
        shape: &'a Shape<'a>,
        by: &[String],
    ) -> Result<Grid<'a>, PublishError> {
        shape.grid(by).map_err(|what| self.flaw(&table.id, &what))
    }

    fn flaw(&self, table: &str, what: &str) -> PublishError {
        self.folder.flaw(DOCUMENT, format!("contradicts itself: table `{table}` {what}"))
    }
}

/// Reads the document and checks that it does not contradict itself.
pub(crate) fn parse(folder: &Folder, bytes: &[u8]) -> Result<ReleaseDocument, PublishError> {
    let document: ReleaseDocument = serde_json::from_slice(bytes).map_err(|source| {
        let release = folder.name().to_owned();
        PublishError::Json { release, file: DOCUMENT.to_owned(), source }
    })?;
    if document.format != FORMAT {
        let what = format!("has the format `{}`, this version reads `{FORMAT}`", document.format);
        return Err(folder.flaw(DOCUMENT, what));
    }
    if !is_name(&document.id) {
        return Err(folder.flaw(DOCUMENT, "names a release that can't be a folder"));
    }
    if document.coverage.iter().any(|c| c.reported > c.expected) {
        return Err(folder.flaw(DOCUMENT, "says that an office made more reports than expected"));
    }
    let mut tables = BTreeSet::new();
    let mut files = BTreeSet::new();
    for table in &document.tables {
        let contradicts = |what: &str| {
            folder.flaw(DOCUMENT, format!("contradicts itself: table `{}` {what}", table.id))
        };
        if !is_name(&table.id) || !tables.insert(&table.id) {
            return Err(contradicts("has an unusable or repeated name"));
        }
        Shape::of(table).map_err(|what| contradicts(&what))?;
        if listed(table).any(|(file, _)| !files.insert(file)) {
            return Err(contradicts("shares a file with another"));
        }
    }
    Ok(document)
}

/// The files of a table with their stated SHA-256.
pub(crate) fn listed(table: &TableDocument) -> impl Iterator<Item = (&str, &str)> {
    let measured = table.measurements.iter().map(|m: &MeasurementDocument| (&m.file, &m.sha256));
    let estimated = table.margins.iter().map(|m: &MarginDocument| (&m.file, &m.sha256));
    measured.chain(estimated).map(|(file, hash)| (file.as_str(), hash.as_str()))
}
