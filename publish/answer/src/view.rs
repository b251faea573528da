//! How the dimensions that a question names lie in a table of a release.
//!
//! A question may name two levels of one axis, divisions and some districts: the finer one is counted
//! and the coarser one follows.

use std::collections::BTreeMap;

use shumar_figures::indicator::{Cells, Layout};
use shumar_privacy::estimator::At;
use shumar_schemas::release::{CodeDocument, DimensionDocument, TableDocument};

use crate::Refusal;
use crate::question::Question;

/// A named dimension: which counted one it follows from, and its code for each code of that.
struct Named<'a> {
    document: &'a DimensionDocument,
    counted: usize,
    codes: Vec<usize>,
}

/// The cells that a question is about, in one table.
pub(crate) struct View<'a> {
    /// The counted dimensions, one an axis.
    pub(crate) counted: Vec<&'a str>,
    cells: Cells,
    /// The dimensions of the figures, in the question's order.
    split: Vec<Named<'a>>,
    /// The dimensions that are narrowed, and which of their codes count.
    only: Vec<(Named<'a>, Vec<bool>)>,
    /// The part of the calendar that tells pieces of the period apart.
    time: Option<Named<'a>>,
}

impl<'a> View<'a> {
    /// Finds the question's dimensions in a table; `time` is the dimension of the calendar that is
    /// needed, if one is.
    ///
    /// # Errors
    /// A dimension or code that the table does not have; too many cells.
    pub(crate) fn of(
        table: &'a TableDocument,
        question: &Question,
        time: Option<&'a str>,
    ) -> Result<Self, Refusal> {
        let layout = Layout::of(table);
        let split = question.split();
        let names =
            split.iter().copied().chain(question.only.keys().map(String::as_str)).chain(time);
        let mut finest: BTreeMap<usize, (u8, &'a str)> = BTreeMap::new();
        for name in names {
            let (axis, depth, document) =
                layout.place(name).ok_or_else(|| no_dimension(table, question, name))?;
            let entry = finest.entry(axis).or_insert((depth, document.id.as_str()));
            if depth > entry.0 {
                *entry = (depth, document.id.as_str());
            }
        }
        let counted: Vec<&'a str> = finest.values().map(|(_, name)| *name).collect();
        let cells = layout.cells(&counted).ok_or(Refusal::Large)?;
        let axes: Vec<usize> = finest.keys().copied().collect();
        let named = |name: &str| -> Option<Named<'a>> {
            let (axis, _, document) = layout.place(name)?;
            let place = axes.iter().position(|a| *a == axis)?;
            let codes = followed(table, layout.dimension(counted[place])?, document)?;
            Some(Named { document, counted: place, codes })
        };
        let known = |name: &str| named(name).ok_or_else(|| no_dimension(table, question, name));
        let mut only = Vec::new();
        for (name, wanted) in &question.only {
            let named = known(name)?;
            let codes = &named.document.codes;
            if let Some(asked) = wanted.iter().find(|w| !codes.iter().any(|c| c.code == **w)) {
                return Err(Refusal::Code {
                    dimension: name.clone(),
                    asked: asked.clone(),
                    known: codes.iter().map(|c| (c.code.clone(), c.label.clone())).collect(),
                });
            }
            let counts = codes.iter().map(|c| wanted.contains(&c.code)).collect();
            only.push((named, counts));
        }
        let split = split.into_iter().map(known).collect::<Result<_, _>>()?;
        let time = time.map(known).transpose()?;
        Ok(Self { counted, cells, split, only, time })
    }

    /// The margin that is counted.
    pub(crate) fn at(&self) -> &At {
        &self.cells.at
    }

    /// The codes of every row of figures, the last dimension fastest.
    pub(crate) fn rows(&self) -> Vec<Vec<&'a CodeDocument>> {
        let mut rows: Vec<Vec<&CodeDocument>> = vec![Vec::new()];
        for named in &self.split {
            let longer = |row: &Vec<&'a CodeDocument>| -> Vec<Vec<&'a CodeDocument>> {
                let with = |code| row.iter().copied().chain([code]).collect();
                named.document.codes.iter().map(with).collect()
            };
            rows = rows.iter().flat_map(longer).collect();
        }
        rows
    }

    /// The weights of every sum, by piece of the period and row.
    ///
    /// # Errors
    /// Too many cells.
    pub(crate) fn weights(&self, pieces: usize) -> Result<Vec<Vec<Vec<f64>>>, Refusal> {
        let rows = self.split.iter().map(|n| n.document.codes.len()).product::<usize>();
        let row = |codes: &[usize]| {
            let code = |named: &Named<'_>| named.codes.get(codes[named.counted]).copied();
            for (named, counts) in &self.only {
                if !counts.get(code(named)?).copied()? {
                    return None;
                }
            }
            let mut place = match &self.time {
                Some(named) => code(named)?,
                None => 0,
            };
            for named in &self.split {
                place = place * named.document.codes.len() + code(named)?;
            }
            Some(place)
        };
        let all = pieces.checked_mul(rows).ok_or(Refusal::Large)?;
        let mut weights = self.cells.weights(all, row).ok_or(Refusal::Large)?.into_iter();
        Ok((0..pieces).map(|_| weights.by_ref().take(rows).collect()).collect())
    }
}

fn no_dimension(table: &TableDocument, question: &Question, name: &str) -> Refusal {
    Refusal::Dimension {
        measure: question.measure.clone(),
        asked: name.to_owned(),
        known: table.dimensions.iter().map(|d| (d.id.clone(), d.title.clone())).collect(),
        elsewhere: Vec::new(),
    }
}

/// For each code of a finer dimension, the code of a coarser one of the same axis, or of itself.
fn followed(
    table: &TableDocument,
    finer: &DimensionDocument,
    coarser: &DimensionDocument,
) -> Option<Vec<usize>> {
    if finer.id == coarser.id {
        return Some((0..finer.codes.len()).collect());
    }
    let base = finer.level_of.as_ref().unwrap_or(&finer.id);
    let base = table.dimensions.iter().find(|d| d.id == *base)?;
    let place = |code: &str| coarser.codes.iter().position(|c| c.code == code);
    let of_base = |i: usize| coarser.members.get(i).and_then(|code| place(code));
    let first = |code: &CodeDocument| match finer.level_of {
        None => base.codes.iter().position(|c| c.code == code.code),
        Some(_) => finer.members.iter().position(|member| *member == code.code),
    };
    finer.codes.iter().map(|code| of_base(first(code)?)).collect()
}
