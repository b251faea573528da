//! The making of a release: afford → count → reserve → draw → write → estimate → sign → publish.
//!
//! A crash at any step loses no budget twice and draws no noise twice: measurements on disk are
//! used as they are; a reservation without its measurement stays charged, and only that table is
//! drawn again, at a new charge.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use chrono::{DateTime, SecondsFormat, Utc};
use rusqlite::{Connection, OptionalExtension, params};
use shumar_privacy::plan::{Want, divide};
use shumar_privacy::{Accountant, Ask, Cost, Exact, Private, Reservation, standing};
use shumar_schemas::ledger::{Row, Rules, Share};
use shumar_schemas::release::{DOCUMENT, PUBLIC_KEY, ReleaseDocument, SIGNATURE};
use shumar_schemas::{Catalog, Config, Nano, Period, ReleasePlan, SchemaError, Table, bind};

use crate::folder::{self, Measurement};
use crate::ledger::{SqliteLedger, rows};
use crate::plan::year_plan;
use crate::sign::Signer;
use crate::{TransformError, count, document, lake};

/// How long to wait for another process that makes a release.
const PATIENCE: Duration = Duration::from_mins(2);

/// What making a release needs to know.
pub struct Workshop<'a> {
    /// The home's folder.
    pub home: &'a Path,
    /// The configuration.
    pub config: &'a Config,
    /// What is declared.
    pub catalog: &'a Catalog,
    /// Now.
    pub now: DateTime<Utc>,
    /// Program and version.
    pub software: &'a str,
}

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
    let folder = releases.join(&id);
    if folder.exists() {
        return existing(workshop, register, plan, period, id, folder);
    }
    let signer = Signer::read(&workshop.home.join("keys"))?;
    let staging = releases.join(format!(".{id}"));
    for part in ["measurements", "estimates"] {
        let part = staging.join(part);
        std::fs::create_dir_all(&part).map_err(TransformError::write(&part))?;
    }
    let tables = tables(workshop, plan, period)?;
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
    let file = File::create(path).map_err(TransformError::write(path))?;
    let start = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::Error(e)) => return Err(TransformError::write(path)(e)),
            Err(TryLockError::WouldBlock) if start.elapsed() > PATIENCE => {
                return Err(TransformError::Busy);
            }
            Err(TryLockError::WouldBlock) => {
                progress("waiting for another release in this home");
                std::thread::sleep(Duration::from_millis(100));
            }
        }
    }
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
    let mut missing: Vec<&Table> = Vec::new();
    for table in tables {
        if folder::read_measurement(staging, table)?.is_none() {
            missing.push(table);
        }
    }
    if missing.is_empty() {
        return Ok(());
    }
    let units = units(workshop, register, plan, period, &missing)?;
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
    let mut exact = count_all(workshop, register, &missing, period, progress).await?;
    progress("charging the ledger and drawing noise");
    let spends =
        Accountant::new(&mut SqliteLedger::new(register, workshop.now)).reserve(&reservation)?;
    for (table, spend) in missing.iter().zip(spends) {
        let counts = exact.remove(&table.id).ok_or(TransformError::Engine)?;
        let released = counts.measure(spend)?;
        folder::write_measurement(staging, table, &released)?;
    }
    Ok(())
}

/// The loss at one record of each table of the release, by the plan of every year it touches; the
/// smallest where years differ. A table whose noise was paid for but lost in a crash gets what the
/// share for revisions still holds.
fn units(
    workshop: &Workshop<'_>,
    register: &Connection,
    plan: &ReleasePlan,
    period: Period,
    missing: &[&Table],
) -> Result<BTreeMap<String, Nano>, TransformError> {
    let ledger = rows(register)?;
    let mut units: BTreeMap<String, Nano> = BTreeMap::new();
    let mut at_most = |table: String, unit: Nano| {
        let smallest = units.entry(table).or_insert(unit);
        *smallest = unit.min(*smallest);
    };
    for year in period.years() {
        let planned = year_plan(workshop.config, workshop.catalog, &ledger, year)?;
        for table in planned.tables.into_iter().filter(|t| t.release == plan.id) {
            at_most(table.table, table.unit);
        }
        for (table, unit) in again(&ledger, plan, period, year, missing)? {
            at_most(table, unit);
        }
    }
    Ok(units)
}

/// The loss that the share for revisions allows each missing table that this very period was
/// already charged for.
fn again(
    ledger: &[Row],
    plan: &ReleasePlan,
    period: Period,
    year: i32,
    missing: &[&Table],
) -> Result<Vec<(String, Nano)>, TransformError> {
    let Some(standing) = standing(ledger, year) else { return Ok(Vec::new()) };
    let charges = || standing.charges.iter().map(|(_, c)| c);
    let lost = |table: &&&Table| {
        charges()
            .any(|c| c.series == plan.id && c.table == table.id && c.period == period.to_string())
    };
    let lost: Vec<&&Table> = missing.iter().filter(lost).collect();
    if lost.is_empty() {
        return Ok(Vec::new());
    }
    let revisions = charges().filter(|c| c.share == Share::Revisions);
    let before: Vec<Cost> =
        revisions.map(|c| Cost { kind: c.kind.clone(), bound: c.bound, unit: c.unit }).collect();
    let want = |t: &&&Table| Want { kind: t.kind.clone(), bound: t.bound, weight: 1, fixed: None };
    let wants: Vec<Want> = lost.iter().map(want).collect();
    let units = divide(year, &standing.rules, Share::Revisions, &before, &wants)?;
    Ok(lost.iter().map(|t| t.id.clone()).zip(units).collect())
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
        let records = if files.is_empty() {
            None
        } else {
            Some(Private::seal(lake::open(workshop.home, files).await?))
        };
        let kind = workshop.catalog.kind(name, "the release")?;
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
