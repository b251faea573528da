//! `shumar selftest`: whether this program's noise, accounts and ledger are what they claim.

use serde_json::{Value, json};

use crate::failure::BROKEN;
use crate::home::Home;
use crate::output::{Output, Progress, Rows};

/// What is said instead of the ledger's checks.
const NO_HOME: &str =
    "the ledger was not checked: there is no commission's home here; name one with `--home DIR`";

pub(super) fn run(home: Option<&Home>, progress: &Progress) -> Output {
    let mut checks = shumar_transform::selftest::kernel(&mut |what| progress.now(what));
    let mut skipped = Vec::new();
    match home {
        Some(home) => {
            progress.now("checking the ledger");
            checks.extend(shumar_transform::selftest::ledger(&home.dir, &home.register));
        }
        None => skipped.push(NO_HOME),
    }
    let mut rows = Rows::new(&["check", "result", "found"]);
    for check in &checks {
        let result = if check.passed { "passed" } else { "FAILED" };
        rows.push([check.name.to_owned(), result.to_owned(), check.detail.clone()]);
    }
    let failed = checks.iter().filter(|c| !c.passed).count();
    let mut text = rows.text();
    for words in &skipped {
        text.push_str(&format!("\n\nskipped: {words}"));
    }
    text.push_str(&match failed {
        0 => format!("\n\n{} checks passed.", checks.len()),
        n => format!(
            "\n\n{n} of {} checks FAILED. Release nothing with this program on this machine.",
            checks.len()
        ),
    });
    let listed = checks
        .iter()
        .map(|c| json!({ "check": c.name, "passed": c.passed, "found": c.detail }))
        .collect::<Vec<Value>>();
    let json = json!({ "passed": failed == 0, "checks": listed, "skipped": skipped });
    Output { text, json, rows, code: if failed == 0 { 0 } else { BROKEN } }
}
