//! Packed files, JSON and Parquet; and files that are not what their names say.

use std::fs::File;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use arrow::array::{ArrayRef, ListArray, RecordBatch, StringArray};
use flate2::Compression;
use flate2::write::GzEncoder;
use parquet::arrow::ArrowWriter;
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

pub(crate) fn save(home: &Home, name: &str, bytes: &[u8]) -> PathBuf {
    let path = home.dir.path().join(name);
    std::fs::write(&path, bytes).expect("a file");
    path
}

pub(crate) fn refused(home: &mut Home, name: &str, bytes: &[u8]) -> String {
    let path = save(home, name, bytes);
    let error = home.ingest(&path).expect_err(name);
    assert!(error.is_refusal(), "{name}");
    let words = error.to_string();
    assert!(words.contains("hint: "), "{words}");
    assert!(!format!("{words}{error:?}").contains("Fatima"), "{words}");
    words
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
        home.assert_tidy();
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
        ("odd.zip", zip(&[("Fatima.docm", csv)]), "by its name"),
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
        ("j.json", "[]".to_owned(), "no header"),
        ("k.json", "  ".to_owned(), "no header"),
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
    assert_eq!(home.persons(), 4);
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
