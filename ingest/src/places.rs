//! The register of places: for every record that ever landed, its person, its place among the
//! person's, and what it said. By it a record is known when it comes again.
//!
//! It is kept in runs, files sorted by person that are never changed. A landing adds a run; runs of
//! like size are merged, so that there are few. A run belongs to the home once the database lists it.

mod guard;
mod run;

use std::collections::BinaryHeap;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, Transaction, params};
use shumar_seal::Seal;

use crate::key::Id;
use crate::pack::RecordId;
use crate::{IngestError, durable};

pub(crate) use run::{Cursor, Run, Writer};

/// Folder of the runs, in the home.
pub(crate) const FOLDER: &str = "lake/.places";
/// A run is merged with newer ones when it holds at most this many times their records.
const MERGED_AT: u64 = 3;

/// A record's place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry {
    /// The person.
    pub(crate) person: Id,
    /// The record among its person's.
    pub(crate) record: RecordId,
    /// Digest of what it says.
    pub(crate) content: u64,
    /// The batch that it came with.
    pub(crate) batch: u32,
    /// Its month: 12 × year + month - 1.
    pub(crate) month: u16,
    /// Its place among the person's records of its kind and year, from 1; 65,535 stands for any
    /// beyond it, which no bound reaches.
    pub(crate) kind: u16,
    /// Its place among the person's records of its year.
    pub(crate) year: u16,
    /// Whether the batch only repeated a record of another batch. It has no place of its own.
    pub(crate) copy: bool,
}

impl Entry {
    /// The reporting year.
    pub(crate) fn reporting_year(&self) -> u16 {
        self.month / 12
    }
}

/// The runs that the database lists, oldest first.
pub(crate) fn open(
    home: &Path,
    register: &Connection,
    seal: &Seal,
) -> Result<Vec<Run>, IngestError> {
    listed(home, register)?
        .into_iter()
        .map(|(_, path, entries)| Run::open(&path, entries, seal))
        .collect()
}

fn listed(home: &Path, register: &Connection) -> Result<Vec<(i64, PathBuf, u64)>, IngestError> {
    let mut select = register.prepare("SELECT id, entries FROM place_run ORDER BY id")?;
    let found = select.query_map([], |r| Ok((r.get::<_, i64>(0)?, r.get::<_, u64>(1)?)))?;
    found.map(|r| r.map(|(id, n)| (id, path(home, id), n)).map_err(IngestError::from)).collect()
}

fn path(home: &Path, id: i64) -> PathBuf {
    home.join(FOLDER).join(format!("{id:06}.run"))
}

/// A writer of the next run, and its number.
pub(crate) fn begin(
    home: &Path,
    register: &Connection,
    seal: &Seal,
) -> Result<(i64, Writer), IngestError> {
    let sql = "SELECT coalesce(max(id), 0) + 1 FROM place_run";
    let id = register.query_row(sql, [], |r| r.get(0))?;
    let folder = home.join(FOLDER);
    durable::folder(&folder)?;
    Ok((id, Writer::create(&path(home, id), seal)?))
}

/// Enters a finished run, and merges it with older ones of like size. The files of merged runs
/// remain until the next clearing.
pub(crate) fn enter(
    home: &Path,
    register: &Transaction<'_>,
    seal: &Seal,
    (id, writer): (i64, Writer),
) -> Result<(), IngestError> {
    let entries = writer.finish()?;
    if entries == 0 {
        return Ok(());
    }
    shumar_fault::point("ingest.places-written");
    let insert = "INSERT INTO place_run (id, entries) VALUES (?1, ?2)";
    register.execute(insert, params![id, entries])?;
    let runs = listed(home, register)?;
    let (mut merged, mut total) = (1, entries);
    for (_, _, older) in runs.iter().rev().skip(1) {
        if *older > MERGED_AT * total {
            break;
        }
        merged += 1;
        total += older;
    }
    if merged == 1 {
        return Ok(());
    }
    let (next, mut writer) = begin(home, register, seal)?;
    let last = &runs[runs.len() - merged..];
    let opened = last.iter().map(|(_, path, entries)| Run::open(path, *entries, seal));
    let opened = opened.collect::<Result<Vec<_>, _>>()?;
    each(&opened, |entry| writer.push(&entry))?;
    let entries = writer.finish()?;
    shumar_fault::point("ingest.places-merged");
    for (id, _, _) in last {
        register.execute("DELETE FROM place_run WHERE id = ?1", [id])?;
    }
    register.execute(insert, params![next, entries])?;
    Ok(())
}

/// Every entry of some runs, by person, and within a person the older run's first.
pub(crate) fn each(
    runs: &[Run],
    mut take: impl FnMut(Entry) -> Result<(), IngestError>,
) -> Result<(), IngestError> {
    let mut walks = runs.iter().map(Run::walk).collect::<Result<Vec<_>, _>>()?;
    let mut heads: Vec<Option<Entry>> = Vec::new();
    for walk in &mut walks {
        heads.push(walk.next().transpose()?);
    }
    let key = |i: usize, entry: &Entry| std::cmp::Reverse((entry.person, i));
    let mut order: BinaryHeap<_> =
        heads.iter().enumerate().filter_map(|(i, e)| e.as_ref().map(|e| key(i, e))).collect();
    while let Some(std::cmp::Reverse((_, i))) = order.pop() {
        if let Some(entry) = heads[i].take() {
            take(entry)?;
        }
        heads[i] = walks[i].next().transpose()?;
        order.extend(heads[i].as_ref().map(|e| key(i, e)));
    }
    Ok(())
}

/// The files of the runs that the database lists, and the number of the last.
pub(crate) fn kept(home: &Path, register: &Connection) -> Result<(Vec<PathBuf>, i64), IngestError> {
    let runs = listed(home, register)?;
    let last = runs.last().map_or(0, |(id, _, _)| *id);
    Ok((runs.into_iter().map(|(_, path, _)| path).collect(), last))
}

/// The runs that are missing, or of which a block is damaged.
pub(crate) fn damaged(
    home: &Path,
    register: &Connection,
    seal: &Seal,
) -> Result<Vec<PathBuf>, IngestError> {
    let mut found = Vec::new();
    for (_, path, entries) in listed(home, register)? {
        let whole = || Run::open(&path, entries, seal)?.walk()?.try_for_each(|e| e.map(|_| ()));
        if whole().is_err() {
            found.push(path);
        }
    }
    Ok(found)
}
