//! What stands before a landing: which batches are in the lake, and which periods were counted.

use std::collections::HashMap;

use rusqlite::Connection;
use shumar_schemas::ledger::Entry as LedgerEntry;
use shumar_schemas::{Period, store};

use crate::IngestError;
use crate::places::Entry;

/// What a landing of one kind goes by.
pub(crate) struct Standing {
    batches: HashMap<u32, Facts>,
    /// First and last month of every period of which the kind was counted for the ledger.
    counted: Vec<(u16, u16)>,
}

struct Facts {
    active: bool,
    same_kind: bool,
}

impl Standing {
    /// What stands now; a batch that is being replaced counts as gone.
    ///
    /// # Errors
    /// A database that can't be used.
    pub(crate) fn read(
        register: &Connection,
        kind: &str,
        replaced: Option<i64>,
    ) -> Result<Self, IngestError> {
        let mut batches = HashMap::new();
        let mut select = register.prepare("SELECT id, kind = ?1, state = 'active' FROM batch")?;
        let mut found = select.query([kind])?;
        while let Some(row) = found.next()? {
            let id: u32 = row.get(0)?;
            let active: bool = row.get(2)?;
            let active = active && Some(i64::from(id)) != replaced;
            batches.insert(id, Facts { active, same_kind: row.get(1)? });
        }
        let mut counted = Vec::new();
        let mut select = register.prepare("SELECT body FROM ledger WHERE act = 'charge'")?;
        let mut found = select.query([])?;
        while let Some(row) = found.next()? {
            let body: String = row.get(0)?;
            // A charge that can't be read may be for any period: nothing lands beside it.
            let damaged = || IngestError::Damaged { file: store::DATABASE.into() };
            let entry = serde_json::from_str(&body).map_err(|_| damaged())?;
            let LedgerEntry::Charge(charge) = entry else { continue };
            let period: Period = charge.period.parse().map_err(|_| damaged())?;
            if charge.kind == kind {
                counted.push(span(period));
            }
        }
        counted.sort_unstable();
        counted.dedup();
        Ok(Self { batches, counted })
    }

    /// Adds a batch of this landing.
    pub(crate) fn add(&mut self, batch: u32) {
        self.batches.insert(batch, Facts { active: true, same_kind: true });
    }

    /// Whether a batch's records are in the lake.
    pub(crate) fn is_active(&self, batch: u32) -> bool {
        self.batches.get(&batch).is_some_and(|b| b.active)
    }

    /// Whether a batch is of the kind that lands.
    pub(crate) fn is_kind(&self, batch: u32) -> bool {
        self.batches.get(&batch).is_some_and(|b| b.same_kind)
    }

    /// Whether a record that replaces `earlier` may have its place: not in another year, whose
    /// places are others, and not when a counted period had the earlier one and has not this one:
    /// a later period would then count the same place once more.
    pub(crate) fn keeps_place(&self, earlier: &Entry, month: u16) -> bool {
        let within = |m: u16, (first, last): &(u16, u16)| (*first..=*last).contains(&m);
        let moved_out = |period| within(earlier.month, period) && !within(month, period);
        earlier.reporting_year() == month / 12 && !self.counted.iter().any(moved_out)
    }
}

fn span(period: Period) -> (u16, u16) {
    let (first, last) = period.months();
    let month = |m: shumar_schemas::YearMonth| {
        u16::try_from(m.year() * 12 + i32::from(m.month()) - 1).unwrap_or_default()
    };
    (month(first), month(last))
}
