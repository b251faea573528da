//! Indicators over a period that no single release is of: the counts of several releases are added up,
//! and the share, rate or median is worked out from the sums, with the interval that belongs to them.

use shumar_figures::indicator::{self, Layout, Source as Counted};
use shumar_figures::{Estimates, Figures};
use shumar_publish::{Library, Opened};
use shumar_schemas::Measure;
use shumar_schemas::release::{
    CONFIDENCE, DimensionDocument, IndicatorDocument, STEP, TableDocument,
};

use crate::added::{Added, Addend, Within};
use crate::answer::{Found, Note, Part, Route};
use crate::indicator::{asked, known, reading, rows_of, unmeasured};
use crate::question::Question;
use crate::source::{Grain, Source};
use crate::{Refusal, Span};

/// A release with the pieces of its period that are wanted.
struct Piece<'a> {
    opened: &'a Opened,
    indicator: &'a IndicatorDocument,
    grain: Grain,
    times: Vec<Span>,
}

/// The figures of an indicator for a time that several releases cover together.
///
/// # Errors
/// A time that they do not cover; an indicator that changed in between; counts that do not tell it.
pub(crate) fn several(
    library: &Library,
    question: &Question,
    time: Span,
) -> Result<Found, Refusal> {
    let pieces = pieces(library, question, time)?;
    let unworkable = || Refusal::Unworkable { measure: question.measure.clone() };
    let changed = || Refusal::Changed { measure: question.measure.clone() };
    let first = pieces.first().ok_or_else(unworkable)?;
    let indicator = first.indicator;
    if !pieces.iter().all(|p| same(p.indicator, indicator)) {
        return Err(changed());
    }
    let tables = &first.opened.document().tables;
    let lead = indicator.terms.first().ok_or_else(unworkable)?;
    let lead = tables.iter().find(|t| t.id == lead.table).ok_or_else(unworkable)?;
    known(library, lead, question)?;
    let mut by: Vec<String> = question.split().into_iter().map(str::to_owned).collect();
    if indicator.measure == Measure::Funnel {
        by.push(STEP.to_owned());
    }
    let only = &question.only;
    let narrowed = asked(indicator, &by, only).ok_or_else(unworkable)?;
    let mut file = reading(indicator, lead, &by, only).ok_or_else(unworkable)?;
    if indicator.measure == Measure::Rate {
        // A rate of a part of a year would have another meaning.
        if pieces.iter().any(|p| p.grain != Grain::Whole) {
            return Err(unworkable());
        }
        let bases = pieces.iter().map(|p| Some(reading(p.indicator, lead, &by, only)?.population));
        let bases = bases.collect::<Option<Vec<_>>>().ok_or_else(unworkable)?;
        let sum =
            |row: usize| bases.iter().map(|b| b.get(row).copied().flatten()).sum::<Option<u64>>();
        file.population = (0..file.population.len()).map(sum).collect();
    }
    let mut all: Vec<(&TableDocument, Added)> = Vec::new();
    for table in tables.iter().filter(|t| narrowed.terms.iter().any(|term| term.table == t.id)) {
        all.push((table, added(&pieces, table).map_err(|e| e.unwrap_or_else(changed))?));
    }
    let sources: Vec<Counted<'_>> = all
        .iter()
        .map(|(table, added)| Counted { table, estimates: added as &dyn Estimates })
        .collect();
    let rows = indicator::work_out(&narrowed, &file, &sources, CONFIDENCE)
        .map_err(|why| unmeasured(&why, indicator, lead, (&by, only)))?;
    let columns = indicator::columns(&narrowed, &file, tables).map_err(|_| unworkable())?;
    let parts = pieces.iter().map(|p| Part {
        times: Span::stretches(p.times.iter().flat_map(|t| t.quarters())),
        ..Part::worked(p.opened, &lead.id, &by, time)
    });
    let mut notes = vec![Note::Added];
    notes.extend((indicator.measure == Measure::Rate).then_some(Note::Average));
    Ok(Found {
        notes,
        ..Found::of_indicator(
            Route::Combined,
            rows_of(&columns, rows, &by, only),
            indicator,
            parts.collect(),
        )
    })
}

/// The releases whose periods, or parts of them, make up the time.
fn pieces<'a>(
    library: &'a Library,
    question: &Question,
    time: Span,
) -> Result<Vec<Piece<'a>>, Refusal> {
    let (mut all, mut released) = (Vec::new(), Vec::new());
    for opened in library.standing() {
        let document = opened.document();
        let own = document.indicators.iter().find(|i| i.id == question.measure);
        let (Some(indicator), Some(span)) = (own, Span::of(document)) else { continue };
        released.push(span);
        let grains = [Grain::Whole, Grain::Years, Grain::Quarters];
        let found = grains.into_iter().find_map(|grain| {
            let times = times(indicator, &document.tables, span, grain)?;
            let times: Vec<Span> = times.into_iter().filter(|t| time.holds(*t)).collect();
            (!times.is_empty()).then_some(Piece { opened, indicator, grain, times })
        });
        all.extend(found);
    }
    // Whoever has most of the time comes first, and of these the newest.
    let covered = |p: &Piece<'_>| p.times.iter().map(|t| t.len()).sum::<usize>();
    all.sort_by_key(|p| std::cmp::Reverse(covered(p)));
    let (mut chosen, mut missing): (Vec<Piece<'_>>, Vec<i32>) =
        (Vec::new(), time.quarters().collect());
    for piece in all {
        let own: Vec<i32> = piece.times.iter().flat_map(|t| t.quarters()).collect();
        if own.iter().all(|q| missing.contains(q)) {
            missing.retain(|q| !own.contains(q));
            chosen.push(piece);
        }
    }
    if !missing.is_empty() {
        released.sort_unstable();
        released.dedup();
        return Err(Refusal::Period { missing: Span::stretches(missing), released });
    }
    chosen.sort_by_key(|p| p.times.first().copied());
    Ok(chosen)
}

/// The pieces of a release's period that all tables of an indicator tell apart.
fn times(
    indicator: &IndicatorDocument,
    tables: &[TableDocument],
    span: Span,
    grain: Grain,
) -> Option<Vec<Span>> {
    let mut times = None;
    for term in &indicator.terms {
        let table = tables.iter().find(|t| t.id == term.table)?;
        times = Some(Source::calendar(table, span, grain)?.1);
    }
    times
}

/// Whether two releases work an indicator out in the same way.
fn same(a: &IndicatorDocument, b: &IndicatorDocument) -> bool {
    let terms = |i: &IndicatorDocument| {
        i.terms.iter().map(|t| (t.table.clone(), t.codes.clone())).collect::<Vec<_>>()
    };
    let facts = |i: &IndicatorDocument| (i.measure, i.quantile, i.bins.clone(), i.over.clone());
    let base =
        |i: &IndicatorDocument| i.base.as_ref().map(|b| (b.column.clone(), b.within.clone()));
    terms(a) == terms(b)
        && facts(a) == facts(b)
        && base(a) == base(b)
        && (a.per - b.per).abs() < f64::EPSILON
}

/// One table of all pieces; an error of none where it changed in between.
fn added(pieces: &[Piece<'_>], like: &TableDocument) -> Result<Added, Option<Refusal>> {
    let mut all = Vec::new();
    for piece in pieces {
        let document = piece.opened.document();
        let table = document.tables.iter().find(|t| (&t.id, t.count) == (&like.id, like.count));
        let table = table.filter(|t| alike(&t.dimensions, &like.dimensions)).ok_or(None)?;
        let figures = piece.opened.figures(table).map_err(|e| Some(Refusal::Release(e)))?;
        let span = Span::of(document).ok_or(None)?;
        let (name, times) = Source::calendar(table, span, piece.grain).ok_or(None)?;
        let layout = Layout::of(table);
        let within = match name {
            None => None,
            Some(name) => {
                let (axis, depth, _) = layout.place(name).ok_or(None)?;
                let counts = times.iter().map(|t| piece.times.contains(t)).collect();
                Some(Within { axis, depth, counts })
            }
        };
        all.push(Addend { figures, within });
    }
    let recorded = |a: &Addend| matches!(a.figures, Figures::Calibrated(_));
    // Counts of all recorded events and of bounded ones are not the same thing.
    let mixed = all.iter().any(recorded) && !all.iter().all(recorded);
    if mixed { Err(None) } else { Added::of(all).ok_or(None) }
}

/// Whether two tables have the same dimensions, but for the codes of the calendar.
fn alike(a: &[DimensionDocument], b: &[DimensionDocument]) -> bool {
    let time = |d: &DimensionDocument| d.codes.iter().all(|c| c.code.parse::<Span>().is_ok());
    let codes = |d: &DimensionDocument| d.codes.iter().map(|c| c.code.clone()).collect::<Vec<_>>();
    a.len() == b.len()
        && a.iter().zip(b).all(|(a, b)| {
            let same = (codes(a), &a.members) == (codes(b), &b.members);
            (&a.id, &a.level_of) == (&b.id, &b.level_of) && (same || time(a) && time(b))
        })
}
