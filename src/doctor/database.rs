//! The database: whether it is whole, of this version, in order, of this lake; its ledger; its times.

use std::path::Path;

use rusqlite::{Connection, OpenFlags};
use shumar_schemas::store::{DATABASE, LINEAGE, VERSION};

use super::{Findings, Grade, Patient};
use crate::failure::Failure;

/// Restored from a backup, never mended by hand.
const RESTORE: &str = "restore `shumar.db` from the backup, together with `lake/` and `releases/`";
/// The tables with times, and the newest of each.
const TIMES: [(&str, &str); 4] = [
    ("act", "SELECT max(at) FROM act"),
    ("ledger", "SELECT max(at) FROM ledger"),
    ("batch", "SELECT max(arrived) FROM batch"),
    ("release", "SELECT max(at) FROM release"),
];

/// Opens the database if it is there, whole and of this version. It is not made or moved forward.
pub(super) fn open(dir: &Path) -> Result<Connection, Failure> {
    let path = dir.join(DATABASE);
    if !path.is_file() {
        return Err(Failure::refused(format!("`{DATABASE}` is missing\n\nhint: {RESTORE}")));
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut register = Connection::open_with_flags(&path, flags)?;
    register.busy_handler(Some(shumar_lock::again))?;
    let lines: Vec<String> = {
        let mut check = register.prepare("PRAGMA integrity_check(5)")?;
        check.query_map([], |r| r.get(0))?.collect::<Result<_, _>>()?
    };
    if lines != ["ok"] {
        let lines = lines.join("; ").replace('\n', " ");
        return Err(Failure::broken(format!(
            "`{DATABASE}` is damaged: {lines}\n\nhint: {RESTORE}"
        )));
    }
    let version: i32 = register.query_row("PRAGMA user_version", [], |r| r.get(0))?;
    if version != VERSION {
        let hint = if version < VERSION {
            "any other command, such as `shumar status`, moves it forward"
        } else {
            "it was made by a newer shumar; install that version"
        };
        return Err(Failure::refused(format!(
            "`{DATABASE}` is of version {version}, and this shumar writes {VERSION}\n\nhint: {hint}"
        )));
    }
    Ok(register)
}

pub(super) fn look(patient: &Patient, findings: &mut Findings) {
    let register = match &patient.register {
        Ok(register) => register,
        Err(why) => return findings.unlooked(DATABASE, why),
    };
    match strays(register) {
        Ok(0) => {}
        Ok(n) => findings.add(
            Grade::Serious,
            DATABASE,
            format!("{n} rows refer to batches that are not there"),
            RESTORE,
        ),
        Err(e) => findings.unlooked(DATABASE, &e.into()),
    }
    match shumar_transform::ledger_rows(register) {
        Ok(ledger) => match shumar_store::hold(register, &ledger) {
            Ok(None) => {}
            Ok(Some(hold)) => findings
                .unlooked(format!("{DATABASE}: ledger"), &Failure::refused(hold.to_string())),
            Err(e) => findings.unlooked(format!("{DATABASE}: ledger"), &e.into()),
        },
        Err(e) => findings.unlooked(format!("{DATABASE}: ledger"), &e.into()),
    }
    if let Err(e) = shumar_store::acts(register) {
        findings.unlooked(format!("{DATABASE}: audit trail"), &e.into());
    }
    if let Err(e) = shumar_transform::same_lineage(&patient.dir, register) {
        findings.unlooked(format!("lake/{LINEAGE}"), &e.into());
    }
    if let Some((table, at)) = newest(register)
        && at.as_str() > patient.now.to_rfc3339_opts(chrono::SecondsFormat::Secs, true).as_str()
    {
        findings.add(
            Grade::Warning,
            format!("{DATABASE}: {table}"),
            format!("the clock of this machine is earlier than the last act, of {at}"),
            "set the clock before anything is taken in or released",
        );
    }
}

fn strays(register: &Connection) -> Result<usize, rusqlite::Error> {
    let mut check = register.prepare("PRAGMA foreign_key_check")?;
    Ok(check.query_map([], |_| Ok(()))?.count())
}

/// The newest time that stands anywhere.
fn newest(register: &Connection) -> Option<(&'static str, String)> {
    let time = |(table, sql): (&'static str, &str)| {
        let at: Option<String> = register.query_row(sql, [], |r| r.get(0)).ok()?;
        at.map(|at| (table, at))
    };
    TIMES.into_iter().filter_map(time).max_by(|a, b| a.1.cmp(&b.1))
}
