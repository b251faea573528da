//! What the estimator can't do. All of it is about public quantities.

/// A request that does not fit the domain or what was measured.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unfit {
    /// An axis without codes, or with a code whose parent is not there.
    #[error(
        "the levels of an axis are not nested: every code needs a parent, and every parent a code"
    )]
    Axis,
    /// A margin with a level that the domain does not have.
    #[error("a margin has a level that its table does not have")]
    Margin,
    /// Numbers that are not as many as the margin's cells.
    #[error("{found} numbers were given for a margin of {cells} cells")]
    Cells {
        /// The cells of the margin.
        cells: usize,
        /// The numbers that were given.
        found: usize,
    },
    /// A measurement without noise, or noise without end.
    #[error("a measured margin has no positive variance")]
    Variance,
    /// A margin finer than everything that was measured.
    #[error("no measured margin is as fine as the wanted one")]
    Undetermined,
}
