//! From the lake to a release: exact bounded counts (DataFusion), noise (the kernel), estimates,
//! and a signed folder.
//!
//! Exact counts of records about persons exist only inside this crate, between [`count`](self) and the
//! kernel; its public functions return releases, plans and accounts. Beside the kernel there is one
//! way out, [`exact`](self), for kinds free of persons only. It reads no provider's file and writes no page.
#![cfg_attr(
    test,
    allow(
        clippy::expect_used,
        clippy::panic,
        clippy::cast_possible_truncation,
        clippy::cast_possible_wrap,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        clippy::float_arithmetic,
        reason = "what can't be set up fails its test; the numbers are small"
    )
)]

mod accuracy;
mod aside;
mod asked;
mod cores;
mod cost;
mod count;
mod coverage;
mod document;
mod error;
mod estimate;
mod exact;
mod export;
mod folder;
mod indicators;
mod lake;
mod ledger;
mod lock;
mod plan;
mod release;
mod resume;
mod revise;
pub mod selftest;
mod sign;
mod staging;
mod standing;
mod strategy;
mod tally;
mod workshop;

pub use accuracy::{Accuracy, Tail, accuracy};
pub use asked::{Asked, Offer, begun, measure, offer};
pub use error::TransformError;
pub use export::{Export, export};
pub use lake::{hold as hold_lake, same_lineage};
pub use ledger::{Check, audit, rows as ledger_rows, standing};
pub use plan::{
    Change, Choice, MarginPlan, MeasurementPlan, Reached, StatisticPlan, TablePlan, Target, Worth,
    YearPlan, choices, least_budget, what_if, year_plan,
};
pub use release::{Made, Outcome, release};
pub use resume::{Resuming, resume};
pub use sign::{check_keys, create_keys, sign_site};
pub use standing::{enter_standing, not_entered};
pub use workshop::{Revise, Workshop};

use shumar_schemas::release::EpsilonDelta;
use shumar_schemas::{Family, Nano};

/// A loss in the terms of approximate differential privacy, by OpenDP's conversion.
///
/// # Errors
/// What OpenDP's conversion refuses.
pub fn epsilon_delta(
    family: Family,
    loss: Nano,
    delta: Nano,
) -> Result<EpsilonDelta, TransformError> {
    Ok(shumar_privacy::epsilon_delta(family, loss, delta)?)
}
