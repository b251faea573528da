//! The figures of a year before, and how those of now differ from them.

use shumar_figures::compare::Change;
use shumar_schemas::release::ReleaseDocument;

use crate::gather::{Issue, List, Topic};
use crate::read::Release;

/// The changes of a list's figures since a year before, one a row.
pub(crate) struct Changes {
    /// The first and the last month of the period before.
    pub(crate) since: (String, String),
    /// The changes.
    pub(crate) rows: Vec<Change>,
}

/// The newest version of the same entry of the calendar for the same months of the year before;
/// `releases` begin with the newest.
pub(crate) fn year_before<'a>(
    releases: &'a [Release],
    now: &ReleaseDocument,
) -> Option<&'a Release> {
    releases.iter().find(|r| is_year_before(&r.document, now))
}

/// Whether a release is of the same entry of the calendar, and of the same months a year before.
pub(crate) fn is_year_before(then: &ReleaseDocument, now: &ReleaseDocument) -> bool {
    let same = |then: &str, now: &str| before(now).is_some_and(|month| month == then);
    then.release == now.release
        && same(&then.period_start, &now.period_start)
        && same(&then.period_end, &now.period_end)
}

/// The same month a year before.
fn before(month: &str) -> Option<String> {
    let (year, month) = month.split_once('-')?;
    Some(format!("{}-{month}", year.parse::<i32>().ok()? - 1))
}

/// How the figures of a list differ from those of a year before; none where these are not there, or
/// were worked out otherwise.
pub(crate) fn changes(earlier: &Issue, topic: &Topic, list: &List) -> Option<Changes> {
    if list.raw.is_empty() {
        return None;
    }
    let found = earlier.topics.iter().find(|t| t.is_like(topic))?;
    let old = found.lists.iter().find(|l| l.id == list.id)?;
    let codes = |l: &List| -> Vec<(String, Vec<String>)> {
        let of = |d: &shumar_schemas::release::DimensionDocument| {
            (d.id.clone(), d.codes.iter().map(|c| c.code.clone()).collect())
        };
        // Quarters are named by their year: they stand for each other by their place in it.
        l.by.iter().filter(|d| !d.quarters).map(of).collect()
    };
    if codes(old) != codes(list) || old.raw.len() != list.raw.len() {
        return None;
    }
    let rows = old.raw.iter().zip(&list.raw).map(|(old, now)| Change::between(old, now)).collect();
    let then = earlier.document;
    Some(Changes { since: (then.period_start.clone(), then.period_end.clone()), rows })
}
