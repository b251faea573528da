//! Planted names, numbers and phones must never leave the file they came in.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;

use crate::support::{files, home, lake, parquet, run, text};
use crate::tables::{ENDINGS, Table, write};

/// What must never be seen again. All are made up; the last is a name that no pattern knows.
const CANARIES: [&str; 9] = [
    "Canary Bibi",
    "17301-0000000-2",
    "1730100000002",
    "+92 300 0000000",
    "0300-0000000",
    "canary@example.org",
    "مسماۃ کینری",
    "FIR No. 000/2024",
    "Canaria Zarghuna",
];

/// The canary that spreadsheets keep as a number.
const NUMBER: i64 = 1_730_100_000_002;

const CONFIGURATION: &str = r#"
format = "shumar.home/1"
[commission]
name = { en = "Canary commission" }
[scope]
list = "district"
where = { province = "PK-KP" }
[privacy]
family = "laplace"
budget = "4"
bounds = { all = 2 }
[[releases]]
id = "annual"
every = "year"
tables = ["police-complaints", "police-outcomes"]
[[providers]]
id = "cell"
kind = "police"
person = "who"
record_key = ["no"]
drop = ["remarks"]
[providers.fields]
report_month = "month"
district = "district"
offence_lead = "offence"
challan_days = "days"
dna_sent = "dna"
"#;

const HEADER: &str = "no,who,month,district,offence,days,dna,remarks\n";
const GOOD: [&str; 8] = ["1", "a", "2025-01", "Mardan", "rape", "3", "yes", "none"];
const REPORTS: [&str; 3] = [".refused.txt", ".refused.html", ".rejected-rows.csv"];

/// So many good rows, and every canary in every column in turn: as token, as key and in the dropped
/// column too.
fn table<'a>(start: &str, good: usize) -> Table<'a> {
    let row = |no: String, change: &dyn Fn(&mut Vec<String>)| {
        let mut cells = GOOD.map(str::to_owned).to_vec();
        (cells[0], cells[1]) = (format!("{start}{no}"), format!("{start}t{no}"));
        change(&mut cells);
        cells
    };
    let mut rows: Vec<_> = (0..good).map(|i| row(i.to_string(), &|_| {})).collect();
    for (i, canary) in CANARIES.iter().enumerate() {
        let planted = |column| {
            row(format!("{i}-{column}"), &|cells| (*canary).clone_into(&mut cells[column]))
        };
        rows.extend((0..GOOD.len()).map(planted));
    }
    Table { header: HEADER.trim().split(',').collect(), rows, name: CANARIES[0] }
}

/// Fills the inbox.
fn plant(inbox: &Path) {
    let header: Vec<&str> = HEADER.trim().split(',').chain(CANARIES).collect();
    for (ending, start) in ENDINGS.iter().zip('a'..) {
        write(&inbox.join(format!("whole.{ending}")), &table(&format!("{start}w"), 5));
        write(&inbox.join(format!("single.{ending}")), &table(&format!("{start}s"), 500));
        let row = GOOD.iter().chain(&CANARIES).map(|c| (*c).to_owned()).collect();
        let table = Table { header: header.clone(), rows: vec![row], name: CANARIES[6] };
        write(&inbox.join(format!("header.{ending}")), &table);
    }
    let write = |name: &str, text: String| std::fs::write(inbox.join(name), text).expect("a file");
    let good = format!("{}\n", GOOD.join(","));
    for (i, canary) in CANARIES.iter().enumerate() {
        write(&format!("head-{i}.csv"), HEADER.replace("remarks", canary) + &good);
        write(
            &format!("headless-{i}.csv"),
            format!("1,{canary},2025-01,Mardan,rape,3,yes,none\n{good}"),
        );
        write(
            &format!("hopeless-{i}.csv"),
            format!("{HEADER}2,c,{canary},{canary},{canary},{canary},{canary},x\n"),
        );
        write(&format!("ragged-{i}.csv"), format!("{HEADER}9{i},{canary}\n7{i}{good}"));
        write(&format!("broken-{i}.xlsx"), (*canary).to_owned());
        write(&format!("broken-{i}.json"), format!("[{{\"no\": {canary}}}]"));
    }
}

#[test]
fn planted_identifiers_appear_nowhere() {
    let dir = home(CONFIGURATION);
    let home = dir.path().join("home");
    let inbox = home.join("inbox/cell");
    plant(&inbox);
    let planted = std::fs::read(inbox.join("single.csv")).expect("a file");
    assert_eq!(canaries(&planted), CANARIES.len());
    let mut printed = String::new();
    for (i, file) in files(&inbox).iter().enumerate() {
        let (file, folder) = (file.display().to_string(), home.join("sent-back"));
        let language = ["en", "ur"][i % 2];
        let folder = folder.display().to_string();
        let check = ["check", &file, "--report", &folder, "--lang", language];
        printed.push_str(&text(&run(&home, &check)));
        printed.push_str(&text(&run(&home, &["check", &file, "--format", "json"])));
    }
    let named = ["single.csv", "single.xlsx"].map(|name| inbox.join(name).display().to_string());
    printed.push_str(&text(&run(&home, &["ingest", &named[0]])));
    printed.push_str(&text(&run(&home, &["ingest", &named[1], "--lang", "ur"])));
    let told = run(&home, &["ingest", "--format", "json"]);
    both_happened(&serde_json::from_slice(&told.stdout).expect("JSON"));
    printed.push_str(&text(&told));
    for verb in [
        vec!["ingest", "--lang", "ur"],
        vec!["ingest"],
        vec!["status", "--format", "json"],
        vec!["batches"],
        vec!["plan"],
        vec!["release", "annual", "--period", "2025", "--format", "json"],
        vec!["publish"],
        vec!["budget"],
        vec!["verify", "--format", "json"],
    ] {
        printed.push_str(&text(&run(&home, &verb)));
    }
    assert!(printed.contains("date-unreadable") && printed.contains("code-unknown"), "{printed}");
    assert!(home.join("site/index.html").exists(), "{printed}");
    look(printed.as_bytes(), "what was printed");
    look_everywhere(&home, &inbox);
}

/// Files full of identifiers were refused whole, and the others lost the rows that hold them.
fn both_happened(told: &Value) {
    let files = told["files"].as_array().expect("files");
    for ending in ENDINGS {
        let named = |start: &str| {
            let name = format!("{start}.{ending}");
            files.iter().find(|f| f["file"] == name.as_str())
        };
        assert_eq!(named("whole").expect("a file")["refusal"], "identifying", "{ending}");
        assert_eq!(named("header").expect("a file")["refusal"], "header", "{ending}");
        // Two had landed before.
        let Some(single) = named("single") else { continue };
        assert_eq!(single["state"], "landed", "{single}");
        let rules = single["rules"].as_array().expect("rules").iter();
        let rules: BTreeSet<&str> = rules.filter_map(|r| r["rule"].as_str()).collect();
        for rule in [
            "id-identity-number",
            "id-phone",
            "id-email",
            "id-name",
            "id-police-report",
            "code-unknown",
            "date-unreadable",
        ] {
            assert!(rules.contains(rule), "{ending}: no {rule} in {rules:?}");
        }
    }
}

/// Every file of the home but those that the office sent.
fn look_everywhere(home: &Path, inbox: &Path) {
    let kinds = [".refused.txt", ".refused.html", ".rejected-rows.csv", "rejects/", "sent-back/"];
    let (mut seen, mut runs, mut looked) = ([0; 5], 0, 0);
    for file in files(home) {
        let name = file.display().to_string();
        if file.starts_with(inbox) && !REPORTS.iter().any(|r| name.ends_with(r)) {
            continue;
        }
        look(name.as_bytes(), &name);
        look(&std::fs::read(&file).expect("a file"), &name);
        if name.ends_with(".parquet") {
            look(format!("{:?}", parquet(&file)).as_bytes(), &name);
        }
        looked += 1;
        runs += usize::from(file.parent() == Some(&home.join("lake/.places")));
        let ours = |k: &&str| name.ends_with(*k) || (k.ends_with('/') && name.contains(*k));
        for (i, _) in kinds.iter().enumerate().filter(|(_, k)| ours(k)) {
            seen[i] += 1;
        }
    }
    assert!(seen.iter().all(|n| *n > 1), "{kinds:?}: {seen:?}");
    assert!(looked > 60 && runs > 0, "{looked} {runs}");
    assert!(files(&home.join(".scratch")).is_empty(), "something was left behind");
    let records = lake(home, "police").len();
    assert!(records > 500 * ENDINGS.len(), "{records}");
}

fn look(bytes: &[u8], place: &str) {
    assert_eq!(canaries(bytes), 0, "canaries are in {place}");
}

/// How many canaries are there, as text or as a number.
fn canaries(bytes: &[u8]) -> usize {
    let float = (NUMBER as f64).to_le_bytes();
    // A database keeps whole numbers in as few bytes as they need, the first byte first.
    let numbers = [&NUMBER.to_le_bytes()[..6], &NUMBER.to_be_bytes()[2..], &float];
    let all = CANARIES.iter().map(|c| c.as_bytes()).chain(numbers);
    all.filter(|part| bytes.windows(part.len()).any(|w| w == *part)).count()
}
