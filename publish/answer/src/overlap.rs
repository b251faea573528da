//! Releases that cover the same figures and are not what an answer rests on, and why.

use serde::{Deserialize, Serialize};
use shumar_publish::{Library, Opened};

use crate::Span;
use crate::answer::{Part, Route};
use crate::question::Question;

/// Another release of the same table and time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overlap {
    /// The release.
    pub release: String,
    /// What it has of the time that was asked for.
    pub time: Span,
    /// Why the answer does not rest on it.
    pub passed: Passed,
}

/// Why a release was passed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Passed {
    /// A later release corrects it.
    Revised(String),
    /// Its figures do not stand in it as they were asked for, or with a wider margin.
    Wider,
    /// It would make the figures no more exact.
    NoGain,
    /// A newer release tells the figures.
    Older,
}

/// The releases that meet the time of a question with a table that its answer uses, and are not used.
pub(crate) fn overlaps(
    library: &Library,
    question: &Question,
    (route, indicator): (Route, bool),
    parts: &[Part],
) -> Vec<Overlap> {
    let used = |o: &&Opened| parts.iter().any(|p| p.release == o.document().id);
    let table = |o: &&Opened| {
        let mut tables = o.document().tables.iter();
        tables.any(|t| parts.iter().any(|p| p.table == t.id))
    };
    let overlap = |o: &Opened| {
        let document = o.document();
        let time = Span::of(document)?.common(question.period)?;
        let of =
            |by: &&Opened| by.document().revision.as_ref().is_some_and(|r| r.of == document.id);
        let passed = match (library.all().find(of), route) {
            (Some(by), _) => Passed::Revised(by.document().id.clone()),
            (None, _) if indicator => Passed::Older,
            (None, Route::Published) => Passed::Wider,
            (None, Route::Combined) => Passed::NoGain,
        };
        Some(Overlap { release: document.id.clone(), time, passed })
    };
    library.all().filter(|o| !used(o) && table(o)).filter_map(overlap).collect()
}
