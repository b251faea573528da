//! Displayed values: beside each estimate a whole number of zero or more, and all of them add up.
//!
//! # Consistent
//! Any cell of a published margin is the sum of the displayed cells of any finer published margin
//! within it, and two margins that overlap agree on everything they have in common. So the margins
//! are closed under what two of them have in common, and each is made to agree with all that are
//! coarser.
//!
//! # From coarse to fine
//! The coarsest margin is its estimates rounded, at least zero. For any other the finest margins
//! within it, its *families*, are fixed by then. The displayed cells are the nearest to the
//! estimates, in the metric of their variances, that are zero or more and have these sums (`share`
//! for one family, `transport` for two), rounded so that the sums stay. More families are joined
//! one by one when they can be put in a chain ([`crate::cells::chain`]). So a coarse margin stays
//! as exact as its estimates are, and what it knows makes the finer ones better: the approach of
//! Abowd et al., "The 2020 Census Disclosure
//! Avoidance System `TopDown` Algorithm" (2022), with
//! solvers of our own.
//!
//! # From fine to coarse
//! Families that form a cycle (all three pairs of three axes) may have no table of whole numbers
//! in common. There the margin above them is chosen first, near its own estimates and near what
//! the families would have been, and everything within it is its sums (`search`).
//!
//! # Bias
//! Zero or more means that small cells are too high on average: noise below zero is cut off. As
//! sums are kept, large cells of the same sum are too low by as much. So whoever adds up or
//! compares should take the estimates.

mod search;
mod share;
mod transport;

use std::collections::{BTreeMap, BTreeSet};

use shumar_privacy::estimator::{At, Domain, Unfit};

use crate::Estimates;
use crate::cells::{chain, containing, families, finest_of, join, nearest, summed, with_meets};
use transport::Block;

/// Cells of a joint table that is tried when margins that form a cycle can't be settled one by
/// one.
const JOINT: usize = 300_000;

/// The displayed values of the published margins, in their order and in that of their cells: whole
/// numbers of people or records, consistent with one another.
///
/// `None` is a margin for which none were found: it needs four or more margins that overlap in a
/// cycle, with no small table that holds them all. The others are consistent without it.
///
/// The same estimates give the same values on every machine: nothing but sums, products and
/// quotients of floats enters.
///
/// # Errors
/// [`Unfit::Margin`] or [`Unfit::Undetermined`] for a margin that has no estimates.
pub fn displayed(
    estimates: &impl Estimates,
    published: &[At],
) -> Result<Vec<Option<Vec<u64>>>, Unfit> {
    let mut known = Known { estimates, held: BTreeMap::new() };
    for at in published {
        let cells = estimates.cells(at)?;
        known.held.insert(at.clone(), cells);
    }
    let mut wanted = published.to_vec();
    loop {
        match known.settle(&wanted) {
            Ok(mut fixed) => {
                let unsigned = |cells: &mut Vec<i64>| -> Vec<u64> {
                    cells.iter().map(|n| n.unsigned_abs()).collect()
                };
                let one = |at: &At| {
                    let found = wanted.contains(at);
                    if found { fixed.get_mut(at).map(unsigned) } else { None }
                };
                return Ok(published.iter().map(one).collect());
            }
            Err(unsettled) => {
                let above = |at: &&At| unsettled.within(at);
                let Some(given_up) = wanted.iter().rev().find(above).cloned() else {
                    return Ok(vec![None; published.len()]);
                };
                wanted.retain(|at| *at != given_up);
            }
        }
    }
}

/// Whole-number cells of margins.
type Fixed = BTreeMap<At, Vec<i64>>;

/// The estimates of a table, and those that were asked for.
struct Known<'a, E> {
    estimates: &'a E,
    held: BTreeMap<At, Vec<f64>>,
}

impl<E: Estimates> Known<'_, E> {
    fn domain(&self) -> &Domain {
        self.estimates.domain()
    }

    /// The estimates of a margin: sums of a finer one's where there is one.
    fn cells(&self, at: &At) -> Vec<f64> {
        if let Some(cells) = self.held.get(at) {
            return cells.clone();
        }
        let finer = self.held.iter().filter(|(finer, _)| at.within(finer));
        match finer.min_by_key(|(_, cells)| cells.len()) {
            Some((finer, cells)) => self.sums(finer, cells, at),
            None => self.estimates.cells(at).unwrap_or_else(|_| self.spread(at)),
        }
    }

    /// For a joint table that nothing tells: the widest margin within it, spread evenly.
    fn spread(&self, at: &At) -> Vec<f64> {
        let coarser = self.held.iter().filter(|(coarser, _)| coarser.within(at));
        let Some((from, cells)) = coarser.max_by_key(|(_, cells)| cells.len()) else {
            return vec![0.0; self.domain().cells(at)];
        };
        let within = containing(self.domain(), at, from);
        let sizes = summed(&vec![1.0; within.len()], &within, cells.len());
        within.into_iter().map(|place| cells[place] / sizes[place]).collect()
    }

    /// The variances of a margin's estimates; for a joint table that nothing tells, large ones.
    fn variances(&self, at: &At) -> Vec<f64> {
        self.estimates.variances(at).unwrap_or_else(|_| {
            let cells = self.spread(at);
            vec![1.0 + cells.iter().map(|x| x * x).sum::<f64>(); cells.len()]
        })
    }

    fn sums<T>(&self, from: &At, cells: &[T], to: &At) -> Vec<T>
    where
        T: Copy + Default + std::ops::AddAssign,
    {
        summed(cells, &containing(self.domain(), from, to), self.domain().cells(to))
    }

    /// The displayed values of the wanted margins and what they have in common; or a margin for
    /// which there are none.
    fn settle(&self, wanted: &[At]) -> Result<Fixed, At> {
        let mut all = with_meets(wanted);
        let mut tops = cyclic_tops(&all);
        let mut fixed = Fixed::new();
        for (i, top) in tops.iter().enumerate() {
            let overlaps = tops[..i].iter().map(|other| other.meet(top));
            let firm = finest_of(overlaps);
            let Some(table) = self.search(top, &all, &firm, &fixed) else {
                let joint = tops.iter().skip(1).fold(tops[0].clone(), |a, b| join(&a, b));
                if i == 0 || self.domain().cells(&joint) > JOINT {
                    return Err(top.clone());
                }
                fixed.clear();
                all.insert(joint.clone());
                tops = vec![joint];
                let Some(table) = self.search(&tops[0], &all, &[], &fixed) else {
                    return Err(tops[0].clone());
                };
                self.fix(&tops[0], &table, &all, &mut fixed);
                break;
            };
            self.fix(top, &table, &all, &mut fixed);
        }
        for at in &all {
            if !fixed.contains_key(at) {
                let Some(order) = chain(&families(at, &all)) else { return Err(at.clone()) };
                let cells = self.chained(at, &order, &fixed, |at| self.cells(at));
                fixed.insert(at.clone(), cells);
            }
        }
        Ok(fixed)
    }

    /// Fixes a table and everything within it.
    fn fix(&self, top: &At, table: &[i64], all: &BTreeSet<At>, fixed: &mut Fixed) {
        for at in all.iter().filter(|at| at.within(top)) {
            if !fixed.contains_key(at) {
                fixed.insert(at.clone(), self.sums(top, table, at));
            }
        }
    }

    /// Whole-number cells of a margin near the estimates that `cells` gives for it and what is
    /// within it, with the fixed sums of families in a chain.
    fn chained(
        &self,
        at: &At,
        families: &[At],
        fixed: &Fixed,
        cells: impl Fn(&At) -> Vec<f64>,
    ) -> Vec<i64> {
        let mut families = families.iter();
        let Some(first) = families.next() else {
            return cells(at).into_iter().map(|x| nearest(x.max(0.0))).collect();
        };
        let (mut joined, mut table) = (first.clone(), fixed[first].clone());
        for family in families {
            let next = join(&joined, family);
            let (cells, variances) = (cells(&next), self.variances(&next));
            let rows = (&joined, table.as_slice());
            let columns = (family, fixed[family].as_slice());
            table = self.crossed(&next, (&cells, &variances), rows, columns);
            joined = next;
        }
        if joined == *at {
            return table;
        }
        let (cells, variances) = (cells(at), self.variances(at));
        let within = containing(self.domain(), at, &joined);
        share::shared(&cells, &variances, &within, &table)
    }

    /// The join of two fixed margins: a block of rows and columns for each cell of what they have
    /// in common.
    fn crossed(
        &self,
        at: &At,
        (cells, variances): (&[f64], &[f64]),
        (rows, of_rows): (&At, &[i64]),
        (columns, of_columns): (&At, &[i64]),
    ) -> Vec<i64> {
        let grid = Grid::new(self.domain(), at, rows, columns);
        let mut blocks: Vec<Block> = Vec::new();
        for (rows, columns) in grid.rows.members.iter().zip(&grid.columns.members) {
            let size = rows.len() * columns.len();
            blocks.push(Block {
                cells: vec![0.0; size],
                variances: vec![0.0; size],
                rows: rows.iter().map(|r| of_rows[*r]).collect(),
                columns: columns.iter().map(|c| of_columns[*c]).collect(),
            });
        }
        for (i, (cell, variance)) in cells.iter().zip(variances).enumerate() {
            let (block, place) = grid.place(i);
            blocks[block].cells[place] = *cell;
            blocks[block].variances[place] = *variance;
        }
        let solved: Vec<Vec<i64>> = blocks.into_iter().map(Block::solved).collect();
        (0..cells.len()).map(|i| grid.place(i)).map(|(block, place)| solved[block][place]).collect()
    }
}

/// Margins whose families form a cycle, without those within another.
fn cyclic_tops(all: &BTreeSet<At>) -> Vec<At> {
    finest_of(all.iter().filter(|at| chain(&families(at, all)).is_none()).cloned())
}

/// The cells of a margin grouped by a coarser one.
struct Groups {
    /// The group of each cell, and its place there.
    of: Vec<(usize, usize)>,
    /// The cells of each group.
    members: Vec<Vec<usize>>,
}

impl Groups {
    fn new(domain: &Domain, at: &At, by: &At) -> Self {
        let mut members = vec![Vec::new(); domain.cells(by)];
        let mut of = Vec::new();
        for (cell, group) in containing(domain, at, by).into_iter().enumerate() {
            of.push((group, members[group].len()));
            members[group].push(cell);
        }
        Self { of, members }
    }
}

/// Where the cells of a margin lie in the blocks that two coarser ones cross in, grouped by what
/// these have in common.
struct Grid {
    /// The row and the column of each cell.
    cells: Vec<(usize, usize)>,
    rows: Groups,
    columns: Groups,
}

impl Grid {
    fn new(domain: &Domain, at: &At, rows: &At, columns: &At) -> Self {
        let common = rows.meet(columns);
        let row = containing(domain, at, rows);
        let column = containing(domain, at, columns);
        Self {
            cells: row.into_iter().zip(column).collect(),
            rows: Groups::new(domain, rows, &common),
            columns: Groups::new(domain, columns, &common),
        }
    }

    /// The block of a cell, and its place in the block, row by row.
    fn place(&self, cell: usize) -> (usize, usize) {
        let (row, column) = self.cells[cell];
        self.crossing(row, column)
    }

    /// The block of a row and a column, and the place where they cross.
    fn crossing(&self, row: usize, column: usize) -> (usize, usize) {
        let ((block, r), (_, c)) = (self.rows.of[row], self.columns.of[column]);
        (block, r * self.columns.members[block].len() + c)
    }
}
