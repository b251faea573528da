//! `shumar release`: makes a release, or finds the one that exists.

use serde_json::json;
use shumar_schemas::Period;
use shumar_transform::{Made, Outcome, Revise};

use crate::cli::Release;
use crate::failure::Failure;
use crate::home::Home;
use crate::output::{Output, Progress, Rows};

pub(super) fn run(
    home: &mut Home,
    arguments: &Release,
    progress: &Progress,
) -> Result<Output, Failure> {
    let period: Period = arguments.period.parse()?;
    let (redraw, accepted) = (arguments.redraw, arguments.accept);
    let revise = arguments.revise.as_deref().map(|reason| Revise { reason, accepted });
    let outcome = make(home, &arguments.release, period, redraw, revise, progress)?;
    Ok(show(&outcome))
}

/// Makes a release or finds it.
pub(super) fn make(
    home: &mut Home,
    name: &str,
    period: Period,
    redraw: bool,
    revise: Option<Revise<'_>>,
    progress: &Progress,
) -> Result<Outcome, Failure> {
    let runtime = super::runtime()?;
    let (workshop, register) = home.workshop(redraw, revise);
    let mut tell = |what: &str| progress.now(format!("{name} {period}: {what}"));
    Ok(runtime.block_on(shumar_transform::release(&workshop, register, name, period, &mut tell))?)
}

fn show(outcome: &Outcome) -> Output {
    let document = &outcome.document;
    let symbol = document.privacy.family.symbol();
    let mut rows = Rows::new(&["statistic", "margin", "cells", "95 % margin of error"]);
    for statistic in &document.statistics {
        for margin in &statistic.margins {
            rows.push([
                statistic.id.clone(),
                margin.id.clone(),
                margin.cells.to_string(),
                format!("± {:.0}", margin.half_width),
            ]);
        }
    }
    for exact in &document.exact {
        for margin in &exact.margins {
            let cells = margin.cells.to_string();
            rows.push([exact.id.clone(), margin.id.clone(), cells, "exact".to_owned()]);
        }
    }
    let what = match outcome.made {
        Made::Now => "was made, charged and signed",
        Made::Before => "exists and is reused; nothing was drawn or charged",
    };
    let mut text =
        format!("Release {} {what}.\n{}\n\n{}", outcome.id, outcome.folder.display(), rows.text());
    for year in &document.privacy.years {
        text.push_str(&format!(
            "\n{}: {symbol} {} of {} spent when it was made.",
            year.year, year.spent, year.budget
        ));
    }
    if let Some(revision) = &document.revision {
        text.push_str(&format!(
            "\nIt revises {}, which stays published and is marked as revised. Reason: {}",
            revision.of, revision.reason
        ));
    }
    if let Some(newer) = &outcome.revised_by {
        text.push_str(&format!("\nIts figures were revised: {newer} is the newest version."));
    }
    if outcome.outdated {
        text.push_str(
            "\nNote: the settings define its tables otherwise now. The release stands as it was published.",
        );
    }
    text.push_str("\nNext: `shumar publish`, then `shumar verify`.");
    let json = json!({
        "id": outcome.id,
        "folder": outcome.folder.display().to_string(),
        "outdated": outcome.outdated,
        "revised_by": outcome.revised_by,
        "made": match outcome.made { Made::Now => "now", Made::Before => "before" },
        "release": document,
    });
    Output { text, json, rows, code: 0 }
}
