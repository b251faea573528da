//! Letters: one content for PDF and DOCX, in every language.
//!
//! The wording is in `publish/messages/*/rti.ftl`, the look in `templates/letter.typ`. An office
//! lays its own over both by files in its home's `templates/rti/`: `en.ftl`, `ur.ftl`, `letter.typ`.

mod compose;
mod docx;
#[cfg(test)]
mod tests;

use std::path::Path;

use serde::Serialize;
use shumar_print::{Document, pdf};
use shumar_words::{Language, Words};

pub(crate) use self::compose::{Matter, high, low};
use crate::{Day, RtiError};

/// The built-in look.
const TEMPLATE: &str = include_str!("../../templates/letter.typ");
/// The folder of a home that overrides wording and look.
const FOLDER: &str = "templates/rti";

/// Which letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The request came in.
    Acknowledgement,
    /// What is meant?
    Clarification,
    /// The decision: answer, part, refusal, or not held.
    Decision,
    /// More time.
    Extension,
    /// Passed on.
    Transfer,
    /// The cost of copies.
    Fee,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Acknowledgement,
        Self::Clarification,
        Self::Decision,
        Self::Extension,
        Self::Transfer,
        Self::Fee,
    ];

    /// Its name on the command line and in file names.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Acknowledgement => "acknowledgement",
            Self::Clarification => "clarification",
            Self::Decision => "decision",
            Self::Extension => "extension",
            Self::Transfer => "transfer",
            Self::Fee => "fee",
        }
    }
}

/// A letter's content.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Letter {
    /// The tag of its language.
    pub(crate) language: String,
    /// `ltr` or `rtl`.
    pub(crate) direction: String,
    /// Who writes.
    pub(crate) publisher: String,
    /// Lines below the name.
    pub(crate) head: Vec<String>,
    /// Number and date.
    pub(crate) facts: Vec<String>,
    /// The lines of the address.
    pub(crate) to: Vec<String>,
    /// What it is about.
    pub(crate) subject: String,
    /// What it says in one line.
    pub(crate) title: String,
    /// The body.
    pub(crate) blocks: Vec<Block>,
    /// Name and office of who signs, and the place of the stamp.
    pub(crate) signature: Vec<String>,
    /// What is enclosed: a title and its lines.
    pub(crate) enclosed: Vec<String>,
    /// The line at the foot.
    pub(crate) foot: String,
}

/// A part of a letter's body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub(crate) enum Block {
    /// A heading.
    Heading {
        /// Its text.
        text: String,
    },
    /// A paragraph.
    Paragraph {
        /// Its text.
        text: String,
    },
    /// Items with bullets.
    List {
        /// Their texts.
        items: Vec<String>,
    },
    /// A table.
    Table {
        /// Titles of the columns.
        header: Vec<String>,
        /// The rows.
        rows: Vec<Vec<String>>,
        /// From which column on there are numbers.
        numbers: usize,
    },
}

/// A letter in both formats, with what is enclosed.
pub struct Made {
    /// Name and bytes of each file.
    pub files: Vec<(String, Vec<u8>)>,
}

/// The words of a language, with those of an office laid over them.
///
/// # Errors
/// A file of the office that does not parse.
pub(crate) fn words(home: &Path, language: Language) -> Result<Words, RtiError> {
    let mut words = Words::load(language);
    let file = home.join(FOLDER).join(language.tag()).with_extension("ftl");
    if let Ok(text) = std::fs::read_to_string(&file) {
        words.lay_over(&text).map_err(|what| RtiError::Data {
            file: format!("`{}`", file.display()),
            what: format!("can't be read as messages: {what}"),
            hint: "see publish/messages/en/rti.ftl for how they are written",
        })?;
    }
    Ok(words)
}

impl Letter {
    /// The letter as PDF.
    ///
    /// # Errors
    /// A template of the office that does not compile.
    pub(crate) fn pdf(&self, home: &Path, date: Day) -> Result<Vec<u8>, RtiError> {
        let own = std::fs::read_to_string(home.join(FOLDER).join("letter.typ"));
        let data =
            serde_json::to_value(self).map_err(|_| RtiError::Build { what: "the letter" })?;
        let document = Document {
            template: own.as_deref().unwrap_or(TEMPLATE),
            parts: &[shumar_print::templates::STYLE],
            data: &data,
            date: &date.to_string(),
        };
        Ok(pdf(&document)?)
    }

    /// The letter as DOCX.
    ///
    /// # Errors
    /// [`RtiError::Build`].
    pub(crate) fn docx(&self, date: Day) -> Result<Vec<u8>, RtiError> {
        docx::build(self, date)
    }
}
