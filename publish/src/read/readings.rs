//! The files of indicators: figures with their intervals, or a flag that says why there is none.

use std::ops::Range;

use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{ByteArray, DataType};
use shumar_figures::indicator::{self, Flag, Reading, Worked};
use shumar_schemas::Label;
use shumar_schemas::release::{
    DimensionDocument, IndicatorDocument, READING_COLUMNS, ReadingsDocument, TableDocument,
};

use crate::PublishError;
use crate::read::cells::{Bad, read};
use crate::read::{Folder, Grid};

/// Rows read at a time.
const ROWS: usize = 8192;

/// A table that has the columns of an indicator's file for its only dimensions.
pub(crate) fn flat(
    indicator: &IndicatorDocument,
    file: &ReadingsDocument,
    tables: &[TableDocument],
) -> Option<TableDocument> {
    let dimensions: Vec<DimensionDocument> = indicator::columns(indicator, file, tables).ok()?;
    let first = tables.iter().find(|t| Some(&t.id) == indicator.terms.first().map(|t| &t.table))?;
    let unit = Label::default();
    let (fingerprint, measurements) = (String::new(), Vec::new());
    let calibrates = None;
    Some(TableDocument { dimensions, unit, calibrates, fingerprint, measurements, ..first.clone() })
}

/// Reads the file of an indicator; every number is finite, and no interval is out of order.
pub(crate) fn readings(
    folder: &Folder,
    file: &str,
    grid: &Grid,
) -> Result<Vec<Worked>, PublishError> {
    let mut numbers: [Vec<Option<f64>>; 5] = Default::default();
    let mut flags: Vec<Option<Flag>> = Vec::new();
    read(folder, file, grid, &READING_COLUMNS, |column, reader, rows| match reader {
        ColumnReader::DoubleColumnReader(r) if column < numbers.len() => {
            numbers[column].extend(drain(r, rows, |x: &f64| *x)?);
            Ok(())
        }
        ColumnReader::ByteArrayColumnReader(r) if column == numbers.len() => {
            let flag = |name: &ByteArray| Flag::named(&String::from_utf8_lossy(name.data()));
            flags.extend(drain(r, rows, flag)?.into_iter().map(Option::flatten));
            Ok(())
        }
        _ => Err(Bad::what(format!("has no column `{}` of its kind", READING_COLUMNS[column]))),
    })?;
    let at = |column: usize, row: usize| numbers[column].get(row).copied().flatten();
    let rows: Range<usize> = 0..grid.cells;
    rows.map(|row| {
        let [value, lower, upper] = [0, 1, 2].map(|column| at(column, row));
        let flag = flags.get(row).copied().flatten();
        let row = row + 1;
        let Some(flag) = flag else {
            return Err(folder.flaw(file, format!("has no known flag in row {row}")));
        };
        let reading = Reading { value, lower, upper, flag };
        let [numerator, denominator] = [3, 4].map(|column| at(column, row - 1));
        let all = [value, lower, upper, numerator, denominator];
        let finite = all.iter().flatten().all(|x| x.is_finite());
        let ordered = lower.zip(upper).is_none_or(|(lower, upper)| lower <= upper);
        if finite && ordered {
            return Ok(Worked { reading, numerator, denominator });
        }
        Err(folder.flaw(file, format!("has no sound interval in row {row}")))
    })
    .collect()
}

/// The values of a column chunk of `rows` rows, some of which may be null.
pub(super) fn drain<T: DataType, V>(
    mut reader: ColumnReaderImpl<T>,
    rows: usize,
    value: impl Fn(&T::T) -> V,
) -> Result<Vec<Option<V>>, Bad> {
    let mut all = Vec::new();
    let (mut values, mut levels) = (Vec::with_capacity(ROWS), Vec::with_capacity(ROWS));
    loop {
        values.clear();
        levels.clear();
        let (records, found, _) =
            reader.read_records(ROWS, Some(&mut levels), None, &mut values)?;
        if records == 0 {
            break;
        }
        if all.len() + records > rows {
            return Err(Bad::what("has more values than rows"));
        }
        let mut found_values = values.iter().take(found);
        if levels.is_empty() {
            // A column that can't have nulls has no levels.
            all.extend(found_values.map(|v| Some(value(v))));
        } else {
            let filled = levels.iter().map(|level| *level > 0);
            all.extend(
                filled.map(|filled| if filled { found_values.next().map(&value) } else { None }),
            );
        }
    }
    if all.len() == rows { Ok(all) } else { Err(Bad::what("has fewer values than rows")) }
}
