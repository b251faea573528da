//! Where a request stands, and which act is allowed from where.

use serde::{Deserialize, Serialize};

use crate::RtiError;

/// Where a request stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It came in.
    Received,
    /// The applicant was told so in writing.
    Acknowledged,
    /// The applicant was asked what is meant.
    Clarifying,
    /// The time was extended.
    Extended,
    /// A decision waits for approval.
    Proposed,
    /// Another body holds the information and was given the request.
    Transferred,
    /// Answered.
    Released,
    /// Answered in part, refused in part.
    PartReleased,
    /// The information is not held.
    NotHeld,
    /// Refused.
    Refused,
    /// The head of the body reviews.
    Review,
    /// The information commission was asked.
    Complaint,
    /// The information commission has decided.
    Order,
    /// Nothing more is to be done.
    Closed,
}

impl State {
    /// All of them.
    pub const ALL: [Self; 14] = [
        Self::Received,
        Self::Acknowledged,
        Self::Clarifying,
        Self::Extended,
        Self::Proposed,
        Self::Transferred,
        Self::Released,
        Self::PartReleased,
        Self::NotHeld,
        Self::Refused,
        Self::Review,
        Self::Complaint,
        Self::Order,
        Self::Closed,
    ];

    /// Its name in the register.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Acknowledged => "acknowledged",
            Self::Clarifying => "clarifying",
            Self::Extended => "extended",
            Self::Proposed => "proposed",
            Self::Transferred => "transferred",
            Self::Released => "released",
            Self::PartReleased => "part-released",
            Self::NotHeld => "not-held",
            Self::Refused => "refused",
            Self::Review => "review",
            Self::Complaint => "complaint",
            Self::Order => "order",
            Self::Closed => "closed",
        }
    }

    /// Whether the applicant still waits for a decision.
    #[must_use]
    pub fn is_open(self) -> bool {
        matches!(
            self,
            Self::Received
                | Self::Acknowledged
                | Self::Clarifying
                | Self::Extended
                | Self::Proposed
        )
    }

    fn is_decided(self) -> bool {
        matches!(self, Self::Released | Self::PartReleased | Self::NotHeld | Self::Refused)
    }
}

/// What an officer does with a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verb {
    /// Enters it.
    New,
    /// Tells the applicant that it came in.
    Acknowledge,
    /// Asks the applicant what is meant, or notes the reply.
    Clarify,
    /// Takes more time.
    Extend,
    /// Passes it on.
    Transfer,
    /// Answers.
    Answer,
    /// Refuses, in whole or in part.
    Refuse,
    /// Approves a decision.
    Approve,
    /// Sends a decision back.
    SendBack,
    /// Notes a request for internal review.
    Review,
    /// Notes a complaint or an appeal.
    Complaint,
    /// Notes what the information commission decided.
    Order,
    /// Ends it.
    Close,
    /// Makes a letter.
    Letter,
    /// Opens the applicant's file.
    Open,
    /// Deletes the applicant's file.
    Forget,
    /// Puts the question and the answer into the public log.
    Disclose,
}

impl Verb {
    /// Its name in the audit trail and on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Acknowledge => "acknowledge",
            Self::Clarify => "clarify",
            Self::Extend => "extend",
            Self::Transfer => "transfer",
            Self::Answer => "answer",
            Self::Refuse => "refuse",
            Self::Approve => "approve",
            Self::SendBack => "send-back",
            Self::Review => "review",
            Self::Complaint => "complaint",
            Self::Order => "order",
            Self::Close => "close",
            Self::Letter => "letter",
            Self::Open => "open",
            Self::Forget => "forget",
            Self::Disclose => "disclose",
        }
    }

    /// Whether the act is allowed from a state; `lapsed` tells that the time to answer has passed.
    #[must_use]
    pub fn allowed(self, from: State, lapsed: bool) -> bool {
        use State as S;
        let working = matches!(from, S::Acknowledged | S::Clarifying | S::Extended);
        match self {
            Self::New => false,
            Self::Acknowledge => from == S::Received,
            Self::Clarify | Self::Transfer => working,
            Self::Extend => working && !lapsed,
            // A review or an order may ask for another answer.
            Self::Answer | Self::Refuse => working || matches!(from, S::Review | S::Order),
            Self::Approve | Self::SendBack => from == S::Proposed,
            Self::Review => from.is_decided() || (from.is_open() && lapsed) || from == S::Closed,
            Self::Complaint => {
                from.is_decided()
                    || (from.is_open() && lapsed)
                    || matches!(from, S::Review | S::Transferred | S::Closed)
            }
            Self::Order => from == S::Complaint,
            Self::Close => {
                from.is_decided() || matches!(from, S::Transferred | S::Review | S::Order)
            }
            Self::Letter | Self::Open => true,
            Self::Forget => from == S::Closed,
            Self::Disclose => {
                from.is_decided() || matches!(from, S::Review | S::Complaint | S::Order | S::Closed)
            }
        }
    }

    /// Refuses an act that is not allowed from a state.
    ///
    /// # Errors
    /// [`RtiError::Refused`] with what can be done instead.
    pub fn check(self, reference: &str, from: State, lapsed: bool) -> Result<(), RtiError> {
        if self.allowed(from, lapsed) {
            return Ok(());
        }
        let all = [
            Self::Acknowledge,
            Self::Clarify,
            Self::Extend,
            Self::Transfer,
            Self::Answer,
            Self::Refuse,
            Self::Approve,
            Self::Review,
            Self::Complaint,
            Self::Order,
            Self::Close,
        ];
        let can: Vec<&str> =
            all.into_iter().filter(|v| v.allowed(from, lapsed)).map(Self::name).collect();
        let why = match self {
            Self::Extend if lapsed => " and its time has passed",
            Self::Review | Self::Complaint if from.is_open() => " and its time has not passed",
            _ => "",
        };
        let hint = match can.as_slice() {
            [] => "nothing more can be done with it".to_owned(),
            can => format!("what can be done now: {}", can.join(", ")),
        };
        Err(RtiError::refused(
            format!("`{}` is not done to `{reference}`: it is {}{why}", self.name(), from.name()),
            hint,
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every state, and every act that it allows: before the time has passed, and what more after.
    const TABLE: [(State, &[Verb], &[Verb]); 14] = {
        use Verb as V;
        const WORK: &[Verb] = &[V::Clarify, V::Extend, V::Transfer, V::Answer, V::Refuse];
        const AFTER: &[Verb] = &[V::Review, V::Complaint, V::Close, V::Disclose];
        [
            (State::Received, &[V::Acknowledge], &[V::Review, V::Complaint]),
            (State::Acknowledged, WORK, &[V::Review, V::Complaint]),
            (State::Clarifying, WORK, &[V::Review, V::Complaint]),
            (State::Extended, WORK, &[V::Review, V::Complaint]),
            (State::Proposed, &[V::Approve, V::SendBack], &[V::Review, V::Complaint]),
            (State::Transferred, &[V::Complaint, V::Close], &[]),
            (State::Released, AFTER, &[]),
            (State::PartReleased, AFTER, &[]),
            (State::NotHeld, AFTER, &[]),
            (State::Refused, AFTER, &[]),
            (State::Review, &[V::Answer, V::Refuse, V::Complaint, V::Close, V::Disclose], &[]),
            (State::Complaint, &[V::Order, V::Disclose], &[]),
            (State::Order, &[V::Answer, V::Refuse, V::Close, V::Disclose], &[]),
            (State::Closed, &[V::Review, V::Complaint, V::Forget, V::Disclose], &[]),
        ]
    };
    const VERBS: [Verb; 15] = [
        Verb::New,
        Verb::Acknowledge,
        Verb::Clarify,
        Verb::Extend,
        Verb::Transfer,
        Verb::Answer,
        Verb::Refuse,
        Verb::Approve,
        Verb::SendBack,
        Verb::Review,
        Verb::Complaint,
        Verb::Order,
        Verb::Close,
        Verb::Forget,
        Verb::Disclose,
    ];

    #[test]
    fn every_act_that_the_table_does_not_allow_is_refused_and_told() {
        let mut refused = 0;
        for (state, before, after) in TABLE {
            for verb in VERBS {
                for lapsed in [false, true] {
                    let extends = verb == Verb::Extend && lapsed;
                    let expected =
                        (before.contains(&verb) && !extends) || (lapsed && after.contains(&verb));
                    let got = verb.check("RTI-2026-0001", state, lapsed);
                    assert_eq!(got.is_ok(), expected, "{verb:?} from {state:?}, lapsed {lapsed}");
                    let Err(e) = got else { continue };
                    refused += 1;
                    let text = e.to_string();
                    assert!(text.contains(verb.name()) && text.contains(state.name()), "{text}");
                    assert!(text.contains("hint: ") && text.contains("RTI-2026-0001"), "{text}");
                }
            }
        }
        assert!(refused > 300, "{refused}");
        assert_eq!(TABLE.map(|t| t.0), State::ALL);
    }
}
