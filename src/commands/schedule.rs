//! `shumar schedule`: stays and runs when it is time; or prints what the system's services need.

use std::time::Duration;

use serde_json::json;
use shumar_schemas::config::LogForm;

use crate::cli::{Schedule, ServiceKind};
use crate::failure::{Failure, at};
use crate::home::Home;
use crate::output::{Output, Progress, Rows};
use crate::run::lock;
use crate::schedule::units::Unit;
use crate::schedule::{Launch, metrics, stay};
use crate::sealing;
use crate::stop::Stop;

/// How long another look at the lock, such as that of `shumar status`, may hold us up.
const PATIENCE: Duration = Duration::from_secs(2);

pub(super) fn run(
    home: Home,
    arguments: &Schedule,
    progress: &Progress,
) -> Result<Output, Failure> {
    let program = std::env::current_exe().map_err(|e| Failure::broken(e.to_string()))?;
    let Some(cron) = &home.config.schedule.cron else {
        return Err(Failure::refused(
            "`shumar.toml` does not say when to run\n\nhint: write under `[schedule]`: cron = \"0 6 * * *\", for every day at six, and time_zone",
        ));
    };
    if let Some(kind) = arguments.print {
        let dir = home.dir.canonicalize().map_err(at(&home.dir))?;
        let user = ["USER", "USERNAME", "LOGNAME"].into_iter().find_map(|v| std::env::var(v).ok());
        let unit = Unit {
            program: &program,
            home: &dir,
            cron: cron.as_str(),
            zone: home.config.schedule.time_zone.name(),
            user: user.as_deref(),
        };
        let text = match kind {
            ServiceKind::Systemd => unit.systemd(),
            ServiceKind::Cron => unit.cron(),
            ServiceKind::WindowsTask => unit.windows(),
        };
        let json = json!({ "file": text });
        return Ok(Output { text, json, rows: Rows::default(), code: 0 });
    }
    arguments.log.begin(&home, Some(LogForm::Text));
    let stop = Stop::listen()?;
    let mut other = String::new();
    let path = lock::of_schedule(&home.dir);
    let held = lock::take(&path, PATIENCE, |who| who.clone_into(&mut other), || stop.asked())?;
    let Some(held) = held else {
        return Err(Failure::refused(format!(
            "a scheduler is at work in this home already ({other})\n\nhint: `shumar status` says how it is; stop it before starting another"
        )));
    };
    let zone = home.config.schedule.time_zone;
    if let Some(next) = home.config.schedule.next(home.now) {
        let next = zone.local(next);
        progress.remark(&format!(
            "The scheduler is at work; the next time is {next}. Ctrl-C stops it."
        ));
    }
    let dir = home.dir.clone();
    let log = arguments.log.passed_on(&home, Some(LogForm::Text));
    let launch = Launch { program, log, key: sealing::to_hand_on(&home.dir, &home.seal)? };
    stay(home, &launch, &stop)?;
    drop(held);
    // Nobody is at work now.
    metrics(&Home::open(&dir)?);
    progress.remark("The scheduler has stopped.");
    Ok(Output::done())
}
