//! Why published figures do not answer a question, and what could be asked instead.

use std::collections::BTreeMap;

use shumar_publish::PublishError;
use shumar_schemas::Label;

use crate::Span;

/// A name and its title.
pub(crate) type Named = (String, Label);

/// Why a question has no answer from what is published.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// No statistic or indicator of this name.
    #[error("`{asked}` is no published statistic or indicator")]
    Measure {
        /// What was asked for.
        asked: String,
        /// What there is.
        known: Vec<Named>,
    },
    /// No dimension of this name; a finer one than any, perhaps.
    #[error("`{measure}` is not counted by `{asked}`")]
    Dimension {
        /// The measure.
        measure: String,
        /// What was asked for.
        asked: String,
        /// What there is.
        known: Vec<Named>,
        /// Other measures that are counted by it.
        elsewhere: Vec<Named>,
    },
    /// A code that the dimension does not have.
    #[error("`{asked}` is no code of `{dimension}`")]
    Code {
        /// The dimension.
        dimension: String,
        /// What was asked for.
        asked: String,
        /// What there is.
        known: Vec<Named>,
    },
    /// Quarters that no release covers in a way that tells them apart.
    #[error("nothing is published for {}", list(missing))]
    Period {
        /// What is missing.
        missing: Vec<Span>,
        /// What releases of this measure cover.
        released: Vec<Span>,
    },
    /// Years that the period does not consist of.
    #[error("`{0}` does not consist of whole years, so it can't be split by them")]
    Years(Span),
    /// A cross of dimensions finer than everything that was measured; a new measurement would tell it.
    #[error("the cross {} was not measured", list(crossed))]
    Unmeasured {
        /// The table that would be measured.
        table: String,
        /// The dimensions that would have to be crossed.
        crossed: Vec<String>,
        /// What is crossed: the margins that are published of the measure.
        published: Vec<Vec<String>>,
    },
    /// A measure that can't be worked out for such a selection.
    #[error("`{measure}` can't be worked out for this selection from what is published")]
    Unworkable {
        /// The measure.
        measure: String,
    },
    /// A measure that releases of the period work out or count in different ways.
    #[error("`{measure}` was changed between the releases of the period")]
    Changed {
        /// The measure.
        measure: String,
    },
    /// More cells than can be worked through.
    #[error("the question is about too many cells; ask for fewer areas or dimensions at a time")]
    Large,
    /// A release that can't be used.
    #[error(transparent)]
    Release(#[from] PublishError),
}

fn list<T: ToString>(all: &[T]) -> String {
    all.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

impl Refusal {
    /// The names that could be asked for instead, if the refusal is about a name.
    #[must_use]
    pub fn known(&self) -> BTreeMap<&str, &Label> {
        match self {
            Self::Measure { known, .. }
            | Self::Dimension { known, .. }
            | Self::Code { known, .. } => {
                known.iter().map(|(name, title)| (name.as_str(), title)).collect()
            }
            _ => BTreeMap::new(),
        }
    }
}
