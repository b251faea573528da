//! Exact tables of a release, read: sums of kinds free of persons, which are published as they are.
//!
//! They have no estimator, no noise and no interval, and are never set beside what is measured as if
//! they had.

use shumar_schemas::release::{
    DOCUMENT, ExactDocument, ExactMargin, ReleaseDocument, TableDocument,
};
use shumar_schemas::{Count, Label};

use crate::PublishError;
use crate::read::{Grid, Release, sums};

/// One list of exact sums with everything that its files say.
pub(crate) struct ExactData<'a> {
    /// The release.
    pub(crate) release: &'a ReleaseDocument,
    /// The table.
    pub(crate) table: &'a ExactDocument,
    /// The list.
    pub(crate) margin: &'a ExactMargin,
    /// Its rows.
    pub(crate) grid: &'a Grid<'a>,
    /// Its sums, one a row; none where nothing was reported.
    pub(crate) cells: &'a [Option<u64>],
}

impl ExactData<'_> {
    /// The files' name without extension.
    pub(crate) fn name(&self) -> String {
        format!("{}--{}", self.table.id, self.margin.id)
    }
}

/// The dimensions of an exact table as those of a table that nothing is measured of, for its shape.
pub(crate) fn shaped(exact: &ExactDocument) -> TableDocument {
    TableDocument {
        id: exact.id.clone(),
        kind: exact.kind.clone(),
        count: Count::Records,
        unit: Label::default(),
        bound: 0,
        calibrates: None,
        fingerprint: String::new(),
        dimensions: exact.dimensions.clone(),
        measurements: Vec::new(),
    }
}

/// Reads all lists of an exact table, in their order, for as long as they are used.
///
/// # Errors
/// A file that was changed or can't be read, and what `user` refuses.
pub(crate) fn with_lists<T>(
    release: &Release,
    exact: &ExactDocument,
    user: impl FnOnce(&[ExactData]) -> Result<T, PublishError>,
) -> Result<T, PublishError> {
    if !exact.free_of_persons {
        let what = format!("publishes `{}` exactly, which is not free of persons", exact.id);
        return Err(release.folder.flaw(DOCUMENT, what));
    }
    let table = shaped(exact);
    let shape = release.shape(&table)?;
    let (mut grids, mut all) = (Vec::new(), Vec::new());
    for margin in &exact.margins {
        let grid = release.grid(&table, &shape, &margin.by)?;
        release.folder.same(&margin.file, &margin.sha256)?;
        all.push(sums(&release.folder, &margin.file, &grid)?);
        grids.push(grid);
    }
    let lists = exact.margins.iter().zip(&grids).zip(&all);
    let lists = lists.map(|((margin, grid), cells)| ExactData {
        release: &release.document,
        table: exact,
        margin,
        grid,
        cells,
    });
    user(&lists.collect::<Vec<_>>())
}
