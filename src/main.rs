//! The command `shumar`: arguments, printing, exit codes and the runtime. No logic.
//!
//! Exit codes: 0 done, 1 refused (the input, the configuration or the budget says no), 2 broken.

mod cli;
mod commands;
mod failure;
mod home;
mod output;

use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::ExitCode;

use clap::Parser;
use failure::{BROKEN, REFUSED};

fn main() -> ExitCode {
    // A panic's own words may quote a cell: only its place is told.
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string).unwrap_or_default();
        say(&format!(
            "error: the program failed at {place} (details withheld)\n\nhint: nothing half done is kept; please report this place"
        ));
    }));
    ExitCode::from(catch_unwind(AssertUnwindSafe(run)).unwrap_or(BROKEN))
}

fn run() -> u8 {
    let arguments = match cli::Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(usage) => {
            let _ = usage.print();
            return if usage.use_stderr() { REFUSED } else { 0 };
        }
    };
    let format = arguments.format;
    let outcome = commands::run(arguments).and_then(|output| output.print(format));
    outcome.unwrap_or_else(|failure| {
        say(&format!("error: {failure}"));
        failure.code()
    })
}

/// Tells standard error; a reader that has gone away is no failure.
fn say(words: &str) {
    let _ = writeln!(std::io::stderr(), "{words}");
}
