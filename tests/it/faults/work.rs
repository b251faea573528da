//! Kills while a run does whatever is due: the next one finishes it.

use std::path::Path;

use super::{Scenario, folder, nothing_left, number, on_home};
use crate::support::{json, police};

/// Where the test kills.
pub(super) const POINTS: &[&[&str]] = &[RUN];
/// How often it kills at random.
pub(super) const RANDOM: &[u32] = &[8];

const RUN: &[&str] = &[
    "run.begun",
    "run.taken-in",
    "run.released",
    "run.published",
    "run.reported",
    "run.ended",
    "ingest.committed",
    "release.charged",
    "publish.written",
];

const DUE: &str = r#"
[[releases]]
id = "annual"
every = "year"
due = { months = 1, day = 1 }
from = "2025"
tables = ["police-complaints", "police-outcomes"]
"#;

#[test]
fn a_run_is_killed() {
    let dir = police("4", DUE);
    let home = dir.path().join("home");
    let rows = "no,token,month,district,offence,result\nz1,z1,2025-03,Swat,rape,fir\n";
    std::fs::write(home.join("inbox/cell/late.csv"), rows).expect("a file");
    let batches = "SELECT count(*) FROM batch WHERE state = 'active'";
    let charges = "SELECT count(*) FROM ledger WHERE act = 'charge'";
    let calm = tempfile::tempdir().expect("a folder");
    super::copy(&home, &calm.path().join("home"));
    json(&calm.path().join("home"), &["run"]);
    let paid = number(&calm.path().join("home"), charges);
    assert!(paid > 0);
    let sound = |place: &Path, what: &str| {
        let home = place.join("home");
        assert!(number(&home, batches) <= 2, "{what}");
        let site = home.join("site");
        assert!(!site.exists() || site.join("index.html").is_file(), "{what}: half a site");
    };
    let finish = |place: &Path, what: &str| {
        let home = place.join("home");
        let run = || json(&home, &["run"]).to_string();
        let mut wanted = paid;
        if run().contains("waits-for-redraw") {
            // Noise that was paid for is lost; a person has it drawn again.
            json(&home, &["release", "annual", "--period", "2025", "--redraw"]);
            run();
            wanted = number(&home, charges);
            assert!(wanted > paid, "{what}: what was lost is paid again");
        }
        assert_eq!(number(&home, batches), 2, "{what}");
        assert_eq!(number(&home, charges), wanted, "{what}: paid once");
        assert!(home.join("releases/annual-2025/release.json").is_file(), "{what}");
        assert!(home.join("site/index.html").is_file(), "{what}");
        assert!(home.join("inbox/cell/accepted/late.csv").is_file(), "{what}");
        assert_eq!(json(&home, &["verify"])["verified"], true, "{what}");
        nothing_left(&home, &[], what);
        run();
        assert_eq!(number(&home, charges), wanted, "{what}: a second run pays nothing");
    };
    let scenario = Scenario {
        base: &folder(&dir),
        command: &|place| on_home(place, &["run"]),
        sound: &sound,
        finish: &finish,
    };
    assert_eq!(scenario.kill(RUN, RANDOM[0]), RUN.len() + RANDOM[0] as usize);
}
