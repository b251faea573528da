//! What killed processes left beside files of the home, and of counts that were not ended.

use std::path::PathBuf;

use shumar_ingest::part;

use super::{Findings, Patient};
use crate::failure::Failure;

/// Folders in which files are written aside; the home itself is one.
const FOLDERS: [&str; 4] = ["", "keys", "lake", "rejects"];
/// Keys that were being made; no lock tells whether they still are, but only `init` and the first
/// request make any.
const SPILL: &str = ".spill";

pub(super) fn look(patient: &Patient, findings: &mut Findings) {
    for path in left(patient) {
        let place = path.strip_prefix(&patient.dir).unwrap_or(&path).display().to_string();
        findings.mend(
            place,
            "is left over from an interruption",
            "the next command that writes there removes it too",
        );
    }
}

fn left(patient: &Patient) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> =
        FOLDERS.iter().flat_map(|folder| part::left(&patient.dir.join(folder))).collect();
    let spill = patient.dir.join(SPILL);
    let parts = std::fs::read_dir(&spill).into_iter().flatten().flatten();
    // A count that is on its way has it too; it holds the lock of releases.
    if parts.count() > 0 && idle(patient) {
        found.push(spill);
    }
    found
}

/// Whether no release is being made now.
fn idle(patient: &Patient) -> bool {
    let lock = patient.dir.join("releases/.lock");
    shumar_lock::within(&lock, true, "", std::time::Duration::ZERO).is_ok()
}

pub(super) fn repair(patient: &Patient) -> Result<(), Failure> {
    for folder in FOLDERS {
        part::clear(&patient.dir.join(folder));
    }
    let lock = patient.dir.join("releases/.lock");
    let held = shumar_lock::within(&lock, true, "", std::time::Duration::ZERO);
    if held.is_ok() {
        shumar_transform::clear_spill(&patient.dir)?;
    }
    Ok(())
}
