//! What the releases say, gathered so that pages can set places and years side by side.
//!
//! A [`Topic`] is a statistic or an indicator of one release, with all of its lists; an [`Issue`] is a
//! release with its topics.

use shumar_figures::compare::Rank;
use shumar_figures::indicator::Reading;
use shumar_schemas::release::{
    CodeDocument, DimensionDocument, ExactDocument, IndicatorDocument, ReleaseDocument,
    TableDocument,
};
use shumar_schemas::{Label, Measure};

use crate::earlier::Changes;
use crate::print::Extra;
use crate::read::{Grid, Statistic};
use crate::told::Told;

/// A release with everything that its pages show.
pub(crate) struct Issue<'a> {
    /// The release.
    pub(crate) document: &'a ReleaseDocument,
    /// The release that revises it, if there is one.
    pub(crate) revised_by: Option<&'a ReleaseDocument>,
    /// Its statistics, then its indicators, then its exact sums.
    pub(crate) topics: Vec<Topic<'a>>,
    /// What only its printed forms say.
    pub(crate) extra: Extra<'a>,
}

/// What a topic is of.
#[derive(Clone, Copy)]
pub(crate) enum Of<'a> {
    /// A statistic and its table.
    Statistic(Statistic<'a>),
    /// An indicator.
    Indicator(&'a IndicatorDocument),
    /// Exact sums of activity.
    Exact(&'a ExactDocument),
}

/// A statistic or an indicator of one release.
pub(crate) struct Topic<'a> {
    /// What it is.
    pub(crate) of: Of<'a>,
    /// Its lists.
    pub(crate) lists: Vec<List<'a>>,
}

/// One list of figures: a margin of a statistic, or a file of an indicator.
pub(crate) struct List<'a> {
    /// Its name.
    pub(crate) id: &'a str,
    /// Its columns of codes.
    pub(crate) by: Vec<DimensionDocument>,
    /// The figures as they are told, one a row, the last column fastest.
    pub(crate) rows: Vec<Told>,
    /// The figures as they are; nothing for exact sums, which are never compared by ranges.
    pub(crate) raw: Vec<Reading>,
    /// Largest half-width of its ranges, where that is stated.
    pub(crate) half_width: Option<f64>,
    /// The data files' path without extension, relative to the site.
    pub(crate) data: String,
    /// How its figures differ from those of a year before.
    pub(crate) changes: Option<Changes>,
    /// Where its figures stand among each other, where that was worked out; none for an area without
    /// a figure.
    pub(crate) ranks: Option<Vec<Option<Rank>>>,
}

impl<'a> Issue<'a> {
    /// A topic by name.
    pub(crate) fn topic(&self, id: &str) -> Option<&Topic<'a>> {
        self.topics.iter().find(|t| t.id() == id)
    }

    /// Its statistics.
    pub(crate) fn statistics(&self) -> impl Iterator<Item = (Statistic<'a>, &Topic<'a>)> {
        self.topics.iter().filter_map(|t| match t.of {
            Of::Statistic(s) => Some((s, t)),
            Of::Indicator(_) | Of::Exact(_) => None,
        })
    }

    /// Its indicators.
    pub(crate) fn indicators(&self) -> impl Iterator<Item = (&'a IndicatorDocument, &Topic<'a>)> {
        self.topics.iter().filter_map(|t| match t.of {
            Of::Indicator(i) => Some((i, t)),
            Of::Statistic(_) | Of::Exact(_) => None,
        })
    }

    /// Its exact sums of activity.
    pub(crate) fn exact(&self) -> impl Iterator<Item = &Topic<'a>> {
        self.topics.iter().filter(|t| t.is_exact())
    }
}

impl<'a> Topic<'a> {
    /// Its name, which no other topic of the release has.
    pub(crate) fn id(&self) -> &'a str {
        match self.of {
            Of::Statistic(s) => &s.document.id,
            Of::Indicator(i) => &i.id,
            Of::Exact(e) => &e.id,
        }
    }

    /// Its title.
    pub(crate) fn title(&self) -> &'a Label {
        match self.of {
            Of::Statistic(s) => &s.document.title,
            Of::Indicator(i) => &i.title,
            Of::Exact(e) => &e.title,
        }
    }

    /// Its note.
    pub(crate) fn note(&self) -> &'a Label {
        match self.of {
            Of::Statistic(s) => &s.document.note,
            Of::Indicator(i) => &i.note,
            Of::Exact(e) => &e.note,
        }
    }

    /// What its figures are.
    pub(crate) fn unit(&self) -> &'a Label {
        match self.of {
            Of::Statistic(s) => &s.table.unit,
            Of::Indicator(i) => &i.unit,
            Of::Exact(e) => &e.unit,
        }
    }

    /// How its figures are worked out.
    pub(crate) fn measure(&self) -> Measure {
        match self.of {
            Of::Statistic(_) | Of::Exact(_) => Measure::Count,
            Of::Indicator(i) => i.measure,
        }
    }

    /// The table that it follows from, or that of its first term.
    pub(crate) fn table(&self, release: &'a ReleaseDocument) -> Option<&'a TableDocument> {
        match self.of {
            Of::Statistic(s) => Some(s.table),
            Of::Indicator(i) => {
                let id = &i.terms.first()?.table;
                release.tables.iter().find(|t| t.id == *id)
            }
            Of::Exact(_) => None,
        }
    }

    /// Its page, below the language's folder.
    pub(crate) fn path(&self, release: &ReleaseDocument) -> String {
        match self.of {
            Of::Statistic(s) => format!("releases/{}/{}.html", release.id, s.document.id),
            Of::Indicator(i) => format!("releases/{}/indicators/{}.html", release.id, i.id),
            Of::Exact(e) => format!("releases/{}/exact/{}.html", release.id, e.id),
        }
    }

    /// Whether its figures are exact sums of activity.
    pub(crate) fn is_exact(&self) -> bool {
        matches!(self.of, Of::Exact(_))
    }

    /// Its one figure for everything, if it has one.
    pub(crate) fn total(&self) -> Option<(&List<'a>, Told)> {
        self.lists.iter().find_map(|l| match l.rows[..] {
            [one] if l.by.is_empty() => Some((l, one)),
            _ => None,
        })
    }

    /// Its list by one dimension alone.
    pub(crate) fn by(&self, dimension: &str) -> Option<&List<'a>> {
        self.lists.iter().find(|l| matches!(&l.by[..], [one] if one.id == dimension))
    }

    /// Its first list by areas alone, the finest areas first.
    pub(crate) fn by_area(&self) -> Option<&List<'a>> {
        let lists = self.lists.iter().filter(|l| matches!(&l.by[..], [one] if one.area));
        lists.max_by_key(|l| l.rows.len())
    }

    /// Whether another release's topic is the same: worked out alike and in the same unit.
    pub(crate) fn is_like(&self, other: &Topic) -> bool {
        match (self.of, other.of) {
            (Of::Statistic(a), Of::Statistic(b)) => {
                a.document.id == b.document.id
                    && (&a.table.id, a.table.count) == (&b.table.id, b.table.count)
            }
            (Of::Indicator(a), Of::Indicator(b)) => plain(a) == plain(b),
            (Of::Exact(a), Of::Exact(b)) => {
                (&a.id, &a.kind, &a.measure) == (&b.id, &b.kind, &b.measure)
            }
            _ => false,
        }
    }
}

/// An indicator without its words and its files.
fn plain(indicator: &IndicatorDocument) -> IndicatorDocument {
    IndicatorDocument {
        title: Label::default(),
        note: Label::default(),
        unit: Label::default(),
        margins: Vec::new(),
        ..indicator.clone()
    }
}

impl List<'_> {
    /// The codes of its rows.
    pub(crate) fn dimensions(grid: &Grid) -> Vec<DimensionDocument> {
        grid.columns.iter().map(|c| c.document.clone()).collect()
    }

    /// The code of a row in a column.
    pub(crate) fn code(&self, column: usize, row: usize) -> &CodeDocument {
        let step: usize = self.by[column + 1..].iter().map(|d| d.codes.len()).product();
        let codes = &self.by[column].codes;
        &codes[row / step % codes.len()]
    }

    /// The row of a code, in a list by one dimension.
    pub(crate) fn row(&self, code: &str) -> Option<usize> {
        match &self.by[..] {
            [one] => one.codes.iter().position(|c| c.code == code),
            _ => None,
        }
    }
}
