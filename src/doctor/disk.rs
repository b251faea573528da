//! The disk: whether there is room for another batch and another site, and whether it can be written.

use super::{Findings, Grade, Patient};

/// Less than this, and the next big file may not fit.
const LITTLE_BYTES: u64 = 1 << 30;
/// Less than this, and nearly nothing will.
const NOTHING_BYTES: u64 = 64 << 20;

pub(super) fn look(patient: &Patient, findings: &mut Findings) {
    let Some(free) = free(patient) else { return };
    let told = format!("{} MB are free", free >> 20);
    let advice = "make room, or move the home to a larger disk";
    match free {
        NOTHING_BYTES.. if free >= LITTLE_BYTES => {}
        NOTHING_BYTES.. => findings.add(Grade::Note, ".", told, advice),
        _ => findings.add(Grade::Warning, ".", told, advice),
    }
}

/// Bytes that are free for this user.
#[cfg(unix)]
fn free(patient: &Patient) -> Option<u64> {
    let about = rustix::fs::statvfs(&patient.dir).ok()?;
    about.f_bavail.checked_mul(about.f_frsize)
}

#[cfg(not(unix))]
fn free(_: &Patient) -> Option<u64> {
    None
}
