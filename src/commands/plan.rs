//! `shumar plan`: what releases cost and how exact they will be.

use chrono::Datelike;
use serde_json::{Value, json};
use shumar_schemas::{Config, Nano, Period, ReleasePlan};
use shumar_transform::{
    Choice, MarginPlan, Reached, TablePlan, Target, Worth, YearPlan, choices, least_budget,
    what_if, year_plan,
};

use crate::cli::Plan;
use crate::commands::accuracy;
use crate::failure::Failure;
use crate::home::Home;
use crate::output::{Output, Progress, Rows};

mod exact;

use exact::Exact;

pub(super) fn run(home: &Home, arguments: &Plan, progress: &Progress) -> Result<Output, Failure> {
    if let Some(release) = &arguments.release {
        home.config.release(release)?;
    }
    let year = arguments.year.unwrap_or(home.now.year() - 1);
    year.to_string().parse::<Period>()?;
    let targets: Vec<Target> =
        arguments.target.iter().map(|t| t.parse()).collect::<Result<_, _>>()?;
    let mut config = home.config.clone();
    for setting in &arguments.what_if {
        what_if(&mut config.privacy, &home.catalog, setting)?;
    }
    let ledger = if arguments.what_if.is_empty() {
        shumar_transform::ledger_rows(&home.register)?
    } else {
        Vec::new()
    };
    let mut plan = year_plan(&config, &home.catalog, &ledger, year)?;
    plan.tables.retain(|t| arguments.release.as_ref().is_none_or(|r| *r == t.release));
    if arguments.accuracy {
        return accuracy::run(home, &config, &plan, arguments.worlds, progress);
    }
    let reached = if targets.is_empty() {
        None
    } else {
        Some(least_budget(&config, &home.catalog, year, &targets)?)
    };
    let choices =
        if arguments.compare { choices(&config, &home.catalog, year)? } else { Vec::new() };
    let wanted = |r: &&ReleasePlan| arguments.release.as_ref().is_none_or(|id| *id == r.id);
    let releases: Vec<&ReleasePlan> = config.releases.iter().filter(wanted).collect();
    let exact = exact::of(&home.catalog, &releases)?;
    let supposed = !arguments.what_if.is_empty();
    Ok(show(&config, &plan, reached.as_ref(), &choices, &exact, supposed))
}

/// A plan in words and tables.
fn show(
    config: &Config,
    plan: &YearPlan,
    reached: Option<&Reached>,
    choices: &[Choice],
    exact: &[Exact],
    supposed: bool,
) -> Output {
    let rules = &plan.rules;
    let symbol = rules.family.symbol();
    let mut rows = Rows::new(&[
        "release",
        "statistic",
        "margin",
        "cells",
        "expected in a cell",
        "95 % margin of error",
        "of the expected",
        "figures will be",
    ]);
    for (release, statistic, margin) in plan.margins() {
        rows.push([
            release.to_owned(),
            statistic.to_owned(),
            margin.id.clone(),
            margin.cells.to_string(),
            format!("{:.0}", margin.expected),
            format!("± {:.1}", margin.half_width),
            format!("{:.0} %", 100.0 * margin.relative()),
            worth(margin.worth()).to_owned(),
        ]);
    }
    for one in exact {
        one.add_to(&mut rows);
    }
    let left = rules.budget.minus(plan.spent).unwrap_or_default();
    let fixed = match (plan.open, supposed) {
        (_, true) => "as supposed by --what-if, for a year that has not begun",
        (true, _) => "fixed by its first release",
        (false, _) => "as configured now",
    };
    let mut text = format!(
        "Plan for the reporting year {} ({} noise; rules {fixed})
Budget for one person and year: {symbol} {}; spent {}; left {left}; spent when all is released: {}.
At most {} records of one person count in all{}.

{}

",
        plan.year,
        rules.family.name(),
        rules.budget,
        plan.spent,
        plan.planned,
        rules.bounds.all,
        rules.bounds.calibration.map_or_else(String::new, |generous| format!(
            "; up to {generous} in the few totals that the others are calibrated to"
        )),
        rows.text(),
    );
    text.push_str("What you will be able to say\n");
    for table in &plan.tables {
        for statistic in &table.statistics {
            let margins: Vec<String> = statistic.margins.iter().map(sentence).collect();
            text.push_str(&format!("  {}: {}.\n", statistic.id, margins.join("; ")));
        }
    }
    text.push_str(&measured(config, plan));
    text.push_str(&exact::text(exact));
    if let Some(reached) = reached {
        text.push_str(&target_text(reached, symbol));
    }
    if !choices.is_empty() {
        text.push_str(&format!(
            "\nOther rules for a year that has not begun (errors beside those above; 0.5 is half)\n{}\n\
             A lower bound leaves out records of women who have more; the plan reads no record and can't tell how many.\n",
            choice_rows(choices).text()
        ));
    }
    text.push_str("\nNo record was read.");
    Output { text, json: json(plan, left, reached, choices, exact), rows, code: 0 }
}

/// A margin in words: `district ± 8 (14 %)`.
fn sentence(margin: &MarginPlan) -> String {
    let by = match margin.id.as_str() {
        "total" => "the total".to_owned(),
        by => by.replace('-', " × "),
    };
    let weak = match margin.worth() {
        Worth::Good => "",
        Worth::Fair => ": to be read with care",
        Worth::Weak => ": too weak to publish",
    };
    format!("{by} ± {:.0} ({:.0} %{weak})", margin.half_width, 100.0 * margin.relative())
}

fn worth(worth: Worth) -> &'static str {
    match worth {
        Worth::Good => "good",
        Worth::Fair => "fair",
        Worth::Weak => "too weak to publish",
    }
}

/// How tables are measured, and where the expected counts come from.
fn measured(config: &Config, plan: &YearPlan) -> String {
    let mut text = "\nWhat is measured\n".to_owned();
    for table in &plan.tables {
        let names: Vec<&str> = table.measured.iter().map(|m| m.margin.id.as_str()).collect();
        let charged = if table.charged { ", charged already" } else { "" };
        let expected = if config.privacy.expected.contains_key(&table.kind) {
            "by the settings"
        } else {
            "a guess of 60 an area and year; write privacy.expected to say better"
        };
        text.push_str(&format!(
            "  {} {}: {}{charged}. A person loses at most {} {}. {:.0} records expected ({expected}).\n",
            table.release,
            table.table,
            names.join(", "),
            plan.rules.family.symbol(),
            table.loss,
            table.expected,
        ));
    }
    text
}

fn target_text(reached: &Reached, symbol: &str) -> String {
    let mut text = "\nWhat the targets need\n".to_owned();
    for (target, now, then) in &reached.half_widths {
        let Target { statistic, margin, half_width } = target;
        text.push_str(&format!(
            "  {statistic} by {margin} within ± {half_width}: ± {now:.1} under the rules above, ± {then:.1} with the budget below\n"
        ));
    }
    text.push_str(&format!(
        "The least yearly budget that reaches this, with no other margin worse than above, is {symbol} {} (now {}).\n",
        reached.budget, reached.configured
    ));
    text
}

fn choice_rows(choices: &[Choice]) -> Rows {
    let mut rows =
        Rows::new(&["noise", "budget", "all", "of a kind", "errors (middle)", "least", "most"]);
    for choice in choices {
        let kinds: Vec<String> =
            choice.bounds.kinds.iter().map(|(kind, bound)| format!("{kind} {bound}")).collect();
        rows.push([
            choice.family.name().to_owned(),
            format!("{} {}", choice.family.symbol(), choice.budget),
            choice.bounds.all.to_string(),
            kinds.join(", "),
            format!("× {:.2}", choice.errors.middle),
            format!("× {:.2}", choice.errors.least),
            format!("× {:.2}", choice.errors.most),
        ]);
    }
    rows
}

fn json(
    plan: &YearPlan,
    left: Nano,
    reached: Option<&Reached>,
    choices: &[Choice],
    exact: &[Exact],
) -> Value {
    json!({
        "year": plan.year,
        "family": plan.rules.family,
        "budget": plan.rules.budget,
        "bounds": plan.rules.bounds,
        "shares": plan.rules.shares,
        "open": plan.open,
        "spent": plan.spent,
        "left": left,
        "planned": plan.planned,
        "tables": plan.tables.iter().map(table_json).collect::<Vec<Value>>(),
        "exact": exact.iter().map(Exact::json).collect::<Vec<Value>>(),
        "targets": reached.map(target_json),
        "choices": choices.iter().map(choice_json).collect::<Vec<Value>>(),
    })
}

fn table_json(table: &TablePlan) -> Value {
    let measured = table.measured.iter().map(|m| {
        json!({
            "margin": m.margin.id,
            "cells": m.cells,
            "loss_per_record": m.unit,
            "scale": m.scale,
        })
    });
    let margin = |m: &MarginPlan| {
        json!({
            "id": m.id,
            "cells": m.cells,
            "expected": m.expected,
            "standard_error": m.standard_error,
            "half_width_95": m.half_width,
            "worth": match m.worth() {
                Worth::Good => "good",
                Worth::Fair => "fair",
                Worth::Weak => "weak",
            },
        })
    };
    let statistics = table.statistics.iter().map(
        |s| json!({ "id": s.id, "margins": s.margins.iter().map(margin).collect::<Vec<Value>>() }),
    );
    json!({
        "release": table.release,
        "table": table.table,
        "kind": table.kind,
        "count": table.count,
        "bound": table.bound,
        "expected": table.expected,
        "loss_at_bound": table.loss,
        "charged": table.charged,
        "measured": measured.collect::<Vec<Value>>(),
        "statistics": statistics.collect::<Vec<Value>>(),
    })
}

fn target_json(reached: &Reached) -> Value {
    let half_widths = reached.half_widths.iter().map(|(target, now, then)| {
        json!({
            "statistic": target.statistic,
            "margin": target.margin,
            "wanted": target.half_width,
            "now": now,
            "reached": then,
        })
    });
    json!({
        "budget": reached.budget,
        "configured": reached.configured,
        "margins": half_widths.collect::<Vec<Value>>(),
    })
}

fn choice_json(choice: &Choice) -> Value {
    json!({
        "family": choice.family,
        "budget": choice.budget,
        "bounds": choice.bounds,
        "errors": {
            "least": choice.errors.least,
            "middle": choice.errors.middle,
            "most": choice.errors.most,
        },
    })
}
