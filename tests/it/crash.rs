//! Real kills at random moments: nothing is lost, nothing is spent twice.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use crate::support::{ANNUAL, digests, json, lake, police, run, shumar, text};

/// How many kills there are here.
pub(crate) const KILLS: usize = 24 + 12;

/// Starts the program and kills it after some time, as a power cut would.
pub(crate) fn kill_after(home: &Path, arguments: &[&str], delay: Duration) {
    let mut child = shumar()
        .arg("--home")
        .arg(home)
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program starts");
    std::thread::sleep(delay);
    let _ = child.kill();
    let _ = child.wait();
}

#[test]
fn a_killed_release_is_finished_and_its_ledger_holds() {
    for round in 0..24_u64 {
        let dir = police("4", ANNUAL);
        let home = dir.path().join("home");
        kill_after(
            &home,
            &["release", "annual", "--period", "2025"],
            Duration::from_millis(4 * round),
        );
        let output = run(&home, &["release", "annual", "--period", "2025", "--redraw"]);
        assert_eq!(output.status.code(), Some(0), "round {round}: {}", text(&output));
        assert_eq!(json(&home, &["verify"])["verified"], true, "round {round}");
        let budget = json(&home, &["budget"]);
        let charged =
            budget["ledger"].as_array().expect("rows").iter().filter(|r| r["act"] == "charge");
        let mut by_margin: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for charge in charged {
            let (margin, share) = (charge["margin"].to_string(), charge["share"].as_str());
            by_margin.entry(margin).or_default().push(share.expect("a share"));
        }
        // Each margin was paid from the scheduled share once; a lost draw was paid for again.
        for shares in by_margin.values() {
            assert_eq!(shares[0], "scheduled", "round {round}");
            assert!(shares[1..].iter().all(|s| *s == "revisions"), "round {round}: {shares:?}");
        }
        assert!(by_margin.len() > 2, "round {round}");
    }
}

#[test]
fn a_killed_ingest_leaves_the_file_wholly_in_or_wholly_out() {
    let dir = police("4", ANNUAL);
    let home = dir.path().join("home");
    let mut rows = "no,token,month,district,offence,result\n".to_owned();
    for no in 0..20_000 {
        rows.push_str(&format!("x{no},u{no},2025-{:02},Mardan,rape,fir\n", 1 + no % 12));
    }
    let inbox = home.join("inbox/cell");
    for round in 0..12_u64 {
        let name = format!("{round}.csv");
        std::fs::write(inbox.join(&name), rows.replace('x', &format!("r{round}-")))
            .expect("a file");
        kill_after(&home, &["ingest"], Duration::from_millis(25 * round));
        let status = json(&home, &["status"]);
        let accepted = status["batches"]["accepted"].as_u64().expect("a count");
        assert_eq!((accepted - 400) % 20_000, 0, "round {round}");
        assert_eq!(run(&home, &["ingest"]).status.code(), Some(0), "round {round}");
        let accepted = json(&home, &["status"])["batches"]["accepted"].as_u64().expect("a count");
        assert_eq!(accepted, 400 + 20_000 * (round + 1), "round {round}");
        assert!(inbox.join("accepted").join(&name).exists(), "round {round}");
    }
    assert_eq!(lake(&home, "police").len() as u64, 400 + 20_000 * 12);
}

/// Puts a finished release back to the moment before it was estimated and signed.
fn undo_publication(home: &Path) {
    let (done, staging) = (home.join("releases/annual-2025"), home.join("releases/.annual-2025"));
    std::fs::rename(&done, &staging).expect("a folder");
    for file in ["release.json", "release.json.minisig", "signing.pub"] {
        std::fs::remove_file(staging.join(file)).expect("a file");
    }
    std::fs::remove_dir_all(staging.join("estimates")).expect("a folder");
    let register = rusqlite::Connection::open(home.join("shumar.db")).expect("the database");
    register.execute("DELETE FROM release", []).expect("a row");
}

fn charges(home: &Path) -> Vec<(String, String)> {
    let budget = json(home, &["budget"]);
    let rows = budget["ledger"].as_array().expect("rows").clone();
    let text =
        |row: &serde_json::Value, key: &str| row[key].as_str().unwrap_or_default().to_owned();
    let charges = rows.iter().filter(|r| r["act"] == "charge");
    charges.map(|r| (text(r, "table"), text(r, "share"))).collect()
}

#[test]
fn noise_that_reached_the_disk_is_used_as_it_is() {
    let dir = police("3", ANNUAL);
    let home = dir.path().join("home");
    json(&home, &["release", "annual", "--period", "2025"]);
    let (noise, paid) = (digests(&home.join("releases/annual-2025/measurements")), charges(&home));
    undo_publication(&home);
    assert_eq!(json(&home, &["release", "annual", "--period", "2025"])["made"], "now");
    assert_eq!(digests(&home.join("releases/annual-2025/measurements")), noise);
    assert_eq!(charges(&home), paid);
    assert_eq!(json(&home, &["verify"])["verified"], true);
}

#[test]
fn lost_noise_is_drawn_again_at_a_new_charge_to_revisions() {
    let dir = police("3", ANNUAL);
    let home = dir.path().join("home");
    json(&home, &["release", "annual", "--period", "2025"]);
    let before = digests(&home.join("releases/annual-2025/measurements"));
    undo_publication(&home);
    let lost = "police--division-outcome_complaint.parquet";
    std::fs::remove_file(home.join("releases/.annual-2025/measurements").join(lost))
        .expect("a file");
    let paid = charges(&home);
    assert_eq!(json(&home, &["status"])["interrupted"][0], "annual-2025");
    let output = run(&home, &["release", "annual", "--period", "2025"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output).contains("times as wide"), "{}", text(&output));
    assert!(text(&output).contains("`--redraw`"), "{}", text(&output));
    assert_eq!(charges(&home), paid);
    let again = json(&home, &["release", "annual", "--period", "2025", "--redraw"]);
    let after = digests(&home.join("releases/annual-2025/measurements"));
    assert_eq!(after.len(), before.len());
    for (file, digest) in &after {
        assert_eq!(before[file] == *digest, file != lost, "{file}");
    }
    let twice = charges(&home);
    assert_eq!(twice[..paid.len()], paid);
    assert_eq!(twice[paid.len()..], [("police".to_owned(), "revisions".to_owned())]);
    // 0.3 is kept for revisions: 2 records of 0.15 each, so the noise is wider than planned.
    let measurements = again["release"]["tables"][0]["measurements"].as_array().expect("some");
    let drawn = measurements.iter().find(|m| m["id"] == "division-outcome_complaint");
    let scale = drawn.and_then(|m| m["scale"].as_f64()).expect("a scale");
    assert!((6.6..6.7).contains(&scale), "{scale}");
    assert_eq!(json(&home, &["verify"])["verified"], true);
    undo_publication(&home);
    std::fs::remove_file(home.join("releases/.annual-2025/measurements").join(lost))
        .expect("a file");
    let output = run(&home, &["release", "annual", "--period", "2025", "--redraw"]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    assert_eq!(charges(&home), twice);
}
