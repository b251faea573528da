//! Division of a share of a year's budget over tables. Reads no records.

use shumar_schemas::Nano;
use shumar_schemas::ledger::{Rules, Share};

use crate::Refusal;
use crate::worst::{Cost, worst_case};

/// A smaller loss a record, in billionths, would drown every count in noise.
const SMALLEST: u128 = 1_000;

/// A measurement that wants a part of the budget.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Want {
    /// The record kind.
    pub kind: String,
    /// The most records of one person and year that it counts.
    pub bound: u32,
    /// The table that it belongs to: measurements of one table keep their proportions.
    pub group: usize,
    /// Its loss beside that of the others, when it is not fixed.
    pub parts: u64,
    /// Its loss at one counted record, when fixed by an earlier charge.
    pub fixed: Option<Nano>,
}

/// The loss at one record of each wanted measurement: as fixed, or so that the worst pattern over
/// `before` and all of them stays within the share.
///
/// The losses of all tables are raised together, in proportion to their parts, until some table
/// can't be raised any more; then those of the others, and so on. So the table that is worst off is as
/// well off as it can be, and what its patterns of records leave unused goes to the others: a person
/// whose records are of another kind never loses more than the share.
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
    let division = Division { rules, cap, before, wants };
    let mut units: Vec<Nano> = wants.iter().map(|w| w.fixed.unwrap_or_default()).collect();
    let mut open: Vec<usize> =
        wants.iter().filter(|w| w.fixed.is_none()).map(|w| w.group).collect();
    open.sort_unstable();
    open.dedup();
    let mut fits = 0;
    while !open.is_empty() {
        fits = division.most(&units, &open, fits);
        units = division.raised(&units, &open, fits);
        let raisable =
            |group: &usize| division.fits(&division.raised(&units, &[*group], step(fits)));
        let still: Vec<usize> = open.iter().copied().filter(raisable).collect();
        if still.len() == open.len() {
            // Together they can't be raised, but each alone can, by a little: it is not worth more.
            break;
        }
        open = still;
    }
    if wants.iter().zip(&units).any(|(w, unit)| w.fixed.is_none() && unit.get() < SMALLEST) {
        let fixed: Vec<Nano> = wants.iter().map(|w| w.fixed.unwrap_or_default()).collect();
        let left = cap.minus(division.total(&fixed)).unwrap_or_default();
        return Err(Refusal::NothingLeft { year, share, cap, left });
    }
    Ok(units)
}

/// A loss that is worth raising a table to: a thousandth more.
fn step(lambda: u128) -> u128 {
    lambda + lambda / 1000 + 1
}

struct Division<'a> {
    rules: &'a Rules,
    cap: Nano,
    before: &'a [Cost],
    wants: &'a [Want],
}

impl Division<'_> {
    /// The losses with the open tables at λ, the loss of the measurement with the most parts;
    /// the others are rounded down.
    fn raised(&self, units: &[Nano], open: &[usize], lambda: u128) -> Vec<Nano> {
        let most = u128::from(self.wants.iter().map(|w| w.parts).max().unwrap_or(1).max(1));
        let unit = |(w, unit): (&Want, &Nano)| {
            if w.fixed.is_some() || !open.contains(&w.group) {
                return *unit;
            }
            Nano::new(lambda.saturating_mul(u128::from(w.parts)) / most)
        };
        self.wants.iter().zip(units).map(unit).collect()
    }

    fn total(&self, units: &[Nano]) -> Nano {
        let cost =
            |(w, unit): (&Want, &Nano)| Cost { kind: w.kind.clone(), bound: w.bound, unit: *unit };
        let wanted = self.wants.iter().zip(units).map(cost);
        let costs: Vec<Cost> = self.before.iter().cloned().chain(wanted).collect();
        worst_case(&costs, self.rules.family, &self.rules.bounds)
    }

    fn fits(&self, units: &[Nano]) -> bool {
        self.total(units) <= self.cap
    }

    /// The largest λ from `fits` on at which the open tables fit.
    fn most(&self, units: &[Nano], open: &[usize], fits: u128) -> u128 {
        // No unit may pass the share, but the largest part may belong to a table that is closed.
        let parts = |w: &&Want| w.fixed.is_none() && open.contains(&w.group);
        let most = self.wants.iter().map(|w| w.parts).max().unwrap_or(1).max(1);
        let own = self.wants.iter().filter(parts).map(|w| w.parts).max().unwrap_or(1).max(1);
        let over = (self.cap.get() + 1).saturating_mul(u128::from(most)) / u128::from(own);
        let (mut fits, mut over) = (fits, over.saturating_add(1).max(fits + 1));
        while over - fits > 1 {
            let middle = fits.midpoint(over);
            if self.fits(&self.raised(units, open, middle)) { fits = middle } else { over = middle }
        }
        fits
    }
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
        Rules {
            family,
            budget: cap,
            bounds: Bounds { all: 3, kinds: BTreeMap::new(), calibration: None },
            shares,
        }
    }

    fn want(kind: &str, parts: u64, fixed: Option<&str>) -> Want {
        let fixed = fixed.map(|f| f.parse().expect("an amount"));
        Want { kind: kind.to_owned(), bound: 2, group: 0, parts, fixed }
    }

    /// Three kinds of which a person can have two records in all: the two that cost less get as
    /// much as the one that costs most leaves them, and no pattern passes the share.
    #[test]
    fn what_a_pattern_leaves_unused_goes_to_the_others() {
        for family in [Family::Laplace, Family::Gaussian] {
            let mut rules = rules(family);
            rules.bounds.all = 2;
            let kinds = [("a", 100_u64), ("b", 50), ("c", 1)];
            let wants = kinds
                .iter()
                .enumerate()
                .map(|(group, (kind, parts))| Want { group, ..want(kind, *parts, None) });
            let wants: Vec<Want> = wants.collect();
            let units = divide(2025, &rules, Share::Scheduled, &[], &wants).expect("fits");
            let cap = rules.shares.scheduled;
            for (want, unit) in wants.iter().zip(&units) {
                let alone = family.loss(*unit, 2);
                assert!(alone <= cap && cap.minus(alone) < Some(Nano::new(cap.get() / 500)));
                assert_eq!(want.bound, 2);
            }
            let costs: Vec<Cost> = wants
                .iter()
                .zip(&units)
                .map(|(w, u)| Cost { kind: w.kind.clone(), bound: w.bound, unit: *u })
                .collect();
            assert!(worst_case(&costs, family, &rules.bounds) <= cap);
        }
    }

    #[test]
    fn spends_the_share_to_the_last_billionth_that_fits() {
        for family in [Family::Laplace, Family::Gaussian] {
            let wants = [want("a", 1, None), want("a", 3, None), want("b", 2, None)];
            let units = divide(2025, &rules(family), Share::Scheduled, &[], &wants).expect("fits");
            assert_eq!(units[0], Nano::new(units[1].get() / 3));
            assert_eq!(units[2], Nano::new(units[1].get() * 2 / 3));
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
