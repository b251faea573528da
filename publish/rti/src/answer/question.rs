//! A question about figures in canonical form: the same question is always the same text.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// What is asked: a measure, broken down by dimensions, of some codes, in a period.
///
/// Sets and maps are ordered, so that the order in which somebody asks makes no difference.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// The statistic or indicator.
    pub measure: String,
    /// The dimensions that the figures are broken down by.
    #[serde(default)]
    pub by: BTreeSet<String>,
    /// Only these codes of these dimensions.
    #[serde(default, rename = "where")]
    pub only: BTreeMap<String, BTreeSet<String>>,
    /// The period: `2025`, `2025-Q3` or `2019..2025`.
    pub period: String,
}

impl Question {
    /// The canonical text.
    #[must_use]
    pub fn canonical(&self) -> String {
        // Keys in the order of the fields, sets and maps sorted: one text a question.
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The name under which the answer is kept: SHA-256 of the canonical text.
    #[must_use]
    pub fn id(&self) -> String {
        hex::encode(Sha256::digest(self.canonical()))
    }
}
