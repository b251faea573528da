//! Questions of a request from the command line: what is published, what follows from it, what is
//! refused, and what is counted anew.

use std::path::Path;

use serde_json::Value;

use crate::support::{ANNUAL, json, police, run, text};

fn desk() -> tempfile::TempDir {
    let dir = police("3", ANNUAL);
    let home = dir.path().join("home");
    let file = home.join("shumar.toml");
    let settings = std::fs::read_to_string(&file).expect("settings");
    let name = "name = { en = \"Test commission\" }";
    let law = format!("{name}\njurisdiction = \"pk-kp\"\ncontact = \"desk@example.org\"");
    let settings = format!("{}\n[rti]\nofficer = \"A. Officer\"\n", settings.replace(name, &law));
    std::fs::write(&file, settings).expect("settings");
    for year in ["2024", "2025"] {
        json(&home, &["release", "annual", "--period", year]);
    }
    let request = "channel = \"hand\"\nsubject = \"complaints\"\nlanguage = \"en\"\n\
                   [applicant]\nname = \"Somebody\"\n";
    std::fs::write(dir.path().join("request.toml"), request).expect("a request");
    dir
}

/// A new request, acknowledged.
fn request(dir: &Path) -> String {
    let from = dir.join("request.toml").display().to_string();
    let entered = json(&dir.join("home"), &["rti", "new", "--from", &from]);
    let reference = entered["reference"].as_str().expect("a reference").to_owned();
    json(&dir.join("home"), &["rti", "acknowledge", &reference]);
    reference
}

/// The stored answer to a request that is answered with these options.
fn answered(dir: &Path, options: &[&str]) -> Value {
    let (home, reference) = (dir.join("home"), request(dir));
    json(
        &home,
        &[&["rti", "answer", &reference, "--measure", "police-complaints"], options].concat(),
    );
    json(&home, &["rti", "show", &reference])["figures"].clone()
}

fn refused(dir: &Path, options: &[&str]) -> String {
    let (home, reference) = (dir.join("home"), request(dir));
    let all = [&["rti", "answer", &reference, "--measure", "police-complaints"], options].concat();
    let output = run(&home, &all);
    assert_eq!(output.status.code(), Some(1), "{options:?}: {}", text(&output));
    text(&output)
}

fn ledger(home: &Path) -> Value {
    json(home, &["budget"])
}

#[test]
fn published_figures_and_what_follows_from_them_cost_nothing() {
    let dir = desk();
    let home = dir.path().join("home");
    let before = ledger(&home);
    let published = answered(dir.path(), &["--by", "district", "--period", "2025"]);
    assert_eq!(published["route"], "published-cell", "{published}");
    assert!(published["cells"].as_array().is_some_and(|c| c.len() > 20), "{published}");
    let two = ["--where", "district=Abbottabad", "--where", "district=پشاور"];
    let summed = answered(dir.path(), &[&["--period", "2024..2025"], &two[..]].concat());
    assert_eq!(summed["route"], "combination", "{summed}");
    assert_eq!(summed["question"]["where"]["district"][0], "PK501", "names are codes: {summed}");
    let [cell] = summed["cells"].as_array().expect("cells").as_slice() else { panic!("{summed}") };
    let number = |name: &str| cell[name].as_f64().expect("a number");
    assert!(number("standard_error") > 0.0 && number("lower") <= number("upper"), "{cell}");
    assert_eq!(summed["releases"].as_array().map(Vec::len), Some(2), "{summed}");
    let derivation = summed["derivation"]["en"].as_str().expect("words");
    assert!(derivation.contains("annual-2024") && derivation.contains("added up"), "{derivation}");
    assert_eq!(ledger(&home), before, "nothing was charged");
}

#[test]
fn what_is_never_counted_is_refused_before_anything_is_read() {
    let dir = desk();
    let home = dir.path().join("home");
    std::fs::rename(home.join("lake"), home.join("gone")).expect("moved");
    let finer = refused(dir.path(), &["--by", "tehsil", "--period", "2025"]);
    assert!(finer.contains("not counted by") && finer.contains("District (district)"), "{finer}");
    let early = refused(dir.path(), &["--period", "2019"]);
    assert!(early.contains("Nothing is published for") && early.contains("2024"), "{early}");
    let month = refused(dir.path(), &["--period", "2025-07"]);
    assert!(month.contains("is not a period"), "{month}");
}

#[test]
fn a_new_measurement_is_offered_accepted_once_and_used_by_all() {
    let dir = desk();
    let home = dir.path().join("home");
    let by = ["--by", "district,quarter,offence_group", "--period", "2025"];
    let before = ledger(&home);
    let offer = refused(dir.path(), &by);
    assert!(offer.contains("counted anew") && offer.contains("--spend"), "{offer}");
    assert_eq!(ledger(&home), before, "an offer costs nothing");
    let measured = answered(dir.path(), &[&by[..], &["--spend"]].concat());
    assert_eq!(measured["route"], "new-measurement", "{measured}");
    let after = ledger(&home);
    assert_ne!(after, before);
    let again = answered(dir.path(), &by);
    assert_eq!(again["cells"], measured["cells"], "one question, one answer");
    let coarser = ["--by", "offence_group", "--where", "district=PK501", "--period", "2025-Q1"];
    assert_eq!(answered(dir.path(), &coarser)["route"], "combination");
    assert_eq!(ledger(&home), after, "it is paid once");
    let verified = run(&home, &["verify"]);
    assert_eq!(verified.status.code(), Some(0), "{}", text(&verified));
    let published = json(&home, &["publish"]);
    assert_eq!(published["releases"], 3);
}
