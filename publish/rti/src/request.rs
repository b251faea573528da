//! A request as the register holds it. Who asked is not in it.

use serde::{Deserialize, Serialize};
use shumar_schemas::Label;

use crate::law::Fee;
use crate::{Day, State};

/// One request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// `RTI-2026-0001`.
    pub reference: String,
    /// The law.
    pub law: String,
    /// The day on which it came in.
    pub received: Day,
    /// How it came: post, email, hand, online or fax.
    pub channel: String,
    /// What it is about, in the officer's words.
    pub subject: String,
    /// The language of its letters.
    pub language: String,
    /// Whether life or liberty is at stake.
    pub urgent: bool,
    /// Who handles it.
    pub officer: String,
    /// Where it stands.
    pub state: State,
    /// Where it stood before a decision was proposed.
    pub before: Option<State>,
    /// The last day to answer; nothing where it can't be worked out.
    pub due: Option<Day>,
    /// What the last day rests on that is not certain, or why there is none.
    pub due_remarks: Vec<String>,
    /// The day of the acknowledgement.
    pub acknowledged_on: Option<Day>,
    /// The last question to the applicant.
    pub clarification: Option<Clarification>,
    /// The extension.
    pub extension: Option<Extension>,
    /// The body that it was passed on to.
    pub transfer: Option<Transfer>,
    /// A refusal of a part; the rest is to be answered.
    pub part_refusal: Option<Refusal>,
    /// A decision that waits for approval.
    pub proposal: Option<Decision>,
    /// The decision that stands.
    pub decision: Option<Decision>,
    /// The day on which it was first decided or passed on.
    pub first_decided_on: Option<Day>,
    /// The day on which an internal review was asked for.
    pub review_on: Option<Day>,
    /// The day on which the information commission was asked.
    pub complaint_on: Option<Day>,
    /// What it ordered.
    pub order: Option<Order>,
    /// The cost of an answer on paper.
    pub fee: Option<Fee>,
    /// What the public log says.
    pub disclosed: Option<Disclosed>,
    /// The day on which it was closed.
    pub closed_on: Option<Day>,
    /// Whether the applicant's file was erased.
    pub forgotten: bool,
}

impl Request {
    /// The last day to answer, extended or not.
    #[must_use]
    pub fn last_day(&self) -> Option<Day> {
        self.extension.as_ref().map(|e| e.to).or(self.due)
    }

    /// Whether it is not decided although its time has passed.
    #[must_use]
    pub fn is_late(&self, today: Day) -> bool {
        self.state.is_open() && self.last_day().is_some_and(|last| today > last)
    }

    /// The request as a row of the register, harmless in a spreadsheet.
    #[must_use]
    pub fn row(&self) -> Vec<String> {
        self.columns().iter().map(|c| crate::figures::safe(c)).collect()
    }

    /// The names of the columns in exports.
    pub(crate) const COLUMNS: [&'static str; 22] = [
        "reference",
        "law",
        "received",
        "channel",
        "subject",
        "language",
        "urgent",
        "officer",
        "state",
        "due",
        "extended_to",
        "extension_ground",
        "acknowledged_on",
        "transferred_to",
        "outcome",
        "decided_on",
        "exception",
        "answer",
        "pages",
        "fee",
        "complaint_on",
        "closed_on",
    ];

    /// The columns in exports.
    fn columns(&self) -> [String; 22] {
        let day = |d: Option<Day>| d.map(|d| d.to_string()).unwrap_or_default();
        let decision = self.decision.as_ref();
        let refusal = decision.and_then(|d| d.refusal.as_ref());
        [
            self.reference.clone(),
            self.law.clone(),
            self.received.to_string(),
            self.channel.clone(),
            self.subject.clone(),
            self.language.clone(),
            self.urgent.to_string(),
            self.officer.clone(),
            self.state.name().to_owned(),
            day(self.due),
            day(self.extension.as_ref().map(|e| e.to)),
            self.extension.as_ref().map(|e| e.ground.en().to_owned()).unwrap_or_default(),
            day(self.acknowledged_on),
            self.transfer.as_ref().map(|t| t.to.clone()).unwrap_or_default(),
            decision.map(|d| d.outcome.name().to_owned()).unwrap_or_default(),
            day(self.first_decided_on),
            refusal.map(|r| r.exception.clone()).unwrap_or_default(),
            decision.and_then(|d| d.answer.clone()).unwrap_or_default(),
            self.fee.map(|f| f.pages.to_string()).unwrap_or_default(),
            self.fee.map(|f| f.total.to_string()).unwrap_or_default(),
            day(self.complaint_on),
            day(self.closed_on),
        ]
    }
}

/// A question to the applicant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Clarification {
    /// When it was asked.
    pub asked_on: Day,
    /// What was asked.
    pub question: String,
    /// When the reply came; what it says is kept in the applicant's file.
    pub answered_on: Option<Day>,
}

/// An extension of the time to answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Extension {
    /// The new last day.
    pub to: Day,
    /// The lawful ground, in words.
    pub ground: Label,
    /// When it was decided.
    pub on: Day,
}

/// A request that was passed on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Transfer {
    /// The body that holds the information.
    pub to: String,
    /// When.
    pub on: Day,
}

/// What a request ended in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Everything was released.
    Released,
    /// A part was released.
    PartReleased,
    /// The information is not held.
    NotHeld,
    /// Everything was refused.
    Refused,
}

impl Outcome {
    /// Its name in the register.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.state().name()
    }

    pub(crate) fn state(self) -> State {
        match self {
            Self::Released => State::Released,
            Self::PartReleased => State::PartReleased,
            Self::NotHeld => State::NotHeld,
            Self::Refused => State::Refused,
        }
    }
}

/// A refusal, whole or of a part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refusal {
    /// The id of the exception.
    pub exception: String,
    /// Its section.
    pub section: String,
    /// What it protects.
    pub title: Label,
    /// Why it applies.
    pub reason: String,
    /// Which part is refused; nothing when all is.
    pub part: Option<String>,
}

/// A decision on a request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Decision {
    /// What it is.
    pub outcome: Outcome,
    /// When.
    pub on: Day,
    /// The officer who decided.
    pub by: String,
    /// The answer in words.
    pub statement: Option<String>,
    /// Where published information is to be found.
    pub references: Vec<String>,
    /// The kept answer with figures.
    pub answer: Option<String>,
    /// What is refused.
    pub refusal: Option<Refusal>,
    /// What approvals it needs.
    pub needs: Needs,
    /// Who approved it.
    pub approvals: Vec<Approval>,
}

/// The approvals without which a decision is not final.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Needs {
    /// A second officer.
    pub second: bool,
    /// The head of the body, in writing.
    pub head: bool,
}

/// One approval.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// Who approved.
    pub by: String,
    /// Whether as the head of the body.
    pub head: bool,
    /// When.
    pub on: Day,
}

impl Decision {
    /// What it still needs.
    #[must_use]
    pub fn missing(&self) -> Needs {
        let second = self.approvals.iter().any(|a| a.by != self.by);
        let head = self.approvals.iter().any(|a| a.head);
        Needs { second: self.needs.second && !second, head: self.needs.head && !head }
    }

    /// The head of the body who approved.
    pub(crate) fn head(&self) -> Option<&Approval> {
        self.approvals.iter().find(|a| a.head)
    }
}

/// What the information commission ordered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Order {
    /// When.
    pub on: Day,
    /// What, in the officer's words.
    pub words: String,
}

/// What the public log says of a request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Disclosed {
    /// Its number in the log.
    pub id: String,
    /// The question as worded for readers.
    pub question: Label,
    /// The answer as worded for readers.
    pub answer: Label,
}
