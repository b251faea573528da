//! Kills while the lake changes: ingest, refusal, correction, withdrawal, nil return.

use std::path::Path;

use super::{Scenario, folder, nothing_left, number, on_home, well};
use crate::kills::{sound, tidy};
use crate::support::{ANNUAL, files, lake, police, run, text};

/// Where each test kills, in the order of [`RANDOM`].
pub(super) const POINTS: &[&[&str]] = &[INGEST, REFUSE, REPLACE, WITHDRAW, NIL];
/// How often each test kills at random.
pub(super) const RANDOM: &[u32] = &[20, 8, 16, 16, 6];

const INGEST: &[&str] = &[
    "ingest.announced",
    "ingest.file-written",
    "ingest.file-written:2",
    "ingest.file-renamed",
    "ingest.file-renamed:2",
    "ingest.places-written",
    "ingest.places-merged",
    "ingest.report-written",
    "ingest.report-written:2",
    "ingest.before-commit",
    "ingest.committed",
    "ingest.file-moved",
    "ingest.file-moved:2",
];
const REFUSE: &[&str] =
    &["ingest.report-written", "ingest.report-written:2", "ingest.report-written:3"];
const REPLACE: &[&str] = &[
    "ingest.file-renamed",
    "withdraw.file-written",
    "withdraw.file-renamed",
    "ingest.places-written:2",
    "ingest.before-commit",
    "ingest.committed",
    "withdraw.file-deleted",
];
const WITHDRAW: &[&str] = &[
    "ingest.announced",
    "withdraw.file-written",
    "withdraw.file-renamed",
    "withdraw.before-commit",
    "withdraw.committed",
    "withdraw.file-deleted",
    "withdraw.file-deleted:2",
];
const NIL: &[&str] = &["nil.before-commit", "nil.committed"];

const HEADER: &str = "no,token,month,district,offence,result\n";

/// Rows of two years: `n` records from a number on.
fn rows(keys: std::ops::Range<usize>, district: &str) -> String {
    let row = |key: usize| {
        let (year, month) = (2024 + key % 2, 1 + key % 12);
        format!("k{key},u{},{year}-{month:02},{district},rape,fir\n", key / 3)
    };
    keys.map(row).collect()
}

/// A home with a batch of 400 records; what the doctor says of it is nothing.
fn base() -> tempfile::TempDir {
    let dir = police("4", ANNUAL);
    std::fs::remove_dir_all(dir.path().join("from")).expect("removed");
    dir
}

fn home(place: &Path) -> std::path::PathBuf {
    place.join("home")
}

fn sound_at(place: &Path, _: &str) {
    sound(&home(place));
}

#[test]
fn ingest_is_killed() {
    let dir = base();
    let inbox = dir.path().join("home/inbox/cell");
    // A row with a month that is none is rejected, so that reports are written.
    let bad = "b1,u1,2025-13,Swat,rape,fir\n";
    std::fs::write(inbox.join("a.csv"), format!("{HEADER}{}{bad}", rows(0..150, "Swat")))
        .expect("a file");
    std::fs::write(inbox.join("b.csv"), format!("{HEADER}{}", rows(150..300, "Bannu")))
        .expect("a file");
    let finish = |place: &Path, what: &str| {
        let home = home(place);
        well(&run(&home, &["ingest"]), what);
        tidy(&home);
        nothing_left(&home, &["releases"], what);
        assert_eq!(lake(&home, "police").len(), 700, "{what}");
        let twice =
            "SELECT count(*) FROM (SELECT sha256 FROM batch GROUP BY sha256 HAVING count(*) > 1)";
        assert_eq!(number(&home, twice), 0, "{what}");
        let inbox = home.join("inbox/cell");
        assert_eq!(files(&inbox.join("accepted")).len(), 2, "{what}");
        assert_eq!(files(&inbox).len(), 2, "{what}: {:?}", files(&inbox));
        assert_eq!(files(&home.join("rejects")).len(), 2, "{what}: a page and a table");
    };
    let scenario = Scenario {
        base: &folder(&dir),
        command: &|place| on_home(place, &["ingest"]),
        sound: &sound_at,
        finish: &finish,
    };
    assert_eq!(scenario.kill(INGEST, RANDOM[0]), INGEST.len() + RANDOM[0] as usize);
}

#[test]
fn a_refusal_is_killed() {
    let dir = base();
    let inbox = dir.path().join("home/inbox/cell");
    std::fs::write(inbox.join("bad.csv"), format!("{HEADER}x,u,2025-99,Swat,rape,fir\n"))
        .expect("a file");
    let finish = |place: &Path, what: &str| {
        let home = home(place);
        let output = run(&home, &["ingest"]);
        assert_eq!(output.status.code(), Some(1), "{what}: {}", text(&output));
        tidy(&home);
        nothing_left(&home, &["inbox"], what);
        assert_eq!(files(&home.join("inbox/cell")).len(), 4, "{what}: the file and its reports");
    };
    let whole = |place: &Path, what: &str| {
        sound_at(place, what);
        for report in files(&place.join("home/inbox/cell")) {
            let hidden = report.file_name().expect("a name").to_string_lossy().starts_with('.');
            let text = std::fs::read_to_string(&report).expect("a text");
            let ends = text.ends_with('\n');
            assert!(hidden || ends, "{what}: {} is not whole", report.display());
        }
    };
    let scenario = Scenario {
        base: &folder(&dir),
        command: &|place| on_home(place, &["ingest"]),
        sound: &whole,
        finish: &finish,
    };
    assert_eq!(scenario.kill(REFUSE, RANDOM[1]), REFUSE.len() + RANDOM[1] as usize);
}

/// A home with two more batches that share records: 2, and 3 that has most of them too.
fn shared() -> tempfile::TempDir {
    let dir = base();
    let home = dir.path().join("home");
    for (name, content) in
        [("first", rows(0..120, "Swat")), ("second", rows(0..90, "Swat") + &rows(200..230, "Swat"))]
    {
        let file = dir.path().join(format!("{name}.csv"));
        std::fs::write(&file, format!("{HEADER}{content}")).expect("a file");
        well(&run(&home, &["ingest", &file.display().to_string()]), name);
    }
    dir
}

#[test]
fn a_correction_is_killed() {
    let dir = shared();
    let file = dir.path().join("corrected.csv");
    std::fs::write(&file, format!("{HEADER}{}", rows(100..140, "Mardan"))).expect("a file");
    let command = |place: &Path| {
        let file = place.join("corrected.csv").display().to_string();
        on_home(place, &["ingest", &file, "--replaces", "2"])
    };
    let finish = |place: &Path, what: &str| {
        well(&command(place).output().expect("the program starts"), what);
        let home = home(place);
        tidy(&home);
        nothing_left(&home, &[], what);
        // 400, then 40 of the correction, 90 that the third batch sent too, and its own 30.
        assert_eq!(lake(&home, "police").len(), 400 + 40 + 90 + 30, "{what}");
        let replaced = "SELECT count(*) FROM act WHERE what = 'replaced'";
        assert_eq!(number(&home, replaced), 1, "{what}");
    };
    let scenario =
        Scenario { base: &folder(&dir), command: &command, sound: &sound_at, finish: &finish };
    assert_eq!(scenario.kill(REPLACE, RANDOM[2]), REPLACE.len() + RANDOM[2] as usize);
}

#[test]
fn a_withdrawal_is_killed() {
    let dir = shared();
    let command = |place: &Path| on_home(place, &["withdraw", "2", "--reason", "a test"]);
    let finish = |place: &Path, what: &str| {
        well(&command(place).output().expect("the program starts"), what);
        let home = home(place);
        tidy(&home);
        nothing_left(&home, &[], what);
        assert_eq!(lake(&home, "police").len(), 400 + 90 + 30, "{what}");
        let acts = "SELECT count(*) FROM act WHERE what = 'withdrawn'";
        assert_eq!(number(&home, acts), 1, "{what}");
    };
    let scenario =
        Scenario { base: &folder(&dir), command: &command, sound: &sound_at, finish: &finish };
    assert_eq!(scenario.kill(WITHDRAW, RANDOM[3]), WITHDRAW.len() + RANDOM[3] as usize);
}

#[test]
fn a_nil_return_is_killed() {
    let dir = base();
    let file = dir.path().join("home/shumar.toml");
    let settings = std::fs::read_to_string(&file).expect("settings");
    let expects = "kind = \"police\"\nexpects = { every = \"month\", from = \"2024-01\" }\n";
    std::fs::write(&file, settings.replace("kind = \"police\"\n", expects)).expect("settings");
    let command = |place: &Path| on_home(place, &["nil", "cell", "--month", "2024-02"]);
    let finish = |place: &Path, what: &str| {
        well(&command(place).output().expect("the program starts"), what);
        assert_eq!(number(&home(place), "SELECT count(*) FROM nil_return"), 1, "{what}");
        nothing_left(&home(place), &[], what);
    };
    let scenario =
        Scenario { base: &folder(&dir), command: &command, sound: &sound_at, finish: &finish };
    assert_eq!(scenario.kill(NIL, RANDOM[4]), NIL.len() + RANDOM[4] as usize);
}
