//! An office's columns and words: its mapping in the home, read backwards.
//!
//! Because files are written from the mapping, the mapping is true of them: every column is
//! mapped or dropped, and every word is one that the mapping or the code list knows.

use std::collections::BTreeMap;

use shumar_schemas::config::{Fold, Source};
use shumar_schemas::{Catalog, CodeList, Field, Provider, Role, SchemaError};

use crate::calendar::Date;
use crate::draw::Draw;
use crate::office::{Format, Office, Tongue};
use crate::place::LIST;
use crate::record::Value;
use crate::sheet::Cell;

/// Provider's own words for a district are used this often, in a thousand; other spellings and
/// the label stand in the rest.
const OWN_DISTRICT_WORDS: u32 = 350;
/// Known spellings of districts, as other registers write them.
const SPELLINGS: [(&str, &[&str]); 10] = [
    ("PK504", &["Batagram", "Battgram"]),
    ("PK509", &["D.I. Khan", "DI Khan", "D. I. KHAN"]),
    ("PK517", &["Kolai Palas"]),
    ("PK507", &["Chitral Lower"]),
    ("PK508", &["Chitral Upper"]),
    ("PK520", &["Dir Lower"]),
    ("PK535", &["Dir Upper"]),
    ("PK516", &["Kohistan Upper"]),
    ("PK515", &["Kohistan Lower"]),
    ("PK534", &["Tor Ghar"]),
];

/// A column of an office's files.
pub(crate) struct Column<'c> {
    /// Its header.
    pub(crate) header: &'c str,
    /// What it holds.
    pub(crate) holds: Holds<'c>,
}

/// What a column holds.
pub(crate) enum Holds<'c> {
    /// Part of the record key, by its place in the key.
    Key(usize),
    /// The person's token.
    Person,
    /// A field.
    Field(Words<'c>),
    /// Something that the mapping drops.
    Dropped,
}

/// How an office writes one field.
pub(crate) struct Words<'c> {
    /// The field.
    pub(crate) field: &'c Field,
    /// Whether repeated rows may differ in it.
    pub(crate) fold: Fold,
    /// Its code list.
    pub(crate) list: Option<&'c CodeList>,
    /// The office's own words for each code.
    own: BTreeMap<&'c str, Vec<&'c str>>,
    /// Date formats; none in a workbook means real dates.
    formats: &'c [String],
    /// Words for nothing.
    nulls: Vec<&'c str>,
    office: &'static Office,
}

/// The columns of an office's files, in order: what is dropped as a serial number first, then
/// key, token and fields, then what else is dropped.
///
/// # Errors
/// A kind or list that nothing declares.
pub(crate) fn columns<'c>(
    office: &'static Office,
    provider: &'c Provider,
    catalog: &'c Catalog,
) -> Result<Vec<Column<'c>>, SchemaError> {
    let place = "the synthetic files";
    let kind = catalog.kind(&provider.kind, place)?;
    let dropped = |serial: bool| {
        let fits = move |header: &&String| is_serial(header) == serial;
        provider.drop.iter().filter(fits).map(|h| Column { header: h, holds: Holds::Dropped })
    };
    let mut columns: Vec<Column<'c>> = dropped(true).collect();
    let key = provider.record_key.iter().enumerate();
    columns.extend(key.map(|(i, header)| Column { header, holds: Holds::Key(i) }));
    columns.extend(provider.person.iter().map(|header| Column { header, holds: Holds::Person }));
    for field in kind.stored() {
        let Some(source) = provider.fields.get(&field.name) else { continue };
        let Some(header) = &source.column else { continue };
        let list = match &field.codes {
            Some(list) => Some(catalog.list(list, place)?),
            None => None,
        };
        let words = Words::new(office, provider, field, source, list);
        columns.push(Column { header, holds: Holds::Field(words) });
    }
    columns.extend(dropped(false));
    Ok(columns)
}

/// Whether a dropped column numbers the rows.
pub(crate) fn is_serial(header: &str) -> bool {
    matches!(header, "S. No." | "نمبر شمار")
}

impl<'c> Words<'c> {
    fn new(
        office: &'static Office,
        provider: &'c Provider,
        field: &'c Field,
        source: &'c Source,
        list: Option<&'c CodeList>,
    ) -> Self {
        let mut own: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (word, code) in &source.codes {
            own.entry(code).or_default().push(word);
        }
        let formats = if source.date_formats.is_empty() {
            &provider.date_formats
        } else {
            &source.date_formats
        };
        let nulls = provider.null_words.iter().chain(&source.null_words).map(String::as_str);
        Self { field, fold: source.fold, list, own, formats, nulls: nulls.collect(), office }
    }

    /// The cell of a value.
    pub(crate) fn cell(&self, value: Option<Value<'_>>, draw: &mut Draw) -> Cell {
        match value {
            None => self.nothing(draw),
            Some(Value::Code(code)) => self.code(code, draw),
            Some(Value::Day(day)) => self.date(Date::of(day), draw),
            Some(Value::Whole(number)) => Cell::Number(number),
            Some(Value::Flag(yes)) => self.flag(yes, draw),
        }
    }

    /// An empty cell, or one of the office's words for nothing.
    pub(crate) fn nothing(&self, draw: &mut Draw) -> Cell {
        if self.nulls.is_empty() || draw.chance(500) {
            return Cell::Blank;
        }
        Cell::Text((*draw.one(&self.nulls)).to_owned())
    }

    /// A date that does not exist: 31 February, or month 13 where there are no days.
    pub(crate) fn impossible_date(&self, year: u16) -> Cell {
        let format = self.formats.first().map_or("%d/%m/%Y", String::as_str);
        let (month, day) = if format.contains("%d") { (2, 31) } else { (13, 1) };
        Cell::Text(Date { year, month, day }.format(format))
    }

    /// Another code of the list than `code`.
    pub(crate) fn other(&self, code: &str) -> Option<&'c str> {
        let codes = self.list?.codes();
        codes.iter().find(|c| c.code != code).map(|c| c.code.as_str())
    }

    /// Whether it is a coded field that every record must have, and not the area.
    pub(crate) fn is_required_code(&self) -> bool {
        self.field.role == Role::Code && self.field.required
    }

    /// Whether it is a number.
    pub(crate) fn is_number(&self) -> bool {
        matches!(self.field.role, Role::Count | Role::Duration)
    }

    fn code(&self, code: &str, draw: &mut Draw) -> Cell {
        let text = self.word(code, draw);
        let digits = text.len() <= 4 && text.bytes().all(|b| b.is_ascii_digit());
        match text.parse() {
            // A spreadsheet makes a number of what looks like one.
            Ok(number) if digits && self.in_workbook() => Cell::Number(number),
            _ => Cell::Text(text),
        }
    }

    fn word(&self, code: &str, draw: &mut Draw) -> String {
        let is_district = self.field.codes.as_deref() == Some(LIST);
        if let Some(own) = self.own.get(code)
            && (!is_district || draw.chance(OWN_DISTRICT_WORDS))
        {
            return (*draw.one(own)).to_owned();
        }
        if self.office.tongue == Tongue::Code {
            return code.to_owned();
        }
        let english = self.office.tongue == Tongue::English;
        let spellings = SPELLINGS.iter().find(|(c, _)| *c == code && is_district && english);
        if let Some((_, spellings)) = spellings
            && draw.chance(400)
        {
            return (*draw.one(spellings)).to_owned();
        }
        let label = self.list.and_then(|list| Some(&list.codes()[list.position(code)?].label));
        let label = label.map_or(code, |l| l.get(if english { "en" } else { "ur" }));
        match draw.below(10) {
            0 if is_district => label.to_uppercase(),
            1 => label.to_lowercase(),
            _ => label.to_owned(),
        }
    }

    fn date(&self, date: Date, draw: &mut Draw) -> Cell {
        if self.formats.is_empty() && self.in_workbook() {
            return Cell::Date(date);
        }
        if self.formats.is_empty() {
            return Cell::Text(date.format("%Y-%m-%d"));
        }
        let format: &String = draw.one(self.formats);
        Cell::Text(date.format(format))
    }

    fn flag(&self, yes: bool, draw: &mut Draw) -> Cell {
        if let Some(own) = self.own.get(if yes { "true" } else { "false" }) {
            return Cell::Text((*draw.one(own)).to_owned());
        }
        let (word, denial) = self.office.yes_no;
        if word == "TRUE" {
            return Cell::Truth(yes);
        }
        Cell::Text(if yes { word } else { denial }.to_owned())
    }

    fn in_workbook(&self) -> bool {
        matches!(self.office.format, Format::Workbook { .. })
    }
}
