//! Whatever is due: files taken in, releases made, the site built, and who should know told.
//!
//! One run is one pass. Everything that it does is safe at any moment and done once, so that a run
//! which was killed is finished by the next one, and a second run finds nothing to do. What fails is
//! noted, and the rest goes on.

mod approval;
mod aside;
pub(crate) mod due;
pub(crate) mod history;
mod hooks;
mod late;
pub(crate) mod lock;
mod metrics;
mod notice;
mod report;
pub(crate) mod site;
mod steps;
pub(crate) mod words;

pub(crate) use self::approval::approve;
pub(crate) use self::aside::write;
pub(crate) use self::metrics::write as write_metrics;
pub(crate) use self::report::{Budget, Line, Report};
pub(crate) use self::steps::lines;

use crate::failure::Failure;
use crate::home::Home;
use crate::log::TARGET;
use crate::output::Progress;
use crate::stop::Stop;

/// Says what a run would do now, and does nothing.
pub(crate) fn rehearse(home: &Home) -> Result<Report, Failure> {
    let mut report = Report::begin(0, home.now);
    report.files = steps::waiting(home)?;
    report.releases = steps::lines(home)?;
    report.site = steps::would_build(home, &report)?;
    steps::public_facts(home, &mut report)?;
    report.outcome = report.judge();
    Ok(report)
}

/// Does whatever is due. The caller holds the lock of runs.
///
/// # Errors
/// Only what keeps a run from beginning or from being entered; the rest is in the report.
pub(crate) fn run(
    home: &mut Home,
    approved: Option<String>,
    stop: &Stop,
    progress: &Progress,
) -> Result<Report, Failure> {
    let number = history::begin(&home.register, home.now)?;
    tracing::info!(target: TARGET, run = number, "a run begins");
    shumar_fault::point("run.begun");
    let mut report = Report { approved, ..Report::begin(number, home.now) };
    // What breaks a whole step, such as a full disk, is told like the rest.
    let taken = steps::take_in(home, &mut report, stop, progress);
    report.note(taken);
    shumar_fault::point("run.taken-in");
    let made = steps::release(home, &mut report, stop, progress);
    report.note(made);
    shumar_fault::point("run.released");
    steps::publish(home, &mut report, stop, progress);
    shumar_fault::point("run.published");
    let facts = steps::public_facts(home, &mut report);
    report.note(facts);
    home.now = home.clock.now()?;
    report.ended = Some(home.now);
    report.outcome = report.judge();
    if !report.stopped {
        match hooks::tell_all(home, &report) {
            Ok(warnings) => report.warnings = warnings,
            Err(failure) => report.warnings.push(format!("hooks were not told: {failure}")),
        }
    }
    history::end(&home.dir, &home.register, &report, &words::text(&report, false))?;
    if let Err(failure) = metrics::write(home) {
        let words = format!("figures for monitoring could not be written: {failure}");
        tracing::warn!(target: TARGET, "figures for monitoring could not be written");
        report.warnings.push(words);
    }
    let outcome = report.outcome.name();
    tracing::info!(target: TARGET, run = number, outcome, stopped = report.stopped, "the run ended");
    Ok(report)
}
