//! From the events of one office and period to the rows of a file.

use shumar_schemas::config::Fold;
use shumar_schemas::{Catalog, Config, SchemaError};

use crate::columns::{Column, Holds, columns, is_serial};
use crate::detail;
use crate::draw::{Draw, Stream};
use crate::journey::Event;
use crate::mess::{Mess, spoil};
use crate::office::{OFFICES, Office};
use crate::place::Province;
use crate::record::Record;
use crate::sheet::{Cell, Sheet, Tally};
use crate::woman::token;

/// Optional cells that a clerk left empty, in a thousand.
const FORGOTTEN: u32 = 25;
/// Records without a token, in a thousand: each counts as a person of its own.
const TOKENLESS: u32 = 8;

/// Everything that is the same for all files of a world.
pub(crate) struct Scene<'a> {
    pub(crate) seed: u64,
    pub(crate) catalog: &'a Catalog,
    pub(crate) config: &'a Config,
    pub(crate) province: &'a Province,
}

/// One file that is to be written.
#[derive(Debug)]
pub(crate) struct Plan<'a> {
    /// The office, as a place in [`OFFICES`].
    pub(crate) office: u8,
    /// The period's number.
    pub(crate) period: u8,
    /// Which part of the period's events, from 0: large worlds need several files.
    pub(crate) part: usize,
    /// How many events of the period are in earlier parts.
    pub(crate) before: usize,
    /// The events.
    pub(crate) events: &'a [Event],
}

impl Plan<'_> {
    /// The office.
    pub(crate) fn office(&self) -> &'static Office {
        &OFFICES[usize::from(self.office)]
    }

    /// The period as offices write it.
    pub(crate) fn label(&self) -> String {
        self.office().every.label(self.period)
    }
}

/// Writes the rows of a file.
///
/// # Errors
/// A home that does not know the office.
pub(crate) fn compose(scene: &Scene<'_>, plan: &Plan<'_>) -> Result<Sheet, SchemaError> {
    let office = plan.office();
    let provider = scene.config.provider(office.id)?;
    let columns = columns(office, provider, scene.catalog)?;
    let number = u64::from(plan.office) << 32 | u64::from(plan.period);
    let clerk = Clerk {
        office,
        columns: &columns,
        seed: scene.seed,
        label: plan.label(),
        draw: Draw::new(scene.seed, Stream::File, [number, plan.part as u64]),
        rows: Vec::with_capacity(plan.events.len() * 11 / 10),
        tally: Tally::default(),
    };
    let (rows, tally) = clerk.write(plan, scene.province);
    let above = provider.header_row.map_or(1, |r| r as usize) - 1;
    let title = [provider.name.en().to_owned(), format!("Return for {}", plan.label())];
    Ok(Sheet {
        title: title.into_iter().chain(std::iter::repeat(String::new())).take(above).collect(),
        header: columns.iter().map(|c| c.header.to_owned()).collect(),
        rows,
        tally,
    })
}

/// Writes one file by hand.
struct Clerk<'a> {
    office: &'static Office,
    columns: &'a [Column<'a>],
    seed: u64,
    label: String,
    draw: Draw,
    rows: Vec<Vec<Cell>>,
    tally: Tally,
}

impl Clerk<'_> {
    fn write(mut self, plan: &Plan<'_>, province: &Province) -> (Vec<Vec<Cell>>, Tally) {
        let mess = Mess::new(self.columns);
        for (number, event) in (plan.before + 1..).zip(plan.events) {
            let record = detail::record(self.seed, event, province);
            let mut row = self.row(event, &record, number);
            let Some(fault) = mess.fault(&mut self.draw) else {
                self.tally.records += 1;
                self.push(row, 1);
                self.repeat();
                continue;
            };
            let second = spoil(fault, &mut row, self.columns, (&record, event), &mut self.draw);
            *self.tally.faults.entry(fault).or_insert(0) += 1 + u64::from(second.is_some());
            self.push(row, 1);
            if let Some(second) = second {
                self.push(second, 2);
            }
        }
        (self.rows, self.tally)
    }

    /// The cells of a record; dropped columns are filled when the row is pushed.
    fn row(&mut self, event: &Event, record: &Record<'_>, number: usize) -> Vec<Cell> {
        let columns = self.columns;
        let cells = columns.iter().map(|column| {
            let cell = match &column.holds {
                Holds::Key(part) => self.key(*part, number),
                Holds::Person if self.draw.chance(TOKENLESS) => Cell::Blank,
                Holds::Person => Cell::Text(token(self.seed, event.person)),
                Holds::Field(words) if !words.field.required && self.draw.chance(FORGOTTEN) => {
                    words.nothing(&mut self.draw)
                }
                Holds::Field(words) => words.cell(record.get(&words.field.name), &mut self.draw),
                Holds::Dropped => Cell::Blank,
            };
            self.pad(cell)
        });
        cells.collect()
    }

    /// The reference of the nth record of the period, or the parts of a key of two columns.
    fn key(&self, part: usize, number: usize) -> Cell {
        if self.office.prefix.is_empty() {
            return match part {
                0 => Cell::Text(self.label.clone()),
                _ => Cell::Text(number.to_string()),
            };
        }
        let period = self.label.trim_start_matches("20").replace('-', "");
        Cell::Text(format!("{}-{period}-{number:04}", self.office.prefix))
    }

    fn pad(&mut self, cell: Cell) -> Cell {
        match cell {
            Cell::Text(text) if self.draw.chance(self.office.padded) => {
                Cell::Text(self.draw.one(&[format!(" {text}"), format!("{text}  ")]).clone())
            }
            cell => cell,
        }
    }

    /// Adds a row and fills its dropped columns. `turn` counts the rows of one record.
    fn push(&mut self, mut row: Vec<Cell>, turn: i32) {
        let serial = i32::try_from(self.rows.len() + 1).unwrap_or(i32::MAX);
        for (cell, column) in row.iter_mut().zip(self.columns) {
            if matches!(column.holds, Holds::Dropped) {
                *cell = match column.header {
                    header if is_serial(header) => Cell::Number(serial),
                    "Accused S. No." => Cell::Number(turn),
                    "Room" => Cell::Number(self.draw.between(1..=14)),
                    "Shift" | "shift" | "SHIFT" => {
                        Cell::Text((*self.draw.one(&["Morning", "Evening", "Night"])).to_owned())
                    }
                    "کیفیت" => Cell::Text("جانچ شدہ".to_owned()),
                    _ if self.draw.chance(400) => Cell::Blank,
                    _ => Cell::Text("checked".to_owned()),
                };
            }
        }
        self.rows.push(row);
    }

    /// Repeats the last row, as exports do that write a record once for every accused.
    fn repeat(&mut self) {
        if !self.draw.chance(self.office.repeated) {
            return;
        }
        let Some(first) = self.rows.last().cloned() else { return };
        for turn in 2..=self.draw.pick(&[(2, 70), (3, 22), (4, 8)]) {
            let mut row = first.clone();
            for (cell, column) in row.iter_mut().zip(self.columns) {
                if let (Holds::Field(words), Cell::Number(number)) = (&column.holds, &mut *cell)
                    && words.fold == Fold::Latest
                {
                    *number = (*number - self.draw.between(0..=3)).max(0);
                }
            }
            self.push(row, turn);
            self.tally.copies += 1;
        }
    }
}

/// Divides events into files: an office and period each, and parts of at most `most` events.
pub(crate) fn plan(events: &mut [Event], most: usize) -> Vec<Plan<'_>> {
    let period = |e: &Event| OFFICES[usize::from(e.office)].every.period(e.day);
    events.sort_unstable_by_key(|e| (e.office, e.day, e.person, e.number));
    let mut plans = Vec::new();
    for group in events.chunk_by(|a, b| (a.office, period(a)) == (b.office, period(b))) {
        for (part, events) in group.chunks(most).enumerate() {
            let (office, period) = (events[0].office, period(&events[0]));
            plans.push(Plan { office, period, part, before: part * most, events });
        }
    }
    plans
}
