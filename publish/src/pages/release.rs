//! The page of a release: its statistics, its privacy account, its sources and its signed files.

use maud::{Markup, html};
use shumar_schemas::release::{DOCUMENT, PUBLIC_KEY, ReleaseDocument, SIGNATURE};

use crate::pages::{
    Card, Headline, View, caveat, coverage, facts, indicator, privacy, region, statistic,
};
use crate::read::{listed, statistics};

/// The page's path below the language's folder.
pub(crate) fn path(release: &ReleaseDocument) -> String {
    format!("releases/{}.html", release.id)
}

/// The page.
pub(crate) fn release(
    view: &View,
    release: &ReleaseDocument,
    headlines: &[Headline],
    indicators: &[Card],
) -> String {
    let words = view.words;
    let view = view.at(path(release));
    let trail = [(words.say("nav-figures"), "index.html".to_owned())];
    let period = words.months(&release.period_start, &release.period_end);
    let made = words.day(&release.made_on);
    let content = html! {
        p.lead { (words.say_with("release-lead", [("months", period.as_str().into())])) }
        (facts(&[
            (words.say("fact-publisher"), view.label(&release.commission.name)),
            (words.say("fact-made"), html! { bdi.date { (made) } }),
            (words.say("fact-release"), html! { code { (release.id) } }),
        ]))
        (cards(&view, release, headlines))
        (indicator::cards(&view, release, indicators))
        (caveat(words))
        (privacy::statement(&view, release, None))
        (privacy::account(&view, release))
        (coverage::section(&view, release))
        (sources(&view, release))
        (signed(&view, release))
    };
    view.frame(words.label(&release.title), &trail, &content)
}

fn cards(view: &View, release: &ReleaseDocument, headlines: &[Headline]) -> Markup {
    html! {
        section {
            h2 #h-tables { (view.words.say("tables-title")) }
            ul.cards {
                @for (shown, headline) in statistics(release).zip(headlines) {
                    @let path = statistic::path(release, shown);
                    li {
                        a href=(view.to(&path)) { (view.label(&shown.document.title)) }
                        @if let Some(figure) = &headline.total {
                            p.total {
                                (view.words.say("margin-total")) ": " (view.figure(figure)) " "
                                (view.label(&shown.table.unit))
                            }
                        }
                    }
                }
            }
        }
    }
}

fn sources(view: &View, release: &ReleaseDocument) -> Markup {
    let words = view.words;
    let title = words.say("sources-title");
    html! {
        section {
            h2 #h-sources { (title) }
            @if release.sources.is_empty() {
                p { (words.say("sources-none")) }
            } @else {
                (region(&title, &html! {
                    table.wide {
                        caption { span { (words.say("sources-lead")) } }
                        thead { tr {
                            th scope="col" { (words.say("source-office")) }
                            th scope="col" { (words.say("source-kind")) }
                            th.n scope="col" { (words.say("source-files")) }
                        } }
                        tbody {
                            @for source in &release.sources {
                                tr {
                                    th scope="row" { (view.label(&source.name)) }
                                    td { code { (source.kind) } }
                                    td.n { (source.files) }
                                }
                            }
                        }
                    }
                }))
            }
        }
    }
}

fn signed(view: &View, release: &ReleaseDocument) -> Markup {
    let words = view.words;
    let base = format!("{}data/{}/release/", view.root(), release.id);
    let files: Vec<&str> = listed(release).map(|(file, _)| file).collect();
    let seals = [
        (DOCUMENT, words.say("signed-document")),
        (SIGNATURE, words.say("signed-signature")),
        (PUBLIC_KEY, words.say("signed-key")),
    ];
    html! {
        section {
            h2 #h-signed { (words.say("signed-title")) }
            p { (words.say("signed-lead")) }
            ul {
                @for (file, name) in seals {
                    li { a href={ (base) (file) } download="" { (name) } }
                }
            }
            details {
                summary { (words.say_with("signed-files", [("count", files.len().into())])) }
                ul.names dir="ltr" {
                    @for file in files { li { a href={ (base) (file) } download="" { (file) } } }
                }
            }
        }
    }
}
