//! The landing of a judged file: places, Parquet files and register, in one transaction.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;

use rusqlite::{Connection, OptionalExtension, Transaction, params};
use shumar_schemas::{Provider, RecordKind, YearMonth};

use crate::batch::{Batch, Office, Reading, nothing_accepted};
use crate::fold::Records;
use crate::key::Id;
use crate::lake::{self, Ordinals, Target};
use crate::report::tally;
use crate::{IngestError, Reject, Rule};

/// Lands a reading: places, files, batch. Everything is visible when the transaction commits.
pub(crate) fn land(
    office: &Office<'_>,
    register: &Transaction<'_>,
    reading: Reading,
    file: &Path,
) -> Result<Batch, IngestError> {
    let Reading { mut batch, records, copies, event_date } = reading;
    batch.id =
        register.query_row("SELECT coalesce(max(id), 0) + 1 FROM batch", [], |r| r.get(0))?;
    let records = without_known(register, records, &copies, &mut batch)?;
    nothing_accepted(file, &batch)?;
    let years: Vec<i32> = records.fields[event_date]
        .iter()
        .map(|days| YearMonth::from_days(*days).map_or(0, YearMonth::year))
        .collect();
    let ordinals = place(register, &records, &years, &batch.kind)?;
    let kind: &RecordKind = office.catalog.kind(&batch.kind, "the provider")?;
    let target = Target {
        home: office.home,
        catalog: office.catalog,
        kind,
        provider: &batch.provider,
        batch: batch.id,
    };
    let mut by_year: BTreeMap<i32, Vec<usize>> = BTreeMap::new();
    for (i, year) in years.iter().enumerate() {
        by_year.entry(*year).or_default().push(i);
    }
    lake::clear_orphans(office.home, batch.id)?;
    let mut files = Vec::new();
    for (year, rows) in &by_year {
        files.push(lake::write(&target, &records, &ordinals, *year, rows)?);
    }
    enter(office, register, &batch, &records, &files)?;
    Ok(batch)
}

/// Leaves out records that the lake has: the same content is folded, another is rejected.
pub(crate) fn without_known(
    register: &Connection,
    records: Records,
    copies: &[(Id, u64)],
    batch: &mut Batch,
) -> Result<Records, IngestError> {
    let reject = |row| Reject { sheet: 0, row, field: "".into(), rule: Rule::KeyChanged };
    let mut find = register.prepare("SELECT content FROM record WHERE id = ?1")?;
    let mut keep = Vec::with_capacity(records.len());
    let mut changed: HashSet<Id> = HashSet::new();
    for i in 0..records.len() {
        let content: Option<Id> =
            find.query_row([records.ids[i].as_slice()], |r| r.get(0)).optional()?;
        match content {
            None => keep.push(i),
            Some(same) if same == records.contents[i] => batch.folded += 1,
            Some(_) => {
                changed.insert(records.ids[i]);
                batch.rejects.push(reject(records.rows[i]));
            }
        }
    }
    // Rows that repeat a rejected record are rejected with it.
    let repeats = copies.iter().filter(|(id, _)| changed.contains(id));
    let repeats: Vec<Reject> = repeats.map(|(_, row)| reject(*row)).collect();
    batch.folded -= repeats.len() as u64;
    batch.rejects.extend(repeats);
    if keep.len() == records.len() {
        return Ok(records);
    }
    batch.rejects.sort_by(|a, b| (a.row, &a.field).cmp(&(b.row, &b.field)));
    batch.tally = tally(&batch.rejects);
    batch.accepted = keep.len() as u64;
    batch.rejected = batch.rows - batch.accepted - batch.folded;
    Ok(records.take(&keep))
}

/// Gives every record its place, by arrival, among its person's of this reporting year: of its
/// kind, and over all kinds. Places are given once and never change.
fn place(
    register: &Transaction<'_>,
    records: &Records,
    years: &[i32],
    kind: &str,
) -> Result<Ordinals, IngestError> {
    let mut find = register.prepare(
        "SELECT coalesce(sum(records), 0), coalesce(sum(records) FILTER (WHERE kind = ?3), 0)
         FROM place WHERE person = ?1 AND year = ?2",
    )?;
    let mut seen: HashMap<(Id, i32), (i32, i32)> = HashMap::new();
    let mut ordinals = Ordinals { kind: Vec::new(), year: Vec::new() };
    for (person, year) in records.persons.iter().zip(years) {
        let (all, of_kind) = match seen.get(&(*person, *year)) {
            Some(counts) => *counts,
            None => find.query_row(params![person.as_slice(), year, kind], |r| {
                Ok((r.get(0)?, r.get(1)?))
            })?,
        };
        seen.insert((*person, *year), (all + 1, of_kind + 1));
        ordinals.year.push(all + 1);
        ordinals.kind.push(of_kind + 1);
    }
    let mut keep = register.prepare(
        "INSERT INTO place (person, year, kind, records) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO UPDATE SET records = excluded.records",
    )?;
    for ((person, year), (_, of_kind)) in seen {
        keep.execute(params![person.as_slice(), year, kind, of_kind])?;
    }
    Ok(ordinals)
}

/// Enters the batch, its files and its records into the register.
fn enter(
    office: &Office<'_>,
    register: &Transaction<'_>,
    batch: &Batch,
    records: &Records,
    files: &[lake::LakeFile],
) -> Result<(), IngestError> {
    register.execute(
        "INSERT INTO batch (id, provider, kind, sha256, mapping, arrived, rows, accepted, folded, rejected)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        params![
            batch.id,
            batch.provider,
            batch.kind,
            batch.sha256,
            mapping_digest(office.provider),
            office.now.to_rfc3339_opts(chrono::SecondsFormat::Secs, true),
            batch.rows,
            batch.accepted,
            batch.folded,
            batch.rejected
        ],
    )?;
    for file in files {
        register.execute(
            "INSERT INTO lake_file (path, batch, kind, year, records, sha256) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![file.path, batch.id, batch.kind, file.year, file.records, file.sha256],
        )?;
    }
    let mut insert =
        register.prepare("INSERT INTO record (id, content, batch) VALUES (?1, ?2, ?3)")?;
    for (id, content) in records.ids.iter().zip(&records.contents) {
        insert.execute(params![id.as_slice(), content.as_slice(), batch.id])?;
    }
    Ok(())
}

/// SHA-256 of the mapping that a batch was read with.
fn mapping_digest(provider: &Provider) -> String {
    use sha2::Digest;
    hex::encode(sha2::Sha256::digest(format!("{provider:?}")))
}
