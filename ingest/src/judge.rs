//! The judging of rows: each is valid, or names the field and the rule that rejects it.

use std::hash::Hasher;
use std::path::Path;
use std::sync::Arc;

use hashbrown::HashMap;
use shumar_schemas::YearMonth;
use shumar_schemas::config::PersonScope;
use siphasher::sip::SipHasher24;

use crate::gate::Column;
use crate::key::{HomeKey, Id, Keyed};
use crate::mapping::{Binding, Plan, is_null};
use crate::pack::{Packed, RecordId};
use crate::rows::{Cell, Cut, Row, column};
use crate::sums::Sums;
use crate::value::{BLANK, View, with_text};
use crate::{IngestError, Reason, Reject, Rule};

/// Words already looked up are remembered, up to this many a column.
const REMEMBERED_MAX: usize = 20_000;
/// Longer cells are no part of an identity number that stands in two cells.
const SPLIT_BYTES_MAX: usize = 26;
/// Only words of at most this length are remembered.
const REMEMBERED_BYTES: usize = 80;

/// A file that is being read.
pub(crate) struct Source<'a> {
    /// Its place among the files that are read together.
    pub(crate) place: u32,
    /// The file.
    pub(crate) file: &'a Path,
    /// SHA-256 of its bytes, where its records have no key of their own.
    pub(crate) sha256: String,
    /// Its columns.
    pub(crate) binding: Binding,
}

/// What came of some rows of a file.
pub(crate) struct Judged {
    /// The valid ones.
    pub(crate) rows: Packed,
    /// How many rows there were.
    pub(crate) count: u64,
    /// The others.
    pub(crate) rejects: Vec<Reject>,
    /// How many of the others look identifying.
    pub(crate) identifying: u64,
    /// What the valid ones have in them.
    pub(crate) sums: Sums,
}

/// The cells of a row, whatever holds them.
pub(crate) trait Cells {
    /// How many there are.
    fn width(&self) -> usize;
    /// One of them.
    fn cell(&self, i: usize) -> View<'_>;
    /// Why the row is no record, if the reader knows.
    fn mark(&self) -> Option<Rule> {
        None
    }
}

impl Cells for Row {
    fn width(&self) -> usize {
        self.cells.len()
    }

    fn cell(&self, i: usize) -> View<'_> {
        self.cells.get(i).map_or(View::Blank, View::from)
    }

    fn mark(&self) -> Option<Rule> {
        self.mark
    }
}

impl Cells for Cut<'_> {
    fn width(&self) -> usize {
        self.len()
    }

    fn cell(&self, i: usize) -> View<'_> {
        if i >= self.len() {
            return View::Blank;
        }
        self.text(i).map_or(View::Invalid, View::text)
    }
}

/// Judges rows with one provider's mapping, and remembers the words it has met.
pub(crate) struct Judge<'a> {
    plan: &'a Plan<'a>,
    person: Keyed,
    record: SipHasher24,
    alone: Keyed,
    remembered: Vec<HashMap<Box<str>, Verdict<i32>>>,
    facilities: HashMap<Box<str>, Option<usize>>,
    values: Vec<i32>,
    digits: String,
}

type Verdict<T> = Result<T, Rule>;
/// The place of a field among the plan's, or what else is at fault.
#[derive(Clone, Copy)]
enum Part {
    Row,
    Person,
    Key,
    Facility,
    Field(usize),
    Check(usize),
}
type Fault = (Part, Rule);

impl<'a> Judge<'a> {
    pub(crate) fn new(plan: &'a Plan<'a>, key: &HomeKey) -> Self {
        let provider = plan.provider;
        let scope = match provider.person_scope {
            PersonScope::Provider => provider.id.as_str(),
            PersonScope::Commission => "",
        };
        let of = [provider.id.as_bytes(), provider.kind.as_bytes()];
        Self {
            plan,
            person: key.begin([b"person".as_slice(), scope.as_bytes()]),
            alone: key.begin([b"alone".as_slice()].into_iter().chain(of)),
            record: key.sip([b"record".as_slice()].into_iter().chain(of)),
            remembered: vec![HashMap::new(); plan.fields.len()],
            facilities: HashMap::new(),
            values: (0..plan.fields.len()).map(|i| plan.fixed(i)).collect(),
            digits: String::new(),
        }
    }

    /// Nothing judged yet.
    pub(crate) fn nothing(&self) -> Judged {
        Judged {
            rows: Packed::new(self.plan.varying.len()),
            count: 0,
            rejects: Vec::new(),
            identifying: 0,
            sums: Sums::new(self.plan),
        }
    }

    /// Judges a row.
    ///
    /// # Errors
    /// A value in a column without a header: it refuses the file.
    pub(crate) fn row(
        &mut self,
        source: &Source<'_>,
        place: (u16, u64),
        cells: &impl Cells,
        out: &mut Judged,
    ) -> Result<(), IngestError> {
        let binding = &source.binding;
        if let Some(&i) = binding.headless.iter().find(|i| cells.cell(**i) != View::Blank) {
            let why = Reason::new("header-none").said("column", column(i, binding.lettered));
            return Err(IngestError::Header {
                file: source.file.to_owned(),
                provider: self.plan.provider.id.clone(),
                columns: vec![why],
            });
        }
        out.count += 1;
        let number = (u64::from(place.0) << 48) | place.1;
        let judged = match cells.mark() {
            Some(mark) => Err((Part::Row, mark)),
            None => self.judge(source, number, cells, &mut out.sums),
        };
        match judged {
            Ok((person, record)) => {
                let values = self.plan.varying.iter().map(|i| self.values[*i]);
                out.rows.push(&person, record, (source.place, number), values);
            }
            Err((part, rule)) => {
                // What no record is shows best when it can't be read as one.
                let owned: Vec<Cell> =
                    (0..cells.width()).map(|i| cells.cell(i).to_cell()).collect();
                let (part, rule) =
                    binding.marks.of(&owned).map_or((part, rule), |mark| (Part::Row, mark));
                out.identifying += u64::from(rule.is_identifying());
                let field = self.name(part);
                out.rejects.push(Reject { sheet: place.0, row: place.1, field, rule });
            }
        }
        Ok(())
    }

    fn name(&self, part: Part) -> Arc<str> {
        match part {
            Part::Row => "".into(),
            Part::Person => "person".into(),
            Part::Key => "record_key".into(),
            Part::Facility => "facility".into(),
            Part::Check(i) => self.plan.checks.error(i).into(),
            Part::Field(i) => self.plan.fields[i].name.clone(),
        }
    }

    fn judge(
        &mut self,
        source: &Source<'_>,
        number: u64,
        cells: &impl Cells,
        sums: &mut Sums,
    ) -> Result<(Id, RecordId), Fault> {
        let width = source.binding.width;
        let extra = || (width..cells.width()).any(|i| cells.cell(i) != View::Blank);
        if cells.width() < width || extra() {
            return Err((Part::Row, Rule::RowShape));
        }
        for (&i, &column) in self.plan.varying.iter().zip(&source.binding.columns) {
            let value = self.value(i, cells.cell(column)).map_err(|rule| (Part::Field(i), rule))?;
            if value == BLANK && self.plan.fields[i].required {
                return Err((Part::Field(i), Rule::RequiredBlank));
            }
            self.values[i] = value;
        }
        self.bands()?;
        let facility = self.facility(source, cells)?;
        let identity = self.identify(source, number, cells)?;
        let contradiction = |check| (Part::Check(check), Rule::FieldsContradict);
        self.plan.checks.judge(&self.values, &mut sums.doubts).map_err(contradiction)?;
        sums.add(self.plan, &self.values, facility);
        Ok(identity)
    }

    /// The place of the facility that a row is from.
    fn facility(&mut self, source: &Source<'_>, cells: &impl Cells) -> Result<usize, Fault> {
        let Some(column) = source.binding.facility else { return Ok(0) };
        let cell = cells.cell(column);
        let known = match cell {
            View::Text(text) => match self.facilities.get(text) {
                Some(known) => *known,
                None => {
                    let found = self.plan.facilities.find(text);
                    if self.facilities.len() < REMEMBERED_MAX {
                        self.facilities.insert(text.into(), found);
                    }
                    found
                }
            },
            cell => with_text(cell, |text| Ok(self.plan.facilities.find(text))).unwrap_or(None),
        };
        known.ok_or((Part::Facility, Rule::CodeUnknown))
    }

    fn value(&mut self, i: usize, cell: View<'_>) -> Verdict<i32> {
        let View::Text(text) = cell else { return self.read(i, cell) };
        if let Some(known) = self.remembered[i].get(text) {
            return *known;
        }
        let value = self.read(i, cell);
        if text.len() <= REMEMBERED_BYTES && self.remembered[i].len() < REMEMBERED_MAX {
            self.remembered[i].insert(text.into(), value);
        }
        value
    }

    /// Reads a cell. What is no code, date or number may be an identifier, and a number may be
    /// one even where it could be clipped to its field's range.
    fn read(&self, i: usize, cell: View<'_>) -> Verdict<i32> {
        let field = &self.plan.fields[i];
        if field.is_null(cell) {
            return Ok(BLANK);
        }
        let value = field.reader.read(cell);
        if value.is_ok() && field.column != Column::Number {
            return value;
        }
        let looks = match cell {
            View::Text(text) => self.plan.gate.text(text, field.column),
            View::Number(n) => self.plan.gate.number(n, field.column),
            _ => None,
        };
        looks.map_or(value, Err)
    }

    /// Dates of birth become age bands at the event, and go no further.
    fn bands(&mut self) -> Result<(), Fault> {
        for &i in &self.plan.varying {
            let Some(bands) = &self.plan.fields[i].bands else { continue };
            if self.values[i] == BLANK {
                continue;
            }
            let event = YearMonth::from_days(self.values[self.plan.event_date]);
            let born = YearMonth::from_days(self.values[i]);
            let month = |m: YearMonth| m.year() * 12 + i32::from(m.month());
            let years = event.zip(born).map(|(e, b)| (month(e) - month(b)).div_euclid(12));
            let band = years.and_then(|y| bands.band(u32::try_from(y).ok()?));
            let band = band.and_then(|b| i32::try_from(b).ok());
            self.values[i] = band.ok_or((Part::Field(i), Rule::DateOutOfRange))?;
        }
        Ok(())
    }

    fn identify(
        &mut self,
        source: &Source<'_>,
        number: u64,
        cells: &impl Cells,
    ) -> Result<(Id, RecordId), Fault> {
        let null_words = &self.plan.provider.null_words;
        let gate = self.plan.gate;
        let mut token = |i: usize, part: Part, declared: bool, add_to: &mut dyn FnMut(&[u8])| {
            let cell = cells.cell(i);
            let cell = if is_null(cell, null_words) { View::Blank } else { cell };
            let column = match part {
                Part::Key if declared => Column::TokenKey,
                Part::Key => Column::Register,
                _ if declared => Column::Token,
                _ => Column::Key,
            };
            let mut add = |text: &str| {
                if let Some(rule) = gate.text(text, column) {
                    return Err(rule);
                }
                add_to(text.as_bytes());
                Ok(text.is_empty())
            };
            let added = match cell {
                View::Number(n) if n.fract() == 0.0 && n.abs() < 1e15 => {
                    use std::fmt::Write;
                    self.digits.clear();
                    let _ = write!(self.digits, "{n}");
                    add(&self.digits)
                }
                cell => with_text(cell, add),
            };
            added.map_err(|rule| (part, rule))
        };
        for &(left, right) in &source.binding.neighbours {
            if let (View::Text(left), View::Text(right)) = (cells.cell(left), cells.cell(right))
                && left.len().max(right.len()) <= SPLIT_BYTES_MAX
                && let Some(rule) = gate.neighbours(left, right)
            {
                return Err((Part::Key, rule));
            }
        }
        let mut person = self.person.clone();
        let alone = match source.binding.person {
            Some(column) => {
                let declared = source.binding.person_is_token;
                token(column, Part::Person, declared, &mut |text| person.add(text))?
            }
            None => true,
        };
        let mut person = if alone { Id::default() } else { person.id() };
        // A record's identity is one among its person's, so a short one is enough.
        let mut record = self.record;
        record.write(&person);
        if source.binding.key.is_empty() {
            record.write(source.sha256.as_bytes());
            record.write_u64(number);
        } else {
            let mut blank = true;
            for &(column, declared) in &source.binding.key {
                blank &= token(column, Part::Key, declared, &mut |text| {
                    record.write_u64(text.len() as u64);
                    record.write(text);
                })?;
            }
            if blank {
                return Err((Part::Key, Rule::KeyBlank));
            }
        }
        let record = record.finish().to_le_bytes();
        if alone {
            // The person of a record without a token is as long as any other: it is the record's
            // own, and never another's.
            person = self.alone(source, number, cells);
        }
        Ok((person, record))
    }

    /// The pseudonym of a record that has no token: by its key, or by its file and row.
    fn alone(&self, source: &Source<'_>, number: u64, cells: &impl Cells) -> Id {
        let mut alone = self.alone.clone();
        if source.binding.key.is_empty() {
            alone.add(source.sha256.as_bytes());
            alone.add(&number.to_le_bytes());
        }
        for &(column, _) in &source.binding.key {
            // The cells were read as a key just before.
            let _ = with_text(cells.cell(column), |text| {
                alone.add(text.as_bytes());
                Ok(())
            });
        }
        alone.id()
    }
}
