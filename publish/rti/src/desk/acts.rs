//! Acts before and after the decision: acknowledging, asking, taking time, passing on, review,
//! complaint, closing.

use serde_json::json;
use shumar_schemas::Label;

use super::Desk;
use crate::clean::clean;
use crate::law::extended;
use crate::request::{Clarification, Extension, Order, Transfer};
use crate::{Day, Request, RtiError, State, Verb};

/// Who acts, and for which day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct By {
    pub(crate) officer: String,
    pub(crate) on: Day,
}

impl By {
    /// An officer, and the day on which it was done; today by default.
    ///
    /// # Errors
    /// No name, and a day that is still to come.
    pub fn new(officer: &str, on: Option<Day>, desk: &Desk<'_>) -> Result<Self, RtiError> {
        let officer = match (clean(officer), &desk.settings.officer) {
            (given, Some(usual)) if given.is_empty() => clean(usual),
            (given, _) => given,
        };
        if officer.is_empty() {
            return Err(RtiError::refused(
                "it is not said who acts",
                "write `--officer NAME`, or `officer = \"NAME\"` under [rti] in shumar.toml",
            ));
        }
        let today = desk.today();
        let on = on.unwrap_or(today);
        if on > today {
            return Err(RtiError::refused(
                format!("{on} is still to come"),
                "acts are entered on the day of their doing or later",
            ));
        }
        Ok(Self { officer, on })
    }
}

impl Desk<'_> {
    /// Notes that the applicant was told in writing that the request came in.
    ///
    /// # Errors
    /// A state that does not allow it; so for every act below.
    pub fn acknowledge(&mut self, reference: &str, by: &By) -> Result<Request, RtiError> {
        self.act(reference, Verb::Acknowledge, by, |_, request| {
            request.state = State::Acknowledged;
            request.acknowledged_on = Some(by.on);
            Ok(json!({}))
        })
    }

    /// Asks the applicant what is meant. The clock runs on: no act says that it stops.
    ///
    /// # Errors
    /// Words about a person.
    pub fn ask(&mut self, reference: &str, question: &str, by: &By) -> Result<Request, RtiError> {
        let question = self.public_words(question, "the question")?;
        self.act(reference, Verb::Clarify, by, |_, request| {
            request.state = State::Clarifying;
            let asked = Clarification { asked_on: by.on, question, answered_on: None };
            request.clarification = Some(asked);
            Ok(json!({ "step": "asked" }))
        })
    }

    /// Notes that the applicant has replied.
    ///
    /// # Errors
    /// Nothing was asked.
    pub fn replied(&mut self, reference: &str, by: &By) -> Result<Request, RtiError> {
        self.act(reference, Verb::Clarify, by, |_, request| {
            let open = request.clarification.as_mut().filter(|c| c.answered_on.is_none());
            let Some(asked) = open else {
                return Err(RtiError::refused(
                    format!("nothing was asked about `{reference}`"),
                    "ask first: `shumar rti clarify REF --ask \"…\"`",
                ));
            };
            asked.answered_on = Some(by.on);
            let extended = request.extension.is_some();
            request.state = if extended { State::Extended } else { State::Acknowledged };
            Ok(json!({ "step": "replied" }))
        })
    }

    /// Extends the time to answer, once, on a lawful ground.
    ///
    /// # Errors
    /// A second extension, a ground that the law does not know, and a length that no source says.
    pub fn extend(&mut self, reference: &str, ground: &str, by: &By) -> Result<Request, RtiError> {
        let known = self.law.grounds.iter().find(|g| g.id == ground).map(|g| g.title.clone());
        let ground = match known {
            Some(title) => title,
            None if self.law.grounds.is_empty() => {
                Label::neutral(self.public_words(ground, "the ground of the extension")?)
            }
            None => {
                let ids: Vec<&str> = self.law.grounds.iter().map(|g| g.id.as_str()).collect();
                return Err(RtiError::refused(
                    format!("`{}` is no lawful ground of an extension", clean(ground)),
                    format!("lawful are: {}", ids.join(", ")),
                ));
            }
        };
        let current = self.find(reference)?;
        if let Some(first) = &current.extension {
            return Err(RtiError::refused(
                format!("the time of `{reference}` was extended already, to {}", first.to),
                "the law allows one extension; answer with what there is",
            ));
        }
        Verb::Extend.check(reference, current.state, current.is_late(by.on))?;
        let due = match current.due {
            Some(due) => due,
            None => {
                crate::law::respond(&self.law, &self.calendar, current.received, current.urgent)?
                    .day
            }
        };
        let to = extended(&self.law, &self.calendar, due)?.day;
        self.act(reference, Verb::Extend, by, |_, request| {
            if request.extension.is_some() {
                return Err(RtiError::refused(
                    format!("the time of `{reference}` was extended already"),
                    "look at it with `shumar rti show`",
                ));
            }
            request.state = State::Extended;
            request.extension = Some(Extension { to, ground, on: by.on });
            Ok(json!({ "to": to }))
        })
    }

    /// Passes a request on to the body that holds the information.
    ///
    /// # Errors
    /// No body named.
    pub fn transfer(&mut self, reference: &str, to: &str, by: &By) -> Result<Request, RtiError> {
        let to = self.public_words(to, "the body that the request is passed on to")?;
        self.act(reference, Verb::Transfer, by, |_, request| {
            request.state = State::Transferred;
            request.first_decided_on.get_or_insert(by.on);
            request.transfer = Some(Transfer { to: to.clone(), on: by.on });
            Ok(json!({ "to": to }))
        })
    }

    /// Notes that the applicant asked the head of the body to review.
    ///
    /// # Errors
    /// A law that has no internal review, as far as it is known.
    pub fn review(&mut self, reference: &str, by: &By) -> Result<Request, RtiError> {
        if self.law.clocks.review.is_none() {
            return Err(RtiError::refused(
                format!("`{}` has no internal review, as far as it is known", self.law.act.en()),
                "the applicant may go to the information commission: `shumar rti complaint`; if the act has a review, set `review` in [rti.law.clocks]",
            ));
        }
        self.act(reference, Verb::Review, by, |_, request| {
            request.state = State::Review;
            request.review_on = Some(by.on);
            Ok(json!({}))
        })
    }

    /// Notes a complaint or an appeal to the information commission.
    ///
    /// # Errors
    /// A state that does not allow it.
    pub fn complaint(&mut self, reference: &str, by: &By) -> Result<Request, RtiError> {
        self.act(reference, Verb::Complaint, by, |_, request| {
            request.state = State::Complaint;
            request.complaint_on = Some(by.on);
            Ok(json!({}))
        })
    }

    /// Notes what the information commission decided.
    ///
    /// # Errors
    /// Words about a person.
    pub fn order(&mut self, reference: &str, words: &str, by: &By) -> Result<Request, RtiError> {
        let words = self.public_words(words, "the order")?;
        self.act(reference, Verb::Order, by, |_, request| {
            request.state = State::Order;
            request.order = Some(Order { on: by.on, words });
            Ok(json!({}))
        })
    }

    /// Ends a request.
    ///
    /// # Errors
    /// A state that does not allow it.
    pub fn close(&mut self, reference: &str, by: &By) -> Result<Request, RtiError> {
        self.act(reference, Verb::Close, by, |_, request| {
            request.state = State::Closed;
            request.closed_on = Some(by.on);
            Ok(json!({}))
        })
    }
}
