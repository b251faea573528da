//! A provider's mapping: how each field is read, and, for one file, which column feeds it.

use std::collections::BTreeMap;
use std::path::{Component, Path};
use std::sync::Arc;

use chrono::NaiveDate;
use shumar_schemas::config::{Fold, Read, Scope, Source};
use shumar_schemas::{Catalog, CodeList, Field, Provider, RecordKind, Role, SchemaError};

use crate::batch::Office;
use crate::checks::Checks;
use crate::coverage::Facilities;
use crate::gate::{Column, Gate};
use crate::rows::{Marks, column, tidy};
use crate::value::{BLANK, CodeReader, Reader, View};
use crate::words::{Language, advice};
use crate::{IngestError, Reason};

/// A provider's mapping, bound to what is declared.
pub(crate) struct Plan<'a> {
    /// The provider.
    pub(crate) provider: &'a Provider,
    /// The record kind.
    pub(crate) kind: &'a RecordKind,
    /// The stored fields in the kind's order.
    pub(crate) fields: Vec<FieldPlan>,
    /// Which of them is the event date.
    pub(crate) event_date: usize,
    /// Which of them come from columns, and so differ from row to row.
    pub(crate) varying: Vec<usize>,
    /// Which of them may be blank in some rows and not in others.
    pub(crate) sparse: Vec<usize>,
    /// Which of them is the area.
    pub(crate) area: Option<usize>,
    /// What no cell may look like.
    pub(crate) gate: &'a Gate,
    /// What must hold between fields of a row.
    pub(crate) checks: Checks,
    /// The facilities that report through the provider.
    pub(crate) facilities: Facilities,
}

/// A field of the kind and how its values are read.
pub(crate) struct FieldPlan {
    /// The field's name.
    pub(crate) name: Arc<str>,
    /// Whether a record needs it.
    pub(crate) required: bool,
    /// What folding does when rows differ.
    pub(crate) fold: Fold,
    /// Its column, or the same value for every row.
    pub(crate) from: From,
    /// How its cells are read.
    pub(crate) reader: Reader,
    /// The bands of an age that is derived from a date of birth.
    pub(crate) bands: Option<CodeList>,
    /// How the gate looks at its cells.
    pub(crate) column: Column,
    /// Words that mean "nothing here".
    null_words: Vec<String>,
}

/// Where values come from.
pub(crate) enum From {
    /// A column, by its header.
    Column(String),
    /// One value for all rows.
    Fixed(i32),
}

impl FieldPlan {
    /// Whether a cell says nothing.
    pub(crate) fn is_null(&self, cell: View<'_>) -> bool {
        is_null(cell, &self.null_words)
    }
}

/// Whether a cell is blank or one of the words for it.
pub(crate) fn is_null(cell: View<'_>, null_words: &[String]) -> bool {
    match cell {
        View::Blank => true,
        View::Text(text) => null_words.iter().any(|w| w.trim().eq_ignore_ascii_case(text)),
        _ => false,
    }
}

/// A mapping's columns in one file.
pub(crate) struct Binding {
    /// The column of each field that varies, in the order of [`Plan::varying`].
    pub(crate) columns: Vec<usize>,
    /// The column of the person token.
    pub(crate) person: Option<usize>,
    /// Whether the person's column is declared to hold random codes.
    pub(crate) person_is_token: bool,
    /// The columns of the record key, and whether each is declared to hold random codes.
    pub(crate) key: Vec<(usize, bool)>,
    /// Neighbouring columns of persons and keys over which an identity number may be split.
    pub(crate) neighbours: Vec<(usize, usize)>,
    /// The column of the facility.
    pub(crate) facility: Option<usize>,
    /// How many columns the header has.
    pub(crate) width: usize,
    /// Tells totals and repeated headers from records.
    pub(crate) marks: Marks,
    /// Columns without a header: any value in one refuses the file.
    pub(crate) headless: Vec<usize>,
    /// How columns are named to a person.
    pub(crate) lettered: bool,
}

impl<'a> Plan<'a> {
    /// Binds a provider's mapping to what is declared.
    ///
    /// # Errors
    /// Codes, words and fixed values that do not fit.
    pub(crate) fn new(office: &Office<'a>, provider: &'a Provider) -> Result<Self, IngestError> {
        let kind = office.catalog.kind(&provider.kind, "the provider")?;
        // Somewhere it is tomorrow already; nobody's today is refused.
        let today = (office.now + chrono::Duration::hours(14)).date_naive();
        let mut fields = Vec::new();
        for field in kind.stored() {
            fields.push(field_plan(office, provider, field, today)?);
        }
        let fixed: Vec<Option<i32>> = fields
            .iter()
            .map(|f| match f.from {
                From::Fixed(value) => Some(value),
                From::Column(_) => None,
            })
            .collect();
        let varies = |f: &FieldPlan| matches!(f.from, From::Column(_));
        Ok(Self {
            provider,
            kind,
            event_date: kind.stored().position(|f| f.role == Role::EventDate).unwrap_or(0),
            varying: (0..fields.len()).filter(|i| varies(&fields[*i])).collect(),
            sparse: (0..fields.len())
                .filter(|i| varies(&fields[*i]) && !fields[*i].required)
                .collect(),
            area: kind.stored().position(|f| f.role == Role::Area),
            gate: office.gate,
            checks: Checks::bind(kind, office.catalog)?.of_provider(provider).that_can_fail(&fixed),
            facilities: Facilities::of(provider),
            fields,
        })
    }

    /// The value that a field has in every row; blank if it varies.
    pub(crate) fn fixed(&self, field: usize) -> i32 {
        match self.fields[field].from {
            From::Fixed(value) => value,
            From::Column(_) => BLANK,
        }
    }

    /// Whether a column is declared to hold random codes or register numbers.
    fn is_token(&self, name: &str) -> bool {
        self.provider.tokens.iter().any(|t| tidy(t) == tidy(name))
    }

    /// Mapped columns whose header says that they identify persons. Fields of codes and numbers hold
    /// nothing else whatever their header says; persons, keys, facilities and dates do not.
    fn identifying(&self) -> Vec<Reason> {
        let open = |f: &FieldPlan| f.column == Column::Date && f.bands.is_none();
        let dates = self.fields.iter().filter(|f| open(f)).filter_map(|f| match &f.from {
            From::Column(name) => Some(name),
            From::Fixed(_) => None,
        });
        let provider = self.provider;
        let named = provider.person.iter().chain(&provider.record_key).chain(&provider.facility);
        let named = named.filter(|name| !self.is_token(name)).chain(dates);
        let line = |name: &String| {
            let rule = self.gate.header(name)?;
            Some(Reason::new("header-identifies").at("name", name).at("rule", &rule))
        };
        named.filter_map(line).collect()
    }

    /// Finds the mapped columns in a file's header.
    ///
    /// # Errors
    /// Columns that are missing, named twice, or neither mapped nor dropped; all are listed.
    pub(crate) fn bind(
        &self,
        file: &Path,
        header: &[String],
        lettered: bool,
    ) -> Result<Binding, IngestError> {
        let columns = Columns::new(header, lettered);
        let mut problems = columns.unmapped(self.provider);
        problems.extend(self.identifying());
        let mut find = |name: &str| {
            columns.find(name).unwrap_or_else(|problem| {
                problems.push(problem);
                0
            })
        };
        let mut found = Vec::new();
        for &i in &self.varying {
            if let From::Column(name) = &self.fields[i].from {
                found.push(find(name));
            }
        }
        let person = self.provider.person.as_ref().map(|name| find(name));
        let key = &self.provider.record_key;
        let key: Vec<(usize, bool)> =
            key.iter().map(|name| (find(name), self.is_token(name))).collect();
        let person_is_token = self.provider.person.as_ref().is_some_and(|name| self.is_token(name));
        let facility = self.provider.facility.as_ref().map(|name| find(name));
        if !problems.is_empty() {
            return Err(IngestError::Header {
                file: file.to_owned(),
                provider: self.provider.id.clone(),
                columns: problems,
            });
        }
        Ok(Binding {
            columns: found,
            person,
            person_is_token,
            neighbours: neighbours(person.filter(|_| !person_is_token), &key),
            key,
            facility,
            headless: (0..header.len()).filter(|&i| header[i].is_empty()).collect(),
            width: header.len(),
            marks: Marks::new(header),
            lettered,
        })
    }
}

/// Pairs of neighbouring columns of persons and keys that are not declared to hold random codes.
fn neighbours(person: Option<usize>, key: &[(usize, bool)]) -> Vec<(usize, usize)> {
    let keys = key.iter().filter(|(_, token)| !token).map(|(column, _)| *column);
    let mut open: Vec<usize> = person.into_iter().chain(keys).collect();
    open.sort_unstable();
    open.dedup();
    open.windows(2).filter(|w| w[1] == w[0] + 1).map(|w| (w[0], w[1])).collect()
}

fn field_plan(
    office: &Office<'_>,
    provider: &Provider,
    field: &Field,
    today: NaiveDate,
) -> Result<FieldPlan, IngestError> {
    let blank = Source { value: Some(String::new()), ..Source::default() };
    let source = provider.fields.get(&field.name).unwrap_or(&blank);
    let list = match &field.codes {
        Some(name) => Some(office.catalog.list(name, "the provider")?),
        None => None,
    };
    let reader = match (source.read, list) {
        (Read::Age, Some(list)) => Reader::Age(list.clone()),
        (Read::BirthDate, _) => Reader::month(formats(provider, source), today),
        _ => reader(office, provider, field, source, today)?,
    };
    let from = match (&source.column, &source.value) {
        (Some(column), _) => From::Column(column.clone()),
        (None, value) => From::Fixed(fixed(provider, field, value.as_deref(), &reader)?),
    };
    Ok(FieldPlan {
        name: field.name.as_str().into(),
        required: field.required,
        fold: source.fold,
        from,
        reader,
        bands: list.filter(|_| source.read == Read::BirthDate).cloned(),
        column: match (field.role, source.read) {
            (_, Read::BirthDate) | (Role::EventDate | Role::Date, _) => Column::Date,
            (_, Read::Age) | (Role::Duration | Role::Count, _) => Column::Number,
            _ => Column::Coded,
        },
        null_words: provider.null_words.iter().chain(&source.null_words).cloned().collect(),
    })
}

/// A fixed value, read by the field's own reader.
fn fixed(
    provider: &Provider,
    field: &Field,
    value: Option<&str>,
    reader: &Reader,
) -> Result<i32, IngestError> {
    let text = value.unwrap_or_default().trim();
    if text.is_empty() {
        return Ok(BLANK);
    }
    reader.read(View::Text(text)).map_err(|rule| {
        let what = format!("the fixed value of field `{}` does not fit: {rule}", field.name);
        let hint = advice(rule, Language::English);
        SchemaError::invalid(format!("provider `{}`", provider.id), what, hint).into()
    })
}

fn formats<'a>(provider: &'a Provider, source: &'a Source) -> &'a [String] {
    let own = &source.date_formats;
    if own.is_empty() { &provider.date_formats } else { own }
}

fn reader(
    office: &Office<'_>,
    provider: &Provider,
    field: &Field,
    source: &Source,
    today: NaiveDate,
) -> Result<Reader, IngestError> {
    let place = format!("provider `{}` of `shumar.toml`", provider.id);
    let words = words(office.home, &place, source)?;
    match field.role {
        Role::Area | Role::Code => code_reader(office.catalog, office, field, words, &place),
        Role::Boolean => {
            let mut known = Vec::new();
            for (word, meaning) in words {
                let Ok(meaning) = meaning.parse::<bool>() else {
                    let what = format!("a word of field `{}` is translated to neither", field.name);
                    return Err(
                        SchemaError::invalid(place, what, "write \"true\" or \"false\"").into()
                    );
                };
                known.push((word, meaning));
            }
            Ok(Reader::boolean(known))
        }
        Role::Duration | Role::Count => Ok(Reader::Number { range: field.range, clip: field.clip }),
        Role::EventDate | Role::Date | Role::Person => {
            Ok(Reader::month(formats(provider, source), today))
        }
    }
}

fn code_reader(
    catalog: &Catalog,
    office: &Office<'_>,
    field: &Field,
    words: BTreeMap<String, String>,
    place: &str,
) -> Result<Reader, IngestError> {
    let list = catalog.list(field.codes.as_deref().unwrap_or_default(), place)?.clone();
    let mut places = Vec::new();
    for (word, code) in words {
        let Some(position) = list.position(&code) else {
            return Err(SchemaError::unknown("code", &code, place, []).into());
        };
        places.push((word, position));
    }
    let scope = match field.role {
        Role::Area => Some(Scope::positions(office.config.scope.as_ref(), &list)?),
        _ => None,
    };
    Ok(Reader::Code(Box::new(CodeReader::new(list, places, scope.as_deref()))))
}

/// The provider's words: those in the mapping and those in its `codes_file`.
fn words(
    home: &Path,
    place: &str,
    source: &Source,
) -> Result<BTreeMap<String, String>, IngestError> {
    let mut words = source.codes.clone();
    let Some(name) = &source.codes_file else { return Ok(words) };
    let inside = Path::new(name).components().all(|c| matches!(c, Component::Normal(_)));
    if !inside {
        let hint = "name a file inside the home, such as `mappings/districts.csv`";
        return Err(SchemaError::invalid(place, format!("`codes_file` is `{name}`"), hint).into());
    }
    let path = home.join(name);
    let text = std::fs::read_to_string(&path).map_err(IngestError::open(&path))?;
    let mut reader = csv::Reader::from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    for record in reader.records() {
        let record = record.ok().filter(|r| r.len() >= 2).ok_or_else(|| {
            SchemaError::invalid(name, "it is not CSV with the header `from,to`", "correct it")
        })?;
        words.insert(record[0].trim().to_owned(), record[1].trim().to_owned());
    }
    Ok(words)
}

/// The header's columns by name.
struct Columns {
    places: BTreeMap<String, Vec<usize>>,
    lettered: bool,
}

impl Columns {
    fn new(header: &[String], lettered: bool) -> Self {
        let mut places: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (i, header) in header.iter().enumerate().filter(|(_, h)| !h.is_empty()) {
            places.entry(tidy(header)).or_default().push(i);
        }
        Self { places, lettered }
    }

    fn find(&self, name: &str) -> Result<usize, Reason> {
        match self.places.get(&tidy(name)).map(Vec::as_slice) {
            Some([one]) => Ok(*one),
            Some(_) => Err(Reason::new("header-twice").at("name", name)),
            None => Err(Reason::new("header-missing").at("name", name)),
        }
    }

    /// Columns that are neither mapped nor dropped, named by place: a header may be a value.
    fn unmapped(&self, provider: &Provider) -> Vec<Reason> {
        let known: Vec<String> = provider.columns().map(tidy).collect();
        let unknown = self.places.iter().filter(|(name, _)| !known.contains(name));
        let mut places: Vec<usize> = unknown.flat_map(|(_, places)| places.clone()).collect();
        places.sort_unstable();
        let why = |i| Reason::new("header-unmapped").said("column", column(i, self.lettered));
        places.into_iter().map(why).collect()
    }
}
