//! Indicators: what is worked out from published tables beyond their counts, as a file declares it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Label, SchemaError};

mod bind;
#[cfg(test)]
mod tests;

/// Where the hint of a message leads.
const HINT: &str = "see indicators/fir-rate.toml for a complete example";
/// Most steps of a funnel, margins of an indicator, or dimensions of one of them.
const LIST_MAX: usize = 20;

/// How an indicator is worked out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Measure {
    /// A sum of cells.
    Count,
    /// A part of a whole, between 0 and 1 before it is multiplied.
    Share,
    /// One sum over another, of which it is no part.
    Ratio,
    /// A sum over a population.
    Rate,
    /// A quantile of a duration in bins.
    Quantile,
    /// The mean of a duration in bins.
    Mean,
    /// Steps, each as a share of the first.
    Funnel,
}

/// Some cells of the table that a statistic publishes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// The statistic.
    pub statistic: String,
    /// For each dimension or level named, the codes that count.
    #[serde(rename = "where", default)]
    pub codes: BTreeMap<String, Vec<String>>,
    /// The code of a funnel's step.
    pub step: Option<String>,
    /// What a funnel's step is called.
    #[serde(default)]
    pub title: Label,
}

/// What a rate is per.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Base {
    /// The column of the code list of areas.
    pub column: String,
    /// Its title.
    pub title: Label,
    /// The column that names the area whose figure holds that of an area without its own.
    pub parent: Option<String>,
}

/// An indicator.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Indicator {
    /// Its name.
    pub id: String,
    /// Its number in the commission's list.
    pub number: Option<String>,
    /// Its title.
    pub title: Label,
    /// What a reader must know.
    #[serde(default)]
    pub note: Label,
    /// What its figures are.
    pub unit: Label,
    /// How it is worked out.
    pub measure: Measure,
    /// What a share, ratio or rate is multiplied by; 1 by default.
    #[serde(default = "one")]
    pub per: f64,
    /// The dimensions of each file; none at all for an indicator that is a statistic as it is.
    #[serde(default)]
    pub by: Vec<Vec<String>>,
    /// Dimensions that a share's whole is not split by: the share of each of their codes in all of
    /// them together.
    #[serde(default)]
    pub over: Vec<String>,
    /// What is counted, or stands above the line.
    pub numerator: Option<Term>,
    /// What stands below the line.
    pub denominator: Option<Term>,
    /// The steps of a funnel.
    #[serde(default)]
    pub steps: Vec<Term>,
    /// The population that a rate is per.
    pub base: Option<Base>,
    /// The dimension of bins that a quantile or mean is taken over.
    pub bins: Option<String>,
    /// Which quantile; 0.5 is the median.
    pub quantile: Option<f64>,
}

fn one() -> f64 {
    1.0
}

impl Indicator {
    /// Reads an indicator from TOML.
    ///
    /// # Errors
    /// What does not parse, an id that can't be a file name, or parts that its measure does not
    /// have or lacks.
    pub fn parse(file: &str, text: &str) -> Result<Self, SchemaError> {
        let indicator: Self = toml::from_str(text).map_err(|e| SchemaError::Parse {
            file: file.to_owned(),
            format: "TOML",
            detail: e.to_string(),
        })?;
        match indicator.flaw() {
            Some(what) => Err(SchemaError::invalid(file, what, HINT)),
            None => Ok(indicator),
        }
    }

    /// What is counted, in order.
    pub fn terms(&self) -> impl Iterator<Item = &Term> {
        self.numerator.iter().chain(&self.denominator).chain(&self.steps)
    }

    fn flaw(&self) -> Option<String> {
        if !crate::record::is_name(&self.id.replace('-', "_")) || self.id.contains("--") {
            let what = "is not a name: lower case letters, digits, - and _";
            return Some(format!("`{}` {what}", self.id));
        }
        let (above, below) = (self.numerator.is_some(), self.denominator.is_some());
        let steps = self.steps.len();
        let fits = match self.measure {
            Measure::Count | Measure::Rate | Measure::Quantile | Measure::Mean => {
                above && !below && steps == 0
            }
            Measure::Share | Measure::Ratio => above && below && steps == 0,
            Measure::Funnel => !above && !below && (2..=LIST_MAX).contains(&steps),
        };
        if !fits {
            return Some(
                "a share or ratio has `numerator` and `denominator`, a funnel two or more `steps`, \
                 all others a `numerator` only"
                    .to_owned(),
            );
        }
        if self.steps.iter().any(|t| t.step.is_none() || t.title.is_empty()) {
            return Some("every step of a funnel has a `step` and a `title`".to_owned());
        }
        if self.base.is_some() != (self.measure == Measure::Rate) {
            return Some("a rate has a `base`, and nothing else has".to_owned());
        }
        let of_bins = matches!(self.measure, Measure::Quantile | Measure::Mean);
        if self.bins.is_some() != of_bins {
            return Some("quantiles and means have `bins`, and nothing else has".to_owned());
        }
        let inside = self.quantile.is_some_and(|p| p > 0.0 && p < 1.0);
        if inside != (self.measure == Measure::Quantile) || inside != self.quantile.is_some() {
            return Some(
                "a quantile, and nothing else, has a `quantile` between 0 and 1".to_owned(),
            );
        }
        let split = |name: &String| self.by.iter().all(|by| by.contains(name));
        if !self.over.is_empty() && (self.measure != Measure::Share || !self.over.iter().all(split))
        {
            return Some("`over` is for shares, and names what every `by` has".to_owned());
        }
        if !self.per.is_finite() || !(1e-6..=1e9).contains(&self.per) {
            return Some("`per` is a positive number".to_owned());
        }
        let long = |by: &Vec<String>| by.len() > LIST_MAX;
        if self.by.len() > LIST_MAX || self.by.iter().any(long) {
            return Some(format!("`by` has more than {LIST_MAX} margins or dimensions"));
        }
        (self.by.is_empty() && self.measure != Measure::Count)
            .then(|| "only a count can be without `by`".to_owned())
    }
}

impl Indicator {
    /// Binds the indicator to a release's tables. Its files have no hash yet, and no rows.
    ///
    /// # Errors
    /// A statistic that the release does not have, a dimension or code that its table does not
    /// have, or a crossing that is not published.
    pub fn bind(
        &self,
        catalog: &crate::Catalog,
        scope: Option<&crate::config::Scope>,
        tables: &[crate::Table],
    ) -> Result<crate::release::IndicatorDocument, SchemaError> {
        bind::bind(self, catalog, scope, tables)
    }
}
