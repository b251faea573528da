//! An office's desk: keys, refusals, canaries and kills, without a commission's home.

use std::fmt::Write;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use crate::support::{files, shumar, text};

/// What must never be seen outside the office's file. All are made up.
const CANARIES: [&str; 7] = [
    "Canary Bibi",
    "17301-0000000-2",
    "1730100000002",
    "0300-0000000",
    "canary@example.org",
    "مسماۃ کینری",
    "31/01/1999",
];

const HEADER: &str = "S. No.,Complaint No,Name,Father name,CNIC,Date of birth,Address,Phone,\
    Date of report,District,Offence,Result,Remarks\n";

/// A folder with a key, the example's mapping, and nothing else.
fn desk() -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    let key = run(dir.path(), &["--new-key", "office.key"]);
    assert_eq!(key.status.code(), Some(0), "{}", text(&key));
    let example = run(dir.path(), &["--example"]);
    std::fs::write(dir.path().join("office.toml"), example.stdout).expect("a mapping");
    dir
}

fn command(dir: &Path, arguments: &[&str]) -> Command {
    let mut command = shumar();
    command.current_dir(dir).arg("pseudonymise").args(arguments);
    command
}

fn run(dir: &Path, arguments: &[&str]) -> Output {
    command(dir, arguments).output().expect("the program starts")
}

const WITH: [&str; 4] = ["--mapping", "office.toml", "--key", "office.key"];

fn pseudonymise(dir: &Path, file: &str) -> Output {
    run(dir, &[&[file], WITH.as_slice()].concat())
}

fn row(no: usize, id: &str, district: &str) -> String {
    format!(
        "{no},{no}/25,Canary Bibi,مسماۃ کینری,{id},31/01/1999,House 1,0300-0000000,\
         05/03/2025,{district},rape,fir,canary@example.org\n"
    )
}

#[test]
fn the_example_works_on_the_file_it_describes() {
    let dir = desk();
    let rows = row(1, "17301-0000000-2", "Mardan") + &row(2, "", "Swat");
    std::fs::write(dir.path().join("march.csv"), format!("{HEADER}{rows}")).expect("a file");
    let output = pseudonymise(dir.path(), "march.csv");
    let said = text(&output);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.contains("2 rows = 2 written + 0 dropped"), "{said}");
    assert!(said.contains("1 rows have no readable identity in `Token`"), "{said}");
    let out = std::fs::read_to_string(dir.path().join("march.pseudonymised.csv")).expect("a file");
    let head = "Token,Complaint No,Age band,Date of report,District,Offence,Result\nt1-";
    assert!(out.starts_with(head) && out.contains(",26_40,2025-03,Mardan,rape,fir\n"), "{out}");
    let again = pseudonymise(dir.path(), "march.csv");
    assert_eq!(again.status.code(), Some(1));
    assert!(text(&again).contains("--out"), "{}", text(&again));
    let json = run(
        dir.path(),
        &[&["march.csv", "--out", "b.csv", "--format", "json"], WITH.as_slice()].concat(),
    );
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).expect("JSON");
    assert_eq!((&json["rows"], &json["without_identity"]["Token"]), (&2.into(), &1.into()));
    assert_eq!(json["findings"][0]["first"][0], "3");
}

#[test]
fn keys_are_named_and_never_shown_or_overwritten() {
    let dir = desk();
    let key = std::fs::read_to_string(dir.path().join("office.key")).expect("a key");
    let again = run(dir.path(), &["--new-key", "office.key"]);
    assert_eq!(again.status.code(), Some(1), "{}", text(&again));
    assert_eq!(std::fs::read_to_string(dir.path().join("office.key")).expect("a key"), key);
    let made = run(dir.path(), &["--new-key", "other.key"]);
    let other = std::fs::read_to_string(dir.path().join("other.key")).expect("a key");
    for secret in [&key, &other] {
        assert!(!text(&made).contains(secret.trim()) && secret.trim().len() == 64);
    }
    let file = format!("{HEADER}{}", row(1, "17301-0000000-2", "Mardan"));
    std::fs::write(dir.path().join("a.csv"), file).expect("a file");
    std::fs::write(dir.path().join("open.key"), &key).expect("a file");
    for (key, words) in
        [("open.key", "read by others"), ("no.key", "missing"), ("office.toml", "read by others")]
    {
        let output = run(dir.path(), &["a.csv", "--mapping", "office.toml", "--key", key]);
        assert_eq!(output.status.code(), Some(1), "{key}");
        assert!(text(&output).contains(words), "{key}: {}", text(&output));
        assert!(!dir.path().join("a.pseudonymised.csv").exists());
    }
    for incomplete in [&["a.csv"] as &[&str], &["a.csv", "--mapping", "office.toml"], &[]] {
        assert_eq!(run(dir.path(), incomplete).status.code(), Some(1), "{incomplete:?}");
    }
}

#[test]
fn planted_identifiers_stay_in_the_office_s_file() {
    let dir = desk();
    let mut printed = String::new();
    for (i, canary) in CANARIES.iter().enumerate() {
        let good = row(1, "17301-0000000-2", "Mardan");
        let mut rows = format!("{HEADER}{good}");
        // In every column that is replaced or dropped; identifiers also where they are kept.
        for column in [0, 1, 2, 3, 4, 5, 6, 7, 8, 12] {
            let mut cells: Vec<&str> = good.trim().split(',').collect();
            cells[column] = canary;
            writeln!(rows, "{}", cells.join(",")).expect("text");
        }
        if canary.contains(|c: char| c.is_ascii_digit() || c == '@') && !canary.contains("1999") {
            rows.push_str(&row(2, "17301-0000000-4", canary));
        }
        let write = |name: &str, text: &str| {
            std::fs::write(dir.path().join(name), text).expect("a file");
        };
        write(&format!("mixed-{i}.csv"), &rows);
        write(&format!("header-{i}.csv"), &rows.replace("Remarks", canary));
        write(&format!("more-{i}.csv"), &rows.replace("Remarks", &format!("Remarks,{canary}")));
        write(&format!("headless-{i}.csv"), &format!("{canary}\n{good}"));
        write(&format!("quoted-{i}.csv"), &rows.replacen(canary, &format!("\"{canary}"), 1));
        write(&format!("broken-{i}.xlsx"), canary);
        for kind in ["mixed", "header", "more", "headless", "quoted"] {
            printed.push_str(&text(&pseudonymise(dir.path(), &format!("{kind}-{i}.csv"))));
        }
        printed.push_str(&text(&pseudonymise(dir.path(), &format!("broken-{i}.xlsx"))));
        // Files named in each other's place.
        let mixed = format!("mixed-{i}.csv");
        let swapped = ["office.toml", "--mapping", &mixed, "--key", "office.key"];
        printed.push_str(&text(&run(dir.path(), &swapped)));
        let swapped = [&mixed, "--mapping", "office.toml", "--key", &mixed];
        printed.push_str(&text(&run(dir.path(), &swapped)));
    }
    assert!(printed.contains("id-identity-number") && printed.contains("is missing"), "{printed}");
    let mut looked = 0;
    for file in files(dir.path()) {
        let name = file.display().to_string();
        if name.ends_with(".pseudonymised.csv") {
            printed.push_str(&std::fs::read_to_string(&file).expect("a file"));
            looked += 1;
        }
        assert!(!name.contains(".part"), "{name}");
    }
    assert!(looked >= CANARIES.len(), "{looked}");
    for canary in CANARIES {
        assert!(!printed.contains(canary), "a canary was seen");
    }
}

#[test]
fn a_killed_run_leaves_nothing_under_the_final_name() {
    let dir = desk();
    let mut rows = HEADER.to_owned();
    for no in 0..200_000_usize {
        rows.push_str(&row(no, &(1_234_567_000_001 + no * 7_919).to_string(), "Mardan"));
    }
    std::fs::write(dir.path().join("long.csv"), rows).expect("a file");
    let out = dir.path().join("long.pseudonymised.csv");
    let mut killed = 0;
    for round in 0..30 {
        let arguments = [&["long.csv"], WITH.as_slice()].concat();
        let mut child = command(dir.path(), &arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        std::thread::sleep(Duration::from_millis(15 * round));
        let _ = child.kill();
        let ended = child.wait().expect("an end");
        if ended.code() == Some(0) {
            break;
        }
        // Killed after the last step, it may be there; then it is whole.
        if out.exists() {
            break;
        }
        killed += 1;
    }
    assert!(killed > 2, "{killed}");
    if !out.exists() {
        assert_eq!(pseudonymise(dir.path(), "long.csv").status.code(), Some(0));
    }
    let text = std::fs::read_to_string(&out).expect("a file");
    assert_eq!((text.lines().count(), text.ends_with('\n')), (200_001, true));
}
