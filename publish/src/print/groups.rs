//! Which groups of a statistic have the highest figures, by reason, offence or age.
//!
//! The word "highest" comes from `shumar-figures` alone, which gives it only where the intervals
//! of all groups together decide. Areas and quarters are left out.

use std::panic::{AssertUnwindSafe, catch_unwind};

use shumar_figures::compare::ranks;
use shumar_schemas::release::{CONFIDENCE, DimensionDocument, TableDocument};

use crate::beside::figures_of;
use crate::read::{Release, Statistic, statistics};

/// Most groups that are named together as the highest.
const NAMED_MAX: usize = 3;
/// Fewest and most groups among which one can be said to stand out: the work grows with their
/// square.
const GROUPS: std::ops::RangeInclusive<usize> = 3..=24;

/// The groups of a dimension that have the highest figures.
pub(crate) struct Highest<'a> {
    /// The statistic.
    pub(crate) statistic: &'a str,
    /// Its list by that dimension.
    pub(crate) list: &'a str,
    /// Their places among the codes of the dimension.
    pub(crate) groups: Vec<usize>,
}

/// Which groups stand out in the statistics of a release; nothing of a table whose measurements
/// can't be used, which is told elsewhere.
pub(crate) fn highest(release: &Release) -> Vec<Highest<'_>> {
    let mut found = Vec::new();
    for table in &release.document.tables {
        let own = statistics(&release.document).filter(|s| s.table.id == table.id);
        let own: Vec<_> = own.filter_map(|s| Some((s, by_group(s)?))).collect();
        if own.is_empty() {
            continue;
        }
        let work = || {
            let figures = figures_of(release, table)?;
            let shape = release.shape(table).ok()?;
            let one = |dimension: &DimensionDocument| {
                let at = release.grid(table, &shape, std::slice::from_ref(&dimension.id)).ok()?.at;
                let n = dimension.codes.len();
                let alone = |i| (0..n).map(|j| if i == j { 1.0 } else { 0.0 }).collect();
                let ranks = ranks(&figures, &at, (0..n).map(alone).collect(), CONFIDENCE).ok()?;
                top(&ranks.iter().map(|rank| rank.worst).collect::<Vec<_>>())
            };
            Some(own.iter().map(|(_, (_, dimension))| one(dimension)).collect::<Vec<_>>())
        };
        let worked = catch_unwind(AssertUnwindSafe(work)).ok().flatten().unwrap_or_default();
        for ((statistic, (list, _)), groups) in own.iter().zip(worked) {
            let statistic = statistic.document.id.as_str();
            found.extend(groups.map(|groups| Highest { statistic, list, groups }));
        }
    }
    found
}

/// The first list of a statistic by one dimension that is neither place nor time.
fn by_group(statistic: Statistic<'_>) -> Option<(&str, &DimensionDocument)> {
    let Statistic { document, table } = statistic;
    document.margins.iter().find_map(|margin| {
        let [by] = &margin.by[..] else { return None };
        let dimension = table.dimensions.iter().find(|d| d.id == *by)?;
        let fits = GROUPS.contains(&dimension.codes.len()) && !is_place(table, dimension);
        fits.then_some((margin.id.as_str(), dimension))
    })
}

/// Whether a dimension, what it coarsens, or a level of it is of areas or of quarters.
fn is_place(table: &TableDocument, dimension: &DimensionDocument) -> bool {
    let base = |d: &DimensionDocument| d.level_of.clone().unwrap_or_else(|| d.id.clone());
    let own = table.dimensions.iter().filter(|d| base(d) == base(dimension));
    own.into_iter().any(|d| d.area || d.quarters)
}

/// The fewest groups that take the first places among themselves, given the worst place that each
/// can have.
fn top(worst: &[usize]) -> Option<Vec<usize>> {
    let within = |k: usize| -> Vec<usize> {
        worst.iter().enumerate().filter(|(_, worst)| **worst <= k).map(|(i, _)| i).collect()
    };
    let most = NAMED_MAX.min(worst.len().saturating_sub(1));
    (1..=most).map(|k| (k, within(k))).find(|(k, top)| top.len() == *k).map(|(_, top)| top)
}

#[cfg(test)]
mod tests {
    use super::top;

    #[test]
    fn only_groups_that_are_told_from_all_others_stand_out() {
        assert_eq!(top(&[1, 4, 4, 4]), Some(vec![0]));
        assert_eq!(top(&[2, 4, 2, 4]), Some(vec![0, 2]));
        assert_eq!(top(&[4, 4, 4, 4]), None);
        // Two may be the second, but none is told to be.
        assert_eq!(top(&[3, 4, 3, 4]), None);
        assert_eq!(top(&[3, 3, 3]), None);
        assert_eq!(top(&[]), None);
    }
}
