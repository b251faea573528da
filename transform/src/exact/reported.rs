//! Where and when anything was reported: a district of which nothing came is never a zero.
//!
//! A place and quarter is told if a record of it came, or if every office that reports the place has
//! made all of its reports: then nothing is known to be none. Offices that name no area report every
//! place. What is told follows from the releases' own statement of coverage and from records that are
//! about no person.

use std::collections::BTreeSet;

use shumar_schemas::Margin;
use shumar_schemas::bind::{AxisSource, Sums};
use shumar_schemas::release::CoverageDocument;

use super::add::Line;

/// The places and times of which something is known, as places on a table's axes.
pub(super) struct Reported {
    /// The axes of the area and of the calendar, if the table has them.
    area: Option<usize>,
    calendar: Option<usize>,
    /// Finest places on these axes; 0 for an axis that is not there.
    told: BTreeSet<(usize, usize)>,
}

impl Reported {
    /// What the records of a table's kind and the coverage of its offices tell.
    pub(super) fn of(table: &Sums, lines: &[Line], coverage: &[CoverageDocument]) -> Self {
        let find = |fits: &dyn Fn(&shumar_schemas::Axis) -> bool| table.axes.iter().position(fits);
        let area = find(&|a| a.area);
        let calendar =
            find(&|a| matches!(a.source, AxisSource::Years { .. } | AxisSource::Quarters { .. }));
        let place = |line: &Line, axis: Option<usize>| match axis {
            Some(axis) => line.place(&table.axes[axis].source),
            None => Some(0),
        };
        let of_line = |line: &Line| Some((place(line, area)?, place(line, calendar)?));
        let mut told: BTreeSet<(usize, usize)> = lines.iter().filter_map(of_line).collect();
        let places = area.map_or(1, |axis| table.axes[axis].codes.len());
        let times = calendar.map_or(1, |axis| table.axes[axis].codes.len());
        let whole = |place: usize| {
            let of_place = |c: &&CoverageDocument| match (&c.area, area) {
                (Some(own), Some(axis)) => match &table.axes[axis].source {
                    AxisSource::Code { place: of, .. } => of.get(&own.code) == Some(&place),
                    _ => false,
                },
                _ => true,
            };
            let mut own = coverage.iter().filter(|c| c.kind == table.kind && c.expected > 0);
            let mut own = own.by_ref().filter(of_place).peekable();
            own.peek().is_some() && own.all(|c| c.reported >= c.expected)
        };
        for place in (0..places).filter(|place| whole(*place)) {
            told.extend((0..times).map(|time| (place, time)));
        }
        Self { area, calendar, told }
    }

    /// For each cell of a margin, whether anything was reported of its place and time.
    pub(super) fn cells(&self, table: &Sums, margin: &Margin, sizes: &[usize]) -> Vec<bool> {
        // By the places of the margin's own columns that are areas or times.
        let at = |axis: Option<usize>, finest: usize| {
            let own = |(column, by): (usize, &(usize, Option<usize>))| {
                (Some(by.0) == axis).then(|| (column, table.axes[by.0].place_at(by.1, finest)))
            };
            margin.by.iter().enumerate().find_map(own)
        };
        let known: BTreeSet<Vec<(usize, usize)>> = self
            .told
            .iter()
            .map(|&(place, time)| {
                at(self.area, place).into_iter().chain(at(self.calendar, time)).collect()
            })
            .collect();
        let mut cell = 0..sizes.iter().product();
        let columns = |axis: Option<usize>| margin.by.iter().position(|by| Some(by.0) == axis);
        let (place, time) = (columns(self.area), columns(self.calendar));
        let of = |cell: usize, column: usize| {
            let inner: usize = sizes[column + 1..].iter().product();
            (column, cell / inner % sizes[column])
        };
        cell.by_ref()
            .map(|cell| {
                let key = place.into_iter().chain(time).map(|column| of(cell, column)).collect();
                known.contains::<Vec<_>>(&key)
            })
            .collect()
    }
}
