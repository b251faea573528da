//! What the calendar asks for on a day: which releases are due, and what each waits for.
//!
//! It reads settings, days, and which reports were made; never a record or a figure.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::Serialize;
use shumar_ingest::coverage::FacilityStanding;
use shumar_schemas::config::{ReleasePlan, Standing};
use shumar_schemas::{Catalog, Config, Period};

/// What is known when the calendar is asked.
pub(crate) struct Facts<'a> {
    /// The settings.
    pub(crate) config: &'a Config,
    /// What is declared.
    pub(crate) catalog: &'a Catalog,
    /// The day where the commission is.
    pub(crate) today: NaiveDate,
    /// The day in UTC, by which a period must be over too.
    pub(crate) utc: NaiveDate,
    /// Which facility has made which report.
    pub(crate) reports: &'a [FacilityStanding],
    /// The releases that stand.
    pub(crate) made: &'a BTreeSet<String>,
    /// The releases that were begun and not finished.
    pub(crate) begun: &'a BTreeSet<String>,
    /// The releases that an officer has approved.
    pub(crate) approved: &'a BTreeSet<String>,
}

/// How a release of a period that is over stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum State {
    /// Its day has not come.
    Early,
    /// It can be made. Its coverage is below the threshold if it has waited long enough.
    Ready {
        /// Whether it is made although reports are missing.
        short: bool,
    },
    /// It was begun and is to be finished, whatever it waited for.
    Begun,
    /// Reports are missing.
    Short,
    /// An officer has to approve it.
    Held,
}

/// A release of a period that is over and that does not stand yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Item {
    /// The entry of the calendar.
    pub(crate) release: String,
    /// The period.
    pub(crate) period: Period,
    /// Its own name.
    pub(crate) id: String,
    /// The day on which it is due.
    pub(crate) due: NaiveDate,
    /// How many days that day is past.
    pub(crate) late_days: u32,
    /// The reports made and expected.
    pub(crate) reports: (u32, u32),
    /// The reports that are missing.
    pub(crate) missing: Vec<Missing>,
    /// How it stands.
    pub(crate) state: State,
}

/// A report that an office has not made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Missing {
    pub(crate) provider: String,
    pub(crate) facility: String,
    pub(crate) period: String,
}

/// The releases of the calendar that do not stand yet, those that were due first before the others.
pub(crate) fn items(facts: &Facts<'_>) -> Vec<Item> {
    let all = facts.config.releases.iter().flat_map(|plan| of_plan(facts, plan));
    let mut all: Vec<Item> = all.collect();
    // Stable: what is due on one day comes in the order of the settings.
    all.sort_by_key(|item| (item.due, item.period.months().1));
    all
}

fn of_plan(facts: &Facts<'_>, plan: &ReleasePlan) -> Vec<Item> {
    let Some(first) = first(facts, plan) else { return Vec::new() };
    let today = facts.today.min(facts.utc);
    let over = plan.over(first, today);
    over.filter_map(|period| item(facts, plan, period)).collect()
}

/// The first period that is made by itself: as the settings say, else the one in which reports were
/// first expected, else that of the first release that stands, else the one that ended last. What
/// is in the lake has no part in it.
pub(crate) fn first(facts: &Facts<'_>, plan: &ReleasePlan) -> Option<Period> {
    let kinds = kinds(facts.catalog, plan);
    let providers = facts.config.providers.iter().filter(|p| kinds.contains(p.kind.as_str()));
    let expected = providers.filter_map(|p| p.expects.map(|e| e.from)).min();
    let stood = || {
        let own = facts.made.iter().filter_map(|id| id.strip_prefix(plan.id.as_str()));
        let periods = own.filter_map(|rest| rest.strip_prefix('-')?.parse::<Period>().ok());
        periods.filter(|p| p.cadence() == plan.every).min_by_key(|p| p.months().0)
    };
    plan.from
        .or_else(|| plan.period_of(expected?))
        .or_else(stood)
        .or_else(|| plan.last_over(facts.today.min(facts.utc)))
}

fn item(facts: &Facts<'_>, plan: &ReleasePlan, period: Period) -> Option<Item> {
    let id = format!("{}-{}", plan.id, period.slug());
    let due = plan.due_on(period)?;
    if facts.made.contains(&id) {
        return None;
    }
    let (reports, missing) = coverage(facts, plan, period);
    let enough = plan.coverage.is_none_or(|c| c.reached(reports.0.into(), reports.1.into()));
    let waited = plan.waits_until(period).is_some_and(|day| facts.today >= day);
    let state = match () {
        () if facts.today < due => State::Early,
        () if facts.begun.contains(&id) => State::Begun,
        () if !enough && !waited => State::Short,
        () if plan.hold && !facts.approved.contains(&id) => State::Held,
        () => State::Ready { short: !enough },
    };
    let late_days = u32::try_from((facts.today - due).num_days()).unwrap_or(0);
    let release = plan.id.clone();
    Some(Item { release, period, id, due, late_days, reports, missing, state })
}

/// The reports of a period that were made and expected, and those that are missing.
fn coverage(facts: &Facts<'_>, plan: &ReleasePlan, period: Period) -> ((u32, u32), Vec<Missing>) {
    let kinds = kinds(facts.catalog, plan);
    let (first, last) = period.months();
    let (mut made, mut expected, mut missing) = (0, 0, Vec::new());
    for facility in facts.reports.iter().filter(|f| kinds.contains(f.kind.as_str())) {
        let every = facility.expects.every;
        let within = |start| (every.start(first)..=last).contains(&start);
        for (start, standing) in facility.periods.iter().filter(|(start, _)| within(*start)) {
            expected += 1;
            if matches!(standing, Standing::Reported | Standing::Nil) {
                made += 1;
            } else {
                missing.push(Missing {
                    provider: facility.provider.clone(),
                    facility: facility.facility.clone(),
                    period: every.period(*start),
                });
            }
        }
    }
    ((made, expected), missing)
}

/// The record kinds that a release counts.
fn kinds<'a>(catalog: &'a Catalog, plan: &ReleasePlan) -> BTreeSet<&'a str> {
    let all = plan.tables.iter().chain(&plan.exact);
    let statistics = all.filter_map(|t| catalog.statistic(t, "the calendar").ok());
    statistics.map(|s| s.kind.as_str()).collect()
}

/// Standing releases of the calendar that may not be published yet, each with its day: an officer
/// has made them before they were due.
pub(crate) fn embargoed(facts: &Facts<'_>) -> Vec<(String, NaiveDate)> {
    let of_plan = |plan: &ReleasePlan| {
        let own = facts.made.iter().filter_map(|id| {
            let period: Period =
                id.strip_prefix(plan.id.as_str())?.strip_prefix('-')?.parse().ok()?;
            let due = plan.due_on(period)?;
            (due > facts.today).then(|| (id.clone(), due))
        });
        own.collect::<Vec<_>>()
    };
    facts.config.releases.iter().flat_map(of_plan).collect()
}
