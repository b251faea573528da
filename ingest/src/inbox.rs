//! The inbox: files waiting, and where they go.

use std::path::{Path, PathBuf};

use crate::{Account, IngestError, durable, report, sidecar};

/// Endings of the reports that are left beside a refused file.
const REPORTS: [&str; 3] = [".refused.txt", ".refused.html", ".rejected-rows.csv"];

/// A file that waits in a provider's folder of the inbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The provider whose folder it is in.
    pub provider: String,
    /// The file.
    pub file: PathBuf,
}

/// The files that wait, by provider and name, so that arrival does not depend on the disk.
///
/// # Errors
/// What the file system refuses.
pub fn waiting(home: &Path, providers: &[String]) -> Result<Vec<Waiting>, IngestError> {
    let mut found = Vec::new();
    for provider in providers {
        let folder = home.join("inbox").join(provider);
        let Ok(entries) = std::fs::read_dir(&folder) else { continue };
        for entry in entries {
            let file = entry.map_err(IngestError::open(&folder))?.path();
            let name =
                file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
            let ours = name.starts_with(['.', '~'])
                || name.ends_with(sidecar::ENDING)
                || REPORTS.iter().any(|r| name.ends_with(r));
            if file.is_file() && !ours {
                found.push(Waiting { provider: provider.clone(), file });
            }
        }
    }
    found.sort_by(|a, b| (&a.provider, &a.file).cmp(&(&b.provider, &b.file)));
    Ok(found)
}

/// Places in the inbox with files that nobody reads: loose files, folders of no provider, and
/// folders within a provider's. Counted, not named: a file's name may be anything.
///
/// # Errors
/// What the file system refuses.
pub fn strays(home: &Path, providers: &[String]) -> Result<Vec<String>, IngestError> {
    let inbox = home.join("inbox");
    let list = |folder: &Path| -> Result<Vec<PathBuf>, IngestError> {
        let Ok(entries) = std::fs::read_dir(folder) else { return Ok(Vec::new()) };
        entries.map(|e| Ok(e.map_err(IngestError::open(folder))?.path())).collect()
    };
    let (mut loose, mut unknown, mut nested, mut lone) = (0, 0, 0, 0);
    for entry in list(&inbox)? {
        let name = entry.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        if entry.is_file() {
            loose += usize::from(!name.starts_with('.'));
        } else if !providers.contains(&name) {
            unknown += list(&entry)?.len();
        } else {
            let all = list(&entry)?;
            let about = |p: &PathBuf| p.extension().is_some_and(|e| e == "toml");
            lone += all.iter().filter(|p| about(p) && !p.with_extension("").exists()).count();
            let folders = all.into_iter().filter(|p| p.is_dir() && !p.ends_with("accepted"));
            for folder in folders {
                nested += list(&folder)?.len();
            }
        }
    }
    let places = [
        (loose, "lie loose in `inbox/`: move them into the folder of their provider"),
        (unknown, "lie in folders of `inbox/` that are no provider's id in `shumar.toml`"),
        (nested, "lie in folders inside a provider's folder: move them up"),
        (lone, "end in .toml, and the file that they say something about is not beside them"),
    ];
    let told = places.into_iter().filter(|(n, _)| *n > 0);
    Ok(told.map(|(n, words)| format!("{n} file(s) are not read: they {words}")).collect())
}

/// Moves a file that was taken in to `accepted/`, if it came from the inbox. It is never altered,
/// and never replaces another.
///
/// # Errors
/// What the file system refuses.
pub fn set_aside(home: &Path, provider: &str, file: &Path) -> Result<(), IngestError> {
    let folder = home.join("inbox").join(provider);
    let same = |a: &Path, b: &Path| matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b);
    if !file.parent().is_some_and(|parent| same(parent, &folder)) {
        return Ok(());
    }
    let accepted = folder.join("accepted");
    durable::folder(&accepted)?;
    let name = file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
    let mut target = accepted.join(&name);
    let mut n = 2;
    while target.exists() {
        target = accepted.join(format!("{n}-{name}"));
        n += 1;
    }
    // What was said of it goes first: a file that is met again without it is known by its bytes.
    let said = sidecar::of(file);
    if said.is_file() {
        let beside = sidecar::of(&target);
        std::fs::rename(&said, &beside).map_err(IngestError::write(&beside))?;
    }
    std::fs::rename(file, &target).map_err(IngestError::write(&target))?;
    shumar_fault::point("ingest.file-moved");
    durable::sync(&accepted)?;
    durable::sync(&folder)?;
    REPORTS.iter().try_for_each(|ending| report::clear(&beside(file, ending)))
}

/// Leaves the reason of a refusal beside a file in the inbox, as text and as a page, and its
/// rejected rows if any. What an earlier refusal left is replaced.
///
/// # Errors
/// What the file system refuses.
pub fn write_refusal(file: &Path, account: &Account<'_>) -> Result<(), IngestError> {
    let [text, page, table] = REPORTS.map(|ending| beside(file, ending));
    report::write_text(&text, account)?;
    report::write_page(&page, account)?;
    report::write_table(&table, account).map(|_| ())
}

/// Reports in the inbox that were not written to their end.
pub(crate) fn unfinished(home: &Path) -> Vec<PathBuf> {
    let list = |folder: &Path| std::fs::read_dir(folder).into_iter().flatten().flatten();
    let files = list(&home.join("inbox")).flat_map(|provider| list(&provider.path()));
    let ours = |name: &str| {
        let name = name.strip_prefix('.').and_then(|n| n.strip_suffix(".tmp"));
        name.is_some_and(|name| REPORTS.iter().any(|report| name.ends_with(report)))
    };
    files.filter(|f| ours(&f.file_name().to_string_lossy())).map(|f| f.path()).collect()
}

fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}
