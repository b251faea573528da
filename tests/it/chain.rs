//! The ledger pays for every release once, and nothing else.

use std::path::Path;
use std::process::Stdio;

use serde_json::Value;

use crate::support::{ANNUAL, digests, files, home, json, police, run, shumar, text};

fn charges(home: &Path) -> Vec<Value> {
    let budget = json(home, &["budget"]);
    let rows = budget["ledger"].as_array().expect("rows").clone();
    rows.into_iter().filter(|r| r["act"] == "charge").collect()
}

fn spent(home: &Path, year: i32) -> String {
    let budget = json(home, &["budget", "--year", &year.to_string()]);
    budget["years"][0]["spent"].as_str().expect("an amount").to_owned()
}

/// Whether an amount is what was to be spent, but for a few billionths that no measurement could use.
fn nearly(amount: &str, expected: f64) -> bool {
    let amount: f64 = amount.parse().expect("a number");
    amount <= expected && amount > expected - 1e-6
}

/// The measurements that were charged.
fn measured(home: &Path) -> std::collections::BTreeSet<(String, String)> {
    let name = |c: &Value| (c["table"].to_string(), c["margin"].to_string());
    charges(home).iter().map(name).collect()
}

#[test]
fn a_release_made_twice_draws_and_charges_once() {
    let dir = police("3", ANNUAL);
    let home = dir.path().join("home");
    let first = json(&home, &["release", "annual", "--period", "2025"]);
    assert_eq!(first["made"], "now");
    let (before, ledger) = (digests(&home.join("releases")), charges(&home));
    let second = json(&home, &["release", "annual", "--period", "2025"]);
    assert_eq!(second["made"], "before");
    assert_eq!(digests(&home.join("releases")), before);
    assert_eq!(charges(&home), ledger);
    assert!(ledger.len() > 2);
    assert_eq!(ledger.len(), measured(&home).len());
    assert!(nearly(&spent(&home, 2025), 2.4));
    assert_eq!(spent(&home, 2024), "0");
    assert_eq!(json(&home, &["verify"])["verified"], true);
}

#[test]
fn two_homes_with_the_same_records_draw_different_noise() {
    let noise = || {
        let dir = police("3", ANNUAL);
        let home = dir.path().join("home");
        json(&home, &["release", "annual", "--period", "2025"]);
        let folder = home.join("releases/annual-2025/measurements");
        files(&folder).iter().map(|f| crate::support::parquet(f)).collect::<Vec<_>>()
    };
    let (a, b) = (noise(), noise());
    assert_eq!(a.len(), b.len());
    assert!(a.iter().zip(&b).all(|(a, b)| a.len() == b.len()));
    assert!(a.iter().zip(&b).all(|(a, b)| a.len() < 20 || a != b));
}

/// A calendar of one release, which gets the whole share.
fn rival(home: &Path, name: &str) {
    let file = home.join("shumar.toml");
    let configuration = std::fs::read_to_string(&file).expect("a configuration");
    let kept = configuration.split("[[releases]]").next().expect("a beginning").to_owned();
    let release = format!(
        "[[releases]]\nid = \"{name}\"\nevery = \"year\"\ntables = [\"police-complaints\"]\n"
    );
    let providers = &configuration[configuration.find("[[providers]]").expect("providers")..];
    std::fs::write(&file, format!("{kept}{release}{providers}")).expect("a configuration");
}

#[test]
fn of_two_concurrent_releases_that_exceed_the_budget_one_is_refused() {
    let dir = police("2", ANNUAL);
    let home = dir.path().join("home");
    let start = |name: &str| {
        rival(&home, name);
        let mut command = shumar();
        command.arg("--home").arg(&home).args(["release", name, "--period", "2025"]);
        let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let running = command.spawn().expect("the program starts");
        // Each has read its settings, and works on.
        std::thread::sleep(std::time::Duration::from_millis(60));
        running
    };
    let running = [start("one"), start("two")];
    let outputs = running.map(|r| r.wait_with_output().expect("an end"));
    let mut codes = outputs.each_ref().map(|o| o.status.code());
    codes.sort_unstable();
    assert_eq!(codes, [Some(0), Some(1)], "{} {}", text(&outputs[0]), text(&outputs[1]));
    let refused = outputs.iter().find(|o| o.status.code() == Some(1)).expect("one");
    assert!(text(refused).contains("nothing is left of the share"), "{}", text(refused));
    assert!(nearly(&spent(&home, 2025), 1.6));
    let releases: std::collections::BTreeSet<String> =
        charges(&home).iter().map(|c| c["release"].to_string()).collect();
    assert_eq!(releases.len(), 1);
}

#[test]
fn the_same_release_by_many_processes_is_drawn_once() {
    let dir = police("3", ANNUAL);
    let home = dir.path().join("home");
    let running: Vec<_> = (0..6)
        .map(|_| {
            let mut command = shumar();
            command
                .arg("--home")
                .arg(&home)
                .args(["release", "annual", "--period", "2025", "--format", "json"]);
            command.stdout(Stdio::piped()).spawn().expect("the program starts")
        })
        .collect();
    let made: Vec<Value> = running
        .into_iter()
        .map(|r| {
            let output = r.wait_with_output().expect("an end");
            serde_json::from_slice::<Value>(&output.stdout).expect("JSON")["made"].clone()
        })
        .collect();
    assert_eq!(made.iter().filter(|m| **m == "now").count(), 1, "{made:?}");
    assert_eq!(charges(&home).len(), measured(&home).len());
}

#[test]
fn a_spent_budget_is_refused_before_any_record_is_read() {
    let dir = police("2", ANNUAL);
    let home = dir.path().join("home");
    rival(&home, "one");
    json(&home, &["release", "one", "--period", "2025"]);
    rival(&home, "two");
    // A damaged lake would end with another message, had it been opened.
    for file in files(&home.join("lake/police")) {
        std::fs::write(file, "damaged").expect("a file");
    }
    let output = run(&home, &["release", "two", "--period", "2025"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output).contains("nothing is left of the share"), "{}", text(&output));
    assert!(text(&output).contains("nothing would fit"), "{}", text(&output));
    assert!(!home.join("releases/two-2025").exists());
    assert_eq!(json(&home, &["status"])["interrupted"].as_array().map(Vec::len), Some(0));
}

#[test]
fn the_rules_of_a_year_are_fixed_by_its_first_release() {
    let dir = police("3", ANNUAL);
    let home = dir.path().join("home");
    json(&home, &["release", "annual", "--period", "2025"]);
    let file = home.join("shumar.toml");
    let configuration = std::fs::read_to_string(&file).expect("a configuration");
    let more = configuration.replace(r#"budget = "3""#, r#"budget = "40""#).replace(
        "[[providers]]",
        "[[releases]]\nid = \"more\"\nevery = \"year\"\ntables = [\"police-outcomes\"]\n[[providers]]",
    );
    std::fs::write(&file, more).expect("a configuration");
    let output = run(&home, &["release", "more", "--period", "2025"]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    assert!(nearly(&spent(&home, 2025), 2.4));
    json(&home, &["release", "more", "--period", "2024"]);
}

#[test]
fn quarters_of_a_series_share_one_charge() {
    let quarterly = ANNUAL.replace("annual", "quarterly").replace("\"year\"", "\"quarter\"");
    let dir = police("3", &quarterly);
    let home = dir.path().join("home");
    for quarter in 1..=4 {
        json(&home, &["release", "quarterly", "--period", &format!("2025-Q{quarter}")]);
        assert!(nearly(&spent(&home, 2025), 2.4));
    }
    let covered = charges(&home).iter().filter(|c| !c["covered_by"].is_null()).count();
    let measured = measured(&home).len();
    assert_eq!((charges(&home).len(), covered), (4 * measured, 3 * measured));
    assert_eq!(json(&home, &["verify"])["verified"], true);
    let output = run(&home, &["release", "quarterly", "--period", "2025"]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
}

#[test]
fn a_changed_byte_is_named_and_an_altered_ledger_is_found() {
    let dir = police("3", ANNUAL);
    let home = dir.path().join("home");
    json(&home, &["release", "annual", "--period", "2025"]);
    let release = home.join("releases/annual-2025");
    for file in files(&release) {
        let name = file.file_name().expect("a name").to_string_lossy().into_owned();
        if name == "signing.pub" {
            continue;
        }
        let original = std::fs::read(&file).expect("a file");
        let mut changed = original.clone();
        let middle = changed.len() / 2;
        changed[middle] ^= 1;
        std::fs::write(&file, changed).expect("a file");
        let output = run(&home, &["verify"]);
        assert_eq!(output.status.code(), Some(1), "{name}: {}", text(&output));
        assert!(text(&output).contains(&name), "{name}: {}", text(&output));
        std::fs::write(&file, original).expect("a file");
    }
    assert_eq!(json(&home, &["verify"])["verified"], true);
    let register = rusqlite::Connection::open(home.join("shumar.db")).expect("the database");
    assert!(register.execute("UPDATE ledger SET body = '{}' WHERE seq = 2", []).is_err());
    register.execute_batch("DROP TRIGGER ledger_is_append_only_update").expect("a trigger");
    register
        .execute("UPDATE ledger SET body = replace(body, '\"bound\":2', '\"bound\":1')", [])
        .expect("rows");
    let output = run(&home, &["release", "annual", "--period", "2024"]);
    assert_eq!(output.status.code(), Some(2), "{}", text(&output));
    assert!(text(&output).contains("ledger was altered"), "{}", text(&output));
}

#[test]
fn a_lake_without_its_ledger_releases_nothing() {
    let dir = police("3", ANNUAL);
    let theirs = dir.path().join("home");
    let other =
        home(&std::fs::read_to_string(theirs.join("shumar.toml")).expect("a configuration"));
    let ours = other.path().join("home");
    std::fs::copy(ours.join("shumar.db"), theirs.join("shumar.db")).expect("a copy");
    for rest in ["shumar.db-wal", "shumar.db-shm"] {
        let _ = std::fs::remove_file(theirs.join(rest));
    }
    let output = run(&theirs, &["release", "annual", "--period", "2025"]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    assert!(text(&output).contains("do not belong together"), "{}", text(&output));
    std::fs::remove_file(theirs.join("shumar.db")).expect("a file");
    let output = run(&theirs, &["status"]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
}

#[test]
fn zcdp_homes_pay_in_rho_and_show_epsilon_and_delta() {
    let dir = police("3", ANNUAL);
    let home = dir.path().join("home");
    let file = home.join("shumar.toml");
    let configuration = std::fs::read_to_string(&file).expect("a configuration");
    let gaussian = configuration
        .replace("laplace", "gaussian")
        .replace(r#"budget = "3""#, r#"budget = "0.5""#);
    std::fs::write(&file, gaussian).expect("a configuration");
    json(&home, &["release", "annual", "--period", "2025"]);
    let year = json(&home, &["budget", "--year", "2025"])["years"][0].clone();
    let spent: f64 = year["spent"].as_str().expect("an amount").parse().expect("a number");
    assert!(spent <= 0.4 && spent > 0.399_999, "{spent}");
    // rho = 0.4 at delta = 1e-6 is epsilon 5.1 by rho + 2 sqrt(rho ln(1/delta)); OpenDP's is tighter.
    let epsilon = year["epsilon"].as_f64().expect("a number");
    assert!((3.5..5.2).contains(&epsilon), "{epsilon}");
    assert_eq!(json(&home, &["verify"])["verified"], true);
}

#[test]
fn an_older_ledger_put_back_beside_newer_releases_pays_for_nothing() {
    let dir = police("3", ANNUAL);
    let home = dir.path().join("home");
    let backup = dir.path().join("backup.db");
    let register = rusqlite::Connection::open(home.join("shumar.db")).expect("the database");
    register.execute("VACUUM INTO ?1", [backup.display().to_string()]).expect("a backup");
    drop(register);
    json(&home, &["release", "annual", "--period", "2025"]);
    for rest in ["shumar.db-wal", "shumar.db-shm"] {
        let _ = std::fs::remove_file(home.join(rest));
    }
    std::fs::copy(&backup, home.join("shumar.db")).expect("a copy");
    for period in ["2025", "2024"] {
        let output = run(&home, &["release", "annual", "--period", period]);
        assert_eq!(output.status.code(), Some(1), "{}", text(&output));
        assert!(text(&output).contains("this ledger did not pay for"), "{}", text(&output));
    }
}

#[test]
fn an_exchanged_lake_file_is_found_before_anything_is_charged() {
    let dir = police("3", ANNUAL);
    let home = dir.path().join("home");
    let file = |year: u32| home.join(format!("lake/police/year={year}/batch-000001.parquet"));
    std::fs::copy(file(2025), file(2024)).expect("a copy");
    let output = run(&home, &["release", "annual", "--period", "2024"]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    assert!(text(&output).contains("is not the file that ingest wrote"), "{}", text(&output));
    assert_eq!(charges(&home).len(), 0);
}

#[test]
fn a_period_that_is_not_over_or_empty_is_refused_before_it_costs_anything() {
    let dir = police("3", ANNUAL);
    let home = dir.path().join("home");
    for (period, words) in [("2090", "is not over yet"), ("2001", "has no record in the lake")] {
        let output = run(&home, &["release", "annual", "--period", period]);
        assert_eq!(output.status.code(), Some(1), "{}", text(&output));
        assert!(text(&output).contains(words), "{}", text(&output));
    }
    assert_eq!(charges(&home).len(), 0);
}

#[test]
fn a_resumed_release_keeps_the_rules_that_it_was_paid_under() {
    let dir = police("3", ANNUAL);
    let home = dir.path().join("home");
    json(&home, &["release", "annual", "--period", "2025"]);
    let (done, staging) = (home.join("releases/annual-2025"), home.join("releases/.annual-2025"));
    std::fs::rename(&done, &staging).expect("a folder");
    std::fs::remove_file(staging.join("release.json")).expect("a file");
    let file = home.join("shumar.toml");
    let configuration = std::fs::read_to_string(&file).expect("a configuration");
    std::fs::write(&file, configuration.replace("all = 2", "all = 5, police = 2"))
        .expect("written");
    let output = run(&home, &["release", "annual", "--period", "2025"]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    assert!(text(&output).contains("`bounds` can't change"), "{}", text(&output));
}

#[test]
fn what_a_release_costs_and_measures_does_not_depend_on_records() {
    let dir = police("3", ANNUAL);
    let home = dir.path().join("home");
    let before = json(&home, &["plan", "--year", "2025"]);
    json(&home, &["withdraw", "1", "--reason", "a test"]);
    assert_eq!(json(&home, &["plan", "--year", "2025"]), before);
}

#[test]
fn what_is_done_already_may_be_said_again() {
    let dir = police("3", ANNUAL);
    let home = dir.path().join("home");
    let header = "no,token,month,district,offence,result\n";
    let write = |name: &str, district: &str| {
        let file = dir.path().join(name);
        std::fs::write(&file, format!("{header}1,t1,2025-01,{district},rape,fir\n"))
            .expect("a file");
        file.display().to_string()
    };
    let (right, other) = (write("right.csv", "Swat"), write("other.csv", "Bannu"));
    let replace = ["ingest", &right, "--replaces", "1"];
    assert_eq!(json(&home, &replace)["files"][0]["batch"], 2);
    let again = json(&home, &replace);
    let file = &again["files"][0];
    assert_eq!((&file["state"], &file["batch"]), (&"already".into(), &2.into()));
    let said = text(&run(&home, &replace));
    assert!(said.contains("Batch 1 was replaced by this very file before, as batch 2"), "{said}");
    for different in [&["ingest", &other, "--replaces", "1"][..], &["withdraw", "1"]] {
        let reason = if different[0] == "withdraw" { &["--reason", "x"][..] } else { &[] };
        let refused = run(&home, &[different, reason].concat());
        assert_eq!(refused.status.code(), Some(1), "{}", text(&refused));
        assert!(text(&refused).contains("was replaced already"), "{}", text(&refused));
    }
    let withdraw = ["withdraw", "2", "--reason", "a test"];
    assert_eq!(json(&home, &withdraw)["changed"], true);
    assert_eq!(json(&home, &withdraw)["changed"], false);
    assert!(text(&run(&home, &withdraw)).contains("was withdrawn before; nothing was changed"));
    let refused = run(&home, &["ingest", &other, "--replaces", "2"]);
    assert_eq!(refused.status.code(), Some(1), "{}", text(&refused));
    assert_eq!(json(&home, &["batches", "2"])["acts"].as_array().map(Vec::len), Some(2));
}
