//! Figures for monitoring, in the text format of Prometheus.
//!
//! Only what is public anyway is in them: runs, releases, budgets, and how many files offices sent.
//! No number of rows or records: exact counts leave the home through the ledger alone. How long a run
//! took is told in steps of ten seconds, so that it tells little of how much there was to read.

use std::collections::BTreeMap;
use std::path::PathBuf;

use chrono::{DateTime, Utc};

use super::late::Late;
use super::report::Budget;
use super::{aside, history, late, lock};
use crate::commands::{budget, ingest};
use crate::failure::Failure;
use crate::home::Home;

/// Steps in which durations are told.
const SECONDS_STEP: i64 = 10;

/// Writes the figures as they are now. The caller holds the lock of runs.
pub(crate) fn write(home: &Home) -> Result<(), Failure> {
    let default = PathBuf::from("runs/metrics.prom");
    let file = home.config.schedule.metrics.as_ref().unwrap_or(&default);
    aside::write(&home.dir.join(file), &text(&gather(home)?))
}

/// What is told.
#[derive(Debug, Default)]
struct Figures {
    runs: BTreeMap<String, i64>,
    last: Option<(DateTime<Utc>, Option<DateTime<Utc>>)>,
    good: Option<DateTime<Utc>>,
    /// By office and state.
    batches: BTreeMap<(String, String), i64>,
    /// By office.
    waiting: BTreeMap<String, i64>,
    /// By entry of the calendar.
    releases: BTreeMap<String, i64>,
    late: Vec<Late>,
    budgets: Vec<Budget>,
    scheduler: bool,
}

fn gather(home: &Home) -> Result<Figures, Failure> {
    let mut figures = Figures {
        good: history::last_good(&home.register)?,
        budgets: budget::public(home)?,
        scheduler: lock::is_held(&lock::of_schedule(&home.dir)),
        ..Figures::default()
    };
    figures.last = history::newest(&home.register, 1)?.first().map(|r| (r.started, r.ended));
    let pairs = |sql: &str| -> Result<Vec<(String, String, i64)>, Failure> {
        let mut select = home.register.prepare(sql)?;
        let found = select.query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?;
        Ok(found.collect::<Result<_, _>>()?)
    };
    for (outcome, _, n) in
        pairs("SELECT coalesce(outcome, 'unfinished'), '', count(*) FROM run GROUP BY 1")?
    {
        figures.runs.insert(outcome, n);
    }
    for (provider, state, n) in pairs("SELECT provider, state, count(*) FROM batch GROUP BY 1, 2")?
    {
        figures.batches.insert((provider, state), n);
    }
    for (release, _, n) in pairs("SELECT release, '', count(*) FROM release GROUP BY 1")? {
        figures.releases.insert(release, n);
    }
    for provider in &home.config.providers {
        figures.waiting.insert(provider.id.clone(), 0);
    }
    for (provider, _) in ingest::waiting(home, None)? {
        *figures.waiting.entry(provider).or_insert(0) += 1;
    }
    let arrivals = late::arrivals(&home.register)?;
    figures.late = late::late(&home.config, &arrivals, home.today());
    Ok(figures)
}

/// One family of figures.
struct Family<'a> {
    text: &'a mut String,
    name: &'static str,
}

impl<'a> Family<'a> {
    fn new(text: &'a mut String, name: &'static str, kind: &str, help: &str) -> Self {
        text.push_str(&format!("# HELP {name} {help}\n# TYPE {name} {kind}\n"));
        Self { text, name }
    }

    fn add(&mut self, labels: &[(&str, &str)], value: impl std::fmt::Display) {
        let quoted = |(key, value): &(&str, &str)| {
            let value = value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
            format!("{key}=\"{value}\"")
        };
        let labels: Vec<String> = labels.iter().map(quoted).collect();
        let labels =
            if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
        self.text.push_str(&format!("{}{labels} {value}\n", self.name));
    }
}

fn text(figures: &Figures) -> String {
    let mut text = String::new();
    let mut one = |name, kind, help, value: i64| {
        Family::new(&mut text, name, kind, help).add(&[], value);
    };
    one(
        "shumar_scheduler_up",
        "gauge",
        "Whether a scheduler is at work.",
        figures.scheduler.into(),
    );
    if let Some((started, ended)) = figures.last {
        let name = "shumar_last_run_timestamp_seconds";
        one(name, "gauge", "When the last run began.", started.timestamp());
        if let Some(ended) = ended {
            let seconds = (ended - started).num_seconds();
            let steps = (seconds + SECONDS_STEP - 1).div_euclid(SECONDS_STEP) * SECONDS_STEP;
            let name = "shumar_last_run_duration_seconds";
            one(name, "gauge", "How long it took, in steps of ten seconds.", steps);
        }
    }
    if let Some(good) = figures.good {
        let name = "shumar_last_success_timestamp_seconds";
        one(name, "gauge", "When the last run that ended well began.", good.timestamp());
    }
    let mut family = Family::new(&mut text, "shumar_info", "gauge", "The version of the program.");
    family.add(&[("version", env!("CARGO_PKG_VERSION"))], 1);
    let mut family =
        Family::new(&mut text, "shumar_runs_total", "counter", "Runs by how they ended.");
    figures.runs.iter().for_each(|(outcome, n)| family.add(&[("outcome", outcome)], n));
    let mut family = Family::new(
        &mut text,
        "shumar_batches",
        "gauge",
        "Files that were taken in, by office and state.",
    );
    for ((provider, state), n) in &figures.batches {
        family.add(&[("provider", provider), ("state", state)], n);
    }
    let mut family =
        Family::new(&mut text, "shumar_files_waiting", "gauge", "Files that wait in the inbox.");
    figures.waiting.iter().for_each(|(provider, n)| family.add(&[("provider", provider)], n));
    let mut family = Family::new(
        &mut text,
        "shumar_late_periods",
        "gauge",
        "Reporting periods since whose end nothing has come from an office.",
    );
    for late in &figures.late {
        family.add(&[("provider", &late.provider)], late.periods.len());
    }
    let mut family = Family::new(
        &mut text,
        "shumar_releases",
        "gauge",
        "Releases that stand, by entry of the calendar.",
    );
    figures.releases.iter().for_each(|(release, n)| family.add(&[("release", release)], n));
    let mut family = Family::new(
        &mut text,
        "shumar_privacy_budget",
        "gauge",
        "The privacy budget of a reporting year: the cap, what is spent, what is left.",
    );
    for year in &figures.budgets {
        let name = year.year.to_string();
        for (part, amount) in [("cap", &year.budget), ("spent", &year.spent), ("left", &year.left)]
        {
            family.add(&[("year", &name), ("part", part)], amount);
        }
    }
    text
}
