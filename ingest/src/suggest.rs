//! A proposed mapping for a file that nobody has mapped yet.
//!
//! What is proposed is the provider's section of `shumar.toml`, with a question at every doubt. It
//! goes to the terminal of the person who writes the mapping. Headers are shown there; of the cells
//! only words that are categories by all appearance (see [`word::printable`]), never a token, a
//! date or a text.

use std::path::Path;

use chrono::NaiveDate;
use shumar_schemas::config::Scope;
use shumar_schemas::{Catalog, SchemaError, Synonyms, record};

use crate::IngestError;

mod assign;
mod date;
mod fit;
mod header;
mod key;
mod sample;
mod word;
mod write;

/// What is asked about a file.
#[derive(Debug, Clone, Copy)]
pub struct Ask<'a> {
    /// The declarations.
    pub catalog: &'a Catalog,
    /// The areas that the commission counts.
    pub scope: Option<&'a Scope>,
    /// The record kind; chosen by the columns when it is not given.
    pub kind: Option<&'a str>,
    /// The id of the provider to propose.
    pub id: Option<&'a str>,
    /// A private folder for what has to be unpacked.
    pub scratch: &'a Path,
    /// No record is of a later day.
    pub today: NaiveDate,
}

/// A proposed mapping.
#[derive(Debug, Clone)]
pub struct Suggestion {
    /// The record kind.
    pub kind: String,
    /// The provider's section for `shumar.toml`.
    pub toml: String,
    /// What was made of each column.
    pub columns: Vec<Guess>,
}

/// What was made of a column.
#[derive(Debug, Clone)]
pub struct Guess {
    /// Its place: `column C`.
    pub place: String,
    /// Its header, unless that looks like a value.
    pub header: String,
    /// The field it feeds, or `person`, `record_key` or `drop`.
    pub field: String,
    /// How sure that is, in percent.
    pub confidence: u8,
    /// What has to be answered.
    pub question: Option<String>,
}

/// Proposes a mapping for a file.
///
/// # Errors
/// A file that can't be read, or a kind or id that can't be.
pub fn suggest(file: &Path, ask: &Ask<'_>) -> Result<Suggestion, IngestError> {
    if let Some(id) = ask.id.filter(|id| !record::is_name(&id.replace('-', "_"))) {
        let hint = "ids are lower case letters, digits, - and _";
        return Err(SchemaError::invalid("--provider-id", format!("`{id}` is no id"), hint).into());
    }
    let words = header::Lexicon::new(Synonyms::built_in()?, ask.catalog);
    let sample = sample::take(file, ask, &words)?;
    let plan = assign::plan(&sample, ask, &words)?;
    Ok(write::suggestion(file, ask, &sample, &plan))
}
