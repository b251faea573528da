//! The desk: every act on a request, each one transaction that also seals the audit trail.

mod acts;
mod decide;
mod papers;
mod standing;
#[cfg(test)]
pub(crate) mod tests;

use std::path::{Path, PathBuf};

use chrono::{DateTime, SecondsFormat, Utc};
use rusqlite::{Connection, Transaction, TransactionBehavior};
use serde::Deserialize;
use serde_json::{Value, json};
use shumar_schemas::config::Rti;
use shumar_schemas::{Config, Label};

pub use self::acts::By;
pub use self::decide::{Reply, Withheld};
pub use self::standing::{SOON_WORKING_DAYS, Standing};
use crate::applicant::{Store, private_folder};
use crate::audit::{self, Act, Entry};
use crate::clean::clean;
use crate::law::{Calendar, Clock, Law, clocks, respond};
use crate::register;
use crate::{Answer, Applicant, Day, Question, Request, RtiError, State, Verb};

/// The longest text that an officer writes into the register, in characters.
const WORDS_MAX: usize = 4000;
/// How a request came in.
const CHANNELS: [&str; 5] = ["post", "email", "hand", "online", "fax"];

/// What a desk needs of its office.
pub struct Office<'a> {
    /// The commission's home.
    pub home: &'a Path,
    /// Its settings.
    pub config: &'a Config,
    /// The time now.
    pub now: DateTime<Utc>,
    /// What a text looks like that names a person, or nothing: the anonymity gate.
    pub looks_personal: &'a dyn Fn(&str) -> Option<String>,
}

/// An open desk.
pub struct Desk<'a> {
    pub(crate) home: PathBuf,
    pub(crate) name: &'a Label,
    pub(crate) contact: Option<&'a str>,
    pub(crate) settings: &'a Rti,
    pub(crate) law: Law,
    pub(crate) calendar: Calendar,
    pub(crate) register: Connection,
    pub(crate) applicants: Store,
    now: DateTime<Utc>,
    looks_personal: &'a dyn Fn(&str) -> Option<String>,
}

/// What is known of a request when it comes in.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct NewRequest {
    /// The day on which it came in, such as `2026-03-02`; today when empty.
    pub received: String,
    /// How: post, email, hand, online or fax.
    pub channel: String,
    /// What it is about, in the officer's words, without anything about a person.
    pub subject: String,
    /// The language of its letters: `en` or `ur`.
    pub language: String,
    /// Whether life or liberty is at stake.
    pub urgent: bool,
}

impl<'a> Desk<'a> {
    /// Whether a home has a register of requests.
    #[must_use]
    pub fn exists(home: &Path) -> bool {
        home.join(register::DATABASE).is_file()
    }

    /// Opens the desk of a home, and makes its register when there is none.
    ///
    /// # Errors
    /// A jurisdiction that is not set or not known, settings that are wrong, and the database's.
    pub fn open(office: &Office<'a>) -> Result<Self, RtiError> {
        let config = office.config;
        let Some(id) = &config.commission.jurisdiction else {
            return Err(RtiError::refused(
                "it is not set which right-to-information law applies",
                format!(
                    "write one of these as `jurisdiction` of [commission] in shumar.toml: {}",
                    Law::ids().join(", ")
                ),
            ));
        };
        let law = Law::load(id, &config.rti.law)?;
        let calendar = Calendar::load(&law.calendar, &config.rti)?;
        private_folder(&office.home.join("rti"))?;
        Ok(Self {
            home: office.home.to_owned(),
            name: &config.commission.name,
            contact: config.commission.contact.as_deref(),
            settings: &config.rti,
            law,
            calendar,
            register: register::open(office.home)?,
            applicants: Store::of(office.home),
            now: office.now,
            looks_personal: office.looks_personal,
        })
    }

    /// The law that applies.
    #[must_use]
    pub fn law(&self) -> &Law {
        &self.law
    }

    /// The day that it is at the office.
    #[must_use]
    pub fn today(&self) -> Day {
        self.calendar.today(self.now)
    }

    /// Enters a request, and who made it.
    ///
    /// # Errors
    /// What is missing or is no value, words about a person in the subject, and the disk's.
    pub fn enter(
        &mut self,
        new: &NewRequest,
        applicant: &Applicant,
        officer: &str,
    ) -> Result<Request, RtiError> {
        let (received, subject) = self.checked(new, applicant)?;
        let by = By::new(officer, None, self)?;
        let (due, due_remarks) = match respond(&self.law, &self.calendar, received, new.urgent) {
            Ok(due) => (Some(due.day), due.remarks),
            Err(e) => (None, vec![e.to_string().lines().next().unwrap_or_default().to_owned()]),
        };
        let at = self.at();
        let store = Store::of(&self.home);
        let transaction =
            self.register.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let year = received.year();
        let number = register::next_number(&transaction, year)?;
        let request = Request {
            reference: format!("RTI-{year}-{number:04}"),
            law: self.law.id.clone(),
            received,
            channel: new.channel.clone(),
            subject,
            language: new.language.clone(),
            urgent: new.urgent,
            officer: by.officer.clone(),
            state: State::Received,
            before: None,
            due,
            due_remarks,
            acknowledged_on: None,
            clarification: None,
            extension: None,
            transfer: None,
            part_refusal: None,
            proposal: None,
            decision: None,
            first_decided_on: None,
            review_on: None,
            complaint_on: None,
            order: None,
            fee: None,
            disclosed: None,
            closed_on: None,
            forgotten: false,
        };
        // The file first: one without its request is written over by the next request.
        store.put(&request.reference, applicant)?;
        shumar_fault::point("rti.applicant-written");
        let body = register::insert(&transaction, (year, number), &request)?;
        let detail = json!({ "received": received, "due": due });
        audit::add(
            &transaction,
            &Entry {
                at: &at,
                reference: &request.reference,
                officer: &by.officer,
                verb: Verb::New,
                on: by.on,
                detail: &detail,
                body: &body,
            },
        )?;
        shumar_fault::point("rti.before-commit");
        transaction.commit()?;
        shumar_fault::point("rti.committed");
        Ok(request)
    }

    /// The day of receipt and the subject of a request that has all it needs.
    fn checked(&self, new: &NewRequest, applicant: &Applicant) -> Result<(Day, String), RtiError> {
        let received = match new.received.trim() {
            "" => self.today(),
            text => text
                .parse()
                .map_err(|e: String| RtiError::refused(e, "write `--received 2026-03-02`"))?,
        };
        if received > self.today() {
            return Err(RtiError::refused(
                format!("a request can't have come in on {received}, which is still to come"),
                "write the day on which it came in",
            ));
        }
        if !CHANNELS.contains(&new.channel.as_str()) {
            return Err(RtiError::refused(
                "it is not said how the request came in",
                format!("write one of these as `--channel`: {}", CHANNELS.join(", ")),
            ));
        }
        if shumar_words::Language::of(&new.language).is_none() {
            return Err(RtiError::refused(
                "it is not said in which language the applicant is answered",
                "write `--language en` or `--language ur`",
            ));
        }
        if applicant.name.trim().is_empty() {
            return Err(RtiError::refused(
                "a request needs the applicant's name",
                "give it in the file of `--applicant`, or answer the questions on a terminal; it is kept encrypted",
            ));
        }
        Ok((received, self.public_words(&new.subject, "the subject")?))
    }

    /// A request by its reference.
    ///
    /// # Errors
    /// [`RtiError::Refused`] when there is none.
    pub fn find(&self, reference: &str) -> Result<Request, RtiError> {
        Ok(self.current(register::find(&self.register, reference)?))
    }

    /// All requests, the oldest first.
    ///
    /// # Errors
    /// The database's.
    pub fn all(&self) -> Result<Vec<Request>, RtiError> {
        let all = register::all(&self.register)?;
        Ok(all.into_iter().map(|r| self.current(r)).collect())
    }

    /// The clocks of a request.
    #[must_use]
    pub fn clocks(&self, request: &Request) -> Vec<Clock> {
        clocks(&self.law, &self.calendar, request)
    }

    /// How many working days there are from the day after one day to another.
    #[must_use]
    pub fn working_days(&self, from: Day, to: Day) -> u32 {
        self.calendar.working_days(from, to)
    }

    /// The audit trail, checked.
    ///
    /// # Errors
    /// [`RtiError::Damaged`] at the first act or request that does not fit.
    pub fn acts(&self) -> Result<Vec<Act>, RtiError> {
        audit::read(&self.register)
    }

    /// The kept answer to a question, by its id.
    ///
    /// # Errors
    /// [`RtiError::Damaged`] when it was changed.
    pub fn kept(&self, id: &str) -> Result<Option<Answer>, RtiError> {
        register::answer(&self.register, id)
    }

    /// The answers that were kept to the same question because one with a wider margin was kept already.
    ///
    /// # Errors
    /// As [`Desk::kept`].
    pub fn kept_exactly(&self, question: &Question) -> Result<Vec<Answer>, RtiError> {
        register::exact_answers(&self.register, &question.plain().canonical())
    }

    /// While a request is open its last day follows the calendar, because holidays are notified late.
    fn current(&self, mut request: Request) -> Request {
        if request.state.is_open() {
            match respond(&self.law, &self.calendar, request.received, request.urgent) {
                Ok(due) => (request.due, request.due_remarks) = (Some(due.day), due.remarks),
                Err(e) => {
                    request.due = None;
                    request.due_remarks =
                        vec![e.to_string().lines().next().unwrap_or_default().to_owned()];
                }
            }
        }
        request
    }

    /// Does an act: reads the request, asks whether the act is allowed, changes it, seals the act.
    /// All of it is one transaction, so that a crash leaves the request as it was.
    pub(crate) fn act(
        &mut self,
        reference: &str,
        verb: Verb,
        by: &By,
        change: impl FnOnce(&Transaction<'_>, &mut Request) -> Result<Value, RtiError>,
    ) -> Result<Request, RtiError> {
        let at = self.at();
        let current = self.find(reference)?;
        if by.on < current.received {
            return Err(RtiError::refused(
                format!("`{reference}` came in on {}, after {}", current.received, by.on),
                "write the day on which it was done as `--on`",
            ));
        }
        let transaction =
            self.register.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let mut request = register::find(&transaction, reference)?;
        (request.due, request.due_remarks) = (current.due, current.due_remarks);
        verb.check(reference, request.state, request.is_late(by.on))?;
        let detail = change(&transaction, &mut request)?;
        let body = register::update(&transaction, &request)?;
        audit::add(
            &transaction,
            &Entry {
                at: &at,
                reference,
                officer: &by.officer,
                verb,
                on: by.on,
                detail: &detail,
                body: &body,
            },
        )?;
        shumar_fault::point("rti.before-commit");
        transaction.commit()?;
        shumar_fault::point("rti.committed");
        Ok(request)
    }

    /// An officer's words that go into the register or to readers: never about a person.
    pub(crate) fn public_words(&self, text: &str, what: &str) -> Result<String, RtiError> {
        let text = clean(text);
        if text.is_empty() {
            return Err(RtiError::refused(format!("{what} is empty"), "write a few words"));
        }
        if text.chars().count() > WORDS_MAX {
            let what = format!("{what} has more than {WORDS_MAX} characters");
            return Err(RtiError::refused(what, "write a short text, and enclose the rest"));
        }
        match (self.looks_personal)(&text) {
            None => Ok(text),
            Some(rule) => Err(RtiError::refused(
                format!("{what} holds what looks personal (rule `{rule}`)"),
                "word it without names, numbers and addresses of persons or cases; the applicant's own words are kept encrypted",
            )),
        }
    }

    fn at(&self) -> String {
        self.now.to_rfc3339_opts(SecondsFormat::Secs, true)
    }
}
