//! The account of rows that did not land: row, field and rule, never a value.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;

use crate::IngestError;

/// Why a row was rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Rule {
    /// The row has more or fewer cells than the header.
    RowShape,
    /// A cell's text is not valid in the file's encoding.
    TextInvalid,
    /// A required field is blank.
    RequiredBlank,
    /// A word that is neither a code nor translated to one.
    CodeUnknown,
    /// A word that two codes share.
    CodeAmbiguous,
    /// An area that the commission does not count.
    AreaOutsideScope,
    /// A date in none of the mapping's formats.
    DateUnreadable,
    /// A date before 1947 or after today.
    DateOutOfRange,
    /// Not a whole number.
    NumberUnreadable,
    /// A number outside the field's range.
    NumberOutOfRange,
    /// A long number stored as a number, whose last digits the spreadsheet has lost.
    NumberImprecise,
    /// Neither yes nor no.
    BooleanUnreadable,
    /// All columns of the record key are blank.
    KeyBlank,
    /// Rows of one record disagree in a mapped field.
    KeyConflict,
    /// The record is in the lake already, with other content.
    KeyChanged,
}

impl Rule {
    /// Its name in reports.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::RowShape => "row-shape",
            Self::TextInvalid => "text-invalid",
            Self::RequiredBlank => "required-blank",
            Self::CodeUnknown => "code-unknown",
            Self::CodeAmbiguous => "code-ambiguous",
            Self::AreaOutsideScope => "area-outside-scope",
            Self::DateUnreadable => "date-unreadable",
            Self::DateOutOfRange => "date-out-of-range",
            Self::NumberUnreadable => "number-unreadable",
            Self::NumberOutOfRange => "number-out-of-range",
            Self::NumberImprecise => "number-imprecise",
            Self::BooleanUnreadable => "boolean-unreadable",
            Self::KeyBlank => "record-key-blank",
            Self::KeyConflict => "record-key-conflict",
            Self::KeyChanged => "record-key-changed",
        }
    }

    /// What the clerk can do about it.
    #[must_use]
    pub fn advice(self) -> &'static str {
        match self {
            Self::RowShape => "give the row as many cells as the header has",
            Self::TextInvalid => "save the file as UTF-8, or name its `encoding` in the mapping",
            Self::RequiredBlank => "fill the cell; the record can't be counted without it",
            Self::CodeUnknown => "correct the word, or translate it under `codes` in the mapping",
            Self::CodeAmbiguous => "two codes fit; write the code itself, or translate the word",
            Self::AreaOutsideScope => "the area is not counted here; send it to its own commission",
            Self::DateUnreadable => {
                "write the date in one of the mapping's `date_formats`, or add its format there"
            }
            Self::DateOutOfRange => "the date is before 1947 or after today",
            Self::NumberUnreadable => "write a whole number",
            Self::NumberOutOfRange => {
                "the number is outside the range that the record kind declares; correct it"
            }
            Self::NumberImprecise => "format the column as text and enter the long number again",
            Self::BooleanUnreadable => {
                "write yes or no, translate the word under `codes`, or name it in `null_words`"
            }
            Self::KeyBlank => "fill the columns of the record key",
            Self::KeyConflict => "rows of one record disagree in this field; make them agree",
            Self::KeyChanged => {
                "the record was sent before with other content; ask before correcting"
            }
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

/// One rejected row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reject {
    /// Its row (or line) in the file, from 1.
    pub row: u64,
    /// The field concerned; blank for the row as a whole.
    pub field: String,
    /// The rule.
    pub rule: Rule,
}

/// Rejected rows by field and rule.
pub type Tally = BTreeMap<(String, Rule), u64>;

/// Counts rejects by field and rule.
pub(crate) fn tally(rejects: &[Reject]) -> Tally {
    let mut tally = Tally::new();
    for reject in rejects {
        *tally.entry((reject.field.clone(), reject.rule)).or_insert(0) += 1;
    }
    tally
}

/// The tally in words, one line each.
pub(crate) fn describe(tally: &Tally) -> String {
    let line = |((field, rule), n): (&(String, Rule), &u64)| {
        let place = if field.is_empty() { "the row" } else { field };
        format!("  {n} × {place}: {rule} — {}", rule.advice())
    };
    tally.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// Writes the report of rejected rows: `row,field,rule,what_to_do`.
///
/// # Errors
/// What the file system refuses.
pub fn write_rejects(path: &Path, rejects: &[Reject]) -> Result<(), IngestError> {
    let broken = |e: csv::Error| IngestError::Write { file: path.to_owned(), source: e.into() };
    let mut out = csv::Writer::from_path(path).map_err(broken)?;
    out.write_record(["row", "field", "rule", "what_to_do"]).map_err(broken)?;
    for r in rejects {
        let row = r.row.to_string();
        out.write_record([&row, r.field.as_str(), r.rule.id(), r.rule.advice()]).map_err(broken)?;
    }
    out.flush().map_err(IngestError::write(path))
}
