//! Answers from made-up releases, held against dense least squares over all their measurements.
#![allow(clippy::expect_used, clippy::panic, clippy::cast_precision_loss, reason = "tests")]
#![allow(clippy::cast_possible_truncation, reason = "small made-up counts")]

mod coverage;
mod dense;
mod linear;
#[path = "../../../tests/it/made.rs"]
#[allow(dead_code, reason = "shared with the tests of publishing")]
mod made;
mod overlap;
#[path = "../../../tests/it/release.rs"]
#[allow(dead_code, reason = "shared with the tests of publishing")]
mod release;
#[path = "../../../tests/it/small.rs"]
mod small;

use std::path::Path;

use minisign::KeyPair;
use shumar_answer::{Answer, Question, Refusal, answer};
use shumar_publish::Library;
use shumar_schemas::Family;
use shumar_schemas::release::CodeDocument;

use crate::made::Made;
use crate::release::document;

/// Writes a release of the police table for some quarters of 2025.
fn release(folder: &Path, id: &str, quarters: &[u8], family: Family, keys: &KeyPair) {
    let mut made = release::small();
    let made = vec![about(made.remove(0), quarters)];
    let mut document = document(id, 2025, family);
    let (first, last) = (quarters[0], quarters[quarters.len() - 1]);
    document.period = if quarters.len() == 4 { "2025".to_owned() } else { id.to_owned() };
    document.period_start = format!("2025-{:02}", first * 3 - 2);
    document.period_end = format!("2025-{:02}", last * 3);
    release::write(folder, document, made, keys);
}

fn about(made: Made, quarters: &[u8]) -> Made {
    let Made { mut table, statistics, measured, mean } = made;
    let code = |q: &u8| {
        let code = format!("2025-Q{q}");
        CodeDocument { label: shumar_schemas::Label::neutral(&code), code }
    };
    for dimension in table.dimensions.iter_mut().filter(|d| d.id == "quarter") {
        dimension.codes = quarters.iter().map(code).collect();
    }
    Made { table, statistics, measured, mean }
}

fn question(text: &str) -> Question {
    serde_json::from_str(text).expect("a question")
}

fn ask(releases: &Path, text: &str) -> Result<Answer, Refusal> {
    answer(&Library::open(releases).expect("releases"), &question(text))
}
