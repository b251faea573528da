//! Why a file is refused in particular: a message and what it is about, told in every language.

use std::fmt;

use crate::words::{Language, Words};

/// A message of `words/`, and what to do about it, without any value of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason {
    /// Its message.
    pub(crate) id: &'static str,
    /// The message whose `.do` says what to do.
    pub(crate) advice: &'static str,
    /// What both are about.
    pub(crate) values: Vec<(&'static str, Value)>,
}

/// What a message is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Value {
    /// A name or the number of a place: the same in every language.
    Same(String),
    /// How many there are.
    Count(u64),
    /// A message within the message.
    Said(Reason),
}

impl Reason {
    /// A message that says itself what to do.
    pub(crate) fn new(id: &'static str) -> Self {
        Self { id, advice: id, values: Vec::new() }
    }

    /// With the advice of another message.
    pub(crate) fn advised(self, advice: &'static str) -> Self {
        Self { advice, ..self }
    }

    /// About a name or the number of a place.
    pub(crate) fn at(self, name: &'static str, place: &(impl ToString + ?Sized)) -> Self {
        self.with(name, Value::Same(place.to_string()))
    }

    /// About so many.
    pub(crate) fn count(self, name: &'static str, n: usize) -> Self {
        self.with(name, Value::Count(n as u64))
    }

    /// About what another message says.
    pub(crate) fn said(self, name: &'static str, reason: Self) -> Self {
        self.with(name, Value::Said(reason))
    }

    fn with(mut self, name: &'static str, value: Value) -> Self {
        self.values.push((name, value));
        self
    }

    /// What to do, in English.
    pub(crate) fn hint(&self) -> String {
        Words::new(Language::English).reason_advice(self)
    }
}

/// The English words.
impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&Words::new(Language::English).reason(self))
    }
}

/// Reasons in English, one line each.
pub(crate) fn lines(reasons: &[Reason]) -> String {
    reasons.iter().map(|reason| format!("  {reason}")).collect::<Vec<_>>().join("\n")
}
