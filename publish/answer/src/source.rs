//! A table of a release that a question may be answered from, and its sums.

use shumar_figures::{Estimates, Figures};
use shumar_privacy::Scale;
use shumar_privacy::estimator::{At, Unfit};
use shumar_publish::{Library, Opened};
use shumar_schemas::release::TableDocument;
use shumar_schemas::{Family, Nano};

use crate::question::Question;
use crate::view::View;
use crate::{Refusal, Span};

/// How finely a table tells times apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Grain {
    /// Not at all.
    Whole,
    /// By years.
    Years,
    /// By quarters.
    Quarters,
}

/// A table with its estimates.
pub(crate) struct Source<'a> {
    /// The releases of the same records that it was measured in, the newest first.
    pub(crate) opened: Vec<&'a Opened>,
    /// The table.
    pub(crate) table: &'a TableDocument,
    /// Its estimates.
    pub(crate) figures: Figures,
    /// What the release covers.
    pub(crate) span: Span,
}

/// A measurement that is not made yet.
#[derive(Debug, Clone)]
pub struct Imagined {
    /// The dimensions that would be crossed.
    pub(crate) by: Vec<String>,
    /// The period.
    pub(crate) period: Span,
    /// Its noise.
    pub(crate) scale: Scale,
}

impl Imagined {
    /// A measurement at a loss for one record; none if the loss has no scale.
    #[must_use]
    pub fn new(
        by: Vec<String>,
        period: Span,
        family: Family,
        (unit, bound): (Nano, u32),
    ) -> Option<Self> {
        Some(Self { by, period, scale: Scale::of(family, unit, bound).ok()? })
    }
}

/// The sums of one source that a question needs.
pub(crate) struct Sums {
    /// The margin that they are over.
    pub(crate) at: At,
    /// The dimensions of that margin.
    pub(crate) counted: Vec<String>,
    /// The pieces of the release's period that are told apart.
    pub(crate) pieces: Vec<Span>,
    /// By piece and row: which cells are summed.
    pub(crate) weights: Vec<Vec<Vec<f64>>>,
    /// The estimates of the margin's cells.
    pub(crate) cells: Vec<f64>,
}

impl<'a> Source<'a> {
    /// The tables of all standing releases with this name and way of counting. Measurements of the
    /// same records, in one release and later on request, are one source.
    ///
    /// # Errors
    /// Measurements that can't be used.
    pub(crate) fn all(
        library: &'a Library,
        like: &TableDocument,
        imagined: Option<&Imagined>,
    ) -> Result<Vec<Self>, Refusal> {
        let mut groups: Vec<(Span, Vec<(&'a Opened, &'a TableDocument)>)> = Vec::new();
        for opened in library.standing() {
            let document = opened.document();
            let own = document.tables.iter().find(|t| (&t.id, t.count) == (&like.id, like.count));
            let (Some(table), Some(span)) = (own, Span::of(document)) else { continue };
            let same = |(of, group): &&mut (Span, Vec<(&Opened, &TableDocument)>)| {
                let other = group[0].1;
                *of == span && (other.bound, &other.dimensions) == (table.bound, &table.dimensions)
            };
            match groups.iter_mut().find(same) {
                Some((_, group)) => group.push((opened, table)),
                None => groups.push((span, vec![(opened, table)])),
            }
        }
        let source = |(span, group): (Span, Vec<(&'a Opened, &'a TableDocument)>)| {
            let (newest, table) = group[0];
            let more = imagined.filter(|i| i.period == span);
            let more = more.map(|i| (i.by.as_slice(), &i.scale));
            let figures = newest.pooled(table, &group[1..], more)?;
            let opened = group.iter().map(|(o, _)| *o).collect();
            Ok(Self { opened, table, figures, span })
        };
        groups.into_iter().map(source).collect()
    }

    /// The dimension of a table that tells times apart, and the times.
    pub(crate) fn calendar(
        table: &'a TableDocument,
        span: Span,
        grain: Grain,
    ) -> Option<(Option<&'a str>, Vec<Span>)> {
        let parts = match grain {
            Grain::Whole => return Some((None, vec![span])),
            Grain::Years => span.by_year()?,
            Grain::Quarters => span.by_quarter(),
        };
        let same = |codes: &[shumar_schemas::release::CodeDocument]| {
            let times = codes.iter().map(|c| c.code.parse::<Span>().ok());
            times.eq(parts.iter().copied().map(Some))
        };
        let found = table.dimensions.iter().find(|d| same(&d.codes) && !d.area)?;
        Some((Some(&found.id), parts))
    }

    /// The question's sums at a grain; none if what was measured does not tell them.
    ///
    /// # Errors
    /// A dimension or code that the table does not have; too many cells.
    pub(crate) fn sums(&self, question: &Question, grain: Grain) -> Result<Option<Sums>, Refusal> {
        let Some((time, pieces)) = Self::calendar(self.table, self.span, grain) else {
            return Ok(None);
        };
        let view = View::of(self.table, question, time)?;
        let cells = match self.figures.cells(view.at()) {
            Ok(cells) => cells,
            Err(Unfit::Undetermined) => return Ok(None),
            Err(_) => return Err(Refusal::Unworkable { measure: question.measure.clone() }),
        };
        let weights = view.weights(pieces.len())?;
        let counted = view.counted.iter().map(|name| (*name).to_owned()).collect();
        Ok(Some(Sums { at: view.at().clone(), counted, pieces, weights, cells }))
    }

    /// Whether its figures are of all recorded events, and not only of those within the bounds.
    pub(crate) fn is_recorded(&self) -> bool {
        matches!(self.figures, Figures::Calibrated(_))
    }
}
