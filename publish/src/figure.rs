//! How an estimate is shown: a whole number with its range, or the range alone.
//!
//! No figure is ever shown without its range, and none below zero. The data files hold the
//! unrounded, unbiased estimate beside the same reliability.

use crate::beside::Beside;
use crate::read::Estimate;

/// Up to this coefficient of variation a figure is `good`; Statistics Canada publishes estimates
/// up to 16.5 % without a warning.
pub(crate) const GOOD_MAX: f64 = 0.165;
/// Up to this coefficient of variation a figure is `fair`; beyond it, Statistics Canada advises
/// against a single number.
pub(crate) const FAIR_MAX: f64 = 0.333;

/// How far a figure can be relied on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reliability {
    /// The range is narrow beside the figure.
    Good,
    /// The range is wide, but tells the order of magnitude.
    Fair,
    /// The range is as wide as the figure itself: only the range is shown.
    Weak,
}

impl Reliability {
    /// From the coefficient of variation; counts below one are measured against one.
    pub(crate) fn of(estimate: &Estimate) -> Self {
        let variation = estimate.error / estimate.value.max(1.0);
        if variation <= GOOD_MAX {
            Self::Good
        } else if variation <= FAIR_MAX {
            Self::Fair
        } else {
            Self::Weak
        }
    }

    /// Its word in the data files.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Fair => "fair",
            Self::Weak => "weak",
        }
    }
}

/// An estimate ready to be shown.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Figure {
    /// The whole number; none where only the range may be shown.
    pub(crate) number: Option<u64>,
    /// Lower end of the range, rounded down.
    pub(crate) lower: u64,
    /// Upper end of the range, rounded up.
    pub(crate) upper: u64,
}

impl Figure {
    /// The displayed number, and the range rounded outwards.
    pub(crate) fn of(estimate: &Estimate, beside: &Beside) -> Self {
        let (lower, upper) = (whole(estimate.lower.floor()), whole(estimate.upper.ceil()));
        let rounded = whole(estimate.value.round()).clamp(lower, upper);
        // Displayed numbers add up; one outside its range, which is rare, would only puzzle.
        let number = beside.displayed.unwrap_or(rounded);
        let shown =
            Reliability::of(estimate) != Reliability::Weak && (lower..=upper).contains(&number);
        Self { number: shown.then_some(number), lower, upper }
    }
}

/// A count as a whole number; nothing below zero.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "cut at zero; saturates"
)]
pub(crate) fn whole(x: f64) -> u64 {
    x.max(0.0) as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    fn estimate(value: f64, error: f64, half: f64) -> Estimate {
        let (lower, upper) = ((value - half).max(0.0), (value + half).max(0.0));
        Estimate { value, error, lower, upper }
    }

    #[test]
    fn reliability_follows_the_coefficient_of_variation() {
        let of = |value, error| Reliability::of(&estimate(value, error, 0.0)).name();
        assert_eq!(
            [of(1000.0, 165.0), of(1000.0, 166.0), of(1000.0, 334.0)],
            ["good", "fair", "weak"]
        );
        assert_eq!([of(-40.0, 0.1), of(-40.0, 5.0), of(0.0, 0.3)], ["good", "weak", "fair"]);
    }

    #[test]
    fn nothing_is_shown_below_zero_or_outside_its_range() {
        let shown = Figure::of(&estimate(57.4, 5.0, 10.0), &Beside::default());
        assert_eq!(shown, Figure { number: Some(57), lower: 47, upper: 68 });
        let weak = Figure::of(&estimate(-4.0, 5.0, 10.0), &Beside::default());
        assert_eq!(weak, Figure { number: None, lower: 0, upper: 6 });
        let below = Figure::of(&estimate(-4.0, 0.1, 1.0), &Beside::default());
        assert_eq!(below, Figure { number: Some(0), lower: 0, upper: 0 });
    }
}
