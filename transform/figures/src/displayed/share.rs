//! One fixed sum: the nearest shares of zero or more, and the nearest whole ones.

use std::collections::BTreeMap;

use crate::cells::{as_f64, nearest};

/// The shift λ for which Σ max(0, e + v·λ) is the total, for a positive total: the projection on
/// shares of zero or more in the metric of the variances v. Cells leave in rounds, as in Michelot,
/// "A Finite Algorithm for Finding the Projection of a Point onto the Canonical Simplex of Rⁿ"
/// (1986), here with weights. Cells without variance stay out.
pub(super) fn shift(cells: &mut Vec<(f64, f64)>, total: f64) -> f64 {
    loop {
        let (sum, variance) = cells.iter().fold((0.0, 0.0), |(s, t), (e, v)| (s + e, t + v));
        let shift = if variance > 0.0 { (total - sum) / variance } else { return 0.0 };
        let before = cells.len();
        cells.retain(|(e, v)| e + v * shift > 0.0);
        if cells.len() == before || cells.is_empty() {
            return shift;
        }
    }
}

/// The nearest numbers of zero or more with a fixed sum.
pub(super) fn project(cells: &mut [f64], variances: &[f64], total: i64) {
    if total <= 0 {
        cells.fill(0.0);
        return;
    }
    let mut pairs = cells.iter().copied().zip(variances.iter().copied()).collect();
    let shift = shift(&mut pairs, as_f64(total));
    cells.iter_mut().zip(variances).for_each(|(e, v)| *e = (*e + v * shift).max(0.0));
}

/// The nearest whole numbers of zero or more with a fixed sum: each to the nearest, then one unit
/// at a time where it costs least.
pub(super) fn round(cells: &[f64], total: i64) -> Vec<i64> {
    let mut out: Vec<i64> = cells.iter().map(|x| nearest(x.max(0.0))).collect();
    loop {
        let missing = total - out.iter().sum::<i64>();
        let step = missing.signum();
        if step == 0 || out.is_empty() {
            return out;
        }
        let cost = |i: usize| (as_f64(out[i]) - cells[i]) * as_f64(step);
        let movable = (0..out.len()).filter(|i| out[*i] + step >= 0);
        let mut order: Vec<(f64, usize)> = movable.map(|i| (cost(i), i)).collect();
        order.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
        let units = usize::try_from(missing.abs()).unwrap_or(usize::MAX);
        for (_, i) in order.into_iter().take(units) {
            out[i] += step;
        }
    }
}

/// Whole numbers of zero or more near the cells, whose sums over each cell of a coarser margin are
/// the totals.
pub(super) fn shared(
    cells: &[f64],
    variances: &[f64],
    containing: &[usize],
    totals: &[i64],
) -> Vec<i64> {
    let mut members: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (i, group) in containing.iter().enumerate() {
        members.entry(*group).or_default().push(i);
    }
    let mut out = vec![0; cells.len()];
    for (group, members) in members {
        let mut of: Vec<f64> = members.iter().map(|i| cells[*i]).collect();
        let variances: Vec<f64> = members.iter().map(|i| variances[*i]).collect();
        project(&mut of, &variances, totals[group]);
        for (i, n) in members.into_iter().zip(round(&of, totals[group])) {
            out[i] = n;
        }
    }
    out
}
