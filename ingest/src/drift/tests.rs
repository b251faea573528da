//! Files that drift, and files that are only noisy.

use std::collections::BTreeMap;

use proptest::prelude::*;
use shumar_schemas::YearMonth;

use super::warning::listed;
use super::{Profile, Warning, compare};

fn month(text: &str) -> YearMonth {
    text.parse().expect("a month")
}

/// A profile with so many records in each of these months, `blank` of them without an age.
fn profile(months: &[(&str, u64)], blank: u64) -> Profile {
    let accepted = months.iter().map(|(_, n)| n).sum();
    Profile {
        months: months.iter().map(|(m, n)| (month(m), *n)).collect(),
        areas: BTreeMap::from([("A".to_owned(), accepted)]),
        blank: BTreeMap::from([("age_band".to_owned(), blank)]),
        rows: accepted,
        accepted,
        rejected: 0,
    }
}

/// Three quarters of 2025 with about thirty records a month, the newest first.
fn history() -> Vec<Profile> {
    let quarter = |a, b, c| profile(&[(a, 30), (b, 28), (c, 33)], 9);
    vec![
        quarter("2025-07", "2025-08", "2025-09"),
        quarter("2025-04", "2025-05", "2025-06"),
        quarter("2025-01", "2025-02", "2025-03"),
    ]
}

fn ids(now: &Profile) -> Vec<&'static str> {
    compare(&history(), now).iter().map(Warning::id).collect()
}

#[test]
fn a_file_like_the_others_is_silent() {
    assert!(ids(&profile(&[("2025-10", 26), ("2025-11", 35), ("2025-12", 31)], 12)).is_empty());
    // So is the first file of all, and one of an office with few records.
    assert!(compare(&[], &profile(&[("2025-10", 3)], 3)).is_empty());
    let few = vec![profile(&[("2025-01", 2), ("2025-02", 4)], 0); 4];
    assert!(compare(&few, &profile(&[("2025-03", 1)], 1)).is_empty());
}

#[test]
fn more_blanks_are_told_when_they_are_many() {
    let now = |blank| profile(&[("2025-10", 30), ("2025-11", 30), ("2025-12", 30)], blank);
    assert_eq!(ids(&now(45)), ["drift-blanks"]);
    assert!(ids(&now(15)).is_empty(), "from 10 to 17 in a hundred");
    let told = compare(&history(), &now(45))[0].to_string();
    assert_eq!(told, "`age_band` is blank in 50 % of the records, in earlier files in 10 %");
}

#[test]
fn more_rejected_rows_are_told_and_fewer_are_not() {
    let mut now = profile(&[("2025-10", 30), ("2025-11", 30), ("2025-12", 30)], 9);
    now.rows = 130;
    now.rejected = 40;
    assert_eq!(ids(&now), ["drift-rejected"]);
    let mut bad = history();
    for p in &mut bad {
        p.rows = 200;
        p.rejected = 100;
    }
    now.rejected = 0;
    assert!(compare(&bad, &now).is_empty());
}

#[test]
fn half_the_usual_rows_and_three_times_as_many_are_told() {
    let now = |n| profile(&[("2025-10", n), ("2025-11", n), ("2025-12", n)], n * 3 / 10);
    assert_eq!(ids(&now(12)), ["drift-few-rows"]);
    assert!(ids(&now(17)).is_empty());
    assert_eq!(ids(&now(100)), ["drift-many-rows"]);
    assert!(ids(&now(80)).is_empty());
    // Stragglers of other months make no month poor.
    let late = [("2024-12", 1), ("2025-10", 30), ("2025-11", 30), ("2025-12", 30)];
    assert!(ids(&profile(&late, 9)).is_empty());
    // Two batches are not enough to know what is usual.
    assert!(compare(&history()[..2], &now(12)).is_empty());
}

#[test]
fn an_empty_month_is_told_inside_and_before() {
    let told = |now: &Profile| match compare(&history(), now).as_slice() {
        [Warning::MonthsMissing { months }] => listed(months),
        other => format!("{other:?}"),
    };
    assert_eq!(told(&profile(&[("2025-10", 30), ("2025-12", 30)], 6)), "2025-11");
    assert_eq!(told(&profile(&[("2025-11", 30), ("2025-12", 30)], 6)), "2025-10");
    // A month that another file holds is not missing, nor is one after a stray old record.
    assert_eq!(told(&profile(&[("2025-05", 20), ("2025-10", 30)], 5)), "[]");
    assert_eq!(told(&profile(&[("2019-03", 1), ("2025-10", 30)], 3)), "[]");
}

#[test]
fn an_area_that_usually_has_records_is_missed() {
    let mut before = history();
    for p in &mut before {
        p.areas = BTreeMap::from([("A".to_owned(), 60), ("B".to_owned(), 28), ("C".to_owned(), 3)]);
    }
    let now = profile(&[("2025-10", 30), ("2025-11", 28), ("2025-12", 33)], 9);
    assert_eq!(compare(&before, &now), [Warning::AreasMissing { areas: 1 }]);
    let short = profile(&[("2025-10", 30)], 3);
    assert!(compare(&before, &short).is_empty(), "of thirty records, nine are no surprise");
}

#[test]
fn a_profile_is_read_back_and_an_older_one_too() {
    let one = &history()[0];
    assert_eq!(&serde_json::from_str::<Profile>(&one.to_json()).expect("JSON"), one);
    let old = r#"{"months": {"2025-03": 4}, "rows": 5, "accepted": 4, "rejected": 1}"#;
    let old: Profile = serde_json::from_str(old).expect("JSON");
    assert_eq!(old.months[&month("2025-03")], 4);
}

proptest! {
    /// Nothing panics, and a file is never unlike itself.
    #[test]
    fn a_file_is_never_unlike_itself(
        months in prop::collection::btree_map(1..=12_u32, 0..5000_u64, 0..12),
        part in 0..=100_u64,
        copies in 0..7_usize,
    ) {
        let months: BTreeMap<YearMonth, u64> =
            months.iter().map(|(m, n)| (YearMonth::new(2025, *m).expect("a month"), *n)).collect();
        let accepted: u64 = months.values().sum();
        let blank = BTreeMap::from([("x".to_owned(), accepted * part / 100)]);
        let areas = BTreeMap::from([("A".to_owned(), accepted)]);
        let rejected = part;
        let one = Profile { months, areas, blank, rows: accepted + part, accepted, rejected };
        let found = compare(&vec![one.clone(); copies], &one);
        let gap = |w: &Warning| matches!(w, Warning::MonthsMissing { .. });
        prop_assert!(found.iter().all(gap), "{:?}", found);
    }
}
