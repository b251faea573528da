//! One process of a kind at a time in a home.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::failure::{Failure, at};

/// How often to look whether the other one is done.
const PAUSE: Duration = Duration::from_millis(100);

/// The folder of what runs leave: reports, figures for monitoring, locks.
pub(crate) fn folder(home: &Path) -> PathBuf {
    home.join("runs")
}

/// The lock of `shumar run`.
pub(crate) fn of_run(home: &Path) -> PathBuf {
    folder(home).join(".run.lock")
}

/// The lock of `shumar schedule`.
pub(crate) fn of_schedule(home: &Path) -> PathBuf {
    folder(home).join(".schedule.lock")
}

/// A lock that this process holds; it is free again when this is dropped, or the process ends.
#[derive(Debug)]
pub(crate) struct Held {
    _file: File,
}

/// Takes a lock, waiting for whoever holds it. `waiting` is told once who that is; `None` if it was
/// not given up in time, or `stopped` says so.
pub(crate) fn take(
    path: &Path,
    patience: Duration,
    waiting: impl FnOnce(&str),
    stopped: impl Fn() -> bool,
) -> Result<Option<Held>, Failure> {
    if let Some(folder) = path.parent() {
        make_private(folder)?;
    }
    let open = OpenOptions::new().create(true).read(true).write(true).truncate(false).open(path);
    let mut file = open.map_err(at(path))?;
    let (start, mut waiting) = (Instant::now(), Some(waiting));
    loop {
        match file.try_lock() {
            Ok(()) => break,
            Err(TryLockError::Error(e)) => return Err(at(path)(e)),
            Err(TryLockError::WouldBlock) => {
                if let Some(tell) = waiting.take() {
                    tell(&holder(&mut file));
                }
                if start.elapsed() >= patience || stopped() {
                    return Ok(None);
                }
                std::thread::sleep(PAUSE);
            }
        }
    }
    let enter = |file: &mut File| {
        file.set_len(0)?;
        file.rewind()?;
        write!(file, "process {}", std::process::id())
    };
    enter(&mut file).map_err(at(path))?;
    Ok(Some(Held { _file: file }))
}

/// Whether some process holds a lock now.
pub(crate) fn is_held(path: &Path) -> bool {
    let Ok(file) = File::open(path) else { return false };
    matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock))
}

/// Who holds a lock, in words.
pub(crate) fn holder(file: &mut File) -> String {
    let mut text = String::new();
    let _ = file.rewind();
    let _ = file.read_to_string(&mut text);
    if text.is_empty() { "another process".to_owned() } else { text }
}

/// Makes a folder that only its owner may enter.
fn make_private(folder: &Path) -> Result<(), Failure> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(folder).map_err(at(folder))
}
