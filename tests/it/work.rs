//! `shumar run`: what is due is done once, in order, and what waits says for whom.

use std::process::Stdio;

use serde_json::{Value, json};

use crate::support::{digests, text};
use crate::worker::{SIMULATED, Timed, state, verified, well};

/// A small province: two police cells that report each month, and releases by quarter and year.
pub(crate) fn province(calendar: &str, more: &str) -> String {
    let provider = |id: &str| {
        format!(
            r#"
[[providers]]
id = "{id}"
kind = "police"
person = "token"
record_key = ["no"]
expects = {{ every = "month", from = "2025-01" }}
[providers.fields]
report_month = "month"
district = "district"
offence_lead = "offence"
"#
        )
    };
    format!(
        r#"
format = "shumar.home/1"
[commission]
name = {{ en = "Test commission" }}
[scope]
list = "district"
where = {{ province = "PK-KP" }}
[privacy]
family = "laplace"
budget = "4"
bounds = {{ all = 2 }}
{SIMULATED}
{more}
{calendar}
{}{}"#,
        provider("north"),
        provider("south")
    )
}

/// A quarterly release, due on the fifteenth of the second month after its quarter.
pub(crate) const QUARTERLY: &str = r#"
[[releases]]
id = "quarterly"
every = "quarter"
due = { months = 2, day = 15 }
tables = ["police-complaints"]
"#;

/// Rows of an office in a month of 2025.
pub(crate) fn rows(office: &str, month: u32) -> String {
    let mut rows = "no,token,month,district,offence\n".to_owned();
    for no in 0..12 {
        let district = ["Peshawar", "Mardan", "Swat", "Bannu"][no % 4];
        let offence = ["rape", "threat", "cyber"][no % 3];
        rows.push_str(&format!(
            "{office}-{month}-{no},t{},2025-{month:02},{district},{offence}\n",
            no * 7 % 40
        ));
    }
    rows
}

fn report_of(timed: &Timed, offices: &[&str], months: std::ops::RangeInclusive<u32>) {
    for month in months {
        for office in offices {
            timed.drop_file(office, &format!("{month:02}.csv"), &rows(office, month));
        }
    }
}

/// What became of each release that was looked at.
fn what(facts: &Value, key: &str) -> Vec<(String, String)> {
    let lines = facts[key].as_array().expect("releases").iter();
    let word = |line: &Value, key: &str| line[key].as_str().expect("a word").to_owned();
    lines.map(|l| (word(l, "period"), word(l, "what"))).collect()
}

fn pair(period: &str, what: &str) -> (String, String) {
    (period.to_owned(), what.to_owned())
}

#[test]
fn what_is_due_is_done_once_and_a_dry_run_does_nothing() {
    let timed = Timed::home(&province(QUARTERLY, ""), "2025-05-15T05:00:00Z");
    report_of(&timed, &["north", "south"], 1..=3);
    let before = state(&timed.home);
    let dry = timed.json(&["run", "--dry-run"]);
    assert_eq!(state(&timed.home), before, "a dry run changes nothing");
    assert_eq!(dry["files"][0]["waiting"], 3);
    assert_eq!(what(&dry, "releases"), [pair("2025-Q1", "would-be-made")]);
    let done = timed.json(&["run"]);
    assert_eq!(what(&done, "releases"), [pair("2025-Q1", "made")]);
    assert_eq!((&done["outcome"], &done["site"]), (&json!("done"), &json!("built")));
    assert_eq!(done["files"][1]["batches"], json!([4, 5, 6]));
    assert_eq!(done["releases"][0]["late_days"], 0);
    verified(&timed.home);
    let (releases, site) =
        (digests(&timed.home.join("releases")), digests(&timed.home.join("site")));
    let again = timed.json(&["run"]);
    assert_eq!((&again["outcome"], &again["site"]), (&json!("done"), &json!("current")));
    assert_eq!((&again["files"], &again["releases"]), (&json!([]), &json!([])));
    assert_eq!(digests(&timed.home.join("releases")), releases);
    assert_eq!(digests(&timed.home.join("site")), site);
    let status = timed.json(&["status", "--runs", "1"]);
    assert_eq!(status["runs"][0]["outcome"], "done");
    assert_eq!(status["runs"].as_array().map(Vec::len), Some(1));
    let words = std::fs::read_to_string(timed.home.join("runs/000001.txt")).expect("a report");
    assert!(words.contains("quarterly 2025-Q1 was made"), "{words}");
    // A site that was lost is built again.
    std::fs::remove_dir_all(timed.home.join("site")).expect("removed");
    assert_eq!(timed.json(&["run"])["site"], "built");
    // There is chance in the signature of its list.
    let unsigned = |mut files: std::collections::BTreeMap<String, String>| {
        assert!(files.remove("manifest.sha256.minisig").is_some());
        files
    };
    assert_eq!(unsigned(digests(&timed.home.join("site"))), unsigned(site));
}

#[test]
fn two_runs_at_once_do_the_work_once() {
    let timed = Timed::home(&province(QUARTERLY, ""), "2025-05-15T05:00:00Z");
    report_of(&timed, &["north", "south"], 1..=3);
    let start = || {
        let mut command = timed.command(&["run", "--format", "json"]);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it starts")
    };
    let both = [start(), start()].map(|c| c.wait_with_output().expect("it ends"));
    both.iter().for_each(well);
    let facts = both.map(|o| serde_json::from_slice::<Value>(&o.stdout).expect("JSON"));
    let made = facts.iter().filter(|f| f["releases"][0]["what"] == "made").count();
    let files: usize = facts.iter().map(|f| f["files"].as_array().map_or(0, Vec::len)).sum();
    assert_eq!((made, files), (1, 2));
    // While one is at work, another that may not wait says so.
    let held = std::fs::File::options().write(true).open(timed.home.join("runs/.run.lock"));
    let held = held.expect("the lock");
    held.lock().expect("locked");
    let refused = timed.run(&["run", "--wait", "0"]);
    assert_eq!(refused.status.code(), Some(1), "{}", text(&refused));
    assert!(text(&refused).contains("another run is at work"), "{}", text(&refused));
}

#[test]
fn nothing_is_released_before_its_day_or_published_before_it() {
    // In Pakistan the fifteenth begins five hours earlier.
    let timed = Timed::home(&province(QUARTERLY, ""), "2025-05-14T18:59:59Z");
    report_of(&timed, &["north", "south"], 1..=3);
    let early = timed.json(&["run"]);
    assert_eq!(what(&early, "releases"), [pair("2025-Q1", "not-due")]);
    assert_eq!((&early["site"], &early["outcome"]), (&json!("empty"), &json!("done")));
    // An officer makes it early; it stays in the drawer.
    timed.json(&["release", "quarterly", "--period", "2025-Q1"]);
    assert_eq!(timed.json(&["run"])["site"], "waits-for-day");
    assert!(!timed.home.join("site").exists());
    timed.set("2025-05-14T19:00:00Z");
    assert_eq!(timed.json(&["run"])["site"], "built");
}

#[test]
fn missed_days_are_caught_up_in_order_and_marked_late() {
    let annual = QUARTERLY.to_owned()
        + r#"
[[releases]]
id = "annual"
every = "year"
from = "2025"
due = { months = 3, day = 8 }
tables = ["police-complaints"]
"#;
    let timed = Timed::home(&province(&annual, ""), "2026-03-10T05:00:00Z");
    report_of(&timed, &["north", "south"], 1..=12);
    let due = timed.json(&["status"]);
    assert_eq!(due["due"][0]["late_days"], 299);
    let done = timed.json(&["run"]);
    let made = ["2025-Q1", "2025-Q2", "2025-Q3", "2025-Q4", "2025"].map(|p| pair(p, "made"));
    assert_eq!(what(&done, "releases"), made);
    let late = |i: usize| done["releases"][i]["late_days"].as_u64().expect("days");
    assert_eq!([late(0), late(1), late(2), late(3), late(4)], [299, 207, 115, 23, 2]);
    assert!(timed.json(&["status"])["due"].as_array().expect("a list").is_empty());
    verified(&timed.home);
}

#[test]
fn the_first_period_follows_from_settings_and_never_from_records() {
    // Without `expects` and `from` it is the period that ended last, whatever the lake holds.
    let silent = province(QUARTERLY, "")
        .replace("expects = { every = \"month\", from = \"2025-01\" }\n", "");
    let timed = Timed::home(&silent, "2026-03-01T05:00:00Z");
    report_of(&timed, &["north"], 1..=12);
    assert_eq!(what(&timed.json(&["run"]), "releases"), [pair("2025-Q4", "made")]);
    // From then on it is the first that stands, so that none is left out.
    timed.set("2026-09-01T05:00:00Z");
    let due = what(&timed.json(&["run", "--dry-run"]), "releases");
    assert_eq!(due, ["2026-Q1", "2026-Q2"].map(|p| pair(p, "would-be-made")));
    // A period of which nothing has arrived is no failure.
    let done = timed.json(&["run"]);
    assert_eq!(
        what(&done, "releases"),
        ["2026-Q1", "2026-Q2"].map(|p| pair(p, "waits-for-records"))
    );
    assert_eq!(done["outcome"], "waiting");
}

#[test]
fn a_release_waits_for_reports_and_not_for_ever() {
    let calendar = format!("{QUARTERLY}coverage = 0.9\nwait_days = 30\n");
    let timed = Timed::home(&province(&calendar, ""), "2025-05-15T05:00:00Z");
    report_of(&timed, &["north"], 1..=3);
    report_of(&timed, &["south"], 1..=2);
    let waits = timed.json(&["run"]);
    assert_eq!(what(&waits, "releases"), [pair("2025-Q1", "waits-for-reports")]);
    let line = &waits["releases"][0];
    assert_eq!((&line["reported"], &line["expected"]), (&json!(5), &json!(6)));
    assert_eq!(
        line["missing"],
        json!([{ "provider": "south", "facility": "south", "period": "2025-03" }])
    );
    assert!(text(&timed.run(&["status"])).contains("south / south: 2025-03"));
    // A nil return is a report.
    timed.json(&["nil", "south", "--month", "2025-03"]);
    let dry = timed.json(&["run", "--dry-run"]);
    assert_eq!(what(&dry, "releases"), [pair("2025-Q1", "would-be-made")]);
    timed.json(&["nil", "south", "--month", "2025-03", "--undo"]);
    timed.set("2025-06-13T12:00:00Z");
    assert_eq!(timed.json(&["run"])["outcome"], "waiting");
    timed.set("2025-06-14T12:00:00Z");
    let done = timed.json(&["run"]);
    assert_eq!(what(&done, "releases")[0], pair("2025-Q1", "made-with-reports-missing"));
    assert_eq!(done["releases"][0]["late_days"], 30);
}

#[test]
fn a_held_release_waits_for_an_officer_whose_approval_is_kept() {
    let calendar = format!("{QUARTERLY}hold = true\n");
    let timed = Timed::home(&province(&calendar, ""), "2025-04-20T05:00:00Z");
    report_of(&timed, &["north", "south"], 1..=3);
    for refused in [
        ["--approve", "quarterly", "--period", "2025-Q2", "--officer", "A. Khan"],
        ["--approve", "quarterly", "--period", "2025", "--officer", "A. Khan"],
        ["--approve", "quarterly", "--period", "2025-Q1", "--officer", " "],
    ] {
        let output = timed.run(&[&["run"][..], &refused].concat());
        assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    }
    timed.set("2025-05-15T05:00:00Z");
    let held = timed.json(&["run"]);
    assert_eq!(what(&held, "releases"), [pair("2025-Q1", "waits-for-approval")]);
    let approve = ["run", "--approve", "quarterly", "--period", "2025-Q1", "--officer", "A. Khan"];
    let done = timed.json(&approve);
    assert_eq!(done["approved"], "quarterly-2025-Q1");
    let acts = timed.json(&["audit", "--what", "approve"])["acts"].clone();
    assert_eq!(acts.as_array().map(Vec::len), Some(1), "{acts}");
    assert_eq!(acts[0]["detail"], "quarterly-2025-Q1 by A. Khan");
    assert_eq!(what(&done, "releases"), [pair("2025-Q1", "made")]);
    let (_, rows) = state(&timed.home);
    assert!(rows.contains("A. Khan"), "the approval is kept");
    // An approval is no act on the lake: it gives no right to a revision.
    let release = ["release", "quarterly", "--period", "2025-Q1"];
    let revise = [&release[..], &["--revise", "x", "--accept"]].concat();
    assert!(text(&timed.run(&revise)).contains("no file has arrived"));
}

#[test]
fn one_bad_file_office_or_release_does_not_stop_the_others() {
    let bad = r#"
[[releases]]
id = "costly"
every = "quarter"
due = { months = 1, day = 1 }
tables = ["police-complaints", "police-outcomes"]
"#;
    let timed = Timed::home(&province(&(QUARTERLY.to_owned() + bad), ""), "2025-05-15T05:00:00Z");
    report_of(&timed, &["north", "south"], 1..=3);
    timed.drop_file("north", "00.csv", "wrong,header\n1,2\n");
    // What an interruption might have left: a folder that is no release.
    let staging = timed.home.join("releases/.costly-2025-Q1/measurements");
    std::fs::create_dir_all(staging.parent().expect("a folder")).expect("a folder");
    std::fs::write(&staging, "no folder").expect("a file");
    let (first, code) = timed.told(&["run"]);
    assert_eq!((&first["outcome"], code), (&json!("broken"), 2), "{first:#}");
    assert_eq!(first["files"][0]["refused"], 1);
    assert_eq!(first["files"][0]["batches"].as_array().map(Vec::len), Some(3));
    assert_eq!(what(&first, "releases"), [pair("2025-Q1", "broken"), pair("2025-Q1", "made")]);
    assert_eq!(first["site"], "built");
    std::fs::remove_file(&staging).expect("removed");
    // The bad file was told of; it now waits for its office, and is no news.
    let (second, code) = timed.told(&["run"]);
    assert_eq!((&second["outcome"], code), (&json!("waiting"), 0), "{second:#}");
    assert_eq!(second["files"][0]["still_refused"], 1);
    verified(&timed.home);
}

#[test]
fn noise_that_was_lost_waits_for_a_person_or_is_drawn_again_if_that_is_declared() {
    let timed = Timed::home(&province(QUARTERLY, ""), "2025-05-15T05:00:00Z");
    report_of(&timed, &["north", "south"], 1..=3);
    timed.json(&["run"]);
    // As after a crash between a charge and its noise.
    let (done, staging) = ("releases/quarterly-2025-Q1", "releases/.quarterly-2025-Q1");
    let (done, staging) = (timed.home.join(done), timed.home.join(staging));
    std::fs::rename(&done, &staging).expect("a folder");
    let lost = crate::support::files(&staging.join("measurements")).remove(0);
    std::fs::remove_file(lost).expect("removed");
    let register = rusqlite::Connection::open(timed.home.join("shumar.db")).expect("the database");
    register.execute("DELETE FROM release", []).expect("a row");
    drop(register);
    let waits = timed.json(&["run"]);
    assert_eq!(what(&waits, "releases"), [pair("2025-Q1", "waits-for-redraw")]);
    assert_eq!(waits["outcome"], "waiting");
    timed.settings(|text| text.replace("simulated = true", "simulated = true\nredraw = true"));
    assert_eq!(what(&timed.json(&["run"]), "releases"), [pair("2025-Q1", "made")]);
    let ledger = timed.json(&["budget"])["ledger"].as_array().expect("rows").clone();
    assert_eq!(ledger.iter().filter(|row| row["share"] == "revisions").count(), 1);
    verified(&timed.home);
}

#[test]
fn simulated_time_is_refused_in_a_real_home_and_told_in_a_test() {
    let timed = Timed::home(&province(QUARTERLY, ""), "2025-05-15T05:00:00Z");
    assert!(text(&timed.run(&["status"])).contains("the time is simulated"));
    timed.settings(|text| text.replace("simulated = true", ""));
    let refused = timed.run(&["status"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused).contains("this home is not a test"), "{}", text(&refused));
}
