//! Statistics bound to their declared domains: the table of each kind, with every code that its axes
//! have, before any record is read.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

use crate::{Count, Label, Period};

mod binder;
mod calibration;
mod exact;
mod wide;

pub use exact::{Sums, sums};
pub use wide::tables;

/// The most cells of one margin: its counts must fit in memory several times over.
pub const CELLS_MAX: usize = 4_000_000;

/// A code of an axis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AxisCode {
    /// The code, as published.
    pub code: String,
    /// Its names.
    pub label: Label,
}

/// How a record finds its place on an axis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AxisSource {
    /// By the code in a field.
    Code {
        /// The field.
        field: String,
        /// Every code of its list to its place.
        place: BTreeMap<String, usize>,
        /// The place of a blank.
        blank: Option<usize>,
    },
    /// By yes, no or blank in a field: places 0, 1 and 2.
    Boolean {
        /// The field.
        field: String,
    },
    /// By a number in a field.
    Bins {
        /// The field.
        field: String,
        /// Lower edges, ascending.
        edges: Vec<i32>,
        /// The place of a blank.
        blank: Option<usize>,
    },
    /// By the event date's year.
    Years {
        /// The years, in order.
        years: Vec<i32>,
    },
    /// By the event date's quarter.
    Quarters {
        /// The quarters, in order.
        quarters: Vec<(i32, u8)>,
    },
}

/// A coarser level of an axis.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    /// Its name.
    pub id: String,
    /// Its title.
    pub title: Label,
    /// Its codes.
    pub codes: Vec<AxisCode>,
    /// For every place of the axis, its place at this level.
    pub of: Vec<usize>,
}

/// One dimension of a table with all its codes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Axis {
    /// Its name.
    pub id: String,
    /// Its title.
    pub title: Label,
    /// Its codes in order.
    pub codes: Vec<AxisCode>,
    /// How a record is placed.
    pub source: AxisSource,
    /// Whether its codes are areas.
    pub area: bool,
    /// Coarser levels, each nested in the one before.
    pub levels: Vec<Level>,
}

/// A margin: some axes, each whole or at a coarser level.
#[derive(Debug, Clone, PartialEq)]
pub struct Margin {
    /// Its name, as in file names: `district-quarter`, or `total`.
    pub id: String,
    /// The axes and, where named, their levels, in the order of its cells.
    pub by: Vec<(usize, Option<usize>)>,
    /// How much more exact it should be than others: twice the weight, half the wanted error.
    pub weight: f64,
}

/// What one statistic publishes of a table.
#[derive(Debug, Clone, PartialEq)]
pub struct Published {
    /// The statistic's name.
    pub id: String,
    /// Its title.
    pub title: Label,
    /// Its note.
    pub note: Label,
    /// The margins to publish.
    pub margins: Vec<Margin>,
}

/// A table: what is counted, over all the dimensions that statistics of one kind publish.
///
/// It is never made as a whole. Margins of it are counted, measured and estimated.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// Its name: the kind's, with `-persons` where persons are counted.
    pub id: String,
    /// The period that it counts.
    pub period: Period,
    /// The record kind.
    pub kind: String,
    /// Records or persons.
    pub count: Count,
    /// How many records of one person and year it counts at most.
    pub bound: u32,
    /// What one unit of its counts is.
    pub unit: Label,
    /// The axes.
    pub axes: Vec<Axis>,
    /// What is published of it, one a statistic.
    pub published: Vec<Published>,
}

impl Axis {
    /// The codes of the axis itself, or of a coarser level.
    #[must_use]
    pub fn codes_at(&self, level: Option<usize>) -> &[AxisCode] {
        level.map_or(self.codes.as_slice(), |l| self.levels[l].codes.as_slice())
    }

    /// Name and title of the axis itself, or of a coarser level.
    #[must_use]
    pub fn name_at(&self, level: Option<usize>) -> (&str, &Label) {
        level.map_or((self.id.as_str(), &self.title), |l| {
            (self.levels[l].id.as_str(), &self.levels[l].title)
        })
    }

    /// For every place of the axis, its place at a level.
    #[must_use]
    pub fn place_at(&self, level: Option<usize>, place: usize) -> usize {
        level.map_or(place, |l| self.levels[l].of[place])
    }

    /// The levels from the coarsest to the axis itself: for each of its codes the place at the next
    /// coarser level, which for the first is the total.
    #[must_use]
    pub fn nested(&self) -> Vec<Vec<usize>> {
        let mut nested = Vec::new();
        let mut coarser = vec![0; self.codes.len()];
        for level in (0..self.levels.len()).rev().map(Some).chain([None]) {
            let mut parents = vec![0; self.codes_at(level).len()];
            for (place, above) in coarser.iter().enumerate() {
                parents[self.place_at(level, place)] = *above;
            }
            nested.push(parents);
            coarser = (0..self.codes.len()).map(|p| self.place_at(level, p)).collect();
        }
        nested
    }

    /// The field of the record kind that the axis reads; none for the calendar.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        self.source.field()
    }
}

impl AxisSource {
    /// The field of the record kind that is read; none for the calendar.
    #[must_use]
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::Code { field, .. } | Self::Boolean { field } | Self::Bins { field, .. } => {
                Some(field)
            }
            Self::Years { .. } | Self::Quarters { .. } => None,
        }
    }
}

impl Table {
    /// The table that this one calibrates: it counts the same records at the generous bound.
    #[must_use]
    pub fn calibrates(&self) -> Option<&str> {
        self.id.strip_suffix(calibration::SUFFIX)
    }

    /// SHA-256 of everything that decides what the table's cells mean; equal tables of equal
    /// periods are the same question.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let whole = (0..self.axes.len()).flat_map(|axis| {
            let levels = self.axes[axis].levels.len();
            (0..levels).map(Some).chain([None]).map(move |level| (axis, level))
        });
        self.fingerprint_of(&whole.collect::<Vec<_>>())
    }

    /// SHA-256 of everything that decides what a margin's cells mean.
    #[must_use]
    pub fn fingerprint_of(&self, by: &[(usize, Option<usize>)]) -> String {
        let mut hash = Sha256::new();
        let mut add = |text: &str| {
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(text.as_bytes());
        };
        add(&self.id);
        add(&self.period.to_string());
        add(&self.kind);
        add(&format!("{:?} {}", self.count, self.bound));
        for &(axis, level) in by {
            let axis = &self.axes[axis];
            add(axis.name_at(level).0);
            add(&format!("{:?}", axis.source));
            add(&format!("{:?}", level.map(|l| &axis.levels[l].of)));
            axis.codes_at(level).iter().for_each(|c| add(&c.code));
        }
        hex::encode(hash.finalize())
    }

    /// A margin of the table by the depth of each axis, as the estimator writes it: 0 is summed
    /// out, 1 the coarsest level, and so on to the axis itself.
    #[must_use]
    pub fn at_depths(&self, depths: &[u8]) -> Margin {
        let level = |(axis, depth): (usize, &u8)| {
            let levels = self.axes[axis].levels.len();
            (*depth > 0).then(|| (axis, levels.checked_sub(usize::from(*depth))))
        };
        let by: Vec<_> = depths.iter().enumerate().filter_map(level).collect();
        let names: Vec<&str> = by.iter().map(|&(a, l)| self.axes[a].name_at(l).0).collect();
        let id = if names.is_empty() { "total".to_owned() } else { names.join("-") };
        Margin { id, by, weight: 1.0 }
    }
}

impl Margin {
    /// The codes of each of its axes, at the level it names.
    #[must_use]
    pub fn codes<'a>(&self, table: &'a Table) -> Vec<&'a [AxisCode]> {
        self.by.iter().map(|&(axis, level)| table.axes[axis].codes_at(level)).collect()
    }

    /// Name and title of each of its axes, at the level it names.
    #[must_use]
    pub fn names<'a>(&self, table: &'a Table) -> Vec<(&'a str, &'a Label)> {
        self.by.iter().map(|&(axis, level)| table.axes[axis].name_at(level)).collect()
    }

    /// How many cells it has.
    #[must_use]
    pub fn cells(&self, table: &Table) -> usize {
        self.codes(table).iter().map(|c| c.len()).product()
    }

    /// The depth of each of the table's axes: 0 is summed out, 1 the coarsest level. What has one
    /// code is summed out: the one quarter of a quarter's release tells nothing apart.
    #[must_use]
    pub fn depths(&self, table: &Table) -> Vec<u8> {
        let mut depths = vec![0_u8; table.axes.len()];
        let apart =
            |&&(axis, level): &&(usize, Option<usize>)| table.axes[axis].codes_at(level).len() > 1;
        for &(axis, level) in self.by.iter().filter(apart) {
            let levels = table.axes[axis].levels.len();
            let depth = level.map_or(levels + 1, |l| levels - l);
            depths[axis] = u8::try_from(depth).unwrap_or(u8::MAX);
        }
        depths
    }

    /// For every cell of the margin, its place among the cells in the order of the table's axes.
    #[must_use]
    pub fn in_axis_order(&self, table: &Table) -> Vec<usize> {
        let sizes: Vec<usize> = self.codes(table).iter().map(|c| c.len()).collect();
        let mut order: Vec<usize> = (0..self.by.len()).collect();
        order.sort_by_key(|i| self.by[*i].0);
        let mut strides = vec![0; self.by.len()];
        let mut stride = 1;
        for &i in order.iter().rev() {
            strides[i] = stride;
            stride *= sizes[i];
        }
        let mut inner = stride;
        let mut places = vec![0; stride];
        for (size, to) in sizes.iter().zip(strides) {
            inner /= size;
            for (cell, place) in places.iter_mut().enumerate() {
                *place += cell / inner % size * to;
            }
        }
        places
    }
}
