//! The runs of a home, in its database and as files in `runs/`.

use std::path::Path;

use chrono::{DateTime, SecondsFormat, Utc};
use rusqlite::{Connection, OptionalExtension, params};
use serde_json::{Value, json};

use super::report::{Outcome, Report};
use super::{aside, lock};
use crate::failure::{Failure, at};

/// So many of the newest runs keep their reports; of older ones it stays known how they ended.
const REPORTS_KEPT: i64 = 500;

/// A run, as the database knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Past {
    pub(crate) id: i64,
    pub(crate) started: DateTime<Utc>,
    pub(crate) ended: Option<DateTime<Utc>>,
    pub(crate) outcome: Option<String>,
    /// Whether it was told to stop before everything was done.
    stopped: bool,
}

impl Past {
    /// Whether it left something to the next run: it was killed, stopped, or is still at work.
    pub(crate) fn is_unfinished(&self) -> bool {
        self.ended.is_none() || self.stopped
    }

    /// How it ended; `working` says whether a run is at work now.
    pub(crate) fn outcome(&self, working: bool) -> &str {
        match &self.outcome {
            Some(_) if self.stopped => "stopped",
            Some(outcome) => outcome,
            None if working => "at work",
            None => "interrupted",
        }
    }

    /// For machines.
    pub(crate) fn json(&self, working: bool) -> Value {
        json!({
            "run": self.id,
            "started": time(self.started),
            "ended": self.ended.map(time),
            "outcome": self.outcome(working),
        })
    }
}

/// Enters a run that begins, and returns its number.
pub(crate) fn begin(register: &Connection, now: DateTime<Utc>) -> Result<i64, Failure> {
    register.execute("INSERT INTO run (started) VALUES (?1)", [time(now)])?;
    Ok(register.last_insert_rowid())
}

/// Enters how a run ended, and writes its report in words and as JSON.
pub(crate) fn end(
    home: &Path,
    register: &Connection,
    report: &Report,
    words: &str,
) -> Result<(), Failure> {
    let json = serde_json::to_string_pretty(report).map_err(|e| Failure::broken(e.to_string()))?;
    let name = format!("{:06}", report.run);
    let folder = lock::folder(home);
    aside::write(&folder.join(format!("{name}.json")), &format!("{json}\n"))?;
    aside::write(&folder.join(format!("{name}.txt")), &format!("{words}\n"))?;
    shumar_fault::point("run.reported");
    let sql = "UPDATE run SET ended = ?2, outcome = ?3, report = ?4 WHERE id = ?1";
    let ended = report.ended.map(time);
    register.execute(sql, params![report.run, ended, report.outcome.name(), json])?;
    shumar_fault::point("run.ended");
    forget(&folder, register, report.run - REPORTS_KEPT)
}

/// Drops the reports of old runs.
fn forget(folder: &Path, register: &Connection, last: i64) -> Result<(), Failure> {
    let sql = "SELECT id FROM run WHERE id <= ?1 AND report IS NOT NULL";
    let mut select = register.prepare(sql)?;
    let old: Vec<i64> = select.query_map([last], |r| r.get(0))?.collect::<Result<_, _>>()?;
    for id in old {
        for kind in ["json", "txt"] {
            let file = folder.join(format!("{id:06}.{kind}"));
            match std::fs::remove_file(&file) {
                Err(e) if e.kind() != std::io::ErrorKind::NotFound => return Err(at(&file)(e)),
                _ => {}
            }
        }
        register.execute("UPDATE run SET report = NULL WHERE id = ?1", [id])?;
    }
    Ok(())
}

/// The newest runs, the newest first.
pub(crate) fn newest(register: &Connection, n: u32) -> Result<Vec<Past>, Failure> {
    let sql = "SELECT id, started, ended, outcome, coalesce(report ->> '$.stopped', 0)
        FROM run ORDER BY id DESC LIMIT ?1";
    let mut select = register.prepare(sql)?;
    let mut rows = select.query([n])?;
    let mut all = Vec::new();
    while let Some(row) = rows.next()? {
        let moment = |text: Option<String>| text.and_then(|t| t.parse().ok());
        let (id, outcome, stopped) = (row.get(0)?, row.get(3)?, row.get(4)?);
        let (started, ended) = (moment(row.get(1)?), moment(row.get(2)?));
        all.push(Past { id, started: started.unwrap_or_default(), ended, outcome, stopped });
    }
    Ok(all)
}

/// When the last run that ended well began.
pub(crate) fn last_good(register: &Connection) -> Result<Option<DateTime<Utc>>, Failure> {
    let sql = "SELECT started FROM run WHERE outcome IN (?1, ?2) ORDER BY id DESC LIMIT 1";
    let good = [Outcome::Done.name(), Outcome::Waiting.name()];
    let at: Option<String> = register.query_row(sql, good, |r| r.get(0)).optional()?;
    Ok(at.and_then(|at| at.parse().ok()))
}

/// A moment as the database writes it.
pub(crate) fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Secs, true)
}
