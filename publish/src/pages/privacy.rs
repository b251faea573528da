//! What is promised to each person and what it cost: in plain words, and as an account.

use maud::{Markup, html};
use shumar_schemas::release::{ChargeDocument, ReleaseDocument, TableDocument, YearDocument};
use shumar_schemas::{Count, Family, Label};
use shumar_words::Words;

use crate::data::plain;
use crate::pages::{View, facts, region, release_path};

/// Beyond this ε the factor e^ε tells a reader nothing, and is left out.
pub(crate) const FACTOR_EPSILON_MAX: f64 = 12.0;

/// The statement in plain words, for a table or for a whole release.
pub(crate) fn statement(
    view: &View,
    release: &ReleaseDocument,
    table: Option<&TableDocument>,
) -> Markup {
    let words = view.words;
    let privacy = &release.privacy;
    let bound = match table {
        Some(t) if t.count == Count::Persons => words.say("count-persons"),
        Some(t) => words.say_with("privacy-bound", [("bound", t.bound.into())]),
        None => words.say_with("privacy-bound-all", [("bound", privacy.bounds.all.into())]),
    };
    html! {
        section.privacy #privacy {
            h2 #h-privacy { (words.say("privacy-title")) }
            p { (words.say("privacy-promise")) }
            ul {
                li { (bound) }
                // A table's page leads to the account; a release's page has it.
                @if table.is_none() {
                    li { (family(words, privacy.family)) }
                    @for year in &privacy.years {
                        li { (spent(words, year, privacy.family)) }
                        li { (odds(words, year)) }
                    }
                }
            }
            p {
                a href=(view.to("privacy.html")) { (words.say("privacy-plain-words")) }
                " · "
                a href={ (view.to("method.html")) "#privacy" } { (words.say("privacy-more")) }
                @if table.is_some() {
                    " · "
                    a href={ (view.to(&release_path(release))) "#account" } {
                        (words.say("privacy-account"))
                    }
                }
            }
        }
    }
}

/// What is promised and spent for a whole release, in sentences.
pub(crate) fn told(words: &Words, release: &ReleaseDocument) -> Vec<String> {
    let privacy = &release.privacy;
    let bound = words.say_with("privacy-bound-all", [("bound", privacy.bounds.all.into())]);
    let years = privacy.years.iter();
    let years = years.flat_map(|y| [spent(words, y, privacy.family), odds(words, y)]);
    [bound, family(words, privacy.family)].into_iter().chain(years).collect()
}

/// What the random numbers are.
fn family(words: &Words, family: Family) -> String {
    match family {
        Family::Laplace => words.say("privacy-laplace"),
        Family::Gaussian => words.say("privacy-gaussian"),
    }
}

fn spent(words: &Words, year: &YearDocument, family: Family) -> String {
    let left = year.budget.minus(year.spent).unwrap_or_default();
    let values = [
        ("year", year.year.to_string().into()),
        ("symbol", family.symbol().into()),
        ("budget", year.budget.to_string().into()),
        ("spent", year.spent.to_string().into()),
        ("left", left.to_string().into()),
    ];
    words.say_with("privacy-year", values)
}

fn odds(words: &Words, year: &YearDocument) -> String {
    let (epsilon, delta) = (year.approximate.epsilon, year.approximate.delta);
    let key = match delta {
        _ if epsilon > FACTOR_EPSILON_MAX => "privacy-plain",
        0.0 => "privacy-pure",
        _ => "privacy-approximate",
    };
    let values = [
        ("year", year.year.to_string().into()),
        ("epsilon", rounded_up(epsilon).into()),
        ("delta", plain(delta).into()),
        ("factor", rounded_up(epsilon.exp()).into()),
    ];
    words.say_with(key, values)
}

/// Two decimals, rounded against us.
pub(crate) fn rounded_up(x: f64) -> String {
    let hundredths = (x * 100.0 - 1e-9).ceil();
    plain(hundredths / 100.0)
}

/// The account: the statement's own words, the bounds, and what the release was charged.
pub(crate) fn account(view: &View, release: &ReleaseDocument) -> Markup {
    let words = view.words;
    let privacy = &release.privacy;
    let stated = |text: &str| html! { span lang="en" dir="ltr" { (text) } };
    let bounds = html! {
        ul.plain {
            li { (words.say("account-bounds-all")) ": " (privacy.bounds.all) }
            @if let Some(generous) = privacy.bounds.calibration {
                li { (words.say("account-bounds-calibration")) ": " (generous) }
            }
            @for (kind, bound) in &privacy.bounds.kinds {
                li { code { (kind) } ": " (bound) }
            }
        }
    };
    html! {
        section #account {
            h2 #h-account { (words.say("account-title")) }
            (facts(&[
                (words.say("account-unit"), stated(&privacy.unit)),
                (words.say("account-neighbours"), stated(&privacy.neighbours)),
                (words.say("account-bounds"), bounds),
            ]))
            @for year in &privacy.years { (charges(view, release, year)) }
        }
    }
}

fn charges(view: &View, release: &ReleaseDocument, year: &YearDocument) -> Markup {
    let words = view.words;
    let title = words.say_with("account-year", [("year", year.year.to_string().into())]);
    let symbol = [("symbol", release.privacy.family.symbol().into())];
    region(
        &title,
        &html! {
            table.wide {
                caption { span { (title) } }
                thead { tr {
                    th scope="col" { (words.say("account-measured")) }
                    th.n scope="col" { (words.say_with("account-loss", symbol)) }
                    th.n scope="col" { (words.say("account-bound")) }
                    th scope="col" { (words.say("account-share")) }
                    th scope="col" { (words.say("account-row")) }
                } }
                tbody {
                    @for charge in &year.charges {
                        tr {
                            th scope="row" { (measured(view, release, charge)) }
                            td.n { (charge.unit_loss) }
                            td.n { (charge.bound) }
                            td { (share(view, &charge.share)) }
                            td { (row(view, charge)) }
                        }
                    }
                }
            }
        },
    )
}

/// What a charge paid for: a margin of a table, by the titles of its dimensions.
fn measured(view: &View, release: &ReleaseDocument, charge: &ChargeDocument) -> Markup {
    let titles = || {
        let table = release.tables.iter().find(|t| t.id == charge.table)?;
        let measurement = table.measurements.iter().find(|m| m.id == charge.margin)?;
        let title = |id: &String| table.dimensions.iter().find(|d| d.id == *id).map(|d| &d.title);
        measurement.by.iter().map(title).collect::<Option<Vec<&Label>>>()
    };
    html! {
        code { (charge.table) } " · "
        @match titles() {
            Some(titles) => bdi { (view.words.margin(&titles)) },
            None => code { (charge.margin) },
        }
    }
}

fn share(view: &View, share: &str) -> Markup {
    let words = view.words;
    match share {
        "scheduled" => html! { (words.say("share-scheduled")) },
        "rti" => html! { (words.say("share-rti")) },
        "revisions" => html! { (words.say("share-revisions")) },
        other => html! { code { (other) } },
    }
}

fn row(view: &View, charge: &ChargeDocument) -> String {
    match charge.covered_by {
        None => charge.seq.to_string(),
        Some(by) => {
            let values = [("row", charge.seq.to_string().into()), ("by", by.to_string().into())];
            view.words.say_with("account-covered", values)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::rounded_up;

    #[test]
    fn losses_are_rounded_against_us() {
        assert_eq!([0.5, 1.651, 2.0, 54.598_15].map(rounded_up), ["0.5", "1.66", "2", "54.6"]);
    }
}
