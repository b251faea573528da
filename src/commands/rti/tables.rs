//! The tables of the desk: requests, statistics, the register, the audit trail, the law.

use serde_json::{Value, json};
use shumar_rti::{Desk, Request};

use super::{facts, left};
use crate::cli::rti::List;
use crate::failure::Failure;
use crate::output::{Output, Rows};

pub(super) fn list(desk: &Desk<'_>, a: &List) -> Result<Output, Failure> {
    let today = desk.today();
    let mut requests = desk.all()?;
    if a.due {
        requests.retain(|r| r.state.is_open());
        // What has no date comes first: somebody must find one.
        requests.sort_by_key(Request::last_day);
    } else if a.late {
        requests.retain(|r| r.is_late(today));
    }
    let mut rows = Rows::new(&["request", "received", "state", "due", "", "officer", "subject"]);
    for r in &requests {
        let due = r.last_day().map_or_else(|| "not known".to_owned(), |d| d.to_string());
        let left = if r.state.is_open() {
            left(desk, r).trim().replace(['(', ')'], "")
        } else {
            String::new()
        };
        let state = r.state.name().to_owned();
        let (officer, subject) = (r.officer.clone(), r.subject.clone());
        rows.push([
            r.reference.clone(),
            r.received.to_string(),
            state,
            due,
            left,
            officer,
            subject,
        ]);
    }
    let none = || "There is no such request.".to_owned();
    let text = if requests.is_empty() { none() } else { rows.text() };
    let json = Value::Array(requests.iter().map(facts).collect());
    Ok(Output { text, json, rows, code: 0 })
}

pub(super) fn statistics(desk: &Desk<'_>) -> Result<Output, Failure> {
    let periods = desk.statistics()?;
    let mut rows = Rows::new(&[
        "period",
        "received",
        "on time",
        "late",
        "undated",
        "open",
        "overdue",
        "released",
        "part released",
        "not held",
        "transferred",
        "refused",
        "refusals by section",
    ]);
    for p in &periods {
        let numbers = [
            p.received,
            p.on_time,
            p.late,
            p.undated,
            p.open,
            p.overdue,
            p.released,
            p.part_released,
            p.not_held,
            p.transferred,
            p.refused,
        ];
        let grounds = p
            .refused_by
            .iter()
            .map(|g| format!("{} ({}): {}", g.ground.section, g.ground.title.en(), g.requests));
        let grounds = grounds.collect::<Vec<_>>().join("; ");
        let numbers = numbers.map(|n| n.to_string());
        rows.push([p.period.clone()].into_iter().chain(numbers).chain([grounds]));
    }
    let text = if periods.is_empty() { "There is no request.".to_owned() } else { rows.text() };
    let json = serde_json::to_value(&periods).map_err(|e| Failure::broken(e.to_string()))?;
    Ok(Output { text, json, rows, code: 0 })
}

pub(super) fn export(desk: &Desk<'_>) -> Result<Output, Failure> {
    let mut rows = Rows::new(Desk::columns());
    desk.rows()?.into_iter().for_each(|row| rows.push(row));
    let json = Value::Array(desk.all()?.iter().map(facts).collect());
    Ok(Output { text: rows.text(), json, rows, code: 0 })
}

pub(super) fn audit(desk: &Desk<'_>) -> Result<Output, Failure> {
    let acts = desk.acts()?;
    let mut rows = Rows::new(&["act", "at", "for the day", "request", "officer", "what", "hash"]);
    let mut json = Vec::new();
    for a in &acts {
        json.push(json!({
            "seq": a.seq, "at": a.at, "on": a.on, "reference": a.reference, "officer": a.officer,
            "act": a.act, "detail": a.detail, "record": a.record, "hash": a.hash,
        }));
        let short = a.hash.get(..12).unwrap_or(&a.hash).to_owned();
        let row = [&a.at, &a.on, &a.reference, &a.officer, &a.act].map(Clone::clone);
        rows.push([a.seq.to_string()].into_iter().chain(row).chain([short]));
    }
    let text = format!(
        "{}\n\n{} acts, each sealed by the one before; every request is as its last act left it.",
        rows.text(),
        acts.len()
    );
    Ok(Output { text, json: Value::Array(json), rows, code: 0 })
}

pub(super) fn law(desk: &Desk<'_>) -> Output {
    let law = desk.law();
    let mut rows = Rows::new(&["what", "value", "grade", "source"]);
    for value in law.values() {
        let [what, text, grade, source] = value;
        rows.push([what, text, grade, source]);
    }
    let json: Vec<Value> = rows
        .rows
        .iter()
        .map(|r| json!({ "what": r[0], "value": r[1], "grade": r[2], "source": r[3] }))
        .collect();
    let text = format!(
        "{} ({})\n{}\n\nGrades: A the act or the information commission's page was read; B other sources; C only the heading was seen;\nset by the office in [rti.law] of shumar.toml. What is not set is not worked out. Nothing here is legal advice.",
        law.act.en(),
        law.number,
        rows.text()
    );
    Output {
        text,
        json: json!({ "law": law.id, "act": law.act.en(), "values": json }),
        rows,
        code: 0,
    }
}
