//! Statistics: which tables are counted, over which declared dimensions, published as which margins.

use serde::Deserialize;

use crate::{Label, SchemaError};

/// Weights beyond these are slips of the pen.
const WEIGHT_MIN: f64 = 0.01;
const WEIGHT_MAX: f64 = 100.0;

/// What is counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Count {
    /// Every record within the bounds.
    #[default]
    Records,
    /// Each person once a year: her first record of the kind.
    Persons,
}

/// A part of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Calendar {
    /// Reporting years.
    Year,
    /// Quarters of the year.
    Quarter,
}

impl Calendar {
    /// Its word: `year` or `quarter`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Year => "year",
            Self::Quarter => "quarter",
        }
    }
}

/// A dimension of a table. Exactly one of `field` and `period` is given.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Dimension {
    /// Its name within the table and a column of the published files.
    pub id: String,
    /// Its title; the field's own by default.
    #[serde(default)]
    pub title: Label,
    /// The field of the record kind.
    pub field: Option<String>,
    /// A part of the calendar, taken from the event date.
    pub period: Option<Calendar>,
    /// Count at this coarser level of the field's code list.
    pub level: Option<String>,
    /// Lower edges of the bins of a duration or count.
    #[serde(default)]
    pub bins: Vec<i32>,
    /// Coarser levels that margins may also name.
    #[serde(default)]
    pub levels: Vec<LevelName>,
}

/// A coarser level of a dimension.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LevelName {
    /// The code list, which is also a column of the finer list.
    pub id: String,
    /// Its title.
    pub title: Label,
}

/// A margin to publish.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MarginSpec {
    /// Dimensions or levels; none for the grand total.
    pub by: Vec<String>,
    /// How much more exact it should be than others; 1 by default.
    #[serde(default = "one")]
    pub weight: f64,
}

/// A statistic: one table and its published margins.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statistic {
    /// Its name.
    pub id: String,
    /// The record kind that it counts.
    pub kind: String,
    /// Records or persons.
    #[serde(default)]
    pub count: Count,
    /// For a kind free of persons, and only there: the whole number whose exact sums are published.
    #[serde(default)]
    pub sum: Option<String>,
    /// Its title.
    pub title: Label,
    /// What a reader must know.
    #[serde(default)]
    pub note: Label,
    /// How much more exact it should be than others when a year's budget is split: twice the
    /// weight, half the wanted error. 1 by default.
    #[serde(default = "one")]
    pub weight: f64,
    /// The dimensions, finest first come first.
    pub dimensions: Vec<Dimension>,
    /// The margins, in the order of publication.
    pub margins: Vec<MarginSpec>,
    /// The finest crosses that may be measured anew when somebody asks for them, or any coarser one;
    /// none if no more may be measured than what is published.
    #[serde(default)]
    pub finest: Vec<Vec<String>>,
}

fn one() -> f64 {
    1.0
}

impl Statistic {
    /// Whether a cross of dimensions or levels may be measured on request: it is no finer than one of
    /// the [finest](Statistic::finest).
    #[must_use]
    pub fn may_measure(&self, crossed: &[String]) -> bool {
        // A level is coarser than the dimension that has it, and than the levels before it.
        let within = |name: &String, finest: &String| {
            name == finest
                || self.dimensions.iter().any(|d| {
                    let names = [&d.id].into_iter().chain(d.levels.iter().map(|l| &l.id));
                    let place = |wanted: &String| names.clone().position(|n| n == wanted);
                    place(finest).zip(place(name)).is_some_and(|(finest, name)| finest < name)
                })
        };
        self.finest
            .iter()
            .any(|f| crossed.iter().all(|name| f.iter().any(|finest| within(name, finest))))
    }
}

impl Statistic {
    /// Reads a statistic from TOML.
    ///
    /// # Errors
    /// What does not parse, or an id that can't be a file name.
    pub fn parse(file: &str, text: &str) -> Result<Self, SchemaError> {
        let statistic: Self = toml::from_str(text).map_err(|e| SchemaError::Parse {
            file: file.to_owned(),
            format: "TOML",
            detail: e.to_string(),
        })?;
        let hint = "see statistics/police-complaints.toml for a complete example";
        if !crate::record::is_name(&statistic.id.replace('-', "_")) {
            let what =
                format!("`{}` is not a name: lower case letters, digits, - and _", statistic.id);
            return Err(SchemaError::invalid(file, what, hint));
        }
        let weights = statistic.margins.iter().map(|m| m.weight).chain([statistic.weight]);
        if !weights.into_iter().all(|w| w.is_finite() && (WEIGHT_MIN..=WEIGHT_MAX).contains(&w)) {
            let what = format!("a weight is a number from {WEIGHT_MIN} to {WEIGHT_MAX}");
            return Err(SchemaError::invalid(file, what, hint));
        }
        Ok(statistic)
    }
}
