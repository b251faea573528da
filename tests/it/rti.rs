//! The right-to-information desk from the command line to the site.

use std::path::Path;

use crate::support::{ANNUAL, files, json, police, run, text};

/// Words that may stand in no file of the home.
const SECRETS: [&str; 4] = ["Zebunnisa", "Canary-Street", "17301-0000000-2", "xyzzy-words"];

/// A home with a release, a site and a desk.
fn desk(more: &str) -> tempfile::TempDir {
    let dir = police("3", ANNUAL);
    let home = dir.path().join("home");
    let file = home.join("shumar.toml");
    let settings = std::fs::read_to_string(&file).expect("settings");
    let name = "name = { en = \"Test commission\" }";
    let law = format!("{name}\njurisdiction = \"pk-kp\"\ncontact = \"desk@example.org\"");
    let settings =
        format!("{}\n[rti]\nofficer = \"A. Officer\"\n{more}", settings.replace(name, &law));
    std::fs::write(&file, settings).expect("settings");
    json(&home, &["release", "annual", "--period", "2025"]);
    json(&home, &["publish"]);
    let request = format!(
        "channel = \"hand\"\nsubject = \"complaints by district in 2025\"\nlanguage = \"ur\"\n\
         [applicant]\nname = \"{}\"\naddress = \"{}\"\nidentity_number = \"{}\"\nwords = \"{}\"\n",
        SECRETS[0], SECRETS[1], SECRETS[2], SECRETS[3]
    );
    std::fs::write(dir.path().join("request.toml"), request).expect("a request");
    dir
}

fn new(dir: &Path) -> String {
    let from = dir.join("request.toml").display().to_string();
    let entered = json(&dir.join("home"), &["rti", "new", "--from", &from]);
    entered["reference"].as_str().expect("a reference").to_owned()
}

fn answered(home: &Path, reference: &str) -> serde_json::Value {
    let question = ["--measure", "police-complaints", "--by", "district", "--period", "2025"];
    json(home, &[&["rti", "answer", reference], &question[..]].concat())
}

fn refused(home: &Path, arguments: &[&str]) -> String {
    let output = run(home, arguments);
    assert_eq!(output.status.code(), Some(1), "{arguments:?}: {}", text(&output));
    text(&output)
}

#[test]
fn a_request_is_answered_and_the_site_tells_it_without_who_asked() {
    let dir = desk("");
    let home = dir.path().join("home");
    let one = new(dir.path());
    assert!(one.ends_with("-0001"), "{one}");
    let open = json(&home, &["rti", "list", "--due"]);
    assert_eq!(open[0]["state"], "received");
    assert!(open[0]["due"].is_string(), "{open}");
    let told = refused(&home, &["rti", "close", &one]);
    assert!(told.contains("what can be done now: acknowledge"), "{told}");
    json(&home, &["rti", "acknowledge", &one]);

    let done = answered(&home, &one);
    assert_eq!(done["state"], "released");
    let two = new(dir.path());
    json(&home, &["rti", "acknowledge", &two]);
    let again = answered(&home, &two);
    assert_eq!(again["decision"]["answer"], done["decision"]["answer"], "one question, one answer");

    letters_are_written_outside(dir.path(), &one);

    let named = ["rti", "disclose", &one, "--question", "the card 17301-0000000-2"];
    assert!(refused(&home, &named).contains("id-identity-number"));
    let question = "How many complaints <b>by district</b> in 2025?";
    let both = ["--question", question, "--question-ur", "2025 میں ضلع وار شکایات"];
    json(&home, &[&["rti", "disclose", &one], &both[..]].concat());
    json(&home, &["publish"]);
    let page = std::fs::read_to_string(home.join("site/en/disclosures.html")).expect("a page");
    assert!(page.contains("complaints &lt;b&gt;by district") && !page.contains("<b>by"), "{page}");
    assert!(page.contains("Peshawar") && page.contains("annual-2025"), "{page}");
    assert!(
        std::fs::read_to_string(home.join("site/ur/disclosures.html"))
            .expect("a page")
            .contains("ضلع وار")
    );
    let copied = files(&home.join("site/data/disclosures"));
    assert_eq!(copied.len(), 2, "{copied:?}");
    let csv = std::fs::read_to_string(&copied[0]).expect("a file");
    assert!(csv.starts_with("district,district_label_en,"), "{csv}");

    let export = run(&home, &["rti", "export", "--format", "csv"]);
    let audit = run(&home, &["rti", "audit"]);
    assert!(text(&audit).contains("each sealed by the one before"), "{}", text(&audit));
    for printed in [text(&export), text(&audit), page] {
        assert!(SECRETS.iter().all(|s| !printed.contains(s)), "{printed}");
    }
    for file in files(&home) {
        let bytes = std::fs::read(&file).expect("a file");
        for secret in SECRETS {
            let found = bytes.windows(secret.len()).any(|w| w == secret.as_bytes());
            assert!(!found, "{secret} is in {}", file.display());
        }
    }
    let opened = json(&home, &["rti", "show", &one, "--applicant"]);
    assert_eq!(opened["applicant"]["name"], SECRETS[0]);
    let acts = opened["acts"].as_array().expect("acts");
    assert_eq!(acts.last().expect("an act")["act"], "open");
}

fn letters_are_written_outside(dir: &Path, one: &str) {
    let home = dir.join("home");
    let inside = home.display().to_string();
    assert!(
        refused(&home, &["rti", "letter", one, "decision", "--out", &inside])
            .contains("in the home")
    );
    let out = dir.join("post");
    std::fs::create_dir(&out).expect("a folder");
    let folder = out.display().to_string();
    json(&home, &["rti", "letter", one, "decision", "--out", &folder, "--language", "en"]);
    json(&home, &["rti", "letter", one, "decision", "--out", &folder]);
    let names: Vec<String> =
        files(&out).iter().map(|f| f.file_name().expect("a name").display().to_string()).collect();
    for end in
        ["decision-en.docx", "decision-en.pdf", "decision-ur.docx", "figures.csv", "figures.xlsx"]
    {
        assert!(names.contains(&format!("{one}-{end}")), "{names:?}");
    }
}

#[test]
fn a_log_that_was_changed_is_not_published() {
    let dir = desk("");
    let home = dir.path().join("home");
    let one = new(dir.path());
    json(&home, &["rti", "acknowledge", &one]);
    answered(&home, &one);
    json(&home, &["rti", "disclose", &one, "--question", "Complaints by district"]);
    // Without a register the log is taken as it is found, and checked.
    for file in ["rti.db", "rti.db-wal", "rti.db-shm"] {
        let _ = std::fs::remove_file(home.join(file));
    }
    let log = home.join("rti/public/disclosures.json");
    let good = std::fs::read_to_string(&log).expect("a log");
    let name = format!("{}-001.csv", &one[4..8]);
    for (from, to) in [
        (name.as_str(), "../../keys/rti.key"),
        (name.as_str(), "a.html"),
        ("shumar.disclosures/1", "shumar.disclosures/9"),
        ("\"entries\"", "\"entrees\""),
    ] {
        std::fs::write(&log, good.replace(from, to)).expect("written");
        let output = run(&home, &["publish"]);
        assert_ne!(output.status.code(), Some(0), "{to}");
    }
    std::fs::write(&log, &good).expect("written");
    std::fs::write(home.join("rti/public").join(&name), "x").expect("written");
    assert_ne!(run(&home, &["publish"]).status.code(), Some(0), "another file than the listed one");
}

#[test]
fn what_the_desk_lacks_is_said() {
    let dir = desk("approval = true\n");
    let home = dir.path().join("home");
    assert!(refused(&home, &["rti", "show", "RTI-2026-0001"]).contains("no request"));
    assert!(refused(&home, &["rti", "new", "--channel", "post"]).contains("--language"));
    std::fs::write(dir.path().join("bad.toml"), format!("name = {}", SECRETS[0])).expect("written");
    let bad = dir.path().join("bad.toml").display().to_string();
    let told = refused(&home, &["rti", "new", "--from", &bad]);
    assert!(told.contains("withheld") && !told.contains(SECRETS[0]), "{told}");
    let one = new(dir.path());
    json(&home, &["rti", "acknowledge", &one]);
    let waits = json(&home, &["rti", "answer", &one, "--statement", "See the annual report."]);
    assert_eq!(waits["state"], "proposed");
    assert!(refused(&home, &["rti", "approve", &one]).contains("same officer"));
    let done = json(&home, &["rti", "approve", &one, "--officer", "B. Officer"]);
    assert_eq!(done["state"], "released");
    let priced = ["rti", "letter", &one, "fee", "--pages", "40", "--out", "/tmp"];
    assert!(refused(&home, &priced).contains("page_rate"));
    let law = json(&home, &["rti", "law"]);
    assert!(law["values"].as_array().is_some_and(|v| v.iter().any(|v| v["value"] == "not set")));
    let file = home.join("shumar.toml");
    let settings = std::fs::read_to_string(&file).expect("settings");
    std::fs::write(&file, settings.replace("pk-kp", "xx")).expect("settings");
    assert!(refused(&home, &["rti", "list"]).contains("pk-kp"));
}

#[test]
fn a_run_builds_the_site_anew_when_the_desk_has_acted_and_only_then() {
    let dir = desk("");
    let home = dir.path().join("home");
    let site = || json(&home, &["run"])["site"].clone();
    assert_eq!(site(), "current");
    let reference = new(dir.path());
    assert_eq!([site(), site()], ["built", "current"]);
    json(&home, &["rti", "acknowledge", &reference]);
    assert_eq!([site(), site()], ["built", "current"]);
    json(&home, &["rti", "list"]);
    assert_eq!(site(), "current", "a look changes nothing");
}
