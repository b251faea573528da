//! Files as offices send them: dialects, workbooks, bad rows, and files refused whole.

use std::path::Path;

use rust_xlsxwriter::{ExcelDateTime, Format};
use shumar_ingest::{HomeKey, IngestError, Rule};

use crate::support::{HEADER, Home, header, rules, workbook};

#[test]
fn good_rows_land_and_bad_rows_are_named_by_row_field_and_rule() {
    let mut home = Home::new("");
    let batch = home.land_csv(
        "a.csv",
        "1,t1,05/03/2025,Peshawar,Sec 376,10\n\
         2,t1,31/02/2025,Peshawar,rape,10\n\
         3,t2,05/03/2025,Lahore,rape,10\n\
         4,t2,05/03/2025,Atlantis,rape,10\n\
         5,t2,05/03/2025,PK528,arson,10\n\
         6,t2,05/03/2025,پشاور,Rape,ten\n\
         7,t2,,Peshawar,rape,10\n\
         8,t2,05/03/2027,Peshawar,rape,10\n\
         9,t2,05/03/2025,Peshawar\n\
         ,,(null),N/A,(null),\n\
         11,t2,05/03/2025, mardan ,rape,(null)\n",
    );
    assert_eq!((batch.rows, batch.accepted, batch.folded), (11, 2, 0));
    assert_eq!(
        rules(&batch),
        [
            (3, "report_month", Rule::DateUnreadable),
            (4, "district", Rule::AreaOutsideScope),
            (5, "district", Rule::CodeUnknown),
            (6, "offence_lead", Rule::CodeUnknown),
            (7, "challan_days", Rule::NumberUnreadable),
            (8, "report_month", Rule::RequiredBlank),
            (9, "report_month", Rule::DateOutOfRange),
            (10, "", Rule::RowShape),
            (11, "report_month", Rule::RequiredBlank),
        ]
    );
    let report = std::fs::read_to_string(home.dir.path().join("rejects/batch-000001.csv"))
        .expect("a report");
    assert_eq!(report.lines().count(), 10);
    assert!(!report.contains("Atlantis") && !report.contains("arson"));
}

#[test]
fn unknown_columns_refuse_the_file_and_their_headers_are_not_repeated() {
    let mut home = Home::new("drop = [\"Remarks\"]\n");
    let file = home.file(
        "a.csv",
        "No,Token,Date,District,Offence,Days,Remarks,Fatima Bibi\n1,t,05/03/2025,Swat,rape,1,x,y\n",
    );
    let refused = home.ingest(&file).expect_err("must be refused").to_string();
    assert!(refused.contains("column 8 is neither mapped nor dropped"), "{refused}");
    assert!(!refused.contains("Fatima"), "{refused}");
    let file = home.file("b.csv", "No,Token,Date,Offence,Days\n1,t,05/03/2025,rape,1\n");
    let refused = home.ingest(&file).expect_err("must be refused").to_string();
    assert!(refused.contains("`District` is missing"), "{refused}");
    assert_eq!(home.count("SELECT count(*) FROM batch"), 0);
}

#[test]
fn text_files_of_every_dialect_are_read() {
    let mut home = Home::new("encoding = \"windows-1252\"\n");
    let rows = "1\tt1\t05/03/2025\tPeshawar\trape\t1\n";
    let utf16: Vec<u8> = [0xff, 0xfe]
        .into_iter()
        .chain(
            format!("{}{rows}", HEADER.replace(',', "\t"))
                .encode_utf16()
                .flat_map(u16::to_le_bytes),
        )
        .collect();
    let path = home.dir.path().join("utf16.txt");
    std::fs::write(&path, utf16).expect("a file");
    assert_eq!(home.land(&path).accepted, 1);
    let semicolons =
        format!("\u{feff}{HEADER}2,t1,\"05/03/2025\",Peshawar,rape,1\n").replace(',', ";");
    let file = home.file("semicolons.csv", &semicolons);
    assert_eq!(home.land(&file).accepted, 1);
    let crlf = format!("{HEADER}3,t1,05/03/2025,\"Upper\nDir\",rape,1\n").replace('\n', "\r\n");
    let file = home.file("crlf.csv", &crlf);
    assert_eq!(home.land(&file).accepted, 1);
}

#[test]
fn workbooks_keep_long_codes_dates_and_padding() {
    let mut home = Home::new("header_row = 3\n");
    let path = home.dir.path().join("a.xlsx");
    workbook(&path, |book| {
        let date = Format::new().set_num_format("dd/mm/yyyy");
        let sheet = book.add_worksheet();
        sheet.write_string(0, 0, "Monthly return").expect("a cell");
        header(sheet, 2);
        for (row, code) in [(3, "12345678901234567890"), (4, "12345678901234567891")] {
            sheet.write_number(row, 0, 7).expect("a cell");
            sheet.write_string(row, 1, code).expect("a cell");
            let day = ExcelDateTime::from_ymd(2025, 3, 31).expect("a date");
            sheet.write_datetime_with_format(row, 2, day, &date).expect("a cell");
            sheet.write_string(row, 3, "  Peshawar        ").expect("a cell");
            sheet.write_string(row, 4, "Sec 376").expect("a cell");
            sheet.write_string(row, 5, "(null)").expect("a cell");
        }
        sheet.write_number(5, 0, 9).expect("a cell");
        sheet.write_number(5, 1, 12_345_678_901_234_567_890.0).expect("a cell");
        sheet.write_string(5, 2, "01/04/2025").expect("a cell");
        sheet.write_string(5, 3, "Swat").expect("a cell");
        sheet.write_string(5, 4, "rape").expect("a cell");
        sheet.write_number(5, 5, 3).expect("a cell");
        let hidden = book.add_worksheet();
        hidden.set_hidden(true);
        hidden.write_string(0, 0, "Fatima Bibi").expect("a cell");
    });
    let batch = home.land(&path);
    assert_eq!((batch.rows, batch.accepted), (3, 2));
    assert_eq!(rules(&batch), [(6, "person", Rule::NumberImprecise)]);
    assert_eq!(batch.notes, ["1 hidden sheet(s) were not read"]);
    let persons: std::collections::BTreeSet<_> =
        home.lake().into_iter().map(|r| r.person).collect();
    assert_eq!(persons.len(), 2);
}

#[test]
fn several_visible_sheets_are_not_guessed_between() {
    let mut home = Home::new("");
    let path = home.dir.path().join("a.xlsx");
    workbook(&path, |book| {
        header(book.add_worksheet(), 0);
        header(book.add_worksheet(), 0);
    });
    let refused = home.ingest(&path).expect_err("must be refused").to_string();
    assert!(refused.contains("2 visible sheets"), "{refused}");
}

#[test]
fn a_file_that_is_not_what_its_name_says_is_refused() {
    let mut home = Home::new("");
    for (name, text) in
        [("a.xlsx", "not a workbook"), ("b.csv", ""), ("c.pdf", "x"), ("d.csv", HEADER)]
    {
        let file = home.file(name, text);
        assert!(home.ingest(&file).is_err_and(|e| e.is_refusal()), "{name}");
    }
    assert!(home.ingest(Path::new("nowhere.csv")).is_err_and(|e| e.is_refusal()));
}

#[test]
fn a_file_of_which_no_row_fits_is_refused_whole() {
    let mut home = Home::new("");
    let file =
        home.file("a.csv", &format!("{HEADER}1,t,soon,Swat,rape,1\n2,t,later,Swat,rape,1\n"));
    let refused = home.ingest(&file).expect_err("must be refused");
    assert!(matches!(refused, IngestError::NothingAccepted { rows: 2, .. }));
    assert!(!refused.to_string().contains("soon"));
}

#[test]
fn a_key_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home::new("");
    let key = home.dir.path().join("key");
    std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o644)).expect("permissions");
    assert!(HomeKey::read(&key).is_err());
}

#[test]
fn rows_are_numbered_as_an_editor_numbers_lines_whatever_the_line_endings() {
    for ending in ["\n", "\r\n", "\r"] {
        let mut home = Home::new("header_row = 4\n");
        let text = format!(
            "Return of March\n\nTitle,of,some,kind\n{HEADER}\
             1,t1,05/03/2025,Peshawar,rape,1\n\n\
             2,t1,soon,Peshawar,rape,1\n\
             3,t1,05/03/2025,\"Upper\nDir\",rape,1\n\
             4,t1,05/03/2025,Nowhere,rape,1"
        );
        let file = home.file("a.csv", &text.replace('\n', ending));
        let batch = home.land(&file);
        assert_eq!((batch.rows, batch.accepted), (4, 2), "{ending:?}");
        let expected =
            [(7, "report_month", Rule::DateUnreadable), (10, "district", Rule::CodeUnknown)];
        assert_eq!(rules(&batch), expected, "{ending:?}");
    }
}

#[test]
fn a_stray_quotation_mark_that_swallows_rows_refuses_the_file() {
    let mut home = Home::new("drop = [\"Remarks\"]\n");
    let header = HEADER.replace('\n', ",Remarks\n");
    let row = |no: u32, remark: &str| format!("{no},t,05/03/2025,Swat,rape,1,{remark}\n");
    let rows: String = (0..30).map(|no| row(no, "x")).collect();
    for (name, text) in [
        ("open.csv", format!("{header}{}{rows}", row(90, "\"x"))),
        ("two.csv", format!("{header}{}{rows}{}{rows}", row(90, "\"x"), row(91, "\"x"))),
        ("middle.csv", format!("{header}90,t,\"05/03/2025,Swat,rape,1,x\n{rows}")),
    ] {
        let file = home.file(name, &text);
        let refused = home.ingest(&file).expect_err(name).to_string();
        assert!(refused.contains("quotation mark"), "{name}: {refused}");
    }
    let inches = format!(
        "{header}{}{rows}",
        row(90, "a 5\" knife, \"\"no\"\"").replace("knife, ", "knife ")
    );
    let file = home.file("inches.csv", &inches);
    assert_eq!(home.land(&file).accepted, 31);
}

#[test]
fn an_impossible_date_cell_rejects_its_row_and_not_the_run() {
    let mut home = Home::new("");
    let path = home.dir.path().join("a.xlsx");
    workbook(&path, |book| {
        let date = Format::new().set_num_format("dd/mm/yyyy");
        let sheet = book.add_worksheet();
        header(sheet, 0);
        for (row, day) in [(1, 45_292.0), (2, -1e12)] {
            for (column, text) in ["", "t", "", "Swat", "rape", "1"].iter().enumerate() {
                sheet.write_string(row, column as u16, *text).expect("a cell");
            }
            sheet.write_number(row, 0, row).expect("a cell");
            sheet.write_number_with_format(row, 2, day, &date).expect("a cell");
        }
    });
    let batch = home.land(&path);
    assert_eq!((batch.accepted, batch.rejected), (1, 1));
    assert_eq!(rules(&batch), [(3, "report_month", Rule::DateUnreadable)]);
}
