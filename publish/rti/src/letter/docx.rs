//! A letter as DOCX.
//!
//! docx-rs sets paragraphs from right to left, but neither runs nor tables, so both are added to
//! the finished XML: runs are marked by a property that we use for nothing else, and its element
//! is replaced. The marks are elements, and text is escaped: no text can be taken for one.

use std::io::Cursor;

use docx_rs::{
    AlignmentType, Docx, LineSpacing, PageMargin, Paragraph, Run, RunFonts, Table, TableCell,
    TableRow, VertAlignType, WidthType,
};

use super::{Block, Letter};
use crate::clean::{runs_right_to_left, stretches};
use crate::{Day, RtiError};

/// The property that marks a run from right to left, as docx-rs writes it.
const MARK: &str = r#"<w:vertAlign w:val="baseline" />"#;
/// What stands in its place.
const RIGHT_TO_LEFT: &str = "<w:rtl />";
/// Where the properties of a table begin.
const TABLE: &str = "<w:tblPr>";
/// The first column stands on the right.
const MIRRORED: &str = "<w:tblPr><w:bidiVisual />";
/// Sizes, in half points.
const BODY: usize = 22;
const HEAD: usize = 28;
/// A4, in twentieths of a point.
const PAGE: (u32, u32) = (11_906, 16_838);
const MARGIN: i32 = 1_134;
/// The whole width, in fiftieths of a percent.
const WHOLE: usize = 5_000;
/// The width between the margins.
const WIDTH: usize = 9_638;
/// Where the properties of all text end.
const DEFAULTS: &str = "</w:rPr></w:rPrDefault>";

pub(super) fn build(letter: &Letter, date: Day) -> Result<Vec<u8>, RtiError> {
    let rtl = letter.direction == "rtl";
    let set = Setter { rtl };
    let margin = PageMargin::new().top(MARGIN).bottom(MARGIN).left(MARGIN).right(MARGIN);
    let fonts = RunFonts::new().ascii("Noto Sans").hi_ansi("Noto Sans").cs("Noto Nastaliq Urdu");
    let day = format!("{date}T00:00:00Z");
    let mut docx = Docx::new()
        .page_size(PAGE.0, PAGE.1)
        .page_margin(margin)
        .default_fonts(fonts)
        .default_size(BODY)
        .created_at(&day)
        .updated_at(&day);
    docx = docx.add_paragraph(set.styled(&letter.publisher, HEAD, true));
    for line in &letter.head {
        docx = docx.add_paragraph(set.paragraph(line));
    }
    docx = docx.add_paragraph(Paragraph::new());
    for line in letter.facts.iter().chain(&letter.to) {
        docx = docx.add_paragraph(set.paragraph(line));
    }
    docx = docx.add_paragraph(Paragraph::new());
    docx = docx.add_paragraph(set.styled(&letter.subject, BODY, true));
    docx = docx.add_paragraph(set.styled(&letter.title, HEAD, true).outline_lvl(0));
    for block in &letter.blocks {
        docx = match block {
            Block::Heading { text } => {
                docx.add_paragraph(set.styled(text, BODY + 2, true).keep_next(true).outline_lvl(1))
            }
            Block::Paragraph { text } => docx.add_paragraph(set.paragraph(text)),
            Block::List { items } => items.iter().fold(docx, |docx, item| {
                docx.add_paragraph(set.paragraph(&format!("• {item}")).indent(
                    Some(360),
                    None,
                    None,
                    None,
                ))
            }),
            Block::Table { header, rows, numbers } => {
                docx.add_table(set.table(header, rows, *numbers)).add_paragraph(Paragraph::new())
            }
        };
    }
    docx = docx.add_paragraph(Paragraph::new()).add_paragraph(Paragraph::new());
    for line in &letter.signature {
        docx = docx.add_paragraph(set.paragraph(line));
    }
    if !letter.enclosed.is_empty() {
        docx = docx.add_paragraph(Paragraph::new());
    }
    for line in &letter.enclosed {
        docx = docx.add_paragraph(set.paragraph(line));
    }
    docx = docx.add_paragraph(Paragraph::new()).add_paragraph(set.paragraph(&letter.foot));

    let mut parts = docx.build();
    parts.document = marked(parts.document, rtl)?;
    // The language, for spelling and for readers aloud; the tag is of one of our own folders.
    let tag = &letter.language;
    let language = format!(r#"<w:lang w:val="{tag}" w:bidi="{tag}" />{DEFAULTS}"#);
    parts.styles = replaced(parts.styles, DEFAULTS, &language)?;
    // Who makes the file is nobody's name.
    parts.doc_props.core = replaced(parts.doc_props.core, "unknown", "")?;
    let mut out = Cursor::new(Vec::new());
    parts.pack(&mut out).map_err(|_| unbuilt())?;
    Ok(out.into_inner())
}

struct Setter {
    rtl: bool,
}

impl Setter {
    fn paragraph(&self, text: &str) -> Paragraph {
        self.styled(text, BODY, false)
    }

    fn styled(&self, text: &str, size: usize, bold: bool) -> Paragraph {
        let spaced = LineSpacing::new().after(120);
        let mut paragraph = Paragraph::new().line_spacing(spaced);
        paragraph.property = paragraph.property.bidi(self.rtl);
        for (text, own) in stretches(text) {
            let rtl = if own { runs_right_to_left(text).unwrap_or(false) } else { self.rtl };
            let run = Run::new().add_text(text).size(size);
            let run = if bold { run.bold() } else { run };
            paragraph = paragraph.add_run(if rtl { right_to_left(run) } else { run });
        }
        paragraph
    }

    fn table(&self, header: &[String], rows: &[Vec<String>], numbers: usize) -> Table {
        let row = |cells: &[String], bold: bool| {
            let cell = |(i, text): (usize, &String)| {
                let paragraph = self.styled(text, BODY - 2, bold);
                let paragraph =
                    if i < numbers { paragraph } else { paragraph.align(AlignmentType::End) };
                TableCell::new().add_paragraph(paragraph)
            };
            TableRow::new(cells.iter().enumerate().map(cell).collect()).cant_split()
        };
        let all = std::iter::once(row(header, true)).chain(rows.iter().map(|r| row(r, false)));
        let grid = vec![WIDTH / header.len().max(1); header.len()];
        Table::new(all.collect()).set_grid(grid).width(WHOLE, WidthType::Pct)
    }
}

fn right_to_left(mut run: Run) -> Run {
    run.run_property = run.run_property.vert_align(VertAlignType::Baseline);
    run
}

/// The document with its runs and tables from right to left.
fn marked(xml: Vec<u8>, rtl: bool) -> Result<Vec<u8>, RtiError> {
    let xml = replaced(xml, MARK, RIGHT_TO_LEFT)?;
    if rtl { replaced(xml, TABLE, MIRRORED) } else { Ok(xml) }
}

fn replaced(xml: Vec<u8>, from: &str, to: &str) -> Result<Vec<u8>, RtiError> {
    let text = String::from_utf8(xml).map_err(|_| unbuilt())?;
    Ok(text.replace(from, to).into_bytes())
}

fn unbuilt() -> RtiError {
    RtiError::Build { what: "the letter as DOCX" }
}
