//! Telling other programs what happened: public facts as JSON on their standard input.
//!
//! No shell is used, what a program prints is thrown away, and one that fails or takes too long is a
//! warning in the report of the run, never a failure of it.

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use shumar_schemas::config::{Event, Hook};
use shumar_seal::SECRETS;

use super::report::{Outcome, Report};
use super::{notice, site};
use crate::failure::Failure;
use crate::home::Home;
use crate::log::TARGET;

/// How often to look whether a program is done.
const PAUSE: Duration = Duration::from_millis(20);

/// Something to be told: the event, the facts, and the subjects about which it is told once.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Telling {
    event: Event,
    facts: Value,
    /// Empty for what is told after every run.
    subjects: Vec<String>,
}

/// Tells every hook what it wants to hear of a run. Returns what went wrong, in words.
pub(crate) fn tell_all(home: &Home, report: &Report) -> Result<Vec<String>, Failure> {
    let mut warnings = Vec::new();
    for hook in &home.config.hooks {
        for telling in tellings(hook, report) {
            let subjects: Vec<String> =
                telling.subjects.iter().map(|s| format!("{s} > {}", digest(hook))).collect();
            let event = telling.event.name();
            let mut new = subjects.is_empty();
            for subject in &subjects {
                new |= !notice::told(&home.register, event, subject)?;
            }
            if !new {
                continue;
            }
            match tell(hook, &telling.facts) {
                Ok(()) => {
                    tracing::info!(target: TARGET, event, "a hook was told");
                    for subject in &subjects {
                        notice::enter(&home.register, event, subject, home.now)?;
                    }
                }
                Err(why) => {
                    tracing::warn!(target: TARGET, event, why, "a hook failed");
                    warnings.push(format!("the hook for `{event}` {why}"));
                }
            }
        }
    }
    Ok(warnings)
}

/// What a hook wants to hear of a run.
fn tellings(hook: &Hook, report: &Report) -> Vec<Telling> {
    let ended = json!({ "started": report.started, "ended": report.ended });
    let about = |event: Event, more: Value, subjects: Vec<String>| Telling {
        event,
        facts: json!({ "event": event, "program": "shumar", "version": report.version,
            "at": ended, "facts": more }),
        subjects,
    };
    let good = matches!(report.outcome, Outcome::Done | Outcome::Waiting);
    let mut all = Vec::new();
    for event in &hook.on {
        match event {
            Event::Success if good => all.push(about(*event, report.public(), Vec::new())),
            Event::Failure if !good => all.push(about(*event, report.public(), Vec::new())),
            Event::Waiting => {
                for line in report.releases.iter().filter(|l| l.what.waits()) {
                    let facts = json!({ "release": line.release, "period": line.period,
                        "due": line.due, "late_days": line.late_days, "what": line.what });
                    all.push(about(
                        *event,
                        facts,
                        vec![format!("{} {}", line.id, line.what.name())],
                    ));
                }
            }
            Event::LateProvider => {
                for late in &report.late {
                    let subjects =
                        late.periods.iter().map(|p| format!("{} {p}", late.provider)).collect();
                    all.push(about(*event, json!(late), subjects));
                }
            }
            Event::BudgetBelow => {
                let below = report.budget.iter().filter(|year| {
                    hook.below.is_some_and(|b| !b.reached(year.left.get(), year.budget.get()))
                });
                for year in below {
                    let percent = hook.below.map_or(0.0, shumar_schemas::config::Portion::percent);
                    let subject = format!("{} {percent}", year.year);
                    all.push(about(*event, json!(year), vec![subject]));
                }
            }
            Event::Success | Event::Failure => {}
        }
    }
    all
}

/// Which hook was told, without its words, which may hold an address.
fn digest(hook: &Hook) -> String {
    let mut hash = site::hex(&Sha256::digest(hook.command.join("\0")));
    hash.truncate(16);
    hash
}

/// Runs a program to its end, or to the end of its time.
fn tell(hook: &Hook, facts: &Value) -> Result<(), String> {
    let (program, arguments) = hook.command.split_first().ok_or("names no program")?;
    let mut command = Command::new(program);
    // What opens the lake or a backup is nobody else's.
    for secret in SECRETS {
        command.env_remove(secret);
    }
    let mut child = command
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|e| format!("could not be started: {e}"))?;
    if let Some(mut input) = child.stdin.take() {
        let text = format!("{facts}\n");
        // A program that does not listen must not hold us up.
        std::thread::spawn(move || _ = input.write_all(text.as_bytes()));
    }
    let start = Instant::now();
    let limit = Duration::from_secs(hook.limit_seconds);
    loop {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => return Ok(()),
            Ok(Some(status)) => return Err(format!("failed: {status}")),
            Ok(None) if start.elapsed() >= limit => {
                let _ = child.kill();
                let _ = child.wait();
                return Err(format!(
                    "took longer than {} seconds and was stopped",
                    limit.as_secs()
                ));
            }
            Ok(None) => std::thread::sleep(PAUSE),
            Err(e) => return Err(format!("could not be waited for: {e}")),
        }
    }
}
