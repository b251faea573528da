//! The page of the right-to-information desk: what was asked and answered, and how it did.

use maud::{Markup, html};
use shumar_schemas::disclosure::{
    DisclosureDocument, EntryDocument, FiguresDocument, PeriodDocument,
};

use crate::pages::{View, isolated};

/// Its path below the language's folder.
pub(crate) const PATH: &str = "disclosures.html";
/// The folder of its files on the site.
pub(crate) const FILES: &str = "data/disclosures";

/// The page.
pub(crate) fn disclosures(view: &View, log: &DisclosureDocument) -> String {
    let words = view.words;
    let act = isolated(words.label(&log.act));
    let content = html! {
        p.lead { (words.say_with("disclosure-lead", [("act", act.into())])) }
        section {
            h2 #h-answers { (words.say("disclosure-answers")) }
            @if log.entries.is_empty() { p { (words.say("disclosure-none")) } }
            @for entry in &log.entries { (answered(view, entry)) }
        }
        @if !log.periods.is_empty() { (handled(view, &log.periods)) }
    };
    let trail = [(words.say("nav-figures"), "index.html".to_owned())];
    view.frame(&words.say("disclosure-title"), &trail, &content)
}

fn answered(view: &View, entry: &EntryDocument) -> Markup {
    let words = view.words;
    let day = words.day(&entry.decided_on);
    html! {
        article {
            h3 { bdi { (entry.id) } " · " (view.label(&entry.question)) }
            p { b { (outcome(view, &entry.outcome)) } ", " (day) }
            @if !entry.answer.is_empty() { p { (view.label(&entry.answer)) } }
            @if let Some(refused) = &entry.refused {
                @let section = isolated(&refused.section);
                p {
                    (words.say_with("disclosure-section", [("section", section.into())])) " "
                    (view.label(&refused.title))
                }
            }
            @if let Some(figures) = &entry.figures { (table(view, figures)) }
            @if !entry.files.is_empty() {
                p {
                    (words.say("disclosure-files")) " "
                    @for (i, file) in entry.files.iter().enumerate() {
                        @if i > 0 { " · " }
                        a href={ (view.root()) (FILES) "/" (file.name) } { (file.name) }
                    }
                }
            }
        }
    }
}

fn outcome(view: &View, outcome: &str) -> String {
    let words = view.words;
    match outcome {
        "released" => words.say("disclosure-released"),
        "part-released" => words.say("disclosure-part"),
        "not-held" => words.say("disclosure-not-held"),
        _ => words.say("disclosure-refused"),
    }
}

fn table(view: &View, figures: &FiguresDocument) -> Markup {
    let words = view.words;
    html! {
        @if !figures.cells.is_empty() {
            div.region role="region" aria-label=(words.label(&figures.title)) tabindex="0" {
                table.wide {
                    caption { (view.label(&figures.title)) }
                    thead { tr {
                        @for column in &figures.columns { th scope="col" { (view.label(column)) } }
                        th.n scope="col" { (words.say("disclosure-figure")) }
                        th.n scope="col" { (words.say("disclosure-range")) }
                    } }
                    tbody {
                        @for cell in &figures.cells {
                            tr {
                                @for label in &cell.labels { td { (view.label(label)) } }
                                td.n { bdi { (cell.estimate) } }
                                td.n { (range(view, &cell.lower, &cell.upper)) }
                            }
                        }
                    }
                }
            }
        }
        p { (view.label(&figures.derivation)) }
        @for release in &figures.releases {
            @let id = isolated(&release.id);
            p.small {
                (words.say_with("disclosure-source", [("release", id.into())])) " "
                code { (release.sha256) }
            }
        }
    }
}

fn range(view: &View, lower: &str, upper: &str) -> String {
    let (lower, upper) = (isolated(lower), isolated(upper));
    view.words.say_with("range", [("lower", lower.into()), ("upper", upper.into())])
}

/// Requests by year and quarter.
fn handled(view: &View, periods: &[PeriodDocument]) -> Markup {
    let words = view.words;
    html! {
        section {
            h2 #h-handled { (words.say("disclosure-handled")) }
            p { (words.say("disclosure-handled-lead")) }
            div.region role="region" aria-labelledby="h-handled" tabindex="0" {
                table.wide {
                    caption.hidden { (words.say("disclosure-handled")) }
                    thead { tr {
                        th scope="col" { (words.say("disclosure-period")) }
                        th.n scope="col" { (words.say("disclosure-received")) }
                        th.n scope="col" { (words.say("disclosure-on-time")) }
                        th.n scope="col" { (words.say("disclosure-late")) }
                        th.n scope="col" { (words.say("disclosure-open")) }
                        th.n scope="col" { (words.say("disclosure-released")) }
                        th.n scope="col" { (words.say("disclosure-part")) }
                        th.n scope="col" { (words.say("disclosure-not-held")) }
                        th.n scope="col" { (words.say("disclosure-transferred")) }
                        th.n scope="col" { (words.say("disclosure-refused")) }
                    } }
                    tbody {
                        @for p in periods {
                            tr {
                                th scope="row" { bdi { (p.period) } }
                                td.n { (p.received) }
                                td.n { (p.on_time) }
                                td.n { (p.late.saturating_add(p.overdue)) }
                                td.n { (p.open.saturating_add(p.undated)) }
                                td.n { (p.released) }
                                td.n { (p.part_released) }
                                td.n { (p.not_held) }
                                td.n { (p.transferred) }
                                td.n { (p.refused) }
                            }
                        }
                    }
                }
            }
            (grounds(view, periods))
        }
    }
}

/// Refusals by the section relied on, over whole years.
fn grounds(view: &View, periods: &[PeriodDocument]) -> Markup {
    let words = view.words;
    let years = periods.iter().filter(|p| p.period.len() == 4 && !p.refused_by.is_empty());
    html! {
        @for year in years {
            @let period = isolated(&year.period);
            h3 { (words.say_with("disclosure-grounds", [("year", period.into())])) }
            ul {
                @for ground in &year.refused_by {
                    @let section = isolated(&ground.ground.section);
                    li {
                        (words.say_with("disclosure-section", [("section", section.into())])) " "
                        (view.label(&ground.ground.title)) ": " (ground.requests)
                    }
                }
            }
        }
    }
}
