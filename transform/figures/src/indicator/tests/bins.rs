//! Medians and means from bins.

use shumar_privacy::Scale;
use shumar_schemas::Family;

use super::Tally;
use crate::indicator::{Bins, Flag, Place, Reading, Sum, places};
use crate::noisy::World;

/// Days in a shelter, of four divisions: at most 7, 30, 90, 180 and 365 days, and more.
const EDGES: [f64; 6] = [0.0, 8.0, 31.0, 91.0, 181.0, 366.0];
const DIVISIONS: [usize; 4] = [0, 0, 1, 1];
const STAYS: [&[i64]; 4] =
    [&[30, 44, 41, 18, 6, 1], &[12, 30, 22, 25, 11, 9], &[9, 12, 9, 6, 3, 40], &[3, 1, 2, 0, 1, 0]];

fn bins<'a>(
    world: &World,
    table: &'a crate::Measured,
    areas: usize,
    end: Option<f64>,
) -> Vec<Bins<'a>> {
    let cells = crate::Estimates::cells(table, &world.finest).expect("cells");
    let count = |area: usize, bin: usize| {
        let mut times = [0.0; 6];
        times[bin] = 1.0;
        Sum::new(table, &world.finest, &cells, world.weights(area, &times)).expect("a sum")
    };
    let of_area = |area| Bins {
        counts: (0..6).map(|bin| count(area, bin)).collect(),
        edges: EDGES.to_vec(),
        end,
    };
    (0..areas).map(of_area).collect()
}

/// The true p-quantile's bin.
fn true_bin(stays: &[i64], p: f64) -> usize {
    let whole: i64 = stays.iter().sum();
    let mut sum = 0;
    stays
        .iter()
        .position(|n| {
            sum += n;
            sum as f64 >= p * whole as f64 - 1e-9
        })
        .expect("a bin")
}

fn read(scale: Scale, seed: u64, end: Option<f64>, place: Place) -> Vec<Vec<Reading>> {
    let mut world = World::new(scale, &DIVISIONS, &STAYS, seed);
    (0..400)
        .map(|_| {
            let table = world.measured();
            places(&bins(&world, &table, 4, end), place, 0.95).expect("readings")
        })
        .collect()
}

#[test]
fn intervals_of_quantiles_hold_the_true_bin_and_tell_an_open_end() {
    for (scale, seed) in
        [(Scale::stated(Family::Laplace, 2.0), 51), (Scale::stated(Family::Gaussian, 2.5), 52)]
    {
        for p in [0.5, 0.8] {
            let all = read(scale, seed, None, Place::Quantile(p));
            for (area, stays) in STAYS.iter().enumerate().take(3) {
                let bin = true_bin(stays, p);
                let end = EDGES.get(bin + 1).copied().unwrap_or(f64::INFINITY);
                let shown =
                    all.iter().map(|r| r[area]).filter(|r| r.flag != Flag::SmallDenominator);
                let shown: Vec<Reading> = shown.collect();
                let holds = |r: &&Reading| {
                    r.lower.expect("a lower end") <= EDGES[bin]
                        && r.upper.unwrap_or(f64::INFINITY) >= end
                };
                let share = shown.iter().filter(holds).count() as f64 / shown.len() as f64;
                assert!(shown.len() > 300, "{}", shown.len());
                assert!(share >= 0.94, "{scale:?}, {p}, area {area}: {share}");
            }
            // Half of the third area's stays are open-ended.
            let open = all.iter().map(|r| r[2]).filter(|r| r.upper.is_none());
            assert!(open.clone().count() > 150 && open.clone().all(|r| r.flag == Flag::OpenEnded));
            // Seven stays are few: they are told by luck only.
            let few = all.iter().filter(|r| r[3].flag == Flag::SmallDenominator).count();
            assert!(few > 390, "{few}");
        }
    }
}

/// One end of a quantile's interval is wrong as often as one side of a count's: T about 0 at an
/// edge makes each end wrong in at most 2.5 % of releases, and in not far less.
#[test]
fn the_interval_of_a_quantile_at_an_edge_is_no_wider_than_need_be() {
    let even: [&[i64]; 2] = [&[60, 60, 0, 0, 0, 0], &[60, 60, 0, 0, 0, 0]];
    let mut world = World::new(Scale::stated(Family::Gaussian, 4.0), &[0, 0], &even, 61);
    let (mut wrong, mut all) = (0, 0);
    for _ in 0..2_000 {
        let table = world.measured();
        let bins = bins(&world, &table, 2, None);
        for reading in places(&bins, Place::Quantile(0.5), 0.95).expect("readings") {
            wrong += u32::from(reading.lower.expect("a lower end") > EDGES[0]);
            all += 1;
        }
    }
    let share = f64::from(wrong) / f64::from(all);
    assert!((0.012..0.038).contains(&share), "{share}");
}

#[test]
fn means_cover_every_place_that_durations_can_have_in_their_bins() {
    for (scale, seed) in
        [(Scale::stated(Family::Laplace, 2.0), 71), (Scale::stated(Family::Gaussian, 2.5), 72)]
    {
        let all = read(scale, seed, Some(730.0), Place::Mean);
        let (mut low, mut high) = (Tally::default(), Tally::default());
        for (area, stays) in STAYS.iter().enumerate().take(3) {
            let whole: i64 = stays.iter().sum();
            let mean = |edge: &dyn Fn(usize) -> f64| {
                let sum: f64 = stays.iter().enumerate().map(|(b, n)| *n as f64 * edge(b)).sum();
                sum / whole as f64
            };
            let lowest = mean(&|bin| EDGES[bin]);
            let highest = mean(&|bin| EDGES.get(bin + 1).copied().unwrap_or(730.0));
            for reading in all.iter().map(|r| &r[area]) {
                low.put(reading, lowest);
                high.put(reading, highest);
            }
        }
        // Each extreme is at one end of the interval, so only errors to that side miss it.
        for tally in [low, high] {
            assert!((0.95..0.995).contains(&tally.share()), "{}", tally.share());
        }
        let open = read(scale, seed, None, Place::Mean);
        assert!(open.iter().all(|r| r[0].flag == Flag::OpenEnded && r[0].upper.is_none()));
    }
}
