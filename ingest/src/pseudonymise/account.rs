//! The account of a file: what became of its rows, by row number and rule, never by value.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use super::normal::NoIdentity;
use crate::Rule;

/// So many rows are named for each finding.
const NAMED_MAX: usize = 1000;

/// What was found in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Finding {
    /// The row does not fit, or a cell that is kept looks identifying.
    Row(Rule),
    /// There is no identifier.
    IdentityBlank,
    /// The identifier does not have its declared form.
    IdentityUnreadable,
    /// The identifier is made up and stands for many persons.
    IdentityMadeUp,
    /// A date is in none of the formats.
    DateUnreadable,
    /// The age can't be told.
    AgeUnknown,
}

impl Finding {
    /// Its name in reports.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Row(rule) => rule.id(),
            Self::IdentityBlank => "identity-blank",
            Self::IdentityUnreadable => "identity-unreadable",
            Self::IdentityMadeUp => "identity-made-up",
            Self::DateUnreadable => "date-unreadable",
            Self::AgeUnknown => "age-unknown",
        }
    }

    /// Whether it says that a person has no token.
    #[must_use]
    pub fn is_identity(self) -> bool {
        matches!(self, Self::IdentityBlank | Self::IdentityUnreadable | Self::IdentityMadeUp)
    }

    /// What the clerk can do about it.
    #[must_use]
    pub fn advice(self) -> &'static str {
        match self {
            Self::Row(Rule::RowShape | Rule::TextInvalid) => "correct the row in the file",
            Self::Row(_) => "take it out of the cell, or name the column in `drop` or `keys`",
            Self::IdentityBlank => "fill it in if it is known",
            Self::IdentityUnreadable => "correct it, or the `digits` in the mapping",
            Self::IdentityMadeUp => "leave the cell empty when the number is not known",
            Self::DateUnreadable => "correct it, or add its format to `date_formats`",
            Self::AgeUnknown => "correct the date of birth or the age",
        }
    }
}

impl From<NoIdentity> for Finding {
    fn from(why: NoIdentity) -> Self {
        match why {
            NoIdentity::Blank => Self::IdentityBlank,
            NoIdentity::Unreadable => Self::IdentityUnreadable,
            NoIdentity::MadeUp => Self::IdentityMadeUp,
        }
    }
}

/// A row of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct RowPlace {
    /// The sheet, from 1, when several are read; otherwise 0.
    pub sheet: u16,
    /// Its row or line, from 1.
    pub row: u64,
}

impl fmt::Display for RowPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.sheet {
            0 => write!(f, "{}", self.row),
            sheet => write!(f, "{sheet}!{}", self.row),
        }
    }
}

/// A finding in a column (blank: in the row as a whole), and whether the row was dropped for it.
pub type FindingIn = (Arc<str>, Finding, bool);

/// The rows of one finding.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// How many.
    pub rows: u64,
    /// The first of them.
    pub first: Vec<RowPlace>,
}

/// What became of a file. Rows in = rows out + rows dropped.
#[derive(Debug, Clone, Default)]
pub struct Account {
    /// The pseudonymised file.
    pub out: PathBuf,
    /// The name of the key.
    pub key_id: String,
    /// Rows below the header that are not blank.
    pub rows: u64,
    /// Rows of the pseudonymised file.
    pub written: u64,
    /// Rows that were dropped.
    pub dropped: u64,
    /// What was found, by column and rule.
    pub findings: BTreeMap<FindingIn, Found>,
    /// What else the reader noticed.
    pub notes: Vec<String>,
}

impl Account {
    /// Enters a finding.
    pub(super) fn note(&mut self, finding: FindingIn, place: RowPlace) {
        let found = self.findings.entry(finding).or_default();
        found.rows += 1;
        if found.first.len() < NAMED_MAX {
            found.first.push(place);
        }
    }

    /// Adds the account of the rows that follow.
    pub(super) fn add(&mut self, next: Account) {
        self.written += next.written;
        self.dropped += next.dropped;
        for (finding, found) in next.findings {
            let mine = self.findings.entry(finding).or_default();
            mine.rows += found.rows;
            let room = NAMED_MAX - mine.first.len();
            mine.first.extend(found.first.into_iter().take(room));
        }
    }
}
