//! The rejected rows as CSV, for a spreadsheet program: a row each, told in both languages.

use std::path::Path;

use super::{Account, tally};
use crate::words::{Language, Words};
use crate::{IngestError, durable};

/// The columns.
const HEADER: [&str; 10] = [
    "sheet",
    "row",
    "field",
    "field_en",
    "field_ur",
    "rule",
    "what_it_means_en",
    "what_to_do_en",
    "what_it_means_ur",
    "what_to_do_ur",
];
/// By this a spreadsheet program knows UTF-8, without which Urdu is lost.
const BYTE_ORDER_MARK: &str = "\u{feff}";
/// What makes a spreadsheet program take a text for a formula.
const FORMULA: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// Writes the table.
pub(crate) fn write(path: &Path, account: &Account<'_>) -> Result<(), IngestError> {
    let broken = |e: csv::Error| IngestError::Write { file: path.to_owned(), source: e.into() };
    let kind = account.kind()?;
    let [english, urdu] = Language::ALL.map(Words::new);
    let mut told = tally(account.rejects()).into_keys().collect::<Vec<_>>();
    told.sort();
    let told: Vec<_> = told
        .into_iter()
        .map(|(field, rule)| {
            let cells = [
                field.to_string(),
                english.field(kind, &field),
                urdu.field(kind, &field),
                rule.id().to_owned(),
                english.meaning(rule),
                english.advice(rule),
                urdu.meaning(rule),
                urdu.advice(rule),
            ];
            ((field, rule), cells.map(harmless))
        })
        .collect();
    let mut out = csv::Writer::from_writer(BYTE_ORDER_MARK.as_bytes().to_vec());
    out.write_record(HEADER).map_err(broken)?;
    for reject in account.rejects() {
        let about = (&reject.field, reject.rule);
        let Ok(at) = told.binary_search_by(|(key, _)| (&key.0, key.1).cmp(&about)) else {
            continue;
        };
        let sheet = if reject.sheet == 0 { String::new() } else { reject.sheet.to_string() };
        let place = [sheet, reject.row.to_string()];
        out.write_record(place.iter().chain(&told[at].1)).map_err(broken)?;
    }
    let bytes = out.into_inner().map_err(|e| broken(e.into_error().into()))?;
    durable::write(path, &bytes)
}

/// A text that no spreadsheet program runs: a home's own titles may begin like a formula.
fn harmless(text: String) -> String {
    if text.starts_with(FORMULA) { format!("'{text}") } else { text }
}
