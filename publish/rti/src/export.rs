//! The register as rows, without who asked.

use crate::{Desk, Request, RtiError};

impl Desk<'_> {
    /// The header of [`Desk::rows`].
    #[must_use]
    pub fn columns() -> &'static [&'static str] {
        &Request::COLUMNS
    }

    /// All requests as rows, the oldest first. Texts that a spreadsheet would run are quoted.
    ///
    /// # Errors
    /// The database's.
    pub fn rows(&self) -> Result<Vec<Vec<String>>, RtiError> {
        Ok(self.all()?.iter().map(Request::row).collect())
    }
}
