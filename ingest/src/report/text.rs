//! The reason of a refusal as plain text, for a clerk who opens it in any editor.

use std::path::Path;

use super::{Account, Outcome, tally};
use crate::words::{Language, Words};
use crate::{IngestError, durable};

/// Writes the reason in English and Urdu.
pub(crate) fn write(path: &Path, account: &Account<'_>) -> Result<(), IngestError> {
    let parts = Language::ALL.map(|language| part(&Words::new(language), account));
    let text = format!("{}\n{}\n\n{}", parts[0], "-".repeat(60), parts[1]);
    durable::write(path, text.as_bytes())
}

fn part(words: &Words, account: &Account<'_>) -> String {
    let mut lines = vec![match &account.name {
        Some(name) => words.say_with("refused-file", [("file", name.as_str().into())]),
        None => words.say("state-refused"),
    }];
    if let Outcome::Refused(why) = account.outcome {
        lines.push(words.refusal_meaning(why));
        if !why.rejects().is_empty() {
            lines.push(words.tally(&tally(why.rejects())));
        } else if let Some(particulars) = words.particulars(why) {
            lines.push(words.listed(&particulars));
        }
        lines.push(format!("{}: {}", words.say("column-do"), words.refusal_advice(why)));
    }
    lines.push(words.say("report-private"));
    lines.join("\n\n") + "\n"
}
