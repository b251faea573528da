//! Made-up worlds of a few records, and their release through the whole path of the kernel.

use std::collections::BTreeMap;

use shumar_schemas::ledger::{Amounts, Row, Rules, Share};
use shumar_schemas::{Bounds, Family, Nano, Period};

use crate::{
    Accountant, Ask, Contribution, Decision, Exact, KernelError, Ledger, Private, Released,
    Reservation,
};

/// The reporting year of all worlds.
const YEAR: i32 = 2025;

/// A ledger that is gone after the check.
#[derive(Default)]
pub(super) struct Purse(Vec<Row>);

impl Ledger for Purse {
    fn transact(&mut self, decide: &mut Decision<'_>) -> Result<Vec<i64>, KernelError> {
        let first = self.0.len();
        for (year, entry) in decide(&self.0)? {
            let seq = i64::try_from(self.0.len()).map_err(|_| KernelError::Shape)? + 1;
            self.0.push(Row { seq, at: String::new(), year, entry, hash: String::new() });
        }
        Ok(self.0.iter().skip(first).map(|row| row.seq).collect())
    }
}

/// The terms of a table: its noise and what one person may lose by it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Terms {
    /// The noise.
    pub(super) family: Family,
    /// Loss at one record.
    pub(super) unit: Nano,
    /// The most records of one person that count.
    pub(super) bound: u32,
}

impl Terms {
    /// The most that one person loses.
    pub(super) fn loss(&self) -> Nano {
        self.family.loss(self.unit, self.bound)
    }
}

/// Made-up records, each with its person, quarter and cell.
#[derive(Debug, Clone)]
pub(super) struct World {
    /// Cells of the table of a quarter.
    pub(super) cells: usize,
    /// Quarters, 1 to 4.
    pub(super) quarters: u8,
    records: Vec<(usize, u8, usize)>,
}

impl World {
    /// Persons with one to three records each, none of them in the last cell.
    pub(super) fn new(cells: usize, quarters: u8, persons: usize) -> Self {
        let record = |person: usize, no: u8| {
            let place = (person * 7 + usize::from(no) * 3) % cells.saturating_sub(1).max(1);
            (person, 1 + no % quarters, place)
        };
        let of = |person: usize| (0..=2).take(1 + person % 3).map(move |no| record(person, no));
        Self { cells, quarters, records: (0..persons).flat_map(of).collect() }
    }

    /// The same world and one more person, whose records are spread over the quarters and all fall
    /// into the last cell, where there was nobody.
    pub(super) fn with_person(&self, records: u32) -> Self {
        let mut world = self.clone();
        let quarters = (1..=self.quarters).cycle();
        let more =
            quarters.zip(0..records).map(|(quarter, _)| (usize::MAX, quarter, self.cells - 1));
        world.records.extend(more);
        world
    }

    /// Exact counts of each quarter with at most `contribution` records of a person in all of them.
    pub(super) fn counts(&self, contribution: Contribution) -> Vec<Vec<i64>> {
        let sealed = Private::seal(self.records.as_slice());
        let bounded = sealed.bound(contribution, |records, c| {
            let mut places: BTreeMap<usize, u32> = BTreeMap::new();
            let mut kept = records.to_vec();
            kept.retain(|(person, ..)| {
                let place = places.entry(*person).or_default();
                *place += 1;
                *place <= c.kind.min(c.all)
            });
            kept
        });
        #[expect(clippy::disallowed_methods, reason = "nobody stands behind these records")]
        let (records, _) = bounded.expose();
        let mut counts = vec![vec![0; self.cells]; usize::from(self.quarters)];
        for (_, quarter, cell) in records {
            counts[usize::from(quarter) - 1][cell] += 1;
        }
        counts
    }
}

/// Releases a table of each quarter through accountant, spend and measurement, paid from `purse`.
pub(super) fn release(
    purse: &mut Purse,
    world: &World,
    terms: &Terms,
) -> Result<Vec<Released>, KernelError> {
    let contribution = Contribution { kind: terms.bound, all: terms.bound };
    let mut released = Vec::new();
    for (quarter, counts) in (1..).zip(world.counts(contribution)) {
        let exact = Exact::claim(counts, "cells", terms.bound)?;
        let period = Period::Quarter(YEAR, quarter);
        let spends = Accountant::new(purse).reserve(&reservation(terms, period))?;
        let spend = spends.into_iter().next().ok_or(KernelError::OtherTable)?;
        released.push(exact.measure(spend)?);
    }
    Ok(released)
}

/// A budget that holds exactly one such table a year.
fn reservation(terms: &Terms, period: Period) -> Reservation {
    let budget = terms.loss();
    Reservation {
        release: "selftest".to_owned(),
        series: "selftest".to_owned(),
        period,
        share: Share::Scheduled,
        rules: Rules {
            family: terms.family,
            budget,
            bounds: Bounds { all: terms.bound, kinds: BTreeMap::new(), calibration: None },
            shares: Amounts { scheduled: budget, rti: Nano::ZERO, revisions: Nano::ZERO },
        },
        asks: vec![Ask {
            table: "cells".to_owned(),
            margin: "total".to_owned(),
            fingerprint: "cells".to_owned(),
            kind: "record".to_owned(),
            bound: terms.bound,
            unit: terms.unit,
        }],
    }
}
