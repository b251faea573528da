//! The first page of each language: key figures, a map, and the way to everything else.

use maud::{Markup, html};
use shumar_schemas::Measure;

use crate::gather::{Issue, List, Topic};
use crate::pages::places::Places;
use crate::pages::{View, caveat, isolated, list, map, period, release, standing};
use crate::told::changed;

/// The page.
pub(crate) fn home(view: &View, issues: &[Issue], places: &Places) -> String {
    let words = view.words;
    let content = html! {
        p.lead { (words.say("index-lead")) }
        @match places.issue.or(issues.first()) {
            None => p { (words.say("index-empty")) },
            Some(newest) => {
                (key_figures(view, newest))
                (caveat(words))
                (mapped(view, newest, places))
                (topics(view, newest))
                (releases(view, issues))
            },
        }
    };
    view.frame(&words.say("index-title"), &[], &content)
}

fn key_figures(view: &View, newest: &Issue) -> Markup {
    let words = view.words;
    let totals: Vec<_> = newest.statistics().filter_map(|(_, t)| Some((t, t.total()?))).collect();
    if totals.is_empty() {
        return html! {};
    }
    let release = newest.document;
    let title = isolated(words.label(&release.title));
    let from = [("release", title.into()), ("months", view.months(release).into())];
    html! {
        section {
            h2 #h-key { (words.say("key-title")) }
            p { (words.say_with("key-from", from)) }
            ul.key {
                @for (topic, (list, told)) in totals {
                    li {
                        p.big { (told.markup(words)) }
                        p.unit { (view.label(topic.unit())) }
                        p { a href=(view.to(&topic.path(release))) { (view.label(topic.title())) } }
                        (change(view, topic, list))
                    }
                }
            }
        }
    }
}

fn change(view: &View, topic: &Topic, list: &List) -> Markup {
    let words = view.words;
    html! {
        @if let Some((changes, change)) = list.changes.as_ref().and_then(|c| Some((c, c.rows.first()?))) {
            @let since = period(words, &changes.since.0, &changes.since.1);
            p.small {
                (words.say_with("place-change", [
                    ("months", since.into()),
                    ("change", changed(words, topic.measure(), change).into()),
                ]))
            }
        }
    }
}

/// The map of the first rate by areas, or else of the first count.
fn mapped(view: &View, newest: &Issue, places: &Places) -> Markup {
    let words = view.words;
    let drawn = || {
        newest
            .topics
            .iter()
            .filter(|t| !t.is_exact())
            .filter_map(|t| Some((t, t.by_area()?)))
            .filter(|(_, l)| crate::tiles::squares(&l.by[0].codes).is_some())
    };
    let rate = drawn().find(|(t, _)| t.measure() == Measure::Rate);
    html! {
        @if let Some((topic, areas)) = rate.or_else(|| drawn().next()) {
            @let path = topic.path(newest.document);
            @let table = format!("{}#{}", view.to(&path), list::anchor(areas));
            (map::section(view, topic, areas, places, &table))
            @if let Some(said) = standing::of_list(words, areas) {
                p.said { (said) " " (words.say("standing-note")) }
            }
        }
    }
}

/// All topics of the newest release.
fn topics(view: &View, newest: &Issue) -> Markup {
    let words = view.words;
    html! {
        section {
            h2 #h-tables { (words.say("tables-title")) }
            ul.links {
                @for (_, topic) in newest.statistics() {
                    li { a href=(view.to(&topic.path(newest.document))) { (view.label(topic.title())) } }
                }
            }
        }
        @if newest.exact().next().is_some() {
            section {
                h2 #h-exact { (words.say("exact-title")) }
                p { (words.say("exact-note")) }
                ul.links {
                    @for topic in newest.exact() {
                        li { a href=(view.to(&topic.path(newest.document))) { (view.label(topic.title())) } }
                    }
                }
            }
        }
        @if newest.indicators().next().is_some() {
            section {
                h2 #h-indicators { (words.say("indicators-title")) }
                p { (words.say("indicators-lead")) }
                ul.links {
                    @for (indicator, topic) in newest.indicators() {
                        @if let Some(path) = release::topic_path(newest, topic) {
                            li {
                                a href=(view.to(&path)) { (view.label(&indicator.title)) }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn releases(view: &View, issues: &[Issue]) -> Markup {
    let words = view.words;
    html! {
        section {
            h2 #h-releases { (words.say("releases-title")) }
            ul.cards {
                @for Issue { document, .. } in issues {
                    @let count = document.statistics.len() + document.exact.len();
                    li {
                        a href=(view.to(&release::path(document))) { (view.label(&document.title)) }
                        p {
                            bdi { (view.months(document)) } " · "
                            (words.say_with("release-tables", [("count", count.into())])) " · "
                            (words.say("fact-made")) ": "
                            bdi.date { (words.day(&document.made_on)) }
                        }
                    }
                }
            }
        }
    }
}
