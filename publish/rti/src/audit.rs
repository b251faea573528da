//! The audit trail: every act sealed by the one before, with a digest of the request after it.

use rusqlite::{Connection, Transaction, params};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::{Day, RtiError, Verb};

/// The seal before the first act.
const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// One act of the audit trail.
#[derive(Debug, Clone, PartialEq)]
pub struct Act {
    /// Its number.
    pub seq: i64,
    /// When it was entered (UTC).
    pub at: String,
    /// The request.
    pub reference: String,
    /// The officer.
    pub officer: String,
    /// What was done.
    pub act: String,
    /// The day for which it was entered.
    pub on: String,
    /// What else there is to know, as JSON.
    pub detail: String,
    /// SHA-256 of the request after the act.
    pub record: String,
    /// The seal.
    pub hash: String,
}

impl Act {
    /// The seal of the act after another.
    fn seal(&self, previous: &str) -> String {
        let mut hash = Sha256::new();
        let seq = self.seq.to_string();
        let parts = [
            previous,
            &seq,
            &self.at,
            &self.reference,
            &self.officer,
            &self.act,
            &self.on,
            &self.detail,
            &self.record,
        ];
        for part in parts {
            // The length keeps neighbours apart.
            hash.update((part.len() as u64).to_be_bytes());
            hash.update(part);
        }
        hex::encode(hash.finalize())
    }
}

/// What is to be entered.
pub(crate) struct Entry<'a> {
    pub(crate) at: &'a str,
    pub(crate) reference: &'a str,
    pub(crate) officer: &'a str,
    pub(crate) verb: Verb,
    pub(crate) on: Day,
    pub(crate) detail: &'a Value,
    /// The request as it is written by the same transaction.
    pub(crate) body: &'a str,
}

/// Adds an act.
pub(crate) fn add(transaction: &Transaction<'_>, entry: &Entry<'_>) -> Result<(), RtiError> {
    let sql = "SELECT seq, hash FROM act ORDER BY seq DESC LIMIT 1";
    let last = transaction.query_row(sql, [], |r| Ok((r.get(0)?, r.get(1)?)));
    let (seq, previous): (i64, String) = match last {
        Err(rusqlite::Error::QueryReturnedNoRows) => (0, GENESIS.to_owned()),
        found => found?,
    };
    let mut act = Act {
        seq: seq + 1,
        at: entry.at.to_owned(),
        reference: entry.reference.to_owned(),
        officer: entry.officer.to_owned(),
        act: entry.verb.name().to_owned(),
        on: entry.on.to_string(),
        detail: entry.detail.to_string(),
        record: digest(entry.body),
        hash: String::new(),
    };
    act.hash = act.seal(&previous);
    transaction.execute(
        "INSERT INTO act (seq, at, reference, officer, act, \"on\", detail, record, hash)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        params![
            act.seq,
            act.at,
            act.reference,
            act.officer,
            act.act,
            act.on,
            act.detail,
            act.record,
            act.hash
        ],
    )?;
    Ok(())
}

/// All acts, each checked against the seal of the one before, and every request against its last act.
///
/// # Errors
/// [`RtiError::Damaged`] that names the first act or request that does not fit.
pub(crate) fn read(register: &Connection) -> Result<Vec<Act>, RtiError> {
    let sql = "SELECT seq, at, reference, officer, act, \"on\", detail, record, hash FROM act ORDER BY seq";
    let mut select = register.prepare(sql)?;
    let found = select.query_map([], |r| {
        Ok(Act {
            seq: r.get(0)?,
            at: r.get(1)?,
            reference: r.get(2)?,
            officer: r.get(3)?,
            act: r.get(4)?,
            on: r.get(5)?,
            detail: r.get(6)?,
            record: r.get(7)?,
            hash: r.get(8)?,
        })
    })?;
    let acts: Vec<Act> = found.collect::<Result<_, _>>()?;
    let mut previous = GENESIS;
    for (act, expected) in acts.iter().zip(1..) {
        if act.seq != expected || act.seal(previous) != act.hash {
            let what = format!("the audit trail of the desk was changed at act {expected}");
            return Err(RtiError::Damaged { what });
        }
        previous = &act.hash;
    }
    let sql = "SELECT reference, body, acts FROM request ORDER BY reference";
    let mut select = register.prepare(sql)?;
    let mut rows = select.query([])?;
    while let Some(row) = rows.next()? {
        let (reference, body, count): (String, String, i64) =
            (row.get(0)?, row.get(1)?, row.get(2)?);
        let of: Vec<&Act> = acts.iter().filter(|a| a.reference == reference).collect();
        let same = of.last().is_some_and(|a| a.record == digest(&body));
        if !same || i64::try_from(of.len()) != Ok(count) {
            let what = format!("request `{reference}` is not as its last act left it");
            return Err(RtiError::Damaged { what });
        }
    }
    Ok(acts)
}

fn digest(body: &str) -> String {
    hex::encode(Sha256::digest(body))
}
