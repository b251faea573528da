//! The reading of files: one thread opens and cuts them, the others judge, and this one collects
//! the valid rows in piles by person.

use std::collections::HashMap;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex};
use std::thread::{self, ScopedJoinHandle};

use crate::batch::{Office, Sent};
use crate::judge::{Judge, Judged, Source};
use crate::mapping::Plan;
use crate::pack::{PILES, Piles};
use crate::report::{describe, tally};
use crate::rows::{self, Chunk, Dialect, Opened, Row};
use crate::sums::Sums;
use crate::{IngestError, Note, Reason, Reject};

/// Rows of a format that is not text are handed to a judge in bundles of this many.
const BUNDLE: usize = 4096;
/// Fewer identifying rows are slips, which refuse themselves and not their file.
const IDENTIFYING_MIN: u64 = 5;
/// Smaller files are hashed before they are read.
const HASHED_FIRST_BYTES: u64 = 4 << 20;
/// More rejected rows are not listed: the mapping or the file is wrong as a whole.
pub(crate) const REJECTS_MAX: usize = 1 << 20;
/// No person stands in so many rows of an office's files.
const PERSON_ROWS: u64 = 2 << 20;
/// How often progress is told, in rows.
const PROGRESS_ROWS: u64 = 100_000;

/// Files that were read together.
pub(crate) struct Intake {
    /// What each came to, in the order given.
    pub(crate) files: Vec<Read>,
    /// The valid rows of all.
    pub(crate) piles: Piles,
}

/// What reading a file came to.
pub(crate) enum Read {
    /// The same bytes are this batch already.
    Known(i64),
    /// The same bytes as another of the files.
    Twin(usize),
    /// The file as a whole is refused.
    Refused(IngestError),
    /// Its rows were judged.
    Done(Account),
}

/// The account of a file that was read, before its records are compared with others.
#[derive(Default)]
pub(crate) struct Account {
    pub(crate) sha256: String,
    pub(crate) rows: u64,
    pub(crate) rejects: Vec<Reject>,
    /// How many of the rejects look identifying.
    pub(crate) identifying: u64,
    pub(crate) sums: Sums,
    pub(crate) notes: Vec<Note>,
}

/// Some of a file's rows, to be judged.
enum Bundle {
    Text(Dialect, Chunk),
    Rows(Vec<Row>),
}

struct Task<'a> {
    source: Arc<Source<'a>>,
    stopped: Arc<AtomicBool>,
    bundle: Bundle,
}

enum Event {
    Judged(u32, Box<Judged>),
    Refused(u32, IngestError),
    Known(u32, i64),
    Twin(u32, usize),
    /// All bundles of a file are on their way.
    Read(u32, String, Vec<Note>),
}

/// Reads and judges the files of one provider.
///
/// # Errors
/// What the file system refuses; refusals of a file stand in its place.
pub(crate) fn read(
    office: &Office<'_>,
    plan: &Plan<'_>,
    sent: &[Sent<'_>],
    known: &HashMap<String, i64>,
    scratch: &Path,
    progress: &mut dyn FnMut(u64),
) -> Result<Intake, IngestError> {
    let workers = thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let (give, take) = sync_channel::<Task<'_>>(2 * workers);
    let (tell, hear) = sync_channel::<Event>(2 * workers);
    let take = Mutex::new(take);
    let mut piles = Piles::new(plan.varying.len(), scratch);
    let mut files: Vec<Account> = Vec::new();
    files.resize_with(sent.len(), Account::default);
    let mut outcomes: Vec<Option<Read>> = Vec::new();
    outcomes.resize_with(sent.len(), || None);
    thread::scope(|scope| -> Result<(), IngestError> {
        for _ in 0..workers {
            let (take, tell) = (&take, tell.clone());
            scope.spawn(move || work(plan, office, take, &tell));
        }
        scope.spawn(move || open_all(plan, sent, known, scratch, &give, &tell));
        let (mut total, mut told) = (0, 0);
        let mut broken = Ok(());
        for event in hear {
            match event {
                Event::Judged(place, judged) => {
                    let account = &mut files[place as usize];
                    total += judged.count;
                    account.rows += judged.count;
                    if account.rejects.len() > REJECTS_MAX {
                        let why = Read::Refused(vast(sent[place as usize].file, "rejects-vast"));
                        outcomes[place as usize].get_or_insert(why);
                    } else {
                        account.rejects.extend(judged.rejects);
                    }
                    account.identifying += judged.identifying;
                    account.sums.merge(judged.sums);
                    if broken.is_ok() {
                        broken = piles.add(&judged.rows);
                    }
                    if total >= told + PROGRESS_ROWS {
                        told = total;
                        progress(total);
                    }
                }
                Event::Refused(place, why) => {
                    // The first refusal stands: later ones follow from it.
                    outcomes[place as usize].get_or_insert(Read::Refused(why));
                }
                Event::Twin(place, of) => outcomes[place as usize] = Some(Read::Twin(of)),
                Event::Known(place, batch) => outcomes[place as usize] = Some(Read::Known(batch)),
                Event::Read(place, sha256, notes) => {
                    let account = &mut files[place as usize];
                    (account.sha256, account.notes) = (sha256, notes);
                }
            }
        }
        broken
    })?;
    if is_lopsided(piles.sizes()) {
        let largest = sent.iter().zip(&files).max_by_key(|(_, account)| account.rows);
        let file = largest.map_or(Path::new(""), |(sent, _)| sent.file);
        return Err(vast(file, "person-vast"));
    }
    let finish = |((account, outcome), sent): ((Account, Option<Read>), &Sent<'_>)| {
        outcome.unwrap_or_else(|| done(account, sent))
    };
    let files = files.into_iter().zip(outcomes).zip(sent).map(finish).collect();
    Ok(Intake { files, piles })
}

/// A file that asks for more memory than any register of an office would.
pub(crate) fn vast(file: &Path, why: &'static str) -> IngestError {
    IngestError::Content { file: file.to_owned(), why: Reason::new(why) }
}

/// Whether far more rows fell on one pile than chance would put there: one person's rows are held
/// together, and the rows of a file by as many persons as an office knows are spread evenly.
fn is_lopsided(sizes: &[u64; PILES]) -> bool {
    let all: u64 = sizes.iter().sum();
    sizes.iter().any(|rows| *rows > PERSON_ROWS && *rows > all / PILES as u64 * 16)
}

fn done(mut account: Account, sent: &Sent<'_>) -> Read {
    // A file without a row is the report of the months that it is said to cover.
    if account.rows == 0 && sent.covers.is_empty() {
        return Read::Refused(IngestError::NoRows { file: sent.file.to_owned() });
    }
    account.rejects.sort_by(|a, b| (a.sheet, a.row, &a.field).cmp(&(b.sheet, b.row, &b.field)));
    if refuses_file(&account, sent.provider.identifier_share) {
        account.rejects.retain(|r| r.rule.is_identifying());
        return Read::Refused(IngestError::Identifying {
            file: sent.file.to_owned(),
            rows: account.rows,
            identifying: account.identifying,
            details: describe(&tally(&account.rejects)),
            rejects: account.rejects,
        });
    }
    Read::Done(account)
}

/// Whether so many rows look identifying that the file must hold a column of identifiers.
#[expect(clippy::cast_precision_loss, reason = "a share of rows")]
fn refuses_file(account: &Account, share: f64) -> bool {
    account.identifying >= IDENTIFYING_MIN
        && account.identifying as f64 > account.rows as f64 * share
}

/// Judges bundles until there are no more.
fn work<'a>(
    plan: &'a Plan<'a>,
    office: &Office<'a>,
    take: &Mutex<Receiver<Task<'_>>>,
    tell: &SyncSender<Event>,
) {
    let mut judge = Judge::new(plan, office.key);
    loop {
        let Ok(task) = take.lock().map_or(Err(()), |tasks| tasks.recv().map_err(|_| ())) else {
            return;
        };
        if task.stopped.load(Ordering::Relaxed) {
            continue;
        }
        let place = task.source.place;
        let event = match judge_bundle(&mut judge, &task) {
            Ok(judged) => Event::Judged(place, Box::new(judged)),
            Err(why) => {
                task.stopped.store(true, Ordering::Relaxed);
                Event::Refused(place, why)
            }
        };
        if tell.send(event).is_err() {
            return;
        }
    }
}

fn judge_bundle(judge: &mut Judge<'_>, task: &Task<'_>) -> Result<Judged, IngestError> {
    let mut out = judge.nothing();
    let source = &task.source;
    match &task.bundle {
        Bundle::Text(dialect, chunk) => chunk
            .each(*dialect, source.file, |line, cut| judge.row(source, (0, line), cut, &mut out))?,
        Bundle::Rows(rows) => {
            for row in rows {
                judge.row(source, (row.sheet, row.number), row, &mut out)?;
            }
        }
    }
    Ok(out)
}

/// Opens the files one after the other and hands out their rows.
fn open_all<'a>(
    plan: &Plan<'_>,
    sent: &[Sent<'a>],
    known: &HashMap<String, i64>,
    scratch: &Path,
    give: &SyncSender<Task<'a>>,
    tell: &SyncSender<Event>,
) {
    let mut seen = HashMap::new();
    for (place, sent) in (0_u32..).zip(sent) {
        let event = match open_one(plan, sent, place, (known, &mut seen), scratch, give) {
            Ok(event) => event,
            Err(why) => Event::Refused(place, why),
        };
        if tell.send(event).is_err() {
            return;
        }
    }
}

fn open_one<'a>(
    plan: &Plan<'_>,
    sent: &Sent<'a>,
    place: u32,
    (known, seen): (&HashMap<String, i64>, &mut HashMap<String, usize>),
    scratch: &Path,
    give: &SyncSender<Task<'a>>,
) -> Result<Event, IngestError> {
    let file = sent.file;
    let before = stamp(file)?;
    let repeated = |sha256: &str, seen: &HashMap<String, usize>| {
        let batch = known.get(sha256).map(|batch| Event::Known(place, *batch));
        batch.or_else(|| seen.get(sha256).map(|first| Event::Twin(place, *first)))
    };
    let stopped = Arc::new(AtomicBool::new(false));
    thread::scope(|scope| {
        // A large file is hashed while it is read; if it turns out to be known, reading stops.
        let hash = || {
            let sha256 = rows::digest(file)?;
            if repeated(&sha256, seen).is_some() {
                stopped.store(true, Ordering::Relaxed);
            }
            Ok(sha256)
        };
        let mut hashing = Hashing { thread: Some(scope.spawn(hash)), sha256: None };
        if before.0 < HASHED_FIRST_BYTES
            && let Some(event) = repeated(hashing.wait()?, seen)
        {
            return Ok(event);
        }
        let notes = hand_out(plan, sent, place, &mut hashing, &stopped, scratch, give)?;
        let sha256 = hashing.wait()?.to_owned();
        if let Some(event) = repeated(&sha256, seen) {
            return Ok(event);
        }
        if stamp(file)? != before {
            let why = Reason::new("file-changed");
            return Err(IngestError::Format { file: file.to_owned(), why });
        }
        Ok(Event::Read(place, sha256, notes))
    })
    .inspect(|event| {
        if let Event::Read(_, sha256, _) = event {
            seen.insert(sha256.clone(), place as usize);
        }
    })
}

/// The hash of a file, on its way.
struct Hashing<'a> {
    thread: Option<ScopedJoinHandle<'a, Result<String, IngestError>>>,
    sha256: Option<String>,
}

impl Hashing<'_> {
    fn wait(&mut self) -> Result<&str, IngestError> {
        if let Some(thread) = self.thread.take() {
            self.sha256 = Some(thread.join().unwrap_or(Err(IngestError::Withheld))?);
        }
        self.sha256.as_deref().ok_or(IngestError::Withheld)
    }
}

/// Hands out the rows of a file, and returns what its reader noted.
fn hand_out<'a>(
    plan: &Plan<'_>,
    sent: &Sent<'a>,
    place: u32,
    hashing: &mut Hashing<'_>,
    stopped: &Arc<AtomicBool>,
    scratch: &Path,
    give: &SyncSender<Task<'a>>,
) -> Result<Vec<Note>, IngestError> {
    let file = sent.file;
    let opened = rows::open_any(file, plan.provider, scratch)?;
    let (header, lettered) = match &opened {
        Opened::Text(text) => (&text.header, false),
        Opened::Rows(rows) => (&rows.header, rows.lettered),
    };
    let binding = plan.bind(file, header, lettered)?;
    // Rows without a record key are told apart by their file and place.
    let sha256 = if binding.key.is_empty() { hashing.wait()?.to_owned() } else { String::new() };
    let source = Arc::new(Source { place, file, sha256, binding });
    // A worker that is gone or a file that is refused needs no further rows.
    let hand = |bundle| {
        let (source, stopped) = (source.clone(), stopped.clone());
        !stopped.load(Ordering::Relaxed) && give.send(Task { source, stopped, bundle }).is_ok()
    };
    match opened {
        Opened::Text(text) => {
            for chunk in text.chunks {
                if !hand(Bundle::Text(text.dialect, chunk?)) {
                    break;
                }
            }
            Ok(Vec::new())
        }
        Opened::Rows(mut rows) => {
            let mut bundle = Vec::new();
            for row in rows.rows.by_ref() {
                bundle.push(row?);
                if bundle.len() == BUNDLE && !hand(Bundle::Rows(std::mem::take(&mut bundle))) {
                    break;
                }
            }
            hand(Bundle::Rows(bundle));
            Ok(rows.all_notes())
        }
    }
}

/// Length and time of a file, by which a change shows.
fn stamp(file: &Path) -> Result<(u64, Option<std::time::SystemTime>), IngestError> {
    let metadata = rows::regular(file)?;
    Ok((metadata.len(), metadata.modified().ok()))
}
