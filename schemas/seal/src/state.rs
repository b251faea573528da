//! What the database remembers of a sealed lake: that it is one, and a value by which a key is
//! known to be its own.

use rusqlite::{Connection, OptionalExtension};

use crate::key::salt;
use crate::{LakeKey, SealError};

/// The row of the table `home`.
const ROW: &str = "lake-seal";
/// The version of the value.
const VERSION: &str = "1";
const PURPOSE: &str = "shumar check/1";

/// What the database remembers; `None` for a plain lake.
///
/// # Errors
/// A database that can't be used.
pub fn entered(register: &Connection) -> Result<Option<String>, SealError> {
    let sql = "SELECT value FROM home WHERE key = ?1";
    Ok(register.query_row(sql, [ROW], |r| r.get(0)).optional()?)
}

/// Enters that the lake is sealed with a key from now on.
///
/// # Errors
/// A database that can't be used.
pub fn enter(register: &Connection, key: &LakeKey) -> Result<(), SealError> {
    let salt = salt()?;
    let value = format!("{VERSION}:{}:{}", hex::encode(salt), check(key, &salt)?);
    register.execute("INSERT INTO home (key, value) VALUES (?1, ?2)", [ROW, &value])?;
    Ok(())
}

/// Whether a key is the one of which the database remembers the value.
pub(crate) fn is_of(key: &LakeKey, entered: &str) -> Result<bool, SealError> {
    let mut parts = entered.split(':');
    let (version, salt, value) = (parts.next(), parts.next(), parts.next());
    let salt = salt.and_then(|s| hex::decode(s).ok());
    let (Some(VERSION), Some(salt), Some(value)) = (version, salt, value) else {
        return Err(SealError::Disagree {
            what: "this home's lake is encrypted in a way that this shumar does not know",
            hint: "install the version that made it, or a newer one; nothing was changed",
        });
    };
    Ok(check(key, &salt)? == value)
}

/// A derived key tells nothing of the one it was derived from.
fn check(key: &LakeKey, salt: &[u8]) -> Result<String, SealError> {
    Ok(hex::encode(&key.derive(PURPOSE, salt)?[..16]))
}
