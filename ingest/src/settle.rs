//! The settling of records: rows of one record become one, records that are known are folded or
//! refused, and every other gets its place among its person's.
//!
//! A person's rows are settled together, in the order of arrival, against all that the register of
//! places knows of the person. Nothing here depends on another person.

use std::collections::BTreeMap;

use hashbrown::HashMap;
use shumar_schemas::YearMonth;
use shumar_schemas::config::Fold;

use crate::content::Contents;
use crate::key::Id;
use crate::mapping::Plan;
use crate::pack::{Packed, RecordId};
use crate::places::{Cursor, Entry};
use crate::standing::Standing;
use crate::value::BLANK;
use crate::{IngestError, Reject, Rule};

/// What some persons' rows came to.
#[derive(Default)]
pub(crate) struct Settled {
    /// The records, packed with their ordinals, by file and reporting year; persons in order.
    pub(crate) kept: BTreeMap<(u32, i32), Packed>,
    /// New entries of the register of places, persons in order.
    pub(crate) entries: Vec<Entry>,
    /// Rejected rows by file.
    pub(crate) rejects: Vec<(u32, Reject)>,
    /// Accepted records and rows that repeat one, by file.
    pub(crate) counts: Vec<(u64, u64)>,
    /// For how many records a file and year makes room at once.
    room: usize,
}

/// What settling needs.
pub(crate) struct Settler<'a> {
    pub(crate) plan: &'a Plan<'a>,
    pub(crate) contents: &'a Contents,
    pub(crate) standing: &'a Standing,
    /// The batch of each file; `None` for a refused one, whose rows are passed over.
    pub(crate) batches: &'a [Option<u32>],
}

/// A record of one file, being put together from its rows.
struct Draft {
    record: RecordId,
    row: u64,
    further: Vec<u64>,
    values: Vec<i32>,
    conflict: Option<usize>,
}

impl Settler<'_> {
    /// Settles all rows of some persons.
    ///
    /// # Errors
    /// A register of places that can't be read.
    pub(crate) fn settle(
        &self,
        rows: &Packed,
        cursors: &mut [Cursor<'_>],
    ) -> Result<Settled, IngestError> {
        let mut order: Vec<(u64, u32)> = Vec::with_capacity(rows.len());
        for (i, line) in (0_u32..).zip(rows.lines()) {
            if self.batches[line.first() as usize].is_some() {
                order.push((line.beginning(), i));
            }
        }
        // The beginning tells most persons apart; the whole is looked at where it does not.
        order.sort_unstable_by(|a, b| {
            let whole = |i: u32| {
                let line = rows.line(i as usize);
                (line.person(), line.first(), line.second())
            };
            a.0.cmp(&b.0).then_with(|| whole(a.1).cmp(&whole(b.1)))
        });
        let (mut drafts, mut spare) = (Vec::new(), Vec::new());
        let mut settled = Settled {
            counts: vec![(0, 0); self.batches.len()],
            entries: Vec::with_capacity(order.len()),
            room: order.len() / self.batches.len(),
            ..Settled::default()
        };
        let mut known = Vec::new();
        let line = |i: &(u64, u32)| rows.line(i.1 as usize);
        for of_person in order.chunk_by(|a, b| a.0 == b.0 && line(a).person() == line(b).person()) {
            let person = line(&of_person[0]).person();
            known.clear();
            for cursor in &mut *cursors {
                cursor.find(&person, &mut known)?;
            }
            let mut history = History::new(&known, self.standing);
            for of_file in of_person.chunk_by(|a, b| line(a).first() == line(b).first()) {
                self.draft(rows, of_file, &mut drafts, &mut spare);
                let file = line(&of_file[0]).first();
                for draft in drafts.drain(..) {
                    self.decide(&person, file, &draft, &mut history, &mut settled);
                    spare.push(draft.values);
                }
            }
        }
        Ok(settled)
    }

    /// The records of one file, in the order of their first rows.
    fn draft(
        &self,
        rows: &Packed,
        lines: &[(u64, u32)],
        drafts: &mut Vec<Draft>,
        spare: &mut Vec<Vec<i32>>,
    ) {
        let mut places: HashMap<RecordId, usize> = HashMap::new();
        for (_, i) in lines {
            let line = rows.line(*i as usize);
            let row = line.second();
            let record = line.record();
            // Most persons have one row; a table of places pays off for the others only.
            let known = match lines.len() {
                1 => None,
                2..16 => drafts.iter().position(|d| d.record == record),
                _ => places.get(&record).copied(),
            };
            let Some(known) = known else {
                if lines.len() >= 16 {
                    places.insert(record, drafts.len());
                }
                let mut values = spare.pop().unwrap_or_default();
                values.clear();
                values.extend(line.values());
                let further = Vec::new();
                drafts.push(Draft { record, row, further, values, conflict: None });
                continue;
            };
            self.fold(&mut drafts[known], row, line.values());
        }
    }

    /// Folds a further row into its record.
    fn fold(&self, draft: &mut Draft, row: u64, values: impl Iterator<Item = i32>) {
        draft.further.push(row);
        for ((old, value), &i) in draft.values.iter_mut().zip(values).zip(&self.plan.varying) {
            match self.plan.fields[i].fold {
                _ if *old == value => {}
                Fold::Agree => _ = draft.conflict.get_or_insert(i),
                _ if value == BLANK => {}
                _ if *old == BLANK => *old = value,
                Fold::Earliest => *old = (*old).min(value),
                Fold::Latest => *old = (*old).max(value),
            }
        }
    }

    fn decide(
        &self,
        person: &Id,
        file: u32,
        draft: &Draft,
        history: &mut History<'_>,
        settled: &mut Settled,
    ) {
        let Some(batch) = self.batches[file as usize] else { return };
        if let Some(field) = draft.conflict {
            let field = &self.plan.fields[field].name;
            return draft.reject(file, field, Rule::KeyConflict, settled);
        }
        let content = self.contents.digest(&draft.values);
        let days = self.event_days(&draft.values);
        let latest = history.latest(draft.record).copied();
        if let Some(known) = latest.filter(|e| self.standing.is_active(e.batch)) {
            if known.content != content {
                return draft.reject(file, &"".into(), Rule::KeyChanged, settled);
            }
            settled.counts[file as usize].1 += 1 + draft.further.len() as u64;
            if known.batch != batch {
                settled.entries.push(Entry { batch, copy: true, ..known });
            }
            return;
        }
        let Some(month) = month(days) else {
            return draft.reject(file, &"".into(), Rule::DateOutOfRange, settled);
        };
        let (kind, year) = match latest {
            Some(e) if self.standing.keeps_place(&e, month) => (e.kind, e.year),
            _ => history.next(month / 12),
        };
        let (accepted, folded) = &mut settled.counts[file as usize];
        *accepted += 1;
        *folded += draft.further.len() as u64;
        let record = draft.record;
        let entry =
            Entry { person: *person, record, content, batch, month, kind, year, copy: false };
        history.add(entry);
        settled.entries.push(entry);
        let fields = self.plan.varying.len();
        let kept = settled.kept.entry((file, i32::from(month / 12)));
        let ordinals = (u32::from(kind), u64::from(year));
        let kept = kept.or_insert_with(|| {
            let mut kept = Packed::new(fields);
            kept.reserve(settled.room);
            kept
        });
        kept.push(person, record, ordinals, draft.values.iter().copied());
    }

    fn event_days(&self, values: &[i32]) -> i32 {
        let place = self.plan.varying.iter().position(|i| *i == self.plan.event_date);
        match place {
            Some(place) => values[place],
            None => self.plan.fixed(self.plan.event_date),
        }
    }
}

impl Draft {
    /// Rejects all rows of the record.
    fn reject(&self, file: u32, field: &std::sync::Arc<str>, rule: Rule, settled: &mut Settled) {
        for number in std::iter::once(self.row).chain(self.further.iter().copied()) {
            let sheet = u16::try_from(number >> 48).unwrap_or_default();
            let row = number & 0xffff_ffff_ffff;
            settled.rejects.push((file, Reject { sheet, row, field: field.clone(), rule }));
        }
    }
}

/// 12 × year + month - 1.
fn month(days: i32) -> Option<u16> {
    let month = YearMonth::from_days(days)?;
    u16::try_from(month.year() * 12 + i32::from(month.month()) - 1).ok()
}

/// What is known of a person.
struct History<'a> {
    standing: &'a Standing,
    earlier: &'a [Entry],
    /// Entries of this landing.
    added: Vec<Entry>,
    /// The latest version of each record, when there are many.
    index: HashMap<RecordId, Entry>,
}

impl<'a> History<'a> {
    const MANY: usize = 16;

    fn new(earlier: &'a [Entry], standing: &'a Standing) -> Self {
        let mut history = Self { standing, earlier, added: Vec::new(), index: HashMap::new() };
        if earlier.len() >= Self::MANY {
            for entry in earlier {
                history.remember(*entry);
            }
        }
        history
    }

    fn remember(&mut self, entry: Entry) {
        if !entry.copy {
            self.index.insert(entry.record, entry);
        }
    }

    /// The latest version of a record: the last that was entered. Its batch need not have the
    /// highest number, for a record may be handed on to a batch that came before its own.
    fn latest(&self, record: RecordId) -> Option<&Entry> {
        if !self.index.is_empty() {
            return self.index.get(&record);
        }
        let all = self.earlier.iter().chain(&self.added);
        all.rev().find(|e| e.record == record && !e.copy)
    }

    fn add(&mut self, entry: Entry) {
        self.added.push(entry);
        if !self.index.is_empty() || self.added.len() + self.earlier.len() >= Self::MANY {
            if self.index.is_empty() {
                let all: Vec<Entry> = self.earlier.iter().chain(&self.added).copied().collect();
                for entry in all {
                    self.remember(entry);
                }
            }
            self.remember(entry);
        }
    }

    /// The next free places in a reporting year: of the kind, and over all kinds. A place is free
    /// that no record ever had: withdrawn records keep theirs.
    fn next(&self, year: u16) -> (u16, u16) {
        let places = self.earlier.iter().chain(&self.added);
        let places = places.filter(|e| !e.copy && e.reporting_year() == year);
        let (mut of_kind, mut of_all) = (0, 0);
        for e in places {
            of_all = of_all.max(e.year);
            if self.standing.is_kind(e.batch) {
                of_kind = of_kind.max(e.kind);
            }
        }
        // The last place stands for any beyond it: no bound reaches it.
        (of_kind.saturating_add(1), of_all.saturating_add(1))
    }
}
