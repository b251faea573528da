//! Drift: how a file differs from the same office's last files. It warns and never refuses.
//!
//! Small files are noisy, so a difference must be both large and more than chance: four standard
//! errors, and for shares ten points of a hundred.

use std::collections::BTreeMap;

use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};
use shumar_schemas::{Catalog, RecordKind, Role, SchemaError, YearMonth};
use shumar_seal::Seal;

use crate::IngestError;
use crate::value::BLANK;

mod compare;
mod warning;

use compare::{as_f64, median};

pub use compare::compare;
pub use warning::Warning;

/// How many earlier batches are looked at.
const BATCHES_MAX: i64 = 6;
/// A month with less than this part of the usual rows is a straggler's and opens no range.
const STRAGGLERS: f64 = 0.25;

/// What is kept of a batch to compare later ones with: counts, and no record.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Profile {
    /// Accepted records by the month of the event; 0 where the file was said to cover a month.
    pub months: BTreeMap<YearMonth, u64>,
    /// Accepted records by area.
    pub areas: BTreeMap<String, u64>,
    /// Blank values among the accepted records, by field.
    pub blank: BTreeMap<String, u64>,
    /// Rows of the file.
    pub rows: u64,
    /// Records that landed.
    pub accepted: u64,
    /// Rows that were rejected.
    pub rejected: u64,
}

impl Profile {
    /// The profile of accepted records: the kind's stored fields, a vector a field.
    ///
    /// # Errors
    /// An area list that is not declared.
    pub fn of(
        kind: &RecordKind,
        catalog: &Catalog,
        fields: &[Vec<i32>],
        rows: u64,
        rejected: u64,
    ) -> Result<Self, SchemaError> {
        let mut profile = Self { rows, rejected, ..Self::default() };
        profile.accepted = fields.first().map_or(0, |f| f.len() as u64);
        for (field, values) in kind.stored().zip(fields) {
            if !field.required {
                let blank = values.iter().filter(|v| **v == BLANK).count();
                profile.blank.insert(field.name.clone(), blank as u64);
            }
            match field.role {
                Role::EventDate => {
                    let months = counted(values).into_iter();
                    let month = |(days, n)| Some((YearMonth::from_days(days)?, n));
                    profile.months = months.filter_map(month).collect();
                }
                Role::Area => {
                    let list = field.codes.as_deref().unwrap_or_default();
                    let codes = catalog.list(list, "the profile of a batch")?.codes();
                    let area = |(place, n): (i32, u64)| {
                        let code = codes.get(usize::try_from(place).ok()?)?;
                        Some((code.code.clone(), n))
                    };
                    profile.areas = counted(values).into_iter().filter_map(area).collect();
                }
                _ => {}
            }
        }
        Ok(profile)
    }

    /// The text that the register keeps.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The median number of records in a month that has any: a few stragglers of other months do
    /// not move it much.
    fn rate(&self) -> Option<f64> {
        median(self.months.values().filter(|n| **n > 0).map(|n| as_f64(*n)).collect())
    }

    /// The first and the last month that hold more than stragglers.
    fn span(&self, usual: f64) -> Option<(YearMonth, YearMonth)> {
        let full = |(_, n): &(&YearMonth, &u64)| as_f64(**n) >= usual * STRAGGLERS;
        let mut months = self.months.iter().filter(full).map(|(m, _)| *m);
        let first = months.next()?;
        Some((first, months.next_back().unwrap_or(first)))
    }
}

/// How often each value occurs.
fn counted(values: &[i32]) -> BTreeMap<i32, u64> {
    let mut counts = std::collections::HashMap::new();
    for value in values {
        *counts.entry(*value).or_insert(0) += 1;
    }
    counts.into_iter().collect()
}

/// Compares a profile with those of the provider's last batches of the kind that still count.
///
/// # Errors
/// A failure of the register; a lake's key that can't be had.
pub fn warnings(
    register: &Connection,
    seal: &Seal,
    (provider, kind): (&str, &str),
    now: &Profile,
) -> Result<Vec<Warning>, IngestError> {
    let mut select = register.prepare(
        "SELECT profile FROM batch WHERE provider = ?1 AND kind = ?2 AND state = 'active'
         AND profile IS NOT NULL ORDER BY id DESC LIMIT ?3",
    )?;
    let texts =
        select.query_map(params![provider, kind, BATCHES_MAX], |r| r.get::<_, String>(0))?;
    let mut before = Vec::new();
    for text in texts {
        // A profile that another version wrote and this one can't read is no reason to stop.
        let text = seal.opened(&text?)?.unwrap_or_default();
        before.extend(serde_json::from_str::<Profile>(&text).ok());
    }
    Ok(compare(&before, now))
}

#[cfg(test)]
mod tests;
