//! The tables of a release: all statistics of one kind and way of counting share one table, so that
//! every figure adds up with every other.
//!
//! Dimensions of several statistics that read the same field are one axis with nested levels.

use super::binder::{Bound, bind};
use super::{Axis, AxisCode, AxisSource, Level, Margin, Published, Table, calibration};
use crate::config::Scope;
use crate::statistic::{Count, Statistic};
use crate::{Bounds, Catalog, Label, Period, SchemaError};

/// The tables that some statistics are published from, in the order in which they first appear.
///
/// # Errors
/// A field, level or dimension that nothing declares, a margin that is too large, or two statistics
/// that name one thing differently.
pub fn tables(
    statistics: &[&Statistic],
    catalog: &Catalog,
    scope: Option<&Scope>,
    bounds: &Bounds,
    period: Period,
) -> Result<Vec<Table>, SchemaError> {
    let mut groups: Vec<(&str, Count, Vec<Bound<'_>>)> = Vec::new();
    for statistic in statistics {
        if statistic.sum.is_some() {
            let what = "it sums a kind free of persons, which is never measured".to_owned();
            let hint = "name it under `exact` of a release; its figures are published as they are";
            return Err(SchemaError::invalid(format!("statistic `{}`", statistic.id), what, hint));
        }
        let bound = bind(statistic, catalog, scope, period)?;
        match groups.iter_mut().find(|g| (g.0, g.1) == (statistic.kind.as_str(), statistic.count)) {
            Some(group) => group.2.push(bound),
            None => groups.push((&statistic.kind, statistic.count, vec![bound])),
        }
    }
    let table = |(kind, count, group): (&str, Count, Vec<Bound<'_>>)| {
        let kind = catalog.kind(kind, "the release")?;
        let (id, bound, unit) = match count {
            Count::Records => (kind.name.clone(), bounds.of(&kind.name), &kind.unit),
            Count::Persons => (format!("{}-persons", kind.name), 1, &kind.persons_unit),
        };
        let axes = axes(&group)?;
        let published = group.iter().map(|b| published(b, &axes)).collect();
        let (kind, unit) = (kind.name.clone(), unit.clone());
        Ok(Table { id, period, kind, count, bound, unit, axes, published })
    };
    let tables: Vec<Table> = groups.into_iter().map(table).collect::<Result<_, _>>()?;
    let beside = tables.iter().filter_map(|t| calibration::of(t, bounds.calibration?));
    let beside: Vec<Table> = beside.collect();
    Ok(tables.into_iter().chain(beside).collect())
}

/// A dimension of a statistic, at one level.
#[derive(Clone, PartialEq)]
struct View {
    id: String,
    title: Label,
    codes: Vec<AxisCode>,
    source: AxisSource,
    area: bool,
}

/// The axes of all statistics of a table.
fn axes(group: &[Bound<'_>]) -> Result<Vec<Axis>, SchemaError> {
    let mut views: Vec<View> = Vec::new();
    for bound in group {
        for view in bound.axes.iter().flat_map(of_axis) {
            let same = |v: &&View| v.id == view.id || v.source == view.source;
            match views.iter().find(same) {
                None => views.push(view),
                Some(v) if v.id == view.id && v.source == view.source => {}
                Some(v) => {
                    let what = format!(
                        "its dimension `{}` and `{}` of another statistic of the same kind are two names of one thing, or one name of two",
                        view.id, v.id
                    );
                    let place = format!("statistic `{}`", bound.statistic.id);
                    let hint = "give one meaning one `id` in all statistics of a kind";
                    return Err(SchemaError::invalid(place, what, hint));
                }
            }
        }
    }
    // The finest view of a field begins an axis; coarser ones join it where they nest.
    let mut order: Vec<usize> = (0..views.len()).collect();
    order.sort_by_key(|i| std::cmp::Reverse(views[*i].codes.len()));
    let mut chains: Vec<Vec<usize>> = Vec::new();
    for view in order {
        let nests = |chain: &&mut Vec<usize>| {
            let last = chain.last().map(|last| &views[*last].source);
            last.is_some_and(|last| coarsened(last, &views[view].source).is_some())
        };
        match chains.iter_mut().find(nests) {
            Some(chain) => chain.push(view),
            None => chains.push(vec![view]),
        }
    }
    chains.sort_by_key(|chain| chain.iter().min().copied());
    Ok(chains.iter().map(|chain| axis(&views, chain)).collect())
}

fn axis(views: &[View], chain: &[usize]) -> Axis {
    let View { id, title, codes, source, area } = views[chain[0]].clone();
    let level = |i: &usize| {
        let View { id, title, codes, source: coarse, .. } = views[*i].clone();
        let of = coarsened(&source, &coarse).unwrap_or_default();
        Level { id, title, codes, of }
    };
    let levels = chain[1..].iter().map(level).collect();
    Axis { id, title, codes, source, area, levels }
}

/// The views of a statistic's own axis: itself and its levels.
fn of_axis(axis: &Axis) -> Vec<View> {
    let mut views = vec![View {
        id: axis.id.clone(),
        title: axis.title.clone(),
        codes: axis.codes.clone(),
        source: axis.source.clone(),
        area: axis.area,
    }];
    for level in &axis.levels {
        let AxisSource::Code { field, place, blank } = &axis.source else { continue };
        let at = |place: &usize| level.of[*place];
        let place = place.iter().map(|(code, p)| (code.clone(), at(p))).collect();
        let blank = blank.as_ref().map(at);
        views.push(View {
            id: level.id.clone(),
            title: level.title.clone(),
            codes: level.codes.clone(),
            source: AxisSource::Code { field: field.clone(), place, blank },
            area: axis.area,
        });
    }
    views
}

/// For every place of a fine view its place in a coarse one; `None` where it does not nest.
fn coarsened(fine: &AxisSource, coarse: &AxisSource) -> Option<Vec<usize>> {
    let mut of: Vec<Option<usize>> = Vec::new();
    let mut put = |at: usize, to: usize| {
        if of.len() <= at {
            of.resize(at + 1, None);
        }
        let known = of[at].get_or_insert(to);
        *known == to
    };
    let nests = match (fine, coarse) {
        (
            AxisSource::Code { field, place, blank },
            AxisSource::Code { field: other, place: coarse, blank: coarse_blank },
        ) if field == other => {
            let mut codes = place.iter();
            let blanks = match (blank, coarse_blank) {
                (Some(at), Some(to)) => put(*at, *to),
                (None, None) => true,
                _ => false,
            };
            blanks
                && place.len() == coarse.len()
                && codes.all(|(code, at)| coarse.get(code).is_some_and(|to| put(*at, *to)))
        }
        (
            AxisSource::Bins { field, edges, blank },
            AxisSource::Bins { field: other, edges: coarse, blank: coarse_blank },
        ) if field == other => {
            let blanks = match (blank, coarse_blank) {
                (Some(at), Some(to)) => put(*at, *to),
                (None, None) => true,
                _ => false,
            };
            let bin = |edge: &i32| coarse.partition_point(|c| c <= edge).checked_sub(1);
            blanks
                && coarse.iter().all(|c| edges.contains(c))
                && edges.iter().enumerate().all(|(i, e)| bin(e).is_some_and(|to| put(i, to)))
        }
        (AxisSource::Quarters { quarters }, AxisSource::Years { years }) => {
            let year = |(y, _): &(i32, u8)| years.iter().position(|year| year == y);
            quarters.iter().enumerate().all(|(i, q)| year(q).is_some_and(|to| put(i, to)))
        }
        _ => false,
    };
    nests.then(|| of.into_iter().collect()).flatten()
}

/// What a statistic publishes, over the table's axes.
fn published(bound: &Bound<'_>, axes: &[Axis]) -> Published {
    let find = |name: &str| {
        axes.iter().enumerate().find_map(|(i, axis)| {
            let level = axis.levels.iter().position(|l| l.id == name);
            (axis.id == name).then_some((i, None)).or(level.map(|l| (i, Some(l))))
        })
    };
    let margin = |margin: &Margin| {
        let names = margin.by.iter().map(|&(axis, level)| bound.axes[axis].name_at(level).0);
        let by = names.filter_map(find).collect();
        Margin { by, weight: margin.weight * bound.statistic.weight, ..margin.clone() }
    };
    Published {
        id: bound.statistic.id.clone(),
        title: bound.statistic.title.clone(),
        note: bound.statistic.note.clone(),
        margins: bound.margins.iter().map(margin).collect(),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn built_in(names: &[&str], period: Period) -> Result<Vec<Table>, SchemaError> {
        let catalog = Catalog::new(&[])?;
        let statistics: Result<Vec<&Statistic>, SchemaError> =
            names.iter().map(|n| catalog.statistic(n, "a test")).collect();
        let bounds = Bounds { all: 3, kinds: BTreeMap::new(), calibration: None };
        tables(&statistics?, &catalog, None, &bounds, period)
    }

    #[test]
    fn statistics_of_one_kind_share_a_table_with_nested_levels() {
        let names = ["police-complaints", "police-outcomes", "women-sheltered"];
        let tables = built_in(&names, Period::Year(2025)).expect("bound");
        let ids: Vec<&str> = tables.iter().map(|t| t.id.as_str()).collect();
        assert_eq!(ids, ["police", "shelter-persons"]);
        let police = &tables[0];
        let axes: Vec<&str> = police.axes.iter().map(|a| a.id.as_str()).collect();
        assert_eq!(axes, ["district", "quarter", "offence_group", "outcome_complaint"]);
        let district = &police.axes[0];
        assert_eq!(district.levels.len(), 1);
        let nested = district.nested();
        assert_eq!(nested.len(), 2);
        assert!(nested[0].iter().all(|p| *p == 0));
        assert_eq!(nested[1], district.levels[0].of);
        let outcome = &police.published[1].margins[1];
        assert_eq!(outcome.by, [(0, Some(0)), (3, None)]);
        assert_eq!(outcome.depths(police), [1, 0, 0, 1]);
        assert_eq!(police.at_depths(&[1, 0, 0, 1]).by, outcome.by);
        assert_eq!(police.at_depths(&[2, 1, 0, 0]).id, "district-quarter");
        assert_eq!(police.at_depths(&[0, 0, 0, 0]).id, "total");
    }

    #[test]
    fn cells_are_found_whatever_the_order_of_a_margins_axes() {
        let tables = built_in(&["police-complaints"], Period::Year(2025)).expect("bound");
        let table = &tables[0];
        let quarters = table.axes[1].codes.len();
        let divisions = table.axes[0].levels[0].codes.len();
        let turned = Margin { id: "x".into(), by: vec![(1, None), (0, Some(0))], weight: 1.0 };
        let places = turned.in_axis_order(table);
        assert_eq!(places.len(), quarters * divisions);
        for (cell, place) in places.into_iter().enumerate() {
            let (quarter, division) = (cell / divisions, cell % divisions);
            assert_eq!(place, division * quarters + quarter);
        }
    }
}
