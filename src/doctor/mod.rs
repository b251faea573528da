//! The doctor: looks at a home from every side, explains what is wrong with it, and repairs what is safe.
//!
//! One small file a check. A check only looks; what it finds names itself, its place, and what to do.
//! Repairs do what the next ordinary command would do too, so they may be interrupted and repeated.
//! Nothing is guessed: what was lost is restored by a person, from a backup.

mod database;
mod desk;
mod disk;
mod inbox;
mod keys;
mod lake;
mod left;
mod releases;
mod settings;
mod site;

use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use rusqlite::Connection;
use shumar_schemas::{Catalog, Config};
use shumar_seal::Seal;

use crate::failure::Failure;
use crate::{home, sealing};

/// How bad a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Grade {
    /// Good to know; nothing is wrong.
    Note,
    /// Something is to be done; nothing is lost and nothing wrong is told.
    Warning,
    /// Something is lost, damaged or not what it was; the home must not be used as it is.
    Serious,
}

impl Grade {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Serious => "serious",
        }
    }
}

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    /// Which check found it.
    pub(crate) check: &'static str,
    pub(crate) grade: Grade,
    /// File, folder or row, relative to the home.
    pub(crate) place: String,
    /// What is the matter.
    pub(crate) what: String,
    /// What to do.
    pub(crate) advice: String,
    /// Whether `--repair` does it.
    pub(crate) repairable: bool,
}

/// Collects what one check finds.
pub(crate) struct Findings {
    check: &'static str,
    found: Vec<Finding>,
}

impl Findings {
    fn add(
        &mut self,
        grade: Grade,
        place: impl Into<String>,
        what: impl Into<String>,
        advice: &str,
    ) {
        self.found.push(Finding {
            check: self.check,
            grade,
            place: place.into(),
            what: what.into(),
            advice: advice.to_owned(),
            repairable: false,
        });
    }

    /// The same for what `--repair` puts right.
    fn mend(&mut self, place: impl Into<String>, what: impl Into<String>, advice: &str) {
        self.add(Grade::Warning, place, what, advice);
        if let Some(last) = self.found.last_mut() {
            last.repairable = true;
        }
    }

    /// What kept a check from looking.
    fn unlooked(&mut self, place: impl Into<String>, why: &Failure) {
        let words = why.to_string();
        let (what, hint) = words.split_once("\n\nhint: ").unwrap_or((&words, "see above"));
        self.add(Grade::Serious, place, what.replace('\n', "; "), hint);
    }
}

/// The home that is looked at. What can't be opened is a finding of one check; the others go on.
pub(crate) struct Patient {
    pub(crate) dir: PathBuf,
    pub(crate) now: DateTime<Utc>,
    pub(crate) settings: Result<(Catalog, Config), Failure>,
    /// The database, if it can be read through and through.
    pub(crate) register: Result<Connection, Failure>,
    /// How the lake is read.
    pub(crate) seal: Seal,
}

impl Patient {
    /// Opens what can be opened.
    pub(crate) fn new(dir: &Path) -> Self {
        let register = database::open(dir);
        let seal = register.as_ref().ok().and_then(|r| sealing::of(dir, r).ok());
        Self {
            dir: dir.to_owned(),
            now: Utc::now(),
            settings: home::settings(dir),
            register,
            seal: seal.unwrap_or_default(),
        }
    }

    /// The database, unless it is damaged.
    fn sound(&self) -> Option<&Connection> {
        self.register.as_ref().ok()
    }
}

type Look = fn(&Patient, &mut Findings);
type Repair = fn(&Patient) -> Result<(), Failure>;

/// Every check, and what puts its findings right.
const CHECKS: [(&str, Look, Option<Repair>); 10] = [
    ("settings", settings::look, None),
    ("database", database::look, None),
    ("lake", lake::look, Some(lake::repair)),
    ("releases", releases::look, Some(releases::repair)),
    ("site", site::look, Some(site::repair)),
    ("requests", desk::look, Some(desk::repair)),
    ("left over", left::look, Some(left::repair)),
    ("inbox", inbox::look, None),
    ("keys", keys::look, None),
    ("disk", disk::look, None),
];

/// Looks at everything, and changes nothing.
pub(crate) fn examine(patient: &Patient) -> Vec<Finding> {
    let mut all = Vec::new();
    for (check, look, _) in CHECKS {
        let mut findings = Findings { check, found: Vec::new() };
        look(patient, &mut findings);
        all.append(&mut findings.found);
    }
    all
}

/// Repairs what these findings allow.
///
/// # Errors
/// What the disk or the databases refuse; what was repaired before stays so.
pub(crate) fn repair(patient: &Patient, findings: &[Finding]) -> Result<(), Failure> {
    for (check, _, repair) in CHECKS {
        let wanted = findings.iter().any(|f| f.check == check && f.repairable);
        if let (true, Some(repair)) = (wanted, repair) {
            repair(patient)?;
        }
    }
    Ok(())
}
