//! Real kills at random moments: nothing is lost, nothing is spent twice.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

use crate::support::{ANNUAL, json, lake, police, run, shumar, text};

/// Starts the program and kills it after some time, as a power cut would.
fn kill_after(home: &Path, arguments: &[&str], delay: Duration) {
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
        let output = run(&home, &["release", "annual", "--period", "2025"]);
        assert_eq!(output.status.code(), Some(0), "round {round}: {}", text(&output));
        assert_eq!(json(&home, &["verify"])["verified"], true, "round {round}");
        let budget = json(&home, &["budget"]);
        let charged =
            budget["ledger"].as_array().expect("rows").iter().filter(|r| r["act"] == "charge");
        let mut by_table: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for charge in charged {
            let (table, share) = (charge["table"].as_str(), charge["share"].as_str());
            by_table.entry(table.expect("a table")).or_default().push(share.expect("a share"));
        }
        // Each table was paid from the scheduled share once; a lost draw was paid for again.
        for shares in by_table.values() {
            assert_eq!(shares[0], "scheduled", "round {round}");
            assert!(shares[1..].iter().all(|s| *s == "revisions"), "round {round}: {shares:?}");
        }
        assert_eq!(by_table.len(), 2, "round {round}");
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
