//! The engine: figures from what the commission has published, and why there are none.

use std::path::Path;

use shumar_answer::{Imagined, Refusal, Span};
use shumar_publish::{Library, Opened, PublishError};
use shumar_schemas::Label;
use shumar_schemas::disclosure::SourceDocument;
use shumar_schemas::release::DimensionDocument;
use shumar_words::{Language, Words};

use super::{Answer, Cell, Column, FORMAT, Place, Question, Route};

/// All that is published, opened for answering.
#[derive(Debug)]
pub struct Publications {
    library: Library,
}

/// Text in every language.
pub(super) fn in_all(text: impl Fn(&Words) -> String) -> Label {
    let add = |label: Label, language: &Language| {
        label.with(language.tag(), text(&Words::load(*language)))
    };
    Language::all().iter().fold(Label::default(), add)
}

impl Publications {
    /// Opens the releases of a home.
    ///
    /// # Errors
    /// A release that is not signed, or that contradicts itself.
    pub fn open(releases: &Path) -> Result<Self, PublishError> {
        Ok(Self { library: Library::open(releases)? })
    }

    /// The question with codes in the place of names of areas and groups.
    #[must_use]
    pub fn named(&self, question: &Question) -> Question {
        shumar_answer::named(&self.library, question)
    }

    /// The answer, or why there is none.
    ///
    /// # Errors
    /// [`Refusal`], which says what could be asked instead.
    pub fn ask(&self, question: &Question) -> Result<Answer, Refusal> {
        Ok(told(&shumar_answer::answer(&self.library, question)?, None))
    }

    /// The most exact answer, which need not be of figures that are published as they stand. `anew` names
    /// the release that was made for this question, if one was.
    ///
    /// # Errors
    /// As [`Publications::ask`].
    pub fn exactest(&self, question: &Question, anew: Option<&str>) -> Result<Answer, Refusal> {
        let mut answer = told(&shumar_answer::exactest(&self.library, question)?, anew);
        if anew.is_some() {
            answer.route = Route::NewMeasurement;
        }
        Ok(answer)
    }

    /// Half of the widest interval that the figures would have if something more were measured.
    ///
    /// # Errors
    /// As [`Publications::ask`].
    pub fn expected(&self, question: &Question, imagined: &Imagined) -> Result<f64, Refusal> {
        shumar_answer::expected(&self.library, question, imagined)
    }

    /// What a measurement for a question would have to cover.
    #[must_use]
    pub fn covering(&self, question: &Question) -> Option<(Span, Option<&'static str>)> {
        shumar_answer::covering(&self.library, question)
    }

    /// The releases of a home by name, with the hash of each document.
    #[must_use]
    pub fn sources(&self, wanted: &[String]) -> Vec<SourceDocument> {
        let all = self.library.all().filter(|o| wanted.contains(&o.document().id));
        let source = |o: &Opened| SourceDocument {
            id: o.document().id.clone(),
            sha256: o.sha256().to_owned(),
        };
        all.map(source).collect()
    }

    /// The title of a dimension that some release has.
    #[must_use]
    pub fn title_of(&self, dimension: &str) -> Option<Label> {
        self.dimensions().find(|d| d.id == dimension).map(|d| d.title.clone())
    }

    /// The name of a code of a dimension.
    #[must_use]
    pub fn label_of(&self, dimension: &str, code: &str) -> Option<Label> {
        let mut codes = self.dimensions().filter(|d| d.id == dimension).flat_map(|d| &d.codes);
        codes.find(|c| c.code == code).map(|c| c.label.clone())
    }

    fn dimensions(&self) -> impl Iterator<Item = &DimensionDocument> {
        self.library.all().flat_map(|o| &o.document().tables).flat_map(|t| &t.dimensions)
    }

    /// What a release of a period says of a statistic's title, for one that is measured on request.
    #[must_use]
    pub fn title(&self, statistic: &str, crossed: &[String], period: Span) -> Label {
        let documents = self.library.standing().map(Opened::document);
        let known = documents.flat_map(|d| &d.statistics).find(|s| s.id == statistic);
        let title = known.map_or_else(|| Label::neutral(statistic), |s| s.title.clone());
        let tail = format!(" ({}, {period})", crossed.join(" × "));
        in_all(|words| format!("{}{tail}", words.label(&title)))
    }
}

/// An answer as it is kept.
fn told(answer: &shumar_answer::Answer, anew: Option<&str>) -> Answer {
    let derivation = in_all(|words| answer.derivation(words, anew).join("\n"));
    let label = |column: usize, code: &String| Place {
        label: answer.labels[column].get(code).cloned().unwrap_or_else(|| Label::neutral(code)),
        code: code.clone(),
    };
    let cell = |(codes, cell): &(Vec<String>, shumar_answer::Cell)| Cell {
        place: codes.iter().enumerate().map(|(i, code)| label(i, code)).collect(),
        estimate: cell.value,
        standard_error: cell.error,
        lower: cell.lower,
        upper: cell.upper,
        displayed: displayed(cell),
    };
    let mut releases: Vec<SourceDocument> = Vec::new();
    for part in &answer.parts {
        let source = SourceDocument { id: part.release.clone(), sha256: part.sha256.clone() };
        if !releases.contains(&source) {
            releases.push(source);
        }
    }
    let column = |(id, title): &(String, Label)| {
        let title = match id.as_str() {
            "year" => in_all(|words| words.say("answer-year")),
            "quarter" => in_all(|words| words.say("answer-quarter")),
            _ => title.clone(),
        };
        Column { id: id.clone(), title }
    };
    Answer {
        format: FORMAT.to_owned(),
        question: answer.question.clone().into(),
        title: answer.title.clone(),
        unit: answer.unit.clone(),
        columns: answer.columns.iter().map(column).collect(),
        cells: answer.rows.iter().map(cell).collect(),
        derivation,
        releases,
        route: match answer.route {
            shumar_answer::Route::Published => Route::PublishedCell,
            shumar_answer::Route::Combined => Route::Combination,
        },
        recorded: answer.recorded,
        overlaps: answer.overlaps.iter().map(|o| o.release.clone()).collect(),
    }
}

/// A figure as readers are shown it: a whole number, one decimal for indicators, nothing where only
/// the range may be shown, or a dash where not even that is told.
fn displayed(cell: &shumar_answer::Cell) -> String {
    if cell.lower.is_none() {
        return "–".to_owned();
    }
    let Some(value) = cell.value.filter(|_| cell.is_told()) else { return String::new() };
    match (cell.displayed, cell.error) {
        (Some(displayed), _) => displayed.to_string(),
        (None, Some(_)) => format!("{:.0}", value.max(0.0)),
        (None, None) => format!("{:.1}", value.max(0.0)),
    }
}
