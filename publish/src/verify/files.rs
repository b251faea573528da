//! Whether the files are those that were signed, and no others.

use std::collections::BTreeSet;

use shumar_schemas::release::ReleaseDocument;

use crate::read::{Folder, listed};
use crate::verify::{Check, Findings};

/// Every listed file exists and has the stated SHA-256.
pub(crate) fn hashes(folder: &Folder, document: &ReleaseDocument) -> Check {
    let mut findings = Findings::new("files");
    let mut files = 0;
    for (file, sha256) in listed(document) {
        files += 1;
        if let Err(error) = folder.same(file, sha256) {
            findings.fault(error.brief());
        }
    }
    findings.looked(format!("{files} files have the stated SHA-256"));
    findings.check()
}

/// Nothing else lies beside them.
pub(crate) fn unlisted(folder: &Folder, document: &ReleaseDocument) -> Check {
    let mut findings = Findings::new("unlisted files");
    let known: BTreeSet<&str> = listed(document).map(|(file, _)| file).collect();
    for subfolder in ["measurements", "estimates", "indicators", "exact"] {
        match folder.names(subfolder) {
            Err(error) => findings.fault(error.brief()),
            Ok(names) => {
                let paths = names.iter().map(|n| format!("{subfolder}/{n}"));
                for path in paths.filter(|p| !known.contains(p.as_str())) {
                    findings.fault(format!("`{path}` is not listed"));
                }
            }
        }
    }
    findings
        .looked("`measurements/`, `estimates/`, `indicators/` and `exact/` hold listed files only");
    findings.check()
}
