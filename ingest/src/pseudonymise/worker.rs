//! One row becomes a row of the result.

use std::sync::Arc;

use chrono::Datelike;
use csv::ByteRecord;

use super::account::{Account, Finding, FindingIn, RowPlace};
use super::chunk::{Chunk, Line};
use super::dates::{Date, whole_years, years};
use super::mapping::{Normalise, TokenRule};
use super::normal::{Form, Normal};
use super::plan::{Age, Make, Plan};
use super::token::{OfficeKey, Sort};
use crate::gate::{Column, Gate};
use crate::{Reason, Rule};

/// The purpose of tokens of register numbers.
const KEY: &str = "key";

/// What became of a chunk: rows of the result as CSV, and their account.
pub(super) struct Done {
    pub(super) csv: Vec<u8>,
    pub(super) account: Account,
    /// A column without a header that holds a value.
    pub(super) headless: Option<Reason>,
}

/// Works on rows with buffers of its own, which are wiped.
pub(super) struct Worker<'a> {
    plan: &'a Plan,
    key: &'a OfficeKey,
    gate: &'a Gate,
    /// The normal form of an identifier or a date.
    normal: Normal,
    /// The row of the result.
    out: ByteRecord,
    /// What was found in the row and did not drop it.
    found: Vec<FindingIn>,
    /// The column of the row's date that was read last, and the date.
    date: Option<(usize, Option<Date>)>,
}

/// A row is dropped: the column and why.
struct Dropped(Arc<str>, Finding);

impl<'a> Worker<'a> {
    pub(super) fn new(plan: &'a Plan, key: &'a OfficeKey, gate: &'a Gate) -> Self {
        Self {
            plan,
            key,
            gate,
            normal: Normal::new(),
            out: ByteRecord::new(),
            found: Vec::new(),
            date: None,
        }
    }

    /// Works through a chunk.
    pub(super) fn work(&mut self, chunk: &Chunk) -> Done {
        let mut csv = csv::Writer::from_writer(Vec::new());
        let (mut account, mut headless) = (Account::default(), None);
        for line in chunk.lines() {
            let filled =
                |(i, _): &&(usize, Reason)| !line.cell(*i).is_empty() && !line.is_blank(*i);
            if let Some((_, place)) = self.plan.headless.iter().find(filled) {
                headless = Some(place.clone());
                break;
            }
            let place = RowPlace { sheet: line.sheet, row: line.number };
            self.out.clear();
            self.found.clear();
            self.date = None;
            match self.row(line) {
                // Writing to memory does not fail.
                Ok(()) if csv.write_byte_record(&self.out).is_ok() => {
                    account.written += 1;
                    self.found.drain(..).for_each(|finding| account.note(finding, place));
                }
                Ok(()) => {}
                Err(Dropped(column, why)) => {
                    account.dropped += 1;
                    account.note((column, why, true), place);
                }
            }
        }
        self.normal.wipe();
        Done { csv: csv.into_inner().unwrap_or_default(), account, headless }
    }

    fn row(&mut self, line: Line<'_>) -> Result<(), Dropped> {
        let plan = self.plan;
        let whole = |rule| Dropped(Arc::from(""), Finding::Row(rule));
        if line.len() < plan.width || (plan.width..line.len()).any(|i| !line.is_blank(i)) {
            return Err(whole(Rule::RowShape));
        }
        for (name, make) in &plan.columns {
            match make {
                Make::Token { rule, columns, form } => {
                    self.token(line, name, rule, columns, form.as_ref())?;
                }
                Make::Key(i) => self.register_number(self.cell(line, *i, name)?),
                Make::Age { age, bands } => {
                    let years = self.years(line, age);
                    let band = years.and_then(|years| bands.of(years));
                    if band.is_none() {
                        self.found.push((name.clone(), Finding::AgeUnknown, false));
                    }
                    self.out.push_field(band.unwrap_or(bands.unknown()).as_bytes());
                }
                Make::Month(i) => {
                    let blank = self.cell(line, *i, name)?.is_empty();
                    self.month(line, *i, blank, name);
                }
                Make::Keep(i) => {
                    let cell = self.cell(line, *i, name)?;
                    if let Some(rule) = self.gate.text(cell, Column::Register) {
                        return Err(Dropped(name.clone(), Finding::Row(rule)));
                    }
                    self.out.push_field(cell.as_bytes());
                }
            }
        }
        Ok(())
    }

    /// The text of a cell; blank for words that mean nothing.
    fn cell<'l>(&self, line: Line<'l>, i: usize, name: &Arc<str>) -> Result<&'l str, Dropped> {
        let text =
            line.text(i).ok_or_else(|| Dropped(name.clone(), Finding::Row(Rule::TextInvalid)))?;
        let is_null = self.plan.null_words.iter().any(|word| word.eq_ignore_ascii_case(text));
        Ok(if is_null { "" } else { text })
    }

    fn token(
        &mut self,
        line: Line<'_>,
        name: &Arc<str>,
        rule: &TokenRule,
        columns: &[usize],
        form: Option<&Form>,
    ) -> Result<(), Dropped> {
        let null_words = &self.plan.null_words;
        let cells = columns.iter().map(|i| {
            // Bytes that are no text are no identifier either.
            let text = line.text(*i).unwrap_or("\u{fffd}");
            if null_words.iter().any(|word| word.eq_ignore_ascii_case(text)) { "" } else { text }
        });
        let value = match form {
            Some(form) => self.normal.number(cells, form),
            None => self.normal.text(cells),
        };
        match value {
            Ok(value) => {
                let kind = rule.normalise.word();
                self.out.push_field(&self.key.token(Sort::Person, &rule.purpose, kind, value));
            }
            Err(why) if rule.drops_rows() => return Err(Dropped(name.clone(), why.into())),
            Err(why) => {
                self.found.push((name.clone(), why.into(), false));
                self.out.push_field(b"");
            }
        }
        Ok(())
    }

    /// A register number's token; signs alone are no number.
    fn register_number(&mut self, cell: &str) {
        match self.normal.text(std::iter::once(cell)) {
            Ok(value) => {
                let kind = Normalise::Text.word();
                self.out.push_field(&self.key.token(Sort::Record, KEY, kind, value));
            }
            Err(_) => self.out.push_field(b""),
        }
    }

    fn years(&mut self, line: Line<'_>, age: &Age) -> Option<u32> {
        match age {
            Age::Years(i) => whole_years(line.text(*i)?, &mut self.normal),
            Age::Birth { birth, at, dates } => {
                let birth = dates.read(line.text(*birth)?, &mut self.normal)?;
                years(birth, self.date(line, *at)?)
            }
        }
    }

    /// The date in a column; what is asked twice is read once.
    fn date(&mut self, line: Line<'_>, i: usize) -> Option<Date> {
        if let Some((column, date)) = self.date
            && column == i
        {
            return date;
        }
        let date = line.text(i).and_then(|cell| self.plan.dates.read(cell, &mut self.normal));
        self.date = Some((i, date));
        date
    }

    fn month(&mut self, line: Line<'_>, i: usize, blank: bool, name: &Arc<str>) {
        let date = if blank { None } else { self.date(line, i) };
        if date.is_none() && !blank {
            self.found.push((name.clone(), Finding::DateUnreadable, false));
        }
        let month = date.map(|d| format!("{:04}-{:02}", d.day.year(), d.day.month()));
        self.out.push_field(month.unwrap_or_default().as_bytes());
    }
}
