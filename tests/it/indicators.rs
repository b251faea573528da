//! Indicators through the program: declared, refused in time, released, verified, and set beside
//! the year before.

use std::path::Path;

use crate::support::{json, parquet, police, run, text};

const RELEASE: &str = r#"
[[releases]]
id = "annual"
every = "year"
tables = ["police-complaints", "police-outcomes"]
indicators = ["fir-rate", "complaints", "rape-share"]
"#;
const OWN: &str = r#"
id = "rape-share"
title = { en = "Sexual violence", ur = "جنسی تشدد" }
unit = { en = "per cent of complaints", ur = "شکایات کا فیصد" }
measure = "share"
per = 100
by = [[], ["BY"]]
[numerator]
statistic = "police-complaints"
where = { offence_group = ["sexual_violence"] }
[denominator]
statistic = "police-complaints"
"#;

/// A home with an indicator of its own.
fn home(by: &str) -> (tempfile::TempDir, std::path::PathBuf) {
    let dir = police("6", "");
    let home = dir.path().join("home");
    let settings = home.join("shumar.toml");
    let text = std::fs::read_to_string(&settings).expect("settings");
    std::fs::write(&settings, text.replace("[[providers]]", &format!("{RELEASE}[[providers]]")))
        .expect("written");
    std::fs::create_dir_all(home.join("indicators")).expect("a folder");
    std::fs::write(home.join("indicators/rape-share.toml"), OWN.replace("BY", by))
        .expect("written");
    (dir, home)
}

/// The figures of a file and their intervals.
fn figures(home: &Path, file: &str) -> Vec<(f64, f64, f64)> {
    let rows = parquet(&home.join("releases/annual-2025/indicators").join(file));
    let told = rows.iter().filter(|row| row["flag"].is_empty());
    let number = |text: &String| text.parse().expect("a number");
    told.map(|row| (number(&row["lower"]), number(&row["value"]), number(&row["upper"]))).collect()
}

#[test]
fn a_homes_own_indicator_is_released_verified_and_compared() {
    let (_dir, home) = home("division");
    for year in ["2024", "2025"] {
        json(&home, &["release", "annual", "--period", year]);
    }
    assert_eq!(json(&home, &["verify"])["verified"], true);
    let fir = figures(&home, "fir-rate--total.parquet");
    // All of 200 complaints were registered.
    assert!(matches!(fir[..], [(lower, _, upper)] if lower < 100.0 && upper > 99.9), "{fir:?}");
    let [(lower, value, upper)] = figures(&home, "rape-share--total.parquet")[..] else {
        panic!("one figure")
    };
    assert!(lower <= value && value <= upper && lower > 0.0 && upper < 100.0);
    assert!(!figures(&home, "rape-share--division.parquet").is_empty());
    json(&home, &["publish"]);
    let page = home.join("site/en/releases/annual-2025/indicators/rape-share.html");
    let page = std::fs::read_to_string(page).expect("a page");
    assert!(page.contains("the change since 2024"), "{page}");
    assert!(["rose by", "fell by", "no clear difference"].iter().any(|word| page.contains(word)));
    let before = home.join("site/en/releases/annual-2024/indicators/rape-share.html");
    assert!(!std::fs::read_to_string(before).expect("a page").contains("the change since"));
    // A count that is a statistic as it is has a title in the list, and no page of its own.
    assert!(!home.join("site/en/releases/annual-2025/indicators/complaints.html").exists());
}

#[test]
fn an_indicator_finer_than_what_is_published_is_refused_before_anything_is_charged() {
    // Districts are published by offence group, quarters by offence group, not both together.
    let (_dir, home) = home("district\", \"quarter");
    for arguments in [vec!["plan"], vec!["release", "annual", "--period", "2025"]] {
        let output = run(&home, &arguments);
        assert_eq!(output.status.code(), Some(1), "{}", text(&output));
        assert!(text(&output).contains("indicator `rape-share`"), "{}", text(&output));
    }
    assert_eq!(json(&home, &["budget"])["ledger"].as_array().map(Vec::len), Some(0));
    assert!(!home.join("releases/annual-2025").exists());
}
