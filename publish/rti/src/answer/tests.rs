//! Answers from published files, and questions in canonical form.

use std::collections::{BTreeMap, BTreeSet};

use super::*;

/// A published file of two districts, one of which has a label that looks like a formula.
pub(crate) const CSV: &str = "district,district_label_en,district_label_ur,estimate,standard_error,lower,upper,displayed,unit\n\
PK501,Abbottabad,ایبٹ آباد,41.2,4.5,32.2,50.2,41,complaints\n\
PK502,=cmd(),بنوں,-1.5,4.5,-10.5,7.5,0,complaints\n";

/// An answer from that file.
pub(crate) fn sample(only: &[&str]) -> Result<Answer, RtiError> {
    let table = Table {
        name: "police-complaints--district",
        csv: CSV,
        title: Label::english("Complaints").with("ur", "شکایات"),
        dimensions: BTreeMap::from([(
            "district".to_owned(),
            Label::english("District").with("ur", "ضلع"),
        )]),
        period: "2025".to_owned(),
        release: SourceDocument { id: "annual-2025".to_owned(), sha256: "0".repeat(64) },
        derivation: Label::english("Published as they are.").with("ur", "جیسے شائع ہوئے۔"),
    };
    let codes: BTreeSet<String> = only.iter().map(|c| (*c).to_owned()).collect();
    let only = if codes.is_empty() {
        BTreeMap::new()
    } else {
        BTreeMap::from([("district".to_owned(), codes)])
    };
    from_published(&table, only)
}

#[test]
fn cells_are_taken_as_they_are_published() {
    let answer = sample(&["PK501"]).expect("an answer");
    assert_eq!(answer.cells.len(), 1);
    let cell = &answer.cells[0];
    assert_eq!((cell.estimate, cell.lower, cell.upper), (41.2, 32.2, 50.2));
    assert_eq!((cell.displayed.as_str(), cell.place[0].label.get("ur")), ("41", "ایبٹ آباد"));
    assert_eq!(sample(&[]).expect("an answer").cells.len(), 2);
    assert!(sample(&["PK999"]).expect_err("no row").to_string().contains("no row"));
}

#[test]
fn the_same_question_has_one_canonical_form() {
    let question = |by: &[&str], codes: &[&str]| Question {
        measure: "m".to_owned(),
        by: by.iter().map(|b| (*b).to_owned()).collect(),
        only: BTreeMap::from([("d".to_owned(), codes.iter().map(|c| (*c).to_owned()).collect())]),
        period: "2025".to_owned(),
    };
    let one = question(&["b", "a"], &["y", "x", "y"]);
    let other = question(&["a", "b"], &["x", "y"]);
    assert_eq!((one.canonical(), one.id()), (other.canonical(), other.id()));
    assert_eq!(
        one.canonical(),
        r#"{"measure":"m","by":["a","b"],"where":{"d":["x","y"]},"period":"2025"}"#
    );
    assert_ne!(one.id(), question(&["a"], &["x", "y"]).id());
}

#[test]
fn an_answer_that_does_not_fit_together_is_refused() {
    let good = sample(&[]).expect("an answer");
    let broken: [fn(&mut Answer); 5] = [
        |a| a.format = "x".to_owned(),
        |a| a.cells[0].place.clear(),
        |a| a.cells[0].estimate = f64::NAN,
        |a| a.cells[0].lower = 99.0,
        |a| a.releases.clear(),
    ];
    for (i, spoil) in broken.into_iter().enumerate() {
        let mut bad = good.clone();
        spoil(&mut bad);
        assert!(bad.check().is_err(), "{i}");
    }
    assert!(good.check().is_ok());
}
