//! Kills while releases are made and revised: what is measured is paid, once.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Output;

use parquet::file::reader::{FileReader, SerializedFileReader};
use serde_json::Value;

use super::{Scenario, folder, nothing_left, number, on_home, well};
use crate::support::{ANNUAL, files, json, police, run, text};

/// Where each test kills.
pub(super) const POINTS: &[&[&str]] = &[RELEASE, REVISE];
/// How often each test kills at random.
pub(super) const RANDOM: &[u32] = &[16, 10];

const RELEASE: &[&str] = &[
    "release.counted",
    "release.charged",
    "release.drawn",
    "release.synced",
    "release.file-renamed",
    "release.file-renamed:2",
    "release.measured",
    "release.synced:2",
    "release.estimated",
    "release.synced:3",
    "release.signed",
    "release.renamed",
    "release.entered",
];
const REVISE: &[&str] = &[
    "release.counted",
    "release.charged",
    "release.drawn",
    "release.measured",
    "release.estimated",
    "release.signed",
    "release.renamed",
];

/// Every measurement that is anywhere on the disk, staged or released, was paid for by rows of the
/// ledger that stand and name its release.
pub(crate) fn all_paid(home: &Path, what: &str) {
    let register = rusqlite::Connection::open(home.join("shumar.db")).expect("the database");
    for file in files(&home.join("releases")) {
        let folder = file.parent().and_then(Path::parent).expect("a folder");
        let inside = file.parent().is_some_and(|p| p.ends_with("measurements"));
        if !inside || file.extension().is_none_or(|e| e != "parquet") {
            continue;
        }
        let release = folder.file_name().expect("a name").to_string_lossy();
        let release = release.trim_start_matches('.').to_owned();
        let reader = SerializedFileReader::new(std::fs::File::open(&file).expect("a file"));
        let reader = reader.expect("a whole file under a final name");
        let pairs = reader.metadata().file_metadata().key_value_metadata().expect("facts");
        let paid = pairs.iter().find(|p| p.key == "shumar.paid_by").and_then(|p| p.value.as_ref());
        for seq in paid.expect("who paid").split(',') {
            let sql = "SELECT body ->> '$.release' FROM ledger WHERE seq = ?1 AND act = 'charge'";
            let of: String = register.query_row(sql, [seq], |r| r.get(0)).expect("a charge");
            assert_eq!(of, release, "{what}: {}", file.display());
        }
    }
}

/// The shares that paid for each margin of a release, in order.
fn shares(home: &Path, release: &str) -> BTreeMap<String, Vec<String>> {
    let budget = json(home, &["budget"]);
    let rows = budget["ledger"].as_array().expect("rows").iter();
    let mut by_margin: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for row in rows.filter(|r| r["act"] == "charge" && r["release"] == release) {
        let share = row["share"].as_str().expect("a share").to_owned();
        by_margin.entry(format!("{} {}", row["table"], row["margin"])).or_default().push(share);
    }
    by_margin
}

/// Runs a release again; a table whose noise was lost with consent to draw it at a new charge.
/// Whether that was needed.
fn again(place: &Path, arguments: &[&str], what: &str) -> (Output, bool) {
    let once = on_home(place, arguments).output().expect("the program starts");
    if once.status.code() == Some(0) {
        return (once, false);
    }
    assert!(text(&once).contains("`--redraw`"), "{what}: {}", text(&once));
    let arguments = [arguments, &["--redraw"]].concat();
    (on_home(place, &arguments).output().expect("the program starts"), true)
}

#[test]
fn a_release_is_killed() {
    let dir = police("4", ANNUAL);
    let arguments = ["release", "annual", "--period", "2025"];
    let finish = |place: &Path, what: &str| {
        let (output, redrawn) = again(place, &arguments, what);
        well(&output, what);
        let home = place.join("home");
        all_paid(&home, what);
        nothing_left(&home, &["site"], what);
        assert_eq!(json(&home, &["verify"])["verified"], true, "{what}");
        assert_eq!(number(&home, "SELECT count(*) FROM release"), 1, "{what}");
        assert_eq!(number(&home, "SELECT count(*) FROM home WHERE key LIKE 'seen%'"), 0, "{what}");
        // Lost noise is what a kill between the charge and the disk costs, and nothing else does.
        let lost = ["charged", "drawn", "synced", "file-renamed", "file-renamed:2"];
        let expected = lost.iter().any(|p| what == format!("release.{p}"));
        assert!(what.starts_with("random") || redrawn == expected, "{what}: {redrawn}");
        let shares = shares(&home, "annual-2025");
        assert!(shares.len() > 2, "{what}");
        for (margin, shares) in shares {
            assert_eq!(shares[0], "scheduled", "{what}: {margin}");
            let once_more = shares[1..].iter().all(|s| s == "revisions");
            assert!(once_more && shares.len() <= 1 + usize::from(redrawn), "{what}: {shares:?}");
        }
        let third = on_home(place, &arguments).args(["--format", "json"]).output().expect("a run");
        let third: Value = serde_json::from_slice(&third.stdout).expect("JSON");
        assert_eq!(third["made"], "before", "{what}");
    };
    let scenario = Scenario {
        base: &folder(&dir),
        command: &|place| on_home(place, &arguments),
        sound: &|place, what| all_paid(&place.join("home"), what),
        finish: &finish,
    };
    assert_eq!(scenario.kill(RELEASE, RANDOM[0]), RELEASE.len() + RANDOM[0] as usize);
}

#[test]
fn a_revision_is_killed() {
    let dir = police("4", ANNUAL);
    let home = dir.path().join("home");
    json(&home, &["release", "annual", "--period", "2025"]);
    let late = "no,token,month,district,offence,result\nl1,lu1,2025-03,Mardan,rape,fir\n";
    std::fs::write(home.join("inbox/cell/late.csv"), late).expect("a file");
    well(&run(&home, &["ingest"]), "late");
    let arguments =
        ["release", "annual", "--period", "2025", "--revise", "a late file", "--accept"];
    let finish = |place: &Path, what: &str| {
        let home = place.join("home");
        let output = on_home(place, &arguments).output().expect("the program starts");
        let finished = text(&output).contains("no file has arrived");
        assert!(finished || output.status.code() == Some(0), "{what}: {}", text(&output));
        all_paid(&home, what);
        nothing_left(&home, &["site"], what);
        assert_eq!(json(&home, &["verify"])["verified"], true, "{what}");
        let releases = "SELECT group_concat(id) FROM (SELECT id FROM release ORDER BY id)";
        let register = rusqlite::Connection::open(home.join("shumar.db")).expect("the database");
        let ids: String = register.query_row(releases, [], |r| r.get(0)).expect("names");
        assert_eq!(ids, "annual-2025,annual-2025-r2", "{what}");
        for (margin, shares) in shares(&home, "annual-2025-r2") {
            let lost = ["release.charged", "release.drawn"].contains(&what);
            let most = 1 + usize::from(lost || what.starts_with("random"));
            assert!(shares.len() <= most, "{what}: {margin} {shares:?}");
        }
    };
    let scenario = Scenario {
        base: &folder(&dir),
        command: &|place| on_home(place, &arguments),
        sound: &|place, what| all_paid(&place.join("home"), what),
        finish: &finish,
    };
    assert_eq!(scenario.kill(REVISE, RANDOM[1]), REVISE.len() + RANDOM[1] as usize);
}
