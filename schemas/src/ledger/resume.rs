//! The entry by which a home goes on from a backup: what was spent after it, and how that is known.

use serde::{Deserialize, Serialize};

use super::{Amounts, Charge, Rules};
use crate::Nano;

/// A row of the ledger by its number and seal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Its number; 0 before the first row.
    pub seq: i64,
    /// Its seal.
    pub hash: String,
}

/// What was spent after the backup that a home goes on from, counted before anything else is charged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resumption {
    /// Who says so: the operating system's user.
    pub who: String,
    /// Why, in the officer's words.
    pub reason: String,
    /// The act of restoring that it answers; `None` when an older database was put back by hand.
    pub restored: Option<i64>,
    /// Later ends of the ledger that were known outside the database.
    pub seen: Vec<Head>,
    /// What showed what was spent: signed releases, and an exported ledger.
    pub evidence: Vec<String>,
    /// Whether it was declared that nothing was spent but what the evidence shows. If not, the rest of
    /// every year counts as spent.
    pub declared: bool,
    /// The years that were open.
    pub years: Vec<Resumed>,
    /// Every year up to this one that was not open counts as wholly spent.
    pub closed_to: Option<i32>,
}

/// What was spent of one open year after the backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resumed {
    /// The reporting year.
    pub year: i32,
    /// Its rules, if it was opened after the backup.
    pub rules: Option<Rules>,
    /// The charges that evidence showed, with the numbers that they had.
    pub recovered: Vec<Recovered>,
    /// Whether something was released of it after the backup. Later charges then have a worst pattern
    /// of their own, which is added: records that come again may get other places than they had.
    pub apart: bool,
    /// What counts as spent besides, because nobody can tell.
    pub lost: Option<Lost>,
}

/// A charge that was lost with the database and is charged again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recovered {
    /// The number that it had.
    pub seq: i64,
    /// What it says.
    pub charge: Charge,
}

/// An amount that counts as spent without a charge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lost {
    /// Of the year's budget.
    pub total: Nano,
    /// Of each share.
    pub shares: Amounts,
}

impl Resumption {
    /// What it says of a year that was open.
    #[must_use]
    pub fn year(&self, year: i32) -> Option<&Resumed> {
        self.years.iter().find(|y| y.year == year)
    }

    /// Whether it answers for an end of the ledger that was seen elsewhere.
    #[must_use]
    pub fn answers(&self, seq: i64, hash: &str) -> bool {
        self.seen.iter().any(|h| h.seq == seq && h.hash == hash)
    }
}
