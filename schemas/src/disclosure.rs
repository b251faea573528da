//! The public log of a right-to-information desk: what it hands over to the site.
//!
//! The desk writes the folder, `publish` reads it and trusts nothing in it. It holds no word about
//! an applicant: questions are in the officer's wording.

use serde::{Deserialize, Serialize};

use crate::Label;

/// The format that this version writes and reads.
pub const FORMAT: &str = "shumar.disclosures/1";
/// The folder of a home that holds the log.
pub const FOLDER: &str = "rti/public";
/// The file of a home that is locked while the log is replaced, and shared while it is read.
pub const LOCK: &str = "rti/.lock";
/// The log's file in that folder.
pub const DOCUMENT: &str = "disclosures.json";

/// The whole log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DisclosureDocument {
    /// Must be [`FORMAT`].
    pub format: String,
    /// The law under which requests are answered.
    pub act: Label,
    /// Its number and year.
    pub number: String,
    /// The answers, the newest first.
    pub entries: Vec<EntryDocument>,
    /// How requests were handled, by year and by quarter of receipt, the newest first.
    pub periods: Vec<PeriodDocument>,
}

/// One answered or refused request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EntryDocument {
    /// Its number in the log: a year and a count. It is not the number of the request.
    pub id: String,
    /// The question as the officer words it for readers.
    pub question: Label,
    /// `released`, `part-released`, `not-held` or `refused`.
    pub outcome: String,
    /// The day of the decision.
    pub decided_on: String,
    /// What was answered, in words.
    pub answer: Label,
    /// The section relied on where something was refused, and what it is about.
    pub refused: Option<RefusedDocument>,
    /// The figures of the answer, if it has any.
    pub figures: Option<FiguresDocument>,
    /// Files of the log's folder that belong to this answer.
    pub files: Vec<FileDocument>,
}

/// What was refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RefusedDocument {
    /// The section of the law.
    pub section: String,
    /// What the section protects.
    pub title: Label,
}

/// Figures of an answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FiguresDocument {
    /// What they count.
    pub title: Label,
    /// Titles of the columns that tell the cells apart.
    pub columns: Vec<Label>,
    /// The cells.
    pub cells: Vec<FigureDocument>,
    /// How they were obtained.
    pub derivation: Label,
    /// The releases that they come from.
    pub releases: Vec<SourceDocument>,
}

/// One figure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FigureDocument {
    /// What it is about, one label a column.
    pub labels: Vec<Label>,
    /// The figure with its 95 % interval, as shown to readers.
    pub estimate: String,
    /// The lower end of the interval.
    pub lower: String,
    /// The upper end.
    pub upper: String,
}

/// A release that figures come from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceDocument {
    /// The release.
    pub id: String,
    /// SHA-256 of its `release.json`.
    pub sha256: String,
}

/// A file of the log's folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileDocument {
    /// Its name in the folder.
    pub name: String,
    /// SHA-256 of it.
    pub sha256: String,
}

/// How the requests received in a year or quarter were handled.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeriodDocument {
    /// `2026` or `2026-Q1`.
    pub period: String,
    /// Requests received.
    pub received: u64,
    /// Decided or passed on within the time allowed.
    pub on_time: u64,
    /// Decided or passed on after it.
    pub late: u64,
    /// Decided where the time allowed is not known.
    pub undated: u64,
    /// Not decided, and the time has not passed or is not known.
    pub open: u64,
    /// Not decided although the time has passed.
    pub overdue: u64,
    /// Everything was released.
    pub released: u64,
    /// A part was released.
    pub part_released: u64,
    /// The information is not held.
    pub not_held: u64,
    /// Passed on to another body.
    pub transferred: u64,
    /// Refused in whole.
    pub refused: u64,
    /// Refusals in whole or in part by the section relied on.
    pub refused_by: Vec<GroundDocument>,
}

/// Refusals under one section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroundDocument {
    /// The section and what it protects.
    pub ground: RefusedDocument,
    /// How many.
    pub requests: u64,
}
