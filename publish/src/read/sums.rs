//! The files of exact tables: whole sums, or nothing where nothing was reported.

use parquet::column::reader::ColumnReader;
use shumar_schemas::release::SUM;

use crate::PublishError;
use crate::read::cells::{Bad, read};
use crate::read::readings::drain;
use crate::read::{Folder, Grid};

/// Reads a file of exact sums; none is below zero.
pub(crate) fn sums(
    folder: &Folder,
    file: &str,
    grid: &Grid,
) -> Result<Vec<Option<u64>>, PublishError> {
    let mut sums: Vec<Option<u64>> = Vec::with_capacity(grid.cells);
    read(folder, file, grid, &[SUM], |_, reader, rows| match reader {
        ColumnReader::Int64ColumnReader(r) => {
            for sum in drain(r, rows, |n: &i64| *n)? {
                let sum = sum.map(u64::try_from).transpose();
                sums.push(sum.map_err(|_| Bad::what("has a sum below zero"))?);
            }
            Ok(())
        }
        _ => Err(Bad::what(format!("has no whole numbers in column `{SUM}`"))),
    })?;
    Ok(sums)
}
