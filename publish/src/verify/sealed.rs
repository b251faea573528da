//! Whether all files of a site, its pages among them, are those that its publisher signed.

use std::collections::BTreeSet;
use std::path::Path;

use minisign::PublicKey;

use super::published::{walk, within};
use super::{Check, Findings};
use crate::manifest::{MANIFEST, Manifest, SIGNED};
use crate::read::{Folder, Release, seal};

/// Largest list of files: of some hundred thousand.
const LIST_BYTES_MAX: u64 = 64 << 20;

/// Both checks; only of what lies at `part`, where that is given.
pub(super) fn checks(
    site: &Path,
    given: Option<&str>,
    releases: &[Release],
    part: Option<&str>,
) -> [Check; 2] {
    let folder = Folder::new(site);
    let (mut list, mut files) = (Findings::new("list of files"), Findings::new("listed files"));
    match read(&folder) {
        Err(fault) => {
            files.fault(format!("not checked, because `{MANIFEST}` can't be used"));
            list.fault(fault);
        }
        Ok((bytes, manifest)) => {
            match signer(&folder, &bytes, given, releases) {
                Ok(who) => list.looked(format!("`{MANIFEST}` is signed by {who}")),
                Err(fault) => list.fault(fault),
            }
            compare(site, &folder, &manifest, part, &mut files);
        }
    }
    [list.check(), files.check()]
}

fn read(folder: &Folder) -> Result<(Vec<u8>, Manifest), String> {
    let bytes = folder.bytes(MANIFEST, LIST_BYTES_MAX).map_err(|e| e.brief())?;
    let manifest = std::str::from_utf8(&bytes).ok().and_then(Manifest::read);
    let manifest = manifest.ok_or_else(|| format!("`{MANIFEST}` is not a list of files"))?;
    Ok((bytes, manifest))
}

/// Who signed the list: the key given, or else one that signed a release of the site.
fn signer(
    folder: &Folder,
    bytes: &[u8],
    given: Option<&str>,
    releases: &[Release],
) -> Result<String, String> {
    let text = folder.text(SIGNED).map_err(|e| e.brief())?;
    let signature = seal::read(&text).map_err(|what| format!("`{SIGNED}` {what}"))?;
    let keys: Vec<PublicKey> = match given {
        Some(text) => vec![seal::key(text).ok_or("the key given is not a minisign public key")?],
        None => releases.iter().filter_map(|r| seal::key_beside(&r.folder).ok()).collect(),
    };
    let holds = |key: &&PublicKey| seal::holds(&signature, bytes, key).is_ok();
    let which = if given.is_some() { "the one given" } else { "that of a release on the site" };
    match keys.iter().find(holds) {
        Some(key) => Ok(format!("key {}, {which}", seal::key_id(key))),
        None => Err(format!("`{MANIFEST}` does not fit `{SIGNED}` and the key, {which}")),
    }
}

fn compare(
    site: &Path,
    folder: &Folder,
    manifest: &Manifest,
    part: Option<&str>,
    findings: &mut Findings,
) {
    let mut all = Vec::new();
    if let Err(error) = walk(site, "", 0, &mut all) {
        findings.fault(format!("the site can't be read: {error}"));
    }
    let wanted = |path: &str| part.is_none_or(|part| within(path, part));
    let mut there: BTreeSet<&str> = BTreeSet::new();
    for path in all.iter().map(String::as_str).filter(|p| wanted(p)) {
        there.insert(path);
        match manifest.of(path) {
            Some(stated) => {
                if let Err(error) = folder.same(path, stated) {
                    findings.fault(error.brief());
                }
            }
            None if path == MANIFEST || path == SIGNED => {}
            None => findings.fault(format!("`{path}` does not belong there")),
        }
    }
    for path in manifest.paths().filter(|p| wanted(p) && !there.contains(p)) {
        findings.fault(format!("`{path}` is not there"));
    }
    findings.looked(format!("{} files are those that were published", there.len()));
}
