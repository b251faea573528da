//! The noise in one estimated cell: how each measured cell enters it, by kinship.
//!
//! For a cell w of a margin W, the coefficient of a measured cell j of A is
//!
//! ```text
//! Σ_{B ⊆ A, W} w_AB Π_i k_i(B_i)
//! k_i(l) = g_l · (1[same place at l] − part_l · 1[same place at l−1])
//! ```
//!
//! where `part_l` is the part of w's ancestor at level l in that at l−1, `g_l` the product of the
//! parts on the way from level l down to w, and `k_i(0) = g_0`. On each axis it depends only on the
//! deepest level at which j and w have the same place, so a measured margin has few different
//! coefficients, and the cells of W fall into few classes: those whose ancestors are alike in what
//! is below them. On the axis of the tree the factor is the tree's adjoint, which depends on B's
//! other levels, and there also on the class of j.

use std::collections::BTreeMap;

use super::domain::numbered;
use super::width::{Term, half_width, variance};
use super::{At, Axis, Estimator, Unfit};
use crate::noise::as_f64;

/// The cells of a margin in classes of equal error, and a figure for each class.
#[derive(Debug, Clone, PartialEq)]
pub struct Classes {
    /// For each axis, the class of each of its codes.
    axes: Vec<Vec<usize>>,
    /// For each axis, how many classes it has.
    counts: Vec<usize>,
    /// The figure of each class, in C order over the axes' classes.
    figures: Vec<f64>,
}

impl Classes {
    /// The figures, one a class.
    #[must_use]
    pub fn figures(&self) -> &[f64] {
        &self.figures
    }

    /// The figure of every cell of the margin, in C order.
    #[must_use]
    pub fn cells(&self) -> Vec<f64> {
        let mut places = vec![0];
        for (codes, count) in self.axes.iter().zip(&self.counts) {
            let next = |place: &usize| {
                let start = place * count;
                codes.iter().map(move |class| start + class)
            };
            places = places.iter().flat_map(next).collect();
        }
        places.into_iter().map(|place| self.figures[place]).collect()
    }
}

/// How the codes of a measured level stand to one code: for each deepest common level, how many
/// there are, and k(B) for each component level B.
struct Kinship {
    counts: Vec<f64>,
    factors: Vec<Vec<f64>>,
}

impl Estimator {
    /// The variance of each cell of a margin's estimate.
    ///
    /// # Errors
    /// [`Unfit::Margin`] or [`Unfit::Undetermined`].
    pub fn cell_variances(&self, at: &At) -> Result<Classes, Unfit> {
        self.classes(at, variance)
    }

    /// The half-width of each cell's interval at a confidence such as 0.95, from the exact
    /// distribution of the noise in its estimate: the interval covers the true cell with that
    /// probability, to a part in a thousand, or as near to it as whole numbers allow.
    ///
    /// # Errors
    /// [`Unfit::Margin`] or [`Unfit::Undetermined`].
    pub fn half_widths(&self, at: &At, confidence: f64) -> Result<Classes, Unfit> {
        self.classes(at, |terms| half_width(terms, confidence))
    }

    /// Computes a figure of the noise for one cell of each class.
    fn classes(&self, at: &At, figure: impl Fn(&[Term]) -> f64) -> Result<Classes, Unfit> {
        self.check(at)?;
        let axes = self.domain.axes().iter().zip(at.levels());
        let grouped: Vec<(Vec<usize>, Vec<usize>)> =
            axes.map(|(axis, level)| alike(axis, usize::from(*level))).collect();
        let counts: Vec<usize> = grouped.iter().map(|(_, firsts)| firsts.len()).collect();
        let representatives = grouped.iter().fold(vec![Vec::new()], |cells, (_, firsts)| {
            let longer = |cell: &Vec<usize>| {
                let cell = cell.clone();
                firsts.iter().map(move |code| [cell.as_slice(), &[*code]].concat())
            };
            cells.iter().flat_map(longer).collect()
        });
        let figures = representatives.iter().map(|cell| figure(&self.noise_in(at, cell))).collect();
        Ok(Classes { axes: grouped.into_iter().map(|(of, _)| of).collect(), counts, figures })
    }

    /// The coefficients of all measured noise in one cell, given by its code on each axis.
    fn noise_in(&self, at: &At, cell: &[usize]) -> Vec<Term> {
        let axes = self.domain.axes();
        let lines: Vec<Vec<usize>> =
            (0..cell.len()).map(|axis| axes[axis].line(at.level(axis), cell[axis])).collect();
        let rows = self.tree.map(|axis| self.rows(axis, at, cell[axis]));
        let mut terms = Vec::new();
        for (i, m) in self.measured.iter().enumerate() {
            let common = m.at.meet(at);
            let mut sizes: Vec<usize> =
                common.levels().iter().map(|l| usize::from(*l) + 1).collect();
            let mut kin: Vec<Kinship> = (0..axes.len())
                .map(|axis| self.kinship(axis, &lines[axis], m.at.level(axis)))
                .collect();
            let mut coefficients: Vec<f64> = if let (Some(axis), Some(rows)) = (self.tree, &rows) {
                let (firsts, counts) = alike_to(&axes[axis], m.at.level(axis), &lines[axis]);
                sizes[axis] = firsts.len();
                kin[axis] = Kinship { counts, factors: Vec::new() };
                self.on_tree(i, axis, &common, rows, &firsts)
            } else {
                common.below().iter().map(|b| self.weights.get(b).map_or(0.0, |w| w.1[i])).collect()
            };
            let mut counts = vec![1.0];
            for (axis, kin) in kin.iter().enumerate() {
                if self.tree != Some(axis) {
                    let inner = sizes[axis + 1..].iter().product();
                    coefficients = contracted(&coefficients, inner, &kin.factors);
                }
                counts = crossed(&counts, &kin.counts);
            }
            let draws = coefficients.into_iter().zip(counts);
            terms.extend(draws.map(|(coefficient, count)| Term { law: m.law, coefficient, count }));
        }
        terms
    }

    /// For each component of the other axes: how the codes of each measured level of the tree's
    /// axis enter one code of it.
    fn rows(&self, axis: usize, at: &At, code: usize) -> BTreeMap<At, Vec<Vec<f64>>> {
        let mut unit = vec![0.0; self.domain.axes()[axis].codes(at.level(axis))];
        unit[code] = 1.0;
        let others = at.with(axis, 0).below();
        let row = |other: At| {
            let levels = self.tree(axis, &other)?.traced(at.level(axis), &unit, 1);
            Some((other, levels))
        };
        others.into_iter().filter_map(row).collect()
    }

    /// `w_AB` times the rows of some codes of A's level on the tree's axis, in C order over the
    /// component levels of the other axes with these codes in the place of their axis.
    fn on_tree(
        &self,
        measured: usize,
        axis: usize,
        common: &At,
        rows: &BTreeMap<At, Vec<Vec<f64>>>,
        codes: &[usize],
    ) -> Vec<f64> {
        let level = self.measured[measured].at.level(axis);
        let others = common.with(axis, 0);
        let inner = others.below_after(axis);
        let below = others.below();
        let mut out = vec![0.0; below.len() * codes.len()];
        for (place, other) in below.iter().enumerate() {
            let weight = self.weights.get(&other.with(axis, level)).map_or(0.0, |w| w.1[measured]);
            let Some(row) = rows.get(other).and_then(|levels| levels.get(level)) else { continue };
            let (before, after) = (place / inner, place % inner);
            for (i, code) in codes.iter().enumerate() {
                out[(before * codes.len() + i) * inner + after] = weight * row[*code];
            }
        }
        out
    }

    /// The kinship of the codes of a measured level with the code at the end of `line`.
    fn kinship(&self, axis: usize, line: &[usize], measured: usize) -> Kinship {
        let it = &self.domain.axes()[axis];
        let wanted = line.len() - 1;
        let common = wanted.min(measured);
        let part = |l: usize| self.parts[axis][l - 1][line[l]];
        let shares: Vec<f64> = (0..=common).map(|l| (l + 1..=wanted).map(part).product()).collect();
        let below: Vec<f64> =
            (0..=common).map(|l| as_f64(it.descendants(l, measured)[line[l]] as u64)).collect();
        let counts = (0..=common)
            .map(|depth| below[depth] - below.get(depth + 1).copied().unwrap_or(0.0))
            .collect();
        let factor = |depth: usize, l: usize| {
            if l == 0 {
                return shares[0];
            }
            let own = if depth >= l { 1.0 } else { 0.0 };
            let siblings = if depth + 1 >= l { part(l) } else { 0.0 };
            shares[l] * (own - siblings)
        };
        let factors =
            (0..=common).map(|depth| (0..=common).map(|l| factor(depth, l)).collect()).collect();
        Kinship { counts, factors }
    }
}

impl At {
    /// The number of margins that differ from this one only by lower levels after an axis.
    fn below_after(&self, axis: usize) -> usize {
        self.levels()[axis + 1..].iter().map(|l| usize::from(*l) + 1).product()
    }
}

/// The class of each code of a level, and the first code of each class: codes are alike whose
/// ancestors, and they themselves, have descendants of the same shape.
fn alike(axis: &Axis, level: usize) -> (Vec<usize>, Vec<usize>) {
    let shapes = axis.shapes();
    let signature = |code: usize| -> Vec<usize> {
        axis.line(level, code).iter().zip(&shapes).map(|(at, shapes)| shapes[*at]).collect()
    };
    numbered((0..axis.codes(level)).map(signature).collect())
}

/// Codes of a level, one of each class and kinship with the code at the end of `line`, and how
/// many there are of each.
fn alike_to(axis: &Axis, level: usize, line: &[usize]) -> (Vec<usize>, Vec<f64>) {
    let (classes, _) = alike(axis, level);
    let kinship = |code: usize| {
        let shared = axis.line(level, code).iter().zip(line).take_while(|(a, b)| a == b).count();
        (classes[code], shared)
    };
    let (of, firsts) = numbered((0..axis.codes(level)).map(kinship).collect());
    let mut counts = vec![0.0; firsts.len()];
    for class in of {
        counts[class] += 1.0;
    }
    (firsts, counts)
}

/// Replaces one axis of component levels, with `inner` entries after it, by one of depths.
fn contracted(entries: &[f64], inner: usize, factors: &[Vec<f64>]) -> Vec<f64> {
    let block = factors.len() * inner;
    let mut out = vec![0.0; entries.len()];
    for (to, from) in out.chunks_exact_mut(block).zip(entries.chunks_exact(block)) {
        for (row, factors) in to.chunks_exact_mut(inner).zip(factors) {
            for (level, factor) in from.chunks_exact(inner).zip(factors) {
                row.iter_mut().zip(level).for_each(|(x, y)| *x += factor * y);
            }
        }
    }
    out
}

/// All products of two lists, the second fastest.
fn crossed(a: &[f64], b: &[f64]) -> Vec<f64> {
    a.iter().flat_map(|x| b.iter().map(move |y| x * y)).collect()
}
