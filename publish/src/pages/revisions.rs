//! Revisions and corrections: how errors are put right, and which were.

use maud::{Markup, html};

use crate::gather::Issue;
use crate::pages::{View, release_path};

/// The page.
pub(crate) fn revisions(view: &View, issues: &[Issue]) -> String {
    let words = view.words;
    let view = view.at("revisions.html");
    let content = html! {
        p.lead { (words.say("revisions-lead")) }
        ul.spaced {
            li { (words.say("revisions-stay")) }
            li { (words.say("revisions-noise")) }
            li { (words.say("revisions-budget")) }
            li { (words.say("revisions-tell")) " " a href=(view.to("contact.html")) { (words.say("nav-contact")) } }
        }
        section {
            h2 #h-list { (words.say("revisions-list")) }
            (list(&view, issues))
        }
    };
    let trail = [(words.say("nav-figures"), "index.html".to_owned())];
    view.frame(&words.say("revisions-title"), &trail, &content)
}

fn list(view: &View, issues: &[Issue]) -> Markup {
    let words = view.words;
    let revised: Vec<_> =
        issues.iter().filter_map(|i| Some((i.document, i.document.revision.as_ref()?))).collect();
    html! {
        @if revised.is_empty() { p { (words.say("revisions-none")) } }
        @else {
            ul.cards {
                @for (document, revision) in revised {
                    li {
                        a href=(view.to(&release_path(document))) { (view.label(&document.title)) }
                        p {
                            (view.months(document)) " · "
                            (words.say("fact-made")) ": " bdi.date { (words.day(&document.made_on)) }
                        }
                        p {
                            (words.say_with("revision-of", [("number", revision.number.into())])) " "
                            bdi { (revision.reason) }
                        }
                        @if let Some(old) = issues.iter().find(|i| i.document.id == revision.of) {
                            p {
                                a href=(view.to(&release_path(old.document))) { (words.say("revisions-old")) }
                            }
                        }
                    }
                }
            }
        }
    }
}
