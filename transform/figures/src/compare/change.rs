//! The change of a figure from one period to another.

use crate::indicator::Reading;

/// What may be said of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// It rose: the whole interval of the change is above 0.
    Rose,
    /// It fell.
    Fell,
    /// No clear difference.
    NotTold,
}

/// A change with its interval, in the figure's own unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// The later figure less the earlier one; none if one of them is withheld.
    pub value: Option<f64>,
    /// Lower end of the interval; none if it is open.
    pub lower: Option<f64>,
    /// Upper end of the interval; none if it is open.
    pub upper: Option<f64>,
}

impl Change {
    /// The change between two figures whose errors are independent, as those of two releases are:
    /// each has noise of its own.
    ///
    /// The interval joins the distances of each figure to the end of its own interval by their
    /// squares, so it leans where they lean (Zou and Donner, "Construction of Confidence Limits
    /// about Effect Measures", Statist. Med. 27, 2008, equation 4). Distances are counted from the
    /// figures as they are cut to their range.
    #[must_use]
    pub fn between(before: &Reading, after: &Reading) -> Self {
        let value = after.value.zip(before.value).map(|(after, before)| after - before);
        let down = distance(after.value, after.lower).zip(distance(before.upper, before.value));
        let up = distance(after.upper, after.value).zip(distance(before.value, before.lower));
        let lower = value.zip(down).map(|(value, (a, b))| value - a.hypot(b));
        let upper = value.zip(up).map(|(value, (a, b))| value + a.hypot(b));
        Self { value, lower, upper }
    }

    /// Which word the interval allows.
    #[must_use]
    pub fn direction(&self) -> Direction {
        match (self.lower, self.upper) {
            (Some(lower), _) if lower > 0.0 => Direction::Rose,
            (_, Some(upper)) if upper < 0.0 => Direction::Fell,
            _ => Direction::NotTold,
        }
    }
}

fn distance(from: Option<f64>, to: Option<f64>) -> Option<f64> {
    from.zip(to).map(|(from, to)| (from - to).max(0.0))
}
