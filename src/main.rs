//! The command `shumar`: arguments, printing, exit codes and the runtime. No logic.
//!
//! Exit codes: 0 done, 1 refused (the input, the configuration or the budget says no), 2 broken.

mod cli;
mod commands;
mod failure;
mod home;
mod output;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let arguments = cli::Arguments::parse();
    let format = arguments.format;
    let outcome = commands::run(arguments).and_then(|output| output.print(format));
    match outcome {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::from(failure.code())
        }
    }
}
