//! `shumar run`: whatever is due, once.

use std::time::Duration;

use serde_json::json;

use crate::cli::Run;
use crate::failure::Failure;
use crate::home::Home;
use crate::output::{Output, Progress, Rows};
use crate::run::{Report, lock, words};
use crate::stop::Stop;

pub(super) fn run(
    home: &mut Home,
    arguments: &Run,
    progress: &Progress,
) -> Result<Output, Failure> {
    if arguments.dry_run {
        return show(&crate::run::rehearse(home)?, true);
    }
    arguments.log.begin(home, None);
    let stop = Stop::listen()?;
    let stop = if arguments.scheduled { stop.with_parent() } else { stop };
    let (patience, mut other) = (Duration::from_secs(arguments.wait), String::new());
    let waiting = |who: &str| {
        who.clone_into(&mut other);
        progress.remark(&format!("another run is at work in this home ({who}); waiting for it"));
    };
    let held = lock::take(&lock::of_run(&home.dir), patience, waiting, || stop.asked())?;
    let Some(_held) = held else {
        return Err(Failure::refused(format!(
            "another run is at work in this home ({other})\n\nhint: what is due is done by that one; look at it with `shumar status`"
        )));
    };
    // The other one may have taken a while.
    home.now = home.clock.now()?;
    let approved = match (&arguments.approve, &arguments.period, &arguments.officer) {
        (Some(release), Some(period), Some(officer)) => {
            Some(crate::run::approve(home, release, period.parse()?, officer)?)
        }
        _ => None,
    };
    show(&crate::run::run(home, approved, &stop, progress)?, false)
}

fn show(report: &Report, dry: bool) -> Result<Output, Failure> {
    let mut rows = Rows::new(&["release", "period", "due", "late days", "what"]);
    for line in &report.releases {
        let cells = [&line.release, &line.period, &line.due].map(Clone::clone);
        let rest = [line.late_days.to_string(), line.what.name().to_owned()];
        rows.push(cells.into_iter().chain(rest));
    }
    let mut facts = serde_json::to_value(report).map_err(|e| Failure::broken(e.to_string()))?;
    facts["dry_run"] = json!(dry);
    let code = if dry { 0 } else { report.outcome.code() };
    Ok(Output { text: words::text(report, dry), json: facts, rows, code })
}
