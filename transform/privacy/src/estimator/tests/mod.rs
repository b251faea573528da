//! Tests of the estimator: against reference vectors, dense least squares, and the kernel's draws.

mod coverage;
mod dense;
mod exact;
mod nested;
mod vectors;
mod widths;

use super::{At, Axis, Domain};

/// A small generator of numbers for test worlds: Knuth's linear congruential one.
pub(super) struct Lcg(pub(super) u64);

impl Lcg {
    pub(super) fn below(&mut self, n: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % n
    }
}

/// The margin of a table of finest cells.
pub(super) fn margin(domain: &Domain, finest: &[i64], at: &At) -> Vec<i64> {
    let axes = domain.axes();
    let mut out = vec![0; domain.cells(at)];
    for (place, x) in finest.iter().enumerate() {
        let (mut rest, mut to, mut step) = (place, 0, 1);
        for (i, axis) in axes.iter().enumerate().rev() {
            let codes = axis.codes(axis.finest());
            to += step * axis.ancestors(axis.finest(), at.level(i))[rest % codes];
            rest /= codes;
            step *= axis.codes(at.level(i));
        }
        out[to] += x;
    }
    out
}

/// The address of the finest margin.
pub(super) fn finest(domain: &Domain) -> At {
    At::new(domain.axes().iter().map(|a| a.finest() as u8).collect())
}

/// An axis of 7 divisions with unequal numbers of districts, 36 in all.
pub(super) fn districts() -> Axis {
    let sizes = [9, 3, 4, 6, 2, 8, 4];
    let parents = sizes.iter().enumerate().flat_map(|(d, n)| vec![d; *n]).collect();
    Axis::nested(vec![vec![0; 7], parents]).expect("nested")
}
