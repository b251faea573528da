//! Reading a release: the document, its declared domain, and its files row by row.
//!
//! Shared by publishing and verifying. It trusts nothing that it reads, and it never sees more
//! than a release: no record, no lake, no ledger.

mod cells;
mod folder;
mod footer;
pub(crate) mod names;
mod nesting;
mod readings;
pub(crate) mod seal;
mod shape;
mod sound;
mod sums;

use std::path::Path;

use shumar_schemas::release::{
    DOCUMENT, FORMAT, ReleaseDocument, StatisticDocument, TableDocument,
};

pub(crate) use cells::{Estimate, estimates, measurement};
pub(crate) use folder::Folder;
pub(crate) use readings::{flat, readings};
pub(crate) use shape::{Column, Grid, Shape};
pub(crate) use sums::sums;

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
        let release = Self::open_copy(path)?;
        if release.document.id != release.folder.name() {
            let folder = release.folder.name().to_owned();
            return Err(PublishError::Misplaced { release: release.document.id, folder });
        }
        Ok(release)
    }

    /// Opens a copy of a release, whose folder may have any name.
    pub(crate) fn open_copy(path: &Path) -> Result<Self, PublishError> {
        let folder = Folder::new(path);
        let bytes = folder.document()?;
        seal::check(&folder, &bytes, &seal::key_beside(&folder)?)?;
        let document = parse(&folder, &bytes)?;
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
    if !names::is_name(&document.id) {
        return Err(folder.flaw(DOCUMENT, "names a release that can't be a folder"));
    }
    if document.coverage.iter().any(|c| c.reported > c.expected) {
        return Err(folder.flaw(DOCUMENT, "says that an office made more reports than expected"));
    }
    sound::check(&document).map_err(|what| folder.flaw(DOCUMENT, what))?;
    Ok(document)
}

/// A statistic and the table that it is of.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Statistic<'a> {
    /// What is published.
    pub(crate) document: &'a StatisticDocument,
    /// What was counted and measured.
    pub(crate) table: &'a TableDocument,
}

/// The statistics of a document that [`parse`] found sound.
pub(crate) fn statistics(document: &ReleaseDocument) -> impl Iterator<Item = Statistic<'_>> {
    document.statistics.iter().filter_map(|statistic| {
        let table = document.tables.iter().find(|t| t.id == statistic.table)?;
        Some(Statistic { document: statistic, table })
    })
}

/// The files of a release with their stated SHA-256: all measurements, then all estimates, then all
/// indicators, then all exact sums.
pub(crate) fn listed(document: &ReleaseDocument) -> impl Iterator<Item = (&str, &str)> {
    let measured = document.tables.iter().flat_map(|t| &t.measurements);
    let estimated = document.statistics.iter().flat_map(|s| &s.margins);
    let measured = measured.map(|m| (m.file.as_str(), m.sha256.as_str()));
    let indicators = document.indicators.iter().flat_map(|i| &i.margins);
    let exact = document.exact.iter().flat_map(|e| &e.margins);
    measured
        .chain(estimated.map(|m| (m.file.as_str(), m.sha256.as_str())))
        .chain(indicators.map(|m| (m.file.as_str(), m.sha256.as_str())))
        .chain(exact.map(|m| (m.file.as_str(), m.sha256.as_str())))
}
