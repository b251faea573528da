//! A proposed mapping is pasted into the settings, and the same file lands.

use std::path::{Path, PathBuf};

use shumar_ingest::{Ask, Batch, Suggestion};

use crate::support::{Home, workbook};

const COMMISSION: &str = r#"
format = "shumar.home/1"
[commission]
name = { en = "Test" }
[scope]
list = "district"
where = { province = "PK-KP" }
[privacy]
family = "laplace"
budget = "1"
bounds = { all = 3 }
"#;

fn suggest(file: &Path, kind: Option<&str>) -> Suggestion {
    let home = Home::with(COMMISSION);
    let ask = Ask {
        catalog: &home.catalog,
        scope: home.config.scope.as_ref(),
        kind,
        id: Some("cell"),
        scratch: home.dir.path(),
        today: "2026-11-21".parse().expect("a day"),
    };
    shumar_ingest::suggest(file, &ask).expect("a proposal")
}

/// Pastes a proposal into a home's settings and lands the file there.
fn land(file: &Path, suggestion: &Suggestion) -> Batch {
    Home::with(&format!("{COMMISSION}{}", suggestion.toml)).land(file)
}

fn file(dir: &Path, name: &str, text: &str) -> PathBuf {
    let path = dir.join(name);
    std::fs::write(&path, text).expect("a file");
    path
}

fn pick<'a>(words: &[&'a str], i: usize) -> &'a str {
    words[i % words.len()]
}

const DISTRICTS: [&str; 6] =
    ["Peshawar", "District Mardan", "D.I. Khan", "Abbotabad", "نوشہرہ", "Lower Dir"];

/// 240 rows of a police register with names, numbers and remarks.
fn register() -> String {
    let mut text = "Sr. No,Complaint No,Name of Complainant,CNIC,Token,Date of Complaint,Zila,Nature of Offence,Gender,Marital Status,Present Status,Remarks\n".to_owned();
    for i in 0..240 {
        text.push_str(&format!(
            "{},{}/25,Fatima Bibi {i},17301-{:07}-2,t{:04x},{:02}/{:02}/2025,{},{},{},{},{},she told a long story number {i} and more of it\n",
            i + 1,
            i + 1,
            i * 977,
            i % 200,
            1 + i % 28,
            1 + i % 12,
            pick(&DISTRICTS, i),
            pick(&["Rape", "Domestic Violence", "Criminal intimidation", "Sec 376"], i / 2),
            pick(&["Female", "F", "-"], i),
            pick(&["Never married", "Widowed", "N/A"], i),
            pick(&["FIR registered", "Pending", "Withdrawn"], i),
        ));
    }
    text
}

#[test]
fn an_english_register_with_names_is_mapped_and_its_names_are_dropped() {
    let dir = tempfile::tempdir().expect("a folder");
    let file = file(dir.path(), "march.csv", &register());
    let suggestion = suggest(&file, None);
    let toml = &suggestion.toml;
    assert_eq!(suggestion.kind, "police", "{toml}");
    for line in [
        "person = \"Token\"",
        "record_key = [\"Complaint No\"]",
        "\"CNIC\",",
        "\"Name of Complainant\",",
        "\"Sr. No\",",
        "\"Remarks\",",
        "report_month = { column = \"Date of Complaint\", date_formats = [\"%d/%m/%Y\"] }",
        "# ? \"Sec 376\" = \"\"",
        "\"District Mardan\" = \"PK523\"",
        "null_words = [\"-\", \"N/A\"]",
    ] {
        assert!(toml.contains(line), "{line}\n{toml}");
    }
    for value in ["Fatima", "17301", "story", "t0001", "1/25"] {
        assert!(!toml.contains(value), "{value}\n{toml}");
    }
    // The one word that is not a label is asked about; once it is answered, all rows land.
    let answered = Suggestion {
        toml: toml.replace("# ? \"Sec 376\" = \"\"", "\"Sec 376\" = \"rape\""),
        ..suggestion.clone()
    };
    let batch = land(&file, &answered);
    assert!(batch.accepted * 100 >= batch.rows * 95, "{:?}\n{toml}", batch.tally);
    assert!(land(&file, &suggestion).accepted > 0, "it can be loaded as it is");
}

#[test]
fn an_urdu_register_in_another_order_is_mapped() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("a.xlsx");
    workbook(&path, |book| {
        let sheet = book.add_worksheet();
        sheet.write_string(0, 0, "دارالامان — ماہانہ رپورٹ").expect("a title");
        let head = [
            "نمبر شمار",
            "داخلے کی وجہ",
            "ازدواجی حیثیت",
            "ضلع",
            "تاریخ داخلہ",
            "متاثرہ کا نام",
            "ٹوکن",
            "داخلہ نمبر",
        ];
        for (i, name) in (0_u16..).zip(head) {
            sheet.write_string(2, i, name).expect("a header");
        }
        for i in 0..120_usize {
            let row = i as u32 + 3;
            let cells = [
                (i + 1).to_string(),
                pick(&["خلع یا طلاق", "جسمانی تشدد", "Forced marriage"], i).to_owned(),
                pick(&["شادی شدہ", "بیوہ"], i).to_owned(),
                pick(&["پشاور", "مردان", "سوات", "ڈی آئی خان"], i).to_owned(),
                format!("{}-{}-2025", 1 + i % 28, 1 + i % 12),
                format!("فاطمہ {i}"),
                format!("k{i:05x}"),
                format!("{}", 900 + i),
            ];
            for (column, cell) in (0_u16..).zip(cells) {
                sheet.write_string(row, column, cell).expect("a cell");
            }
        }
    });
    let suggestion = suggest(&path, None);
    let toml = &suggestion.toml;
    assert_eq!(suggestion.kind, "shelter", "{toml}");
    assert!(
        toml.contains("person = \"ٹوکن\"") && toml.contains("record_key = [\"داخلہ نمبر\"]"),
        "{toml}"
    );
    assert!(!toml.contains("فاطمہ") && !toml.contains("k00"), "{toml}");
    let batch = land(&path, &suggestion);
    assert!(batch.accepted * 100 >= batch.rows * 95, "{:?}\n{toml}", batch.tally);
}

#[test]
fn what_the_data_does_not_decide_is_asked() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut text = "Complaint No;Date;District;Offence;Age;Colour of the door\n".to_owned();
    for i in 0..60 {
        text.push_str(&format!(
            "{i};{:02}/{:02}/2025;{};{};{};{}\n",
            1 + i % 12,
            1 + i % 9,
            pick(&["Karek", "Kalat", "Karak", "Peshawar", "Swat"], i),
            pick(&["Rape", "Honour Killing"], i),
            18 + i % 40,
            pick(&["red", "green"], i),
        ));
    }
    let file = file(dir.path(), "a.csv", &text);
    let suggestion = suggest(&file, Some("police"));
    let toml = &suggestion.toml;
    assert!(toml.contains("day first or month first? no date tells"), "{toml}");
    assert!(toml.contains("# ? \"Karek\" = \"\""), "a district is not guessed: {toml}");
    assert!(toml.contains("{ column = \"Age\", read = \"age\" }"), "{toml}");
    assert!(toml.contains("nothing is known of these"), "{toml}");
    assert!(toml.contains("no column holds a person token"), "{toml}");
    assert!(!toml.contains("delimiter") && !toml.contains("header_row"), "{toml}");
    let door = suggestion.columns.iter().find(|c| c.header == "Colour of the door");
    let door = door.expect("the column");
    assert_eq!((door.field.as_str(), door.place.as_str()), ("drop", "column 6"));
    assert!(door.question.is_some() && door.confidence < 60);
    toml::from_str::<toml::Table>(toml).expect("TOML");
}

#[test]
fn an_unsafe_person_column_a_repeating_number_and_a_missing_area_are_told() {
    let dir = tempfile::tempdir().expect("a folder");
    let mut text =
        "Survivor ID,FIR No,Date of FIR,Offence,Report Date,16101-1234567-9\n".to_owned();
    for i in 0..50 {
        text.push_str(&format!(
            "17301{:07}2,{},2025-0{}-11,{},2025-0{}-10,x\n",
            i * 31,
            i % 7,
            1 + i % 9,
            pick(&["Rape", "Gang Rape", "Stripping"], i),
            1 + i % 9
        ));
    }
    let file = file(dir.path(), "a.csv", &text);
    let toml = suggest(&file, Some("police")).toml;
    assert!(toml.contains("seems to hold identity or telephone numbers"), "{toml}");
    assert!(toml.contains("its numbers repeat on different records"), "{toml}");
    assert!(toml.contains("# ? district is required"), "{toml}");
    assert!(!toml.contains("17301") && !toml.contains("16101"), "{toml}");
    assert!(toml.contains("column 6 has a header that looks like a value"), "{toml}");
}

#[test]
fn sheets_and_encodings_are_found() {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("two.xlsx");
    workbook(&path, |book| {
        book.add_worksheet()
            .set_name("Cover")
            .expect("a name")
            .write_string(0, 0, "Return")
            .expect("a cell");
        let sheet = book.add_worksheet().set_name("March").expect("a name");
        for (i, name) in
            (0_u16..).zip(["Case No", "District", "Date of Service", "Type of Service"])
        {
            sheet.write_string(0, i, name).expect("a header");
            for row in 1..30 {
                let cell = match i {
                    0 => row.to_string(),
                    1 => "Swat".to_owned(),
                    2 => format!("2025-03-{row:02}"),
                    _ => pick(&["Legal counselling", "Medical care"], row as usize).to_owned(),
                };
                sheet.write_string(row, i, cell).expect("a cell");
            }
        }
    });
    let suggestion = suggest(&path, None);
    assert_eq!(suggestion.kind, "service", "{}", suggestion.toml);
    assert!(suggestion.toml.contains("sheet = \"March\""), "{}", suggestion.toml);
    assert_eq!(land(&path, &suggestion).accepted, 29);

    let text: String = (0..40)
        .fold("Case No,ضلع,Date of Service,Type of Service\n".to_owned(), |text, i| {
            format!("{text}{i},پشاور,2025-03-{:02},Medical care\n", 1 + i % 28)
        });
    let (bytes, _, _) = encoding_rs::WINDOWS_1256.encode(&text);
    let path = dir.path().join("old.csv");
    std::fs::write(&path, &bytes).expect("a file");
    let suggestion = suggest(&path, None);
    assert!(suggestion.toml.contains("encoding = \"windows-1256\""), "{}", suggestion.toml);
    assert_eq!(land(&path, &suggestion).accepted, 40);
}
