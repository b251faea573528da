//! The program checks itself, with a home and without. A test binary of its own: it keeps all cores
//! busy, and others measure time.
#![allow(clippy::expect_used, clippy::panic, reason = "what can't be set up fails its test")]

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

fn shumar(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shumar"));
    command.env("SHUMAR_STATE", folder.join("state"));
    command.args(arguments).current_dir(folder).output().expect("the program starts")
}

fn selftest(folder: &Path) -> Value {
    let output = shumar(folder, &["selftest", "--format", "json"]);
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(output.status.code(), Some(0), "{report}");
    assert_eq!(report["passed"], true, "{report}");
    assert!(report["checks"].as_array().expect("checks").iter().all(|c| c["passed"] == true));
    report
}

/// What was found of the law of the noise: five whole numbers of each family.
fn laws(report: &Value) -> Vec<&str> {
    let checks = report["checks"].as_array().expect("checks").iter();
    let laws = checks.filter(|c| c["check"].as_str().expect("a name").contains("follows its law"));
    laws.map(|c| c["found"].as_str().expect("words")).collect()
}

#[test]
fn the_program_finds_itself_sound_with_new_noise_each_time() {
    let dir = tempfile::tempdir().expect("a folder");
    let made = shumar(dir.path(), &["init", "home"]);
    assert_eq!(made.status.code(), Some(0));
    let (with, without) = (selftest(&dir.path().join("home")), selftest(dir.path()));
    let number = |report: &Value, of: &str| report[of].as_array().map_or(0, Vec::len);
    assert_eq!((number(&with, "skipped"), number(&without, "skipped")), (0, 1));
    assert_eq!(number(&with, "checks"), number(&without, "checks") + 3);
    // A seed that is fixed when the program starts would show here: no two runs see the same noise.
    let (with, without) = (laws(&with), laws(&without));
    assert_eq!(with.len(), 2);
    assert!(with.iter().zip(&without).all(|(a, b)| a != b), "{with:?}");
}
