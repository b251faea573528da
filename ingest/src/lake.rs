//! Records to Parquet: one file a batch and reporting year, sorted by person.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, DictionaryArray, FixedSizeBinaryArray, Int32Array,
    RecordBatch, StringArray,
};
use arrow::buffer::{BooleanBuffer, Buffer, NullBuffer};
use arrow::datatypes::{DataType, Field as Column, Int32Type, Schema};
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use parquet::basic::Compression;
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::schema::types::ColumnPath;
use sha2::{Digest, Sha256};
use shumar_schemas::record::FREE_OF_PERSONS;
use shumar_schemas::{Field, Role};
use shumar_seal::Seal;

use crate::batch::Office;
use crate::key::{ID_BYTES, ID_WIDTH};
use crate::mapping::{From, Plan};
use crate::pack::{Packed, RECORD_BYTES, RECORD_WIDTH};
use crate::value::BLANK;
use crate::{IngestError, durable};

/// Rows of a Parquet row group.
const ROW_GROUP: usize = 128 * 1024;

/// A written file of the lake.
pub(crate) struct LakeFile {
    /// Relative to the home.
    pub(crate) path: String,
    /// The reporting year.
    pub(crate) year: i32,
    /// How many records it holds.
    pub(crate) records: usize,
    /// SHA-256 of its bytes.
    pub(crate) sha256: String,
}

/// The columns of a mapping's records, and the words of its code lists.
pub(crate) struct Shape {
    schema: Arc<Schema>,
    fields: Vec<Stored>,
    seal: Seal,
    kind: String,
    /// Whether the kind is declared free of persons now, which every row then says for good.
    free_of_persons: bool,
}

/// How a field of the kind is stored.
struct Stored {
    role: Role,
    /// Its place among the values that vary, or its value in every record.
    from: Result<usize, i32>,
    words: Option<Arc<StringArray>>,
}

/// How one lake file is written: each has properties of its own, for each has a key of its own.
/// Pseudonyms look random: neither a dictionary nor compression helps
/// them.
fn properties(seal: &Seal) -> Result<WriterProperties, IngestError> {
    let mut properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_statistics_enabled(EnabledStatistics::None)
        .set_max_row_group_row_count(Some(ROW_GROUP));
    for name in ["record_id", "person_id"] {
        properties = properties
            .set_column_dictionary_enabled(ColumnPath::from(name), false)
            .set_column_compression(ColumnPath::from(name), Compression::UNCOMPRESSED);
    }
    Ok(seal.writing(properties)?.build())
}

/// A writer of a lake file; every one is made here. Readers see strings, whatever arrays are written.
pub(crate) fn writer<W: Write + Send>(
    out: W,
    schema: Arc<Schema>,
    seal: &Seal,
) -> Result<ArrowWriter<W>, IngestError> {
    let options =
        ArrowWriterOptions::new().with_properties(properties(seal)?).with_skip_arrow_metadata(true);
    Ok(ArrowWriter::try_new_with_options(out, schema, options)?)
}

/// A reader of a lake file; every one of this crate is made here.
pub(crate) fn reader(
    path: &Path,
    seal: &Seal,
) -> Result<ParquetRecordBatchReaderBuilder<File>, IngestError> {
    let damaged = || IngestError::Damaged { file: path.to_owned() };
    let mut options = ArrowReaderOptions::new();
    if let Some(opened) = seal.reading()? {
        options = options.with_file_decryption_properties(opened);
    }
    let file = File::open(path).map_err(|_| damaged())?;
    ParquetRecordBatchReaderBuilder::try_new_with_options(file, options).map_err(|_| damaged())
}

fn coded() -> DataType {
    DataType::Dictionary(Box::new(DataType::Int32), Box::new(DataType::Utf8))
}

fn data_type(field: &Field) -> DataType {
    match field.role {
        Role::EventDate | Role::Date => DataType::Date32,
        Role::Duration | Role::Count => DataType::Int32,
        Role::Boolean => DataType::Boolean,
        Role::Person | Role::Area | Role::Code => coded(),
    }
}

impl Shape {
    /// The columns of a mapping's lake files: identities, batch, ordinals, then those of the kind's
    /// fields that the mapping feeds.
    ///
    /// # Errors
    /// A code list that nothing declares.
    pub(crate) fn new(plan: &Plan<'_>, office: &Office<'_>) -> Result<Self, IngestError> {
        let number = |name: &str| Column::new(name, DataType::Int32, false);
        let width = |bytes| DataType::FixedSizeBinary(bytes);
        let mut columns = vec![
            Column::new("record_id", width(RECORD_WIDTH), false),
            Column::new("person_id", width(ID_WIDTH), false),
            number("batch"),
            number("ordinal_kind"),
            number("ordinal_year"),
        ];
        if plan.kind.free_of_persons {
            columns.push(Column::new(FREE_OF_PERSONS, DataType::Boolean, false));
        }
        let mut fields = Vec::new();
        for (i, field) in plan.kind.stored().enumerate() {
            // What the office does not have is no column of its files.
            if matches!(plan.fields[i].from, From::Fixed(BLANK)) {
                continue;
            }
            columns.push(Column::new(&field.name, data_type(field), !field.required));
            let words = match &field.codes {
                Some(name) => {
                    let codes = office.catalog.list(name, "the lake")?.codes().iter();
                    Some(Arc::new(codes.map(|c| Some(c.code.as_str())).collect::<StringArray>()))
                }
                None => None,
            };
            let from = match plan.fields[i].from {
                From::Fixed(value) => Err(value),
                From::Column(_) => {
                    Ok(plan.varying.iter().position(|v| *v == i).unwrap_or_default())
                }
            };
            fields.push(Stored { role: field.role, from, words });
        }
        Ok(Self {
            schema: Arc::new(Schema::new(columns)),
            fields,
            seal: office.seal.clone(),
            kind: plan.kind.name.clone(),
            free_of_persons: plan.kind.free_of_persons,
        })
    }

    /// Settled records as Arrow columns.
    ///
    /// # Errors
    /// What Arrow refuses.
    pub(crate) fn to_arrow(
        &self,
        records: &Packed,
        batch: u32,
    ) -> Result<RecordBatch, IngestError> {
        let n = records.len();
        let mut ids = Vec::with_capacity(n * RECORD_BYTES);
        let mut persons = Vec::with_capacity(n * ID_BYTES);
        let (mut of_kind, mut of_year) = (Vec::with_capacity(n), Vec::with_capacity(n));
        let varying = self.fields.iter().filter(|f| f.from.is_ok()).count();
        let mut values: Vec<Vec<i32>> = Vec::new();
        values.resize_with(varying, || Vec::with_capacity(n));
        // One pass over the rows: they are wide, and there are many.
        for line in records.lines() {
            ids.extend_from_slice(&line.record());
            persons.extend_from_slice(&line.person());
            of_kind.push(line.first().cast_signed());
            of_year.push(i32::try_from(line.second()).unwrap_or(i32::MAX));
            values.iter_mut().zip(line.values()).for_each(|(column, value)| column.push(value));
        }
        let fixed = |width, bytes: Vec<u8>| {
            FixedSizeBinaryArray::try_new(width, Buffer::from_vec(bytes), None)
        };
        let batch = i32::try_from(batch).map_err(|_| IngestError::Withheld)?;
        let mut columns: Vec<ArrayRef> = vec![
            Arc::new(fixed(RECORD_WIDTH, ids)?),
            Arc::new(fixed(ID_WIDTH, persons)?),
            Arc::new(Int32Array::from(vec![batch; n])),
            Arc::new(Int32Array::from(of_kind)),
            Arc::new(Int32Array::from(of_year)),
        ];
        if self.free_of_persons {
            columns.push(Arc::new(BooleanArray::from(vec![true; n])));
        }
        for field in &self.fields {
            columns.push(match field.from {
                Err(fixed) => field.column(vec![fixed; n])?,
                Ok(place) => field.column(std::mem::take(&mut values[place]))?,
            });
        }
        Ok(RecordBatch::try_new(self.schema.clone(), columns)?)
    }
}

impl Stored {
    fn column(&self, mut values: Vec<i32>) -> Result<ArrayRef, IngestError> {
        let blank = values.contains(&BLANK);
        let nulls = blank.then(|| values.iter().map(|v| *v != BLANK).collect::<NullBuffer>());
        if blank {
            // Under a null stands some value that the column can hold.
            values.iter_mut().filter(|v| **v == BLANK).for_each(|v| *v = 0);
        }
        Ok(match (&self.words, self.role) {
            (Some(words), _) => {
                let keys = Int32Array::try_new(values.into(), nulls)?;
                Arc::new(DictionaryArray::<Int32Type>::try_new(keys, words.clone())?)
            }
            (None, Role::EventDate | Role::Date) => {
                Arc::new(Date32Array::try_new(values.into(), nulls)?)
            }
            (None, Role::Boolean) => {
                let yes = values.iter().map(|v| *v == 1).collect::<BooleanBuffer>();
                Arc::new(BooleanArray::new(yes, nulls))
            }
            (None, _) => Arc::new(Int32Array::try_new(values.into(), nulls)?),
        })
    }
}

/// Where a lake file is put, relative to the home.
pub(crate) fn path(kind: &str, year: i32, batch: u32, from: Option<i64>) -> String {
    let from = from.map_or_else(String::new, |b| format!("-from-{b:06}"));
    format!("lake/{kind}/year={year}/batch-{batch:06}{from}.parquet")
}

/// A file of the lake that is being written. It is complete and on disk when it is finished, but
/// belongs to the lake only once the database lists it.
pub(crate) struct Sink {
    home: PathBuf,
    path: String,
    year: i32,
    batch: u32,
    waiting: Packed,
    writer: Option<ArrowWriter<Hashing>>,
    records: usize,
}

impl Sink {
    /// A file for records of a batch and year.
    pub(crate) fn new(home: &Path, shape: &Shape, year: i32, batch: u32, fields: usize) -> Self {
        Self {
            home: home.to_owned(),
            path: path(&shape.kind, year, batch, None),
            year,
            batch,
            waiting: Packed::new(fields),
            writer: None,
            records: 0,
        }
    }

    /// Adds records, persons in order.
    ///
    /// # Errors
    /// What the file system refuses.
    pub(crate) fn add(&mut self, shape: &Shape, records: &Packed) -> Result<(), IngestError> {
        self.records += records.len();
        self.waiting.append(records);
        if self.waiting.len() >= ROW_GROUP { self.flush(shape) } else { Ok(()) }
    }

    /// Adds records that are columns already.
    ///
    /// # Errors
    /// What the file system refuses.
    pub(crate) fn add_arrow(
        &mut self,
        shape: &Shape,
        records: &RecordBatch,
    ) -> Result<(), IngestError> {
        self.flush(shape)?;
        self.records += records.num_rows();
        let writer = self.writer(shape)?;
        Ok(writer.write(records)?)
    }

    fn flush(&mut self, shape: &Shape) -> Result<(), IngestError> {
        if self.waiting.len() == 0 {
            return Ok(());
        }
        let fields = shape.fields.iter().filter(|f| f.from.is_ok()).count();
        let waiting = std::mem::replace(&mut self.waiting, Packed::new(fields));
        let columns = shape.to_arrow(&waiting, self.batch)?;
        let writer = self.writer(shape)?;
        Ok(writer.write(&columns)?)
    }

    fn writer(&mut self, shape: &Shape) -> Result<&mut ArrowWriter<Hashing>, IngestError> {
        if self.writer.is_none() {
            let full = self.home.join(&self.path);
            if let Some(folder) = full.parent() {
                durable::folder(folder)?;
            }
            let aside = aside(&full);
            let file = File::create(&aside).map_err(IngestError::write(&aside))?;
            let out = Hashing { out: BufWriter::with_capacity(1 << 18, file), hash: Sha256::new() };
            self.writer = Some(writer(out, shape.schema.clone(), &shape.seal)?);
        }
        self.writer.as_mut().ok_or(IngestError::Withheld)
    }

    /// Makes the file durable under its name.
    ///
    /// # Errors
    /// What the file system refuses.
    pub(crate) fn finish(mut self, shape: &Shape) -> Result<LakeFile, IngestError> {
        self.flush(shape)?;
        let full = self.home.join(&self.path);
        let aside = aside(&full);
        let writer = self.writer.take().ok_or(IngestError::Withheld)?;
        let mut out = writer.into_inner()?;
        let synced = out.out.flush().and_then(|()| out.out.get_ref().sync_all());
        synced.map_err(IngestError::write(&aside))?;
        shumar_fault::point("ingest.file-written");
        std::fs::rename(&aside, &full).map_err(IngestError::write(&full))?;
        full.parent().map_or(Ok(()), durable::sync)?;
        shumar_fault::point("ingest.file-renamed");
        let sha256 = hex::encode(out.hash.finalize());
        Ok(LakeFile { path: self.path, year: self.year, records: self.records, sha256 })
    }
}

fn aside(path: &Path) -> PathBuf {
    path.with_extension("parquet.tmp")
}

/// Hashes what is written.
struct Hashing {
    out: BufWriter<File>,
    hash: Sha256,
}

impl Write for Hashing {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        let n = self.out.write(bytes)?;
        self.hash.update(&bytes[..n]);
        Ok(n)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.out.flush()
    }
}
