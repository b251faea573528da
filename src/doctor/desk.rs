//! The desk of right-to-information requests: register, audit trail, applicants' files.

use shumar_rti::{Desk, condition};

use super::{Findings, Grade, Patient};
use crate::failure::Failure;

const DATABASE: &str = "rti.db";
const RESTORE: &str = "restore `rti.db` and `rti/` from the same backup";

pub(super) fn look(patient: &Patient, findings: &mut Findings) {
    if !Desk::exists(&patient.dir) {
        if patient.dir.join("rti/applicants").is_dir() {
            findings.add(Grade::Serious, DATABASE, "is missing, and `rti/` is there", RESTORE);
        }
        return;
    }
    let found = match condition::condition(&patient.dir) {
        Ok(found) => found,
        Err(e) => return findings.unlooked(DATABASE, &e.into()),
    };
    for line in found.database {
        findings.add(Grade::Serious, DATABASE, format!("is damaged: {line}"), RESTORE);
    }
    if let Some(what) = found.audit {
        findings.add(Grade::Serious, DATABASE, what, RESTORE);
    }
    for reference in found.missing {
        findings.add(
            Grade::Serious,
            format!("rti/applicants/{reference}.age"),
            "is not there: nobody knows any more who made this request",
            "restore it from the backup; letters can be made with `--blank` meanwhile",
        );
    }
    for file in found.strange {
        findings.mend(
            file,
            "is an applicant's file without a request, or of one that was to be erased",
            "it names a person: it should not stay",
        );
    }
    for file in found.left {
        findings.mend(file, "is left over from an interruption", "the next act removes it too");
    }
}

pub(super) fn repair(patient: &Patient) -> Result<(), Failure> {
    Ok(condition::tidy(&patient.dir)?)
}
