//! A stretch of whole quarters: what a question is about, and what a release covers.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use shumar_schemas::YearMonth;
use shumar_schemas::release::ReleaseDocument;

/// Most quarters that a question spans: fifty years.
const QUARTERS_MAX: i32 = 200;

/// Whole quarters from the first to the last, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub struct Span {
    first: i32,
    last: i32,
}

impl Span {
    /// From the first to the last quarter, each as `4 · year + quarter − 1`.
    fn new(first: i32, last: i32) -> Option<Self> {
        (first <= last && last - first < QUARTERS_MAX).then_some(Self { first, last })
    }

    /// The quarters of a release; none if its months are not whole quarters.
    pub(crate) fn of(release: &ReleaseDocument) -> Option<Self> {
        let start: YearMonth = release.period_start.parse().ok()?;
        let end: YearMonth = release.period_end.parse().ok()?;
        let whole = (start.month() - 1).is_multiple_of(3) && end.month().is_multiple_of(3);
        let number = |m: YearMonth| 4 * m.year() + i32::from((m.month() - 1) / 3);
        whole.then(|| Self::new(number(start), number(end)))?
    }

    /// Its quarters, by number.
    pub(crate) fn quarters(self) -> impl Iterator<Item = i32> {
        self.first..=self.last
    }

    /// How many quarters it has.
    pub(crate) fn len(self) -> usize {
        usize::try_from(self.last - self.first + 1).unwrap_or_default()
    }

    /// Whether another lies within it.
    pub(crate) fn holds(self, other: Self) -> bool {
        self.first <= other.first && other.last <= self.last
    }

    /// What it has in common with another.
    pub(crate) fn common(self, other: Self) -> Option<Self> {
        Self::new(self.first.max(other.first), self.last.min(other.last))
    }

    /// Its quarters one by one.
    pub(crate) fn by_quarter(self) -> Vec<Self> {
        self.quarters().map(|q| Self { first: q, last: q }).collect()
    }

    /// Its years one by one; none if it does not consist of whole years.
    pub(crate) fn by_year(self) -> Option<Vec<Self>> {
        let whole = self.first.rem_euclid(4) == 0 && self.last.rem_euclid(4) == 3;
        let years = self.first.div_euclid(4)..=self.last.div_euclid(4);
        whole.then(|| years.map(|y| Self { first: 4 * y, last: 4 * y + 3 }).collect())
    }

    /// The stretches that some quarters make.
    pub(crate) fn stretches(quarters: impl IntoIterator<Item = i32>) -> Vec<Self> {
        let mut all: Vec<Self> = Vec::new();
        for quarter in quarters {
            match all.last_mut() {
                Some(span) if span.last + 1 == quarter => span.last = quarter,
                _ => all.push(Self { first: quarter, last: quarter }),
            }
        }
        all
    }
}

/// `2025`, `2025-Q3`, `2019..2025`, `2024-Q3..2025-Q2`.
impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let quarter = |q: i32| format!("{}-Q{}", q.div_euclid(4), q.rem_euclid(4) + 1);
        match self.by_year().as_deref() {
            Some([_]) => write!(f, "{}", self.first.div_euclid(4)),
            Some(_) => write!(f, "{}..{}", self.first.div_euclid(4), self.last.div_euclid(4)),
            None if self.first == self.last => f.write_str(&quarter(self.first)),
            None => write!(f, "{}..{}", quarter(self.first), quarter(self.last)),
        }
    }
}

/// A text that names no period.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is not a period: write a year (`2025`), a quarter (`2025-Q3`), or from one to another (`2019..2025`, `2024-Q3..2025-Q2`)"
)]
pub struct NoPeriod(String);

impl FromStr for Span {
    type Err = NoPeriod;

    fn from_str(text: &str) -> Result<Self, NoPeriod> {
        let end = |text: &str| -> Option<(i32, i32)> {
            let (year, quarter) = match text.trim().split_once("-Q") {
                Some((year, quarter)) => (year, Some(quarter.parse::<i32>().ok()?)),
                None => (text.trim(), None),
            };
            let year: i32 = year.parse().ok().filter(|y| (1947..=2200).contains(y))?;
            match quarter {
                Some(q) => (1..=4).contains(&q).then_some((4 * year + q - 1, 4 * year + q - 1)),
                None => Some((4 * year, 4 * year + 3)),
            }
        };
        let (from, to) = text.split_once("..").unwrap_or((text, text));
        let found = end(from).zip(end(to)).and_then(|(from, to)| Self::new(from.0, to.1));
        found.ok_or_else(|| NoPeriod(text.to_owned()))
    }
}

impl From<Span> for String {
    fn from(span: Span) -> Self {
        span.to_string()
    }
}

impl TryFrom<String> for Span {
    type Error = NoPeriod;

    fn try_from(text: String) -> Result<Self, NoPeriod> {
        text.parse()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_read_as_they_are_written() {
        for text in ["2025", "2025-Q3", "2019..2025", "2024-Q3..2025-Q2"] {
            assert_eq!(text.parse::<Span>().map(|s| s.to_string()).as_deref(), Ok(text));
        }
        for (text, plain) in
            [("2025-Q1..2025-Q4", "2025"), ("2025..2025", "2025"), ("2024-Q1..2025", "2024..2025")]
        {
            assert_eq!(text.parse::<Span>().map(|s| s.to_string()).as_deref(), Ok(plain));
        }
        for text in ["", "2025-Q5", "2026..2025", "25", "2025-07", "1000..3000", "..", "2025-Q"] {
            assert!(text.parse::<Span>().is_err(), "{text}");
        }
    }

    #[test]
    fn spans_split_and_meet() {
        let span = |t: &str| t.parse::<Span>().expect("a period");
        let names = |all: Vec<Span>| all.iter().map(Span::to_string).collect::<Vec<_>>();
        assert_eq!(names(span("2024..2025").by_year().expect("whole years")), ["2024", "2025"]);
        assert_eq!(span("2024-Q2..2025-Q4").by_year(), None);
        assert_eq!(names(span("2024-Q4..2025-Q1").by_quarter()), ["2024-Q4", "2025-Q1"]);
        assert_eq!(span("2024..2025").common(span("2025-Q3")), Some(span("2025-Q3")));
        assert_eq!(span("2024").common(span("2025")), None);
        let gaps = Span::stretches(span("2023").quarters().chain(span("2025-Q2").quarters()));
        assert_eq!(names(gaps), ["2023", "2025-Q2"]);
    }
}
