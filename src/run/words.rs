//! The report of a run in words.

use super::report::{Files, Line, Outcome, Report, What};

/// How many missing reports of a release are named.
const MISSING_MAX: usize = 12;

/// A report for people.
pub(crate) fn text(report: &Report, dry: bool) -> String {
    let mut lines = Vec::new();
    if let Some(approved) = &report.approved {
        lines.push(format!("{approved} is approved."));
    }
    lines.extend(report.files.iter().map(|f| files(f, dry)));
    lines.extend(report.releases.iter().map(release));
    let site = report.site.words();
    lines.push(match &report.site_why {
        Some(why) => format!("{site}: {}", indented(why)),
        None => site.to_owned(),
    });
    for late in &report.late {
        let (provider, periods) = (&late.provider, late.periods.join(", "));
        lines.push(format!(
            "nothing has come from {provider} for {periods}: {} days late",
            late.days
        ));
    }
    lines.extend(report.failures.iter().map(|f| format!("broken: {}", indented(f))));
    lines.extend(report.warnings.iter().map(|w| format!("warning: {w}")));
    let last = match () {
        () if dry => "Nothing was done: this is what `shumar run` would do now.".to_owned(),
        () if report.stopped => {
            format!("Run {}: stopped before all was done; the next run goes on.", report.run)
        }
        () => format!("Run {}: {}.", report.run, ended(report.outcome)),
    };
    lines.push(last);
    lines.join("\n")
}

fn ended(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Done => "all that was due is done",
        Outcome::Waiting => "done, but for what waits",
        Outcome::Refused => "something was refused; the rest is done",
        Outcome::Broken => "something broke; the rest is done",
    }
}

fn files(files: &Files, dry: bool) -> String {
    let Files { provider, waiting, batches, already, refused, still_refused, failed } = files;
    if dry {
        return format!("{provider}: {waiting} files wait and would be taken in");
    }
    let mut told = Vec::new();
    if !batches.is_empty() {
        let numbers: Vec<String> = batches.iter().map(ToString::to_string).collect();
        told.push(format!("{} files taken in (batch {})", batches.len(), numbers.join(", ")));
    }
    for (n, what) in [
        (*already, "were in the lake already"),
        (*refused, "refused; the reason is beside them in the inbox"),
        (*still_refused, "refused before and still there"),
    ] {
        if n > 0 {
            told.push(format!("{n} {what}"));
        }
    }
    if *failed {
        told.push(format!("not all could be read; see `shumar ingest --provider {provider}`"));
    }
    format!("{provider}: {}", told.join("; "))
}

/// A release in a line, with what it waits for below it.
pub(crate) fn release(line: &Line) -> String {
    let Line { release, period, due, late_days, reported, expected, .. } = line;
    let reports = format!("{reported} of {expected} reports were made");
    let what = match line.what {
        What::Early => format!("is due on {due}"),
        What::Made => "was made".to_owned(),
        What::MadeShort => format!("was made after its longest wait, when {reports}"),
        What::WouldMake => "is due and would be made now".to_owned(),
        What::WaitsReports => format!("waits for reports: {reports}"),
        What::WaitsApproval => format!(
            "waits for an officer: shumar run --approve {release} --period {period} --officer NAME"
        ),
        What::WaitsRecords => "waits: no file of its period has arrived".to_owned(),
        What::WaitsRedraw => format!(
            "waits for a decision: an interruption lost noise that was paid for; see `shumar release {release} --period {period}`"
        ),
        What::WaitsNext => "waits for the next run".to_owned(),
        What::Refused => "was refused".to_owned(),
        What::Broken => "could not be made".to_owned(),
    };
    let mut text = format!("{release} {period} {what}");
    if *late_days > 0 {
        text.push_str(&format!(" ({late_days} days late)"));
    }
    if let Some(why) = &line.why {
        text.push_str(&format!("\n  {}", indented(why)));
    }
    if line.what == What::WaitsReports {
        for missing in line.missing.iter().take(MISSING_MAX) {
            let (provider, facility) = (&missing.provider, &missing.facility);
            text.push_str(&format!("\n  {provider} / {facility}: {}", missing.period));
        }
        if line.missing.len() > MISSING_MAX {
            let more = line.missing.len() - MISSING_MAX;
            text.push_str(&format!("\n  and {more} more; see `shumar status --format json`"));
        }
    }
    text
}

fn indented(words: &str) -> String {
    words.replace("\n\n", "\n").replace('\n', "\n  ")
}
