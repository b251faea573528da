//! The log: what was done, one line or one JSON object an event, for machines that watch.
//!
//! Events name offices, batch numbers, releases and outcomes. No event has a value of a record, a
//! number of records, or the name of a file that an office sent.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::PathBuf;

use chrono::SecondsFormat;
use shumar_schemas::config::LogForm;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::fmt::MakeWriter;
use tracing_subscriber::fmt::format::Writer;
use tracing_subscriber::fmt::time::FormatTime;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::clock::Clock;

/// What our events are called.
pub(crate) const TARGET: &str = "shumar";

/// Begins to log; a second time changes nothing.
pub(crate) fn begin(form: LogForm, file: Option<PathBuf>, clock: &Clock) {
    let ours = Targets::new().with_target(TARGET, LevelFilter::INFO);
    let registry = tracing_subscriber::registry().with(ours);
    let (to, time) = (To(file), Time(clock.clone()));
    let _ = match form {
        LogForm::Off => return,
        LogForm::Text => {
            let lines = tracing_subscriber::fmt::layer().with_ansi(false).with_target(false);
            registry.with(lines.with_timer(time).with_writer(to)).try_init()
        }
        LogForm::Json => {
            let objects = tracing_subscriber::fmt::layer().json().flatten_event(true);
            let objects = objects.with_current_span(false).with_span_list(false);
            registry.with(objects.with_timer(time).with_writer(to)).try_init()
        }
    };
}

/// The clock of the home.
struct Time(Clock);

impl FormatTime for Time {
    fn format_time(&self, to: &mut Writer<'_>) -> std::fmt::Result {
        let now = self.0.now().map_err(|_| std::fmt::Error)?;
        write!(to, "{}", now.to_rfc3339_opts(SecondsFormat::Secs, true))
    }
}

/// Standard error, or a file that is opened anew for every event, so that others may move it away.
struct To(Option<PathBuf>);

impl<'a> MakeWriter<'a> for To {
    type Writer = Box<dyn Write>;

    fn make_writer(&'a self) -> Self::Writer {
        let file = self.0.as_ref().map(|f| OpenOptions::new().create(true).append(true).open(f));
        match file {
            Some(Ok(file)) => Box::new(file),
            Some(Err(_)) | None => Box::new(io::stderr()),
        }
    }
}
