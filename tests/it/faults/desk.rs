//! Kills at the desk: requests, answers that are paid for, letters, the public log, erasure.

use std::path::{Path, PathBuf};

use serde_json::Value;

use super::release::all_paid;
use super::{Scenario, folder, nothing_left, on_home, well};
use crate::support::{ANNUAL, files, json, police, run, text};

/// Where each test kills.
pub(super) const POINTS: &[&[&str]] = &[NEW, SPEND, LETTER, DISCLOSE, FORGET];
/// How often each test kills at random.
pub(super) const RANDOM: &[u32] = &[10, 8, 6, 6, 6];

const NEW: &[&str] = &[
    "rti.key-written",
    "rti.applicant-aside",
    "rti.applicant-written",
    "rti.before-commit",
    "rti.committed",
];
const SPEND: &[&str] = &[
    "release.counted",
    "release.charged",
    "release.drawn",
    "release.measured",
    "release.signed",
    "release.renamed",
    "release.entered",
    "rti.before-commit",
    "rti.committed",
];
const LETTER: &[&str] =
    &["rti.before-commit", "rti.committed", "part.written", "part.named", "part.written:3"];
const DISCLOSE: &[&str] = &["rti.committed", "rti.log-written", "rti.log-exchanged"];
const FORGET: &[&str] = &["rti.before-commit", "rti.committed", "rti.applicant-erased"];

const NAME: &str = "Zebunnisa";

/// A home with a release, a desk, and the papers of a request.
fn desk() -> tempfile::TempDir {
    let dir = police("4", ANNUAL);
    let home = dir.path().join("home");
    let file = home.join("shumar.toml");
    let settings = std::fs::read_to_string(&file).expect("settings");
    let name = "name = { en = \"Test commission\" }";
    let law = format!("{name}\njurisdiction = \"pk-kp\"");
    let settings = settings.replace(name, &law);
    let desk = "[rti]\nofficer = \"A. Officer\"\nkeep_applicant_days = 0\n";
    std::fs::write(&file, format!("{settings}\n{desk}")).expect("settings");
    json(&home, &["release", "annual", "--period", "2025"]);
    let request = format!(
        "channel = \"hand\"\nsubject = \"complaints\"\nlanguage = \"en\"\n[applicant]\nname = \"{NAME}\"\n"
    );
    std::fs::write(dir.path().join("request.toml"), request).expect("a request");
    dir
}

fn home(place: &Path) -> PathBuf {
    place.join("home")
}

fn entered(dir: &Path) -> String {
    let from = dir.join("request.toml").display().to_string();
    let entered = json(&home(dir), &["rti", "new", "--from", &from]);
    let reference = entered["reference"].as_str().expect("a reference").to_owned();
    json(&home(dir), &["rti", "acknowledge", &reference]);
    reference
}

/// The audit trail holds, and who asked stands in no file of the home but the encrypted one.
fn sound(place: &Path, what: &str) {
    let home = home(place);
    if home.join("rti.db").exists() {
        well(&run(&home, &["rti", "audit"]), what);
    }
    for file in files(&home) {
        let bytes = std::fs::read(&file).expect("a file");
        let found = bytes.windows(NAME.len()).any(|w| w == NAME.as_bytes());
        assert!(!found, "{what}: {} names who asked", file.display());
    }
}

#[test]
fn a_new_request_is_killed() {
    let dir = desk();
    let command = |place: &Path| {
        let from = place.join("request.toml").display().to_string();
        on_home(place, &["rti", "new", "--from", &from])
    };
    let finish = |place: &Path, what: &str| {
        let before = json(&home(place), &["rti", "list"]).as_array().map_or(0, Vec::len);
        well(&command(place).output().expect("the program starts"), what);
        sound(place, what);
        let all = json(&home(place), &["rti", "list"]);
        assert_eq!(all.as_array().map_or(0, Vec::len), before + 1, "{what}");
        let entered = usize::from(what == "rti.committed");
        assert!(what.starts_with("random") || before == entered, "{what}: {before}");
        nothing_left(&home(place), &["site"], what);
    };
    let scenario =
        Scenario { base: &folder(&dir), command: &command, sound: &sound, finish: &finish };
    assert_eq!(scenario.kill(NEW, RANDOM[0]), NEW.len() + RANDOM[0] as usize);
}

/// The charges to the share for requests, and those that replaced lost noise.
fn charges(home: &Path) -> (usize, usize) {
    let budget = json(home, &["budget"]);
    let rows = budget["ledger"].as_array().expect("rows").clone();
    let of = |row: &Value| row["release"].as_str().is_some_and(|r| r.starts_with("request-"));
    let charged = rows.iter().filter(|r| r["act"] == "charge" && of(r));
    let shares: Vec<&Value> = charged.map(|r| &r["share"]).collect();
    let first = shares.iter().filter(|s| **s == "rti").count();
    (first, shares.len() - first)
}

#[test]
fn an_answer_that_is_paid_for_is_killed() {
    let dir = desk();
    let reference = entered(dir.path());
    // No margin can be that small: all that is left of the share is spent, so that nothing would be
    // left to pay a second time.
    let question = ["--measure", "police-complaints", "--by", "district,quarter,offence_group"];
    let more = ["--period", "2025", "--margin", "0.1", "--spend"];
    let arguments = [&["rti", "answer", &reference], &question[..], &more[..]].concat();
    let finish = |place: &Path, what: &str| {
        let home = home(place);
        let mut output = on_home(place, &arguments).output().expect("the program starts");
        let mut redrawn = false;
        if text(&output).contains("`--redraw`") {
            redrawn = true;
            let arguments = [&arguments[..], &["--redraw"]].concat();
            output = on_home(place, &arguments).output().expect("the program starts");
        }
        let told = text(&output);
        let done = output.status.code() == Some(0)
            || told.contains("what can be done now")
            || told.contains("exact to");
        assert!(done, "{what}: {told}");
        sound(place, what);
        all_paid(&home, what);
        let (first, again) = charges(&home);
        assert_eq!(first + again, 1 + usize::from(redrawn), "{what}: {first} and {again}");
        let lost = ["release.charged", "release.drawn"].contains(&what);
        assert!(what.starts_with("random") || redrawn == lost, "{what}");
        assert_eq!(json(&home, &["verify"])["verified"], true, "{what}");
        nothing_left(&home, &["site"], what);
    };
    let scenario = Scenario {
        base: &folder(&dir),
        command: &|place| on_home(place, &arguments),
        sound: &|place, what| {
            sound(place, what);
            all_paid(&home(place), what);
        },
        finish: &finish,
    };
    assert_eq!(scenario.kill(SPEND, RANDOM[1]), SPEND.len() + RANDOM[1] as usize);
}

/// A desk with a decided request.
fn decided() -> (tempfile::TempDir, String) {
    let dir = desk();
    let reference = entered(dir.path());
    let by = ["--measure", "police-complaints", "--by", "district", "--period", "2025"];
    json(&home(dir.path()), &[&["rti", "answer", &reference], &by[..]].concat());
    (dir, reference)
}

#[test]
fn a_letter_is_killed() {
    let (dir, reference) = decided();
    std::fs::create_dir(dir.path().join("post")).expect("a folder");
    let command = |place: &Path| {
        let out = place.join("post").display().to_string();
        on_home(place, &["rti", "letter", &reference, "decision", "--out", &out])
    };
    let whole = |place: &Path, what: &str| {
        sound(place, what);
        for file in files(&place.join("post")) {
            let bytes = std::fs::read(&file).expect("a file");
            let ended = match file.extension().and_then(|e| e.to_str()) {
                Some("pdf") => bytes.trim_ascii_end().ends_with(b"%%EOF"),
                Some("csv") => bytes.ends_with(b"\n"),
                Some("docx" | "xlsx") => zip::ZipArchive::new(std::io::Cursor::new(bytes)).is_ok(),
                _ => true,
            };
            assert!(ended, "{what}: {} is not whole", file.display());
        }
    };
    let finish = |place: &Path, what: &str| {
        well(&command(place).output().expect("the program starts"), what);
        whole(place, what);
        assert_eq!(files(&place.join("post")).len(), 4, "{what}");
        nothing_left(&home(place), &["site"], what);
    };
    let scenario =
        Scenario { base: &folder(&dir), command: &command, sound: &whole, finish: &finish };
    assert_eq!(scenario.kill(LETTER, RANDOM[2]), LETTER.len() + RANDOM[2] as usize);
}

#[test]
fn the_public_log_is_killed() {
    let (dir, reference) = decided();
    json(&home(dir.path()), &["publish"]);
    let asked = ["--question", "How many complaints by district?"];
    let arguments = [&["rti", "disclose", &reference], &asked[..]].concat();
    let whole = |place: &Path, what: &str| {
        sound(place, what);
        let log = home(place).join("rti/public/disclosures.json");
        let log: Value =
            serde_json::from_slice(&std::fs::read(log).expect("a log is always there"))
                .expect("JSON");
        for file in log["entries"].as_array().expect("entries").iter().flat_map(|e| {
            e["files"]
                .as_array()
                .expect("files")
                .iter()
                .map(|f| f["name"].as_str().expect("a name"))
        }) {
            assert!(home(place).join("rti/public").join(file).is_file(), "{what}: {file}");
        }
    };
    let finish = |place: &Path, what: &str| {
        well(&on_home(place, &arguments).output().expect("the program starts"), what);
        whole(place, what);
        well(&on_home(place, &["publish"]).output().expect("the program starts"), what);
        assert_eq!(files(&home(place).join("site/data/disclosures")).len(), 2, "{what}");
        nothing_left(&home(place), &[], what);
    };
    let scenario = Scenario {
        base: &folder(&dir),
        command: &|place| on_home(place, &arguments),
        sound: &whole,
        finish: &finish,
    };
    assert_eq!(scenario.kill(DISCLOSE, RANDOM[3]), DISCLOSE.len() + RANDOM[3] as usize);
}

#[test]
fn an_erasure_is_killed() {
    let (dir, reference) = decided();
    json(&home(dir.path()), &["rti", "close", &reference]);
    let arguments = ["rti", "forget", &reference];
    let finish = |place: &Path, what: &str| {
        well(&on_home(place, &arguments).output().expect("the program starts"), what);
        sound(place, what);
        assert!(files(&home(place).join("rti/applicants")).is_empty(), "{what}");
        nothing_left(&home(place), &["site"], what);
    };
    let scenario = Scenario {
        base: &folder(&dir),
        command: &|place| on_home(place, &arguments),
        sound: &sound,
        finish: &finish,
    };
    assert_eq!(scenario.kill(FORGET, RANDOM[4]), FORGET.len() + RANDOM[4] as usize);
}
