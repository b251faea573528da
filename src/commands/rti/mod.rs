//! `shumar rti`: the right-to-information desk.

mod decide;
mod figures;
mod letter;
mod new;
mod offer;
mod show;
mod sql;
mod tables;

use serde_json::{Value, json};
use shumar_ingest::Prose;
use shumar_rti::{By, Day, Desk, Office, Request, Wording};

use crate::cli::rti::{Clarify, Disclose, Rti, RtiVerb};
use crate::failure::Failure;
use crate::home::Home;
use crate::output::{Output, Rows};

pub(super) fn run(home: &Home, arguments: &Rti) -> Result<Output, Failure> {
    with_desk(home, |desk| {
        let officer = arguments.officer.as_deref().unwrap_or_default();
        match &arguments.verb {
            RtiVerb::New(a) => new::run(desk, a, officer),
            RtiVerb::List(a) => tables::list(desk, a),
            RtiVerb::Show(a) if !a.applicant => show::run(desk, &a.reference),
            RtiVerb::Statistics => tables::statistics(desk),
            RtiVerb::Export => tables::export(desk),
            RtiVerb::Audit => tables::audit(desk),
            RtiVerb::Law => Ok(tables::law(desk)),
            verb => {
                let on = arguments.on.as_deref().map(day).transpose()?;
                let by = By::new(officer, on, desk)?;
                act(home, desk, verb, &by)
            }
        }
    })
}

/// Opens the desk of a home, and the gate that its words pass.
pub(super) fn with_desk<T>(
    home: &Home,
    work: impl FnOnce(&mut Desk<'_>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let prose = Prose::new(home.catalog.identifiers()?);
    let looks_personal = |text: &str| prose.finds(text).map(|rule| rule.id().to_owned());
    let office = Office {
        home: &home.dir,
        config: &home.config,
        now: home.now,
        looks_personal: &looks_personal,
    };
    work(&mut Desk::open(&office)?)
}

/// The acts of an officer.
fn act(home: &Home, desk: &mut Desk<'_>, verb: &RtiVerb, by: &By) -> Result<Output, Failure> {
    let request = match verb {
        RtiVerb::Show(a) => return show::with_applicant(desk, &a.reference, by),
        RtiVerb::Letter(a) => return letter::run(home, desk, a, by),
        RtiVerb::Acknowledge(a) => desk.acknowledge(&a.reference, by)?,
        RtiVerb::Clarify(a) => clarify(desk, a, by)?,
        RtiVerb::Extend(a) => desk.extend(&a.reference, &a.ground, by)?,
        RtiVerb::Transfer(a) => desk.transfer(&a.reference, &a.to, by)?,
        RtiVerb::Answer(a) => {
            let request = decide::answer(home, desk, a, by)?;
            return show::answered(desk, &request);
        }
        RtiVerb::Refuse(a) => decide::refuse(desk, a, by)?,
        RtiVerb::Approve(a) => match &a.send_back {
            Some(why) => desk.send_back(&a.reference, why, by)?,
            None => desk.approve(&a.reference, a.head, by)?,
        },
        RtiVerb::Review(a) => desk.review(&a.reference, by)?,
        RtiVerb::Complaint(a) => desk.complaint(&a.reference, by)?,
        RtiVerb::Order(a) => desk.order(&a.reference, &a.words, by)?,
        RtiVerb::Close(a) => desk.close(&a.reference, by)?,
        RtiVerb::Disclose(a) => disclose(desk, a, by)?,
        RtiVerb::Forget(a) => desk.forget(&a.reference, by)?,
        RtiVerb::New(_)
        | RtiVerb::List(_)
        | RtiVerb::Statistics
        | RtiVerb::Export
        | RtiVerb::Audit
        | RtiVerb::Law => return Err(Failure::broken("this is no act on a request")),
    };
    Ok(told(desk, &request))
}

fn clarify(desk: &mut Desk<'_>, a: &Clarify, by: &By) -> Result<Request, Failure> {
    Ok(match &a.ask {
        Some(question) => desk.ask(&a.reference, question, by)?,
        None => desk.replied(&a.reference, by)?,
    })
}

fn disclose(desk: &mut Desk<'_>, a: &Disclose, by: &By) -> Result<Request, Failure> {
    let question = Wording { en: &a.question, ur: a.question_ur.as_deref() };
    let answer = a.answer.as_deref().map(|en| Wording { en, ur: a.answer_ur.as_deref() });
    Ok(desk.disclose(&a.reference, &question, answer.as_ref(), by)?)
}

/// Where a request stands now.
fn told(desk: &Desk<'_>, request: &Request) -> Output {
    let mut text = format!("{} is {}", request.reference, request.state.name());
    match (request.state.is_open(), request.last_day()) {
        (true, Some(last)) => text.push_str(&format!(", due {last}{}", left(desk, request))),
        (true, None) => text.push_str(", without a date on which it is due"),
        _ => {}
    }
    if let Some(proposal) = &request.proposal {
        text.push_str(&format!("; it waits for the approval of {}", waits_for(proposal)));
    }
    if request.part_refusal.is_some() {
        text.push_str("; a part is refused, and the rest is to be answered");
    }
    if let Some(disclosed) = &request.disclosed {
        text.push_str(&format!("; number {} of the public log", disclosed.id));
    }
    text.push_str(".\n");
    for remark in request.due_remarks.iter().filter(|_| request.state.is_open()) {
        text.push_str(&format!("note: {remark}\n"));
    }
    Output { text, json: facts(request), rows: one(request), code: 0 }
}

/// Whose approval a proposal waits for.
fn waits_for(proposal: &shumar_rti::Decision) -> &'static str {
    let missing = proposal.missing();
    match (missing.second, missing.head) {
        (true, true) => "a second officer and of the head of the body",
        (false, true) => "the head of the body",
        _ => "a second officer",
    }
}

/// How many working days are left, or how many it is late.
fn left(desk: &Desk<'_>, request: &Request) -> String {
    let today = desk.today();
    match request.last_day() {
        Some(last) if today > last => format!(" ({} late)", days(desk.working_days(last, today))),
        Some(last) if today == last => " (today)".to_owned(),
        Some(last) => format!(" ({} left)", days(desk.working_days(today, last))),
        None => String::new(),
    }
}

fn days(count: u32) -> String {
    format!("{count} working day{}", if count == 1 { "" } else { "s" })
}

/// A request for machines.
fn facts(request: &Request) -> Value {
    serde_json::to_value(request).unwrap_or_else(|_| json!({}))
}

fn one(request: &Request) -> Rows {
    let mut rows = Rows::new(Desk::columns());
    rows.push(request.row());
    rows
}

fn day(text: &str) -> Result<Day, Failure> {
    text.parse()
        .map_err(|e: String| Failure::refused(format!("{e}\n\nhint: like `--on 2026-03-02`")))
}
