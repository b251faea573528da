//! Parquet of flat columns, read batch by batch.

use std::fs::File;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use arrow::array::timezone::Tz;
use arrow::array::types::{
    ArrowTimestampType, Date32Type, Date64Type, Float32Type, Float64Type, Int64Type,
    TimestampMicrosecondType, TimestampMillisecondType, TimestampNanosecondType,
    TimestampSecondType, UInt64Type,
};
use arrow::array::{Array, ArrayRef, AsArray, PrimitiveArray, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, TimeUnit};
use arrow::error::ArrowError;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};

use super::content::refuse;
use super::json::whole;
use super::{COLUMNS_MAX, Cell, Late, Row, Rows, column};
use crate::{IngestError, Reason};

/// Rows that are held at a time.
const BATCH_ROWS: usize = 1024;
/// A file has so many rows, or so many a byte: columns that repeat one value pack without end, but
/// records differ.
const ROWS_ALWAYS: u64 = 1 << 18;
const ROWS_A_BYTE: u64 = 20;
/// Decimal numbers of so many digits survive being stored as a float.
const EXACT_DIGITS: usize = 15;

pub(super) fn open(path: &Path, file: File) -> Result<Rows, IngestError> {
    let unreadable = || refuse(path, Reason::new("parquet-unreadable"));
    let size = file.metadata().map_err(IngestError::open(path))?.len();
    let rows_max = size.saturating_mul(ROWS_A_BYTE).max(ROWS_ALWAYS);
    // A damaged file must not end the run: what the reader can't bear is an unreadable file.
    let opened = catch_unwind(|| {
        let builder = ParquetRecordBatchReaderBuilder::try_new(file)?;
        let schema = builder.schema().clone();
        Ok::<_, ArrowError>((schema, builder.with_batch_size(BATCH_ROWS).build()?))
    });
    let (schema, batches) = opened.ok().and_then(Result::ok).ok_or_else(unreadable)?;
    for (i, field) in schema.fields().iter().enumerate() {
        check(path, i, field.data_type())?;
    }
    if schema.fields().len() > COLUMNS_MAX {
        return Err(super::too_wide(path));
    }
    let header = schema.fields().iter().map(|f| super::tidy(f.name())).collect();
    let columns = Vec::new();
    let rows = Records { path: path.to_owned(), batches, columns, number: 0, rows_max };
    let (rows, notes) = (Box::new(rows), Vec::new());
    Ok(Rows { header, rows, notes, lettered: false, late: Late::default() })
}

/// Refuses columns that are no cells, by place.
fn check(path: &Path, place: usize, kind: &DataType) -> Result<(), IngestError> {
    let why = match kind {
        kind if kind.is_nested() => "parquet-nested",
        DataType::Dictionary(_, values) => return check(path, place, values),
        DataType::Timestamp(_, Some(name)) if zone(name).is_none() => "parquet-zone",
        _ => return Ok(()),
    };
    Err(refuse(path, Reason::new(why).said("column", column(place, false))))
}

/// The rows of a file.
struct Records {
    path: PathBuf,
    batches: ParquetRecordBatchReader,
    /// The cells of the batch at hand that were not yet told, by column.
    columns: Vec<std::vec::IntoIter<Cell>>,
    number: u64,
    rows_max: u64,
}

impl Iterator for Records {
    type Item = Result<Row, IngestError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let cells: Vec<Cell> = self.columns.iter_mut().filter_map(Iterator::next).collect();
            if !cells.is_empty() {
                self.number += 1;
                if self.number > self.rows_max {
                    let rows = usize::try_from(self.rows_max).unwrap_or(usize::MAX);
                    let why = Reason::new("parquet-vast").count("rows", rows);
                    return Some(Err(refuse(&self.path, why)));
                }
                if cells.iter().all(|c| *c == Cell::Blank) {
                    continue;
                }
                return Some(Ok(Row { sheet: 0, number: self.number, cells, mark: None }));
            }
            let batch = catch_unwind(AssertUnwindSafe(|| self.batches.next()));
            let columns = match batch {
                Ok(None) => return None,
                Ok(Some(Ok(batch))) => columns(&batch),
                Ok(Some(Err(e))) => Err(e),
                Err(_) => Err(ArrowError::ParquetError(String::new())),
            };
            match columns {
                Ok(columns) => self.columns = columns,
                Err(_) => {
                    let why = Reason::new("parquet-damaged").at("row", &self.number);
                    return Some(Err(refuse(&self.path, why)));
                }
            }
        }
    }
}

fn columns(batch: &RecordBatch) -> Result<Vec<std::vec::IntoIter<Cell>>, ArrowError> {
    batch.columns().iter().map(|array| cells(array).map(Vec::into_iter)).collect()
}

/// The cells of one column.
fn cells(array: &ArrayRef) -> Result<Vec<Cell>, ArrowError> {
    let each = |cell: &dyn Fn(usize) -> Cell| -> Vec<Cell> {
        let of = |i: usize| if array.is_null(i) { Cell::Blank } else { cell(i) };
        (0..array.len()).map(of).collect()
    };
    Ok(match array.data_type() {
        DataType::Dictionary(_, values) => cells(&cast(array, values)?)?,
        DataType::Utf8 => each(&|i| Cell::text(array.as_string::<i32>().value(i))),
        DataType::LargeUtf8 => each(&|i| Cell::text(array.as_string::<i64>().value(i))),
        DataType::Utf8View => each(&|i| Cell::text(array.as_string_view().value(i))),
        DataType::Boolean => each(&|i| Cell::Boolean(array.as_boolean().value(i))),
        kind if kind.is_unsigned_integer() => {
            let wide = cast(array, &DataType::UInt64)?;
            each(&|i| whole(wide.as_primitive::<UInt64Type>().value(i), false))
        }
        kind if kind.is_integer() => {
            let wide = cast(array, &DataType::Int64)?;
            each(&|i| {
                let n = wide.as_primitive::<Int64Type>().value(i);
                whole(n.unsigned_abs(), n < 0)
            })
        }
        // As it is written: 0.1 of four bytes is not 0.10000000149.
        DataType::Float32 => each(&|i| {
            let n = array.as_primitive::<Float32Type>().value(i);
            n.to_string().parse().map_or(Cell::Invalid, number)
        }),
        DataType::Float64 => each(&|i| number(array.as_primitive::<Float64Type>().value(i))),
        DataType::Decimal32(..)
        | DataType::Decimal64(..)
        | DataType::Decimal128(..)
        | DataType::Decimal256(..) => {
            let text = cast(array, &DataType::Utf8)?;
            each(&|i| decimal(text.as_string::<i32>().value(i)))
        }
        DataType::Date32 => each(&|i| {
            array.as_primitive::<Date32Type>().value_as_date(i).map_or(Cell::Invalid, Cell::Date)
        }),
        DataType::Date64 => each(&|i| {
            array.as_primitive::<Date64Type>().value_as_date(i).map_or(Cell::Invalid, Cell::Date)
        }),
        DataType::Timestamp(unit, _) => match unit {
            TimeUnit::Second => each(&|i| day(array.as_primitive::<TimestampSecondType>(), i)),
            TimeUnit::Millisecond => {
                each(&|i| day(array.as_primitive::<TimestampMillisecondType>(), i))
            }
            TimeUnit::Microsecond => {
                each(&|i| day(array.as_primitive::<TimestampMicrosecondType>(), i))
            }
            TimeUnit::Nanosecond => {
                each(&|i| day(array.as_primitive::<TimestampNanosecondType>(), i))
            }
        },
        DataType::Null => vec![Cell::Blank; array.len()],
        _ => each(&|_| Cell::Invalid),
    })
}

/// What is not a number is nothing, as in the tools that write it.
fn number(n: f64) -> Cell {
    if n.is_nan() { Cell::Blank } else { Cell::Number(n) }
}

/// A decimal number; one that a float can't hold keeps its digits as text.
fn decimal(text: &str) -> Cell {
    let short =
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { text };
    let digits = short.bytes().filter(u8::is_ascii_digit).count();
    match short.parse() {
        Ok(n) if digits <= EXACT_DIGITS => Cell::Number(n),
        _ => Cell::text(short),
    }
}

/// The day of a point in time, in the zone that the column names.
fn day<T: ArrowTimestampType>(array: &PrimitiveArray<T>, i: usize) -> Cell {
    let day = || match array.timezone().map(zone) {
        None => array.value_as_datetime(i).map(|t| t.date()),
        Some(zone) => array.value_as_datetime_with_tz(i, zone?).map(|t| t.date_naive()),
    };
    day().map_or(Cell::Invalid, Cell::Date)
}

/// A zone by its offset or its name. Which names are known depends on how arrow was built; that of
/// all zones always is.
fn zone(name: &str) -> Option<Tz> {
    let name = if matches!(name, "UTC" | "Etc/UTC" | "Z") { "+00:00" } else { name };
    name.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{
        BinaryArray, Date32Array, Decimal128Array, DictionaryArray, Float32Array, Float64Array,
        Int64Array, StringViewArray, TimestampMillisecondArray, UInt64Array,
    };
    use chrono::NaiveDate;

    use super::*;

    fn read(array: impl Array + 'static) -> Vec<Cell> {
        cells(&(Arc::new(array) as ArrayRef)).expect("cells")
    }

    fn date(year: i32, month: u32, day: u32) -> Cell {
        Cell::Date(NaiveDate::from_ymd_opt(year, month, day).expect("a date"))
    }

    #[test]
    fn columns_become_cells() {
        let text = |t: &str| Cell::Text(t.to_owned());
        assert_eq!(
            read(Int64Array::from(vec![Some(7), None, Some(9_007_199_254_740_993), Some(-1)])),
            [Cell::Number(7.0), Cell::Blank, text("9007199254740993"), Cell::Number(-1.0)]
        );
        assert_eq!(read(UInt64Array::from(vec![u64::MAX])), [text("18446744073709551615")]);
        assert_eq!(read(Float32Array::from(vec![0.1])), [Cell::Number(0.1)]);
        assert_eq!(read(Float64Array::from(vec![1.5, f64::NAN])), [Cell::Number(1.5), Cell::Blank]);
        assert_eq!(read(StringViewArray::from(vec![" a ", ""])), [text("a"), Cell::Blank]);
        let dictionary: DictionaryArray<arrow::datatypes::Int8Type> =
            vec!["b", "a", "b"].into_iter().collect();
        assert_eq!(read(dictionary), [text("b"), text("a"), text("b")]);
        assert_eq!(read(BinaryArray::from(vec![b"x".as_slice()])), [Cell::Invalid]);
        assert_eq!(read(Date32Array::from(vec![20_000])), [date(2024, 10, 4)]);
        let decimals = Decimal128Array::from(vec![1_200_i128, 12_345_678_901_234_567_890]);
        let decimals = decimals.with_precision_and_scale(30, 2).expect("decimals");
        assert_eq!(read(decimals), [Cell::Number(12.0), text("123456789012345678.9")]);
    }

    #[test]
    fn a_point_in_time_is_the_day_of_its_own_zone() {
        // 2025-03-31 at 21:00 UTC.
        let times = || TimestampMillisecondArray::from(vec![1_743_454_800_000, i64::MAX]);
        assert_eq!(read(times()), [date(2025, 3, 31), Cell::Invalid]);
        assert_eq!(read(times().with_timezone("UTC"))[0], date(2025, 3, 31));
        assert_eq!(read(times().with_timezone("+05:00"))[0], date(2025, 4, 1));
    }

    #[test]
    fn a_zone_by_name_is_read_with_its_own_clock_or_refused() {
        let checked = |name: &str| {
            let kind = DataType::Timestamp(TimeUnit::Millisecond, Some(name.into()));
            check(Path::new("a"), 2, &kind).map_err(|e| e.to_string())
        };
        assert!(checked("Mars/Olympus").is_err_and(|e| e.contains("column 3")));
        assert_eq!(checked("Etc/UTC"), Ok(()));
        let name = "America/New_York";
        if zone(name).is_none() {
            assert!(checked(name).is_err_and(|e| e.contains("column 3")));
            return;
        }
        assert_eq!(checked(name), Ok(()));
        // 2025-07-01 and 2025-01-01, both at 04:30 UTC: four hours behind in summer, five in winter.
        let times = TimestampMillisecondArray::from(vec![1_751_344_200_000, 1_735_705_800_000]);
        assert_eq!(read(times.with_timezone(name)), [date(2025, 7, 1), date(2024, 12, 31)]);
    }
}
