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

    /// The records whose rows agree, the rejects of those whose rows do not, and how many rows
    /// were folded into an earlier one.
    pub(crate) fn finish(
        mut self,
        mapping: &Mapping,
        key: &HomeKey,
    ) -> (Records, Vec<Reject>, u64) {
        let mut rejects = Vec::new();
        let reject = |slot: &usize, row: u64, conflicts: &HashMap<usize, usize>| {
            conflicts.get(slot).map(|&field| Reject {
                row,
                field: mapping.fields[field].name.clone(),
                rule: Rule::KeyConflict,
            })
        };
        let mut folded = 0;
        for (slot, row) in &self.further {
            match reject(slot, *row, &self.conflicts) {
                Some(r) => rejects.push(r),
                None => folded += 1,
            }
        }
        let slots = 0..self.records.len();
        rejects.extend(
            slots.clone().filter_map(|s| reject(&s, self.records.rows[s], &self.conflicts)),
        );
        self.records.contents = (0..self.records.len()).map(|i| self.content(i, key)).collect();
        if !self.conflicts.is_empty() {
            let keep: Vec<usize> = slots.filter(|s| !self.conflicts.contains_key(s)).collect();
            self.records = self.records.take(&keep);
        }
        (self.records, rejects, folded)
    }

    /// Digest of what a record says, by which a later file's row of the same record is found to
    /// agree. Fields that folding may move are left out.
    fn content(&self, record: usize, key: &HomeKey) -> Id {
        let values: Vec<[u8; 4]> = (self.records.fields.iter().zip(&self.folds))
            .filter(|(_, fold)| **fold == Fold::Agree)
            .map(|(column, _)| column[record].to_le_bytes())
            .collect();
        key.id("content", values.iter().map(<[u8; 4]>::as_slice))
    }
}
