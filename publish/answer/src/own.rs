//! By what a measure is counted. All statistics of a kind lie in one table, but a question about one of
//! them may only name what that one is published by: else “results of court cases by district” would be
//! answered with all cases.

use std::collections::BTreeSet;

use shumar_figures::indicator::Layout;
use shumar_publish::Library;
use shumar_schemas::Label;
use shumar_schemas::release::{DimensionDocument, TableDocument};

use crate::Refusal;
use crate::question::{QUARTER, Question, YEAR};
use crate::refusal::Named;

/// The dimensions and levels of a table that a statistic is counted by: those that it is published or was
/// measured by, and coarser ones.
pub(crate) fn own<'a>(
    library: &Library,
    table: &'a TableDocument,
    measure: &str,
) -> Vec<&'a DimensionDocument> {
    let of_measure = |id: &str| {
        let asked = id.strip_prefix(measure);
        asked.is_some_and(|rest| rest.is_empty() || rest.starts_with("-request-"))
    };
    let statistics = library.standing().flat_map(|o| &o.document().statistics);
    let margins = statistics.filter(|s| of_measure(&s.id)).flat_map(|s| &s.margins);
    let names: BTreeSet<&str> = margins.flat_map(|m| &m.by).map(String::as_str).collect();
    let layout = Layout::of(table);
    let counted = |of: &&DimensionDocument| {
        let Some((axis, depth, _)) = layout.place(&of.id) else { return false };
        let finer =
            |name: &&str| layout.place(name).is_some_and(|(a, d, _)| a == axis && d >= depth);
        names.iter().any(finer)
    };
    table.dimensions.iter().filter(counted).collect()
}

/// Refuses dimensions that a statistic is not counted by, and says where they are counted.
///
/// # Errors
/// [`Refusal::Dimension`].
pub(crate) fn check(
    library: &Library,
    own: &[&DimensionDocument],
    question: &Question,
) -> Result<(), Refusal> {
    let mut names = question.split().into_iter().chain(question.only.keys().map(String::as_str));
    match names.find(|name| !own.iter().any(|d| d.id == *name)) {
        None => Ok(()),
        Some(asked) => Err(Refusal::Dimension {
            measure: question.measure.clone(),
            asked: asked.to_owned(),
            known: own.iter().map(|d| (d.id.clone(), d.title.clone())).collect(),
            elsewhere: elsewhere(library, asked),
        }),
    }
}

/// The statistics that are counted by a dimension.
pub(crate) fn elsewhere(library: &Library, dimension: &str) -> Vec<Named> {
    let mut found: Vec<Named> = Vec::new();
    for document in library.standing().map(shumar_publish::Opened::document) {
        for statistic in document.statistics.iter().filter(|s| !s.id.contains("-request-")) {
            let table = document.tables.iter().find(|t| t.id == statistic.table);
            let by = table.map(|t| own(library, t, &statistic.id)).unwrap_or_default();
            let new = !found.iter().any(|(id, _)| *id == statistic.id);
            if new && by.iter().any(|d| d.id == dimension) {
                found.push((statistic.id.clone(), statistic.title.clone()));
            }
        }
    }
    found
}

/// The titles of what is counted together: dimensions that the question neither splits nor narrows, but
/// for areas and times.
pub(crate) fn together(
    table: &TableDocument,
    own: &[&DimensionDocument],
    question: &Question,
) -> Vec<Label> {
    let layout = Layout::of(table);
    let axis = |name: &str| layout.place(name).map(|(axis, _, _)| axis);
    let names = question.split().into_iter().chain(question.only.keys().map(String::as_str));
    let mut named: BTreeSet<usize> = names.filter_map(axis).collect();
    let mut titles = Vec::new();
    for dimension in own.iter().filter(|d| !d.area && !d.quarters) {
        let calendar = [YEAR, QUARTER].contains(&dimension.id.as_str());
        if !calendar && axis(&dimension.id).is_some_and(|axis| named.insert(axis)) {
            titles.push(dimension.title.clone());
        }
    }
    titles
}
