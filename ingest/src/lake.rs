//! Records to Parquet: one file a batch and reporting year, sorted by person.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, FixedSizeBinaryArray, Int32Array, RecordBatch, StringArray,
};
use arrow::datatypes::{DataType, Field as Column, Schema};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;
use shumar_schemas::{Catalog, RecordKind, Role};

use crate::IngestError;
use crate::fold::Records;
use crate::key::ID_WIDTH;
use crate::value::BLANK;

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

/// The places of a record among its person's: of its kind, and over all kinds.
pub(crate) struct Ordinals {
    /// By kind, from 1.
    pub(crate) kind: Vec<i32>,
    /// Over all kinds, from 1.
    pub(crate) year: Vec<i32>,
}

/// What a batch's files have in common.
pub(crate) struct Target<'a> {
    pub(crate) home: &'a Path,
    pub(crate) catalog: &'a Catalog,
    pub(crate) kind: &'a RecordKind,
    pub(crate) provider: &'a str,
    pub(crate) batch: i64,
}

/// The columns of a kind's lake files: identities, origin, ordinals, then the kind's fields.
pub(crate) fn schema(kind: &RecordKind) -> Schema {
    let id = |name: &str| Column::new(name, DataType::FixedSizeBinary(ID_WIDTH), false);
    let number = |name: &str| Column::new(name, DataType::Int32, false);
    let mut columns = vec![
        id("record_id"),
        id("person_id"),
        Column::new("provider", DataType::Utf8, false),
        number("batch"),
        number("ordinal_kind"),
        number("ordinal_year"),
    ];
    columns.extend(kind.stored().map(|f| {
        let data_type = match f.role {
            Role::EventDate | Role::Date => DataType::Date32,
            Role::Duration | Role::Count => DataType::Int32,
            Role::Boolean => DataType::Boolean,
            Role::Person | Role::Area | Role::Code => DataType::Utf8,
        };
        Column::new(&f.name, data_type, !f.required)
    }));
    Schema::new(columns)
}

/// Writes the records at `rows` of one reporting year, sorted by person; the file is complete and
/// on disk when this returns, but belongs to the lake only once the register lists it.
pub(crate) fn write(
    target: &Target<'_>,
    records: &Records,
    ordinals: &Ordinals,
    year: i32,
    rows: &[usize],
) -> Result<LakeFile, IngestError> {
    let mut order = rows.to_vec();
    order.sort_by_key(|&i| (records.persons[i], ordinals.year[i]));
    let records = records.take(&order);
    let ordinals = Ordinals {
        kind: order.iter().map(|&i| ordinals.kind[i]).collect(),
        year: order.iter().map(|&i| ordinals.year[i]).collect(),
    };
    let batch = to_arrow(target, &records, ordinals)?;
    let folder = format!("lake/{}/year={year}", target.kind.name);
    let path = format!("{folder}/batch-{:06}.parquet", target.batch);
    let full = target.home.join(&path);
    let folder = target.home.join(folder);
    std::fs::create_dir_all(&folder).map_err(IngestError::write(&folder))?;
    save(&full, &batch)?;
    let sha256 = crate::rows::digest(&full)?;
    Ok(LakeFile { path, year, records: records.len(), sha256 })
}

/// Removes what an interrupted batch of this number left: it was never registered.
pub(crate) fn clear_orphans(home: &Path, batch: i64) -> Result<(), IngestError> {
    let folders = |folder: &Path| -> Vec<PathBuf> {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        entries.map(|e| e.path()).filter(|p| p.is_dir()).collect()
    };
    let years = folders(&home.join("lake")).into_iter().flat_map(|kind| folders(&kind));
    let parquet = years.map(|year| year.join(format!("batch-{batch:06}.parquet")));
    let reports = crate::report::batch_files(home, batch);
    for path in parquet.flat_map(|p| [p.with_extension("parquet.tmp"), p]).chain(reports) {
        match std::fs::remove_file(&path) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
                return Err(IngestError::write(&path)(e));
            }
            _ => {}
        }
    }
    Ok(())
}

fn to_arrow(
    target: &Target<'_>,
    records: &Records,
    ordinals: Ordinals,
) -> Result<RecordBatch, IngestError> {
    let n = records.len();
    let ids = |ids: &[crate::key::Id]| -> Result<ArrayRef, IngestError> {
        Ok(Arc::new(FixedSizeBinaryArray::try_from_iter(ids.iter())?))
    };
    let mut columns: Vec<ArrayRef> = vec![
        ids(&records.ids)?,
        ids(&records.persons)?,
        Arc::new(StringArray::from(vec![target.provider; n])),
        Arc::new(Int32Array::from(vec![i32::try_from(target.batch).unwrap_or(i32::MAX); n])),
        Arc::new(Int32Array::from(ordinals.kind)),
        Arc::new(Int32Array::from(ordinals.year)),
    ];
    for (field, values) in target.kind.stored().zip(&records.fields) {
        let values = values.iter().map(|v| (*v != BLANK).then_some(*v));
        columns.push(match field.role {
            Role::EventDate | Role::Date => Arc::new(values.collect::<Date32Array>()),
            Role::Duration | Role::Count => Arc::new(values.collect::<Int32Array>()),
            Role::Boolean => Arc::new(values.map(|v| v.map(|v| v == 1)).collect::<BooleanArray>()),
            Role::Person | Role::Area | Role::Code => {
                let list =
                    target.catalog.list(field.codes.as_deref().unwrap_or_default(), "the lake")?;
                let code = |v: i32| Some(list.codes().get(usize::try_from(v).ok()?)?.code.as_str());
                Arc::new(values.map(|v| v.and_then(code)).collect::<StringArray>())
            }
        });
    }
    Ok(RecordBatch::try_new(Arc::new(schema(target.kind)), columns)?)
}

/// Writes beside the final name, syncs, and renames: a crash leaves no half file under it.
fn save(path: &Path, batch: &RecordBatch) -> Result<(), IngestError> {
    let aside: PathBuf = path.with_extension("parquet.tmp");
    let file = File::create(&aside).map_err(IngestError::write(&aside))?;
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_max_row_group_row_count(Some(ROW_GROUP))
        .build();
    let mut writer = ArrowWriter::try_new(file, batch.schema(), Some(properties))?;
    writer.write(batch)?;
    let file = writer.into_inner()?;
    file.sync_all().map_err(IngestError::write(&aside))?;
    std::fs::rename(&aside, path).map_err(IngestError::write(path))?;
    if let Some(folder) = path.parent() {
        File::open(folder).and_then(|f| f.sync_all()).map_err(IngestError::write(folder))?;
    }
    Ok(())
}
