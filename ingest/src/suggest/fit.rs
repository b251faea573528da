//! How well the cells of a column feed a field.

use shumar_schemas::code::{Match, fold};
use shumar_schemas::config::Read;
use shumar_schemas::{CodeList, Field, Role};

use super::Ask;
use super::date::{Dates, ascii_digits, dates};
use super::header::Lexicon;
use super::sample::{Column, part};
use super::word::{Meaning, meaning, printable};
use crate::IngestError;

/// A record of a commission's is not older.
const RECORDS_FROM: i32 = 1990;
/// Nobody alive was born earlier.
const BIRTHS_FROM: i32 = 1905;
/// Nobody is older, in years.
const AGE_MAX: u32 = 120;
/// So many different words of a column are looked up; more are no category.
const WORDS_MAX: usize = 400;

/// How a column's cells fit a field.
#[derive(Debug, Clone, Default)]
pub(super) struct Fit {
    /// The part of the filled cells that is understood.
    pub(super) share: f64,
    /// How many different codes occur.
    pub(super) codes_found: usize,
    /// How cells become values.
    pub(super) read: Read,
    /// The date formats.
    pub(super) dates: Dates,
    /// Words and the code that each surely means.
    pub(super) sure: Vec<(String, String)>,
    /// Words to ask about, with the code that may be meant.
    pub(super) doubtful: Vec<(String, Option<String>)>,
}

/// Looks at a column with a field in mind.
pub(super) fn fit(
    column: &Column,
    field: &Field,
    ask: &Ask<'_>,
    words: &Lexicon,
) -> Result<Fit, IngestError> {
    Ok(match field.role {
        Role::Area | Role::Code => {
            let list = ask.catalog.list(field.codes.as_deref().unwrap_or_default(), "a field")?;
            let fit = codes(column, list, words);
            if fit.share < 0.5 && is_bands(list) { bands(column, ask).unwrap_or(fit) } else { fit }
        }
        Role::EventDate | Role::Date => {
            let dates = dates(column, RECORDS_FROM, ask.today);
            Fit { share: dates.share, dates, ..Fit::default() }
        }
        Role::Duration | Role::Count => {
            let (low, high) = field.range;
            let number = |w: &str| {
                let number = ascii_digits(w).parse::<i32>();
                number.is_ok_and(|n| field.clip || (low..=high).contains(&n))
            };
            Fit { share: column.share(number), ..Fit::default() }
        }
        Role::Boolean => truths(column, words),
        Role::Person => Fit::default(),
    })
}

fn codes(column: &Column, list: &CodeList, words: &Lexicon) -> Fit {
    let mut fit = Fit::default();
    let mut understood = 0;
    let mut found = std::collections::BTreeSet::new();
    if column.words.len() > WORDS_MAX {
        return fit;
    }
    for (word, times) in &column.words {
        if let Match::One(place) = list.find(word) {
            understood += times;
            found.insert(place);
            continue;
        }
        if !printable(word, *times, column) {
            continue;
        }
        match meaning(list, word, words) {
            Meaning::Sure(code) => {
                understood += times;
                found.extend(list.position(code));
                fit.sure.push((word.clone(), code.to_owned()));
            }
            Meaning::Perhaps(code) => {
                fit.doubtful.push((word.clone(), Some(code.to_owned())));
            }
            Meaning::Unknown => fit.doubtful.push((word.clone(), None)),
        }
    }
    (fit.share, fit.codes_found) = (part(understood, column.filled), found.len());
    fit
}

/// Whether a list is one of age bands: its codes say from which year to which.
fn is_bands(list: &CodeList) -> bool {
    list.codes().iter().any(|c| ["from", "to"].iter().all(|a| c.attributes.contains_key(*a)))
}

/// Ages in years, or dates of birth.
fn bands(column: &Column, ask: &Ask<'_>) -> Option<Fit> {
    let age = |w: &str| ascii_digits(w).parse::<u32>().is_ok_and(|n| n <= AGE_MAX);
    let years = column.share(age);
    if years >= 0.5 {
        return Some(Fit { share: years, codes_found: 2, read: Read::Age, ..Fit::default() });
    }
    let dates = dates(column, BIRTHS_FROM, ask.today);
    let born = Fit { share: dates.share, codes_found: 2, read: Read::BirthDate, ..Fit::default() };
    (dates.share >= 0.5).then_some(Fit { dates, ..born })
}

fn truths(column: &Column, words: &Lexicon) -> Fit {
    // What ingest understands without a translation.
    const COMMON: [&str; 10] = ["yes", "true", "1", "y", "ہاں", "no", "false", "0", "n", "نہیں"];
    let mut fit = Fit::default();
    let mut understood = 0;
    for (word, times) in &column.words {
        let folded = fold(word);
        let said = |list: &[String]| list.contains(&folded);
        let truth = match (said(&words.written.yes), said(&words.written.no)) {
            (true, _) => true,
            (_, true) => false,
            _ => continue,
        };
        understood += times;
        if !COMMON.contains(&folded.as_str()) {
            fit.sure.push((word.clone(), truth.to_string()));
        }
    }
    (fit.share, fit.codes_found) = (part(understood, column.filled), column.words.len());
    fit
}
