//! Releases whose periods meet: their figures are weighed so that the error is least.

use shumar_answer::{Passed, Route};
use shumar_schemas::Family;
use tempfile::tempdir;

use crate::{ask, release};

fn figure(home: &std::path::Path, period: &str) -> (f64, f64) {
    let text = format!(
        r#"{{"measure":"police-complaints","where":{{"district":["north","far"]}},"period":"{period}"}}"#
    );
    let answer = ask(home, &text).expect("an answer");
    assert_eq!(answer.route, Route::Combined);
    let [(_, cell)] = answer.rows.as_slice() else { panic!("one figure") };
    (cell.value.expect("told"), cell.error.expect("told").powi(2))
}

#[test]
fn a_quarter_of_its_own_corrects_the_half_year() {
    let (one, other, both) = (tempdir(), tempdir(), tempdir());
    let [one, other, both] = [one, other, both].map(|d| d.expect("a folder"));
    let keys = crate::release::keys();
    let half = [1, 2];
    release(one.path(), "half", &half, Family::Laplace, &keys);
    release(other.path(), "first", &[1], Family::Laplace, &keys);
    release(both.path(), "half", &half, Family::Laplace, &keys);
    release(both.path(), "first", &[1], Family::Laplace, &keys);
    let [(y1, v11), (y2, v22), (y, v)] =
        ["2025-Q1", "2025-Q2", "2025-Q1..2025-Q2"].map(|p| figure(one.path(), p));
    assert!((y1 + y2 - y).abs() < 1e-3);
    let v12 = (v - v11 - v22) / 2.0;
    let (z, w) = figure(other.path(), "2025-Q1");
    // Regression on what the two say of the first quarter, by hand.
    let near = |found: (f64, f64), value: f64, variance: f64| {
        assert!((found.0 - value).abs() < 2e-3, "{} {value}", found.0);
        assert!((found.1 - variance).abs() < 1e-3 * variance, "{} {variance}", found.1);
    };
    let gain = |c: f64| c / (v11 + w);
    let quarter = figure(both.path(), "2025-Q1");
    near(quarter, y1 + gain(v11) * (z - y1), v11 - v11 * gain(v11));
    let second = figure(both.path(), "2025-Q2");
    near(second, y2 + gain(v12) * (z - y1), v22 - v12 * gain(v12));
    let whole = figure(both.path(), "2025-Q1..2025-Q2");
    near(whole, y + gain(v11 + v12) * (z - y1), v - (v11 + v12) * gain(v11 + v12));
}

#[test]
fn releases_that_are_passed_over_are_named() {
    let home = tempdir().expect("a folder");
    let keys = crate::release::keys();
    release(home.path(), "half", &[1, 2], Family::Laplace, &keys);
    release(home.path(), "first", &[1], Family::Laplace, &keys);
    let text = r#"{"measure":"police-complaints","by":["district"],"period":"2025-Q1"}"#;
    let answer = ask(home.path(), text).expect("an answer");
    assert_eq!(answer.route, Route::Published);
    let [other] = answer.overlaps.as_slice() else { panic!("{:?}", answer.overlaps) };
    assert_ne!(other.release, answer.parts[0].release);
    assert_eq!((other.time.to_string().as_str(), &other.passed), ("2025-Q1", &Passed::Wider));
    // Corrected since: what corrects it is used, and the first version is named.
    let mut document = crate::release::read(&home.path().join("first"));
    let revision = serde_json::json!({ "of": "first", "number": 2, "reason": "late files" });
    document.revision = serde_json::from_value(revision).ok();
    assert!(document.revision.is_some(), "a revision");
    document.id = "first-r2".to_owned();
    let folder = home.path().join("first-r2");
    copy(&home.path().join("first"), &folder);
    crate::release::seal(&folder, &document, &keys);
    let answer = ask(home.path(), text).expect("an answer");
    let first = answer.overlaps.iter().find(|o| o.release == "first").expect("named");
    assert_eq!(first.passed, Passed::Revised("first-r2".to_owned()));
}

fn copy(from: &std::path::Path, to: &std::path::Path) {
    for sub in ["", "measurements", "estimates"] {
        std::fs::create_dir_all(to.join(sub)).expect("a folder");
        for entry in std::fs::read_dir(from.join(sub)).expect("a folder").flatten() {
            if entry.path().is_file() {
                let file = to.join(sub).join(entry.file_name());
                std::fs::copy(entry.path(), file).expect("copied");
            }
        }
    }
}
