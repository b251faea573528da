//! When shumar works by itself, how it logs, and whom it tells: `[schedule]` and `[[hooks]]`.
//!
//! The arithmetic of timetables and time zones is here; what time it is, is not.

use std::path::{Path, PathBuf};
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use chrono_tz::Tz;
use croner::Cron;
use serde::{Deserialize, Serialize};

use super::Portion;
use crate::SchemaError;

/// A program that is told something answers within this time, or is stopped.
const LIMIT_SECONDS_MAX: u64 = 600;

/// When shumar works by itself, and how it tells of it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Schedule {
    /// When `shumar schedule` runs: minute, hour, day, month, day of the week.
    pub cron: Option<Timetable>,
    /// The time zone of the timetable and of days; UTC if it is left out.
    pub time_zone: Zone,
    /// Whether noise that was paid for and lost in an interruption may be drawn again without
    /// asking, from the share for revisions and with wider margins of error.
    pub redraw: bool,
    /// Whether this home is a test, whose time may be told by `SHUMAR_CLOCK`.
    pub simulated: bool,
    /// How the log is written.
    pub log: Option<LogForm>,
    /// Where the log is written, within the home unless the path is absolute; else standard error.
    pub log_file: Option<PathBuf>,
    /// Where figures for monitoring are written; `runs/metrics.prom` by default.
    pub metrics: Option<PathBuf>,
}

/// How a log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogForm {
    /// Lines for people.
    Text,
    /// A JSON object a line.
    Json,
    /// None.
    Off,
}

/// A timetable of five fields, as cron has them.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Timetable {
    text: String,
    cron: Cron,
}

impl TryFrom<String> for Timetable {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let refuse = |why: &str| {
            format!(
                "`{text}` is no timetable: {why}; write minute, hour, day, month and day of the week, such as \"0 6 * * *\""
            )
        };
        if text.split_whitespace().count() != 5 {
            return Err(refuse("it has not five parts"));
        }
        let cron = Cron::from_str(&text).map_err(|e| refuse(&e.to_string()))?;
        // One that never comes, such as the 30th of February, is a slip of the pen.
        let any = DateTime::<Utc>::UNIX_EPOCH;
        cron.find_next_occurrence(&any, false).map_err(|_| refuse("it never comes"))?;
        Ok(Self { text, cron })
    }
}

impl Timetable {
    /// As it is written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

/// A time zone, by its name in the database of time zones.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub struct Zone(Tz);

impl Default for Zone {
    fn default() -> Self {
        Self(Tz::UTC)
    }
}

impl TryFrom<String> for Zone {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let known = text.parse().map(Self);
        known.map_err(|_| format!("`{text}` is no time zone; write one such as \"Europe/London\""))
    }
}

impl Zone {
    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// The day of a moment.
    #[must_use]
    pub fn day(self, at: DateTime<Utc>) -> NaiveDate {
        at.with_timezone(&self.0).date_naive()
    }

    /// A moment as a clock on the wall shows it, with its distance from UTC.
    #[must_use]
    pub fn local(self, at: DateTime<Utc>) -> String {
        at.with_timezone(&self.0).to_rfc3339_opts(SecondsFormat::Secs, true)
    }
}

impl Schedule {
    /// The first moment of the timetable after another one. A moment that a clock change skips is
    /// made up for when the clock has changed; one that comes twice counts once, unless the timetable
    /// is one of intervals.
    #[must_use]
    pub fn next(&self, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let after = after.with_timezone(&self.time_zone.0);
        let next = self.cron.as_ref()?.cron.find_next_occurrence(&after, false).ok()?;
        Some(next.with_timezone(&Utc))
    }
}

/// What a hook is told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    /// A run ended well, though something may wait for a person or an office.
    Success,
    /// Something was refused or is broken.
    Failure,
    /// A release begins to wait for reports, an approval or a decision; told once.
    Waiting,
    /// Nothing has come from an office since a period ended, and its day is past; told once a period.
    LateProvider,
    /// Less of a year's budget is left than a part of it; told once a year.
    BudgetBelow,
}

impl Event {
    /// Its word in `shumar.toml`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failure => "failure",
            Self::Waiting => "waiting",
            Self::LateProvider => "late-provider",
            Self::BudgetBelow => "budget-below",
        }
    }
}

/// A program that is told of events, as JSON on its standard input.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hook {
    /// What it is told of.
    pub on: Vec<Event>,
    /// The program, by its whole path, and its arguments. No shell reads them.
    pub command: Vec<String>,
    /// For `budget-below`: the part of a year's budget that is left.
    #[serde(default)]
    pub below: Option<Portion>,
    /// How long it may take.
    #[serde(default = "half_a_minute")]
    pub limit_seconds: u64,
}

fn half_a_minute() -> u64 {
    30
}

impl Hook {
    pub(super) fn check(&self) -> Result<(), SchemaError> {
        let invalid = |what: &str, hint: &str| {
            Err(SchemaError::invalid("`[[hooks]]` of `shumar.toml`", what, hint))
        };
        if self.on.is_empty() {
            return invalid("a hook is told of nothing", "write on = [\"failure\"]");
        }
        if !self.command.first().is_some_and(|program| Path::new(program).is_absolute()) {
            let hint = "write its whole path: command = [\"/usr/local/bin/tell\", \"us\"]";
            return invalid("a hook names no program by its whole path", hint);
        }
        if self.on.contains(&Event::BudgetBelow) != self.below.is_some() {
            let hint = "write on = [\"budget-below\"] together with below = 0.2";
            return invalid("`below` and \"budget-below\" belong together", hint);
        }
        if !(1..=LIMIT_SECONDS_MAX).contains(&self.limit_seconds) {
            return invalid("`limit_seconds` is no time limit", "write a number from 1 to 600");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn schedule(cron: &str, zone: &str) -> Schedule {
        Schedule {
            cron: Some(cron.to_owned().try_into().expect("a timetable")),
            time_zone: zone.to_owned().try_into().expect("a zone"),
            ..Schedule::default()
        }
    }

    /// The next moments, as the wall clock shows them.
    fn moments(schedule: &Schedule, after: &str, n: usize) -> Vec<String> {
        let start = schedule.next(after.parse().expect("a moment"));
        let all = std::iter::successors(start, |at| schedule.next(*at)).take(n);
        all.map(|at| schedule.time_zone.local(at)).collect()
    }

    #[test]
    fn a_zone_without_clock_changes_has_the_same_hour_every_day() {
        let karachi = schedule("0 6 * * *", "Asia/Karachi");
        let found = moments(&karachi, "2026-03-28T00:59:59Z", 3);
        assert_eq!(
            found,
            ["2026-03-28T06:00:00+05:00", "2026-03-29T06:00:00+05:00", "2026-03-30T06:00:00+05:00"]
        );
        // The very moment is not after itself.
        assert_eq!(moments(&karachi, "2026-03-28T01:00:00Z", 1), ["2026-03-29T06:00:00+05:00"]);
        // The day begins five hours before that of UTC.
        let day = |at: &str| karachi.time_zone.day(at.parse().expect("a moment")).to_string();
        assert_eq!(
            (day("2026-03-07T18:59:59Z"), day("2026-03-07T19:00:00Z")),
            ("2026-03-07".into(), "2026-03-08".into())
        );
    }

    #[test]
    fn clock_changes_lose_no_run_and_repeat_none() {
        // In London the hour from 01:00 is skipped on 29 March and comes twice on 25 October 2026.
        let night = schedule("30 1 * * *", "Europe/London");
        assert_eq!(
            moments(&night, "2026-03-27T12:00:00Z", 3),
            ["2026-03-28T01:30:00Z", "2026-03-29T02:00:00+01:00", "2026-03-30T01:30:00+01:00"]
        );
        assert_eq!(
            moments(&night, "2026-10-24T12:00:00Z", 2),
            ["2026-10-25T01:30:00+01:00", "2026-10-26T01:30:00Z"]
        );
        let morning = schedule("0 6 * * *", "Europe/London");
        assert_eq!(
            moments(&morning, "2026-03-28T05:00:00Z", 2),
            ["2026-03-28T06:00:00Z", "2026-03-29T06:00:00+01:00"]
        );
        // Intervals go on in real time through both changes.
        let half_hours = schedule("*/30 * * * *", "Europe/London");
        for around in ["2026-03-29T00:00:00Z", "2026-10-24T23:00:00Z"] {
            let start: DateTime<Utc> = around.parse().expect("a moment");
            let all = std::iter::successors(Some(start), |at| half_hours.next(*at));
            let all: Vec<_> = all.take(12).collect();
            assert!(all.windows(2).all(|w| (w[1] - w[0]).num_minutes() == 30), "{all:?}");
        }
    }

    #[test]
    fn what_is_no_timetable_or_zone_is_refused() {
        for bad in ["", "6", "0 6 * *", "0 0 6 * * *", "61 6 * * *", "0 6 30 2 *", "@daily"] {
            assert!(Timetable::try_from(bad.to_owned()).is_err(), "{bad}");
        }
        assert!(Zone::try_from("Karachi".to_owned()).is_err());
        assert_eq!(schedule("0 6 * * *", "UTC").cron.map(|c| c.as_str().len()), Some(9));
    }
}
