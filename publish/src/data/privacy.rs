//! How the figures of a release are protected, for programs: `privacy.json`.

use serde_json::{Value, json};
use shumar_schemas::Family;
use shumar_schemas::release::{
    CONFIDENCE, ChargeDocument, ExactDocument, ReleaseDocument, TableDocument, YearDocument,
};

use super::protection;

/// The format that this version writes.
const FORMAT: &str = "shumar.privacy/1";

/// The statement of a release's privacy parameters.
pub(crate) fn statement(release: &ReleaseDocument) -> Value {
    let privacy = &release.privacy;
    let (definition, currency, noise, variance) = match privacy.family {
        Family::Laplace => (
            "pure differential privacy",
            "epsilon",
            "discrete Laplace: P(z) proportional to exp(-|z|/scale)",
            "2·q/(1-q)^2 with q = exp(-1/scale)",
        ),
        Family::Gaussian => (
            "zero-concentrated differential privacy (zCDP)",
            "rho",
            "discrete Gaussian: P(z) proportional to exp(-z^2/(2·scale^2))",
            "that of the discrete law, at most scale^2",
        ),
    };
    json!({
        "format": FORMAT,
        "release": release.id,
        "definition": definition,
        "currency": currency,
        "privacy_unit": privacy.unit,
        "neighbouring_relation": privacy.neighbours,
        "contribution_bounds": {
            "all_kinds": privacy.bounds.all,
            "by_kind": privacy.bounds.kinds,
            "calibrating_totals": privacy.bounds.calibration,
            "meaning": "the most records of one person and reporting year that are counted",
        },
        "noise": { "family": privacy.family, "law": noise, "variance_of_a_cell": variance },
        "years": privacy.years.iter().map(year).collect::<Vec<Value>>(),
        "tables": release.tables.iter().map(table).collect::<Vec<Value>>(),
        "exact_tables": release.exact.iter().map(exact).collect::<Vec<Value>>(),
        "intervals": {
            "confidence": CONFIDENCE,
            "estimates": "unbiased weighted least squares over all measured margins of a table, each \
                          cell with the exact distribution of its combination of noises; symmetric \
                          about the estimate and cut at zero",
            "calibrated": "where a table is calibrated, the width also has what the calibration adds: the \
                           common ratio by the exact law of its noise, the rest taken as normal",
            "ratios": "Fieller's intervals, widened for the selection of those shown (false coverage \
                       rate, Benjamini and Yekutieli 2005)",
            "quantiles": "inversion of the interval of the cumulative count (Woodruff 1952), whole bins",
            "modelled": "credible intervals of a hierarchical model, 95 % over the rows of a file",
        },
        "post_processing": "everything but the files in `release/measurements/` follows from these and \
                            costs nothing more",
    })
}

fn year(year: &YearDocument) -> Value {
    let charge = |c: &ChargeDocument| {
        json!({
            "ledger_row": c.seq,
            "table": c.table,
            "margin": c.margin,
            "share": c.share,
            "loss_of_one_record": c.unit_loss,
            "bound": c.bound,
            "covered_by_ledger_row": c.covered_by,
        })
    };
    json!({
        "year": year.year,
        "budget": year.budget,
        "spent_when_made": year.spent,
        "as_epsilon_delta": {
            "epsilon": year.approximate.epsilon,
            "delta": year.approximate.delta,
        },
        "ledger_head": year.ledger_head,
        "charges": year.charges.iter().map(charge).collect::<Vec<Value>>(),
    })
}

/// A table that no mechanism protects, and why.
fn exact(table: &ExactDocument) -> Value {
    let mut said = protection(table);
    said["table"] = json!(table.id);
    said["kind"] = json!(table.kind);
    said["sum_of"] = json!(table.measure);
    said
}

fn table(table: &TableDocument) -> Value {
    let measured: Vec<Value> = table
        .measurements
        .iter()
        .map(|m| {
            json!({
                "margin": m.id,
                "by": m.by,
                "file": format!("release/{}", m.file),
                "cells": m.cells,
                "family": m.family,
                "scale": m.scale,
                "variance_of_a_cell": m.variance,
                "paid_by_ledger_rows": m.paid_by,
            })
        })
        .collect();
    json!({
        "table": table.id,
        "kind": table.kind,
        "count": table.count,
        "bound": table.bound,
        "calibrates": table.calibrates,
        "measurements": measured,
    })
}
