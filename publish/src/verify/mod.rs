//! The check of one release folder, for the publisher, for readers and for courts.
//!
//! Every check is made, whatever the ones before it found. A file is named wherever it is at
//! fault. The folder may be hostile: sizes are limited, and what can't be read is a failed check.

mod account;
mod adding;
mod difference;
mod exact;
mod figures;
mod files;
pub(crate) mod indicators;
mod published;
mod sealed;

pub use self::published::{Kind, Verified, kind, verify_site};

use std::path::Path;

use minisign::PublicKey;
use shumar_schemas::release::{DOCUMENT, PUBLIC_KEY, ReleaseDocument};

use crate::PublishError;
use crate::read::{Folder, parse, seal};

/// Faults that a check tells one by one.
const FAULTS_MAX: usize = 5;
/// The checks that need a readable document.
const DEPENDENT: [&str; 8] =
    ["files", "unlisted files", "rows", "sums", "errors", "indicators", "charges", "budget"];

/// One check and what it found.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Check {
    /// What was checked.
    pub name: &'static str,
    /// Whether all was as it must be.
    pub passed: bool,
    /// What was looked at, or what is wrong, naming files.
    pub detail: String,
}

/// Checks a release folder.
///
/// | check | what must hold |
/// |---|---|
/// | `signature` | the document is signed by the key given, or else by the one beside it |
/// | `format` | the document can be read and does not contradict itself |
/// | `files` | every listed file has the stated SHA-256 |
/// | `unlisted files` | no other file lies in `measurements/`, `estimates/`, `indicators/` or `exact/` |
/// | `rows` | every file has exactly the rows of its declared domain, in order |
/// | `sums` | every estimate follows from the measured cells, and margins of a table add up |
/// | `errors` | variances, standard errors and intervals follow from the noise |
/// | `indicators` | every indicator follows from the measured cells and their noise |
/// | `exact` | nothing but activity free of persons is published exactly, and its sums add up |
/// | `charges` | every measurement was paid for, at no less than its noise costs |
/// | `budget` | no year is overspent, and what is stated as spent covers this release |
///
/// Not covered by any signature, and so not checked, are the comment lines that begin with
/// `untrusted comment`.
///
/// # Errors
/// Only if there is no such folder. Everything else is a failed check.
pub fn verify(folder: &Path, public_key: Option<&str>) -> Result<Vec<Check>, PublishError> {
    let hint = "give the folder of one release, the one that holds `release.json`";
    std::fs::read_dir(folder).map_err(PublishError::path("read", folder, hint))?;
    let folder = Folder::new(folder);
    let bytes = folder.document();
    let mut checks = vec![signature(&folder, bytes.as_deref(), public_key)];
    match bytes.and_then(|bytes| parse(&folder, &bytes)) {
        Err(error) => {
            checks.push(Check { name: "format", passed: false, detail: error.brief() });
            let detail = || format!("not checked, because `{DOCUMENT}` can't be used");
            let missed = |name| Check { name, passed: false, detail: detail() };
            checks.extend(DEPENDENT.map(missed));
        }
        Ok(document) => {
            let (tables, statistics) = (document.tables.len(), document.statistics.len());
            let format = &document.format;
            let detail =
                format!("`{DOCUMENT}` is {format} with {statistics} statistics of {tables} tables");
            checks.push(Check { name: "format", passed: true, detail });
            checks.extend(contents(&folder, &document));
        }
    }
    Ok(checks)
}

fn contents(folder: &Folder, document: &ReleaseDocument) -> Vec<Check> {
    let mut checks = vec![files::hashes(folder, document), files::unlisted(folder, document)];
    checks.extend(figures::checks(folder, document));
    checks.push(indicators::check(folder, document));
    checks.extend(exact::check(folder, document));
    checks.push(account::charges(document));
    checks.push(account::budget(document));
    checks
}

fn signature(folder: &Folder, bytes: Result<&[u8], &PublishError>, given: Option<&str>) -> Check {
    let mut findings = Findings::new("signature");
    match signer(folder, bytes, given) {
        Ok((key, which)) => findings
            .looked(format!("`{DOCUMENT}` is signed by key {}, {which}", seal::key_id(&key))),
        Err(fault) => findings.fault(fault),
    }
    findings.check()
}

/// The key that signed, and which one it is.
fn signer(
    folder: &Folder,
    bytes: Result<&[u8], &PublishError>,
    given: Option<&str>,
) -> Result<(PublicKey, &'static str), String> {
    let bytes = bytes.map_err(PublishError::brief)?;
    let beside = seal::key_beside(folder);
    let (key, which) = match (given, beside) {
        (None, Err(error)) => return Err(error.brief()),
        (None, Ok(key)) => (key, "the one beside it: compare it with the publisher's own"),
        (Some(text), beside) => {
            let key = seal::key(text).ok_or("the key given is not a minisign public key")?;
            match beside {
                Ok(other) if !seal::same_key(&key, &other) => {
                    let id = seal::key_id(&other);
                    return Err(format!("`{PUBLIC_KEY}` is key {id}, not the one given"));
                }
                Err(error) if !error.is_missing() => return Err(error.brief()),
                _ => (key, "the one given"),
            }
        }
    };
    seal::check(folder, bytes, &key).map_err(|e| e.brief())?;
    Ok((key, which))
}

/// What one check finds.
pub(crate) struct Findings {
    name: &'static str,
    looked: Vec<String>,
    faults: Vec<String>,
    more: usize,
}

impl Findings {
    pub(crate) fn new(name: &'static str) -> Self {
        Self { name, looked: Vec::new(), faults: Vec::new(), more: 0 }
    }

    /// Says what was looked at.
    pub(crate) fn looked(&mut self, what: impl Into<String>) {
        self.looked.push(what.into());
    }

    /// Says what is wrong.
    pub(crate) fn fault(&mut self, what: impl Into<String>) {
        if self.faults.len() < FAULTS_MAX {
            self.faults.push(what.into());
        } else {
            self.more += 1;
        }
    }

    pub(crate) fn check(self) -> Check {
        let passed = self.faults.is_empty();
        let mut detail = if passed { self.looked } else { self.faults }.join("; ");
        if self.more > 0 {
            detail.push_str(&format!("; and {} more", self.more));
        }
        Check { name: self.name, passed, detail }
    }
}
