//! The margins of a statistic as they are published: their rows, estimates, and what stands beside.

use shumar_schemas::release::{MarginDocument, ReleaseDocument};

use crate::PublishError;
use crate::beside::{AllBeside, Beside};
use crate::data::Data;
use crate::read::{Estimate, Grid, Release, Shape, Statistic, estimates};

/// One margin, read.
pub(crate) struct Margin<'a> {
    /// What the release says of it.
    pub(crate) document: &'a MarginDocument,
    /// Its rows.
    pub(crate) grid: Grid<'a>,
    /// Its estimates, one a row.
    pub(crate) cells: Vec<Estimate>,
    /// What stands beside each.
    pub(crate) beside: Vec<Beside>,
}

/// Reads all margins of a statistic, in their order; without `all_beside` nothing stands beside them.
///
/// # Errors
/// A file that was changed or can't be read.
pub(crate) fn margins<'a>(
    release: &Release,
    statistic: Statistic<'a>,
    shape: &'a Shape<'a>,
    all_beside: Option<&AllBeside>,
) -> Result<Vec<Margin<'a>>, PublishError> {
    let table = statistic.table;
    let read = |document: &'a MarginDocument| {
        let grid = release.grid(table, shape, &document.by)?;
        release.folder.same(&document.file, &document.sha256)?;
        let cells = estimates(&release.folder, &document.file, &grid)?;
        let beside = match all_beside {
            Some(all) => all.rows(&table.id, &grid),
            None => vec![Beside::default(); grid.cells],
        };
        Ok(Margin { document, grid, cells, beside })
    };
    statistic.document.margins.iter().map(read).collect()
}

impl<'a> Margin<'a> {
    /// It with all that its data files say.
    pub(crate) fn data(
        &'a self,
        release: &'a ReleaseDocument,
        statistic: Statistic<'a>,
    ) -> Data<'a> {
        let Self { document: margin, grid, cells, beside } = self;
        Data { release, statistic, margin, grid, cells, beside }
    }
}
