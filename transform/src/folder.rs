//! The files of a release: measurements and estimates in Parquet, written aside and renamed.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Float64Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Int64Type, Schema};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::basic::Compression;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use sha2::{Digest, Sha256};
use shumar_privacy::{Released, Scale};
use shumar_schemas::bind::AxisCode;
use shumar_schemas::release::{ESTIMATE_COLUMNS, NOISY};
use shumar_schemas::{Margin, Table};

use crate::TransformError;
use crate::aside::Aside;
use crate::estimate::Cell;

/// Keys in a measurement file's own metadata: what it is and who paid, so that a measurement
/// found after a crash explains itself.
const FINGERPRINT: &str = "shumar.fingerprint";
const FAMILY: &str = "shumar.family";
const SCALE: &str = "shumar.scale";
const PAID_BY: &str = "shumar.paid_by";

/// How many bytes of a file are hashed at a time.
const PART: u64 = 1 << 18;

/// A measurement as it stands on disk.
pub(crate) struct Measurement {
    /// Noisy counts of the margin's cells.
    pub(crate) noisy: Vec<i64>,
    /// Their noise.
    pub(crate) scale: Scale,
    /// The ledger rows that paid.
    pub(crate) paid_by: Vec<i64>,
}

/// The file of a measured margin, relative to the release folder.
pub(crate) fn measurement_file(table: &Table, margin: &Margin) -> String {
    format!("measurements/{}--{}.parquet", table.id, margin.id)
}

/// The file of a published margin's estimates, relative to the release folder.
pub(crate) fn estimate_file(statistic: &str, margin: &Margin) -> String {
    format!("estimates/{statistic}--{}.parquet", margin.id)
}

/// Writes a measurement. It is durable when the files have landed.
pub(crate) fn write_measurement(
    files: &mut Aside<'_>,
    table: &Table,
    margin: &Margin,
    released: &Released,
) -> Result<(), TransformError> {
    let (mut fields, mut columns) = code_columns(&axes(table, margin), margin.cells(table));
    fields.push(Field::new(NOISY, DataType::Int64, false));
    columns.push(Arc::new(Int64Array::from(released.noisy().to_vec())));
    let paid_by: Vec<String> = released.paid_by().iter().map(ToString::to_string).collect();
    let metadata = vec![
        KeyValue::new(FINGERPRINT.to_owned(), released.fingerprint().to_owned()),
        KeyValue::new(FAMILY.to_owned(), released.scale().family().name().to_owned()),
        KeyValue::new(SCALE.to_owned(), format!("{:?}", released.scale().value())),
        KeyValue::new(PAID_BY.to_owned(), paid_by.join(",")),
    ];
    encode(measurement_file(table, margin), fields, columns, metadata)?.write(files)
}

/// Reads a measurement back, or `None` if there is none of this very margin.
pub(crate) fn read_measurement(
    folder: &Path,
    table: &Table,
    margin: &Margin,
) -> Result<Option<Measurement>, TransformError> {
    let path = folder.join(measurement_file(table, margin));
    let Ok(file) = File::open(&path) else { return Ok(None) };
    let damaged = || TransformError::Measurement { file: path.clone() };
    let builder = ParquetRecordBatchReaderBuilder::try_new(file).map_err(|_| damaged())?;
    let pairs =
        builder.metadata().file_metadata().key_value_metadata().cloned().unwrap_or_default();
    let value = |key: &str| {
        pairs.iter().find(|p| p.key == key).and_then(|p| p.value.clone()).ok_or_else(damaged)
    };
    if value(FINGERPRINT)? != table.fingerprint_of(&margin.by) {
        return Ok(None);
    }
    let family = value(FAMILY)?.parse()?;
    let scale = Scale::stated(family, value(SCALE)?.parse().map_err(|_| damaged())?);
    let paid_by = value(PAID_BY)?.split(',').map(str::parse).collect::<Result<_, _>>();
    let mut noisy = Vec::with_capacity(margin.cells(table));
    for batch in builder.build().map_err(|_| damaged())? {
        let batch = batch.map_err(|_| damaged())?;
        let column = batch.column_by_name(NOISY).and_then(|c| c.as_primitive_opt::<Int64Type>());
        noisy.extend_from_slice(column.ok_or_else(damaged)?.values());
    }
    if noisy.len() != margin.cells(table) {
        return Err(damaged());
    }
    Ok(Some(Measurement { noisy, scale, paid_by: paid_by.map_err(|_| damaged())? }))
}

/// The file of a margin's estimates.
pub(crate) fn encode_estimates(
    table: &Table,
    (statistic, margin): (&str, &Margin),
    cells: &[Cell],
) -> Result<Encoded, TransformError> {
    let (mut fields, mut columns) = code_columns(&axes(table, margin), margin.cells(table));
    let values: [Vec<f64>; 4] = [
        cells.iter().map(|c| c.estimate).collect(),
        cells.iter().map(|c| c.standard_error).collect(),
        cells.iter().map(|c| c.interval().0).collect(),
        cells.iter().map(|c| c.interval().1).collect(),
    ];
    for (name, values) in ESTIMATE_COLUMNS.into_iter().zip(values) {
        fields.push(Field::new(name, DataType::Float64, false));
        columns.push(Arc::new(Float64Array::from(values)));
    }
    encode(estimate_file(statistic, margin), fields, columns, Vec::new())
}

/// Names and codes of a margin's axes.
fn axes<'a>(table: &'a Table, margin: &Margin) -> Vec<(&'a str, &'a [AxisCode])> {
    margin.names(table).into_iter().map(|(id, _)| id).zip(margin.codes(table)).collect()
}

/// One column of codes an axis, every cell of the domain in order, the last axis fastest.
pub(crate) fn code_columns(
    axes: &[(&str, &[AxisCode])],
    cells: usize,
) -> (Vec<Field>, Vec<ArrayRef>) {
    let mut inner = cells;
    let (mut fields, mut columns): (Vec<Field>, Vec<ArrayRef>) = (Vec::new(), Vec::new());
    for (name, codes) in axes {
        inner /= codes.len();
        let column: StringArray =
            (0..cells).map(|cell| Some(codes[cell / inner % codes.len()].code.as_str())).collect();
        fields.push(Field::new(*name, DataType::Utf8, false));
        columns.push(Arc::new(column));
    }
    (fields, columns)
}

/// A file of a release, not written yet.
pub(crate) struct Encoded {
    /// Relative to the release folder.
    name: String,
    bytes: Vec<u8>,
    /// Of its bytes.
    pub(crate) sha256: String,
}

impl Encoded {
    /// Writes it. It is durable when the files have landed.
    pub(crate) fn write(&self, files: &mut Aside<'_>) -> Result<(), TransformError> {
        files.add(&self.name, &self.bytes)
    }
}

/// A Parquet file of these columns.
pub(crate) fn encode(
    name: String,
    fields: Vec<Field>,
    columns: Vec<ArrayRef>,
    metadata: Vec<KeyValue>,
) -> Result<Encoded, TransformError> {
    let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)?;
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_key_value_metadata(Some(metadata))
        .build();
    let mut writer = ArrowWriter::try_new(Vec::new(), batch.schema(), Some(properties))?;
    writer.write(&batch)?;
    let bytes = writer.into_inner()?;
    let sha256 = hex::encode(Sha256::digest(&bytes));
    Ok(Encoded { name, bytes, sha256 })
}

/// SHA-256 of a file of the release or the lake, in constant memory.
pub(crate) fn digest(path: &Path) -> Result<String, TransformError> {
    let mut file = File::open(path).map_err(TransformError::write(path))?;
    let (mut hash, mut part) = (Sha256::new(), Vec::new());
    loop {
        part.clear();
        file.by_ref().take(PART).read_to_end(&mut part).map_err(TransformError::write(path))?;
        if part.is_empty() {
            return Ok(hex::encode(hash.finalize()));
        }
        hash.update(&part);
    }
}
