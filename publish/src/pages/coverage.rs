//! How complete the reports behind a release are. What was not reported is never shown as zero.

use maud::{Markup, html};
use shumar_schemas::release::{CoverageDocument, ReleaseDocument};

use crate::pages::{View, region};

/// The section of a release's page; nothing when no report was expected.
pub(crate) fn section(view: &View, release: &ReleaseDocument) -> Markup {
    let words = view.words;
    if release.coverage.is_empty() {
        return html! {};
    }
    let title = words.say("coverage-title");
    let whole = release.coverage.iter().filter(|c| c.reported >= c.expected).count();
    let summary = [("whole", whole.into()), ("count", release.coverage.len().into())];
    html! {
        section {
            h2 #h-coverage { (title) }
            p { (words.say_with("coverage-lead", summary)) }
            p { (words.say("coverage-missing")) }
            (region(&title, &html! {
                table.wide {
                    caption { span { (words.say("coverage-caption")) } }
                    thead { tr {
                        th scope="col" { (words.say("coverage-facility")) }
                        th scope="col" { (words.say("source-kind")) }
                        th scope="col" { (words.say("coverage-reported")) }
                    } }
                    tbody {
                        @for facility in &release.coverage {
                            tr {
                                th scope="row" {
                                    (view.label(&facility.name))
                                    @if let Some(area) = &facility.area {
                                        " · " (view.label(&area.label))
                                    }
                                }
                                td { code { (facility.kind) } }
                                td { (reported(view, facility)) }
                            }
                        }
                    }
                }
            }))
        }
    }
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
