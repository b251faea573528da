//! The release calendar: what was published, and what is planned.
//!
//! Past dates are those of the releases. Planned ones follow from the newest release of an entry
//! and from what the commission declares; there is no clock here, so that the same releases and
//! plans give the same pages.

use shumar_schemas::release::ReleaseDocument;
use shumar_schemas::{Label, YearMonth};

/// How many coming releases of an entry are told: a year of quarters.
const COMING: [(u8, usize); 2] = [(3, 4), (12, 1)];

/// An entry of the release calendar, as the commission declares it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    /// The entry's name, which its releases carry.
    pub release: String,
    /// Its title.
    pub title: Label,
    /// Months that a release covers: 3 or 12.
    pub months: u8,
    /// When it is due: the month so many after the last one of its period, and the day in it.
    pub due: Option<(u8, u8)>,
}

/// A release that is planned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Coming {
    /// The entry's title.
    pub(crate) title: Label,
    /// First month of its period.
    pub(crate) start: String,
    /// Last month.
    pub(crate) end: String,
    /// The day it is due, `2027-03-08`, if that is declared.
    pub(crate) due: Option<String>,
}

/// The releases that come next, by the day they are due.
pub(crate) fn coming(planned: &[Planned], releases: &[&ReleaseDocument]) -> Vec<Coming> {
    let mut all = Vec::new();
    for plan in planned {
        let own = releases.iter().filter(|d| d.release == plan.release);
        let newest = own.filter_map(|d| d.period_end.parse::<YearMonth>().ok()).max();
        let count = COMING.iter().find(|(months, _)| *months == plan.months).map(|(_, n)| *n);
        let (Some(mut end), Some(count)) = (newest, count) else { continue };
        for _ in 0..count {
            let (Some(start), Some(next)) = (later(end, 1), later(end, plan.months)) else { break };
            let due = plan.due.and_then(|(months, day)| {
                let month = later(next, months)?;
                Some(format!("{month}-{day:02}"))
            });
            let (start, title) = (start.to_string(), plan.title.clone());
            all.push(Coming { title, start, end: next.to_string(), due });
            end = next;
        }
    }
    // What has no day comes last.
    all.sort_by(|a, b| (a.due.is_none(), &a.due, &a.end).cmp(&(b.due.is_none(), &b.due, &b.end)));
    all
}

/// The month so many months later.
fn later(month: YearMonth, months: u8) -> Option<YearMonth> {
    let count = i32::from(month.month()) - 1 + i32::from(months);
    let place = u32::try_from(count.rem_euclid(12) + 1).ok()?;
    YearMonth::new(month.year() + count.div_euclid(12), place)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(text: &str) -> YearMonth {
        text.parse().expect("a month")
    }

    #[test]
    fn months_are_counted_over_the_year() {
        assert_eq!(later(month("2025-12"), 3), Some(month("2026-03")));
        assert_eq!(later(month("2025-01"), 0), Some(month("2025-01")));
        assert_eq!(later(month("2025-11"), 13), Some(month("2026-12")));
    }

    #[test]
    fn nothing_is_planned_without_a_release_to_count_from() {
        let annual = Planned {
            release: "annual".to_owned(),
            title: Label::english("Annual"),
            months: 12,
            due: Some((3, 8)),
        };
        assert_eq!(coming(&[annual], &[]), []);
    }
}
