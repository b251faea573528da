//! The site against the releases.

use shumar_publish::Condition;

use super::{Findings, Grade, Patient};
use crate::failure::Failure;
use crate::home::SITE;

const AGAIN: &str = "run `shumar publish`";

pub(super) fn look(patient: &Patient, findings: &mut Findings) {
    let site = patient.dir.join(SITE);
    let found = match shumar_publish::condition(&patient.dir.join("releases"), &site) {
        Ok(found) => found,
        Err(e) => return findings.unlooked(SITE, &e.into()),
    };
    for condition in found {
        match condition {
            Condition::Missing => {
                findings.add(Grade::Warning, SITE, "there are releases and no site", AGAIN);
            }
            Condition::Interrupted => findings.mend(
                SITE,
                "an interruption took the site away; the old one is beside it",
                "any command on this home puts it back too",
            ),
            Condition::Left => findings.mend(
                ".site.new",
                "is left over from an interrupted `shumar publish`",
                "any command on this home removes it too",
            ),
            Condition::Older(ids) => findings.add(
                Grade::Warning,
                SITE,
                format!("does not tell what stands now of: {}", ids.join(", ")),
                AGAIN,
            ),
            Condition::Strange(ids) => findings.add(
                Grade::Warning,
                SITE,
                format!("tells releases that are not there: {}", ids.join(", ")),
                "restore their folders from a copy (the site has one under `data/`); if they were made elsewhere, run `shumar publish`",
            ),
        }
    }
}

pub(super) fn repair(patient: &Patient) -> Result<(), Failure> {
    shumar_publish::mend(&patient.dir.join(SITE))?;
    Ok(())
}
