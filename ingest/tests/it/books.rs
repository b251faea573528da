//! Workbooks as offices make them: several sheets, merged cells, totals, damage.

use std::path::Path;
use std::time::{Duration, Instant};

use rust_xlsxwriter::{ExcelDateTime, Format, Worksheet};
use shumar_ingest::Rule;

use crate::formats::{refused, save, zip};
use crate::support::{FIELDS, HEAD, HEADER, Home, header, rules, workbook};

fn row(sheet: &mut Worksheet, row: u32, cells: &[&str]) {
    for (column, text) in cells.iter().enumerate() {
        sheet.write_string(row, column as u16, *text).expect("a cell");
    }
}

fn record(sheet: &mut Worksheet, at: u32, no: &str) {
    row(sheet, at, &[no, &format!("t{no}"), "05/03/2025", "Swat", "rape", "1"]);
}

#[test]
fn several_sheets_are_one_table() {
    let mut home = Home::new("sheets = [\"*\"]\n");
    let path = home.dir.path().join("a.xlsx");
    workbook(&path, |book| {
        let first = book.add_worksheet();
        first.write_string(0, 0, "January").expect("a cell");
        header(first, 2);
        record(first, 3, "1");
        record(first, 5, "2");
        let hidden = book.add_worksheet();
        hidden.set_hidden(true);
        hidden.write_string(0, 0, "Fatima").expect("a cell");
        book.add_worksheet();
        let other = book.add_worksheet();
        row(other, 0, &["Days", "Offence", "District", "Date", "Token", "No"]);
        row(other, 1, &["7", "rape", "Swat", "05/03/2025", "t3", "3"]);
        row(other, 2, &["7", "rape", "Nowhere", "05/03/2025", "t4", "4"]);
    });
    let batch = home.land(&path);
    assert_eq!((batch.rows, batch.accepted), (4, 3));
    let places: Vec<(u16, u64)> = batch.rejects.iter().map(|r| (r.sheet, r.row)).collect();
    assert_eq!(places, [(3, 3)]);
    assert_eq!(batch.notes[0], "1 hidden sheet(s) were not read");
    let other = |columns: &[&str]| {
        let path = home.dir.path().join("b.xlsx");
        workbook(&path, |book| {
            header(book.add_worksheet(), 0);
            row(book.add_worksheet(), 0, columns);
        });
        std::fs::read(path).expect("a workbook")
    };
    let more = other(&["No", "Token", "Date", "District", "Offence", "Days", "Fatima"]);
    let less = other(&["No", "Token", "Date", "District", "Offence"]);
    let twice = other(&["No", "Token", "Date", "District", "Offence", "Days", "Days"]);
    for bytes in [more, less, twice] {
        let words = refused(&mut home, "c.xlsx", &bytes);
        assert!(words.contains("sheet 2 does not have the columns"), "{words}");
    }
}

#[test]
fn merged_cells_stand_for_all_their_rows() {
    let mut home = Home::new("");
    let path = home.dir.path().join("a.xlsx");
    workbook(&path, |book| {
        let sheet = book.add_worksheet();
        let plain = Format::new();
        sheet.merge_range(0, 0, 1, 5, "Return of March", &plain).expect("merged");
        header(sheet, 2);
        for (at, no) in [(3, "1"), (4, "2"), (5, "3"), (6, "4")] {
            record(sheet, at, no);
        }
        sheet.merge_range(3, 3, 5, 3, "Peshawar", &plain).expect("merged");
        // A row of which only the merged cell reaches is no row.
        sheet.merge_range(6, 3, 7, 3, "Swat", &plain).expect("merged");
    });
    let batch = home.land(&path);
    assert_eq!((batch.rows, batch.accepted), (4, 4), "{:?}", batch.rejects);
}

#[test]
fn a_value_in_a_column_without_header_refuses_the_workbook() {
    let mut home = Home::new("");
    for column in [6, 3999, 16_383] {
        let path = home.dir.path().join("a.xlsx");
        workbook(&path, |book| {
            let sheet = book.add_worksheet();
            header(sheet, 0);
            record(sheet, 1, "1");
            sheet.write_string(1, column, "Fatima").expect("a cell");
        });
        let words = refused(&mut home, "b.xlsx", &std::fs::read(&path).expect("a workbook"));
        let says = ["column G holds values", "column EWV holds values", "far from its table"];
        assert!(says.iter().any(|s| words.contains(s)), "{column}: {words}");
    }
}

#[test]
fn cells_far_apart_cost_nothing() {
    let mut home = Home::new("");
    let far = |row: u32, column: u16, text: &str| {
        let path = home.dir.path().join("far.xlsx");
        workbook(&path, |book| {
            let sheet = book.add_worksheet();
            header(sheet, 0);
            record(sheet, 1, "1");
            if text.is_empty() {
                sheet.write_blank(row, column, &Format::new().set_bold()).expect("a cell");
            } else {
                sheet.write_string(row, column, text).expect("a cell");
            }
        });
        std::fs::read(path).expect("a workbook")
    };
    let (corner, blank, below) =
        (far(1_048_575, 16_383, "Fatima"), far(1_048_575, 16_383, ""), far(1_048_575, 0, "x"));
    let start = Instant::now();
    let words = refused(&mut home, "corner.xlsx", &corner);
    assert!(words.contains("column XFD of row 1048576"), "{words}");
    let path = save(&home, "below.xlsx", &below);
    let batch = home.land(&path);
    assert_eq!((batch.rows, batch.accepted), (2, 1));
    assert_eq!(batch.rejects[0].row, 1_048_576);
    let mut home = Home::new("");
    let path = save(&home, "blank.xlsx", &blank);
    assert_eq!(home.land(&path).rows, 1);
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
}

#[test]
fn totals_and_repeated_headers_are_no_records() {
    let mut home = Home::new("");
    let path = home.dir.path().join("a.xlsx");
    workbook(&path, |book| {
        let sheet = book.add_worksheet();
        header(sheet, 0);
        record(sheet, 1, "1");
        sheet.write_string(2, 0, "Sub total").expect("a cell");
        sheet.write_number(2, 3, 9).expect("a cell");
        header(sheet, 3);
        record(sheet, 4, "2");
        sheet.write_string(5, 0, "کل تعداد").expect("a cell");
        sheet.write_number(5, 3, 2).expect("a cell");
    });
    let batch = home.land(&path);
    assert_eq!((batch.rows, batch.accepted, batch.rejected), (5, 2, 3));
}

#[test]
fn dates_are_read_in_both_calendars_of_workbooks() {
    let mut home = Home::new("");
    let book = |home: &Home, epoch_1904: bool| {
        let path = home.dir.path().join("a.xlsx");
        workbook(&path, |book| {
            let date = Format::new().set_num_format("dd/mm/yyyy");
            let sheet = book.add_worksheet();
            header(sheet, 0);
            record(sheet, 1, "1");
            let day = ExcelDateTime::from_ymd(2025, 3, 31).expect("a date").to_excel();
            let day = if epoch_1904 { day - 1462.0 } else { day };
            sheet.write_number_with_format(1, 2, day, &date).expect("a cell");
        });
        let bytes = std::fs::read(path).expect("a workbook");
        if epoch_1904 { in_1904(&bytes) } else { bytes }
    };
    for epoch_1904 in [false, true] {
        let path = save(&home, "b.xlsx", &book(&home, epoch_1904));
        let batch = home.land(&path);
        assert_eq!(batch.accepted + batch.folded, 1, "{:?}", batch.rejects);
    }
    assert_eq!(home.count("SELECT year FROM lake_file"), 2025);
    let config = format!("{HEAD}{FIELDS}").replace("[\"%d/%m/%Y\"]", "[\"excel\"]");
    let mut home = Home::with(&config);
    let bytes = book(&home, true);
    assert!(refused(&mut home, "c.xlsx", &bytes).contains("1904"));
}

/// The same workbook, counting days from 1904.
fn in_1904(bytes: &[u8]) -> Vec<u8> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("an archive");
    let mut parts = Vec::new();
    for i in 0..archive.len() {
        let mut entry = archive.by_index(i).expect("an entry");
        let (mut text, name) = (String::new(), entry.name().expect("a name").into_owned());
        std::io::Read::read_to_string(&mut entry, &mut text).expect("text");
        if name == "xl/workbook.xml" {
            assert!(text.contains("<workbookPr "));
            text = text.replace("<workbookPr ", "<workbookPr date1904=\"1\" ");
        }
        parts.push((name, text));
    }
    let parts: Vec<(&str, &[u8])> =
        parts.iter().map(|(name, text)| (name.as_str(), text.as_bytes())).collect();
    zip(&parts)
}

#[test]
fn old_excel_workbooks_are_read() {
    let mut home = Home::new("");
    let path = save(&home, "return.xls", include_bytes!("../fixtures/return.xls"));
    let batch = home.land(&path);
    assert_eq!((batch.rows, batch.accepted), (4, 3), "{:?}", batch.rejects);
    assert_eq!(batch.rejects[0].row, 7);
    assert_eq!(batch.notes, ["1 hidden sheet(s) were not read"]);
    assert_eq!(home.persons(), 3);
}

#[test]
fn spreadsheets_of_the_open_document_format_are_read() {
    let text = |t: &str| {
        format!(
            "<table:table-cell office:value-type=\"string\"><text:p>{t}</text:p></table:table-cell>"
        )
    };
    let line = |cells: &[&str]| {
        let cells: String = cells.iter().map(|c| text(c)).collect();
        format!("<table:table-row>{cells}</table:table-row>")
    };
    let header: Vec<&str> = HEADER.trim().split(',').collect();
    let date = "<table:table-cell office:value-type=\"date\" office:date-value=\"2025-03-31\"/>";
    let rows = [
        line(&["Return of March"]),
        "<table:table-row table:number-rows-repeated=\"2\"><table:table-cell/></table:table-row>"
            .to_owned(),
        line(&header),
        line(&["1", "t1", "DATE", "Swat", "rape", "1"]).replace(&text("DATE"), date),
        line(&["2", "t2", "05/03/2025", "Nowhere", "rape", "1"]),
    ];
    let content = format!(
        "<?xml version=\"1.0\"?><office:document-content xmlns:office=\"o\" xmlns:table=\"t\" xmlns:text=\"x\"><office:body><office:spreadsheet><table:table table:name=\"A\">{}</table:table></office:spreadsheet></office:body></office:document-content>",
        rows.concat()
    );
    let mime = "application/vnd.oasis.opendocument.spreadsheet";
    let bytes = zip(&[
        ("mimetype", mime.as_bytes()),
        ("content.xml", content.as_bytes()),
        ("META-INF/manifest.xml", b"<?xml version=\"1.0\"?><manifest/>"),
    ]);
    let mut home = Home::new("");
    let path = save(&home, "a.ods", &bytes);
    let batch = home.land(&path);
    assert_eq!(rules(&batch), [(6, "district", Rule::CodeUnknown)]);
    assert_eq!((batch.rows, batch.accepted), (2, 1));
    assert!(batch.notes[0].contains("merged cells"), "{:?}", batch.notes);
}

#[test]
fn damaged_workbooks_are_refused_whatever_is_wrong_with_them() {
    let mut home = Home::new("");
    let path = home.dir.path().join("a.xlsx");
    workbook(&path, |book| {
        let sheet = book.add_worksheet();
        header(sheet, 0);
        for i in 0..50 {
            record(sheet, i + 1, &i.to_string());
        }
    });
    for (name, bytes) in [
        ("a.xlsx", std::fs::read(&path).expect("a workbook")),
        ("a.xls", include_bytes!("../fixtures/return.xls").to_vec()),
    ] {
        for i in (0..bytes.len()).step_by(bytes.len() / 60) {
            let mut damaged = bytes.clone();
            damaged[i] ^= 0xff;
            let path = save(&home, name, &damaged);
            // Some damage is not seen; none may end the program or be a failure of its own.
            if let Err(e) = home.ingest(&path) {
                assert!(e.is_refusal(), "{name} at {i}");
            }
        }
    }
    assert!(!Path::new("a.xlsx").exists());
}
