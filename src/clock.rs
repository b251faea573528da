//! What time it is: the system's clock, or in a test's home the one that `SHUMAR_CLOCK` names.
//!
//! The variable names a file with a moment, `2025-01-01T00:00:00Z`, at which time stands still; with
//! a second word, `3600`, time goes on from when the file was written, so many times as fast.

use std::path::{Path, PathBuf};
use std::sync::Once;
use std::time::SystemTime;

use chrono::{DateTime, TimeDelta, Utc};
use shumar_schemas::Config;

use crate::failure::Failure;

/// The variable that names the file.
const VARIABLE: &str = "SHUMAR_CLOCK";
/// The most that simulated time may be faster than ours.
const PACE_MAX: u32 = 10_000_000;

/// A clock.
#[derive(Debug, Clone)]
pub(crate) struct Clock {
    simulated: Option<PathBuf>,
}

impl Clock {
    /// The clock of a home. Simulated time is refused where `[schedule]` does not say
    /// `simulated = true`: a release that is dated wrongly could not be put right.
    pub(crate) fn of(config: &Config) -> Result<Self, Failure> {
        let simulated = std::env::var_os(VARIABLE).map(PathBuf::from);
        if simulated.is_some() && !config.schedule.simulated {
            return Err(Failure::refused(format!(
                "`{VARIABLE}` is set, but this home is not a test\n\nhint: unset `{VARIABLE}`; only a home for tests says `simulated = true` under `[schedule]`"
            )));
        }
        let clock = Self { simulated };
        clock.announce()?;
        Ok(clock)
    }

    /// Says once that the time is not ours.
    fn announce(&self) -> Result<(), Failure> {
        static TOLD: Once = Once::new();
        if self.simulated.is_some() {
            let now = self.now()?;
            let words = format!("note: the time is simulated by `{VARIABLE}`: it is {now:?}");
            TOLD.call_once(|| crate::say(&words));
        }
        Ok(())
    }

    /// Whether the time is simulated.
    pub(crate) fn is_simulated(&self) -> bool {
        self.simulated.is_some()
    }

    /// Now.
    pub(crate) fn now(&self) -> Result<DateTime<Utc>, Failure> {
        let Some(file) = &self.simulated else { return Ok(Utc::now()) };
        read(file).ok_or_else(|| {
            Failure::refused(format!(
                "`{}` names no time\n\nhint: `{VARIABLE}` names a file with a moment such as 2025-01-01T00:00:00Z and, if time is to go on, how many times as fast as ours",
                file.display()
            ))
        })
    }
}

fn read(file: &Path) -> Option<DateTime<Utc>> {
    let text = std::fs::read_to_string(file).ok()?;
    let mut words = text.split_whitespace();
    let start: DateTime<Utc> = words.next()?.parse().ok()?;
    let Some(pace) = words.next() else { return Some(start) };
    let pace: u32 = pace.parse().ok().filter(|p| *p <= PACE_MAX)?;
    let written = std::fs::metadata(file).ok()?.modified().ok()?;
    let since = SystemTime::now().duration_since(written).unwrap_or_default();
    start.checked_add_signed(TimeDelta::from_std(since.checked_mul(pace)?).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn simulated_time_stands_still_or_goes_on_faster() {
        let dir = tempfile::tempdir().expect("a folder");
        let file = dir.path().join("clock");
        let start: DateTime<Utc> = "2025-01-01T00:00:00Z".parse().expect("a moment");
        std::fs::write(&file, "2025-01-01T00:00:00Z\n").expect("written");
        assert_eq!(read(&file), Some(start));
        std::fs::write(&file, "2025-01-01T00:00:00Z 86400").expect("written");
        std::thread::sleep(std::time::Duration::from_millis(50));
        let passed = read(&file).expect("a moment") - start;
        assert!(passed.num_seconds() >= 50 * 86_400 / 1000, "{passed}");
        for bad in ["", "yesterday", "2025-01-01T00:00:00Z fast", "2025-01-01T00:00:00Z 99999999"] {
            std::fs::write(&file, bad).expect("written");
            assert_eq!(read(&file), None, "{bad}");
        }
    }
}
