//! A statistic bound to its declared domain: every cell that a table has, before any record is read.

use std::collections::{BTreeMap, HashMap};

use sha2::{Digest, Sha256};

use crate::{Count, Label, Period};

mod binder;

pub use binder::bind;

/// The most cells of one table: its counts must fit in memory several times over.
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
    /// Coarser levels.
    pub levels: Vec<Level>,
}

/// A published margin: some axes, each whole or at a coarser level.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Margin {
    /// Its name, as in file names: `district-quarter`, or `total`.
    pub id: String,
    /// The axes and, where named, their levels.
    pub by: Vec<(usize, Option<usize>)>,
}

/// A table: what is counted, and every cell it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The statistic's name.
    pub id: String,
    /// The period that it counts.
    pub period: Period,
    /// The record kind.
    pub kind: String,
    /// Records or persons.
    pub count: Count,
    /// How many records of one person and year it counts at most.
    pub bound: u32,
    /// Its title.
    pub title: Label,
    /// Its note.
    pub note: Label,
    /// What one unit of its counts is.
    pub unit: Label,
    /// The axes, the last one fastest.
    pub axes: Vec<Axis>,
    /// The margins to publish.
    pub margins: Vec<Margin>,
}

impl Table {
    /// Sizes of the axes.
    #[must_use]
    pub fn shape(&self) -> Vec<usize> {
        self.axes.iter().map(|a| a.codes.len()).collect()
    }

    /// How many cells the table has.
    #[must_use]
    pub fn cells(&self) -> usize {
        self.shape().iter().product()
    }

    /// The name of the finest margin, that of all axes.
    #[must_use]
    pub fn finest_id(&self) -> String {
        self.axes.iter().map(|a| a.id.as_str()).collect::<Vec<_>>().join("-")
    }

    /// The fields of the record kind that the table reads, besides the event date.
    #[must_use]
    pub fn fields(&self) -> Vec<&str> {
        let field = |a| match a {
            &AxisSource::Code { ref field, .. }
            | &AxisSource::Boolean { ref field }
            | &AxisSource::Bins { ref field, .. } => Some(field.as_str()),
            AxisSource::Years { .. } | AxisSource::Quarters { .. } => None,
        };
        self.axes.iter().filter_map(|a| field(&a.source)).collect()
    }

    /// SHA-256 of everything that decides what the table's cells mean; equal tables of equal
    /// periods are the same question.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        let mut add = |text: &str| {
            hash.update((text.len() as u64).to_le_bytes());
            hash.update(text.as_bytes());
        };
        add(&self.id);
        add(&self.period.to_string());
        add(&self.kind);
        add(&format!("{:?} {}", self.count, self.bound));
        for axis in &self.axes {
            add(&axis.id);
            add(&format!("{:?}", axis.source));
            axis.codes.iter().for_each(|c| add(&c.code));
        }
        hex::encode(hash.finalize())
    }
}

impl Margin {
    /// The codes of each of its axes, at the level it names.
    #[must_use]
    pub fn codes<'a>(&self, table: &'a Table) -> Vec<&'a [AxisCode]> {
        let codes = |&(axis, level): &(usize, Option<usize>)| {
            let axis = &table.axes[axis];
            level.map_or(axis.codes.as_slice(), |l| axis.levels[l].codes.as_slice())
        };
        self.by.iter().map(codes).collect()
    }

    /// Name and title of each of its axes, at the level it names.
    #[must_use]
    pub fn names<'a>(&self, table: &'a Table) -> Vec<(&'a str, &'a Label)> {
        let name = |&(axis, level): &(usize, Option<usize>)| {
            let axis = &table.axes[axis];
            level.map_or((axis.id.as_str(), &axis.title), |l| {
                (axis.levels[l].id.as_str(), &axis.levels[l].title)
            })
        };
        self.by.iter().map(name).collect()
    }

    /// For every cell of the table, in order, the margin's cell that it adds to.
    #[must_use]
    pub fn cell_of(&self, table: &Table) -> Vec<u32> {
        let shape = table.shape();
        let sizes: Vec<usize> = self.codes(table).iter().map(|c| c.len()).collect();
        let mut out = vec![0_u32; table.cells()];
        let mut inner = table.cells();
        let mut strides: HashMap<usize, usize> = HashMap::new();
        for (axis, size) in shape.iter().enumerate() {
            inner /= size;
            strides.insert(axis, inner);
        }
        let mut stride = 1;
        for ((axis, level), size) in self.by.iter().zip(&sizes).rev() {
            for (cell, to) in out.iter_mut().enumerate() {
                let place = cell / strides[axis] % shape[*axis];
                let place = level.map_or(place, |l| table.axes[*axis].levels[l].of[place]);
                *to += u32::try_from(place * stride).unwrap_or(u32::MAX);
            }
            stride *= size;
        }
        out
    }
}
