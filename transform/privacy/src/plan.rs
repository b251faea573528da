//! Division of a share of a year's budget over tables. Reads no records.

use shumar_schemas::Nano;
use shumar_schemas::ledger::{Rules, Share};

use crate::Refusal;
use crate::worst::{Cost, worst_case};

/// A smaller loss a record, in billionths, would drown every count in noise.
const SMALLEST: u128 = 1_000;

/// A table that wants a part of the budget.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Want {
    /// The record kind.
    pub kind: String,
    /// The most records of one person and year that it counts.
    pub bound: u32,
    /// Its weight, when its loss is not fixed.
    pub weight: u32,
    /// Its loss at one counted record, when fixed by its definition or by an earlier charge.
    pub fixed: Option<Nano>,
}

/// The loss at one record of each wanted table: as fixed, or proportional to the weight so that
/// the worst pattern over `before` and all of them spends the share and no more.
///
/// # Errors
/// [`Refusal::NothingLeft`] when what is fixed leaves nothing for the others.
pub fn divide(
    year: i32,
    rules: &Rules,
    share: Share,
    before: &[Cost],
    wants: &[Want],
) -> Result<Vec<Nano>, Refusal> {
    let cap = rules.shares.of(share);
    let units = |lambda: u128| -> Vec<Nano> {
        let unit =
            |w: &Want| w.fixed.unwrap_or(Nano::new(lambda.saturating_mul(u128::from(w.weight))));
        wants.iter().map(unit).collect()
    };
    let total = |lambda: u128| {
        let cost = |(w, unit): (&Want, Nano)| Cost { kind: w.kind.clone(), bound: w.bound, unit };
        let wanted = wants.iter().zip(units(lambda)).map(cost);
        let costs: Vec<Cost> = before.iter().cloned().chain(wanted).collect();
        worst_case(&costs, rules.family, &rules.bounds)
    };
    if wants.iter().all(|w| w.fixed.is_some()) {
        return Ok(units(0));
    }
    let (mut fits, mut over) = (0_u128, cap.get() + 1);
    while over - fits > 1 {
        let middle = fits.midpoint(over);
        if total(middle) <= cap { fits = middle } else { over = middle }
    }
    if fits < SMALLEST {
        let left = cap.minus(total(0)).unwrap_or_default();
        return Err(Refusal::NothingLeft { year, share, cap, left });
    }
    Ok(units(fits))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use shumar_schemas::ledger::Amounts;
    use shumar_schemas::{Bounds, Family};

    use super::*;

    fn rules(family: Family) -> Rules {
        let cap: Nano = "4".parse().expect("an amount");
        let shares = Amounts { scheduled: cap, rti: Nano::ZERO, revisions: Nano::ZERO };
        Rules { family, budget: cap, bounds: Bounds { all: 3, kinds: BTreeMap::new() }, shares }
    }

    fn want(kind: &str, weight: u32, fixed: Option<&str>) -> Want {
        let fixed = fixed.map(|f| f.parse().expect("an amount"));
        Want { kind: kind.to_owned(), bound: 2, weight, fixed }
    }

    #[test]
    fn spends_the_share_to_the_last_billionth_that_fits() {
        for family in [Family::Laplace, Family::Gaussian] {
            let wants = [want("a", 1, None), want("a", 3, None), want("b", 2, None)];
            let units = divide(2025, &rules(family), Share::Scheduled, &[], &wants).expect("fits");
            assert_eq!(units[1], units[0].times(3));
            let costs: Vec<Cost> = wants
                .iter()
                .zip(&units)
                .map(|(w, u)| Cost { kind: w.kind.clone(), bound: w.bound, unit: *u })
                .collect();
            let total = worst_case(&costs, family, &rules(family).bounds);
            let cap: Nano = "4".parse().expect("an amount");
            let rest = cap.minus(total).expect("within the share");
            assert!(rest < Nano::new(100), "{rest}");
        }
    }

    #[test]
    fn fixed_losses_leave_the_rest() {
        let wants = [want("a", 1, Some("0.5")), want("a", 1, None)];
        let mut rules = rules(Family::Laplace);
        rules.bounds.all = 2;
        let units = divide(2025, &rules, Share::Scheduled, &[], &wants).expect("fits");
        assert_eq!(units.iter().map(ToString::to_string).collect::<Vec<_>>(), ["0.5", "1.5"]);
        let full = [want("a", 1, Some("2")), want("a", 1, None)];
        assert!(divide(2025, &rules, Share::Scheduled, &[], &full).is_err());
    }
}
