//! The arrival of files: read, judge every row, settle, and land in one transaction.

use std::collections::HashMap;
use std::fs::File;
use std::path::{Path, PathBuf};

use rusqlite::{Connection, TransactionBehavior};
use shumar_lock::Unlocked;
use shumar_schemas::Provider;

use crate::batch::{Arrival, Office, Sent};
use crate::land::{self, Arrivals};
use crate::mapping::Plan;
use crate::withdraw::{self, Withdrawn};
use crate::{IngestError, durable, intake, leftover, rows};

/// Small files are read and landed together, up to this many bytes.
const TOGETHER_BYTES: u64 = 96 << 20;
/// Folder of the home for what has to be unpacked or put away while files are read. Nothing in it
/// has a name.
pub const SCRATCH: &str = ".scratch";

/// The header of a file, for the terminal of the person who writes a mapping, and nowhere else.
///
/// # Errors
/// A file that can't be read.
pub fn headers(
    home: &Path,
    file: &Path,
    provider: &Provider,
) -> Result<Vec<(String, String)>, IngestError> {
    let rows = rows::open(file, provider, &scratch(home)?)?;
    let name = |(i, h): (usize, &String)| (rows.column_name(i), h.clone());
    Ok(rows.header.iter().enumerate().map(name).collect())
}

/// What [`ingest`] would say of a file now. Nothing is taken in.
///
/// # Errors
/// A file that is refused.
pub fn check(
    office: &Office<'_>,
    register: &Connection,
    sent: Sent<'_>,
    progress: &mut dyn FnMut(u64),
) -> Result<Arrival, IngestError> {
    office.seal.key()?;
    let _lock = lock(office.home, false)?;
    if let Some(batch) = sent.replaces
        && let Some(by) = withdraw::replaced_by(office, register, batch, &sent)?
    {
        return Ok(Arrival::Already(by));
    }
    let plan = Plan::new(office, sent.provider)?;
    let known = known(register, &sent)?;
    let scratch = scratch(office.home)?;
    let intake = intake::read(office, &plan, &[sent], &known, &scratch, progress)?;
    let mut arrivals = land::rehearse(office, register, &plan, &[sent], intake)?;
    withdraw::no_other(&sent, &mut arrivals);
    arrivals.into_iter().next().unwrap_or(Err(IngestError::Withheld))
}

/// Takes a file into the lake: wholly, or not at all. The same file twice is one batch.
///
/// # Errors
/// A file that is refused, or a failure; nothing was taken in then.
pub fn ingest(
    office: &Office<'_>,
    register: &mut Connection,
    sent: Sent<'_>,
    progress: &mut dyn FnMut(u64),
) -> Result<Arrival, IngestError> {
    let mut arrival = Err(IngestError::Withheld);
    ingest_all(office, register, &[sent], &mut |_, a| arrival = a, progress)?;
    arrival
}

/// Takes files into the lake, each wholly or not at all, small ones of a provider together. `landed`
/// is told of each, in the order given, when it is in the lake or refused.
///
/// # Errors
/// A failure of the disk or the register; the files that `landed` was told of are in.
pub fn ingest_all(
    office: &Office<'_>,
    register: &mut Connection,
    sent: &[Sent<'_>],
    landed: &mut dyn FnMut(usize, Result<Arrival, IngestError>),
    progress: &mut dyn FnMut(u64),
) -> Result<(), IngestError> {
    // A wrong key is told before anything is read.
    office.seal.key()?;
    let _lock = lock(office.home, true)?;
    clear(office.home, register)?;
    let scratch = scratch(office.home)?;
    let (mut start, mut before) = (0, 0);
    while start < sent.len() {
        let end = start + together(&sent[start..]);
        let group = &sent[start..end];
        let arrivals = group_in(office, register, group, &scratch, &mut |rows| {
            progress(before + rows);
        });
        for (i, arrival) in (start..end).zip(tidied(office.home, register, arrivals)?) {
            if let Ok(Arrival::Landed(batch)) = &arrival {
                before += batch.rows;
            }
            landed(i, arrival);
        }
        start = end;
    }
    clear(office.home, register)
}

/// Takes a batch out of the lake. Its records keep their places, and what was published stays.
///
/// # Errors
/// A batch that is not there or was replaced; failures of the disk or the register.
pub fn withdraw(
    office: &Office<'_>,
    register: &mut Connection,
    batch: i64,
    reason: &str,
) -> Result<Withdrawn, IngestError> {
    office.seal.key()?;
    let _lock = lock(office.home, true)?;
    clear(office.home, register)?;
    let withdrawn = gone(office, register, batch, reason);
    let withdrawn = tidied(office.home, register, withdrawn)?;
    clear(office.home, register)?;
    Ok(withdrawn)
}

/// Takes a batch out in one transaction.
fn gone(
    office: &Office<'_>,
    register: &mut Connection,
    batch: i64,
    reason: &str,
) -> Result<Withdrawn, IngestError> {
    let transaction = register.transaction_with_behavior(TransactionBehavior::Immediate)?;
    if !withdraw::can_go(&transaction, batch)? {
        return Ok(Withdrawn::Before);
    }
    leftover::announce(office.home, &transaction, Some(batch))?;
    let withdrawn = withdraw::remove(office, &transaction, batch, None, reason)?;
    shumar_fault::point("withdraw.before-commit");
    transaction.commit()?;
    shumar_fault::point("withdraw.committed");
    Ok(withdrawn)
}

/// Removes what a step that failed had written, as far as the disk lets us; the next command does else.
fn tidied<T>(
    home: &Path,
    register: &Connection,
    outcome: Result<T, IngestError>,
) -> Result<T, IngestError> {
    if outcome.is_err() {
        let _ = clear(home, register);
    }
    outcome
}

/// How many files are read together: of one provider, and not more than fit in memory.
fn together(sent: &[Sent<'_>]) -> usize {
    let (mut n, mut bytes) = (0, 0);
    for next in sent {
        bytes += std::fs::metadata(next.file).map_or(0, |m| m.len());
        let same = next.provider.id == sent[0].provider.id;
        let alone = next.replaces.is_some() || sent[0].replaces.is_some();
        if n > 0 && (!same || alone || bytes > TOGETHER_BYTES) {
            break;
        }
        n += 1;
    }
    n
}

fn group_in(
    office: &Office<'_>,
    register: &mut Connection,
    group: &[Sent<'_>],
    scratch: &Path,
    progress: &mut dyn FnMut(u64),
) -> Result<Arrivals, IngestError> {
    let plan = match Plan::new(office, group[0].provider) {
        Ok(plan) => plan,
        Err(why) if why.is_refusal() && group.len() == 1 => return Ok(vec![Err(why)]),
        Err(why) => return Err(why),
    };
    if let Some(batch) = group[0].replaces {
        match withdraw::replaced_by(office, register, batch, &group[0]) {
            Ok(Some(by)) => return Ok(vec![Ok(Arrival::Already(by))]),
            Ok(None) => {}
            // A correction of what can't be corrected stays behind; the other files go on.
            Err(why) if why.is_refusal() => return Ok(vec![Err(why)]),
            Err(why) => return Err(why),
        }
    }
    let known = known(register, &group[0])?;
    let intake = intake::read(office, &plan, group, &known, scratch, progress)?;
    let transaction = register.transaction_with_behavior(TransactionBehavior::Immediate)?;
    leftover::announce(office.home, &transaction, group[0].replaces)?;
    let mut arrivals = land::land(office, &transaction, &plan, group, intake)?;
    shumar_fault::point("ingest.before-commit");
    transaction.commit()?;
    shumar_fault::point("ingest.committed");
    withdraw::no_other(&group[0], &mut arrivals);
    Ok(arrivals)
}

/// The provider's files that are in the lake, by hash; not the one that is being replaced. A file
/// without a row is another report each month, whatever its bytes: see [`land::land`].
fn known(register: &Connection, sent: &Sent<'_>) -> Result<HashMap<String, i64>, IngestError> {
    let sql = "SELECT sha256, id FROM batch WHERE provider = ?1 AND state = 'active' AND rows > 0";
    let mut select = register.prepare(sql)?;
    let found = select.query_map([&sent.provider.id], |r| Ok((r.get(0)?, r.get(1)?)))?;
    let mut known: HashMap<String, i64> = found.collect::<Result<_, _>>()?;
    known.retain(|_, batch| Some(*batch) != sent.replaces);
    Ok(known)
}

/// Removes what interruptions left, and the files of batches that are gone; sets aside what neither
/// explains.
fn clear(home: &Path, register: &Connection) -> Result<(), IngestError> {
    leftover::clear(home, register)?;
    let mut select = register.prepare("SELECT path FROM gone_file")?;
    let gone: Vec<String> = select.query_map([], |r| r.get(0))?.collect::<Result<_, _>>()?;
    for path in gone {
        let full = home.join(&path);
        match std::fs::remove_file(&full) {
            Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
                return Err(IngestError::write(&full)(e));
            }
            _ => {}
        }
        shumar_fault::point("withdraw.file-deleted");
        register.execute("DELETE FROM gone_file WHERE path = ?1", [&path])?;
    }
    Ok(())
}

fn scratch(home: &Path) -> Result<PathBuf, IngestError> {
    let scratch = home.join(SCRATCH);
    let mut folder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut folder, 0o700);
    folder.recursive(true).create(&scratch).map_err(IngestError::write(&scratch))?;
    Ok(scratch)
}

/// Removes what interruptions left in the lake, the inbox and `rejects/`, and the files of batches that
/// are gone. Nothing that the register lists is touched, and what no interruption explains is set aside.
///
/// # Errors
/// What the file system or the register refuses.
pub fn tidy(home: &Path, register: &Connection) -> Result<(), IngestError> {
    let _lock = lock(home, true)?;
    clear(home, register)
}

/// One process changes the lake at a time; those that only read it may share.
pub(crate) fn lock(home: &Path, alone: bool) -> Result<File, IngestError> {
    let folder = home.join("lake");
    durable::folder(&folder)?;
    let path = folder.join(shumar_schemas::store::LAKE_LOCK);
    let what = "taking in files or counting them";
    shumar_lock::lock(&path, alone, what).map_err(|why| match why {
        Unlocked::Busy => IngestError::Busy { patience: shumar_lock::patience_told() },
        Unlocked::System(e) => IngestError::write(&path)(e),
    })
}
