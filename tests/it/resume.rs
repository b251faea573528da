//! Older homes and databases that are put back: no budget is spent twice without an act that says so.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::backup::{backup, restore};
use crate::support::{json, police, run, text};

const QUARTERLY: &str = r#"
[[releases]]
id = "annual"
every = "year"
tables = ["police-complaints"]
[[releases]]
id = "quarterly"
every = "quarter"
tables = ["police-outcomes"]
"#;

fn year(home: &Path, year: i32) -> Value {
    let budget = json(home, &["budget"]);
    let years = budget["years"].as_array().expect("years").clone();
    years.into_iter().find(|y| y["year"] == year).unwrap_or_default()
}

fn release(home: &Path, name: &str, period: &str) {
    json(home, &["release", name, "--period", period]);
}

fn refused(home: &Path, arguments: &[&str], words: &str) {
    let output = run(home, arguments);
    assert_eq!(output.status.code(), Some(1), "{arguments:?}: {}", text(&output));
    assert!(text(&output).contains(words), "{arguments:?}: {}", text(&output));
}

/// A home, and one restored from a backup that was made of it before a release.
fn restored_before_a_release() -> (tempfile::TempDir, PathBuf, PathBuf) {
    let dir = police("3", QUARTERLY);
    let (home, file, new) =
        (dir.path().join("home"), dir.path().join("kp.shumar"), dir.path().join("new"));
    release(&home, "quarterly", "2025-Q1");
    assert_eq!(backup(&home, &file).status.code(), Some(0));
    release(&home, "quarterly", "2025-Q2");
    release(&home, "annual", "2024");
    assert_eq!(restore(&file, &new).status.code(), Some(0));
    (dir, home, new)
}

const REASON: [&str; 2] = ["--reason", "the disk died"];

fn resume(home: &Path, more: &[&str]) -> Value {
    json(home, &[&["budget", "--resume"], &REASON[..], more].concat())
}

#[test]
fn a_restored_home_reads_and_publishes_but_charges_nothing() {
    let (_dir, _home, new) = restored_before_a_release();
    for arguments in [&["status"][..], &["budget"], &["publish"], &["verify"], &["audit"]] {
        json(&new, arguments);
    }
    json(&new, &["withdraw", "1", "--reason", "a test"]);
    refused(&new, &["release", "annual", "--period", "2024"], "was restored on");
    refused(&new, &["release", "quarterly", "--period", "2025-Q3"], "`shumar budget --resume`");
    assert!(json(&new, &["budget"])["hold"].as_str().is_some_and(|h| h.contains("restored")));
}

#[test]
fn resumed_by_signed_releases_the_account_is_what_it_was() {
    let (_dir, home, new) = restored_before_a_release();
    let folder = home.join("releases").display().to_string();
    // Something was spent that nothing shows: a declaration is refused.
    let declared = [&["budget", "--resume", "--nothing-was-spent"], &REASON[..]].concat();
    refused(&new, &declared, "something was spent that the evidence does not show");
    resume(&new, &["--releases", &folder, "--nothing-was-spent"]);
    for of in [2024, 2025] {
        assert_eq!(year(&new, of)["spent"], year(&home, of)["spent"], "{of}");
        assert_eq!(year(&new, of)["shares"], year(&home, of)["shares"], "{of}");
    }
    assert_eq!(json(&new, &["status"])["releases"], json(&home, &["status"])["releases"]);
    assert_eq!(json(&new, &["verify"])["verified"], true);
    assert_eq!(json(&new, &["release", "annual", "--period", "2024"])["made"], "before");
    // What comes after is paid anew: places may have changed since.
    let before = year(&new, 2025)["spent"].clone();
    release(&new, "annual", "2025");
    assert_ne!(year(&new, 2025)["spent"], before);
    let words = text(&run(&new, &["budget"]));
    assert!(words.contains("charged again, was row"), "{words}");
    refused(&new, &declared, "was not restored");
}

#[test]
fn without_evidence_nothing_is_left_of_any_year() {
    let (_dir, _home, new) = restored_before_a_release();
    let said = resume(&new, &[]);
    assert_eq!(said["declared"], false);
    assert_eq!(year(&new, 2025)["left"], "0");
    for share in year(&new, 2025)["shares"].as_array().expect("shares") {
        assert_eq!(share["spent"], share["budget"]);
    }
    for (name, period, words) in [
        ("annual", "2025", "nothing is left of the share"),
        ("quarterly", "2025-Q2", "nothing is left of the share"),
        ("annual", "2024", "nothing of 2024 can be charged"),
    ] {
        refused(&new, &["release", name, "--period", period], words);
    }
    assert!(text(&run(&new, &["budget"])).contains("counts as spent, because nobody can tell"));
    assert_eq!(json(&new, &["verify"])["verified"], true);
}

#[test]
fn a_declaration_is_recorded_and_told() {
    let dir = police("3", QUARTERLY);
    let (home, file, new) =
        (dir.path().join("home"), dir.path().join("kp.shumar"), dir.path().join("new"));
    release(&home, "quarterly", "2025-Q1");
    assert_eq!(backup(&home, &file).status.code(), Some(0));
    assert_eq!(restore(&file, &new).status.code(), Some(0));
    let output = run(&new, &["budget", "--resume", "--nothing-was-spent"]);
    assert!(text(&output).contains("--reason"), "{}", text(&output));
    let before = year(&new, 2025)["spent"].clone();
    resume(&new, &["--nothing-was-spent"]);
    assert_eq!(year(&new, 2025)["spent"], before);
    // The series goes on: its quarters share one charge.
    release(&new, "quarterly", "2025-Q2");
    assert_eq!(year(&new, 2025)["spent"], before);
    let words = text(&run(&new, &["budget"]));
    assert!(words.contains("declared that nothing else was spent"), "{words}");
    assert!(words.contains("the disk died"), "{words}");
    let trail = json(&new, &["audit"]);
    let whats: Vec<_> =
        trail["acts"].as_array().expect("acts").iter().map(|a| a["what"].clone()).collect();
    assert!(whats.contains(&"restore".into()) && whats.contains(&"resume".into()), "{whats:?}");
    // The old home has become a second copy: this machine knows.
    refused(&home, &["release", "annual", "--period", "2025"], "nothing can be charged");
}

#[test]
fn an_exported_ledger_brings_every_row_back() {
    let (dir, home, new) = restored_before_a_release();
    let file = dir.path().join("ledger.json").display().to_string();
    json(&home, &["budget", "--export", &file]);
    resume(&new, &["--ledger", &file, "--nothing-was-spent"]);
    let rows = |home: &Path| json(home, &["budget"])["ledger"].as_array().expect("rows").clone();
    let (ours, theirs) = (rows(&new), rows(&home));
    assert_eq!(ours[..theirs.len()], theirs[..]);
    assert_eq!(ours.len(), theirs.len() + 1);
    for of in [2024, 2025] {
        assert_eq!(year(&new, of)["spent"], year(&home, of)["spent"], "{of}");
    }
    let changed = std::fs::read_to_string(&file).expect("a file").replace("0.", "0.0");
    std::fs::write(&file, changed).expect("a file");
    let again = dir.path().join("again");
    assert_eq!(restore(&dir.path().join("kp.shumar"), &again).status.code(), Some(0));
    let arguments = [&["budget", "--resume", "--ledger", &file], &REASON[..]].concat();
    refused(&again, &arguments, "not signed by this home's key");
}

#[test]
fn releases_of_another_key_or_changed_ones_are_no_evidence() {
    let (_dir, home, new) = restored_before_a_release();
    let other = police("3", QUARTERLY);
    let stranger = other.path().join("home");
    release(&stranger, "annual", "2024");
    let folder = stranger.join("releases").display().to_string();
    let arguments = [&["budget", "--resume", "--releases", &folder], &REASON[..]].concat();
    refused(&new, &arguments, "is no evidence");
    let document = home.join("releases/annual-2024/release.json");
    let text = std::fs::read_to_string(&document).expect("a release");
    std::fs::write(&document, text.replace("\"bound\": 2", "\"bound\": 1")).expect("a release");
    let folder = home.join("releases").display().to_string();
    let arguments = [&["budget", "--resume", "--releases", &folder], &REASON[..]].concat();
    refused(&new, &arguments, "is no evidence");
    assert!(!new.join("releases/annual-2024").exists());
}

#[test]
fn a_published_site_is_evidence_too() {
    let (_dir, home, new) = restored_before_a_release();
    json(&home, &["publish"]);
    let site = home.join("site/data").display().to_string();
    resume(&new, &["--releases", &site]);
    for of in [2024, 2025] {
        assert_eq!(year(&new, of)["left"], "0", "{of}");
    }
    assert_eq!(json(&new, &["status"])["releases"], json(&home, &["status"])["releases"]);
    assert_eq!(json(&new, &["verify"])["verified"], true);
}

fn put_back(home: &Path, copy: &Path) {
    for rest in ["shumar.db-wal", "shumar.db-shm"] {
        let _ = std::fs::remove_file(home.join(rest));
    }
    std::fs::copy(copy, home.join("shumar.db")).expect("a copy");
}

#[test]
fn an_older_database_put_back_by_hand_charges_nothing() {
    let dir = police("3", QUARTERLY);
    let (home, copy) = (dir.path().join("home"), dir.path().join("old.db"));
    release(&home, "quarterly", "2025-Q1");
    let register = rusqlite::Connection::open(home.join("shumar.db")).expect("the database");
    register.execute("VACUUM INTO ?1", [copy.display().to_string()]).expect("a copy");
    drop(register);
    release(&home, "annual", "2024");
    let spent = year(&home, 2024)["spent"].clone();
    // The release is put away with the database, so that only the witnesses can tell.
    std::fs::rename(home.join("releases/annual-2024"), dir.path().join("annual-2024"))
        .expect("a folder");
    put_back(&home, &copy);
    refused(&home, &["release", "annual", "--period", "2024"], "an older `shumar.db` was put back");
    // The lake's note alone tells, and so does the user's.
    std::fs::remove_file(home.join("lake/ledger-head")).expect("a note");
    refused(&home, &["release", "annual", "--period", "2024"], "an older `shumar.db` was put back");
    let folder = dir.path().join("annual-2024").display().to_string();
    resume(&home, &["--releases", &folder, "--nothing-was-spent"]);
    assert_eq!(year(&home, 2024)["spent"], spent);
    release(&home, "annual", "2025");
}

fn copy_all(from: &Path, to: &Path) {
    for file in crate::support::files(from) {
        let target = to.join(file.strip_prefix(from).expect("below"));
        std::fs::create_dir_all(target.parent().expect("a folder")).expect("a folder");
        std::fs::copy(&file, target).expect("a copy");
    }
}

#[test]
fn of_two_copies_of_one_home_the_second_charges_nothing() {
    let dir = police("3", QUARTERLY);
    let (home, copy) = (dir.path().join("home"), dir.path().join("copy"));
    copy_all(&home, &copy);
    release(&home, "annual", "2024");
    refused(
        &copy,
        &["release", "annual", "--period", "2025"],
        "another copy of this home was used",
    );
    // On another machine it can't know; brought together, both do.
    let elsewhere = |home: &Path, arguments: &[&str]| {
        crate::support::shumar()
            .env("SHUMAR_STATE", dir.path().join("elsewhere"))
            .arg("--home")
            .arg(home)
            .args(arguments)
            .output()
            .expect("the program starts")
    };
    let output = elsewhere(&copy, &["release", "annual", "--period", "2025"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    refused(&copy, &["release", "quarterly", "--period", "2025-Q1"], "two copies of one home");
    let output = elsewhere(&home, &["release", "quarterly", "--period", "2025-Q1"]);
    assert!(text(&output).contains("two copies of one home"), "{}", text(&output));
    // What the other copy spent can't be declared away.
    let declared = [&["budget", "--resume", "--nothing-was-spent"], &REASON[..]].concat();
    refused(&copy, &declared, "something was spent");
    resume(&copy, &[]);
    refused(&copy, &["release", "quarterly", "--period", "2025-Q1"], "nothing is left");
    json(&copy, &["budget"]);
}
