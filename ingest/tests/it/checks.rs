//! Checks of a home's own kind, and of an office that keeps few columns.

use shumar_ingest::Checks;
use shumar_schemas::{Catalog, Config, Override, YearMonth};

use crate::support::{FIELDS, HEAD};

const BLANK: i32 = i32::MIN;

const VISIT: &str = r#"{
  "name": "visit", "title": "Visits", "unit": "visits",
  "fields": [
    {"name": "person", "role": "person", "title": "Person"},
    {"name": "month", "role": "event_date", "title": "Month", "constraints": {"required": true}},
    {"name": "place", "role": "area", "codes": "district", "title": "Place"},
    {"name": "again", "role": "date", "title": "Next visit"},
    {"name": "children", "role": "count", "title": "Children"},
    {"name": "alone", "role": "boolean", "title": "Alone"}
  ],
  "checks": [
    {"id": "again-before", "severity": "error", "title": "x", "later": "again", "earlier": "month"},
    {"id": "alone-with-children", "severity": "warning", "title": "x",
     "when": {"field": "alone", "is": true}, "expects": {"field": "children", "at_most": 0}},
    {"id": "children-unsaid", "severity": "error", "title": "x",
     "when": {"field": "alone", "is": false}, "needs": "children"}
  ]
}"#;

fn month(text: &str) -> i32 {
    text.parse::<YearMonth>().expect("a month").to_days()
}

#[test]
fn a_home_s_own_kind_has_its_own_checks() {
    let own = Override { path: "records/visit.json".to_owned(), text: VISIT.to_owned() };
    let catalog = Catalog::new(&[own]).expect("a catalog");
    let kind = catalog.kind("visit", "a test").expect("the kind");
    let checks = Checks::bind(kind, &catalog).expect("checks");
    let mut doubts = checks.counter();
    let may = month("2025-05");
    for (row, expected) in [
        ([may, 3, BLANK, BLANK, BLANK], None),
        ([may, 3, may, 0, 1], None),
        ([may, 3, may - 1, 0, 1], Some("again-before")),
        ([may, 3, BLANK, 2, 1], None),
        ([may, 3, BLANK, 2, 0], None),
        ([may, 3, BLANK, BLANK, 0], Some("children-unsaid")),
        ([may, 3, may - 1, 2, 1], Some("again-before")),
    ] {
        let verdict = checks.judge(&row, &mut doubts).err().map(|place| checks.error(place));
        assert_eq!(verdict, expected, "{row:?}");
    }
    // A rejected row gives no warning besides.
    let told: Vec<(&str, u64)> = checks.doubts(&doubts).map(|(id, _, n)| (id, n)).collect();
    assert_eq!(told, [("alone-with-children", 1)]);
}

#[test]
fn an_office_is_not_asked_for_a_column_that_it_does_not_keep() {
    let catalog = Catalog::new(&[]).expect("the built-in catalog");
    let kind = catalog.kind("police", "a test").expect("the kind");
    let list = catalog.list("outcome_complaint", "a test").expect("a list");
    let place = |name: &str| kind.stored().position(|f| f.name == name).expect("a field");
    let mut row = vec![BLANK; kind.stored().count()];
    row[place("outcome_complaint")] = i32::try_from(list.position("fir").expect("it")).expect("it");
    let told = |extra: &str| {
        let config = Config::parse(&format!("{HEAD}{FIELDS}{extra}"), &catalog);
        let config = config.expect("a configuration");
        let checks =
            Checks::bind(kind, &catalog).expect("checks").of_provider(&config.providers[0]);
        let mut doubts = checks.counter();
        assert_eq!(checks.judge(&row, &mut doubts), Ok(()));
        checks.doubts(&doubts).count()
    };
    assert_eq!(told(""), 0);
    assert_eq!(told("fir_month = \"Date of FIR\"\n"), 1);
}
