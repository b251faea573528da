//! A margin whose families form a cycle: a table near them all, by projection, rounding and moves.
//!
//! As many families as form a chain are kept exactly. The rest are met by moves of four cells (of
//! two, where the chain is a single family) that change none of the sums kept: one more here and
//! there, one fewer across. Each move lowers the weighted square of what is missing.

use std::collections::{BTreeMap, BTreeSet};

use shumar_privacy::estimator::At;

use super::{Fixed, Grid, Known};
use crate::Estimates;
use crate::cells::{as_f64, chain, containing, families, finest_of, summed};

/// Rounds over all families of the projection.
const ROUNDS: usize = 40;
/// A sum is met when it is met to this part of a person.
const MET: f64 = 0.01;
/// Rounds of moves over all cells of families that miss something.
const SWEEPS: usize = 30;
/// Moves that are looked at, beyond a number a cell.
const LOOKS: usize = 4_000_000;
/// The same for each cell.
const LOOKS_EACH: usize = 30;
/// What missing one person in a sum that must be met weighs against one in another.
const FIRM: f64 = 1e6;

/// Sums that a table should have.
struct Family {
    containing: Vec<usize>,
    targets: Vec<f64>,
    /// What the square of a difference counts.
    weight: f64,
    firm: bool,
}

impl<E: Estimates> Known<'_, E> {
    /// A table of the margin `top` near its estimates and what is within it, with the sums of
    /// `firm`, fixed margins that are consistent; `None` if it can't be found.
    pub(super) fn search(
        &self,
        top: &At,
        all: &BTreeSet<At>,
        firm: &[At],
        fixed: &Fixed,
    ) -> Option<Vec<i64>> {
        let drafts = self.drafts(top, all, firm, fixed);
        let mut kept: Vec<At> = Vec::new();
        let mut coarser: Vec<&At> = drafts.keys().filter(|at| *at != top).collect();
        coarser.sort_by_key(|at| std::cmp::Reverse(self.domain().cells(at)));
        for at in firm.iter().chain(coarser.iter().copied()) {
            let more = finest_of(kept.iter().chain([at]).cloned());
            if let Some(order) = chain(&more) {
                kept = order;
            }
        }
        let mut soft = Vec::new();
        let lower = all.iter().filter(|at| *at != top && at.within(top));
        for at in lower.filter(|at| !kept.iter().any(|kept| at.within(kept))) {
            let is_firm = firm.iter().any(|firm| at.within(firm));
            let targets = match drafts.get(at) {
                Some(draft) => draft.iter().map(|n| as_f64(*n)).collect(),
                None => self.cells(at),
            };
            let weight = if is_firm { FIRM } else { 1.0 / mean(&self.variances(at)) };
            let containing = containing(self.domain(), top, at);
            soft.push(Family { containing, targets, weight, firm: is_firm });
        }
        let variances = self.variances(top);
        let mut x = self.cells(top);
        let firmly = kept.iter().map(|at| Family {
            containing: containing(self.domain(), top, at),
            targets: drafts[at].iter().map(|n| as_f64(*n)).collect(),
            weight: 0.0,
            firm: true,
        });
        project(&mut x, &variances, &soft.iter().collect::<Vec<_>>(), &firmly.collect::<Vec<_>>());
        let table = self.chained(top, &kept, &drafts, |at| self.sums(top, &x, at));
        let last = kept.last().cloned().unwrap_or_else(|| top.clone());
        let before = kept.iter().rev().skip(1).cloned().reduce(|a, b| super::join(&a, &b));
        let grid = Grid::new(self.domain(), top, &before.unwrap_or_else(|| last.clone()), &last);
        let mut search = Search::new(&grid, x, mean(&variances), table, soft);
        search.run();
        search.met().then_some(search.table)
    }

    /// What the margins within `top` would be, from coarse to fine, given the firm ones; those
    /// whose families form a cycle are left out.
    fn drafts(&self, top: &At, all: &BTreeSet<At>, firm: &[At], fixed: &Fixed) -> Fixed {
        let mut drafts: Fixed = BTreeMap::new();
        for at in all.iter().filter(|at| *at != top && at.within(top)) {
            if let Some(cells) = fixed.get(at).filter(|_| firm.iter().any(|f| at.within(f))) {
                drafts.insert(at.clone(), cells.clone());
                continue;
            }
            let families = families(at, all);
            let order = chain(&families).filter(|o| o.iter().all(|f| drafts.contains_key(f)));
            if let Some(order) = order {
                let cells = self.chained(at, &order, &drafts, |at| self.cells(at));
                drafts.insert(at.clone(), cells);
            }
        }
        drafts
    }
}

fn mean(numbers: &[f64]) -> f64 {
    let count = i64::try_from(numbers.len()).unwrap_or(i64::MAX);
    numbers.iter().sum::<f64>() / as_f64(count)
}

/// Moves the cells towards the sums of all families, each in turn, along the variances; none below
/// zero. What is kept comes last.
fn project(x: &mut [f64], variances: &[f64], soft: &[&Family], kept: &[Family]) {
    let mut free = x.to_vec();
    for _ in 0..ROUNDS {
        let mut furthest = 0.0_f64;
        for family in soft.iter().copied().chain(kept) {
            let cells = family.targets.len();
            let sums = summed(x, &family.containing, cells);
            let moving: Vec<f64> = variances
                .iter()
                .zip(&free)
                .map(|(v, free)| if *free > 0.0 { *v } else { 0.0 })
                .collect();
            let room = summed(&moving, &family.containing, cells);
            let shifts: Vec<f64> = sums
                .iter()
                .zip(&family.targets)
                .zip(&room)
                .map(|((sum, target), room)| if *room > 0.0 { (target - sum) / room } else { 0.0 })
                .collect();
            let missing =
                sums.iter().zip(&family.targets).map(|(sum, target)| (sum - target).abs());
            furthest = missing.fold(furthest, f64::max);
            for (((x, free), v), group) in
                x.iter_mut().zip(&mut free).zip(variances).zip(&family.containing)
            {
                *free += v * shifts[*group];
                *x = free.max(0.0);
            }
        }
        if furthest < MET {
            break;
        }
    }
}

/// A table on its way to the sums of the families that aren't kept.
struct Search<'a> {
    grid: &'a Grid,
    x: Vec<f64>,
    /// What the square of a cell's difference counts.
    weight: f64,
    table: Vec<i64>,
    soft: Vec<Family>,
    /// What each cell of each family has too much.
    over: Vec<Vec<f64>>,
    /// The cells of each row and of each column.
    rows: Vec<Vec<usize>>,
    columns: Vec<Vec<usize>>,
    /// The first cell at each place of each block.
    at: Vec<Vec<usize>>,
    looks: usize,
}

impl<'a> Search<'a> {
    fn new(grid: &'a Grid, x: Vec<f64>, variance: f64, table: Vec<i64>, soft: Vec<Family>) -> Self {
        let over = soft.iter().map(|family| {
            let sums = summed(&table, &family.containing, family.targets.len());
            sums.iter().zip(&family.targets).map(|(sum, target)| as_f64(*sum) - target).collect()
        });
        let over = over.collect();
        let count = |of: fn(&(usize, usize)) -> usize| {
            grid.cells.iter().map(of).max().map_or(0, |most| most + 1)
        };
        let mut rows = vec![Vec::new(); count(|(row, _)| *row)];
        let mut columns = vec![Vec::new(); count(|(_, column)| *column)];
        let sides = grid.rows.members.iter().zip(&grid.columns.members);
        let mut at: Vec<Vec<usize>> =
            sides.map(|(rows, columns)| vec![0; rows.len() * columns.len()]).collect();
        for (i, (row, column)) in grid.cells.iter().enumerate().rev() {
            rows[*row].push(i);
            columns[*column].push(i);
            let (block, place) = grid.place(i);
            at[block][place] = i;
        }
        let looks = LOOKS + LOOKS_EACH * table.len();
        Self { grid, x, weight: 1.0 / variance, table, soft, over, rows, columns, at, looks }
    }

    /// Whether every sum that must be met is.
    fn met(&self) -> bool {
        let firm = self.soft.iter().zip(&self.over).filter(|(family, _)| family.firm);
        firm.flat_map(|(_, over)| over).all(|over| over.abs() < 0.5)
    }

    fn run(&mut self) {
        for _ in 0..SWEEPS {
            let mut moved = false;
            for family in 0..self.soft.len() {
                for cell in 0..self.table.len() {
                    let group = self.soft[family].containing[cell];
                    if self.over[family][group] < -0.5 {
                        moved |= self.improve(cell);
                    }
                    if self.looks == 0 {
                        return;
                    }
                }
            }
            if !moved {
                return;
            }
        }
    }

    /// The best move that adds one to a cell, if it lowers the whole; done at once.
    fn improve(&mut self, cell: usize) -> bool {
        let (row, column) = self.grid.cells[cell];
        let mut best = (-1e-9, None);
        for across in &self.rows[row] {
            if *across == cell || self.table[*across] == 0 {
                continue;
            }
            let other = self.grid.cells[*across].1;
            if other == column {
                let moves = [(cell, 1), (*across, -1)];
                let change = self.change(&moves);
                if change < best.0 {
                    best = (change, Some(moves.to_vec()));
                }
                continue;
            }
            for down in &self.columns[column] {
                let (beside, _) = self.grid.cells[*down];
                if beside == row || self.table[*down] == 0 {
                    continue;
                }
                if self.looks == 0 {
                    break;
                }
                self.looks -= 1;
                let (block, place) = self.grid.crossing(beside, other);
                let corner = self.at[block][place];
                let moves = [(cell, 1), (*across, -1), (*down, -1), (corner, 1)];
                let change = self.change(&moves);
                if change < best.0 {
                    best = (change, Some(moves.to_vec()));
                }
            }
        }
        let Some(moves) = best.1 else { return false };
        for (cell, step) in moves {
            self.table[cell] += step;
            for (family, over) in self.soft.iter().zip(&mut self.over) {
                over[family.containing[cell]] += as_f64(step);
            }
        }
        true
    }

    /// What a move adds to the weighted squares of all differences.
    fn change(&self, moves: &[(usize, i64)]) -> f64 {
        let own = |(cell, step): &(usize, i64)| {
            let away = as_f64(self.table[*cell]) - self.x[*cell];
            self.weight * (2.0 * away * as_f64(*step) + 1.0)
        };
        let mut change: f64 = moves.iter().map(own).sum();
        for (family, over) in self.soft.iter().zip(&self.over) {
            for (i, (cell, _)) in moves.iter().enumerate() {
                let group = family.containing[*cell];
                // All steps in one cell of the family count together, at the first of them.
                let same = |(cell, _): &&(usize, i64)| family.containing[*cell] == group;
                if moves[..i].iter().any(|m| same(&m)) {
                    continue;
                }
                let step = as_f64(moves[i..].iter().filter(same).map(|(_, s)| s).sum::<i64>());
                change += family.weight * step * (2.0 * over[group] + step);
            }
        }
        change
    }
}
