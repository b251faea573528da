//! Made-up worlds: what is true, what is expected, what is measured.

use shumar_figures::Measured;
use shumar_privacy::Scale;
use shumar_privacy::estimator::{At, Axis, Domain};
use shumar_schemas::Family;

use crate::chance::Chance;

pub struct World {
    pub name: &'static str,
    pub domain: Domain,
    pub finest: At,
    /// What the finest cells are expected to be, and what they are.
    pub expected: Vec<f64>,
    /// What they would be expected to be without the interaction.
    pub structure: Vec<f64>,
    pub truth: Vec<i64>,
    /// What is measured and published.
    pub margins: Vec<(&'static str, At)>,
}

/// What a world is made from.
pub struct Plan {
    pub name: &'static str,
    pub districts: usize,
    pub divisions: usize,
    pub offences: usize,
    /// Levels of time: quarters within years.
    pub years: usize,
    pub quarters: usize,
    pub records: f64,
    /// District sizes fall as 1/rank to this power; the first may have a share of its own.
    pub zipf: f64,
    pub first: Option<f64>,
    /// Standard deviation of the logarithm of the interaction of district and offence.
    pub interaction: f64,
    pub seed: u64,
    /// Whether the finest table is published too.
    pub finest: bool,
}

pub fn small_province(interaction: f64, zipf: f64) -> Plan {
    let name = "small province";
    let (records, first, seed) = (2_000.0, None, 1);
    Plan {
        name,
        districts: 35,
        divisions: 7,
        offences: 9,
        years: 1,
        quarters: 4,
        records,
        zipf,
        first,
        interaction,
        seed,
        finest: false,
    }
}

/// With the finest table of all published too: its families form a cycle.
pub fn small_province_finest(interaction: f64, zipf: f64) -> Plan {
    let small = small_province(interaction, zipf);
    Plan { name: "small province, all three ways", finest: true, ..small }
}

pub fn large_province(interaction: f64, zipf: f64) -> Plan {
    let small = small_province(interaction, zipf);
    let name = "large province";
    let (records, first, seed) = (27_000.0, Some(0.25), 2);
    Plan { name, districts: 36, divisions: 10, records, first, seed, ..small }
}

pub fn export(interaction: f64, zipf: f64) -> Plan {
    let small = small_province(interaction, zipf);
    let (name, records, seed) = ("export", 2_600.0, 3);
    Plan { name, districts: 106, divisions: 12, offences: 20, records, seed, ..small }
}

pub fn registry(interaction: f64, zipf: f64) -> Plan {
    let small = small_province(interaction, zipf);
    let (name, records, seed) = ("registry", 60_000.0, 4);
    Plan { name, districts: 160, divisions: 8, offences: 12, years: 3, records, seed, ..small }
}

impl Plan {
    pub fn made(&self) -> World {
        let mut chance = Chance(self.seed);
        let parents: Vec<usize> =
            (0..self.districts).map(|d| d * self.divisions / self.districts).collect();
        let areas = Axis::nested(vec![vec![0; self.divisions], parents]).expect("nested");
        let times = if self.years > 1 {
            let of = (0..self.years * self.quarters).map(|q| q / self.quarters).collect();
            Axis::nested(vec![vec![0; self.years], of]).expect("nested")
        } else {
            Axis::flat(self.quarters).expect("flat")
        };
        let periods = times.codes(times.finest());
        let offences = Axis::flat(self.offences).expect("flat");
        let domain = Domain::new(vec![areas, times, offences]);
        let mut sizes: Vec<f64> =
            (0..self.districts).map(|d| (d as f64 + 1.0).powf(-self.zipf)).collect();
        if let Some(first) = self.first {
            let rest: f64 = sizes[1..].iter().sum();
            sizes[0] = rest * first / (1.0 - first);
        }
        // Districts of one division are not neighbours in size.
        for i in (1..sizes.len()).rev() {
            sizes.swap(i, chance.below(i + 1));
        }
        let season: Vec<f64> = (0..periods).map(|_| (0.15 * chance.normal()).exp()).collect();
        let kinds: Vec<f64> = (0..self.offences).map(|o| (o as f64 + 1.0).powf(-1.1)).collect();
        let mut expected = Vec::new();
        let mut odd: Vec<f64> = (0..self.districts * self.offences)
            .map(|_| (self.interaction * chance.normal()).exp())
            .collect();
        if self.interaction > 0.0 {
            // An office that records what others do not.
            odd[self.districts / 2 * self.offences + 4] *= 15.0;
        }
        for (d, size) in sizes.iter().enumerate() {
            for season in &season {
                let odd = &odd[d * self.offences..];
                expected
                    .extend(kinds.iter().zip(odd).map(|(kind, odd)| size * season * kind * odd));
            }
        }
        let mut structure = Vec::new();
        for size in &sizes {
            structure.extend(season.iter().flat_map(|s| kinds.iter().map(move |k| size * s * k)));
        }
        let to_records = |cells: &mut Vec<f64>| {
            let scale = self.records / cells.iter().sum::<f64>();
            for x in cells {
                *x *= scale;
            }
        };
        to_records(&mut expected);
        to_records(&mut structure);
        let truth = expected.iter().map(|mean| chance.poisson(*mean)).collect();
        let time = u8::from(self.years > 1);
        let at = |levels: [u8; 3]| At::new(levels.to_vec());
        let finest = at([2, 1 + time, 1]);
        let mut margins = if self.years > 1 {
            vec![
                ("total", at([0, 0, 0])),
                ("province", at([1, 0, 0])),
                ("offence", at([0, 0, 1])),
                ("quarter", at([0, 2, 0])),
                ("district-year", at([2, 1, 0])),
                ("finest", at([2, 1, 1])),
            ]
        } else {
            vec![
                ("total", at([0, 0, 0])),
                ("division", at([1, 0, 0])),
                ("district", at([2, 0, 0])),
                ("division x offence", at([1, 0, 1])),
                ("district x quarter", at([2, 1, 0])),
                ("quarter x offence", at([0, 1, 1])),
                ("district x offence", at([2, 0, 1])),
            ]
        };
        if self.finest {
            margins.push(("finest", finest.clone()));
        }
        World { name: self.name, domain, finest, expected, structure, truth, margins }
    }
}

/// The sums of finest cells in a margin.
pub fn margin<T>(domain: &Domain, finest: &[T], from: &At, to: &At) -> Vec<T>
where
    T: Copy + Default + std::ops::AddAssign,
{
    let mut out = vec![T::default(); domain.cells(to)];
    let ancestors: Vec<Vec<usize>> = domain
        .axes()
        .iter()
        .enumerate()
        .map(|(i, axis)| axis.ancestors(usize::from(from.levels()[i]), usize::from(to.levels()[i])))
        .collect();
    for (place, x) in finest.iter().enumerate() {
        let (mut rest, mut cell, mut step) = (place, 0, 1);
        for (i, axis) in domain.axes().iter().enumerate().rev() {
            let ancestors = &ancestors[i];
            cell += step * ancestors[rest % ancestors.len()];
            rest /= ancestors.len();
            step *= axis.codes(usize::from(to.levels()[i]));
        }
        out[cell] += *x;
    }
    out
}

impl World {
    pub fn truth(&self, at: &At) -> Vec<i64> {
        margin(&self.domain, &self.truth, &self.finest, at)
    }

    pub fn expected(&self, at: &At) -> Vec<f64> {
        margin(&self.domain, &self.expected, &self.finest, at)
    }

    pub fn structure(&self, at: &At) -> Vec<f64> {
        margin(&self.domain, &self.structure, &self.finest, at)
    }

    /// Another year of the same world.
    pub fn again(&self, seed: u64) -> Self {
        let mut chance = Chance(seed);
        let truth = self.expected.iter().map(|mean| chance.poisson(*mean)).collect();
        let (domain, finest) = (self.domain.clone(), self.finest.clone());
        let (expected, margins) = (self.expected.clone(), self.margins.clone());
        let structure = self.structure.clone();
        Self { name: self.name, domain, finest, expected, structure, truth, margins }
    }

    /// The scale of each measurement when a budget is divided evenly; one record a person. Under
    /// zCDP ρ = ε²/16, about what ε means at a δ of one in a million.
    pub fn scale(&self, family: Family, epsilon: f64) -> Scale {
        let parts = self.margins.len() as f64;
        match family {
            Family::Laplace => Scale::stated(family, parts / epsilon),
            Family::Gaussian => Scale::stated(family, (parts * 8.0 / epsilon.powi(2)).sqrt()),
        }
    }

    /// One set of noisy measurements.
    pub fn measured(&self, scale: &Scale, chance: &mut Chance) -> Measured {
        let noisy = |at: &At| -> Vec<i64> {
            self.truth(at).into_iter().map(|n| n + chance.noise(scale)).collect()
        };
        let mut noisy = noisy;
        let all = self.margins.iter().map(|(_, at)| (at.clone(), *scale, noisy(at)));
        Measured::new(self.domain.clone(), all.collect()).expect("fits")
    }
}
