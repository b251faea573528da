//! The answer to a question: figures with their margins of error, and where they come from.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use shumar_publish::{Library, Opened};
use shumar_schemas::release::{CodeDocument, DimensionDocument, STEP, TableDocument};
use shumar_schemas::{Count, Label};

pub use crate::cell::Cell;
use crate::combined::combined;
use crate::indicator::indicator;
use crate::overlap::{Overlap, overlaps};
use crate::own;
pub use crate::part::Part;
use crate::published::{Figures, published};
use crate::question::{QUARTER, Question, YEAR};
use crate::source::{Imagined, Source};
use crate::{Refusal, Span};

/// How an answer was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Route {
    /// Every figure stands in a published table as it is.
    Published,
    /// Worked out from published measurements.
    Combined,
}

/// The answer to a question. It cost no privacy: every figure follows from what was published before.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// What was asked.
    pub question: Question,
    /// How it was found.
    pub route: Route,
    /// What is counted.
    pub title: Label,
    /// What one unit of the figures is.
    pub unit: Label,
    /// The columns of codes: name and title, in the order of the rows' codes.
    pub columns: Vec<(String, Label)>,
    /// Names of the codes, by column and code.
    pub labels: Vec<BTreeMap<String, Label>>,
    /// The rows: codes and figures.
    pub rows: Vec<(Vec<String>, Cell)>,
    /// Which releases it rests on, and how.
    pub parts: Vec<Part>,
    /// For counts: whether they are of all recorded events, or only of those within the bounds on
    /// what one person contributes.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub recorded: Option<bool>,
    /// Whether persons are counted, each once a year.
    pub persons: bool,
    /// What the figures are narrowed to without being split by it: titles and the names that count.
    pub only: Vec<(Label, Vec<Label>)>,
    /// Titles of what is counted together.
    pub together: Vec<Label>,
    /// Titles of all dimensions and levels of the measure.
    pub titles: BTreeMap<String, Label>,
    /// What else is to be said of how they were worked out.
    pub notes: Vec<Note>,
    /// Releases of the same figures that they do not rest on.
    pub overlaps: Vec<Overlap>,
}

/// What is to be said of how figures were worked out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Note {
    /// Counts of several periods were added up first.
    Added,
    /// A rate over several periods is their average: bases were added up too.
    Average,
}

/// Which figures are preferred.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Choice {
    /// Those that are published as they stand.
    Published,
    /// The most exact ones.
    Exactest,
}

/// The figures of one piece of the period.
pub(crate) struct Found {
    pub(crate) route: Route,
    pub(crate) cells: Figures,
    pub(crate) parts: Vec<Part>,
    pub(crate) title: Label,
    pub(crate) unit: Label,
    pub(crate) recorded: Option<bool>,
    pub(crate) persons: bool,
    pub(crate) together: Vec<Label>,
    pub(crate) notes: Vec<Note>,
}

/// Answers a question from published releases alone.
///
/// # Errors
/// [`Refusal`], which says what could be asked instead.
pub fn answer(library: &Library, question: &Question) -> Result<Answer, Refusal> {
    chosen(library, question, Choice::Published)
}

/// The same with the most exact figures that follow from all releases, where these are more exact than
/// those that are published as they stand.
///
/// # Errors
/// As [`answer`].
pub fn exactest(library: &Library, question: &Question) -> Result<Answer, Refusal> {
    chosen(library, question, Choice::Exactest)
}

/// Half of the widest interval that the figures of a statistic would have if something more were measured.
/// It is what the releases at hand let expect: nothing is counted for it.
///
/// # Errors
/// As [`answer`].
pub fn expected(
    library: &Library,
    question: &Question,
    imagined: &Imagined,
) -> Result<f64, Refusal> {
    let question = &plain(library, question);
    let (_, table) = newest(library, question)?;
    let mut widest = 0.0_f64;
    for time in question.times().ok_or(Refusal::Years(question.period))? {
        let (cells, ..) = work(library, question, time, (table, Some(imagined)))?;
        widest = cells.iter().flatten().filter_map(Cell::half_width).fold(widest, f64::max);
    }
    Ok(widest)
}

/// What a measurement for a question would have to cover to be of the same cells as what is published: the
/// period of the release that the question lies in, and the part of the calendar that tells it apart there.
#[must_use]
pub fn covering(library: &Library, question: &Question) -> Option<(Span, Option<&'static str>)> {
    let has = |o: &&Opened| o.document().statistics.iter().any(|s| s.id == question.measure);
    let spans = library.standing().filter(has).filter_map(|o| Span::of(o.document()));
    let span = spans.filter(|s| s.holds(question.period)).min_by_key(|s| s.len())?;
    let part = if question.period.by_year().is_some() { YEAR } else { QUARTER };
    Some((span, (span != question.period).then_some(part)))
}

fn chosen(library: &Library, question: &Question, choice: Choice) -> Result<Answer, Refusal> {
    let times = question.times().ok_or(Refusal::Years(question.period))?;
    let question_of = question;
    // An indicator that is a statistic as it is has no figures of its own.
    let question = &plain(library, question);
    let statistic = library
        .standing()
        .any(|o| o.document().statistics.iter().any(|s| s.id == question.measure));
    let known = library
        .standing()
        .any(|o| o.document().indicators.iter().any(|i| i.id == question.measure));
    if !statistic && !known {
        return Err(Refusal::Measure { asked: question.measure.clone(), known: measures(library) });
    }
    let mut found = Vec::new();
    for time in times {
        found.push((
            time,
            if statistic {
                counted(library, question, time, choice)?
            } else {
                indicator(library, question, time)?
            },
        ));
    }
    compose(library, (question_of, question), !statistic, found)
}

/// The question with codes in the place of names: `district = Mardan` is `district = PK513`.
///
/// A name is taken for a code if exactly one code of the dimension has it, in any language; what is a
/// code, or no name, stays.
#[must_use]
pub fn named(library: &Library, question: &Question) -> Question {
    let documents = || library.standing().map(Opened::document);
    let mut named = question.clone();
    for (name, codes) in &mut named.only {
        let tables = documents().flat_map(|d| &d.tables).flat_map(|t| &t.dimensions);
        let all: Vec<_> = tables.filter(|d| d.id == *name).flat_map(|d| &d.codes).collect();
        let code = |asked: &String| {
            let wanted = asked.trim().to_lowercase();
            let fits = |label: &Label| label.iter().any(|(_, text)| text.to_lowercase() == wanted);
            let found: BTreeSet<&String> =
                all.iter().filter(|c| fits(&c.label)).map(|c| &c.code).collect();
            match found.first() {
                Some(code) if found.len() == 1 && !all.iter().any(|c| c.code == *asked) => {
                    (*code).clone()
                }
                _ => asked.clone(),
            }
        };
        *codes = codes.iter().map(code).collect();
    }
    named
}

fn plain(library: &Library, question: &Question) -> Question {
    let mut all = library.standing().flat_map(|o| &o.document().indicators);
    let own = all.find(|i| i.id == question.measure && i.margins.is_empty());
    match own.and_then(|i| i.from.first()) {
        Some(statistic) => Question { measure: statistic.clone(), ..question.clone() },
        None => question.clone(),
    }
}

fn measures(library: &Library) -> Vec<(String, Label)> {
    let mut all = BTreeMap::new();
    for opened in library.standing() {
        let document = opened.document();
        all.extend(document.statistics.iter().map(|s| (s.id.clone(), s.title.clone())));
        all.extend(document.indicators.iter().map(|i| (i.id.clone(), i.title.clone())));
    }
    all.into_iter().collect()
}

/// The figures of a statistic for one piece of the period.
fn counted(
    library: &Library,
    question: &Question,
    time: Span,
    choice: Choice,
) -> Result<Found, Refusal> {
    let (opened, table) = newest(library, question)?;
    let statistic = opened.document().statistics.iter().find(|s| s.id == question.measure);
    let own = own::own(library, table, &question.measure);
    own::check(library, &own, question)?;
    // Refuses unknown names, whichever way the figures are found.
    let rows = crate::view::View::of(table, question, None)?.rows();
    let found = |route, cells, parts, recorded| Found {
        route,
        cells,
        parts,
        title: statistic.map(|s| s.title.clone()).unwrap_or_default(),
        unit: table.unit.clone(),
        recorded,
        persons: table.count == Count::Persons,
        together: own::together(table, &own, question),
        notes: Vec::new(),
    };
    let standing = published(library, question, time)?.map(|(cells, part)| {
        let of = library.standing().find(|o| o.document().id == part.release);
        let recorded = of.map(|o| calibrated(o, &table.id));
        found(Route::Published, cells, vec![part], recorded)
    });
    match (standing, choice) {
        (Some(standing), Choice::Published) => return Ok(standing),
        (Some(standing), Choice::Exactest) => {
            let worked = work(library, question, time, (table, None));
            let Ok((cells, parts, recorded)) = worked else { return Ok(standing) };
            let worked = found(Route::Combined, named_rows(&rows, cells), parts, Some(recorded));
            return Ok(if widest(&worked) < widest(&standing) { worked } else { standing });
        }
        (None, _) => {}
    }
    let (cells, parts, recorded) = work(library, question, time, (table, None))?;
    Ok(found(Route::Combined, named_rows(&rows, cells), parts, Some(recorded)))
}

type Cells = Vec<Option<Cell>>;

/// The best sums over all releases, and whether they are of all recorded events.
fn work(
    library: &Library,
    question: &Question,
    time: Span,
    (table, imagined): (&TableDocument, Option<&Imagined>),
) -> Result<(Cells, Vec<Part>, bool), Refusal> {
    let sources = Source::all(library, table, imagined)?;
    // Figures of all recorded events and of bounded ones are not the same thing. Bounded ones are
    // given where nothing else tells.
    let (recorded, bounded): (Vec<_>, Vec<_>) = sources.into_iter().partition(Source::is_recorded);
    let found = |of: &[Source<'_>], recorded| {
        combined(of, question, time).map(|(cells, parts)| (cells, parts, recorded))
    };
    match (recorded.is_empty(), bounded.is_empty()) {
        (true, _) => found(&bounded, false),
        (false, true) => found(&recorded, true),
        (false, false) => match found(&recorded, true) {
            Err(Refusal::Unmeasured { .. } | Refusal::Period { .. }) => {
                found(&bounded, false).or_else(|_| found(&recorded, true))
            }
            told => told,
        },
    }
}

fn named_rows(rows: &[Vec<&CodeDocument>], cells: Cells) -> Figures {
    let codes =
        |row: &Vec<&CodeDocument>| row.iter().map(|c| c.code.clone()).collect::<Vec<String>>();
    let rows = rows.iter().map(codes).zip(cells);
    rows.filter_map(|(codes, cell)| Some((codes, cell?))).collect()
}

fn widest(found: &Found) -> f64 {
    found.cells.iter().filter_map(|(_, cell)| cell.half_width()).fold(0.0, f64::max)
}

fn calibrated(opened: &Opened, table: &str) -> bool {
    opened.document().tables.iter().any(|t| t.calibrates.as_deref() == Some(table))
}

/// The newest release with the statistic, and its table.
fn newest<'a>(
    library: &'a Library,
    question: &Question,
) -> Result<(&'a Opened, &'a TableDocument), Refusal> {
    let table = |opened: &'a Opened| {
        let document = opened.document();
        let statistic = document.statistics.iter().find(|s| s.id == question.measure)?;
        Some((opened, document.tables.iter().find(|t| t.id == statistic.table)?))
    };
    library.standing().find_map(table).ok_or_else(|| Refusal::Measure {
        asked: question.measure.clone(),
        known: measures(library),
    })
}

/// Puts the pieces of the period together.
fn compose(
    library: &Library,
    (asked, question): (&Question, &Question),
    indicator: bool,
    found: Vec<(Span, Found)>,
) -> Result<Answer, Refusal> {
    let unworkable = || Refusal::Unworkable { measure: asked.measure.clone() };
    let dimensions = dimensions(library, question);
    let mut columns: Vec<(String, Label)> = Vec::new();
    let mut labels: Vec<BTreeMap<String, Label>> = Vec::new();
    if let Some(calendar) = asked.calendar() {
        let title = dimensions.iter().find(|d| d.id == calendar).map(|d| d.title.clone());
        columns.push((calendar.to_owned(), title.unwrap_or_else(|| Label::english(calendar))));
        let time = |span: &Span| (span.to_string(), Label::neutral(span.to_string()));
        labels.push(found.iter().map(|(span, _)| time(span)).collect());
    }
    let shown = question.split();
    let width =
        found.first().and_then(|(_, f)| f.cells.first()).map_or(shown.len(), |(c, _)| c.len());
    let mut shown: Vec<&str> = shown;
    if width == shown.len() + 1 {
        shown.push(STEP);
    }
    for name in shown {
        let dimension = dimensions.iter().find(|d| d.id == name).ok_or_else(unworkable)?;
        columns.push((name.to_owned(), dimension.title.clone()));
        labels.push(dimension.codes.iter().map(|c| (c.code.clone(), c.label.clone())).collect());
    }
    let (_, first) = found.first().ok_or_else(unworkable)?;
    let (title, unit, recorded) = (first.title.clone(), first.unit.clone(), first.recorded);
    let (persons, together) = (first.persons, first.together.clone());
    let only = selected(&dimensions, question);
    let route = found.iter().map(|(_, f)| f.route).max().unwrap_or(Route::Combined);
    let calendar = asked.calendar().is_some();
    let (mut rows, mut parts, mut notes) = (Vec::new(), Vec::new(), Vec::new());
    for (time, found) in found {
        notes.extend(found.notes);
        for (mut codes, cell) in found.cells {
            if calendar {
                codes.insert(0, time.to_string());
            }
            rows.push((codes, cell));
        }
        for part in found.parts {
            if !parts.contains(&part) {
                parts.push(part);
            }
        }
    }
    notes.sort_unstable();
    notes.dedup();
    let overlaps = overlaps(library, asked, (route, indicator), &parts);
    let question = asked.clone();
    Ok(Answer {
        question,
        route,
        title,
        unit,
        columns,
        labels,
        rows,
        parts,
        recorded,
        persons,
        only,
        together,
        titles: dimensions.into_iter().map(|d| (d.id, d.title)).collect(),
        notes,
        overlaps,
    })
}

/// Titles and names of what the figures are narrowed to and not split by.
fn selected(dimensions: &[DimensionDocument], question: &Question) -> Vec<(Label, Vec<Label>)> {
    let hidden = question.only.iter().filter(|(name, _)| !question.by.contains(*name));
    let named = |(name, codes): (&String, &BTreeSet<String>)| {
        let dimension = dimensions.iter().find(|d| d.id == *name)?;
        let counts = dimension.codes.iter().filter(|c| codes.contains(&c.code));
        Some((dimension.title.clone(), counts.map(|c| c.label.clone()).collect()))
    };
    hidden.filter_map(named).collect()
}

/// Every dimension that the measure's tables have, the newest release's first; a funnel's steps too.
fn dimensions(library: &Library, question: &Question) -> Vec<DimensionDocument> {
    let mut all = Vec::new();
    for opened in library.standing() {
        let document = opened.document();
        all.extend(document.tables.iter().flat_map(|t| t.dimensions.iter().cloned()).filter(
            |_| {
                document.statistics.iter().any(|s| s.id == question.measure)
                    || document.indicators.iter().any(|i| i.id == question.measure)
            },
        ));
        for indicator in document.indicators.iter().filter(|i| i.id == question.measure) {
            for file in indicator.margins.iter().filter(|m| m.by.iter().any(|n| n == STEP)) {
                let columns = shumar_figures::indicator::columns(indicator, file, &document.tables);
                all.extend(columns.unwrap_or_default().into_iter().filter(|c| c.id == STEP));
            }
        }
    }
    all
}
