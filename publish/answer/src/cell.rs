//! A figure with its interval.

use serde::{Deserialize, Serialize};
use shumar_figures::indicator::Worked;
use shumar_schemas::release::FAIR_MAX;

/// A figure with its 95 % interval.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    /// The unbiased estimate; none if it is withheld. A count may be below zero.
    pub value: Option<f64>,
    /// Its standard error; none for indicators, whose intervals are not symmetric.
    pub error: Option<f64>,
    /// Lower end of the interval.
    pub lower: Option<f64>,
    /// Upper end.
    pub upper: Option<f64>,
    /// The whole number that published pages display.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub displayed: Option<u64>,
    /// Why a figure is withheld: the indicator's flag.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub flag: Option<String>,
}

impl Cell {
    pub(crate) fn read(row: &Worked) -> Self {
        let reading = row.reading;
        let flag = reading.lower.is_none().then(|| reading.flag.name().to_owned());
        Self {
            value: reading.value,
            lower: reading.lower,
            upper: reading.upper,
            flag,
            ..Self::default()
        }
    }

    /// Whether a single number may be shown: the error is not as large as the figure itself.
    #[must_use]
    pub fn is_told(&self) -> bool {
        match (self.value, self.error) {
            (Some(value), Some(error)) => error / value.max(1.0) <= FAIR_MAX,
            (Some(_), None) => self.lower.is_some(),
            _ => false,
        }
    }

    /// Half the width of the interval; of a count, whose interval is cut at 0, that to its upper side.
    #[must_use]
    pub fn half_width(&self) -> Option<f64> {
        let (lower, upper) = (self.lower?, self.upper?);
        match (self.value, self.error) {
            (Some(value), Some(_)) => Some((upper - value).max((upper - lower) / 2.0)),
            _ => Some((upper - lower) / 2.0),
        }
    }
}
