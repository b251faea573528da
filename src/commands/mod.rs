//! One file a verb.

mod budget;
mod check;
mod demo;
mod ingest;
mod init;
mod plan;
mod pseudonymise;
mod publish;
mod release;
mod status;
mod verify;

use crate::cli::{Arguments, Verb};
use crate::failure::Failure;
use crate::home::Home;
use crate::output::{Output, Progress};

/// Runs a verb.
pub(crate) fn run(arguments: Arguments) -> Result<Output, Failure> {
    let progress = Progress::new(arguments.quiet);
    let home = || Home::find(arguments.home.as_deref());
    match arguments.verb {
        Verb::Demo(a) => demo::run(&a, &progress),
        Verb::Init(a) => init::run(&a),
        Verb::Check(a) => check::run(&home()?, &a, &progress),
        Verb::Ingest(a) => ingest::run(&mut home()?, &a, &progress),
        Verb::Status => status::run(&home()?),
        Verb::Plan(a) => plan::run(&home()?, &a),
        Verb::Release(a) => release::run(&mut home()?, &a, &progress),
        Verb::Publish => publish::run(&home()?, &progress),
        Verb::Budget(a) => budget::run(&home()?, &a),
        Verb::Pseudonymise(a) => pseudonymise::run(&a, &progress),
        Verb::Verify(a) => verify::run(home, &a),
    }
}

/// The runtime for the engine, on all cores.
fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    let built = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    built.map_err(|e| Failure::broken(format!("the runtime can't be started: {e}")))
}
