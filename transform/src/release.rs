//! The making of a release: afford → count → reserve → draw → write → estimate → sign → publish.
//!
//! A crash at any step loses no budget twice and draws no noise twice: measurements on disk are
//! used as they are; a reservation without its measurement stays charged, and only that table is
//! drawn again, at a new charge.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::path::{Path, PathBuf};

use chrono::{Datelike, SecondsFormat};
use rusqlite::{Connection, OptionalExtension, params};
use shumar_privacy::{Accountant, Ask, Exact, Private, Reservation, same_rules, standing};
use shumar_schemas::ledger::{Entry, Row, Rules, Share};
use shumar_schemas::release::{DOCUMENT, PUBLIC_KEY, ReleaseDocument, SIGNATURE};
use shumar_schemas::{Period, ReleasePlan, SchemaError, Table, bind};

use crate::folder::{self, Measurement};
use crate::ledger::{SqliteLedger, paid, rows};
use crate::lock::locked;
use crate::sign::Signer;
use crate::{TransformError, Workshop, cost, count, document, lake};

/// How a release came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Made {
    /// Noise was drawn for it now.
    Now,
    /// It existed already; nothing was drawn or charged.
    Before,
}

/// A release.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// Its name, `annual-2025`.
    pub id: String,
    /// Its folder.
    pub folder: PathBuf,
    /// Whether it was made now.
    pub made: Made,
    /// What it is.
    pub document: ReleaseDocument,
    /// Whether the settings define its tables otherwise now; the release stands as published.
    pub outdated: bool,
}

/// Makes a release of the calendar for a period, or finds the one that exists.
///
/// # Privacy
/// Charges every table to every reporting year of the period, once; an existing release costs
/// nothing.
///
/// # Errors
/// Refusals of the configuration, the budget or the lake's lineage, before any record is read;
/// failures of the engine or the disk.
pub async fn release(
    workshop: &Workshop<'_>,
    register: &mut Connection,
    name: &str,
    period: Period,
    progress: &mut dyn FnMut(&str),
) -> Result<Outcome, TransformError> {
    let plan = workshop.config.release(name)?;
    fits(plan, period)?;
    let id = format!("{}-{}", plan.id, period.slug());
    let releases = workshop.home.join("releases");
    std::fs::create_dir_all(&releases).map_err(TransformError::write(&releases))?;
    let _lock = lock(&releases.join(".lock"), progress)?;
    lake::same_lineage(workshop.home, register)?;
    let ledger = rows(register)?;
    all_paid(&releases, &ledger)?;
    let folder = releases.join(&id);
    if folder.exists() {
        return existing(workshop, register, plan, period, id, folder);
    }
    let rules = Rules::from(&workshop.config.privacy);
    for year in period.years() {
        if let Some(standing) = standing(&ledger, year) {
            same_rules(year, &standing.rules, &rules)?;
        }
    }
    let signer = Signer::read(&workshop.home.join("keys"))?;
    let staging = releases.join(format!(".{id}"));
    let tables = tables(workshop, plan, period)?;
    if staging.exists() {
        prepare(&staging, &tables)?;
    }
    lake::clear_spill(workshop.home)?;
    draw_missing(workshop, register, plan, period, &id, &tables, &staging, progress).await?;
    progress("estimating and signing");
    let mut measured: Vec<(Table, Measurement)> = Vec::new();
    for table in tables {
        let measurement = folder::read_measurement(&staging, &table)?.ok_or_else(|| {
            TransformError::Measurement { file: staging.join(folder::measurement_file(&table)) }
        })?;
        measured.push((table, measurement));
    }
    let ledger = rows(register)?;
    let document =
        document::compose(workshop, register, &ledger, &id, plan, period, &measured, &staging)?;
    seal(&staging, &document, &signer)?;
    std::fs::rename(&staging, &folder).map_err(TransformError::write(&folder))?;
    folder::sync_folder(&releases)?;
    enter(workshop, register, plan, period, &id, &folder)?;
    Ok(Outcome { id, folder, made: Made::Now, document, outdated: false })
}

/// A staging folder with room for everything and nothing that does not belong to these tables.
fn prepare(staging: &Path, tables: &[Table]) -> Result<(), TransformError> {
    let (measurements, estimates) = (staging.join("measurements"), staging.join("estimates"));
    for part in [&measurements, &estimates] {
        std::fs::create_dir_all(part).map_err(TransformError::write(part))?;
    }
    let ours: Vec<PathBuf> =
        tables.iter().map(|t| staging.join(folder::measurement_file(t))).collect();
    for part in [&measurements, &estimates] {
        for entry in std::fs::read_dir(part).map_err(TransformError::write(part))? {
            let path = entry.map_err(TransformError::write(part))?.path();
            if !ours.contains(&path) {
                std::fs::remove_file(&path).map_err(TransformError::write(&path))?;
            }
        }
    }
    Ok(())
}

/// Every release that stands must be paid for by this ledger: an older database that was put back
/// beside newer releases would let their budget be spent again.
fn all_paid(releases: &Path, ledger: &[Row]) -> Result<(), TransformError> {
    for entry in std::fs::read_dir(releases).map_err(TransformError::write(releases))? {
        let path = entry.map_err(TransformError::write(releases))?.path();
        let hidden = path.file_name().is_none_or(|n| n.to_string_lossy().starts_with('.'));
        let Ok(text) = std::fs::read(path.join(DOCUMENT)) else { continue };
        let document: Option<ReleaseDocument> = serde_json::from_slice(&text).ok();
        if !hidden && !document.is_some_and(|d| paid(ledger, &d)) {
            return Err(TransformError::Lineage {
                what: "a release stands that this ledger did not pay for",
            });
        }
    }
    Ok(())
}

fn fits(plan: &ReleasePlan, period: Period) -> Result<(), TransformError> {
    let fits =
        plan.every == period.cadence() || (plan.every == "years" && period.cadence() == "year");
    if fits {
        return Ok(());
    }
    let what = format!("the period {period} is not one `{}`", plan.every);
    let hint = "a year is `2025`, a quarter `2025-Q3`, several years `2019..2025`";
    Err(SchemaError::invalid(format!("release `{}`", plan.id), what, hint).into())
}

/// One process makes releases at a time; another waits, and finds what the first has made.
fn lock(path: &Path, progress: &mut dyn FnMut(&str)) -> Result<File, TransformError> {
    locked(path, true, || progress("waiting for another release in this home"))
}

/// A release that stands is never drawn again. A crash between its last rename and its entry in
/// the register is mended here.
fn existing(
    workshop: &Workshop<'_>,
    register: &mut Connection,
    plan: &ReleasePlan,
    period: Period,
    id: String,
    folder: PathBuf,
) -> Result<Outcome, TransformError> {
    let path = folder.join(DOCUMENT);
    let text = std::fs::read(&path).map_err(TransformError::write(&path))?;
    let document: ReleaseDocument = serde_json::from_slice(&text)?;
    if document.release != plan.id || document.period != period.to_string() {
        let what = format!("`{id}` is already the name of another release");
        let hint = "give one of the two releases another `id`";
        return Err(SchemaError::invalid(format!("release `{}`", plan.id), what, hint).into());
    }
    let sql = "SELECT 1 FROM release WHERE id = ?1";
    if register.query_row(sql, [&id], |_| Ok(())).optional()?.is_none() {
        enter(workshop, register, plan, period, &id, &folder)?;
    }
    let outdated = tables(workshop, plan, period).map_or(true, |tables| {
        let now: BTreeSet<String> = tables.iter().map(Table::fingerprint).collect();
        now != document.tables.iter().map(|t| t.fingerprint.clone()).collect()
    });
    Ok(Outcome { id, folder, made: Made::Before, document, outdated })
}

fn enter(
    workshop: &Workshop<'_>,
    register: &Connection,
    plan: &ReleasePlan,
    period: Period,
    id: &str,
    folder: &Path,
) -> Result<(), TransformError> {
    let sha256 = folder::digest(&folder.join(DOCUMENT))?;
    let at = workshop.now.to_rfc3339_opts(SecondsFormat::Secs, true);
    register.execute(
        "INSERT INTO release (id, release, period, sha256, at) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![id, plan.id, period.to_string(), sha256, at],
    )?;
    Ok(())
}

fn tables(
    workshop: &Workshop<'_>,
    plan: &ReleasePlan,
    period: Period,
) -> Result<Vec<Table>, TransformError> {
    let place = format!("release `{}`", plan.id);
    let config = workshop.config;
    let bound = |id: &String| {
        let statistic = workshop.catalog.statistic(id, &place)?;
        bind::bind(
            statistic,
            workshop.catalog,
            config.scope.as_ref(),
            &config.privacy.bounds,
            period,
        )
    };
    Ok(plan.tables.iter().map(bound).collect::<Result<_, SchemaError>>()?)
}

/// Draws the measurements that are not on disk yet.
async fn draw_missing(
    workshop: &Workshop<'_>,
    register: &mut Connection,
    plan: &ReleasePlan,
    period: Period,
    id: &str,
    tables: &[Table],
    staging: &Path,
    progress: &mut dyn FnMut(&str),
) -> Result<(), TransformError> {
    let ledger = rows(register)?;
    let mut missing: Vec<&Table> = Vec::new();
    for table in tables {
        let Some(found) = folder::read_measurement(staging, table)? else {
            missing.push(table);
            continue;
        };
        let paid = |seq: &i64| {
            ledger.iter().any(|row| match &row.entry {
                Entry::Charge(c) => {
                    row.seq == *seq && c.release == id && c.fingerprint == table.fingerprint()
                }
                Entry::Open(_) => false,
            })
        };
        if found.paid_by.is_empty() || !found.paid_by.iter().all(paid) {
            return Err(TransformError::Lineage {
                what: "a measurement stands that this ledger did not pay for",
            });
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    let units = cost::units(workshop, register, plan, period, &missing)?;
    let ask = |table: &&Table| Ask {
        table: table.id.clone(),
        fingerprint: table.fingerprint(),
        kind: table.kind.clone(),
        bound: table.bound,
        unit: units.get(&table.id).copied().unwrap_or_default(),
    };
    let reservation = Reservation {
        release: id.to_owned(),
        series: plan.id.clone(),
        period,
        share: Share::Scheduled,
        rules: Rules::from(&workshop.config.privacy),
        asks: missing.iter().map(ask).collect(),
    };
    Accountant::new(&mut SqliteLedger::new(register, workshop.now)).afford(&reservation)?;
    let _held = lake::hold(workshop.home, progress)?;
    timely(workshop, register, &missing, period)?;
    let mut exact = count_all(workshop, register, &missing, period, progress).await?;
    lake::clear_spill(workshop.home)?;
    progress("charging the ledger and drawing noise");
    prepare(staging, tables)?;
    // One table at a time, so that a crash between a charge and its noise loses one table at most.
    for (table, ask) in missing.iter().zip(&reservation.asks) {
        let one = Reservation { asks: vec![ask.clone()], ..reservation.clone() };
        let spends =
            Accountant::new(&mut SqliteLedger::new(register, workshop.now)).reserve(&one)?;
        let counts = exact.remove(&table.id).ok_or(TransformError::Engine)?;
        let spend = spends.into_iter().next().ok_or(TransformError::Engine)?;
        folder::write_measurement(staging, table, &counts.measure(spend)?)?;
    }
    Ok(())
}

/// Refuses a period that is not over, or of which the lake holds no file.
fn timely(
    workshop: &Workshop<'_>,
    register: &Connection,
    tables: &[&Table],
    period: Period,
) -> Result<(), TransformError> {
    let refuse =
        |what, hint| Err(TransformError::Period { period: period.to_string(), what, hint });
    let (_, last) = period.months();
    let today = workshop.now.date_naive();
    if (last.year(), u32::from(last.month())) >= (today.year(), today.month()) {
        return refuse("is not over yet", "release it when its records have arrived");
    }
    for table in tables {
        if lake::holds(register, &table.kind, period)? {
            return Ok(());
        }
    }
    refuse("has no record in the lake", "check the period, and take the offices' files in first")
}

/// Exact counts of the tables, one scan a kind.
async fn count_all(
    workshop: &Workshop<'_>,
    register: &Connection,
    tables: &[&Table],
    period: Period,
    progress: &mut dyn FnMut(&str),
) -> Result<BTreeMap<String, Exact>, TransformError> {
    let mut kinds: BTreeMap<&str, Vec<&Table>> = BTreeMap::new();
    for table in tables {
        kinds.entry(table.kind.as_str()).or_default().push(table);
    }
    let mut exact = BTreeMap::new();
    for (name, tables) in kinds {
        progress(&format!("counting {name}"));
        let files = lake::files(workshop.home, register, name, period)?;
        let kind = workshop.catalog.kind(name, "the release")?;
        let records = if files.is_empty() {
            None
        } else {
            Some(Private::seal(lake::open(workshop.home, kind, files).await?))
        };
        let all = workshop.config.privacy.bounds.all;
        let counts = count::count(records, kind, &tables, all, period).await?;
        exact.extend(tables.iter().map(|t| t.id.clone()).zip(counts));
    }
    Ok(exact)
}

/// Writes and signs the document; everything is durable when this returns.
fn seal(staging: &Path, document: &ReleaseDocument, signer: &Signer) -> Result<(), TransformError> {
    let mut text = serde_json::to_vec_pretty(document)?;
    text.push(b'\n');
    let (signature, public) = signer.sign(&text, &document.id)?;
    let files =
        [(DOCUMENT, text), (SIGNATURE, signature.into_bytes()), (PUBLIC_KEY, public.into_bytes())];
    for (name, bytes) in files {
        let path = staging.join(name);
        let mut file = File::create(&path).map_err(TransformError::write(&path))?;
        std::io::Write::write_all(&mut file, &bytes).map_err(TransformError::write(&path))?;
        file.sync_all().map_err(TransformError::write(&path))?;
    }
    folder::sync_folder(staging)
}
