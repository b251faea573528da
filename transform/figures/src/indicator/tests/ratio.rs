//! Shares, ratios of two tables, and what is withheld.

use shumar_privacy::Scale;
use shumar_schemas::Family;

use super::Tally;
use crate::Estimates;
use crate::indicator::{Flag, Ratio, Reading, Sum, ratios};
use crate::noisy::World;

/// Complaints of twelve areas of three divisions by what became of them: a small province.
const DIVISIONS: [usize; 12] = [0, 0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 2];
const COMPLAINTS: [&[i64]; 12] = [
    &[150, 60, 9, 11],
    &[20, 18, 2, 0],
    &[55, 40, 4, 6],
    &[7, 3, 0, 0],
    &[88, 31, 0, 12],
    &[36, 36, 7, 3],
    &[0, 2, 0, 0],
    &[14, 33, 1, 1],
    &[61, 4, 0, 9],
    &[25, 25, 25, 25],
    &[9, 30, 1, 2],
    &[240, 75, 22, 18],
];
/// Registered; everything.
const FIR: [f64; 4] = [1.0, 0.0, 0.0, 0.0];
const ALL: [f64; 4] = [1.0; 4];

fn scales() -> [Scale; 2] {
    [Scale::stated(Family::Laplace, 2.5), Scale::stated(Family::Gaussian, 3.0)]
}

fn sums<'a>(world: &World, from: &'a dyn Estimates, times: &[f64]) -> Vec<Sum<'a>> {
    let cells = from.cells(&world.finest).expect("cells");
    let sum = |area| Sum::new(from, &world.finest, &cells, world.weights(area, times));
    (0..DIVISIONS.len()).map(|area| sum(area).expect("a sum")).collect()
}

#[test]
fn shares_cover_and_say_so_when_they_are_too_narrow() {
    for (scale, seed) in scales().into_iter().zip([11, 12]) {
        let mut world = World::new(scale, &DIVISIONS, &COMPLAINTS, seed);
        let (mut tally, mut of_area) = (Tally::default(), [0; 12]);
        for _ in 0..300 {
            let table = world.measured();
            let pairs = sums(&world, &table, &FIR).into_iter().zip(sums(&world, &table, &ALL));
            let pair = |(numerator, denominator)| Ratio { numerator, denominator, joint: true };
            let pairs: Vec<Ratio> = pairs.map(pair).collect();
            let readings = ratios(&pairs, 0.95, (0.0, 1.0)).expect("readings");
            for (area, reading) in readings.iter().enumerate() {
                of_area[area] += u32::from(reading.value.is_some());
                let truth = world.true_sum(area, &FIR) / world.true_sum(area, &ALL);
                tally.put(reading, truth);
            }
        }
        tally.check(0.985, &format!("{:?} shares", scale.family()));
        assert_eq!([of_area[0], of_area[11]], [300, 300], "large denominators are told");
        assert_eq!(of_area[6], 0, "two complaints are never divided by");
    }
}

#[test]
fn ratios_of_two_tables_cover() {
    for (scale, seed) in scales().into_iter().zip([21, 22]) {
        let mut services = World::new(scale, &DIVISIONS, &COMPLAINTS, seed);
        let mut women = World::new(scale, &DIVISIONS, &COMPLAINTS, seed + 100);
        let mut tally = Tally::default();
        for _ in 0..300 {
            let (above, below) = (services.measured(), women.measured());
            let pairs = sums(&services, &above, &ALL).into_iter().zip(sums(&women, &below, &FIR));
            let pair = |(numerator, denominator)| Ratio { numerator, denominator, joint: false };
            let pairs: Vec<Ratio> = pairs.map(pair).collect();
            let readings = ratios(&pairs, 0.95, (0.0, f64::INFINITY)).expect("readings");
            for (area, reading) in readings.iter().enumerate() {
                let whole = women.true_sum(area, &FIR);
                tally.put(reading, services.true_sum(area, &ALL) / whole);
            }
        }
        tally.check(0.985, &format!("{:?} ratios of two tables", scale.family()));
    }
}

/// The denominators most hurt by choosing what is shown: true values about the threshold.
#[test]
fn what_is_shown_by_luck_is_covered_too() {
    let near: Vec<[i64; 4]> = (0..12).map(|i| [2 + i % 3, 4 + i, 1, 1]).collect();
    let near: Vec<&[i64]> = near.iter().map(|n| &n[..]).collect();
    for (scale, seed) in scales().into_iter().zip([31, 32]) {
        let mut world = World::new(scale, &DIVISIONS, &near, seed);
        let mut tally = Tally::default();
        for _ in 0..600 {
            let table = world.measured();
            let pairs = sums(&world, &table, &FIR).into_iter().zip(sums(&world, &table, &ALL));
            let pair = |(numerator, denominator)| Ratio { numerator, denominator, joint: true };
            let pairs: Vec<Ratio> = pairs.map(pair).collect();
            for (area, reading) in
                ratios(&pairs, 0.95, (0.0, 1.0)).expect("readings").iter().enumerate()
            {
                let truth = world.true_sum(area, &FIR) / world.true_sum(area, &ALL);
                tally.put(reading, truth);
            }
        }
        assert!(tally.withheld > tally.shown / 2, "the case is about the threshold");
        assert!(tally.share() >= 0.94, "{}", tally.share());
    }
}

#[test]
fn a_part_that_is_the_whole_is_told_without_noise() {
    let mut world = World::new(scales()[0], &DIVISIONS, &COMPLAINTS, 41);
    let table = world.measured();
    let whole = sums(&world, &table, &ALL).swap_remove(0);
    let ratio = Ratio { numerator: whole.clone(), denominator: whole, joint: true };
    let reading = ratio.read(0.95, (0.0, 1.0)).expect("a reading");
    let whole = Reading { value: Some(1.0), lower: Some(1.0), upper: Some(1.0), flag: Flag::None };
    assert_eq!(reading, whole);
}
