//! The release calendar: what comes, and what was published when.

use maud::{Markup, html};

use crate::calendar::Coming;
use crate::gather::Issue;
use crate::pages::{Site, View, period, region, release_path};

/// The page.
pub(crate) fn calendar(view: &View, site: &Site) -> String {
    let words = view.words;
    let view = view.at("calendar.html");
    let content = html! {
        p.lead { (words.say("calendar-lead")) }
        section {
            h2 #h-coming { (words.say("calendar-coming")) }
            @if site.coming.is_empty() { p { (words.say("calendar-none")) } }
            @else { (coming(&view, &site.coming)) }
        }
        section {
            h2 #h-past { (words.say("calendar-past")) }
            @if site.issues.is_empty() { p { (words.say("index-empty")) } }
            @else { (past(&view, &site.issues)) }
        }
    };
    let trail = [(words.say("nav-figures"), "index.html".to_owned())];
    view.frame(&words.say("calendar-title"), &trail, &content)
}

fn coming(view: &View, coming: &[Coming]) -> Markup {
    let words = view.words;
    let title = words.say("calendar-coming");
    region(
        &title,
        &html! {
            table.wide {
                caption.hidden { (title) }
                thead { tr {
                    th scope="col" { (words.say("fact-release")) }
                    th scope="col" { (words.say("fact-period")) }
                    th scope="col" { (words.say("calendar-due")) }
                } }
                tbody {
                    @for one in coming {
                        tr {
                            th scope="row" { (view.label(&one.title)) }
                            td { (period(words, &one.start, &one.end)) }
                            td {
                                @match &one.due {
                                    Some(day) => bdi { (words.day(day)) },
                                    None => (words.say("calendar-open")),
                                }
                            }
                        }
                    }
                }
            }
        },
    )
}

fn past(view: &View, issues: &[Issue]) -> Markup {
    let words = view.words;
    let title = words.say("calendar-past");
    let mut issues: Vec<&Issue> = issues.iter().collect();
    issues.sort_by(|a, b| b.document.made_on.cmp(&a.document.made_on));
    region(
        &title,
        &html! {
            table.wide {
                caption.hidden { (title) }
                thead { tr {
                    th scope="col" { (words.say("fact-release")) }
                    th scope="col" { (words.say("fact-period")) }
                    th scope="col" { (words.say("fact-made")) }
                } }
                tbody {
                    @for Issue { document, .. } in issues {
                        tr {
                            th scope="row" {
                                a href=(view.to(&release_path(document))) { (view.label(&document.title)) }
                            }
                            td { (view.months(document)) }
                            td { bdi { (words.day(&document.made_on)) } }
                        }
                    }
                }
            }
        },
    )
}
