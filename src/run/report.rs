//! What a run did, for people and machines; and the part of it that may leave the home.

use chrono::{DateTime, Utc};
use serde::{Serialize, Serializer};
use serde_json::{Value, json};
use shumar_schemas::Nano;

use super::due::Missing;
use super::late::Late;
use crate::failure::Failure;

/// How a run ended, from good to bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Outcome {
    /// Everything that was due is done.
    Done,
    /// Something waits: for reports, an approval, an office, or the next run.
    Waiting,
    /// A file or a release was refused.
    Refused,
    /// Something broke.
    Broken,
}

impl Outcome {
    /// Its word.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Waiting => "waiting",
            Self::Refused => "refused",
            Self::Broken => "broken",
        }
    }

    /// The exit code.
    pub(crate) fn code(self) -> u8 {
        match self {
            Self::Done | Self::Waiting => 0,
            Self::Refused => crate::failure::REFUSED,
            Self::Broken => crate::failure::BROKEN,
        }
    }
}

/// What became of an office's files.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Files {
    pub(crate) provider: String,
    /// Files that would be taken in, where it is only said what would be done.
    pub(crate) waiting: usize,
    /// The batches that landed.
    pub(crate) batches: Vec<i64>,
    /// Files that were batches already.
    pub(crate) already: usize,
    /// Files that were refused now for the first time.
    pub(crate) refused: usize,
    /// Files that were refused before and still wait for a correction.
    pub(crate) still_refused: usize,
    /// Whether the others could not be read to the end.
    pub(crate) failed: bool,
}

/// What became of a release of the calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Line {
    pub(crate) release: String,
    pub(crate) period: String,
    pub(crate) id: String,
    pub(crate) due: String,
    pub(crate) late_days: u32,
    pub(crate) what: What,
    /// The reports made and expected.
    pub(crate) reported: u32,
    pub(crate) expected: u32,
    /// The reports that are missing.
    pub(crate) missing: Vec<Missing>,
    /// Why, when it was refused or is broken.
    pub(crate) why: Option<String>,
}

/// What became of it, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum What {
    Early,
    Made,
    MadeShort,
    WouldMake,
    WaitsReports,
    WaitsApproval,
    WaitsRecords,
    WaitsRedraw,
    WaitsNext,
    Refused,
    Broken,
}

impl What {
    /// Its word for machines.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Early => "not-due",
            Self::Made => "made",
            Self::MadeShort => "made-with-reports-missing",
            Self::WouldMake => "would-be-made",
            Self::WaitsReports => "waits-for-reports",
            Self::WaitsApproval => "waits-for-approval",
            Self::WaitsRecords => "waits-for-records",
            Self::WaitsRedraw => "waits-for-redraw",
            Self::WaitsNext => "waits-for-next-run",
            Self::Refused => "refused",
            Self::Broken => "broken",
        }
    }

    /// How it counts for the run.
    pub(crate) fn outcome(self) -> Outcome {
        match self {
            Self::Early | Self::Made | Self::MadeShort | Self::WouldMake => Outcome::Done,
            Self::Refused => Outcome::Refused,
            Self::Broken => Outcome::Broken,
            _ => Outcome::Waiting,
        }
    }

    /// Whether it waits for a person or an office, who should be told.
    pub(crate) fn waits(self) -> bool {
        self.outcome() == Outcome::Waiting && self != Self::WaitsNext
    }
}

impl Serialize for What {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.name())
    }
}

/// What became of the site.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Site {
    /// It shows everything that may be shown.
    Current,
    /// It was built.
    Built,
    /// It would be built.
    WouldBuild,
    /// A release stands that may not be published yet.
    WaitsForDay,
    /// There is nothing to publish.
    Empty,
    /// It is left to the next run.
    WaitsNext,
    /// It was refused.
    Refused,
    /// It broke.
    Broken,
}

impl Site {
    /// How it counts for the run.
    pub(crate) fn outcome(self) -> Outcome {
        match self {
            Self::Current | Self::Built | Self::WouldBuild | Self::Empty => Outcome::Done,
            Self::WaitsForDay | Self::WaitsNext => Outcome::Waiting,
            Self::Refused => Outcome::Refused,
            Self::Broken => Outcome::Broken,
        }
    }

    /// In words.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Current => "the site is current",
            Self::Built => "the site was built",
            Self::WouldBuild => "the site would be built",
            Self::WaitsForDay => "the site waits: a release stands whose day has not come",
            Self::Empty => "there is nothing to publish yet",
            Self::WaitsNext => "the site waits for the next run",
            Self::Refused => "the site was refused",
            Self::Broken => "the site could not be built",
        }
    }
}

/// The budget of a reporting year, which releases publish.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Budget {
    pub(crate) year: i32,
    pub(crate) budget: Nano,
    pub(crate) spent: Nano,
    pub(crate) left: Nano,
}

/// What a run did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Report {
    pub(crate) format: &'static str,
    /// Its number; 0 when it was only said what would be done.
    pub(crate) run: i64,
    pub(crate) version: &'static str,
    pub(crate) started: DateTime<Utc>,
    pub(crate) ended: Option<DateTime<Utc>>,
    pub(crate) outcome: Outcome,
    /// Whether it was told to stop before everything was done.
    pub(crate) stopped: bool,
    pub(crate) approved: Option<String>,
    pub(crate) files: Vec<Files>,
    pub(crate) releases: Vec<Line>,
    pub(crate) site: Site,
    pub(crate) site_why: Option<String>,
    pub(crate) late: Vec<Late>,
    pub(crate) budget: Vec<Budget>,
    /// What broke a whole step.
    pub(crate) failures: Vec<String>,
    pub(crate) warnings: Vec<String>,
}

impl Report {
    /// Notes how a step ended.
    pub(crate) fn note(&mut self, step: Result<(), Failure>) {
        self.failures.extend(step.err().map(|failure| failure.to_string()));
    }

    /// The report of a run that begins.
    pub(crate) fn begin(run: i64, started: DateTime<Utc>) -> Self {
        Self {
            format: "shumar.run/1",
            run,
            version: env!("CARGO_PKG_VERSION"),
            started,
            ended: None,
            outcome: Outcome::Done,
            stopped: false,
            approved: None,
            files: Vec::new(),
            releases: Vec::new(),
            site: Site::WaitsNext,
            site_why: None,
            late: Vec::new(),
            budget: Vec::new(),
            failures: Vec::new(),
            warnings: Vec::new(),
        }
    }

    /// How it ended: as badly as its worst part.
    pub(crate) fn judge(&self) -> Outcome {
        let files = self.files.iter().map(|f| match () {
            () if f.failed => Outcome::Broken,
            () if f.refused > 0 => Outcome::Refused,
            () if f.still_refused > 0 => Outcome::Waiting,
            () => Outcome::Done,
        });
        let releases = self.releases.iter().map(|l| l.what.outcome());
        let stopped = if self.stopped { Outcome::Waiting } else { Outcome::Done };
        let broken = if self.failures.is_empty() { Outcome::Done } else { Outcome::Broken };
        files
            .chain(releases)
            .chain([self.site.outcome(), stopped, broken])
            .max()
            .unwrap_or(Outcome::Done)
    }

    /// What programs outside may be told: public facts, which one person's records don't change.
    /// Which facility is missing in which month follows from rows, and stays here.
    pub(crate) fn public(&self) -> Value {
        let release = |l: &Line| {
            json!({
                "release": l.release, "period": l.period, "due": l.due,
                "late_days": l.late_days, "what": l.what,
            })
        };
        json!({
            "run": self.run,
            "outcome": self.outcome,
            "stopped": self.stopped,
            "files": self.files,
            "releases": self.releases.iter().filter(|l| l.what != What::Early).map(release).collect::<Vec<_>>(),
            "site": self.site,
            "late": self.late,
            "budget": self.budget,
        })
    }
}
