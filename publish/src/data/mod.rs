//! The data files of a release: every list as CSV with CSVW metadata and as JSON, every statistic and
//! indicator as Parquet, as an accessible workbook and as SDMX-CSV, and what describes them together.
//!
//! All hold the unbiased estimates as they are, below zero or not, and beside them what is displayed
//! and what a model says. They are written from the release alone and are the same bytes each time.
//!
//! ```text
//! margins, indicators ─ sheet ─→ csv, csvw          one a list
//!                           └──→ frame, book, sdmx  one a statistic or indicator
//! all of a release  ───────────→ sdmx/structure, privacy, package, README, manifest
//! all releases      ───────────→ catalog
//! ```

mod book;
mod catalog;
mod csv;
mod csvw;
mod exact;
mod frame;
mod indicator;
mod json;
mod lists;
mod named;
mod package;
mod privacy;
mod sdmx;
mod sheet;
mod shelf;
mod text;

use std::io::{self, Write};

use shumar_schemas::release::{MarginDocument, ReleaseDocument};
use shumar_words::Words;

use crate::PublishError;
use crate::beside::Beside;
use crate::exact::ExactData;
use crate::read::{Estimate, Grid, Statistic};

pub(crate) use self::catalog::Entry;
pub(crate) use self::exact::{protection, write as write_exact_json};
pub(crate) use self::frame::batch;
pub(crate) use self::indicator::{IndicatorData, write as write_indicator_json};
pub(crate) use self::json::write as write_json;
pub(crate) use self::named::column_means;
pub(crate) use self::sheet::{KNOWN, Sheet};
pub(crate) use self::shelf::{Made, Shelf};

/// The licence that is stated with all files.
pub(crate) const LICENCE: &str = "https://creativecommons.org/licenses/by/4.0/";
/// The catalogue of all releases, relative to the site.
pub(crate) const CATALOG: &str = "data/catalog.jsonld";

/// Where the files of a site go: to the disk, or to be compared with what lies there.
pub(crate) trait Sink {
    /// Takes a file, by its path relative to the site.
    ///
    /// # Errors
    /// What the disk refuses.
    fn put(
        &mut self,
        path: &str,
        fill: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), PublishError>;
}

/// A margin with everything that its files say.
pub(crate) struct Data<'a> {
    /// The release.
    pub(crate) release: &'a ReleaseDocument,
    /// The statistic and its table.
    pub(crate) statistic: Statistic<'a>,
    /// The margin.
    pub(crate) margin: &'a MarginDocument,
    /// Its rows.
    pub(crate) grid: &'a Grid<'a>,
    /// Its estimates, one a row.
    pub(crate) cells: &'a [Estimate],
    /// What stands beside each.
    pub(crate) beside: &'a [Beside],
}

impl Data<'_> {
    /// The files' name without extension.
    pub(crate) fn name(&self) -> String {
        format!("{}--{}", self.statistic.document.id, self.margin.id)
    }
}

/// Writes the data files of a statistic.
///
/// # Errors
/// What the disk refuses.
pub(crate) fn write_statistic(
    shelf: &mut Shelf,
    sink: &mut dyn Sink,
    margins: &[Data],
) -> Result<(), PublishError> {
    for data in margins {
        let name = format!("{}.json", data.name());
        shelf.file(sink, name, "application/json", &mut |out| write_json(out, data))?;
    }
    let sheets: Vec<Sheet> = margins.iter().map(Sheet::of_margin).collect();
    shelf.put(sink, &sheets)
}

/// Writes the data files of an exact table.
///
/// # Errors
/// What the disk refuses.
pub(crate) fn write_exact(
    shelf: &mut Shelf,
    sink: &mut dyn Sink,
    lists: &[ExactData],
) -> Result<(), PublishError> {
    for data in lists {
        let name = format!("{}.json", data.name());
        shelf.file(sink, name, "application/json", &mut |out| write_exact_json(out, data))?;
    }
    let sheets: Vec<Sheet> = lists.iter().map(Sheet::of_exact).collect();
    shelf.put(sink, &sheets)
}

/// Writes the data files of an indicator.
///
/// # Errors
/// What the disk refuses.
pub(crate) fn write_indicator(
    shelf: &mut Shelf,
    sink: &mut dyn Sink,
    files: &[IndicatorData],
) -> Result<(), PublishError> {
    for data in files {
        let name = format!("{}.json", data.name());
        shelf.file(sink, name, "application/json", &mut |out| write_indicator_json(out, data))?;
    }
    let sheets: Vec<Sheet> = files.iter().map(Sheet::of_indicator).collect();
    shelf.put(sink, &sheets)
}

/// Writes the catalogue of all releases, the newest first.
///
/// # Errors
/// What the disk refuses.
pub(crate) fn write_catalog(
    sink: &mut dyn Sink,
    entries: &[Entry],
    words: &[Words],
) -> Result<(), PublishError> {
    let catalog = catalog::catalog(entries, words);
    sink.put(CATALOG, &mut |out| {
        serde_json::to_writer(&mut *out, &catalog)?;
        out.write_all(b"\n")
    })
}

/// The file of a code list, relative to a release's data folder.
pub(crate) fn codes_file(list: &str) -> String {
    format!("codes/{list}.csv")
}

/// What stands beside an estimate, in the order of its columns; blank where there is none.
pub(crate) fn beside(cell: &Beside) -> [String; 4] {
    let displayed = cell.displayed.map(|n| n.to_string()).unwrap_or_default();
    let (lower, upper) = cell.interval;
    [displayed, plain(cell.modelled), plain(lower), plain(upper)]
}

/// A number in plain decimals: no exponent, no trailing zeros, no minus zero.
pub(crate) fn plain(x: f64) -> String {
    // Adding zero turns minus zero into zero.
    format!("{}", x + 0.0)
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn numbers_are_plain_decimals() {
        let shown = [57.0, -3.0, -0.0, 0.5, 1e21, 1.5e-7].map(plain);
        assert_eq!(shown, ["57", "-3", "0", "0.5", "1000000000000000000000", "0.00000015"]);
    }
}
