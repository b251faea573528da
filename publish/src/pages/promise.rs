//! The privacy statement: what is promised to each person, in plain words, and what it has cost.

use std::collections::BTreeMap;

use maud::{Markup, html};
use shumar_schemas::release::{ReleaseDocument, YearDocument};

use crate::gather::Issue;
use crate::pages::{View, region, release_path};

/// The page.
pub(crate) fn promise(view: &View, issues: &[Issue]) -> String {
    let words = view.words;
    let view = view.at("privacy.html");
    let content = html! {
        p.lead { (words.say("promise-lead")) }
        h2 #h-promise { (words.say("promise-title")) }
        p.promise { (words.say("promise-text")) }
        p { (words.say("promise-example")) }
        p { (words.say("promise-means")) }
        h2 #h-never { (words.say("promise-never-title")) }
        ul.spaced {
            li { (words.say("promise-never-names")) }
            li { (words.say("promise-never-exact")) }
            li { (words.say("promise-never-rare")) }
            li { (words.say("promise-never-cells")) }
        }
        h2 #h-not { (words.say("promise-not-title")) }
        ul.spaced {
            li { (words.say("method-privacy-limits")) }
            li { (words.say("promise-not-others")) }
            li { (words.say("promise-not-years")) }
            li { (words.say("promise-not-hidden")) }
        }
        (spent(&view, issues))
        p { a href={ (view.to("method.html")) "#privacy" } { (words.say("privacy-more")) } }
    };
    let trail = [(words.say("nav-figures"), "index.html".to_owned())];
    view.frame(&words.say("promise-page"), &trail, &content)
}

/// The budget of each year as the release that spent most of it states it.
fn spent(view: &View, issues: &[Issue]) -> Markup {
    let words = view.words;
    let mut years: BTreeMap<i32, (&ReleaseDocument, &YearDocument)> = BTreeMap::new();
    for issue in issues {
        for year in &issue.document.privacy.years {
            let kept = years.entry(year.year).or_insert((issue.document, year));
            if year.spent > kept.1.spent {
                *kept = (issue.document, year);
            }
        }
    }
    let title = words.say("promise-budget-title");
    html! {
        @if !years.is_empty() {
            h2 #h-budget { (title) }
            p { (words.say("promise-budget-text")) }
            (region(&title, &html! {
                table.wide {
                    caption.hidden { (title) }
                    thead { tr {
                        th scope="col" { (words.say("promise-year")) }
                        th.n scope="col" { (words.say("promise-budget")) }
                        th.n scope="col" { (words.say("promise-spent")) }
                        th.n scope="col" { (words.say("promise-left")) }
                        th scope="col" { (words.say("promise-account")) }
                    } }
                    tbody {
                        @for (number, (release, year)) in years.iter().rev() {
                            @let symbol = release.privacy.family.symbol();
                            @let left = year.budget.minus(year.spent).unwrap_or_default();
                            tr {
                                th scope="row" { (number) }
                                @for amount in [year.budget, year.spent, left] {
                                    td.n { bdi dir="ltr" { (symbol) " = " (amount) } }
                                }
                                td {
                                    a href={ (view.to(&release_path(release))) "#account" } {
                                        (view.label(&release.title))
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
