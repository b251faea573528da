//! Questions about figures, and the answers that are kept for them.
//!
//! An answer is kept for ever by its question in canonical form: whoever asks the same gets the
//! same figures with the same margins, and noise is never drawn twice for one question. What
//! derives an answer ([`Publications`], and SQL over published tables) reads published releases alone.

mod engine;
mod query;

use serde::{Deserialize, Serialize};
use shumar_schemas::Label;
use shumar_schemas::disclosure::SourceDocument;

pub use engine::Publications;
pub use query::{Column as QueryColumn, Queried, Query, Role};
pub use shumar_answer::Question;

use crate::RtiError;

/// The format in which answers are kept.
pub const FORMAT: &str = "shumar.answer/1";

/// How an answer was obtained.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Route {
    /// Cells that are published as they are.
    PublishedCell,
    /// Worked out from published margins.
    Combination,
    /// Worked out by a query over published tables.
    Query,
    /// Measured for this question, and paid for.
    NewMeasurement,
}

/// One figure of an answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cell {
    /// What it is about: code and label for each column.
    pub place: Vec<Place>,
    /// The estimate, in the unit of the answer; none where it is withheld.
    pub estimate: Option<f64>,
    /// Its standard error; none where the interval is not symmetric.
    pub standard_error: Option<f64>,
    /// The lower end of its 95 % interval.
    pub lower: Option<f64>,
    /// The upper end.
    pub upper: Option<f64>,
    /// The estimate as readers are shown it; blank where only the interval is.
    pub displayed: String,
}

/// One coordinate of a figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// The code.
    pub code: String,
    /// Its label.
    pub label: Label,
}

/// A column that tells cells apart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Column {
    /// The dimension.
    pub id: String,
    /// Its title.
    pub title: Label,
}

/// An answer as it is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// Must be [`FORMAT`].
    pub format: String,
    /// The question in canonical form.
    pub question: Asked,
    /// What the figures count, such as `Complaints`.
    pub title: Label,
    /// The unit of a figure.
    pub unit: Label,
    /// The columns that tell cells apart; none for a single figure.
    pub columns: Vec<Column>,
    /// The figures.
    pub cells: Vec<Cell>,
    /// How they were obtained, in words.
    pub derivation: Label,
    /// The releases that they come from, with the hash of each document.
    pub releases: Vec<SourceDocument>,
    /// How they were obtained, for machines.
    pub route: Route,
    /// For counts: whether they are of all recorded events, and not only of those within the bounds.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub recorded: Option<bool>,
    /// Releases of the same figures that they do not come from; the derivation says why.
    #[serde(skip_serializing_if = "Vec::is_empty", default)]
    pub overlaps: Vec<String>,
}

/// What was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Asked {
    /// A measure, how it is split and narrowed, and a period.
    Figures(Question),
    /// A query over published tables.
    Query(Query),
}

impl Asked {
    /// SHA-256 of the question: the same for everybody who asks the same.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::Figures(question) => question.key(),
            Self::Query(query) => query.key(),
        }
    }

    /// The question in canonical form.
    #[must_use]
    pub fn canonical(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl From<Question> for Asked {
    fn from(question: Question) -> Self {
        Self::Figures(question)
    }
}

impl Answer {
    /// Half of the widest interval of its figures. That of a count is cut at 0, so its upper side tells.
    #[must_use]
    pub fn widest(&self) -> f64 {
        let half = |c: &Cell| {
            let (lower, upper) = (c.lower?, c.upper?);
            let above = c.estimate.filter(|_| c.standard_error.is_some()).map(|e| upper - e);
            Some(above.unwrap_or_default().max((upper - lower) / 2.0))
        };
        self.cells.iter().filter_map(half).fold(0.0, f64::max)
    }

    /// Whether every figure is told, and no interval is wider than a margin to both sides.
    #[must_use]
    pub fn meets(&self, margin: f64) -> bool {
        self.cells.iter().all(|c| c.lower.is_some()) && self.widest() <= margin
    }

    /// Whether some of its figures have no margin of error.
    #[must_use]
    pub fn has_bare_figures(&self) -> bool {
        self.cells.iter().any(|c| c.estimate.is_some() && c.lower.is_none())
    }

    /// Refuses an answer that does not fit together.
    ///
    /// # Errors
    /// Cells without their coordinates, numbers that are none, or no release named.
    pub fn check(&self) -> Result<(), RtiError> {
        let numbers = |c: &Cell| [c.estimate, c.standard_error, c.lower, c.upper];
        let backwards = |c: &Cell| {
            let ends = c.lower.zip(c.upper).is_some_and(|(lower, upper)| lower > upper);
            ends || c.standard_error.is_some_and(|error| error < 0.0)
        };
        let wrong = match () {
            () if self.format != FORMAT => "is of another format",
            () if self.cells.iter().any(|c| c.place.len() != self.columns.len()) => {
                "has figures without their coordinates"
            }
            () if self.cells.iter().flat_map(numbers).flatten().any(|n| !n.is_finite()) => {
                "has figures that are no numbers"
            }
            () if self.cells.iter().any(backwards) => "has margins that are none",
            () if self.releases.is_empty() => "names no release that it comes from",
            () => return Ok(()),
        };
        Err(RtiError::Damaged { what: format!("the answer to {} {wrong}", self.question.key()) })
    }
}

#[cfg(test)]
pub(crate) mod tests;
