//! One table in every format that offices send. Names of sheets and of packed files say what they
//! must not.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, StringArray};
use flate2::{Compression, GzBuilder};
use parquet::arrow::ArrowWriter;
use rust_xlsxwriter::Workbook;
use serde_json::{Map, Value};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// The endings that [`write()`] knows.
pub(crate) const ENDINGS: [&str; 7] = ["csv", "csv.gz", "zip", "json", "jsonl", "parquet", "xlsx"];

/// A table, and what sheets and packed files are called.
pub(crate) struct Table<'a> {
    pub(crate) header: Vec<&'a str>,
    pub(crate) rows: Vec<Vec<String>>,
    pub(crate) name: &'a str,
}

/// Writes the table in the format of the path's ending.
pub(crate) fn write(path: &Path, table: &Table<'_>) {
    let name = path.file_name().expect("a name").to_string_lossy();
    let (_, ending) = name.split_once('.').expect("an ending");
    let bytes = match ending {
        "csv" => csv(table),
        "csv.gz" => {
            let packed = GzBuilder::new().filename(table.name).comment(table.name);
            let mut packed = packed.write(Vec::new(), Compression::default());
            packed.write_all(&csv(table)).expect("packed");
            packed.finish().expect("packed")
        }
        "zip" => {
            let mut packed = ZipWriter::new(std::io::Cursor::new(Vec::new()));
            let entry = format!("{0}/{0}.csv", table.name);
            packed.start_file(entry, SimpleFileOptions::default()).expect("an entry");
            packed.write_all(&csv(table)).expect("packed");
            packed.finish().expect("packed").into_inner()
        }
        "json" => {
            let name = table.name;
            serde_json::json!({ "name": name, "data": objects(table) }).to_string().into_bytes()
        }
        "jsonl" => {
            let lines: Vec<String> = objects(table).iter().map(Value::to_string).collect();
            lines.join("\n").into_bytes()
        }
        "parquet" => return parquet(path, table),
        "xlsx" => return workbook(path, table),
        other => panic!("{other} is no known ending"),
    };
    std::fs::write(path, bytes).expect("a file");
}

fn csv(table: &Table<'_>) -> Vec<u8> {
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(&table.header).expect("written");
    table.rows.iter().for_each(|row| out.write_record(row).expect("written"));
    out.into_inner().expect("written")
}

/// The number that a spreadsheet would make of a cell.
fn number(cell: &str) -> Option<u64> {
    cell.parse().ok().filter(|_| !cell.starts_with(['0', '+']))
}

fn objects(table: &Table<'_>) -> Vec<Value> {
    let value = |cell: &String| number(cell).map_or_else(|| cell.as_str().into(), Value::from);
    let object = |row: &Vec<String>| {
        let cells = table.header.iter().zip(row).map(|(h, c)| ((*h).to_owned(), value(c)));
        Value::Object(cells.collect::<Map<_, _>>())
    };
    table.rows.iter().map(object).collect()
}

fn parquet(path: &Path, table: &Table<'_>) {
    let column = |i: usize| -> ArrayRef {
        Arc::new(table.rows.iter().map(|row| Some(row[i].as_str())).collect::<StringArray>())
    };
    let columns = table.header.iter().enumerate().map(|(i, name)| (*name, column(i)));
    let batch = RecordBatch::try_from_iter(columns).expect("a batch");
    let file = File::create(path).expect("a file");
    let mut out = ArrowWriter::try_new(file, batch.schema(), None).expect("a writer");
    out.write(&batch).expect("written");
    out.close().expect("written");
}

/// A workbook with a second sheet that is hidden and holds every cell once more.
fn workbook(path: &Path, table: &Table<'_>) {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name(table.name).expect("a name");
    for (i, name) in table.header.iter().enumerate() {
        sheet.write_string(0, i as u16, *name).expect("a cell");
    }
    for (r, row) in table.rows.iter().enumerate() {
        for (c, cell) in row.iter().enumerate() {
            let (r, c) = (r as u32 + 1, c as u16);
            match number(cell) {
                Some(n) => sheet.write_number(r, c, n as f64).expect("a cell"),
                None => sheet.write_string(r, c, cell).expect("a cell"),
            };
        }
    }
    let hidden = book.add_worksheet();
    hidden.set_name(format!("{} 2", table.name)).expect("a name").set_hidden(true);
    for (i, cell) in table.rows.iter().flatten().enumerate() {
        hidden.write_string(i as u32, 0, cell).expect("a cell");
    }
    book.save(path).expect("a workbook");
}
