//! Other rules for a year that has not begun: the other family of noise, other bounds.

use shumar_schemas::config::Privacy;
use shumar_schemas::{Bounds, Catalog, Config, Family, Nano, SchemaError};

use super::{Planner, YearPlan};
use crate::{TransformError, epsilon_delta};

/// No budget that anyone would set is larger, in billionths.
const BUDGET_MAX: u128 = 1_000_000_000_000;

/// Rules that a year could have, and what they do to its errors.
#[derive(Debug, Clone)]
pub struct Choice {
    /// Family of noise.
    pub family: Family,
    /// The most that a person may lose.
    pub budget: Nano,
    /// Contribution bounds.
    pub bounds: Bounds,
    /// How the errors differ from those under the rules as configured.
    pub errors: Change,
}

/// Errors of all published margins beside those of another plan: 0.5 is half the error.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// The smallest ratio of any margin.
    pub least: f64,
    /// The ratio of the margin in the middle.
    pub middle: f64,
    /// The largest ratio of any margin.
    pub most: f64,
}

/// The rules as configured, and those that an analyst would weigh against them: the other
/// family at the same (ε, δ), and other bounds. Reads no record, so it can't tell how many records
/// a lower bound leaves out.
///
/// # Errors
/// As [`super::year_plan`].
pub fn choices(
    config: &Config,
    catalog: &Catalog,
    year: i32,
) -> Result<Vec<Choice>, TransformError> {
    let privacy = &config.privacy;
    let mut all = vec![privacy.clone()];
    let (family, budget) = same_promise(privacy)?;
    all.push(Privacy { family, budget, ..privacy.clone() });
    let with = |bounds: Bounds| Privacy { bounds, ..privacy.clone() };
    let Bounds { all: joint, kinds, calibration } = &privacy.bounds;
    let generous = calibration.unwrap_or(u32::MAX);
    for joint in [joint.saturating_sub(1), joint + 1].into_iter().filter(|j| *j < generous) {
        all.push(with(Bounds { all: joint, kinds: kinds.clone(), calibration: *calibration }));
    }
    for step in [-1_i64, 1] {
        let moved = |bound: &u32| {
            u32::try_from((i64::from(*bound) + step).clamp(1, i64::from(*joint))).unwrap_or(1)
        };
        let kinds = kinds.iter().map(|(kind, bound)| (kind.clone(), moved(bound))).collect();
        all.push(with(Bounds { all: *joint, kinds, calibration: *calibration }));
    }
    let mut planner = Planner::default();
    let base = planner.year(config, catalog, &[], year, None)?;
    let mut choices: Vec<Choice> = Vec::new();
    for privacy in all {
        let Privacy { family, budget, bounds, .. } = privacy.clone();
        let same = |c: &Choice| c.family == family && c.bounds == bounds;
        if bounds.all == 0 || choices.iter().any(same) {
            continue;
        }
        let config = Config { privacy, ..config.clone() };
        let plan = planner.year(&config, catalog, &[], year, None)?;
        choices.push(Choice { family, budget, bounds, errors: change(&plan, &base) });
    }
    Ok(choices)
}

/// How the errors of a plan differ from those of another one with the same margins.
pub(super) fn change(plan: &YearPlan, base: &YearPlan) -> Change {
    let of = |plan: &YearPlan| plan.margins().map(|m| m.2.standard_error).collect::<Vec<f64>>();
    let pairs = of(plan).into_iter().zip(of(base));
    let mut ratios: Vec<f64> = pairs.map(|(new, old)| new / old).collect();
    ratios.sort_by(f64::total_cmp);
    let at = |i: usize| ratios.get(i).copied().unwrap_or(1.0);
    let last = ratios.len().saturating_sub(1);
    Change { least: at(0), middle: at(last / 2), most: at(last) }
}

/// The other family, with the budget that promises no less at the δ of the settings.
fn same_promise(privacy: &Privacy) -> Result<(Family, Nano), TransformError> {
    let epsilon = |rho: u128| -> Result<f64, TransformError> {
        Ok(epsilon_delta(Family::Gaussian, Nano::new(rho), privacy.delta)?.epsilon)
    };
    match privacy.family {
        Family::Gaussian => {
            let epsilon = epsilon(privacy.budget.get())?;
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a positive budget, rounded down"
            )]
            let nano = (epsilon * 1e9) as u128;
            Ok((Family::Laplace, Nano::new(nano.max(1))))
        }
        Family::Laplace => {
            let allowed = privacy.budget.to_f64();
            let (mut fits, mut over) = (1, BUDGET_MAX);
            while over - fits > fits / 1000 + 1 {
                let middle = fits.midpoint(over);
                if epsilon(middle)? <= allowed { fits = middle } else { over = middle }
            }
            Ok((Family::Gaussian, Nano::new(fits)))
        }
    }
}

/// Changes the rules as `epsilon=6`, `rho=0.1`, `all=2` or `KIND=2` says.
///
/// # Errors
/// Settings that are none of these.
pub fn what_if(
    privacy: &mut Privacy,
    catalog: &Catalog,
    setting: &str,
) -> Result<(), TransformError> {
    let hint = "write epsilon=6 (Laplace), rho=0.1 (Gaussian), all=3, or a record kind and its bound, police=2";
    let wrong = |what: String| SchemaError::invalid("`--what-if`", what, hint);
    let (name, value) = setting
        .split_once('=')
        .map(|(name, value)| (name.trim(), value.trim()))
        .ok_or_else(|| wrong(format!("`{setting}` has no `=`")))?;
    let family = match name {
        "epsilon" => Some(Family::Laplace),
        "rho" => Some(Family::Gaussian),
        _ => None,
    };
    if let Some(family) = family {
        privacy.family = family;
        privacy.budget = value.parse()?;
        return Ok(privacy.check_budget("`--what-if`")?);
    }
    let bound: u32 = value
        .parse()
        .ok()
        .filter(|bound| (1..=1000).contains(bound))
        .ok_or_else(|| wrong(format!("the bound `{value}` is not a number from 1 to 1000")))?;
    if name == "all" {
        privacy.bounds.all = bound;
    } else if name == "calibration" {
        privacy.bounds.calibration = Some(bound);
    } else {
        catalog.kind(name, "`--what-if`")?;
        privacy.bounds.kinds.insert(name.to_owned(), bound);
    }
    if privacy.bounds.calibration.is_some_and(|generous| generous <= privacy.bounds.all) {
        return Err(wrong("the bound `calibration` must be above `all`".to_owned()).into());
    }
    Ok(())
}
