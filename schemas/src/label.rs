//! A text in several languages. English is the one that must always be there.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// A short text by language tag (`en`, `ur`, …).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Label(BTreeMap<String, String>);

impl Label {
    /// A label in English only.
    #[must_use]
    pub fn english(text: impl Into<String>) -> Self {
        Self(BTreeMap::from([("en".to_owned(), text.into())]))
    }

    /// The same text for every language, for labels made of digits such as `2025-Q3`.
    #[must_use]
    pub fn neutral(text: impl Into<String>) -> Self {
        Self::english(text)
    }

    /// Adds or replaces the text of one language.
    #[must_use]
    pub fn with(mut self, language: &str, text: impl Into<String>) -> Self {
        self.0.insert(language.to_owned(), text.into());
        self
    }

    /// The text in `language`, or in English, or nothing.
    #[must_use]
    pub fn get(&self, language: &str) -> &str {
        self.0.get(language).or_else(|| self.0.get("en")).map_or("", String::as_str)
    }

    /// The English text.
    #[must_use]
    pub fn en(&self) -> &str {
        self.get("en")
    }

    /// Whether there is no text at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.values().all(String::is_empty)
    }

    /// All languages and texts.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(l, t)| (l.as_str(), t.as_str()))
    }
}
