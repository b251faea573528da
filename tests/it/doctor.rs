//! What `shumar doctor` finds: every kind of damage, seeded for real, is found, explained and, where that
//! is safe, repaired; and what it can't repair it leaves as it is.

use std::path::Path;

use rusqlite::Connection;
use serde_json::Value;

use crate::faults::copy;
use crate::support::{ANNUAL, files, json, police, run, text};

/// A way to make a home ill.
struct Case {
    what: &'static str,
    seed: fn(&Path),
    /// The check, a part of where, and the grade.
    found: (&'static str, &'static str, &'static str),
    /// Whether `--repair` puts it right.
    repaired: bool,
}

fn register(home: &Path) -> Connection {
    Connection::open(home.join("shumar.db")).expect("the database")
}

fn sql(home: &Path, statements: &str) {
    register(home).execute_batch(statements).expect("done");
}

fn write(home: &Path, path: &str, text: &str) {
    let path = home.join(path);
    std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
    std::fs::write(path, text).expect("written");
}

fn rename(home: &Path, from: &str, to: &str) {
    std::fs::rename(home.join(from), home.join(to)).expect("renamed");
}

fn mode(home: &Path, path: &str, mode: u32) {
    use std::os::unix::fs::PermissionsExt;
    let mode = std::fs::Permissions::from_mode(mode);
    std::fs::set_permissions(home.join(path), mode).expect("permissions");
}

fn applicant(home: &Path) -> std::path::PathBuf {
    files(&home.join("rti/applicants"))[0].clone()
}

const LAKE_FILE: &str = "lake/police/year=2024/batch-000001.parquet";

const CASES: &[Case] = &[
    Case {
        what: "settings that can't be read",
        seed: |home| write(home, "shumar.toml", "format = "),
        found: ("settings", "shumar.toml", "serious"),
        repaired: false,
    },
    Case {
        what: "no database",
        seed: |home| std::fs::remove_file(home.join("shumar.db")).expect("removed"),
        found: ("database", "shumar.db", "serious"),
        repaired: false,
    },
    Case {
        what: "a database of another version",
        seed: |home| sql(home, "PRAGMA user_version = 99"),
        found: ("database", "shumar.db", "serious"),
        repaired: false,
    },
    Case {
        what: "a row that refers to nothing",
        seed: |home| {
            sql(
                home,
                "PRAGMA foreign_keys = OFF;
                 INSERT INTO coverage (batch, facility, month, rows) VALUES (77, 'x', '2025-01', 1)",
            );
        },
        found: ("database", "shumar.db", "serious"),
        repaired: false,
    },
    Case {
        what: "a ledger that was changed",
        seed: |home| {
            sql(
                home,
                "DROP TRIGGER ledger_is_append_only_update;
                 UPDATE ledger SET at = '2020-01-01T00:00:00Z' WHERE seq = 2",
            );
        },
        found: ("database", "ledger", "serious"),
        repaired: false,
    },
    Case {
        what: "a lake of another home",
        seed: |home| write(home, "lake/lineage", "another\n"),
        found: ("database", "lake/lineage", "serious"),
        repaired: false,
    },
    Case {
        what: "a clock that stands in the past",
        seed: |home| {
            sql(
                home,
                "INSERT INTO act (at, who, what, detail, ledger, prev, hash)
                 VALUES ('2999-01-01T00:00:00Z', '', 'x', '', '', '', '')",
            );
        },
        found: ("database", "act", "warning"),
        repaired: false,
    },
    Case {
        what: "a file of the lake that is gone",
        seed: |home| std::fs::remove_file(home.join(LAKE_FILE)).expect("removed"),
        found: ("lake", LAKE_FILE, "serious"),
        repaired: false,
    },
    Case {
        what: "a file of the lake that is another",
        seed: |home| write(home, LAKE_FILE, "x"),
        found: ("lake", LAKE_FILE, "serious"),
        repaired: false,
    },
    Case {
        what: "a register that counts another number of records",
        seed: |home| sql(home, "UPDATE lake_file SET records = records + 1 WHERE year = 2024"),
        found: ("lake", LAKE_FILE, "serious"),
        repaired: false,
    },
    Case {
        what: "places that are damaged",
        seed: |home| write(home, "lake/.places/000001.run", "x"),
        found: ("lake", "lake/.places/000001.run", "serious"),
        repaired: false,
    },
    Case {
        what: "a file of the lake that nobody listed",
        seed: |home| write(home, "lake/police/year=2024/batch-000009.parquet", "x"),
        found: ("lake", "batch-000009.parquet", "warning"),
        repaired: false,
    },
    Case {
        what: "a half file of the lake, and half reports",
        seed: |home| {
            write(home, "lake/police/year=2031/batch-000009.parquet.tmp", "x");
            write(home, "rejects/.batch-000009.html.tmp", "x");
            write(home, "inbox/cell/.a.csv.refused.txt.tmp", "x");
        },
        found: ("lake", "batch-000009.parquet.tmp", "warning"),
        repaired: true,
    },
    Case {
        what: "a withdrawn file that was not deleted",
        seed: |home| {
            write(home, "lake/police/year=2024/batch-000007.parquet", "x");
            sql(
                home,
                "INSERT INTO gone_file (path) VALUES ('lake/police/year=2024/batch-000007.parquet')",
            );
        },
        found: ("lake", "batch-000007.parquet", "warning"),
        repaired: true,
    },
    Case {
        what: "a release whose estimates were changed",
        seed: |home| {
            let file = files(&home.join("releases/annual-2025/estimates"))[0].clone();
            std::fs::write(file, "x").expect("written");
        },
        found: ("releases", "releases/annual-2025", "serious"),
        repaired: false,
    },
    Case {
        what: "a release that the ledger did not pay for",
        seed: |home| {
            sql(
                home,
                "DROP TRIGGER ledger_is_append_only_delete; DELETE FROM ledger WHERE seq > 1",
            );
        },
        found: ("releases", "releases/annual-2025", "serious"),
        repaired: false,
    },
    Case {
        what: "a release that was begun",
        seed: |home| write(home, "releases/.annual-2024/measurements/x.parquet", "x"),
        found: ("releases", "releases/.annual-2024", "warning"),
        repaired: false,
    },
    Case {
        what: "a release that is not in the register",
        seed: |home| sql(home, "DELETE FROM release"),
        found: ("releases", "releases/annual-2025", "warning"),
        repaired: true,
    },
    Case {
        what: "a release that is gone",
        seed: |home| std::fs::remove_dir_all(home.join("releases/annual-2025")).expect("removed"),
        found: ("releases", "releases/annual-2025", "serious"),
        repaired: false,
    },
    Case {
        what: "no site",
        seed: |home| std::fs::remove_dir_all(home.join("site")).expect("removed"),
        found: ("site", "site", "warning"),
        repaired: false,
    },
    Case {
        what: "a site that an interruption took away",
        seed: |home| rename(home, "site", ".site.old"),
        found: ("site", "site", "warning"),
        repaired: true,
    },
    Case {
        what: "a half site",
        seed: |home| write(home, ".site.new/index.html", "x"),
        found: ("site", ".site.new", "warning"),
        repaired: true,
    },
    Case {
        what: "a site that does not tell the release",
        seed: |home| write(home, "site/data/annual-2025/release/release.json", "x"),
        found: ("site", "site", "warning"),
        repaired: false,
    },
    Case {
        what: "a register of requests that was changed",
        seed: |home| {
            let desk = Connection::open(home.join("rti.db")).expect("the register");
            desk.execute_batch("UPDATE request SET acts = acts + 1").expect("changed");
        },
        found: ("requests", "rti.db", "serious"),
        repaired: false,
    },
    Case {
        what: "no register of requests",
        seed: |home| std::fs::remove_file(home.join("rti.db")).expect("removed"),
        found: ("requests", "rti.db", "serious"),
        repaired: false,
    },
    Case {
        what: "an applicant's file that is gone",
        seed: |home| std::fs::remove_file(applicant(home)).expect("removed"),
        found: ("requests", ".age", "serious"),
        repaired: false,
    },
    Case {
        what: "an applicant's file without a request, and a half one",
        seed: |home| {
            std::fs::copy(applicant(home), home.join("rti/applicants/RTI-2020-0007.age"))
                .expect("a copy");
            write(home, "rti/applicants/RTI-2020-0008.tmp", "x");
            write(home, "rti/public.new/x", "x");
        },
        found: ("requests", "RTI-2020-0007.age", "warning"),
        repaired: true,
    },
    Case {
        what: "files that were being written",
        seed: |home| {
            write(home, "keys/.shumar-abc.part", "x");
            write(home, ".shumar-abc.part", "x");
        },
        found: ("left over", "keys/.shumar-abc.part", "warning"),
        repaired: true,
    },
    Case {
        what: "a file that was taken in and not moved",
        seed: |home| {
            let taken = files(&home.join("inbox/cell/accepted"))[0].clone();
            std::fs::rename(taken, home.join("inbox/cell/cell.csv")).expect("moved");
        },
        found: ("inbox", "inbox/cell", "warning"),
        repaired: false,
    },
    Case {
        what: "a file that was refused",
        seed: |home| {
            write(home, "inbox/cell/bad.csv", "x\n");
            run(home, &["ingest"]);
        },
        found: ("inbox", "inbox/cell", "warning"),
        repaired: false,
    },
    Case {
        what: "a file that lies loose",
        seed: |home| write(home, "inbox/loose.csv", "x\n"),
        found: ("inbox", "inbox", "warning"),
        repaired: false,
    },
    Case {
        what: "no pseudonym key",
        seed: |home| std::fs::remove_file(home.join("keys/pseudonym.key")).expect("removed"),
        found: ("keys", "pseudonym.key", "serious"),
        repaired: false,
    },
    Case {
        what: "a signing key that others can read",
        seed: |home| mode(home, "keys/signing.key", 0o644),
        found: ("keys", "signing.key", "serious"),
        repaired: false,
    },
    Case {
        what: "a public key of somebody else",
        seed: |home| write(home, "keys/signing.pub", "x"),
        found: ("keys", "signing.key", "serious"),
        repaired: false,
    },
    Case {
        what: "no key of the desk",
        seed: |home| std::fs::remove_file(home.join("keys/rti.key")).expect("removed"),
        found: ("keys", "keys/rti.key", "serious"),
        repaired: false,
    },
    Case {
        what: "a lake and a database that others can enter",
        seed: |home| {
            mode(home, "lake", 0o755);
            mode(home, "shumar.db", 0o644);
        },
        found: ("keys", "lake", "warning"),
        repaired: false,
    },
];

/// A healthy home with everything in it.
fn healthy() -> tempfile::TempDir {
    let dir = police("4", ANNUAL);
    let home = dir.path().join("home");
    let file = home.join("shumar.toml");
    let settings = std::fs::read_to_string(&file).expect("settings");
    let name = "name = { en = \"Test commission\" }";
    let settings = settings.replace(name, &format!("{name}\njurisdiction = \"pk-kp\""));
    std::fs::write(&file, format!("{settings}\n[rti]\nofficer = \"A. Officer\"\n"))
        .expect("settings");
    let more = "no,token,month,district,offence,result\nm1,mu1,2025-03,Mardan,rape,fir\n";
    std::fs::write(home.join("inbox/cell/more.csv"), more).expect("a file");
    json(&home, &["ingest"]);
    json(&home, &["release", "annual", "--period", "2025"]);
    let request = "channel = \"hand\"\nsubject = \"complaints\"\nlanguage = \"en\"\n[applicant]\nname = \"Somebody\"\n";
    std::fs::write(dir.path().join("request.toml"), request).expect("a request");
    json(&home, &["rti", "new", "--from", &dir.path().join("request.toml").display().to_string()]);
    json(&home, &["publish"]);
    dir
}

/// What the doctor says, and with which exit code.
fn doctor(home: &Path, arguments: &[&str]) -> (Value, i32) {
    let output = run(home, &[&["doctor", "--format", "json"], arguments].concat());
    let told = serde_json::from_slice(&output.stdout);
    (told.unwrap_or_else(|_| panic!("{}", text(&output))), output.status.code().expect("a code"))
}

fn found<'a>(told: &'a Value, case: &Case) -> Option<&'a Value> {
    let (check, place, grade) = case.found;
    told["findings"].as_array().expect("findings").iter().find(|f| {
        let at = f["where"].as_str().is_some_and(|w| w.contains(place));
        f["check"] == check && f["grade"] == grade && at
    })
}

#[test]
fn every_kind_of_damage_is_found_and_what_is_safe_is_repaired() {
    let dir = healthy();
    let base = dir.path().join("home");
    let (told, code) = doctor(&base, &[]);
    assert_eq!((code, &told["healthy"]), (0, &true.into()), "{told}");
    assert_eq!(told["findings"], Value::Array(Vec::new()));
    for case in CASES {
        let place = tempfile::tempdir().expect("a folder");
        let home = place.path().join("home");
        copy(&base, &home);
        (case.seed)(&home);
        let (told, code) = doctor(&home, &[]);
        let one = found(&told, case).unwrap_or_else(|| panic!("{}: {told}", case.what));
        assert_eq!(code, 1, "{}", case.what);
        assert_eq!(one["repairable"], case.repaired, "{}: {one}", case.what);
        for part in ["what", "what_to_do"] {
            assert!(one[part].as_str().is_some_and(|text| text.len() > 8), "{}: {one}", case.what);
        }
        let (told, code) = doctor(&home, &["--repair"]);
        let one = found(&told, case).unwrap_or_else(|| panic!("{}: {told}", case.what));
        assert_eq!(one["repaired"], case.repaired, "{}: {told}", case.what);
        assert_eq!(code, i32::from(!case.repaired), "{}: {told}", case.what);
        // The second time there is nothing more to do, and what it can't do it does not try.
        let (again, code) = doctor(&home, &["--repair"]);
        assert_eq!(code, i32::from(!case.repaired), "{}: {again}", case.what);
        assert_eq!(found(&again, case).is_none(), case.repaired, "{}: {again}", case.what);
    }
}

#[test]
fn a_note_is_no_illness_and_the_words_are_for_people() {
    let dir = healthy();
    let home = dir.path().join("home");
    write(&home, "inbox/cell/waits.csv", "x\n");
    let (told, code) = doctor(&home, &[]);
    assert_eq!((code, &told["findings"][0]["grade"]), (0, &"note".into()), "{told}");
    write(&home, ".site.new/x", "x");
    std::fs::remove_file(home.join("keys/pseudonym.key")).expect("removed");
    let words = text(&run(&home, &["doctor"]));
    assert!(words.contains("`shumar doctor --repair` does it"), "{words}");
    assert!(words.contains("serious: keys/pseudonym.key (keys)"), "{words}");
    assert!(words.contains("2 finding(s) need a person"), "{words}");
    let words = text(&run(&home, &["doctor", "--repair"]));
    assert!(words.contains("repaired: .site.new"), "{words}");
    let nowhere = run(dir.path(), &["doctor"]);
    assert_eq!(nowhere.status.code(), Some(1), "{}", text(&nowhere));
    assert!(text(&nowhere).contains("shumar.toml"), "{}", text(&nowhere));
}
