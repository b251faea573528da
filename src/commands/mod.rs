//! One file a verb.

mod accuracy;
mod audit;
mod backup;
mod batches;
pub(crate) mod budget;
mod check;
mod completions;
mod coverage;
mod demo;
mod doctor;
pub(crate) mod ingest;
mod init;
mod man;
mod nil;
mod plan;
mod pseudonymise;
pub(crate) mod publish;
mod query;
mod release;
mod restore;
mod resume;
mod rti;
mod run;
mod schedule;
mod selftest;
mod serve;
mod status;
mod suggest;
mod template;
mod verify;
mod withdraw;
mod work;

use crate::cli::{Arguments, Verb};
use crate::failure::Failure;
use crate::home::Home;
use crate::output::{Output, Progress};

/// Runs a verb.
pub(crate) fn run(arguments: Arguments) -> Result<Output, Failure> {
    // Questions and a spinner would write over each other.
    let asks = matches!(&arguments.verb, Verb::Rti(a) if a.asks());
    let progress = Progress::new(arguments.quiet || asks);
    progress.listen();
    let words = arguments.lang.words();
    let home = || Home::find(arguments.home.as_deref());
    match arguments.verb {
        Verb::Demo(a) => demo::run(&a, &progress),
        Verb::Init(a) => init::run(&a),
        Verb::Check(a) => check::run(&home()?, &a, &words, &progress),
        Verb::Ingest(a) if a.suggest => {
            suggest::run(Home::find_if_any(arguments.home.as_deref())?.as_ref(), &a, &progress)
        }
        Verb::Ingest(a) => ingest::run(&mut home()?, &a, &words, &progress),
        Verb::Template(a) => template::run(
            Home::find_if_any(arguments.home.as_deref())?.as_ref(),
            &a,
            words.language(),
        ),
        Verb::Batches(a) => batches::run(&home()?, &a),
        Verb::Withdraw(a) => withdraw::run(&mut home()?, &a),
        Verb::Nil(a) => nil::run(&home()?, &a),
        Verb::Status(a) => status::run(&home()?, &a),
        Verb::Plan(a) => plan::run(&home()?, &a, &progress),
        Verb::Release(a) => release::run(&mut home()?, &a, &progress),
        Verb::Run(a) => run::run(&mut home()?, &a, &progress),
        Verb::Schedule(a) => schedule::run(home()?, &a, &progress),
        Verb::Publish => publish::run(&home()?, &progress),
        Verb::Serve(a) => serve::run(&home()?, &a, arguments.format, &progress),
        Verb::Budget(a) if a.resume => resume::run(&mut home()?, &a, &progress),
        Verb::Budget(a) => match &a.export {
            Some(file) => resume::export(&home()?, file),
            None => budget::run(&home()?, &a),
        },
        Verb::Audit(a) => audit::run(&home()?, &a),
        Verb::Backup(a) => backup::run(home, &a, &progress),
        Verb::Restore(a) => restore::run(&a, &progress),
        Verb::Doctor(a) => doctor::run(arguments.home.as_deref(), &a, &progress),
        Verb::Pseudonymise(a) => pseudonymise::run(&a, &progress),
        Verb::Rti(a) => rti::run(&home()?, &a),
        Verb::Completions(a) => completions::run(&a),
        Verb::Man(a) => man::run(&a),
        Verb::Query(a) => query::run(home, &a),
        Verb::Verify(a) => verify::run(home, &a),
        Verb::Selftest => {
            let home = Home::find_if_any(arguments.home.as_deref())?;
            Ok(selftest::run(home.as_ref(), &progress))
        }
    }
}

/// The runtime for the engine, on all cores.
pub(crate) fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    let built = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    built.map_err(|e| Failure::broken(format!("the runtime can't be started: {e}")))
}
