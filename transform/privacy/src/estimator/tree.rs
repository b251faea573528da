//! Least squares along one axis whose codes have unequal numbers of children.
//!
//! For one component of the other axes, level l of this axis was measured with independent noise of
//! precision `p_l` in every code, or not at all (`p_l` = 0). With z for what the levels from l down
//! say of a code, and c for the sum of its children's z, of variance V:
//!
//! ```text
//! up:    z = own·y + (1 − own)·c,   own = p_l/(p_l + 1/V),   var z = 1/(p_l + 1/V)
//! down:  x = z at the total;  x_child = z_child + (var z_child / V)·(x − c)
//! ```
//!
//! This is the least-squares estimate, computed as in Hay, Rastogi, Miklau and Suciu, "Boosting the
//! Accuracy of Differentially Private Histograms Through Consistency" (arXiv 0904.0942), here with
//! unequal children and noise that differs by level.

use super::domain::Axis;
use super::tensor::{Along, scale_rows};

/// What a level and its children weigh.
struct Gains {
    /// For each code of the level, the weight of its own measurement.
    own: Vec<f64>,
    /// For each code one level down, its part of what is missing in the parent's sum.
    part: Vec<f64>,
}

/// The estimate along one axis for one component of the others.
pub(super) struct Tree<'a> {
    axis: &'a Axis,
    /// For each level above the finest measured one.
    gains: Vec<Gains>,
}

impl<'a> Tree<'a> {
    /// From the precision of each level, the last of which is positive.
    pub(super) fn new(axis: &'a Axis, precisions: &[f64]) -> Self {
        let finest = precisions.len() - 1;
        let mut gains = Vec::new();
        let mut variances = vec![1.0 / precisions[finest]; axis.codes(finest)];
        for level in (0..finest).rev() {
            let sums = Along::of(axis, level + 1, 1).up(&variances, None);
            let parents = axis.parents(level + 1);
            let part = variances.iter().zip(parents).map(|(v, p)| v / sums[*p]).collect();
            let precise = |v: &f64| precisions[level] + 1.0 / v;
            let own = sums.iter().map(|v| precisions[level] / precise(v)).collect();
            variances = sums.iter().map(|v| 1.0 / precise(v)).collect();
            gains.push(Gains { own, part });
        }
        gains.reverse();
        Self { axis, gains }
    }

    /// Estimates of every level down to the finest measured one from the measurements of each,
    /// `inner` cells a code.
    pub(super) fn settled(&self, measured: Vec<Option<Vec<f64>>>, inner: usize) -> Vec<Vec<f64>> {
        let mut measured = measured.into_iter().rev();
        let mut below = measured.next().flatten().unwrap_or_default();
        let (mut own_and_below, mut sums) = (Vec::new(), Vec::new());
        for ((level, gains), y) in self.gains.iter().enumerate().rev().zip(measured) {
            let sum = Along::of(self.axis, level + 1, inner).up(&below, None);
            let mut z = sum.clone();
            if let Some(mut y) = y {
                y.iter_mut().zip(&sum).for_each(|(y, c)| *y -= c);
                scale_rows(&mut y, inner, &gains.own);
                z.iter_mut().zip(y).for_each(|(z, y)| *z += y);
            }
            own_and_below.push(std::mem::replace(&mut below, z));
            sums.push(sum);
        }
        let mut out = vec![below];
        for (level, gains) in self.gains.iter().enumerate() {
            let (Some(mut x), Some(sum)) = (own_and_below.pop(), sums.pop()) else { break };
            let missing: Vec<f64> = out[level].iter().zip(sum).map(|(x, c)| x - c).collect();
            Along::of(self.axis, level + 1, inner).add_down(&mut x, &missing, Some(&gains.part));
            out.push(x);
        }
        out
    }

    /// The adjoint: the weights of each level's measurements in a query on the estimates of one
    /// level.
    pub(super) fn traced(&self, level: usize, query: &[f64], inner: usize) -> Vec<Vec<f64>> {
        let finest = self.gains.len();
        // What is asked of z, and of the sums c, at each level.
        let cells = |l: usize| vec![0.0; query.len() / self.axis.codes(level) * self.axis.codes(l)];
        let mut of_z: Vec<Vec<f64>> = (0..=finest).map(cells).collect();
        let mut of_sum: Vec<Vec<f64>> = (0..finest).map(cells).collect();
        let mut of_x = query.to_vec();
        for l in (0..level).rev() {
            let parts = Some(self.gains[l].part.as_slice());
            let above = Along::of(self.axis, l + 1, inner).up(&of_x, parts);
            of_z[l + 1] = std::mem::replace(&mut of_x, above);
            of_sum[l] = of_x.iter().map(|x| -x).collect();
        }
        of_z[0] = of_x;
        for (l, gains) in self.gains.iter().enumerate() {
            let z = of_z[l].clone();
            scale_rows(&mut of_z[l], inner, &gains.own);
            let rest = z.iter().zip(&of_z[l]).map(|(z, own)| z - own);
            of_sum[l].iter_mut().zip(rest).for_each(|(c, r)| *c += r);
            let along = Along::of(self.axis, l + 1, inner);
            along.add_down(&mut of_z[l + 1], &of_sum[l], None);
        }
        of_z
    }
}
