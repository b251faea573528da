//! What ingest says to clerks, in English and Urdu: one message file a language, in `words/`.
//!
//! Messages are Fluent (projectfluent.org). Technical names stand between backticks; a page shows
//! them as code, set apart from the direction of the text around them.

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource, FluentValue};
use shumar_schemas::{Label, RecordKind, Role};
use unic_langid::LanguageIdentifier;

use crate::{Note, Rule};

mod refusal;

pub use refusal::Particulars;

/// A language that clerks read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// English.
    English,
    /// Urdu.
    Urdu,
}

impl Language {
    /// All languages, in the order of reports.
    pub const ALL: [Self; 2] = [Self::English, Self::Urdu];

    /// Its tag.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Self::English => "en",
            Self::Urdu => "ur",
        }
    }

    /// The direction of its script.
    #[must_use]
    pub fn direction(self) -> &'static str {
        match self {
            Self::English => "ltr",
            Self::Urdu => "rtl",
        }
    }

    fn messages(self) -> &'static str {
        match self {
            Self::English => include_str!("../words/en.ftl"),
            Self::Urdu => include_str!("../words/ur.ftl"),
        }
    }

    /// A number as a sentence writes it: thousands set apart, in the digits of the language.
    fn number(self, digits: &str) -> String {
        let mut out = String::with_capacity(2 * digits.len());
        for (i, digit) in digits.chars().enumerate() {
            if i > 0 && (digits.len() - i).is_multiple_of(3) {
                out.push(',');
            }
            out.push(match (self, digit.to_digit(10)) {
                (Self::Urdu, Some(n)) => char::from_u32(0x06F0 + n).unwrap_or(digit),
                _ => digit,
            });
        }
        out
    }
}

/// The messages of one language.
pub struct Words {
    language: Language,
    bundle: FluentBundle<FluentResource>,
}

impl Words {
    /// Loads the built-in messages; a test keeps them whole.
    #[must_use]
    pub fn new(language: Language) -> Self {
        let tag: LanguageIdentifier = language.tag().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new(vec![tag]);
        // Isolating marks would stay in CSV cells; pages isolate with elements instead.
        bundle.set_use_isolating(false);
        bundle.set_formatter(Some(match language {
            Language::English => |value, _| numeral(Language::English, value),
            Language::Urdu => |value, _| numeral(Language::Urdu, value),
        }));
        let parsed = FluentResource::try_new(language.messages().to_owned());
        bundle.add_resource_overriding(parsed.unwrap_or_else(|(partial, _)| partial));
        Self { language, bundle }
    }

    /// The language.
    #[must_use]
    pub fn language(&self) -> Language {
        self.language
    }

    /// What a rule means, in one sentence.
    #[must_use]
    pub fn meaning(&self, rule: Rule) -> String {
        self.say(&format!("rule-{}", rule.id()))
    }

    /// What to do about a row that a rule rejects.
    #[must_use]
    pub fn advice(&self, rule: Rule) -> String {
        self.to_do(&format!("rule-{}", rule.id()))
    }

    /// Rejected rows by field and rule, one line each.
    pub(crate) fn tally(&self, tally: &crate::Tally) -> String {
        let line = |((field, rule), n): (&(std::sync::Arc<str>, Rule), &u64)| {
            let place = match field.as_ref() {
                "" => self.say("place-row"),
                name => name.to_owned(),
            };
            let n = self.number(*n);
            format!("  {n} × {place}: {rule} — {}", self.advice(*rule))
        };
        tally.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    /// The title of what a rejection is about: a field of the kind, the record key, or the row.
    #[must_use]
    pub fn field(&self, kind: &RecordKind, name: &str) -> String {
        let field = kind.field(name).or_else(|| match name {
            "person" => kind.only(Role::Person),
            _ => None,
        });
        match (field, name) {
            (Some(field), _) => self.label(&field.title).to_owned(),
            (None, "") => self.say("place-row"),
            (None, "record_key") => self.say("place-record-key"),
            (None, other) => other.to_owned(),
        }
    }

    /// A remark about a batch.
    #[must_use]
    pub fn note(&self, note: &Note) -> String {
        let value = |(name, label): &(&'static str, Label)| {
            let text = self.label(label).to_owned();
            let value = match text.parse::<f64>() {
                Ok(number) => FluentValue::from(number),
                Err(_) => FluentValue::from(text),
            };
            (*name, value)
        };
        self.format(note.id, None, Some(&note.values.iter().map(value).collect()))
    }

    /// A declared label in this language.
    #[must_use]
    pub fn label<'a>(&self, label: &'a Label) -> &'a str {
        label.get(self.language.tag())
    }

    /// A number as this language writes it.
    #[must_use]
    pub fn number(&self, n: u64) -> String {
        self.language.number(&n.to_string())
    }

    /// A message.
    #[must_use]
    pub fn say(&self, key: &str) -> String {
        self.format(key, None, None)
    }

    /// A message about some values.
    #[must_use]
    pub fn say_with<const N: usize>(
        &self,
        key: &str,
        values: [(&'static str, FluentValue<'_>); N],
    ) -> String {
        self.format(key, None, Some(&values.into_iter().collect()))
    }

    fn to_do(&self, key: &str) -> String {
        self.format(key, Some("do"), None)
    }

    fn format(&self, key: &str, attribute: Option<&str>, values: Option<&FluentArgs>) -> String {
        let message = self.bundle.get_message(key);
        let pattern = message.and_then(|m| match attribute {
            Some(name) => m.get_attribute(name).map(|a| a.value()),
            None => m.value(),
        });
        let mut errors = Vec::new();
        let text = pattern.map(|p| self.bundle.format_pattern(p, values, &mut errors).into_owned());
        text.filter(|_| errors.is_empty()).unwrap_or_else(|| format!("⟦{key}⟧"))
    }
}

/// What to do about a row that a rule rejects, in one language.
pub(crate) fn advice(rule: Rule, language: Language) -> String {
    Words::new(language).advice(rule)
}

fn numeral(language: Language, value: &FluentValue<'_>) -> Option<String> {
    match value {
        FluentValue::Number(n) => Some(language.number(&n.as_string())),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
