//! The page of a statistic in one release.

use maud::{Markup, html};
use shumar_schemas::Count;
use shumar_schemas::release::{ReleaseDocument, TableDocument};

use crate::pages::{Section, View, caveat, facts, privacy};
use crate::read::Statistic;

/// The page's path below the language's folder.
pub(crate) fn path(release: &ReleaseDocument, statistic: Statistic) -> String {
    format!("releases/{}/{}.html", release.id, statistic.document.id)
}

/// The page.
pub(crate) fn statistic(
    view: &View,
    release: &ReleaseDocument,
    statistic: Statistic,
    sections: &[Section],
) -> String {
    let words = view.words;
    let view = view.at(path(release, statistic));
    let Statistic { document, table } = statistic;
    let trail = [
        (words.say("nav-figures"), "index.html".to_owned()),
        (words.label(&release.title).to_owned(), super::release::path(release)),
    ];
    let content = html! {
        @if !document.note.is_empty() { p.lead { (view.label(&document.note)) } }
        (about(&view, release, table))
        (caveat(words))
        nav.contents aria-labelledby="contents" {
            h2 #contents { (words.say("contents-title")) }
            ul {
                @for section in sections {
                    li { a href={ "#" (section.anchor()) } { bdi { (section.title(&view)) } } }
                }
                li { a href="#privacy" { (words.say("privacy-title")) } }
            }
        }
        @for section in sections { (section.show(&view, &table.unit)) }
        (privacy::statement(&view, release, Some(table)))
    };
    view.frame(words.label(&document.title), &trail, &content)
}

fn about(view: &View, release: &ReleaseDocument, table: &TableDocument) -> Markup {
    let words = view.words;
    let counted = match table.count {
        Count::Records => words.say_with("count-records", [("bound", table.bound.into())]),
        Count::Persons => words.say("count-persons"),
    };
    let calibrated = release.tables.iter().any(|t| t.calibrates.as_ref() == Some(&table.id));
    let rest = calibrated.then(|| words.say("count-calibrated"));
    let period = words.months(&release.period_start, &release.period_end);
    facts(&[
        (words.say("fact-period"), html! { (period) }),
        (words.say("fact-unit"), view.label(&table.unit)),
        (words.say("fact-counted"), html! { (counted) @if let Some(rest) = rest { " " (rest) } }),
        (words.say("fact-made"), html! { bdi.date { (words.day(&release.made_on)) } }),
    ])
}
