//! The whole site: which files, the same bytes each time, nothing left behind.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use minisign::SecretKeyBox;
use shumar_publish::{Planned, PublishError, Published, publish};
use shumar_schemas::Family;

use crate::release;

/// Every file below a folder, by its relative path.
pub(crate) fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let name = path.strip_prefix(folder).expect("below").to_string_lossy().into_owned();
                found.insert(name, fs::read(path).expect("a file"));
            }
        }
    }
    found
}

/// A home with two releases, of both families.
pub(crate) fn home() -> tempfile::TempDir {
    let home = tempfile::tempdir().expect("a folder");
    let releases = home.path().join("releases");
    let keys = release::keys();
    let laplace = release::document("annual-2025", 2025, Family::Laplace);
    let gaussian = release::document("annual-2024", 2024, Family::Gaussian);
    release::write(&releases, laplace, release::small(), &keys);
    release::write(&releases, gaussian, release::small(), &keys);
    fs::create_dir(releases.join(".annual-2026.part")).expect("a hidden folder");
    let key = keys.sk.to_box(None).expect("a key").into_string();
    fs::write(home.path().join("signing.key"), key).expect("written");
    home
}

/// A calendar with one entry.
fn planned() -> Vec<Planned> {
    let (release, title) = ("annual".to_owned(), release::label("Annual figures", "سالانہ اعداد"));
    vec![Planned { release, title, months: 12, due: Some((3, 8)) }]
}

/// Publishes the releases of a home, signed with its key.
pub(crate) fn build(home: &Path) -> Result<Published, PublishError> {
    build_telling(home, &mut |_, _| {})
}

fn build_telling(
    home: &Path,
    progress: &mut dyn FnMut(usize, usize),
) -> Result<Published, PublishError> {
    let key = fs::read_to_string(home.join("signing.key")).ok();
    let key = key.map(|key| {
        let key = SecretKeyBox::from_string(&key);
        key.and_then(SecretKeyBox::into_unencrypted_secret_key).expect("a key")
    });
    let seal = |list: &[u8]| {
        let sign = |key| minisign::sign(None, key, list, Some("a site"), None).expect("signed");
        Ok(key.as_ref().map(|key| sign(key).into_string()))
    };
    publish(&home.join("releases"), &home.join("site"), &planned(), &seal, progress)
}

#[test]
fn every_page_and_file_is_there() {
    let home = home();
    let mut steps = Vec::new();
    let site = home.path().join("site");
    let published = build_telling(home.path(), &mut |done, all| steps.push((done, all)));
    let published = published.expect("published");
    assert_eq!(steps, (0..=6).map(|done| (done, 6)).collect::<Vec<_>>());
    let files = files(&site);
    let html = files.keys().filter(|f| f.ends_with(".html")).count();
    assert_eq!((published.releases, published.tables), (2, 6));
    assert_eq!((published.pages, published.files), (html, files.len()));
    assert_eq!(published.index, site.join("index.html"));
    for language in ["en", "ur"] {
        for page in
            ["index", "method", "releases/annual-2025", "releases/annual-2024/women-sheltered"]
        {
            assert!(files.contains_key(&format!("{language}/{page}.html")), "{language} {page}");
        }
    }
    for file in [
        "police-complaints--total.csv",
        "police-complaints--division-quarter.json",
        "release/release.json",
    ] {
        assert!(files.contains_key(&format!("data/annual-2025/{file}")), "{file}");
    }
    assert!(!files.keys().any(|f| f.contains("2026")));
}

#[test]
fn the_same_releases_give_the_same_bytes() {
    let home = home();
    build(home.path()).expect("published");
    // minisign draws a part of every signature at random; `shumar publish` keeps one that fits.
    let all = || {
        let mut files = files(&home.path().join("site"));
        assert!(files.remove("manifest.sha256.minisig").is_some());
        files
    };
    let first = all();
    fs::write(home.path().join("site/unknown.html"), "x").expect("written");
    build(home.path()).expect("published");
    assert_eq!(first, all());
}

#[test]
fn the_signed_release_on_the_site_verifies() {
    let home = home();
    build(home.path()).expect("published");
    let checks = shumar_publish::verify(&home.path().join("site/data/annual-2025/release"), None);
    let checks = checks.expect("checked");
    assert!(checks.iter().all(|c| c.passed), "{checks:#?}");
}

#[test]
fn csv_is_tidy_and_harmless() {
    let home = home();
    build(home.path()).expect("published");
    let files = files(&home.path().join("site"));
    let csv = |name: &str| {
        String::from_utf8(files[&format!("data/annual-2025/{name}")].clone()).expect("UTF-8")
    };
    let golden = include_str!("golden/police-complaints--district.csv");
    assert_eq!(csv("police-complaints--district.csv"), golden);
    let total = csv("police-complaints--total.csv");
    assert!(
        total.starts_with(
            "estimate,standard_error,lower,upper,displayed,modelled,modelled_lower,modelled_upper,"
        ),
        "{total}"
    );
    assert_eq!(total.lines().count(), 2);
    // Somewhere among these noisy cells an estimate is below zero, and stays a number.
    let cells = csv("women-sheltered--division-age_band.csv");
    let mut reader = csv::Reader::from_reader(cells.as_bytes());
    let below = reader
        .records()
        .filter(|r| r.as_ref().expect("a row")[6].parse::<f64>().expect("a number") < 0.0);
    assert!(below.count() > 0, "{cells}");
}

#[test]
fn json_says_what_it_is_and_agrees_with_csv() {
    let home = home();
    build(home.path()).expect("published");
    let files = files(&home.path().join("site"));
    let json: serde_json::Value =
        serde_json::from_slice(&files["data/annual-2024/police-complaints--division-quarter.json"])
            .expect("JSON");
    assert_eq!(json["format"], "shumar.margin/3");
    assert_eq!(
        (&json["statistic"], &json["table"]),
        (&"police-complaints".into(), &"police".into())
    );
    assert_eq!(json["margin"], "division-quarter");
    assert_eq!(json["title"]["ur"], "پولیس کو شکایات");
    assert_eq!(json["count"], "records");
    assert_eq!((&json["confidence"], &json["privacy"]), (&0.95.into(), &"privacy.json".into()));
    let columns = json["columns"].as_array().expect("columns");
    let object = |row: &serde_json::Value| -> serde_json::Value {
        let row = row.as_array().expect("a row");
        assert_eq!(row.len(), columns.len());
        let name = |name: &serde_json::Value| name.as_str().expect("a name").to_owned();
        columns.iter().map(name).zip(row.iter().cloned()).collect()
    };
    let rows: Vec<serde_json::Value> =
        json["rows"].as_array().expect("rows").iter().map(object).collect();
    let csv = &files["data/annual-2024/police-complaints--division-quarter.csv"];
    let mut reader = csv::Reader::from_reader(csv.as_slice());
    let lines: Vec<csv::StringRecord> = reader.records().map(|r| r.expect("a row")).collect();
    assert_eq!(rows.len(), lines.len());
    for (row, line) in rows.iter().zip(&lines) {
        assert_eq!((&row["division"], &row["quarter"]), (&line[0].into(), &line[3].into()));
        assert_eq!(row["estimate"].to_string(), line[6]);
        assert_eq!(row["displayed"].to_string(), line[10]);
        assert_eq!(row["modelled"].as_f64(), line[11].parse().ok());
        assert_eq!(row["reliability"], line[14]);
    }
}

/// What pages show adds up over all lists of a table: districts to divisions to the total.
#[test]
fn displayed_numbers_add_up() {
    let home = home();
    build(home.path()).expect("published");
    let files = files(&home.path().join("site"));
    let displayed = |name: &str| -> Vec<u64> {
        let csv = &files[&format!("data/annual-2025/police-complaints--{name}.csv")];
        let mut reader = csv::Reader::from_reader(csv.as_slice());
        let column = reader.headers().expect("a header").iter().position(|h| h == "displayed");
        let cell = |r: csv::StringRecord| r[column.expect("a column")].parse().expect("a number");
        reader.records().map(|r| cell(r.expect("a row"))).collect()
    };
    let total = displayed("total");
    assert_eq!(total.len(), 1);
    for finer in ["district", "division-quarter"] {
        assert_eq!(displayed(finer).iter().sum::<u64>(), total[0], "{finer}");
    }
}

#[test]
fn a_release_that_was_changed_is_not_published() {
    let home = home();
    build(home.path()).expect("published");
    let before = files(&home.path().join("site"));
    let estimate =
        home.path().join("releases/annual-2025/estimates/police-complaints--total.parquet");
    let good = fs::read(&estimate).expect("a file");
    let mut bad = good.clone();
    bad[good.len() / 2] ^= 1;
    fs::write(&estimate, bad).expect("written");
    let error = build(home.path()).expect_err("refused").to_string();
    assert!(error.contains("`estimates/police-complaints--total.parquet`"), "{error}");
    fs::write(&estimate, good).expect("written");
    fs::rename(home.path().join("releases/annual-2025"), home.path().join("releases/other"))
        .expect("moved");
    assert!(matches!(build(home.path()), Err(PublishError::Misplaced { .. })));
    assert_eq!(before, files(&home.path().join("site")));
}

#[test]
fn no_release_is_an_empty_site_and_no_folder_an_error() {
    let home = tempfile::tempdir().expect("a folder");
    assert!(matches!(build(home.path()), Err(PublishError::Path { .. })));
    fs::create_dir(home.path().join("releases")).expect("a folder");
    let published = build(home.path()).expect("published");
    assert_eq!((published.releases, published.pages), (0, 19));
    let page = fs::read_to_string(home.path().join("site/en/index.html")).expect("a page");
    assert!(page.contains("Nothing has been published yet."));
}
