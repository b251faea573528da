//! The refusal of a whole file in words: what it means, what is particular about it, what to do.

use fluent_bundle::{FluentArgs, FluentValue};

use super::{Language, Words};
use crate::IngestError;
use crate::reason::{Reason, Value};

/// What is particular about a refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Particulars {
    /// The language they are in.
    pub language: Language,
    /// One line each.
    pub lines: Vec<String>,
}

impl Words {
    /// What the refusal of a whole file means, in one sentence.
    #[must_use]
    pub fn refusal_meaning(&self, why: &IngestError) -> String {
        self.say(&format!("refusal-{}", why.id()))
    }

    /// What to do about the refusal of a whole file.
    #[must_use]
    pub fn refusal_advice(&self, why: &IngestError) -> String {
        self.to_do(&format!("refusal-{}", why.id()))
    }

    /// A refusal for a terminal. The English words are the error's own.
    #[must_use]
    pub fn refusal(&self, why: &IngestError) -> String {
        if self.language == Language::English {
            return why.to_string();
        }
        let particulars = match (why.rejects(), self.particulars(why)) {
            ([], Some(told)) => format!("\n\n{}", self.listed(&told)),
            ([], None) => String::new(),
            (rejects, _) => format!("\n{}", self.tally(&crate::report::tally(rejects))),
        };
        let (meaning, to_do) = (self.refusal_meaning(why), self.refusal_advice(why));
        format!("{meaning}{particulars}\n\n{}: {to_do}", self.say("column-do"))
    }

    /// What is particular about a refusal, without the file's name: reports may leave the home.
    #[must_use]
    pub fn particulars(&self, why: &IngestError) -> Option<Particulars> {
        let lines = match why {
            IngestError::Open { source, .. } => vec![self.reason(&system(source))],
            IngestError::Format { why, .. } | IngestError::Content { why, .. } => {
                vec![self.told("particulars-file", why, None)]
            }
            IngestError::Sheet { why, .. } | IngestError::Key { why, .. } => {
                vec![self.told("particulars-other", why, None)]
            }
            IngestError::Unfit { why, columns, .. } => {
                let told = self.told("particulars-other", why, None);
                std::iter::once(told).chain(columns.iter().map(|c| self.reason(c))).collect()
            }
            IngestError::Header { columns, .. } => columns.iter().map(|c| self.reason(c)).collect(),
            IngestError::Batch { batch, why } => {
                vec![self.told("particulars-batch", why, Some(*batch))]
            }
            // Settings are for the analyst who writes them: their errors speak English only, as
            // the words of `shumar.toml` do.
            IngestError::Schema(why) => return Some(english(why)),
            IngestError::Seal(why) => return Some(english(why)),
            _ => return None,
        };
        Some(Particulars { language: self.language, lines })
    }

    /// The heading of particulars.
    pub(crate) fn particulars_title(&self, told: &Particulars) -> String {
        let own = told.language == self.language;
        self.say(if own { "refusal-particulars" } else { "refusal-particulars-english" })
    }

    /// Particulars under their heading, for a terminal or a text.
    pub(crate) fn listed(&self, told: &Particulars) -> String {
        let filled = told.lines.iter().filter(|line| !line.is_empty());
        let lines: Vec<String> = filled.map(|line| format!("  {line}")).collect();
        format!("{}\n{}", self.particulars_title(told), lines.join("\n"))
    }

    /// What a reason says.
    pub(crate) fn reason(&self, reason: &Reason) -> String {
        self.format(reason.id, None, Some(&self.arguments(reason)))
    }

    /// What to do about it.
    pub(crate) fn reason_advice(&self, reason: &Reason) -> String {
        self.format(reason.advice, Some("do"), Some(&self.arguments(reason)))
    }

    /// A reason and what to do, as one line.
    fn told(&self, key: &str, reason: &Reason, batch: Option<i64>) -> String {
        let mut values = FluentArgs::new();
        values.set("what", self.reason(reason));
        values.set("do", self.reason_advice(reason));
        values.set("batch", batch.map(|b| b.to_string()).unwrap_or_default());
        self.format(key, None, Some(&values))
    }

    fn arguments(&self, reason: &Reason) -> FluentArgs<'static> {
        let value = |(name, value): &(&'static str, Value)| {
            let value = match value {
                Value::Same(text) => FluentValue::from(text.clone()),
                Value::Count(n) => FluentValue::from(*n),
                Value::Said(reason) => FluentValue::from(self.reason(reason)),
            };
            (*name, value)
        };
        reason.values.iter().map(value).collect()
    }
}

/// Words that there are in English only.
fn english(why: &dyn std::error::Error) -> Particulars {
    let lines = why.to_string().lines().map(|l| l.trim().to_owned()).collect();
    Particulars { language: Language::English, lines }
}

/// What the system says of a file that it does not open or read.
fn system(source: &std::io::Error) -> Reason {
    match source.kind() {
        std::io::ErrorKind::NotFound => Reason::new("system-missing"),
        std::io::ErrorKind::PermissionDenied => Reason::new("system-denied"),
        std::io::ErrorKind::IsADirectory => Reason::new("system-folder"),
        _ => Reason::new("system-other").at("words", source),
    }
}
