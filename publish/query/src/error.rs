//! Why a query is not answered.

use datafusion::error::DataFusionError;
use shumar_publish::PublishError;

/// A query that can't be answered. Everything here is public, so messages may quote it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum QueryError {
    /// It is not SQL.
    #[error(
        "the query can't be read: {what}\n\n\
         hint: give one SELECT; `shumar query --tables` lists tables and columns"
    )]
    Syntax {
        /// What the parser says.
        what: String,
    },
    /// It asks for what is not offered.
    #[error(
        "{what} is not offered\n\n\
         hint: a query may SELECT from published tables, with WHERE, JOIN, GROUP BY, HAVING, ORDER BY and LIMIT"
    )]
    NotOffered {
        /// What, as the beginning of a sentence.
        what: String,
    },
    /// It names what there is not.
    #[error("there is no {what}\n\nhint: {hint}")]
    Unknown {
        /// What, with its name.
        what: String,
        /// What there is.
        hint: String,
    },
    /// It is more than one answer may hold.
    #[error(
        "the answer has more than {rows} rows\n\n\
         hint: ask for less with WHERE, GROUP BY or LIMIT, or take the data files of the site"
    )]
    TooLong {
        /// The limit.
        rows: usize,
    },
    /// The tables can't be read.
    #[error(transparent)]
    Tables(#[from] PublishError),
    /// The engine refuses.
    #[error(
        "the query can't be answered: {0}\n\n\
         hint: see that numbers are compared with numbers and texts with texts, or ask for less"
    )]
    Engine(#[from] DataFusionError),
}

/// Shorthand for [`QueryError::NotOffered`].
pub(crate) fn not_offered(what: impl Into<String>) -> QueryError {
    QueryError::NotOffered { what: what.into() }
}
