//! Indicators in a release: their definition in full, so that whoever holds the release can work
//! them out again, and the files that hold their figures.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::Label;
use crate::indicator::Measure;

/// Columns of an indicator file after one `Utf8` column a dimension: figure and interval
/// (`Float64`, null where not told), the estimates above and below the line (`Float64`), and a flag
/// (`Utf8`).
pub const READING_COLUMNS: [&str; 6] =
    ["value", "lower", "upper", "numerator", "denominator", "flag"];
/// Most rows of a file times cells of the margin that they are sums of: 64 megabytes of weights.
pub const WEIGHTS_MAX: usize = 8_000_000;
/// The dimension of a funnel's steps.
pub const STEP: &str = "step";

/// An indicator: what is worked out from published tables.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct IndicatorDocument {
    /// Its name.
    pub id: String,
    /// Its number in the commission's list.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub number: Option<String>,
    /// Its title.
    pub title: Label,
    /// Its note.
    pub note: Label,
    /// What its figures are: `per cent of complaints`.
    pub unit: Label,
    /// How it is worked out.
    pub measure: Measure,
    /// What a share, ratio or rate is multiplied by: 100, 100,000.
    pub per: f64,
    /// Which quantile, for quantiles.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub quantile: Option<f64>,
    /// The bins of durations, for quantiles and means.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub bins: Option<BinsDocument>,
    /// What a rate is per, for rates.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub base: Option<BaseDocument>,
    /// Dimensions that a share's whole is not split by.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub over: Vec<String>,
    /// The statistics that it follows from.
    pub from: Vec<String>,
    /// What is counted: the count, or numerator and denominator, or the steps of a funnel.
    pub terms: Vec<TermDocument>,
    /// Its files; none for an indicator that is one of the statistics as they are.
    pub margins: Vec<ReadingsDocument>,
}

/// Some cells of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TermDocument {
    /// The table.
    pub table: String,
    /// For each dimension or level named, the codes that count; any code of the others.
    #[serde(rename = "where", skip_serializing_if = "BTreeMap::is_empty", default)]
    pub codes: BTreeMap<String, Vec<String>>,
    /// The code of a funnel's step.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub step: Option<String>,
    /// What it is called.
    #[serde(default)]
    pub title: Label,
}

/// The bins of a duration.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BinsDocument {
    /// The dimension or level.
    pub dimension: String,
    /// Its codes that are bins, ascending; what is not recorded is none of them.
    pub codes: Vec<String>,
    /// Where each begins.
    pub edges: Vec<f64>,
    /// Where the last one ends, if it ends.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub end: Option<f64>,
}

/// What a rate is per.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BaseDocument {
    /// The column of the code list of areas.
    pub column: String,
    /// Its title: `women of all ages, Census 2023`.
    pub title: Label,
    /// Areas without a figure of their own that lie in the figure of another: the other's rates
    /// count their records too.
    #[serde(skip_serializing_if = "BTreeMap::is_empty", default)]
    pub within: BTreeMap<String, String>,
}

/// One file of an indicator.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReadingsDocument {
    /// Its name.
    pub id: String,
    /// Which dimensions or levels; a funnel's steps come last.
    pub by: Vec<String>,
    /// The file, relative to the release folder.
    pub file: String,
    /// Its SHA-256.
    pub sha256: String,
    /// Its rows.
    pub cells: u64,
    /// Rows whose figure is withheld.
    pub withheld: u64,
    /// For a rate: the dimension of areas that `population` has a figure for; none where there is
    /// one figure for all.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub area: Option<String>,
    /// For a rate: the base of each code of that dimension.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub population: Vec<Option<u64>>,
}
