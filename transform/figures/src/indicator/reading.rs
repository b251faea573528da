//! What is read off for one row of an indicator: a figure, its interval, and a flag.

/// A denominator below this many half-widths of its own 95 % interval is too small to divide by:
/// beyond it the noise alone moves a ratio by less than a third.
pub const DENOMINATOR_HALF_WIDTHS_MIN: f64 = 3.0;

/// Why a figure is not shown, or not whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flag {
    /// Nothing is in the way.
    None,
    /// The noisy denominator is too small; there is no figure.
    SmallDenominator,
    /// The figure or its interval reaches into a bin without an upper edge.
    OpenEnded,
    /// The area has no population of its own to divide by; there is no figure.
    NoBase,
}

impl Flag {
    /// The flag that has this word.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let all = [Self::None, Self::SmallDenominator, Self::OpenEnded, Self::NoBase];
        all.into_iter().find(|flag| flag.name() == name)
    }

    /// Its word in the data files.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "",
            Self::SmallDenominator => "small_denominator",
            Self::OpenEnded => "open_ended",
            Self::NoBase => "no_base",
        }
    }
}

/// The range that a figure can lie in: a share is between 0 and 1.
pub type Range = (f64, f64);

/// One row of an indicator.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reading {
    /// The figure; none where it is flagged as not to be told.
    pub value: Option<f64>,
    /// Lower end of the interval.
    pub lower: Option<f64>,
    /// Upper end of the interval; none where it is open.
    pub upper: Option<f64>,
    /// What is in the way.
    pub flag: Flag,
}

impl Reading {
    /// A figure with its interval, cut to the range that it can lie in: nothing is lost by that.
    #[must_use]
    pub fn within(value: f64, (lower, upper): (f64, f64), range: Range) -> Self {
        let cut = |x: f64| x.max(range.0).min(range.1);
        let told = |x: f64| x.is_finite().then_some(x);
        Self {
            value: told(cut(value)),
            lower: told(cut(lower)),
            upper: told(cut(upper)),
            flag: Flag::None,
        }
    }

    /// A row without a figure.
    #[must_use]
    pub fn withheld(flag: Flag) -> Self {
        Self { value: None, lower: None, upper: None, flag }
    }

    /// The same in another unit: a share times 100 is a percentage.
    #[must_use]
    pub fn times(self, factor: f64) -> Self {
        let of = |x: Option<f64>| x.map(|x| x * factor);
        Self {
            value: of(self.value),
            lower: of(self.lower),
            upper: of(self.upper),
            flag: self.flag,
        }
    }
}
