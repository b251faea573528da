//! `shumar rti show`: one request, its clocks and its acts.

use serde_json::{Value, json};
use shumar_rti::{Answer, By, Desk, Request};

use super::{facts, told};
use crate::failure::Failure;
use crate::output::{Output, Rows};

pub(super) fn run(desk: &Desk<'_>, reference: &str) -> Result<Output, Failure> {
    let request = desk.find(reference)?;
    let mut output = told(desk, &request);
    let line = |name: &str, value: String| format!("{name:<12} {value}\n");
    output.text.push('\n');
    for (name, value) in [
        ("subject", request.subject.clone()),
        ("received", format!("{}, by {}", request.received, request.channel)),
        ("law", desk.law().act.en().to_owned()),
        ("officer", request.officer.clone()),
        ("language", request.language.clone()),
        ("urgent", if request.urgent { "yes" } else { "no" }.to_owned()),
        ("applicant", if request.forgotten { "erased" } else { "kept encrypted" }.to_owned()),
    ] {
        output.text.push_str(&line(name, value));
    }
    if let Some(decision) = request.decision.as_ref().or(request.proposal.as_ref()) {
        output.text.push_str(&line(
            "outcome",
            format!("{} on {}, by {}", decision.outcome.name(), decision.on, decision.by),
        ));
        if let Some(refusal) = &decision.refusal {
            output.text.push_str(&line(
                "refused",
                format!("section {}: {}", refusal.section, refusal.reason),
            ));
        }
    }
    let told = figures(desk, &request)?;
    output.text.push_str(&told);
    let mut clocks = Rows::new(&["clock", "last day", "rests on"]);
    let mut known = Vec::new();
    for clock in desk.clocks(&request) {
        let day = match &clock.due {
            Ok(due) => due.day.to_string(),
            Err(why) => why.clone(),
        };
        known.push(json!({ "clock": clock.name, "last_day": clock.due.as_ref().ok().map(|d| d.day), "problem": clock.due.as_ref().err(), "source": clock.source }));
        clocks.push([clock.name.to_owned(), day, clock.source]);
    }
    let mut acts = Rows::new(&["act", "at", "for the day", "officer", "what"]);
    let mut done: Vec<Value> = Vec::new();
    for act in desk.acts()?.into_iter().filter(|a| a.reference == request.reference) {
        done.push(json!({ "seq": act.seq, "at": act.at, "on": act.on, "officer": act.officer, "act": act.act, "detail": act.detail }));
        acts.push([act.seq.to_string(), act.at, act.on, act.officer, act.act]);
    }
    output.text.push_str(&format!("\n{}\n\n{}", clocks.text(), acts.text()));
    let mut json = facts(&request);
    json["clocks"] = Value::Array(known);
    json["figures"] = answer(desk, &request)?.map_or(Value::Null, |a| json!(a));
    json["acts"] = Value::Array(done);
    output.json = json;
    Ok(output)
}

/// A request that was just answered, with its figures.
pub(super) fn answered(desk: &Desk<'_>, request: &Request) -> Result<Output, Failure> {
    let mut output = told(desk, request);
    output.text.push_str(&figures(desk, request)?);
    output.json["figures"] = answer(desk, request)?.map_or(Value::Null, |a| json!(a));
    Ok(output)
}

fn answer(desk: &Desk<'_>, request: &Request) -> Result<Option<Answer>, Failure> {
    let decision = request.decision.as_ref().or(request.proposal.as_ref());
    Ok(match decision.and_then(|d| d.answer.as_ref()) {
        Some(key) => desk.kept(key)?,
        None => None,
    })
}

/// The figures of an answer and where they come from; nothing if it has none.
fn figures(desk: &Desk<'_>, request: &Request) -> Result<String, Failure> {
    let Some(answer) = answer(desk, request)? else { return Ok(String::new()) };
    let titles = answer.columns.iter().map(|c| c.title.en());
    let header: Vec<&str> = titles.chain(["figure", "from", "to"]).collect();
    let mut rows = Rows::new(&header);
    let end = |x: Option<f64>| x.map(|x| format!("{x:.1}")).unwrap_or_default();
    for cell in &answer.cells {
        let place = cell.place.iter().map(|p| p.label.en().to_owned());
        let numbers = [cell.displayed.clone(), end(cell.lower), end(cell.upper)];
        rows.push(place.chain(numbers).collect::<Vec<_>>());
    }
    let (title, unit) = (answer.title.en(), answer.unit.en());
    // The marks that part scripts in letters are not for a terminal.
    let derivation = answer.derivation.en().replace(['\u{2068}', '\u{2069}'], "");
    Ok(format!("\n{title} ({unit}):\n{}\n{derivation}\n", rows.text()))
}

/// The same with who asked, which the audit trail notes.
pub(super) fn with_applicant(
    desk: &mut Desk<'_>,
    reference: &str,
    by: &By,
) -> Result<Output, Failure> {
    let applicant = desk.open_applicant(reference, by)?;
    let mut output = run(desk, reference)?;
    let Some(applicant) = applicant else {
        output.text.push_str("\n\nWho asked was erased.");
        return Ok(output);
    };
    output.text.push_str("\n\nWho asked (that this was opened is in the audit trail):\n");
    for (name, value) in [
        ("name", &applicant.name),
        ("identity", &applicant.identity_number),
        ("address", &applicant.address),
        ("contact", &applicant.contact),
        ("words", &applicant.words),
    ] {
        output.text.push_str(&format!("{name:<12} {value}\n"));
    }
    output.json["applicant"] = json!({
        "name": applicant.name,
        "identity_number": applicant.identity_number,
        "address": applicant.address,
        "contact": applicant.contact,
        "words": applicant.words,
    });
    Ok(output)
}
