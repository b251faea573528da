//! `shumar doctor`: what is wrong with a home, what to do, and the safe repairs.

use std::path::Path;

use serde_json::{Value, json};

use crate::cli::Doctor;
use crate::doctor::{Finding, Grade, Patient, examine, repair};
use crate::failure::{Failure, REFUSED};
use crate::home::Home;
use crate::output::{Output, Progress, Rows};

pub(super) fn run(
    named: Option<&Path>,
    arguments: &Doctor,
    progress: &Progress,
) -> Result<Output, Failure> {
    let dir = Home::locate(named)?;
    if !dir.is_dir() {
        return Err(Failure::refused(format!(
            "`{}` is no folder\n\nhint: name the home with `--home DIR`",
            dir.display()
        )));
    }
    progress.now("looking at the home");
    let found = examine(&Patient::new(&dir));
    if !arguments.repair || !found.iter().any(|f| f.repairable) {
        return Ok(told(&found, &found, None));
    }
    progress.now("repairing");
    let failed = repair(&Patient::new(&dir), &found).err();
    Ok(told(&found, &examine(&Patient::new(&dir)), failed.as_ref()))
}

/// What was found at first, and what is left of it.
fn told(found: &[Finding], left: &[Finding], failed: Option<&Failure>) -> Output {
    let new = left.iter().filter(|f| !found.contains(f));
    let all: Vec<&Finding> = found.iter().chain(new).collect();
    let mut rows = Rows::new(&["how bad", "check", "where", "what", "what to do", "repair"]);
    let (mut list, mut open, mut text) = (Vec::new(), 0, String::new());
    for finding in all {
        let repaired = !left.contains(finding);
        let repair = match (repaired, finding.repairable) {
            (true, _) => "done",
            (false, true) => "--repair",
            (false, false) => "",
        };
        open += usize::from(!repaired && finding.grade > Grade::Note);
        let Finding { check, grade, place, what, advice, .. } = finding;
        let cells = [grade.name(), check, place, what, advice, repair];
        rows.push(cells.map(str::to_owned));
        list.push(json!({
            "grade": grade.name(), "check": check, "where": place, "what": what,
            "what_to_do": advice, "repairable": finding.repairable, "repaired": repaired,
        }));
        let head = if repaired { "repaired" } else { grade.name() };
        text.push_str(&format!("{head}: {place} ({check})\n  {what}\n"));
        if !repaired {
            let by = if finding.repairable { "; `shumar doctor --repair` does it" } else { "" };
            text.push_str(&format!("  to do: {advice}{by}\n"));
        }
        text.push('\n');
    }
    if let Some(failure) = failed {
        text.push_str(&format!("A repair failed: {failure}\n\n"));
    }
    text.push_str(&match open {
        0 => "Nothing is wrong with this home.".to_owned(),
        n => format!("{n} finding(s) need a person."),
    });
    let json = json!({
        "healthy": open == 0,
        "findings": Value::Array(list),
        "failed": failed.map(ToString::to_string),
    });
    let code = if open == 0 && failed.is_none() { 0 } else { REFUSED };
    Output { text, json, rows, code }
}
