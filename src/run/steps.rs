//! The steps of a run. Each office and each release is a step by itself: what fails in one, even by a
//! fault of the program, does not stop the others.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};
use shumar_ingest::Arrival;
use shumar_ingest::coverage::standing;
use shumar_transform::TransformError;

use super::due::{self, Facts, Item, State};
use super::report::{Files, Line, Report, Site, What};
use super::{approval, late, notice, site};
use crate::commands::{budget, ingest, publish as verb, runtime};
use crate::failure::{Failure, REFUSED};
use crate::home::Home;
use crate::log::TARGET;
use crate::output::Progress;
use crate::stop::Stop;

/// What notices call a file that was refused.
const REFUSED_FILE: &str = "refused-file";

/// Runs a step; a fault of the program, which was told where it happened, is `None`.
fn guarded<T>(step: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(step)).ok()
}

/// The files that wait, by office.
fn inbox(home: &Home) -> Result<BTreeMap<String, Vec<(String, PathBuf)>>, Failure> {
    let mut by_provider: BTreeMap<String, Vec<(String, PathBuf)>> = BTreeMap::new();
    for (provider, file) in ingest::waiting(home, None)? {
        by_provider.entry(provider.clone()).or_default().push((provider, file));
    }
    Ok(by_provider)
}

/// How many files of each office would be taken in.
pub(super) fn waiting(home: &Home) -> Result<Vec<Files>, Failure> {
    let would = |(provider, files): (String, Vec<_>)| Files {
        provider,
        waiting: files.len(),
        ..Files::default()
    };
    Ok(inbox(home)?.into_iter().map(would).collect())
}

/// Takes in what waits in the inbox, office by office.
pub(super) fn take_in(
    home: &mut Home,
    report: &mut Report,
    stop: &Stop,
    progress: &Progress,
) -> Result<(), Failure> {
    for provider in &home.config.providers {
        let folder = home.dir.join("inbox").join(&provider.id);
        std::fs::create_dir_all(&folder).map_err(crate::failure::at(&folder))?;
    }
    let inbox = inbox(home)?;
    if !inbox.is_empty() {
        // Told once, and not as the fault of each office.
        home.seal.key()?;
    }
    for (provider, files) in inbox {
        if stop.asked() {
            report.stopped = true;
            break;
        }
        let mut told = Files { provider: provider.clone(), ..Files::default() };
        let more = ingest::More::default();
        // A file that can't be hashed any more is told by its refusal.
        let hashes: BTreeMap<&PathBuf, String> =
            files.iter().map(|(_, f)| (f, subject(&provider, f))).collect();
        match guarded(|| ingest::take(home, &files, &more, progress)) {
            Some(Ok(taken)) => {
                for taken in taken {
                    match taken.arrival {
                        Ok(Arrival::Landed(batch)) => told.batches.push(batch.id),
                        Ok(Arrival::Already(_)) => told.already += 1,
                        Err(_) => {
                            let subject = hashes.get(&taken.file).map_or("", String::as_str);
                            let new =
                                notice::enter(&home.register, REFUSED_FILE, subject, home.now)?;
                            *(if new { &mut told.refused } else { &mut told.still_refused }) += 1;
                        }
                    }
                }
            }
            Some(Err(_)) | None => told.failed = true,
        }
        let Files { batches, already, refused, still_refused, failed, .. } = &told;
        tracing::info!(
            target: TARGET, provider, ?batches, already, refused, still_refused, failed,
            "files of an office"
        );
        if told != (Files { provider, ..Files::default() }) {
            report.files.push(told);
        }
    }
    Ok(())
}

/// By what a refused file is known again: its office and bytes. It stays in the database.
fn subject(provider: &str, file: &Path) -> String {
    let mut hash = Sha256::new();
    if let Ok(mut open) = std::fs::File::open(file) {
        let mut buffer = vec![0; 1 << 16];
        while let Ok(n @ 1..) = std::io::Read::read(&mut open, &mut buffer) {
            hash.update(&buffer[..n]);
        }
    }
    format!("{provider} {}", site::hex(&hash.finalize()))
}

/// The calendar's view of the home.
fn with_facts<T>(home: &Home, ask: impl FnOnce(&Facts<'_>) -> T) -> Result<T, Failure> {
    let (today, utc) = (home.today(), home.now.date_naive());
    let reports = standing(&home.register, &home.config, today.min(utc))?;
    let mut select = home.register.prepare("SELECT id FROM release")?;
    let made = select.query_map([], |r| r.get(0))?.collect::<Result<BTreeSet<String>, _>>()?;
    let approved = approval::all(&home.register)?;
    let begun = begun(&home.dir, &made);
    let (config, catalog) = (&home.config, &home.catalog);
    let facts = Facts {
        config,
        catalog,
        today,
        utc,
        reports: &reports,
        made: &made,
        begun: &begun,
        approved: &approved,
    };
    Ok(ask(&facts))
}

/// The releases that an interruption left: begun, or finished and not entered.
fn begun(home: &Path, made: &BTreeSet<String>) -> BTreeSet<String> {
    let entries = std::fs::read_dir(home.join("releases")).into_iter().flatten().flatten();
    let folders = entries.filter(|e| e.path().is_dir());
    let names = folders.map(|e| e.file_name().to_string_lossy().into_owned());
    names.map(|n| n.trim_start_matches('.').to_owned()).filter(|n| !made.contains(n)).collect()
}

/// The releases of the calendar that do not stand, and what each waits for.
pub(crate) fn lines(home: &Home) -> Result<Vec<Line>, Failure> {
    let items = with_facts(home, due::items)?;
    let line = |item: Item| {
        let what = match item.state {
            State::Early => What::Early,
            State::Short => What::WaitsReports,
            State::Held => What::WaitsApproval,
            State::Begun | State::Ready { .. } => What::WouldMake,
        };
        told(item, what, None)
    };
    Ok(items.into_iter().map(line).collect())
}

fn told(item: Item, what: What, why: Option<String>) -> Line {
    Line {
        release: item.release,
        period: item.period.to_string(),
        id: item.id,
        due: item.due.to_string(),
        late_days: item.late_days,
        what,
        reported: item.reports.0,
        expected: item.reports.1,
        missing: item.missing,
        why,
    }
}

/// Makes the releases that are due, those that were due first before the others.
pub(super) fn release(
    home: &mut Home,
    report: &mut Report,
    stop: &Stop,
    progress: &Progress,
) -> Result<(), Failure> {
    for item in with_facts(home, due::items)? {
        let (what, why) = match &item.state {
            State::Early => (What::Early, None),
            State::Short => (What::WaitsReports, None),
            State::Held => (What::WaitsApproval, None),
            State::Begun | State::Ready { .. } if stop.asked() => {
                report.stopped = true;
                (What::WaitsNext, None)
            }
            State::Begun => make(home, &item, false, progress),
            State::Ready { short } => make(home, &item, *short, progress),
        };
        if what != What::Early {
            tracing::info!(
                target: TARGET, release = item.release, period = %item.period, what = what.name(),
                late_days = item.late_days, "a release of the calendar"
            );
        }
        report.releases.push(told(item, what, why));
    }
    Ok(())
}

/// Makes one release.
fn make(home: &mut Home, item: &Item, short: bool, progress: &Progress) -> (What, Option<String>) {
    let Item { release, period, .. } = item;
    let redraw = home.config.schedule.redraw;
    let made = guarded(|| {
        let runtime = runtime()?;
        let (workshop, register) = home.workshop(redraw, None);
        let mut tell = |what: &str| progress.now(format!("{release} {period}: {what}"));
        let made = shumar_transform::release(&workshop, register, release, *period, &mut tell);
        Ok::<_, Failure>(runtime.block_on(made))
    });
    let words = |failure: &Failure| Some(failure.to_string());
    match made {
        None => (What::Broken, Some("the program failed (details withheld)".to_owned())),
        Some(Err(failure)) => (What::Broken, words(&failure)),
        Some(Ok(Ok(_))) if short => (What::MadeShort, None),
        Some(Ok(Ok(_))) => (What::Made, None),
        Some(Ok(Err(TransformError::Redraw { .. }))) => (What::WaitsRedraw, None),
        Some(Ok(Err(TransformError::Period { .. }))) => (What::WaitsRecords, None),
        Some(Ok(Err(TransformError::Busy { .. }))) => (What::WaitsNext, None),
        Some(Ok(Err(error))) => {
            let what = if error.is_refusal() { What::Refused } else { What::Broken };
            (what, words(&error.into()))
        }
    }
}

/// Whether the site would be built after what a run would do.
pub(super) fn would_build(home: &Home, report: &Report) -> Result<Site, Failure> {
    let makes = report.releases.iter().any(|l| l.what == What::WouldMake);
    Ok(match standing_site(home)? {
        Site::Current | Site::Empty if makes => Site::WouldBuild,
        site => site,
    })
}

/// How the site stands; `WouldBuild` if it does not show what it should.
fn standing_site(home: &Home) -> Result<Site, Failure> {
    let sql = "SELECT EXISTS (SELECT 1 FROM release)";
    let any: bool = home.register.query_row(sql, [], |r| r.get(0))?;
    if !any {
        return Ok(Site::Empty);
    }
    if !with_facts(home, due::embargoed)?.is_empty() {
        return Ok(Site::WaitsForDay);
    }
    let shows = site::shows(home, &site::wanted(home)?)?;
    Ok(if shows { Site::Current } else { Site::WouldBuild })
}

/// Builds the site if it does not show what it should.
pub(super) fn publish(home: &Home, report: &mut Report, stop: &Stop, progress: &Progress) {
    let built = guarded(|| match standing_site(home)? {
        Site::WouldBuild if stop.asked() => Ok(Site::WaitsNext),
        Site::WouldBuild => verb::run(home, progress).map(|_| Site::Built),
        site => Ok(site),
    });
    report.site = match built {
        Some(Ok(site)) => site,
        Some(Err(failure)) => {
            report.site_why = Some(failure.to_string());
            if failure.code() == REFUSED { Site::Refused } else { Site::Broken }
        }
        None => Site::Broken,
    };
    report.stopped |= report.site == Site::WaitsNext;
    tracing::info!(target: TARGET, site = report.site.words(), "the site");
}

/// Enters who is late and what is left of the budget.
pub(super) fn public_facts(home: &Home, report: &mut Report) -> Result<(), Failure> {
    let arrivals = late::arrivals(&home.register)?;
    report.late = late::late(&home.config, &arrivals, home.today());
    report.budget = budget::public(home)?;
    Ok(())
}
