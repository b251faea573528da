//! What is counted together: all that the margins are placed by, or the largest margins apart.

use std::collections::BTreeSet;

use datafusion::prelude::{Expr, ident};
use shumar_schemas::AxisSource;

use super::{ORDINAL, Wanted};

/// The most cells of one set that no margin asks for as a whole: 2 MB for each bound and core. Above
/// it the largest margins are counted apart, each record once for each, so that memory grows with
/// what is wanted and not with the product of all domains.
pub(super) const GROUPS_MAX: usize = 1 << 19;

/// The sets of cells that one scan counts, finer than the margins that are added up from them.
pub(super) struct Groups {
    /// What records are placed by.
    pub(super) keys: Vec<Key>,
    /// The sets, as places of keys.
    pub(super) sets: Vec<Vec<usize>>,
    /// For each margin the set that it is added up from.
    pub(super) of: Vec<usize>,
    /// The bounds of the margins, ascending.
    pub(super) bounds: Vec<u32>,
}

/// One thing that records are placed by.
pub(super) struct Key {
    /// The column.
    pub(super) column: String,
    /// How its values are placed.
    pub(super) source: AxisSource,
    /// How many places there are; the last is of values that have none.
    pub(super) places: usize,
}

impl Groups {
    /// The sets for these margins: one of at most `most` cells, or one for each margin that no other
    /// contains, joined up to that size. `date` is the field of the event date.
    pub(super) fn of(wanted: &[Wanted<'_>], date: &str, most: usize) -> Self {
        let mut keys: Vec<Key> = Vec::new();
        let mut used: Vec<Vec<usize>> = Vec::new();
        for (table, margin) in wanted {
            let mut set: Vec<usize> = Vec::new();
            for (axis, _) in &margin.by {
                let source = &table.axes[*axis].source;
                let known = keys.iter().position(|key| key.source == *source);
                set.push(known.unwrap_or_else(|| {
                    keys.push(Key::new(source, date));
                    keys.len() - 1
                }));
            }
            set.sort_unstable();
            set.dedup();
            used.push(set);
        }
        let mut bounds: Vec<u32> = wanted.iter().map(|(table, _)| table.bound).collect();
        bounds.sort_unstable();
        bounds.dedup();
        let within = |a: &[usize], b: &[usize]| a.iter().all(|key| b.contains(key));
        let mut sets: Vec<Vec<usize>> = used.clone();
        sets.sort_by_key(|set| std::cmp::Reverse(set.len()));
        let mut largest: Vec<Vec<usize>> = Vec::new();
        for set in sets {
            if !largest.iter().any(|other| within(&set, other)) {
                largest.push(set);
            }
        }
        let sets = together(&keys, largest, most);
        let home = |set: &Vec<usize>| sets.iter().position(|other| within(set, other));
        let of = used.iter().map(|set| home(set).unwrap_or_default()).collect();
        Self { keys, sets, of, bounds }
    }

    /// The columns that the keys read, and the ordinal.
    pub(super) fn columns(&self) -> Vec<Expr> {
        let columns = self.keys.iter().map(|key| key.column.as_str()).chain([ORDINAL]);
        columns.collect::<BTreeSet<_>>().into_iter().map(ident).collect()
    }

    /// How many cells a set has. `None` if there are more than can be counted.
    pub(super) fn cells(&self, set: &[usize]) -> Option<usize> {
        cells(&self.keys, set)
    }
}

impl Key {
    fn new(source: &AxisSource, date: &str) -> Self {
        let (column, places) = match source {
            AxisSource::Code { field, place, blank } => {
                (field.as_str(), place.values().chain(blank).max().map_or(0, |last| last + 1))
            }
            AxisSource::Boolean { field } => (field.as_str(), 3),
            AxisSource::Bins { field, edges, blank } => {
                (field.as_str(), edges.len().max(blank.map_or(0, |place| place + 1)))
            }
            AxisSource::Years { years } => (date, years.len()),
            AxisSource::Quarters { quarters } => (date, quarters.len()),
        };
        Self { column: column.to_owned(), source: source.clone(), places: places + 1 }
    }
}

fn cells(keys: &[Key], set: &[usize]) -> Option<usize> {
    set.iter().try_fold(1_usize, |cells, key| cells.checked_mul(keys[*key].places))
}

/// Joins sets as long as they have at most `most` cells together: every set takes each record once
/// more.
fn together(keys: &[Key], sets: Vec<Vec<usize>>, most: usize) -> Vec<Vec<usize>> {
    let mut joined: Vec<Vec<usize>> = Vec::new();
    for set in sets {
        let with = |other: &Vec<usize>| {
            let mut both: Vec<usize> = other.iter().chain(&set).copied().collect();
            both.sort_unstable();
            both.dedup();
            let fits = cells(keys, &both).is_some_and(|cells| cells <= most);
            fits.then_some(both)
        };
        match joined.iter().enumerate().find_map(|(i, other)| Some((i, with(other)?))) {
            Some((i, both)) => joined[i] = both,
            None => joined.push(set),
        }
    }
    joined
}
