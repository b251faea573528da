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

use chrono::{DateTime, Utc};
use shumar_schemas::config::{FILE, Schedule};
use shumar_seal::VARIABLE;
use zeroize::Zeroizing;

use self::health::{Health, Last};
use self::turn::{Turn, Turns};
use crate::clock::Clock;
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
    /// The lake's key, where a passphrase that was asked for has opened it: runs have no terminal.
    pub(crate) key: Option<Zeroizing<String>>,
}

/// What the scheduler keeps of a home. The database is not part of it: whoever restores a backup
/// finds nobody holding the old one.
struct Keeper<'a> {
    dir: PathBuf,
    schedule: Schedule,
    clock: Clock,
    now: DateTime<Utc>,
    launch: &'a Launch,
    health: Health,
    /// When the settings were changed that are at hand.
    changed: Option<SystemTime>,
}

/// Stays and runs until told to stop. The caller holds the lock of schedulers.
pub(crate) fn stay(home: Home, launch: &Launch, stop: &Stop) -> Result<(), Failure> {
    let newest = history::newest(&home.register, 1)?;
    let unfinished = newest.first().is_some_and(history::Past::is_unfinished);
    let mut turns = Turns::new(newest.first().map_or(home.now, |last| last.started), unfinished);
    metrics(&home);
    let mut keeper = Keeper {
        changed: changed(&home.dir),
        health: Health::begin(home.now),
        now: home.now,
        dir: home.dir,
        schedule: home.config.schedule,
        clock: home.clock,
        launch,
    };
    drop(home.register);
    let look = if keeper.clock.is_simulated() { LOOK_SIMULATED } else { LOOK };
    tracing::info!(target: TARGET, "the scheduler begins");
    while !stop.asked() {
        keeper.settings();
        // A clock that can't be read this moment is looked at again.
        if let Ok(now) = keeper.clock.now() {
            keeper.now = now;
            match turns.turn(&keeper.schedule, now) {
                Turn::Run => {
                    let ended = keeper.one(stop);
                    turns.ran(now, keeper.now, ended);
                }
                Turn::Wait(next) if keeper.health.is_due(next, now, BEAT) => {
                    keeper.note("waiting", next);
                }
                Turn::Wait(_) => {}
            }
        }
        std::thread::sleep(look);
    }
    keeper.note("stopped", None);
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

fn changed(home: &Path) -> Option<SystemTime> {
    std::fs::metadata(home.join(FILE)).ok()?.modified().ok()
}

impl Keeper<'_> {
    /// Says how it is. A full disk must not end the scheduler.
    fn note(&mut self, state: &str, next: Option<DateTime<Utc>>) {
        if self.health.write(&self.dir, state, self.now, next).is_err() {
            tracing::warn!(target: TARGET, "the health file could not be written");
        }
    }

    /// Reads the settings again if they have changed. Those that can't be read are left to the next
    /// run to complain of; the timetable at hand stays.
    fn settings(&mut self) {
        let changed = changed(&self.dir);
        if changed == self.changed {
            return;
        }
        self.changed = changed;
        match Home::open(&self.dir) {
            Ok(fresh) if fresh.config.schedule.cron.is_some() => {
                self.schedule = fresh.config.schedule;
                tracing::info!(target: TARGET, "the settings were read again");
            }
            Ok(_) | Err(_) => {
                tracing::warn!(target: TARGET, "the settings can't be used; the timetable at hand stays");
            }
        }
    }

    /// Starts one run and waits for it. A stop is passed on: it ends after its step.
    fn one(&mut self, stop: &Stop) -> Ended {
        let started = self.now;
        let mut child = match self.start() {
            Ok(child) => child,
            Err(e) => {
                tracing::error!(target: TARGET, why = %e, "a run could not be started");
                self.health.last = Some(Last::new(started, started, "not started"));
                return Ended::Killed;
            }
        };
        self.note("running", None);
        let status = loop {
            if stop.asked() {
                drop(child.stdin.take());
            }
            match child.try_wait() {
                Ok(Some(status)) => break Some(status),
                Ok(None) => std::thread::sleep(LOOK_SIMULATED),
                Err(_) => break None,
            }
            self.now = self.clock.now().unwrap_or(self.now);
            if self.health.is_due(None, self.now, BEAT) {
                self.note("running", None);
            }
        };
        self.now = self.clock.now().unwrap_or(self.now);
        let (ended, words) = judge(status);
        tracing::info!(target: TARGET, outcome = words, "a run was watched to its end");
        self.health.last = Some(Last::new(started, self.now, words));
        self.health.forget_beat();
        ended
    }

    fn start(&self) -> std::io::Result<Child> {
        let mut command = Command::new(&self.launch.program);
        if let Some(key) = &self.launch.key {
            command.env(VARIABLE, key.as_str());
        }
        command
            .arg("--quiet")
            .arg("--home")
            .arg(&self.dir)
            .args(["run", "--scheduled"])
            .args(&self.launch.log)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
    }
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
