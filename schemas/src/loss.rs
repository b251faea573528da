//! Privacy loss as exact integers: the currency of a year and the bounds on one person's records.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::SchemaError;

/// Parts of one unit of budget: a billionth.
pub const NANO: u64 = 1_000_000_000;

/// An exact, non-negative amount of privacy loss, in billionths of ε (pure) or of ρ (zCDP).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Nano(u128);

impl Nano {
    /// No loss.
    pub const ZERO: Self = Self(0);

    /// An amount of billionths.
    #[must_use]
    pub const fn new(nano: u128) -> Self {
        Self(nano)
    }

    /// The billionths.
    #[must_use]
    pub const fn get(self) -> u128 {
        self.0
    }

    /// The sum; saturates, so that an absurd total is refused rather than wrapped.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// What is left of `self` after `cost`, or `None` if it does not suffice.
    #[must_use]
    pub const fn minus(self, cost: Self) -> Option<Self> {
        match self.0.checked_sub(cost.0) {
            Some(rest) => Some(Self(rest)),
            None => None,
        }
    }

    /// `self` times a whole number; saturates.
    #[must_use]
    pub const fn times(self, n: u128) -> Self {
        Self(self.0.saturating_mul(n))
    }

    /// The part `share` (in billionths of one) of `self`, rounded down.
    #[must_use]
    pub const fn part(self, share: Self) -> Self {
        Self(self.0.saturating_mul(share.0) / NANO as u128)
    }

    /// The nearest float, for printing and for the choice of a noise scale; the scale is then
    /// checked against the exact amount by OpenDP's own map.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "shown, or corrected by the map afterwards")]
    pub fn to_f64(self) -> f64 {
        self.0 as f64 / NANO as f64
    }
}

impl fmt::Display for Nano {
    /// A plain decimal without trailing zeros: `0.8`, `2`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.0 / u128::from(NANO), self.0 % u128::from(NANO));
        if rest == 0 {
            return write!(f, "{whole}");
        }
        let digits = format!("{rest:09}");
        write!(f, "{whole}.{}", digits.trim_end_matches('0'))
    }
}

impl FromStr for Nano {
    type Err = SchemaError;

    fn from_str(text: &str) -> Result<Self, SchemaError> {
        parse(text.trim()).ok_or_else(|| SchemaError::Amount { text: text.to_owned() })
    }
}

fn parse(text: &str) -> Option<Nano> {
    let (whole, rest) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(rest) || rest.len() > 9 || whole.len() > 9 {
        return None;
    }
    let whole: u128 = whole.parse().ok()?;
    let rest: u128 = format!("{rest:0<9}").parse().ok()?;
    Some(Nano(whole * u128::from(NANO) + rest))
}

impl Serialize for Nano {
    fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Nano {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        String::deserialize(from)?.parse().map_err(serde::de::Error::custom)
    }
}

/// The family of noise of a year, and with it the currency of its ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Family {
    /// Discrete Laplace noise; the currency is ε of pure differential privacy.
    Laplace,
    /// Discrete Gaussian noise; the currency is ρ of zero-concentrated differential privacy.
    Gaussian,
}

impl Family {
    /// Loss of a person with `n` counted records in a measurement that costs `unit` at one
    /// record: `n` times under pure DP, `n²` times under zCDP.
    #[must_use]
    pub fn loss(self, unit: Nano, n: u32) -> Nano {
        let n = u128::from(n);
        match self {
            Self::Laplace => unit.times(n),
            Self::Gaussian => unit.times(n * n),
        }
    }

    /// The Greek letter of the currency.
    #[must_use]
    pub fn symbol(self) -> &'static str {
        match self {
            Self::Laplace => "ε",
            Self::Gaussian => "ρ",
        }
    }

    /// The name of the mechanism.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Laplace => "laplace",
            Self::Gaussian => "gaussian",
        }
    }
}

impl FromStr for Family {
    type Err = SchemaError;

    fn from_str(text: &str) -> Result<Self, SchemaError> {
        match text {
            "laplace" => Ok(Self::Laplace),
            "gaussian" => Ok(Self::Gaussian),
            _ => Err(SchemaError::unknown("family", text, "the ledger", ["laplace", "gaussian"])),
        }
    }
}

/// How many records of one person in one reporting year are counted at most.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bounds {
    /// C: over all kinds together.
    pub all: u32,
    /// `c_k`: of each kind.
    pub kinds: BTreeMap<String, u32>,
    /// The generous bound, of each kind and over all of them, of the few coarse margins that the
    /// others are calibrated to; above C. `None` where nothing is calibrated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calibration: Option<u32>,
}

impl Bounds {
    /// The bound of a kind: its own, or that over all kinds.
    #[must_use]
    pub fn of(&self, kind: &str) -> u32 {
        self.kinds.get(kind).copied().unwrap_or(self.all).min(self.all)
    }

    /// The most records of one person, of all kinds together, that a measurement of this bound
    /// counts: C, or the generous bound for one that passes C.
    #[must_use]
    pub fn joint(&self, bound: u32) -> u32 {
        if bound <= self.all { self.all } else { self.calibration.unwrap_or(self.all) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_read_back_exactly() {
        for text in ["0", "1", "0.8", "0.000000001", "123.456", "6"] {
            assert_eq!(text.parse::<Nano>().map(|n| n.to_string()), Ok(text.to_owned()));
        }
        for bad in ["", "-1", "1e3", "0.0000000001", ".", "1.", "one", "1,5"] {
            assert!(bad.parse::<Nano>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_million_tiny_spends_add_up() {
        let total = (0..1_000_000).fold(Nano::ZERO, |sum, _| sum.plus(Nano::new(1)));
        assert_eq!(total.to_string(), "0.001");
        assert_eq!(total.minus(Nano::new(1_000_001)), None);
    }

    #[test]
    fn loss_grows_with_the_family_power() {
        let unit = Nano::new(7);
        assert_eq!(Family::Laplace.loss(unit, 3), Nano::new(21));
        assert_eq!(Family::Gaussian.loss(unit, 3), Nano::new(63));
    }
}
