//! What a comparison of files has to say: ids, parameters, and the English sentences.

use std::fmt;

use shumar_schemas::YearMonth;

/// A difference from earlier batches that someone should look at.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Warning {
    /// A field is blank more or less often than before.
    Blanks {
        /// The field.
        field: String,
        /// Percent of the earlier records.
        before: f64,
        /// Percent of these.
        now: f64,
    },
    /// More rows are rejected than before.
    Rejected {
        /// Percent of the earlier rows.
        before: f64,
        /// Percent of these.
        now: f64,
    },
    /// There are far fewer rows a month than usual.
    FewRows {
        /// The usual number of rows a month.
        before: f64,
        /// The number now.
        now: f64,
    },
    /// There are far more rows a month than usual.
    ManyRows {
        /// The usual number of rows a month.
        before: f64,
        /// The number now.
        now: f64,
    },
    /// Months are empty between others that are not.
    MonthsMissing {
        /// The months.
        months: Vec<YearMonth>,
    },
    /// Areas are empty that usually have records.
    AreasMissing {
        /// How many.
        areas: usize,
    },
}

impl Warning {
    /// Its name in reports, which does not change with the language.
    #[must_use]
    pub fn id(&self) -> &'static str {
        match self {
            Self::Blanks { .. } => "drift-blanks",
            Self::Rejected { .. } => "drift-rejected",
            Self::FewRows { .. } => "drift-few-rows",
            Self::ManyRows { .. } => "drift-many-rows",
            Self::MonthsMissing { .. } => "drift-months-missing",
            Self::AreasMissing { .. } => "drift-areas-missing",
        }
    }

    /// What its sentence is about, for translation.
    #[must_use]
    pub fn parameters(&self) -> Vec<(&'static str, String)> {
        let pair = |before: &f64, now: &f64| {
            vec![("before", format!("{before:.0}")), ("now", format!("{now:.0}"))]
        };
        match self {
            Self::Blanks { field, before, now } => {
                let mut all = pair(before, now);
                all.push(("field", field.clone()));
                all
            }
            Self::Rejected { before, now }
            | Self::FewRows { before, now }
            | Self::ManyRows { before, now } => pair(before, now),
            Self::MonthsMissing { months } => vec![("months", listed(months))],
            Self::AreasMissing { areas } => vec![("areas", areas.to_string())],
        }
    }
}

/// Months as a list.
pub(super) fn listed(months: &[YearMonth]) -> String {
    months.iter().map(YearMonth::to_string).collect::<Vec<_>>().join(", ")
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Blanks { field, before, now } => write!(
                f,
                "`{field}` is blank in {now:.0} % of the records, in earlier files in {before:.0} %"
            ),
            Self::Rejected { before, now } => {
                write!(f, "{now:.0} % of the rows are rejected, in earlier files {before:.0} %")
            }
            Self::FewRows { before, now } => write!(
                f,
                "about {now:.0} records a month, usually about {before:.0}: is the file complete?"
            ),
            Self::ManyRows { before, now } => write!(
                f,
                "about {now:.0} records a month, usually about {before:.0}: are rows repeated?"
            ),
            Self::MonthsMissing { months } => {
                write!(f, "no record of {}: is a file missing?", listed(months))
            }
            Self::AreasMissing { areas } => {
                write!(f, "no record of {areas} area(s) that usually have some")
            }
        }
    }
}
