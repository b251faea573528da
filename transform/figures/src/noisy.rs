//! For tests: exact draws of the kernel's two laws from a fixed seed, and tables measured with them.

use shumar_privacy::Scale;
use shumar_privacy::estimator::{At, Axis, Domain};
use shumar_schemas::Family;

use crate::Measured;

/// Draws of one law by its inverse distribution function; no float noise.
pub(crate) struct Draws {
    seed: u64,
    cumulative: Vec<f64>,
}

impl Draws {
    pub(crate) fn new(scale: &Scale, seed: u64) -> Self {
        let value = scale.value();
        let mass = |k: i32| {
            let k = f64::from(k.abs());
            match scale.family() {
                Family::Laplace => (-k / value).exp(),
                Family::Gaussian => (-k * k / (2.0 * value * value)).exp(),
            }
        };
        let reach = (value * 45.0) as i32 + 20;
        let total: f64 = (-reach..=reach).map(mass).sum();
        let mut sum = 0.0;
        let cumulative = (-reach..=reach).map(|k| {
            sum += mass(k) / total;
            sum
        });
        Self { cumulative: cumulative.collect(), seed }
    }

    /// splitmix64 (Steele, Lea and Flood 2014), as a number between 0 and 1.
    fn uniform(&mut self) -> f64 {
        self.seed = self.seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.seed;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    pub(crate) fn draw(&mut self) -> i64 {
        let u = self.uniform();
        let place = self.cumulative.partition_point(|c| *c < u);
        place as i64 - (self.cumulative.len() / 2) as i64
    }
}

/// A table of areas in unequal divisions by some codes, measured by area and code, by area, and by
/// division and code.
pub(crate) struct World {
    pub(crate) domain: Domain,
    pub(crate) finest: At,
    divisions: Vec<usize>,
    codes: usize,
    truth: Vec<i64>,
    scale: Scale,
    draws: Draws,
}

impl World {
    /// `truth` holds the counts of an area's codes, area by area.
    pub(crate) fn new(scale: Scale, divisions: &[usize], truth: &[&[i64]], seed: u64) -> Self {
        let (codes, all) = (truth[0].len(), divisions.iter().max().map_or(0, |m| m + 1));
        let axes = [vec![vec![0; all], divisions.to_vec()], vec![vec![0; codes]]];
        let domain = Domain::new(axes.map(|a| Axis::nested(a).expect("nested")).to_vec());
        Self {
            domain,
            finest: At::new(vec![2, 1]),
            divisions: divisions.to_vec(),
            codes,
            truth: truth.concat(),
            draws: Draws::new(&scale, seed),
            scale,
        }
    }

    fn summed(&self, size: usize, place: impl Fn(usize, usize) -> usize) -> Vec<i64> {
        let mut out = vec![0; size];
        for (cell, n) in self.truth.iter().enumerate() {
            out[place(cell / self.codes, cell % self.codes)] += n;
        }
        out
    }

    /// The table measured once more.
    pub(crate) fn measured(&mut self) -> Measured {
        let (areas, codes) = (self.divisions.len(), self.codes);
        let all = self.divisions.iter().max().map_or(0, |m| m + 1);
        let margins = [
            (At::new(vec![2, 1]), self.truth.clone()),
            (At::new(vec![2, 0]), self.summed(areas, |area, _| area)),
            (At::new(vec![1, 1]), self.summed(all * codes, |a, c| self.divisions[a] * codes + c)),
        ];
        let mut noisy = Vec::new();
        for (at, counts) in margins {
            let counts = counts.into_iter().map(|n| n + self.draws.draw()).collect();
            noisy.push((at, self.scale, counts));
        }
        Measured::new(self.domain.clone(), noisy).expect("fits")
    }

    /// The true sum of an area's counts by a number for each code.
    pub(crate) fn true_sum(&self, area: usize, times: &[f64]) -> f64 {
        let of_area = &self.truth[area * self.codes..(area + 1) * self.codes];
        of_area.iter().zip(times).map(|(n, t)| *n as f64 * t).sum()
    }

    /// The weights of that sum over the finest margin.
    pub(crate) fn weights(&self, area: usize, times: &[f64]) -> Vec<f64> {
        let mut weights = vec![0.0; self.truth.len()];
        weights[area * self.codes..(area + 1) * self.codes].copy_from_slice(times);
        weights
    }
}
