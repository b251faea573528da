//! Whether a home may charge: not after it was restored, and not when its ledger is behind or beside what
//! was noted elsewhere, until it says what was spent in between.

use std::fmt;

use rusqlite::{Connection, OptionalExtension};
use shumar_schemas::ledger::{Entry, Head, Resumption, Row};

use crate::{StoreError, Witness};

/// Why a home may not charge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hold {
    /// It was restored from a backup.
    Restored {
        /// The act of restoring.
        act: i64,
        /// When it was restored.
        at: String,
        /// From which backup, in words.
        from: String,
    },
    /// Its ledger ends before a row that was written.
    Behind {
        /// How many rows it has.
        rows: i64,
        /// How far it had come.
        seen: Head,
    },
    /// Its ledger has another row where one was noted: two copies have charged.
    Forked {
        /// What was noted.
        seen: Head,
    },
}

impl fmt::Display for Hold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Restored { at, from, .. } => write!(
                f,
                "this home was restored on {} {from}; what was spent after that backup is not in its ledger, so that nothing can be charged yet",
                at.split('T').next().unwrap_or_default(),
            )?,
            Self::Behind { rows, seen } => write!(
                f,
                "the ledger of this home ends at row {rows}, but it had come to row {}: an older `shumar.db` was put back, or another copy of this home was used; nothing can be charged",
                seen.seq
            )?,
            Self::Forked { seen } => write!(
                f,
                "row {} of this home's ledger is not the one that was noted: two copies of one home have charged, each without the other; nothing can be charged",
                seen.seq
            )?,
        }
        f.write_str("\n\nhint: put the newest database back if there is one; otherwise say what was spent in between with `shumar budget --resume`, see `shumar budget --help`")
    }
}

/// Why this home may not charge, if there is a reason.
///
/// # Errors
/// What the database refuses.
pub fn hold(register: &Connection, rows: &[Row]) -> Result<Option<Hold>, StoreError> {
    let resumptions = || {
        rows.iter().filter_map(|row| match &row.entry {
            Entry::Resume(resumption) => Some(resumption.as_ref()),
            _ => None,
        })
    };
    if let Some((act, at, from)) = restored(register)?
        && !resumptions().any(|r: &Resumption| r.restored.is_some_and(|answered| answered >= act))
    {
        return Ok(Some(Hold::Restored { act, at, from }));
    }
    let Some(witness) = Witness::of(register)? else { return Ok(None) };
    let known = |seen: &Head| {
        let own = rows.iter().any(|r| r.seq == seen.seq && r.hash == seen.hash);
        own || seen.seq == 0 || resumptions().any(|r| r.answers(seen.seq, &seen.hash))
    };
    let last = rows.last().map_or(0, |r| r.seq);
    let strange = witness.seen().into_iter().map(|(head, _)| head).find(|seen| !known(seen));
    let told = |seen: Head| {
        if seen.seq > last { Hold::Behind { rows: last, seen } } else { Hold::Forked { seen } }
    };
    Ok(strange.map(told))
}

/// The last act by which this home was restored: its number, when, and from which backup.
///
/// # Errors
/// What the database refuses.
pub fn restored(register: &Connection) -> Result<Option<(i64, String, String)>, StoreError> {
    let sql = "SELECT seq, at, detail FROM act WHERE what = 'restore' ORDER BY seq DESC LIMIT 1";
    let found =
        register.query_row(sql, [], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?))).optional()?;
    Ok(found)
}
