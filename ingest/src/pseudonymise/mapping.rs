//! An office's mapping: which columns become tokens, which are kept, and which are dropped.

use std::collections::HashSet;
use std::path::Path;

use serde::Deserialize;
use shumar_schemas::config::is_date_format;
use shumar_schemas::{Provider, SchemaError};

use crate::IngestError;
use crate::rows::tidy;

/// The format that this version reads.
const FORMAT: &str = "shumar.pseudonymise/1";
/// The most digits that a number may be declared to have.
const DIGITS_MAX: usize = 40;

/// The mapping of one office, as its file says it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OfficeMapping {
    format: String,
    #[serde(default)]
    pub(crate) tokens: Vec<TokenRule>,
    #[serde(default)]
    pub(crate) age_band: Option<AgeRule>,
    /// Columns that stay as they are, unless a cell looks identifying.
    #[serde(default)]
    pub(crate) keep: Vec<String>,
    /// Columns of dates, of which year and month stay.
    #[serde(default)]
    pub(crate) months: Vec<String>,
    /// Columns of register numbers, which become tokens.
    #[serde(default)]
    pub(crate) keys: Vec<String>,
    /// Columns that are left out.
    #[serde(default)]
    pub(crate) drop: Vec<String>,
    #[serde(default)]
    pub(crate) null_words: Vec<String>,
    #[serde(default)]
    pub(crate) date_formats: Vec<String>,
    #[serde(default)]
    sheet: Option<String>,
    #[serde(default)]
    sheets: Vec<String>,
    #[serde(default)]
    header_row: Option<u32>,
    #[serde(default)]
    delimiter: Option<char>,
    #[serde(default)]
    encoding: Option<String>,
}

/// Columns that become one token.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TokenRule {
    /// Whom the token stands for. The same value has other tokens for other purposes.
    #[serde(default = "person")]
    pub(crate) purpose: String,
    /// The columns, in order.
    pub(crate) columns: Vec<String>,
    /// How their content is brought to one form.
    pub(crate) normalise: Normalise,
    /// How many digits the number has.
    #[serde(default)]
    pub(crate) digits: Option<usize>,
    /// Digits that may stand before the number and do not belong to it.
    #[serde(default)]
    pub(crate) prefixes: Vec<String>,
    /// Numbers that the office writes when it has none.
    #[serde(default)]
    pub(crate) made_up: Vec<String>,
    /// The token's column.
    #[serde(rename = "as")]
    pub(crate) name: String,
    /// What becomes of a row without it.
    #[serde(default)]
    pub(crate) without_identity: Without,
}

fn person() -> String {
    "person".to_owned()
}

/// How an identifier is brought to one form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Normalise {
    /// The digits of an identity number.
    IdentityNumber,
    /// The digits of a telephone number.
    Phone,
    /// Words, without regard to case and signs.
    Text,
}

impl Normalise {
    /// Its word, which is hashed with the value.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::IdentityNumber => "identity-number",
            Self::Phone => "phone",
            Self::Text => "text",
        }
    }
}

/// What becomes of a row without an identity.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Without {
    /// Its token is blank: the record counts as a person of its own.
    #[default]
    Blank,
    /// It is dropped.
    DropRow,
}

/// Where the age comes from.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AgeRule {
    /// The column with the date of birth.
    #[serde(default)]
    pub(crate) birth_date: Option<String>,
    /// The column with the date at which the age is taken.
    #[serde(default)]
    pub(crate) at: Option<String>,
    /// The column with the age in years, instead.
    #[serde(default)]
    pub(crate) age: Option<String>,
    /// Formats of the date of birth, when they are not those of the file.
    #[serde(default)]
    pub(crate) date_formats: Vec<String>,
    /// The band's column.
    #[serde(rename = "as")]
    pub(crate) name: String,
}

impl OfficeMapping {
    /// A mapping with remarks, to begin with.
    pub const EXAMPLE: &str = include_str!("example.toml");

    /// Reads a mapping from its file.
    ///
    /// # Errors
    /// A file that can't be read, or that says what does not fit.
    pub fn read(path: &Path) -> Result<Self, IngestError> {
        let text = std::fs::read_to_string(path).map_err(IngestError::open(path))?;
        let name = path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        Ok(Self::parse(&name, &text)?)
    }

    /// Reads a mapping from its text.
    ///
    /// # Errors
    /// A text that is not TOML, a word that is not known, or a column with two fates.
    pub fn parse(name: &str, text: &str) -> Result<Self, SchemaError> {
        // The parser's own display quotes the line, and this may be a file of records by mistake.
        let parsed: Result<Self, _> = toml::from_str(text.trim_start_matches('\u{feff}'));
        let mapping = parsed.map_err(|e| {
            let start = e.span().map_or(0, |span| span.start.min(text.len()));
            let line = text.bytes().take(start).filter(|b| *b == b'\n').count() + 1;
            let detail = format!("line {line}: {}", e.message());
            SchemaError::Parse { file: name.to_owned(), format: "TOML", detail }
        })?;
        mapping.check(name)?;
        Ok(mapping)
    }

    fn check(&self, name: &str) -> Result<(), SchemaError> {
        let invalid = |what: String, hint: &str| Err(SchemaError::invalid(name, what, hint));
        if self.format != FORMAT {
            return invalid(
                "`format` names another version".to_owned(),
                &format!("write format = \"{FORMAT}\""),
            );
        }
        if self.tokens.is_empty() && self.keys.is_empty() {
            return invalid(
                "nothing becomes a token".to_owned(),
                "name the identity number's column under [[tokens]], or register numbers in `keys`",
            );
        }
        for rule in &self.tokens {
            rule.check().or_else(|(what, hint)| invalid(what, hint))?;
        }
        if let Some(rule) = &self.age_band {
            let by_birth = rule.birth_date.is_some() && rule.at.is_some() && rule.age.is_none();
            let by_age = rule.age.is_some() && rule.birth_date.is_none() && rule.at.is_none();
            if !by_birth && !by_age {
                return invalid(
                    "`age_band` does not say how old a person is".to_owned(),
                    "name the columns `birth_date` and `at`, or the column `age`",
                );
            }
        }
        let own = self.age_band.iter().flat_map(|a| &a.date_formats);
        if let Some(format) = self.date_formats.iter().chain(own).find(|f| !is_date_format(f)) {
            return invalid(
                format!("`{format}` is not a date format with a month and a year"),
                "write it like \"%d/%m/%Y\", \"%b %Y\" or \"excel\"",
            );
        }
        if self.header_row == Some(0) {
            return invalid("`header_row` is 0".to_owned(), "rows are counted from 1");
        }
        self.fates().or_else(|what| invalid(what, "name each column once"))
    }

    /// Each column has one fate. What a token or an age is made of may also be named in `drop`.
    fn fates(&self) -> Result<(), String> {
        let mut sources: HashSet<String> = self.sources().map(|c| tidy(c)).collect();
        if let Some(at) = self.age_band.as_ref().and_then(|rule| rule.at.as_ref())
            && self.months.iter().any(|month| tidy(month) == tidy(at))
        {
            sources.remove(&tidy(at));
        }
        let mut kept = HashSet::new();
        for column in self.keep.iter().chain(&self.keys).chain(&self.months) {
            if sources.contains(&tidy(column)) {
                return Err(format!(
                    "a token or an age is made of column `{column}`, which is kept"
                ));
            }
            if !kept.insert(tidy(column)) {
                return Err(format!("column `{column}` is named twice"));
            }
        }
        if let Some(column) = self.drop.iter().find(|c| kept.contains(&tidy(c))) {
            return Err(format!("column `{column}` is both kept and dropped"));
        }
        if self.columns().any(|c| c.trim().is_empty()) {
            return Err("a column's name is blank".to_owned());
        }
        let mut names: Vec<String> = self.header().iter().map(|n| tidy(n)).collect();
        names.sort_unstable();
        match names.windows(2).find(|pair| pair[0] == pair[1]) {
            Some(pair) => Err(format!("two columns of the result are called `{}`", pair[0])),
            None if names.iter().any(String::is_empty) => {
                Err("a column of the result has a blank name".to_owned())
            }
            None => Ok(()),
        }
    }

    /// The columns that tokens and ages are made of. They are never in the result.
    fn sources(&self) -> impl Iterator<Item = &String> {
        let age = self.age_band.iter().flat_map(|a| a.birth_date.iter().chain(&a.at).chain(&a.age));
        self.tokens.iter().flat_map(|t| &t.columns).chain(age)
    }

    /// Every column that it names.
    pub(crate) fn columns(&self) -> impl Iterator<Item = &String> {
        let kept = self.keep.iter().chain(&self.months).chain(&self.keys);
        self.sources().chain(kept).chain(&self.drop)
    }

    /// The header of the result: tokens, register numbers, the age band, what is kept.
    pub(crate) fn header(&self) -> Vec<&str> {
        let tokens = self.tokens.iter().map(|t| &t.name).chain(&self.keys);
        let kept = self.age_band.iter().map(|a| &a.name).chain(&self.months).chain(&self.keep);
        tokens.chain(kept).map(|name| name.trim()).collect()
    }

    /// How the file is read, in the reader's terms.
    pub(crate) fn provider(&self) -> Provider {
        let mut provider = Provider::bare();
        provider.drop = self.columns().cloned().collect();
        provider.sheet.clone_from(&self.sheet);
        provider.sheets.clone_from(&self.sheets);
        provider.header_row = self.header_row;
        provider.delimiter = self.delimiter;
        provider.encoding.clone_from(&self.encoding);
        provider
    }
}

impl TokenRule {
    fn check(&self) -> Result<(), (String, &'static str)> {
        let refuse = |what: &str, hint| Err((format!("the token `{}` {what}", self.name), hint));
        let is_word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if self.purpose.is_empty() || !self.purpose.chars().all(is_word) {
            return refuse("has no plain `purpose`", "write a word in small letters: \"accused\"");
        }
        if self.columns.is_empty() {
            return refuse("is made of no column", "name its `columns`");
        }
        if self.normalise == Normalise::Text {
            let none = self.digits.is_none() && self.prefixes.is_empty() && self.made_up.is_empty();
            let hint = "`digits`, `prefixes` and `made_up` are for numbers";
            return if none { Ok(()) } else { refuse("is text and has no digits", hint) };
        }
        if !self.digits.is_some_and(|n| (1..=DIGITS_MAX).contains(&n)) {
            return refuse("does not say how many `digits` it has", "write them as a whole number");
        }
        let digits = |text: &String| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
        if !self.prefixes.iter().all(digits) || !self.made_up.iter().all(digits) {
            return refuse(
                "has a prefix or a made-up number that is not digits only",
                "write them without signs: \"0092\"",
            );
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
