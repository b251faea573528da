//! The sheets of a workbook as lines of cells, read by a thread of their own, so that only some
//! lines are held at a time and two cells far apart cost nothing.

use std::fs::File;
use std::io::BufReader;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use calamine::{Dimensions, Ods, Range, Reader, Sheet, Xls, Xlsb, Xlsx};
use shumar_schemas::Provider;

use super::cells::{cell, owned};
use super::choose::{Chosen, choose};
use super::merged::Merged;
use crate::rows::content::{Format, refuse};
use crate::rows::{self, COLUMNS_MAX, Cell};
use crate::{IngestError, Note, Reason};

/// Lines that travel together, and how many such bundles wait.
const BUNDLE: usize = 256;
const WAITING: usize = 8;
/// The date format that reads bare serial numbers.
const SERIAL: &str = "excel";

/// A row of a sheet that is not blank.
#[derive(Clone)]
pub(super) struct Line {
    /// Its number, from 1.
    pub(super) number: u64,
    /// Its cells, as far as they are filled.
    pub(super) cells: Vec<Cell>,
}

/// What the thread tells, in order.
pub(super) enum Part {
    /// What was noticed about the workbook; comes first.
    Notes(Vec<Note>),
    /// A sheet begins: its place (see [`Chosen`]) and its merged areas.
    Sheet(u16, Vec<Merged>),
    /// Rows of the sheet.
    Lines(Vec<Line>),
}

type Told = Result<Part, IngestError>;

/// Reads a workbook in the background.
pub(super) fn read(
    path: &Path,
    file: File,
    format: Format,
    provider: &Provider,
    has_merged: bool,
) -> Result<Receiver<Told>, IngestError> {
    let (out, parts) = sync_channel(WAITING);
    let file_name = path;
    let (path, provider) = (path.to_owned(), provider.clone());
    let read = move || {
        // A damaged workbook must not end the run: what the reader can't bear is unreadable.
        let book = Book { path: &path, provider: &provider, out: &out, has_merged };
        let read = catch_unwind(AssertUnwindSafe(|| book.read(file, format)));
        match read.unwrap_or_else(|_| Err(Stop::Refused(unreadable(&path)))) {
            // Nobody listens any more.
            Ok(()) | Err(Stop::Unheard) => {}
            Err(Stop::Refused(e)) => _ = out.send(Err(e)),
        }
    };
    std::thread::Builder::new()
        .name("workbook".to_owned())
        .spawn(read)
        .map_err(IngestError::open(file_name))?;
    Ok(parts)
}

/// A workbook that can't be read, for whatever reason.
pub(super) fn unreadable(path: &Path) -> IngestError {
    IngestError::Format { file: path.to_owned(), why: Reason::new("book-unreadable") }
}

/// Why reading ends early.
enum Stop {
    Refused(IngestError),
    Unheard,
}

impl From<IngestError> for Stop {
    fn from(e: IngestError) -> Self {
        Self::Refused(e)
    }
}

struct Book<'a> {
    path: &'a Path,
    provider: &'a Provider,
    out: &'a SyncSender<Told>,
    /// Whether an XLSX workbook has merged cells at all; to find where takes a whole reading.
    has_merged: bool,
}

impl Book<'_> {
    fn read(&self, file: File, format: Format) -> Result<(), Stop> {
        let bytes = BufReader::new(file);
        match format {
            Format::Xlsx => {
                let mut book = Xlsx::new(bytes).map_err(|_| self.unreadable())?;
                let epoch = book.has_1904_epoch();
                for sheet in self.begin(book.sheets_metadata(), epoch, true)? {
                    let areas = if self.has_merged {
                        book.merge_cells_by_sheet_name(&sheet.name)
                            .map_err(|_| self.unreadable())?
                    } else {
                        Vec::new()
                    };
                    self.begin_sheet(sheet.place, areas)?;
                    let reader = book.worksheet_cells_reader(&sheet.name);
                    let mut cells = reader.map_err(|_| self.unreadable())?;
                    self.lines(|| {
                        let next = cells.next_cell().map_err(|_| ())?;
                        Ok(next.map(|c| (c.get_position(), cell(c.get_value()))))
                    })?;
                }
            }
            Format::Xlsb => {
                let mut book = Xlsb::new(bytes).map_err(|_| self.unreadable())?;
                let epoch = book.has_1904_epoch();
                for sheet in self.begin(book.sheets_metadata(), epoch, false)? {
                    self.begin_sheet(sheet.place, Vec::new())?;
                    let reader = book.worksheet_cells_reader(&sheet.name);
                    let mut cells = reader.map_err(|_| self.unreadable())?;
                    self.lines(|| {
                        let next = cells.next_cell().map_err(|_| ())?;
                        Ok(next.map(|c| (c.get_position(), cell(c.get_value()))))
                    })?;
                }
            }
            Format::Xls => {
                let mut book = Xls::new(bytes).map_err(|_| self.unreadable())?;
                let epoch = book.has_1904_epoch();
                for sheet in self.begin(book.sheets_metadata(), epoch, true)? {
                    let areas = book.merge_cells_by_sheet_name(&sheet.name);
                    self.begin_sheet(sheet.place, areas.unwrap_or_default())?;
                    self.range(&book.worksheet_range(&sheet.name).map_err(|_| self.unreadable())?)?;
                }
            }
            _ => {
                let mut book = Ods::new(bytes).map_err(|_| self.unreadable())?;
                for sheet in self.begin(book.sheets_metadata(), false, false)? {
                    self.begin_sheet(sheet.place, Vec::new())?;
                    self.range(&book.worksheet_range(&sheet.name).map_err(|_| self.unreadable())?)?;
                }
            }
        }
        Ok(())
    }

    fn unreadable(&self) -> IngestError {
        unreadable(self.path)
    }

    fn send(&self, part: Part) -> Result<(), Stop> {
        self.out.send(Ok(part)).map_err(|_| Stop::Unheard)
    }

    fn begin_sheet(&self, place: u16, areas: Vec<Dimensions>) -> Result<(), Stop> {
        self.send(Part::Sheet(place, areas.into_iter().map(Merged::from).collect()))
    }

    /// Chooses the sheets, and tells what was noticed.
    fn begin(
        &self,
        sheets: &[Sheet],
        from_1904: bool,
        tells_merged: bool,
    ) -> Result<Vec<Chosen>, Stop> {
        let provider = self.provider;
        let formats = provider.fields.values().flat_map(|f| &f.date_formats);
        if from_1904 && formats.chain(&provider.date_formats).any(|f| f == SERIAL) {
            return Err(refuse(self.path, Reason::new("book-1904")).into());
        }
        let (chosen, mut notes) = choose(self.path, provider, sheets)?;
        if !tells_merged {
            notes.push(Note::merged_unseen());
        }
        self.send(Part::Notes(notes))?;
        Ok(chosen)
    }

    /// Sends the rows of a sheet that is held whole.
    fn range(&self, range: &Range<calamine::Data>) -> Result<(), Stop> {
        let (row, column) = range.start().unwrap_or_default();
        let start = (row as usize, column as usize);
        let mut cells = range.used_cells();
        self.lines(|| {
            Ok(cells.next().map(|(row, column, data)| {
                let place = |i: usize| u32::try_from(i).unwrap_or(u32::MAX);
                ((place(start.0 + row), place(start.1 + column)), owned(data))
            }))
        })
    }

    /// Sends the rows that cells make, which come in order of rows.
    fn lines(
        &self,
        mut next: impl FnMut() -> Result<Option<((u32, u32), Cell)>, ()>,
    ) -> Result<(), Stop> {
        let mut lines: Vec<Line> = Vec::with_capacity(BUNDLE);
        while let Some(((row, column), cell)) = next().map_err(|()| self.unreadable())? {
            if cell == Cell::Blank {
                continue;
            }
            let (number, column) = (u64::from(row) + 1, column as usize);
            if column >= COLUMNS_MAX {
                let why = Reason::new("book-far").said("column", rows::column(column, true));
                return Err(refuse(self.path, why.at("row", &number)).into());
            }
            if lines.last().is_none_or(|l| l.number != number) {
                if lines.last().is_some_and(|l| l.number > number) {
                    return Err(self.unreadable().into());
                }
                if lines.len() == BUNDLE {
                    let full = std::mem::replace(&mut lines, Vec::with_capacity(BUNDLE));
                    self.send(Part::Lines(full))?;
                }
                lines.push(Line { number, cells: Vec::new() });
            }
            if let Some(line) = lines.last_mut() {
                if line.cells.len() <= column {
                    line.cells.resize(column + 1, Cell::Blank);
                }
                line.cells[column] = cell;
            }
        }
        self.send(Part::Lines(lines))
    }
}
