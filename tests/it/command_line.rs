//! Exit codes, help, formats and messages.

use crate::support::{ANNUAL, home, json, police, run, shumar, text};

const VERBS: [&str; 11] = [
    "demo",
    "init",
    "check",
    "ingest",
    "status",
    "plan",
    "release",
    "publish",
    "budget",
    "verify",
    "pseudonymise",
];

#[test]
fn every_verb_explains_itself_with_an_example() {
    let help = shumar().arg("--help").output().expect("the program starts");
    for verb in VERBS {
        assert!(text(&help).contains(verb), "{verb}");
        let output = shumar().args([verb, "--help"]).output().expect("the program starts");
        assert_eq!(output.status.code(), Some(0), "{verb}");
        assert!(text(&output).contains("Example"), "{verb}: {}", text(&output));
    }
}

#[test]
fn results_are_json_and_csv_for_machines() {
    let dir = police("3", ANNUAL);
    let home = dir.path().join("home");
    assert_eq!(
        json(&home, &["plan", "--year", "2025"])["tables"].as_array().map(Vec::len),
        Some(2)
    );
    json(&home, &["release", "annual", "--period", "2025"]);
    assert!(json(&home, &["publish"])["pages"].as_u64() > Some(4));
    let output = run(&home, &["plan", "annual", "--year", "2025", "--format", "csv"]);
    let csv = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(csv.starts_with("release,table,margin,cells,"), "{csv}");
    let budget = json(&home, &["budget", "--year", "2025"]);
    assert_eq!(budget["years"][0]["budget"], "3");
    assert_eq!(budget["years"][0]["spent"], "2.4");
}

#[test]
fn refusals_say_what_where_and_what_to_do() {
    let dir = police("3", ANNUAL);
    let home = dir.path().join("home");
    let cases: [(&[&str], &str); 7] = [
        (&["release", "monthly", "--period", "2025"], "declared are: annual"),
        (&["release", "annual", "--period", "2025-13"], "write a year `2025`"),
        (&["release", "annual", "--period", "2025-Q1"], "is not one `year`"),
        (&["check", "nowhere.csv"], "check that it exists"),
        (&["ingest", "x.csv", "--provider", "nobody"], "declared are: cell"),
        (&["plan", "weekly"], "declared are: annual"),
        (&["verify", "--key", "nowhere.pub"], "nowhere.pub"),
    ];
    for (arguments, words) in cases {
        let output = run(&home, arguments);
        let code = output.status.code();
        assert!(
            code == Some(1) || (code == Some(2) && arguments[0] == "verify"),
            "{arguments:?}: {}",
            text(&output)
        );
        assert!(output.stdout.is_empty(), "{arguments:?}");
        assert!(text(&output).contains(words), "{arguments:?}: {}", text(&output));
    }
    let output = shumar().arg("frobnicate").output().expect("the program starts");
    assert_eq!(output.status.code(), Some(1));
    let nowhere = tempfile::tempdir().expect("a folder");
    let output =
        shumar().current_dir(nowhere.path()).arg("status").output().expect("the program starts");
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output).contains("shumar init"), "{}", text(&output));
}

#[test]
fn a_mistake_in_the_settings_is_named() {
    let dir = home(
        "format = \"shumar.home/1\"\n[commission]\nname = { en = \"x\" }\n[privacy]\nfamily = \"laplace\"\nbudget = \"1\"\nbounds = { all = 1 }\n",
    );
    let home = dir.path().join("home");
    let file = home.join("shumar.toml");
    let good = std::fs::read_to_string(&file).expect("a configuration");
    for (from, to, words) in [
        ("shumar.home/1", "shumar.home/9", "another version"),
        ("family", "familly", "familly"),
        ("budget = \"1\"", "budget = \"one\"", "one"),
        ("all = 1", "all = 1, prison = 2", "prison"),
    ] {
        std::fs::write(&file, good.replace(from, to)).expect("a configuration");
        let output = run(&home, &["status"]);
        assert_eq!(output.status.code(), Some(1), "{to}: {}", text(&output));
        assert!(text(&output).contains(words), "{to}: {}", text(&output));
    }
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    use std::process::Stdio;
    let dir = police("3", ANNUAL);
    let home = dir.path().join("home");
    let mut child = shumar()
        .arg("--home")
        .arg(&home)
        .args(["plan", "--year", "2025"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    drop(child.stdout.take());
    assert_eq!(child.wait().expect("an end").code(), Some(0));
}
