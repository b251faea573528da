//! Which words estimates allow: whether a figure rose or fell, and where it stands among others.
//!
//! Words that the noise does not bear are never said: where an interval does not decide, the answer
//! is that it can't be told.

mod change;
mod rank;
#[cfg(test)]
mod tests;

pub use change::{Change, Direction};
pub use rank::{Rank, Standing, ranks, ranks_of_intervals, shared};
