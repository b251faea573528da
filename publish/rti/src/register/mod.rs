//! The register in SQLite: opening, moving forward, and one transaction an act.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use sha2::{Digest, Sha256};

use crate::{Answer, Request, RtiError};

/// The database in a home.
pub(crate) const DATABASE: &str = "rti.db";
/// Steps from each version to the next; a register is moved forward when it is opened.
const MIGRATIONS: [&str; 1] = [include_str!("schema.sql")];

/// Opens the register, makes it when there is none, and moves an older one forward.
pub(crate) fn open(home: &Path) -> Result<Connection, RtiError> {
    let path = home.join(DATABASE);
    let empty = std::fs::metadata(&path).map_or(true, |about| about.len() == 0);
    if empty && crate::applicant::Store::of(home).has_files() {
        // A new register would number from the start, and write over who asked.
        let what = "`rti.db` is missing or empty, and applicants' files are there".to_owned();
        return Err(RtiError::Damaged { what });
    }
    if !path.exists() {
        // Made empty first, so that it is never open to others.
        crate::applicant::write_private(&path, b"", false)?;
    }
    let mut register = Connection::open(&path)?;
    register.busy_handler(Some(shumar_lock::again))?;
    register.pragma_update(None, "journal_mode", "WAL")?;
    register.pragma_update(None, "synchronous", "FULL")?;
    let version = |c: &Connection| c.query_row("PRAGMA user_version", [], |r| r.get::<_, usize>(0));
    let known = MIGRATIONS.len();
    let found = version(&register)?;
    if (1..known).contains(&found) {
        set_aside(&register, &path, known)?;
    }
    if found < known {
        let transaction = register.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for (at, step) in MIGRATIONS.iter().enumerate().skip(version(&transaction)?) {
            transaction.execute_batch(step)?;
            transaction.pragma_update(None, "user_version", at + 1)?;
        }
        transaction.commit()?;
    }
    if version(&register)? > known {
        return Err(RtiError::refused(
            "`rti.db` was made by a newer version of shumar",
            "install that version; nothing was changed",
        ));
    }
    Ok(register)
}

/// Keeps the register as it was before it is moved forward, as `rti.db.before-2`.
fn set_aside(register: &Connection, path: &Path, known: usize) -> Result<(), RtiError> {
    let mut kept = path.as_os_str().to_owned();
    kept.push(format!(".before-{known}"));
    let kept = std::path::PathBuf::from(kept);
    if !kept.exists() {
        crate::applicant::write_private(&kept, b"", true)?;
        register.execute("VACUUM INTO ?1", [kept.to_string_lossy()])?;
    }
    Ok(())
}

/// The number of the next request of a year.
pub(crate) fn next_number(transaction: &Transaction<'_>, year: i32) -> Result<i64, RtiError> {
    let sql = "SELECT coalesce(max(number), 0) + 1 FROM request WHERE year = ?1";
    Ok(transaction.query_row(sql, [year], |r| r.get(0))?)
}

/// Enters a request.
pub(crate) fn insert(
    transaction: &Transaction<'_>,
    (year, number): (i32, i64),
    request: &Request,
) -> Result<String, RtiError> {
    let body = text(request)?;
    transaction.execute(
        "INSERT INTO request (reference, year, number, body, acts) VALUES (?1, ?2, ?3, ?4, 1)",
        params![request.reference, year, number, body],
    )?;
    Ok(body)
}

/// Writes a request as an act left it.
pub(crate) fn update(transaction: &Transaction<'_>, request: &Request) -> Result<String, RtiError> {
    let body = text(request)?;
    transaction.execute(
        "UPDATE request SET body = ?2, acts = acts + 1 WHERE reference = ?1",
        params![request.reference, body],
    )?;
    Ok(body)
}

/// A request by its reference.
pub(crate) fn find(register: &Connection, reference: &str) -> Result<Request, RtiError> {
    let sql = "SELECT body FROM request WHERE reference = ?1";
    let body: Option<String> = register.query_row(sql, [reference], |r| r.get(0)).optional()?;
    match body {
        Some(body) => parse(reference, &body),
        None => Err(RtiError::refused(
            format!("there is no request `{}`", crate::clean(reference)),
            "`shumar rti list` lists all",
        )),
    }
}

/// All requests, the oldest first.
pub(crate) fn all(register: &Connection) -> Result<Vec<Request>, RtiError> {
    let sql = "SELECT reference, body FROM request ORDER BY year, number";
    let mut select = register.prepare(sql)?;
    let rows = select.query_map([], |r| Ok((r.get::<_, String>(0)?, r.get::<_, String>(1)?)))?;
    rows.map(|row| row.map_err(RtiError::from).and_then(|(r, body)| parse(&r, &body))).collect()
}

/// The kept answer to a question.
pub(crate) fn answer(register: &Connection, id: &str) -> Result<Option<Answer>, RtiError> {
    let sql = "SELECT body, sha256 FROM answer WHERE question = ?1";
    let found: Option<(String, String)> =
        register.query_row(sql, [id], |r| Ok((r.get(0)?, r.get(1)?))).optional()?;
    let Some((body, sha256)) = found else { return Ok(None) };
    let damaged = || RtiError::Damaged { what: format!("the kept answer {id} was changed") };
    if hex::encode(Sha256::digest(&body)) != sha256 {
        return Err(damaged());
    }
    let answer: Answer = serde_json::from_str(&body).map_err(|_| damaged())?;
    if answer.question.key() == id { Ok(Some(answer)) } else { Err(damaged()) }
}

/// All answers that were kept to the same question for the sake of some margin of error, the first one
/// first.
pub(crate) fn exact_answers(register: &Connection, plain: &str) -> Result<Vec<Answer>, RtiError> {
    let sql = "SELECT question FROM answer WHERE json_remove(canonical, '$.margin') = json(?1)
        AND canonical ->> '$.margin' IS NOT NULL ORDER BY at, question";
    let mut select = register.prepare(sql)?;
    let ids: Vec<String> = select.query_map([plain], |r| r.get(0))?.collect::<Result<_, _>>()?;
    let all = ids.iter().map(|id| answer(register, id));
    Ok(all.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
}

/// Keeps an answer, unless one is kept for the question already; gives the one that is kept.
pub(crate) fn keep(
    transaction: &Transaction<'_>,
    at: &str,
    made: &Answer,
) -> Result<(String, Answer), RtiError> {
    made.check()?;
    let question = &made.question;
    let id = question.key();
    if let Some(kept) = answer(transaction, &id)? {
        return Ok((id, kept));
    }
    let body = serde_json::to_string(made).map_err(|_| RtiError::Build { what: "the answer" })?;
    transaction.execute(
        "INSERT INTO answer (question, canonical, at, body, sha256) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![id, question.canonical(), at, body, hex::encode(Sha256::digest(&body))],
    )?;
    Ok((id, made.clone()))
}

fn text(request: &Request) -> Result<String, RtiError> {
    serde_json::to_string(request).map_err(|_| RtiError::Build { what: "the register's entry" })
}

fn parse(reference: &str, body: &str) -> Result<Request, RtiError> {
    let damaged = |_| RtiError::Damaged { what: format!("request `{reference}` can't be read") };
    serde_json::from_str(body).map_err(damaged)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_version_opens_and_a_newer_one_is_refused() {
        let home = tempfile::tempdir().expect("a folder");
        let version = |n: i32| {
            let register = Connection::open(home.path().join(DATABASE)).expect("a register");
            register.pragma_update(None, "user_version", n).expect("a version");
        };
        drop(open(home.path()).expect("made"));
        version(1);
        drop(open(home.path()).expect("opened"));
        version(99);
        let refused = open(home.path()).expect_err("refused").to_string();
        assert!(refused.contains("made by a newer version"), "{refused}");
        let register = Connection::open(home.path().join(DATABASE)).expect("a register");
        set_aside(&register, &home.path().join(DATABASE), 2).expect("kept");
        let kept = Connection::open(home.path().join("rti.db.before-2")).expect("what was kept");
        let requests = "SELECT count(*) FROM request";
        assert_eq!(kept.query_row(requests, [], |r| r.get::<_, i64>(0)).expect("a count"), 0);
    }
}
