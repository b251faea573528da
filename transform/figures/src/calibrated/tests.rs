//! Calibrated counts against all recorded ones, on worlds of light and heavy tails.

use shumar_privacy::Scale;
use shumar_privacy::estimator::Axis;
use shumar_schemas::{Family, Nano};

use super::*;

const DISTRICTS: usize = 36;
const DIVISIONS: usize = 7;
const QUARTERS: usize = 4;
const OFFENCES: usize = 9;
const FROM: [u32; 4] = [1, 2, 3, 6];

/// Numbers that look random and repeat for a seed.
struct Dice(u64);

impl Dice {
    fn unit(&mut self) -> f64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mixed = (self.0 ^ (self.0 >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
        ((mixed ^ (mixed >> 33)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn below(&mut self, n: usize) -> usize {
        ((self.unit() * n as f64) as usize).min(n - 1)
    }

    fn pick(&mut self, weights: &[f64]) -> usize {
        let mut at = self.unit() * weights.iter().sum::<f64>();
        weights
            .iter()
            .position(|w| {
                at -= w;
                at < 0.0
            })
            .unwrap_or(weights.len() - 1)
    }

    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
    }

    /// A discrete Laplace draw: the difference of two geometric ones.
    fn laplace(&mut self, scale: f64) -> i64 {
        let mut geometric = || (self.unit().max(1e-300).ln() * scale / -1.0).floor() as i64;
        geometric() - geometric()
    }
}

/// A record: district, quarter, offence, and its place among its person's.
type Record = (usize, usize, usize, u32);

/// How many records persons have.
#[derive(Clone, Copy, Debug)]
enum Tail {
    Light,
    Heavy,
}

/// `persons` persons; `unlike` is how much return rates differ between districts and offences.
fn world(dice: &mut Dice, persons: usize, tail: Tail, unlike: f64) -> Vec<Record> {
    let sizes: Vec<f64> = (0..DISTRICTS).map(|d| 1.0 / (1.0 + d as f64).powf(0.7)).collect();
    let offences: Vec<f64> = (0..OFFENCES).map(|o| 1.0 / (1.0 + o as f64)).collect();
    let mut rate =
        |n: usize| -> Vec<f64> { (0..n).map(|_| (unlike * dice.normal()).exp()).collect() };
    let (by_district, by_offence) = (rate(DISTRICTS), rate(OFFENCES));
    let mut records = Vec::new();
    for _ in 0..persons {
        let (home, usual) = (dice.pick(&sizes), dice.pick(&offences));
        let again = match tail {
            Tail::Light => 0.1,
            // One in six comes again and again.
            Tail::Heavy if dice.unit() < 1.0 / 6.0 => 0.85,
            Tail::Heavy => 0.3,
        };
        let odds: f64 = again / (1.0 - again) * by_district[home] * by_offence[usual];
        let again = odds / (1.0 + odds);
        let mut n = 1;
        while n < 20 && dice.unit() < again {
            n += 1;
        }
        let mut quarters: Vec<usize> = (0..n).map(|_| dice.below(QUARTERS)).collect();
        quarters.sort_unstable();
        for (place, quarter) in (1..).zip(quarters) {
            let offence = if dice.unit() < 0.5 { usual } else { dice.pick(&offences) };
            records.push((home, quarter, offence, place));
        }
    }
    records
}

fn axes(places: bool) -> Domain {
    let division: Vec<usize> = (0..DISTRICTS).map(|d| d % DIVISIONS).collect();
    let mut axes = vec![
        Axis::nested(vec![vec![0; DIVISIONS], division]),
        Axis::flat(QUARTERS),
        Axis::flat(OFFENCES),
    ];
    if places {
        axes.push(Axis::flat(FROM.len()));
    }
    Domain::new(axes.into_iter().map(|a| a.expect("an axis")).collect())
}

/// The exact counts of a margin.
fn count(domain: &Domain, at: &At, records: impl Iterator<Item = Record>) -> Vec<i64> {
    let mut counts = vec![0; domain.cells(at)];
    for (district, quarter, offence, place) in records {
        let class = FROM.iter().rposition(|from| *from <= place).expect("a class");
        let codes = [district, quarter, offence, class];
        let mut cell = 0;
        for (axis, it) in domain.axes().iter().enumerate() {
            let level = at.level(axis);
            let code = if level == 0 { 0 } else { it.ancestors(it.finest(), level)[codes[axis]] };
            cell = cell * it.codes(level) + code;
        }
        counts[cell] += 1;
    }
    counts
}

/// Measures margins of a table, each with the loss `unit` at one record.
fn measure(
    dice: &mut Dice,
    domain: &Domain,
    margins: &[At],
    unit: f64,
    records: &[Record],
    bound: u32,
) -> Measured {
    let scale =
        Scale::of(Family::Laplace, Nano::new((unit * 1e9) as u128), bound).expect("a scale");
    let measured = margins.iter().map(|at| {
        let kept = records.iter().copied().filter(|r| r.3 <= bound);
        let noisy = count(domain, at, kept).into_iter().map(|n| n + dice.laplace(scale.value()));
        (at.clone(), scale, noisy.collect())
    });
    Measured::new(domain.clone(), measured.collect()).expect("measured")
}

struct Found {
    margin: String,
    covered: f64,
    error: f64,
    bounded: f64,
}

/// Coverage and root-mean-square error of each margin over some releases of worlds.
fn simulate(persons: usize, tail: Tail, unlike: f64, budget: f64, bound: u32) -> Vec<Found> {
    let at = |levels: &[u8]| At::new(levels.to_vec());
    let detail = [at(&[2, 1, 0]), at(&[2, 0, 1]), at(&[0, 1, 1])];
    let margins = [
        ("total", at(&[0, 0, 0])),
        ("division", at(&[1, 0, 0])),
        ("district", at(&[2, 0, 0])),
        ("quarter", at(&[0, 1, 0])),
        ("offence", at(&[0, 0, 1])),
        ("district-quarter", at(&[2, 1, 0])),
        ("district-offence", at(&[2, 0, 1])),
    ];
    let rounds = 60;
    let mut found: Vec<(f64, f64, f64, f64)> = vec![(0.0, 0.0, 0.0, 0.0); margins.len()];
    let mut dice = Dice(7);
    for _ in 0..rounds {
        let records = world(&mut dice, persons, tail, unlike);
        let loss = budget * 0.85 / f64::from(bound) / detail.len() as f64;
        let bounded = measure(&mut dice, &axes(false), &detail, loss, &records, bound);
        // As the strategy chooses: total, then from few cells to many while the noise leaves them told.
        let mut coarse = vec![at(&[0, 0, 0, 0])];
        for more in [&[0, 1, 0, 0], &[0, 0, 0, 1], &[1, 0, 0, 0], &[0, 0, 1, 0], &[2, 0, 0, 0]] {
            let more = at(more);
            let unit = budget * 0.15 / 20.0 / (coarse.len() + 1) as f64;
            let cell = records.len() as f64 / axes(true).cells(&more) as f64;
            if std::f64::consts::SQRT_2 / unit > 0.12 * cell {
                break;
            }
            coarse.push(more);
        }
        let unit = budget * 0.15 / 20.0 / coarse.len() as f64;
        let generous = measure(&mut dice, &axes(true), &coarse, unit, &records, 20);
        let how = Bounding {
            bound,
            generous: 20,
            roles: vec![Role::Area, Role::Quarter, Role::Code],
            places: FROM.to_vec(),
        };
        let calibrated =
            Calibrated::new(bounded.clone(), generous.clone(), how.clone()).expect("calibrated");
        for ((_, at), sums) in margins.iter().zip(&mut found) {
            let truth = count(&axes(false), at, records.iter().copied());
            let cells = calibrated.cells(at).expect("cells");
            let halves = calibrated.half_widths(at, 0.95).expect("halves");
            let plain = bounded.cells(at).expect("cells");
            for (((truth, cell), half), plain) in truth.iter().zip(cells).zip(halves).zip(plain) {
                let error = cell - *truth as f64;
                sums.0 += f64::from(u8::from(error.abs() <= half));
                sums.1 += error.powi(2);
                sums.2 += (plain - *truth as f64).powi(2);
                sums.3 += 1.0;
            }
        }
    }
    let named = margins.iter().zip(found).map(|((name, _), (covered, error, plain, n))| Found {
        margin: (*name).to_owned(),
        covered: covered / n,
        error: (error / n).sqrt(),
        bounded: (plain / n).sqrt(),
    });
    named.collect()
}

#[test]
fn intervals_cover_all_recorded_counts_and_errors_fall() {
    let worlds = [
        ("small, light", 1800, Tail::Light, 0.0, 4.0, 2),
        ("small, heavy", 900, Tail::Heavy, 0.3, 4.0, 2),
        ("large, light", 20_000, Tail::Light, 0.3, 1.0, 1),
        ("large, heavy", 9_000, Tail::Heavy, 0.0, 1.0, 1),
        ("large, heavy, unlike", 9_000, Tail::Heavy, 0.4, 1.0, 1),
        ("large, heavy, exact", 9_000, Tail::Heavy, 0.4, 8.0, 2),
    ];
    for (name, persons, tail, unlike, budget, bound) in worlds {
        println!("{name}: {persons} persons, {tail:?}, epsilon {budget}, bound {bound}");
        let (mut sum, mut margins) = (0.0, 0.0);
        for Found { margin, covered, error, bounded } in
            simulate(persons, tail, unlike, budget, bound)
        {
            println!(
                "  {margin:<18} covered {covered:.3}  error {error:8.1}  bounded {bounded:8.1}"
            );
            assert!(covered > 0.8, "{name}, {margin}: {covered}");
            // Light tails leave little out: calibration may cost noise there, but not much of it.
            let most = if matches!(tail, Tail::Heavy) { bounded } else { 2.5 * bounded };
            assert!(error < most, "{name}, {margin}: {error} {bounded}");
            (sum, margins) = (sum + covered, margins + 1.0);
        }
        let mean = sum / margins;
        assert!((0.92..=0.995).contains(&mean), "{name}: {mean} on average");
    }
}
