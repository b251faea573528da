//! The folder in which a release is made, until it is whole.

use std::path::{Path, PathBuf};

use shumar_schemas::Table;

use crate::TransformError;
use crate::aside::sync_folder;
use crate::cost::Priced;
use crate::estimate::Measured;
use crate::folder::{self, Measurement};

/// A table with its measurements.
pub(crate) struct Drawn {
    /// The table.
    pub(crate) table: Table,
    /// Its measured margins.
    pub(crate) measured: Vec<Measured>,
    /// The ledger rows that paid for each.
    pub(crate) paid_by: Vec<Vec<i64>>,
}

/// The measurements of each table, read from the disk.
pub(crate) fn drawn(
    tables: &[Table],
    priced: &[Priced],
    staging: &Path,
) -> Result<Vec<Drawn>, TransformError> {
    let mut drawn = Vec::new();
    for (place, table) in tables.iter().enumerate() {
        let (mut measured, mut paid_by) = (Vec::new(), Vec::new());
        for Priced { margin, .. } in priced.iter().filter(|p| p.table == place) {
            let found = folder::read_measurement(staging, table, margin)?;
            let found = found.ok_or_else(|| {
                let file = staging.join(folder::measurement_file(table, margin));
                TransformError::Measurement { file }
            })?;
            let Measurement { noisy, scale, paid_by: paid } = found;
            measured.push(Measured { margin: margin.clone(), noisy, scale });
            paid_by.push(paid);
        }
        drawn.push(Drawn { table: table.clone(), measured, paid_by });
    }
    Ok(drawn)
}

/// A staging folder with room for everything and nothing that does not belong to these tables.
pub(crate) fn prepare(
    staging: &Path,
    tables: &[Table],
    priced: &[Priced],
) -> Result<(), TransformError> {
    let parts = ["measurements", "estimates", "indicators"].map(|part| staging.join(part));
    for part in &parts {
        std::fs::create_dir_all(part).map_err(TransformError::write(part))?;
    }
    // What will be paid for must not go with a folder that the disk forgot.
    sync_folder(staging)?;
    staging.parent().map_or(Ok(()), sync_folder)?;
    let file = |p: &Priced| staging.join(folder::measurement_file(&tables[p.table], &p.margin));
    let ours: Vec<PathBuf> = priced.iter().map(file).collect();
    for part in &parts {
        for entry in std::fs::read_dir(part).map_err(TransformError::write(part))? {
            let path = entry.map_err(TransformError::write(part))?.path();
            if !ours.contains(&path) {
                std::fs::remove_file(&path).map_err(TransformError::write(&path))?;
            }
        }
    }
    Ok(())
}
