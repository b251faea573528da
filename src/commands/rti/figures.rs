//! Figures for a request: what is kept, what is published, what follows from it; and only then, if an
//! officer accepts the cost, a new measurement.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use shumar_answer::{Imagined, Question, Refusal, Span};
use shumar_rti::Desk;
use shumar_rti::answer::Publications;
use shumar_schemas::Period;
use shumar_transform::{Asked, Offer};
use shumar_words::{Language, Words};

use crate::cli::rti::Answer;
use crate::failure::Failure;
use crate::home::Home;

/// An answer as it is kept.
type Kept = shumar_rti::Answer;

/// What there is for a question without counting anything.
enum AtHand {
    /// An answer that is exact enough.
    Enough(Kept),
    /// One that is not; whether it is kept for the question already.
    Wide(Kept, bool),
    /// Nothing, because a cross of dimensions was not measured.
    Nothing(Refusal),
}

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
) -> Result<Kept, Failure> {
    let publications = Publications::open(&home.dir.join("releases"))?;
    let question = publications.named(&question(measure, asked)?);
    match at_hand(desk, &publications, &question, asked.margin)? {
        AtHand::Enough(answer) => Ok(answer),
        AtHand::Wide(found, kept) => {
            let crossed = crossed(&question);
            // The answer that is kept stays what it is: a narrower margin is a question of its own.
            let question = match asked.margin.filter(|_| kept) {
                Some(margin) => question.exact_to(margin),
                None => question,
            };
            let lead = lead(&found, kept);
            let plain = || {
                let hint = "leave out `--margin` to answer with it";
                Failure::refused(format!("{lead}\n\nhint: {hint}"))
            };
            let had = Had { lead: &lead, widest: found.widest(), plain: &plain };
            anew(home, &publications, (&question, crossed), asked, &had)
        }
        AtHand::Nothing(refusal) => {
            let crossed = match &refusal {
                Refusal::Unmeasured { crossed, .. } => crossed.clone(),
                _ => crossed(&question),
            };
            let plain = || refused(desk, &refusal);
            let lead = "nothing published tells this";
            let had = Had { lead, widest: f64::INFINITY, plain: &plain };
            anew(home, &publications, (&question, crossed), asked, &had)
        }
    }
}

/// What is kept for a question or follows from what is published.
fn at_hand(
    desk: &Desk<'_>,
    publications: &Publications,
    question: &Question,
    margin: Option<f64>,
) -> Result<AtHand, Failure> {
    let enough = |found: &Kept| margin.is_none_or(|margin| found.meets(margin));
    if let Some(kept) = desk.kept(&question.key())? {
        let Some(margin) = margin.filter(|_| !enough(&kept)) else {
            return Ok(AtHand::Enough(kept));
        };
        let own = question.exact_to(margin);
        let fits = |a: &Kept| a.meets(margin) || a.question.key() == own.key();
        if let Some(exact) = desk.kept_exactly(question)?.into_iter().find(fits) {
            return Ok(AtHand::Enough(exact));
        }
        return Ok(match publications.exactest(question, None) {
            Ok(found) if enough(&found) => AtHand::Enough(Kept { question: own.into(), ..found }),
            _ => AtHand::Wide(kept, true),
        });
    }
    match publications.ask(question) {
        Ok(found) if enough(&found) => Ok(AtHand::Enough(found)),
        Ok(found) => Ok(match publications.exactest(question, None) {
            Ok(exact) if enough(&exact) => AtHand::Enough(exact),
            Ok(exact) => AtHand::Wide(exact, false),
            Err(_) => AtHand::Wide(found, false),
        }),
        Err(refusal @ Refusal::Unmeasured { .. }) => Ok(AtHand::Nothing(refusal)),
        Err(refusal) => Err(refused(desk, &refusal)),
    }
}

/// What there was before anything is counted anew.
struct Had<'a> {
    /// In words, the beginning of a sentence.
    lead: &'a str,
    /// Half of its widest interval.
    widest: f64,
    /// Why there are no figures, where nothing may be measured.
    plain: &'a dyn Fn() -> Failure,
}

/// A new measurement: offered, or made if its cost is accepted.
fn anew(
    home: &Home,
    publications: &Publications,
    (question, crossed): (&Question, Vec<String>),
    asked: &Answer,
    had: &Had<'_>,
) -> Result<Kept, Failure> {
    let measure = question.measure.as_str();
    // A quarter of a year that is published is measured with all quarters of that year: it costs a
    // person the same, and the cells are those of the published table.
    let Some((span, part)) = publications.covering(question) else {
        return Err((had.plain)());
    };
    let mut crossed = crossed;
    crossed.extend(part.map(str::to_owned));
    crossed.sort();
    crossed.dedup();
    let Ok(period) = span.to_string().parse::<Period>() else {
        return Err((had.plain)());
    };
    let statistic = home.catalog.statistic(measure, "the request").ok();
    if !statistic.is_some_and(|s| s.may_measure(&crossed)) {
        return Err((had.plain)());
    }
    let id = format!("request-{}", &question.key()[..8]);
    let title = publications.title(measure, &crossed, span);
    let asked_for = Asked { id: &id, title, statistic: measure, crossed, period };
    let workshop = home.bench(asked.redraw);
    let mut register = home.connect()?;
    // What an interruption left unfinished is paid: nothing is offered or charged again.
    let unit = match shumar_transform::begun(&register, &asked_for)? {
        Some(unit) => unit,
        None => {
            let make = |half| shumar_transform::offer(&workshop, &register, &asked_for, half);
            let expect = |offer: &Offer| {
                let (by, loss) = (asked_for.crossed.clone(), (offer.unit, offer.bound));
                let family = home.config.privacy.family;
                let imagined = Imagined::new(by, span, family, loss);
                let told = imagined.map(|i| publications.expected(&question.plain(), &i));
                told.and_then(Result::ok).unwrap_or(f64::INFINITY)
            };
            let found = match super::offer::cheapest(make, expect, asked.margin) {
                // Where nothing is at hand either, the law's refusal says more than the empty share.
                Err(error) if error.is_over_budget() && had.widest.is_finite() => {
                    return Err(super::offer::spent(had.lead));
                }
                found => found?,
            };
            let (offer, expected) = found;
            // What would not tell the figures afterwards is not paid for.
            if expected.is_infinite() {
                return Err((had.plain)());
            }
            if expected > super::offer::GAIN_MIN * had.widest {
                return Err(super::offer::useless(had.lead, expected));
            }
            if !asked.spend {
                let symbol = home.config.privacy.family.symbol();
                let reached = asked.margin.is_none_or(|margin| expected <= margin);
                return Err(super::offer::told(symbol, &offer, (expected, reached), had.lead));
            }
            offer.unit
        }
    };
    let mut silent = |_: &str| {};
    let making = shumar_transform::measure(&workshop, &mut register, &asked_for, unit, &mut silent);
    let made = crate::commands::runtime()?.block_on(making)?;
    let publications = Publications::open(&home.dir.join("releases"))?;
    let found = publications.exactest(&question.plain(), Some(&made.id));
    let found = found.map_err(|refusal| told(&refusal, None))?;
    Ok(Kept { question: question.clone().into(), ..found })
}

/// What the figures at hand are exact to.
fn lead(found: &Kept, kept: bool) -> String {
    let whose =
        if kept { "the answer that is kept for this question" } else { "what is published" };
    let widest = found.widest();
    if found.cells.iter().any(|c| c.lower.is_none()) {
        return format!(
            "{whose} does not tell all figures, and the others to ± {widest:.1} at best"
        );
    }
    format!("{whose} is exact to ± {widest:.1}, and not to what was asked for")
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
        margin: None,
    })
}

/// The filters: for each dimension the codes that count.
fn only(asked: &Answer) -> Result<BTreeMap<String, BTreeSet<String>>, Failure> {
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

/// Why there are no figures, and how what may not be counted is refused in law.
fn refused(desk: &Desk<'_>, refusal: &Refusal) -> Failure {
    let finer = matches!(refusal, Refusal::Dimension { .. } | Refusal::Unmeasured { .. });
    told(refusal, desk.law().privacy().filter(|_| finer))
}

fn told(refusal: &Refusal, ground: Option<&shumar_rti::Exception>) -> Failure {
    let words = Words::load(Language::all()[0]);
    let mut text = refusal.reason(&words);
    let instead = refusal.instead(&words).join(" ");
    if !instead.is_empty() {
        let _ = write!(text, "\n\nhint: {instead}");
    }
    if let Some(ground) = ground {
        let lead = if instead.is_empty() { "\n\nhint: " } else { "\n      " };
        let _ = write!(
            text,
            "{lead}What is finer than that is not counted, so that nobody can be recognised. If the applicant does not want this instead: `shumar rti refuse REF --exception {} --reason \"…\"` (section {})",
            ground.id, ground.section
        );
    }
    // The marks that part scripts in letters are not for a terminal.
    Failure::refused(text.replace(['\u{2068}', '\u{2069}'], ""))
}
