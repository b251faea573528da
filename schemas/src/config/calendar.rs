//! The release calendar: which periods an entry has, when each is due, and what it waits for.
//!
//! Pure arithmetic on days that are given; nothing here knows what day it is.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Deserializer, de};

use super::unique;
use crate::{Catalog, Label, Period, SchemaError, YearMonth};

/// A longer wait than three years is a slip of the pen.
const WAIT_DAYS_MAX: u32 = 1100;

/// One entry of the release calendar.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReleasePlan {
    /// Its name.
    pub id: String,
    /// Its title.
    #[serde(default)]
    pub title: Label,
    /// `year`, `quarter`, or `years` (several years in one release).
    pub every: String,
    /// When it is due, which the published calendar tells. It is not made by itself before that
    /// day, and never by itself without one.
    #[serde(default)]
    pub due: Option<Due>,
    /// The first period that is made by itself.
    #[serde(default, deserialize_with = "period")]
    pub from: Option<Period>,
    /// The part of the expected reports that must have been made before it is made by itself.
    #[serde(default)]
    pub coverage: Option<Portion>,
    /// How many days after it was due it is made with whatever reports there are.
    #[serde(default)]
    pub wait_days: Option<u32>,
    /// Whether an officer must approve each one.
    #[serde(default)]
    pub hold: bool,
    /// The statistics in it, which are measured.
    #[serde(default)]
    pub tables: Vec<String>,
    /// The statistics of kinds free of persons in it, which are published exactly and cost nothing.
    #[serde(default)]
    pub exact: Vec<String>,
    /// The indicators that are worked out from them.
    #[serde(default)]
    pub indicators: Vec<String>,
}

/// When a release is due, counted from the last month of its period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Due {
    /// The month so many months later.
    pub months: u8,
    /// The day in that month, from 1 to 28.
    pub day: u8,
}

/// A part of a whole, in millionths, so that nothing is rounded when it is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "f64")]
pub struct Portion(u32);

impl Portion {
    /// The whole.
    const WHOLE: u32 = 1_000_000;

    /// Whether `part` of `whole` is at least this; of nothing, everything is there.
    #[must_use]
    pub fn reached(self, part: u128, whole: u128) -> bool {
        part.saturating_mul(u128::from(Self::WHOLE)) >= whole.saturating_mul(u128::from(self.0))
    }

    /// In per cent, for people.
    #[must_use]
    pub fn percent(self) -> f64 {
        f64::from(self.0) / 10_000.0
    }
}

impl TryFrom<f64> for Portion {
    type Error = String;

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "it lies between 0 and a million"
    )]
    fn try_from(part: f64) -> Result<Self, String> {
        if (0.0..=1.0).contains(&part) {
            return Ok(Self((part * f64::from(Self::WHOLE)).round() as u32));
        }
        Err(format!("{part} is no part of a whole: write a number from 0 to 1, such as 0.9"))
    }
}

fn period<'de, D: Deserializer<'de>>(from: D) -> Result<Option<Period>, D::Error> {
    String::deserialize(from)?.parse().map(Some).map_err(de::Error::custom)
}

impl ReleasePlan {
    /// The period of this entry that holds a month; none for releases of several years.
    #[must_use]
    pub fn period_of(&self, month: YearMonth) -> Option<Period> {
        match self.every.as_str() {
            "year" => Some(Period::Year(month.year())),
            "quarter" => Some(Period::Quarter(month.year(), month.quarter())),
            _ => None,
        }
    }

    /// The periods from the first on that are over on a day, the oldest first.
    pub fn over(&self, first: Period, today: NaiveDate) -> impl Iterator<Item = Period> + use<> {
        std::iter::successors(Some(first), |p| p.next())
            .take_while(move |p| p.end().is_some_and(|end| end < today))
    }

    /// The period that ended last before a day.
    #[must_use]
    pub fn last_over(&self, today: NaiveDate) -> Option<Period> {
        let this = self.period_of(YearMonth::new(today.year(), today.month())?)?;
        let before = this.months().0.later(-1)?;
        self.period_of(before)
    }

    /// The day on which the release of a period is due, and before which it is not made by itself.
    #[must_use]
    pub fn due_on(&self, period: Period) -> Option<NaiveDate> {
        let due = self.due?;
        let month = period.months().1.later(i32::from(due.months))?;
        let day =
            NaiveDate::from_ymd_opt(month.year(), u32::from(month.month()), u32::from(due.day))?;
        Some(day.max(period.end()?.succ_opt()?))
    }

    /// The day from which the release of a period no longer waits for reports.
    #[must_use]
    pub fn waits_until(&self, period: Period) -> Option<NaiveDate> {
        let days = u64::from(self.wait_days?);
        self.due_on(period)?.checked_add_days(chrono::Days::new(days))
    }

    pub(super) fn check(&self, catalog: &Catalog) -> Result<(), SchemaError> {
        let place = format!("release `{}` of `shumar.toml`", self.id);
        let invalid = |what: &str, hint: &str| Err(SchemaError::invalid(&place, what, hint));
        if !["year", "quarter", "years"].contains(&self.every.as_str()) {
            let known = ["quarter", "year", "years"];
            return Err(SchemaError::unknown("length", &self.every, place, known));
        }
        if self.due.is_some_and(|due| due.months > 24 || !(1..=28).contains(&due.day)) {
            let hint = "write months from 0 to 24 and a day from 1 to 28";
            return invalid("`due` is no day of the calendar", hint);
        }
        if self.from.is_some_and(|from| from.cadence() != self.every) {
            let hint = "write from = \"2025\" for years, from = \"2025-Q1\" for quarters";
            return invalid("`from` is no period of this release", hint);
        }
        if self.wait_days.is_some_and(|days| days > WAIT_DAYS_MAX) {
            return invalid("`wait_days` is longer than three years", "write a number of days");
        }
        if self.wait_days.is_some() && self.coverage.is_none() {
            let hint = "say what it waits for: coverage = 0.9, or leave `wait_days` out";
            return invalid("`wait_days` without `coverage`", hint);
        }
        unique(self.tables.iter().chain(&self.exact).map(String::as_str), "table")?;
        if self.tables.is_empty() && self.exact.is_empty() {
            return invalid("it has no statistics", "name some under `tables` or `exact`");
        }
        for (exact, id) in
            self.tables.iter().map(|t| (false, t)).chain(self.exact.iter().map(|t| (true, t)))
        {
            if catalog.statistic(id, &place)?.sum.is_some() != exact {
                let what = format!("`{id}` stands in the wrong list");
                let hint = "sums of a kind free of persons stand under `exact`, all other statistics \
                            under `tables`";
                return invalid(&what, hint);
            }
        }
        unique(self.indicators.iter().map(String::as_str), "indicator")?;
        self.indicators.iter().try_for_each(|i| catalog.indicator(i, &place).map(|_| ()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(every: &str, due: Option<(u8, u8)>) -> ReleasePlan {
        ReleasePlan {
            id: "test".to_owned(),
            title: Label::default(),
            every: every.to_owned(),
            due: due.map(|(months, day)| Due { months, day }),
            from: None,
            coverage: None,
            wait_days: Some(30),
            hold: false,
            tables: Vec::new(),
            exact: Vec::new(),
            indicators: Vec::new(),
        }
    }

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn names(plan: &ReleasePlan, first: &str, today: &str) -> Vec<String> {
        let first = first.parse().expect("a period");
        plan.over(first, day(today)).map(|p| p.to_string()).collect()
    }

    #[test]
    fn periods_come_one_after_the_other_and_only_when_they_are_over() {
        let (year, quarter) = (plan("year", None), plan("quarter", None));
        assert_eq!(names(&year, "2023", "2025-12-31"), ["2023", "2024"]);
        assert_eq!(names(&year, "2023", "2026-01-01"), ["2023", "2024", "2025"]);
        assert!(names(&year, "2026", "2026-01-01").is_empty());
        assert_eq!(names(&quarter, "2024-Q4", "2025-06-30"), ["2024-Q4", "2025-Q1"]);
        assert_eq!(names(&quarter, "2024-Q4", "2025-07-01"), ["2024-Q4", "2025-Q1", "2025-Q2"]);
        let last = |plan: &ReleasePlan, today| plan.last_over(day(today)).map(|p| p.to_string());
        assert_eq!(last(&year, "2026-01-01"), Some("2025".to_owned()));
        assert_eq!(last(&quarter, "2026-01-01"), Some("2025-Q4".to_owned()));
        assert_eq!(last(&quarter, "2026-04-01"), Some("2026-Q1".to_owned()));
        assert_eq!(last(&plan("years", None), "2026-04-01"), None);
    }

    #[test]
    fn a_release_is_due_on_its_day_and_never_before_its_period_is_over() {
        let on = |plan: &ReleasePlan, period: &str| plan.due_on(period.parse().expect("a period"));
        assert_eq!(on(&plan("year", Some((3, 8))), "2025"), Some(day("2026-03-08")));
        assert_eq!(on(&plan("quarter", Some((2, 15))), "2025-Q4"), Some(day("2026-02-15")));
        assert_eq!(on(&plan("quarter", Some((0, 15))), "2025-Q1"), Some(day("2025-04-01")));
        assert_eq!(on(&plan("year", None), "2025"), None);
        let until = plan("year", Some((3, 8))).waits_until(Period::Year(2025));
        assert_eq!(until, Some(day("2026-04-07")));
    }

    #[test]
    fn portions_compare_exactly() {
        let ninety = Portion::try_from(0.9).expect("a part");
        assert!(ninety.reached(9, 10) && !ninety.reached(89, 100) && ninety.reached(0, 0));
        assert!(Portion::try_from(1.0).expect("a part").reached(36, 36));
        assert!(!Portion::try_from(1.0).expect("a part").reached(35, 36));
        for bad in [1.1, -0.1, f64::NAN, 90.0] {
            assert!(Portion::try_from(bad).is_err(), "{bad}");
        }
    }
}
