//! Which column tells records apart.

use std::collections::HashMap;

use super::sample::{Sample, part};

/// Rows of one key may disagree in this part of the keys: slips, not another meaning.
const CONFLICTS_MAX: f64 = 0.02;
/// A record number is there in most rows.
const FILLED_MIN: f64 = 0.8;

/// Whether a column can be the record key: filled as a rule, and rows of one key (and person) agree
/// in the mapped columns, so that folding them rejects nobody's record.
pub(super) fn tells_apart(
    sample: &Sample,
    column: usize,
    person: Option<usize>,
    mapped: &[usize],
) -> bool {
    if part(sample.columns[column].filled, sample.rows.len()) < FILLED_MIN {
        return false;
    }
    let mut first: HashMap<(&str, &str), &Vec<String>> = HashMap::new();
    let mut conflicts = 0;
    for row in &sample.rows {
        let person = person.map_or("", |p| row[p].as_str());
        let key = (row[column].as_str(), person);
        let known = first.entry(key).or_insert(row);
        conflicts += usize::from(mapped.iter().any(|&i| known[i] != row[i]));
    }
    first.len() > 1 && part(conflicts, sample.rows.len()) <= CONFLICTS_MAX
}
