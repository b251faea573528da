//! Planted names, numbers and phones must never leave the file they came in.

use std::path::Path;

use rust_xlsxwriter::Workbook;

use crate::support::{files, home, parquet, run, text};

/// What must never be seen again. All are made up.
const CANARIES: [&str; 8] = [
    "Canary Bibi",
    "17301-0000000-2",
    "1730100000002",
    "+92 300 0000000",
    "0300-0000000",
    "canary@example.org",
    "مسماۃ کینری",
    "FIR No. 000/2024",
];

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

#[test]
fn planted_identifiers_appear_nowhere() {
    let dir = home(CONFIGURATION);
    let home = dir.path().join("home");
    let inbox = home.join("inbox/cell");
    let write = |name: &str, text: String| std::fs::write(inbox.join(name), text).expect("a file");
    let good = "1,a,2025-01,Mardan,rape,3,yes,none\n";
    // In every field in turn, beside a good row; as token, as key and in the dropped column too.
    for (i, canary) in CANARIES.iter().enumerate() {
        let mut rows = format!("{HEADER}{i}{good}");
        for column in 0..8 {
            let mut cells = ["k", "b", "2025-02", "Swat", "threat", "4", "no", "none"];
            let key = format!("{i}-{column}");
            cells[0] = &key;
            cells[column] = canary;
            rows.push_str(&format!("\"{}\"\n", cells.join("\",\"")));
        }
        write(&format!("mixed-{i}.csv"), rows);
        write(&format!("header-{i}.csv"), HEADER.replace("remarks", canary) + good);
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
    }
    workbook(&inbox.join("book.xlsx"));
    let mut printed = String::new();
    for (i, file) in files(&inbox).iter().enumerate() {
        let (file, folder) = (file.display().to_string(), home.join("sent-back"));
        let language = ["en", "ur"][i % 2];
        let folder = folder.display().to_string();
        let check = ["check", &file, "--report", &folder, "--lang", language];
        printed.push_str(&text(&run(&home, &check)));
        printed.push_str(&text(&run(&home, &["check", &file, "--format", "json"])));
    }
    for verb in [
        vec!["ingest", "--lang", "ur"],
        vec!["ingest"],
        vec!["ingest", "--format", "json"],
        vec!["status", "--format", "json"],
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
    look(&printed, "what was printed");
    let sent = |f: &Path| {
        f.starts_with(&inbox) && f.extension().is_some_and(|e| e == "csv" || e == "xlsx")
    };
    let reports = [".refused.txt", ".refused.html", ".rejected-rows.csv"];
    let kinds = [".refused.txt", ".refused.html", ".rejected-rows.csv", "rejects/", "sent-back/"];
    let mut seen = [0; 5];
    let mut looked = 0;
    for file in files(&home) {
        let name = file.display().to_string();
        if sent(&file) && !reports.iter().any(|r| name.ends_with(r)) {
            continue;
        }
        look(&name, &name);
        look(&String::from_utf8_lossy(&std::fs::read(&file).expect("a file")), &name);
        if name.ends_with(".parquet") {
            look(&format!("{:?}", parquet(&file)), &name);
        }
        looked += 1;
        let ours = |k: &&str| name.ends_with(*k) || (k.ends_with('/') && name.contains(*k));
        for (i, _) in kinds.iter().enumerate().filter(|(_, k)| ours(k)) {
            seen[i] += 1;
        }
    }
    assert!(seen.iter().all(|n| *n > 1), "{kinds:?}: {seen:?}");
    assert!(looked > 40, "{looked}");
}

/// A workbook with canaries in a hidden sheet, a sheet's name, and cells of every field.
fn workbook(path: &Path) {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    for (i, name) in HEADER.trim().split(',').enumerate() {
        sheet.write_string(0, i as u16, name).expect("a cell");
    }
    let good = ["book-1", CANARIES[1], "2025-01", "Mardan", "rape", "3", "yes", CANARIES[0]];
    for (i, cell) in good.iter().enumerate() {
        sheet.write_string(1, i as u16, *cell).expect("a cell");
    }
    sheet.write_number(2, 1, 1_730_100_000_002.0).expect("a cell");
    sheet.write_string(2, 3, CANARIES[0]).expect("a cell");
    let hidden = book.add_worksheet();
    hidden.set_name("Canary Bibi").expect("a name").set_hidden(true);
    hidden.write_string(0, 0, CANARIES[3]).expect("a cell");
    book.save(path).expect("a workbook");
}

fn look(text: &str, place: &str) {
    for canary in CANARIES {
        assert!(!text.contains(canary), "a canary is in {place}");
    }
}
