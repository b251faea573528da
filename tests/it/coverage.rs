//! Reports that are expected: nil returns, who is late, and what a release says of it.

use std::path::Path;

use rust_xlsxwriter::Workbook;

use crate::support::{ANNUAL, files, json, lake, police, run, text};

/// A police home of which monthly reports are expected.
fn home() -> tempfile::TempDir {
    let dir = police("3", ANNUAL);
    let file = dir.path().join("home/shumar.toml");
    let settings = std::fs::read_to_string(&file).expect("settings");
    let kind = "kind = \"police\"\n";
    let expects = "expects = { every = \"month\", from = \"2024-01\", until = \"2025-12\" }\n";
    std::fs::write(&file, settings.replace(kind, &format!("{kind}{expects}"))).expect("settings");
    dir
}

fn nil_months(home: &Path) -> Vec<String> {
    let status = json(home, &["status"]);
    let months = status["coverage"][0]["nil"].as_array().expect("months");
    months.iter().map(|m| m.as_str().expect("a month").to_owned()).collect()
}

#[test]
fn a_nil_return_is_noted_shown_and_taken_back() {
    let dir = home();
    let home = dir.path().join("home");
    let nil = ["nil", "cell", "--month", "2024-02"];
    assert_eq!(json(&home, &nil)["changed"], true);
    assert_eq!(json(&home, &nil)["changed"], false);
    assert_eq!(nil_months(&home), ["2024-02"]);
    let status = text(&run(&home, &["status"]));
    assert!(status.contains("1 nil returns") && status.contains("Reports expected"), "{status}");
    assert_eq!(json(&home, &[&nil[..], &["--undo"]].concat())["changed"], true);
    assert!(nil_months(&home).is_empty());
    for bad in [["nil", "cell", "--month", "2023-12"], ["nil", "cell", "--month", "March"]] {
        let refused = run(&home, &bad);
        assert_eq!(refused.status.code(), Some(1), "{}", text(&refused));
        assert!(text(&refused).contains("hint: "), "{}", text(&refused));
    }
}

#[test]
fn a_release_and_its_page_say_how_many_reports_were_made() {
    let dir = home();
    let home = dir.path().join("home");
    json(&home, &["nil", "cell", "--month", "2024-02"]);
    let made = json(&home, &["release", "annual", "--period", "2024"]);
    let coverage = &made["release"]["coverage"][0];
    assert_eq!((&coverage["facility"], &coverage["expected"]), (&"cell".into(), &12.into()));
    let reported = coverage["reported"].as_u64().expect("a number");
    assert!((1..=12).contains(&reported), "{reported}");
    assert_eq!(json(&home, &["verify"])["verified"], true);
    assert_eq!(run(&home, &["publish"]).status.code(), Some(0));
    let page = home.join("site/en/releases/annual-2024.html");
    let page = std::fs::read_to_string(page).expect("a page");
    assert!(page.contains(&format!("{reported} of 12 months")), "{page}");
}

/// Files with the agreed header and no row, as text and as a workbook.
fn nothing(folder: &Path) -> [std::path::PathBuf; 2] {
    let header = ["no", "token", "month", "district", "offence", "result"];
    let (text, book) = (folder.join("nothing.csv"), folder.join("nothing.xlsx"));
    std::fs::write(&text, format!("{}\n", header.join(","))).expect("a file");
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (i, name) in (0_u16..).zip(header) {
        sheet.write_string(0, i, name).expect("a cell");
    }
    workbook.save(&book).expect("a workbook");
    [text, book]
}

fn reported(home: &Path) -> Vec<String> {
    let status = json(home, &["status"]);
    let months = status["coverage"][0]["reported"].as_array().expect("months");
    months.iter().map(|m| m.as_str().expect("a month").to_owned()).collect()
}

#[test]
fn a_file_without_a_row_is_the_report_of_a_month() {
    for file in [0, 1] {
        let dir = home();
        let home = dir.path().join("home");
        let path = nothing(dir.path())[file].display().to_string();
        let before = (reported(&home), lake(&home, "police").len());
        assert!(!before.0.contains(&"2024-02".to_owned()));
        // Nobody said of which month.
        let refused = run(&home, &["ingest", &path]);
        assert_eq!(refused.status.code(), Some(1), "{}", text(&refused));
        assert!(text(&refused).contains("--covers 2025-03"), "{}", text(&refused));
        assert!(text(&run(&home, &["check", &path, "--lang", "ur"])).contains("--covers"));
        assert_eq!(reported(&home), before.0);
        // An office sends the same header every month.
        let taken = |month: &str| json(&home, &["ingest", &path, "--covers", month]);
        for (batch, month) in [(2, "2024-02"), (3, "2024-04")] {
            let taken = taken(month);
            assert_eq!(taken["total"]["refused"], 0);
            let file = &taken["files"][0];
            assert_eq!((&file["state"], &file["batch"]), (&"landed".into(), &batch.into()));
            assert_eq!((&file["rows"], &file["rejected"]), (&0.into(), &0.into()));
            assert!(file["notes"][0].as_str().expect("a note").contains(month), "{file}");
            assert!(file["notes_ur"][0].as_str().expect("a note").contains(month), "{file}");
            assert!(reported(&home).contains(&month.to_owned()));
        }
        let again = taken("2024-02");
        assert_eq!(
            (&again["files"][0]["state"], &again["total"]["already"]),
            (&"already".into(), &1.into())
        );
        assert_eq!(again["files"][0]["batch"], 2);
        // It is traced like any batch, and can be taken back.
        let batch = json(&home, &["batches", "3"]);
        assert_eq!((&batch["rows"], &batch["state"]), (&0.into(), &"active".into()));
        assert_eq!(batch["acts"][0]["act"], "ingest");
        assert_eq!(json(&home, &["status"])["batches"]["count"], 3);
        assert_eq!(lake(&home, "police").len(), before.1);
        let made = json(&home, &["release", "annual", "--period", "2024"]);
        assert_eq!(made["release"]["coverage"][0]["reported"], 8);
        assert_eq!(json(&home, &["verify"])["verified"], true);
        json(&home, &["withdraw", "3", "--reason", "a test"]);
        assert!(!reported(&home).contains(&"2024-04".to_owned()));
        assert!(reported(&home).contains(&"2024-02".to_owned()));
        assert!(files(&home.join("rejects")).is_empty(), "nothing was rejected");
    }
}

#[test]
fn a_file_without_a_row_in_the_inbox_waits_until_its_month_is_said() {
    let dir = home();
    let home = dir.path().join("home");
    let inbox = home.join("inbox/cell");
    let [file, _] = nothing(&inbox);
    std::fs::remove_file(inbox.join("nothing.xlsx")).expect("removed");
    let refused = run(&home, &["ingest"]);
    assert_eq!(refused.status.code(), Some(1), "{}", text(&refused));
    let page = std::fs::read_to_string(inbox.join("nothing.csv.refused.html")).expect("a page");
    assert_eq!(page.matches("--covers MONTH").count(), 2, "in both languages: {page}");
    json(&home, &["ingest", &file.display().to_string(), "--covers", "2024-02"]);
    assert!(inbox.join("accepted/nothing.csv").is_file());
    assert!(!inbox.join("nothing.csv.refused.html").exists());
    // The same bytes in another month are not that report: they are refused, and not passed over.
    let [file, _] = nothing(&inbox);
    std::fs::remove_file(inbox.join("nothing.xlsx")).expect("removed");
    assert_eq!(run(&home, &["ingest"]).status.code(), Some(1));
    assert!(file.is_file());
}
