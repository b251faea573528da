//! Files of every format: packed, JSON, Parquet and workbooks as offices make them.

use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use arrow::array::{ArrayRef, ListArray, RecordBatch, StringArray};
use flate2::Compression;
use flate2::write::GzEncoder;
use parquet::arrow::ArrowWriter;
use rust_xlsxwriter::{ExcelDateTime, Format, Worksheet};
use shumar_ingest::Rule;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::support::{FIELDS, HEAD, HEADER, Home, header, rules, workbook};

pub(crate) const ROWS: &str = "1,t1,05/03/2025,Peshawar,rape,1\n2,t2,06/04/2025,Swat,rape,2\n";

pub(crate) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut out = GzEncoder::new(Vec::new(), Compression::default());
    out.write_all(bytes).expect("packed");
    out.finish().expect("packed")
}

pub(crate) fn zip(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut out = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        out.start_file(*name, SimpleFileOptions::default()).expect("an entry");
        out.write_all(bytes).expect("packed");
    }
    out.finish().expect("packed").into_inner()
}

fn save(home: &Home, name: &str, bytes: &[u8]) -> PathBuf {
    let path = home.dir.path().join(name);
    std::fs::write(&path, bytes).expect("a file");
    path
}

fn refused(home: &mut Home, name: &str, bytes: &[u8]) -> String {
    let path = save(home, name, bytes);
    let error = home.ingest(&path).expect_err(name);
    assert!(error.is_refusal(), "{name}");
    let words = error.to_string();
    assert!(words.contains("hint: "), "{words}");
    assert!(!format!("{words}{error:?}").contains("Fatima"), "{words}");
    words
}

fn row(sheet: &mut Worksheet, row: u32, cells: &[&str]) {
    for (column, text) in cells.iter().enumerate() {
        sheet.write_string(row, column as u16, *text).expect("a cell");
    }
}

fn record(sheet: &mut Worksheet, at: u32, no: &str) {
    row(sheet, at, &[no, &format!("t{no}"), "05/03/2025", "Swat", "rape", "1"]);
}

#[test]
fn packed_files_are_read_and_leave_nothing_behind() {
    let text = format!("{HEADER}{ROWS}");
    let (head, rows) = text.split_at(HEADER.len());
    let parts = [gzip(head.as_bytes()), gzip(rows.as_bytes())].concat();
    let clutter: &[(&str, &[u8])] = &[
        ("__MACOSX/._a.csv", b"x"),
        ("folder/.DS_Store", b"x"),
        ("folder/a.csv", text.as_bytes()),
    ];
    for (name, bytes) in [
        ("a.csv.gz", gzip(text.as_bytes())),
        ("b.CSV.GZ", parts),
        ("c.zip", zip(&[("Return of Fatima.csv", text.as_bytes())])),
        ("d.zip", zip(clutter)),
    ] {
        let mut home = Home::new("");
        let path = save(&home, name, &bytes);
        assert_eq!(home.land(&path).accepted, 2, "{name}");
        let lake = std::fs::read_dir(home.dir.path().join("lake")).expect("the lake");
        assert_eq!(lake.count(), 1, "only the records");
    }
}

#[test]
fn archives_that_are_not_one_table_are_refused() {
    let mut home = Home::new("");
    let text = format!("{HEADER}{ROWS}");
    let csv = text.as_bytes();
    let inner = zip(&[("a.csv", csv)]);
    let mut locked = zip(&[("Fatima.csv", csv)]);
    // The flag of encryption, in the file's own header and in the directory.
    let directory = locked.windows(4).position(|w| w == b"PK\x01\x02").expect("a directory");
    locked[6] |= 1;
    locked[directory + 8] |= 1;
    for (name, bytes, says) in [
        ("two.zip", zip(&[("Fatima.csv", csv), ("b.csv", csv)]), "2 files"),
        ("none.zip", zip(&[]), "without a file"),
        ("twice.zip", zip(&[("a.csv.gz", &gzip(csv))]), "packed twice"),
        ("twice2.zip", zip(&[("a.zip", &inner)]), "packed twice"),
        ("twice.csv.gz.gz", gzip(&gzip(csv)), "packed twice"),
        ("locked.zip", locked, "password"),
        ("cut.csv.gz", gzip(csv)[..60].to_vec(), "damaged"),
        ("cut.zip", inner[..inner.len() - 30].to_vec(), "damaged"),
        ("odd.zip", zip(&[("Fatima.docm", csv)]), "not a readable"),
        ("text.csv.gz", csv.to_vec(), "plain text"),
        ("text.zip", gzip(csv), "packed with gzip"),
    ] {
        let words = refused(&mut home, name, &bytes);
        assert!(words.contains(says), "{name}: {words}");
    }
}

#[test]
fn bombs_are_refused_before_they_fill_the_disk() {
    let mut home = Home::new("");
    let zeros = vec![b'0'; 1 << 20];
    let mut gz = GzEncoder::new(Vec::new(), Compression::best());
    let mut bomb = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    bomb.start_file("a.csv", SimpleFileOptions::default()).expect("an entry");
    for _ in 0..300 {
        gz.write_all(&zeros).expect("packed");
        bomb.write_all(&zeros).expect("packed");
    }
    let bomb = bomb.finish().expect("packed").into_inner();
    let gz = gz.finish().expect("packed");
    assert!(bomb.len() < 1 << 20 && gz.len() < 1 << 20);
    let path = home.dir.path().join("real.xlsx");
    workbook(&path, |book| header(book.add_worksheet(), 0));
    let start = Instant::now();
    for (name, bytes) in [("a.zip", &bomb), ("a.csv.gz", &gz)] {
        let words = refused(&mut home, name, bytes);
        assert!(words.contains("unpacks to far more"), "{words}");
    }
    // A workbook is an archive too.
    let text = "<a/>".repeat(50 << 20);
    let parts: &[(&str, &[u8])] =
        &[("xl/workbook.xml", b"<workbook/>"), ("xl/sharedStrings.xml", text.as_bytes())];
    let words = refused(&mut home, "a.xlsx", &zip(parts));
    assert!(words.contains("unpacks to far more"), "{words}");
    assert!(start.elapsed() < Duration::from_secs(30));
}

#[test]
fn a_file_is_not_read_as_what_its_name_says_when_it_is_something_else() {
    let mut home = Home::new("");
    let book = home.dir.path().join("book.xlsx");
    workbook(&book, |book| header(book.add_worksheet(), 0));
    let book = std::fs::read(book).expect("a workbook");
    let page = b"\xef\xbb\xbf\n<html><table><tr><td>Fatima</td></tr></table></html>".to_vec();
    let old = include_bytes!("../fixtures/return.xls").to_vec();
    let json = br#"[{"No": "Fatima"}]"#.to_vec();
    for (name, bytes, says) in [
        ("page.xls", page.clone(), "is a web page, not an XLS workbook"),
        ("page.csv", page.clone(), "is a web page, not a text table"),
        ("page.json", page, "is a web page, not a JSON document"),
        ("book.csv", book.clone(), "is an XLSX workbook, not a text table"),
        ("book.xls", book.clone(), "is an XLSX workbook, not an XLS workbook"),
        ("book.zip", book.clone(), "is an XLSX workbook, not a ZIP archive"),
        ("book.ods", book.clone(), "is an XLSX workbook, not an ODS spreadsheet"),
        ("cut.xlsx", book[..book.len() / 2].to_vec(), "is a damaged"),
        ("old.xlsx", old, "password"),
        ("text.xlsx", HEADER.as_bytes().to_vec(), "is plain text"),
        ("empty.xlsx", Vec::new(), "is empty"),
        ("gz.csv", gzip(HEADER.as_bytes()), "packed with gzip"),
        ("a.csv", b"%PDF-1.7 Fatima".to_vec(), "PDF"),
        ("json.csv", json.clone(), "is JSON, not a text table"),
        ("json.parquet", json, "is JSON, not a Parquet file"),
        ("a.parquet", b"PAR1 Fatima".to_vec(), "can't be read"),
        ("x.csv.gz", gzip(b"<table>Fatima"), "is a web page"),
    ] {
        let words = refused(&mut home, name, &bytes);
        assert!(words.contains(says), "{name}: {words}");
    }
}

const JSON: &str = r#"{"No": 1, "Token": "t1", "Date": "05/03/2025", "District": "Peshawar", "Offence": "rape", "Days": 1}"#;

#[test]
fn json_lines_lose_a_broken_line_and_arrays_are_refused_for_one() {
    let mut home = Home::new("");
    let second = JSON.replace("1,", "2,").replace("t1", "t2");
    let lines = format!("\u{feff}{JSON}\n\n{{\"No\": Fatima}}\n[1]\n{{}}\n{second}\n");
    let path = home.file("a.jsonl", &lines);
    let batch = home.land(&path);
    assert_eq!((batch.rows, batch.accepted), (4, 2));
    assert_eq!(rules(&batch), [(3, "", Rule::RowShape), (4, "", Rule::RowShape)]);
    let third = JSON.replace("1,", "3,").replace("t1", "t3");
    let array = format!("[{third},\n\"x\"\n]\n");
    let path = home.file("a.json", &array);
    let batch = home.land(&path);
    assert_eq!(batch.accepted, 1);
    assert_eq!(rules(&batch), [(2, "", Rule::RowShape)]);
    for (name, text, says) in [
        ("b.json", format!("[{JSON},\n{{\"No\": Fatima}}]"), "line 2"),
        ("c.json", format!("[{JSON},\n{JSON}"), "line 2"),
        ("d.json", format!("[{JSON}] Fatima"), "well-formed"),
        ("e.json", format!("[{JSON} {JSON}]"), "well-formed"),
        ("f.json", format!("[{JSON},]"), "well-formed"),
        ("g.json", format!("{JSON}\n{JSON}"), ".jsonl"),
        ("h.json", JSON.to_owned(), "no array"),
        ("i.json", format!("{{\"a\":[{JSON}],\"b\":[{JSON}]}}"), "several arrays"),
        ("j.json", "[]".to_owned(), "no row"),
        ("k.json", "  ".to_owned(), "no row"),
        (
            "l.json",
            format!("[{}]", JSON.replace("\"t1\"", "[{\"Fatima\": 1}]")),
            "array of objects",
        ),
    ] {
        let words = refused(&mut home, name, text.as_bytes());
        assert!(words.contains(says), "{name}: {words}");
    }
}

#[test]
fn an_array_is_found_inside_its_object_and_groups_are_columns() {
    let fields = FIELDS.replace("\"District\"", "\"place/District\"");
    let mut home = Home::with(&format!("{HEAD}drop = [\"_files\", \"none\"]\n{fields}"));
    let grouped = JSON.replace(
        r#""District": "Peshawar""#,
        r#""place": {"District": " Peshawar "}, "_files": [{"name": "Fatima"}], "x": null"#,
    );
    let text = format!(
        "{{\"count\": 1, \"names\": [\"a\", [1]], \"next\": null, \"results\": [\n{grouped}\n], \"b\": {{\"c\": []}}}}\n"
    );
    let path = home.file("a.json", &text);
    let batch = home.land(&path);
    assert_eq!((batch.rows, batch.accepted), (1, 1), "{:?}", batch.rejects);
}

#[test]
fn a_key_that_comes_late_is_a_column_without_header() {
    let mut home = Home::new("drop = [\"late\"]\n");
    let line = |i: usize, more: &str| {
        let text = JSON.replace("\"No\": 1", &format!("\"No\": {i}{more}"));
        format!("{}\n", text.replace("\"t1\"", &format!("\"t{i}\"")))
    };
    let many: String = (0..1100).map(|i| line(i, "")).collect();
    let path =
        home.file("a.jsonl", &format!("{many}{}", line(2000, ", \"late\": 7, \"no\": null")));
    assert_eq!(home.land(&path).accepted, 1101);
    let words = refused(
        &mut home,
        "b.jsonl",
        format!("{many}{}", line(2001, ", \"Fatima Bibi\": 7")).as_bytes(),
    );
    assert!(words.contains("line 1101"), "{words}");
    let words = refused(&mut home, "c.jsonl", line(1, ", \"Fatima Bibi\": 7").as_bytes());
    assert!(words.contains("neither mapped nor dropped"), "{words}");
}

#[test]
fn long_numbers_never_make_two_persons_one() {
    let mut home = Home::new("");
    let person = |i: u32, token: &str| {
        JSON.replace("\"No\": 1", &format!("\"No\": {i}")).replace("\"t1\"", token) + "\n"
    };
    let text = [
        person(1, "9007199254740993"),
        person(2, "9007199254740992"),
        person(3, "18446744073709551614"),
        person(4, "18446744073709551615"),
        person(5, "12345678901234567890123"),
        person(6, "12345678901234567890124"),
    ];
    let path = home.file("a.jsonl", &text.concat());
    let batch = home.land(&path);
    let lost = Rule::NumberImprecise;
    assert_eq!(rules(&batch), [(5, "person", lost), (6, "person", lost)]);
    assert_eq!(home.count("SELECT count(DISTINCT person) FROM place"), 4);
}

#[test]
fn nested_parquet_is_refused_by_place() {
    let mut home = Home::new("");
    let texts: ArrayRef = Arc::new(StringArray::from(vec!["Fatima"]));
    let lists =
        ListArray::from_iter_primitive::<arrow::datatypes::Int32Type, _, _>([Some([Some(1)])]);
    let batch =
        RecordBatch::try_from_iter([("No", texts), ("Fatima", Arc::new(lists) as ArrayRef)])
            .expect("a batch");
    let path = home.dir.path().join("a.parquet");
    let mut out = ArrowWriter::try_new(File::create(&path).expect("a file"), batch.schema(), None)
        .expect("a writer");
    out.write(&batch).expect("written");
    out.close().expect("written");
    let words = refused(&mut home, "b.parquet", &std::fs::read(path).expect("a file"));
    assert!(words.contains("column 2 is nested"), "{words}");
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
    assert_eq!(home.count("SELECT count(DISTINCT person) FROM place"), 3);
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
