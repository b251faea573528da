//! Indicators for a selection: rates, shares and medians of what is asked for, from one release.
//!
//! A share over several districts is the share of their sums, so it is worked out anew from the
//! estimated counts, with the interval that belongs to it.

use std::collections::{BTreeMap, BTreeSet};

use shumar_figures::Estimates;
use shumar_figures::indicator::{self, Source as Counted, Unworkable, Worked};
use shumar_publish::{Library, Opened};
use shumar_schemas::Measure;
use shumar_schemas::release::{
    CONFIDENCE, IndicatorDocument, ReadingsDocument, STEP, TableDocument, TermDocument,
};

use crate::answer::{Cell, Found, Part, Route};
use crate::published::Figures;
use crate::question::Question;
use crate::several::several;
use crate::source::{Grain, Source};
use crate::{Refusal, Span};

/// For some dimensions or levels, the codes that count.
type Only = BTreeMap<String, BTreeSet<String>>;

/// The figures of an indicator for one piece of the period.
///
/// # Errors
/// No release for the time; a selection that can't be worked out.
pub(crate) fn indicator(
    library: &Library,
    question: &Question,
    time: Span,
) -> Result<Found, Refusal> {
    let mut refused = None;
    for opened in library.standing() {
        let document = opened.document();
        let own = document.indicators.iter().find(|i| i.id == question.measure);
        let (Some(indicator), Some(span)) = (own, Span::of(document)) else { continue };
        for grain in [Grain::Whole, Grain::Years, Grain::Quarters] {
            let Some(name) = calendar(indicator, &document.tables, span, (time, grain)) else {
                continue;
            };
            let only = narrowed(question, name, time);
            match of_release(library, opened, indicator, question, (&only, time)) {
                Ok(found) => return Ok(found),
                Err(why) => refused = refused.or(Some(why)),
            }
        }
    }
    match refused {
        Some(refused) => Err(refused),
        None => several(library, question, time),
    }
}

/// The dimension that tells the time apart in every table of an indicator; none of a name if the
/// release is of this very time.
#[expect(clippy::option_option, reason = "not told at all, or told without a dimension")]
fn calendar<'a>(
    indicator: &IndicatorDocument,
    tables: &'a [TableDocument],
    span: Span,
    (time, grain): (Span, Grain),
) -> Option<Option<&'a str>> {
    let table = |term: &TermDocument| tables.iter().find(|t| t.id == term.table);
    let mut names = indicator.terms.iter().map(|term| {
        let (name, pieces) = Source::calendar(table(term)?, span, grain)?;
        pieces.contains(&time).then_some(name)
    });
    let first = names.next()??;
    names.all(|name| name == Some(first)).then_some(first)
}

fn narrowed(
    question: &Question,
    calendar: Option<&str>,
    time: Span,
) -> BTreeMap<String, BTreeSet<String>> {
    let mut only = question.only.clone();
    only.extend(calendar.map(|name| (name.to_owned(), BTreeSet::from([time.to_string()]))));
    only
}

fn of_release(
    library: &Library,
    opened: &Opened,
    indicator: &IndicatorDocument,
    question: &Question,
    (only, time): (&Only, Span),
) -> Result<Found, Refusal> {
    let tables = &opened.document().tables;
    let unworkable = || Refusal::Unworkable { measure: question.measure.clone() };
    let first = indicator.terms.first().ok_or_else(unworkable)?;
    let table = tables.iter().find(|t| t.id == first.table).ok_or_else(unworkable)?;
    known(library, table, question)?;
    let mut by: Vec<String> = question.split().into_iter().map(str::to_owned).collect();
    if indicator.measure == Measure::Funnel {
        by.push(STEP.to_owned());
    }
    if let Some(file) = file(indicator, &by, only) {
        let columns = indicator::columns(indicator, file, tables).map_err(|_| unworkable())?;
        let rows = opened.readings(indicator, file)?;
        let part = Part::published(opened, &indicator.id, &table.id, &file.by, time);
        let cells = rows_of(&columns, rows, &by, only);
        return Ok(Found::of_indicator(Route::Published, cells, indicator, vec![part]));
    }
    let asked = asked(indicator, &by, only).ok_or_else(unworkable)?;
    let file = reading(indicator, table, &by, only).ok_or_else(unworkable)?;
    let mut figures = Vec::new();
    for table in tables.iter().filter(|t| asked.terms.iter().any(|term| term.table == t.id)) {
        figures.push((table, opened.figures(table)?));
    }
    let sources: Vec<Counted<'_>> = figures
        .iter()
        .map(|(table, estimates)| Counted { table, estimates: estimates as &dyn Estimates })
        .collect();
    let rows = indicator::work_out(&asked, &file, &sources, CONFIDENCE);
    let rows = rows.map_err(|why| unmeasured(&why, indicator, table, (&by, only)))?;
    let columns = indicator::columns(&asked, &file, tables).map_err(|_| unworkable())?;
    let part = Part::worked(opened, &table.id, &by, time);
    let cells = rows_of(&columns, rows, &by, only);
    Ok(Found::of_indicator(Route::Combined, cells, indicator, vec![part]))
}

/// Why the counts do not tell an indicator.
pub(crate) fn unmeasured(
    why: &Unworkable,
    indicator: &IndicatorDocument,
    table: &TableDocument,
    (by, only): (&[String], &Only),
) -> Refusal {
    let crossed: BTreeSet<String> = by.iter().chain(only.keys()).cloned().collect();
    match why {
        Unworkable::Unfit(_) => Refusal::Unmeasured {
            table: table.id.clone(),
            crossed: crossed.into_iter().filter(|name| name != STEP).collect(),
            published: indicator
                .margins
                .iter()
                .map(|m| m.by.iter().filter(|name| *name != STEP).cloned().collect())
                .collect(),
        },
        _ => Refusal::Unworkable { measure: indicator.id.clone() },
    }
}

/// Refuses dimensions and codes that the first table does not have.
pub(crate) fn known(
    library: &Library,
    table: &TableDocument,
    question: &Question,
) -> Result<(), Refusal> {
    let names = question.split().into_iter().chain(question.only.keys().map(String::as_str));
    for name in names {
        let Some(found) = table.dimensions.iter().find(|d| d.id == name) else {
            return Err(Refusal::Dimension {
                measure: question.measure.clone(),
                asked: name.to_owned(),
                known: table.dimensions.iter().map(|d| (d.id.clone(), d.title.clone())).collect(),
                elsewhere: crate::own::elsewhere(library, name),
            });
        };
        let asked = question.only.get(name).into_iter().flatten();
        let unknown = |code: &&String| !found.codes.iter().any(|c| c.code == **code);
        if let Some(asked) = asked.clone().find(unknown) {
            return Err(Refusal::Code {
                dimension: name.to_owned(),
                asked: asked.clone(),
                known: found.codes.iter().map(|c| (c.code.clone(), c.label.clone())).collect(),
            });
        }
    }
    Ok(())
}

/// The published file over just what is asked for.
fn file<'a>(
    indicator: &'a IndicatorDocument,
    by: &[String],
    only: &Only,
) -> Option<&'a ReadingsDocument> {
    let single = |name: &String| only.get(name).is_some_and(|codes| codes.len() == 1);
    indicator.margins.iter().find(|file| {
        let shown = file.by.iter().all(|name| by.contains(name) || single(name));
        shown && by.iter().chain(only.keys()).all(|name| file.by.contains(name))
    })
}

/// The indicator with its counts narrowed to what is asked for; none where a code would count that
/// a term leaves out.
pub(crate) fn asked(
    indicator: &IndicatorDocument,
    by: &[String],
    only: &Only,
) -> Option<IndicatorDocument> {
    let mut asked = indicator.clone();
    for term in &mut asked.terms {
        // Split by a dimension, its other rows are left out afterwards.
        for (name, wanted) in only.iter().filter(|(name, _)| !by.contains(name)) {
            let codes: Vec<String> = wanted.iter().cloned().collect();
            let kept = match term.codes.get(name) {
                Some(own) => own.iter().filter(|c| wanted.contains(*c)).cloned().collect(),
                None => codes,
            };
            if kept.is_empty() {
                return None;
            }
            term.codes.insert(name.clone(), kept);
        }
    }
    asked.over.retain(|name| by.contains(name));
    Some(asked)
}

/// The file that the selection would have, with the populations of its rows.
pub(crate) fn reading(
    indicator: &IndicatorDocument,
    table: &TableDocument,
    by: &[String],
    only: &Only,
) -> Option<ReadingsDocument> {
    let mut file = ReadingsDocument {
        id: "asked".to_owned(),
        by: by.to_vec(),
        file: String::new(),
        sha256: String::new(),
        cells: 0,
        withheld: 0,
        area: None,
        population: Vec::new(),
    };
    if indicator.measure != Measure::Rate {
        return Some(file);
    }
    let area = |name: &String| table.dimensions.iter().any(|d| d.id == *name && d.area);
    let shown: Vec<&String> = by.iter().filter(|n| area(n)).collect();
    let hidden: Vec<&String> = only.keys().filter(|n| area(n) && !by.contains(n)).collect();
    let of = |name: Option<&String>| {
        indicator.margins.iter().find(|m| m.area.as_ref() == name).map(|m| m.population.clone())
    };
    match (shown.as_slice(), hidden.as_slice()) {
        ([], []) => file.population = of(None)?,
        ([name], []) => {
            file.area = Some((*name).clone());
            file.population = of(Some(name))?;
        }
        ([], [name]) => {
            let wanted = only.get(*name)?;
            let within = indicator.base.as_ref().map(|base| &base.within);
            let moved = |code: &String| {
                within.is_some_and(|w| w.contains_key(code) || w.values().any(|to| to == code))
            };
            // An area that is counted with another has no base of its own.
            if wanted.iter().any(moved) {
                return None;
            }
            let codes = &table.dimensions.iter().find(|d| d.id == **name)?.codes;
            let people =
                codes.iter().zip(of(Some(name))?).filter(|(c, _)| wanted.contains(&c.code));
            let people: Option<Vec<u64>> = people.map(|(_, people)| people).collect();
            file.population = vec![Some(people?.iter().sum())];
        }
        _ => return None,
    }
    Some(file)
}

/// The rows that are asked for: their codes, in the order of the question's dimensions, and figures.
pub(crate) fn rows_of(
    columns: &[shumar_schemas::release::DimensionDocument],
    rows: Vec<Worked>,
    by: &[String],
    only: &Only,
) -> Figures {
    let mut inner = rows.len();
    let strides: Vec<usize> = columns
        .iter()
        .map(|column| {
            inner /= column.codes.len().max(1);
            inner
        })
        .collect();
    let mut all = Vec::new();
    for (place, row) in rows.into_iter().enumerate() {
        let code = |i: usize| &columns[i].codes[place / strides[i] % columns[i].codes.len()].code;
        let fits = |i: usize| only.get(&columns[i].id).is_none_or(|codes| codes.contains(code(i)));
        if !(0..columns.len()).all(fits) {
            continue;
        }
        let of =
            |name: &String| columns.iter().position(|c| c.id == *name).map(|i| code(i).clone());
        all.push((by.iter().filter_map(of).collect(), Cell::read(&row)));
    }
    all
}

impl Found {
    /// Figures of an indicator.
    pub(crate) fn of_indicator(
        route: Route,
        cells: Figures,
        indicator: &IndicatorDocument,
        parts: Vec<Part>,
    ) -> Self {
        Self {
            route,
            cells,
            parts,
            title: indicator.title.clone(),
            unit: indicator.unit.clone(),
            recorded: None,
            persons: false,
            together: Vec::new(),
            notes: Vec::new(),
        }
    }
}
