//! Least squares by dense matrices, for comparison.

use crate::estimator::{At, Domain};

use super::{finest, margin};

/// The variances of a margin's cells by generalised least squares on the finest cells, which one
/// of the measured margins must determine.
pub(super) fn variances(domain: &Domain, measured: &[(At, f64)], wanted: &At) -> Vec<f64> {
    let n = domain.cells(&finest(domain));
    let unit = |i: usize| (0..n).map(|j| i64::from(i == j)).collect::<Vec<_>>();
    let places = |at: &At| -> Vec<usize> {
        (0..n)
            .map(|i| margin(domain, &unit(i), at).iter().position(|x| *x == 1).expect("a place"))
            .collect()
    };
    let mut information = vec![vec![0.0; n]; n];
    for (at, variance) in measured {
        let to = places(at);
        for i in 0..n {
            for j in (0..n).filter(|j| to[*j] == to[i]) {
                information[i][j] += 1.0 / variance;
            }
        }
    }
    let covariance = inverse(information);
    let to = places(wanted);
    let mut out = vec![0.0; domain.cells(wanted)];
    for i in 0..n {
        for j in (0..n).filter(|j| to[*j] == to[i]) {
            out[to[i]] += covariance[i][j];
        }
    }
    out
}

/// Gauss and Jordan's inverse, with pivots.
fn inverse(mut a: Vec<Vec<f64>>) -> Vec<Vec<f64>> {
    let n = a.len();
    let mut inverse: Vec<Vec<f64>> =
        (0..n).map(|i| (0..n).map(|j| f64::from(u8::from(i == j))).collect()).collect();
    for column in 0..n {
        let size = |i: &usize| a[*i][column].abs();
        let pivot = (column..n).max_by(|i, j| size(i).total_cmp(&size(j))).expect("a row");
        a.swap(column, pivot);
        inverse.swap(column, pivot);
        let scale = 1.0 / a[column][column];
        assert!(scale.is_finite(), "the finest cells are not determined");
        a[column].iter_mut().chain(&mut inverse[column]).for_each(|x| *x *= scale);
        let (row, inverse_row) = (a[column].clone(), inverse[column].clone());
        for other in (0..n).filter(|i| *i != column) {
            let factor = a[other][column];
            a[other].iter_mut().zip(&row).for_each(|(x, y)| *x -= factor * y);
            inverse[other].iter_mut().zip(&inverse_row).for_each(|(x, y)| *x -= factor * y);
        }
    }
    inverse
}
