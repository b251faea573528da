//! The withdrawal of a batch: its records leave the lake and keep their places.
//!
//! A record that another batch sent too stays, as that batch's: what one office takes back, another
//! may still say.

use std::collections::{BTreeMap, HashMap};
use std::fs::File;

use arrow::array::{Array, BooleanArray, FixedSizeBinaryArray, Int32Array};
use arrow::compute::filter_record_batch;
use arrow::record_batch::RecordBatch;
use rusqlite::{Connection, OptionalExtension, Transaction, params};

use crate::batch::{Arrival, Office, Sent};
use crate::key::Id;
use crate::lake;
use crate::land::Arrivals;
use crate::pack::RecordId;
use crate::places::{self, Entry};
use crate::{IngestError, Reason, act, coverage, durable};

/// What a withdrawal did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Withdrawn {
    /// The batch left the lake now.
    Now {
        /// Records that left the lake.
        records: u64,
        /// Records that stay because other batches sent them too.
        kept: u64,
    },
    /// It was withdrawn before; nothing changed.
    Before,
}

/// Whether a batch is there to be withdrawn. One that was withdrawn before is not, and to say so
/// again is no mistake: after a crash nobody knows whether it was done.
pub(crate) fn can_go(register: &Connection, batch: i64) -> Result<bool, IngestError> {
    match standing(register, batch)? {
        (_, state) if state == "withdrawn" => Ok(false),
        (_, state) if state == "replaced" => Err(refuse(batch, "batch-replaced")),
        _ => Ok(true),
    }
}

/// Checks that a batch can be replaced by a file. Gives the batch that has replaced it already, if
/// that is the same file, read in the same way, and says that it covers the same months.
pub(crate) fn replaced_by(
    office: &Office<'_>,
    register: &Connection,
    batch: i64,
    sent: &Sent<'_>,
) -> Result<Option<i64>, IngestError> {
    let (provider, state) = standing(register, batch)?;
    if provider != sent.provider.id {
        return Err(refuse(batch, "batch-foreign"));
    }
    match state.as_str() {
        "withdrawn" => Err(refuse(batch, "batch-withdrawn")),
        "replaced" => match repeated(office, register, batch, sent)? {
            Some(by) => Ok(Some(by)),
            None => Err(refuse(batch, "batch-replaced")),
        },
        _ => Ok(None),
    }
}

/// Refuses a correction that is another batch already: what it was to replace still stands.
pub(crate) fn no_other(sent: &Sent<'_>, arrivals: &mut Arrivals) {
    let Some(batch) = sent.replaces else { return };
    for arrival in arrivals {
        if let Ok(Arrival::Already(other)) = arrival {
            let why = Reason::new("batch-elsewhere").at("other", other);
            *arrival = Err(IngestError::Batch { batch, why });
        }
    }
}

/// The provider and the state of a batch.
fn standing(register: &Connection, batch: i64) -> Result<(String, String), IngestError> {
    let sql = "SELECT provider, state FROM batch WHERE id = ?1";
    let found = register.query_row(sql, [batch], |r| Ok((r.get(0)?, r.get(1)?))).optional()?;
    found.ok_or_else(|| refuse(batch, "batch-missing"))
}

fn refuse(batch: i64, why: &'static str) -> IngestError {
    IngestError::Batch { batch, why: Reason::new(why) }
}

/// The batch in which this very file replaced another before and still stands.
fn repeated(
    office: &Office<'_>,
    register: &Connection,
    batch: i64,
    sent: &Sent<'_>,
) -> Result<Option<i64>, IngestError> {
    let kind = &sent.provider.kind;
    let sql = "SELECT id FROM batch WHERE replaces = ?1 AND state = 'active' AND sha256 = ?2
         AND mapping = ?3 AND schema = ?4";
    let same = params![
        batch,
        crate::rows::digest(sent.file)?,
        sent.provider.digest(),
        office.catalog.digest(kind)
    ];
    let found: Option<i64> = register.query_row(sql, same, |r| r.get(0)).optional()?;
    let Some(by) = found else { return Ok(None) };
    Ok(coverage::covers(register, by, sent)?.then_some(by))
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
    let sql = "SELECT path, kind, year, records, sha256 FROM lake_file WHERE batch = ?1";
    let mut select = register.prepare(sql)?;
    let own = |r: &rusqlite::Row<'_>| {
        let (path, kind, year) = (r.get(0)?, r.get(1)?, r.get(2)?);
        Ok(Own { path, kind, year, records: r.get(3)?, sha256: r.get(4)? })
    };
    let files: Vec<Own> = select.query_map([batch], own)?.collect::<Result<_, _>>()?;
    let records: u64 = files.iter().map(|f| f.records).sum();
    if !heirs.is_empty() {
        hand_over(office, register, batch, &files, &heirs)?;
    }
    for Own { path, .. } in &files {
        register.execute("DELETE FROM lake_file WHERE path = ?1", [path])?;
        register.execute("INSERT OR IGNORE INTO gone_file (path) VALUES (?1)", [path])?;
    }
    if !heirs.is_empty() {
        let (run, mut writer) = places::begin(office.home, register, office.seal)?;
        heirs.values().try_for_each(|entry| writer.push(entry))?;
        places::enter(office.home, register, office.seal, (run, writer))?;
    }
    let kept = heirs.len() as u64;
    let by = by.map_or_else(String::new, |by| format!(" by batch {by}"));
    let detail = format!("{} records left the lake{by}, {kept} stay for others", records - kept);
    let detail = if reason.is_empty() { detail } else { format!("{detail}: {reason}") };
    act::enter(register, office.now, state, Some(batch), &detail)?;
    Ok(Withdrawn::Now { records: records - kept, kept })
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
    let runs = places::open(office.home, register, office.seal)?;
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

/// A file of the batch that goes.
struct Own {
    path: String,
    kind: String,
    year: i32,
    records: u64,
    sha256: String,
}

/// Writes the records that stay into files of the batches that also sent them.
fn hand_over(
    office: &Office<'_>,
    register: &Transaction<'_>,
    from: i64,
    files: &[Own],
    heirs: &BTreeMap<(Id, RecordId), Entry>,
) -> Result<(), IngestError> {
    // A batch may have several files of a year: its own, and what it inherited.
    let mut parts: BTreeMap<(&str, i32, u32), Vec<RecordBatch>> = BTreeMap::new();
    for Own { path, kind, year, sha256, .. } in files {
        let full = office.home.join(path);
        let damaged = || IngestError::Damaged { file: full.clone() };
        // What was damaged would get a good digest with its new file.
        if crate::rows::digest(&full).ok().as_ref() != Some(sha256) {
            return Err(damaged());
        }
        let reader = lake::reader(&full, office.seal)?.build();
        for records in reader.map_err(|_| damaged())? {
            let records = records.map_err(|_| damaged())?;
            let owners = owners(&records, heirs).ok_or_else(damaged)?;
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
    full.parent().map_or(Ok(()), durable::folder)?;
    let aside = full.with_extension("parquet.tmp");
    let file = File::create(&aside).map_err(IngestError::write(&aside))?;
    let schema = records.first().ok_or(IngestError::Withheld)?.schema();
    let mut writer = lake::writer(file, schema, office.seal)?;
    records.iter().try_for_each(|r| writer.write(r))?;
    let file = writer.into_inner()?;
    file.sync_all().map_err(IngestError::write(&aside))?;
    shumar_fault::point("withdraw.file-written");
    std::fs::rename(&aside, &full).map_err(IngestError::write(&full))?;
    full.parent().map_or(Ok(()), durable::sync)?;
    shumar_fault::point("withdraw.file-renamed");
    crate::rows::digest(&full)
}
