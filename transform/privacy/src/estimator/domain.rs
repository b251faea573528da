//! A table's axes with their nested levels, and the address of a margin. Public things only.

use std::collections::{BTreeMap, BTreeSet};

use super::Unfit;
use crate::noise::as_f64;

/// One axis of a table: nested levels of codes, from the total (level 0, one code) to the finest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Axis {
    /// The parent of each code, for each level from 1.
    parents: Vec<Vec<usize>>,
    /// `children[l][code]`: the codes of level l + 1 below a code of level l.
    children: Vec<Vec<usize>>,
}

impl Axis {
    /// An axis of one level of `codes` codes.
    ///
    /// # Errors
    /// [`Unfit::Axis`] without codes.
    pub fn flat(codes: usize) -> Result<Self, Unfit> {
        Self::nested(vec![vec![0; codes]])
    }

    /// An axis of nested levels: for each level from 1, coarsest first, the place of each code's
    /// parent in the level above; the parents of level 1 are all 0, the total.
    ///
    /// # Errors
    /// [`Unfit::Axis`] when a parent does not exist or has no child, or for too many levels.
    pub fn nested(parents: Vec<Vec<usize>>) -> Result<Self, Unfit> {
        if parents.len() >= usize::from(u8::MAX) {
            return Err(Unfit::Axis);
        }
        let mut above = 1;
        let mut children = Vec::with_capacity(parents.len());
        for level in &parents {
            let mut below = vec![0; above];
            for parent in level {
                *below.get_mut(*parent).ok_or(Unfit::Axis)? += 1;
            }
            if below.contains(&0) {
                return Err(Unfit::Axis);
            }
            children.push(below);
            above = level.len();
        }
        Ok(Self { parents, children })
    }

    /// The number of the finest level.
    #[must_use]
    pub fn finest(&self) -> usize {
        self.parents.len()
    }

    /// The number of codes of a level.
    #[must_use]
    pub fn codes(&self, level: usize) -> usize {
        if level == 0 { 1 } else { self.parents[level - 1].len() }
    }

    /// The parents, one level up, of the codes of a level from 1.
    #[must_use]
    pub fn parents(&self, level: usize) -> &[usize] {
        &self.parents[level - 1]
    }

    /// The ancestors of a code of `level`, from the total (place 0) down to itself.
    pub(crate) fn line(&self, level: usize, code: usize) -> Vec<usize> {
        let mut line = vec![code; level + 1];
        for l in (1..=level).rev() {
            line[l - 1] = self.parents(l)[line[l]];
        }
        line
    }

    /// The ancestors at level `to` of all codes of level `from`, which is as fine or finer.
    #[must_use]
    pub fn ancestors(&self, from: usize, to: usize) -> Vec<usize> {
        (0..self.codes(from)).map(|code| self.line(from, code)[to]).collect()
    }

    /// How many codes of level `to` lie below (or are) each code of level `from`.
    pub(crate) fn descendants(&self, from: usize, to: usize) -> Vec<usize> {
        let mut below = vec![0; self.codes(from)];
        for ancestor in self.ancestors(to, from) {
            below[ancestor] += 1;
        }
        below
    }

    /// The largest number of children over the smallest, at the level where they differ most.
    pub(crate) fn unevenness(&self) -> f64 {
        let ratio = |level: &Vec<usize>| {
            let most = level.iter().max().map_or(1, |n| *n);
            let least = level.iter().min().map_or(1, |n| *n);
            as_f64(most as u64) / as_f64(least as u64)
        };
        self.children.iter().map(ratio).fold(1.0, f64::max)
    }

    /// For each level the shape of what lies below each code: equal numbers for equal shapes.
    pub(crate) fn shapes(&self) -> Vec<Vec<usize>> {
        let mut shapes = vec![vec![0; self.codes(self.finest())]];
        for level in (0..self.finest()).rev() {
            let mut below = vec![Vec::new(); self.codes(level)];
            for (parent, shape) in self.parents(level + 1).iter().zip(&shapes[0]) {
                below[*parent].push(*shape);
            }
            for shapes in &mut below {
                shapes.sort_unstable();
            }
            shapes.insert(0, numbered(below).0);
        }
        shapes
    }
}

/// Numbers things in the order in which they first occur; also the first place of each.
pub(crate) fn numbered<T: Ord>(things: Vec<T>) -> (Vec<usize>, Vec<usize>) {
    let (mut known, mut firsts) = (BTreeMap::new(), Vec::new());
    let mut number = |(place, thing): (usize, T)| {
        *known.entry(thing).or_insert_with(|| {
            firsts.push(place);
            firsts.len() - 1
        })
    };
    let numbers = things.into_iter().enumerate().map(&mut number).collect();
    (numbers, firsts)
}

/// The address of a margin: for each axis the level it is counted at, 0 where it is summed out.
///
/// The cells of a margin are in C order, the last axis fastest.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct At(Vec<u8>);

impl At {
    /// The margin at these levels, one an axis.
    #[must_use]
    pub fn new(levels: Vec<u8>) -> Self {
        Self(levels)
    }

    /// The margin over flat axes: level 1 on each of `kept`, the rest of `axes` axes summed out.
    #[must_use]
    pub fn over(axes: usize, kept: &[usize]) -> Self {
        Self((0..axes).map(|axis| u8::from(kept.contains(&axis))).collect())
    }

    /// The levels, one an axis.
    #[must_use]
    pub fn levels(&self) -> &[u8] {
        &self.0
    }

    /// The level on one axis.
    #[must_use]
    pub fn level(&self, axis: usize) -> usize {
        usize::from(self.0[axis])
    }

    /// The same margin at another level of one axis.
    pub(crate) fn with(&self, axis: usize, level: usize) -> Self {
        let mut levels = self.0.clone();
        levels[axis] = u8::try_from(level).unwrap_or(u8::MAX);
        Self(levels)
    }

    /// Whether this margin is a sum of cells of the other: nowhere finer.
    #[must_use]
    pub fn within(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).all(|(a, b)| a <= b)
    }

    /// The finest margin that is within both.
    #[must_use]
    pub fn meet(&self, other: &Self) -> Self {
        Self(self.0.iter().zip(&other.0).map(|(a, b)| *a.min(b)).collect())
    }

    /// This margin and all that are within it, coarsest first.
    pub(crate) fn below(&self) -> Vec<Self> {
        let levels = self.0.iter().map(|top| (0..=*top).collect()).collect::<Vec<Vec<u8>>>();
        Self::product(&levels)
    }

    /// Every margin with one of the listed levels on each axis, the last axis fastest.
    pub(crate) fn product(levels: &[Vec<u8>]) -> Vec<Self> {
        levels.iter().fold(vec![Self(Vec::new())], |found, axis| {
            let extended = |at: &Self| {
                let at = at.clone();
                axis.iter().map(move |l| Self([at.0.as_slice(), &[*l]].concat()))
            };
            found.iter().flat_map(extended).collect()
        })
    }
}

/// The axes of a table. The table of all their crossings is never made: only its margins are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Domain {
    axes: Vec<Axis>,
}

impl Domain {
    /// A domain of these axes, in the order of its cells.
    #[must_use]
    pub fn new(axes: Vec<Axis>) -> Self {
        Self { axes }
    }

    /// The axes.
    #[must_use]
    pub fn axes(&self) -> &[Axis] {
        &self.axes
    }

    /// Whether the margin has a level of this domain on every axis.
    #[must_use]
    pub fn has(&self, at: &At) -> bool {
        at.0.len() == self.axes.len()
            && at.0.iter().zip(&self.axes).all(|(l, axis)| usize::from(*l) <= axis.finest())
    }

    /// The number of cells of a margin of this domain; `usize::MAX` where it can't be told.
    #[must_use]
    pub fn cells(&self, at: &At) -> usize {
        self.shape(at).into_iter().fold(1, usize::saturating_mul)
    }

    /// The number of codes on each axis, 1 where it is summed out.
    pub(crate) fn shape(&self, at: &At) -> Vec<usize> {
        self.axes.iter().zip(&at.0).map(|(axis, l)| axis.codes(usize::from(*l))).collect()
    }

    /// The cells of all axes after one, together.
    pub(crate) fn inner(&self, at: &At, axis: usize) -> usize {
        self.shape(at)[axis + 1..].iter().product()
    }

    /// The levels that a set of margins uses on each axis, and 0, ascending.
    pub(crate) fn levels_of(&self, margins: &[At]) -> Vec<Vec<u8>> {
        let used = |axis: usize| -> BTreeSet<u8> {
            margins.iter().map(|at| at.0[axis]).chain([0]).collect()
        };
        (0..self.axes.len()).map(|axis| used(axis).into_iter().collect()).collect()
    }
}

/// The margins within `at` that have only the listed levels on each axis, coarser ones first.
pub(crate) fn within_levels(at: &At, levels: &[Vec<u8>]) -> Vec<At> {
    let lower = |(top, used): (&u8, &Vec<u8>)| used.iter().copied().filter(|l| l <= top).collect();
    At::product(&at.0.iter().zip(levels).map(lower).collect::<Vec<Vec<u8>>>())
}

/// All margins within one of these that have only the listed levels, coarser ones first.
pub(crate) fn closure(margins: &[At], levels: &[Vec<u8>]) -> Vec<At> {
    let all: BTreeSet<At> = margins.iter().flat_map(|at| within_levels(at, levels)).collect();
    all.into_iter().collect()
}
