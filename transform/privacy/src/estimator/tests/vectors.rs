//! The estimator against reference vectors that dense least squares agreed with.

use serde_json::Value;

use crate::estimator::{At, Axis, Domain, Estimator, Law};

/// A case of the vectors: its domain and what was measured.
pub(super) struct Case {
    pub(super) domain: Domain,
    pub(super) measured: Vec<(At, f64, Vec<i64>)>,
    expected: Vec<Value>,
}

fn floats(v: &Value) -> Vec<f64> {
    v.as_array().expect("an array").iter().map(|x| x.as_f64().expect("a number")).collect()
}

pub(super) fn integers(v: &Value) -> Vec<usize> {
    v.as_array().expect("an array").iter().map(|x| x.as_u64().expect("whole") as usize).collect()
}

pub(super) fn cases() -> Vec<Case> {
    let all: Value = serde_json::from_str(include_str!("../vectors.json")).expect("vectors");
    let case = |v: &Value| {
        let sizes = integers(&v["domain"]);
        let at = |v: &Value| At::over(sizes.len(), &integers(&v["margin"]));
        let measured = |v: &Value| {
            let noisy = floats(&v["noisy"]).into_iter().map(|x| x as i64).collect();
            (at(v), v["variance"].as_f64().expect("a number"), noisy)
        };
        Case {
            domain: Domain::new(sizes.iter().map(|n| Axis::flat(*n).expect("an axis")).collect()),
            measured: v["measured"].as_array().expect("an array").iter().map(measured).collect(),
            expected: v["expected"].as_array().expect("an array").clone(),
        }
    };
    all["estimator"].as_array().expect("an array").iter().map(case).collect()
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * b.abs().max(1.0)
}

#[test]
fn agrees_with_the_reference_to_nine_digits() {
    for case in cases() {
        let laws = case.measured.iter().map(|(at, v, _)| (at.clone(), Law::Normal(*v))).collect();
        let estimator = Estimator::with_laws(case.domain.clone(), laws).expect("fits");
        let noisy: Vec<&[i64]> = case.measured.iter().map(|(_, _, y)| y.as_slice()).collect();
        for expected in &case.expected {
            let at = At::over(case.domain.axes().len(), &integers(&expected["margin"]));
            let found = estimator.estimate(&noisy, std::slice::from_ref(&at)).expect("estimates");
            let wanted = floats(&expected["estimate"]);
            assert_eq!(found[0].len(), wanted.len());
            assert!(found[0].iter().zip(&wanted).all(|(a, b)| near(*a, *b)), "{at:?}");
            let variance = expected["cell_variance"].as_f64().expect("a number");
            let cells = estimator.cell_variances(&at).expect("variances");
            assert_eq!(cells.figures().len(), 1);
            assert!(near(cells.figures()[0], variance), "{at:?}");
            let query = floats(&expected["query"]);
            let variance = expected["query_variance"].as_f64().expect("a number");
            assert!(near(estimator.query_variance(&at, &query).expect("a variance"), variance));
        }
    }
}
