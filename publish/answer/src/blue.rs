//! The best linear unbiased estimate of a sum from several estimates of parts of it.

/// Pivots below this part of the largest are taken for nothing.
const NOTHING: f64 = 1e-10;

/// Weights α of observations with the least αᵀVα among all with αᵀA = c, where `a` tells of each
/// observation which unknowns it is the sum of, `v` how the errors go together, and `c` the wanted sum
/// of unknowns. None if the observations do not tell it.
///
/// The solution of `Vα − Aλ = 0, Aᵀα = c` (Aitken, "On Least Squares and Linear Combination of
/// Observations", Proc. R. Soc. Edinb. 55, 1935).
pub(crate) fn weights(a: &[Vec<f64>], v: &[Vec<f64>], c: &[f64]) -> Option<Vec<f64>> {
    let conditions = independent(a, c)?;
    let (observed, told) = (a.len(), conditions.len());
    let scale = v.iter().enumerate().map(|(i, row)| row[i]).fold(0.0, f64::max);
    if scale <= 0.0 {
        return None;
    }
    let mut system = vec![vec![0.0; observed + told + 1]; observed + told];
    for i in 0..observed {
        for j in 0..observed {
            system[i][j] = v[i][j] / scale;
        }
        for (k, (condition, _)) in conditions.iter().enumerate() {
            system[i][observed + k] = -condition[i];
            system[observed + k][i] = condition[i];
        }
    }
    for (k, (_, wanted)) in conditions.iter().enumerate() {
        system[observed + k][observed + told] = *wanted;
    }
    let mut solution = solve(system)?;
    solution.truncate(observed);
    Some(solution)
}

/// The conditions Aᵀα = c without those that follow from others; none if they contradict each other.
fn independent(a: &[Vec<f64>], c: &[f64]) -> Option<Vec<(Vec<f64>, f64)>> {
    let mut found: Vec<(Vec<f64>, f64, usize)> = Vec::new();
    for (unknown, wanted) in c.iter().enumerate() {
        let mut row: Vec<f64> = a.iter().map(|of| of[unknown]).collect();
        let mut wanted = *wanted;
        for (other, value, pivot) in &found {
            let times = row[*pivot] / other[*pivot];
            row.iter_mut().zip(other).for_each(|(x, y)| *x -= times * y);
            wanted -= times * value;
        }
        let largest = (0..row.len()).max_by(|i, j| row[*i].abs().total_cmp(&row[*j].abs()));
        match largest.filter(|i| row[*i].abs() > NOTHING) {
            Some(pivot) => found.push((row, wanted, pivot)),
            None if wanted.abs() > NOTHING => return None,
            None => {}
        }
    }
    Some(found.into_iter().map(|(row, wanted, _)| (row, wanted)).collect())
}

/// Gauss's elimination with the largest pivot of each column.
fn solve(mut rows: Vec<Vec<f64>>) -> Option<Vec<f64>> {
    let n = rows.len();
    for column in 0..n {
        let best =
            (column..n).max_by(|i, j| rows[*i][column].abs().total_cmp(&rows[*j][column].abs()))?;
        if rows[best][column].abs() <= NOTHING {
            return None;
        }
        rows.swap(column, best);
        let pivot = rows[column].clone();
        for (i, row) in rows.iter_mut().enumerate() {
            if i != column && row[column] != 0.0 {
                let times = row[column] / pivot[column];
                row.iter_mut().zip(&pivot).for_each(|(x, y)| *x -= times * y);
            }
        }
    }
    Some(rows.iter().enumerate().map(|(i, row)| row[n] / row[i]).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: &[f64], wanted: &[f64]) {
        assert_eq!(found.len(), wanted.len());
        found.iter().zip(wanted).for_each(|(a, b)| assert!((a - b).abs() < 1e-9, "{found:?}"));
    }

    #[test]
    fn two_estimates_of_one_count_are_weighed_by_their_variances() {
        let a = vec![vec![1.0], vec![1.0]];
        near(&weights(&a, &[vec![1.0, 0.0], vec![0.0, 4.0]], &[1.0]).expect("told"), &[0.8, 0.2]);
    }

    #[test]
    fn a_whole_and_its_parts_help_each_other() {
        // x + y with variance 1, x and y with variance 1 each: the sum of the parts has 2.
        let a = vec![vec![1.0, 1.0], vec![1.0, 0.0], vec![0.0, 1.0]];
        let v: Vec<Vec<f64>> =
            (0..3).map(|i| (0..3).map(|j| f64::from(u8::from(i == j))).collect()).collect();
        near(&weights(&a, &v, &[1.0, 1.0]).expect("told"), &[2.0 / 3.0, 1.0 / 3.0, 1.0 / 3.0]);
        near(&weights(&a, &v, &[1.0, 0.0]).expect("told"), &[1.0 / 3.0, 2.0 / 3.0, -1.0 / 3.0]);
    }

    #[test]
    fn what_is_not_told_is_none() {
        let a = vec![vec![1.0, 1.0, 0.0]];
        assert_eq!(weights(&a, &[vec![1.0]], &[1.0, 0.0, 0.0]), None);
        assert_eq!(weights(&a, &[vec![1.0]], &[0.0, 0.0, 1.0]), None);
        near(&weights(&a, &[vec![1.0]], &[1.0, 1.0, 0.0]).expect("told"), &[1.0]);
    }

    #[test]
    fn no_other_unbiased_weights_have_a_smaller_variance() {
        // Correlated errors: any step along a direction that keeps αᵀA must not gain.
        let a = vec![vec![1.0, 1.0], vec![1.0, 0.0], vec![0.0, 1.0], vec![1.0, 0.0]];
        let l = [
            [2.0, 0.0, 0.0, 0.0],
            [0.5, 1.0, 0.0, 0.0],
            [-0.3, 0.4, 1.5, 0.0],
            [0.0, 0.2, 0.1, 0.7],
        ];
        let v: Vec<Vec<f64>> = (0..4)
            .map(|i| (0..4).map(|j| (0..4).map(|k| l[i][k] * l[j][k]).sum()).collect())
            .collect();
        let found = weights(&a, &v, &[1.0, 1.0]).expect("told");
        let variance = |x: &[f64]| -> f64 {
            (0..4).map(|i| (0..4).map(|j| x[i] * v[i][j] * x[j]).sum::<f64>()).sum()
        };
        let best = variance(&found);
        for direction in [[1.0, -1.0, -1.0, 0.0], [0.0, 1.0, 0.0, -1.0], [1.0, 0.0, -1.0, -1.0]] {
            for step in [-0.1, -0.001, 0.001, 0.1] {
                let moved: Vec<f64> =
                    found.iter().zip(direction).map(|(x, d)| x + step * d).collect();
                assert!(variance(&moved) > best);
            }
        }
    }
}
