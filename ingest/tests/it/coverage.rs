//! Who has reported, who is late, and what counts as a report.

use chrono::{DateTime, NaiveDate, Utc};
use rusqlite::Connection;
use shumar_ingest::coverage::{
    self, Counter, Facilities, FacilityStanding, NilReturn, Noted, standing,
};
use shumar_schemas::config::Standing;
use shumar_schemas::{Catalog, Config, YearMonth, store};

use crate::support::{FIELDS, HEAD};

const STATIONS: &str = r#"
expects = { every = "month", due_day = 10, from = "2025-01" }
facility = "Station"
facility_codes = { "PS Cantt" = "two" }
facilities = [
  { id = "one", name = { en = "Women Station", ur = "ویمن تھانہ" }, area = "PK523" },
  { id = "two", name = { en = "Cantonment" } },
]
"#;
const ALONE: &str = r#"expects = { every = "quarter", from = "2025-01", until = "2025-12" }
"#;

fn parse(extra: &str) -> Result<Config, shumar_schemas::SchemaError> {
    let catalog = Catalog::new(&[]).expect("the built-in catalog");
    Config::parse(&format!("{HEAD}{extra}{FIELDS}"), &catalog)
}

fn config(extra: &str) -> Config {
    parse(extra).expect("a configuration")
}

fn month(text: &str) -> YearMonth {
    text.parse().expect("a month")
}

fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

fn now() -> DateTime<Utc> {
    "2025-05-20T08:00:00Z".parse().expect("a time")
}

/// A register with two batches of the office.
fn register() -> Connection {
    let register = Connection::open_in_memory().expect("a database");
    register.execute_batch(store::DDL).expect("its tables");
    let batches = "INSERT INTO batch (id, provider, kind, sha256, mapping, schema, arrived, rows, accepted, folded, rejected)
        VALUES (1, 'cell', 'police', 'a', '', '', '', 9, 9, 0, 0), (2, 'cell', 'police', 'b', '', '', '', 9, 9, 0, 0)";
    register.execute_batch(batches).expect("batches");
    register
}

fn stands(register: &Connection, config: &Config, today: &str) -> Vec<FacilityStanding> {
    standing(register, config, day(today)).expect("a standing")
}

fn told(facility: &FacilityStanding) -> String {
    let sign = |(_, s): &(YearMonth, Standing)| match s {
        Standing::Reported => 'R',
        Standing::Nil => 'N',
        Standing::Late(_) => 'L',
        Standing::Open => 'o',
    };
    facility.periods.iter().map(sign).collect()
}

#[test]
fn months_with_rows_are_reported_and_others_become_late() {
    let (config, register) = (config(STATIONS), register());
    let rows = [("one", month("2025-01"), 4), ("one", month("2025-03"), 1)];
    coverage::enter(&register, 1, &rows).expect("entered");
    coverage::enter(&register, 2, &[("two", month("2025-02"), 0)]).expect("entered");
    let all = stands(&register, &config, "2025-05-10");
    let told: Vec<String> = all.iter().map(told).collect();
    assert_eq!(told, ["RLRo", "LRLo"]);
    assert_eq!(all[0].late_since(), Some(("2025-02".to_owned(), 61)));
    assert_eq!(all[0].name.get("ur"), "ویمن تھانہ");
    let next_day = stands(&register, &config, "2025-05-11");
    assert_eq!(next_day[0].periods[3].1, Standing::Late(1));
}

#[test]
fn a_withdrawn_batch_reports_nothing() {
    let (config, register) = (config(STATIONS), register());
    coverage::enter(&register, 1, &[("one", month("2025-01"), 4)]).expect("entered");
    coverage::enter(&register, 2, &[("one", month("2025-02"), 4)]).expect("entered");
    let first = |today| told(&stands(&register, &config, today)[0]);
    assert_eq!(first("2025-04-01"), "RRo");
    for state in ["withdrawn", "replaced"] {
        let sql = format!("UPDATE batch SET state = '{state}' WHERE id = 1");
        register.execute_batch(&sql).expect("withdrawn");
        assert_eq!(first("2025-04-01"), "LRo", "{state}");
    }
    assert!(register.execute_batch("UPDATE batch SET state = 'gone'").is_err());
}

#[test]
fn a_quarter_is_reported_by_any_of_its_months_and_a_closed_office_owes_nothing() {
    let (config, register) = (config(ALONE), register());
    coverage::enter(&register, 1, &[("cell", month("2025-05"), 4)]).expect("entered");
    let all = stands(&register, &config, "2027-01-01");
    assert_eq!(all.len(), 1, "the office is its only facility");
    assert_eq!(told(&all[0]), "LRLL");
    assert_eq!(all[0].periods_where(|s| s == Standing::Reported), ["2025-Q2"]);
    assert!(stands(&register, &self::config(""), "2027-01-01").is_empty());
}

#[test]
fn a_nil_return_stands_until_it_is_taken_back() {
    let (config, register) = (config(STATIONS), register());
    let provider = &config.providers[0];
    let nil = NilReturn { provider, facility: "one", month: month("2025-02") };
    assert_eq!(nil.enter(&register, now()).expect("entered"), Noted::Now);
    assert_eq!(nil.enter(&register, now()).expect("entered"), Noted::Before);
    let first = || told(&stands(&register, &config, "2025-05-01")[0]);
    assert_eq!(first(), "LNLo");
    let at: String =
        register.query_row("SELECT at FROM nil_return", [], |r| r.get(0)).expect("a time");
    assert_eq!(at, "2025-05-20T08:00:00Z");
    assert_eq!(nil.take_back(&register).expect("taken back"), Noted::Now);
    assert_eq!(nil.take_back(&register).expect("taken back"), Noted::Before);
    assert_eq!(first(), "LLLo");
}

#[test]
fn a_nil_return_is_refused_where_it_can_t_be_true() {
    let (config, register) = (config(STATIONS), register());
    coverage::enter(&register, 1, &[("one", month("2025-02"), 1)]).expect("entered");
    coverage::enter(&register, 2, &[("one", month("2025-03"), 0)]).expect("entered");
    let provider = &config.providers[0];
    let refused = |text: &str| {
        let nil = NilReturn { provider, facility: "one", month: month(text) };
        let refused = nil.enter(&register, now()).err().map(|e| e.to_string());
        assert!(refused.as_ref().is_none_or(|r| r.contains("hint: ")), "{refused:?}");
        refused.is_some()
    };
    assert!(refused("2025-02"), "records have arrived");
    assert!(refused("2024-12"), "before reports are expected");
    assert!(refused("2025-05"), "not over");
    assert!(!refused("2025-03"), "a file without rows says the same");
    register.execute_batch("UPDATE batch SET state = 'withdrawn' WHERE id = 1").expect("withdrawn");
    assert!(!refused("2025-02"));
    let silent = self::config("");
    let nil =
        NilReturn { provider: &silent.providers[0], facility: "cell", month: month("2025-01") };
    assert!(nil.enter(&register, now()).is_err(), "nothing is expected");
}

#[test]
fn facilities_are_found_by_id_name_and_own_words() {
    let facilities = Facilities::of(&config(STATIONS).providers[0]);
    let found = |word| facilities.find(word).map(|place| facilities.id(place).to_owned());
    for word in ["one", " ONE ", "women station", "ویمن تھانہ"] {
        assert_eq!(found(word).as_deref(), Some("one"), "{word}");
    }
    assert_eq!(found("P.S. Cantt"), None);
    assert_eq!(found("ps cantt").as_deref(), Some("two"));
    for word in ["", "-", "three"] {
        assert_eq!(found(word), None, "{word}");
    }
    let alike = r#"facility = "Station"
facilities = [{ id = "one", name = { en = "Saddar" } }, { id = "two", name = { en = "saddar" } }]
"#;
    assert_eq!(Facilities::of(&config(alike).providers[0]).find("Saddar"), None);
}

#[test]
fn rows_are_counted_by_facility_and_month() {
    let facilities = Facilities::of(&config(STATIONS).providers[0]);
    let mut counter = Counter::default();
    for (facility, text) in
        [(1, "2025-02"), (0, "2025-01"), (0, "2025-01"), (1, "2025-02"), (0, "2025-02")]
    {
        counter.add(facility, month(text).to_days());
    }
    let expected = [("one", "2025-01", 2), ("one", "2025-02", 1), ("two", "2025-02", 2)];
    let expected: Vec<_> =
        expected.iter().map(|(f, m, n)| ((*f).to_owned(), month(m), *n)).collect();
    assert_eq!(counter.finish(&facilities), expected);
    assert!(Counter::default().finish(&facilities).is_empty());
}

#[test]
fn settings_that_make_no_sense_are_refused() {
    for bad in [
        r#"expects = { every = "week", from = "2025-01" }"#,
        r#"expects = { every = "month" }"#,
        r#"expects = { every = "month", from = "2025" }"#,
        r#"expects = { every = "month", from = "2025-01", due_day = 31 }"#,
        r#"expects = { every = "month", from = "2025-01", until = "2024-12" }"#,
        r#"facility = "Station""#,
        r#"facilities = [{ id = "one" }, { id = "two" }]"#,
        r#"facilities = [{ id = "One" }]"#,
        r#"facilities = [{ id = "one", area = "PK999999" }]"#,
        "facility = \"S\"\nfacilities = [{ id = \"one\" }, { id = \"one\" }]",
        "facility = \"S\"\nfacilities = [{ id = \"one\" }]\nfacility_codes = { a = \"two\" }",
    ] {
        assert!(parse(&format!("{bad}\n")).is_err(), "{bad}");
    }
    assert!(parse("facilities = [{ id = \"one\" }]\n").is_ok(), "the only one needs no column");
}
