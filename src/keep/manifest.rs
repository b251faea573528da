//! What a backup says of itself, and which names its files may have.

use serde::{Deserialize, Serialize};
use shumar_schemas::config;
use shumar_schemas::ledger::Head;
use shumar_schemas::store::DATABASE;

use crate::home::DECLARED;

/// The format that this version writes and reads.
pub(super) const FORMAT: &str = "shumar.backup/1";
/// The name of the last entry.
pub(super) const NAME: &str = "manifest.json";
/// The desk's database.
pub(super) const DESK: &str = "rti.db";
/// Folders of a home that are kept, besides declarations.
const KEPT: [&str; 6] = ["keys", "lake", "inbox", "rejects", "releases", "rti"];

/// What a backup says of itself.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Manifest {
    pub(crate) format: String,
    /// When the database was copied.
    pub(crate) made: String,
    pub(crate) software: String,
    pub(crate) lineage: String,
    /// The ledger's last row.
    pub(crate) ledger: Head,
    pub(crate) files: Vec<Listed>,
}

/// A file of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Listed {
    pub(crate) name: String,
    pub(crate) bytes: u64,
    pub(crate) sha256: String,
}

impl Manifest {
    /// Bytes of all files.
    pub(crate) fn bytes(&self) -> u64 {
        self.files.iter().map(|f| f.bytes).sum()
    }
}

/// A name that a file of a backup may have: below the home, in a place that is kept, and plain.
pub(super) fn may_be(name: &str) -> bool {
    let odd = |c: char| c.is_control() || c == '\\' || c == ':';
    let mut parts = name.split('/');
    let first = parts.clone().next().unwrap_or_default();
    let plain = parts.all(|p| !["", ".", ".."].contains(&p) && !p.contains(odd));
    let alone = [config::FILE, DATABASE, DESK, NAME].contains(&name);
    let below = name.contains('/') && (KEPT.contains(&first) || DECLARED.contains(&first));
    plain && name.len() < 1024 && (alone || below)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_names_below_the_home_are_taken() {
        for good in ["shumar.toml", "lake/police/year=2025/batch-000001.parquet", "codes/x.csv"] {
            assert!(may_be(good), "{good}");
        }
        for bad in [
            "../shumar.toml",
            "lake/../../x",
            "/etc/passwd",
            "lake",
            "lake/",
            "lake//x",
            "lake/./x",
            "lake\\..\\x",
            "C:/x",
            "lake/a\nb",
            "site/index.html",
            "shumar.toml/x",
            "",
        ] {
            assert!(!may_be(bad), "{bad}");
        }
    }
}
