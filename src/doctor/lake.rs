//! The lake against its register, file by file.

use super::{Findings, Grade, Patient};
use crate::failure::Failure;

const RESTORE: &str = "restore `lake/` from the backup, together with `shumar.db`; until then nothing is released and the register stays as it is";

const ASTRAY: &str = "is a file that the register does not list, and no interruption explains it: was an older `shumar.db` put back?";
const ASTRAY_ADVICE: &str = "put the newest `shumar.db` back, or restore all of one backup; the next `shumar ingest` sets the file aside in lake/.aside and deletes nothing";
const ASIDE_ADVICE: &str = "they may be records of batches that came after an older `shumar.db`: restore all of one backup, or take those offices' files in again; delete the folder when you know that nobody misses them";

pub(super) fn look(patient: &Patient, findings: &mut Findings) {
    let Some(register) = patient.sound() else { return };
    let found = match shumar_ingest::condition(&patient.dir, register, &patient.seal) {
        Ok(found) => found,
        Err(e) => return findings.unlooked("lake", &e.into()),
    };
    if let Some(why) = found.closed {
        findings.unlooked("lake", &why.into());
    }
    let damage = [
        (found.missing, "is listed in the register and not there"),
        (found.changed, "is not the file that ingest wrote: its SHA-256 is another one"),
        (found.miscounted, "holds another number of records than the register says"),
        (found.plain, "is not encrypted, and this home's lake is"),
        (found.sealed, "is encrypted, and this home's lake is not"),
        (found.places, "is missing or damaged, and with it the places of persons"),
    ];
    for (files, what) in damage {
        for file in files {
            findings.add(Grade::Serious, file, what, RESTORE);
        }
    }
    for file in found.left {
        findings.mend(
            file,
            "is left over from an interruption; it belongs to nothing",
            "the next `shumar ingest` removes it too",
        );
    }
    for file in found.astray {
        findings.add(Grade::Warning, file, ASTRAY, ASTRAY_ADVICE);
    }
    if let Some((files, folder)) = shumar_ingest::aside(&patient.dir) {
        let what = format!("holds {files} file(s) that the register does not list");
        findings.add(Grade::Warning, folder, what, ASIDE_ADVICE);
    }
    for file in found.gone {
        findings.mend(
            file,
            "left the lake, and an interruption kept it from being deleted",
            "the next `shumar ingest` deletes it too",
        );
    }
}

/// Removes what belongs to nothing. Of a lake that is not the register's, nothing is removed.
pub(super) fn repair(patient: &Patient) -> Result<(), Failure> {
    let Some(register) = patient.sound() else { return Ok(()) };
    shumar_transform::same_lineage(&patient.dir, register)?;
    Ok(shumar_ingest::tidy(&patient.dir, register)?)
}
