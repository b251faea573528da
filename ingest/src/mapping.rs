//! A provider's mapping bound to one file's header: which column feeds which field.

use std::collections::BTreeMap;
use std::path::{Component, Path};

use chrono::NaiveDate;
use shumar_schemas::config::{Fold, Scope, Source};
use shumar_schemas::{Catalog, Config, Field, Provider, RecordKind, Role, SchemaError};

use crate::IngestError;
use crate::rows::{Rows, tidy};
use crate::value::{BLANK, CodeReader, Reader};
use crate::words::{Language, advice};

/// A field of the kind and where its values come from.
pub(crate) struct FieldPlan {
    /// The field's name.
    pub(crate) name: String,
    /// Whether a record needs it.
    pub(crate) required: bool,
    /// What folding does when rows differ.
    pub(crate) fold: Fold,
    /// Its column, or the same value for every row.
    pub(crate) from: From,
    /// How its cells are read.
    pub(crate) reader: Reader,
    /// Words that mean "nothing here".
    pub(crate) null_words: Vec<String>,
}

/// Where values come from.
pub(crate) enum From {
    /// A column of the file.
    Column(usize),
    /// One value for all rows.
    Fixed(i32),
}

/// A mapping bound to a header.
pub(crate) struct Mapping {
    /// The stored fields in the kind's order.
    pub(crate) fields: Vec<FieldPlan>,
    /// Which of them is the event date.
    pub(crate) event_date: usize,
    /// The column of the person token.
    pub(crate) person: Option<usize>,
    /// The columns of the record key.
    pub(crate) key: Vec<usize>,
    /// Words that mean "nothing here" in the person and key columns.
    pub(crate) null_words: Vec<String>,
    /// How many columns the header has.
    pub(crate) width: usize,
    /// Columns without a header: any value in one refuses the file.
    pub(crate) headless: Vec<usize>,
}

/// Binds the provider's mapping to the header of `rows`.
///
/// # Errors
/// Columns that are missing, named twice, or neither mapped nor dropped; all are listed.
pub(crate) fn bind(
    file: &Path,
    home: &Path,
    config: &Config,
    catalog: &Catalog,
    provider: &Provider,
    rows: &Rows,
    today: NaiveDate,
) -> Result<Mapping, IngestError> {
    let kind = catalog.kind(&provider.kind, "the provider")?;
    let columns = Columns::new(rows);
    let mut problems = columns.unmapped(rows, provider);
    let mut find = |name: &str| {
        columns.find(name).unwrap_or_else(|problem| {
            problems.push(problem);
            0
        })
    };
    let mut fields = Vec::new();
    for field in kind.stored() {
        let blank = Source { value: Some(String::new()), ..Source::default() };
        let source = provider.fields.get(&field.name).unwrap_or(&blank);
        let mut reader = reader(home, config, catalog, provider, field, source, today)?;
        let from = match (&source.column, &source.value) {
            (Some(column), _) => From::Column(find(column)),
            (None, value) => From::Fixed(fixed(provider, field, value.as_deref(), &mut reader)?),
        };
        let null_words = provider.null_words.iter().chain(&source.null_words).cloned().collect();
        let (name, required, fold) = (field.name.clone(), field.required, source.fold);
        fields.push(FieldPlan { name, required, fold, from, reader, null_words });
    }
    let person = provider.person.as_ref().map(|name| find(name));
    let key = provider.record_key.iter().map(|name| find(name)).collect();
    if !problems.is_empty() {
        return Err(IngestError::Header {
            file: file.to_owned(),
            provider: provider.id.clone(),
            details: problems.join("\n"),
        });
    }
    Ok(Mapping {
        event_date: event_date(kind),
        fields,
        person,
        key,
        null_words: provider.null_words.clone(),
        width: rows.header.len(),
        headless: (0..rows.header.len()).filter(|&i| rows.header[i].is_empty()).collect(),
    })
}

fn event_date(kind: &RecordKind) -> usize {
    kind.stored().position(|f| f.role == Role::EventDate).unwrap_or(0)
}

/// A fixed value, read by the field's own reader.
fn fixed(
    provider: &Provider,
    field: &Field,
    value: Option<&str>,
    reader: &mut Reader,
) -> Result<i32, IngestError> {
    let text = value.unwrap_or_default().trim();
    if text.is_empty() {
        return Ok(BLANK);
    }
    let read = reader.read(&crate::rows::Cell::Text(text.to_owned()));
    read.map_err(|rule| {
        let what = format!("the fixed value of field `{}` does not fit: {rule}", field.name);
        SchemaError::invalid(
            format!("provider `{}`", provider.id),
            what,
            advice(rule, Language::English),
        )
        .into()
    })
}

fn reader(
    home: &Path,
    config: &Config,
    catalog: &Catalog,
    provider: &Provider,
    field: &Field,
    source: &Source,
    today: NaiveDate,
) -> Result<Reader, IngestError> {
    let place = format!("provider `{}` of `shumar.toml`", provider.id);
    let words = words(home, &place, source)?;
    match field.role {
        Role::Area | Role::Code => {
            let list = catalog.list(field.codes.as_deref().unwrap_or_default(), &place)?.clone();
            let mut places = Vec::new();
            for (word, code) in words {
                let Some(position) = list.position(&code) else {
                    return Err(SchemaError::unknown("code", &code, place, []).into());
                };
                places.push((word, position));
            }
            let scope = match field.role {
                Role::Area => Some(Scope::positions(config.scope.as_ref(), &list)?),
                _ => None,
            };
            Ok(Reader::Code(Box::new(CodeReader::new(list, places, scope.as_deref()))))
        }
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
            let own = &source.date_formats;
            let formats = if own.is_empty() { &provider.date_formats } else { own };
            Ok(Reader::month(formats, today))
        }
    }
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
}

impl Columns {
    fn new(rows: &Rows) -> Self {
        let mut places: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (i, header) in rows.header.iter().enumerate().filter(|(_, h)| !h.is_empty()) {
            places.entry(tidy(header)).or_default().push(i);
        }
        Self { places }
    }

    fn find(&self, name: &str) -> Result<usize, String> {
        match self.places.get(&tidy(name)).map(Vec::as_slice) {
            Some([one]) => Ok(*one),
            Some(_) => Err(format!("  the mapped column `{name}` is there more than once")),
            None => Err(format!("  the mapped column `{name}` is missing")),
        }
    }

    /// Columns that are neither mapped nor dropped, named by place: a header may be a value.
    fn unmapped(&self, rows: &Rows, provider: &Provider) -> Vec<String> {
        let sources = provider.fields.values().filter_map(|s| s.column.as_ref());
        let known: Vec<String> = sources
            .chain(&provider.person)
            .chain(&provider.record_key)
            .chain(&provider.drop)
            .map(|name| tidy(name))
            .collect();
        let unknown = self.places.iter().filter(|(name, _)| !known.contains(name));
        let mut places: Vec<usize> = unknown.flat_map(|(_, places)| places.clone()).collect();
        places.sort_unstable();
        let line = |i: usize| format!("  {} is neither mapped nor dropped", rows.column_name(i));
        places.into_iter().map(line).collect()
    }
}
