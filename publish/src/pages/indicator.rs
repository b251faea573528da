//! The page of an indicator in one release, and how its figures are written.

use maud::{Markup, html};
use shumar_figures::compare::{Change, Direction};
use shumar_figures::indicator::{Flag, Reading, Worked};
use shumar_schemas::release::{
    DimensionDocument, FAIR_MAX, IndicatorDocument, ReadingsDocument, ReleaseDocument,
};
use shumar_schemas::{Label, Measure};

use crate::earlier::Changes;
use crate::pages::{View, caveat, facts, privacy, region, statistic};
use crate::read::{Grid, statistics};
use shumar_words::{Words, grouped};

/// Most rows shown on a page; longer lists are in the files.
const ROWS_MAX: usize = 2000;
/// The messages of a change.
const ROSE: &str = "change-rose";
const FELL: &str = "change-fell";
/// Half of a 95 % interval of a normal law, in standard errors.
const HALF_WIDTHS: f64 = 1.96;

/// A file of an indicator as its page shows it.
pub(crate) struct IndicatorSection<'a> {
    /// The file.
    pub(crate) file: &'a ReadingsDocument,
    /// Its rows.
    pub(crate) grid: &'a Grid<'a>,
    /// Its figures, one a row.
    pub(crate) rows: &'a [Worked],
    /// How they changed within a year, where that can be told.
    pub(crate) changes: Option<Changes>,
    /// The data files' path without extension, relative to the site.
    pub(crate) data: String,
}

/// An indicator as the page of its release shows it.
pub(crate) struct Card<'a> {
    /// The indicator.
    pub(crate) indicator: &'a IndicatorDocument,
    /// Its one figure for everything, if it has one.
    pub(crate) whole: Option<Reading>,
}

/// The page's path below the language's folder.
pub(crate) fn path(release: &ReleaseDocument, indicator: &IndicatorDocument) -> String {
    format!("releases/{}/indicators/{}.html", release.id, indicator.id)
}

/// The page.
pub(crate) fn indicator(
    view: &View,
    release: &ReleaseDocument,
    indicator: &IndicatorDocument,
    sections: &[IndicatorSection],
) -> String {
    let words = view.words;
    let view = view.at(path(release, indicator));
    let trail = [
        (words.say("nav-figures"), "index.html".to_owned()),
        (words.label(&release.title).to_owned(), super::release::path(release)),
    ];
    let table = indicator.terms.first().map(|t| &t.table);
    let table = release.tables.iter().find(|t| Some(&t.id) == table);
    let content = html! {
        @if !indicator.note.is_empty() { p.lead { (view.label(&indicator.note)) } }
        (about(&view, release, indicator))
        (caveat(words))
        @for section in sections { (section.show(&view, indicator)) }
        (privacy::statement(&view, release, table))
    };
    view.frame(words.label(&indicator.title), &trail, &content)
}

fn about(view: &View, release: &ReleaseDocument, indicator: &IndicatorDocument) -> Markup {
    let words = view.words;
    let period = words.months(&release.period_start, &release.period_end);
    let mut known = vec![
        (words.say("fact-period"), html! { (period) }),
        (words.say("fact-unit"), view.label(&indicator.unit)),
    ];
    if let Some(base) = &indicator.base {
        known.push((words.say("fact-base"), view.label(&base.title)));
    }
    if let Some(number) = &indicator.number {
        known.push((words.say("fact-number"), html! { (number) }));
    }
    known.push((
        words.say("fact-from"),
        html! {
            @for (i, shown) in from(release, indicator).enumerate() {
                @if i > 0 { "; " }
                a href=(view.to(&statistic::path(release, shown))) {
                    (view.label(&shown.document.title))
                }
            }
        },
    ));
    facts(&known)
}

/// The statistics that an indicator follows from.
fn from<'a>(
    release: &'a ReleaseDocument,
    indicator: &'a IndicatorDocument,
) -> impl Iterator<Item = crate::read::Statistic<'a>> {
    statistics(release).filter(|s| indicator.from.contains(&s.document.id))
}

/// The list of a release's indicators.
pub(crate) fn cards(view: &View, release: &ReleaseDocument, cards: &[Card]) -> Markup {
    if cards.is_empty() {
        return html! {};
    }
    html! {
        section {
            h2 #h-indicators { (view.words.say("indicators-title")) }
            p { (view.words.say("indicators-lead")) }
            ul.cards {
                @for Card { indicator, whole } in cards {
                    @let own = (!indicator.margins.is_empty()).then(|| path(release, indicator));
                    @let path = own.or_else(|| {
                        from(release, indicator).next().map(|s| statistic::path(release, s))
                    });
                    li {
                        @if let Some(path) = path {
                            a href=(view.to(&path)) { (view.label(&indicator.title)) }
                        }
                        @if let Some(reading) = whole {
                            p.total {
                                (shown(view.words, indicator.measure, reading)) " "
                                (view.label(&indicator.unit))
                            }
                        }
                    }
                }
            }
        }
    }
}

impl<'a> IndicatorSection<'a> {
    fn dimensions(&self) -> Vec<&'a DimensionDocument> {
        self.grid.columns.iter().map(|c| c.document).collect()
    }

    fn show(&self, view: &View, indicator: &IndicatorDocument) -> Markup {
        let words = view.words;
        let dimensions = self.dimensions();
        let titles: Vec<&Label> = dimensions.iter().map(|d| &d.title).collect();
        let title = words.margin(&titles);
        let flagged = |flag: Flag| self.rows.iter().any(|r| r.reading.flag == flag);
        let unit = words.label(&indicator.unit);
        let values = [("title", title.as_str().into()), ("unit", unit.into())];
        let caption = words.say_with("caption-indicator", values);
        html! {
            section.margin id={ "by-" (self.file.id) } {
                h2 id={ "h-" (self.file.id) } { bdi { (title) } }
                @if self.rows.len() > ROWS_MAX {
                    @let cells = grouped(self.rows.len() as u64);
                    p { (words.say_with("too-long", [("cells", cells.into())])) }
                } @else {
                    (region(&title, &self.table(view, indicator, &caption)))
                    @if flagged(Flag::SmallDenominator) { p.note { (words.say("few-note")) } }
                    @if flagged(Flag::NoBase) { p.note { (words.say("base-note")) } }
                    @if flagged(Flag::OpenEnded) { p.note { (words.say("open-note")) } }
                    @if self.changes.is_some() { p.note { (words.say("change-note")) } }
                }
                p.files {
                    span aria-hidden="true" { (words.say("files-title")) } " "
                    @let label = words.say_with("files-label", [("title", title.as_str().into())]);
                    @for (ending, name) in [("csv", "CSV"), ("json", "JSON")] {
                        a href={ (view.root()) (self.data) "." (ending) } download=""
                            aria-label={ (name) " – " (label) } { (name) }
                        " "
                    }
                }
            }
        }
    }

    fn table(&self, view: &View, indicator: &IndicatorDocument, caption: &str) -> Markup {
        let dimensions = self.dimensions();
        html! {
            table.wide {
                caption { span { (caption) } }
                thead { tr {
                    @for one in &dimensions { th scope="col" { (view.label(&one.title)) } }
                    @if dimensions.is_empty() { th scope="col" { } }
                    th.n scope="col" { (view.words.say("head-figure")) }
                    @if let Some(changes) = &self.changes {
                        @let months = view.words.months(&changes.since.0, &changes.since.1);
                        th.n scope="col" {
                            (view.words.say_with("head-change", [("months", months.into())]))
                        }
                    }
                } }
                tbody {
                    @for (place, row) in self.rows.iter().enumerate() {
                        tr {
                            @for (i, one) in dimensions.iter().enumerate() {
                                th scope="row" {
                                    (view.label(&one.codes[self.grid.place(i, place)].label))
                                }
                            }
                            @if dimensions.is_empty() {
                                th scope="row" { (view.words.say("total-row")) }
                            }
                            td.n { (shown(view.words, indicator.measure, &row.reading)) }
                            @if let Some(changes) = &self.changes {
                                td.n { (changed(view.words, indicator.measure, &changes.rows[place])) }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// A figure with its range, the range alone, or why there is none.
fn shown(words: &Words, measure: Measure, reading: &Reading) -> Markup {
    let places = places(measure);
    let Some(lower) = reading.lower.map(|x| decimal(x, places, f64::floor)) else {
        let why = match reading.flag {
            Flag::NoBase => words.say("told-no-base"),
            _ => words.say("told-few"),
        };
        return html! { (why) };
    };
    let range = match reading.upper.map(|x| decimal(x, places, f64::ceil)) {
        Some(upper) => words.say_with("range", [("lower", lower.into()), ("upper", upper.into())]),
        None => words.say_with("told-or-more", [("lower", lower.into())]),
    };
    match reading.value.filter(|_| !is_weak(measure, reading)) {
        Some(value) => html! { b { (decimal(value, places, f64::round)) } " (" (range) ")" },
        None => html! { (range) },
    }
}

/// A change in words, which the noise must bear.
fn changed(words: &Words, measure: Measure, change: &Change) -> String {
    let places = places(measure);
    let by = |key: &str, from: f64, to: Option<f64>| {
        let from = decimal(from, places, f64::floor);
        let by = match to.map(|to| decimal(to, places, f64::ceil)) {
            Some(to) => words.say_with("range", [("lower", from.into()), ("upper", to.into())]),
            None => words.say_with("told-or-more", [("lower", from.into())]),
        };
        words.say_with(key, [("by", by.into())])
    };
    match (change.direction(), change.lower, change.upper) {
        (Direction::Rose, Some(lower), upper) => by(ROSE, lower, upper),
        (Direction::Fell, lower, Some(upper)) => by(FELL, -upper, lower.map(|lower| -lower)),
        _ if change.lower.is_none() && change.upper.is_none() => words.say("told-few"),
        _ => words.say("change-none"),
    }
}

/// Whether a count or rate is as uncertain as a count of which only the range is shown.
fn is_weak(measure: Measure, reading: &Reading) -> bool {
    let (Measure::Count | Measure::Rate, Some(value), Some(lower), Some(upper)) =
        (measure, reading.value, reading.lower, reading.upper)
    else {
        return false;
    };
    // A lower end that is cut at 0 says less of the error than the upper one.
    let half = (upper - value).max(value - lower);
    half / HALF_WIDTHS > FAIR_MAX * value
}

/// How many decimals a figure is written with.
pub(crate) fn places(measure: Measure) -> i32 {
    match measure {
        Measure::Count | Measure::Quantile | Measure::Mean => 0,
        Measure::Share | Measure::Funnel | Measure::Rate => 1,
        Measure::Ratio => 2,
    }
}

/// A number with so many decimals and thousands set apart.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "figures are not below zero, and saturate"
)]
fn decimal(x: f64, places: i32, to: fn(f64) -> f64) -> String {
    let parts = 10_f64.powi(places);
    // What differs from a whole number of parts by rounding only is that number.
    let near = (x * parts).round();
    let whole = if (x * parts - near).abs() < 1e-6 { near } else { to(x * parts) };
    let (units, parts) = (whole.max(0.0) as u64, parts as u64);
    if places == 0 {
        return grouped(units);
    }
    let width = usize::try_from(places).unwrap_or_default();
    format!("{}.{:0width$}", grouped(units / parts), units % parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use shumar_words::Language;

    fn reading(value: f64, lower: f64, upper: f64) -> Reading {
        let (value, lower) = (Some(value), Some(lower));
        Reading { value, lower, upper: Some(upper), flag: Flag::None }
    }

    #[test]
    fn figures_are_written_with_their_range_rounded_outwards() {
        let words = Words::load(Language::of("en").expect("English"));
        let told = |measure, r: &Reading| shown(&words, measure, r).into_string();
        let share = reading(62.54, 55.19, 69.81);
        assert_eq!(told(Measure::Share, &share), "<b>62.5</b> (55.1–69.9)");
        assert_eq!(
            told(Measure::Quantile, &reading(1234.5, 0.0, 2000.0)),
            "<b>1,235</b> (0–2,000)"
        );
        assert_eq!(told(Measure::Ratio, &reading(1.37, 1.0, 2.05)), "<b>1.37</b> (1.00–2.05)");
        // A rate of 3 between 0 and 9 is told by its range alone.
        assert_eq!(told(Measure::Rate, &reading(3.0, 0.0, 9.0)), "0.0–9.0");
        let open = Reading { upper: None, flag: Flag::OpenEnded, ..share };
        assert_eq!(told(Measure::Mean, &open), "<b>63</b> (55 or more)");
        let none = Reading { value: None, ..open };
        assert_eq!(told(Measure::Quantile, &none), "55 or more");
        let change = |lower, upper| {
            changed(
                &words,
                Measure::Share,
                &Change { value: None, lower: Some(lower), upper: Some(upper) },
            )
        };
        assert_eq!(change(0.41, 5.92), "rose by 0.4–6.0");
        assert_eq!(change(-5.92, -0.41), "fell by 0.4–6.0");
        assert_eq!(change(-0.1, 5.9), "no clear difference");
        let few = Reading::withheld(Flag::SmallDenominator);
        assert_eq!(told(Measure::Share, &few), "too few to tell");
        assert_eq!(told(Measure::Rate, &Reading::withheld(Flag::NoBase)), "no population figure");
    }
}
