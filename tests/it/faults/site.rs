//! Kills while the site is built, when there is the old one or the new one, whole; and while the doctor
//! repairs.

use std::collections::BTreeMap;
use std::path::Path;

use super::{Scenario, findings, folder, nothing_left, on_home, well};
use crate::support::{ANNUAL, digests, json, police};

/// Where each test kills.
pub(super) const POINTS: &[&[&str]] = &[PUBLISH, REPAIR];
/// How often each test kills at random.
pub(super) const RANDOM: &[u32] = &[6, 8];

const PUBLISH: &[&str] =
    &["publish.begun", "publish.written", "publish.synced", "publish.exchanged"];

const REPAIR: &[&str] = &["withdraw.file-deleted", "release.entered"];

/// The files of a site but the signature of their list, in which there is chance.
fn site(home: &Path) -> BTreeMap<String, String> {
    let mut files = digests(&home.join("site"));
    assert!(files.remove("manifest.sha256.minisig").is_some());
    files
}

#[test]
fn publish_is_killed() {
    let dir = police("4", ANNUAL);
    let home = dir.path().join("home");
    json(&home, &["release", "annual", "--period", "2024"]);
    json(&home, &["publish"]);
    let old = site(&home);
    json(&home, &["release", "annual", "--period", "2025"]);
    let made = tempfile::tempdir().expect("a folder");
    super::copy(&home, &made.path().join("home"));
    json(&made.path().join("home"), &["publish"]);
    let new = site(&made.path().join("home"));
    assert_ne!(old, new);
    let sound = |place: &Path, what: &str| {
        // No command was run since: this is what a web server would find.
        let now = site(&place.join("home"));
        assert!(now == old || now == new, "{what}: neither the old site nor the new one");
    };
    let finish = |place: &Path, what: &str| {
        well(&on_home(place, &["publish"]).output().expect("the program starts"), what);
        assert!(site(&place.join("home")) == new, "{what}: another site");
        nothing_left(&place.join("home"), &[], what);
    };
    let scenario = Scenario {
        base: &folder(&dir),
        command: &|place| on_home(place, &["publish"]),
        sound: &sound,
        finish: &finish,
    };
    assert_eq!(scenario.kill(PUBLISH, RANDOM[0]), PUBLISH.len() + RANDOM[0] as usize);
}

#[test]
fn a_repair_is_killed() {
    let dir = police("4", ANNUAL);
    let home = dir.path().join("home");
    json(&home, &["release", "annual", "--period", "2024"]);
    json(&home, &["publish"]);
    let whole = digests(&home.join("site"));
    // All that can be repaired at once.
    let gone = "lake/police/year=2024/batch-000007.parquet";
    let register = rusqlite::Connection::open(home.join("shumar.db")).expect("the database");
    register
        .execute_batch(&format!(
            "INSERT INTO gone_file (path) VALUES ('{gone}'); DELETE FROM release"
        ))
        .expect("changed");
    drop(register);
    let orphan = "lake/police/year=2025/batch-000009.parquet.tmp";
    for path in [gone, orphan, "keys/.shumar-x.part", "rejects/.batch-000099.csv.tmp"] {
        std::fs::write(home.join(path), "x").expect("written");
    }
    std::fs::rename(home.join("site"), home.join(".site.old")).expect("renamed");
    std::fs::create_dir(home.join(".site.new")).expect("a folder");
    assert!(findings(&home, &[]).len() > 5);
    let command = |place: &Path| on_home(place, &["doctor", "--repair"]);
    let finish = |place: &Path, what: &str| {
        well(&command(place).output().expect("the program starts"), what);
        nothing_left(&place.join("home"), &[], what);
        assert_eq!(digests(&place.join("home/site")), whole, "{what}");
        assert_eq!(json(&place.join("home"), &["verify"])["verified"], true, "{what}");
    };
    let sound = |place: &Path, what: &str| {
        let site = place.join("home/site").exists() || place.join("home/.site.old").exists();
        assert!(site, "{what}: the site is somewhere");
    };
    let scenario =
        Scenario { base: &folder(&dir), command: &command, sound: &sound, finish: &finish };
    assert_eq!(scenario.kill(REPAIR, RANDOM[1]), REPAIR.len() + RANDOM[1] as usize);
}
