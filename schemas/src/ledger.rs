//! The rows of the ledger: what they say, and how each seals the one before.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::config::Privacy;
use crate::{Bounds, Family, Nano};

mod resume;

pub use resume::{Head, Lost, Recovered, Resumed, Resumption};

/// The hash before the first row.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// What a ledger row records.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "lowercase")]
pub enum Entry {
    /// The first act of a reporting year: its rules are fixed from here on.
    Open(Rules),
    /// A privacy loss, reserved before noise is drawn.
    Charge(Charge),
    /// What was spent after the backup that a home goes on from.
    Resume(Box<Resumption>),
}

impl Entry {
    /// Its name in the ledger.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Open(_) => "open",
            Self::Charge(_) => "charge",
            Self::Resume(_) => "resume",
        }
    }
}

/// The rules of a reporting year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rules {
    /// Noise family and currency.
    pub family: Family,
    /// The most that a person may lose.
    pub budget: Nano,
    /// Contribution bounds.
    pub bounds: Bounds,
    /// Amounts kept for the calendar, for requests and for revisions.
    pub shares: Amounts,
}

/// The yearly budget divided into amounts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Amounts {
    /// For the release calendar.
    pub scheduled: Nano,
    /// For requests.
    pub rti: Nano,
    /// For corrections and redrawing.
    pub revisions: Nano,
}

/// Who pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Share {
    /// The release calendar.
    Scheduled,
    /// The reserve for requests.
    Rti,
    /// Corrections, and redrawing after a crash.
    Revisions,
}

impl Share {
    /// All shares.
    pub const ALL: [Self; 3] = [Self::Scheduled, Self::Rti, Self::Revisions];

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Scheduled => "scheduled",
            Self::Rti => "rti",
            Self::Revisions => "revisions",
        }
    }
}

impl Amounts {
    /// The amount of one share.
    #[must_use]
    pub fn of(self, share: Share) -> Nano {
        match share {
            Share::Scheduled => self.scheduled,
            Share::Rti => self.rti,
            Share::Revisions => self.revisions,
        }
    }
}

/// One charge: a measured margin of a release's table in one reporting year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Charge {
    /// The release and period, `annual-2025`.
    pub release: String,
    /// The entry of the release calendar.
    pub series: String,
    /// The period.
    pub period: String,
    /// The table.
    pub table: String,
    /// Which margin of it was measured.
    pub margin: String,
    /// SHA-256 of the margin's definition.
    pub fingerprint: String,
    /// The record kind.
    pub kind: String,
    /// The most records of one person that it counts.
    pub bound: u32,
    /// Loss of a person with one counted record.
    pub unit: Nano,
    /// Who pays.
    pub share: Share,
    /// The charge of the same series that already pays for this period.
    pub covered_by: Option<i64>,
}

/// A row as it stands in the ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its number, from 1.
    pub seq: i64,
    /// When it was written.
    pub at: String,
    /// The reporting year.
    pub year: i32,
    /// What it records.
    pub entry: Entry,
    /// Its seal.
    pub hash: String,
}

impl Row {
    /// The reporting years whose accounts it belongs to.
    #[must_use]
    pub fn years(&self) -> Vec<i32> {
        match &self.entry {
            Entry::Open(_) | Entry::Charge(_) => vec![self.year],
            Entry::Resume(resumption) => resumption.years.iter().map(|y| y.year).collect(),
        }
    }
}

impl From<&Privacy> for Rules {
    fn from(p: &Privacy) -> Self {
        Self {
            family: p.family,
            budget: p.budget,
            bounds: p.bounds.clone(),
            shares: Amounts {
                scheduled: p.budget.part(p.shares.scheduled),
                rti: p.budget.part(p.shares.rti),
                revisions: p.budget.part(p.shares.revisions),
            },
        }
    }
}

/// The seal of a row: SHA-256 over the seal before it and everything the row says.
#[must_use]
pub fn seal(prev: &str, seq: i64, at: &str, year: i32, body: &str) -> String {
    let mut hash = Sha256::new();
    for part in [prev, &seq.to_string(), at, &year.to_string(), body] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part.as_bytes());
    }
    hex::encode(hash.finalize())
}
