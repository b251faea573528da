//! The check of a site: a fresh one passes, and one changed byte of any file is named.

use std::fs;
use std::path::Path;

use shumar_publish::{Kind, Verified, kind, verify_site};

use crate::site::{build, files, home};

fn faults(site: &Path, part: Option<&str>) -> Vec<String> {
    let found: Vec<Verified> = verify_site(site, None, part).expect("a site");
    let checks = found.into_iter().flat_map(|v| v.checks);
    checks.filter(|c| !c.passed).map(|c| format!("{}: {}", c.name, c.detail)).collect()
}

#[test]
fn a_fresh_site_passes_whole_and_in_part() {
    let home = home();
    build(home.path()).expect("published");
    let site = home.path().join("site");
    assert!(faults(&site, None).is_empty(), "{:?}", faults(&site, None));
    for part in [
        "data/catalog.jsonld",
        "data/annual-2024",
        "data/annual-2025/police-complaints.xlsx",
        "en",
        "ur/index.html",
        "style/common.css",
        "papers/annual-2025/bulletin-ur.pdf",
    ] {
        let path = site.join(part);
        let canonical = site.canonicalize().expect("a site");
        assert_eq!(kind(&path), Kind::Part(canonical.clone(), part.to_owned()));
        assert!(faults(&site, Some(part)).is_empty(), "{part}");
    }
    let canonical = site.canonicalize().expect("a site");
    assert_eq!(kind(&site), Kind::Site(canonical.clone()));
    assert_eq!(kind(&site.join("data")), Kind::Site(canonical));
    assert_eq!(kind(&site.join("data/annual-2025/release")), Kind::Release);
}

/// Each file with one byte changed, in the middle, at the beginning and at the end.
#[test]
fn one_changed_byte_of_any_file_is_named() {
    let home = home();
    build(home.path()).expect("published");
    let site = home.path().join("site");
    let all = files(&site);
    let data = all.iter().filter(|(name, _)| name.starts_with("data/annual-2025/"));
    let mut tried = 0;
    for (i, (name, bytes)) in data.enumerate() {
        // The first line of a key and of a signature is covered by nothing.
        let first = if name.ends_with(".pub") || name.ends_with(".minisig") { 60 } else { 0 };
        let at = [bytes.len() / 2, first, bytes.len() - 1][i % 3].max(first);
        let mut bad = bytes.clone();
        bad[at] ^= 1;
        fs::write(site.join(name), &bad).expect("written");
        let part = (!name.contains("/release/")).then_some(name.as_str());
        let found = faults(&site, part);
        let file = name.rsplit('/').next().expect("a name");
        assert!(found.iter().any(|f| f.contains(file)), "{name} byte {at}: {found:?}");
        fs::write(site.join(name), bytes).expect("written");
        tried += 1;
    }
    assert!(tried > 40, "{tried}");
    assert!(faults(&site, None).is_empty());
}

#[test]
fn rows_and_columns_are_named_and_strangers_too() {
    let home = home();
    build(home.path()).expect("published");
    let site = home.path().join("site");
    let path = site.join("data/annual-2025/police-complaints--district.csv");
    let text = fs::read_to_string(&path).expect("a file");
    fs::write(&path, text.replace("30.9581", "30.9582")).expect("written");
    let found = faults(&site, Some("data/annual-2025/police-complaints--district.csv"));
    // By what it should hold, and by the signed list of files.
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(found.iter().all(|f| f.contains("police-complaints--district.csv")), "{found:?}");
    assert!(
        found[0].contains(
            "row 2, column `estimate`: it has `30.9582`, from the release follows `30.9581`"
        ),
        "{found:?}"
    );
    fs::write(&path, text).expect("written");
    fs::write(site.join("data/annual-2025/more.csv"), "x").expect("written");
    let found = faults(&site, None);
    assert!(found.len() == 2, "{found:?}");
    assert!(found.iter().all(|f| f.contains("`data/annual-2025/more.csv`")), "{found:?}");
    fs::remove_file(site.join("data/annual-2025/more.csv")).expect("removed");
    fs::remove_file(site.join("data/annual-2024/privacy.json")).expect("removed");
    let found = faults(&site, None);
    assert!(found.len() == 2, "{found:?}");
    assert!(found.iter().all(|f| f.contains("`data/annual-2024/privacy.json`")), "{found:?}");
}

/// Pages, papers, styles, fonts, data and the list itself: one of every kind and language.
#[test]
fn every_kind_of_file_is_sealed() {
    let home = home();
    build(home.path()).expect("published");
    let site = home.path().join("site");
    let all = files(&site);
    let mut kinds = std::collections::BTreeMap::new();
    for name in all.keys() {
        let top = name.split('/').next().unwrap_or_default();
        let ending = name.rsplit('.').next().unwrap_or_default();
        kinds.entry((top.to_owned(), ending.to_owned())).or_insert_with(|| name.clone());
    }
    let wanted = [
        ("en", "html"),
        ("ur", "html"),
        ("index.html", "html"),
        ("papers", "pdf"),
        ("style", "css"),
        ("style", "woff2"),
        ("style", "txt"),
        ("data", "json"),
        ("data", "xlsx"),
        ("data", "parquet"),
        ("data", "jsonld"),
        ("manifest.sha256", "sha256"),
        ("manifest.sha256.minisig", "minisig"),
    ];
    for (top, ending) in wanted {
        assert!(kinds.contains_key(&(top.to_owned(), ending.to_owned())), "{top} {ending}");
    }
    for name in kinds.values() {
        let path = site.join(name);
        // The first line of a signature or a key is covered by nothing.
        let seal = name.ends_with(".minisig") || name.ends_with(".pub");
        let at = if seal { all[name].len() - 20 } else { all[name].len() / 2 };
        let mut bad = all[name].clone();
        bad[at] ^= 1;
        fs::write(&path, &bad).expect("written");
        let found = faults(&site, None);
        assert!(found.iter().any(|f| f.contains(&format!("{name}`"))), "{name}: {found:?}");
        if !name.starts_with("data/") {
            let part = faults(&site, Some(name));
            assert!(part.iter().any(|f| f.contains(&format!("`{name}`"))), "{name}: {part:?}");
        }
        fs::remove_file(&path).expect("removed");
        let found = faults(&site, None);
        let file = name.rsplit('/').next().expect("a name");
        assert!(found.iter().any(|f| f.contains(file)), "{name} gone: {found:?}");
        fs::write(&path, &all[name]).expect("written");
    }
    fs::write(site.join("en/more.html"), "x").expect("written");
    let found = faults(&site, None);
    assert_eq!(found, ["listed files: `en/more.html` does not belong there"]);
    fs::remove_file(site.join("en/more.html")).expect("removed");
    assert!(faults(&site, None).is_empty());
    // A list that was made to fit what was changed is not the one that was signed.
    let path = site.join("manifest.sha256");
    let text = String::from_utf8(all["manifest.sha256"].clone()).expect("text");
    let without = text.split_inclusive('\n').skip(1).collect::<String>();
    fs::write(&path, without).expect("written");
    let found = faults(&site, None);
    assert!(found[0].starts_with("list of files: `manifest.sha256` does not fit"), "{found:?}");
}
