//! The clocks of one request: what is due when, and what can't be worked out.

use super::{Calendar, Count, Due, Known, Law, Span};
use crate::{Request, RtiError};

/// A clock of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clock {
    /// `answer`, `extended answer`, `ask for review`, `review`, `appeal`, `commission`.
    pub name: &'static str,
    /// Its last day, or why there is none.
    pub due: Result<Due, String>,
    /// Where the value was read, with its grade.
    pub source: String,
}

/// The last day to answer a request received on a day.
///
/// # Errors
/// [`RtiError::Unset`] where no source says how long that is, and [`RtiError::Unverified`].
pub(crate) fn respond(
    law: &Law,
    calendar: &Calendar,
    received: crate::Day,
    urgent: bool,
) -> Result<Due, RtiError> {
    let span = if urgent {
        known(
            law,
            law.clocks.urgent.as_ref(),
            "the time to answer where life or liberty is at stake",
            URGENT,
        )?
    } else {
        known(law, law.clocks.respond.as_ref(), "the time to answer", RESPOND)?
    };
    Ok(calendar.last(received, span))
}

/// The last day of an extended time, counted on from the day that was due.
///
/// # Errors
/// [`RtiError::Unset`] where no source says how long that is, and [`RtiError::Unverified`].
pub(crate) fn extended(law: &Law, calendar: &Calendar, due: crate::Day) -> Result<Due, RtiError> {
    let span = known(law, law.clocks.extend.as_ref(), "the length of an extension", EXTEND)?;
    Ok(calendar.last(due, span))
}

const RESPOND: &str = r#"respond = { value = { days = 10, count = "working" }, source = "…" }"#;
const EXTEND: &str = r#"extend = { value = { days = 10, count = "working" }, source = "…" }"#;
const URGENT: &str = r#"urgent = { value = { days = 2, count = "working" }, source = "…" }"#;

fn known(
    law: &Law,
    span: Option<&Known<Span>>,
    what: &'static str,
    example: &'static str,
) -> Result<Span, RtiError> {
    match span {
        _ if !law.verified => Err(RtiError::Unverified { id: law.id.clone() }),
        Some(known) => Ok(known.value),
        None => {
            Err(RtiError::Unset { act: law.act.en().to_owned(), what, table: ".clocks", example })
        }
    }
}

/// All clocks that run, or ran, for a request.
#[must_use]
pub fn clocks(law: &Law, calendar: &Calendar, request: &Request) -> Vec<Clock> {
    let spans = &law.clocks;
    let mut out = Vec::new();
    let first = if request.urgent { &spans.urgent } else { &spans.respond };
    let due = respond(law, calendar, request.received, request.urgent);
    out.push(Clock {
        name: "answer",
        due: due.map_err(|e| first_line(&e)),
        source: source(first.as_ref()),
    });
    if let Some(extension) = &request.extension {
        let due = Due { day: extension.to, remarks: Vec::new() };
        out.push(Clock {
            name: "extended answer",
            due: Ok(due),
            source: source(spans.extend.as_ref()),
        });
    }
    let mut add = |name, span: Option<&Known<Span>>, from: Option<crate::Day>| {
        if let (Some(span), Some(from), true) = (span, from, law.verified) {
            let due = Ok(calendar.last(from, span.value));
            out.push(Clock { name, due, source: source(Some(span)) });
        }
    };
    let decided = request.decision.as_ref().map(|d| d.on).or(request.last_day());
    add("ask for review", spans.review_window.as_ref(), decided);
    add("review", spans.review.as_ref(), request.review_on);
    add("appeal", spans.appeal_window.as_ref(), decided);
    add("commission", spans.decision.as_ref(), request.complaint_on);
    add("commission at the latest", spans.decision_most.as_ref(), request.complaint_on);
    out
}

/// What can't be worked out, without the hint.
fn first_line(error: &RtiError) -> String {
    error.to_string().lines().next().unwrap_or_default().to_owned()
}

fn source(known: Option<&Known<Span>>) -> String {
    known.map_or_else(String::new, |k| {
        let count = match k.value.count {
            Count::Working => "working days",
            Count::Calendar => "days",
        };
        format!("{} {count}; {} [{}]", k.value.days, k.source, k.grade.name())
    })
}
