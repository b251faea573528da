//! The data files of a margin: CSV for spreadsheets, JSON for programs.
//!
//! Both hold the unbiased estimates as they are, below zero or not, and beside them what is displayed
//! and what a model says. They are written from the
//! release alone and are the same bytes each time.

mod csv;
mod indicator;
mod json;

use std::io::{self, Write};

use shumar_schemas::release::{MarginDocument, ReleaseDocument};

use crate::beside::Beside;
use crate::read::{Estimate, Grid, Statistic};

pub(crate) use self::csv::write as write_csv;
pub(crate) use self::indicator::{
    IndicatorData, write_csv as write_indicator_csv, write_json as write_indicator_json,
};
pub(crate) use self::json::write as write_json;

/// A margin with everything that its files say.
pub(crate) struct Data<'a> {
    /// The release.
    pub(crate) release: &'a ReleaseDocument,
    /// The statistic and its table.
    pub(crate) statistic: Statistic<'a>,
    /// The margin.
    pub(crate) margin: &'a MarginDocument,
    /// Its rows.
    pub(crate) grid: &'a Grid<'a>,
    /// Its estimates, one a row.
    pub(crate) cells: &'a [Estimate],
    /// What stands beside each.
    pub(crate) beside: &'a [Beside],
}

impl Data<'_> {
    /// The files' name without extension.
    pub(crate) fn name(&self) -> String {
        format!("{}--{}", self.statistic.document.id, self.margin.id)
    }
}

/// How a data file is written.
pub(crate) type Writer = fn(&mut dyn Write, &Data) -> io::Result<()>;

/// What stands beside an estimate, in the order of its columns; blank where there is none.
pub(crate) fn beside(cell: &Beside) -> [String; 4] {
    let displayed = cell.displayed.map(|n| n.to_string()).unwrap_or_default();
    let (lower, upper) = cell.interval;
    [displayed, plain(cell.modelled), plain(lower), plain(upper)]
}

/// A number in plain decimals: no exponent, no trailing zeros, no minus zero.
pub(crate) fn plain(x: f64) -> String {
    // Adding zero turns minus zero into zero.
    format!("{}", x + 0.0)
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn numbers_are_plain_decimals() {
        let shown = [57.0, -3.0, -0.0, 0.5, 1e21, 1.5e-7].map(plain);
        assert_eq!(shown, ["57", "-3", "0", "0.5", "1000000000000000000000", "0.00000015"]);
    }
}
