//! A correction dropped into the inbox: the small file beside it says what it replaces or covers.

use std::path::Path;

use crate::support::{ANNUAL, json, lake, police, run, text};

const HEADER: &str = "no,token,month,district,offence,result\n";

fn rows(n: usize, district: &str) -> String {
    let row = |key| format!("k{key},v{key},2025-03,{district},rape,fir\n");
    format!("{HEADER}{}", (0..n).map(row).collect::<String>())
}

fn write(file: &Path, content: &str) {
    std::fs::write(file, content).expect("a file");
}

#[test]
fn a_file_beside_says_what_a_file_replaces() {
    let dir = police("4", ANNUAL);
    let home = dir.path().join("home");
    let inbox = home.join("inbox/cell");
    let taken = || {
        let output = run(&home, &["ingest"]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output));
        text(&output)
    };
    write(&inbox.join("march.csv"), &rows(20, "Swat"));
    taken();
    assert_eq!(lake(&home, "police").len(), 420);
    // The office corrects its file under the same name; it names the one that was accepted.
    write(&inbox.join("march.csv"), &rows(15, "Bannu"));
    write(&inbox.join("march.csv.toml"), "replaces = \"march.csv\"\n");
    let checked = run(&home, &["check", &inbox.join("march.csv").display().to_string()]);
    assert!(text(&checked).contains("15 accepted"), "{}", text(&checked));
    taken();
    assert_eq!(lake(&home, "police").len(), 415);
    assert!(!inbox.join("march.csv.toml").exists());
    assert!(inbox.join("accepted/2-march.csv").is_file());
    assert!(inbox.join("accepted/2-march.csv.toml").is_file());
    // By the number of the batch.
    write(&inbox.join("again.csv"), &rows(5, "Swat"));
    write(&inbox.join("again.csv.toml"), "replaces = 3\n");
    let report = json(&home, &["run"]);
    assert!(report.to_string().contains("[4]"), "{report}");
    assert_eq!(lake(&home, "police").len(), 405);
    // As after an interruption: both are there once more, and nothing changes.
    write(&inbox.join("again.csv"), &rows(5, "Swat"));
    write(&inbox.join("again.csv.toml"), "replaces = 3\n");
    assert!(taken().contains("the same file"));
    assert_eq!(lake(&home, "police").len(), 405);
}

#[test]
fn what_a_file_beside_gets_wrong_refuses_its_file_only() {
    let dir = police("4", ANNUAL);
    let home = dir.path().join("home");
    let inbox = home.join("inbox/cell");
    let wrong = [
        ("replaces = \"other.csv\"", "not in `accepted/`"),
        ("replaces = \"../accepted/cell.csv\"", "not in `accepted/`"),
        ("replaces = 99", "batch 99"),
        ("replace = 1", "can't be read"),
        ("Fatima Bibi", "can't be read"),
    ];
    write(&inbox.join("good.csv"), &rows(3, "Swat"));
    for (i, (said, _)) in wrong.iter().enumerate() {
        let key = |row: &str| row.replace('k', &format!("w{i}-"));
        write(&inbox.join(format!("bad{i}.csv")), &key(&rows(2, "Swat")));
        write(&inbox.join(format!("bad{i}.csv.toml")), said);
    }
    write(&inbox.join("lone.csv.toml"), "replaces = 1");
    let output = run(&home, &["ingest"]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    let told = text(&output);
    assert!(told.contains("1 file(s) are not read: they end in .toml"), "{told}");
    assert!(!told.contains("Fatima"), "{told}");
    assert_eq!(lake(&home, "police").len(), 403);
    for (i, (_, words)) in wrong.iter().enumerate() {
        assert!(told.contains(words), "{words}: {told}");
        assert!(inbox.join(format!("bad{i}.csv.toml")).is_file());
        assert!(inbox.join(format!("bad{i}.csv.refused.txt")).is_file());
    }
}

#[test]
fn a_file_beside_says_which_months_a_file_covers() {
    let dir = police("4", ANNUAL);
    let home = dir.path().join("home");
    let file = home.join("shumar.toml");
    let settings = std::fs::read_to_string(&file).expect("settings");
    let expects = "kind = \"police\"\nexpects = { every = \"month\", from = \"2024-01\" }\n";
    write(&file, &settings.replace("kind = \"police\"\n", expects));
    let inbox = home.join("inbox/cell");
    write(&inbox.join("nothing.csv"), HEADER);
    write(&inbox.join("nothing.csv.toml"), "covers = [\"2025-04\"]\n");
    let output = run(&home, &["ingest"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    assert!(inbox.join("accepted/nothing.csv.toml").is_file());
}
