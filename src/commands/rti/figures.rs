//! Figures for a request: what is kept, what is published, what follows from it; and only then, if an
//! officer accepts the cost, a new measurement.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use shumar_answer::{Question, Refusal, Span};
use shumar_rti::Desk;
use shumar_rti::answer::{Publications, Route};
use shumar_schemas::Period;
use shumar_transform::{Asked, Offer, Workshop};
use shumar_words::{Language, Words};

use crate::cli::rti::Answer;
use crate::failure::Failure;
use crate::home::Home;

/// The figures that a request asks for.
///
/// # Errors
/// Why there are none and what could be asked instead; the offer of a new measurement, if it is not
/// accepted yet.
pub(super) fn figures(
    home: &Home,
    desk: &Desk<'_>,
    measure: &str,
    asked: &Answer,
) -> Result<shumar_rti::Answer, Failure> {
    let releases = home.dir.join("releases");
    let publications = Publications::open(&releases)?;
    let question = publications.named(&question(measure, asked)?);
    if let Some(kept) = desk.kept(&question.key())? {
        return Ok(kept);
    }
    let words = Words::load(Language::all()[0]);
    let wide = |found: &shumar_rti::Answer| {
        let half =
            |c: &shumar_rti::Cell| c.upper.zip(c.lower).map(|(upper, lower)| (upper - lower) / 2.0);
        let widest = found.cells.iter().filter_map(half).fold(0.0, f64::max);
        asked.margin.is_some_and(|wanted| widest > wanted).then_some(widest)
    };
    let crossed = match publications.ask(&question) {
        Ok(found) if wide(&found).is_none() => return Ok(found),
        Ok(_) => crossed(&question),
        Err(Refusal::Unmeasured { crossed, .. }) => crossed,
        Err(refusal) => return Err(refused(&refusal, &words)),
    };
    let plain = || match publications.ask(&question) {
        Ok(found) => Failure::refused(format!(
            "the published figures are exact to ± {:.1}, not to what was asked for\n\nhint: leave out `--margin` to answer with them",
            wide(&found).unwrap_or_default()
        )),
        Err(refusal) => refused(&refusal, &words),
    };
    let Ok(period) = question.period.to_string().parse::<Period>() else { return Err(plain()) };
    let statistic = home.catalog.statistic(measure, "the request").ok();
    if !statistic.is_some_and(|s| s.may_measure(&crossed)) {
        return Err(plain());
    }
    let id = format!("request-{}", &question.key()[..8]);
    let title = publications.title(measure, &crossed, question.period);
    let asked_for = Asked { id: &id, title, statistic: measure, crossed, period };
    let workshop = home.bench(asked.redraw);
    let mut register = home.connect()?;
    // What an interruption left unfinished is paid: nothing is offered or charged again.
    let unit = match shumar_transform::begun(&register, &asked_for)? {
        Some(unit) => unit,
        None => {
            let offer = shumar_transform::offer(&workshop, &register, &asked_for, asked.margin)?;
            if !asked.spend {
                return Err(Failure::refused(offered(&workshop, &offer)));
            }
            offer.unit
        }
    };
    let mut silent = |_: &str| {};
    let making = shumar_transform::measure(&workshop, &mut register, &asked_for, unit, &mut silent);
    crate::commands::runtime()?.block_on(making)?;
    let found = Publications::open(&releases)?.ask(&question);
    let mut found = found.map_err(|refusal| refused(&refusal, &words))?;
    found.route = Route::NewMeasurement;
    Ok(found)
}

/// What was asked, from the options.
fn question(measure: &str, asked: &Answer) -> Result<Question, Failure> {
    let period = asked.period.as_deref().unwrap_or_default();
    let period: Span = period
        .parse()
        .map_err(|e| Failure::refused(format!("{e}\n\nhint: name the period with `--period`")))?;
    Ok(Question {
        measure: measure.to_owned(),
        by: asked.by.iter().cloned().collect(),
        only: only(asked)?,
        period,
    })
}

/// The filters: for each dimension the codes that count.
pub(super) fn only(asked: &Answer) -> Result<BTreeMap<String, BTreeSet<String>>, Failure> {
    let mut only: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for filter in &asked.only {
        let Some((dimension, code)) = filter.split_once('=') else {
            return Err(Failure::refused(
                "a filter names no dimension and code\n\nhint: write it like `--where district=PK501`",
            ));
        };
        only.entry(dimension.trim().to_owned()).or_default().insert(code.trim().to_owned());
    }
    Ok(only)
}

/// All dimensions that a question is about.
fn crossed(question: &Question) -> Vec<String> {
    let mut all: Vec<String> = question.by.iter().chain(question.only.keys()).cloned().collect();
    all.retain(|name| name != "year");
    all.sort();
    all.dedup();
    all
}

fn refused(refusal: &Refusal, words: &Words) -> Failure {
    let mut text = refusal.reason(words);
    let instead = refusal.instead(words).join(" ");
    if !instead.is_empty() {
        let _ = write!(text, "\n\nhint: {instead}");
    }
    Failure::refused(text)
}

/// The offer in words.
fn offered(workshop: &Workshop<'_>, offer: &Offer) -> String {
    let symbol = workshop.config.privacy.family.symbol();
    let Offer { cells, cost, left, half_width, standard_error, bound, reached, .. } = offer;
    let short = if *reached {
        ""
    } else {
        "; that is not as exact as was asked for, but all that the share for requests can bear"
    };
    format!(
        "nothing published tells this exactly enough. It can be counted anew: {cells} cells, each exact to about ± {half_width:.1} (standard error {standard_error:.1}){short}. That costs {symbol} {cost} of the {left} which is left of the share for requests, once and for ever, and at most {bound} records of a person count\n\nhint: run the command again with `--spend` to accept that; the figures become a release that everybody can use"
    )
}
