//! A record kind that the program has never heard of, by files alone.

use crate::support::{init, json, lake, root};

#[test]
fn juveniles_in_prison_are_counted_and_published_without_a_line_of_code() {
    let dir = tempfile::tempdir().expect("a folder");
    let home = dir.path().join("home");
    let declared = root().join("tests/homes/juveniles");
    init(&home, &declared);
    let file = declared.join("register.csv").display().to_string();
    let taken = json(&home, &["ingest", &file]);
    assert_eq!(taken["total"]["rows"], 9);
    assert_eq!(taken["total"]["accepted"], 7);
    assert_eq!(taken["total"]["folded"], 1);
    assert_eq!(taken["total"]["rejected"], 1);
    let lake = lake(&home, "juvenile");
    let sessions: Vec<&str> = lake.iter().map(|r| r["education_sessions"].as_str()).collect();
    assert!(sessions.contains(&"200"), "clipped to the declared maximum: {sessions:?}");
    json(&home, &["release", "yearly", "--period", "2025"]);
    json(&home, &["publish"]);
    assert_eq!(json(&home, &["verify"])["verified"], true);
    let csv = home.join("site/data/yearly-2025/juvenile-admissions--prison-legal_aid.csv");
    let text = std::fs::read_to_string(csv).expect("a published table");
    // Two prisons by yes, no and not known: every declared cell has its row, also the empty ones.
    assert_eq!(text.lines().count(), 1 + 2 * 3, "{text}");
    let sessions = home.join("site/data/yearly-2025/juvenile-admissions--sessions.csv");
    let text = std::fs::read_to_string(sessions).expect("a published table");
    for band in ["0", "1_9", "10_49", "50_plus", "not_recorded"] {
        assert!(text.lines().any(|l| l.starts_with(&format!("{band},"))), "{band}: {text}");
    }
    assert!(home.join("site/ur/index.html").exists());
}
