//! A made-up world of a table: as many records as are expected, on the declared domain.
//!
//! Made from public things alone: the settings' expectations, the code lists and a fixed seed.

use shumar_schemas::bind::AxisSource;
use shumar_schemas::{Margin, Table};

/// Most records of one person.
const RECORDS_MAX: u32 = 20;

/// How many records persons have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tail {
    /// Few come again: about 1.1 records a person.
    Light,
    /// Some come again and again: about 2 records a person, up to 20.
    Heavy,
}

/// Numbers that look random and repeat for a seed. No noise is ever drawn from them.
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// From 0 to 1.
    fn unit(&mut self) -> f64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let mixed = (self.0 ^ (self.0 >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
        #[expect(clippy::cast_precision_loss, reason = "53 bits")]
        let unit = ((mixed ^ (mixed >> 33)) >> 11) as f64 / (1_u64 << 53) as f64;
        unit
    }

    fn pick(&mut self, sums: &[f64]) -> usize {
        let at = self.unit() * sums.last().copied().unwrap_or(0.0);
        sums.partition_point(|sum| *sum <= at).min(sums.len().saturating_sub(1))
    }

    fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
    }
}

/// A made-up record: its code on each axis, and its place among its person's.
pub(super) struct Record {
    codes: Vec<usize>,
    place: u32,
}

/// About `expected` records. Codes differ in size as ranks do, areas have their own pattern of the other
/// axes, and a person's records share her area and mostly her other codes.
pub(super) fn world(dice: &mut Dice, table: &Table, expected: f64, tail: Tail) -> Vec<Record> {
    let area = table.axes.iter().position(|axis| axis.area);
    let areas = area.map_or(1, |axis| table.axes[axis].codes.len());
    // For each area and axis the running sums of the codes' weights.
    let mut patterns: Vec<Vec<Vec<f64>>> = Vec::new();
    let of_rank = |rank: usize, power: f64| {
        (1.0 + f64::from(u32::try_from(rank).unwrap_or(u32::MAX))).powf(-power)
    };
    let common: Vec<Vec<f64>> = table
        .axes
        .iter()
        .map(|axis| {
            let even =
                matches!(axis.source, AxisSource::Quarters { .. } | AxisSource::Years { .. });
            let power = if even { 0.0 } else { 0.8 };
            (0..axis.codes.len()).map(|rank| of_rank(rank, power)).collect()
        })
        .collect();
    for _ in 0..areas {
        let of_axis = |weights: &Vec<f64>| {
            let own = weights.iter().map(|w| w * (0.4 * dice.normal()).exp());
            running(own)
        };
        patterns.push(common.iter().map(of_axis).collect());
    }
    let sizes = area.map(|axis| running(common[axis].iter().copied())).unwrap_or_default();
    let mut records: Vec<Record> = Vec::new();
    while f64::from(u32::try_from(records.len()).unwrap_or(u32::MAX)) < expected {
        let home = if areas > 1 { dice.pick(&sizes) } else { 0 };
        let again = match tail {
            Tail::Light => 0.1,
            Tail::Heavy if dice.unit() < 0.15 => 0.85,
            Tail::Heavy => 0.25,
        };
        let mut n = 1;
        while n < RECORDS_MAX && dice.unit() < again {
            n += 1;
        }
        let draw = |dice: &mut Dice| -> Vec<usize> {
            let code = |(axis, sums): (usize, &Vec<f64>)| {
                if Some(axis) == area { home } else { dice.pick(sums) }
            };
            patterns[home].iter().enumerate().map(code).collect()
        };
        let usual = draw(dice);
        let mut hers: Vec<Vec<usize>> = (0..n)
            .map(|_| {
                let other = draw(dice);
                let pick = |axis: usize| {
                    let calendar = matches!(
                        table.axes[axis].source,
                        AxisSource::Quarters { .. } | AxisSource::Years { .. }
                    );
                    if calendar || dice.unit() < 0.3 { other[axis] } else { usual[axis] }
                };
                (0..other.len()).map(pick).collect()
            })
            .collect();
        // Records arrive in the order of the calendar.
        let calendar = table.axes.iter().position(|a| {
            matches!(a.source, AxisSource::Quarters { .. } | AxisSource::Years { .. })
        });
        if let Some(axis) = calendar {
            hers.sort_by_key(|codes| codes[axis]);
        }
        records.extend((1..).zip(hers).map(|(place, codes)| Record { codes, place }));
    }
    records
}

fn running(weights: impl Iterator<Item = f64>) -> Vec<f64> {
    weights
        .scan(0.0, |sum, w| {
            *sum += w;
            Some(*sum)
        })
        .collect()
}

/// The counts of a margin, of records up to a bound; `table` may have the axis of places after those of
/// the records.
pub(super) fn count(records: &[Record], table: &Table, margin: &Margin, bound: u32) -> Vec<i64> {
    let mut counts = vec![0; margin.cells(table)];
    for record in records.iter().filter(|r| r.place <= bound) {
        let mut cell = 0;
        for &(axis, level) in &margin.by {
            let it = &table.axes[axis];
            let code = match (record.codes.get(axis), &it.source) {
                (Some(code), _) => *code,
                (None, AxisSource::Bins { edges, .. }) => {
                    let place = i32::try_from(record.place).unwrap_or(i32::MAX);
                    edges.partition_point(|edge| *edge <= place).saturating_sub(1)
                }
                (None, _) => 0,
            };
            cell = cell * it.codes_at(level).len() + it.place_at(level, code);
        }
        counts[cell] += 1;
    }
    counts
}
