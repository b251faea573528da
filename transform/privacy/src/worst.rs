//! The worst pattern of records: the most that one person can lose in a year under the bounds.

use std::collections::BTreeMap;

use shumar_schemas::{Bounds, Family, Nano};

/// What one paid measurement costs a person, by how many records she has of its kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cost {
    /// The record kind.
    pub kind: String,
    /// The most records of one person that it counts.
    pub bound: u32,
    /// Loss at one counted record.
    pub unit: Nano,
}

/// The largest loss over all patterns of records: `n_k` of each kind, at most C counted in all.
///
/// A person with n records of kind k loses, in a measurement of that kind with bound c and unit
/// loss u, min(n, c)·u under pure DP and min(n, c)²·u under zCDP; losses add up over measurements
/// (basic composition in both currencies). Every measurement filters on the ordinals over the
/// same year, so no more than C of her records are in any of them. The maximum over patterns is a
/// knapsack over kinds, solved exactly in integers.
///
/// Measurements at the generous bound have a filter of their own: at most so many of her records of all
/// kinds together. Their worst pattern is added to that of the others, which bounds the worst of
/// both from above.
#[must_use]
pub fn worst_case(costs: &[Cost], family: Family, bounds: &Bounds) -> Nano {
    // As `Bounds::joint` has it, by which records are filtered.
    let (detail, generous): (Vec<&Cost>, Vec<&Cost>) =
        costs.iter().partition(|c| bounds.joint(c.bound) == bounds.all);
    let joint = bounds.calibration.unwrap_or(bounds.all);
    worst(&detail, family, bounds.all).plus(worst(&generous, family, joint))
}

/// The largest loss over all patterns with at most `joint` records of all kinds together.
fn worst(costs: &[&Cost], family: Family, joint: u32) -> Nano {
    let mut kinds: BTreeMap<&str, Vec<&Cost>> = BTreeMap::new();
    for cost in costs {
        kinds.entry(&cost.kind).or_default().push(cost);
    }
    let mut best = vec![Nano::ZERO; joint as usize + 1];
    for costs in kinds.values() {
        let loss = |n: u32| {
            costs.iter().fold(Nano::ZERO, |sum, c| sum.plus(family.loss(c.unit, n.min(c.bound))))
        };
        let most = costs.iter().map(|c| c.bound).max().unwrap_or(0).min(joint);
        let losses: Vec<Nano> = (0..=most).map(loss).collect();
        best = (0..best.len())
            .map(|records| {
                let with =
                    |(n, loss): (usize, &Nano)| Some(best[records.checked_sub(n)?].plus(*loss));
                losses.iter().enumerate().filter_map(with).max().unwrap_or(Nano::ZERO)
            })
            .collect();
    }
    best.last().copied().unwrap_or(Nano::ZERO)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cost(kind: &str, bound: u32, unit: u128) -> Cost {
        Cost { kind: kind.to_owned(), bound, unit: Nano::new(unit) }
    }

    fn bounds(all: u32) -> Bounds {
        Bounds { all, kinds: BTreeMap::new(), calibration: None }
    }

    #[test]
    fn one_kind_costs_its_bound() {
        let costs = [cost("a", 3, 5), cost("a", 1, 7)];
        assert_eq!(worst_case(&costs, Family::Laplace, &bounds(3)), Nano::new(3 * 5 + 7));
        assert_eq!(worst_case(&costs, Family::Gaussian, &bounds(3)), Nano::new(9 * 5 + 7));
        assert_eq!(worst_case(&costs, Family::Laplace, &bounds(2)), Nano::new(2 * 5 + 7));
    }

    #[test]
    fn the_joint_bound_saves_over_the_sum() {
        let costs = [cost("a", 2, 10), cost("b", 2, 9), cost("c", 2, 1)];
        assert_eq!(worst_case(&costs, Family::Laplace, &bounds(3)), Nano::new(29));
        assert_eq!(worst_case(&costs, Family::Laplace, &bounds(6)), Nano::new(40));
        assert_eq!(worst_case(&[], Family::Laplace, &bounds(3)), Nano::ZERO);
    }

    /// Detail and generous measurements have filters of their own, and so patterns of their own.
    #[test]
    fn the_generous_bound_has_a_pattern_of_its_own() {
        let costs = [cost("a", 2, 10), cost("b", 2, 9), cost("a", 20, 3), cost("b", 20, 2)];
        let mut bounds = bounds(3);
        bounds.calibration = Some(20);
        for (family, detail, generous) in
            [(Family::Laplace, 2 * 10 + 9, 20 * 3), (Family::Gaussian, 4 * 10 + 9, 400 * 3)]
        {
            assert_eq!(worst_case(&costs[..2], family, &bounds), Nano::new(detail));
            assert_eq!(worst_case(&costs[2..], family, &bounds), Nano::new(generous));
            assert_eq!(worst_case(&costs, family, &bounds), Nano::new(detail + generous));
        }
        // Where there is no generous bound, C holds for every measurement.
        bounds.calibration = None;
        assert_eq!(worst_case(&[cost("a", 20, 3)], Family::Laplace, &bounds), Nano::new(9));
    }

    /// The knapsack against every pattern, tried one by one.
    #[test]
    fn agrees_with_trying_every_pattern() {
        let mut state = 20_261_121_u64;
        let mut next = move |n: u32| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            u32::try_from(state >> 33).unwrap_or(0) % n
        };
        for _ in 0..300 {
            let costs: Vec<Cost> = (0..next(6))
                .map(|_| {
                    let kind = ["a", "b", "c"][next(3) as usize];
                    cost(kind, next(4) + 1, u128::from(next(50)))
                })
                .collect();
            let all = next(7) + 1;
            for family in [Family::Laplace, Family::Gaussian] {
                let loss = |kind: &str, n: u32| {
                    costs
                        .iter()
                        .filter(|c| c.kind == kind)
                        .fold(0, |sum, c| sum + family.loss(c.unit, n.min(c.bound)).get())
                };
                let mut most = 0;
                for a in 0..=all {
                    for b in 0..=all - a {
                        for c in 0..=all - a - b {
                            most = most.max(loss("a", a) + loss("b", b) + loss("c", c));
                        }
                    }
                }
                assert_eq!(worst_case(&costs, family, &bounds(all)).get(), most);
            }
        }
    }
}
