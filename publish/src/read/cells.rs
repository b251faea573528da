//! The Parquet files of a release, held to their declared rows while they are read.
//!
//! Codes are compared as they pass and never kept: a row's codes follow from its number.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};

use parquet::basic::{ConvertedType, LogicalType, Type};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::DataType;
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::schema::types::ColumnDescriptor;
use shumar_schemas::release::{ESTIMATE_COLUMNS, NOISY};

use crate::PublishError;
use crate::read::folder::PARQUET_BYTES_MAX;
use crate::read::{Folder, Grid, footer};

/// Rows read at a time.
const ROWS: usize = 8192;

/// An estimate with its error, as the file states it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Estimate {
    /// The unbiased estimate; it may be below zero.
    pub(crate) value: f64,
    /// Its standard error.
    pub(crate) error: f64,
    /// Lower end of the interval, at least zero.
    pub(crate) lower: f64,
    /// Upper end of the interval.
    pub(crate) upper: f64,
}

/// Reads a measurement file.
pub(crate) fn measurement(
    folder: &Folder,
    file: &str,
    grid: &Grid,
) -> Result<Vec<i64>, PublishError> {
    let mut noisy = Vec::with_capacity(grid.cells);
    read(folder, file, grid, &[NOISY], |_, reader, rows| match reader {
        ColumnReader::Int64ColumnReader(r) => drain(r, rows, |_, n: &i64| {
            noisy.push(*n);
            Ok(())
        }),
        _ => Err(Bad::what(format!("has no whole numbers in column `{NOISY}`"))),
    })?;
    Ok(noisy)
}

/// Reads an estimate file; every number is finite, the interval is in order and not below zero.
pub(crate) fn estimates(
    folder: &Folder,
    file: &str,
    grid: &Grid,
) -> Result<Vec<Estimate>, PublishError> {
    let mut columns: [Vec<f64>; 4] = Default::default();
    read(folder, file, grid, &ESTIMATE_COLUMNS, |column, reader, rows| match reader {
        ColumnReader::DoubleColumnReader(r) => drain(r, rows, |_, x: &f64| {
            columns[column].push(*x);
            Ok(())
        }),
        _ => Err(Bad::what(format!(
            "has no decimal numbers in column `{}`",
            ESTIMATE_COLUMNS[column]
        ))),
    })?;
    let [values, errors, lowers, uppers] = columns;
    let mut rows = Vec::with_capacity(grid.cells);
    let cells = values.into_iter().zip(errors).zip(lowers).zip(uppers);
    for (i, (((value, error), lower), upper)) in cells.enumerate() {
        let finite = [value, error, lower, upper].iter().all(|x| x.is_finite());
        if !finite || error < 0.0 || lower < 0.0 || upper < lower {
            return Err(folder.flaw(file, format!("has no sound interval in row {}", i + 1)));
        }
        rows.push(Estimate { value, error, lower, upper });
    }
    Ok(rows)
}

/// What is wrong with a file: our finding, or the Parquet reader's.
pub(super) enum Bad {
    What(String),
    Parquet(ParquetError),
}

impl Bad {
    pub(super) fn what(what: impl Into<String>) -> Self {
        Self::What(what.into())
    }
}

impl From<ParquetError> for Bad {
    fn from(error: ParquetError) -> Self {
        Self::Parquet(error)
    }
}

/// Walks a file: codes are checked here, columns of numbers are handed to `take` with their place
/// among the numbers and the rows they must have.
///
/// The Parquet reader is held to return errors on any bytes; should it panic on some, that is
/// caught and told as one more way of not being Parquet.
pub(super) fn read(
    folder: &Folder,
    file: &str,
    grid: &Grid,
    numbers: &[&str],
    mut take: impl FnMut(usize, ColumnReader, usize) -> Result<(), Bad>,
) -> Result<(), PublishError> {
    let told = |source| PublishError::Read {
        release: folder.name().to_owned(),
        file: file.to_owned(),
        source,
    };
    let mut opened = folder.open(file, PARQUET_BYTES_MAX)?;
    if let Some(what) = footer::refuse(&mut opened).map_err(told)? {
        return Err(folder.flaw(file, what));
    }
    let walked = catch_unwind(AssertUnwindSafe(|| walk(opened, grid, numbers, &mut take)));
    match walked {
        Ok(Ok(())) => Ok(()),
        Ok(Err(Bad::What(what))) => Err(folder.flaw(file, what)),
        Ok(Err(Bad::Parquet(source))) => {
            let release = folder.name().to_owned();
            Err(PublishError::Parquet { release, file: file.to_owned(), source })
        }
        Err(_) => Err(folder.flaw(file, "can't be read as Parquet")),
    }
}

fn walk(
    file: File,
    grid: &Grid,
    numbers: &[&str],
    take: &mut impl FnMut(usize, ColumnReader, usize) -> Result<(), Bad>,
) -> Result<(), Bad> {
    let reader = SerializedFileReader::new(file)?;
    let meta = reader.metadata().file_metadata();
    if usize::try_from(meta.num_rows()).ok() != Some(grid.cells) {
        return Err(Bad::what(format!("has {} rows, not {}", meta.num_rows(), grid.cells)));
    }
    check_columns(meta.schema_descr().columns(), grid, numbers)?;
    let mut done = 0;
    for number in 0..reader.num_row_groups() {
        let group = reader.get_row_group(number)?;
        let rows = usize::try_from(group.metadata().num_rows()).unwrap_or(usize::MAX);
        let end = done + rows.min(grid.cells + 1);
        if end > grid.cells {
            return Err(Bad::what(format!("has more rows than the {} of its domain", grid.cells)));
        }
        for column in 0..grid.columns.len() {
            check_codes(group.get_column_reader(column)?, grid, column, done..end)?;
        }
        for column in 0..numbers.len() {
            take(column, group.get_column_reader(grid.columns.len() + column)?, rows)?;
        }
        done = end;
    }
    if done == grid.cells {
        return Ok(());
    }
    Err(Bad::what(format!("has {done} rows, not {}", grid.cells)))
}

/// Names, order and types of the columns.
fn check_columns(
    found: &[std::sync::Arc<ColumnDescriptor>],
    grid: &Grid,
    numbers: &[&str],
) -> Result<(), Bad> {
    let codes = grid.columns.iter().map(|c| c.document.id.as_str());
    let names: Vec<&str> = codes.chain(numbers.iter().copied()).collect();
    let flat = found.iter().all(|c| c.max_rep_level() == 0 && c.max_def_level() <= 1);
    if !flat || !found.iter().map(|c| c.name()).eq(names.iter().copied()) {
        return Err(Bad::what(format!("has not the columns {}", names.join(", "))));
    }
    let text = |c: &ColumnDescriptor| {
        c.physical_type() == Type::BYTE_ARRAY
            && (c.logical_type_ref() == Some(&LogicalType::String)
                || c.converted_type() == ConvertedType::UTF8)
    };
    match found.iter().take(grid.columns.len()).find(|c| !text(c)) {
        Some(c) => Err(Bad::what(format!("has no text in column `{}`", c.name()))),
        None => Ok(()),
    }
}

fn check_codes(
    reader: ColumnReader,
    grid: &Grid,
    column: usize,
    rows: std::ops::Range<usize>,
) -> Result<(), Bad> {
    let document = grid.columns[column].document;
    let ColumnReader::ByteArrayColumnReader(reader) = reader else {
        return Err(Bad::what(format!("has no text in column `{}`", document.id)));
    };
    drain(reader, rows.len(), |i, found: &parquet::data_type::ByteArray| {
        let row = rows.start + i;
        let expected = &document.codes[grid.place(column, row)].code;
        if found.data() == expected.as_bytes() {
            return Ok(());
        }
        let (number, id) = (row + 1, &document.id);
        Err(Bad::what(format!("has not `{expected}` in row {number} of column `{id}`")))
    })
}

/// Hands on every value of a column chunk, which must be `rows` values without a null.
fn drain<T: DataType>(
    mut reader: ColumnReaderImpl<T>,
    rows: usize,
    mut each: impl FnMut(usize, &T::T) -> Result<(), Bad>,
) -> Result<(), Bad> {
    let mut done = 0;
    let mut values = Vec::with_capacity(ROWS);
    let mut levels = Vec::with_capacity(ROWS);
    loop {
        values.clear();
        levels.clear();
        let (records, found, _) =
            reader.read_records(ROWS, Some(&mut levels), None, &mut values)?;
        if found != records {
            return Err(Bad::what("has a blank where a value must stand"));
        }
        if records == 0 {
            break;
        }
        if done + records > rows {
            return Err(Bad::what("has more values than rows"));
        }
        values.iter().enumerate().try_for_each(|(i, v)| each(done + i, v))?;
        done += records;
    }
    if done == rows { Ok(()) } else { Err(Bad::what("has fewer values than rows")) }
}
