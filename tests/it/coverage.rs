//! Reports that are expected: nil returns, who is late, and what a release says of it.

use std::path::Path;

use crate::support::{ANNUAL, json, police, run, text};

/// A police home of which monthly reports are expected.
fn home() -> tempfile::TempDir {
    let dir = police("3", ANNUAL);
    let file = dir.path().join("home/shumar.toml");
    let settings = std::fs::read_to_string(&file).expect("settings");
    let kind = "kind = \"police\"\n";
    let expects = "expects = { every = \"month\", from = \"2024-01\", until = \"2025-12\" }\n";
    std::fs::write(&file, settings.replace(kind, &format!("{kind}{expects}"))).expect("settings");
    dir
}

fn nil_months(home: &Path) -> Vec<String> {
    let status = json(home, &["status"]);
    let months = status["coverage"][0]["nil"].as_array().expect("months");
    months.iter().map(|m| m.as_str().expect("a month").to_owned()).collect()
}

#[test]
fn a_nil_return_is_noted_shown_and_taken_back() {
    let dir = home();
    let home = dir.path().join("home");
    let nil = ["nil", "cell", "--month", "2024-02"];
    assert_eq!(json(&home, &nil)["changed"], true);
    assert_eq!(json(&home, &nil)["changed"], false);
    assert_eq!(nil_months(&home), ["2024-02"]);
    let status = text(&run(&home, &["status"]));
    assert!(status.contains("1 nil returns") && status.contains("Reports expected"), "{status}");
    assert_eq!(json(&home, &[&nil[..], &["--undo"]].concat())["changed"], true);
    assert!(nil_months(&home).is_empty());
    for bad in [["nil", "cell", "--month", "2023-12"], ["nil", "cell", "--month", "March"]] {
        let refused = run(&home, &bad);
        assert_eq!(refused.status.code(), Some(1), "{}", text(&refused));
        assert!(text(&refused).contains("hint: "), "{}", text(&refused));
    }
}

#[test]
fn a_release_and_its_page_say_how_many_reports_were_made() {
    let dir = home();
    let home = dir.path().join("home");
    json(&home, &["nil", "cell", "--month", "2024-02"]);
    let made = json(&home, &["release", "annual", "--period", "2024"]);
    let coverage = &made["release"]["coverage"][0];
    assert_eq!((&coverage["facility"], &coverage["expected"]), (&"cell".into(), &12.into()));
    let reported = coverage["reported"].as_u64().expect("a number");
    assert!((1..=12).contains(&reported), "{reported}");
    assert_eq!(json(&home, &["verify"])["verified"], true);
    assert_eq!(run(&home, &["publish"]).status.code(), Some(0));
    let page = home.join("site/en/releases/annual-2024.html");
    let page = std::fs::read_to_string(page).expect("a page");
    assert!(page.contains(&format!("{reported} of 12 months")), "{page}");
}
