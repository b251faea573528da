//! The ledger as a small signed file, to be kept elsewhere: by it a home that goes on from an older backup
//! knows what was spent since.

use std::path::Path;

use chrono::{DateTime, SecondsFormat, Utc};
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use serde::{Deserialize, Serialize};
use shumar_schemas::ledger::Row;

use crate::TransformError;
use crate::ledger::rows;
use crate::sign::{Signer, signed_by};

/// The format that this version writes and reads.
const FORMAT: &str = "shumar.ledger/1";

/// An exported ledger.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Export {
    format: String,
    lineage: String,
    made: String,
    rows: Vec<Sealed>,
}

/// A row as the database has it.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Sealed {
    seq: i64,
    at: String,
    act: String,
    year: i32,
    body: String,
    prev: String,
    hash: String,
}

/// The home's ledger as a file, and the file's signature.
///
/// # Errors
/// A ledger that does not hold, and a missing key.
pub fn export(
    home: &Path,
    register: &Connection,
    now: DateTime<Utc>,
) -> Result<(Vec<u8>, String), TransformError> {
    rows(register)?;
    let sql = "SELECT seq, at, act, year, body, prev, hash FROM ledger ORDER BY seq";
    let mut select = register.prepare(sql)?;
    let found = select.query_map([], |r| {
        Ok(Sealed {
            seq: r.get(0)?,
            at: r.get(1)?,
            act: r.get(2)?,
            year: r.get(3)?,
            body: r.get(4)?,
            prev: r.get(5)?,
            hash: r.get(6)?,
        })
    })?;
    let export = Export {
        format: FORMAT.to_owned(),
        lineage: lineage(register)?.unwrap_or_default(),
        made: now.to_rfc3339_opts(SecondsFormat::Secs, true),
        rows: found.collect::<Result<_, _>>()?,
    };
    let mut text = serde_json::to_vec_pretty(&export)?;
    text.push(b'\n');
    let signature = Signer::read(&home.join("keys"))?.sign_as(&text, "shumar ledger")?;
    Ok((text, signature))
}

fn lineage(register: &Connection) -> Result<Option<String>, TransformError> {
    let sql = "SELECT value FROM home WHERE key = 'lineage'";
    Ok(register.query_row(sql, [], |r| r.get(0)).optional()?)
}

impl Export {
    /// Reads an exported ledger that the home's key has signed.
    ///
    /// # Errors
    /// Another format, another key's signature, or a changed file.
    pub fn read(home: &Path, text: &[u8], signature: &str) -> Result<Self, TransformError> {
        let refused = |what: &str| TransformError::Resume {
            what: format!("the exported ledger {what}"),
            hint: "give the file that `shumar budget --export` wrote, with its signature beside it",
        };
        if !signed_by(&home.join("keys"), text, signature) {
            return Err(refused("is not signed by this home's key, or was changed"));
        }
        let export: Self = serde_json::from_slice(text).map_err(|_| refused("can't be read"))?;
        if export.format == FORMAT { Ok(export) } else { Err(refused("is of another format")) }
    }

    /// Adds the rows that a ledger has not yet. What it has must be the same.
    pub(crate) fn append(
        &self,
        transaction: &Transaction<'_>,
        ledger: &[Row],
    ) -> Result<(), TransformError> {
        let refuse = |what: &str| {
            Err(TransformError::Resume {
                what: format!("the exported ledger {what}"),
                hint: "it is of another copy of this home; without it, the rest of every year counts as spent",
            })
        };
        if lineage(transaction)?.as_deref() != Some(&self.lineage) {
            return refuse("is of another home");
        }
        let same = |(own, theirs): (&Row, &Sealed)| own.hash == theirs.hash;
        if self.rows.len() < ledger.len() {
            return refuse("ends before the one at hand");
        }
        if !ledger.iter().zip(&self.rows).all(same) {
            return refuse("has other rows than the one at hand");
        }
        for row in self.rows.iter().skip(ledger.len()) {
            transaction.execute(
                "INSERT INTO ledger (seq, at, act, year, body, prev, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                params![row.seq, row.at, row.act, row.year, row.body, row.prev, row.hash],
            )?;
        }
        Ok(())
    }
}
