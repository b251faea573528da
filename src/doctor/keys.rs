//! Keys and the folders that only their owner may enter: whether they are there, whole and closed.

use std::path::Path;

use shumar_ingest::HomeKey;
use shumar_schemas::store::DATABASE;

use super::{Findings, Grade, Patient};
use crate::home::PRIVATE;

const RESTORE: &str = "restore it from the backup of `keys/`; no other key can take its place";

pub(super) fn look(patient: &Patient, findings: &mut Findings) {
    let keys = patient.dir.join("keys");
    if let Err(why) = HomeKey::read(&keys.join("pseudonym.key")) {
        findings.unlooked("keys/pseudonym.key", &why.into());
    }
    if let Err(why) = shumar_transform::check_keys(&keys) {
        findings.unlooked("keys/signing.key", &why.into());
    }
    let rti = patient.dir.join("rti/applicants");
    if rti.is_dir() && !keys.join("rti.key").is_file() {
        let what = "is missing: applicants' files can't be opened";
        findings.add(Grade::Serious, "keys/rti.key", what, RESTORE);
    }
    for folder in PRIVATE {
        match mode(&patient.dir.join(folder)) {
            None => findings.add(
                Grade::Warning,
                folder,
                "is not there",
                "make the folder again, for its owner only (`chmod 700`), or restore it",
            ),
            Some(mode) if mode & 0o077 != 0 => {
                open(findings, folder, mode, "run `chmod 700` on it");
            }
            Some(_) => {}
        }
    }
    for file in [DATABASE, "rti.db", "keys/rti.key"] {
        if let Some(mode) = mode(&patient.dir.join(file)).filter(|mode| mode & 0o077 != 0) {
            open(findings, file, mode, "run `chmod 600` on it");
        }
    }
}

fn open(findings: &mut Findings, place: &str, mode: u32, advice: &str) {
    let what = format!("can be read or entered by others than its owner (mode {mode:03o})");
    findings.add(Grade::Warning, place, what, advice);
}

/// The permissions of a file or folder, if it is there.
fn mode(path: &Path) -> Option<u32> {
    let about = std::fs::metadata(path).ok()?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        Some(about.permissions().mode() & 0o777)
    }
    #[cfg(not(unix))]
    {
        let _ = about;
        Some(0o700)
    }
}
