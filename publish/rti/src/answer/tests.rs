//! Answers that fit together.

use std::collections::{BTreeMap, BTreeSet};

use super::*;

/// An answer about two districts, one of which has a label that looks like a formula.
pub(crate) fn sample(only: &[&str]) -> Result<Answer, RtiError> {
    let label = |en: &str, ur: &str| Label::english(en).with("ur", ur);
    let cell = |code: &str, place: Label, numbers: [f64; 4], displayed: &str| Cell {
        place: vec![Place { code: code.to_owned(), label: place }],
        estimate: Some(numbers[0]),
        standard_error: Some(numbers[1]),
        lower: Some(numbers[2]),
        upper: Some(numbers[3]),
        displayed: displayed.to_owned(),
    };
    let mut cells = vec![
        cell("PK501", label("Abbottabad", "ایبٹ آباد"), [41.2, 4.5, 32.2, 50.2], "41"),
        cell("PK502", label("=cmd()", "بنوں"), [-1.5, 4.5, -10.5, 7.5], "0"),
    ];
    cells.retain(|c| only.is_empty() || only.contains(&c.place[0].code.as_str()));
    let codes: BTreeSet<String> = only.iter().map(|c| (*c).to_owned()).collect();
    let mut filter = BTreeMap::new();
    if !codes.is_empty() {
        filter.insert("district".to_owned(), codes);
    }
    let answer = Answer {
        format: FORMAT.to_owned(),
        question: Question {
            measure: "police-complaints".to_owned(),
            by: BTreeSet::from(["district".to_owned()]),
            only: filter,
            period: "2025".parse().expect("a period"),
            margin: None,
        }
        .into(),
        title: label("Complaints", "شکایات"),
        unit: Label::english("complaints"),
        columns: vec![Column { id: "district".to_owned(), title: label("District", "ضلع") }],
        cells,
        derivation: label("Published as they are.", "جیسے شائع ہوئے۔"),
        releases: vec![SourceDocument { id: "annual-2025".to_owned(), sha256: "0".repeat(64) }],
        route: Route::PublishedCell,
        recorded: Some(true),
        overlaps: Vec::new(),
    };
    answer.check().map(|()| answer)
}

#[test]
fn an_answer_that_does_not_fit_together_is_refused() {
    let good = sample(&[]).expect("an answer");
    let broken: [fn(&mut Answer); 5] = [
        |a| a.format = "x".to_owned(),
        |a| a.cells[0].place.clear(),
        |a| a.cells[0].estimate = Some(f64::NAN),
        |a| a.cells[0].lower = Some(99.0),
        |a| a.releases.clear(),
    ];
    for (i, spoil) in broken.into_iter().enumerate() {
        let mut bad = good.clone();
        spoil(&mut bad);
        assert!(bad.check().is_err(), "{i}");
    }
    assert!(good.check().is_ok());
}
