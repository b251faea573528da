//! Words are said only where they are right, and said where they are plain.

use shumar_privacy::Scale;
use shumar_schemas::Family;

use super::{Change, Direction, Rank, Standing, ranks, ranks_of_intervals, shared};
use crate::indicator::{Flag, Ratio, Reading, Sum, ratios};
use crate::noisy::World;

const DIVISIONS: [usize; 8] = [0, 0, 0, 1, 1, 1, 1, 1];
const COUNTS: [&[i64]; 8] =
    [&[400, 120], &[90, 30], &[88, 31], &[60, 20], &[60, 20], &[60, 20], &[22, 9], &[3, 1]];

fn scales() -> [Scale; 2] {
    [Scale::stated(Family::Laplace, 4.0), Scale::stated(Family::Gaussian, 5.0)]
}

fn shares(world: &World, table: &crate::Measured) -> Vec<Reading> {
    let cells = crate::Estimates::cells(table, &world.finest).expect("cells");
    let sum = |area, times: &[f64]| {
        Sum::new(table, &world.finest, &cells, world.weights(area, times)).expect("a sum")
    };
    let ratio = |area| Ratio {
        numerator: sum(area, &[1.0, 0.0]),
        denominator: sum(area, &[1.0, 1.0]),
        joint: true,
    };
    ratios(&(0..8).map(ratio).collect::<Vec<_>>(), 0.95, (0.0, 1.0)).expect("readings")
}

#[test]
fn changes_cover_and_words_of_change_are_seldom_wrong() {
    for (scale, seed) in scales().into_iter().zip([1, 2]) {
        let mut before = World::new(scale, &DIVISIONS, &COUNTS, seed);
        let mut after = World::new(scale, &DIVISIONS, &COUNTS, seed + 50);
        let (mut told, mut covered, mut all) = (0, 0, 0);
        for _ in 0..300 {
            let (old, new) = (before.measured(), after.measured());
            let (old, new) = (shares(&before, &old), shares(&after, &new));
            for (old, new) in old.iter().zip(&new) {
                let change = Change::between(old, new);
                let (Some(lower), Some(upper)) = (change.lower, change.upper) else { continue };
                all += 1;
                covered += u32::from(lower <= 0.0 && 0.0 <= upper);
                told += u32::from(change.direction() != Direction::NotTold);
            }
        }
        assert_eq!(told + covered, all);
        let share = f64::from(covered) / f64::from(all);
        assert!(all > 1_200 && (0.94..0.99).contains(&share), "{share} of {all}");
    }
}

#[test]
fn a_plain_change_is_told_and_a_withheld_figure_tells_none() {
    let reading = |value: f64, half: f64| Reading {
        value: Some(value),
        lower: Some(value - half),
        upper: Some(value + half),
        flag: Flag::None,
    };
    let between = |a: Reading, b: Reading| Change::between(&a, &b).direction();
    assert_eq!(between(reading(10.0, 3.0), reading(20.0, 4.0)), Direction::Rose);
    assert_eq!(between(reading(20.0, 4.0), reading(10.0, 3.0)), Direction::Fell);
    // 5 is less than the root of 3² + 4²... by nothing; intervals that overlap can still tell.
    assert_eq!(between(reading(10.0, 3.0), reading(15.0, 4.0)), Direction::NotTold);
    assert_eq!(between(reading(10.0, 3.0), reading(15.1, 4.0)), Direction::Rose);
    let withheld = Reading::withheld(Flag::SmallDenominator);
    assert_eq!(between(reading(10.0, 3.0), withheld), Direction::NotTold);
    let open = Reading { upper: None, ..reading(10.0, 3.0) };
    assert_eq!(between(open, reading(50.0, 3.0)), Direction::NotTold);
    assert_eq!(between(reading(1.0, 0.5), open), Direction::Rose);
}

#[test]
fn all_ranks_hold_together_and_plain_ones_are_told() {
    for (scale, seed) in scales().into_iter().zip([3, 4]) {
        let mut world = World::new(scale, &DIVISIONS, &COUNTS, seed);
        let totals: Vec<f64> = (0..8).map(|a| world.true_sum(a, &[1.0, 1.0])).collect();
        let (mut wrong, mut highest) = (0, 0);
        for _ in 0..150 {
            let table = world.measured();
            let weights = (0..8).map(|area| world.weights(area, &[1.0, 1.0])).collect();
            let found = ranks(&table, &world.finest, weights, 0.95).expect("ranks");
            highest += u32::from(found[0].standing(3) == Standing::Highest);
            // With equal counts any of their places is a true one.
            let fits = |(area, rank): (usize, &Rank)| {
                let above = totals.iter().filter(|t| **t > totals[area]).count();
                let below = totals.iter().filter(|t| **t < totals[area]).count();
                rank.best <= above + 1 && rank.worst >= 8 - below
            };
            wrong += u32::from(!found.iter().enumerate().all(fits));
        }
        assert_eq!(highest, 150, "400 against 120 is plain");
        // 5 % of 150 are 7.5; more than 22 has a chance below one in a million.
        assert!(wrong <= 22, "{wrong} of 150 releases have a wrong rank");
    }
}

#[test]
fn words_of_standing_follow_the_places() {
    let rank = |best, worst, of| Rank { best, worst, of }.standing(5);
    assert_eq!(rank(1, 1, 8), Standing::Highest);
    assert_eq!(rank(8, 8, 8), Standing::Lowest);
    assert_eq!(rank(1, 3, 8), Standing::AmongHighest(3));
    assert_eq!(rank(6, 8, 8), Standing::AmongLowest(3));
    assert_eq!(rank(1, 6, 8), Standing::NotTold);
    assert_eq!(rank(1, 5, 5), Standing::NotTold);
    assert_eq!(rank(1, 1, 1), Standing::NotTold);
}

#[test]
fn ranks_follow_from_intervals_that_do_not_meet() {
    let found = ranks_of_intervals(&[
        (Some(10.0), Some(12.0)),
        (Some(1.0), Some(3.0)),
        (Some(2.5), None),
        (Some(13.0), Some(14.0)),
    ]);
    let places: Vec<(usize, usize)> = found.iter().map(|r| (r.best, r.worst)).collect();
    assert_eq!(places, [(2, 3), (3, 4), (1, 4), (1, 2)]);
    assert!((shared(0.95, 10) - 0.995).abs() < 1e-12);
}
