//! Random questions over one release and over several: estimate and variance are those of dense
//! least squares, and published cells are given as they stand.

use shumar_answer::{Refusal, Route};
use shumar_schemas::Family;
use tempfile::tempdir;

use crate::dense::{Codes, Dense};
use crate::{ask, release};

struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }

    fn some<'a>(&mut self, of: &[&'a str]) -> Vec<&'a str> {
        let some: Vec<&str> = of.iter().copied().filter(|_| self.below(2) == 0).collect();
        if some.is_empty() {
            vec![of[usize::try_from(self.below(of.len() as u64)).expect("few")]]
        } else {
            some
        }
    }
}

const DISTRICTS: [&str; 5] = ["north", "south", "east", "hill", "far"];

#[test]
fn random_linear_questions_equal_dense_least_squares() {
    for family in [Family::Laplace, Family::Gaussian] {
        let home = tempdir().expect("a folder");
        let keys = crate::release::keys();
        release(home.path(), "half-1", &[1, 2], family, &keys);
        release(home.path(), "half-2", &[3, 4], family, &keys);
        let dense = ["half-1", "half-2"].map(|id| Dense::of(&home.path().join(id)));
        let mut dice = Dice(family as u64 + 5);
        let (mut combined, mut published) = (0, 0);
        for _ in 0..150 {
            let mut by = match dice.below(4) {
                0 => vec![],
                1 => vec!["district"],
                2 => vec!["division"],
                _ => vec!["offence_group"],
            };
            let mut only: Vec<(&str, Vec<&str>)> = Vec::new();
            if dice.below(2) == 0 {
                only.push(("district", dice.some(&DISTRICTS)));
            }
            if dice.below(2) == 0 {
                only.push(("offence_group", dice.some(&["hurt", "other"])));
            }
            let first = 1 + dice.below(4);
            let last = first + dice.below(5 - first);
            if dice.below(3) == 0 {
                by.push("quarter");
            }
            let period = format!("2025-Q{first}..2025-Q{last}");
            let question = serde_json::json!({
                "measure": "police-complaints", "by": by, "period": period,
                "where": only.iter().cloned().collect::<std::collections::BTreeMap<_, _>>(),
            });
            let answer = ask(home.path(), &question.to_string()).expect("an answer");
            match answer.route {
                Route::Published => published += 1,
                Route::Combined => combined += 1,
            }
            assert!(!answer.rows.is_empty());
            for (codes, cell) in &answer.rows {
                let quarters: Vec<String> = (first..=last).map(|q| format!("2025-Q{q}")).collect();
                let wanted = |of: &Codes| {
                    let code = |name: &str| &of.iter().find(|(n, _)| n == name).expect("a code").1;
                    quarters.contains(code("quarter"))
                        && only.iter().all(|(name, codes)| codes.contains(&code(name).as_str()))
                        && answer.columns.iter().zip(codes).all(|((name, _), c)| code(name) == c)
                };
                let sums = dense.iter().map(|d| d.sum(wanted));
                let (value, variance) = sums.fold((0.0, 0.0), |a, b| (a.0 + b.0, a.1 + b.1));
                let (found, error) = (cell.value.expect("told"), cell.error.expect("told"));
                assert!((found - value).abs() < 3e-4, "{question}: {found}, not {value}");
                let off = (error - variance.sqrt()).abs();
                assert!(off < 1e-4 + 1e-6 * error, "{question}: {error}, not {}", variance.sqrt());
                let (lower, upper) = (cell.lower.expect("told"), cell.upper.expect("told"));
                assert!(lower <= value.max(0.0) + 1e-3 && value <= upper + 1e-3);
            }
        }
        assert!(combined > 40 && published > 5, "{combined} combined, {published} published");
    }
}

#[test]
fn published_cells_are_given_as_they_stand() {
    let home = tempdir().expect("a folder");
    release(home.path(), "half-1", &[1, 2], Family::Laplace, &crate::release::keys());
    let text = r#"{"measure":"police-complaints","by":["district"],"period":"2025-Q1..2025-Q2"}"#;
    let answer = ask(home.path(), text).expect("an answer");
    assert_eq!((answer.route, answer.rows.len(), answer.parts.len()), (Route::Published, 5, 1));
    assert_eq!(answer.parts[0].published.as_deref(), Some("police-complaints"));
    let file = home.path().join("half-1/estimates/police-complaints--district.parquet");
    let columns = crate::release::columns(&file);
    let (_, values) = columns.iter().find(|(n, _)| n == "estimate").expect("a column");
    let values = arrow::array::AsArray::as_primitive::<arrow::datatypes::Float64Type>(values);
    let found: Vec<f64> = answer.rows.iter().filter_map(|(_, c)| c.value).collect();
    assert_eq!(found, values.values().to_vec());
    assert!(answer.rows.iter().all(|(_, c)| c.displayed.is_some()));
}

#[test]
fn what_can_not_be_answered_says_what_could_be() {
    let home = tempdir().expect("a folder");
    release(home.path(), "half-1", &[1, 2], Family::Laplace, &crate::release::keys());
    let refused = |text: &str| ask(home.path(), text).expect_err("refused");
    let all = r#""period":"2025-Q1..2025-Q2""#;
    match refused(&format!(r#"{{"measure":"murders",{all}}}"#)) {
        Refusal::Measure { known, .. } => assert_eq!(known.len(), 2),
        other => panic!("{other}"),
    }
    let text = format!(r#"{{"measure":"police-complaints","by":["tehsil"],{all}}}"#);
    match refused(&text) {
        Refusal::Dimension { asked, known, .. } => {
            assert_eq!((asked.as_str(), known.len()), ("tehsil", 5));
        }
        other => panic!("{other}"),
    }
    let text =
        format!(r#"{{"measure":"police-complaints","where":{{"district":["mars"]}},{all}}}"#);
    assert!(matches!(refused(&text), Refusal::Code { .. }));
    match refused(r#"{"measure":"police-complaints","period":"2025"}"#) {
        Refusal::Period { missing, released } => {
            assert_eq!(missing, ["2025-Q3..2025-Q4".parse().expect("a period")]);
            assert_eq!(released, ["2025-Q1..2025-Q2".parse().expect("a period")]);
        }
        other => panic!("{other}"),
    }
    let text = format!(r#"{{"measure":"police-complaints","by":["year"],{all}}}"#);
    assert!(matches!(refused(&text), Refusal::Years(_)));
}
