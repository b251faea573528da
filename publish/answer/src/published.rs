//! Figures that stand in a published table just as they are asked for.

use shumar_publish::{Library, PublishError, Row};
use shumar_schemas::release::{MarginDocument, StatisticDocument};

use crate::answer::{Cell, Part};
use crate::question::Question;
use crate::source::{Grain, Source};
use crate::{Refusal, Span};

/// Figures by the codes of the question's dimensions.
pub(crate) type Figures = Vec<(Vec<String>, Cell)>;

/// The published figures of one piece of the period, by the codes of the question's dimensions, and
/// where they stand; none if no release has them as they are.
///
/// # Errors
/// A release that can't be used.
pub(crate) fn published(
    library: &Library,
    question: &Question,
    time: Span,
) -> Result<Option<(Figures, Part)>, Refusal> {
    let mut best: Option<(f64, Figures, Part)> = None;
    for opened in library.standing() {
        let document = opened.document();
        let Some(span) = Span::of(document) else { continue };
        for statistic in document.statistics.iter().filter(|s| s.id == question.measure) {
            let Some(table) = document.tables.iter().find(|t| t.id == statistic.table) else {
                continue;
            };
            for grain in [Grain::Whole, Grain::Years, Grain::Quarters] {
                let Some((name, pieces)) = Source::calendar(table, span, grain) else { continue };
                if !pieces.contains(&time) {
                    continue;
                }
                let narrowed = name.map(|name| (name, time.to_string()));
                let Some(margin) = margin(statistic, question, narrowed.as_ref().map(|n| n.0))
                else {
                    continue;
                };
                let rows =
                    matching(opened.rows(statistic, margin), margin, question, narrowed.as_ref())?;
                let error = rows.iter().filter_map(|(_, cell)| cell.error).sum();
                let part = Part::published(opened, &statistic.id, &table.id, &margin.by, time);
                if best.as_ref().is_none_or(|(least, ..)| error < *least) {
                    best = Some((error, rows, part));
                }
            }
        }
    }
    Ok(best.map(|(_, rows, part)| (rows, part)))
}

/// The margin over just the dimensions that are asked for; one that is not shown must be narrowed to
/// a single code.
fn margin<'a>(
    statistic: &'a StatisticDocument,
    question: &Question,
    time: Option<&str>,
) -> Option<&'a MarginDocument> {
    let split = question.split();
    let single = |name: &String| question.only.get(name).is_some_and(|codes| codes.len() == 1);
    let named = |name: &String| {
        split.contains(&name.as_str()) || single(name) || time == Some(name.as_str())
    };
    let wanted = split.iter().copied().chain(question.only.keys().map(String::as_str)).chain(time);
    let wanted: Vec<&str> = wanted.collect();
    let has = |margin: &MarginDocument, name: &str| margin.by.iter().any(|by| by == name);
    statistic
        .margins
        .iter()
        .find(|margin| margin.by.iter().all(named) && wanted.iter().all(|name| has(margin, name)))
}

fn matching(
    rows: Result<Vec<Row>, PublishError>,
    margin: &MarginDocument,
    question: &Question,
    time: Option<&(&str, String)>,
) -> Result<Figures, Refusal> {
    let split = question.split();
    let counts = |row: &Row| {
        margin.by.iter().zip(&row.codes).all(|(name, code)| {
            let fits = question.only.get(name).is_none_or(|codes| codes.contains(code));
            let now = time.is_none_or(|(own, time)| own != name || time == code);
            fits && now
        })
    };
    let cell = |row: Row| {
        let place = |name: &&str| margin.by.iter().position(|by| by == name);
        let codes = split.iter().filter_map(place).map(|i| row.codes[i].clone()).collect();
        let cell = Cell {
            value: Some(row.value),
            error: Some(row.error),
            lower: Some(row.lower),
            upper: Some(row.upper),
            displayed: row.displayed,
            ..Cell::default()
        };
        (codes, cell)
    };
    Ok(rows?.into_iter().filter(|row| counts(row)).map(cell).collect())
}
