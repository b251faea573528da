//! A revision of a standing release: asked for, charged, announced, and never a second draw of the same.

use std::path::Path;

use serde_json::Value;

use crate::support::{ANNUAL, digests, json, police, run, text};

const REASON: &str = "the file of March was sent twice";

fn revise(home: &Path, more: &[&str]) -> std::process::Output {
    let arguments = ["release", "annual", "--period", "2025", "--revise", REASON];
    run(home, &[arguments.as_slice(), more].concat())
}

/// Lets a further file arrive, as a late office would.
fn late_file(home: &Path, name: &str) {
    let rows: String =
        (0..40).map(|no| format!("{name}{no},{name}u{no},2025-03,Mardan,rape,fir\n")).collect();
    let file = home.join(format!("inbox/cell/{name}.csv"));
    std::fs::write(file, format!("no,token,month,district,offence,result\n{rows}"))
        .expect("a file");
    json(home, &["ingest"]);
}

fn revisions(home: &Path) -> Vec<Value> {
    let rows = json(home, &["budget"])["ledger"].as_array().expect("rows").clone();
    rows.into_iter().filter(|r| r["share"] == "revisions").collect()
}

#[test]
fn a_revision_is_charged_and_announced_and_the_old_version_stays() {
    let dir = police("3", ANNUAL);
    let home = dir.path().join("home");
    let output = revise(&home, &["--accept"]);
    assert!(text(&output).contains("it was not made yet"), "{}", text(&output));
    json(&home, &["release", "annual", "--period", "2025"]);
    let first = digests(&home.join("releases/annual-2025"));
    let output = revise(&home, &["--accept"]);
    assert!(text(&output).contains("no file has arrived"), "{}", text(&output));
    late_file(&home, "late");

    // It costs something, which is told first.
    let output = revise(&home, &[]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    assert!(text(&output).contains("times as wide"), "{}", text(&output));
    assert!(text(&output).contains("`--accept`"), "{}", text(&output));
    assert!(revisions(&home).is_empty());

    let output = revise(&home, &["--accept", "--format", "json"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    let made: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(made["id"], "annual-2025-r2");
    let revision = &made["release"]["revision"];
    assert_eq!((&revision["of"], &revision["number"]), (&"annual-2025".into(), &2.into()));
    assert_eq!(revision["reason"], REASON);
    let charged = revisions(&home);
    assert!(!charged.is_empty() && charged.iter().all(|c| c["release"] == "annual-2025-r2"));
    assert_eq!(digests(&home.join("releases/annual-2025")), first);

    // Without anything new there is nothing to revise: no averaging.
    let output = revise(&home, &["--accept"]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    assert!(text(&output).contains("no file has arrived"), "{}", text(&output));
    assert_eq!(revisions(&home), charged);

    // The plain command gives the first version, and names the newest.
    let plain = json(&home, &["release", "annual", "--period", "2025"]);
    assert_eq!(
        (&plain["made"], &plain["revised_by"]),
        (&"before".into(), &"annual-2025-r2".into())
    );

    // Another one is possible, with what is left, which is less.
    late_file(&home, "later");
    let output = revise(&home, &["--accept", "--format", "json"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    let made: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(made["id"], "annual-2025-r3");
    assert_eq!(made["release"]["revision"]["of"], "annual-2025-r2");
    let year = json(&home, &["budget", "--year", "2025"])["years"][0].clone();
    let spent: f64 = year["spent"].as_str().expect("an amount").parse().expect("a number");
    assert!(spent > 2.4 && spent <= 3.0, "{spent}");

    json(&home, &["publish"]);
    assert_eq!(json(&home, &["verify"])["verified"], true);
    let page = |path: &str| std::fs::read_to_string(home.join("site").join(path)).expect("a page");
    let old = page("en/releases/annual-2025.html");
    assert!(old.contains("These figures were revised"), "{old}");
    assert!(old.contains("annual-2025-r2.html"));
    let new = page("en/releases/annual-2025-r3.html");
    assert!(new.contains(REASON) && !new.contains("These figures were revised"));
    assert!(page("ur/releases/annual-2025-r2.html").contains(REASON));
}
