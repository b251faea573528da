//! `shumar verify`: signature, hashes, sums, and that the ledger paid; and all files of a site.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use shumar_publish::{Check, Kind};
use shumar_schemas::release::{DOCUMENT, ReleaseDocument};

use super::status;
use crate::cli::Verify;
use crate::failure::{Failure, REFUSED, at};
use crate::home::Home;
use crate::output::{Output, Rows};

/// A check of a release: what, whether it holds, what was found.
pub(super) type Checked = (String, bool, String);

pub(super) fn run(
    home: impl Fn() -> Result<Home, Failure>,
    arguments: &Verify,
) -> Result<Output, Failure> {
    let key =
        arguments.key.as_ref().map(|k| std::fs::read_to_string(k).map_err(at(k))).transpose()?;
    if let Some(path) = &arguments.path {
        std::fs::metadata(path).map_err(at(path))?;
        match shumar_publish::kind(path) {
            Kind::Site(site) => return of_site(home, &site, key, None),
            Kind::Part(site, part) => return of_site(home, &site, key, Some(&part)),
            Kind::Release => {}
        }
    }
    let (home, folders): (Option<Home>, Vec<PathBuf>) = if let Some(path) = &arguments.path {
        (home().ok().filter(|h| within(h, path)), vec![path.clone()])
    } else {
        let home = home()?;
        let ids = status::releases(&home)?;
        let folders = ids.iter().map(|id| home.dir.join("releases").join(id)).collect();
        (Some(home), folders)
    };
    let key = match (key, &home) {
        (None, Some(home)) => std::fs::read_to_string(home.dir.join("keys/signing.pub")).ok(),
        (key, _) => key,
    };
    let mut all = Vec::new();
    for folder in &folders {
        let checks = checks(folder, key.as_deref(), home.as_ref())?;
        let name = folder.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        all.push((name, checks));
    }
    let none = "There is no release to verify yet.".to_owned();
    let done = if all.is_empty() {
        none
    } else {
        format!("{} release(s) verified: every check holds.", all.len())
    };
    Ok(told(all, &done))
}

/// The checks of a site, or of a part of it, against the releases on the site itself and its signed list.
fn of_site(
    home: impl Fn() -> Result<Home, Failure>,
    site: &Path,
    key: Option<String>,
    part: Option<&str>,
) -> Result<Output, Failure> {
    let own = || {
        let home = home().ok()?;
        let same = home.dir.join("site").canonicalize().ok()? == site.canonicalize().ok()?;
        same.then(|| std::fs::read_to_string(home.dir.join("keys/signing.pub")).ok())?
    };
    let key = key.or_else(own);
    let found = shumar_publish::verify_site(site, key.as_deref(), part)?;
    let name = |release: String| if release.is_empty() { "site".to_owned() } else { release };
    let checks = |checks: Vec<Check>| {
        checks.into_iter().map(|c| (c.name.to_owned(), c.passed, c.detail)).collect()
    };
    let all = found.into_iter().map(|v| (name(v.release), checks(v.checks))).collect();
    let what = part.map_or("The site".to_owned(), |p| format!("`{p}`"));
    Ok(told(all, &format!("{what} verified: every check holds.")))
}

/// All checks and the verdict.
fn told(all: Vec<(String, Vec<Checked>)>, done: &str) -> Output {
    let mut rows = Rows::new(&["release", "check", "holds", "found"]);
    let (mut releases, mut failed) = (Vec::new(), 0);
    for (name, checks) in all {
        failed += checks.iter().filter(|c| !c.1).count();
        let listed = checks
            .iter()
            .map(|(check, holds, found)| json!({ "check": check, "holds": holds, "found": found }));
        releases.push(json!({
            "release": name,
            "verified": checks.iter().all(|c| c.1),
            "checks": listed.collect::<Vec<Value>>(),
        }));
        for (check, holds, found) in checks {
            let holds = if holds { "yes" } else { "NO" };
            rows.push([name.clone(), check, holds.to_owned(), found]);
        }
    }
    let verdict = match failed {
        0 => done.to_owned(),
        n => format!("{n} check(s) do NOT hold. Do not use what they name."),
    };
    let text = format!("{}\n\n{verdict}", rows.text());
    let json = json!({ "verified": failed == 0, "releases": releases });
    Output { text, json, rows, code: if failed == 0 { 0 } else { REFUSED } }
}

/// The checks of one of the home's own releases.
pub(super) fn of_home(home: &Home, id: &str) -> Result<Vec<Checked>, Failure> {
    let key = home.dir.join("keys/signing.pub");
    let key = std::fs::read_to_string(&key).map_err(at(&key))?;
    checks(&home.dir.join("releases").join(id), Some(&key), Some(home))
}

fn within(home: &Home, path: &Path) -> bool {
    let (Ok(releases), Ok(path)) = (home.dir.join("releases").canonicalize(), path.canonicalize())
    else {
        return false;
    };
    path.parent() == Some(&releases)
}

fn checks(folder: &Path, key: Option<&str>, home: Option<&Home>) -> Result<Vec<Checked>, Failure> {
    let found = shumar_publish::verify(folder, key)?;
    let mut checks: Vec<Checked> =
        found.into_iter().map(|c| (c.name.to_owned(), c.passed, c.detail)).collect();
    let document = std::fs::read(folder.join(DOCUMENT)).ok();
    let document: Option<ReleaseDocument> = document.and_then(|t| serde_json::from_slice(&t).ok());
    if let (Some(home), Some(document)) = (home, document) {
        let ledger = shumar_transform::audit(&home.register, &document);
        checks.extend(ledger.into_iter().map(|c| (c.name.to_owned(), c.passed, c.detail)));
    }
    Ok(checks)
}
