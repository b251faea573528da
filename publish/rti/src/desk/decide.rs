//! Decisions: answering, refusing, and the approvals without which neither is final.

use rusqlite::{Transaction, TransactionBehavior};
use serde_json::{Value, json};

use super::{By, Desk};
use crate::answer::Asked;
use crate::clean::clean;
use crate::register;
use crate::request::{Approval, Needs, Refusal};
use crate::{Answer, Decision, Outcome, Request, RtiError, State, Verb};

/// What a request is answered with.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reply {
    /// The answer in words.
    pub statement: Option<String>,
    /// Where published information is to be found.
    pub references: Vec<String>,
    /// Figures.
    pub figures: Option<Answer>,
    /// Whether the information is not held.
    pub not_held: bool,
}

/// What is refused, and on which ground.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withheld<'a> {
    /// The id of the exception.
    pub exception: &'a str,
    /// Why it applies.
    pub reason: &'a str,
    /// Which part is refused; nothing when all is.
    pub part: Option<&'a str>,
}

impl Desk<'_> {
    /// Answers a request. With `approval` in the settings the answer waits for a second officer.
    ///
    /// # Errors
    /// An answer without content, and words about a person.
    pub fn answer(&mut self, reference: &str, reply: &Reply, by: &By) -> Result<Request, RtiError> {
        let Reply { statement, references, figures, not_held } = reply;
        let statement = statement.as_deref().map(|s| self.public_words(s, "the statement"));
        let statement = statement.transpose()?;
        let references: Vec<String> = references.iter().map(|r| clean(r)).collect();
        let empty = statement.is_none() && references.is_empty() && figures.is_none();
        if empty && !not_held {
            return Err(RtiError::refused(
                "an answer needs figures, words, or the place where the information is published",
                "write `--measure ID --period PERIOD`, `--statement WORDS` or `--refer PLACE`; or `--not-held`",
            ));
        }
        if *not_held && (figures.is_some() || !references.is_empty()) {
            return Err(RtiError::refused(
                "what is not held can't be answered with figures",
                "leave out `--not-held`, or the figures",
            ));
        }
        if let Some(Asked::Query(query)) = figures.as_ref().map(|f| &f.question) {
            self.public_words(&query.sql, "the query")?;
        }
        let (at, needs) = (self.at(), Needs { second: self.settings.approval, head: false });
        let head_approves = self.head_approves();
        self.act(reference, Verb::Answer, by, |transaction, request| {
            // The kept answer stands, whatever was derived this time.
            let answer = match figures {
                Some(figures) => Some(register::keep(transaction, &at, figures)?.0),
                None => None,
            };
            let refusal = request.part_refusal.take();
            let outcome = match &refusal {
                _ if *not_held => Outcome::NotHeld,
                Some(_) => Outcome::PartReleased,
                None => Outcome::Released,
            };
            let head = refusal.is_some() && head_approves;
            let needs = Needs { head, ..needs };
            let decision = Decision {
                outcome,
                on: by.on,
                by: by.officer.clone(),
                statement,
                references,
                answer: answer.clone(),
                refusal,
                needs,
                approvals: Vec::new(),
            };
            decide(request, decision);
            Ok(json!({ "outcome": outcome, "answer": answer, "final": request.proposal.is_none() }))
        })
    }

    /// Refuses a request, or a part of it; the rest of which is then to be answered.
    ///
    /// # Errors
    /// An exception that the law does not know, and words about a person.
    pub fn refuse(
        &mut self,
        reference: &str,
        withheld: &Withheld<'_>,
        by: &By,
    ) -> Result<Request, RtiError> {
        let exception = self.law.exception(withheld.exception)?.clone();
        let reason = self.public_words(withheld.reason, "the reason")?;
        let part = withheld.part.map(|p| self.public_words(p, "the part that is refused"));
        let refusal = Refusal {
            exception: exception.id,
            section: exception.section,
            title: exception.title,
            reason,
            part: part.transpose()?,
        };
        let needs = Needs { second: self.settings.approval, head: self.head_approves() };
        self.act(reference, Verb::Refuse, by, |_, request| {
            let detail = json!({ "exception": refusal.exception, "part": refusal.part.is_some() });
            if refusal.part.is_some() {
                request.part_refusal = Some(refusal);
                return Ok(detail);
            }
            let decision = Decision {
                outcome: Outcome::Refused,
                on: by.on,
                by: by.officer.clone(),
                statement: None,
                references: Vec::new(),
                answer: None,
                refusal: Some(refusal),
                needs,
                approvals: Vec::new(),
            };
            request.part_refusal = None;
            decide(request, decision);
            Ok(detail)
        })
    }

    /// Approves a proposed decision, as a second officer or as the head of the body.
    ///
    /// # Errors
    /// The officer who proposed it approves it.
    pub fn approve(&mut self, reference: &str, head: bool, by: &By) -> Result<Request, RtiError> {
        self.act(reference, Verb::Approve, by, |_, request| {
            let Some(proposal) = request.proposal.as_mut() else {
                return Err(RtiError::Damaged { what: format!("`{reference}` has no proposal") });
            };
            if same_person(&proposal.by, &by.officer) {
                return Err(RtiError::refused(
                    format!("`{reference}` was decided by the same officer who would approve it"),
                    "another officer approves it: `shumar rti approve REF --officer NAME`",
                ));
            }
            if by.on < proposal.on {
                return Err(RtiError::refused(
                    format!("the decision was proposed on {}, after {}", proposal.on, by.on),
                    "write the day of the approval as `--on`",
                ));
            }
            proposal.approvals.push(Approval { by: by.officer.clone(), head, on: by.on });
            if proposal.missing() == Needs::default()
                && let Some(mut decision) = request.proposal.take()
            {
                decision.on = by.on;
                settle(request, decision);
            }
            Ok(json!({ "head": head, "final": request.proposal.is_none() }))
        })
    }

    /// Sends a proposed decision back.
    ///
    /// # Errors
    /// No reason.
    pub fn send_back(&mut self, reference: &str, why: &str, by: &By) -> Result<Request, RtiError> {
        let why = self.public_words(why, "the reason")?;
        self.act(reference, Verb::SendBack, by, |_, request| back(request, &why))
    }

    /// Whether the law wants the written approval of the head of the body before a refusal.
    fn head_approves(&self) -> bool {
        self.law.refusal.head_approves.is_some()
    }

    /// Keeps an answer for its question; gives the one that is kept.
    ///
    /// # Errors
    /// An answer that does not fit together.
    pub fn keep(&mut self, answer: &Answer) -> Result<(String, Answer), RtiError> {
        let at = self.at();
        let immediate = TransactionBehavior::Immediate;
        let transaction: Transaction<'_> = self.register.transaction_with_behavior(immediate)?;
        let kept = register::keep(&transaction, &at, answer)?;
        transaction.commit()?;
        Ok(kept)
    }
}

/// A decision that needs no approval stands; another one waits.
fn decide(request: &mut Request, decision: Decision) {
    if decision.missing() == Needs::default() {
        settle(request, decision);
    } else {
        request.before = Some(request.state);
        request.state = State::Proposed;
        request.proposal = Some(decision);
    }
}

fn settle(request: &mut Request, decision: Decision) {
    request.state = decision.outcome.state();
    request.before = None;
    request.first_decided_on.get_or_insert(decision.on);
    request.decision = Some(decision);
}

fn back(request: &mut Request, why: &str) -> Result<Value, RtiError> {
    let Some(before) = request.before.take() else {
        let what = format!("`{}` has no state to go back to", request.reference);
        return Err(RtiError::Damaged { what });
    };
    // A refusal of a part is decided again with the answer to the rest.
    let refusal = request.proposal.take().and_then(|p| p.refusal);
    request.part_refusal = refusal.filter(|r| r.part.is_some());
    request.state = before;
    Ok(json!({ "why": why }))
}

/// Names that differ in case, blanks or full stops only are the same officer.
fn same_person(one: &str, other: &str) -> bool {
    let plain = |name: &str| -> String {
        name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
    };
    plain(one) == plain(other)
}
