//! Record kinds: Frictionless Table Schemas whose fields also say their role.

use serde::{Deserialize, Serialize};

use crate::{Label, SchemaError};

mod check;
mod free;

pub use check::{Check, Condition, Form, Severity, Test};

/// What a field is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The person token: the privacy unit. Re-keyed on arrival.
    Person,
    /// The month of the event; its year is the reporting year.
    EventDate,
    /// The record's own area; must be in the home's scope.
    Area,
    /// A code of a list.
    Code,
    /// Another month.
    Date,
    /// A length of time, whole units, clipped to its declared bounds.
    Duration,
    /// Yes or no.
    Boolean,
    /// A whole number, clipped to its declared bounds.
    Count,
}

/// One field of a record kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The field's name, a column of the lake.
    pub name: String,
    /// What it is for.
    pub role: Role,
    /// Name of its code list, for areas and codes.
    pub codes: Option<String>,
    /// Whether a record without it is rejected.
    pub required: bool,
    /// Smallest and largest value, for durations and counts.
    pub range: (i32, i32),
    /// Whether a number outside the range is clipped (else the row is rejected).
    pub clip: bool,
    /// Its title.
    pub title: Label,
}

/// A record kind: what one row of a provider's file is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordKind {
    /// The kind's name, a folder of the lake.
    pub name: String,
    /// Its title.
    pub title: Label,
    /// What a count of its records counts (`complaints`).
    pub unit: Label,
    /// What a count of its persons counts (`women`).
    pub persons_unit: Label,
    /// Whether no record of it is about a person: it has no person code, and its numbers are summed
    /// and published exactly.
    pub free_of_persons: bool,
    /// All fields in declared order, the person first.
    pub fields: Vec<Field>,
    /// What must hold between the fields of one record.
    pub checks: Vec<Check>,
}

impl RecordKind {
    /// Reads a kind from Frictionless Table Schema JSON.
    ///
    /// # Errors
    /// What does not parse, or does not say exactly one person, event date and area; a kind free of
    /// persons that has a person, or anything but its month, area, codes and whole numbers.
    pub fn parse(file: &str, text: &str) -> Result<Self, SchemaError> {
        let wire: Wire = serde_json::from_str(text).map_err(|e| SchemaError::Parse {
            file: file.to_owned(),
            format: "JSON",
            detail: e.to_string(),
        })?;
        let checks = wire.checks.into_iter().map(|c| c.read(file));
        let kind = Self {
            checks: checks.collect::<Result<_, _>>()?,
            title: label(&wire.title, wire.title_ur.as_ref()),
            unit: label(&wire.unit, wire.unit_ur.as_ref()),
            persons_unit: label(&wire.persons_unit, wire.persons_unit_ur.as_ref()),
            free_of_persons: wire.free_of_persons,
            fields: wire.fields.into_iter().map(Field::from).collect(),
            name: wire.name,
        };
        kind.check(file)?;
        Ok(kind)
    }

    fn check(&self, file: &str) -> Result<(), SchemaError> {
        let hint = "see schemas/records/police.json for a complete example";
        let invalid = |what: String| Err(SchemaError::invalid(file, what, hint));
        if !is_name(&self.name) {
            return invalid(format!(
                "`{}` is not a name: lower case letters, digits and _",
                self.name
            ));
        }
        self.check_free_of_persons(file)?;
        let person = (!self.free_of_persons).then_some(Role::Person);
        for role in person.into_iter().chain([Role::EventDate, Role::Area]) {
            let n = self.fields.iter().filter(|f| f.role == role).count();
            if n != 1 {
                return invalid(format!("{n} fields have the role {role:?}, there must be one"));
            }
        }
        let mut seen = std::collections::BTreeSet::new();
        for field in &self.fields {
            let coded = matches!(field.role, Role::Area | Role::Code);
            let problem = if !is_name(&field.name) {
                "has a name that is not lower case letters, digits and _"
            } else if RESERVED.contains(&field.name.as_str()) {
                "has a name that the lake keeps for itself"
            } else if !seen.insert(&field.name) {
                "is there twice"
            } else if coded != field.codes.is_some() {
                "needs `codes` if and only if its role is `area` or `code`"
            } else if field.range.0 > field.range.1 {
                "has a minimum above its maximum"
            } else if field.role == Role::EventDate && !field.required {
                "is the event date and must be required"
            } else {
                continue;
            };
            return invalid(format!("field `{}` {problem}", field.name));
        }
        Ok(())
    }

    /// A field by name.
    #[must_use]
    pub fn field(&self, name: &str) -> Option<&Field> {
        self.fields.iter().find(|f| f.name == name)
    }

    /// The field with the role of which there is exactly one.
    #[must_use]
    pub fn only(&self, role: Role) -> Option<&Field> {
        self.fields.iter().find(|f| f.role == role)
    }

    /// The fields that the lake stores under their own names: all but the person.
    pub fn stored(&self) -> impl Iterator<Item = &Field> {
        self.fields.iter().filter(|f| f.role != Role::Person)
    }
}

/// Columns that every lake file has besides the kind's fields.
pub const RESERVED: [&str; 8] = [
    "record_id",
    "person_id",
    "provider",
    "batch",
    "year",
    "ordinal_kind",
    "ordinal_year",
    FREE_OF_PERSONS,
];

/// The column, true in every row, of lake files whose kind was declared free of persons when they were
/// written. Files without it are never summed exactly, whatever the kind's schema says later.
pub const FREE_OF_PERSONS: &str = "free_of_persons";

/// Whether a text can name a kind, a field or a list: it becomes a folder and a column.
#[must_use]
pub fn is_name(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_lowercase())
        && bytes.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        && text.len() <= 60
}

#[derive(Deserialize)]
struct Wire {
    name: String,
    title: String,
    title_ur: Option<String>,
    unit: String,
    unit_ur: Option<String>,
    #[serde(default = "persons")]
    persons_unit: String,
    persons_unit_ur: Option<String>,
    #[serde(default)]
    free_of_persons: bool,
    fields: Vec<WireField>,
    #[serde(default)]
    checks: Vec<check::WireCheck>,
}

fn persons() -> String {
    "persons".to_owned()
}

#[derive(Deserialize)]
struct WireField {
    name: String,
    role: Role,
    title: String,
    title_ur: Option<String>,
    codes: Option<String>,
    #[serde(default)]
    clip: bool,
    #[serde(default)]
    constraints: Constraints,
}

#[derive(Default, Deserialize)]
struct Constraints {
    #[serde(default)]
    required: bool,
    minimum: Option<i32>,
    maximum: Option<i32>,
}

impl From<WireField> for Field {
    fn from(w: WireField) -> Self {
        Self {
            title: label(&w.title, w.title_ur.as_ref()),
            name: w.name,
            role: w.role,
            codes: w.codes,
            required: w.constraints.required,
            range: (w.constraints.minimum.unwrap_or(0), w.constraints.maximum.unwrap_or(1_000_000)),
            clip: w.clip,
        }
    }
}

fn label(en: &str, ur: Option<&String>) -> Label {
    let label = Label::english(en);
    ur.map_or(label.clone(), |ur| label.with("ur", ur.as_str()))
}
