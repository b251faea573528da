//! The health file of the scheduler, `runs/health.json`: whole at every moment, for people and
//! monitoring.

use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::failure::Failure;
use crate::run::lock;

/// The file.
const NAME: &str = "health.json";
/// A scheduler that has not said for so long that it is alive hangs, or its machine sleeps.
const STALE: TimeDelta = TimeDelta::minutes(10);

/// How the scheduler is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Health {
    pub(crate) format: String,
    pub(crate) version: String,
    pub(crate) pid: u32,
    /// When it began.
    pub(crate) since: DateTime<Utc>,
    /// `waiting`, `running` or `stopped`.
    pub(crate) state: String,
    /// When it last said that it is alive.
    pub(crate) seen: Option<DateTime<Utc>>,
    /// The last run that it started.
    pub(crate) last: Option<Last>,
    /// When it runs next.
    pub(crate) next: Option<DateTime<Utc>>,
}

/// A run that the scheduler started.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Last {
    pub(crate) started: DateTime<Utc>,
    pub(crate) ended: DateTime<Utc>,
    pub(crate) outcome: String,
}

impl Last {
    pub(crate) fn new(started: DateTime<Utc>, ended: DateTime<Utc>, outcome: &str) -> Self {
        Self { started, ended, outcome: outcome.to_owned() }
    }
}

impl Health {
    /// Of a scheduler that begins.
    pub(crate) fn begin(now: DateTime<Utc>) -> Self {
        Self {
            format: "shumar.health/1".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            pid: std::process::id(),
            since: now,
            state: String::new(),
            seen: None,
            last: None,
            next: None,
        }
    }

    /// Whether there is something new to say, or it is time to say that it is alive.
    pub(crate) fn is_due(
        &self,
        next: Option<DateTime<Utc>>,
        now: DateTime<Utc>,
        beat: TimeDelta,
    ) -> bool {
        self.next != next || self.seen.is_none_or(|seen| (now - seen).abs() >= beat)
    }

    /// Makes the next look write the file.
    pub(crate) fn forget_beat(&mut self) {
        self.seen = None;
    }

    /// Writes the file.
    pub(crate) fn write(
        &mut self,
        home: &Path,
        state: &str,
        now: DateTime<Utc>,
        next: Option<DateTime<Utc>>,
    ) -> Result<(), Failure> {
        state.clone_into(&mut self.state);
        (self.seen, self.next) = (Some(now), next);
        let text =
            serde_json::to_string_pretty(self).map_err(|e| Failure::broken(e.to_string()))?;
        crate::run::write(&lock::folder(home).join(NAME), &format!("{text}\n"))
    }

    /// The health of a home's scheduler, if there ever was one.
    pub(crate) fn read(home: &Path) -> Option<Self> {
        let text = std::fs::read_to_string(lock::folder(home).join(NAME)).ok()?;
        serde_json::from_str(&text).ok()
    }
}

/// How the scheduler of a home stands.
pub(crate) struct Standing {
    health: Option<Health>,
    alive: bool,
    now: DateTime<Utc>,
}

impl Standing {
    /// As it is now.
    pub(crate) fn of(home: &Path, now: DateTime<Utc>) -> Self {
        let alive = lock::is_held(&lock::of_schedule(home));
        Self { health: Health::read(home), alive, now }
    }

    fn is_stale(&self) -> bool {
        let seen = self.health.as_ref().and_then(|h| h.seen);
        self.alive && seen.is_some_and(|seen| self.now - seen > STALE)
    }

    /// In words; nothing where there never was one.
    pub(crate) fn words(&self, zone: shumar_schemas::config::Zone) -> Option<String> {
        let health = self.health.as_ref()?;
        let local =
            |at: Option<DateTime<Utc>>| at.map_or("unknown".to_owned(), |at| zone.local(at));
        let last = health.last.as_ref().map_or(String::new(), |last| {
            format!(
                "; its last run began at {} and ended: {}",
                zone.local(last.started),
                last.outcome
            )
        });
        Some(match () {
            () if self.is_stale() => format!(
                "the scheduler (process {}) has said nothing since {}: it hangs or its machine slept{last}",
                health.pid,
                local(health.seen)
            ),
            () if self.alive && health.state == "running" => {
                format!("the scheduler (process {}) is running now{last}", health.pid)
            }
            () if self.alive => {
                format!(
                    "the scheduler (process {}) runs next at {}{last}",
                    health.pid,
                    local(health.next)
                )
            }
            () if health.state == "stopped" => {
                format!("the scheduler was stopped at {}{last}", local(health.seen))
            }
            () => format!(
                "the scheduler is gone: it was last seen at {}, and was not told to stop{last}",
                local(health.seen)
            ),
        })
    }

    /// For machines.
    pub(crate) fn json(&self) -> Value {
        json!({ "alive": self.alive, "stale": self.is_stale(), "health": self.health })
    }
}
