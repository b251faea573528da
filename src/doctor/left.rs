//! What killed processes left beside files of the home.

use std::path::PathBuf;

use shumar_ingest::part;

use super::{Findings, Patient};
use crate::failure::Failure;

/// Folders in which files are written aside; the home itself is one.
const FOLDERS: [&str; 4] = ["", "keys", "lake", "rejects"];

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
    FOLDERS.iter().flat_map(|folder| part::left(&patient.dir.join(folder))).collect()
}

#[expect(clippy::unnecessary_wraps, reason = "every repair has this shape")]
pub(super) fn repair(patient: &Patient) -> Result<(), Failure> {
    for folder in FOLDERS {
        part::clear(&patient.dir.join(folder));
    }
    Ok(())
}
