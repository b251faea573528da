//! Steps along one axis of a margin's cells: a level up (sum) and a level down (spread).

use super::domain::{At, Axis, Domain};

/// One axis of a margin between those before it and those after it.
pub(super) struct Along<'a> {
    /// Cells of all later axes together.
    inner: usize,
    /// Codes of this axis.
    codes: usize,
    /// The parent of each code.
    parents: &'a [usize],
    /// Codes one level up.
    above: usize,
}

impl<'a> Along<'a> {
    /// The step between the level of `at` (from 1) on an axis and the level above.
    pub(super) fn new(domain: &'a Domain, at: &At, axis: usize) -> Self {
        Self::of(&domain.axes()[axis], at.level(axis), domain.inner(at, axis))
    }

    /// The step between a level (from 1) of an axis and the level above, with `inner` cells a code.
    pub(super) fn of(axis: &'a Axis, level: usize, inner: usize) -> Self {
        Self {
            inner,
            codes: axis.codes(level),
            parents: axis.parents(level),
            above: axis.codes(level - 1),
        }
    }

    /// The cells one level up: sums over children, or sums of parts of them by their code.
    pub(super) fn up(&self, cells: &[f64], parts: Option<&[f64]>) -> Vec<f64> {
        let outer = cells.len() / (self.codes * self.inner);
        let mut out = vec![0.0; outer * self.above * self.inner];
        let blocks = cells.chunks_exact(self.codes * self.inner);
        for (sums, block) in out.chunks_exact_mut(self.above * self.inner).zip(blocks) {
            for (code, row) in block.chunks_exact(self.inner).enumerate() {
                let parent = self.parents[code];
                let sum = &mut sums[parent * self.inner..(parent + 1) * self.inner];
                match parts {
                    None => sum.iter_mut().zip(row).for_each(|(s, x)| *s += x),
                    Some(parts) => {
                        let part = parts[code];
                        sum.iter_mut().zip(row).for_each(|(s, x)| *s += part * x);
                    }
                }
            }
        }
        out
    }

    /// Adds to each cell its parent's, or a part of it by the cell's code. The adjoint of `up`.
    pub(super) fn add_down(&self, cells: &mut [f64], above: &[f64], parts: Option<&[f64]>) {
        let blocks = above.chunks_exact(self.above * self.inner);
        for (block, above) in cells.chunks_exact_mut(self.codes * self.inner).zip(blocks) {
            for (code, row) in block.chunks_exact_mut(self.inner).enumerate() {
                let parent = self.parents[code];
                let from = &above[parent * self.inner..(parent + 1) * self.inner];
                let part = parts.map_or(1.0, |parts| parts[code]);
                row.iter_mut().zip(from).for_each(|(x, p)| *x += p * part);
            }
        }
    }
}

/// Multiplies the cells of each code, `inner` of them at a time, by the code's factor.
pub(super) fn scale_rows(cells: &mut [f64], inner: usize, factors: &[f64]) {
    for block in cells.chunks_exact_mut(factors.len() * inner) {
        for (row, factor) in block.chunks_exact_mut(inner).zip(factors) {
            for x in row {
                *x *= factor;
            }
        }
    }
}
