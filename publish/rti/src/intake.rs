//! A request as a file (TOML). It names a person, so no message quotes it.

use crate::{Applicant, NewRequest, RtiError};

/// Reads a request: its facts, and a table `[applicant]`.
///
/// # Errors
/// [`RtiError::Refused`], which does not quote the file.
pub fn request(text: &str) -> Result<(NewRequest, Applicant), RtiError> {
    let mut table: toml::Table = toml::from_str(text).map_err(|_| unreadable())?;
    let applicant = match table.remove("applicant") {
        Some(part) => part.try_into().map_err(|_| unreadable())?,
        None => Applicant::default(),
    };
    Ok((table.try_into().map_err(|_| unreadable())?, applicant))
}

/// Reads who asked.
///
/// # Errors
/// [`RtiError::Refused`], which does not quote the file.
pub fn applicant(text: &str) -> Result<Applicant, RtiError> {
    toml::from_str(text).map_err(|_| unreadable())
}

fn unreadable() -> RtiError {
    RtiError::refused(
        "the file can't be read as a request (details withheld)",
        "it is TOML: received, channel, subject, language, urgent, and a table [applicant] with name, identity_number, address, contact, words; a file of `--applicant` has these five alone",
    )
}
