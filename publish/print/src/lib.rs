//! PDF documents: a template and its data become pages.
//!
//! Templates are [Typst](https://typst.app). They see nothing but themselves, the parts that they
//! are given and `data.json`: no file, no network, no package, no clock. Text reaches a page only
//! through `data.json`, as a string, so whatever it says, it is never markup. The same input gives
//! the same bytes on every run.
//!
//! Documents are tagged for screen readers and carry their language and title; they claim PDF/UA-1
//! and PDF/A-2a wherever their text allows it.
#![cfg_attr(
    test,
    allow(clippy::expect_used, clippy::panic, reason = "what can't be set up fails its test")
)]

mod error;
mod fonts;
mod pack;
pub mod templates;
#[cfg(test)]
mod tests;
mod text;
mod world;

use typst::diag::SourceDiagnostic;
use typst::foundations::{Datetime, Smart};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

pub use error::{Fault, PrintError};
pub use text::plain;

use world::Desk;

/// Documents after which a remembered piece of layout that none of them used is forgotten.
const REMEMBERED: usize = 30;

/// A document to print.
#[derive(Debug, Clone, Copy)]
pub struct Document<'a> {
    /// The template: Typst source of the main file. It reads its data by `json("data.json")`.
    pub template: &'a str,
    /// Other files that the template imports, by name.
    pub parts: &'a [(&'a str, &'a [u8])],
    /// What the template is filled with. Characters that steer the direction of text or that no
    /// font has are replaced, see [`plain`].
    pub data: &'a serde_json::Value,
    /// Date of the document (`2026-02-05`), written into the PDF's properties; the bytes depend on
    /// nothing else. A template has it by `datetime.today()`.
    pub date: &'a str,
}

/// Prints a document: the bytes of a PDF file.
///
/// A template must set its language and title (`set text(lang: …)`, `set document(title: …)`).
/// Where the text can't conform to PDF/UA-1 and PDF/A-2a, which a mixture of rare scripts can
/// bring about, the document is tagged all the same but does not claim to conform.
///
/// # Errors
/// A template that does not compile: the line and what is wrong with it, in words for an office
/// that overrides templates. A date that is none.
///
/// # Examples
/// ```
/// use shumar_print::{Document, pdf};
///
/// let data = serde_json::json!({ "title": "Answer", "text": "#panic() is only text" });
/// let template = r#"
///     #let data = json("data.json")
///     #set document(title: data.title)
///     #set text(lang: "en")
///     = #data.title
///     #data.text
/// "#;
/// let letter = Document { template, parts: &[], data: &data, date: "2026-02-05" };
/// assert!(pdf(&letter)?.starts_with(b"%PDF-"));
///
/// let slip = Document { template: "\n#lette", ..letter };
/// assert!(pdf(&slip).unwrap_err().to_string().contains("line 2"));
/// # Ok::<(), shumar_print::PrintError>(())
/// ```
pub fn pdf(document: &Document) -> Result<Vec<u8>, PrintError> {
    let date = date(document.date)?;
    let desk = Desk::new(document, date)?;
    let told = |faults: &[SourceDiagnostic]| error::told(&desk, faults);
    let pages: PagedDocument =
        typst::compile(&desk).output.map_err(|faults| told(faults.as_slice()))?;
    let standards = PdfStandards::new(&[PdfStandard::A_2a, PdfStandard::Ua_1]);
    let options = PdfOptions {
        creator: Smart::Custom(Some("shumar".to_owned())),
        timestamp: Some(Timestamp::new_utc(date)),
        standards: standards.unwrap_or_default(),
        ..PdfOptions::default()
    };
    let written = typst_pdf::pdf(&pages, &options).or_else(|_| {
        let options = PdfOptions { standards: PdfStandards::default(), ..options };
        typst_pdf::pdf(&pages, &options)
    });
    // Pieces of layout are remembered between documents, which makes them faster; a desk that runs
    // for months must not remember all of them.
    typst::comemo::evict(REMEMBERED);
    written.map(pack::pack).map_err(|faults| told(faults.as_slice()))
}

/// The first second of a day.
fn date(text: &str) -> Result<Datetime, PrintError> {
    let wrong = || PrintError::Date { date: text.to_owned() };
    let [year, month, day] = text.split('-').collect::<Vec<_>>()[..] else {
        return Err(wrong());
    };
    let (Ok(year), Ok(month), Ok(day)) = (year.parse(), month.parse(), day.parse()) else {
        return Err(wrong());
    };
    Datetime::from_ymd_hms(year, month, day, 0, 0, 0).ok_or_else(wrong)
}
