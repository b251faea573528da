//! A damaged home: every verb says what is wrong, where, and what to do; nothing else is changed, nothing
//! of a record is told, and nothing panics. `shumar doctor` finds each kind of damage.

use std::collections::BTreeMap;
use std::path::Path;

use crate::faults::copy;
use crate::support::{ANNUAL, digests, json, police, run, text};

/// A way to damage a home, what verbs say then, and which check of the doctor tells.
struct Damage {
    name: &'static str,
    spoil: fn(&Path),
    /// Each with a part of its message.
    verbs: &'static [(&'static [&'static str], &'static str)],
    /// The check, and a part of where.
    doctor: (&'static str, &'static str),
}

const STATUS: &[&str] = &["status"];
const INGEST: &[&str] = &["ingest"];
const BUDGET: &[&str] = &["budget"];
const PLAN: &[&str] = &["plan"];
const RELEASE: &[&str] = &["release", "annual", "--period", "2024"];
const PUBLISH: &[&str] = &["publish"];
const LIST: &[&str] = &["rti", "list"];
const NEW: &[&str] = &["rti", "new", "--from", "REQUEST"];
const ANSWER: &[&str] = &[
    "rti",
    "answer",
    "RTI",
    "--measure",
    "police-complaints",
    "--by",
    "district",
    "--period",
    "2025",
];
const QUERY: &[&str] = &["query", "SELECT count(*) FROM police_complaints"];
const VERIFY: &[&str] = &["verify"];
const WITHDRAW: &[&str] = &["withdraw", "1", "--reason", "x"];

fn flip(path: &Path) {
    let mut bytes = std::fs::read(path).expect("a file");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x55;
    std::fs::write(path, bytes).expect("written");
}

fn halve(path: &Path) {
    let bytes = std::fs::read(path).expect("a file");
    std::fs::write(path, &bytes[..bytes.len() / 2]).expect("written");
}

fn garbage(path: &Path) {
    std::fs::write(path, "this is nothing that was written here ".repeat(300)).expect("written");
}

fn remove(path: &Path) {
    std::fs::remove_file(path).expect("removed");
}

/// The first file of the lake of a year.
fn lake(home: &Path) -> std::path::PathBuf {
    home.join("lake/police/year=2024/batch-000001.parquet")
}

fn measured(home: &Path) -> std::path::PathBuf {
    let folder = home.join("releases/annual-2025/measurements");
    crate::support::files(&folder)[0].clone()
}

/// Puts the release back to where it was begun, with a damaged measurement.
fn unfinished(home: &Path) {
    halve(&measured(home));
    let releases = home.join("releases");
    // What follows from measurements is made again: it is not there yet.
    for part in ["estimates", "indicators"] {
        let _ = std::fs::remove_dir_all(releases.join("annual-2025").join(part));
    }
    std::fs::rename(releases.join("annual-2025"), releases.join(".annual-2025")).expect("renamed");
    let register = rusqlite::Connection::open(home.join("shumar.db")).expect("the database");
    register.execute("DELETE FROM release", []).expect("deleted");
}

const AGAIN: &[&str] = &["release", "annual", "--period", "2025"];

const DAMAGES: &[Damage] = &[
    Damage {
        name: "the database is cut off",
        spoil: |home| halve(&home.join("shumar.db")),
        verbs: &[
            (STATUS, "`shumar.db`"),
            (INGEST, "`shumar.db`"),
            (RELEASE, "`shumar.db`"),
            (BUDGET, "`shumar.db`"),
        ],
        doctor: ("database", "shumar.db"),
    },
    Damage {
        name: "the database is something else",
        spoil: |home| garbage(&home.join("shumar.db")),
        verbs: &[
            (STATUS, "is damaged"),
            (INGEST, "is damaged"),
            (RELEASE, "is damaged"),
            (PUBLISH, "is damaged"),
        ],
        doctor: ("database", "shumar.db"),
    },
    Damage {
        name: "the database is empty",
        spoil: |home| std::fs::write(home.join("shumar.db"), "").expect("written"),
        verbs: &[
            (STATUS, "holds no table"),
            (INGEST, "holds no table"),
            (RELEASE, "holds no table"),
        ],
        doctor: ("database", "shumar.db"),
    },
    Damage {
        name: "the database is gone",
        spoil: |home| remove(&home.join("shumar.db")),
        verbs: &[(STATUS, "is missing"), (INGEST, "is missing"), (RELEASE, "is missing")],
        doctor: ("database", "shumar.db"),
    },
    Damage {
        name: "pages of the database are overwritten",
        spoil: |home| {
            let path = home.join("shumar.db");
            let mut bytes = std::fs::read(&path).expect("a file");
            bytes[4096..].fill(0xA5);
            std::fs::write(&path, bytes).expect("written");
        },
        verbs: &[
            (STATUS, "is damaged"),
            (INGEST, "is damaged"),
            (RELEASE, "is damaged"),
            (BUDGET, "is damaged"),
        ],
        doctor: ("database", "shumar.db"),
    },
    Damage {
        name: "the register of requests is something else",
        spoil: |home| garbage(&home.join("rti.db")),
        verbs: &[
            (LIST, "`rti.db` is damaged"),
            (NEW, "`rti.db` is damaged"),
            (PUBLISH, "`rti.db` is damaged"),
        ],
        doctor: ("requests", "rti.db"),
    },
    Damage {
        name: "the register of requests is cut off",
        spoil: |home| halve(&home.join("rti.db")),
        verbs: &[(LIST, "`rti.db`"), (NEW, "`rti.db`")],
        doctor: ("requests", "rti.db"),
    },
    Damage {
        name: "a file of the lake is cut off",
        spoil: |home| halve(&lake(home)),
        verbs: &[
            (RELEASE, "is not the file that ingest wrote"),
            (WITHDRAW, "is missing or damaged"),
        ],
        doctor: ("lake", "batch-000001.parquet"),
    },
    Damage {
        name: "a byte of a file of the lake is another",
        spoil: |home| flip(&lake(home)),
        verbs: &[(RELEASE, "of the lake"), (WITHDRAW, "is missing or damaged")],
        doctor: ("lake", "batch-000001.parquet"),
    },
    Damage {
        name: "a file of the lake is gone",
        spoil: |home| remove(&lake(home)),
        verbs: &[(RELEASE, "is missing"), (WITHDRAW, "is missing or damaged")],
        doctor: ("lake", "batch-000001.parquet"),
    },
    Damage {
        name: "the register of places is damaged",
        spoil: |home| {
            for run in crate::support::files(&home.join("lake/.places")) {
                halve(&run);
            }
        },
        verbs: &[(INGEST, "missing or damaged"), (WITHDRAW, "missing or damaged")],
        doctor: ("lake", "lake/.places"),
    },
    Damage {
        name: "the lake is another one",
        spoil: |home| std::fs::write(home.join("lake/lineage"), "another\n").expect("written"),
        verbs: &[
            (INGEST, "do not belong together"),
            (RELEASE, "do not belong together"),
            (WITHDRAW, "do not belong together"),
        ],
        doctor: ("database", "lake/lineage"),
    },
    Damage {
        name: "a measurement of an unfinished release is cut off",
        spoil: unfinished,
        verbs: &[(AGAIN, "can't be read back")],
        doctor: ("releases", ".annual-2025"),
    },
    Damage {
        name: "a measurement of a release is another",
        spoil: |home| flip(&measured(home)),
        verbs: &[(PUBLISH, "annual-2025"), (VERIFY, "NO")],
        doctor: ("releases", "annual-2025"),
    },
    Damage {
        name: "a release document is cut off",
        spoil: |home| halve(&home.join("releases/annual-2025/release.json")),
        verbs: &[
            (PUBLISH, "release.json"),
            (RELEASE, "release.json"),
            (QUERY, "release.json"),
            (ANSWER, "release.json"),
            (VERIFY, "NO"),
        ],
        doctor: ("releases", "annual-2025"),
    },
    Damage {
        name: "a signature is something else",
        spoil: |home| garbage(&home.join("releases/annual-2025/release.json.minisig")),
        verbs: &[
            (PUBLISH, "release.json.minisig"),
            (QUERY, "release.json.minisig"),
            (VERIFY, "NO"),
        ],
        doctor: ("releases", "annual-2025"),
    },
    Damage {
        name: "the settings are something else",
        spoil: |home| garbage(&home.join("shumar.toml")),
        verbs: &[
            (STATUS, "shumar.toml"),
            (INGEST, "shumar.toml"),
            (RELEASE, "shumar.toml"),
            (LIST, "shumar.toml"),
        ],
        doctor: ("settings", "shumar.toml"),
    },
    Damage {
        name: "the settings are no text",
        spoil: |home| {
            std::fs::write(home.join("shumar.toml"), [0xFF, 0xFE, 0, 1]).expect("written");
        },
        verbs: &[(STATUS, "is not text"), (PLAN, "is not text")],
        doctor: ("settings", "shumar.toml"),
    },
    Damage {
        name: "the settings are cut off",
        spoil: |home| halve(&home.join("shumar.toml")),
        verbs: &[(STATUS, "shumar.toml"), (INGEST, "shumar.toml")],
        doctor: ("settings", "shumar.toml"),
    },
    Damage {
        name: "a table's declaration is something else",
        spoil: |home| garbage(&home.join("statistics/own.toml")),
        verbs: &[(STATUS, "statistics/own.toml"), (PLAN, "statistics/own.toml")],
        doctor: ("settings", "shumar.toml"),
    },
    Damage {
        name: "a record's declaration is something else",
        spoil: |home| garbage(&home.join("records/own.json")),
        verbs: &[(STATUS, "records/own.json"), (INGEST, "records/own.json")],
        doctor: ("settings", "shumar.toml"),
    },
    Damage {
        name: "the pseudonym key is something else",
        spoil: |home| garbage(&home.join("keys/pseudonym.key")),
        verbs: &[(INGEST, "pseudonym.key"), (WITHDRAW, "pseudonym.key")],
        doctor: ("keys", "pseudonym.key"),
    },
    Damage {
        name: "the pseudonym key is gone",
        spoil: |home| remove(&home.join("keys/pseudonym.key")),
        verbs: &[(INGEST, "pseudonym.key")],
        doctor: ("keys", "pseudonym.key"),
    },
    Damage {
        name: "the signing key is something else",
        spoil: |home| garbage(&home.join("keys/signing.key")),
        verbs: &[(RELEASE, "signing.key")],
        doctor: ("keys", "signing.key"),
    },
    Damage {
        name: "the key of the desk is something else",
        spoil: |home| garbage(&home.join("keys/rti.key")),
        verbs: &[(NEW, "rti.key")],
        doctor: ("requests", ""),
    },
];

/// A home with everything in it: batches that share records, a release, a site, a request.
fn whole() -> (tempfile::TempDir, String) {
    let dir = police("4", ANNUAL);
    let home = dir.path().join("home");
    let file = home.join("shumar.toml");
    let settings = std::fs::read_to_string(&file).expect("settings");
    let name = "name = { en = \"Test commission\" }";
    let settings = settings.replace(name, &format!("{name}\njurisdiction = \"pk-kp\""));
    std::fs::write(&file, format!("{settings}\n[rti]\nofficer = \"A. Officer\"\n"))
        .expect("settings");
    let rows: String = (0..40)
        .map(|no| {
            format!(
                "{no},t{no},{}-{:02},{},{},fir\n",
                2024 + no % 2,
                1 + no % 12,
                ["Peshawar", "Mardan", "Swat", "Bannu"][no % 4],
                ["rape", "threat", "cyber"][no % 3]
            )
        })
        .collect();
    let shared = dir.path().join("shared.csv");
    std::fs::write(&shared, format!("no,token,month,district,offence,result\n{rows}"))
        .expect("a file");
    json(&home, &["ingest", &shared.display().to_string()]);
    json(&home, &["release", "annual", "--period", "2025"]);
    let request = "channel = \"hand\"\nsubject = \"complaints\"\nlanguage = \"en\"\n[applicant]\nname = \"Somebody\"\n";
    std::fs::write(dir.path().join("request.toml"), request).expect("a request");
    let from = dir.path().join("request.toml").display().to_string();
    let reference = json(&home, &["rti", "new", "--from", &from])["reference"].clone();
    let reference = reference.as_str().expect("a reference").to_owned();
    json(&home, &["rti", "acknowledge", &reference]);
    json(&home, &["publish"]);
    let late = "no,token,month,district,offence,result\nzqkey,zqtoken,2025-03,Swat,rape,fir\n";
    std::fs::write(home.join("inbox/cell/late.csv"), late).expect("a file");
    (dir, reference)
}

/// Everything in a home but locks and what SQLite keeps beside its files.
fn state(home: &Path) -> BTreeMap<String, String> {
    let mut all = digests(home);
    let beside = [".lock", "-wal", "-shm", "-journal"];
    all.retain(|name, _| !beside.iter().any(|end| name.ends_with(end)));
    all
}

#[test]
fn damage_is_told_and_nothing_else_is_changed() {
    let (dir, reference) = whole();
    let request = dir.path().join("request.toml").display().to_string();
    for damage in DAMAGES {
        let place = tempfile::tempdir().expect("a folder");
        let home = place.path().join("home");
        copy(&dir.path().join("home"), &home);
        (damage.spoil)(&home);
        let before = state(&home);
        for (verb, part) in damage.verbs {
            let filled = |word: &&str| match *word {
                "REQUEST" => request.clone(),
                "RTI" => reference.clone(),
                word => word.to_owned(),
            };
            let arguments: Vec<String> = verb.iter().map(filled).collect();
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            let output = run(&home, &arguments);
            let (told, what) = (text(&output), format!("{}: {}", damage.name, verb[0]));
            assert!(matches!(output.status.code(), Some(1 | 2)), "{what}: {told}");
            assert!(told.contains(part), "{what}: {told}");
            assert!(verb[0] == "verify" || told.contains("hint: "), "{what}: {told}");
            assert!(!told.contains("the program failed"), "{what}: {told}");
            assert!(!told.contains("zq") && !told.contains("t39"), "{what}: {told}");
            assert_eq!(state(&home), before, "{what}");
        }
        let output = run(&home, &["doctor", "--format", "json"]);
        let (check, place) = damage.doctor;
        let told: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let found =
            told["findings"].as_array().expect("findings").iter().any(|f| {
                f["check"] == check && f["where"].as_str().is_some_and(|w| w.contains(place))
            });
        if check == "requests" && place.is_empty() {
            continue;
        }
        assert!(found && output.status.code() == Some(1), "{}: {told}", damage.name);
        assert_eq!(state(&home), before, "{}: the doctor only looks", damage.name);
    }
}

#[test]
fn garbage_beside_the_database_is_no_damage() {
    let (dir, _) = whole();
    let home = dir.path().join("home");
    let batches = json(&home, &["status"])["batches"].clone();
    for name in ["shumar.db-wal", "shumar.db-shm"] {
        garbage(&home.join(name));
    }
    assert_eq!(json(&home, &["status"])["batches"], batches);
    assert_eq!(json(&home, &["verify"])["verified"], true);
    assert_eq!(run(&home, &["ingest"]).status.code(), Some(0));
}
