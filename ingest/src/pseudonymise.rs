//! At a provider's office: identifiers become keyed tokens before a file leaves it.
//!
//! The world is closed: every column of the file is named in the office's mapping, or the file is
//! refused. Identifiers become tokens that only the offices' shared key can make; dates of birth
//! become age bands; whole dates become months; cells that are kept and look identifying drop their
//! row. Nothing here needs a commission's home.
//!
//! # Privacy
//! The same identifier gives the same token to everyone with the key, and who has the key can try
//! out all identifiers: it must never reach the commission. Raw values of text files pass only
//! through memory that is wiped. What a spreadsheet's reader unpacks (the whole sheet) can't be
//! wiped, nor what the system keeps of a file; the text of each cell is wiped when it was read.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use tempfile::NamedTempFile;

use shumar_schemas::Catalog;

use crate::{Gate, IngestError, Reason, part};

mod account;
mod chunk;
mod dates;
mod mapping;
mod normal;
mod plan;
mod source;
mod text;
mod token;
mod worker;

pub use account::{Account, Finding, FindingIn, Found, RowPlace};
pub use mapping::OfficeMapping;
pub use token::OfficeKey;

use chunk::Chunk;
use plan::Plan;
use source::Source;
use worker::{Done, Worker};

/// Chunks that wait for a worker, or for being written.
const WAITING: usize = 2;
/// More workers would wait for the reader.
const WORKERS_MAX: usize = 6;
/// The ending of a pseudonymised file.
const ENDING: &str = "pseudonymised.csv";

/// The name of the result beside a file: `march.xlsx` gives `march.pseudonymised.csv`.
#[must_use]
pub fn beside(file: &Path) -> PathBuf {
    file.with_extension(ENDING)
}

/// Pseudonymises a file. The result is wholly there or not at all, and never overwrites a file.
///
/// # Errors
/// A file that is refused, or a failure; nothing was written then.
pub fn pseudonymise(
    file: &Path,
    mapping: &OfficeMapping,
    key: &OfficeKey,
    out: &Path,
    progress: &mut dyn FnMut(u64),
) -> Result<Account, IngestError> {
    if out.symlink_metadata().is_ok() {
        return Err(exists(out));
    }
    let folder = out.parent().filter(|f| !f.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut source = Source::open(file, mapping, folder)?;
    let plan = Plan::bind(file, mapping, &source)?;
    let gate = Gate::new(Catalog::new(&[])?.identifiers()?);
    let notes = std::mem::take(&mut source.notes);
    let mut aside = part::begin(folder).map_err(IngestError::write(out))?;
    header(&plan, &mut aside).map_err(IngestError::write(out))?;
    shumar_fault::point("pseudonymise.begun");
    let mut write = |done: Done, account: &mut Account| {
        if let Some(place) = done.headless {
            let why = Reason::new("unfit-headless").said("column", place);
            return Err(IngestError::unfit(file, why));
        }
        aside.write_all(&done.csv).map_err(IngestError::write(out))?;
        account.add(done.account);
        progress(account.written + account.dropped);
        Ok(())
    };
    let mut account = run(source, &plan, (key, &gate), &mut write)?;
    if account.rows != account.written + account.dropped {
        let lost = std::io::Error::other("rows were lost on the way");
        return Err(IngestError::write(out)(lost));
    }
    finish(aside, out)?;
    (account.out, account.notes) = (out.to_owned(), notes);
    key.id().clone_into(&mut account.key_id);
    Ok(account)
}

/// One thread reads, some work, and this one writes. Chunks go round the workers in turn, so that
/// rows stay in order.
fn run(
    mut source: Source,
    plan: &Plan,
    (key, gate): (&OfficeKey, &Gate),
    write: &mut dyn FnMut(Done, &mut Account) -> Result<(), IngestError>,
) -> Result<Account, IngestError> {
    let workers = std::thread::available_parallelism().map_or(1, usize::from).min(WORKERS_MAX);
    std::thread::scope(|scope| {
        let (mut chunks, mut results) = (Vec::new(), Vec::new());
        for _ in 0..workers {
            let (give, take) = sync_channel::<Chunk>(WAITING);
            let (done, result) = sync_channel::<Done>(WAITING);
            chunks.push(give);
            results.push(result);
            scope.spawn(move || work(&mut Worker::new(plan, key, gate), &take, &done));
        }
        let reader = scope.spawn(move || read(&mut source, &chunks));
        let mut account = Account::default();
        for turn in 0.. {
            let result: &Receiver<Done> = &results[turn % workers];
            let Ok(done) = result.recv() else { break };
            write(done, &mut account)?;
        }
        // Without receivers the workers end, and then the reader.
        drop(results);
        account.rows = reader.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
        Ok(account)
    })
}

/// Reads the file and gives its rows to the workers in turn; how many there were.
fn read(source: &mut Source, chunks: &[SyncSender<Chunk>]) -> Result<u64, IngestError> {
    let mut rows = 0;
    for turn in 0.. {
        let Some(chunk) = source.chunk()? else { break };
        rows += chunk.len() as u64;
        if chunks[turn % chunks.len()].send(chunk).is_err() {
            break;
        }
    }
    Ok(rows)
}

fn work(worker: &mut Worker<'_>, chunks: &Receiver<Chunk>, results: &SyncSender<Done>) {
    for chunk in chunks {
        let done = worker.work(&chunk);
        drop(chunk);
        if results.send(done).is_err() {
            break;
        }
    }
}

fn header(plan: &Plan, out: &mut NamedTempFile) -> std::io::Result<()> {
    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.write_record(plan.columns.iter().map(|(name, _)| name.as_bytes()))?;
    out.write_all(&csv.into_inner().map_err(csv::IntoInnerError::into_error)?)
}

/// Gives the finished file its name, if nobody else has taken it meanwhile.
fn finish(aside: NamedTempFile, out: &Path) -> Result<(), IngestError> {
    part::name(aside, out, false).map_err(|e| match e.kind() {
        std::io::ErrorKind::AlreadyExists => exists(out),
        _ => IngestError::write(out)(e),
    })
}

fn exists(out: &Path) -> IngestError {
    IngestError::unfit(out, Reason::new("unfit-there"))
}

fn no_rows(file: &Path) -> IngestError {
    IngestError::unfit(file, Reason::new("unfit-no-rows"))
}
