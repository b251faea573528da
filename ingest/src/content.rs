//! A digest of what a record says, by which a later file's row of the same record is found to agree.
//!
//! Field names and, for codes, the codes themselves go into it, so that a kind and its lists may
//! grow. Blank fields and those that folding may move are left out.

use std::hash::Hasher;

use shumar_schemas::code::Code;
use shumar_schemas::config::Fold;
use shumar_schemas::{Catalog, Role};
use siphasher::sip::SipHasher13;

use crate::IngestError;
use crate::key::HomeKey;
use crate::mapping::{From, Plan};
use crate::value::BLANK;

/// Digests records of one mapping.
pub(crate) struct Contents {
    base: SipHasher13,
    fields: Vec<Part>,
    /// What the fixed values of the mapping add to every record.
    fixed: u64,
}

/// A field that varies from row to row.
struct Part {
    tag: u64,
    counts: bool,
    /// What each code of its list adds.
    words: Option<Vec<u64>>,
}

impl Contents {
    /// Digests for a mapping, keyed with the home's key.
    pub(crate) fn new(
        plan: &Plan<'_>,
        catalog: &Catalog,
        key: &HomeKey,
    ) -> Result<Self, IngestError> {
        let base = SipHasher13::new_with_key(&key.id("content", []));
        let hash = |text: &str| {
            let mut hasher = base;
            hasher.write(text.as_bytes());
            hasher.finish()
        };
        let mut contents = Self { base, fields: Vec::new(), fixed: 0 };
        for (field, planned) in plan.kind.stored().zip(&plan.fields) {
            let tag = hash(&field.name);
            let words = match field.role {
                Role::Area | Role::Code => {
                    let list =
                        catalog.list(field.codes.as_deref().unwrap_or_default(), "a kind")?;
                    let word = |c: &Code| contents.pair(tag, hash(&c.code));
                    Some(list.codes().iter().map(word).collect())
                }
                _ => None,
            };
            let part = Part { tag, counts: planned.fold == Fold::Agree, words };
            match planned.from {
                From::Fixed(value) => {
                    contents.fixed = contents.fixed.wrapping_add(contents.part(&part, value));
                }
                From::Column(_) => contents.fields.push(part),
            }
        }
        Ok(contents)
    }

    /// The digest of a record's varying values. The parts are summed up, so that their order,
    /// which is the kind's, does not matter.
    pub(crate) fn digest(&self, values: &[i32]) -> u64 {
        let parts = self.fields.iter().zip(values).map(|(field, value)| self.part(field, *value));
        parts.fold(self.fixed, u64::wrapping_add)
    }

    fn part(&self, field: &Part, value: i32) -> u64 {
        if !field.counts || value == BLANK {
            return 0;
        }
        let place = usize::try_from(value).ok();
        let word = field.words.as_ref().zip(place).and_then(|(words, i)| words.get(i));
        word.copied().unwrap_or_else(|| self.pair(field.tag, u64::from(value.cast_unsigned())))
    }

    fn pair(&self, tag: u64, word: u64) -> u64 {
        let mut hasher = self.base;
        hasher.write_u64(tag);
        hasher.write_u64(word);
        hasher.finish()
    }
}
