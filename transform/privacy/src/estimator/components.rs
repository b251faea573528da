//! Margins taken apart into components and put together again.

use std::collections::{BTreeMap, BTreeSet};

use super::tensor::Along;
use super::tree::Tree;
use super::{At, Estimator, Unfit};
use crate::noise::from_i64;

/// How cells move over a level.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Share {
    /// A sum of children, or a copy of the parent to every child.
    Whole,
    /// A sum of the children's parts, or the parts of the parent.
    Part,
}

/// Components of a table, or of a query, by their address.
pub(super) type Components = BTreeMap<At, Vec<f64>>;

impl Estimator {
    /// Unbiased estimates of the wanted margins from the noisy cells of the measured ones, in the
    /// order these were given. Each adds up to every coarser one, but for rounding of floats;
    /// see [`Estimator::estimate_on_grid`] for exact sums.
    ///
    /// # Errors
    /// [`Unfit::Cells`] when a margin has another number of cells, [`Unfit::Margin`] or
    /// [`Unfit::Undetermined`] for a margin that can't be estimated.
    pub fn estimate(&self, noisy: &[&[i64]], wanted: &[At]) -> Result<Vec<Vec<f64>>, Unfit> {
        wanted.iter().try_for_each(|at| self.check(at))?;
        let components = self.components(noisy, wanted)?;
        let one = |at: &At| self.together(at, &components, Share::Part);
        // Few margins hold most of the cells: the threads take turns from the widest down.
        let mut order: Vec<usize> = (0..wanted.len()).collect();
        order.sort_by_key(|i| std::cmp::Reverse(self.domain.cells(&wanted[*i])));
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let turn = |first: usize| -> Vec<(usize, Vec<f64>)> {
            order.iter().skip(first).step_by(threads).map(|i| (*i, one(&wanted[*i]))).collect()
        };
        let turn = &turn;
        let mut found: Vec<(usize, Vec<f64>)> = std::thread::scope(|scope| {
            let others: Vec<_> = (1..threads).map(|k| scope.spawn(move || turn(k))).collect();
            let mut found = turn(0);
            for (k, other) in (1..).zip(others) {
                found.extend(other.join().unwrap_or_else(|_| turn(k)));
            }
            found
        });
        found.sort_by_key(|(i, _)| *i);
        Ok(found.into_iter().map(|(_, cells)| cells).collect())
    }

    /// `e_B` of every component of the wanted margins.
    pub(super) fn components(&self, noisy: &[&[i64]], wanted: &[At]) -> Result<Components, Unfit> {
        if noisy.len() != self.measured.len() {
            return Err(Unfit::Margin);
        }
        let mut out = Components::new();
        for (i, (m, noisy)) in self.measured.iter().zip(noisy).enumerate() {
            let cells = self.domain.cells(&m.at);
            if noisy.len() != cells {
                return Err(Unfit::Cells { cells, found: noisy.len() });
            }
            let noisy: Vec<f64> = noisy.iter().map(|n| from_i64(*n)).collect();
            // The mean of sums comes first and its residual after: both are linear.
            let mut visit = |at: &At, sums: &[f64]| {
                let coarse = self.tree.map_or(at.clone(), |axis| at.with(axis, 0));
                if let Some((_, weights)) = self.weights.get(at)
                    && wanted.iter().any(|w| coarse.within(w))
                {
                    add(&mut out, at, sums, weights[i]);
                }
            };
            self.apart(0, &m.at, &noisy, Share::Whole, &mut visit);
        }
        for (at, cells) in &mut out {
            self.residual(at, cells, false);
        }
        Ok(match self.tree {
            Some(axis) => self.settle(axis, out),
            None => out,
        })
    }

    /// The least-squares levels of the tree's axis in place of its measured ones.
    fn settle(&self, axis: usize, mut measured: Components) -> Components {
        let others: BTreeSet<At> = measured.keys().map(|at| at.with(axis, 0)).collect();
        let mut out = Components::new();
        for other in others {
            let Some(tree) = self.tree(axis, &other) else { continue };
            let levels = 0..=self.domain.axes()[axis].finest();
            let mut of_level: Vec<Option<Vec<f64>>> =
                levels.map(|level| measured.remove(&other.with(axis, level))).collect();
            while matches!(of_level.last(), Some(None)) {
                of_level.pop();
            }
            let settled = tree.settled(of_level, self.domain.inner(&other, axis));
            out.extend((0..).zip(settled).map(|(level, cells)| (other.with(axis, level), cells)));
        }
        out
    }

    /// The tree of one component of the other axes.
    pub(super) fn tree(&self, axis: usize, other: &At) -> Option<Tree<'_>> {
        let it = &self.domain.axes()[axis];
        let of = |level: usize| self.weights.get(&other.with(axis, level)).map_or(0.0, |(p, _)| *p);
        let mut precisions: Vec<f64> = (0..=it.finest()).map(of).collect();
        while precisions.pop_if(|p| *p <= 0.0).is_some() {}
        (!precisions.is_empty()).then(|| Tree::new(it, &precisions))
    }

    /// `R_B` of cells that are already at B's levels, or its adjoint; not along the tree's axis.
    pub(super) fn residual(&self, at: &At, cells: &mut [f64], adjoint: bool) {
        for axis in 0..at.levels().len() {
            if at.level(axis) > 0 && self.tree != Some(axis) {
                let parts = self.parts(axis, at.level(axis), Share::Part);
                let (up, down) = if adjoint { (parts, None) } else { (None, parts) };
                let along = Along::new(&self.domain, at, axis);
                let less: Vec<f64> = along.up(cells, up).into_iter().map(|x| -x).collect();
                along.add_down(cells, &less, down);
            }
        }
    }

    /// The part of each code of a level in its parent.
    fn parts(&self, axis: usize, level: usize, share: Share) -> Option<&[f64]> {
        (share == Share::Part).then(|| self.parts[axis][level - 1].as_slice())
    }

    /// Visits every margin within `at` with the cells summed up to it, whole or by their parts.
    /// The level on the tree's axis stays.
    pub(super) fn apart(
        &self,
        axis: usize,
        at: &At,
        cells: &[f64],
        share: Share,
        visit: &mut impl FnMut(&At, &[f64]),
    ) {
        if axis == at.levels().len() {
            return visit(at, cells);
        }
        self.apart(axis + 1, at, cells, share, visit);
        if at.level(axis) > 0 && self.tree != Some(axis) {
            let above = Along::new(&self.domain, at, axis)
                .up(cells, self.parts(axis, at.level(axis), share));
            self.apart(axis, &at.with(axis, at.level(axis) - 1), &above, share, visit);
        }
    }

    /// A margin put together from the components within it; those that are missing are zero.
    ///
    /// With [`Share::Part`] this is `t_l = r_l + part·t_{l−1}`. With [`Share::Whole`] a component
    /// is copied to all cells below its own: the adjoint of summing cells up to the component.
    /// The tree's axis has its levels whole.
    pub(super) fn together(&self, to: &At, components: &Components, share: Share) -> Vec<f64> {
        let found = self.put_together(0, to, to, components, share);
        found.unwrap_or_else(|| vec![0.0; self.domain.cells(to)])
    }

    /// The part of the margin `to` that has the levels of `at` on the axes before `axis`.
    fn put_together(
        &self,
        axis: usize,
        at: &At,
        to: &At,
        components: &Components,
        share: Share,
    ) -> Option<Vec<f64>> {
        if axis == to.levels().len() {
            return components.get(at).cloned();
        }
        if self.tree == Some(axis) {
            return self.put_together(axis + 1, at, to, components, share);
        }
        let mut above: Option<Vec<f64>> = None;
        for level in 0..=to.level(axis) {
            let own = self.put_together(axis + 1, &at.with(axis, level), to, components, share);
            let Some(parent) = above else {
                above = own;
                continue;
            };
            // Later axes are together already, at the levels of `to`.
            let mut levels = at.with(axis, level).levels().to_vec();
            levels[axis + 1..].copy_from_slice(&to.levels()[axis + 1..]);
            let here = At::new(levels);
            let mut cells = own.unwrap_or_else(|| vec![0.0; self.domain.cells(&here)]);
            let parts = self.parts(axis, level, share);
            Along::new(&self.domain, &here, axis).add_down(&mut cells, &parent, parts);
            above = Some(cells);
        }
        above
    }
}

/// Adds a multiple of cells to a component.
pub(super) fn add(to: &mut Components, at: &At, cells: &[f64], weight: f64) {
    match to.get_mut(at) {
        Some(sum) => sum.iter_mut().zip(cells).for_each(|(s, x)| *s += weight * x),
        None => drop(to.insert(at.clone(), cells.iter().map(|x| weight * x).collect())),
    }
}
