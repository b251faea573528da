//! What a batch is worth saying about besides its rejected rows, in both languages.

use std::fmt;
use std::ops::Deref;

use shumar_schemas::{Label, YearMonth};

use crate::drift::Warning;

/// A remark about a batch, without any value of a record.
#[derive(Debug, Clone, PartialEq)]
pub struct Note {
    /// Its message, `note-ID` in the words of a language.
    pub(crate) id: &'static str,
    /// What the message is about.
    pub(crate) values: Vec<(&'static str, Label)>,
    english: String,
}

impl Note {
    fn new(id: &'static str, values: &[(&'static str, String)], english: String) -> Self {
        let values = values.iter().map(|(name, value)| (*name, Label::neutral(value))).collect();
        Self { id, values, english }
    }

    pub(crate) fn hidden_sheets(count: usize) -> Self {
        let english = format!("{count} hidden sheet(s) were not read");
        Self::new("note-hidden-sheets", &[("count", count.to_string())], english)
    }

    pub(crate) fn other_sheets(count: usize) -> Self {
        let english = format!("{count} other visible sheet(s) were not read");
        Self::new("note-other-sheets", &[("count", count.to_string())], english)
    }

    pub(crate) fn blank_sheet(place: u16) -> Self {
        let english = format!("sheet {place} is blank");
        Self::new("note-blank-sheet", &[("sheet", place.to_string())], english)
    }

    pub(crate) fn merged_unseen() -> Self {
        let english = "merged cells are not seen in this format: the value counts for the first row only; save as .xlsx if there are any";
        Self::new("note-merged-unseen", &[], english.to_owned())
    }

    /// A file without a row that was said to cover some months.
    pub(crate) fn nothing(months: &[YearMonth]) -> Self {
        let months: Vec<String> = months.iter().map(ToString::to_string).collect();
        let months = months.join(", ");
        let english = format!("the file holds no record; it counts as the report of {months}");
        Self::new("note-nothing", &[("months", months)], english)
    }

    /// A total of the sheet itself says another number of rows; `sheet` is 0 where there is one.
    pub(crate) fn total(row: u64, sheet: u16) -> Self {
        let of = if sheet > 0 { format!(" of sheet {sheet}") } else { String::new() };
        let english = format!(
            "the sheet's own total in row {row}{of} says a different number of rows than were read"
        );
        let values = [("row", row.to_string()), ("sheet", sheet.to_string())];
        let id = if sheet > 0 { "note-total-of-sheet" } else { "note-total" };
        Self::new(id, &values, english)
    }

    /// Rows that a check of the kind finds doubtful.
    pub(crate) fn doubt(rows: u64, check: &str, title: &Label) -> Self {
        let english = format!("{rows} row(s): {} ({check})", title.en());
        let values = [("rows", rows.to_string()), ("check", check.to_owned())];
        let mut note = Self::new("note-doubt", &values, english);
        note.values.push(("title", title.clone()));
        note
    }
}

impl From<Warning> for Note {
    fn from(warning: Warning) -> Self {
        Self::new(warning.id(), &warning.parameters(), warning.to_string())
    }
}

/// The English words.
impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.english)
    }
}

impl Deref for Note {
    type Target = str;

    fn deref(&self) -> &str {
        &self.english
    }
}

impl PartialEq<&str> for Note {
    fn eq(&self, words: &&str) -> bool {
        self.english == *words
    }
}
