//! The landing of judged files: places, Parquet files and register, in one transaction.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::sync_channel;
use std::thread;

use arrow::array::RecordBatch;
use rusqlite::{Connection, Transaction};
use shumar_schemas::Provider;

use crate::IngestError;
use crate::batch::{Arrival, Batch, Office, Sent, nothing_accepted};
use crate::content::Contents;
use crate::coverage;
use crate::intake::{Account, Intake, REJECTS_MAX, Read, vast};
use crate::lake::{LakeFile, Shape, Sink};
use crate::mapping::Plan;
use crate::pack::{PILES, Packed, Piles};
use crate::places::{self, Cursor, Run};
use crate::report::{self, tally};
use crate::settle::{Settled, Settler};
use crate::standing::Standing;
use crate::sums::Sums;

mod entry;

use entry::{cover, drifted, enter, profiled};

/// About this many rows are settled at a time.
const UNIT_ROWS: u64 = 32 * 1024;
/// Smaller parts wait until they fill a row group with others.
const COLUMNS_FROM: usize = 4 * 1024;
/// Files that are finished at the same time: they wait for the disk.
const FINISHERS: usize = 4;

/// What became of each file.
pub(crate) type Arrivals = Vec<Result<Arrival, IngestError>>;

/// Lands an intake. Everything is visible when the transaction commits.
///
/// # Errors
/// Failures of the disk or the register; refusals stand in the place of their file.
pub(crate) fn land(
    office: &Office<'_>,
    register: &Transaction<'_>,
    plan: &Plan<'_>,
    sent: &[Sent<'_>],
    mut intake: Intake,
) -> Result<Arrivals, IngestError> {
    let next: u32 =
        register.query_row("SELECT coalesce(max(id), 0) + 1 FROM batch", [], |r| r.get(0))?;
    recognise(register, sent, &mut intake)?;
    let shape = Shape::new(plan, office)?;
    let (run, mut writer) = places::begin(office.home, register, office.seal)?;
    let mut sinks: BTreeMap<(u32, i32), Sink> = BTreeMap::new();
    let fields = plan.varying.len();
    let batches = numbered(&intake.files, next);
    let mut sums = take_sums(&mut intake);
    let settled = settle(office, register, plan, sent, intake, &batches, Some(&shape), |part| {
        part.entries.iter().try_for_each(|e| writer.push(e))?;
        for ((file, year), records) in part.kept {
            let batch = batches[file as usize].unwrap_or_default();
            let sink = sinks
                .entry((file, year))
                .or_insert_with(|| Sink::new(office.home, &shape, year, batch, fields));
            match records {
                Records::Packed(records) => sink.add(&shape, &records)?,
                Records::Columns(records) => sink.add_arrow(&shape, &records)?,
            }
        }
        Ok(())
    })?;
    let files = finish(sinks, &shape)?;
    places::enter(office.home, register, office.seal, (run, writer))?;
    let mut arrivals: Arrivals = Vec::new();
    for ((outcome, sent), place) in settled.into_iter().zip(sent).zip(0_u32..) {
        let arrival = match outcome {
            Outcome::Known(batch) => Ok(Arrival::Already(batch)),
            Outcome::Twin(of) => match &arrivals[of] {
                Ok(Arrival::Landed(batch)) => Ok(Arrival::Already(batch.id)),
                _ => Err(IngestError::Twin { file: sent.file.to_owned() }),
            },
            Outcome::Refused(why) => Err(why),
            Outcome::Done(mut batch) => {
                batch.id = i64::from(batches[place as usize].unwrap_or_default());
                batch.replaces = sent.replaces;
                let files = files.iter().filter(|(file, _)| *file == place).map(|(_, f)| f);
                match nothing_accepted(sent.file, &batch) {
                    Err(why) => Err(why),
                    Ok(()) => {
                        let sums = std::mem::take(&mut sums[place as usize]);
                        let (profile, covered) = profiled(office, plan, sent, &mut batch, sums)?;
                        batch.notes.extend(drifted(office, register, &batch, &profile)?);
                        enter(office, register, sent, &batch, &profile, files)?;
                        cover(register, plan, sent, batch.id, &covered)?;
                        report::write_batch(office, sent.provider, &batch)?;
                        Ok(Arrival::Landed(batch))
                    }
                }
            }
        };
        arrivals.push(arrival);
    }
    Ok(arrivals)
}

/// What [`land`] would say. Nothing is taken in.
///
/// # Errors
/// As [`land`].
pub(crate) fn rehearse(
    office: &Office<'_>,
    register: &Connection,
    plan: &Plan<'_>,
    sent: &[Sent<'_>],
    mut intake: Intake,
) -> Result<Arrivals, IngestError> {
    let next: u32 =
        register.query_row("SELECT coalesce(max(id), 0) + 1 FROM batch", [], |r| r.get(0))?;
    recognise(register, sent, &mut intake)?;
    let batches = numbered(&intake.files, next);
    let mut sums = take_sums(&mut intake).into_iter();
    let settled = settle(office, register, plan, sent, intake, &batches, None, |_| Ok(()))?;
    let mut arrivals = Vec::new();
    for (outcome, sent) in settled.into_iter().zip(sent) {
        let sums = sums.next().unwrap_or_default();
        arrivals.push(match outcome {
            Outcome::Known(batch) => Ok(Arrival::Already(batch)),
            Outcome::Twin(_) => Err(IngestError::Twin { file: sent.file.to_owned() }),
            Outcome::Refused(why) => Err(why),
            Outcome::Done(mut batch) => match nothing_accepted(sent.file, &batch) {
                Err(why) => Err(why),
                Ok(()) => {
                    let (profile, _) = profiled(office, plan, sent, &mut batch, sums)?;
                    batch.notes.extend(drifted(office, register, &batch, &profile)?);
                    Ok(Arrival::Landed(batch))
                }
            },
        });
    }
    Ok(arrivals)
}

/// Takes the counts of each file out of an intake.
fn take_sums(intake: &mut Intake) -> Vec<Sums> {
    let sums = intake.files.iter_mut().map(|f| match f {
        Read::Done(account) => std::mem::take(&mut account.sums),
        _ => Sums::default(),
    });
    sums.collect()
}

/// Recognises files without a row that were taken in before.
fn recognise(
    register: &Connection,
    sent: &[Sent<'_>],
    intake: &mut Intake,
) -> Result<(), IngestError> {
    for (file, sent) in intake.files.iter_mut().zip(sent) {
        if let Read::Done(account) = file
            && account.rows == 0
            && let Some(batch) = coverage::nothing_before(register, &account.sha256, sent)?
        {
            *file = Read::Known(batch);
        }
    }
    Ok(())
}

/// The numbers of the batches that the files become.
fn numbered(files: &[Read], next: u32) -> Vec<Option<u32>> {
    let mut numbers = next..;
    files.iter().map(|f| matches!(f, Read::Done(_)).then(|| numbers.next()).flatten()).collect()
}

enum Outcome {
    Known(i64),
    Twin(usize),
    Refused(IngestError),
    Done(Batch),
}

/// Records of one file and year.
enum Records {
    Packed(Packed),
    Columns(RecordBatch),
}

/// A settled part, on its way to the disk.
struct Part {
    kept: BTreeMap<(u32, i32), Records>,
    entries: Vec<places::Entry>,
}

/// Settles all rows, part by part on all cores, and hands over the parts in the order of persons.
fn settle(
    office: &Office<'_>,
    register: &Connection,
    plan: &Plan<'_>,
    sent: &[Sent<'_>],
    intake: Intake,
    batches: &[Option<u32>],
    shape: Option<&Shape>,
    mut take: impl FnMut(Part) -> Result<(), IngestError>,
) -> Result<Vec<Outcome>, IngestError> {
    let replaced = sent.iter().find_map(|s| s.replaces);
    let mut standing = Standing::read(register, &plan.kind.name, replaced)?;
    batches.iter().flatten().for_each(|batch| standing.add(*batch));
    let contents = Contents::new(plan, office.catalog, office.key)?;
    let settler = Settler { plan, contents: &contents, standing: &standing, batches };
    let runs = places::open(office.home, register, office.seal)?;
    let Intake { files, piles } = intake;
    let units = units(&piles);
    let mut sums: Vec<Sum> = Vec::new();
    sums.resize_with(files.len(), Sum::default);
    let work = Work { settler, runs: &runs, piles: Mutex::new(piles), units, shape };
    work.all(|settled, part| {
        for (file, reject) in settled.rejects {
            let rejects = &mut sums[file as usize].rejects;
            if rejects.len() > REJECTS_MAX {
                return Err(vast(sent[file as usize].file, "rejects-vast"));
            }
            rejects.push(reject);
        }
        for (sum, (accepted, folded)) in sums.iter_mut().zip(settled.counts) {
            sum.accepted += accepted;
            sum.folded += folded;
        }
        take(part)
    })?;
    let outcome = |((read, sum), sent): ((Read, Sum), &Sent<'_>)| match read {
        Read::Known(batch) => Outcome::Known(batch),
        Read::Twin(of) => Outcome::Twin(of),
        Read::Refused(why) => Outcome::Refused(why),
        Read::Done(account) => Outcome::Done(sum.batch(account, sent.provider)),
    };
    Ok(files.into_iter().zip(sums).zip(sent).map(outcome).collect())
}

/// What settling adds to a file's account.
#[derive(Default)]
struct Sum {
    accepted: u64,
    folded: u64,
    rejects: Vec<crate::Reject>,
}

impl Sum {
    fn batch(self, account: Account, provider: &Provider) -> Batch {
        let mut rejects = account.rejects;
        if !self.rejects.is_empty() {
            rejects.extend(self.rejects);
            rejects.sort_by(|a, b| (a.sheet, a.row, &a.field).cmp(&(b.sheet, b.row, &b.field)));
        }
        Batch {
            id: 0,
            provider: provider.id.clone(),
            kind: provider.kind.clone(),
            sha256: account.sha256,
            replaces: None,
            rows: account.rows,
            accepted: self.accepted,
            folded: self.folded,
            rejected: rejects.len() as u64,
            tally: tally(&rejects),
            rejects,
            notes: account.notes,
        }
    }
}

/// Ranges of piles with about as many rows each.
fn units(piles: &Piles) -> Vec<Range<usize>> {
    let (mut units, mut start, mut rows) = (Vec::new(), 0, 0);
    for (pile, n) in piles.sizes().iter().enumerate() {
        rows += n;
        if rows >= UNIT_ROWS || pile + 1 == PILES {
            units.push(start..pile + 1);
            (start, rows) = (pile + 1, 0);
        }
    }
    units
}

/// The settling of all units on all cores.
struct Work<'a> {
    settler: Settler<'a>,
    runs: &'a [Run],
    piles: Mutex<Piles>,
    units: Vec<Range<usize>>,
    shape: Option<&'a Shape>,
}

impl Work<'_> {
    fn all(
        &self,
        mut take: impl FnMut(Settled, Part) -> Result<(), IngestError>,
    ) -> Result<(), IngestError> {
        let next = AtomicUsize::new(0);
        let workers = thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let (tell, hear) = sync_channel(1);
        thread::scope(|scope| {
            for _ in 0..workers.min(self.units.len()) {
                let (tell, next) = (tell.clone(), &next);
                scope.spawn(move || {
                    let mut cursors = match self.cursors() {
                        Ok(cursors) => cursors,
                        Err(e) => return drop(tell.send((0, Err(e)))),
                    };
                    loop {
                        let unit = next.fetch_add(1, Ordering::Relaxed);
                        let Some(range) = self.units.get(unit) else { return };
                        let settled = self.one(range.clone(), &mut cursors);
                        if tell.send((unit, settled)).is_err() {
                            return;
                        }
                    }
                });
            }
            drop(tell);
            let (mut early, mut due) = (BTreeMap::new(), 0);
            for (unit, settled) in hear {
                early.insert(unit, settled?);
                while let Some((settled, part)) = early.remove(&due) {
                    take(settled, part)?;
                    due += 1;
                }
            }
            if due == self.units.len() { Ok(()) } else { Err(IngestError::Withheld) }
        })
    }

    fn cursors(&self) -> Result<Vec<Cursor<'_>>, IngestError> {
        self.runs.iter().map(Run::cursor).collect()
    }

    fn one(
        &self,
        range: Range<usize>,
        cursors: &mut [Cursor<'_>],
    ) -> Result<(Settled, Part), IngestError> {
        let rows = self.piles.lock().map_err(|_| IngestError::Withheld)?.take(range)?;
        let mut settled = self.settler.settle(&rows, cursors)?;
        let mut part = Part { kept: BTreeMap::new(), entries: Vec::new() };
        let kept = std::mem::take(&mut settled.kept);
        let Some(shape) = self.shape else { return Ok((settled, part)) };
        part.entries = std::mem::take(&mut settled.entries);
        for ((file, year), records) in kept {
            let batch = self.settler.batches[file as usize].unwrap_or_default();
            let records = if records.len() >= COLUMNS_FROM {
                Records::Columns(shape.to_arrow(&records, batch)?)
            } else {
                Records::Packed(records)
            };
            part.kept.insert((file, year), records);
        }
        Ok((settled, part))
    }
}

/// Finishes the files, several at a time.
fn finish(
    sinks: BTreeMap<(u32, i32), Sink>,
    shape: &Shape,
) -> Result<Vec<(u32, LakeFile)>, IngestError> {
    let queue = Mutex::new(sinks.into_iter());
    let finished = Mutex::new(Vec::new());
    let one = || -> Result<(), IngestError> {
        loop {
            let next = queue.lock().map_err(|_| IngestError::Withheld)?.next();
            let Some(((file, _), sink)) = next else { return Ok(()) };
            let written = sink.finish(shape)?;
            finished.lock().map_err(|_| IngestError::Withheld)?.push((file, written));
        }
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (0..FINISHERS).map(|_| scope.spawn(one)).collect();
        threads.into_iter().try_for_each(|t| t.join().unwrap_or(Err(IngestError::Withheld)))
    })?;
    let mut finished = finished.into_inner().map_err(|_| IngestError::Withheld)?;
    finished.sort_by(|a, b| a.1.path.cmp(&b.1.path));
    Ok(finished)
}
