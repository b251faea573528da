//! The releases of a commission, opened for computing with them: signed, whole, and free to use.
//!
//! What is worked out from here is post-processing of published measurements and costs no privacy.

use std::path::Path;

use sha2::{Digest, Sha256};
use shumar_figures::Figures;
use shumar_figures::indicator::Worked;
use shumar_privacy::Scale;
use shumar_schemas::release::{
    DOCUMENT, IndicatorDocument, MarginDocument, ReadingsDocument, ReleaseDocument,
    StatisticDocument, TableDocument,
};

use crate::PublishError;
use crate::beside::{AllBeside, figures};
use crate::read::{Release, estimates, flat, readings};
use crate::site::open_all;
use crate::verify::indicators;

/// All releases of a folder, the newest period first.
#[derive(Debug)]
pub struct Library {
    releases: Vec<Opened>,
}

/// A release that is signed by the key beside it.
#[derive(Debug)]
pub struct Opened {
    release: Release,
    sha256: String,
}

/// A row of a published margin.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Its codes, one for each of the margin's columns.
    pub codes: Vec<String>,
    /// The estimated count.
    pub value: f64,
    /// Its standard error.
    pub error: f64,
    /// Lower end of its 95 % interval.
    pub lower: f64,
    /// Upper end.
    pub upper: f64,
    /// The displayed whole number; all of a release add up.
    pub displayed: Option<u64>,
}

impl Library {
    /// Opens all releases of a folder.
    ///
    /// # Errors
    /// A release that is not signed by the key beside it, or that contradicts itself.
    pub fn open(releases: &Path) -> Result<Self, PublishError> {
        let opened = |release: Release| {
            let sha256 = hex::encode(Sha256::digest(release.folder.document()?));
            Ok(Opened { release, sha256 })
        };
        let releases = open_all(releases)?.into_iter().map(opened).collect::<Result<_, _>>()?;
        Ok(Self { releases })
    }

    /// Every release, the newest period first; revised ones and their revisions both.
    pub fn all(&self) -> impl Iterator<Item = &Opened> {
        self.releases.iter()
    }

    /// The releases that stand: those that no other one revises.
    pub fn standing(&self) -> impl Iterator<Item = &Opened> {
        let revised = |o: &Opened| {
            let of = |other: &Opened| other.document().revision.as_ref().map(|r| r.of.clone());
            self.all().any(|other| of(other).as_ref() == Some(&o.document().id))
        };
        self.all().filter(move |o| !revised(o))
    }
}

impl Opened {
    /// What the release says.
    #[must_use]
    pub fn document(&self) -> &ReleaseDocument {
        &self.release.document
    }

    /// SHA-256 of its document, which names the hashes of all its files.
    #[must_use]
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// The estimates of one of its tables, from its measurements.
    ///
    /// # Errors
    /// Measurements that can't be used.
    pub fn figures(&self, table: &TableDocument) -> Result<Figures, PublishError> {
        figures(&self.release, table)
    }

    /// The estimates of one table from the measurements of several releases of the same records: a
    /// release of the calendar, and what was measured later on request; with a measurement that is only
    /// imagined, their errors are those that they would have after it.
    ///
    /// # Errors
    /// Measurements that can't be used, or tables of other shapes.
    pub fn pooled(
        &self,
        table: &TableDocument,
        others: &[(&Self, &TableDocument)],
        imagined: Option<(&[String], &Scale)>,
    ) -> Result<Figures, PublishError> {
        let all: Vec<_> = [(self, table)].into_iter().chain(others.iter().copied()).collect();
        let unusable = || {
            let what = format!("has measurements of table `{}` that can't be used", table.id);
            self.release.folder.flaw(DOCUMENT, what)
        };
        let same = |t: &TableDocument| {
            (t.count, t.bound, &t.dimensions) == (table.count, table.bound, &table.dimensions)
        };
        if !all.iter().all(|(_, t)| same(t)) {
            return Err(unusable());
        }
        let parts: Vec<_> =
            all.iter().map(|(o, t)| (&o.release.folder, o.document(), *t)).collect();
        indicators::pooled(&parts, imagined).ok_or_else(unusable)
    }

    /// The rows of a published margin, as they stand in its data files.
    ///
    /// # Errors
    /// A file that is not the one that was signed, or not of its margin.
    pub fn rows(
        &self,
        statistic: &StatisticDocument,
        margin: &MarginDocument,
    ) -> Result<Vec<Row>, PublishError> {
        let unfit = || self.release.folder.flaw(DOCUMENT, "has a statistic without its table");
        let table = self.document().tables.iter().find(|t| t.id == statistic.table);
        let table = table.ok_or_else(unfit)?;
        let shape = self.release.shape(table)?;
        let grid = self.release.grid(table, &shape, &margin.by)?;
        self.release.folder.same(&margin.file, &margin.sha256)?;
        let cells = estimates(&self.release.folder, &margin.file, &grid)?;
        let beside = AllBeside::displayed(&self.release, table)?.rows(&table.id, &grid);
        let code = |row: usize, column: usize| {
            grid.columns[column].document.codes[grid.place(column, row)].code.clone()
        };
        let row =
            |(row, (cell, beside)): (usize, (&crate::read::Estimate, &crate::beside::Beside))| {
                Row {
                    codes: (0..grid.columns.len()).map(|column| code(row, column)).collect(),
                    value: cell.value,
                    error: cell.error,
                    lower: cell.lower,
                    upper: cell.upper,
                    displayed: beside.displayed,
                }
            };
        Ok(cells.iter().zip(&beside).enumerate().map(row).collect())
    }

    /// The figures of a file of an indicator, in the order of its columns' codes.
    ///
    /// # Errors
    /// A file that is not the one that was signed, or not of its indicator.
    pub fn readings(
        &self,
        indicator: &IndicatorDocument,
        file: &ReadingsDocument,
    ) -> Result<Vec<Worked>, PublishError> {
        let unfit = || self.release.folder.flaw(DOCUMENT, "has an indicator that does not fit it");
        let table = flat(indicator, file, &self.document().tables).ok_or_else(unfit)?;
        let shape = self.release.shape(&table)?;
        let grid = self.release.grid(&table, &shape, &file.by)?;
        self.release.folder.same(&file.file, &file.sha256)?;
        readings(&self.release.folder, &file.file, &grid)
    }
}
