//! Calendar periods: a month, and what a release covers.

use std::fmt;
use std::str::FromStr;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::SchemaError;

/// First year that a record may be about.
pub const FIRST_YEAR: i32 = 1947;
/// Last year that any file may name.
pub const LAST_YEAR: i32 = 2100;
/// The most years that one release may cover: each is charged by itself.
const YEARS_MAX: i32 = 30;

/// A calendar month, the finest date that shumar keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct YearMonth {
    year: i32,
    month: u8,
}

impl YearMonth {
    /// A month from 1 to 12 of a year; `None` outside the calendar that shumar knows.
    #[must_use]
    pub fn new(year: i32, month: u32) -> Option<Self> {
        let month = u8::try_from(month).ok().filter(|m| (1..=12).contains(m))?;
        (FIRST_YEAR..=LAST_YEAR).contains(&year).then_some(Self { year, month })
    }

    /// The year.
    #[must_use]
    pub fn year(self) -> i32 {
        self.year
    }

    /// The month, 1 to 12.
    #[must_use]
    pub fn month(self) -> u8 {
        self.month
    }

    /// The quarter, 1 to 4.
    #[must_use]
    pub fn quarter(self) -> u8 {
        (self.month - 1) / 3 + 1
    }

    /// The month so many months later, or earlier.
    #[must_use]
    pub fn later(self, months: i32) -> Option<Self> {
        let count = i32::from(self.month) - 1 + months;
        let place = u32::try_from(count.rem_euclid(12) + 1).ok()?;
        Self::new(self.year + count.div_euclid(12), place)
    }

    /// Days from 1970-01-01 to the first of this month, as Arrow's `Date32` counts.
    #[must_use]
    pub fn to_days(self) -> i32 {
        let date = chrono::NaiveDate::from_ymd_opt(self.year, u32::from(self.month), 1);
        date.map_or(0, |d| d.to_epoch_days())
    }

    /// The month that holds a `Date32` day.
    #[must_use]
    pub fn from_days(days: i32) -> Option<Self> {
        use chrono::Datelike;
        let date = chrono::NaiveDate::from_epoch_days(days)?;
        Self::new(date.year(), date.month())
    }
}

impl fmt::Display for YearMonth {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl FromStr for YearMonth {
    type Err = SchemaError;

    fn from_str(text: &str) -> Result<Self, SchemaError> {
        let parts = text.split_once('-').filter(|(y, m)| y.len() == 4 && m.len() == 2);
        parts
            .and_then(|(y, m)| Self::new(y.parse().ok()?, m.parse().ok()?))
            .ok_or_else(|| SchemaError::Period { text: text.to_owned() })
    }
}

impl From<YearMonth> for String {
    fn from(month: YearMonth) -> Self {
        month.to_string()
    }
}

impl TryFrom<String> for YearMonth {
    type Error = SchemaError;

    fn try_from(text: String) -> Result<Self, SchemaError> {
        text.parse()
    }
}

/// What a release covers: one year, one quarter, or several whole years.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Period {
    /// A calendar year.
    Year(i32),
    /// A quarter (1 to 4) of a year.
    Quarter(i32, u8),
    /// The years from the first to the last, both included.
    Years(i32, i32),
}

impl Period {
    /// The reporting years that the period touches; each is charged by itself.
    #[must_use]
    pub fn years(self) -> impl DoubleEndedIterator<Item = i32> {
        let (a, b) = match self {
            Self::Year(y) | Self::Quarter(y, _) => (y, y),
            Self::Years(a, b) => (a, b),
        };
        a..=b
    }

    /// The quarters inside the period, as `(year, quarter)`.
    #[must_use]
    pub fn quarters(self) -> Vec<(i32, u8)> {
        match self {
            Self::Quarter(y, q) => vec![(y, q)],
            _ => self.years().flat_map(|y| (1..=4).map(move |q| (y, q))).collect(),
        }
    }

    /// First and last month.
    #[must_use]
    pub fn months(self) -> (YearMonth, YearMonth) {
        let month = |year, month| YearMonth { year, month };
        match self {
            Self::Year(y) => (month(y, 1), month(y, 12)),
            Self::Quarter(y, q) => (month(y, q * 3 - 2), month(y, q * 3)),
            Self::Years(a, b) => (month(a, 1), month(b, 12)),
        }
    }

    /// The period of the same length that follows; none for several years.
    #[must_use]
    pub fn next(self) -> Option<Self> {
        let next = match self {
            Self::Year(y) => Self::Year(y + 1),
            Self::Quarter(y, 4) => Self::Quarter(y + 1, 1),
            Self::Quarter(y, q) => Self::Quarter(y, q + 1),
            Self::Years(..) => return None,
        };
        (next.months().1.year() <= LAST_YEAR).then_some(next)
    }

    /// The last day.
    #[must_use]
    pub fn end(self) -> Option<NaiveDate> {
        let after = self.months().1.later(1)?;
        NaiveDate::from_ymd_opt(after.year(), u32::from(after.month()), 1)?.pred_opt()
    }

    /// The word that config uses for this length: `year`, `quarter` or `years`.
    #[must_use]
    pub fn cadence(self) -> &'static str {
        match self {
            Self::Year(_) => "year",
            Self::Quarter(..) => "quarter",
            Self::Years(..) => "years",
        }
    }

    /// A form that is safe in file names: `2025`, `2025-Q3`, `2019-2025`.
    #[must_use]
    pub fn slug(self) -> String {
        match self {
            Self::Years(a, b) => format!("{a}-{b}"),
            _ => self.to_string(),
        }
    }
}

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Year(y) => write!(f, "{y}"),
            Self::Quarter(y, q) => write!(f, "{y}-Q{q}"),
            Self::Years(a, b) => write!(f, "{a}..{b}"),
        }
    }
}

impl FromStr for Period {
    type Err = SchemaError;

    fn from_str(text: &str) -> Result<Self, SchemaError> {
        parse(text.trim()).ok_or_else(|| SchemaError::Period { text: text.to_owned() })
    }
}

fn parse(text: &str) -> Option<Period> {
    if let Some((a, b)) = text.split_once("..") {
        let (a, b) = (year(a)?, year(b)?);
        return (a < b && b - a < YEARS_MAX).then_some(Period::Years(a, b));
    }
    match text.split_once("-Q").or_else(|| text.split_once("-q")) {
        Some((y, q)) => {
            let q: u8 = q.parse().ok()?;
            (1..=4).contains(&q).then_some(Period::Quarter(year(y)?, q))
        }
        None => year(text).map(Period::Year),
    }
}

fn year(text: &str) -> Option<i32> {
    let year = text.trim().parse().ok().filter(|_| text.trim().len() == 4)?;
    (FIRST_YEAR..=LAST_YEAR).contains(&year).then_some(year)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_read_back() {
        for text in ["2025", "2025-Q3", "2019..2025"] {
            assert_eq!(text.parse::<Period>().map(|p| p.to_string()), Ok(text.to_owned()));
        }
        for bad in ["25", "2025-Q5", "2025-Q0", "2025..2019", "2025..2025", "", "2025-03", "3025"] {
            assert!(bad.parse::<Period>().is_err(), "{bad}");
        }
    }

    #[test]
    fn quarters_partition_the_year() {
        let year = Period::Year(2025);
        let quarters = year.quarters();
        assert_eq!(quarters.len(), 4);
        let (first, last) = year.months();
        let mut month = first;
        for (y, q) in quarters {
            let (a, b) = Period::Quarter(y, q).months();
            assert_eq!(a, month);
            month = YearMonth::new(y, u32::from(b.month()) + 1).unwrap_or(last);
        }
        assert_eq!(month, last);
    }

    #[test]
    fn months_survive_days() {
        for (y, m) in [(1970, 1), (2024, 2), (2025, 12), (1947, 8)] {
            let month = YearMonth::new(y, m).expect("a month");
            assert_eq!(YearMonth::from_days(month.to_days()), Some(month));
        }
        assert_eq!(YearMonth::new(1970, 1).map(YearMonth::to_days), Some(0));
    }
}
