//! Exit codes, help, formats and messages.

use crate::support::{ANNUAL, home, json, police, run, shumar, text};

const VERBS: [&str; 21] = [
    "demo",
    "init",
    "check",
    "ingest",
    "template",
    "pseudonymise",
    "batches",
    "withdraw",
    "nil",
    "status",
    "plan",
    "release",
    "publish",
    "serve",
    "budget",
    "doctor",
    "verify",
    "selftest",
    "rti",
    "completions",
    "man",
];

#[test]
fn every_verb_explains_itself_with_an_example() {
    let help = shumar().arg("--help").output().expect("the program starts");
    for verb in VERBS {
        assert!(text(&help).contains(verb), "{verb}");
        let output = shumar().args([verb, "--help"]).output().expect("the program starts");
        assert_eq!(output.status.code(), Some(0), "{verb}");
        assert!(text(&output).contains("Example"), "{verb}: {}", text(&output));
    }
}

#[test]
fn results_are_json_and_csv_for_machines() {
    let dir = police("3", ANNUAL);
    let home = dir.path().join("home");
    assert_eq!(
        json(&home, &["plan", "--year", "2025"])["tables"].as_array().map(Vec::len),
        Some(1)
    );
    json(&home, &["release", "annual", "--period", "2025"]);
    assert!(json(&home, &["publish"])["pages"].as_u64() > Some(4));
    let output = run(&home, &["plan", "annual", "--year", "2025", "--format", "csv"]);
    let csv = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(csv.starts_with("release,statistic,margin,cells,"), "{csv}");
    let budget = json(&home, &["budget", "--year", "2025"]);
    assert_eq!(budget["years"][0]["budget"], "3");
    let spent: f64 = budget["years"][0]["spent"].as_str().expect("an amount").parse().expect("one");
    assert!(spent <= 2.4 && spent > 2.399_999, "{spent}");
}

#[test]
fn refusals_say_what_where_and_what_to_do() {
    let dir = police("3", ANNUAL);
    let home = dir.path().join("home");
    let cases: [(&[&str], &str); 7] = [
        (&["release", "monthly", "--period", "2025"], "declared are: annual"),
        (&["release", "annual", "--period", "2025-13"], "write a year `2025`"),
        (&["release", "annual", "--period", "2025-Q1"], "is not one `year`"),
        (&["check", "nowhere.csv"], "check that it exists"),
        (&["ingest", "x.csv", "--provider", "nobody"], "declared are: cell"),
        (&["plan", "weekly"], "declared are: annual"),
        (&["verify", "--key", "nowhere.pub"], "nowhere.pub"),
    ];
    for (arguments, words) in cases {
        let output = run(&home, arguments);
        let code = output.status.code();
        assert!(
            code == Some(1) || (code == Some(2) && arguments[0] == "verify"),
            "{arguments:?}: {}",
            text(&output)
        );
        assert!(output.stdout.is_empty(), "{arguments:?}");
        assert!(text(&output).contains(words), "{arguments:?}: {}", text(&output));
    }
    let output = shumar().arg("frobnicate").output().expect("the program starts");
    assert_eq!(output.status.code(), Some(1));
    let nowhere = tempfile::tempdir().expect("a folder");
    let output =
        shumar().current_dir(nowhere.path()).arg("status").output().expect("the program starts");
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output).contains("shumar init"), "{}", text(&output));
}

#[test]
fn a_mistake_in_the_settings_is_named() {
    let dir = home(
        "format = \"shumar.home/1\"\n[commission]\nname = { en = \"x\" }\n[privacy]\nfamily = \"laplace\"\nbudget = \"1\"\nbounds = { all = 1 }\n",
    );
    let home = dir.path().join("home");
    let file = home.join("shumar.toml");
    let good = std::fs::read_to_string(&file).expect("a configuration");
    for (from, to, words) in [
        ("shumar.home/1", "shumar.home/9", "made by a newer shumar"),
        ("family", "familly", "familly"),
        ("budget = \"1\"", "budget = \"one\"", "one"),
        ("all = 1", "all = 1, prison = 2", "prison"),
    ] {
        std::fs::write(&file, good.replace(from, to)).expect("a configuration");
        let output = run(&home, &["status"]);
        assert_eq!(output.status.code(), Some(1), "{to}: {}", text(&output));
        assert!(text(&output).contains(words), "{to}: {}", text(&output));
    }
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    use std::process::Stdio;
    let dir = police("3", ANNUAL);
    let home = dir.path().join("home");
    let mut child = shumar()
        .arg("--home")
        .arg(&home)
        .args(["plan", "--year", "2025"])
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program starts");
    drop(child.stdout.take());
    assert_eq!(child.wait().expect("an end").code(), Some(0));
}

/// The JSON that a run left on standard error, and its exit code.
fn complaint(arguments: &[&str]) -> (serde_json::Value, Option<i32>) {
    let output = shumar().args(arguments).output().expect("the program starts");
    assert!(output.stdout.is_empty(), "{arguments:?}");
    let error = serde_json::from_slice(&output.stderr);
    (error.unwrap_or_else(|e| panic!("{e}: {}", text(&output))), output.status.code())
}

#[test]
fn machines_get_errors_as_json() {
    let dir = police("3", ANNUAL);
    let home = dir.path().join("home").display().to_string();
    let at = |rest: &[&str]| complaint(&[&["--home", &home, "--format", "json"], rest].concat());
    let (error, code) = at(&["plan", "weekly"]);
    assert_eq!((code, &error["error"]["code"]), (Some(1), &serde_json::json!(1)));
    let hint = error["error"]["hint"].as_str().expect("a hint");
    assert!(hint.starts_with("declared are: annual"), "{error}");
    let message = error["error"]["message"].as_str().expect("a message");
    assert!(message.contains("`weekly`") && !message.contains("hint"), "{error}");
    let (error, code) = at(&["check", "nowhere.csv"]);
    assert_eq!((code, &error["error"]["refusal"]), (Some(1), &serde_json::json!("open")));
    assert!(error["error"]["what_to_do_ur"].as_str().is_some_and(|t| t.ends_with('۔')), "{error}");
    // Mistakes in the arguments, also when they stand before the format.
    for wrong in [&["frobnicate", "--format=json"], &["--format", "json"][..]] {
        let (error, code) = complaint(wrong);
        assert_eq!(code, Some(1));
        assert_eq!(error["error"]["code"], 1);
    }
    // People get words.
    let output = shumar().args(["--home", &home, "plan", "weekly"]).output().expect("a start");
    assert!(text(&output).starts_with("error: "), "{}", text(&output));
}

#[test]
fn a_file_is_told_about_in_the_language_asked_for() {
    let dir = police("3", ANNUAL);
    let home = dir.path().join("home");
    let rows = "no,token,month,district,offence,result\n\
        900,t1,2025-01,Mardan,rape,fir\n901,t1,2025-01,Atlantis,rape,fir\n";
    let mixed = dir.path().join("mixed.csv").display().to_string();
    std::fs::write(&mixed, rows).expect("a file");
    let english = text(&run(&home, &["check", &mixed]));
    assert!(english.contains("2 rows = 1 accepted + 0 folded + 1 rejected"), "{english}");
    assert!(english.contains("code-unknown") && !english.contains('۔'), "{english}");
    let urdu = text(&run(&home, &["check", &mixed, "--lang", "ur"]));
    assert!(urdu.contains("۲ سطریں = ۱ قبول + ۰ یکجا + ۱ مسترد"), "{urdu}");
    assert!(urdu.contains("code-unknown") && urdu.contains("ضلع"), "{urdu}");
    let by_environment = shumar()
        .env("SHUMAR_LANG", "ur")
        .arg("--home")
        .arg(&home)
        .args(["check", &mixed])
        .output()
        .expect("the program starts");
    assert_eq!(text(&by_environment), urdu);
    let facts = json(&home, &["check", &mixed]);
    let rule = &facts["rules"][0];
    assert_eq!((&rule["rule"], &rule["field_ur"]), (&"code-unknown".into(), &"ضلع".into()));
    for key in ["what_it_means_en", "what_to_do_en", "what_it_means_ur", "what_to_do_ur"] {
        assert!(rule[key].as_str().is_some_and(|t| t.len() > 10), "{key}: {facts}");
    }
    let csv = run(&home, &["check", &mixed, "--format", "csv", "--lang", "ur"]);
    let csv = String::from_utf8_lossy(&csv.stdout).into_owned();
    assert!(csv.starts_with("rows,field,field_en,field_ur,rule,what_it_means_en,"), "{csv}");
}

#[test]
fn reports_lie_where_a_clerk_finds_them() {
    let dir = police("3", ANNUAL);
    let home = dir.path().join("home");
    let inbox = home.join("inbox/cell");
    let header = "no,token,month,district,offence,result";
    let bad = inbox.join("march.csv");
    std::fs::write(&bad, format!("{header},x\n900,t1,2025-01,Mardan,rape,fir,1\n"))
        .expect("a file");
    let back = dir.path().join("back");
    let (file, folder) = (bad.display().to_string(), back.display().to_string());
    let check = ["check", &file, "--report", &folder];
    let output = run(&home, &check);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output).contains("The report `"), "{}", text(&output));
    let facts = run(&home, &[check.as_slice(), &["--format", "json"]].concat()).stderr;
    let facts: serde_json::Value = serde_json::from_slice(&facts).expect("nothing but JSON");
    assert!(facts["error"]["reports"]["page"].is_string(), "{facts}");
    let names = |dir: &std::path::Path| -> Vec<String> {
        let name = |p: std::path::PathBuf| p.file_name().expect("a name").display().to_string();
        crate::support::files(dir).into_iter().map(name).collect()
    };
    assert!(matches!(names(&back).as_slice(), [page] if page.starts_with("check-cell-")));
    assert_eq!(names(&inbox), ["march.csv"]);
    assert_eq!(run(&home, &["ingest"]).status.code(), Some(1));
    assert_eq!(names(&inbox), ["march.csv", "march.csv.refused.html", "march.csv.refused.txt"]);
    let told = std::fs::read_to_string(inbox.join("march.csv.refused.txt")).expect("a reason");
    assert!(told.contains("`march.csv` was refused") && told.contains("قبول نہیں ہوئی"), "{told}");
    assert!(told.contains("column 7 is neither mapped nor dropped"), "{told}");
    // Reports are no files to take in, and a refusal for another reason replaces what they say.
    std::fs::write(&bad, format!("{header}\n900,t1,2025-01,Atlantis,rape,fir\n")).expect("a file");
    let facts = run(&home, &["ingest", "--format", "json"]);
    let facts: serde_json::Value = serde_json::from_slice(&facts.stdout).expect("JSON");
    assert_eq!(facts["files"][0]["refusal"], "nothing-accepted");
    assert_eq!(facts["files"][0]["rules"][0]["rule"], "code-unknown");
    let output = run(&home, &["ingest", "--lang", "ur"]);
    assert!(text(&output).contains("فائل کی ہر سطر مسترد ہو گئی"), "{}", text(&output));
    assert_eq!(names(&inbox).len(), 4);
    std::fs::write(&bad, format!("{header},x\n900,t1,2025-01,Mardan,rape,fir,1\n"))
        .expect("a file");
    run(&home, &["ingest"]);
    assert_eq!(names(&inbox).len(), 3);
    let rows = "900,t1,2025-01,Mardan,rape,fir\n901,t1,2025-01,Atlantis,rape,fir\n";
    std::fs::write(&bad, format!("{header}\n{rows}")).expect("a file");
    let facts = json(&home, &["ingest"]);
    assert_eq!(facts["total"]["rejected"], 1);
    assert_eq!(names(&inbox), ["march.csv"]);
    assert_eq!(names(&home.join("rejects")), ["batch-000002.csv", "batch-000002.html"]);
    let page = home.join("rejects/batch-000002.html");
    let page = std::fs::read_to_string(page).expect("a page");
    assert!(!page.contains("march"), "a report in rejects/ names the file");
}

#[test]
fn a_template_is_written_once_and_a_mapping_is_proposed_without_a_home() {
    let dir = tempfile::tempdir().expect("a folder");
    let run = |arguments: &[&str]| {
        shumar().current_dir(dir.path()).args(arguments).output().expect("the program starts")
    };
    let output = run(&["template", "police"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    assert!(dir.path().join("police-template.xlsx").is_file());
    let again = run(&["template", "police"]);
    assert_eq!(again.status.code(), Some(1));
    assert!(text(&again).contains("is there already"), "{}", text(&again));
    assert_eq!(run(&["template", "shelter", "--kobo", "form.xlsx"]).status.code(), Some(0));
    assert!(text(&run(&["template", "prison"])).contains("declared are"));

    let mut rows = "Complaint No,Token,Date of complaint,District,Offence\n".to_owned();
    for no in 0..30 {
        rows.push_str(&format!("{no},t{no},2025-03-{:02},Swat,Rape\n", 1 + no % 28));
    }
    std::fs::write(dir.path().join("a.csv"), rows).expect("a file");
    let output = run(&["ingest", "--suggest", "a.csv", "--provider-id", "cell"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    let proposed = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        proposed.contains("id = \"cell\"") && proposed.contains("kind = \"police\""),
        "{proposed}"
    );
    let output = run(&["ingest", "--suggest", "a.csv", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(json["columns"][3]["field"], "district");
}

#[test]
fn shells_complete_every_verb() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let output = shumar().args(["completions", shell]).output().expect("the program starts");
        assert_eq!(output.status.code(), Some(0), "{}", text(&output));
        let script = text(&output);
        assert!(!script.contains('\u{fffd}'), "{shell}");
        for verb in VERBS {
            assert!(script.contains(verb), "{shell}: {verb}");
        }
    }
    let dir = tempfile::tempdir().expect("a folder");
    let script =
        shumar().args(["completions", "bash"]).output().expect("the program starts").stdout;
    let file = dir.path().join("shumar");
    std::fs::write(&file, script).expect("a file");
    let ask = format!(
        "source {}; COMP_WORDS=(shumar pub); COMP_CWORD=1; _shumar shumar pub shumar; echo \"${{COMPREPLY[*]}}\"",
        file.display()
    );
    let output = std::process::Command::new("bash").args(["-c", &ask]).output().expect("bash");
    assert_eq!(text(&output).trim(), "publish");
}

#[test]
fn every_verb_has_a_manual_page() {
    let dir = tempfile::tempdir().expect("a folder");
    let folder = dir.path().join("man");
    let output = shumar().arg("man").arg(&folder).output().expect("the program starts");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    for verb in VERBS {
        let page = std::fs::read_to_string(folder.join(format!("shumar-{verb}.1")));
        let page = page.expect("a page");
        assert!(page.contains(".SH SYNOPSIS") && page.contains("Example"), "{verb}: {page}");
    }
    assert!(folder.join("shumar-rti-answer.1").is_file());
    let main = shumar().arg("man").output().expect("the program starts");
    let page = std::fs::read_to_string(folder.join("shumar.1")).expect("a page");
    assert_eq!(text(&main).trim(), page.trim());
}
