//! The exact tables of a release: sums of kinds free of persons, over declared domains.
//!
//! They share no type with what is measured: a [`Table`](super::Table) of persons can't become one.

use super::binder::{Bound, bind};
use super::{Axis, Margin};
use crate::config::Scope;
use crate::{Catalog, Label, Period, RecordKind, SchemaError, Statistic};

/// Exact sums of one whole number of a kind free of persons.
#[derive(Debug, Clone, PartialEq)]
pub struct Sums {
    /// The statistic's name.
    pub id: String,
    /// Its title.
    pub title: Label,
    /// Its note.
    pub note: Label,
    /// The record kind, which its schema declares free of persons.
    pub kind: String,
    /// The field that is summed.
    pub measure: String,
    /// What one unit of its figures is.
    pub unit: Label,
    /// The axes.
    pub axes: Vec<Axis>,
    /// The margins to publish.
    pub margins: Vec<Margin>,
}

/// The exact tables of some statistics, one each.
///
/// # Errors
/// A statistic of a kind that is not declared free of persons; a field, level or dimension that nothing
/// declares; a margin that is too large.
pub fn sums(
    statistics: &[&Statistic],
    catalog: &Catalog,
    scope: Option<&Scope>,
    period: Period,
) -> Result<Vec<Sums>, SchemaError> {
    statistics.iter().map(|statistic| one(statistic, catalog, scope, period)).collect()
}

fn one(
    statistic: &Statistic,
    catalog: &Catalog,
    scope: Option<&Scope>,
    period: Period,
) -> Result<Sums, SchemaError> {
    let place = format!("statistic `{}`", statistic.id);
    let kind: &RecordKind = catalog.kind(&statistic.kind, &place)?;
    let measure = statistic.sum.as_deref().and_then(|sum| kind.measures().find(|f| f.name == *sum));
    let Some(measure) = measure.filter(|_| kind.free_of_persons) else {
        let what = "it is no sum of a kind free of persons".to_owned();
        let hint = "name it under `tables` of a release";
        return Err(SchemaError::invalid(place, what, hint));
    };
    let Bound { axes, margins, .. } = bind(statistic, catalog, scope, period)?;
    Ok(Sums {
        id: statistic.id.clone(),
        title: statistic.title.clone(),
        note: statistic.note.clone(),
        kind: kind.name.clone(),
        measure: measure.name.clone(),
        unit: measure.title.clone(),
        axes,
        margins,
    })
}
