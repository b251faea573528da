//! What can go wrong with a template, told to the office that wrote it.

use std::fmt;

use typst::WorldExt;
use typst::diag::SourceDiagnostic;
use typst::syntax::DiagSpan;

use crate::world::Desk;

/// Faults that are told one by one.
const FAULTS_MAX: usize = 5;
/// Letters of a line that are shown.
const LINE_MAX: usize = 100;

/// A document that can't be printed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PrintError {
    /// The template does not compile.
    #[error(
        "the template can't be printed{}\n\n\
         hint: put the line right, or take your own template away so that the built-in one is used",
        lines(faults)
    )]
    Template {
        /// What is wrong, the first fault first.
        faults: Vec<Fault>,
    },
    /// A date that is none.
    #[error("`{date}` is not a date\n\nhint: write it as year, month and day: `2026-02-05`")]
    Date {
        /// What was given.
        date: String,
    },
    /// A part whose name can't be that of a file.
    #[error("`{name}` can't be the name of a part\n\nhint: use a plain name like `style.typ`")]
    Part {
        /// The name.
        name: String,
    },
}

/// One fault of a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The file: `main.typ` is the template itself.
    pub file: String,
    /// The line, counted from 1; none where the fault has no place.
    pub line: Option<usize>,
    /// What stands in that line.
    pub text: String,
    /// What is wrong, in Typst's words.
    pub what: String,
    /// What Typst advises.
    pub hints: Vec<String>,
}

fn lines(faults: &[Fault]) -> String {
    let mut all: String = faults.iter().map(ToString::to_string).collect();
    if faults.is_empty() {
        all.push_str("\n  it has a fault without a name");
    }
    all
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            Some(line) => write!(f, "\n  line {line} of `{}`: {}", self.file, self.what)?,
            None => write!(f, "\n  `{}`: {}", self.file, self.what)?,
        }
        if !self.text.is_empty() {
            write!(f, "\n    {}", self.text)?;
        }
        self.hints.iter().try_for_each(|hint| write!(f, "\n    ({hint})"))
    }
}

/// The faults that Typst found, with their places.
pub(crate) fn told(desk: &Desk, faults: &[SourceDiagnostic]) -> PrintError {
    let faults = faults.iter().take(FAULTS_MAX).map(|fault| {
        let (file, line, text) = place(desk, fault.span);
        let hints = fault.hints.iter().map(|hint| hint.v.to_string()).collect();
        Fault { file, line, text, what: fault.message.to_string(), hints }
    });
    PrintError::Template { faults: faults.collect() }
}

/// The file, the number and the words of a line.
fn place(desk: &Desk, span: DiagSpan) -> (String, Option<usize>, String) {
    let found = || {
        let id = span.id()?;
        let source = desk.text(id)?;
        let start = desk.range(span)?.start;
        let line = source.lines().byte_to_line(start)?;
        let text: String = source.text().lines().nth(line).unwrap_or_default().trim().into();
        let text = text.chars().take(LINE_MAX).collect();
        let name = id.vpath().get_without_slash().to_owned();
        Some((name, Some(line + 1), text))
    };
    found().unwrap_or_else(|| (Desk::MAIN.to_owned(), None, String::new()))
}
