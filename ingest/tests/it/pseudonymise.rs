//! From an office's raw file over tokens to a commission's lake.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use arrow::array::{Array, FixedSizeBinaryArray};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use shumar_ingest::IngestError;
use shumar_ingest::pseudonymise::{Account, OfficeKey, OfficeMapping, beside, pseudonymise};

use crate::support::{Home, workbook};

const MAPPING: &str = r#"
format = "shumar.pseudonymise/1"
drop = ["Name", "Remarks"]
keep = ["District", "Offence"]
months = ["Date"]
keys = ["No"]
null_words = ["nil"]
date_formats = ["%d/%m/%Y"]
[[tokens]]
columns = ["CNIC"]
normalise = "identity-number"
digits = 13
as = "Token"
[age_band]
birth_date = "Born"
at = "Date"
as = "Age"
"#;

const HEADER: &str = "No,Name,CNIC,Born,Date,District,Offence,Remarks\n";

struct Desk {
    dir: tempfile::TempDir,
    key: OfficeKey,
}

impl Desk {
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let key = OfficeKey::create(&dir.path().join("key")).expect("a key");
        Self { dir, key }
    }

    fn sharing(key: &Path) -> Self {
        let key = OfficeKey::read(key).expect("the key");
        Self { dir: tempfile::tempdir().expect("a folder"), key }
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.dir.path().join(name);
        std::fs::write(&path, text).expect("a file");
        path
    }

    fn run(&self, file: &Path, mapping: &str) -> Result<Account, IngestError> {
        let mapping = OfficeMapping::parse("office.toml", mapping).expect("a mapping");
        let account = pseudonymise(file, &mapping, &self.key, &beside(file), &mut |_| {})?;
        assert_eq!(account.rows, account.written + account.dropped);
        let dropped = account.findings.iter().filter(|((_, _, dropped), _)| *dropped);
        assert_eq!(dropped.map(|(_, found)| found.rows).sum::<u64>(), account.dropped);
        Ok(account)
    }

    fn csv(&self, name: &str, rows: &str) -> (Account, Vec<Vec<String>>) {
        let file = self.file(name, &format!("{HEADER}{rows}"));
        let account = self.run(&file, MAPPING).expect("pseudonymised");
        let written = read(&account.out);
        (account, written)
    }
}

fn read(path: &Path) -> Vec<Vec<String>> {
    let mut reader = csv::Reader::from_path(path).expect("CSV");
    let header: Vec<String> =
        reader.headers().expect("a header").iter().map(str::to_owned).collect();
    let rows = reader.records().map(|r| r.expect("a row").iter().map(str::to_owned).collect());
    std::iter::once(header).chain(rows).collect()
}

/// Column, rule, whether the row was dropped, how many rows, and the first of them.
fn findings(account: &Account) -> Vec<(&str, &str, bool, u64, u64)> {
    let all = account.findings.iter();
    all.map(|((column, finding, dropped), found)| {
        (column.as_ref(), finding.id(), *dropped, found.rows, found.first[0].row)
    })
    .collect()
}

#[test]
fn rows_become_tokens_bands_months_and_what_is_kept() {
    let desk = Desk::new();
    let (account, rows) = desk.csv(
        "a.csv",
        "17/25,Fatima,17301-0000000-2,05/03/2007,04/03/2025,Mardan,rape,said so\n\
         18/25,Gul,۱۷۳۰۱۰۰۰۰۰۰۰۲,05/03/2007,05/03/2025,Swat,threat,\n\
         18/25,Zar,17301-0000000-4,,05/03/2025,Swat,\"threat, twice\",x\n",
    );
    assert_eq!(rows[0], ["Token", "No", "Age", "Date", "District", "Offence"]);
    assert_eq!(rows[1][2..], ["12_17", "2025-03", "Mardan", "rape"]);
    assert_eq!(rows[2][2..], ["18_25", "2025-03", "Swat", "threat"]);
    assert_eq!(rows[3][2..], ["unknown", "2025-03", "Swat", "threat, twice"]);
    assert!(rows[1][0].starts_with("t1-") && rows[1][0].len() == 29, "{}", rows[1][0]);
    assert!(rows[1][1].starts_with("k1-") && rows[1][1].len() == 29, "{}", rows[1][1]);
    assert_eq!(rows[1][0], rows[2][0]);
    assert_ne!(rows[1][0], rows[3][0]);
    assert_ne!(rows[1][1], rows[2][1]);
    assert_eq!(rows[2][1], rows[3][1]);
    assert_eq!((account.rows, account.written, account.dropped), (3, 3, 0));
    assert_eq!(findings(&account), [("Age", "age-unknown", false, 1, 4)]);
    assert_eq!(account.key_id, desk.key.id());
    assert_eq!(account.out, desk.dir.path().join("a.pseudonymised.csv"));
    let mode = std::fs::metadata(&account.out).expect("a file").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
fn rows_without_an_identity_are_counted_and_never_merged() {
    let desk = Desk::new();
    let rest = "01/01/1990,05/03/2025,Mardan,rape,";
    let (account, rows) = desk.csv(
        "a.csv",
        &format!(
            "1,a,,{rest}\n2,b,nil,{rest}\n3,c,17301,{rest}\n4,d,0000000000000,{rest}\n\
             5,e,1234567890123,{rest}\n6,f,17301-0000000-X,{rest}\n"
        ),
    );
    assert!(rows[1..].iter().all(|row| row[0].is_empty()));
    assert_eq!(
        findings(&account),
        [
            ("Token", "identity-blank", false, 2, 2),
            ("Token", "identity-unreadable", false, 2, 4),
            ("Token", "identity-made-up", false, 2, 5),
        ]
    );
    let strict =
        MAPPING.replace("as = \"Token\"", "as = \"Token\"\nwithout_identity = \"drop-row\"");
    let file = desk.file("b.csv", &format!("{HEADER}1,a,,{rest}\n2,b,17301-0000000-2,{rest}\n"));
    let account = desk.run(&file, &strict).expect("pseudonymised");
    assert_eq!((account.written, account.dropped), (1, 1));
    assert_eq!(findings(&account), [("Token", "identity-blank", true, 1, 2)]);
}

#[test]
fn rows_with_identifying_or_damaged_cells_are_dropped() {
    let desk = Desk::new();
    let good = "17301-0000000-2,01/01/1990,05/03/2025";
    let file = desk.dir.path().join("a.csv");
    let mut bytes = format!(
        "{HEADER}1,a,{good},Mardan,rape,\n2,a,{good},Mardan,call 0300-0000000,\n\
         3,a,{good},17301 0000000 2,rape,\n4,a,{good},x@example.org,rape,\n5,a,{good}\n\
         6,a,{good},Mardan,rape,,more\n7,a,{good},Mardan,rape,,,\n"
    )
    .into_bytes();
    bytes.extend_from_slice(format!("8,a,{good},Mard\u{ff}n,rape,\n").as_bytes());
    bytes.extend_from_slice(b"9,a,1,1,05/03/2025,Mard\xffn,rape,\n10,b\xff,1,1,soon,Swat,rape,\n");
    std::fs::write(&file, bytes).expect("a file");
    let account = desk.run(&file, MAPPING).expect("pseudonymised");
    assert_eq!((account.rows, account.written, account.dropped), (10, 4, 6));
    let found = findings(&account);
    assert!(found.contains(&("", "row-shape", true, 2, 6)), "{found:?}");
    assert!(found.contains(&("Offence", "id-phone", true, 1, 3)), "{found:?}");
    assert!(found.contains(&("District", "id-identity-number", true, 1, 4)), "{found:?}");
    assert!(found.contains(&("District", "id-email", true, 1, 5)), "{found:?}");
    assert!(found.contains(&("District", "text-invalid", true, 1, 10)), "{found:?}");
    assert!(found.contains(&("Date", "date-unreadable", false, 1, 11)), "{found:?}");
}

#[test]
fn a_file_with_a_column_that_is_not_named_is_refused_by_place() {
    let desk = Desk::new();
    let refused = |name: &str, text: &str, words: &[&str]| {
        let file = desk.file(name, text);
        let said = desk.run(&file, MAPPING).expect_err("a refusal");
        assert!(said.is_refusal());
        let said = said.to_string();
        assert!(words.iter().all(|w| said.contains(w)), "{said}");
        assert!(!said.contains("Fatima") && !beside(&file).exists(), "{said}");
    };
    let row = "1,a,17301-0000000-2,01/01/1990,05/03/2025,Mardan,rape,";
    refused("a.csv", &format!("{},Fatima\n{row},x\n", HEADER.trim()), &["column 9 is not named"]);
    refused(
        "b.csv",
        &format!("{}\n{row}\n", HEADER.trim().replace("CNIC", "Fatima")),
        &["column 3 is not named", "column `CNIC` is missing"],
    );
    refused(
        "c.csv",
        &format!("{},Name\n{row},x\n", HEADER.trim().replace("Name", "Date")),
        &["`Date` is there more than once"],
    );
    refused("d.csv", &format!("{},\n{row},Fatima\n", HEADER.trim()), &["column 9 holds values"]);
    refused("e.csv", HEADER, &["no row below its header"]);
    refused("f.csv", "", &["no row below its header"]);
    refused("g.csv", &format!("{HEADER}1,\"Fatima,x\n{row}\n{row}\n"), &["quotation mark"]);
    refused("h.docx", "x", &["by its name"]);
    assert!(desk.run(&desk.dir.path().join("nowhere.csv"), MAPPING).is_err());
    let left = std::fs::read_dir(desk.dir.path()).expect("a folder").flatten();
    assert_eq!(left.filter(|e| e.file_name().to_string_lossy().contains("part")).count(), 0);
}

#[test]
fn any_text_format_gives_the_same_result() {
    let desk = Desk::new();
    let rows = "1,a,17301-0000000-2,01/01/1990,05/03/2025,Mardan,rape,\"two\nlines, Urdu اردو\"\n\
                2,b,17301-0000000-4,01/01/1980,05/04/2025,Swat,\"threat, twice\",\n";
    let plain = format!("{HEADER}{rows}");
    let (_, expected) = desk.csv("plain.csv", rows);
    assert_eq!(expected.len(), 3);
    let utf16 = |text: &str| -> Vec<u8> {
        std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
    };
    let semicolons = plain
        .replace(',', ";")
        .replace("lines; Urdu", "lines, Urdu")
        .replace("threat; twice", "threat, twice");
    for (name, bytes) in [
        ("crlf.csv", plain.replace('\n', "\r\n").into_bytes()),
        ("cr.csv", plain.replace('\n', "\r").into_bytes()),
        ("bom.csv", format!("\u{feff}{plain}").into_bytes()),
        ("utf16.csv", utf16(&plain)),
        ("semicolons.txt", semicolons.into_bytes()),
        ("titles.csv", format!("District office,,\n\nReturn of March\n{plain}").into_bytes()),
        ("blank.csv", plain.replace("\n2,b", "\n\n,,,,,,,\n2,b").into_bytes()),
        ("unended.csv", plain.trim_end().as_bytes().to_vec()),
    ] {
        let file = desk.dir.path().join(name);
        std::fs::write(&file, bytes).expect("a file");
        let account = desk.run(&file, MAPPING).expect(name);
        assert_eq!(read(&account.out), expected, "{name}");
    }
    let file = desk.dir.path().join("book.xlsx");
    workbook(&file, |book| {
        let sheet = book.add_worksheet();
        let mut reader = csv::Reader::from_reader(plain.as_bytes());
        for (i, name) in HEADER.trim().split(',').enumerate() {
            sheet.write_string(0, i as u16, name).expect("a cell");
        }
        for (r, row) in reader.records().enumerate() {
            for (i, cell) in row.expect("a row").iter().enumerate() {
                let row = r as u32 + 1;
                match i {
                    0 => sheet.write_number(row, 0, cell.parse::<f64>().expect("a number")),
                    2 => {
                        let digits = cell.replace('-', "").parse::<f64>().expect("a number");
                        sheet.write_number(row, 2, digits)
                    }
                    _ => sheet.write_string(row, i as u16, cell),
                }
                .expect("a cell");
            }
        }
    });
    let account = desk.run(&file, MAPPING).expect("a workbook");
    assert_eq!(read(&account.out), expected);
}

#[test]
fn rows_stay_in_order_and_are_numbered_truly_over_many_chunks() {
    let desk = Desk::new();
    let mut rows = String::new();
    for no in 0..30_000_u64 {
        let id = 1_234_567_000_001 + no * 7_919;
        let bad = if no % 1000 == 999 { "0300-0000000" } else { "rape" };
        writeln!(rows, "{no},n,{id},01/01/1990,05/03/2025,Mardan,{bad},note {no}").expect("text");
    }
    let (account, written) = desk.csv("long.csv", &rows);
    assert_eq!((account.rows, account.dropped), (30_000, 30));
    let found = account.findings.values().next().expect("a finding");
    let numbers: Vec<u64> = found.first.iter().map(|p| p.row).collect();
    assert_eq!(numbers, (1..=30).map(|n| n * 1000 + 1).collect::<Vec<_>>());
    assert_eq!(written.iter().skip(1).map(|r| &r[0]).collect::<BTreeSet<_>>().len(), 29_970);
    let (_, short) = desk.csv("short.csv", rows.lines().nth(20_500).expect("a row"));
    assert_eq!(short[1], written[20_500 - 20 + 1]);
}

#[test]
fn nothing_is_ever_overwritten() {
    let desk = Desk::new();
    let row = format!("{HEADER}1,a,17301-0000000-2,01/01/1990,05/03/2025,Mardan,rape,\n");
    let file = desk.file("a.csv", &row);
    desk.file("a.pseudonymised.csv", "mine");
    let said = desk.run(&file, MAPPING).expect_err("a refusal").to_string();
    assert!(said.contains("already") && said.contains("--out"), "{said}");
    assert_eq!(std::fs::read_to_string(beside(&file)).expect("a file"), "mine");
    assert_eq!(std::fs::read_to_string(&file).expect("a file"), row);
    let mapping = OfficeMapping::parse("office.toml", MAPPING).expect("a mapping");
    assert!(pseudonymise(&file, &mapping, &desk.key, &file, &mut |_| {}).is_err());
    assert_eq!(std::fs::read_to_string(&file).expect("a file"), row);
}

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
kind = "police"
person = "Token"
person_scope = "commission"
record_key = ["No"]
tokens = ["Token", "No"]
drop = ["Age"]
[providers.fields]
report_month = "Date"
district = "District"
offence_lead = "Offence"
"#;

/// The persons in a home's lake.
fn persons(home: &Home) -> BTreeSet<Vec<u8>> {
    let folder = home.dir.path().join("lake/police/year=2025");
    let mut found = BTreeSet::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let file = std::fs::File::open(entry.expect("an entry").path()).expect("a file");
        let batches = ParquetRecordBatchReaderBuilder::try_new(file).expect("Parquet");
        for batch in batches.build().expect("a reader") {
            let batch = batch.expect("a batch");
            let column = batch.column_by_name("person_id").expect("a column").clone();
            let ids = column.as_any().downcast_ref::<FixedSizeBinaryArray>().expect("bytes");
            found.extend((0..ids.len()).map(|i| ids.value(i).to_vec()));
        }
    }
    found
}

#[test]
fn offices_that_share_a_key_name_one_person_and_others_do_not() {
    let first = Desk::new();
    let second = Desk::sharing(&first.dir.path().join("key"));
    let stranger = Desk::new();
    assert_eq!(first.key.id(), second.key.id());
    assert_ne!(first.key.id(), stranger.key.id());
    let rest = "01/01/1990,05/03/2025,Mardan,rape,";
    let mut counts = Vec::new();
    for other in [&second, &stranger] {
        let mut home = Home::with(COMMISSION);
        let name = |desk: &Desk, office: &str, row: &str| {
            let name = format!("{office}-{}.csv", counts.len());
            let (account, _) = desk.csv(&name, row);
            account.out
        };
        let a = name(&first, "a", &format!("1,x,17301-0000000-2,{rest}\n"));
        let b = name(other, "b", &format!("9,x,۱۷۳۰۱ ۰۰۰۰۰۰۰ ۲,{rest}\n"));
        for out in [a, b] {
            home.check(&out);
            let batch = home.land(&out);
            assert_eq!((batch.accepted, batch.rejected), (1, 0), "{:?}", batch.tally);
        }
        let persons = persons(&home);
        counts.push(persons.len());
    }
    assert_eq!(counts, [1, 2]);
}

#[test]
fn keys_share_no_token() {
    let (one, two) = (Desk::new(), Desk::new());
    let mut rows = String::new();
    for no in 0..500 {
        writeln!(rows, "{no},n,1730155{no:06},01/01/1990,05/03/2025,Mardan,rape,").expect("text");
    }
    let tokens = |desk: &Desk| -> BTreeSet<String> {
        let (_, rows) = desk.csv("a.csv", &rows);
        rows.into_iter().skip(1).flat_map(|row| [row[0].clone(), row[1].clone()]).collect()
    };
    let (a, b) = (tokens(&one), tokens(&two));
    assert_eq!(a.len(), 1000);
    assert!(a.is_disjoint(&b));
}
