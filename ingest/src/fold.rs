//! Rows to records: rows of one record key become one record, or none if they disagree.

use std::collections::HashMap;

use shumar_schemas::config::Fold;

use crate::key::{HomeKey, Id};
use crate::mapping::Mapping;
use crate::value::BLANK;
use crate::{Reject, Rule};

/// Records by column, each with the row it was first seen in.
#[derive(Default)]
pub(crate) struct Records {
    /// Keyed identity of each record.
    pub(crate) ids: Vec<Id>,
    /// Keyed digest of each record's content.
    pub(crate) contents: Vec<Id>,
    /// Keyed pseudonym of each record's person.
    pub(crate) persons: Vec<Id>,
    /// The row in which each record was first seen.
    pub(crate) rows: Vec<u64>,
    /// The stored values, a vector a field.
    pub(crate) fields: Vec<Vec<i32>>,
}

impl Records {
    pub(crate) fn len(&self) -> usize {
        self.ids.len()
    }

    /// Keeps only the records at `keep`, in that order.
    pub(crate) fn take(&self, keep: &[usize]) -> Self {
        fn pick<T: Copy>(from: &[T], keep: &[usize]) -> Vec<T> {
            keep.iter().map(|&i| from[i]).collect()
        }
        Self {
            ids: pick(&self.ids, keep),
            contents: pick(&self.contents, keep),
            persons: pick(&self.persons, keep),
            rows: pick(&self.rows, keep),
            fields: self.fields.iter().map(|f| pick(f, keep)).collect(),
        }
    }
}

/// What the rows of a file come to.
pub(crate) struct Folded {
    /// The records whose rows agree.
    pub(crate) records: Records,
    /// The rows of the others.
    pub(crate) rejects: Vec<Reject>,
    /// Rows that repeat a record, by its identity.
    pub(crate) copies: Vec<(Id, u64)>,
}

/// Collects rows into records.
pub(crate) struct Folder {
    records: Records,
    slots: HashMap<Id, usize>,
    /// Further rows of a record: its slot and the row.
    further: Vec<(usize, u64)>,
    /// The first field in which a slot's rows disagree.
    conflicts: HashMap<usize, usize>,
    folds: Vec<Fold>,
}

impl Folder {
    pub(crate) fn new(mapping: &Mapping) -> Self {
        let folds: Vec<Fold> = mapping.fields.iter().map(|f| f.fold).collect();
        Self {
            records: Records { fields: vec![Vec::new(); folds.len()], ..Records::default() },
            slots: HashMap::new(),
            further: Vec::new(),
            conflicts: HashMap::new(),
            folds,
        }
    }

    /// Adds a valid row. Its identity holds its person, so that no person's rows decide about
    /// another's.
    pub(crate) fn add(&mut self, id: Id, person: Id, row: u64, values: &[i32]) {
        let slot = *self.slots.entry(id).or_insert(self.records.ids.len());
        if slot == self.records.ids.len() {
            self.records.ids.push(id);
            self.records.persons.push(person);
            self.records.rows.push(row);
            for (column, value) in self.records.fields.iter_mut().zip(values) {
                column.push(*value);
            }
            return;
        }
        self.further.push((slot, row));
        for (i, (column, value)) in self.records.fields.iter_mut().zip(values).enumerate() {
            let old = &mut column[slot];
            match self.folds[i] {
                _ if *old == *value => {}
                Fold::Agree => _ = self.conflicts.entry(slot).or_insert(i),
                _ if *value == BLANK => {}
                _ if *old == BLANK => *old = *value,
                Fold::Earliest => *old = (*old).min(*value),
                Fold::Latest => *old = (*old).max(*value),
            }
        }
    }

    /// What the rows came to.
    pub(crate) fn finish(mut self, mapping: &Mapping, key: &HomeKey) -> Folded {
        let mut rejects = Vec::new();
        let reject = |slot: &usize, row: u64, conflicts: &HashMap<usize, usize>| {
            conflicts.get(slot).map(|&field| Reject {
                sheet: 0,
                row,
                field: mapping.fields[field].name.as_str().into(),
                rule: Rule::KeyConflict,
            })
        };
        let mut copies = Vec::new();
        for (slot, row) in &self.further {
            match reject(slot, *row, &self.conflicts) {
                Some(r) => rejects.push(r),
                None => copies.push((self.records.ids[*slot], *row)),
            }
        }
        let slots = 0..self.records.len();
        rejects.extend(
            slots.clone().filter_map(|s| reject(&s, self.records.rows[s], &self.conflicts)),
        );
        self.records.contents =
            (0..self.records.len()).map(|i| self.content(i, mapping, key)).collect();
        if !self.conflicts.is_empty() {
            let keep: Vec<usize> = slots.filter(|s| !self.conflicts.contains_key(s)).collect();
            self.records = self.records.take(&keep);
        }
        Folded { records: self.records, rejects, copies }
    }

    /// Digest of what a record says, by which a later file's row of the same record is found to
    /// agree: field names and, for codes, the codes themselves, so that a list may grow. Fields
    /// that folding may move are left out.
    fn content(&self, record: usize, mapping: &Mapping, key: &HomeKey) -> Id {
        let mut parts: Vec<String> = Vec::with_capacity(2 * mapping.fields.len());
        for (field, column) in mapping.fields.iter().zip(&self.records.fields) {
            if field.fold == Fold::Agree && column[record] != BLANK {
                parts.push(field.name.clone());
                parts.push(field.reader.word(column[record]));
            }
        }
        key.id("content", parts.iter().map(String::as_bytes))
    }
}
