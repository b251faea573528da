//! A home to arrive at.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::{Path, PathBuf};

use arrow::array::{AsArray, RecordBatch};
use arrow::datatypes::{Date32Type, Int32Type};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use rusqlite::Connection;
use rust_xlsxwriter::Workbook;
use shumar_ingest::{Arrival, Batch, Gate, HomeKey, IngestError, Office, Rule, Sent};
use shumar_schemas::{Catalog, Config, YearMonth, store};

/// A home in a temporary folder, with one police provider.
pub(crate) struct Home {
    pub(crate) dir: tempfile::TempDir,
    pub(crate) catalog: Catalog,
    pub(crate) gate: Gate,
    pub(crate) config: Config,
    pub(crate) register: Connection,
}

pub(crate) const HEAD: &str = r#"
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
record_key = ["No"]
null_words = ["(null)", "N/A"]
"#;

pub(crate) const FIELDS: &str = r#"
[providers.fields]
report_month = { column = "Date", date_formats = ["%d/%m/%Y"] }
district = "District"
offence_lead = { column = "Offence", codes = { "Sec 376" = "rape" } }
challan_days = "Days"
"#;

pub(crate) const HEADER: &str = "No,Token,Date,District,Offence,Days\n";

/// A record of the lake.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Record {
    pub(crate) person: Vec<u8>,
    pub(crate) record: Vec<u8>,
    pub(crate) batch: i32,
    pub(crate) kind: i32,
    pub(crate) year: i32,
    pub(crate) month: YearMonth,
    pub(crate) district: String,
    pub(crate) offence: String,
    pub(crate) days: Option<i32>,
}

impl Record {
    fn read(batch: &RecordBatch, out: &mut Vec<Self>) {
        let column = |name: &str| batch.column_by_name(name).expect("a column");
        let text = |name: &str, i: usize| column(name).as_string::<i32>().value(i).to_owned();
        let number = |name: &str, i: usize| column(name).as_primitive::<Int32Type>().value(i);
        let filled = |name: &str, i: usize| column(name).is_valid(i).then(|| number(name, i));
        for i in 0..batch.num_rows() {
            let days = column("report_month").as_primitive::<Date32Type>().value(i);
            out.push(Self {
                person: column("person_id").as_fixed_size_binary().value(i).to_vec(),
                record: column("record_id").as_fixed_size_binary().value(i).to_vec(),
                batch: number("batch", i),
                kind: number("ordinal_kind", i),
                year: number("ordinal_year", i),
                month: YearMonth::from_days(days).expect("a month"),
                district: text("district", i),
                offence: text("offence_lead", i),
                days: filled("challan_days", i),
            });
        }
    }
}

impl Home {
    pub(crate) fn new(extra: &str) -> Self {
        Self::with(&format!("{HEAD}{extra}{FIELDS}"))
    }

    pub(crate) fn with(config: &str) -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        HomeKey::create(&dir.path().join("key")).expect("a key");
        let catalog = Catalog::new(&[]).expect("the built-in catalog");
        let config = Config::parse(config, &catalog).expect("a configuration");
        let register = Connection::open_in_memory().expect("a database");
        register.execute_batch(store::DDL).expect("its tables");
        let gate = Gate::new(catalog.identifiers().expect("the built-in shapes"));
        Self { dir, catalog, gate, config, register }
    }

    pub(crate) fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.dir.path().join(name);
        std::fs::write(&path, text).expect("a file");
        path
    }

    pub(crate) fn key(&self) -> HomeKey {
        HomeKey::read(&self.dir.path().join("key")).expect("the key")
    }

    pub(crate) fn office<'a>(&'a self, key: &'a HomeKey) -> Office<'a> {
        Office {
            home: self.dir.path(),
            config: &self.config,
            catalog: &self.catalog,
            gate: &self.gate,
            key,
            seal: &shumar_seal::PLAIN,
            now: "2026-11-21T10:00:00Z".parse().expect("a time"),
        }
    }

    pub(crate) fn sent<'a>(&'a self, file: &'a Path) -> Sent<'a> {
        Sent { provider: &self.config.providers[0], file, replaces: None, covers: &[] }
    }

    pub(crate) fn check(&self, file: &Path) -> Arrival {
        let key = self.key();
        shumar_ingest::check(&self.office(&key), &self.register, self.sent(file), &mut |_| {})
            .expect("checked")
    }

    pub(crate) fn ingest(&mut self, file: &Path) -> Result<Arrival, IngestError> {
        let key = self.key();
        let nothing = Connection::open_in_memory().expect("a database");
        let mut register = std::mem::replace(&mut self.register, nothing);
        let sent = self.sent(file);
        let arrival = shumar_ingest::ingest(&self.office(&key), &mut register, sent, &mut |_| {});
        self.register = register;
        arrival
    }

    pub(crate) fn land(&mut self, file: &Path) -> Batch {
        match self.ingest(file) {
            Ok(Arrival::Landed(batch)) => {
                assert_eq!(batch.rows, batch.accepted + batch.folded + batch.rejected);
                assert_eq!(batch.rejected, batch.rejects.len() as u64);
                batch
            }
            other => panic!("did not land: {other:?}"),
        }
    }

    pub(crate) fn land_csv(&mut self, name: &str, rows: &str) -> Batch {
        let file = self.file(name, &format!("{HEADER}{rows}"));
        self.land(&file)
    }

    /// Every record in the lake.
    pub(crate) fn lake(&self) -> Vec<Record> {
        let mut select = self.register.prepare("SELECT path FROM lake_file").expect("a query");
        let paths = select.query_map([], |r| r.get::<_, String>(0)).expect("files");
        let mut records = Vec::new();
        for path in paths {
            let file =
                File::open(self.dir.path().join(path.expect("a path"))).expect("a lake file");
            let reader = ParquetRecordBatchReaderBuilder::try_new(file).expect("Parquet");
            for batch in reader.build().expect("records") {
                Record::read(&batch.expect("records"), &mut records);
            }
        }
        records
    }

    /// How many persons the lake knows.
    pub(crate) fn persons(&self) -> usize {
        self.lake().into_iter().map(|r| r.person).collect::<BTreeSet<_>>().len()
    }

    /// Only what belongs to the lake is in it, and nothing is left in the scratch folder.
    pub(crate) fn assert_tidy(&self) {
        let names = |folder: &str| -> Vec<String> {
            let entries = std::fs::read_dir(self.dir.path().join(folder)).expect("a folder");
            let name = |e: std::fs::DirEntry| e.file_name().to_string_lossy().into_owned();
            let mut names: Vec<String> = entries.map(|e| name(e.expect("an entry"))).collect();
            names.sort_unstable();
            names
        };
        assert_eq!(names("lake"), [".lock", ".places", "police"]);
        assert!(names("lake/.places").iter().all(|n| n.strip_suffix(".run").is_some()));
        for year in names("lake/police") {
            let files = names(&format!("lake/police/{year}"));
            assert!(files.iter().all(|n| n.ends_with(".parquet")), "{files:?}");
        }
        assert_eq!(names(".scratch"), [""; 0]);
    }

    pub(crate) fn count(&self, sql: &str) -> i64 {
        self.register.query_row(sql, [], |r| r.get(0)).expect("a count")
    }
}

pub(crate) fn rules(batch: &Batch) -> Vec<(u64, &str, Rule)> {
    batch.rejects.iter().map(|r| (r.row, r.field.as_ref(), r.rule)).collect()
}

pub(crate) fn workbook(path: &Path, build: impl FnOnce(&mut Workbook)) {
    let mut book = Workbook::new();
    build(&mut book);
    book.save(path).expect("a workbook");
}

pub(crate) fn header(sheet: &mut rust_xlsxwriter::Worksheet, row: u32) {
    for (i, name) in HEADER.trim().split(',').enumerate() {
        sheet.write_string(row, i as u16, name).expect("a cell");
    }
}
