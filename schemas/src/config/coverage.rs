//! What an office is expected to report, for which of its facilities, and by when.

use std::fmt;

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::{Label, SchemaError, YearMonth};

/// Reports are due on a day that every month has.
const DUE_DAY_MAX: u32 = 28;

/// How often an office reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Every {
    /// Each month.
    Month,
    /// Each quarter.
    Quarter,
}

impl Every {
    /// Its word: `month` or `quarter`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Month => "month",
            Self::Quarter => "quarter",
        }
    }

    /// The first month of the reporting period that holds a month; a period is named by it.
    #[must_use]
    pub fn start(self, month: YearMonth) -> YearMonth {
        let first = match self {
            Self::Month => month.month(),
            Self::Quarter => month.quarter() * 3 - 2,
        };
        YearMonth::new(month.year(), u32::from(first)).unwrap_or(month)
    }

    /// The first month of the period after the one that holds a month.
    fn after(self, month: YearMonth) -> Option<YearMonth> {
        let months = match self {
            Self::Month => 1,
            Self::Quarter => 3,
        };
        let next = u32::from(self.start(month).month()) + months;
        if next > 12 {
            YearMonth::new(month.year() + 1, next - 12)
        } else {
            YearMonth::new(month.year(), next)
        }
    }

    /// The period that a month begins, in words: `2025-03` or `2025-Q1`.
    #[must_use]
    pub fn period(self, start: YearMonth) -> String {
        match self {
            Self::Month => start.to_string(),
            Self::Quarter => format!("{}-Q{}", start.year(), start.quarter()),
        }
    }
}

impl fmt::Display for Every {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What an office is expected to report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expects {
    /// How often.
    pub every: Every,
    /// The day of the month after a period by which its report is due.
    #[serde(default = "tenth")]
    pub due_day: u32,
    /// The first month.
    pub from: YearMonth,
    /// The last month, for an office that has closed.
    #[serde(default)]
    pub until: Option<YearMonth>,
}

fn tenth() -> u32 {
    10
}

/// How a facility stands with one period that is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Rows of it have arrived, or a file said that it covers it.
    Reported,
    /// The facility has reported that there was no case.
    Nil,
    /// Nothing has arrived, and the day is past by this many days.
    Late(u32),
    /// Nothing has arrived, and the day is not past.
    Open,
}

impl Expects {
    /// The first months of the expected periods that touch the months from `first` to `last`.
    pub fn periods(&self, first: YearMonth, last: YearMonth) -> impl Iterator<Item = YearMonth> {
        let every = self.every;
        let start = every.start(self.from.max(first));
        let last = self.until.map_or(last, |until| until.min(last));
        std::iter::successors(Some(start), move |m| every.after(*m)).take_while(move |m| *m <= last)
    }

    /// The expected periods that are over on a day.
    pub fn over(&self, today: NaiveDate) -> impl Iterator<Item = YearMonth> {
        let month = YearMonth::new(today.year(), today.month());
        let every = self.every;
        let over =
            move |start: &YearMonth| every.after(*start).is_some_and(|next| Some(next) <= month);
        self.periods(self.from, month.unwrap_or(self.from)).filter(over)
    }

    /// The day by which the report of a period is due.
    #[must_use]
    pub fn due(&self, start: YearMonth) -> Option<NaiveDate> {
        let next = self.every.after(start)?;
        NaiveDate::from_ymd_opt(next.year(), u32::from(next.month()), self.due_day)
    }

    /// How a facility stands with a period of which nothing has arrived.
    #[must_use]
    pub fn missing(&self, start: YearMonth, today: NaiveDate) -> Standing {
        let days = self.due(start).map_or(0, |due| (today - due).num_days());
        u32::try_from(days).ok().filter(|d| *d > 0).map_or(Standing::Open, Standing::Late)
    }

    pub(super) fn check(&self, place: &str) -> Result<(), SchemaError> {
        if !(1..=DUE_DAY_MAX).contains(&self.due_day) {
            let what = format!("`due_day` is {}", self.due_day);
            let hint = "write a day from 1 to 28, which every month has";
            return Err(SchemaError::invalid(place, what, hint));
        }
        if self.until.is_some_and(|until| until < self.from) {
            let what = "reports are expected until a month before they begin".to_owned();
            return Err(SchemaError::invalid(place, what, "correct `from` or `until`"));
        }
        Ok(())
    }
}

/// One place of an office: a police station, a shelter, a court.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facility {
    /// Its name in reports and in the register.
    pub id: String,
    /// Its name in each language.
    #[serde(default)]
    pub name: Label,
    /// The code of its area, in the list that the kind's area has.
    #[serde(default)]
    pub area: Option<String>,
}

impl Facility {
    /// Its name, or its id while it has none.
    #[must_use]
    pub fn label(&self) -> Label {
        if self.name.is_empty() { Label::english(&self.id) } else { self.name.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(text: &str) -> YearMonth {
        text.parse().expect("a month")
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn expects(every: Every, from: &str) -> Expects {
        Expects { every, due_day: 10, from: month(from), until: None }
    }

    #[test]
    fn periods_are_those_inside_and_begun() {
        let monthly = expects(Every::Month, "2024-11");
        let names = |e: &Expects, a, b| {
            e.periods(month(a), month(b)).map(|m| e.every.period(m)).collect::<Vec<_>>()
        };
        assert_eq!(names(&monthly, "2024-01", "2025-01"), ["2024-11", "2024-12", "2025-01"]);
        assert_eq!(names(&monthly, "2025-03", "2025-03"), ["2025-03"]);
        assert!(names(&monthly, "2024-01", "2024-10").is_empty());
        let quarterly = expects(Every::Quarter, "2024-11");
        assert_eq!(names(&quarterly, "2024-01", "2025-06"), ["2024-Q4", "2025-Q1", "2025-Q2"]);
        let closed = Expects { until: Some(month("2024-12")), ..monthly };
        assert_eq!(names(&closed, "2024-01", "2025-06"), ["2024-11", "2024-12"]);
        assert_eq!(names(&monthly, "2025-01", "2025-12").len(), 12);
    }

    #[test]
    fn a_report_is_late_from_the_day_after_it_was_due() {
        let monthly = expects(Every::Month, "2025-01");
        assert_eq!(monthly.due(month("2025-12")), Some(day("2026-01-10")));
        assert_eq!(monthly.missing(month("2025-12"), day("2026-01-10")), Standing::Open);
        assert_eq!(monthly.missing(month("2025-12"), day("2026-01-11")), Standing::Late(1));
        let quarterly = expects(Every::Quarter, "2025-01");
        assert_eq!(quarterly.due(month("2025-10")), Some(day("2026-01-10")));
        assert_eq!(quarterly.missing(month("2025-01"), day("2025-04-20")), Standing::Late(10));
    }

    #[test]
    fn a_period_is_over_when_its_last_month_is() {
        let over = |e: Expects, today: &str| e.over(day(today)).count();
        assert_eq!(over(expects(Every::Month, "2025-01"), "2025-01-31"), 0);
        assert_eq!(over(expects(Every::Month, "2025-01"), "2025-02-01"), 1);
        assert_eq!(over(expects(Every::Quarter, "2025-01"), "2025-03-31"), 0);
        assert_eq!(over(expects(Every::Quarter, "2025-01"), "2025-04-01"), 1);
        assert_eq!(over(expects(Every::Month, "2030-01"), "2025-04-01"), 0);
    }
}
