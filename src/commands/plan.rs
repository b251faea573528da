//! `shumar plan`: what releases cost and how exact they will be.

use chrono::Datelike;
use serde_json::{Value, json};
use shumar_schemas::{Nano, Period};
use shumar_transform::{TablePlan, YearPlan, year_plan};

use crate::cli::Plan;
use crate::failure::Failure;
use crate::home::Home;
use crate::output::{Output, Rows};

pub(super) fn run(home: &Home, arguments: &Plan) -> Result<Output, Failure> {
    if let Some(release) = &arguments.release {
        home.config.release(release)?;
    }
    let year = arguments.year.unwrap_or(home.now.year() - 1);
    year.to_string().parse::<Period>()?;
    let ledger = shumar_transform::ledger_rows(&home.register)?;
    let mut plan = year_plan(&home.config, &home.catalog, &ledger, year)?;
    plan.tables.retain(|t| arguments.release.as_ref().is_none_or(|r| *r == t.release));
    Ok(show(&plan))
}

/// A plan in words and tables.
fn show(plan: &YearPlan) -> Output {
    let rules = &plan.rules;
    let symbol = rules.family.symbol();
    let mut rows = Rows::new(&[
        "release",
        "table",
        "margin",
        "cells",
        "standard error",
        "95 % margin of error",
        "loss per record",
    ]);
    for table in &plan.tables {
        for margin in &table.margins {
            rows.push([
                table.release.clone(),
                table.table.clone(),
                margin.id.clone(),
                margin.cells.to_string(),
                format!("{:.2}", margin.standard_error),
                format!("± {:.0}", margin.half_width),
                format!("{symbol} {:.4}", table.unit.to_f64()),
            ]);
        }
    }
    let left = rules.budget.minus(plan.spent).unwrap_or_default();
    let fixed = if plan.open { "fixed by its first release" } else { "as configured now" };
    let text = format!(
        "Plan for the reporting year {} ({} noise; rules {fixed})
Budget for one person and year: {symbol} {}; spent {}; left {left}.
At most {} records of one person count in all.

{}

Margins of error are in records: the published figure lies within ± of the bounded count 95 times of 100.
No record was read.",
        plan.year,
        rules.family.name(),
        rules.budget,
        plan.spent,
        rules.bounds.all,
        rows.text()
    );
    Output { text, json: json(plan, left), rows, code: 0 }
}

fn json(plan: &YearPlan, left: Nano) -> Value {
    json!({
        "year": plan.year,
        "family": plan.rules.family,
        "budget": plan.rules.budget,
        "bounds": plan.rules.bounds,
        "shares": plan.rules.shares,
        "open": plan.open,
        "spent": plan.spent,
        "left": left,
        "tables": plan.tables.iter().map(table_json).collect::<Vec<Value>>(),
    })
}

fn table_json(table: &TablePlan) -> Value {
    let margins = table.margins.iter().map(|m| {
        json!({
            "id": m.id,
            "cells": m.cells,
            "standard_error": m.standard_error,
            "half_width_95": m.half_width,
        })
    });
    json!({
        "release": table.release,
        "table": table.table,
        "kind": table.kind,
        "count": table.count,
        "bound": table.bound,
        "loss_per_record": table.unit,
        "loss_at_bound": table.loss,
        "scale": table.scale,
        "cells": table.cells,
        "charged": table.charged,
        "margins": margins.collect::<Vec<Value>>(),
    })
}
