//! Opening a home's database: moved forward when it is older, refused when it is newer or empty.

use std::path::Path;

use rusqlite::{Connection, TransactionBehavior};
use shumar_schemas::store::{DDL, VERSION};

use crate::{StoreError, migrate};

/// Opens the database. An older one is moved forward; what it was before is kept beside it.
///
/// # Errors
/// [`StoreError::Newer`], one without tables, and what the database refuses.
pub fn open(database: &Path) -> Result<Connection, StoreError> {
    let mut register = connect(database)?;
    match version(&register)? {
        0 => return Err(StoreError::Empty { file: database.to_owned() }),
        VERSION => {}
        found if found > VERSION => {
            let file = database.to_owned();
            return Err(StoreError::Newer { file, version: found, known: VERSION });
        }
        _ => {
            durable(&register)?;
            migrate::forward(database, &mut register)?;
        }
    }
    durable(&register)?;
    register.pragma_update(None, "foreign_keys", true)?;
    Ok(register)
}

/// Opens the database of a home that is being made, and makes its tables.
///
/// # Errors
/// As [`open`].
pub fn create(database: &Path) -> Result<Connection, StoreError> {
    let mut register = connect(database)?;
    durable(&register)?;
    if version(&register)? == 0 {
        let transaction = register.transaction_with_behavior(TransactionBehavior::Immediate)?;
        if version(&transaction)? == 0 {
            transaction.execute_batch(DDL)?;
            transaction.pragma_update(None, "user_version", VERSION)?;
        }
        transaction.commit()?;
    }
    drop(register);
    open(database)
}

fn connect(database: &Path) -> Result<Connection, StoreError> {
    let mut register = Connection::open(database)?;
    register.busy_handler(Some(shumar_lock::again))?;
    Ok(register)
}

fn durable(register: &Connection) -> Result<(), StoreError> {
    register.pragma_update(None, "journal_mode", "WAL")?;
    register.pragma_update(None, "synchronous", "FULL")?;
    Ok(())
}

/// The version of a database's tables; 0 when there are none.
pub(crate) fn version(register: &Connection) -> Result<i32, rusqlite::Error> {
    register.query_row("PRAGMA user_version", [], |r| r.get(0))
}

/// What a database is made of: every table, index and trigger by name, without remarks and blanks, so
/// that two databases can be compared.
///
/// # Errors
/// What the database refuses.
pub fn tables(register: &Connection) -> Result<Vec<(String, String)>, StoreError> {
    let sql = "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY name";
    let mut select = register.prepare(sql)?;
    let found = select.query_map([], |r| Ok((r.get(0)?, r.get::<_, String>(1)?)))?;
    let plain = |sql: &str| {
        let lines = sql.lines().map(|l| l.split("--").next().unwrap_or_default());
        let letters = lines.flat_map(str::chars).filter(|c| !c.is_whitespace() && *c != '"');
        letters.collect::<String>().to_lowercase()
    };
    found.map(|row| row.map(|(name, sql)| (name, plain(&sql))).map_err(StoreError::from)).collect()
}
