//! Kills while an encrypted lake changes: nothing is lost, and nothing of a record is on the disk.

use std::path::Path;

use super::{Scenario, folder, nothing_left, on_home, well};
use crate::kills::{sound, tidy};
use crate::sealed::{markers, nothing_shown, twins};
use crate::support::{ANNUAL, json, lake, police, run, shumar, text};

/// Where each test kills, in the order of [`RANDOM`].
pub(super) const POINTS: &[&[&str]] = &[INGEST, REPLACE, INIT];
/// How often each test kills at random.
pub(super) const RANDOM: &[u32] = &[6, 4, 6];

const INGEST: &[&str] = &[
    "ingest.file-written",
    "ingest.file-renamed",
    "ingest.places-written",
    "ingest.places-merged",
    "ingest.report-written",
    "ingest.before-commit",
    "ingest.committed",
];
const REPLACE: &[&str] = &[
    "withdraw.file-written",
    "withdraw.file-renamed",
    "ingest.places-written:2",
    "ingest.before-commit",
    "withdraw.file-deleted",
];

const INIT: &[&str] = &["init.database-made", "init.lake-decided", "init.settings-written"];

const HEADER: &str = "no,token,month,district,offence,result\n";

/// Rows of two years: records from a number on.
fn rows(keys: std::ops::Range<usize>) -> String {
    let row = |key: usize| {
        let (year, month) = (2024 + key % 2, 1 + key % 12);
        format!("k{key},u{},{year}-{month:02},Swat,rape,fir\n", key / 3)
    };
    keys.map(row).collect()
}

#[test]
fn an_encrypted_lake_is_killed() {
    let dir = twins();
    let file = dir.path().join("more.csv");
    let bad = "b1,u1,2025-13,Swat,rape,fir\n";
    std::fs::write(&file, format!("{HEADER}{}{bad}", rows(0..300))).expect("a file");
    well(&run(&dir.path().join("plain"), &["ingest", &file.display().to_string()]), "the twin");
    let markers = markers(&dir.path().join("plain"));
    let command =
        |place: &Path| on_home(place, &["ingest", &place.join("more.csv").display().to_string()]);
    let sound_at = |place: &Path, what: &str| {
        sound(&place.join("home"));
        nothing_shown(&place.join("home"), &markers, what);
    };
    let finish = |place: &Path, what: &str| {
        let home = place.join("home");
        well(&command(place).output().expect("the program starts"), what);
        tidy(&home);
        nothing_left(&home, &["releases"], what);
        nothing_shown(&home, &markers, what);
        assert_eq!(lake(&home, "police").len(), 700, "{what}");
    };
    let scenario =
        Scenario { base: &folder(&dir), command: &command, sound: &sound_at, finish: &finish };
    assert_eq!(scenario.kill(INGEST, RANDOM[0]), INGEST.len() + RANDOM[0] as usize);
}

#[test]
fn a_correction_of_an_encrypted_lake_is_killed() {
    let dir = twins();
    for (name, keys) in [("first", 0..120), ("second", 0..90), ("corrected", 100..140)] {
        let file = dir.path().join(format!("{name}.csv"));
        std::fs::write(&file, format!("{HEADER}{}", rows(keys))).expect("a file");
        if name != "corrected" {
            let file = file.display().to_string();
            well(&run(&dir.path().join("home"), &["ingest", &file]), name);
            well(&run(&dir.path().join("plain"), &["ingest", &file]), name);
        }
    }
    let markers = markers(&dir.path().join("plain"));
    let command = |place: &Path| {
        let file = place.join("corrected.csv").display().to_string();
        on_home(place, &["ingest", &file, "--replaces", "2"])
    };
    let sound_at = |place: &Path, what: &str| {
        sound(&place.join("home"));
        nothing_shown(&place.join("home"), &markers, what);
    };
    let finish = |place: &Path, what: &str| {
        let home = place.join("home");
        well(&command(place).output().expect("the program starts"), what);
        tidy(&home);
        nothing_left(&home, &[], what);
        nothing_shown(&home, &markers, what);
        // 400, then 40 of the correction, and 90 that the third batch sent too.
        assert_eq!(lake(&home, "police").len(), 400 + 40 + 90, "{what}");
        let made = json(&home, &["release", "annual", "--period", "2025"]);
        assert!(made["id"] == "annual-2025", "{what}");
    };
    let scenario =
        Scenario { base: &folder(&dir), command: &command, sound: &sound_at, finish: &finish };
    assert_eq!(scenario.kill(REPLACE, RANDOM[1]), REPLACE.len() + RANDOM[1] as usize);
}

#[test]
fn the_making_of_an_encrypted_home_is_killed() {
    let made = police("4", ANNUAL);
    let dir = tempfile::tempdir().expect("a folder");
    super::copy(&made.path().join("from"), &dir.path().join("from"));
    let command = |place: &Path| {
        let mut command = shumar();
        command.arg("init").arg(place.join("home")).arg("--encrypted");
        command.arg("--from").arg(place.join("from"));
        command
    };
    let finish = |place: &Path, what: &str| {
        let home = place.join("home");
        let there = home.join("shumar.toml").exists();
        let output = command(place).output().expect("the program starts");
        assert_eq!(output.status.code(), Some(i32::from(there)), "{what}: {}", text(&output));
        well(&run(&home, &["ingest"]), what);
        nothing_left(&home, &[], what);
        assert!(home.join("keys/lake.key").is_file(), "{what}");
    };
    let sound = |_: &Path, _: &str| ();
    let scenario =
        Scenario { base: &folder(&dir), command: &command, sound: &sound, finish: &finish };
    assert_eq!(scenario.kill(INIT, RANDOM[2]), INIT.len() + RANDOM[2] as usize);
}
