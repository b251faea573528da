//! Exact tables in a release: sums of kinds that their schema declares free of persons.
//!
//! They stand apart from [tables](super::TableDocument), which are measured with noise: no document can
//! say that a measured table is exact. Each carries its kind's fields, so that whoever holds the
//! release can see that none is about a person.

use serde::{Deserialize, Serialize};

use super::DimensionDocument;
use crate::{Label, Role};

/// Column of an exact file after one `Utf8` column a dimension: the sum (`Int64`), null where nothing
/// was reported.
pub const SUM: &str = "sum";

/// Exact sums of one whole number of a kind free of persons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExactDocument {
    /// The statistic's name.
    pub id: String,
    /// The record kind.
    pub kind: String,
    /// What the kind's schema declares; never false.
    pub free_of_persons: bool,
    /// All fields of the kind.
    pub fields: Vec<ActivityField>,
    /// The field that is summed.
    pub measure: String,
    /// Its title.
    pub title: Label,
    /// Its note.
    pub note: Label,
    /// What one unit of its figures is.
    pub unit: Label,
    /// Its dimensions, each followed by its coarser levels, every level nested in the one before.
    pub dimensions: Vec<DimensionDocument>,
    /// What is published.
    pub margins: Vec<ExactMargin>,
}

/// A field of a kind free of persons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActivityField {
    /// Its name.
    pub name: String,
    /// What it is for: a month, an area, a code or a whole number.
    pub role: Role,
    /// Its code list, for areas and codes.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub codes: Option<String>,
}

/// A published margin of exact sums.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExactMargin {
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
}
