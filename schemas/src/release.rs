//! The wire format of a release: `release.json`, and the columns of its Parquet files.
//!
//! Everything here is public. Nothing in it depends on records except through measurements.

use serde::{Deserialize, Serialize};

use crate::{Bounds, Count, Family, Label, Nano};

mod exact;
mod indicator;

pub use exact::{ActivityField, ExactDocument, ExactMargin, SUM};
pub use indicator::{
    BaseDocument, BinsDocument, IndicatorDocument, READING_COLUMNS, ReadingsDocument, STEP,
    TermDocument, WEIGHTS_MAX,
};

/// The format that this version writes.
pub const FORMAT: &str = "shumar.release/2";
/// The document's file name in a release folder.
pub const DOCUMENT: &str = "release.json";
/// The signature's file name: a minisign signature of the document.
pub const SIGNATURE: &str = "release.json.minisig";
/// The public key's file name, copied beside the signature for convenience only.
pub const PUBLIC_KEY: &str = "signing.pub";
/// Confidence of the published intervals.
pub const CONFIDENCE: f64 = 0.95;

/// Up to this coefficient of variation a figure is good; Statistics Canada publishes estimates up
/// to 16.5 % without a warning.
pub const GOOD_MAX: f64 = 0.165;
/// Up to this coefficient of variation a figure is fair; beyond it, Statistics Canada advises
/// against a single number.
pub const FAIR_MAX: f64 = 0.333;

/// Column of noisy counts in a measurement file (`Int64`), after one `Utf8` column a dimension.
pub const NOISY: &str = "noisy";
/// Columns of an estimate file (`Float64`), after one `Utf8` column a dimension.
pub const ESTIMATE_COLUMNS: [&str; 4] = ["estimate", "standard_error", "lower", "upper"];

/// `release.json`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReleaseDocument {
    /// [`FORMAT`].
    pub format: String,
    /// The release's own name, `annual-2025`, which is its folder.
    pub id: String,
    /// The entry of the release calendar.
    pub release: String,
    /// Its title.
    pub title: Label,
    /// Which earlier release it revises, and why.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub revision: Option<RevisionDocument>,
    /// The period: `2025`, `2025-Q3`, `2019..2025`.
    pub period: String,
    /// First month.
    pub period_start: String,
    /// Last month.
    pub period_end: String,
    /// The day it was made.
    pub made_on: String,
    /// Program and version.
    pub software: String,
    /// Who publishes.
    pub commission: CommissionDocument,
    /// The guarantee and what it cost.
    pub privacy: PrivacyDocument,
    /// Which offices' files were in the lake.
    pub sources: Vec<SourceDocument>,
    /// How complete the reports were of which something is expected.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub coverage: Vec<CoverageDocument>,
    /// What was counted and measured.
    pub tables: Vec<TableDocument>,
    /// What is published of it.
    pub statistics: Vec<StatisticDocument>,
    /// What is worked out from that.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub indicators: Vec<IndicatorDocument>,
    /// Exact sums of kinds free of persons. Nothing else is ever published without noise.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub exact: Vec<ExactDocument>,
}

/// What a release says when it revises an earlier one: the same tables, counted anew.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevisionDocument {
    /// The release that it replaces, `annual-2025`.
    pub of: String,
    /// Its number: 2 is the first revision.
    pub number: u32,
    /// Why, in the office's own words.
    pub reason: String,
}

/// Who publishes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CommissionDocument {
    /// Name.
    pub name: Label,
    /// Where to ask.
    pub contact: Option<String>,
    /// Which right-to-information law applies.
    pub jurisdiction: Option<String>,
}

/// An office whose files were in the lake when the release was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceDocument {
    /// The provider's id.
    pub provider: String,
    /// The office's name.
    pub name: Label,
    /// The record kind that it sends.
    pub kind: String,
    /// How many of its files were accepted so far.
    pub files: u64,
}

/// How many of its reports a facility had made when the release was made.
///
/// # Privacy
/// A fact about an office, and no count of records. A report without a case is a report: whether
/// a facility had none is not told apart, nor which periods are missing, because in a month of
/// one or no case that would be told of a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CoverageDocument {
    /// The provider's id.
    pub provider: String,
    /// The facility's id; the provider's when the office is the facility.
    pub facility: String,
    /// Its name.
    pub name: Label,
    /// The record kind that it reports.
    pub kind: String,
    /// Its area, if that is told.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub area: Option<CodeDocument>,
    /// What a report is about: `month` or `quarter`.
    pub every: String,
    /// Reports expected in the release's period.
    pub expected: u32,
    /// Those of them that were made.
    pub reported: u32,
}

/// What is promised to each person, and at what cost.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PrivacyDocument {
    /// The privacy unit.
    pub unit: String,
    /// The neighbouring relation.
    pub neighbours: String,
    /// Noise family, and with it the currency.
    pub family: Family,
    /// The contribution bounds.
    pub bounds: Bounds,
    /// Each reporting year that the release touches.
    pub years: Vec<YearDocument>,
}

/// The account of one reporting year, as it stood when the release was made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct YearDocument {
    /// The reporting year.
    pub year: i32,
    /// The most that a person may lose in it.
    pub budget: Nano,
    /// The most that any person can have lost so far, by the worst pattern of records.
    pub spent: Nano,
    /// The same loss as (ε, δ).
    pub approximate: EpsilonDelta,
    /// Hash of the last ledger row.
    pub ledger_head: String,
    /// What this release was charged.
    pub charges: Vec<ChargeDocument>,
}

/// A loss in the terms of approximate differential privacy.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct EpsilonDelta {
    /// ε.
    pub epsilon: f64,
    /// δ; 0 for pure differential privacy.
    pub delta: f64,
}

/// One charge of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChargeDocument {
    /// The ledger row.
    pub seq: i64,
    /// The table paid for.
    pub table: String,
    /// Which margin of it was measured.
    pub margin: String,
    /// The share that paid.
    pub share: String,
    /// Loss of a person with one counted record.
    pub unit_loss: Nano,
    /// The most records of a person that the table counts.
    pub bound: u32,
    /// An earlier charge of the same series that already pays for this measurement, if any.
    pub covered_by: Option<i64>,
}

/// One table: what is counted of a kind, over all dimensions that anything is published by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TableDocument {
    /// Its name: the kind's, with `-persons` where persons are counted.
    pub id: String,
    /// The record kind.
    pub kind: String,
    /// Records or persons.
    pub count: Count,
    /// What one unit of its counts is.
    pub unit: Label,
    /// The most records of one person and year that it counts.
    pub bound: u32,
    /// The table that this one calibrates: it counts the same records at a generous bound, and nothing
    /// is published of it but by way of that table.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub calibrates: Option<String>,
    /// SHA-256 of its definition.
    pub fingerprint: String,
    /// Its dimensions, each followed by its coarser levels, every level nested in the one before.
    pub dimensions: Vec<DimensionDocument>,
    /// What was measured.
    pub measurements: Vec<MeasurementDocument>,
}

/// One statistic: what is published of a table under one title.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StatisticDocument {
    /// Its name.
    pub id: String,
    /// The table that it is of.
    pub table: String,
    /// Its title.
    pub title: Label,
    /// Its note.
    pub note: Label,
    /// What is published.
    pub margins: Vec<MarginDocument>,
}

/// A dimension, or a coarser level of one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DimensionDocument {
    /// Its name, a column.
    pub id: String,
    /// Its title.
    pub title: Label,
    /// Whether its codes are areas.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub area: bool,
    /// Whether its codes are the quarters of years, in order.
    #[serde(skip_serializing_if = "std::ops::Not::not", default)]
    pub quarters: bool,
    /// All its codes in order; every one has its row in every file, counted or not.
    pub codes: Vec<CodeDocument>,
    /// For a coarser level: the dimension it coarsens.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub level_of: Option<String>,
    /// For a coarser level: its code for each code of that dimension, in order.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub members: Vec<String>,
}

/// A code and its names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CodeDocument {
    /// The code.
    pub code: String,
    /// Its names.
    pub label: Label,
}

/// A measured margin.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MeasurementDocument {
    /// Its name.
    pub id: String,
    /// Which dimensions or levels, in the order of the table's.
    pub by: Vec<String>,
    /// The file, relative to the release folder.
    pub file: String,
    /// Its SHA-256.
    pub sha256: String,
    /// Cells, which are its rows.
    pub cells: u64,
    /// Noise family.
    pub family: Family,
    /// Noise scale: b of the discrete Laplace, σ of the discrete Gaussian.
    pub scale: f64,
    /// Variance of the noise of one cell.
    pub variance: f64,
    /// The ledger rows that paid, one a reporting year.
    pub paid_by: Vec<i64>,
}

/// A published margin.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MarginDocument {
    /// Its name.
    pub id: String,
    /// Which dimensions or levels.
    pub by: Vec<String>,
    /// The file, relative to the release folder.
    pub file: String,
    /// Its SHA-256.
    pub sha256: String,
    /// Cells, which are its rows.
    pub cells: u64,
    /// Largest standard error of its cells.
    pub standard_error: f64,
    /// Largest half-width of its 95 % intervals.
    pub half_width: f64,
}
