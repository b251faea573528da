//! The page of a release's certificate, and the links to what can be printed.

use maud::{Markup, html};
use shumar_schemas::release::ReleaseDocument;

use crate::certificate::{List, Statement};
use crate::gather::Issue;
use crate::pages::{View, facts, region};
use crate::print;

/// The page's path below the language's folder.
pub(crate) fn path(release: &ReleaseDocument) -> String {
    format!("certificates/{}.html", release.id)
}

/// The page.
pub(crate) fn certificate(view: &View, issue: &Issue) -> String {
    let words = view.words;
    let release = issue.document;
    let certificate = crate::certificate::certificate(words, release, &issue.extra.seal);
    let view = view.at(&path(release));
    let trail = [
        (words.say("nav-figures"), "index.html".to_owned()),
        (words.label(&release.title).to_owned(), super::release::path(release)),
    ];
    let known = certificate.facts.iter();
    let known: Vec<(String, Markup)> =
        known.map(|(name, value)| (name.clone(), html! { bdi { (value) } })).collect();
    let content = html! {
        p.lead { (certificate.lead) }
        (facts(&known))
        (list("counted", &certificate.counted))
        (statement("coverage", &certificate.coverage))
        (statement("guarantee", &certificate.guarantee))
        (list("budget", &certificate.budget))
        (list("errors", &certificate.errors))
        (list("checks", &certificate.checks))
        (seal(&certificate.seal))
        (officer(&certificate.officer))
        p.files {
            a href=(file(&view, release, print::CERTIFICATE)) download="" {
                (words.say("certificate-link-pdf"))
            }
        }
    };
    view.frame(&certificate.title, &trail, &content)
}

/// The section of a release's page that leads to its certificate and its printed forms.
pub(crate) fn links(view: &View, release: &ReleaseDocument) -> Markup {
    let words = view.words;
    html! {
        section {
            h2 #h-documents { (words.say("bulletin-documents-title")) }
            p { (words.say("bulletin-documents-lead")) }
            ul {
                li {
                    a href=(file(view, release, print::BULLETIN)) download="" {
                        (words.say("bulletin-link"))
                    }
                }
                li { a href=(view.to(&path(release))) { (words.say("certificate-link")) } }
                li {
                    a href=(file(view, release, print::CERTIFICATE)) download="" {
                        (words.say("certificate-link-pdf"))
                    }
                }
            }
        }
    }
}

fn file(view: &View, release: &ReleaseDocument, name: &str) -> String {
    format!("{}{}", view.root(), print::path(release, name, view.words.language))
}

fn statement(id: &str, statement: &Statement) -> Markup {
    html! {
        section {
            h2 id={ "h-" (id) } { (statement.title) }
            @for text in &statement.texts { p { (text) } }
        }
    }
}

fn list(id: &str, list: &List) -> Markup {
    html! {
        section {
            h2 id={ "h-" (id) } { (list.title) }
            @if !list.note.is_empty() { p { (list.note) } }
            (region(&list.title, &html! {
                table.wide {
                    caption.hidden { (list.title) }
                    @if !list.head.is_empty() {
                        thead { tr { @for name in &list.head { th scope="col" { (name) } } } }
                    }
                    tbody {
                        @for row in &list.rows {
                            tr {
                                @for (i, cell) in row.iter().enumerate() {
                                    @if i == 0 {
                                        th scope="row" { bdi { (cell) } }
                                    } @else {
                                        td { bdi { (cell) } }
                                    }
                                }
                            }
                        }
                    }
                }
            }))
        }
    }
}

/// Codes run from left to right in any language, and may break anywhere.
fn seal(list: &List) -> Markup {
    let code = |row: &Vec<String>| {
        // A line may break behind a slash.
        let value = html! {
            code dir="ltr" {
                @for part in row[1].split_inclusive('/') { (part) wbr; }
            }
        };
        (row[0].clone(), value)
    };
    html! {
        section {
            h2 #h-seal { (list.title) }
            p { (list.note) }
            (facts(&list.rows.iter().map(code).collect::<Vec<_>>()))
        }
    }
}

/// Lines to be filled in by hand, where the page is printed.
fn officer(list: &List) -> Markup {
    let line = || html! { span aria-hidden="true" { ("_".repeat(30)) } };
    html! {
        section {
            h2 #h-officer { (list.title) }
            (facts(&list.head.iter().map(|field| (field.clone(), line())).collect::<Vec<_>>()))
        }
    }
}
