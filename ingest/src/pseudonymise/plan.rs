//! The mapping bound to one file's header.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use shumar_schemas::Catalog;

use super::dates::{Bands, DateReader};
use super::mapping::{AgeRule, Normalise, OfficeMapping, TokenRule, Without};
use super::normal::Form;
use super::source::Source;
use crate::rows::tidy;
use crate::{IngestError, Reason};

/// The code list whose bands are used.
const AGE_BANDS: &str = "age_band";

/// How each row becomes a row of the result.
pub(super) struct Plan {
    /// The result's columns, in order.
    pub(super) columns: Vec<(Arc<str>, Make)>,
    /// Reads the dates of the file.
    pub(super) dates: DateReader,
    /// How many columns the file has.
    pub(super) width: usize,
    /// Columns without a header, and how each is named: any value in one refuses the file.
    pub(super) headless: Vec<(usize, Reason)>,
    /// Words that mean "nothing here".
    pub(super) null_words: Vec<String>,
}

/// How a cell of the result is made.
pub(super) enum Make {
    /// A token of columns.
    Token { rule: TokenRule, columns: Vec<usize>, form: Option<Form> },
    /// A token of a register number.
    Key(usize),
    /// A band of the age.
    Age { age: Age, bands: Bands },
    /// Year and month of a date.
    Month(usize),
    /// The cell itself.
    Keep(usize),
}

/// Where the age comes from.
pub(super) enum Age {
    /// The dates of birth and of the event.
    Birth { birth: usize, at: usize, dates: DateReader },
    /// A number of years.
    Years(usize),
}

impl Plan {
    /// Binds the mapping to the header of a file.
    ///
    /// # Errors
    /// Columns that are missing, there twice, or not named in the mapping; all are listed.
    pub(super) fn bind(
        file: &Path,
        mapping: &OfficeMapping,
        source: &Source,
    ) -> Result<Self, IngestError> {
        let mut binder = Binder { header: &source.header, problems: Vec::new() };
        let mut columns: Vec<Make> = mapping.tokens.iter().map(|rule| binder.token(rule)).collect();
        columns.extend(mapping.keys.iter().map(|name| Make::Key(binder.find(name))));
        if let Some(rule) = &mapping.age_band {
            columns.push(binder.age(rule, mapping)?);
        }
        columns.extend(mapping.months.iter().map(|name| Make::Month(binder.find(name))));
        columns.extend(mapping.keep.iter().map(|name| Make::Keep(binder.find(name))));
        binder.unnamed(mapping, source);
        if !binder.problems.is_empty() {
            let (why, columns) = (Reason::new("unfit-header"), binder.problems);
            return Err(IngestError::Unfit { file: file.to_owned(), why, columns });
        }
        let headless = source.header.iter().enumerate().filter(|(_, h)| h.is_empty());
        Ok(Self {
            columns: mapping.header().into_iter().map(Arc::from).zip(columns).collect(),
            dates: DateReader::new(&mapping.date_formats),
            width: source.header.len(),
            headless: headless.map(|(i, _)| (i, source.places[i].clone())).collect(),
            null_words: mapping.null_words.iter().map(|w| w.trim().to_owned()).collect(),
        })
    }
}

/// Finds columns and keeps what is wrong with them.
struct Binder<'a> {
    header: &'a [String],
    problems: Vec<Reason>,
}

impl Binder<'_> {
    fn find(&mut self, name: &str) -> usize {
        let name = tidy(name);
        let mut places = (0..self.header.len()).filter(|&i| self.header[i] == name);
        let problem = match (places.next(), places.next()) {
            (Some(place), None) => return place,
            (Some(_), Some(_)) => Reason::new("unfit-twice").at("name", &name),
            (None, _) => Reason::new("unfit-missing").at("name", &name),
        };
        if !self.problems.contains(&problem) {
            self.problems.push(problem);
        }
        0
    }

    fn token(&mut self, rule: &TokenRule) -> Make {
        let columns = rule.columns.iter().map(|name| self.find(name)).collect();
        let bytes = |texts: &[String]| texts.iter().map(|t| t.clone().into_bytes()).collect();
        let form = (rule.normalise != Normalise::Text).then(|| Form {
            digits: rule.digits.unwrap_or_default(),
            prefixes: bytes(&rule.prefixes),
            made_up: bytes(&rule.made_up),
        });
        Make::Token { rule: rule.clone(), columns, form }
    }

    fn age(&mut self, rule: &AgeRule, mapping: &OfficeMapping) -> Result<Make, IngestError> {
        let own = !rule.date_formats.is_empty();
        let formats = if own { &rule.date_formats } else { &mapping.date_formats };
        let age = match (&rule.birth_date, &rule.at, &rule.age) {
            (Some(birth), Some(at), _) => Age::Birth {
                birth: self.find(birth),
                at: self.find(at),
                dates: DateReader::new(formats),
            },
            (_, _, years) => Age::Years(self.find(years.as_deref().unwrap_or_default())),
        };
        let catalog = Catalog::new(&[])?;
        Ok(Make::Age { age, bands: Bands::new(catalog.list(AGE_BANDS, "the mapping")?) })
    }

    /// Dropped columns may be missing; columns that are not named are told by place, for a header
    /// may be a value.
    fn unnamed(&mut self, mapping: &OfficeMapping, source: &Source) {
        let named: HashSet<String> = mapping.columns().map(|name| tidy(name)).collect();
        for (header, place) in source.header.iter().zip(&source.places) {
            if !header.is_empty() && !named.contains(header) {
                self.problems.push(Reason::new("unfit-unnamed").said("column", place.clone()));
            }
        }
    }
}

impl TokenRule {
    /// Whether a row without this token is dropped.
    pub(super) fn drops_rows(&self) -> bool {
        self.without_identity == Without::DropRow
    }
}
