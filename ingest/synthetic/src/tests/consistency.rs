//! No made-up record contradicts itself.

use std::collections::BTreeMap;

use shumar_ingest::Checks;
use shumar_schemas::{RecordKind, YearMonth};

use super::Lookup;
use crate::calendar::Date;
use crate::detail::record;
use crate::record::{Record, Value};

/// A record as the lake stores it.
fn stored(lookup: &Lookup, kind: &RecordKind, record: &Record<'_>) -> Vec<i32> {
    let value = |field: &shumar_schemas::Field| match record.get(&field.name) {
        None => i32::MIN,
        Some(Value::Code(code)) => {
            let list = field.codes.as_deref().expect("a list");
            let list = lookup.catalog.list(list, "a test").expect("a list");
            i32::try_from(list.position(code).expect("a code")).expect("small")
        }
        Some(Value::Day(day)) => {
            let date = Date::of(day);
            let month = YearMonth::new(i32::from(date.year), u32::from(date.month));
            month.expect("a month").to_days()
        }
        Some(Value::Whole(n)) => n,
        Some(Value::Flag(yes)) => i32::from(yes),
    };
    kind.stored().map(value).collect()
}

#[test]
fn records_break_no_check() {
    let lookup = Lookup::new();
    let mut counted: BTreeMap<String, (Checks, Vec<u64>, u64)> = BTreeMap::new();
    for event in lookup.events(17_000) {
        let kind = lookup.catalog.kind(event.kind.name(), "a test").expect("a kind");
        let values = stored(&lookup, kind, &record(1, &event, &lookup.province));
        let (checks, doubts, all) = counted.entry(kind.name.clone()).or_insert_with(|| {
            let checks = Checks::bind(kind, &lookup.catalog).expect("checks");
            let doubts = checks.counter();
            (checks, doubts, 0)
        });
        *all += 1;
        let verdict = checks.judge(&values, doubts).map_err(|place| checks.error(place));
        assert_eq!(verdict, Ok(()), "{}", kind.name);
    }
    // A few records are doubtful, as in real registers.
    for (kind, (checks, doubts, all)) in &counted {
        for (id, _, n) in checks.doubts(doubts) {
            assert!(n * 100 <= all * 3, "{kind}: {id}: {n} of {all}");
        }
    }
}
