//! JSON lines and JSON arrays of objects. Keys are columns; nothing is held but the record at
//! hand and the first ones, from which the header is made.

use std::fs::File;
use std::path::{Path, PathBuf};

use shumar_schemas::Provider;

use super::content::{Format, refuse};
use super::{Late, Row, Rows};
use crate::{IngestError, Reason, Rule};

mod flat;
mod objects;

pub(super) use flat::whole;
use flat::{Fault, Flat};
use objects::Objects;

/// The keys of this many records make the header, together with those that the mapping names.
const SEARCHED: usize = 1000;

pub(super) fn open(
    path: &Path,
    file: File,
    format: Format,
    provider: &Provider,
) -> Result<Rows, IngestError> {
    let objects = Objects::open(path, file, format)?;
    let flat = Flat::new(&provider.drop);
    let mut records = Records { path: path.to_owned(), objects, flat, text: Vec::new() };
    let mut first = Vec::new();
    while first.len() < SEARCHED {
        let Some(row) = records.next_row()? else { break };
        first.push(row);
    }
    if first.is_empty() {
        return Err(IngestError::NoHeader { file: path.to_owned() });
    }
    for name in provider.columns() {
        records.flat.column(name);
    }
    records.flat.growing = false;
    let header = records.flat.header.clone();
    let width = header.len();
    for row in first.iter_mut().filter(|row| row.mark.is_none()) {
        row.cells.resize(width, super::Cell::Blank);
    }
    let rest = std::iter::from_fn(move || records.next_row().transpose());
    let rows = Box::new(first.into_iter().map(Ok).chain(rest));
    Ok(Rows { header, rows, notes: Vec::new(), lettered: false, late: Late::default() })
}

/// The records of a file as rows.
struct Records {
    path: PathBuf,
    objects: Objects,
    flat: Flat,
    text: Vec<u8>,
}

impl Records {
    /// The next row that is not wholly blank.
    fn next_row(&mut self) -> Result<Option<Row>, IngestError> {
        loop {
            let Some(number) = self.objects.read(&mut self.text)? else { return Ok(None) };
            let row = |cells, mark| Ok(Some(Row { sheet: 0, number, cells, mark }));
            match self.flat.read(&self.text) {
                Ok(cells) if cells.iter().all(|c| *c == super::Cell::Blank) => {}
                Ok(cells) => return row(cells, None),
                Err(Fault::Syntax) if !self.objects.by_line() => return Err(self.objects.broken()),
                Err(Fault::Syntax | Fault::Shape) => return row(Vec::new(), Some(Rule::RowShape)),
                Err(fault) => return Err(self.refuse(fault, number)),
            }
        }
    }

    /// A file that is no flat table; a key may be a value and is not repeated.
    fn refuse(&self, fault: Fault, number: u64) -> IngestError {
        if fault == Fault::Wide {
            return super::too_wide(&self.path);
        }
        let place = if self.objects.by_line() { "place-line" } else { "place-record" };
        let why = match fault {
            Fault::Deep => "json-deep",
            Fault::Rows => "json-rows",
            Fault::UnknownKey | Fault::Syntax | Fault::Shape | Fault::Wide => "json-key",
        };
        let place = Reason::new(place).at("number", &number);
        refuse(&self.path, Reason::new(why).said("place", place))
    }
}
