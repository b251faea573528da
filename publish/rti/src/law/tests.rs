//! Deadlines against days that were worked out by hand.

use super::clock::{extended, respond};
use super::*;
use crate::Day;
use shumar_schemas::config::{Holiday, Rti, WorkingDay};

fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

fn law(id: &str) -> Law {
    Law::load(id, &toml::Table::new()).expect("a law")
}

fn calendar() -> Calendar {
    Calendar::load("pk", &Rti::default()).expect("a calendar")
}

#[test]
fn every_built_in_law_and_calendar_is_sound() {
    assert_eq!(Law::ids(), ["pk", "pk-ba", "pk-gb", "pk-jk", "pk-kp", "pk-pb", "pk-sd"]);
    for id in Law::ids() {
        let law = law(&id);
        assert_eq!(law.id, id);
        assert!(!law.act.en().is_empty() && law.act.get("ur") != law.act.en(), "{id}");
        Calendar::load(&law.calendar, &Rti::default()).expect("its calendar");
        let labels = law.grounds.iter().map(|g| &g.title);
        for label in labels.chain(law.exceptions.iter().map(|e| &e.title)) {
            assert_ne!(label.get("ur"), label.en(), "{id}");
        }
    }
}

#[test]
fn deadlines_are_those_of_the_laws() {
    let calendar = calendar();
    // law, received, urgent, due, extended to (nothing: not known)
    let table: [(&str, &str, bool, &str, &str); 16] = [
        // The case of the federal commission's order.
        ("pk", "2019-10-24", false, "2019-11-07", "2019-11-21"),
        // 5 February 2025 (Wednesday) is a holiday.
        ("pk", "2025-02-03", false, "2025-02-18", "2025-03-04"),
        ("pk", "2025-02-03", true, "2025-02-07", "2025-02-21"),
        // Received on a Friday and on a Sunday: the count begins on Monday.
        ("pk", "2025-02-07", false, "2025-02-21", "2025-03-07"),
        ("pk", "2025-02-09", false, "2025-02-21", "2025-03-07"),
        ("pk-kp", "2025-02-09", false, "2025-02-21", "2025-03-07"),
        // Two days of the calendar, over a weekend.
        ("pk-kp", "2025-02-07", true, "2025-02-09", "2025-02-21"),
        // Over Eid-ul-Fitr 2025, 31 March to 2 April.
        ("pk-kp", "2025-03-24", false, "2025-04-10", "2025-04-24"),
        ("pk-pb", "2025-03-24", false, "2025-04-16", "2025-05-07"),
        ("pk-pb", "2025-03-28", true, "2025-04-04", "2025-04-24"),
        // Over Eid-ul-Azha 2025, 6 to 9 June, and the end of a year.
        ("pk-pb", "2025-05-27", false, "2025-06-19", "2025-07-09"),
        ("pk-pb", "2025-12-16", false, "2026-01-06", "2026-01-26"),
        ("pk-sd", "2025-02-03", false, "2025-02-25", ""),
        ("pk-ba", "2025-02-03", false, "2025-02-25", ""),
        ("pk-ba", "2025-02-04", true, "2025-02-07", ""),
        ("pk-ba", "2024-08-12", false, "2024-09-03", ""),
    ];
    for (id, received, urgent, due, to) in table {
        let law = law(id);
        let got = respond(&law, &calendar, day(received), urgent).expect("a deadline");
        assert_eq!(got.day, day(due), "{id} {received}");
        let longer = extended(&law, &calendar, got.day);
        match longer {
            Ok(longer) => assert_eq!(longer.day.to_string(), to, "{id} {received}"),
            Err(e) => {
                assert!(to.is_empty(), "{id} {received}: {e}");
                assert!(e.to_string().contains("[rti.law.clocks]"), "{e}");
            }
        }
    }
}

#[test]
fn the_federal_case_was_two_days_late() {
    let calendar = calendar();
    assert_eq!(calendar.working_days(day("2019-10-24"), day("2019-11-11")), 12);
    assert_eq!(calendar.working_days(day("2019-11-07"), day("2019-11-11")), 2);
}

#[test]
fn what_is_not_known_is_said_and_not_invented() {
    let calendar = calendar();
    for id in ["pk-jk", "pk-gb"] {
        let e = respond(&law(id), &calendar, day("2025-02-03"), false).expect_err("refused");
        assert!(matches!(e, RtiError::Unverified { .. }), "{e}");
    }
    let e = respond(&law("pk-sd"), &calendar, day("2025-02-03"), true).expect_err("refused");
    assert!(e.to_string().contains("life or liberty"), "{e}");
    let set: toml::Table = toml::from_str(
        "[clocks]\nurgent = { value = { days = 2, count = \"working\" }, source = \"counsel\" }\n\
         [[exceptions]]\nid = \"privacy\"\nsection = \"8\"\ntitle = { en = \"privacy\" }\nsource = \"counsel\"\n",
    )
    .expect("settings");
    let sindh = Law::load("pk-sd", &set).expect("a law");
    let due = respond(&sindh, &calendar, day("2025-02-03"), true).expect("a deadline");
    assert_eq!(due.day, day("2025-02-06"));
    assert_eq!(sindh.exception("privacy").expect("an exception").section, "8");
    assert!(law("pk-sd").exception("privacy").is_err());
    for wrong in ["source = \" \"", "note = \"\""] {
        let text = format!(
            "[clocks]\nurgent = {{ value = {{ days = 2, count = \"working\" }}, {wrong} }}"
        );
        let set: toml::Table = toml::from_str(&text).expect("settings");
        assert!(matches!(Law::load("pk-sd", &set), Err(RtiError::Data { .. })), "{wrong}");
    }
    assert!(Law::load("xx", &toml::Table::new()).is_err());
}

#[test]
fn estimated_days_and_unknown_years_are_told() {
    let calendar = calendar();
    let span = Span { days: 5, count: Count::Working };
    assert_eq!(calendar.last(day("2025-02-03"), span).remarks, Vec::<String>::new());
    let told = calendar.last(day("2027-05-10"), span).remarks;
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(told.iter().all(|t| t.contains("Eid-ul-Azha") && t.contains("estimate")), "{told:?}");
    let told = calendar.last(day("2031-05-10"), span).remarks;
    assert!(told.len() == 1 && told[0].contains("holidays of 2031 are not known"), "{told:?}");
}

#[test]
fn an_office_adds_days_and_takes_some_back() {
    let settings = Rti {
        holidays: vec![Holiday {
            date: "2025-02-04".to_owned(),
            name: Label::english("Local day"),
            source: "Home Department, order 7".to_owned(),
            estimated: false,
        }],
        working_days: vec![WorkingDay {
            date: "2025-02-05".to_owned(),
            source: "Home Department, order 8".to_owned(),
        }],
        ..Rti::default()
    };
    let calendar = Calendar::load("pk", &settings).expect("a calendar");
    let span = Span { days: 1, count: Count::Working };
    assert_eq!(calendar.last(day("2025-02-03"), span).day, day("2025-02-05"));
    let mut wrong = settings.clone();
    wrong.holidays[0].source.clear();
    assert!(Calendar::load("pk", &wrong).is_err());
    wrong.holidays[0] = Holiday { date: "2025-02-30".to_owned(), ..settings.holidays[0].clone() };
    assert!(Calendar::load("pk", &wrong).is_err());
}

#[test]
fn fees_are_pages_beyond_the_free_ones() {
    let fee = |id, pages, poor| Fee::of(&law(id), pages, poor).map(|f| f.total);
    for (id, pages, total) in [
        ("pk", 10, 0),
        ("pk", 11, 2),
        ("pk", 34, 48),
        ("pk-pb", 20, 0),
        ("pk-pb", 34, 28),
        ("pk-kp", 20, 0),
    ] {
        assert_eq!(fee(id, pages, false).expect("a fee"), total, "{id} {pages}");
    }
    assert_eq!(fee("pk-kp", 90, true).expect("free"), 0);
    let e = fee("pk-kp", 21, false).expect_err("no rate");
    assert!(e.to_string().contains("page_rate"), "{e}");
    assert!(fee("pk-sd", 1, false).is_err());
}
