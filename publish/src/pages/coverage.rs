//! How complete the reports behind a release are. What was not reported is never shown as zero.

use maud::{Markup, html};
use shumar_schemas::release::{CoverageDocument, ReleaseDocument};

use crate::gather::Issue;
use crate::pages::{View, region, release_path};

/// The page: every valid release, and the offices of the newest that tells of them.
pub(crate) fn coverage(view: &View, issues: &[Issue]) -> String {
    let words = view.words;
    let view = view.at("coverage.html");
    let told = |i: &&Issue| i.revised_by.is_none() && !i.document.coverage.is_empty();
    let all: Vec<&Issue> = issues.iter().filter(told).collect();
    let content = html! {
        p.lead { (words.say("coverage-page-lead")) }
        p { (words.say("coverage-missing")) }
        p { (words.say("coverage-never-zero")) }
        @if all.is_empty() { p { (words.say("coverage-unknown")) } }
        @for (i, issue) in all.iter().enumerate() {
            @let release = issue.document;
            section {
                h2 id={ "c-" (release.id) } { (view.label(&release.title)) }
                p { (view.months(release)) ". " (summary(&view, release)) }
                @if i == 0 {
                    (table(&view, &release.coverage.iter().collect::<Vec<_>>()))
                } @else {
                    p {
                        a href={ (view.to(&release_path(release))) "#h-coverage" } {
                            (words.say("coverage-offices"))
                        }
                    }
                }
            }
        }
    };
    let trail = [(words.say("nav-figures"), "index.html".to_owned())];
    view.frame(&words.say("coverage-title"), &trail, &content)
}

/// The section of a release's page; nothing when no report was expected.
pub(crate) fn section(view: &View, release: &ReleaseDocument) -> Markup {
    let words = view.words;
    html! {
        @if !release.coverage.is_empty() {
            section {
                h2 #h-coverage { (words.say("coverage-title")) }
                p { (summary(view, release)) }
                p { (words.say("coverage-missing")) }
                (table(view, &release.coverage.iter().collect::<Vec<_>>()))
            }
        }
    }
}

fn summary(view: &View, release: &ReleaseDocument) -> String {
    let whole = release.coverage.iter().filter(|c| c.reported >= c.expected).count();
    let values = [("whole", whole.into()), ("count", release.coverage.len().into())];
    view.words.say_with("coverage-lead", values)
}

/// Offices with the reports that they made.
pub(super) fn table(view: &View, offices: &[&CoverageDocument]) -> Markup {
    let words = view.words;
    region(
        &words.say("coverage-title"),
        &html! {
            table.wide {
                caption { span { (words.say("coverage-caption")) } }
                thead { tr {
                    th scope="col" { (words.say("coverage-facility")) }
                    th scope="col" { (words.say("source-kind")) }
                    th scope="col" { (words.say("coverage-reported")) }
                } }
                tbody {
                    @for facility in offices {
                        tr {
                            th scope="row" {
                                (view.label(&facility.name))
                                @if let Some(area) = &facility.area { " · " (view.label(&area.label)) }
                            }
                            td { code { (facility.kind) } }
                            td { (reported(view, facility)) }
                        }
                    }
                }
            }
        },
    )
}

fn reported(view: &View, facility: &CoverageDocument) -> String {
    let numbers = [("reported", facility.reported.into()), ("expected", facility.expected.into())];
    let key = match (facility.reported, facility.every == "quarter") {
        (0, _) => "coverage-none",
        (_, false) => "coverage-months",
        (_, true) => "coverage-quarters",
    };
    view.words.say_with(key, numbers)
}
