//! The audit trail: what was done in the home, when and by whom. Each act is sealed by the one before
//! and by the ledger's last row at that time, so that neither can be changed without the other.

use chrono::{DateTime, SecondsFormat, Utc};
use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use sha2::{Digest, Sha256};
use shumar_schemas::ledger::GENESIS;

use crate::{StoreError, who};

/// One act of the audit trail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Act {
    /// Its number, from 1.
    pub seq: i64,
    /// When.
    pub at: String,
    /// The operating system's user.
    pub who: String,
    /// What was done, in a word.
    pub what: String,
    /// The batch, if the lake was changed by it.
    pub batch: Option<i64>,
    /// What else there is to know.
    pub detail: String,
    /// The seal of the ledger's last row; empty for acts of before version 5.
    pub ledger: String,
    /// Its seal.
    pub hash: String,
}

impl Act {
    fn seal(&self, prev: &str) -> String {
        let (seq, batch) =
            (self.seq.to_string(), self.batch.map_or_else(String::new, |b| b.to_string()));
        let parts =
            [prev, &seq, &self.at, &self.who, &self.what, &batch, &self.detail, &self.ledger];
        let mut hash = Sha256::new();
        for part in parts {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part.as_bytes());
        }
        hex::encode(hash.finalize())
    }
}

/// Enters an act, in the transaction that is open or in one of its own. Returns its number.
///
/// # Errors
/// What the database refuses.
pub fn enter(
    register: &Connection,
    at: DateTime<Utc>,
    what: &str,
    batch: Option<i64>,
    detail: &str,
) -> Result<i64, rusqlite::Error> {
    if register.is_autocommit() {
        let own = Transaction::new_unchecked(register, TransactionBehavior::Immediate)?;
        let seq = enter(&own, at, what, batch, detail)?;
        own.commit()?;
        return Ok(seq);
    }
    let head = "SELECT hash FROM ledger ORDER BY seq DESC LIMIT 1";
    let act = Act {
        seq: 0,
        at: at.to_rfc3339_opts(SecondsFormat::Secs, true),
        who: who(),
        what: what.to_owned(),
        batch,
        detail: detail.to_owned(),
        ledger: register
            .query_row(head, [], |r| r.get(0))
            .optional()?
            .unwrap_or_else(|| GENESIS.to_owned()),
        hash: String::new(),
    };
    append(register, act)
}

/// Adds an act after the last one and seals it.
pub(crate) fn append(register: &Connection, mut act: Act) -> Result<i64, rusqlite::Error> {
    let last = "SELECT seq, hash FROM act ORDER BY seq DESC LIMIT 1";
    let last: Option<(i64, String)> =
        register.query_row(last, [], |r| Ok((r.get(0)?, r.get(1)?))).optional()?;
    let (seq, prev) = last.unwrap_or_else(|| (0, GENESIS.to_owned()));
    act.seq = seq + 1;
    act.hash = act.seal(&prev);
    register.execute(
        "INSERT INTO act (seq, at, who, what, batch, detail, ledger, prev, hash)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        params![
            act.seq, act.at, act.who, act.what, act.batch, act.detail, act.ledger, prev, act.hash
        ],
    )?;
    Ok(act.seq)
}

/// All acts, each checked against the seal of the one before and against the ledger: the row that it
/// names is there, and no act names an earlier one than the act before it.
///
/// # Errors
/// [`StoreError::Trail`] at the first act that does not fit.
pub fn acts(register: &Connection) -> Result<Vec<Act>, StoreError> {
    let mut select = register.prepare("SELECT hash FROM ledger ORDER BY seq")?;
    let ledger: Vec<String> = select.query_map([], |r| r.get(0))?.collect::<Result<_, _>>()?;
    let place = |head: &str| match head {
        "" | GENESIS => Some(0),
        head => ledger.iter().position(|h| h == head).map(|i| i + 1),
    };
    let sql = "SELECT seq, at, who, what, batch, detail, ledger, hash FROM act ORDER BY seq";
    let mut select = register.prepare(sql)?;
    let found = select.query_map([], |r| {
        Ok(Act {
            seq: r.get(0)?,
            at: r.get(1)?,
            who: r.get(2)?,
            what: r.get(3)?,
            batch: r.get(4)?,
            detail: r.get(5)?,
            ledger: r.get(6)?,
            hash: r.get(7)?,
        })
    })?;
    let acts: Vec<Act> = found.collect::<Result<_, _>>()?;
    let (mut prev, mut reached) = (GENESIS, 0);
    for (act, expected) in acts.iter().zip(1..) {
        let of_ledger = place(&act.ledger).filter(|at| *at >= reached);
        let fits = act.seq == expected && act.seal(prev) == act.hash;
        let Some(at) = of_ledger.filter(|_| fits) else {
            return Err(StoreError::Trail { seq: expected });
        };
        (prev, reached) = (&act.hash, at);
    }
    Ok(acts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn register() -> Connection {
        let register = Connection::open_in_memory().expect("a database");
        register.execute_batch(shumar_schemas::store::DDL).expect("its tables");
        for what in ["init", "publish", "backup"] {
            enter(&register, Utc::now(), what, None, "a test").expect("an act");
        }
        register
    }

    #[test]
    fn acts_are_numbered_and_sealed() {
        let all = acts(&register()).expect("a trail that holds");
        assert_eq!(all.iter().map(|a| a.seq).collect::<Vec<_>>(), [1, 2, 3]);
        assert!(all.iter().all(|a| !a.who.is_empty() && a.ledger == GENESIS));
    }

    #[test]
    fn any_changed_cell_and_any_missing_act_is_found() {
        for column in ["at", "who", "what", "detail", "ledger", "hash"] {
            let register = register();
            register.execute_batch("DROP TRIGGER act_is_append_only_update").expect("a trigger");
            let change = format!("UPDATE act SET {column} = 'x' WHERE seq = 2");
            register.execute(&change, []).expect("a row");
            assert!(matches!(acts(&register), Err(StoreError::Trail { seq: 2 })), "{column}");
        }
        let register = register();
        register.execute_batch("DROP TRIGGER act_is_append_only_delete").expect("a trigger");
        register.execute("DELETE FROM act WHERE seq = 2", []).expect("a row");
        assert!(matches!(acts(&register), Err(StoreError::Trail { seq: 2 })));
    }

    #[test]
    fn an_act_that_names_a_row_that_the_ledger_has_not_is_found() {
        let register = register();
        let row = "INSERT INTO ledger VALUES (1, '', 'open', 2025, '{}', '', 'abc')";
        register.execute(row, []).expect("a row");
        enter(&register, Utc::now(), "charge", None, "a test").expect("an act");
        assert!(acts(&register).is_ok());
        register.execute_batch("DROP TRIGGER ledger_is_append_only_delete").expect("a trigger");
        register.execute("DELETE FROM ledger", []).expect("a row");
        assert!(matches!(acts(&register), Err(StoreError::Trail { seq: 4 })));
    }
}
