//! Drift against what the register holds of the office's last files.

use rusqlite::{Connection, params};
use shumar_ingest::drift::{Profile, warnings};
use shumar_schemas::{Catalog, YearMonth, store};

const BLANK: i32 = i32::MIN;

/// The profile of a police file: so many records in each month, every `nth` without an age.
fn profile(catalog: &Catalog, months: &[(&str, usize)], nth: usize) -> Profile {
    let kind = catalog.kind("police", "a test").expect("a kind");
    let days = months.iter().flat_map(|(month, n)| {
        let month: YearMonth = month.parse().expect("a month");
        std::iter::repeat_n(month.to_days(), *n)
    });
    let days: Vec<i32> = days.collect();
    let n = days.len();
    let column = |field: &shumar_schemas::Field| match field.name.as_str() {
        "report_month" => days.clone(),
        "victim_age_band" => (0..n).map(|i| if i % nth == 0 { BLANK } else { 2 }).collect(),
        "district" => vec![5; n],
        _ => vec![0; n],
    };
    let fields: Vec<Vec<i32>> = kind.stored().map(column).collect();
    Profile::of(kind, catalog, &fields, n as u64, 0).expect("a profile")
}

fn enter(register: &Connection, provider: &str, profile: &Profile) {
    let sql = "INSERT INTO batch (provider, kind, sha256, mapping, schema, arrived, rows, accepted, folded, rejected, profile)
        VALUES (?1, 'police', hex(randomblob(8)), '', '', '', ?2, ?2, 0, 0, ?3)";
    register.execute(sql, params![provider, profile.rows, profile.to_json()]).expect("a batch");
}

#[test]
fn a_profile_counts_months_areas_and_blanks() {
    let catalog = Catalog::new(&[]).expect("the built-in catalog");
    let profile = profile(&catalog, &[("2025-01", 30), ("2025-02", 10)], 4);
    assert_eq!(profile.months.values().collect::<Vec<_>>(), [&30, &10]);
    assert_eq!(profile.areas.values().collect::<Vec<_>>(), [&40]);
    assert_eq!((profile.blank["victim_age_band"], profile.blank["arrest"]), (10, 0));
    assert!(!profile.blank.contains_key("district"), "a required field is never blank");
    assert_eq!((profile.rows, profile.accepted, profile.rejected), (40, 40, 0));
}

#[test]
fn a_file_is_compared_with_the_same_office_s_files_that_count() {
    let catalog = Catalog::new(&[]).expect("the built-in catalog");
    let register = Connection::open_in_memory().expect("a database");
    register.execute_batch(store::DDL).expect("its tables");
    for month in ["2025-01", "2025-02", "2025-03"] {
        enter(&register, "cell", &profile(&catalog, &[(month, 80)], 10));
        enter(&register, "other", &profile(&catalog, &[(month, 400)], 2));
    }
    let told = |months: &[(&str, usize)], nth| -> Vec<&'static str> {
        let now = profile(&catalog, months, nth);
        let found = warnings(&register, &shumar_seal::PLAIN, ("cell", "police"), &now)
            .expect("a comparison");
        found.iter().map(shumar_ingest::drift::Warning::id).collect()
    };
    assert!(told(&[("2025-04", 75)], 9).is_empty());
    assert_eq!(told(&[("2025-04", 75)], 2), ["drift-blanks"]);
    assert_eq!(told(&[("2025-04", 30)], 10), ["drift-few-rows"]);
    assert_eq!(told(&[("2025-05", 75)], 10), ["drift-months-missing"]);
    let of_kind = warnings(
        &register,
        &shumar_seal::PLAIN,
        ("cell", "court"),
        &profile(&catalog, &[("2025-04", 30)], 1),
    );
    assert!(of_kind.expect("a comparison").is_empty());
    register.execute_batch("UPDATE batch SET state = 'withdrawn'").expect("withdrawn");
    assert!(told(&[("2025-05", 20)], 1).is_empty());
}

#[test]
fn a_batch_without_a_profile_is_passed_over() {
    let catalog = Catalog::new(&[]).expect("the built-in catalog");
    let register = Connection::open_in_memory().expect("a database");
    register.execute_batch(store::DDL).expect("its tables");
    let now = profile(&catalog, &[("2025-04", 30)], 10);
    for _ in 0..6 {
        enter(&register, "cell", &now);
    }
    register.execute_batch("UPDATE batch SET profile = NULL WHERE id < 3").expect("none");
    register.execute_batch("UPDATE batch SET profile = 'x' WHERE id = 3").expect("none");
    assert!(
        warnings(&register, &shumar_seal::PLAIN, ("cell", "police"), &now)
            .expect("a comparison")
            .is_empty()
    );
}
