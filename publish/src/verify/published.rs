//! The check of a site, or of one file of it.
//!
//! Every data file is made anew from the signed release beside it and compared byte by byte; every
//! other file must be the one of the signed list.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use shumar_schemas::release::{DOCUMENT, PUBLIC_KEY, ReleaseDocument, SIGNATURE};
use shumar_words::{Language, Words};

use super::difference::difference;
use super::{Check, Findings, sealed, verify};
use crate::PublishError;
use crate::data::{CATALOG, Sink, write_catalog};
use crate::derive::data_files;
use crate::earlier::year_before;
use crate::manifest::MANIFEST;
use crate::read::{Release, listed};
use crate::site::{folders, newest_first};

/// The checks of one release of a site, or of the site's catalogue.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The release; nothing for what is about all of them.
    pub release: String,
    /// What was checked of it.
    pub checks: Vec<Check>,
}

/// What a path is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// The folder of a signed release.
    Release,
    /// A site, or its data folder: the folder whose subfolder `data` holds the releases.
    Site(PathBuf),
    /// A file or folder below a site: the site, and the path relative to it.
    Part(PathBuf, String),
}

/// Tells what a path is.
#[must_use]
pub fn kind(path: &Path) -> Kind {
    let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
    if path.join(DOCUMENT).is_file() {
        return Kind::Release;
    }
    if path.join(CATALOG).is_file() || path.join("data").is_dir() {
        return Kind::Site(path);
    }
    // `data` holds the catalogue, and one folder a release.
    for above in path.ancestors() {
        let holds = |folder: &Path| folder.join("release").join(DOCUMENT).is_file();
        let data = if holds(above) { above.parent() } else { None };
        let data = data.or_else(|| above.join("catalog.jsonld").is_file().then_some(above));
        if let Some((data, site)) = data.and_then(|d| Some((d, d.parent()?))) {
            if data == path {
                return Kind::Site(site.to_owned());
            }
            let part = path.strip_prefix(site).unwrap_or(&path);
            return Kind::Part(site.to_owned(), part.to_string_lossy().replace('\\', "/"));
        }
        if above.join(MANIFEST).is_file() && above.join("data").is_dir() {
            let part = path.strip_prefix(above).unwrap_or(&path);
            return Kind::Part(above.to_owned(), part.to_string_lossy().replace('\\', "/"));
        }
    }
    Kind::Release
}

/// Checks a site, or only what lies at `part`, a path relative to the site.
///
/// | check | what must hold |
/// |---|---|
/// | all checks of [`verify`] | of the copy of each signed release |
/// | `data files` | every data file is what follows from its release, byte by byte |
/// | `unlisted data files` | no other file lies there |
/// | `catalogue` | the catalogue is what follows from all releases |
/// | `list of files` | the list of the site's files is signed by the key given, or by that of a release |
/// | `listed files` | every file of the site, pages among them, has the SHA-256 of the list, and there are no others |
///
/// # Errors
/// Only if there is no such folder. Everything else is a failed check.
pub fn verify_site(
    site: &Path,
    public_key: Option<&str>,
    part: Option<&str>,
) -> Result<Vec<Verified>, PublishError> {
    let mut found = Vec::new();
    let mut releases = Vec::new();
    let mut general = Findings::new("catalogue");
    for folder in folders(&site.join("data"))? {
        let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let copy = folder.join("release");
        match Release::open_copy(&copy) {
            Ok(release) if release.document.id == name => releases.push(release),
            Ok(release) => {
                general.fault(format!("`data/{name}` holds the release `{}`", release.document.id));
            }
            Err(error) => general.fault(format!("`data/{name}`: {}", error.brief())),
        }
    }
    let releases = newest_first(releases);
    let words: Vec<Words> = Language::all().iter().copied().map(Words::load).collect();
    let mut entries = Vec::new();
    for release in &releases {
        let id = &release.document.id;
        let wanted = part.is_none_or(|p| p == CATALOG || within(p, &format!("data/{id}")));
        if !wanted {
            continue;
        }
        let mut compare = Compare::new(site, part);
        let earlier = year_before(&releases, &release.document);
        match data_files(&mut compare, release, earlier, &words) {
            Ok(entry) => entries.push(entry),
            Err(error) => compare.findings.fault(error.brief()),
        }
        if part == Some(CATALOG) {
            continue;
        }
        let folder = site.join("data").join(id);
        let mut checks = verify(&folder.join("release"), public_key)?;
        let unlisted = compare.unlisted(&release.document, &folder);
        checks.push(compare.check());
        checks.push(unlisted);
        found.push(Verified { release: id.clone(), checks });
    }
    if part.is_none_or(|p| p == CATALOG) {
        let mut compare = Compare::new(site, None);
        match write_catalog(&mut compare, &entries, &words) {
            Ok(()) => compare.faults.into_iter().for_each(|f| general.fault(f)),
            Err(error) => general.fault(error.brief()),
        }
    }
    general.looked(format!("the site's data are those of {} releases", releases.len()));
    let mut checks = vec![general.check()];
    checks.extend(sealed::checks(site, public_key, &releases, part));
    found.push(Verified { release: String::new(), checks });
    Ok(found)
}

/// Whether a path is a folder or lies in it.
pub(super) fn within(path: &str, folder: &str) -> bool {
    path == folder || path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'))
}

/// Compares what is made with what lies there.
struct Compare<'a> {
    site: &'a Path,
    part: Option<&'a str>,
    seen: BTreeSet<String>,
    compared: usize,
    findings: Findings,
    faults: Vec<String>,
}

impl<'a> Compare<'a> {
    fn new(site: &'a Path, part: Option<&'a str>) -> Self {
        let findings = Findings::new("data files");
        Self { site, part, seen: BTreeSet::new(), compared: 0, findings, faults: Vec::new() }
    }

    fn check(mut self) -> Check {
        self.faults.into_iter().for_each(|f| self.findings.fault(f));
        let files = self.compared;
        self.findings.looked(format!("{files} data files are what follows from the release"));
        self.findings.check()
    }

    /// Files in the release's data folder that are neither made from it nor part of it.
    fn unlisted(&self, document: &ReleaseDocument, folder: &Path) -> Check {
        let mut findings = Findings::new("unlisted data files");
        let id = &document.id;
        let signed = listed(document).map(|(file, _)| file);
        let signed = signed.chain([DOCUMENT, SIGNATURE, PUBLIC_KEY]);
        let mut known: BTreeSet<String> =
            signed.map(|file| format!("data/{id}/release/{file}")).collect();
        known.extend(self.seen.iter().cloned());
        let mut all = Vec::new();
        if let Err(error) = walk(folder, &format!("data/{id}"), 0, &mut all) {
            findings.fault(format!("`data/{id}` can't be read: {error}"));
        }
        for path in all.iter().filter(|p| self.part.is_none_or(|part| within(p, part))) {
            if !known.contains(path) {
                findings.fault(format!("`{path}` does not belong there"));
            }
        }
        findings.looked("no other file lies beside them");
        findings.check()
    }
}

impl Sink for Compare<'_> {
    fn put(
        &mut self,
        path: &str,
        fill: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), PublishError> {
        self.seen.insert(path.to_owned());
        let hint = "check the memory of this machine";
        let at = self.site.join(path);
        let failed = || PublishError::path("made anew", &at, hint);
        if self.part.is_some_and(|part| !within(path, part)) {
            return fill(&mut io::sink()).map_err(failed());
        }
        let mut expected = Vec::new();
        fill(&mut expected).map_err(failed())?;
        self.compared += 1;
        match bytes(&at, expected.len() as u64) {
            Ok(found) if found == expected => {}
            Ok(found) => {
                self.faults.push(format!("`{path}` {}", difference(path, &expected, &found)));
            }
            Err(error) => self.faults.push(format!("`{path}` can't be read: {error}")),
        }
        Ok(())
    }
}

/// A regular file's bytes, and some more than are expected if there are more.
fn bytes(path: &Path, expected: u64) -> io::Result<Vec<u8>> {
    if !fs::symlink_metadata(path)?.is_file() {
        return Err(io::Error::other("it is not a regular file"));
    }
    let mut found = Vec::new();
    File::open(path)?.take(expected + (1 << 20)).read_to_end(&mut found)?;
    Ok(found)
}

/// All files below a folder, relative to the site; a link counts as a file.
pub(super) fn walk(
    folder: &Path,
    name: &str,
    depth: usize,
    out: &mut Vec<String>,
) -> io::Result<()> {
    let mut entries = fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let own = entry.file_name();
        let own = own.to_string_lossy();
        let name = if name.is_empty() { own.into_owned() } else { format!("{name}/{own}") };
        if entry.file_type()?.is_dir() && depth < 8 {
            walk(&entry.path(), &name, depth + 1, out)?;
        } else {
            out.push(name);
        }
    }
    Ok(())
}
