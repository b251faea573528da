//! Spreadsheets: XLSX, XLSB, XLS and ODS, one sheet or several of the same columns.

use std::fs::File;
use std::path::{Path, PathBuf};

use shumar_schemas::Provider;

use super::content::{Format, refuse};
use super::totals::{Marks, Totals};
use super::{Cell, Late, Row, Rows, column, unpack};
use crate::{IngestError, Note, Reason};

mod cells;
mod choose;
mod document;
mod feed;
mod head;
mod merged;
mod old;
mod source;
mod strings;
#[cfg(test)]
mod tests;

use feed::Feed;
use merged::{Fill, Merged};
use source::Line;

/// Formats that are held whole may have so many cells, blank ones between others included, and so
/// many bytes of text.
const CELLS_MAX: usize = 8 << 20;
const TEXT_MAX: usize = 256 << 20;
/// What a part of an XLSX workbook says when it has merged cells.
const MERGED: &str = "mergeCell";

pub(super) fn open(
    path: &Path,
    file: File,
    format: Format,
    provider: &Provider,
) -> Result<Rows, IngestError> {
    let has_merged = format == Format::Xls || unpack::weigh(path, &file, MERGED)?;
    let unreadable = || source::unreadable(path);
    match format {
        Format::Xls => old::measure(path, &file, &unreadable)?,
        Format::Ods => document::measure(path, &file, &unreadable)?,
        Format::Xlsx => strings::measure(path, &file, &unreadable)?,
        _ => {}
    }
    let feed = Feed::new(source::read(path, file, format, provider, has_merged)?);
    let late = Late::default();
    let mut book = Book {
        path: path.to_owned(),
        provider: provider.clone(),
        feed,
        header: Vec::new(),
        sheet: Sheet::default(),
        late: late.clone(),
    };
    if !book.next_sheet()? {
        return Err(IngestError::NoHeader { file: path.to_owned() });
    }
    let (header, notes) = (book.header.clone(), std::mem::take(&mut book.feed.notes));
    Ok(Rows { header, rows: Box::new(book), notes, lettered: true, late })
}

/// Refuses a workbook that is too large to be held.
fn vast(path: &Path) -> IngestError {
    refuse(path, Reason::new("book-vast"))
}

/// A workbook being read.
struct Book {
    path: PathBuf,
    provider: Provider,
    feed: Feed,
    /// The first sheet's header, under which the rows of all sheets are told.
    header: Vec<String>,
    sheet: Sheet,
    late: Late,
}

/// The sheet at hand.
#[derive(Default)]
struct Sheet {
    /// Its place, if several are read; otherwise 0.
    place: u16,
    /// For each of its columns, the place in the first sheet's header; none without a header.
    places: Vec<Option<usize>>,
    marks: Marks,
    fill: Fill,
    totals: Totals,
}

impl Iterator for Book {
    type Item = Result<Row, IngestError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            match self.feed.next_line().transpose() {
                Some(line) => return Some(line.and_then(|line| self.row(line))),
                None => match self.next_sheet() {
                    Ok(true) => {}
                    Ok(false) => return None,
                    Err(e) => return Some(Err(e)),
                },
            }
        }
    }
}

impl Book {
    /// Goes to the next sheet that is not blank, and behind its header. Whether there is one.
    fn next_sheet(&mut self) -> Result<bool, IngestError> {
        loop {
            let Some((place, areas)) = self.feed.next_sheet()? else { return Ok(false) };
            let first = self.feed.first_lines(self.provider.header_row)?;
            if first.is_empty() {
                if place > 0 {
                    self.late.add(Note::blank_sheet(place));
                }
                continue;
            }
            let Some(head) = head::find(&filled(first, &areas), &areas, &self.provider) else {
                return Err(IngestError::NoHeader { file: self.path.clone() });
            };
            self.feed.skip_to(head.last_row);
            if self.header.is_empty() {
                self.header.clone_from(&head.texts);
            }
            let places = self.places(place, &head.texts)?;
            let below: Vec<Merged> =
                areas.into_iter().filter(|a| a.first_row > head.last_row).collect();
            let (fill, totals) = (Fill::new(&below), Totals::default());
            let marks = Marks::new(&head.texts);
            self.sheet = Sheet { place, places, marks, fill, totals };
            return Ok(true);
        }
    }

    /// Where each column of a sheet stands in the first sheet's header. The columns must be the
    /// same; their order need not.
    fn places(&self, place: u16, texts: &[String]) -> Result<Vec<Option<usize>>, IngestError> {
        let mut free: Vec<Option<&String>> =
            self.header.iter().map(|h| Some(h).filter(|h| !h.is_empty())).collect();
        let mut take = |text: &String| {
            let found = free.iter().position(|h| *h == Some(text))?;
            free[found] = None;
            Some(found)
        };
        let places: Vec<Option<usize>> = texts.iter().map(&mut take).collect();
        let same = texts.iter().zip(&places).all(|(t, place)| t.is_empty() || place.is_some());
        if same && free.iter().all(Option::is_none) {
            return Ok(places);
        }
        let why = Reason::new("sheet-other").at("sheet", &place);
        Err(IngestError::Sheet { file: self.path.clone(), why })
    }

    fn row(&mut self, line: Line) -> Result<Row, IngestError> {
        let Line { number, mut cells } = line;
        let sheet = &mut self.sheet;
        let width = self.header.len();
        // A total is told by its own cells, not by merged ones that reach into its row.
        let mark = sheet.marks.of(&cells);
        let agrees = sheet.totals.agree(&cells, mark);
        sheet.fill.fill(number, &mut cells);
        let (cells, stray) = sheet.placed(cells, width);
        if let (Some(stray), None) = (stray, mark) {
            let id = if sheet.place > 0 { "header-none-in-sheet" } else { "header-none-in-row" };
            let why = Reason::new(id).said("column", column(stray, true)).at("row", &number);
            return Err(IngestError::Header {
                file: self.path.clone(),
                provider: self.provider.id.clone(),
                columns: vec![why.at("sheet", &sheet.place)],
            });
        }
        if !agrees {
            self.late.add(Note::total(number, sheet.place));
        }
        let cells = if mark.is_none() { cells } else { Vec::new() };
        Ok(Row { sheet: sheet.place, number, cells, mark })
    }
}

impl Sheet {
    /// Cells in the order of the first sheet's header, and a column that holds a value and has
    /// no header, if there is one.
    fn placed(&self, cells: Vec<Cell>, width: usize) -> (Vec<Cell>, Option<usize>) {
        let (mut placed, mut stray) = (vec![Cell::Blank; width], None);
        for (i, cell) in cells.into_iter().enumerate().filter(|(_, c)| *c != Cell::Blank) {
            match self.places.get(i).copied().flatten() {
                Some(place) => placed[place] = cell,
                None => stray = stray.or(Some(i)),
            }
        }
        (placed, stray)
    }
}

/// The first lines of a sheet, with what merged cells stand for.
fn filled(mut lines: Vec<Line>, areas: &[Merged]) -> Vec<Line> {
    let mut fill = Fill::new(areas);
    for line in &mut lines {
        fill.fill(line.number, &mut line.cells);
    }
    lines
}
