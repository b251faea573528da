//! One table in every format lands as the same records.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringArray};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, GzipLevel, ZstdLevel};
use parquet::file::properties::WriterProperties;
use proptest::prelude::*;

use crate::formats::{gzip, zip};
use crate::support::{HEADER, Home, workbook};

type Table = Vec<Vec<String>>;

/// Rows as offices write them, among them some that must be rejected.
fn tables() -> impl Strategy<Value = Table> {
    let pick = |words: &'static [&'static str]| prop::sample::select(words).prop_map(str::to_owned);
    let row = (
        (1..40_u32).prop_map(|n| n.to_string()),
        pick(&["t1", "t2", "12345678901234567890", "007", "ٹوکن", "a \"b\", c", ""]),
        pick(&["05/03/2025", "31/12/2024", "31/02/2025", "2025-01", "۰۵/۰۳/۲۰۲۵", ""]),
        pick(&["Peshawar", "Swat", "پشاور", "Nowhere", " Mardan "]),
        pick(&["rape", "Sec 376", "Rape", "none"]),
        pick(&["1", "0", "400", "-1", "(null)", "ten", ""]),
    );
    let row = row.prop_map(|(a, b, c, d, e, f)| vec![a, b, c, d, e, f]);
    prop::collection::vec(row, 1..25)
}

fn csv(table: &Table) -> Vec<u8> {
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(columns()).expect("written");
    for row in table {
        out.write_record(row).expect("written");
    }
    out.into_inner().expect("written")
}

fn columns() -> impl Iterator<Item = &'static str> {
    HEADER.trim().split(',')
}

fn objects(table: &Table) -> Vec<String> {
    let object = |row: &Vec<String>| {
        let members: serde_json::Map<String, serde_json::Value> =
            columns().map(str::to_owned).zip(row.iter().map(|c| c.as_str().into())).collect();
        serde_json::Value::Object(members).to_string()
    };
    table.iter().map(object).collect()
}

fn xlsx(path: &Path, table: &Table) -> Vec<u8> {
    workbook(path, |book| {
        let sheet = book.add_worksheet();
        for (i, name) in columns().enumerate() {
            sheet.write_string(0, i as u16, name).expect("a cell");
        }
        for (i, row) in table.iter().enumerate() {
            for (j, text) in row.iter().enumerate().filter(|(_, text)| !text.is_empty()) {
                sheet.write_string(i as u32 + 1, j as u16, text).expect("a cell");
            }
        }
    });
    std::fs::read(path).expect("a workbook")
}

fn parquet(path: &Path, table: &Table, codec: Compression) -> Vec<u8> {
    let column = |j: usize| {
        let cells = table.iter().map(|row| Some(row[j].as_str()).filter(|c| !c.is_empty()));
        Arc::new(cells.collect::<StringArray>()) as ArrayRef
    };
    let batch =
        RecordBatch::try_from_iter(columns().enumerate().map(|(j, name)| (name, column(j))))
            .expect("a batch");
    let settings = WriterProperties::builder().set_compression(codec).build();
    let file = File::create(path).expect("a file");
    let mut out = ArrowWriter::try_new(file, batch.schema(), Some(settings)).expect("a writer");
    out.write(&batch).expect("written");
    out.close().expect("written");
    std::fs::read(path).expect("a file")
}

/// What landed: the account, the rejects counted from the first record, and the records.
fn landed(name: &str, bytes: &[u8], first: u64) -> String {
    let mut home = Home::new("");
    // The same key gives the same identities.
    let key = "11".repeat(32);
    std::fs::write(home.dir.path().join("key"), key).expect("a key");
    let path = home.dir.path().join(name);
    std::fs::write(&path, bytes).expect("a file");
    let batch = match home.ingest(&path) {
        Ok(shumar_ingest::Arrival::Landed(batch)) => batch,
        Ok(shumar_ingest::Arrival::Already(_)) => return "already".to_owned(),
        Err(shumar_ingest::IngestError::NothingAccepted { rows, rejects, .. }) => {
            let rejects: Vec<_> =
                rejects.iter().map(|r| (r.row - first, r.field.clone(), r.rule)).collect();
            return format!("{rows} {rejects:?}");
        }
        Err(e) => panic!("{name}: {e}"),
    };
    let rejects: Vec<_> =
        batch.rejects.iter().map(|r| (r.row - first, r.field.clone(), r.rule)).collect();
    let mut records = home.lake();
    records.sort_unstable();
    let account = (batch.rows, batch.accepted, batch.folded, batch.rejected);
    format!("{account:?} {rejects:?} {records:?}")
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn one_table_in_every_format_lands_the_same(table in tables()) {
        let folder = tempfile::tempdir().expect("a folder");
        let (book, file) = (folder.path().join("a.xlsx"), folder.path().join("a.parquet"));
        let text = csv(&table);
        let lines = objects(&table).join("\n").into_bytes();
        let array = format!("[{}]", objects(&table).join(",\n ")).into_bytes();
        let inside = format!("{{\"n\": 1, \"data\": [{}]}}", objects(&table).join(",")).into_bytes();
        let book = xlsx(&book, &table);
        let snappy = parquet(&file, &table, Compression::SNAPPY);
        let gzipped = parquet(&file, &table, Compression::GZIP(GzipLevel::default()));
        let zstd = parquet(&file, &table, Compression::ZSTD(ZstdLevel::default()));
        let expected = landed("a.csv", &text, 2);
        for (name, bytes, first) in [
            ("a.csv.gz", gzip(&text), 2),
            ("a.zip", zip(&[("x/b.csv", &text)]), 2),
            ("a.jsonl", lines.clone(), 1),
            ("a.ndjson.gz", gzip(&lines), 1),
            ("b.zip", zip(&[("b.jsonl", &lines)]), 1),
            ("a.json", array.clone(), 1),
            ("b.json", inside, 1),
            ("c.zip", zip(&[("b.json", &array)]), 1),
            ("a.xlsx", book.clone(), 2),
            ("a.xlsx.gz", gzip(&book), 2),
            ("d.zip", zip(&[("b.xlsx", &book)]), 2),
            ("a.parquet", snappy, 1),
            ("b.parquet", gzipped, 1),
            ("e.zip", zip(&[("b.parquet", &zstd)]), 1),
        ] {
            prop_assert_eq!(&landed(name, &bytes, first), &expected, "{}", name);
        }
    }
}
