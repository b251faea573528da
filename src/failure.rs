//! What ends a command early, and with which exit code.

use std::fmt;

use shumar_ingest::IngestError;
use shumar_publish::PublishError;
use shumar_schemas::SchemaError;
use shumar_synthetic::SyntheticError;
use shumar_transform::TransformError;

/// Exit code of a refusal: the input, the configuration or the budget says no.
pub(crate) const REFUSED: u8 = 1;
/// Exit code of a failure of the disk, the engine or the program.
pub(crate) const BROKEN: u8 = 2;

/// A refusal or a failure, in words.
#[derive(Debug)]
pub(crate) struct Failure {
    words: String,
    code: u8,
}

impl Failure {
    pub(crate) fn refused(words: impl Into<String>) -> Self {
        Self { words: words.into(), code: REFUSED }
    }

    pub(crate) fn broken(words: impl Into<String>) -> Self {
        Self { words: words.into(), code: BROKEN }
    }

    pub(crate) fn code(&self) -> u8 {
        self.code
    }

    fn new(error: &dyn fmt::Display, refused: bool) -> Self {
        Self { words: error.to_string(), code: if refused { REFUSED } else { BROKEN } }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words)
    }
}

impl From<SchemaError> for Failure {
    fn from(e: SchemaError) -> Self {
        Self::new(&e, true)
    }
}

impl From<IngestError> for Failure {
    fn from(e: IngestError) -> Self {
        Self::new(&e, e.is_refusal())
    }
}

impl From<TransformError> for Failure {
    fn from(e: TransformError) -> Self {
        Self::new(&e, e.is_refusal())
    }
}

impl From<PublishError> for Failure {
    fn from(e: PublishError) -> Self {
        let refused = matches!(
            e,
            PublishError::Flaw { .. }
                | PublishError::Busy { .. }
                | PublishError::Misplaced { .. }
                | PublishError::Path { doing: "read", .. }
        );
        Self::new(&e, refused)
    }
}

impl From<SyntheticError> for Failure {
    fn from(e: SyntheticError) -> Self {
        Self::new(&e, false)
    }
}

impl From<rusqlite::Error> for Failure {
    fn from(e: rusqlite::Error) -> Self {
        Self::broken(format!("`shumar.db` can't be used: {e}"))
    }
}

/// Turns a failure of the file system into words with the file's name.
pub(crate) fn at(path: &std::path::Path) -> impl FnOnce(std::io::Error) -> Failure {
    let path = path.display().to_string();
    move |e| {
        Failure::broken(format!(
            "`{path}`: {e}\n\nhint: check the disk's space and the folder's permissions"
        ))
    }
}
