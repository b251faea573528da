//! What is asked for: a measure, how it is split, what it is narrowed to, and when.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::Span;

/// The name by which a question is split by years.
pub(crate) const YEAR: &str = "year";
/// The name by which a question is split by quarters.
pub(crate) const QUARTER: &str = "quarter";

/// A question for figures. Two that mean the same are equal, however they were written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// A statistic or an indicator: `police-complaints`, `fir-rate`.
    pub measure: String,
    /// Dimensions or levels that the figures are split by; `year` and `quarter` split the period.
    #[serde(default)]
    pub by: BTreeSet<String>,
    /// For some dimensions or levels, the codes that count.
    #[serde(rename = "where", default)]
    pub only: BTreeMap<String, BTreeSet<String>>,
    /// The period.
    pub period: Span,
    /// The margin of error that a new measurement was made for, where an answer with a wider one was kept
    /// already: a question of its own.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub margin: Option<String>,
}

impl Question {
    /// SHA-256 of the question: the same for everybody who asks the same.
    #[must_use]
    pub fn key(&self) -> String {
        hex::encode(Sha256::digest(self.canonical()))
    }

    /// The question in canonical form: one text for equal questions, since maps and sets are sorted.
    #[must_use]
    pub fn canonical(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The same question without a margin.
    #[must_use]
    pub fn plain(&self) -> Self {
        Self { margin: None, ..self.clone() }
    }

    /// The same question with the margin of error that is wanted.
    #[must_use]
    pub fn exact_to(&self, margin: f64) -> Self {
        Self { margin: Some(margin.to_string()), ..self.clone() }
    }

    /// The pieces of the period that have figures of their own: name of the split, and when.
    pub(crate) fn times(&self) -> Option<Vec<Span>> {
        match (self.by.contains(QUARTER), self.by.contains(YEAR)) {
            (true, _) => Some(self.period.by_quarter()),
            (false, true) => self.period.by_year(),
            (false, false) => Some(vec![self.period]),
        }
    }

    /// The dimensions that the figures are split by, without those of the calendar.
    pub(crate) fn split(&self) -> Vec<&str> {
        let plain = |name: &&String| ![YEAR, QUARTER].contains(&name.as_str());
        self.by.iter().filter(plain).map(String::as_str).collect()
    }

    /// The name of the column of times, if the figures are split by them.
    pub(crate) fn calendar(&self) -> Option<&'static str> {
        [QUARTER, YEAR].into_iter().find(|name| self.by.contains(*name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn question(text: &str) -> Question {
        serde_json::from_str(text).expect("a question")
    }

    #[test]
    fn questions_that_mean_the_same_have_one_key() {
        let a = question(
            r#"{"measure":"m","by":["b","a"],"where":{"x":["2","1"],"w":["q"]},"period":"2025-Q1..2025-Q4"}"#,
        );
        let b = question(
            r#"{"period":"2025","where":{"w":["q"],"x":["1","2","2"]},"by":["a","b"],"measure":"m"}"#,
        );
        assert_eq!((a.key(), &a), (b.key(), &b));
        let other = question(
            r#"{"period":"2025-Q1","where":{"w":["q"],"x":["1","2"]},"by":["a","b"],"measure":"m"}"#,
        );
        assert_ne!(a.key(), other.key());
    }
}
