//! Waiting for other processes in the same home: bounded, and never in silence.
//!
//! Who waits longer than a moment says so; who has waited too long gives up. Locks are taken in one
//! order, so that nobody waits in a circle: `releases/.lock`, `lake/.lock`, `shumar.db`, `rti/.lock`,
//! `rti.db`, `.site.lock`. The system gives a lock back when its process ends, however it ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::path::Path;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::{Duration, Instant};

/// How long a command waits for another one before it gives up.
const PATIENCE: Duration = Duration::from_mins(10);
/// Another patience, in seconds.
const VARIABLE: &str = "SHUMAR_PATIENCE";
/// After this time it says that it waits.
const SILENCE: Duration = Duration::from_millis(1500);
/// How often a lock is tried.
const PAUSE: Duration = Duration::from_millis(20);

/// Why there is no lock.
#[derive(Debug)]
pub enum Unlocked {
    /// Another process held it all the time.
    Busy,
    /// The system's words.
    System(std::io::Error),
}

type Listener = Box<dyn Fn(&str) + Send + Sync>;
static LISTENER: OnceLock<Listener> = OnceLock::new();

/// Who is told that this process waits; set once.
pub fn listen(listener: impl Fn(&str) + Send + Sync + 'static) {
    let _ = LISTENER.set(Box::new(listener));
}

/// How long this process waits for another one: ten minutes, or what `SHUMAR_PATIENCE` says.
#[must_use]
pub fn patience() -> Duration {
    static ASKED: OnceLock<Duration> = OnceLock::new();
    *ASKED.get_or_init(|| {
        let asked = std::env::var(VARIABLE).ok().and_then(|text| text.parse().ok());
        asked.map_or(PATIENCE, Duration::from_secs)
    })
}

/// The patience in words: `10 minutes`.
#[must_use]
pub fn patience_told() -> String {
    match patience().as_secs() {
        seconds if seconds >= 120 && seconds.is_multiple_of(60) => {
            format!("{} minutes", seconds / 60)
        }
        seconds => format!("{seconds} seconds"),
    }
}

/// Locks a file, alone or with others. `what` says what the other process is doing: `taking in files`.
///
/// # Errors
/// [`Unlocked`] when the patience has run out, or the file can't be made.
pub fn lock(path: &Path, alone: bool, what: &str) -> Result<File, Unlocked> {
    within(path, alone, what, patience())
}

/// The same with another patience.
///
/// # Errors
/// As [`lock`].
pub fn within(path: &Path, alone: bool, what: &str, patience: Duration) -> Result<File, Unlocked> {
    let file = OpenOptions::new().write(true).create(true).truncate(false).open(path);
    let file = file.map_err(Unlocked::System)?;
    let mut wait = Wait::begin(patience);
    loop {
        match if alone { file.try_lock() } else { file.try_lock_shared() } {
            Ok(()) => return Ok(file),
            Err(TryLockError::Error(e)) => return Err(Unlocked::System(e)),
            Err(TryLockError::WouldBlock) if !wait.longer(what) => return Err(Unlocked::Busy),
            Err(TryLockError::WouldBlock) => {}
        }
    }
}

/// SQLite asks here whether to try again when another process writes: with how many times it has
/// asked already.
#[must_use]
pub fn again(times: i32) -> bool {
    static WAIT: Mutex<Option<Wait>> = Mutex::new(None);
    let mut wait = WAIT.lock().unwrap_or_else(PoisonError::into_inner);
    if times == 0 {
        *wait = None;
    }
    wait.get_or_insert_with(|| Wait::begin(patience())).longer("writing into this home")
}

/// One wait.
struct Wait {
    begun: Instant,
    patience: Duration,
    told: bool,
}

impl Wait {
    fn begin(patience: Duration) -> Self {
        Self { begun: Instant::now(), patience, told: false }
    }

    /// Waits a little, and says once that it does; false when it has been too long.
    fn longer(&mut self, what: &str) -> bool {
        let waited = self.begun.elapsed();
        if waited >= self.patience {
            return false;
        }
        if !self.told && waited >= SILENCE {
            self.told = true;
            if let Some(tell) = LISTENER.get() {
                tell(&format!("waiting for another shumar that is {what} …"));
            }
        }
        std::thread::sleep(PAUSE);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_waits_too_long_gives_up_and_who_shares_does_not_wait() {
        let path = std::env::temp_dir().join(format!("shumar-lock-{}", std::process::id()));
        let short = Duration::from_millis(60);
        let first = within(&path, false, "testing", short).expect("locked");
        let second = within(&path, false, "testing", short).expect("shared");
        assert!(matches!(within(&path, true, "testing", short), Err(Unlocked::Busy)));
        drop((first, second));
        let alone = within(&path, true, "testing", short).expect("locked");
        assert!(matches!(within(&path, false, "testing", short), Err(Unlocked::Busy)));
        drop(alone);
        std::fs::remove_file(&path).expect("removed");
    }

    #[test]
    fn a_folder_that_is_not_there_is_no_lock() {
        let path = Path::new("/nowhere/at/all/.lock");
        assert!(matches!(lock(path, true, "testing"), Err(Unlocked::System(_))));
    }
}
