//! From each version of the tables to the next: small steps in one transaction, after a copy was kept.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, Transaction, TransactionBehavior};
use shumar_schemas::store::VERSION;

use crate::act::{self, Act};
use crate::open::version;
use crate::{StoreError, private};

/// The steps from version 1 on; each moves the tables to the next version.
const STEPS: [&str; 4] = [
    include_str!("../migrations/1-to-2.sql"),
    include_str!("../migrations/2-to-3.sql"),
    include_str!("../migrations/3-to-4.sql"),
    include_str!("../migrations/4-to-5.sql"),
];

/// Moves a database to the newest version, wholly or not at all. What it was before stays beside it,
/// as `shumar.db.before-5`.
///
/// # Errors
/// [`StoreError::Stuck`] when nothing can be done with what it holds; what the database refuses.
pub(crate) fn forward(database: &Path, register: &mut Connection) -> Result<(), StoreError> {
    // Tables are made anew; in between, what refers to them refers to nothing.
    register.pragma_update(None, "foreign_keys", false)?;
    let transaction = register.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let first = version(&transaction)?;
    let stuck = |what: String, hint| {
        Err(StoreError::Stuck { file: database.to_owned(), to: VERSION, what, hint })
    };
    if first >= VERSION {
        // Another command was faster.
        return Ok(());
    }
    let from = usize::try_from(first).ok().filter(|from| (1..=STEPS.len()).contains(from));
    let Some(from) = from else {
        return stuck(format!("its version {first} is not known"), "restore it from a backup");
    };
    if first == 1 && has_records(&transaction)? {
        return stuck(
            "it holds records of the very first version, whose identities were made in another way"
                .to_owned(),
            "nothing was changed; make a new home with `shumar init NEW --from OLD` and take its files in again, and keep the old home for its ledger",
        );
    }
    // A connection of its own sees the database as it was before.
    let before = Connection::open(database)?;
    copy_into(&before, &kept(database))?;
    drop(before);
    shumar_fault::point("upgrade.kept");
    for (step, number) in STEPS.iter().zip(1..).skip(from - 1) {
        transaction.execute_batch(step)?;
        if number == 4 {
            seal_acts(&transaction)?;
        }
    }
    let broken: Option<String> = transaction.query_row(
        "SELECT group_concat(DISTINCT \"table\") FROM pragma_foreign_key_check",
        [],
        |r| r.get(0),
    )?;
    if let Some(broken) = broken {
        return stuck(
            format!("rows of {broken} refer to rows that are not there"),
            "restore it from a backup",
        );
    }
    transaction.pragma_update(None, "user_version", VERSION)?;
    let detail = format!("tables moved from version {first} to {VERSION}");
    act::enter(&transaction, chrono::Utc::now(), "upgrade", None, &detail)?;
    shumar_fault::point("upgrade.before-commit");
    transaction.commit()?;
    shumar_fault::point("upgrade.committed");
    Ok(())
}

/// Writes all of a database, as it is now, into a new file that only its owner may read. It is there
/// wholly or not at all.
///
/// # Errors
/// What the disk or the database refuses.
pub fn copy_into(register: &Connection, file: &Path) -> Result<(), StoreError> {
    let aside = with_ending(file, ".tmp");
    match std::fs::remove_file(&aside) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
            return Err(StoreError::at(&aside)(e));
        }
        _ => {}
    }
    // Made empty first, so that it is never open to others.
    private::write_new(&aside, b"")?;
    register.execute("VACUUM INTO ?1", [aside.to_string_lossy()])?;
    let written = std::fs::OpenOptions::new().append(true).open(&aside);
    written.and_then(|f| f.sync_all()).map_err(StoreError::at(&aside))?;
    std::fs::rename(&aside, file).map_err(StoreError::at(file))?;
    let folder = file.parent().filter(|f| !f.as_os_str().is_empty());
    folder.map_or(Ok(()), |folder| {
        std::fs::File::open(folder).and_then(|f| f.sync_all()).map_err(StoreError::at(folder))
    })
}

/// Where the database is kept as it was.
fn kept(database: &Path) -> PathBuf {
    with_ending(database, &format!(".before-{VERSION}"))
}

fn with_ending(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

fn has_records(transaction: &Transaction<'_>) -> Result<bool, StoreError> {
    let sql = "SELECT EXISTS (SELECT 1 FROM record) OR EXISTS (SELECT 1 FROM place)";
    Ok(transaction.query_row(sql, [], |r| r.get(0))?)
}

/// Seals the acts of before version 5, in their order. Of the ledger at their time nothing is known.
fn seal_acts(transaction: &Transaction<'_>) -> Result<(), StoreError> {
    let sql = "SELECT at, who, what, batch, detail FROM act_4 ORDER BY seq";
    let mut select = transaction.prepare(sql)?;
    let old = select.query_map([], |r| {
        Ok(Act {
            seq: 0,
            at: r.get(0)?,
            who: r.get(1)?,
            what: r.get(2)?,
            batch: r.get(3)?,
            detail: r.get(4)?,
            ledger: String::new(),
            hash: String::new(),
        })
    })?;
    for act in old {
        act::append(transaction, act?)?;
    }
    drop(select);
    transaction.execute_batch("DROP TABLE act_4")?;
    Ok(())
}

#[cfg(test)]
mod tests;
