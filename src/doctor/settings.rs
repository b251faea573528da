//! Whether `shumar.toml` and the declarations beside it can be read.

use shumar_schemas::config::FILE;

use super::{Findings, Patient};
use crate::sealing;

pub(super) fn look(patient: &Patient, findings: &mut Findings) {
    match &patient.settings {
        Err(why) => findings.unlooked(FILE, why),
        Ok((_, config)) if patient.sound().is_some() => {
            if let Err(why) = sealing::agree(config.lake, &patient.seal) {
                findings.unlooked(FILE, &why.into());
            }
        }
        Ok(_) => {}
    }
}
