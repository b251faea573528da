//! A real home, at which files of three offices arrive: two of the police and one shelter.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs::File;
use std::path::Path;
use std::sync::OnceLock;

use arrow::array::AsArray;
use arrow::datatypes::{Date32Type, Int32Type};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use rusqlite::Connection;
use sha2::{Digest, Sha256};
use shumar_ingest::{Arrival, Gate, HomeKey, IngestError, Office, Sent, Withdrawn};
use shumar_schemas::{Catalog, Config, Period, YearMonth, store};

/// The kind of each office's records.
pub(super) const OFFICES: [&str; 3] = ["police", "police", "shelter"];
const DISTRICTS: [&str; 3] = ["PK528", "PK523", "PK532"];

const CONFIG: &str = r#"
format = "shumar.home/1"
[commission]
name = { en = "Test" }
[privacy]
family = "laplace"
budget = "1"
bounds = { all = 3 }
[[providers]]
id = "cell"
kind = "police"
person = "token"
person_scope = "commission"
record_key = ["no"]
[providers.fields]
report_month = "month"
district = "district"
offence_lead = { value = "rape" }
challan_days = "days"
[[providers]]
id = "desk"
kind = "police"
person = "token"
person_scope = "commission"
record_key = ["no"]
[providers.fields]
report_month = "month"
district = "district"
offence_lead = { value = "rape" }
challan_days = "days"
[[providers]]
id = "refuge"
kind = "shelter"
person = "token"
person_scope = "commission"
record_key = ["no"]
[providers.fields]
admit_month = "month"
district_facility = "district"
reason_lead = { value = "rape" }
stay_days = "days"
"#;

/// One row of an office's file. A person's key is one record; month and district are what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Row {
    pub(super) person: u8,
    pub(super) key: u8,
    /// 12 × year + month - 1.
    pub(super) month: u16,
    pub(super) district: u8,
}

/// A record of the lake, as what it was in its file.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Found {
    pub(super) office: usize,
    pub(super) row: Row,
    pub(super) batch: i64,
    /// Its place within its kind, and over all kinds.
    pub(super) places: (i32, i32),
    pub(super) person_id: Vec<u8>,
    pub(super) record_id: Vec<u8>,
}

/// What never changes, made once: most of the time would go into it.
struct Base {
    catalog: Catalog,
    config: Config,
    gate: Gate,
}

fn base() -> &'static Base {
    static BASE: OnceLock<Base> = OnceLock::new();
    BASE.get_or_init(|| {
        let catalog = Catalog::new(&[]).expect("the built-in catalog");
        let config = Config::parse(CONFIG, &catalog).expect("a configuration");
        let gate = Gate::new(catalog.identifiers().expect("the built-in shapes"));
        Base { catalog, config, gate }
    })
}

/// The text of a file.
pub(super) fn text(rows: &[Row]) -> String {
    let mut text = "no,token,month,district,days\n".to_owned();
    for row in rows {
        let (year, month) = (row.month / 12, row.month % 12 + 1);
        let district = DISTRICTS[usize::from(row.district)];
        // The number says whose record it is, so that it is known again in the lake.
        let days = u16::from(row.person) * 20 + u16::from(row.key);
        let (key, person) = (row.key, row.person);
        writeln!(text, "{key},p{person},{year}-{month:02},{district},{days}").expect("a line");
    }
    text
}

/// A file that is sent.
#[derive(Debug, Clone)]
pub(super) struct Letter {
    pub(super) office: usize,
    pub(super) rows: Vec<Row>,
    pub(super) replaces: Option<i64>,
}

pub(super) struct World {
    dir: tempfile::TempDir,
    key: HomeKey,
    pub(super) register: Connection,
    sent: usize,
}

impl World {
    pub(super) fn new() -> Self {
        // Almost all of the time would go into waiting for a real disk.
        let memory = Path::new("/dev/shm");
        let dir = if memory.is_dir() {
            tempfile::tempdir_in(memory).or_else(|_| tempfile::tempdir())
        } else {
            tempfile::tempdir()
        };
        let dir = dir.expect("a folder");
        // One key for all worlds, so that they can be compared.
        let key = dir.path().join("key");
        HomeKey::create(&key).expect("a key");
        std::fs::write(&key, "5a".repeat(32)).expect("a key");
        let key = HomeKey::read(&key).expect("a key");
        let register = Connection::open_in_memory().expect("a database");
        register.execute_batch(store::DDL).expect("its tables");
        Self { dir, key, register, sent: 0 }
    }

    fn office<'a>(dir: &'a Path, key: &'a HomeKey) -> Office<'a> {
        let Base { catalog, config, gate } = base();
        let now = "2026-11-21T10:00:00Z".parse().expect("a time");
        Office { home: dir, config, catalog, gate, key, seal: &shumar_seal::PLAIN, now }
    }

    /// What a check says of a file.
    pub(super) fn check(&mut self, letter: &Letter) -> Result<Arrival, IngestError> {
        let file = self.dir.path().join("checked.csv");
        std::fs::write(&file, text(&letter.rows)).expect("a file");
        let provider = &base().config.providers[letter.office];
        let sent = Sent { provider, file: &file, replaces: letter.replaces, covers: &[] };
        let office = Self::office(self.dir.path(), &self.key);
        shumar_ingest::check(&office, &self.register, sent, &mut |_| {})
    }

    /// Sends files together.
    pub(super) fn send(&mut self, letters: &[Letter]) -> Vec<Result<Arrival, IngestError>> {
        let mut files = Vec::new();
        for letter in letters {
            self.sent += 1;
            let file = self.dir.path().join(format!("{}.csv", self.sent));
            std::fs::write(&file, text(&letter.rows)).expect("a file");
            files.push(file);
        }
        let sent: Vec<Sent<'_>> = letters
            .iter()
            .zip(&files)
            .map(|(letter, file)| {
                let provider = &base().config.providers[letter.office];
                Sent { provider, file, replaces: letter.replaces, covers: &[] }
            })
            .collect();
        let office = Self::office(self.dir.path(), &self.key);
        let mut arrivals = Vec::new();
        let done = shumar_ingest::ingest_all(
            &office,
            &mut self.register,
            &sent,
            &mut |_, arrival| arrivals.push(arrival),
            &mut |_| {},
        );
        if let Err(e) = done {
            arrivals.push(Err(e));
        }
        for file in files {
            std::fs::remove_file(file).expect("a file");
        }
        arrivals
    }

    pub(super) fn withdraw(&mut self, batch: i64) -> Result<Withdrawn, IngestError> {
        let office = Self::office(self.dir.path(), &self.key);
        shumar_ingest::withdraw(&office, &mut self.register, batch, "")
    }

    /// The listed files of the lake, each with its hash, and nothing besides in its folders.
    fn files(&self) -> Vec<(String, String)> {
        let mut select =
            self.register.prepare("SELECT path, kind, sha256 FROM lake_file").expect("a query");
        let listed: Vec<(String, String, String)> = select
            .query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))
            .expect("files")
            .map(|r| r.expect("a file"))
            .collect();
        let mut on_disk = BTreeSet::new();
        for kind in ["police", "shelter"] {
            let years = std::fs::read_dir(self.dir.path().join("lake").join(kind));
            for year in years.into_iter().flatten() {
                let files = std::fs::read_dir(year.expect("a folder").path()).expect("files");
                on_disk.extend(files.map(|f| f.expect("a file").path()));
            }
        }
        let expected = listed.iter().map(|(path, _, _)| self.dir.path().join(path)).collect();
        assert_eq!(on_disk, expected, "the lake holds what is listed");
        for (path, _, sha256) in &listed {
            let bytes = std::fs::read(self.dir.path().join(path)).expect("a file");
            assert_eq!(&hex::encode(Sha256::digest(bytes)), sha256, "{path}");
        }
        listed.into_iter().map(|(path, kind, _)| (path, kind)).collect()
    }

    /// Every record in the lake, in order.
    pub(super) fn lake(&self) -> Vec<Found> {
        let mut found = Vec::new();
        for (path, kind) in self.files() {
            let [date, area, days] = match kind.as_str() {
                "police" => ["report_month", "district", "challan_days"],
                _ => ["admit_month", "district_facility", "stay_days"],
            };
            let file = File::open(self.dir.path().join(path)).expect("a file");
            let reader = ParquetRecordBatchReaderBuilder::try_new(file).expect("Parquet");
            for records in reader.build().expect("records") {
                let records = records.expect("records");
                let column = |name: &str| records.column_by_name(name).expect("a column").clone();
                let number = |name: &str, i| column(name).as_primitive::<Int32Type>().value(i);
                for i in 0..records.num_rows() {
                    let batch = number("batch", i);
                    let provider: String = self
                        .register
                        .query_row("SELECT provider FROM batch WHERE id = ?1", [batch], |r| {
                            r.get(0)
                        })
                        .expect("its batch");
                    let providers = &base().config.providers;
                    let days = number(days, i);
                    let month = column(date).as_primitive::<Date32Type>().value(i);
                    let district = column(area).as_string::<i32>().value(i).to_owned();
                    let row = Row {
                        person: (days / 20) as u8,
                        key: (days % 20) as u8,
                        month: month_of(YearMonth::from_days(month).expect("a month")),
                        district: DISTRICTS.iter().position(|d| *d == district).expect("one") as u8,
                    };
                    found.push(Found {
                        office: providers.iter().position(|p| p.id == provider).expect("one"),
                        row,
                        batch: i64::from(batch),
                        places: (number("ordinal_kind", i), number("ordinal_year", i)),
                        person_id: column("person_id").as_fixed_size_binary().value(i).to_vec(),
                        record_id: column("record_id").as_fixed_size_binary().value(i).to_vec(),
                    });
                }
            }
        }
        found.sort_unstable();
        found
    }

    /// Checks what the register says of itself and of the register of places.
    pub(super) fn check_register(&self) {
        let count = |sql: &str| self.register.query_row(sql, [], |r| r.get::<_, i64>(0));
        assert_eq!(count("SELECT count(*) FROM gone_file"), Ok(0));
        let loose = "SELECT count(*) FROM lake_file JOIN batch ON batch.id = lake_file.batch
                     WHERE state <> 'active'";
        assert_eq!(count(loose), Ok(0), "only batches that stand have files");
        let mut select = self.register.prepare("SELECT id FROM place_run").expect("a query");
        let runs = select.query_map([], |r| r.get::<_, i64>(0)).expect("runs");
        let runs: BTreeSet<String> =
            runs.map(|id| format!("{:06}.run", id.expect("a run"))).collect();
        let files = std::fs::read_dir(self.dir.path().join("lake/.places"));
        let files: BTreeSet<String> = files
            .into_iter()
            .flatten()
            .map(|f| f.expect("a run").file_name().to_string_lossy().into_owned())
            .collect();
        assert_eq!(files, runs);
    }

    /// Charges a table of a series to the ledger.
    pub(super) fn charge(&self, series: &str, kind: &str, period: Period) {
        crate::changes::charge(&self.register, series, kind, period);
    }
}

/// 12 × year + month - 1.
pub(super) fn month_of(month: YearMonth) -> u16 {
    (month.year() * 12 + i32::from(month.month()) - 1) as u16
}
