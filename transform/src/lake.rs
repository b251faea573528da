//! The lake as DataFusion sees it: the registered files of a kind, and nothing else.

mod opening;

use std::fs::File;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};

use arrow::datatypes::{DataType, Field, Schema};
use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::prelude::{DataFrame, ParquetReadOptions, SessionConfig, SessionContext};
use rusqlite::{Connection, OptionalExtension, params};
use shumar_schemas::record::FREE_OF_PERSONS;
use shumar_schemas::store::{LAKE_LOCK, LINEAGE};
use shumar_schemas::{Period, RecordKind, Role};

use shumar_seal::Seal;

use crate::lock::locked;
use crate::{TransformError, folder};

/// Memory that one count may use. It never writes to the disk: nothing in its plan sorts or groups.
const MEMORY_BYTES: usize = 1 << 30;

/// Checks that the lake's folder and the database name the same lineage.
///
/// # Errors
/// [`TransformError::Lineage`] when they do not.
pub fn same_lineage(home: &Path, register: &Connection) -> Result<(), TransformError> {
    let sql = "SELECT value FROM home WHERE key = 'lineage'";
    let ours: Option<String> = register.query_row(sql, [], |r| r.get(0)).optional()?;
    let theirs = std::fs::read_to_string(home.join("lake").join(LINEAGE)).ok();
    match (ours, theirs) {
        (Some(a), Some(b)) if a == b.trim() => Ok(()),
        (Some(_), Some(_)) => Err(TransformError::Lineage { what: "they name different lineages" }),
        (None, _) => Err(TransformError::Lineage { what: "the database names no lineage" }),
        (_, None) => Err(TransformError::Lineage { what: "the lake names no lineage" }),
    }
}

/// A registered file of the lake: its path in the home, and the SHA-256 that ingest recorded.
pub(crate) type LakeFile = (String, String);

/// The registered lake files of a kind in the years of a period.
pub(crate) fn files(
    register: &Connection,
    kind: &str,
    period: Period,
) -> Result<Vec<LakeFile>, TransformError> {
    let mut select = register.prepare(
        "SELECT path, sha256 FROM lake_file WHERE kind = ?1 AND year BETWEEN ?2 AND ?3 ORDER BY path",
    )?;
    let (first, last) = period.months();
    let found = select.query_map(params![kind, first.year(), last.year()], |r| {
        Ok((r.get::<_, String>(0)?, r.get::<_, String>(1)?))
    })?;
    Ok(found.collect::<Result<_, _>>()?)
}

/// Begins to check, beside the count, that every file is there and is, byte for byte, what ingest
/// wrote. What was counted is worth nothing before the check has ended well.
pub(crate) fn check(
    home: &Path,
    files: &[LakeFile],
    seal: &Seal,
) -> JoinHandle<Result<(), TransformError>> {
    let (home, files, sealed) = (home.to_owned(), files.to_vec(), seal.is_on());
    thread::spawn(move || same_files(&home, &files, sealed))
}

/// Checks files on all cores.
fn same_files(home: &Path, files: &[LakeFile], sealed: bool) -> Result<(), TransformError> {
    let next = AtomicUsize::new(0);
    let check = || {
        while let Some((path, sha256)) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
            let full = home.join(path);
            let refuse = |what| Err(TransformError::Lake { file: path.clone(), what });
            if !full.is_file() {
                return refuse("is missing");
            }
            if shumar_seal::is_sealed(&full).map_err(TransformError::read(&full))? != sealed {
                return refuse(if sealed {
                    "is not encrypted, and this home's lake is"
                } else {
                    "is encrypted, and this home's lake is not"
                });
            }
            if folder::digest(&full)? != *sha256 {
                return refuse("is not the file that ingest wrote");
            }
        }
        Ok(())
    };
    let others = thread::available_parallelism().map_or(1, usize::from).min(files.len());
    thread::scope(|scope| {
        let start = |_| thread::Builder::new().spawn_scoped(scope, check);
        let running: Vec<_> = (1..others).map(start).collect();
        let mut all = check();
        // A thread that did not start leaves its files to the others.
        for thread in running.into_iter().flatten() {
            all = all.and(thread.join().unwrap_or(Err(TransformError::Engine)));
        }
        all
    })
}

/// Keeps the lake as it is while it is counted and charged: others may count it too, but nothing
/// lands in between, so that what was charged is what was counted.
///
/// # Errors
/// Another process that changes the lake for too long, and what the disk refuses.
pub fn hold(home: &Path) -> Result<File, TransformError> {
    locked(&home.join("lake").join(LAKE_LOCK), false, "taking in files")
}

/// Whether the lake holds any file of a kind in the years of a period.
pub(crate) fn holds(
    register: &Connection,
    kind: &str,
    period: Period,
) -> Result<bool, TransformError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM lake_file WHERE kind = ?1 AND year BETWEEN ?2 AND ?3)";
    let (first, last) = period.months();
    Ok(register.query_row(sql, params![kind, first.year(), last.year()], |r| r.get(0))?)
}

/// Opens lake files for counting, on all cores, in bounded memory.
pub(crate) async fn open(
    home: &Path,
    kind: &RecordKind,
    files: &[LakeFile],
    seal: &Seal,
) -> Result<DataFrame, TransformError> {
    let mut config = SessionConfig::new().with_collect_statistics(false);
    let parquet = &mut config.options_mut().execution.parquet;
    // The filters keep nearly every record: to skip the others while reading costs more.
    parquet.pushdown_filters = false;
    let disk = DiskManagerBuilder::default().with_mode(DiskManagerMode::Disabled);
    let runtime = RuntimeEnvBuilder::new()
        .with_disk_manager_builder(disk)
        .with_memory_limit(MEMORY_BYTES, 1.0)
        .build()
        .map_err(|_| TransformError::Engine)?;
    let opened = seal.reading()?;
    let context = SessionContext::new_with_config_rt(config, Arc::new(runtime));
    if let Some(opened) = opened {
        opening::every_file(&context, opened);
    }
    let schema = schema(kind);
    let options = ParquetReadOptions::default().schema(&schema);
    let full = |(path, _): &LakeFile| home.join(path).to_string_lossy().into_owned();
    let paths: Vec<String> = files.iter().map(full).collect();
    context.read_parquet(paths, options).await.map_err(|_| TransformError::Engine)
}

/// The columns that counting may ask for, text as views, which group fastest. A file without one of them is blank in it.
fn schema(kind: &RecordKind) -> Schema {
    let ordinal = |name| Field::new(name, DataType::Int32, false);
    let fields = kind.stored().map(|f| {
        let data_type = match f.role {
            Role::EventDate | Role::Date => DataType::Date32,
            Role::Duration | Role::Count => DataType::Int32,
            Role::Boolean => DataType::Boolean,
            Role::Person | Role::Area | Role::Code => DataType::Utf8View,
        };
        Field::new(&f.name, data_type, true)
    });
    // Blank in files that were not written as free of persons.
    let mark = kind.free_of_persons.then(|| Field::new(FREE_OF_PERSONS, DataType::Boolean, true));
    Schema::new(
        [ordinal("ordinal_kind"), ordinal("ordinal_year")]
            .into_iter()
            .chain(mark)
            .chain(fields)
            .collect::<Vec<_>>(),
    )
}
