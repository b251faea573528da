//! `shumar plan --accuracy`: how exact figures will be, tried on made-up worlds.

use serde_json::json;
use shumar_schemas::Config;
use shumar_transform::{Accuracy, Tail, YearPlan, accuracy};

use crate::failure::Failure;
use crate::home::Home;
use crate::output::{Output, Progress, Rows};

/// The worlds, by how many records persons have.
const TAILS: [(Tail, &str); 2] =
    [(Tail::Light, "few come again"), (Tail::Heavy, "many come again")];

pub(super) fn run(
    home: &Home,
    config: &Config,
    plan: &YearPlan,
    worlds: u32,
    progress: &Progress,
) -> Result<Output, Failure> {
    let mut rows = Rows::new(&[
        "persons",
        "statistic",
        "margin",
        "mean count",
        "error",
        "bias",
        "95 % intervals hold",
        "publishable",
        "displayed",
        "modelled",
        "modelled intervals hold",
        "one by one",
        "finest summed",
    ]);
    let mut facts = Vec::new();
    for (tail, name) in TAILS {
        let mut tell = |what: &str| progress.now(format!("{name}: {what}"));
        for one in accuracy(config, &home.catalog, plan, tail, worlds, &mut tell)? {
            rows.push([
                name.to_owned(),
                one.statistic.clone(),
                one.margin.clone(),
                format!("{:.1}", one.mean),
                format!("{:.1}", one.error),
                format!("{:+.1}", one.bias),
                format!("{:.1} %", 100.0 * one.coverage),
                format!("{:.0} %", 100.0 * one.publishable),
                format!("{:.1}", one.displayed),
                format!("{:.1}", one.modelled),
                format!("{:.1} %", 100.0 * one.modelled_coverage),
                format!("{:.1}", one.alone),
                format!("{:.1}", one.summed),
            ]);
            facts.push(fact(name, &one));
        }
    }
    let text = format!(
        "Tried on {worlds} made-up worlds of the size that is expected, with the plan for {}

{}

error: root-mean-square error against all recorded counts, also those that bounds leave out.
bias: mean error. publishable: cells whose figure is good or fair.
displayed, modelled: the errors of the whole numbers and of the modelled counts that stand beside the estimates.
one by one: the error if each margin were measured alone with the same budget and bounds.
finest summed: the error if only each statistic's finest cells were measured, and summed for all else.

No record was read, and nothing was charged.",
        plan.year,
        rows.text(),
    );
    let json = json!({ "year": plan.year, "worlds": worlds, "margins": facts });
    Ok(Output { text, json, rows, code: 0 })
}

fn fact(persons: &str, one: &Accuracy) -> serde_json::Value {
    json!({
        "persons": persons,
        "release": one.release,
        "statistic": one.statistic,
        "margin": one.margin,
        "cells": one.cells,
        "mean_count": one.mean,
        "rms_error": one.error,
        "bias": one.bias,
        "coverage": one.coverage,
        "publishable": one.publishable,
        "displayed_rms_error": one.displayed,
        "displayed_bias": one.displayed_bias,
        "modelled_rms_error": one.modelled,
        "modelled_coverage": one.modelled_coverage,
        "rms_error_one_by_one": one.alone,
        "rms_error_finest_summed": one.summed,
    })
}
