//! Releases: whole, signed, paid for, entered; and those that were begun and not finished.

use std::path::{Path, PathBuf};

use shumar_schemas::release::{DOCUMENT, ReleaseDocument};

use super::{Findings, Grade, Patient};
use crate::failure::Failure;
use crate::home::Home;

const RESTORE: &str = "do not publish it; restore its folder from a copy (the site has one under `data/`), and `shumar.db` if it is the ledger";

pub(super) fn look(patient: &Patient, findings: &mut Findings) {
    let releases = patient.dir.join("releases");
    let key = std::fs::read_to_string(patient.dir.join("keys/signing.pub")).ok();
    for (name, folder) in folders(&releases) {
        let place = format!("releases/{name}");
        if let Some(name) = name.strip_prefix('.') {
            findings.add(
                Grade::Warning,
                place,
                format!("release {name} was begun and not finished; what was drawn for it is kept"),
                "run its `shumar release` again: nothing that is there is drawn or charged again",
            );
            continue;
        }
        match shumar_publish::verify(&folder, key.as_deref()) {
            Err(e) => findings.unlooked(&place, &e.into()),
            Ok(checks) => {
                for check in checks.into_iter().filter(|c| !c.passed) {
                    let what = format!("`{}` does not hold: {}", check.name, check.detail);
                    findings.add(Grade::Serious, &place, what, RESTORE);
                }
            }
        }
        paid(patient, findings, &place, &folder);
    }
    entered(patient, findings);
}

/// The folders of releases; the hidden ones are those that are not finished.
fn folders(releases: &Path) -> Vec<(String, PathBuf)> {
    let entries = std::fs::read_dir(releases).into_iter().flatten().flatten();
    let folders = entries.filter(|e| e.path().is_dir());
    let named = folders.map(|e| (e.file_name().to_string_lossy().into_owned(), e.path()));
    let mut named: Vec<_> = named.collect();
    named.sort();
    named
}

fn paid(patient: &Patient, findings: &mut Findings, place: &str, folder: &Path) {
    let text = std::fs::read(folder.join(DOCUMENT)).unwrap_or_default();
    let document = serde_json::from_slice::<ReleaseDocument>(&text).ok();
    let (Some(register), Some(document)) = (patient.sound(), document) else { return };
    for check in shumar_transform::audit(register, &document).into_iter().filter(|c| !c.passed) {
        let what = format!("`{}` does not hold: {}", check.name, check.detail);
        findings.add(Grade::Serious, place, what, RESTORE);
    }
}

/// The register against the folders.
fn entered(patient: &Patient, findings: &mut Findings) {
    let Some(register) = patient.sound() else { return };
    match shumar_transform::not_entered(&patient.dir, register) {
        Err(e) => findings.unlooked("releases", &e.into()),
        Ok(missing) => {
            for (_, document) in missing {
                findings.mend(
                    format!("releases/{}", document.id),
                    "is finished and signed, and an interruption kept it from the register",
                    "the next `shumar release` enters it too",
                );
            }
        }
    }
    let listed = || -> Result<Vec<String>, rusqlite::Error> {
        let mut select = register.prepare("SELECT id FROM release ORDER BY id")?;
        select.query_map([], |r| r.get(0))?.collect()
    };
    match listed() {
        Err(e) => findings.unlooked("releases", &e.into()),
        Ok(ids) => {
            for id in ids.into_iter().filter(|id| !patient.dir.join("releases").join(id).is_dir()) {
                findings.add(
                    Grade::Serious,
                    format!("releases/{id}"),
                    "is in the register and not there",
                    "restore the folder from the backup or from the site (`data/`): it was paid for, and is not drawn again",
                );
            }
        }
    }
}

/// Enters what is finished, signed and paid for.
pub(super) fn repair(patient: &Patient) -> Result<(), Failure> {
    let home = Home::open(&patient.dir)?;
    shumar_transform::enter_standing(&home.bench(false), &home.register)?;
    Ok(())
}
