//! The page of a statistic or an indicator in one release.

use maud::{Markup, html};
use shumar_schemas::Count;
use shumar_schemas::release::{IndicatorDocument, TableDocument};

use crate::gather::{Issue, Of, Topic};
use crate::pages::places::Places;
use crate::pages::{View, caveat, downloads, exact, facts, list, map, privacy, standing, trend};
use crate::read::Statistic;

/// The page.
pub(crate) fn topic(
    view: &View,
    issues: &[Issue],
    issue: &Issue,
    topic: &Topic,
    places: &Places,
) -> String {
    let words = view.words;
    let release = issue.document;
    let view = view.at(&topic.path(release));
    let trail = [
        (words.say("nav-figures"), "index.html".to_owned()),
        (words.label(&release.title).to_owned(), super::release::path(release)),
    ];
    let areas = topic.by_area().filter(|l| l.rows.len() > 1);
    // The map's words are about ranges, which exact sums have not.
    let drawn = areas.filter(|_| !topic.is_exact());
    let map =
        drawn.map(|l| map::section(&view, topic, l, places, &format!("#{}", list::anchor(l))));
    let points = trend::points(issues, issue, topic, |t| t.total().map(|(_, told)| told));
    let content = html! {
        @if !topic.note().is_empty() { p.lead { (view.label(topic.note())) } }
        (about(&view, issue, topic))
        @if topic.is_exact() { (exact::mark(words)) } @else { (caveat(words)) }
        (contents(&view, topic, points.len() > 1))
        @if let Some(map) = map { (map) }
        @if let Some(said) = areas.and_then(|l| standing::of_list(words, l)) {
            p.said { (said) " " (words.say("standing-note")) }
        }
        @if let Some((total, _)) = topic.total() { (list::section(&view, topic, total)) }
        (trend::section(&view, topic, &points))
        @for other in topic.lists.iter().filter(|l| !l.by.is_empty()) {
            (list::section(&view, topic, other))
        }
        p {
            @let files = format!("{}#d-{}", view.to(&downloads::path(release)), topic.id());
            a href=(files) { (words.say("topic-files")) }
        }
        @if topic.is_exact() {
            (exact::statement(&view, issue))
        } @else {
            (privacy::statement(&view, release, topic.table(release)))
        }
    };
    view.frame(words.label(topic.title()), &trail, &content)
}

/// What is on the page, where that is much.
fn contents(view: &View, topic: &Topic, trend: bool) -> Markup {
    let words = view.words;
    if topic.lists.len() < 2 {
        return html! {};
    }
    html! {
        nav.contents aria-labelledby="contents" {
            h2 #contents { (words.say("contents-title")) }
            ul {
                @for one in &topic.lists {
                    li { a href={ "#" (list::anchor(one)) } { bdi { (list::title(view, one)) } } }
                }
                @if trend { li { a href="#trend" { (words.say("trend-title")) } } }
                li {
                    @let why = if topic.is_exact() { "exact-why-title" } else { "privacy-title" };
                    a href="#privacy" { (words.say(why)) }
                }
            }
        }
    }
}

fn about(view: &View, issue: &Issue, topic: &Topic) -> Markup {
    let words = view.words;
    let mut known = vec![
        (words.say("fact-period"), html! { (view.months(issue.document)) }),
        (words.say("fact-unit"), view.label(topic.unit())),
    ];
    match topic.of {
        Of::Statistic(Statistic { table, .. }) => {
            known.push((words.say("fact-counted"), counted(view, issue, table)));
        }
        Of::Indicator(indicator) => of_indicator(view, issue, indicator, &mut known),
        Of::Exact(_) => {
            known.push((words.say("fact-counted"), html! { (words.say("exact-counted")) }));
        }
    }
    let made = words.day(&issue.document.made_on);
    known.push((words.say("fact-made"), html! { bdi.date { (made) } }));
    facts(&known)
}

fn counted(view: &View, issue: &Issue, table: &TableDocument) -> Markup {
    let words = view.words;
    let counted = match table.count {
        Count::Records => words.say_with("count-records", [("bound", table.bound.into())]),
        Count::Persons => words.say("count-persons"),
    };
    let mut tables = issue.document.tables.iter();
    let calibrated = tables.any(|t| t.calibrates.as_ref() == Some(&table.id));
    html! { (counted) @if calibrated { " " (words.say("count-calibrated")) } }
}

fn of_indicator(
    view: &View,
    issue: &Issue,
    indicator: &IndicatorDocument,
    known: &mut Vec<(String, Markup)>,
) {
    let words = view.words;
    if let Some(base) = &indicator.base {
        known.push((words.say("fact-base"), view.label(&base.title)));
    }
    if let Some(number) = &indicator.number {
        known.push((words.say("fact-number"), html! { (number) }));
    }
    let from = issue.statistics().filter(|(s, _)| indicator.from.contains(&s.document.id));
    known.push((
        words.say("fact-from"),
        html! {
            @for (i, (_, topic)) in from.enumerate() {
                @if i > 0 { "; " }
                a href=(view.to(&topic.path(issue.document))) { (view.label(topic.title())) }
            }
        },
    ));
}
