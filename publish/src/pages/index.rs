//! The first page of each language, and the door that offers the languages.

use maud::{DOCTYPE, Markup, html};
use shumar_schemas::release::{CommissionDocument, ReleaseDocument};

use crate::figure::Figure;
use crate::pages::{View, caveat, isolated, release, statistic};
use crate::read::{Statistic, statistics};
use shumar_words::Words;

/// A statistic as the overview shows it.
pub(crate) struct Headline {
    /// Its grand total, if it is published.
    pub(crate) total: Option<Figure>,
}

/// A release as the overview shows it: its document and one headline a statistic.
pub(crate) type Entry<'a> = (&'a ReleaseDocument, Vec<Headline>);

/// The first page of a language: key figures of the newest release, and all releases.
pub(crate) fn index(view: &View, releases: &[Entry]) -> String {
    let words = view.words;
    let content = html! {
        p.lead { (words.say("index-lead")) }
        @match releases.first() {
            None => p { (words.say("index-empty")) },
            Some((newest, headlines)) => {
                (key_figures(view, newest, headlines))
                (caveat(words))
                (list(view, releases))
            },
        }
    };
    view.frame(&words.say("index-title"), &[], &content)
}

fn key_figures(view: &View, newest: &ReleaseDocument, headlines: &[Headline]) -> Markup {
    let words = view.words;
    let total = |(statistic, headline): (_, &Headline)| Some((statistic, headline.total.clone()?));
    let totals: Vec<(Statistic, Figure)> =
        statistics(newest).zip(headlines).filter_map(total).collect();
    if totals.is_empty() {
        return html! {};
    }
    let months = words.months(&newest.period_start, &newest.period_end);
    let title = isolated(words.label(&newest.title));
    let from = [("release", title.into()), ("months", months.into())];
    html! {
        section {
            h2 #h-key { (words.say("key-title")) }
            p { (words.say_with("key-from", from)) }
            ul.key {
                @for (shown, figure) in totals {
                    li {
                        p.big { (view.figure(&figure)) }
                        p.unit { (view.label(&shown.table.unit)) }
                        p {
                            a href=(view.to(&statistic::path(newest, shown))) {
                                (view.label(&shown.document.title))
                            }
                        }
                    }
                }
            }
        }
    }
}

fn list(view: &View, releases: &[Entry]) -> Markup {
    let words = view.words;
    html! {
        section {
            h2 #h-releases { (words.say("releases-title")) }
            ul.cards {
                @for (document, _) in releases {
                    @let months = words.months(&document.period_start, &document.period_end);
                    @let count = document.statistics.len();
                    li {
                        a href=(view.to(&release::path(document))) { (view.label(&document.title)) }
                        p {
                            bdi { (months) } " · "
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

/// The page at the site's root: a choice of languages.
pub(crate) fn door(words: &[Words], commission: Option<&CommissionDocument>) -> String {
    let name = |words: &Words| match commission.map(|c| words.label(&c.name)) {
        Some(name) if !name.is_empty() => name.to_owned(),
        _ => words.say("site-title"),
    };
    let title: Vec<String> = words.iter().map(name).collect();
    let page = html! {
        (DOCTYPE)
        html lang=[words.first().map(|w| w.language.tag())] {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content=(super::POLICY);
                meta name="color-scheme" content="light dark";
                title { (title.join(" · ")) }
                link rel="icon" href="data:,";
                link rel="stylesheet" href="style.css";
            }
            body.door {
                main {
                    h1 {
                        @for (words, name) in words.iter().zip(&title) {
                            @let language = words.language;
                            span lang=(language.tag()) dir=(language.direction()) { (name) } " "
                        }
                    }
                    ul {
                        @for words in words {
                            @let (tag, language) = (words.language.tag(), words.language);
                            li lang=(tag) dir=(language.direction()) {
                                a href={ (tag) "/index.html" } hreflang=(tag) {
                                    strong { (language.name()) }
                                    span { (words.say("index-title")) }
                                }
                            }
                        }
                    }
                }
            }
        }
    };
    page.into_string() + "\n"
}
