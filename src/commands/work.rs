//! What `shumar status` says of what works by itself: what is due, the last runs, the scheduler.

use serde_json::Value;

use crate::failure::Failure;
use crate::home::Home;
use crate::output::Rows;
use crate::run::history::{self, Past};
use crate::run::{Line, lock, words};
use crate::schedule::health::Standing;

/// What is due, what was run, and who runs it.
pub(super) struct Work {
    /// The releases of the calendar that do not stand.
    pub(super) due: Vec<Line>,
    runs: Vec<Past>,
    /// Whether a run is at work now.
    working: bool,
    pub(super) scheduler: Standing,
}

impl Work {
    pub(super) fn of(home: &Home, runs: u32) -> Result<Self, Failure> {
        Ok(Self {
            due: crate::run::lines(home)?,
            runs: history::newest(&home.register, runs)?,
            working: lock::is_held(&lock::of_run(&home.dir)),
            scheduler: Standing::of(&home.dir, home.now),
        })
    }

    /// Whether a past run is the one at work: only the newest can be.
    fn at_work(&self, place: usize) -> bool {
        self.working && place == 0
    }

    /// For people.
    pub(super) fn text(&self, home: &Home) -> String {
        let zone = home.config.schedule.time_zone;
        let mut text = String::new();
        if !self.due.is_empty() {
            let due: Vec<String> = self.due.iter().map(words::release).collect();
            text.push_str(&format!("\n\nDue\n{}", due.join("\n")));
        }
        if !self.runs.is_empty() {
            let mut rows = Rows::new(&["run", "began", "ended", "how"]);
            for (place, run) in self.runs.iter().enumerate() {
                let ended = run.ended.map_or(String::new(), |at| zone.local(at));
                let how = run.outcome(self.at_work(place)).to_owned();
                rows.push([run.id.to_string(), zone.local(run.started), ended, how]);
            }
            text.push_str(&format!("\n\nRuns\n{}", rows.text()));
        }
        if let Some(scheduler) = self.scheduler.words(zone) {
            text.push_str(&format!("\n\nScheduler\n{scheduler}"));
        }
        text
    }

    /// The runs for machines.
    pub(super) fn runs_json(&self) -> Value {
        self.runs.iter().enumerate().map(|(place, run)| run.json(self.at_work(place))).collect()
    }
}
