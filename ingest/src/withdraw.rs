//! The withdrawal of a batch: its records leave the lake and keep their places.
//!
//! A record that another batch sent too stays, as that batch's: what one office takes back, another
//! may still say.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;

use arrow::array::{Array, BooleanArray, FixedSizeBinaryArray, Int32Array};
use arrow::compute::filter_record_batch;
use arrow::record_batch::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use parquet::arrow::arrow_writer::ArrowWriterOptions;
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use crate::batch::Office;
use crate::key::Id;
use crate::lake;
use crate::pack::RecordId;
use crate::places::{self, Entry};
use crate::{IngestError, act};

/// What a withdrawal did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawn {
    /// Records that left the lake.
    pub records: u64,
    /// Records that stay because other batches sent them too.
    pub kept: u64,
}

/// Checks that a batch can be withdrawn, or replaced by a file of `provider`.
pub(crate) fn can_go(
    register: &Connection,
    batch: i64,
    provider: Option<&str>,
) -> Result<(), IngestError> {
    let refuse = |what, hint| Err(IngestError::Batch { batch, what, hint });
    let sql = "SELECT provider, state FROM batch WHERE id = ?1";
    let found = register
        .query_row(sql, [batch], |r| Ok((r.get::<_, String>(0)?, r.get::<_, String>(1)?)))
        .optional()?;
    let look = "`shumar batches` lists all batches";
    match found {
        None => refuse("is not there", look),
        Some((_, state)) if state == "withdrawn" => refuse("is withdrawn already", look),
        Some((_, state)) if state == "replaced" => refuse(
            "was replaced already",
            "name the batch that replaced it; `shumar batches` lists all",
        ),
        Some((of, _)) if provider.is_some_and(|p| p != of) => {
            refuse("is another provider's", "a file replaces a batch of its own provider only")
        }
        Some(_) => Ok(()),
    }
}

/// Says that a batch stands no longer. What replaces it may be the same bytes, read by another
/// mapping, so that this has to be said before the new one is entered.
pub(crate) fn mark(register: &Connection, batch: i64, state: &str) -> Result<(), IngestError> {
    register.execute("UPDATE batch SET state = ?2 WHERE id = ?1", params![batch, state])?;
    Ok(())
}

/// Takes a batch's records out of the lake, in a transaction. `by` is the batch that replaces it.
pub(crate) fn remove(
    office: &Office<'_>,
    register: &Transaction<'_>,
    batch: i64,
    by: Option<i64>,
    reason: &str,
) -> Result<Withdrawn, IngestError> {
    let state = if by.is_some() { "replaced" } else { "withdrawn" };
    mark(register, batch, state)?;
    let heirs = heirs(office, register, batch)?;
    let mut select =
        register.prepare("SELECT path, kind, year, records FROM lake_file WHERE batch = ?1")?;
    let files: Vec<(String, String, i32, u64)> = select
        .query_map([batch], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?)))?
        .collect::<Result<_, _>>()?;
    let records: u64 = files.iter().map(|f| f.3).sum();
    if !heirs.is_empty() {
        hand_over(office, register, batch, &files, &heirs)?;
    }
    for (path, _, _, _) in &files {
        register.execute("DELETE FROM lake_file WHERE path = ?1", [path])?;
        register.execute("INSERT OR IGNORE INTO gone_file (path) VALUES (?1)", [path])?;
    }
    if !heirs.is_empty() {
        let (run, mut writer) = places::begin(office.home, register)?;
        heirs.values().try_for_each(|entry| writer.push(entry))?;
        places::enter(office.home, register, run, writer)?;
    }
    let kept = heirs.len() as u64;
    let by = by.map_or_else(String::new, |by| format!(" by batch {by}"));
    let detail = format!("{} records left the lake{by}, {kept} stay for others", records - kept);
    let detail = if reason.is_empty() { detail } else { format!("{detail}: {reason}") };
    act::enter(register, office.now, state, Some(batch), &detail)?;
    Ok(Withdrawn { records: records - kept, kept })
}

/// The records of a batch that another active batch sent too, with the entry they get: theirs, with
/// the same place.
fn heirs(
    office: &Office<'_>,
    register: &Transaction<'_>,
    batch: i64,
) -> Result<BTreeMap<(Id, RecordId), Entry>, IngestError> {
    let mut select = register.prepare("SELECT id FROM batch WHERE state = 'active'")?;
    let active: std::collections::HashSet<u32> =
        select.query_map([], |r| r.get(0))?.collect::<Result<_, _>>()?;
    let runs = places::open(office.home, register)?;
    let mut heirs = BTreeMap::new();
    let mut person: Vec<Entry> = Vec::new();
    let settle = |entries: &[Entry], heirs: &mut BTreeMap<(Id, RecordId), Entry>| {
        let mut latest: HashMap<RecordId, Entry> = HashMap::new();
        for e in entries.iter().filter(|e| !e.copy) {
            // They come in the order in which they were entered.
            latest.insert(e.record, *e);
        }
        for own in latest.into_values().filter(|e| i64::from(e.batch) == batch) {
            let mut copies = entries
                .iter()
                .filter(|e| e.copy && e.record == own.record && e.content == own.content);
            if let Some(copy) = copies.find(|e| active.contains(&e.batch)) {
                let heir = Entry { batch: copy.batch, copy: false, ..own };
                heirs.insert((own.person, own.record), heir);
            }
        }
    };
    places::each(&runs, |entry| {
        if person.first().is_some_and(|p| p.person != entry.person) {
            settle(&person, &mut heirs);
            person.clear();
        }
        person.push(entry);
        Ok(())
    })?;
    settle(&person, &mut heirs);
    Ok(heirs)
}

/// Writes the records that stay into files of the batches that also sent them.
fn hand_over(
    office: &Office<'_>,
    register: &Transaction<'_>,
    from: i64,
    files: &[(String, String, i32, u64)],
    heirs: &BTreeMap<(Id, RecordId), Entry>,
) -> Result<(), IngestError> {
    // A batch may have several files of a year: its own, and what it inherited.
    let mut parts: BTreeMap<(&str, i32, u32), Vec<RecordBatch>> = BTreeMap::new();
    for (path, kind, year, _) in files {
        let full = office.home.join(path);
        let file = File::open(&full).map_err(IngestError::open(&full))?;
        for records in ParquetRecordBatchReaderBuilder::try_new(file)?.build()? {
            let records = records?;
            let owners = owners(&records, heirs).ok_or(IngestError::Withheld)?;
            let mut batches: Vec<u32> = owners.iter().flatten().copied().collect();
            batches.sort_unstable();
            batches.dedup();
            for batch in batches {
                let mask: BooleanArray = owners.iter().map(|o| Some(*o == Some(batch))).collect();
                let kept = renamed(&filter_record_batch(&records, &mask)?, batch)?;
                parts.entry((kind, *year, batch)).or_default().push(kept);
            }
        }
    }
    for ((kind, year, batch), records) in parts {
        let path = lake::path(kind, year, batch, Some(from));
        let n: usize = records.iter().map(RecordBatch::num_rows).sum();
        let sha256 = save(office, &path, &records)?;
        register.execute(
            "INSERT INTO lake_file (path, batch, kind, year, records, sha256)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![path, batch, kind, year, n, sha256],
        )?;
    }
    Ok(())
}

/// Which batch each record stays with, if any.
fn owners(
    records: &RecordBatch,
    heirs: &BTreeMap<(Id, RecordId), Entry>,
) -> Option<Vec<Option<u32>>> {
    let bytes =
        |name| records.column_by_name(name)?.as_any().downcast_ref::<FixedSizeBinaryArray>();
    let (persons, ids) = (bytes("person_id")?, bytes("record_id")?);
    let owner = |i: usize| {
        let key = (persons.value(i).try_into().ok()?, ids.value(i).try_into().ok()?);
        heirs.get(&key).map(|e| e.batch)
    };
    Some((0..records.num_rows()).map(owner).collect())
}

/// The records as another batch's.
fn renamed(records: &RecordBatch, batch: u32) -> Result<RecordBatch, IngestError> {
    let mut columns = records.columns().to_vec();
    let place = records.schema().index_of("batch")?;
    let batch = i32::try_from(batch).map_err(|_| IngestError::Withheld)?;
    columns[place] = std::sync::Arc::new(Int32Array::from(vec![batch; records.num_rows()]));
    Ok(RecordBatch::try_new(records.schema(), columns)?)
}

fn save(office: &Office<'_>, path: &str, records: &[RecordBatch]) -> Result<String, IngestError> {
    let full = office.home.join(path);
    let aside = full.with_extension("parquet.tmp");
    let file = File::create(&aside).map_err(IngestError::write(&aside))?;
    let schema = records.first().ok_or(IngestError::Withheld)?.schema();
    let options = ArrowWriterOptions::new()
        .with_properties(lake::properties())
        .with_skip_arrow_metadata(true);
    let mut writer = ArrowWriter::try_new_with_options(file, schema, options)?;
    records.iter().try_for_each(|r| writer.write(r))?;
    let file = writer.into_inner()?;
    file.sync_all().map_err(IngestError::write(&aside))?;
    std::fs::rename(&aside, &full).map_err(IngestError::write(&full))?;
    if let Some(folder) = full.parent() {
        File::open(folder).and_then(|f| f.sync_all()).map_err(IngestError::write(folder))?;
    }
    crate::rows::digest(&full)
}
