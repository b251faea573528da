//! How to read the figures: one page a language, the same for all releases.

use maud::{Markup, html};

use crate::data::plain;
use crate::figure::{FAIR_MAX, GOOD_MAX, Reliability};
use crate::pages::View;
use shumar_words::{Language, Words};

/// The page.
pub(crate) fn method(view: &View) -> String {
    let words = view.words;
    let view = view.at("method.html");
    let content = html! {
        p.lead { (words.say("method-lead")) }
        h2 #figure { (words.say("method-figure-title")) }
        dl.samples {
            dt { (words.say("method-figure-sample")) }
            dd { (words.say("method-figure-text")) }
            dt { (words.say("method-weak-sample")) }
            dd { (words.say("method-weak-text")) }
        }
        p { (words.say("method-rounding")) }
        p { (words.say("method-modelled")) }
        p { (words.say("method-calibrated")) }
        h2 #noise { (words.say("method-noise-title")) }
        p { (words.say("method-noise-text")) }
        p { (words.say("method-together")) }
        h2 #standing { (words.say("method-standing-title")) }
        p { (words.say("method-standing-text")) }
        h2 #map { (words.say("method-map-title")) }
        p { (words.say("method-map-text")) }
        h2 #limits { (words.say("method-limits-title")) }
        ul.spaced {
            li { (words.say("method-limits-recorded")) }
            li { (words.say("method-limits-rank")) }
            li { (words.say("method-limits-range")) }
            li { (words.say("method-limits-unit")) }
            li { (words.say("method-limits-zero")) }
        }
        h2 #reliability { (words.say("method-reliability-title")) }
        p { (words.say("method-reliability-text")) }
        (reliability(words))
        h2 #privacy { (words.say("method-privacy-title")) }
        p { (words.say("method-privacy-text")) }
        p { (words.say("method-privacy-limits")) }
        h2 #files { (words.say("method-files-title")) }
        p { (words.say("method-files-text")) }
        (columns(words))
        h2 #check { (words.say("method-check-title")) }
        p { (words.say("method-check-text")) }
    };
    let trail = [(words.say("nav-figures"), "index.html".to_owned())];
    view.frame(&words.say("method-title"), &trail, &content)
}

fn reliability(words: &Words) -> Markup {
    let percent = |share: f64| plain((share * 1000.0).round() / 10.0);
    let limits = || [("good", percent(GOOD_MAX).into()), ("fair", percent(FAIR_MAX).into())];
    let rows = [
        (Reliability::Good, words.say_with("method-good", limits())),
        (Reliability::Fair, words.say_with("method-fair", limits())),
        (Reliability::Weak, words.say_with("method-weak", limits())),
    ];
    two_columns(
        &words.say("method-reliability-title"),
        &[words.say("method-reliability-name"), words.say("method-reliability-meaning")],
        rows.map(|(mark, meaning)| (mark.name(), meaning)),
    )
}

fn columns(words: &Words) -> Markup {
    let labels = Language::all().iter().map(|l| format!("NAME_label_{}", l.tag()));
    let names = std::iter::once("NAME".to_owned()).chain(labels).collect::<Vec<_>>().join(", ");
    let rows = [
        (names.as_str(), words.say("method-file-name")),
        ("estimate", words.say("method-file-estimate")),
        ("value", words.say("method-file-value")),
        ("standard_error", words.say("method-file-error")),
        ("lower, upper", words.say("method-file-interval")),
        ("displayed", words.say("method-file-displayed")),
        ("modelled, modelled_lower, modelled_upper", words.say("method-file-modelled")),
        ("numerator, denominator", words.say("method-file-terms")),
        ("flag", words.say("method-file-flag")),
        ("reliability", words.say("method-file-reliability")),
        ("unit", words.say("method-file-unit")),
        ("base", words.say("method-file-base")),
        ("source_kind", words.say("method-file-source")),
        ("period_start, period_end", words.say("method-file-period")),
        ("release", words.say("method-file-release")),
        ("obs_status, conf_status", words.say("method-file-status")),
    ];
    two_columns(
        &words.say("method-files-title"),
        &[words.say("method-file-column"), words.say("method-file-meaning")],
        rows,
    )
}

fn two_columns<const N: usize>(
    caption: &str,
    heads: &[String],
    rows: [(&str, String); N],
) -> Markup {
    html! {
        table.list {
            caption.hidden { (caption) }
            thead { tr { @for head in heads { th scope="col" { (head) } } } }
            tbody {
                @for (name, meaning) in rows {
                    tr { th scope="row" { code dir="ltr" { (name) } } td { (meaning) } }
                }
            }
        }
    }
}
