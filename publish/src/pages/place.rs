//! The page of one area: all that is told of it, beside the areas that it lies in.

use maud::{Markup, html};
use shumar_schemas::release::CoverageDocument;
use shumar_words::Words;

use crate::gather::{Issue, List, Topic};
use crate::pages::chart::Scale;
use crate::pages::places::{Place, Places};
use crate::pages::{
    View, caveat, coverage, facts, list, map, period, release_path, standing, trend,
};
use crate::told::{Told, changed};

/// Most rows of a breakdown.
const ROWS_MAX: usize = 40;

/// The page.
pub(crate) fn place(view: &View, issues: &[Issue], places: &Places, place: &Place) -> String {
    let words = view.words;
    let view = view.at(&place.path);
    let Some(issue) = places.issue else { return String::new() };
    let own: Vec<(&Topic, &List, usize)> = issue
        .topics
        .iter()
        .filter_map(|t| {
            let list = t.by(&place.dimension.id)?;
            Some((t, list, list.row(&place.code.code)?))
        })
        .collect();
    let content = html! {
        div.lede {
            div {
                p.lead {
                    (words.say_with("place-lead", [("months", view.months(issue.document).into())])) " "
                    a href=(view.to(&release_path(issue.document))) {
                        (view.label(&issue.document.title))
                    }
                }
                (parents(&view, place))
            }
            (map::locator(&place.dimension.codes, &place.code.code,
                &words.say_with("place-locator", [("name", words.label(&place.code.label).into())])))
        }
        (caveat(words))
        @if !own.is_empty() {
            section {
                h2 #h-figures { (words.say("place-figures")) }
                ul.cards {
                    @for (topic, list, row) in &own {
                        li { (card(&view, issues, issue, (topic, list, *row))) }
                    }
                }
                p.note { (words.say("standing-note")) " " (words.say("change-note")) }
            }
        }
        (beside(&view, issue, place))
        @for topic in &issue.topics { (breakdowns(&view, topic, place)) }
        (reports(&view, issue, place))
        p { a href=(view.to("privacy.html")) { (words.say("privacy-plain-words")) } }
    };
    let trail = [
        (words.say("nav-figures"), "index.html".to_owned()),
        (words.say("places-title"), "places.html".to_owned()),
    ];
    view.frame(words.label(&place.code.label), &trail, &content)
}

fn parents(view: &View, place: &Place) -> Markup {
    let level = |(d, c): &(
        &shumar_schemas::release::DimensionDocument,
        &shumar_schemas::release::CodeDocument,
    )| { (view.words.label(&d.title).to_owned(), view.label(&c.label)) };
    let known: Vec<(String, Markup)> = place.parents.iter().map(level).collect();
    html! { @if !known.is_empty() { (facts(&known)) } }
}

/// One figure of the area with what can be said of it.
fn card(
    view: &View,
    issues: &[Issue],
    issue: &Issue,
    (topic, list, row): (&Topic, &List, usize),
) -> Markup {
    let words = view.words;
    let told = list.rows[row];
    let code = &list.by[0].codes[row].code;
    let dimension = &list.by[0].id;
    let rank = list.ranks.as_ref().and_then(|r| r.get(row).copied().flatten());
    let points = trend::points(issues, issue, topic, |t| {
        let list = t.by(dimension)?;
        list.rows.get(list.row(code)?).copied()
    });
    html! {
        h3 { a href=(view.to(&topic.path(issue.document))) { (view.label(topic.title())) } }
        p.big { (told.markup(words)) }
        p.unit { (view.label(topic.unit())) }
        @if topic.is_exact() { p.small { (words.say("exact-mark")) } }
        @if let Some((changes, change)) = list.changes.as_ref().and_then(|c| Some((c, c.rows.get(row)?))) {
            @if told.range(words).is_some() {
                @let since = period(words, &changes.since.0, &changes.since.1);
                p {
                    (words.say_with("place-change", [
                        ("months", since.into()),
                        ("change", changed(words, topic.measure(), change).into()),
                    ]))
                }
            }
        }
        @if let Some(rank) = rank { p { (standing::of_area(words, &rank)) } }
        @if points.len() > 1 { (trend::rows(view, &points)) }
    }
}

/// All figures of the area beside those of the areas that it lies in, and of everything.
fn beside(view: &View, issue: &Issue, place: &Place) -> Markup {
    let words = view.words;
    let cell = |topic: &Topic, dimension: &str, code: &str| {
        let list = topic.by(dimension)?;
        list.rows.get(list.row(code)?).copied()
    };
    let levels: Vec<(&str, &str)> = std::iter::once((place.dimension, place.code))
        .chain(place.parents.iter().copied())
        .map(|(d, c)| (d.id.as_str(), c.code.as_str()))
        .collect();
    let row = |topic: &Topic| -> Vec<Option<Told>> {
        let of = |(dimension, code): &(&str, &str)| cell(topic, dimension, code);
        levels.iter().map(of).chain([topic.total().map(|(_, told)| told)]).collect()
    };
    let rows: Vec<(&Topic, Vec<Option<Told>>)> = issue
        .topics
        .iter()
        .map(|t| (t, row(t)))
        .filter(|(_, r)| r.iter().any(Option::is_some))
        .collect();
    let title = words.say("place-beside");
    html! {
        section {
            h2 #h-beside { (title) }
            p { (words.say("place-beside-lead")) }
            (super::region(&title, &html! {
                table.wide {
                    caption { span { (words.say_with("place-caption", [("months", view.months(issue.document).into())])) } }
                    thead { tr {
                        th scope="col" { (words.say("place-figure")) }
                        th.n scope="col" { (view.label(&place.code.label)) }
                        @for (_, code) in &place.parents { th.n scope="col" { (view.label(&code.label)) } }
                        th.n scope="col" { (words.say("total-row")) }
                    } }
                    tbody {
                        @for (topic, cells) in &rows {
                            tr {
                                th scope="row" {
                                    a href=(view.to(&topic.path(issue.document))) { (view.label(topic.title())) }
                                    " " span.small { (view.label(topic.unit())) }
                                }
                                @for cell in cells { td.n { (one(words, *cell)) } }
                            }
                        }
                    }
                }
            }))
        }
    }
}

/// A figure, or that it is not published so finely.
fn one(words: &Words, told: Option<Told>) -> Markup {
    match told {
        Some(told) => told.markup(words),
        None => html! { span.none { (words.say("place-none")) } },
    }
}

/// The lists of a topic by this area and one thing more.
fn breakdowns(view: &View, topic: &Topic, place: &Place) -> Markup {
    let words = view.words;
    let fits = |l: &&List| matches!(&l.by[..], [a, b] if a.id == place.dimension.id && b.codes.len() <= ROWS_MAX);
    html! {
        @for list in topic.lists.iter().filter(fits) {
            @let other = &list.by[1];
            @let found = list.by[0].codes.iter().position(|c| c.code == place.code.code);
            @if let Some(at) = found {
                @let rows = &list.rows[at * other.codes.len()..(at + 1) * other.codes.len()];
                @let scale = Scale::over(rows);
                section {
                    h2 id={ "h-" (topic.id()) "--" (list.id) } {
                        bdi { (words.label(topic.title())) } ": " (words.margin(&[&other.title]))
                    }
                    table.list.drawn {
                        caption { (words.say_with("caption-unit", [("unit", words.label(topic.unit()).into())])) }
                        thead { tr {
                            th scope="col" { (view.label(&other.title)) }
                            th.n scope="col" { (words.say("head-figure")) }
                            th.c scope="col" {
                                span.hidden { (words.say("head-chart")) }
                                span.scale aria-hidden="true" { span { "0" } span { (scale.end()) } }
                            }
                        } }
                        tbody {
                            @for (code, told) in other.codes.iter().zip(rows) {
                                tr {
                                    th scope="row" { (view.label(&code.label)) }
                                    td.n { (told.markup(words)) }
                                    td.c { (scale.draw(told)) }
                                }
                            }
                        }
                    }
                    (list::weak_note(words, rows))
                }
            }
        }
    }
}

/// How complete the reports of the area's offices are.
fn reports(view: &View, issue: &Issue, place: &Place) -> Markup {
    let of_area =
        |c: &&CoverageDocument| c.area.as_ref().is_some_and(|a| a.code == place.code.code);
    let own: Vec<&CoverageDocument> = issue.document.coverage.iter().filter(of_area).collect();
    html! {
        @if !own.is_empty() {
            section {
                h2 #h-coverage { (view.words.say("coverage-title")) }
                p { (view.words.say("coverage-missing")) }
                (coverage::table(view, &own))
            }
        }
    }
}
