//! The arguments of what works by itself: `run`, `schedule`, and what `status` says of them.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use shumar_schemas::config::LogForm;

use crate::home::Home;

/// Arguments of `run`.
#[derive(Debug, Args)]
pub(crate) struct Run {
    /// Say what would be done, and do nothing.
    #[arg(long, conflicts_with = "approve")]
    pub(crate) dry_run: bool,
    /// Approve a release that waits for an officer (`hold = true`), and go on.
    #[arg(long, value_name = "RELEASE", requires_all = ["period", "officer"])]
    pub(crate) approve: Option<String>,
    /// The period that is approved.
    #[arg(long, value_name = "PERIOD", requires = "approve")]
    pub(crate) period: Option<String>,
    /// Who approves; it is kept.
    #[arg(long, value_name = "NAME", requires = "approve")]
    pub(crate) officer: Option<String>,
    /// How long to wait for another run in this home.
    #[arg(long, value_name = "SECONDS", default_value_t = 600)]
    pub(crate) wait: u64,
    /// Stop when standard input ends; the scheduler says so.
    #[arg(long, hide = true)]
    pub(crate) scheduled: bool,
    #[command(flatten)]
    pub(crate) log: Log,
}

/// Arguments of `schedule`.
#[derive(Debug, Args)]
pub(crate) struct Schedule {
    /// Print what a service of the system needs, and do nothing.
    #[arg(long, value_name = "SERVICE")]
    pub(crate) print: Option<ServiceKind>,
    #[command(flatten)]
    pub(crate) log: Log,
}

/// A service of the system that can start us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ServiceKind {
    /// A unit of systemd.
    Systemd,
    /// A line of a crontab.
    Cron,
    /// A task of Windows.
    WindowsTask,
}

/// Arguments of `status`.
#[derive(Debug, Args)]
pub(crate) struct Status {
    /// How many of the last runs to show.
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(..=100_000))]
    pub(crate) runs: u32,
}

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Form {
    /// Lines for people.
    Text,
    /// A JSON object a line.
    Json,
    /// None.
    Off,
}

/// The log: as the command line says, else as `[schedule]` says.
#[derive(Debug, Args)]
pub(crate) struct Log {
    /// Write a log: what was done, and nothing of any record.
    #[arg(long, value_name = "FORM")]
    log: Option<Form>,
    /// Write it to the end of this file; else to standard error.
    #[arg(long, value_name = "FILE")]
    log_file: Option<PathBuf>,
}

impl Log {
    fn form(&self, home: &Home, default: Option<LogForm>) -> LogForm {
        let said = self.log.map(|form| match form {
            Form::Text => LogForm::Text,
            Form::Json => LogForm::Json,
            Form::Off => LogForm::Off,
        });
        said.or(home.config.schedule.log).or(default).unwrap_or(LogForm::Off)
    }

    fn file(&self, home: &Home) -> Option<PathBuf> {
        let declared = home.config.schedule.log_file.as_ref().map(|file| home.dir.join(file));
        self.log_file.clone().or(declared)
    }

    /// Begins to log.
    pub(crate) fn begin(&self, home: &Home, default: Option<LogForm>) {
        crate::log::begin(self.form(home, default), self.file(home), &home.clock);
    }

    /// The same as arguments of another process.
    pub(crate) fn passed_on(&self, home: &Home, default: Option<LogForm>) -> Vec<String> {
        let form = match self.form(home, default) {
            LogForm::Text => "text",
            LogForm::Json => "json",
            LogForm::Off => "off",
        };
        let mut all = vec!["--log".to_owned(), form.to_owned()];
        if let Some(file) = self.file(home) {
            all.extend(["--log-file".to_owned(), file.display().to_string()]);
        }
        all
    }
}
