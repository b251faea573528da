//! What is published of a statistic or an indicator, read: rows, estimates, and what stands beside.

use shumar_schemas::release::{DOCUMENT, IndicatorDocument, MarginDocument, ReleaseDocument};

use crate::PublishError;
use crate::beside::{AllBeside, Beside};
use crate::data::{Data, IndicatorData};
use crate::read::{Estimate, Grid, Release, Shape, Statistic, estimates, flat, readings};

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

/// Reads all files of an indicator, in their order, for as long as they are used.
///
/// # Errors
/// A file that was changed or can't be read, an indicator that does not fit its release, and what
/// `user` refuses.
pub(crate) fn with_files<T>(
    release: &Release,
    indicator: &IndicatorDocument,
    user: impl FnOnce(&[IndicatorData]) -> Result<T, PublishError>,
) -> Result<T, PublishError> {
    let document = &release.document;
    let unfit = || release.folder.flaw(DOCUMENT, "has an indicator that does not fit it");
    let tables = indicator.margins.iter().map(|file| flat(indicator, file, &document.tables));
    let tables = tables.collect::<Option<Vec<_>>>().ok_or_else(unfit)?;
    let shapes = tables.iter().map(|t| release.shape(t)).collect::<Result<Vec<_>, _>>()?;
    let (mut grids, mut all) = (Vec::new(), Vec::new());
    for ((file, table), shape) in indicator.margins.iter().zip(&tables).zip(&shapes) {
        let grid = release.grid(table, shape, &file.by)?;
        release.folder.same(&file.file, &file.sha256)?;
        all.push(readings(&release.folder, &file.file, &grid)?);
        grids.push(grid);
    }
    let files = indicator.margins.iter().zip(&grids).zip(&all);
    let files = files.map(|((file, grid), rows)| IndicatorData {
        release: document,
        indicator,
        file,
        grid,
        rows,
    });
    user(&files.collect::<Vec<_>>())
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
