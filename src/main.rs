//! The command `shumar`: arguments, printing, exit codes and the runtime. No logic.
//!
//! Exit codes: 0 done, 1 refused (the input, the configuration or the budget says no), 2 broken.

mod cli;
mod clock;
mod commands;
mod doctor;
mod failure;
mod home;
mod keep;
mod log;
mod output;
mod run;
mod schedule;
mod sealing;
mod stop;
mod whole;

use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use clap::Parser;
use failure::{BROKEN, REFUSED};

fn main() -> ExitCode {
    // A panic's own words may quote a cell: only its place is told.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        let words = format!(
            "the program failed at {place} (details withheld)\n\nhint: nothing half done is kept; please report this place"
        );
        complain(&words, &failure::error_json(&words, BROKEN));
    }));
    ExitCode::from(catch_unwind(AssertUnwindSafe(answer)).unwrap_or(BROKEN))
}

fn answer() -> u8 {
    let arguments = match cli::Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(usage) if usage.use_stderr() && for_machines() => {
            let words = usage.to_string();
            let words = words.trim_start_matches("error: ");
            say(&failure::error_json(words, REFUSED).to_string());
            return REFUSED;
        }
        Err(usage) => {
            let _ = usage.print();
            return if usage.use_stderr() { REFUSED } else { 0 };
        }
    };
    let format = arguments.format;
    let outcome = commands::run(arguments).and_then(|output| output.print(format));
    outcome.unwrap_or_else(|failure| {
        complain(&failure.to_string(), &failure.json());
        failure.code()
    })
}

/// Tells what went wrong: in words, or as JSON to a machine.
fn complain(words: &str, json: &serde_json::Value) {
    if for_machines() { say(&json.to_string()) } else { say(&format!("error: {words}")) }
}

/// Whether `--format json` stands on the command line; asked before the arguments are known to be
/// right, because mistakes in them are told too.
fn for_machines() -> bool {
    let given: Vec<_> = std::env::args_os().collect();
    given.iter().any(|a| a == "--format=json")
        || given.windows(2).any(|pair| pair[0] == "--format" && pair[1] == "json")
}

/// Tells standard error; a reader that has gone away is no failure.
fn say(words: &str) {
    let _ = writeln!(std::io::stderr(), "{}", output::harmless(words));
}
