//! The first rows of a file, opened in the way in which its header is best understood.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;

use shumar_schemas::Provider;
use shumar_schemas::code::fold;

use super::Ask;
use super::header::Lexicon;
use crate::IngestError;
use crate::rows::{self, Cell, Rows};

/// How many rows are looked at.
const ROWS_MAX: usize = 5_000;
/// Title rows may stand above the header, but not more than these.
const HEADER_ROWS: std::ops::RangeInclusive<u32> = 1..=15;
/// Delimiters that are not found by themselves.
const DELIMITERS: [char; 4] = ['^', '~', ':', '#'];
/// Encodings of text files that are not UTF-8: Urdu and Arabic first, then Western.
const ENCODINGS: [&str; 2] = ["windows-1256", "windows-1252"];

/// So many sheets are tried.
const SHEETS_MAX: usize = 24;

/// One column of the sample.
#[derive(Debug, Clone, Default)]
pub(super) struct Column {
    /// Its header.
    pub(super) header: String,
    /// The same, folded.
    pub(super) folded: String,
    /// Its place: `column C`.
    pub(super) place: String,
    /// How many cells are neither blank nor a word for nothing.
    pub(super) filled: usize,
    /// How many of them are real dates.
    pub(super) dates: usize,
    /// The other cells' texts and how often each occurs, the most frequent first.
    pub(super) words: Vec<(String, usize)>,
}

/// What was read.
pub(super) struct Sample {
    /// The columns with a header.
    pub(super) columns: Vec<Column>,
    /// Columns with values and no header.
    pub(super) headless: Vec<String>,
    /// Every row's cells, in the order of `columns`.
    pub(super) rows: Vec<Vec<String>>,
    /// Words for nothing, as they are written.
    pub(super) nulls: BTreeSet<String>,
    /// How the file was opened.
    pub(super) reading: Provider,
    /// What is in doubt about the reading.
    pub(super) doubts: Vec<String>,
}

/// Opens a file and reads its first rows.
pub(super) fn take(file: &Path, ask: &Ask<'_>, words: &Lexicon) -> Result<Sample, IngestError> {
    let open = |reading: &Provider| rows::open(file, reading, ask.scratch);
    let mut best = Best { reading: Provider::bare(), known: None };
    let mut doubts = Vec::new();
    match open(&Provider::bare()) {
        Ok(rows) => best.offer(Provider::bare(), &rows, words),
        Err(IngestError::Sheet { .. }) => {
            for sheet in visible_sheets(file).into_iter().take(SHEETS_MAX) {
                let reading = Provider { sheet: Some(sheet), ..Provider::bare() };
                if let Ok(rows) = open(&reading) {
                    best.offer(reading, &rows, words);
                }
            }
            if best.known.is_none() {
                open(&Provider::bare())?;
            }
            doubts.push("several sheets are visible: is this the one with the records?".to_owned());
        }
        // It is no better with another header.
        Err(error @ IngestError::Content { .. }) => return Err(error),
        // Titles above the header may look like anything: a header further down is tried.
        Err(error) => {
            if !HEADER_ROWS
                .skip(1)
                .any(|row| open(&Provider { header_row: Some(row), ..Provider::bare() }).is_ok())
            {
                return Err(error);
            }
        }
    }
    if !best.is_good() {
        let found = best.reading.clone();
        for row in HEADER_ROWS {
            let reading = Provider { header_row: Some(row), ..found.clone() };
            if let Ok(rows) = open(&reading) {
                best.offer(reading, &rows, words);
            }
        }
        let single = best.width() <= 1;
        for delimiter in DELIMITERS.into_iter().filter(|_| single) {
            let reading = Provider { delimiter: Some(delimiter), ..found.clone() };
            if let Ok(rows) = open(&reading) {
                best.offer(reading, &rows, words);
            }
        }
    }
    let mut sample = read(open(&best.reading)?, words)?;
    if sample.is_damaged {
        for encoding in ENCODINGS {
            let reading = Provider { encoding: Some(encoding.to_owned()), ..best.reading.clone() };
            if let Ok(rows) = open(&reading) {
                best.offer(reading, &rows, words);
            }
        }
        if best.reading.encoding.is_none() {
            best.reading.encoding = Some(ENCODINGS[0].to_owned());
        }
        doubts.push("the text is not UTF-8: does it read well with this `encoding`?".to_owned());
        sample = read(open(&best.reading)?, words)?;
    }
    if sample.rows.is_empty() {
        return Err(IngestError::NoRows { file: file.to_owned() });
    }
    Ok(Sample {
        columns: sample.columns,
        headless: sample.headless,
        rows: sample.rows,
        nulls: sample.nulls,
        reading: best.reading,
        doubts,
    })
}

/// The way of opening whose header is understood best.
struct Best {
    reading: Provider,
    /// Headers understood, and headers in all.
    known: Option<(usize, usize)>,
}

impl Best {
    fn offer(&mut self, reading: Provider, rows: &Rows, words: &Lexicon) {
        let headers = || rows.header.iter().filter(|h| !h.is_empty());
        let known = headers().filter(|h| words.knows(&fold(h))).count();
        if self.known.is_none_or(|(most, _)| known > most) {
            (self.reading, self.known) = (reading, Some((known, headers().count())));
        }
    }

    fn is_good(&self) -> bool {
        self.known.is_some_and(|(known, all)| known >= 3 && known * 2 >= all)
    }

    fn width(&self) -> usize {
        self.known.map_or(0, |(_, all)| all)
    }
}

fn visible_sheets(file: &Path) -> Vec<String> {
    use calamine::{Reader, SheetType, SheetVisible, open_workbook_auto};
    let read = std::panic::catch_unwind(|| {
        let book = open_workbook_auto(file).ok()?;
        let sheets = book.sheets_metadata().iter();
        let shown =
            sheets.filter(|s| s.visible == SheetVisible::Visible && s.typ == SheetType::WorkSheet);
        Some(shown.map(|s| s.name.clone()).collect::<Vec<_>>())
    });
    read.ok().flatten().unwrap_or_default()
}

/// The rows as they were read.
struct ReadRows {
    columns: Vec<Column>,
    headless: Vec<String>,
    rows: Vec<Vec<String>>,
    nulls: BTreeSet<String>,
    is_damaged: bool,
}

fn read(rows: Rows, words: &Lexicon) -> Result<ReadRows, IngestError> {
    let named: Vec<usize> =
        (0..rows.header.len()).filter(|&i| !rows.header[i].is_empty()).collect();
    let mut columns: Vec<Column> = named
        .iter()
        .map(|&i| Column {
            header: rows.header[i].clone(),
            folded: fold(&rows.header[i]),
            place: rows.column_name(i),
            ..Column::default()
        })
        .collect();
    let names: Vec<String> = (0..rows.header.len()).map(|i| rows.column_name(i)).collect();
    let mut headless = BTreeSet::new();
    let mut counts: Vec<HashMap<String, usize>> = vec![HashMap::new(); named.len()];
    let (mut texts, mut nulls) = (Vec::new(), BTreeSet::new());
    let mut is_damaged = rows.header.iter().any(|h| h.contains('\u{fffd}'));
    for row in rows.rows.take(ROWS_MAX) {
        let row = row?;
        is_damaged |= row.cells.contains(&Cell::Invalid);
        let filled = |i: usize| row.cells.get(i).is_some_and(|c| *c != Cell::Blank);
        headless.extend((0..names.len()).filter(|i| !named.contains(i) && filled(*i)));
        let mut line = Vec::with_capacity(named.len());
        for (column, &i) in named.iter().enumerate() {
            let cell = row.cells.get(i).unwrap_or(&Cell::Blank);
            let text = text(cell);
            let folded = fold(&text);
            let bare = if folded.is_empty() { &text } else { &folded };
            if text.is_empty() {
            } else if words.written.null_words.contains(bare) {
                nulls.insert(text.clone());
            } else {
                columns[column].filled += 1;
                match cell {
                    Cell::Date(_) => columns[column].dates += 1,
                    _ => *counts[column].entry(text.clone()).or_insert(0) += 1,
                }
            }
            line.push(text);
        }
        texts.push(line);
    }
    for (column, counts) in columns.iter_mut().zip(counts) {
        column.words = counts.into_iter().collect();
        column.words.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    }
    let headless = headless.into_iter().map(|i| names[i].clone()).collect();
    Ok(ReadRows { columns, headless, rows: texts, nulls, is_damaged })
}

fn text(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) => text.clone(),
        Cell::Number(n) => n.to_string(),
        Cell::Date(date) => date.to_string(),
        Cell::Boolean(b) => b.to_string(),
        Cell::Blank | Cell::Invalid => String::new(),
    }
}

impl Column {
    /// The part of its filled cells for which something holds.
    pub(super) fn share(&self, holds: impl Fn(&str) -> bool) -> f64 {
        let cells: usize = self.words.iter().filter(|(w, _)| holds(w)).map(|(_, n)| n).sum();
        part(cells, self.filled)
    }

    /// Whether its values look like numbers of identity, telephones or addresses of mail.
    pub(super) fn looks_identifying(&self) -> bool {
        let digits = |w: &str| w.chars().filter(|c| c.is_numeric()).count();
        let letters = |w: &str| w.chars().filter(|c| c.is_alphabetic()).count();
        self.share(|w| w.contains('@') || (digits(w) >= 10 && letters(w) <= 3)) >= 0.3
    }

    /// Whether its values look like running text.
    pub(super) fn looks_like_text(&self) -> bool {
        let blanks = |w: &str| w.split_whitespace().count();
        let long = self.share(|w| w.chars().count() > 60 || blanks(w) > 6) >= 0.3;
        let various = part(self.words.len(), self.filled) > 0.6;
        long || (various && self.filled > 20 && self.share(|w| blanks(w) >= 4) > 0.5)
    }
}

/// A part of a whole, from 0 to 1.
#[expect(clippy::cast_precision_loss, reason = "counts of sampled cells")]
pub(super) fn part(some: usize, all: usize) -> f64 {
    if all == 0 { 0.0 } else { some as f64 / all as f64 }
}
