use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::Path;

use rusqlite::Connection;
use shumar_ingest::{Arrival, Gate, HomeKey, Office, Sent};
use shumar_schemas::{Bounds, Catalog, Config, bind, store};
use shumar_seal::{LakeKey, Seal};
use tokio::runtime::Builder;

use super::*;

const HOME: &str = r#"
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
"#;

const PROVIDERS: &str = r#"
[[providers]]
id = "KIND"
kind = "KIND"
person = "person"
person_scope = "commission"
record_key = ["no"]
[providers.fields]
DATE = "month"
AREA = "district"
CODE = "code"
"#;

/// The kinds of the random worlds: kind, event date, area, code, codes used.
const KINDS: [(&str, &str, &str, &str, [&str; 3]); 3] = [
    ("police", "report_month", "district", "offence_lead", ["rape", "honour_killing", "threat"]),
    (
        "shelter",
        "admit_month",
        "district_facility",
        "reason_lead",
        ["rape", "destitution", "other"],
    ),
    (
        "court",
        "institution_month",
        "district",
        "offence_group",
        ["sexual_violence", "other", "marriage_related"],
    ),
];
const TABLES: [&str; 4] =
    ["police-complaints", "shelter-admissions", "women-sheltered", "court-cases"];
const DISTRICTS: [&str; 3] = ["PK501", "PK528", "PK-KP-allai"];

/// A lake in a temporary folder.
struct Lake {
    dir: tempfile::TempDir,
    catalog: Catalog,
    config: Config,
    register: Connection,
    seal: Seal,
}

impl Lake {
    fn new(config: &str) -> Self {
        Self::kept(config, Seal::plain())
    }

    fn kept(config: &str, seal: Seal) -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        HomeKey::create(&dir.path().join("key")).expect("a key");
        let catalog = Catalog::new(&[]).expect("the built-in catalog");
        let config = Config::parse(config, &catalog).expect("a configuration");
        let register = Connection::open_in_memory().expect("a database");
        register.execute_batch(store::DDL).expect("its tables");
        Self { dir, catalog, config, register, seal }
    }

    fn ingest(&mut self, provider: &str, file: &Path) -> shumar_ingest::Batch {
        let key = HomeKey::read(&self.dir.path().join("key")).expect("the key");
        let gate = Gate::new(self.catalog.identifiers().expect("the built-in shapes"));
        let office = Office {
            home: self.dir.path(),
            config: &self.config,
            catalog: &self.catalog,
            gate: &gate,
            key: &key,
            seal: &self.seal,
            now: "2026-11-21T10:00:00Z".parse().expect("a time"),
        };
        let provider = self.config.provider(provider).expect("a provider");
        let sent = Sent { provider, file, replaces: None, covers: &[] };
        match shumar_ingest::ingest(&office, &mut self.register, sent, &mut |_| {}) {
            Ok(Arrival::Landed(batch)) => batch,
            other => panic!("did not land: {other:?}"),
        }
    }

    /// Exact bounded counts of a statistic by all its dimensions, with its table.
    fn exact(&self, statistic: &str, bounds: &Bounds, period: Period) -> (Table, Vec<i64>) {
        self.exact_by(&mut Builder::new_multi_thread(), statistic, bounds, period)
    }

    /// The same by a runtime of one's own.
    fn exact_by(
        &self,
        runtime: &mut Builder,
        statistic: &str,
        bounds: &Bounds,
        period: Period,
    ) -> (Table, Vec<i64>) {
        let finest = |table: &Table| {
            let depths: Vec<u8> = table.axes.iter().map(|a| a.levels.len() as u8 + 1).collect();
            vec![table.at_depths(&depths)]
        };
        let (table, mut counts) = self.margins(runtime, statistic, bounds, period, finest);
        (table, counts.remove(0).1)
    }

    async fn records(&self, kind: &RecordKind, period: Period) -> Option<Private<DataFrame>> {
        let home = self.dir.path();
        let files = crate::lake::files(&self.register, &kind.name, period).expect("files");
        if files.is_empty() {
            return None;
        }
        let opened = crate::lake::open(home, kind, &files, &self.seal).await;
        Some(Private::seal(opened.expect("a lake")))
    }

    /// Exact bounded counts of some margins of a statistic's table.
    fn margins(
        &self,
        runtime: &mut Builder,
        statistic: &str,
        bounds: &Bounds,
        period: Period,
        pick: impl Fn(&Table) -> Vec<Margin>,
    ) -> (Table, Vec<(Margin, Vec<i64>)>) {
        let statistic = self.catalog.statistic(statistic, "the test").expect("a statistic");
        let scope = self.config.scope.as_ref();
        let tables = bind::tables(&[statistic], &self.catalog, scope, bounds, period);
        let table = tables.expect("a table").remove(0);
        let kind = self.catalog.kind(&table.kind, "the test").expect("a kind");
        let picked = pick(&table);
        let wanted: Vec<Wanted<'_>> = picked.iter().map(|m| (&table, m)).collect();
        let runtime = runtime.build().expect("a runtime");
        let counts = runtime.block_on(async {
            let records = self.records(kind, period).await;
            tally(records, kind, &wanted, bounds.all, period, GROUPS_MAX).await.expect("counts")
        });
        (table, picked.into_iter().zip(counts).collect())
    }
}

/// Numbers that look random and repeat for a seed.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }
}

/// A record of a random world: its kind, its batch, its person, and its row.
struct Event {
    kind: usize,
    batch: usize,
    person: usize,
    row: String,
}

fn world(seed: u64, persons: usize) -> Vec<Event> {
    let mut dice = Dice(seed);
    let events = persons * 3;
    (0..events)
        .map(|no| {
            let kind = dice.roll(KINDS.len());
            let person = dice.roll(persons).min(dice.roll(persons));
            let month = format!("202{}-{:02}", 4 + dice.roll(2), 1 + dice.roll(12));
            let district = DISTRICTS[dice.roll(3)];
            let code = KINDS[kind].4[dice.roll(3)];
            let row = format!("{no},person-{person},{month},{district},{code}");
            Event { kind, batch: dice.roll(3), person, row }
        })
        .collect()
}

fn lake_of(events: &[Event], without: Option<usize>) -> Lake {
    let providers = KINDS.iter().map(|(kind, date, area, code, _)| {
        PROVIDERS
            .replace("KIND", kind)
            .replace("DATE", date)
            .replace("AREA", area)
            .replace("CODE", code)
    });
    let mut lake = Lake::new(&format!("{HOME}{}", providers.collect::<String>()));
    for batch in 0..3 {
        for (k, (kind, ..)) in KINDS.iter().enumerate() {
            let mut text = "no,person,month,district,code\n".to_owned();
            let rows = events.iter().filter(|e| e.kind == k && e.batch == batch);
            for event in rows.filter(|e| without != Some(e.person)) {
                writeln!(text, "{}", event.row).expect("a line");
            }
            if text.lines().count() > 1 {
                let file = lake.dir.path().join(format!("{kind}-{batch}.csv"));
                std::fs::write(&file, text).expect("a file");
                lake.ingest(kind, &file);
            }
        }
    }
    lake
}

/// The promise that every charge rests on: whoever is taken out of a world, no table moves by more
/// than its bound, and all tables together by no more than C records.
#[test]
fn no_person_moves_a_table_by_more_than_the_bound() {
    for seed in 1..=6 {
        let persons = 4 + seed as usize;
        let events = world(seed, persons);
        let full = lake_of(&events, None);
        for person in 0..3 {
            let less = lake_of(&events, Some(person));
            for (all, own) in [(1, 1), (3, 2), (4, 4)] {
                let kinds = KINDS.iter().map(|k| (k.0.to_owned(), own)).collect();
                let bounds = Bounds { all, kinds, calibration: None };
                for year in [2024, 2025] {
                    let mut moved_in_all = 0;
                    for statistic in TABLES {
                        let (table, a) = full.exact(statistic, &bounds, Period::Year(year));
                        let (_, b) = less.exact(statistic, &bounds, Period::Year(year));
                        let moved: i64 = a.iter().zip(&b).map(|(a, b)| (a - b).abs()).sum();
                        assert!(
                            moved <= i64::from(table.bound),
                            "{seed} {person} {statistic} {moved}"
                        );
                        if statistic != "women-sheltered" {
                            moved_in_all += moved;
                        }
                    }
                    assert!(
                        moved_in_all <= i64::from(all),
                        "{seed} {person} {moved_in_all} in all"
                    );
                }
            }
        }
    }
}

/// With bounds that cut nothing, every record is in exactly one cell; the quarters of a year are
/// disjoint parts of it; and two years in one table are the two years.
#[test]
fn tables_count_every_record_once_and_periods_are_disjoint() {
    let events = world(99, 8);
    let lake = lake_of(&events, None);
    let wide = Bounds { all: 1000, kinds: BTreeMap::new(), calibration: None };
    let sql =
        "SELECT coalesce(sum(records), 0) FROM lake_file WHERE kind = 'police' AND year = 2025";
    let records: i64 = lake.register.query_row(sql, [], |r| r.get(0)).expect("a sum");
    let total = |period| lake.exact("police-complaints", &wide, period).1.iter().sum::<i64>();
    assert_eq!(total(Period::Year(2025)), records);
    assert_eq!((1..=4).map(|q| total(Period::Quarter(2025, q))).sum::<i64>(), records);
    assert_eq!(
        total(Period::Years(2024, 2025)),
        total(Period::Year(2024)) + total(Period::Year(2025))
    );
    assert_eq!(total(Period::Year(1999)), 0);
}

/// With bounds that cut nothing, neither the order in which rows and files arrive nor the number of
/// threads changes a count.
#[test]
fn order_and_threads_change_no_count() {
    let events = world(17, 40);
    let turned: Vec<Event> = events
        .iter()
        .rev()
        .map(|e| Event { batch: 2 - e.batch, row: e.row.clone(), ..*e })
        .collect();
    let (lake, other) = (lake_of(&events, None), lake_of(&turned, None));
    let wide = Bounds { all: 1000, kinds: BTreeMap::new(), calibration: None };
    let mut records = 0;
    for statistic in TABLES {
        for year in [2024, 2025].map(Period::Year) {
            let (_, counts) = lake.exact(statistic, &wide, year);
            let (table, turned) = other.exact(statistic, &wide, year);
            assert_eq!(turned.iter().sum::<i64>(), counts.iter().sum::<i64>(), "{statistic}");
            // Where persons are counted, the first record of each decides her cell.
            if table.bound > 1 {
                assert_eq!(turned, counts, "{statistic}");
            }
            for mut runtime in [Builder::new_current_thread(), Builder::new_multi_thread()] {
                let (_, again) = lake.exact_by(runtime.worker_threads(8), statistic, &wide, year);
                assert_eq!(again, counts, "{statistic}");
            }
            records += counts.iter().sum::<i64>();
        }
    }
    assert!(records > 100, "{records}");
}

/// Persons are counted once a year, however many records they have.
#[test]
fn a_count_of_persons_counts_each_once() {
    let events = world(7, 5);
    let lake = lake_of(&events, None);
    let wide = Bounds { all: 1000, kinds: BTreeMap::new(), calibration: None };
    let sheltered = events.iter().filter(|e| e.kind == 1 && e.row.contains(",2024-"));
    let persons: BTreeSet<usize> = sheltered.map(|e| e.person).collect();
    let persons = i64::try_from(persons.len()).expect("few persons");
    let (_, counts) = lake.exact("women-sheltered", &wide, Period::Year(2024));
    assert_eq!(counts.iter().sum::<i64>(), persons);
    assert!(persons > 0);
}

/// Whole runs on kept inputs, with a plain and an encrypted lake: the rejects and the exact margins
/// before noise, to the last cell.
/// `SHUMAR_BLESS=1` rewrites the expectations, to be read in the diff.
#[test]
fn golden_runs_count_exactly() {
    count_exactly(&Seal::plain());
    count_exactly(&Seal::with(LakeKey::new().expect("a key")));
}

fn count_exactly(seal: &Seal) {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/golden");
    let mut seen = 0;
    for case in std::fs::read_dir(&cases).expect("the golden folder") {
        let case = case.expect("a case").path();
        let text = std::fs::read_to_string(case.join("shumar.toml")).expect("a configuration");
        let mut lake = Lake::kept(&text, seal.clone());
        let mut rejects = String::new();
        let providers: Vec<String> = lake.config.providers.iter().map(|p| p.id.clone()).collect();
        for waiting in shumar_ingest::waiting(&case, &providers).expect("an inbox") {
            let batch = lake.ingest(&waiting.provider, &waiting.file);
            let name = waiting.file.file_name().expect("a name").to_string_lossy();
            let (a, f, r) = (batch.accepted, batch.folded, batch.rejected);
            writeln!(
                rejects,
                "{name}: {} rows = {a} accepted + {f} folded + {r} rejected",
                batch.rows
            )
            .expect("text");
            for r in batch.rejects {
                writeln!(rejects, "  row {}: {} {}", r.row, r.field, r.rule).expect("text");
            }
        }
        expect(&case.join("expected/rejects.txt"), &rejects);
        for release in &lake.config.releases {
            for id in &release.tables {
                let bounds = &lake.config.privacy.bounds;
                let published = |table: &Table| table.published[0].margins.clone();
                let (table, counts) = lake.margins(
                    &mut Builder::new_multi_thread(),
                    id,
                    bounds,
                    Period::Year(2025),
                    published,
                );
                for (margin, counts) in counts {
                    let file = format!("expected/{id}--{}.csv", margin.id);
                    expect(&case.join(file), &margin_csv(&table, &margin, &counts));
                }
            }
        }
        seen += 1;
    }
    assert!(seen >= 2, "the golden cases are gone");
}

/// The cells of a margin that are not 0, in domain order.
fn margin_csv(table: &Table, margin: &shumar_schemas::Margin, counts: &[i64]) -> String {
    let codes = margin.codes(table);
    let cells = margin.cells(table);
    let names = margin.names(table).into_iter().map(|(name, _)| name);
    let mut text = names.chain(["count"]).collect::<Vec<_>>().join(",");
    text.push('\n');
    for (cell, sum) in counts.iter().enumerate().filter(|(_, sum)| **sum != 0) {
        let mut inner = cells;
        for codes in &codes {
            inner /= codes.len();
            write!(text, "{},", codes[cell / inner % codes.len()].code).expect("text");
        }
        writeln!(text, "{sum}").expect("text");
    }
    text
}

fn expect(file: &Path, found: &str) {
    if std::env::var_os("SHUMAR_BLESS").is_some() {
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        std::fs::write(file, found).expect("a file");
    }
    let expected = std::fs::read_to_string(file).unwrap_or_default();
    assert_eq!(expected, found, "{}", file.display());
}

/// A margin counted alone is the finest one summed up, also over a coarser level.
#[test]
fn every_margin_is_a_sum_of_the_finest() {
    let lake = lake_of(&world(5, 9), None);
    let bounds = Bounds { all: 3, kinds: BTreeMap::new(), calibration: None };
    let all = |table: &Table| {
        let mut margins = table.published[0].margins.clone();
        margins.push(table.at_depths(&[2, 1, 1]));
        margins
    };
    let (table, mut counts) = lake.margins(
        &mut Builder::new_multi_thread(),
        "police-complaints",
        &bounds,
        Period::Year(2025),
        all,
    );
    let (finest, cells) = counts.pop().expect("the finest");
    let sizes: Vec<usize> = finest.codes(&table).iter().map(|c| c.len()).collect();
    assert!(cells.iter().any(|n| *n > 0));
    for (margin, found) in counts {
        let mut sums = vec![0_i64; margin.cells(&table)];
        for (cell, n) in cells.iter().enumerate() {
            let places = [cell / sizes[2] / sizes[1], cell / sizes[2] % sizes[1], cell % sizes[2]];
            let place = margin.by.iter().fold(0, |place, &(axis, level)| {
                let axis_place = table.axes[axis].place_at(level, places[axis]);
                place * table.axes[axis].codes_at(level).len() + axis_place
            });
            sums[place] += n;
        }
        assert_eq!(sums, found, "{}", margin.id);
    }
}

mod generous;
mod grouping;
