//! Many at once on one home: each waits for its turn, none for ever, and nothing is lost or paid twice.

use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::faults::nothing_left;
use crate::kills::tidy;
use crate::support::{ANNUAL, files, json, lake, police, run, shumar, text};

/// A home with a desk, a release, a site, and acknowledged requests.
fn desk(requests: usize) -> (tempfile::TempDir, Vec<String>) {
    let dir = police("4", ANNUAL);
    let home = dir.path().join("home");
    let file = home.join("shumar.toml");
    let settings = std::fs::read_to_string(&file).expect("settings");
    let name = "name = { en = \"Test commission\" }";
    let settings = settings.replace(name, &format!("{name}\njurisdiction = \"pk-kp\""));
    let settings = settings.replace(
        "kind = \"police\"\n",
        "kind = \"police\"\nexpects = { every = \"month\", from = \"2023-01\" }\n",
    );
    std::fs::write(&file, format!("{settings}\n[rti]\nofficer = \"A. Officer\"\n"))
        .expect("settings");
    json(&home, &["release", "annual", "--period", "2024"]);
    let request = "channel = \"hand\"\nsubject = \"complaints\"\nlanguage = \"en\"\n[applicant]\nname = \"Somebody\"\n";
    std::fs::write(dir.path().join("request.toml"), request).expect("a request");
    let from = dir.path().join("request.toml").display().to_string();
    let mut references = Vec::new();
    for _ in 0..requests {
        let entered = json(&home, &["rti", "new", "--from", &from]);
        let reference = entered["reference"].as_str().expect("a reference").to_owned();
        json(&home, &["rti", "acknowledge", &reference]);
        references.push(reference);
    }
    json(&home, &["publish"]);
    (dir, references)
}

fn start(home: &Path, arguments: &[String]) -> Child {
    let mut command = shumar();
    command.arg("--home").arg(home).args(arguments);
    command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program starts")
}

fn words(text: &str) -> Vec<String> {
    text.split(' ').map(str::to_owned).collect()
}

fn rows(file: usize) -> String {
    let row = |key: usize| {
        format!("f{file}-{key},f{file}u{},2025-{:02},Swat,rape,fir\n", key / 3, 1 + key % 12)
    };
    format!("no,token,month,district,offence,result\n{}", (0..60).map(row).collect::<String>())
}

#[test]
fn fifty_at_once_lose_nothing_and_pay_once() {
    let (dir, references) = desk(8);
    let home = dir.path().join("home");
    let mut commands: Vec<Vec<String>> = Vec::new();
    for file in 0..14 {
        let path = dir.path().join(format!("{file}.csv"));
        std::fs::write(&path, rows(file)).expect("a file");
        commands.push(vec!["ingest".to_owned(), path.display().to_string()]);
    }
    for file in 14..20 {
        std::fs::write(home.join(format!("inbox/cell/{file}.csv")), rows(file)).expect("a file");
    }
    let by = "--measure police-complaints --period 2024 --by";
    for (place, reference) in references.iter().enumerate() {
        let more = if place < 4 { "district" } else { "district,quarter,offence_group --spend" };
        commands.push(words(&format!("rti answer {reference} {by} {more}")));
    }
    let others = [
        ("ingest", 4),
        ("release annual --period 2025", 4),
        ("publish", 4),
        ("nil cell --month 2023-05", 2),
        ("status", 4),
        ("budget", 2),
        ("plan annual --year 2025", 2),
        ("rti list", 2),
        ("verify", 2),
    ];
    for (command, times) in others {
        commands.extend(vec![words(command); times]);
    }
    commands.push(vec!["query".to_owned(), "SELECT count(*) FROM police_complaints".to_owned()]);
    commands.push(vec!["doctor".to_owned()]);
    assert_eq!(commands.len(), 50);
    // In an order in which all kinds are mixed.
    let begun = Instant::now();
    let mixed = (0..50).map(|i| &commands[i * 7 % 50]);
    let children: Vec<(&Vec<String>, Child)> =
        mixed.map(|arguments| (arguments, start(&home, arguments))).collect();
    for (arguments, child) in children {
        let output = child.wait_with_output().expect("it ends");
        // What the doctor sees meanwhile may be half done.
        let most = i32::from(arguments[0] == "doctor");
        assert!(
            output.status.code().is_some_and(|code| code <= most),
            "{arguments:?}: {}",
            text(&output)
        );
    }
    let took = begun.elapsed();
    println!("50 at once took {:.1} s", took.as_secs_f64());
    assert!(took < Duration::from_mins(4), "{took:?}");
    tidy(&home);
    assert_eq!(lake(&home, "police").len(), 400 + 20 * 60);
    assert_eq!(json(&home, &["status"])["batches"]["count"], 21);
    assert_eq!(files(&home.join("inbox/cell/accepted")).len(), 6);
    let budget = json(&home, &["budget"]);
    let charges =
        budget["ledger"].as_array().expect("rows").iter().filter(|r| r["act"] == "charge");
    let mut seen = std::collections::BTreeSet::new();
    for charge in charges {
        let what = ["release", "table", "margin"].map(|key| charge[key].to_string());
        assert!(seen.insert(what), "charged twice: {charge}");
    }
    let requests = seen.iter().filter(|what| what[0].contains("request-")).count();
    assert_eq!(requests, 1, "one question is measured once: {seen:?}");
    assert_eq!(json(&home, &["verify"])["verified"], true);
    let audit = run(&home, &["rti", "audit"]);
    assert_eq!(audit.status.code(), Some(0), "{}", text(&audit));
    let all = json(&home, &["rti", "list"]);
    assert!(all.as_array().expect("requests").iter().all(|r| r["state"] == "released"), "{all}");
    json(&home, &["publish"]);
    nothing_left(&home, &[], "after all");
}

/// Runs a command with a patience of two seconds, and says how long it took.
fn impatient(home: &Path, arguments: &[&str]) -> (Output, Duration) {
    let begun = Instant::now();
    let mut command: Command = shumar();
    command.arg("--home").arg(home).args(arguments).env("SHUMAR_PATIENCE", "3");
    (command.output().expect("the program starts"), begun.elapsed())
}

#[test]
fn who_waits_says_so_and_gives_up_with_a_hint() {
    let (dir, references) = desk(1);
    let home = dir.path().join("home");
    let held = |path: &str| {
        let file = std::fs::File::create(home.join(path)).expect("a lock");
        file.lock().expect("locked");
        file
    };
    let database = |path: &str| {
        let connection = rusqlite::Connection::open(home.join(path)).expect("a database");
        connection.execute_batch("BEGIN IMMEDIATE").expect("held");
        connection
    };
    let _files = ["lake/.lock", "releases/.lock", ".site.lock"].map(held);
    let _databases = ["shumar.db", "rti.db"].map(database);
    let refer = ["rti", "answer", &references[0], "--statement", "See the report."];
    let waiting: [&[&str]; 6] = [
        &["ingest"],
        &["check", "inbox/cell/x.csv"],
        &["release", "annual", "--period", "2025"],
        &["publish"],
        &["nil", "cell", "--month", "2023-05"],
        &refer,
    ];
    std::fs::write(home.join("inbox/cell/x.csv"), rows(1)).expect("a file");
    let check = home.join("inbox/cell/x.csv").display().to_string();
    std::thread::scope(|scope| {
        for arguments in waiting {
            let (home, check) = (&home, &check);
            scope.spawn(move || {
                let arguments: Vec<&str> = arguments
                    .iter()
                    .map(|word| if word.starts_with("inbox/") { check.as_str() } else { *word })
                    .collect();
                let (output, took) = impatient(home, &arguments);
                let told = text(&output);
                assert_eq!(output.status.code(), Some(1), "{arguments:?}: {told}");
                assert!(told.contains("waiting for another shumar"), "{arguments:?}: {told}");
                assert!(told.contains("3 seconds") || told.contains("all the time"), "{told}");
                assert!(told.contains("hint: wait"), "{arguments:?}: {told}");
                assert!(took > Duration::from_secs(2) && took < Duration::from_mins(1), "{took:?}");
            });
        }
    });
    let (quiet, _) = impatient(&home, &["publish", "--quiet"]);
    assert!(!text(&quiet).contains("waiting for"), "{}", text(&quiet));
    // Who only reads waits for nobody.
    for reader in ["status", "budget", "plan", "verify"] {
        let begun = Instant::now();
        let told: Value = json(&home, &[reader]);
        assert!(!told.is_null() && begun.elapsed() < Duration::from_secs(20), "{reader}");
    }
}

/// Who charges from a copy of a home for too long makes the others give up, and they have charged
/// nothing.
#[test]
fn a_copy_that_charges_too_long_is_waited_for_and_told() {
    let dir = police("4", ANNUAL);
    let home = dir.path().join("home");
    let state = dir.path().join("state");
    let lineage = std::fs::read_to_string(home.join("lake/lineage")).expect("a lineage");
    let folder = state.join("ledgers");
    std::fs::create_dir_all(&folder).expect("a folder");
    let name = folder.join(format!("{}.lock", lineage.trim()));
    let other = std::fs::File::create(&name).expect("a lock");
    other.lock().expect("held");
    let release = || {
        let mut command = shumar();
        command.arg("--home").arg(&home).args(["release", "annual", "--period", "2025"]);
        command.env("SHUMAR_STATE", &state).env("SHUMAR_PATIENCE", "1");
        command.output().expect("the program starts")
    };
    let output = release();
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    let told = text(&output);
    assert!(told.contains("another shumar has been charging"), "{told}");
    assert!(told.contains("nothing was charged") && told.contains("hint: "), "{told}");
    let register = rusqlite::Connection::open(home.join("shumar.db")).expect("the database");
    let rows = || register.query_row("SELECT count(*) FROM ledger", [], |r| r.get::<_, i64>(0));
    assert_eq!(rows().expect("a count"), 0);
    drop(other);
    let output = release();
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    assert!(rows().expect("a count") > 0);
}
