//! Workbooks and forms of ours are filled, and land without a mapping of one's own.

use calamine::{Data, Reader, Xlsx};
use rust_xlsxwriter::{ExcelDateTime, Format};
use shumar_ingest::Template;
use shumar_schemas::record::{Form, Severity};
use shumar_schemas::{Catalog, Field, RecordKind, Role, config::Scope};

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
[[providers]]
id = "cell"
"#;

fn sheets(bytes: &[u8]) -> Xlsx<std::io::Cursor<&[u8]>> {
    Xlsx::new(std::io::Cursor::new(bytes)).expect("a workbook")
}

fn column(book: &mut Xlsx<std::io::Cursor<&[u8]>>, sheet: &str, head: &str) -> Vec<String> {
    let range = book.worksheet_range(sheet).expect("a sheet");
    let width = range.width();
    let place = (0..width).find(|&i| {
        range.get((0, i)).is_some_and(|c| c.to_string().split(" / ").any(|h| h == head))
    });
    let place = place.unwrap_or_else(|| panic!("no {head} in {sheet}"));
    let cells = range.rows().skip(1).map(|row| row[place].to_string());
    cells.filter(|c| !c.is_empty()).collect()
}

/// The fields that a check of the kind doesn't let say everything together.
fn rivals(kind: &RecordKind) -> Vec<&str> {
    let mut rivals = Vec::new();
    for check in kind.checks.iter().filter(|c| c.severity == Severity::Error) {
        if let Form::Expects { when, expects } = &check.form {
            rivals.extend([when.field.as_str(), expects.field.as_str()]);
        }
    }
    rivals.sort_unstable();
    rivals.dedup();
    rivals
}

/// Which of its values a field has in the row of a turn. Rivals take turns, so that each can say
/// everything that it may; the others are blank then.
fn turn_of(name: &str, rivals: &[&str], turn: usize) -> Option<usize> {
    match rivals.iter().position(|r| *r == name) {
        None => Some(turn),
        Some(place) => (turn % rivals.len() == place).then_some(turn / rivals.len()),
    }
}

/// A value for a field as a clerk would choose it: the `turn`th word of the list.
fn value(field: &Field, book: &mut Xlsx<std::io::Cursor<&[u8]>>, turn: usize) -> String {
    match field.role {
        Role::Area | Role::Code | Role::Boolean => {
            let words = column(book, "Lists", field.title.en());
            words[turn % words.len()].clone()
        }
        Role::Duration | Role::Count => field.range.0.to_string(),
        Role::EventDate => format!("2025-0{}-11", 1 + turn % 9),
        // Whatever else happened to her happened later.
        Role::Date => "2025-09-11".to_owned(),
        Role::Person => format!("t{turn}"),
    }
}

#[test]
fn every_kinds_workbook_lands_in_both_languages_with_every_word_of_its_lists() {
    let catalog = Catalog::new(&[]).expect("the catalog");
    for (kind, language) in catalog.kinds().flat_map(|k| [(k, "en"), (k, "ur")]) {
        let mut home = Home::with(&format!("{COMMISSION}mapping = \"template-{}\"\n", kind.name));
        let scope = home.config.scope.clone();
        let template = Template { catalog: &catalog, kind, scope: scope.as_ref(), language };
        let bytes = template.workbook().expect("a workbook");
        let mut empty = sheets(&bytes);
        assert_eq!(empty.sheet_names(), ["Data", "Notes", "Lists"]);
        let longest = 60;
        let head: Vec<String> = empty
            .worksheet_range("Data")
            .expect("data")
            .rows()
            .next()
            .expect("a header")
            .iter()
            .map(Data::to_string)
            .collect();
        let path = home.dir.path().join("filled.xlsx");
        let rivals = rivals(kind);
        let rows: Vec<Vec<String>> = (0..longest)
            .map(|turn| {
                let cells = kind.fields.iter().map(|f| {
                    let turn = turn_of(&f.name, &rivals, turn);
                    turn.map_or_else(String::new, |turn| value(f, &mut empty, turn))
                });
                [turn.to_string()].into_iter().chain(cells).collect()
            })
            .collect();
        workbook(&path, |book| {
            let date = Format::new().set_num_format("yyyy-mm-dd");
            let sheet = book.add_worksheet().set_name("Data").expect("a name");
            for (i, name) in (0_u16..).zip(&head) {
                sheet.write_string(0, i, name).expect("a header");
            }
            for (r, row) in (1_u32..).zip(&rows) {
                for (c, cell) in (0_u16..).zip(row) {
                    let field = usize::from(c).checked_sub(1).map(|i| &kind.fields[i]);
                    match field.map(|f| f.role) {
                        _ if cell.is_empty() => {}
                        Some(Role::EventDate | Role::Date) => {
                            let day = ExcelDateTime::parse_from_str(cell).expect("a date");
                            sheet.write_datetime_with_format(r, c, day, &date).expect("a cell");
                        }
                        _ => _ = sheet.write_string(r, c, cell).expect("a cell"),
                    }
                }
            }
            book.add_worksheet().set_name("Notes").expect("a name");
            book.add_worksheet().set_name("Lists").expect("a name");
        });
        let batch = home.land(&path);
        assert_eq!(batch.accepted, longest as u64, "{} {language}: {:?}", kind.name, batch.tally);
    }
}

#[test]
fn a_workbook_offers_the_areas_of_the_commission_and_says_what_must_not_be_entered() {
    let catalog = Catalog::new(&[]).expect("the catalog");
    let kind = catalog.kind("shelter", "here").expect("shelter");
    let scope = Scope {
        list: "district".to_owned(),
        matching: [("province".to_owned(), "PK-KP".to_owned())].into(),
        codes: Vec::new(),
    };
    let template = Template { catalog: &catalog, kind, scope: Some(&scope), language: "ur" };
    let bytes = template.workbook().expect("a workbook");
    let mut book = sheets(&bytes);
    let counted = column(&mut book, "Lists", "District of the shelter");
    assert!(counted.contains(&"پشاور".to_owned()) && !counted.contains(&"لاہور".to_owned()));
    let origin = column(&mut book, "Lists", "Home district");
    assert!(origin.contains(&"لاہور".to_owned()), "women come from elsewhere too");
    let notes = book.worksheet_range("Notes").expect("notes");
    let notes: Vec<String> = notes.rows().flatten().map(Data::to_string).collect();
    for words in ["CNIC", "شناختی کارڈ", "shumar pseudonymise", "template-shelter"] {
        assert!(notes.iter().any(|n| n.contains(words)), "{words}");
    }
}

#[test]
fn a_survey_form_and_its_export_fit_each_other() {
    let catalog = Catalog::new(&[]).expect("the catalog");
    for kind in catalog.kinds() {
        let template = Template { catalog: &catalog, kind, scope: None, language: "en" };
        let bytes = template.form().expect("a form");
        let mut book = sheets(&bytes);
        assert_eq!(book.sheet_names(), ["survey", "choices", "settings"]);
        let types = column(&mut book, "survey", "type");
        let names = column(&mut book, "survey", "name");
        let choices: Vec<(String, String)> = column(&mut book, "choices", "list_name")
            .into_iter()
            .zip(column(&mut book, "choices", "name"))
            .collect();
        let distinct: std::collections::BTreeSet<_> = choices.iter().collect();
        assert_eq!(distinct.len(), choices.len(), "{}: names are unique in a list", kind.name);
        assert!(choices.iter().all(|(_, name)| !name.contains(' ')));
        // An export: metadata, our questions, and what the service adds.
        let mut text = format!(
            "start;end;{};_id;_uuid;_submission_time;_validation_status;_notes;_status;_submitted_by;__version__;_tags;_index\n",
            names.join(";")
        );
        let rivals = rivals(kind);
        for turn in 0..36 {
            let cells: Vec<String> = types
                .iter()
                .zip(&names)
                .map(|(kind, name)| {
                    let Some(turn) = turn_of(name, &rivals, turn) else { return String::new() };
                    let offered: Vec<&String> = choices
                        .iter()
                        .filter(|(list, _)| kind.strip_prefix("select_one ") == Some(list))
                        .map(|(_, n)| n)
                        .collect();
                    match kind.as_str() {
                        "date" => "2025-03-11".to_owned(),
                        "integer" => "3".to_owned(),
                        "note" => String::new(),
                        _ if name == "person" => format!("t{turn}"),
                        _ => offered[turn % offered.len()].clone(),
                    }
                })
                .collect();
            text.push_str(&format!("2025-04-01T10:00:00.000+05:00;2025-04-01T10:05:00.000+05:00;{};{turn};u-{turn};2025-04-01T05:05:00;;;submitted_via_web;clerk;v1;;{turn}\n", cells.join(";")));
        }
        let everywhere = COMMISSION.replace("where = { province = \"PK-KP\" }\n", "");
        let mut home =
            Home::with(&format!("{everywhere}mapping = \"kobotoolbox-{}\"\n", kind.name));
        let file = home.file("export.csv", &text);
        let batch = home.land(&file);
        assert_eq!(batch.accepted, 36, "{}: {:?}", kind.name, batch.tally);
    }
}
