//! How offices head their columns: words by field and by purpose, in English, Roman Urdu and Urdu.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::SchemaError;

/// The file with the words.
const FILE: &str = "synonyms/headers.toml";
const TEXT: &str = include_str!("../synonyms/headers.toml");

/// Words that head columns.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Synonyms {
    /// Columns with the person token.
    pub person: Vec<String>,
    /// Columns with the number of the record.
    pub record_key: Vec<String>,
    /// Columns with names, numbers of identity, telephones and addresses: always left out.
    pub identifying: Vec<String>,
    /// Columns that number the rows.
    pub serial: Vec<String>,
    /// Columns with running text.
    pub free_text: Vec<String>,
    /// Columns with a count of years of life.
    pub age: Vec<String>,
    /// Columns with a date of birth.
    pub birth: Vec<String>,
    /// Words that mean "nothing here" in a cell.
    pub null_words: Vec<String>,
    /// Words that stand before or after the name of an area.
    pub area_words: Vec<String>,
    /// Words by which a yes/no column says yes and no.
    pub yes: Vec<String>,
    /// Words of denial.
    pub no: Vec<String>,
    /// Words by field of a record kind.
    pub fields: BTreeMap<String, Vec<String>>,
}

impl Synonyms {
    /// The built-in words.
    ///
    /// # Errors
    /// Never in a built program; a test reads them.
    pub fn built_in() -> Result<Self, SchemaError> {
        toml::from_str(TEXT).map_err(|e| SchemaError::Parse {
            file: FILE.to_owned(),
            format: "TOML",
            detail: e.to_string(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Catalog, code::fold};

    #[test]
    fn every_field_of_every_kind_has_words_and_no_word_is_for_two_purposes() {
        let words = Synonyms::built_in().expect("the words");
        let catalog = Catalog::new(&[]).expect("the catalog");
        let fields = || catalog.kinds().flat_map(crate::RecordKind::stored);
        for field in fields() {
            assert!(words.fields.contains_key(&field.name), "{} has no words", field.name);
        }
        for name in words.fields.keys() {
            assert!(fields().any(|f| f.name == *name), "{name} is no field");
        }
        let identifying: Vec<String> = words.identifying.iter().map(|w| fold(w)).collect();
        for word in words.fields.values().flatten().chain(&words.person) {
            assert!(!identifying.contains(&fold(word)), "{word} identifies");
        }
    }
}
