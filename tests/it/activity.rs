//! Programme activity, which is free of persons: summed exactly, marked so, at no cost, and apart from
//! everything that is about persons.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::Value;

use crate::support::{digests, json, lake, police, run, text};

const EXACT: &str = r#"exact = ["officials-trained", "sessions-held", "people-reached"]"#;

/// A year of police tables and activity, and the office that reports activity.
fn settings(tables: &str, coverage: &str) -> String {
    format!(
        r#"
[[releases]]
id = "annual"
every = "year"
{tables}
{EXACT}
[[providers]]
id = "programme"
kind = "activity"
{coverage}
[providers.fields]
activity_month = "Month"
district = "District"
activity = "Activity"
organiser = "Organiser"
sessions = "Sessions"
officials_trained = "Officials"
people_reached = "People"
"#
    )
}

const POLICE: &str = r#"tables = ["police-complaints"]"#;
const HEADER: &str = "Month,District,Activity,Organiser,Sessions,Officials,People\n";

/// Made-up activity of three districts: month, district, activity, organiser, three numbers.
fn rows() -> Vec<[String; 7]> {
    let mut rows = Vec::new();
    for i in 0..180_u32 {
        let district = ["Peshawar", "Mardan", "Swat"][(i % 3) as usize];
        let (activity, numbers) = match i % 4 {
            0 => ("officials_training", [2, 25 + i, 0]),
            1 => ("awareness_session", [1 + i % 5, 0, 60 + 7 * i]),
            2 => ("campaign", [0, 0, 1_000_000 + 1_001 * i]),
            _ => ("staff_training", [1, i % 13, 0]),
        };
        let month = format!("2025-{:02}", 1 + (i * 7) % 12);
        let organiser = if i % 5 == 0 { "" } else { "police_training" };
        let blank = |n: u32| if n == 0 && i % 2 == 0 { String::new() } else { n.to_string() };
        let [sessions, officials, people] = numbers.map(blank);
        let texts = [district, activity, organiser].map(str::to_owned);
        let [district, activity, organiser] = texts;
        rows.push([month, district, activity, organiser, sessions, officials, people]);
    }
    rows
}

fn csv(rows: &[[String; 7]]) -> String {
    HEADER.to_owned() + &rows.iter().map(|r| r.join(",") + "\n").collect::<String>()
}

fn ingest(dir: &Path, name: &str, text: &str) -> std::process::Output {
    let file = dir.join(name);
    std::fs::write(&file, text).expect("a file");
    run(&dir.join("home"), &["ingest", &file.display().to_string(), "--provider", "programme"])
}

fn ok(home: &Path, arguments: &[&str]) {
    let output = run(home, arguments);
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", text(&output));
}

/// A published list by the codes of its columns: the sum, or nothing where nothing was reported.
fn published(home: &Path, list: &str, columns: &[&str]) -> BTreeMap<Vec<String>, Option<u64>> {
    let file = home.join(format!("site/data/annual-2025/{list}.csv"));
    let mut reader = csv::Reader::from_path(file).expect("a list");
    let rows = reader.deserialize::<BTreeMap<String, String>>();
    rows.map(|row| {
        let row = row.expect("a row");
        let sum = row["displayed"].parse().ok();
        let mark = if sum.is_some() { ("exact", "A", "0") } else { ("", "L", "") };
        let of = ["reliability", "obs_status", "standard_error"].map(|c| row[c].as_str());
        assert_eq!((of[0], of[1], of[2]), mark);
        assert_eq!((row["lower"].as_str(), row["upper"].as_str()), ("", ""));
        assert_eq!(row["estimate"], row["displayed"]);
        assert!(row["exact"].starts_with("exact count: activity of programmes"));
        (columns.iter().map(|c| row[*c].clone()).collect(), sum)
    })
    .collect()
}

/// Sums of the rows themselves, by another way: column of the number, and what the rows are told by.
fn expected(number: usize, by: impl Fn(&[String; 7]) -> Vec<String>) -> BTreeMap<Vec<String>, u64> {
    let mut sums = BTreeMap::new();
    for row in rows() {
        *sums.entry(by(&row)).or_insert(0) += row[number].parse::<u64>().unwrap_or(0);
    }
    sums
}

#[test]
fn sums_are_exact_marked_free_and_apart() {
    let dir = police("3", &settings(POLICE, ""));
    let home = dir.path().join("home");
    let output = ingest(dir.path(), "activity.csv", &csv(&rows()));
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    assert!(lake(&home, "activity").iter().all(|r| r["free_of_persons"] == "true"));
    // A plan says that they cost nothing, and plans the rest as if they were not there.
    let plan = json(&home, &["plan", "--year", "2025"]);
    assert_eq!(plan["exact"].as_array().map(Vec::len), Some(27));
    assert!(plan["tables"].as_array().expect("tables").iter().all(|t| t["kind"] == "police"));
    ok(&home, &["release", "annual", "--period", "2025"]);
    ok(&home, &["publish"]);
    let number = [("officials-trained", 5), ("sessions-held", 4), ("people-reached", 6)];
    for (statistic, number) in number {
        let total = published(&home, &format!("{statistic}--total"), &[]);
        let sum: u64 = expected(number, |_| vec![]).into_values().sum();
        assert_eq!(total.into_values().collect::<Vec<_>>(), [Some(sum)], "{statistic}");
        let list = format!("{statistic}--district-activity");
        let found = published(&home, &list, &["district_label_en", "activity"]);
        let expected = expected(number, |r| vec![r[1].clone(), r[2].clone()]);
        for (key, sum) in &expected {
            assert_eq!(found[key], Some(*sum), "{statistic} {key:?}");
        }
        // What a district that reported has not done is none; of others nothing is known.
        let reported = ["Peshawar", "Mardan", "Swat"];
        for (key, sum) in &found {
            let told = reported.contains(&key[0].as_str());
            assert_eq!(sum.is_some(), told, "{key:?}");
            assert!(expected.contains_key(key) || sum.unwrap_or(0) == 0, "{key:?}");
        }
        let quarter = |r: &[String; 7]| {
            let month: u32 = r[0][5..].parse().expect("a month");
            vec![r[1].clone(), format!("2025-Q{}", month.div_ceil(3))]
        };
        let list = format!("{statistic}--district-quarter");
        let found = published(&home, &list, &["district_label_en", "quarter"]);
        for (key, sum) in self::expected(number, quarter) {
            assert_eq!(found[&key], Some(sum), "{statistic} {key:?}");
        }
    }
    let organisers = published(&home, "officials-trained--organiser", &["organiser"]);
    assert!(organisers[&vec!["not_recorded".to_owned()]].is_some_and(|n| n > 0));
    marked_everywhere(&home);
    let verified = json(&home, &["verify"]);
    assert_eq!(verified["verified"], true, "{verified}");
    assert!(verified.to_string().contains("free of persons"));
}

/// The mark on pages of both languages, in the metadata and in the other files.
fn marked_everywhere(home: &Path) {
    let site = home.join("site");
    let read = |path: &str| std::fs::read_to_string(site.join(path)).expect(path);
    let page = "releases/annual-2025/exact/officials-trained.html";
    for (language, mark, note, missing) in [
        ("en", "Exact count.", "holds nothing about a survivor", "not reported"),
        ("ur", "عین شمار۔", "کسی متاثرہ خاتون کے بارے میں کچھ نہیں", "رپورٹ نہیں آئی"),
    ] {
        let text = read(&format!("{language}/{page}"));
        for said in [mark, note, missing] {
            assert!(text.contains(said), "{language}: {said}");
        }
        assert!(!text.contains("range in brackets"));
        let release = read(&format!("{language}/releases/annual-2025.html"));
        assert!(release.contains(mark) && release.contains(note), "{language}");
    }
    let privacy: Value =
        serde_json::from_str(&read("data/annual-2025/privacy.json")).expect("JSON");
    let exact = privacy["exact_tables"].as_array().expect("a list");
    assert_eq!(exact.len(), 3);
    assert!(exact.iter().all(|t| t["mechanism"] == "none" && t["free_of_persons"] == true));
    assert!(exact.iter().all(|t| t["why"].as_str().is_some_and(|w| w.contains("no person"))));
    assert!(!privacy["years"].to_string().contains("activity"));
    let metadata = read("data/annual-2025/officials-trained--district.csv-metadata.json");
    assert!(metadata.contains("Exact counts: activity of programmes"));
    assert!(!metadata.contains("Random whole numbers"));
    let measured = read("data/annual-2025/police-complaints--district.csv-metadata.json");
    assert!(!measured.contains("Exact counts"));
    let sdmx = read("data/annual-2025/sdmx/officials-trained.csv");
    assert!(sdmx.contains("exact count: activity of programmes"));
    for file in ["officials-trained.parquet", "officials-trained.xlsx"] {
        assert!(site.join("data/annual-2025").join(file).is_file(), "{file}");
    }
    assert!(read("data/catalog.jsonld").contains("officials-trained"));
}

#[test]
fn they_change_no_measurement_and_no_row_of_the_ledger() {
    let of = |release: &str, reports_activity: bool| {
        let dir = police("3", release);
        let home = dir.path().join("home");
        if reports_activity {
            let output = ingest(dir.path(), "activity.csv", &csv(&rows()));
            assert_eq!(output.status.code(), Some(0), "{}", text(&output));
        }
        ok(&home, &["release", "annual", "--period", "2025"]);
        let budget = json(&home, &["budget"]);
        let ledger = budget["ledger"].as_array().expect("rows").clone();
        let bare = |row: &Value| {
            let mut row = row.clone();
            let known = row.as_object_mut().expect("a row");
            known.retain(|name, _| !["at", "time", "hash", "prev"].contains(&name.as_str()));
            row
        };
        (ledger.iter().map(bare).collect::<Vec<_>>(), budget["years"].clone())
    };
    let plain = format!("[[releases]]\nid = \"annual\"\nevery = \"year\"\n{POLICE}\n");
    let (with, years) = of(&settings(POLICE, ""), true);
    let (without, same_years) = of(&plain, false);
    assert!(!with.is_empty());
    assert_eq!(with, without);
    assert_eq!(years, same_years);
}

#[test]
fn a_release_of_activity_alone_touches_no_ledger() {
    let dir = police("3", &settings("", ""));
    let home = dir.path().join("home");
    let early = run(&home, &["release", "annual", "--period", "2025"]);
    assert_eq!(early.status.code(), Some(1), "{}", text(&early));
    assert!(text(&early).contains("has no record in the lake"), "{}", text(&early));
    assert_eq!(ingest(dir.path(), "a.csv", &csv(&rows())).status.code(), Some(0));
    ok(&home, &["release", "annual", "--period", "2025"]);
    ok(&home, &["publish"]);
    assert_eq!(json(&home, &["budget"])["ledger"].as_array().map(Vec::len), Some(0));
    assert_eq!(json(&home, &["verify"])["verified"], true);
    // The same command finds what stands; corrected files make a new version that costs nothing.
    let before = digests(&home.join("releases"));
    ok(&home, &["release", "annual", "--period", "2025"]);
    assert_eq!(digests(&home.join("releases")), before);
    let mut corrected = rows();
    corrected.truncate(90);
    let file = dir.path().join("b.csv");
    std::fs::write(&file, csv(&corrected)).expect("a file");
    let batch = json(&home, &["batches"]);
    let number = batch
        .as_array()
        .or(batch["batches"].as_array())
        .and_then(|all| all.iter().find(|b| b["kind"] == "activity"))
        .and_then(|b| b["batch"].as_i64().or(b["id"].as_i64()))
        .expect("a batch");
    let file = file.display().to_string();
    let number = number.to_string();
    ok(&home, &["ingest", &file, "--provider", "programme", "--replaces", &number]);
    let revise = ["release", "annual", "--period", "2025", "--revise", "a corrected list"];
    ok(&home, &[&revise[..], &["--accept"]].concat());
    ok(&home, &["publish"]);
    assert_eq!(json(&home, &["budget"])["ledger"].as_array().map(Vec::len), Some(0));
    let file = home.join("site/data/annual-2025-r2/officials-trained--total.csv");
    let sum: u64 = corrected.iter().map(|r| r[5].parse::<u64>().unwrap_or(0)).sum();
    assert!(std::fs::read_to_string(file).expect("a list").contains(&format!("\n{sum},0,")));
}

#[test]
fn a_district_that_reported_everything_is_told_and_another_is_not() {
    let coverage = r#"expects = { every = "quarter", from = "2025-01" }
facility = "Office"
facilities = [{ id = "swat", area = "PK532" }, { id = "bannu", area = "PK503" }]"#;
    let dir = police("3", &settings("", coverage));
    let home = dir.path().join("home");
    let header = HEADER.replace('\n', ",Office\n");
    // Swat reports three quarters and says of the fourth that there was nothing; Bannu reports one.
    let mut file = header;
    for (month, district, office) in [
        ("2025-01", "Swat", "swat"),
        ("2025-04", "Swat", "swat"),
        ("2025-07", "Swat", "swat"),
        ("2025-02", "Bannu", "bannu"),
    ] {
        file.push_str(&format!("{month},{district},awareness_session,,1,,40,{office}\n"));
    }
    let output = ingest(dir.path(), "a.csv", &file);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    let nil = ["nil", "programme", "--facility", "swat", "--month", "2025-10"];
    ok(&home, &nil);
    ok(&home, &["release", "annual", "--period", "2025"]);
    ok(&home, &["publish"]);
    let columns = ["district_label_en", "quarter"];
    let found = published(&home, "people-reached--district-quarter", &columns);
    let of = |district: &str| -> Vec<Option<u64>> {
        let quarter = |q: u32| vec![district.to_owned(), format!("2025-Q{q}")];
        (1..=4).map(|q| found[&quarter(q)]).collect()
    };
    assert_eq!(of("Swat"), [Some(40), Some(40), Some(40), Some(0)]);
    assert_eq!(of("Bannu"), [Some(40), None, None, None]);
    assert_eq!(of("Mardan"), [None; 4]);
    assert_eq!(json(&home, &["verify"])["verified"], true);
}

#[test]
fn identifiers_are_refused_as_everywhere() {
    let dir = police("3", &settings("", ""));
    let home = dir.path().join("home");
    // A name or a number where a code or a number stands refuses the row and is told without it.
    let mut file = HEADER.to_owned();
    for i in 1..=30 {
        file.push_str(&format!("2025-{:02},Swat,awareness_session,,1,,40\n", 1 + i % 12));
    }
    file.push_str("2025-03,Swat,Ghazala Parveen d/o Abdul Karim,,1,,40\n");
    file.push_str("2025-03,Swat,awareness_session,17301-1234567-8,1,,40\n");
    file.push_str("2025-03,Swat,awareness_session,,1,03001234567,40\n");
    let output = ingest(dir.path(), "a.csv", &file);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    assert_eq!(lake(&home, "activity").len(), 30);
    for hidden in ["Ghazala", "Karim", "1234567", "03001234567"] {
        assert!(!text(&output).contains(hidden), "{hidden}");
        for path in crate::support::files(&home.join("rejects")) {
            let bytes = std::fs::read(&path).expect("a file");
            assert!(!String::from_utf8_lossy(&bytes).contains(hidden), "{hidden}");
        }
    }
    // A column that the mapping does not know refuses the file, whatever it is called.
    let named = HEADER.replace('\n', ",Name of participant\n");
    let output = ingest(dir.path(), "b.csv", &format!("{named}2025-03,Swat,campaign,,1,,4,X\n"));
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    // And no column of persons can be named at all.
    let settings = std::fs::read_to_string(home.join("shumar.toml")).expect("settings");
    let with = settings.replace("kind = \"activity\"", "kind = \"activity\"\nperson = \"Token\"");
    std::fs::write(home.join("shumar.toml"), with).expect("written");
    let output = run(&home, &["status"]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    assert!(text(&output).contains("free of persons"), "{}", text(&output));
}

/// A register about women, as a home of its own declares it, and the same declared free of persons.
fn register(free: bool) -> String {
    let (person, mark) = if free {
        (String::new(), "\"free_of_persons\": true,")
    } else {
        ("{\"name\": \"person\", \"role\": \"person\", \"title\": \"P\"},".to_owned(), "")
    };
    format!(
        r#"{{"name": "cases", {mark} "title": "Cases", "unit": "cases", "fields": [{person}
        {{"name": "month", "role": "event_date", "title": "Month", "constraints": {{"required": true}}}},
        {{"name": "district", "role": "area", "codes": "district", "title": "District", "constraints": {{"required": true}}}},
        {{"name": "sessions", "role": "count", "title": "Sessions"}}]}}"#
    )
}

#[test]
fn rows_about_persons_are_never_summed_exactly() {
    let releases = r#"
[[releases]]
id = "annual"
every = "year"
tables = ["cases"]
[[releases]]
id = "activity"
every = "year"
tables = ["police-complaints"]
[[providers]]
id = "programme"
kind = "cases"
fields = { month = "Month", district = "District", sessions = "Sessions" }
"#;
    let dir = police("3", "");
    let home = dir.path().join("home");
    let write = |path: &str, text: &str| {
        let path = home.join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(path, text).expect("written");
    };
    let statistic = |sum: &str| {
        format!(
            "id = \"cases\"\nkind = \"cases\"\n{sum}title = {{ en = \"Cases\" }}\n[[dimensions]]\nid = \
             \"district\"\nfield = \"district\"\n[[margins]]\nby = [\"district\"]\n"
        )
    };
    let settings = std::fs::read_to_string(home.join("shumar.toml")).expect("settings");
    let with = |releases: &str| {
        settings.replacen("[[providers]]", &format!("{releases}\n[[providers]]"), 1)
    };
    write("records/cases.json", &register(false));
    write("statistics/cases.toml", &statistic(""));
    write("shumar.toml", &with(releases));
    let output =
        ingest(dir.path(), "a.csv", "Month,District,Sessions\n2025-03,Swat,1\n2025-04,Swat,1\n");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    // The schema is changed afterwards: the rows that arrived before are still about persons.
    write("records/cases.json", &register(true));
    write("statistics/cases.toml", &statistic("sum = \"sessions\"\n"));
    let exact = releases.replace("tables = [\"cases\"]", "exact = [\"cases\"]");
    write("shumar.toml", &with(&exact));
    let output = run(&home, &["release", "annual", "--period", "2025"]);
    assert_ne!(output.status.code(), Some(0), "{}", text(&output));
    assert!(text(&output).contains("not taken in as free of persons"), "{}", text(&output));
    assert!(!home.join("releases/annual-2025").exists());
    // Once measured as those of persons, the kind is refused before any row is read.
    write("records/cases.json", &register(false));
    write("statistics/cases.toml", &statistic(""));
    write("shumar.toml", &with(releases));
    ok(&home, &["release", "annual", "--period", "2025"]);
    write("records/cases.json", &register(true));
    write("statistics/cases.toml", &statistic("sum = \"sessions\"\n"));
    write("shumar.toml", &with(&exact.replace("id = \"annual\"", "id = \"again\"")));
    let output = run(&home, &["release", "again", "--period", "2025"]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    assert!(text(&output).contains("measured as those of persons before"), "{}", text(&output));
}
