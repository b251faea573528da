//! What a part of a query yields: a plan, and what is known about each of its columns.

use datafusion::common::Column as Reference;
use datafusion::logical_expr::Expr;
use datafusion::prelude::DataFrame;

/// What a value rests on, and with it whether its margin of error is known.
#[derive(Debug, Clone)]
pub(crate) enum Nature {
    /// On nothing that has noise: codes, labels, counts of rows, and errors, which do not depend on it.
    Public,
    /// A linear combination of estimates; its form.
    Linear(Expr),
    /// On noisy figures in another way; why no margin is known.
    Noisy(Why),
}

/// Why no margin of error is known of a noisy value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// It is a column as it was published, whose own interval stands beside it.
    Published,
    /// It is worked out from noisy figures, and not by adding up estimates.
    NotLinear,
    /// Which rows it rests on was decided by noisy figures.
    Chosen,
}

/// An expression over a relation, and what it rests on.
#[derive(Debug, Clone)]
pub(crate) struct Term {
    /// The value.
    pub(crate) value: Expr,
    /// What it rests on.
    pub(crate) nature: Nature,
}

impl Term {
    /// A value without noise.
    pub(crate) fn public(value: Expr) -> Self {
        Self { value, nature: Nature::Public }
    }

    /// Whether it has no noise.
    pub(crate) fn is_public(&self) -> bool {
        matches!(self.nature, Nature::Public)
    }
}

/// A column of a relation.
#[derive(Debug, Clone)]
pub(crate) struct Column {
    /// The table's name or alias.
    pub(crate) table: String,
    /// Its name, in small letters.
    pub(crate) name: String,
    /// The value; a column of the plan under a name of its own.
    pub(crate) term: Term,
    /// Whether `*` leaves it out.
    pub(crate) hidden: bool,
}

/// A part of a query.
#[derive(Clone)]
pub(crate) struct Relation {
    /// The plan; every column has a name that no other has.
    pub(crate) frame: DataFrame,
    /// Its columns as the query sees them.
    pub(crate) columns: Vec<Column>,
    /// Whether noisy figures decided which rows there are.
    pub(crate) chosen: bool,
}

/// A column of the plan by its own name.
pub(crate) fn own(name: &str) -> Expr {
    Expr::Column(Reference::new_unqualified(name))
}
