//! The resident scheduler: it stays, and starts `shumar run` whenever the timetable says so.
//!
//! Each run is a process of its own, so that whatever ends one does not end the scheduler. The next
//! moment is worked out from the clock on the wall at every look, and the looks are short: a laptop
//! that slept, a clock that was set, or a program that was down makes up for a missed moment once.

pub(crate) mod health;
mod turn;
pub(crate) mod units;

use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, SystemTime};

use shumar_schemas::config::FILE;

use self::health::{Health, Last};
use self::turn::{Turn, Turns};
use crate::failure::Failure;
use crate::home::Home;
use crate::log::TARGET;
use crate::run::{history, lock};
use crate::stop::Stop;

/// How often the clock is looked at.
const LOOK: Duration = Duration::from_millis(500);
/// How often in a test, whose time goes faster.
const LOOK_SIMULATED: Duration = Duration::from_millis(10);
/// How often the health file says that the scheduler is alive.
const BEAT: chrono::TimeDelta = chrono::TimeDelta::minutes(1);

/// How runs are started.
pub(crate) struct Launch {
    /// This program, where it stood when the scheduler began: after an update, the new one.
    pub(crate) program: PathBuf,
    /// Arguments of the log.
    pub(crate) log: Vec<String>,
}

/// Stays and runs until told to stop. The caller holds the lock of schedulers.
pub(crate) fn stay(mut home: Home, launch: &Launch, stop: &Stop) -> Result<(), Failure> {
    let look = if home.clock.is_simulated() { LOOK_SIMULATED } else { LOOK };
    let newest = history::newest(&home.register, 1)?;
    let interrupted = newest.first().is_some_and(|last| last.ended.is_none());
    let mut turns = Turns::new(newest.first().map_or(home.now, |last| last.started), interrupted);
    let mut settings = Settings::of(&home);
    let mut health = Health::begin(home.now);
    metrics(&home);
    tracing::info!(target: TARGET, "the scheduler begins");
    while !stop.asked() {
        settings.look(&mut home);
        // A clock that can't be read this moment is looked at again.
        if let Ok(now) = home.clock.now() {
            home.now = now;
            match turns.turn(&home.config.schedule, now) {
                Turn::Run => {
                    let ended = one(&mut home, launch, &mut health, stop)?;
                    turns.ran(now, home.now, ended);
                }
                Turn::Wait(next) if health.is_due(next, now, BEAT) => {
                    health.write(&home.dir, "waiting", now, next)?;
                }
                Turn::Wait(_) => {}
            }
        }
        std::thread::sleep(look);
    }
    health.write(&home.dir, "stopped", home.now, None)?;
    tracing::info!(target: TARGET, "the scheduler stopped");
    Ok(())
}

/// Writes the figures for monitoring, unless a run is about to do so.
pub(crate) fn metrics(home: &Home) {
    let path = lock::of_run(&home.dir);
    if let Ok(Some(_held)) = lock::take(&path, Duration::ZERO, |_| {}, || false)
        && crate::run::write_metrics(home).is_err()
    {
        tracing::warn!(target: TARGET, "figures for monitoring could not be written");
    }
}

/// The settings as they were read last, and when their file was changed.
struct Settings {
    changed: Option<SystemTime>,
}

impl Settings {
    fn of(home: &Home) -> Self {
        Self { changed: changed(&home.dir) }
    }

    /// Reads the settings again if they have changed. Those that can't be read are left to the next
    /// run to complain of; the timetable at hand stays.
    fn look(&mut self, home: &mut Home) {
        let now = changed(&home.dir);
        if now == self.changed {
            return;
        }
        self.changed = now;
        match Home::open(&home.dir.clone()) {
            Ok(fresh) if fresh.config.schedule.cron.is_some() => {
                *home = fresh;
                tracing::info!(target: TARGET, "the settings were read again");
            }
            Ok(_) | Err(_) => {
                tracing::warn!(target: TARGET, "the settings can't be used; the timetable at hand stays");
            }
        }
    }
}

fn changed(home: &Path) -> Option<SystemTime> {
    std::fs::metadata(home.join(FILE)).ok()?.modified().ok()
}

/// Starts one run and waits for it. A stop is passed on: it ends after its step.
fn one(
    home: &mut Home,
    launch: &Launch,
    health: &mut Health,
    stop: &Stop,
) -> Result<Ended, Failure> {
    let started = home.now;
    let mut child = match start(home, launch) {
        Ok(child) => child,
        Err(e) => {
            tracing::error!(target: TARGET, why = %e, "a run could not be started");
            health.last = Some(Last::new(started, started, "not started"));
            return Ok(Ended::Killed);
        }
    };
    health.write(&home.dir, "running", started, None)?;
    let status = loop {
        if stop.asked() {
            drop(child.stdin.take());
        }
        match child.try_wait() {
            Ok(Some(status)) => break Some(status),
            Ok(None) => std::thread::sleep(LOOK_SIMULATED),
            Err(_) => break None,
        }
        home.now = home.clock.now().unwrap_or(home.now);
        if health.is_due(None, home.now, BEAT) {
            health.write(&home.dir, "running", home.now, None)?;
        }
    };
    home.now = home.clock.now().unwrap_or(home.now);
    let (ended, words) = judge(status);
    tracing::info!(target: TARGET, outcome = words, "a run was watched to its end");
    health.last = Some(Last::new(started, home.now, words));
    health.forget_beat();
    Ok(ended)
}

fn start(home: &Home, launch: &Launch) -> std::io::Result<Child> {
    Command::new(&launch.program)
        .arg("--quiet")
        .arg("--home")
        .arg(&home.dir)
        .args(["run", "--scheduled"])
        .args(&launch.log)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
}

/// How a run ended, as the scheduler sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// By itself, well or not.
    Itself,
    /// By something else, or it never began.
    Killed,
}

fn judge(status: Option<ExitStatus>) -> (Ended, &'static str) {
    match status.and_then(|s| s.code()) {
        Some(0) => (Ended::Itself, "done"),
        Some(1) => (Ended::Itself, "refused"),
        Some(_) => (Ended::Itself, "broken"),
        None => (Ended::Killed, "killed"),
    }
}
