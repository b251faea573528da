//! The page of a release: its statistics, its privacy account, its sources and its signed files.

use maud::{Markup, html};
use shumar_schemas::release::{DOCUMENT, PUBLIC_KEY, ReleaseDocument, SIGNATURE};

use crate::gather::{Issue, Of, Topic};
use crate::pages::{View, caveat, certificate, coverage, downloads, exact, facts, privacy, region};
use crate::read::listed;

/// The page's path below the language's folder.
pub(crate) fn path(release: &ReleaseDocument) -> String {
    format!("releases/{}.html", release.id)
}

/// The page of a topic: its own, or that of the statistic that it is.
pub(super) fn topic_path(issue: &Issue, topic: &Topic) -> Option<String> {
    match topic.of {
        Of::Indicator(i) if topic.lists.is_empty() => {
            let of = i.from.iter().find_map(|id| issue.topic(id))?;
            Some(of.path(issue.document))
        }
        _ => Some(topic.path(issue.document)),
    }
}

/// The page.
pub(crate) fn release(view: &View, issue: &Issue) -> String {
    let words = view.words;
    let release = issue.document;
    let view = view.at(&path(release));
    let trail = [(words.say("nav-figures"), "index.html".to_owned())];
    let made = words.day(&release.made_on);
    let content = html! {
        p.lead { (words.say_with("release-lead", [("months", view.months(release).into())])) }
        (facts(&[
            (words.say("fact-publisher"), view.label(&release.commission.name)),
            (words.say("fact-made"), html! { bdi.date { (made) } }),
            (words.say("fact-release"), html! { code { (release.id) } }),
        ]))
        p { a href=(view.to(&downloads::path(release))) { (words.say("release-files")) } }
        (cards(&view, &words.say("tables-title"), "tables", issue, issue.statistics().map(|(_, t)| t)))
        (cards(&view, &words.say("indicators-title"), "indicators", issue, issue.indicators().map(|(_, t)| t)))
        (exact::cards(&view, issue))
        (caveat(words))
        (privacy::statement(&view, release, None))
        (privacy::account(&view, release))
        (coverage::section(&view, release))
        (certificate::links(&view, release))
        (sources(&view, release))
        (signed(&view, release))
    };
    view.frame(words.label(&release.title), &trail, &content)
}

/// Topics, each with its figure for everything.
fn cards<'a>(
    view: &View,
    title: &str,
    id: &str,
    issue: &'a Issue<'a>,
    topics: impl Iterator<Item = &'a Topic<'a>>,
) -> Markup {
    let mut topics = topics.peekable();
    html! {
        @if topics.peek().is_some() {
            section {
                h2 id={ "h-" (id) } { (title) }
                ul.cards {
                    @for topic in topics {
                        li {
                            @if let Some(path) = topic_path(issue, topic) {
                                a href=(view.to(&path)) { (view.label(topic.title())) }
                            }
                            @if let Some((_, told)) = topic.total() {
                                p.total { (told.markup(view.words)) " " (view.label(topic.unit())) }
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
