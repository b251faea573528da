//! Whether `shumar.toml` and the declarations beside it can be read.

use shumar_schemas::config::FILE;

use super::{Findings, Patient};

pub(super) fn look(patient: &Patient, findings: &mut Findings) {
    if let Err(why) = &patient.settings {
        findings.unlooked(FILE, why);
    }
}
