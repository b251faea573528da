//! What goes wrong in files: rows that no mapping can save.

use shumar_schemas::Role;

use crate::Fault;
use crate::calendar::Date;
use crate::columns::{Column, Holds, Words};
use crate::draw::Draw;
use crate::journey::Event;
use crate::record::{Record, Value};
use crate::sheet::Cell;

/// Records that are spoilt, in a thousand.
const SPOILT: u32 = 10;
/// Districts of other provinces, by code.
const OUTSIDE: [&str; 3] = ["PK401", "PK601", "PK630"];

/// The faults that an office's columns can have.
pub(crate) struct Mess {
    possible: Vec<Fault>,
}

impl Mess {
    pub(crate) fn new(columns: &[Column<'_>]) -> Self {
        let all = [
            Fault::CodeUnknown,
            Fault::DateImpossible,
            Fault::AreaOutside,
            Fault::RequiredBlank,
            Fault::NumberUnreadable,
            Fault::KeyConflict,
        ];
        let possible = |fault: &Fault| columns.iter().any(|c| target(*fault, c).is_some());
        Self { possible: all.into_iter().filter(possible).collect() }
    }

    /// Decides whether a record is spoilt, and how.
    pub(crate) fn fault(&self, draw: &mut Draw) -> Option<Fault> {
        let spoilt = draw.chance(SPOILT) && !self.possible.is_empty();
        spoilt.then(|| *draw.one(&self.possible))
    }
}

/// The words of a column in which a fault can be.
fn target<'a, 'c>(fault: Fault, column: &'a Column<'c>) -> Option<&'a Words<'c>> {
    let Holds::Field(words) = &column.holds else { return None };
    let fits = match fault {
        Fault::CodeUnknown | Fault::KeyConflict => words.is_required_code(),
        Fault::DateImpossible => words.field.role == Role::EventDate,
        Fault::AreaOutside => words.field.role == Role::Area,
        Fault::RequiredBlank => words.field.required,
        Fault::NumberUnreadable => words.is_number(),
    };
    fits.then_some(words)
}

/// Spoils a row. A conflict leaves the row as it is and returns a second one that contradicts it.
pub(crate) fn spoil(
    fault: Fault,
    row: &mut [Cell],
    columns: &[Column<'_>],
    (record, event): (&Record<'_>, &Event),
    draw: &mut Draw,
) -> Option<Vec<Cell>> {
    let targets: Vec<(usize, &Words<'_>)> = (columns.iter().enumerate())
        .filter_map(|(i, column)| target(fault, column).map(|words| (i, words)))
        .collect();
    let (place, words) = *draw.one(&targets);
    let cell = match fault {
        Fault::CodeUnknown => Cell::Text("illegible".to_owned()),
        Fault::DateImpossible => words.impossible_date(Date::of(event.day).year),
        Fault::AreaOutside => {
            let code: &&str = draw.one(&OUTSIDE);
            words.cell(Some(Value::Code(code)), draw)
        }
        Fault::RequiredBlank => words.nothing(draw),
        Fault::NumberUnreadable => Cell::Text("two or three".to_owned()),
        Fault::KeyConflict => {
            let Some(Value::Code(code)) = record.get(&words.field.name) else { return None };
            let mut second = row.to_vec();
            second[place] = words.cell(words.other(code).map(Value::Code), draw);
            return Some(second);
        }
    };
    row[place] = cell;
    None
}
