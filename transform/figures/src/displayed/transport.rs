//! Two fixed families of sums: a block of cells whose sums of rows and of columns are given.
//!
//! First the projection of the estimates on what is zero or more and has the sums, in the metric
//! of the variances, by coordinate ascent on its dual (rows and columns in turn). Then each cell
//! to the nearest whole number, and what the sums then miss is moved where it costs least. The
//! last always succeeds: every row crosses every column.

use super::share::shift;
use crate::cells::{as_f64, nearest};

/// Rounds of rows and columns; what is still missing then is left to the moves.
const ROUNDS: usize = 40;
/// A sum is met when it is met to this part of a person.
const MET: f64 = 1e-3;
/// Cells looked at for one move, in blocks so large that all pairs can't be.
const LOOKS: usize = 1 << 15;

/// A block of cells, row by row, with the sums of its rows and columns. Both add up to the same.
pub(super) struct Block {
    pub(super) cells: Vec<f64>,
    pub(super) variances: Vec<f64>,
    pub(super) rows: Vec<i64>,
    pub(super) columns: Vec<i64>,
}

impl Block {
    /// Whole numbers of zero or more near the cells, with the sums.
    pub(super) fn solved(mut self) -> Vec<i64> {
        if self.rows.len() > 1 && self.columns.len() > 1 {
            self.project();
        }
        let out: Vec<i64> = self.cells.iter().map(|x| nearest(x.max(0.0))).collect();
        let mut moves = Moves::new(self, out);
        moves.single();
        moves.between_rows();
        moves.between_columns();
        moves.left();
        moves.out
    }

    fn project(&mut self) {
        let width = self.columns.len();
        let (rows, columns) = (&self.rows, &self.columns);
        for (i, (e, v)) in self.cells.iter_mut().zip(&mut self.variances).enumerate() {
            if rows[i / width] <= 0 || columns[i % width] <= 0 {
                (*e, *v) = (0.0, 0.0);
            }
        }
        let (cells, variances) = (&self.cells, &self.variances);
        let mut of_rows = vec![0.0; rows.len()];
        let mut of_columns = vec![0.0; width];
        let mut pairs = Vec::new();
        for _ in 0..ROUNDS {
            for (r, total) in rows.iter().enumerate().filter(|(_, total)| **total > 0) {
                let part = r * width..(r + 1) * width;
                let moved = |((e, v), m): ((&f64, &f64), &f64)| (e + v * m, *v);
                pairs.clear();
                let all = cells[part.clone()].iter().zip(&variances[part]).zip(&of_columns);
                pairs.extend(all.map(moved));
                of_rows[r] = shift(&mut pairs, as_f64(*total));
            }
            let mut worst = 0.0_f64;
            for (c, total) in columns.iter().enumerate().filter(|(_, total)| **total > 0) {
                pairs.clear();
                pairs.extend(of_rows.iter().enumerate().map(|(r, m)| {
                    let i = r * width + c;
                    (cells[i] + variances[i] * m, variances[i])
                }));
                let at = |m: f64| pairs.iter().map(|(e, v)| (e + v * m).max(0.0)).sum::<f64>();
                worst = worst.max((at(of_columns[c]) - as_f64(*total)).abs());
                if worst > MET {
                    of_columns[c] = shift(&mut pairs, as_f64(*total));
                }
            }
            if worst <= MET {
                break;
            }
        }
        for (i, (e, v)) in self.cells.iter_mut().zip(&self.variances).enumerate() {
            *e = (*e + v * (of_rows[i / width] + of_columns[i % width])).max(0.0);
        }
    }
}

/// A whole-number table on its way to its sums.
struct Moves {
    x: Vec<f64>,
    out: Vec<i64>,
    width: usize,
    /// What each row and each column still misses.
    rows: Vec<i64>,
    columns: Vec<i64>,
}

impl Moves {
    fn new(block: Block, out: Vec<i64>) -> Self {
        let width = block.columns.len();
        let (mut rows, mut columns) = (block.rows, block.columns);
        for (i, n) in out.iter().enumerate() {
            rows[i / width] -= n;
            columns[i % width] -= n;
        }
        Self { x: block.cells, out, width, rows, columns }
    }

    /// What a step adds to the square of the distance, less one, halved; no step leads below zero.
    fn cost(&self, row: usize, column: usize, step: i64) -> f64 {
        let i = row * self.width + column;
        let barred = self.out[i] + step < 0;
        if barred { f64::INFINITY } else { (as_f64(self.out[i]) - self.x[i]) * as_f64(step) }
    }

    fn step(&mut self, row: usize, column: usize, step: i64) {
        self.out[row * self.width + column] += step;
        self.rows[row] -= step;
        self.columns[column] -= step;
    }

    /// Rows, or columns, that miss something of one sign.
    fn missing(of: &[i64], sign: i64) -> Vec<usize> {
        (0..of.len()).filter(|i| of[*i].signum() == sign).collect()
    }

    /// Single steps where a row and a column miss the same and the cell was rounded the other way.
    fn single(&mut self) {
        for sign in [1, -1] {
            let columns = Self::missing(&self.columns, sign);
            let mut found = Vec::new();
            for r in Self::missing(&self.rows, sign) {
                let costs = columns.iter().map(|c| (self.cost(r, *c, sign), r, *c));
                found.extend(costs.filter(|(cost, ..)| *cost < 0.0));
            }
            found.sort_by(|a, b| a.0.total_cmp(&b.0).then((a.1, a.2).cmp(&(b.1, b.2))));
            for (_, r, c) in found {
                if self.rows[r].signum() == sign && self.columns[c].signum() == sign {
                    self.step(r, c, sign);
                }
            }
        }
    }

    /// Moves units between rows within a column until no two rows miss different signs.
    fn between_rows(&mut self) {
        let width = self.width;
        for to in Self::missing(&self.rows, 1) {
            while self.rows[to] > 0 {
                let from = Self::missing(&self.rows, -1);
                let looks = (LOOKS / width).max(1);
                let pairs = from.iter().take(looks).flat_map(|from| (0..width).map(|c| (*from, c)));
                let costs = pairs.map(|(f, c)| (self.cost(to, c, 1) + self.cost(f, c, -1), f, c));
                let Some((_, from, c)) = costs.min_by(|a, b| a.0.total_cmp(&b.0)) else { break };
                self.step(from, c, -1);
                self.step(to, c, 1);
            }
        }
    }

    /// The same between columns within a row.
    fn between_columns(&mut self) {
        let height = self.rows.len();
        for to in Self::missing(&self.columns, 1) {
            while self.columns[to] > 0 {
                let from = Self::missing(&self.columns, -1);
                let looks = (LOOKS / height).max(1);
                let pairs =
                    from.iter().take(looks).flat_map(|from| (0..height).map(|r| (*from, r)));
                let costs = pairs.map(|(f, r)| (self.cost(r, to, 1) + self.cost(r, f, -1), f, r));
                let Some((_, from, r)) = costs.min_by(|a, b| a.0.total_cmp(&b.0)) else { break };
                self.step(r, from, -1);
                self.step(r, to, 1);
            }
        }
    }

    /// Now all that is missing has one sign, and the same in rows and columns.
    fn left(&mut self) {
        loop {
            let row = (0..self.rows.len()).find(|r| self.rows[*r] != 0);
            let column = (0..self.width).find(|c| self.columns[*c] != 0);
            let (Some(r), Some(c)) = (row, column) else { break };
            let sign = self.rows[r].signum();
            if sign > 0 || self.out[r * self.width + c] > 0 {
                self.step(r, c, sign);
                continue;
            }
            // A row and a column with too much in them both have something elsewhere.
            let column = (0..self.width).find(|k| self.out[r * self.width + k] > 0);
            let row = (0..self.rows.len()).find(|k| self.out[k * self.width + c] > 0);
            let (Some(k), Some(l)) = (row, column) else { break };
            self.step(r, l, -1);
            self.step(k, c, -1);
            self.step(k, l, 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All tables of whole numbers with these sums, by trying.
    fn tables(rows: &[i64], columns: &[i64]) -> Vec<Vec<i64>> {
        let Some((first, rest)) = rows.split_first() else { return vec![Vec::new()] };
        let mut out = Vec::new();
        let mut row = vec![0; columns.len()];
        loop {
            let fits =
                row.iter().zip(columns).all(|(n, c)| n <= c) && row.iter().sum::<i64>() == *first;
            let left: Vec<i64> = columns.iter().zip(&row).map(|(c, n)| c - n).collect();
            if fits && (!rest.is_empty() || left.iter().all(|c| *c == 0)) {
                let below = tables(rest, &left).into_iter();
                out.extend(below.map(|below| [row.clone(), below].concat()));
            }
            let Some(i) = row.iter().position(|n| n < first) else { return out };
            row[..i].fill(0);
            row[i] += 1;
        }
    }

    #[test]
    fn small_blocks_are_near_the_nearest_table() {
        let mut seed = 5_u64;
        let mut next = |n: u64| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (seed >> 33) % n
        };
        let (mut ours, mut best) = (0.0, 0.0);
        for _ in 0..200 {
            let truth: Vec<i64> = (0..9).map(|_| next(3) as i64 * next(2) as i64).collect();
            let cells: Vec<f64> =
                truth.iter().map(|n| *n as f64 + next(61) as f64 / 20.0 - 1.5).collect();
            let rows: Vec<i64> = truth.chunks(3).map(|row| row.iter().sum()).collect();
            let columns: Vec<i64> = (0..3).map(|c| truth.iter().skip(c).step_by(3).sum()).collect();
            let away = |table: &Vec<i64>| -> f64 {
                table.iter().zip(&cells).map(|(n, x)| (*n as f64 - x).powi(2)).sum()
            };
            let all = tables(&rows, &columns);
            let block = Block { cells: cells.clone(), variances: vec![2.0; 9], rows, columns };
            let found = block.solved();
            assert!(all.contains(&found), "{found:?}");
            ours += away(&found);
            best += all.iter().map(away).fold(f64::INFINITY, f64::min);
        }
        assert!(ours < 1.05 * best, "{ours} {best}");
    }
}
