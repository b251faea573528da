//! Workbooks and survey forms made from a record kind, whose files land without a mapping of one's
//! own: `template-KIND` and `kobotoolbox-KIND`.

use rust_xlsxwriter::XlsxError;
use shumar_schemas::code::{Match, fold};
use shumar_schemas::config::Scope;
use shumar_schemas::{Catalog, Code, CodeList, Field, RecordKind, Role};

use crate::IngestError;

mod book;
mod form;

/// What a workbook or a form is made for.
#[derive(Debug, Clone, Copy)]
pub struct Template<'a> {
    /// The declarations.
    pub catalog: &'a Catalog,
    /// The record kind.
    pub kind: &'a RecordKind,
    /// The areas to choose from; all without it.
    pub scope: Option<&'a Scope>,
    /// The language of the choices, as `en` or `ur`.
    pub language: &'a str,
}

impl Template<'_> {
    /// A workbook with drop-downs, limits and notes, as XLSX.
    ///
    /// # Errors
    /// A list that is not declared, or a workbook that can't be built.
    pub fn workbook(&self) -> Result<Vec<u8>, IngestError> {
        book::build(self)
    }

    /// A survey form in the `XLSForm` standard, for `KoboToolbox` and its relatives, as XLSX.
    ///
    /// # Errors
    /// A list that is not declared, or a workbook that can't be built.
    pub fn form(&self) -> Result<Vec<u8>, IngestError> {
        form::build(self)
    }

    /// The list of a coded field and its codes to choose from: the area of the record is limited to
    /// the commission's, other areas (of origin, say) are not.
    fn choices(&self, field: &Field) -> Result<Option<(&CodeList, Vec<&Code>)>, IngestError> {
        let Some(name) = &field.codes else { return Ok(None) };
        let list = self.catalog.list(name, "the record kind")?;
        let scope = self.scope.filter(|_| field.role == Role::Area);
        let places = Scope::positions(scope, list)?;
        Ok(Some((list, places.into_iter().filter_map(|i| list.codes().get(i)).collect())))
    }
}

/// The word for a code that ingest reads back as this code and no other: its label in the language,
/// else in English, else the code itself.
fn word<'a>(list: &CodeList, code: &'a Code, language: &str) -> &'a str {
    let own = list.position(&code.code);
    let is_own = |text: &&str| matches!(list.find(text), Match::One(i) if Some(i) == own);
    let words = [code.label.get(language), code.label.en(), &code.code];
    words.into_iter().find(is_own).unwrap_or(&code.code)
}

/// The name of a choice in a survey form: like [`word`], without blanks and signs.
fn choice_name(list: &CodeList, code: &Code) -> String {
    match list.find(&code.code) {
        Match::One(_) => code.code.clone(),
        _ => fold(word(list, code, "en")).replace(' ', "_"),
    }
}

/// A workbook that could not be built is a failure of the disk or the program.
fn unbuilt(error: &XlsxError) -> IngestError {
    let file = std::path::Path::new("template");
    IngestError::write(file)(std::io::Error::other(error.to_string()))
}
