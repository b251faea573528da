//! The making of a release: afford → count → reserve → draw → write → estimate → sign → publish.
//!
//! A crash at any step loses no budget twice and draws no noise twice: measurements on disk are
//! used as they are; a reservation without its measurement stays charged, and only that table is
//! drawn again, at a new charge.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::{Path, PathBuf};

use chrono::Datelike;
use rusqlite::Connection;
use shumar_privacy::{Accountant, Ask, Reservation, same_rules, standing};
use shumar_schemas::bind::Sums;
use shumar_schemas::ledger::{Entry, Row, Rules, Share};
use shumar_schemas::release::{DOCUMENT, PUBLIC_KEY, ReleaseDocument, RevisionDocument, SIGNATURE};
use shumar_schemas::{Period, ReleasePlan, SchemaError, Table, bind};

use crate::aside::{Aside, sync_folder};
use crate::cost::Priced;
use crate::count::Wanted;
use crate::folder;
use crate::ledger::{SqliteLedger, may_charge, paid, rows};
use crate::lock::locked;
use crate::revise::{just_revised, revision};
use crate::sign::Signer;
use crate::staging::{drawn, prepare};
use crate::standing::{enter, mend, note_seen};
use crate::tally::count_all;
use crate::{TransformError, Workshop, cost, document, exact, indicators, lake};

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
    /// The newest revision of it, if it was revised.
    pub revised_by: Option<String>,
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
    let _lock = lock(&releases.join(".lock"))?;
    let ledger = sound(workshop, register, &releases)?;
    let mended = mend(workshop, register)?;
    let base = id;
    if let Some(found) = just_revised(workshop, &releases, &base, &mended)? {
        return Ok(found);
    }
    let revision = revision(workshop, register, &releases, &base)?;
    let id = match &revision {
        Some(revision) => format!("{base}-r{}", revision.number),
        None => base,
    };
    let folder = releases.join(&id);
    if folder.exists() {
        return existing(workshop, register, plan, period, id, folder);
    }
    rules_hold(workshop, &ledger, period)?;
    let tables = tables(workshop, plan, period)?;
    indicators::bound(workshop.config, workshop.catalog, plan, &tables)?;
    let sums = exact::bound(workshop, register, plan, period)?;
    let priced = cost::planned(workshop, register, plan, period, &tables)?;
    let (tables, priced, share) = (&tables[..], &priced[..], Share::Scheduled);
    let making = Making { plan, period, id: &id, tables, priced, share, sums: &sums };
    make(workshop, register, &making, revision, progress).await
}

/// What a release that is being made consists of.
pub(crate) struct Making<'a> {
    /// The entry of the calendar, or one that stands for a request.
    pub(crate) plan: &'a ReleasePlan,
    /// The period.
    pub(crate) period: Period,
    /// The release's own name.
    pub(crate) id: &'a str,
    /// Its tables.
    pub(crate) tables: &'a [Table],
    /// What is measured of them.
    pub(crate) priced: &'a [Priced],
    /// The share of the budget that pays.
    pub(crate) share: Share,
    /// What is summed exactly beside them, at no cost.
    pub(crate) sums: &'a [Sums],
}

/// Draws, writes, signs and enters a release that does not stand yet.
///
/// # Privacy
/// Charges every measurement to every reporting year of the period, unless it was drawn before.
pub(crate) async fn make(
    workshop: &Workshop<'_>,
    register: &mut Connection,
    making: &Making<'_>,
    revision: Option<RevisionDocument>,
    progress: &mut dyn FnMut(&str),
) -> Result<Outcome, TransformError> {
    let &Making { plan, period, id, tables, priced, sums, .. } = making;
    let releases = workshop.home.join("releases");
    let (folder, staging) = (releases.join(id), releases.join(format!(".{id}")));
    let signer = Signer::read(&workshop.home.join("keys"))?;
    if staging.exists() {
        prepare(&staging, tables, priced)?;
    }
    draw_missing(workshop, register, making, &staging, progress).await?;
    if tables.is_empty() {
        timely(workshop, register, sums.iter().map(|s| s.kind.as_str()), period)?;
        prepare(&staging, tables, priced)?;
        note_seen(register, id, true)?;
    }
    let exact = exact::compose(workshop, register, sums, period, &staging, progress).await?;
    progress("estimating and signing");
    let drawn = drawn(tables, priced, &staging)?;
    let ledger = rows(register)?;
    let mut document = document::compose(
        workshop,
        register,
        &ledger,
        (id, revision),
        plan,
        period,
        &drawn,
        &staging,
    )?;
    document.exact = exact;
    shumar_fault::point("release.estimated");
    seal(&staging, &document, &signer)?;
    shumar_fault::point("release.signed");
    std::fs::rename(&staging, &folder).map_err(TransformError::write(&folder))?;
    sync_folder(&releases)?;
    shumar_fault::point("release.renamed");
    enter(workshop, register, &document, &folder)?;
    let (id, made) = (id.to_owned(), Made::Now);
    Ok(Outcome { id, folder, made, document, outdated: false, revised_by: None })
}

/// Every release that stands must be paid for by this ledger: an older database that was put back
/// beside newer releases would let their budget be spent again.
pub(crate) fn all_paid(releases: &Path, ledger: &[Row]) -> Result<(), TransformError> {
    for entry in std::fs::read_dir(releases).map_err(TransformError::write(releases))? {
        let path = entry.map_err(TransformError::write(releases))?.path();
        let hidden = path.file_name().is_none_or(|n| n.to_string_lossy().starts_with('.'));
        let Ok(text) = std::fs::read(path.join(DOCUMENT)) else { continue };
        if hidden {
            continue;
        }
        let document: ReleaseDocument = serde_json::from_slice(&text)
            .map_err(|_| TransformError::Unreadable { file: path.join(DOCUMENT) })?;
        if !paid(ledger, &document) {
            return Err(TransformError::Lineage {
                what: "a release stands that this ledger did not pay for; `shumar budget --resume` charges it again if there is no newer database",
            });
        }
    }
    Ok(())
}

/// The ledger, if it belongs to the lake and has paid for every release that stands.
pub(crate) fn sound(
    workshop: &Workshop<'_>,
    register: &Connection,
    releases: &Path,
) -> Result<Vec<Row>, TransformError> {
    lake::same_lineage(workshop.home, register)?;
    let ledger = rows(register)?;
    all_paid(releases, &ledger)?;
    may_charge(register, &ledger)?;
    Ok(ledger)
}

/// Refuses settings that differ from those that the first release of a year fixed.
pub(crate) fn rules_hold(
    workshop: &Workshop<'_>,
    ledger: &[Row],
    period: Period,
) -> Result<(), TransformError> {
    let rules = Rules::from(&workshop.config.privacy);
    for year in period.years() {
        if let Some(standing) = standing(ledger, year) {
            same_rules(year, &standing.rules, &rules)?;
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
pub(crate) fn lock(path: &Path) -> Result<File, TransformError> {
    locked(path, true, "making a release")
}

/// A release that stands is never drawn again.
fn existing(
    workshop: &Workshop<'_>,
    register: &Connection,
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
    let outdated = tables(workshop, plan, period).map_or(true, |tables| {
        let now: BTreeSet<String> = tables.iter().map(Table::fingerprint).collect();
        now != document.tables.iter().map(|t| t.fingerprint.clone()).collect()
    });
    let sums = exact::bound(workshop, register, plan, period);
    let outdated = outdated || !sums.is_ok_and(|sums| exact::same(&sums, &document.exact));
    let releases = workshop.home.join("releases");
    let versions = (2..).map(|n| format!("{id}-r{n}"));
    let revised_by = versions.take_while(|v| releases.join(v).exists()).last();
    Ok(Outcome { id, folder, made: Made::Before, document, outdated, revised_by })
}

fn tables(
    workshop: &Workshop<'_>,
    plan: &ReleasePlan,
    period: Period,
) -> Result<Vec<Table>, TransformError> {
    let place = format!("release `{}`", plan.id);
    let config = workshop.config;
    let statistics = plan.tables.iter().map(|id| workshop.catalog.statistic(id, &place));
    let statistics = statistics.collect::<Result<Vec<_>, SchemaError>>()?;
    let (scope, bounds) = (config.scope.as_ref(), &config.privacy.bounds);
    Ok(bind::tables(&statistics, workshop.catalog, scope, bounds, period)?)
}

/// Draws the measurements that are not on disk yet.
async fn draw_missing(
    workshop: &Workshop<'_>,
    register: &mut Connection,
    making: &Making<'_>,
    staging: &Path,
    progress: &mut dyn FnMut(&str),
) -> Result<(), TransformError> {
    let &Making { plan, period, id, tables, priced, share, .. } = making;
    let ledger = rows(register)?;
    let mut missing: Vec<Priced> = Vec::new();
    for wanted in priced {
        let (table, margin) = (&tables[wanted.table], &wanted.margin);
        let Some(found) = folder::read_measurement(staging, table, margin)? else {
            missing.push(wanted.clone());
            continue;
        };
        let paid = |seq: &i64| {
            ledger.iter().any(|row| match &row.entry {
                Entry::Charge(c) => {
                    let fingerprint = table.fingerprint_of(&margin.by);
                    row.seq == *seq && c.release == id && c.fingerprint == fingerprint
                }
                Entry::Open(_) | Entry::Resume(_) => false,
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
    cost::again(workshop, &ledger, plan, period, tables, &mut missing)?;
    let ask = |p: &Priced| Ask {
        table: tables[p.table].id.clone(),
        margin: p.margin.id.clone(),
        fingerprint: tables[p.table].fingerprint_of(&p.margin.by),
        kind: tables[p.table].kind.clone(),
        bound: tables[p.table].bound,
        unit: p.unit,
    };
    let reservation = Reservation {
        release: id.to_owned(),
        series: plan.id.clone(),
        period,
        share,
        rules: Rules::from(&workshop.config.privacy),
        asks: missing.iter().map(ask).collect(),
    };
    Accountant::new(&mut SqliteLedger::new(register, workshop.now)).afford(&reservation)?;
    workshop.seal.key()?;
    let _held = lake::hold(workshop.home)?;
    let counted: Vec<Wanted<'_>> = missing.iter().map(|p| (&tables[p.table], &p.margin)).collect();
    timely(workshop, register, counted.iter().map(|(table, _)| table.kind.as_str()), period)?;
    let mut exact = count_all(workshop, register, &counted, period, progress).await?;
    progress("charging the ledger and drawing noise");
    prepare(staging, tables, priced)?;
    note_seen(register, id, missing.len() == priced.len())?;
    shumar_fault::point("release.counted");
    // One table at a time, so that a crash between a charge and its noise loses one table at most;
    // all its measurements at once, so that the ledger always says how a table is measured.
    for (place, table) in tables.iter().enumerate() {
        let of_table: Vec<usize> =
            (0..missing.len()).filter(|i| missing[*i].table == place).collect();
        if of_table.is_empty() {
            continue;
        }
        let asks = of_table.iter().map(|i| reservation.asks[*i].clone()).collect();
        let one = Reservation { asks, ..reservation.clone() };
        let spends =
            Accountant::new(&mut SqliteLedger::new(register, workshop.now)).reserve(&one)?;
        shumar_fault::point("release.charged");
        let mut files = Aside::new(staging);
        for (i, spend) in of_table.into_iter().zip(spends) {
            let counts = exact[i].take().ok_or(TransformError::Engine)?;
            let released = counts.measure(spend)?;
            folder::write_measurement(&mut files, table, &missing[i].margin, &released)?;
        }
        shumar_fault::point("release.drawn");
        files.land()?;
        shumar_fault::point("release.measured");
    }
    Ok(())
}

/// Refuses a period that is not over, or of which the lake holds no file.
fn timely<'a>(
    workshop: &Workshop<'_>,
    register: &Connection,
    kinds: impl Iterator<Item = &'a str>,
    period: Period,
) -> Result<(), TransformError> {
    let refuse =
        |what, hint| Err(TransformError::Period { period: period.to_string(), what, hint });
    let (_, last) = period.months();
    let today = workshop.now.date_naive();
    if (last.year(), u32::from(last.month())) >= (today.year(), today.month()) {
        return refuse("is not over yet", "release it when its records have arrived");
    }
    for kind in kinds {
        if lake::holds(register, kind, period)? {
            return Ok(());
        }
    }
    refuse("has no record in the lake", "check the period, and take the offices' files in first")
}

/// Writes and signs the document; everything is durable when this returns.
fn seal(staging: &Path, document: &ReleaseDocument, signer: &Signer) -> Result<(), TransformError> {
    let mut text = serde_json::to_vec_pretty(document)?;
    text.push(b'\n');
    let (signature, public) = signer.sign(&text, &document.id)?;
    let mut files = Aside::new(staging);
    files.add(DOCUMENT, &text)?;
    files.add(SIGNATURE, signature.as_bytes())?;
    files.add(PUBLIC_KEY, public.as_bytes())?;
    files.land()
}
