//! What pages say of exact sums: that they are exact, why they may be, and what stands apart from them.

use maud::{Markup, html};
use shumar_words::Words;

use crate::gather::{Issue, Topic};
use crate::pages::{View, release};

/// The mark of an exact figure, with the note that explains it.
pub(super) fn mark(words: &Words) -> Markup {
    html! {
        p.note.exact {
            b { (words.say("exact-mark")) } " " (words.say("exact-note"))
        }
    }
}

/// Why nothing was added to a table's figures, in the place of what is promised elsewhere.
pub(super) fn statement(view: &View, issue: &Issue) -> Markup {
    let words = view.words;
    html! {
        section.privacy #privacy {
            h2 #h-privacy { (words.say("exact-why-title")) }
            p { (words.say("exact-why")) }
            ul {
                li { (words.say("exact-why-fields")) }
                li { (words.say("exact-why-apart")) }
                li { (words.say("exact-why-cost")) }
            }
            @if !issue.document.tables.is_empty() {
                p { a href=(view.to("privacy.html")) { (words.say("privacy-plain-words")) } }
            }
        }
    }
}

/// The exact tables of a release, each with its sum of everything.
pub(super) fn cards(view: &View, issue: &Issue) -> Markup {
    let words = view.words;
    let mut topics = issue.exact().peekable();
    html! {
        @if topics.peek().is_some() {
            section {
                h2 #h-exact { (words.say("exact-title")) }
                (mark(words))
                ul.cards { @for topic in topics { li { (card(view, issue, topic)) } } }
            }
        }
    }
}

fn card(view: &View, issue: &Issue, topic: &Topic) -> Markup {
    html! {
        @if let Some(path) = release::topic_path(issue, topic) {
            a href=(view.to(&path)) { (view.label(topic.title())) }
        }
        @if let Some((_, told)) = topic.total() {
            p.total { (told.markup(view.words)) " " (view.label(topic.unit())) }
        }
    }
}
