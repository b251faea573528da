//! What an analyst says of a file in the inbox, in a small file beside it: `march.xlsx.toml` says that
//! `march.xlsx` replaces a batch, or which months it covers.

use std::path::{Path, PathBuf};

use rusqlite::{Connection, OptionalExtension, params};
use serde::Deserialize;
use shumar_schemas::{SchemaError, YearMonth};

use crate::{IngestError, rows};

/// The ending of the file beside.
pub(crate) const ENDING: &str = ".toml";
const HINT: &str = "write in it: replaces = 17 (a batch of `shumar batches`), or replaces = \"march.xlsx\" (a file in `accepted/`); or covers = [\"2025-03\"]";

/// What is said of a file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    /// The batch that it replaces.
    pub replaces: Option<i64>,
    /// Months that it covers also where it has no row of them.
    pub covers: Vec<YearMonth>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    replaces: Option<Replaced>,
    #[serde(default)]
    covers: Vec<YearMonth>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Replaced {
    Batch(i64),
    File(String),
}

/// The file beside a file.
pub(crate) fn of(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ENDING);
    PathBuf::from(name)
}

/// What is said of a provider's file; nothing if no file is beside it.
///
/// # Errors
/// A file beside it that can't be read, or that names nothing that is there.
pub fn said(
    home: &Path,
    register: &Connection,
    provider: &str,
    file: &Path,
) -> Result<Said, IngestError> {
    let beside = of(file);
    if !beside.is_file() {
        return Ok(Said::default());
    }
    let text = std::fs::read_to_string(&beside).map_err(IngestError::open(&beside))?;
    let place = || beside.display().to_string();
    // Its words may be anything: the parser's are not repeated.
    let unread = |_| SchemaError::invalid(place(), "can't be read", HINT);
    let Written { replaces, covers } = toml::from_str(&text).map_err(unread)?;
    let replaces = match replaces {
        None => None,
        Some(Replaced::Batch(batch)) => Some(batch),
        Some(Replaced::File(name)) => {
            let batch = accepted(home, register, provider, &name)?;
            let what = "names a file that is not in `accepted/`, or that no batch came from";
            Some(batch.ok_or_else(|| SchemaError::invalid(place(), what, HINT))?)
        }
    };
    Ok(Said { replaces, covers })
}

/// The batch that came from a file in `accepted/`: the one that stands, or else the last.
fn accepted(
    home: &Path,
    register: &Connection,
    provider: &str,
    name: &str,
) -> Result<Option<i64>, IngestError> {
    let file = home.join("inbox").join(provider).join("accepted").join(name);
    let plain = Path::new(name).file_name().is_some_and(|n| n == name);
    if !plain || !file.is_file() {
        return Ok(None);
    }
    let sql = "SELECT id FROM batch WHERE provider = ?1 AND sha256 = ?2
         ORDER BY state = 'active' DESC, id DESC LIMIT 1";
    let about = params![provider, rows::digest(&file)?];
    Ok(register.query_row(sql, about, |r| r.get(0)).optional()?)
}
