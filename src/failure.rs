//! What ends a command early, and with which exit code.

use std::fmt;

use rusqlite::ErrorCode;
use serde_json::{Value, json};
use shumar_ingest::{IngestError, Words};
use shumar_publish::PublishError;
use shumar_query::QueryError;
use shumar_rti::RtiError;
use shumar_schemas::SchemaError;
use shumar_seal::SealError;
use shumar_store::StoreError;
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
    more: Option<Box<More>>,
}

/// What is told besides.
#[derive(Debug)]
struct More {
    /// For machines.
    facts: Value,
    /// For people.
    remark: Option<String>,
}

impl Failure {
    pub(crate) fn refused(words: impl Into<String>) -> Self {
        Self { words: words.into(), code: REFUSED, more: None }
    }

    pub(crate) fn broken(words: impl Into<String>) -> Self {
        Self { code: BROKEN, ..Self::refused(words) }
    }

    pub(crate) fn code(&self) -> u8 {
        self.code
    }

    /// A file that ingest does not take, in the reader's language. Machines get `facts`, people
    /// the remark.
    pub(crate) fn of_file(
        why: &IngestError,
        words: &Words,
        facts: Value,
        remark: Option<String>,
    ) -> Self {
        let more = Some(Box::new(More { facts, remark }));
        Self { more, ..Self::new(&words.refusal(why), why.is_refusal()) }
    }

    /// The same for machines: `{"error": {"message": …, "hint": …, "code": 1}}`.
    pub(crate) fn json(&self) -> Value {
        let mut error = error_json(&self.words, self.code);
        let facts = self.more.as_ref().and_then(|more| more.facts.as_object());
        if let (Some(error), Some(facts)) = (error["error"].as_object_mut(), facts) {
            error.extend(facts.clone());
        }
        error
    }

    /// What a database refuses, and what to do.
    pub(crate) fn database(file: &str, e: &rusqlite::Error) -> Self {
        let patience = shumar_lock::patience_told();
        let damaged = "restore it from the backup, together with the rest of the home (`lake/`, `releases/`, `rti/`); `shumar doctor` tells what is wrong with it";
        match e.sqlite_error_code() {
            Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => Self::refused(format!(
                "another shumar has been writing into `{file}` for {patience}\n\nhint: wait until it is done, and run the command again; nothing was changed"
            )),
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
                Self::broken(format!("`{file}` is damaged: {e}\n\nhint: {damaged}"))
            }
            Some(ErrorCode::DiskFull | ErrorCode::SystemIoFailure) => Self::broken(format!(
                "`{file}` can't be written or read: {e}\n\nhint: check the disk's space and health, and run the command again; what was not finished was not entered"
            )),
            Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
                Self::broken(format!(
                    "`{file}` can't be opened for writing: {e}\n\nhint: check whose the home's folder and its files are, and that the disk is not read-only"
                ))
            }
            _ => Self::broken(format!("`{file}` can't be used: {e}\n\nhint: {damaged}")),
        }
    }

    fn new(error: &dyn fmt::Display, refused: bool) -> Self {
        let words = error.to_string();
        if refused { Self::refused(words) } else { Self::broken(words) }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words)?;
        let remark = self.more.as_ref().and_then(|more| more.remark.as_ref());
        remark.map_or(Ok(()), |remark| write!(f, "\n\n{remark}"))
    }
}

impl From<SchemaError> for Failure {
    fn from(e: SchemaError) -> Self {
        Self::new(&e, true)
    }
}

impl From<IngestError> for Failure {
    fn from(e: IngestError) -> Self {
        match e {
            IngestError::Register(e) => e.into(),
            e => Self::new(&e, e.is_refusal()),
        }
    }
}

impl From<RtiError> for Failure {
    fn from(e: RtiError) -> Self {
        match e {
            RtiError::Database(e) => Self::database("rti.db", &e),
            e => Self::new(&e, e.is_refusal()),
        }
    }
}

impl From<TransformError> for Failure {
    fn from(e: TransformError) -> Self {
        match e {
            TransformError::Register(e) => e.into(),
            e => Self::new(&e, e.is_refusal()),
        }
    }
}

impl From<StoreError> for Failure {
    fn from(e: StoreError) -> Self {
        match e {
            StoreError::Register(e) => e.into(),
            e => Self::new(&e, e.is_refusal()),
        }
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

impl From<QueryError> for Failure {
    fn from(e: QueryError) -> Self {
        match e {
            QueryError::Tables(e) => e.into(),
            e => Self::new(&e, true),
        }
    }
}

impl From<SealError> for Failure {
    fn from(e: SealError) -> Self {
        let refusal = e.is_refusal();
        Self::new(&e, refusal)
    }
}

impl From<SyntheticError> for Failure {
    fn from(e: SyntheticError) -> Self {
        Self::new(&e, false)
    }
}

impl From<rusqlite::Error> for Failure {
    fn from(e: rusqlite::Error) -> Self {
        Self::database(shumar_schemas::store::DATABASE, &e)
    }
}

/// A message for machines, with its hint apart.
pub(crate) fn error_json(words: &str, code: u8) -> Value {
    let (message, hint) = match words.split_once("\n\nhint: ") {
        Some((message, hint)) => (message, Some(hint.trim())),
        None => (words, None),
    };
    json!({ "error": { "message": message.trim(), "hint": hint, "code": code } })
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
