//! What the scan groups by: all fields that the margins use together, or the largest margins apart.

use std::borrow::Cow;

use arrow::datatypes::DataType;
use datafusion::logical_expr::{Aggregate, GroupingSet};
use datafusion::prelude::{Expr, cast, col, ident, lit};
use shumar_schemas::AxisSource;

use super::Wanted;

/// The most groups of one group-by over all fields: some 100 MB on two cores. Above it the largest
/// margins are grouped apart, each row once for each, so that memory grows with what is wanted and
/// not with the product of all domains.
pub(super) const GROUPS_MAX: usize = 1 << 19;

/// The column that tells a row's grouping set.
pub(super) const SET: &str = Aggregate::INTERNAL_GROUPING_ID;

/// The group-by of a scan.
pub(super) struct Groups {
    /// The columns, in the order in which the engine meets them.
    keys: Vec<Key>,
    /// The grouping sets, as places of columns.
    sets: Vec<Vec<usize>>,
    /// For each margin the set that it is added up from.
    of: Vec<usize>,
}

/// A column to group by.
struct Key {
    name: String,
    value: Expr,
    /// How many values it has, with the blank.
    values: usize,
}

impl Groups {
    /// The group-by for these margins: one of at most `most` groups, or one for each margin that no
    /// other contains. `date` is the field of the event date.
    pub(super) fn of(wanted: &[Wanted<'_>], date: &str, most: usize) -> Self {
        let mut keys: Vec<Key> = Vec::new();
        let mut used: Vec<Vec<usize>> = Vec::new();
        for (table, margin) in wanted {
            let mut set: Vec<usize> = Vec::new();
            for (axis, _) in &margin.by {
                let source = &table.axes[*axis].source;
                let name = name(source, date);
                let known = keys.iter().position(|key| key.name == name);
                set.push(known.unwrap_or_else(|| {
                    let (name, value) = (name.into_owned(), value(source, date));
                    keys.push(Key { name, value, values: values(source) });
                    keys.len() - 1
                }));
            }
            set.sort_unstable();
            set.dedup();
            used.push(set);
        }
        let all = keys.iter().try_fold(1_usize, |all, key| all.checked_mul(key.values));
        if all.is_some_and(|all| all <= most) {
            let sets = vec![(0..keys.len()).collect()];
            return Self { keys, sets, of: vec![0; wanted.len()] };
        }
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
        Self { keys, sets, of }
    }

    /// The columns to group by, with their names.
    pub(super) fn columns(&self) -> Vec<Expr> {
        self.keys.iter().map(|key| key.value.clone().alias(&key.name)).collect()
    }

    /// The group-by itself, over [`Groups::columns`].
    pub(super) fn by(&self) -> Vec<Expr> {
        let column = |key: &usize| ident(&self.keys[*key].name);
        let sets = self.sets.iter().map(|set| set.iter().map(column).collect());
        let mut sets: Vec<Vec<Expr>> = sets.collect();
        match sets.pop() {
            Some(only) if sets.is_empty() => only,
            last => {
                sets.extend(last);
                vec![Expr::GroupingSet(GroupingSet::GroupingSets(sets))]
            }
        }
    }

    /// What the column [`SET`] holds in the rows that a margin is added up from: a bit for each
    /// column in the order in which the sets name them, 1 where the set leaves it out. `None` if
    /// there is one set, and no such column.
    pub(super) fn set_of(&self, margin: usize) -> Option<u64> {
        if self.sets.len() < 2 {
            return None;
        }
        let mut order: Vec<usize> = Vec::new();
        for key in self.sets.iter().flatten() {
            if !order.contains(key) {
                order.push(*key);
            }
        }
        let set = &self.sets[self.of[margin]];
        Some(order.iter().fold(0, |bits, key| bits << 1 | u64::from(!set.contains(key))))
    }
}

/// Joins sets as long as their columns together have at most `most` groups: every set takes each row
/// once more.
fn together(keys: &[Key], sets: Vec<Vec<usize>>, most: usize) -> Vec<Vec<usize>> {
    let groups =
        |set: &[usize]| set.iter().try_fold(1_usize, |all, key| all.checked_mul(keys[*key].values));
    let mut joined: Vec<Vec<usize>> = Vec::new();
    for set in sets {
        let with = |other: &Vec<usize>| {
            let mut both: Vec<usize> = other.iter().chain(&set).copied().collect();
            both.sort_unstable();
            both.dedup();
            let fits = groups(&both).is_some_and(|groups| groups <= most);
            fits.then_some(both)
        };
        match joined.iter().enumerate().find_map(|(i, other)| Some((i, with(other)?))) {
            Some((i, both)) => joined[i] = both,
            None => joined.push(set),
        }
    }
    joined
}

/// The name of the column that an axis is placed by.
pub(super) fn name<'a>(source: &'a AxisSource, date: &'a str) -> Cow<'a, str> {
    match source {
        AxisSource::Code { field, .. } | AxisSource::Boolean { field } => field.into(),
        AxisSource::Bins { field, edges, .. } => format!("{field} by {edges:?}").into(),
        AxisSource::Years { .. } | AxisSource::Quarters { .. } => date.into(),
    }
}

/// Its value: the field, or for numbers how many lower edges they have reached, which leaves far
/// fewer groups.
fn value(source: &AxisSource, date: &str) -> Expr {
    match source {
        AxisSource::Code { field, .. } | AxisSource::Boolean { field } => col(field),
        AxisSource::Bins { field, edges, .. } => {
            let reached = |edge: &i32| cast(col(field).gt_eq(lit(*edge)), DataType::Int32);
            edges.iter().map(reached).reduce(|sum, one| sum + one).unwrap_or(lit(0_i32))
        }
        AxisSource::Years { .. } | AxisSource::Quarters { .. } => col(date),
    }
}

/// How many values it has: every code, or every month, and the blank.
fn values(source: &AxisSource) -> usize {
    let stated = match source {
        AxisSource::Code { place, .. } => place.len(),
        AxisSource::Boolean { .. } => 2,
        AxisSource::Bins { edges, .. } => edges.len() + 1,
        AxisSource::Years { years } => years.len() * 12,
        AxisSource::Quarters { quarters } => quarters.len() * 3,
    };
    stated + 1
}
