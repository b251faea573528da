//! Indicators: what is worked out from estimated counts beyond the counts themselves.
//!
//! All of it is post-processing of released numbers. Every figure has an interval that covers the
//! figure of the counted records, and a flag where it can't be told.

mod bins;
mod layout;
mod ratio;
mod reading;
mod sum;
#[cfg(test)]
mod tests;
mod work;

pub use bins::{Bins, Place, places};
pub use layout::{Cells, Layout};
pub use ratio::{Ratio, ratios};
pub use reading::{DENOMINATOR_HALF_WIDTHS_MIN, Flag, Range, Reading};
pub use sum::Sum;
pub use work::{Source, Unworkable, Worked, columns, work_out};
