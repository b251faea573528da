//! A provider's section: how an office's columns are read.

use std::collections::BTreeMap;
use std::fmt;

use serde::de::{self, MapAccess, Visitor, value::MapAccessDeserializer};
use serde::{Deserialize, Deserializer, Serialize};
use sha2::{Digest, Sha256};

use super::{Expects, Facility};
use crate::{Catalog, Label, RecordKind, Role, SchemaError};

/// How tokens of one provider relate to those of others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PersonScope {
    /// The token means a person only within this provider's files.
    #[default]
    Provider,
    /// The token was made with the commission's key: equal tokens are one person everywhere.
    Commission,
}

/// An office that sends files, and how its columns are read.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Provider {
    /// Its name, a folder of the inbox.
    pub id: String,
    /// The office's name.
    #[serde(default)]
    pub name: Label,
    /// The mapping that was laid under this section.
    #[serde(default)]
    pub mapping: Option<String>,
    /// The record kind that its rows are.
    pub kind: String,
    /// The column with the person token. Without it each record is its own person.
    #[serde(default)]
    pub person: Option<String>,
    /// How far the token reaches.
    #[serde(default)]
    pub person_scope: PersonScope,
    /// The columns by which rows are one record.
    #[serde(default)]
    pub record_key: Vec<String>,
    /// Columns of the person or the record key that hold random codes or register numbers, which
    /// may look like identity numbers without being any.
    #[serde(default)]
    pub tokens: Vec<String>,
    /// The part of a file's rows that may look identifying before the whole file is refused.
    #[serde(default = "fifth")]
    pub identifier_share: f64,
    /// The kind's fields and where each comes from.
    pub fields: BTreeMap<String, Source>,
    /// Columns that are left out by name. Any other unmapped column refuses the file.
    #[serde(default)]
    pub drop: Vec<String>,
    /// Words that mean "nothing here", besides the empty cell.
    #[serde(default)]
    pub null_words: Vec<String>,
    /// Date formats, as `%d/%m/%Y`, tried in order; `excel` for bare serial numbers.
    #[serde(default)]
    pub date_formats: Vec<String>,
    /// The sheet of a workbook, by name.
    #[serde(default)]
    pub sheet: Option<String>,
    /// Several sheets of a workbook that are read one after the other; `"*"` is every visible one.
    #[serde(default)]
    pub sheets: Vec<String>,
    /// The row that holds the header, from 1; found by the mapped columns by default.
    #[serde(default)]
    pub header_row: Option<u32>,
    /// The delimiter of text files; found from the header by default.
    #[serde(default)]
    pub delimiter: Option<char>,
    /// The encoding of text files, such as `windows-1252`; UTF-8 by default.
    #[serde(default)]
    pub encoding: Option<String>,
    /// How often reports are expected, and by when.
    #[serde(default)]
    pub expects: Option<Expects>,
    /// The facilities whose records the office sends; without any, the office itself is one.
    #[serde(default)]
    pub facilities: Vec<Facility>,
    /// The column that names a row's facility. It is not kept in the lake.
    #[serde(default)]
    pub facility: Option<String>,
    /// The provider's words for its facilities and the id each means.
    #[serde(default)]
    pub facility_codes: BTreeMap<String, String>,
}

fn fifth() -> f64 {
    0.2
}

/// How a cell becomes a value, when it is not the value itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Read {
    /// The cell is a code, a month, a number or a truth value.
    #[default]
    Value,
    /// A number of years, which becomes the code of its band.
    Age,
    /// A date of birth, which becomes the code of the age band at the event, and goes no further.
    BirthDate,
}

/// Where a field's value comes from: a column (with its translations) or a fixed value.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Source {
    /// The column's header.
    pub column: Option<String>,
    /// The same value for every row, instead of a column.
    pub value: Option<String>,
    /// The provider's words and the code each means.
    pub codes: BTreeMap<String, String>,
    /// A CSV file of the home, `from,to`, with more of them.
    pub codes_file: Option<String>,
    /// Date formats of this column.
    pub date_formats: Vec<String>,
    /// More words that mean "nothing here", in this column.
    pub null_words: Vec<String>,
    /// Which month stands when rows of one record give different ones.
    pub fold: Fold,
    /// How a cell becomes a value.
    pub read: Read,
    /// Which vintage of the code list the column's codes are of, where that matters.
    pub vintage: Option<String>,
}

/// What folding does when rows of one record differ in a field.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Fold {
    /// The record is rejected: its rows must agree.
    #[default]
    Agree,
    /// The earliest month (or smallest number) stands.
    Earliest,
    /// The latest month (or largest number) stands.
    Latest,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WireSource {
    column: Option<String>,
    value: Option<String>,
    #[serde(default)]
    codes: BTreeMap<String, String>,
    codes_file: Option<String>,
    #[serde(default)]
    date_formats: Vec<String>,
    #[serde(default)]
    null_words: Vec<String>,
    #[serde(default)]
    fold: Fold,
    #[serde(default)]
    read: Read,
    vintage: Option<String>,
}

impl<'de> Deserialize<'de> for Source {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(SourceVisitor)
    }
}

/// Reads `"Column"` as well as `{ column = "Column", … }`, and keeps the parser's own errors.
struct SourceVisitor;

impl<'de> Visitor<'de> for SourceVisitor {
    type Value = Source;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a column's header, or { column = \"…\" } or { value = \"…\" }")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Source, E> {
        Ok(Source { column: Some(text.to_owned()), ..Source::default() })
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Source, A::Error> {
        let w = WireSource::deserialize(MapAccessDeserializer::new(map))?;
        if w.column.is_some() == w.value.is_some() {
            return Err(de::Error::custom("give either `column` or `value`"));
        }
        Ok(Source {
            column: w.column,
            value: w.value,
            codes: w.codes,
            codes_file: w.codes_file,
            date_formats: w.date_formats,
            null_words: w.null_words,
            fold: w.fold,
            read: w.read,
            vintage: w.vintage,
        })
    }
}

impl Provider {
    /// SHA-256 of the mapping, by which a batch is traced to how it was read.
    #[must_use]
    pub fn digest(&self) -> String {
        let text = serde_json::to_vec(self).unwrap_or_default();
        hex::encode(Sha256::digest(text))
    }

    /// The headers that the mapping names: of fields, person, record key, facility and dropped
    /// columns.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        let fields = self.fields.values().filter_map(|s| s.column.as_ref());
        let others = self.person.iter().chain(&self.record_key).chain(&self.facility);
        let others = others.chain(&self.drop);
        fields.chain(others).map(String::as_str)
    }

    /// The facilities that report through this office: those it names, or the office itself.
    #[must_use]
    pub fn reporting(&self) -> Vec<Facility> {
        if self.facilities.is_empty() {
            return vec![Facility { id: self.id.clone(), name: self.name.clone(), area: None }];
        }
        self.facilities.clone()
    }

    /// A facility's id, as it is named or as the only one there is.
    ///
    /// # Errors
    /// A name that the office does not have, or none where there are several.
    pub fn one_facility(&self, named: Option<&str>) -> Result<String, SchemaError> {
        let all = self.reporting();
        match (named, all.as_slice()) {
            (None, [only]) => Ok(only.id.clone()),
            (Some(id), _) if all.iter().any(|f| f.id == id) => Ok(id.to_owned()),
            (named, _) => {
                let place = format!("provider `{}`", self.id);
                let known = all.iter().map(|f| f.id.as_str());
                let Some(id) = named else {
                    let what = "it has several facilities".to_owned();
                    let known = known.collect::<Vec<_>>().join(", ");
                    let hint = format!("name one with `--facility`: {known}");
                    return Err(SchemaError::invalid(place, what, hint));
                };
                Err(SchemaError::unknown("facility", id, "the command", known))
            }
        }
    }

    /// A provider that maps nothing, with which a file can be looked at.
    #[must_use]
    pub fn bare() -> Self {
        Self { identifier_share: fifth(), ..Self::default() }
    }

    /// Enters what the ambiguous words of a field's list mean in the vintage that the field names
    /// among the field's translations. Its own translations win.
    pub(super) fn settle_vintages(&mut self, catalog: &Catalog) -> Result<(), SchemaError> {
        let place = format!("provider `{}` of `shumar.toml`", self.id);
        let kind = catalog.kind(&self.kind, &place)?;
        for (name, source) in &mut self.fields {
            let Some(vintage) = &source.vintage else { continue };
            let Some(list) = kind.field(name).and_then(|f| f.codes.as_ref()) else {
                let what = format!("field `{name}` has no code list, so no `vintage` either");
                return Err(SchemaError::invalid(place, what, "leave `vintage` out"));
            };
            let list = catalog.list(list, &place)?;
            if !list.vintages().contains(vintage.as_str()) {
                return Err(SchemaError::unknown("vintage", vintage, place, list.vintages()));
            }
            for (word, code) in list.of_vintage(vintage) {
                source.codes.entry(word.to_owned()).or_insert_with(|| code.code.clone());
            }
        }
        Ok(())
    }

    pub(super) fn check(&self, catalog: &Catalog) -> Result<(), SchemaError> {
        let place = format!("provider `{}` of `shumar.toml`", self.id);
        let kind = catalog.kind(&self.kind, &place)?;
        let invalid = |what: String, hint: &str| Err(SchemaError::invalid(&place, what, hint));
        if kind.free_of_persons && self.person.is_some() {
            let what =
                format!("its kind `{}` is free of persons, but it names `person`", kind.name);
            return invalid(what, "leave `person` out; a register about women is of another kind");
        }
        for (name, source) in &self.fields {
            let Some(field) = kind.field(name).filter(|f| f.role != Role::Person) else {
                let known = kind.stored().map(|f| f.name.as_str());
                return Err(SchemaError::unknown("field", name, place, known));
            };
            let ordered =
                matches!(field.role, Role::EventDate | Role::Date | Role::Duration | Role::Count);
            if source.fold != Fold::Agree && !ordered {
                let what =
                    format!("field `{name}` can't be folded to its earliest or latest value");
                return invalid(what, "only dates and numbers have an order");
            }
            let truths = || source.codes.values().all(|v| v == "true" || v == "false");
            if field.role == Role::Boolean && !truths() {
                let what =
                    format!("a word of the yes/no field `{name}` is translated to something else");
                return invalid(
                    what,
                    "translate to \"true\" or \"false\"; words for \"not known\" go into `null_words`",
                );
            }
            for format in self.date_formats.iter().chain(&source.date_formats) {
                if !is_date_format(format) {
                    let what = format!("`{format}` is not a date format with a month and a year");
                    return invalid(what, "write it like \"%d/%m/%Y\", \"%b %Y\" or \"excel\"");
                }
            }
            let Some(list) = &field.codes else { continue };
            let list = catalog.list(list, &place)?;
            for code in source.codes.values() {
                if list.position(code).is_none() {
                    let known = list.codes().iter().take(12).map(|c| c.code.as_str());
                    return Err(SchemaError::unknown("code", code, place, known));
                }
            }
        }
        for field in kind.stored().filter(|f| f.required) {
            if !self.fields.contains_key(&field.name) {
                return invalid(
                    format!("the required field `{}` has no column", field.name),
                    "name its column under `fields`, or give a fixed `value`",
                );
            }
        }
        self.check_coverage(catalog, kind, &place)?;
        if !(0.0..=1.0).contains(&self.identifier_share) {
            return invalid("`identifier_share` is not a part of 1".to_owned(), "write 0.2");
        }
        if self.header_row == Some(0) {
            return invalid("`header_row` is 0".to_owned(), "rows are counted from 1");
        }
        if self.encoding.as_ref().is_some_and(|e| e.trim().is_empty()) {
            return invalid("`encoding` is blank".to_owned(), "leave it out for UTF-8");
        }
        Ok(())
    }

    fn check_coverage(
        &self,
        catalog: &Catalog,
        kind: &RecordKind,
        place: &str,
    ) -> Result<(), SchemaError> {
        let invalid = |what: &str, hint: &str| Err(SchemaError::invalid(place, what, hint));
        if let Some(expects) = &self.expects {
            expects.check(place)?;
        }
        super::unique(self.facilities.iter().map(|f| f.id.as_str()), "facility")?;
        if self.facility.is_none() && self.facilities.len() > 1 {
            let hint = "name the column that says which facility a row is of: `facility`";
            return invalid("it has several facilities and no column that tells them apart", hint);
        }
        if self.facilities.is_empty()
            && (self.facility.is_some() || !self.facility_codes.is_empty())
        {
            return invalid(
                "its rows name facilities, but none is declared",
                "list them under `facilities`",
            );
        }
        for id in self.facility_codes.values() {
            self.one_facility(Some(id))?;
        }
        let list = kind.only(Role::Area).and_then(|f| f.codes.as_deref()).unwrap_or_default();
        let list = catalog.list(list, place)?;
        for area in self.facilities.iter().filter_map(|f| f.area.as_deref()) {
            if list.position(area).is_none() {
                let known = list.codes().iter().take(12).map(|c| c.code.as_str());
                return Err(SchemaError::unknown("code", area, place, known));
            }
        }
        Ok(())
    }
}

/// Whether a text is a format that names a month and a year, or `excel`.
#[must_use]
pub fn is_date_format(format: &str) -> bool {
    use chrono::format::{Fixed, Item, Numeric, StrftimeItems};
    let (mut month, mut year) = (false, false);
    for item in StrftimeItems::new(format) {
        match item {
            Item::Error => return false,
            Item::Numeric(Numeric::Month | Numeric::Ordinal, _)
            | Item::Fixed(Fixed::ShortMonthName | Fixed::LongMonthName) => month = true,
            Item::Numeric(Numeric::Year | Numeric::YearMod100, _) => year = true,
            _ => {}
        }
    }
    format == "excel" || (month && year)
}
