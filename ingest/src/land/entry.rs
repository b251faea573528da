//! What is told of a batch: its profile and what it covers, its doubts, and its entry in the register.

use rusqlite::{Connection, Transaction, params};
use shumar_schemas::YearMonth;

use crate::batch::{Batch, Office, Sent};
use crate::coverage::{self, Covered};
use crate::drift::{self, Profile};
use crate::lake::LakeFile;
use crate::mapping::Plan;
use crate::sums::Sums;
use crate::{IngestError, Note, act, withdraw};

/// The profile of a batch and the months it covers; its doubts become notes.
pub(super) fn profiled(
    office: &Office<'_>,
    plan: &Plan<'_>,
    sent: &Sent<'_>,
    batch: &mut Batch,
    sums: Sums,
) -> Result<(Profile, Vec<Covered>), IngestError> {
    for (check, title, n) in plan.checks.doubts(&sums.doubts) {
        batch.notes.push(Note::doubt(n, check, title));
    }
    if batch.rows == 0 {
        batch.notes.push(Note::nothing(sent.covers));
    }
    let (mut profile, covered) = sums.finish(plan, office.catalog)?;
    (profile.rows, profile.accepted, profile.rejected) =
        (batch.rows, batch.accepted, batch.rejected);
    for month in sent.covers {
        profile.months.entry(*month).or_insert(0);
    }
    Ok((profile, covered))
}

/// How a batch differs from the office's last ones, in words.
pub(super) fn drifted(
    office: &Office<'_>,
    register: &Connection,
    batch: &Batch,
    profile: &Profile,
) -> Result<Vec<Note>, IngestError> {
    let about = (batch.provider.as_str(), batch.kind.as_str());
    let warnings = drift::warnings(register, office.seal, about, profile)?;
    Ok(warnings.into_iter().map(Note::from).collect())
}

/// Enters which facility reported which month.
pub(super) fn cover(
    register: &Connection,
    plan: &Plan<'_>,
    sent: &Sent<'_>,
    batch: i64,
    covered: &[Covered],
) -> Result<(), IngestError> {
    let mut all: Vec<(&str, YearMonth, u64)> =
        covered.iter().map(|(facility, month, rows)| (facility.as_str(), *month, *rows)).collect();
    let facilities = sent.provider.reporting().len();
    let said = sent.covers.iter().flat_map(|m| (0..facilities).map(move |f| (f, *m)));
    all.extend(said.map(|(f, month)| (plan.facilities.id(f), month, 0)));
    coverage::enter(register, batch, &all)
}

/// Enters a batch and its files into the register.
pub(super) fn enter<'a>(
    office: &Office<'_>,
    register: &Transaction<'_>,
    sent: &Sent<'_>,
    batch: &Batch,
    profile: &Profile,
    files: impl Iterator<Item = &'a LakeFile>,
) -> Result<(), IngestError> {
    batch.replaces.map_or(Ok(()), |replaced| withdraw::mark(register, replaced, "replaced"))?;
    register.execute(
        "INSERT INTO batch (id, provider, kind, sha256, mapping, schema, arrived, rows, accepted, folded,
             rejected, replaces, profile)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
        params![
            batch.id,
            batch.provider,
            batch.kind,
            batch.sha256,
            sent.provider.digest(),
            office.catalog.digest(&batch.kind),
            act::time(office.now),
            batch.rows,
            batch.accepted,
            batch.folded,
            batch.rejected,
            batch.replaces,
            office.seal.text(&profile.to_json())?,
        ],
    )?;
    for file in files {
        register.execute(
            "INSERT INTO lake_file (path, batch, kind, year, records, sha256)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![file.path, batch.id, batch.kind, file.year, file.records, file.sha256],
        )?;
    }
    let account = format!(
        "{} rows = {} accepted + {} folded + {} rejected",
        batch.rows, batch.accepted, batch.folded, batch.rejected
    );
    act::enter(register, office.now, "ingest", Some(batch.id), &account)?;
    if let Some(replaced) = batch.replaces {
        withdraw::remove(office, register, replaced, Some(batch.id), "")?;
    }
    Ok(())
}
