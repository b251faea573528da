//! Random sequences of files, corrections, withdrawals and releases: the lake is what a model says,
//! and no person is counted more often than her bounds allow.

mod model;
mod steps;
mod world;

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use shumar_ingest::{Arrival, IngestError, Withdrawn};
use shumar_schemas::Period;

use model::{Model, Told, Who, who};
use steps::{KINDS, SERIES, Step, anchored, letters, nth, period, steps};
use world::{Found, Letter, OFFICES, Row, World, month_of};

/// What was counted of each person in each series and year: kind and places of every record.
type Counted = BTreeMap<(&'static str, u16, u8), Vec<(&'static str, (i32, i32))>>;

/// Counts a period straight from the lake, as a release does before its bounds.
fn count(
    lake: &[Found],
    series: &'static str,
    kind: &'static str,
    period: Period,
    to: &mut Counted,
) {
    let (first, last) = period.months();
    let within = month_of(first)..=month_of(last);
    for found in lake.iter().filter(|f| OFFICES[f.office] == kind && within.contains(&f.row.month))
    {
        let person = (series, found.row.month / 12, found.row.person);
        to.entry(person).or_default().push((kind, found.places));
    }
}

/// The bound: whatever the bounds are, no person is counted more often in a series' year.
fn bounded(counted: &Counted) -> Result<(), TestCaseError> {
    for (whom, records) in counted {
        for of_kind in [1, 2, 3, i32::MAX] {
            for of_all in [1, 2, 3, i32::MAX] {
                let kept = |kind: Option<&str>| {
                    let kept = records.iter().filter(|(k, places)| {
                        places.0 <= of_kind
                            && places.1 <= of_all
                            && kind.is_none_or(|kind| kind == *k)
                    });
                    i32::try_from(kept.count()).expect("few")
                };
                for kind in KINDS {
                    prop_assert!(kept(Some(kind)) <= of_kind, "{whom:?} {of_kind} {records:?}");
                }
                prop_assert!(kept(None) <= of_all, "{whom:?} {of_all} {records:?}");
            }
        }
    }
    Ok(())
}

/// Who ever had which place of a person's year: of a kind, and over all.
type Owners = BTreeMap<(u8, u16, Option<&'static str>, i32), Who>;

/// Places in the lake are each one record's, now and for ever.
fn owned(lake: &[Found], owners: &mut Owners) -> Result<(), TestCaseError> {
    let mut seen = BTreeSet::new();
    for found in lake {
        let (person, year) = (found.row.person, found.row.month / 12);
        let kind = OFFICES[found.office];
        for place in
            [(person, year, Some(kind), found.places.0), (person, year, None, found.places.1)]
        {
            prop_assert!(seen.insert(place), "two records have {place:?}");
            let owner = *owners.entry(place).or_insert(who(found));
            prop_assert_eq!(owner, who(found), "{:?} went to another record", place);
        }
    }
    Ok(())
}

/// What an arrival came to, as the model tells it.
fn told(arrival: &Result<Arrival, IngestError>) -> Told {
    match arrival {
        Ok(Arrival::Already(batch)) => Told::Already(*batch),
        Ok(Arrival::Landed(b)) => {
            assert_eq!(b.rows, b.accepted + b.folded + b.rejected);
            Told::Landed { accepted: b.accepted, folded: b.folded, rejected: b.rejected }
        }
        Err(e) if e.is_refusal() => Told::Refused,
        Err(e) => panic!("broken: {e}"),
    }
}

/// A world that goes through the steps.
struct Run {
    world: World,
    /// The batches that ever landed, by place in the sequence; their numbers may have gaps.
    numbers: Vec<i64>,
}

impl Run {
    fn new() -> Self {
        Self { world: World::new(), numbers: Vec::new() }
    }

    /// The number of a batch, counted from the newest.
    fn number(&self, n: usize) -> i64 {
        nth(n, self.numbers.len()).map_or(99, |place| self.numbers[place])
    }

    /// Files with the numbers that batches really have.
    fn real(&self, mut letters: Vec<Letter>) -> Vec<Letter> {
        for letter in &mut letters {
            let number = |place: i64| self.numbers.get(place as usize - 1).copied().unwrap_or(99);
            letter.replaces = letter.replaces.map(number);
        }
        letters
    }

    fn send(&mut self, letters: &[Letter]) -> Vec<Result<Arrival, IngestError>> {
        let arrivals = self.world.send(letters);
        for arrival in arrivals.iter().flatten() {
            if let Arrival::Landed(batch) = arrival {
                self.numbers.push(batch.id);
            }
        }
        arrivals
    }
}

fn follows_the_model(steps: &[Step]) -> Result<(), TestCaseError> {
    let (mut run, mut model) = (Run::new(), Model::default());
    let mut released = BTreeSet::new();
    for step in steps {
        let batches: Vec<_> = model.batches.values().map(|b| (b.office, b.rows.clone())).collect();
        match step {
            Step::Withdraw(n) => {
                let batch = run.number(*n);
                let gone = run.world.withdraw(batch);
                let before = model.is_withdrawn(batch);
                let expected = model.withdraw(batch);
                match gone {
                    Err(e) => {
                        prop_assert!(e.is_refusal() && expected.is_none() && !before, "{e}");
                    }
                    Ok(Withdrawn::Before) => prop_assert!(before),
                    Ok(Withdrawn::Now { records, kept }) => {
                        prop_assert_eq!(Some((records, kept)), expected);
                    }
                }
            }
            Step::Release(series, kinds, n) => {
                let (series, quarterly) = SERIES[*series];
                let period = period(quarterly, *n);
                for (kind, _) in KINDS.into_iter().zip(kinds).filter(|(_, counts)| **counts) {
                    if released.insert((series, kind, period)) {
                        run.world.charge(series, kind, period);
                        model.count(kind, period);
                    }
                }
            }
            _ => {
                let letters = run.real(letters(step, &batches));
                let letters: Vec<_> = letters.into_iter().filter(|l| !l.rows.is_empty()).collect();
                let checked = match letters.as_slice() {
                    [one] => Some(told(&run.world.check(one))),
                    _ => None,
                };
                let arrivals = run.send(&letters);
                prop_assert_eq!(arrivals.len(), letters.len());
                for (letter, arrival) in letters.iter().zip(&arrivals) {
                    let id = match arrival {
                        Ok(Arrival::Landed(batch)) => batch.id,
                        _ => 0,
                    };
                    let expected = model.send(letter, id);
                    prop_assert_eq!(told(arrival), expected, "{:?}", letter);
                    prop_assert!(checked.is_none_or(|c| c == expected), "{checked:?}");
                }
            }
        }
        run.world.check_register();
        let lake = run.world.lake();
        let found: BTreeMap<Who, (Row, i64, (i32, i32))> =
            lake.iter().map(|f| (who(f), (f.row, f.batch, f.places))).collect();
        prop_assert_eq!(found.len(), lake.len(), "a record is in the lake twice");
        prop_assert_eq!(found, model.lake(), "after {:?}", step);
    }
    Ok(())
}

/// No model here: only what was counted, and who ever had which place.
fn stays_within_bounds(steps: &[Step]) -> Result<(), TestCaseError> {
    let (mut run, mut batches) = (Run::new(), Vec::new());
    let (mut counted, mut owners) = (Counted::new(), Owners::new());
    let mut released = BTreeSet::new();
    let mut lake = Vec::new();
    // In the end everything is released that was not yet.
    let rest = (0..SERIES.len()).flat_map(|s| (0..8).map(move |n| Step::Release(s, [true; 2], n)));
    for step in steps.iter().cloned().chain(rest) {
        match &step {
            Step::Withdraw(n) => {
                // One that is gone already is refused.
                let _ = run.world.withdraw(run.number(*n));
            }
            Step::Release(series, kinds, n) => {
                let (series, quarterly) = SERIES[*series];
                let period = period(quarterly, *n);
                for (kind, _) in KINDS.into_iter().zip(kinds).filter(|(_, counts)| **counts) {
                    if released.insert((series, kind, period)) {
                        count(&lake, series, kind, period, &mut counted);
                        run.world.charge(series, kind, period);
                    }
                }
                bounded(&counted)?;
                continue;
            }
            _ => {
                let letters = run.real(letters(&step, &batches));
                let arrivals = run.send(&letters);
                for (letter, arrival) in letters.iter().zip(&arrivals) {
                    if let Ok(Arrival::Landed(_)) = arrival {
                        batches.push((letter.office, letter.rows.clone()));
                    }
                }
            }
        }
        lake = run.world.lake();
        owned(&lake, &mut owners)?;
    }
    Ok(())
}

/// Rejected rows as field and rule, by their place among the rows of others than `without`.
fn rejects(letter: &Letter, arrival: &Arrival, without: u8) -> Vec<(usize, String)> {
    let Arrival::Landed(batch) = arrival else { return Vec::new() };
    let others: Vec<usize> =
        (0..letter.rows.len()).filter(|i| letter.rows[*i].person != without).collect();
    let place = |row: u64| others.iter().position(|i| *i as u64 + 2 == row);
    let reject =
        |r: &shumar_ingest::Reject| place(r.row).map(|i| (i, format!("{} {:?}", r.field, r.rule)));
    batch.rejects.iter().filter_map(reject).collect()
}

fn neighbours_agree(steps: &[Step], without: u8) -> Result<(), TestCaseError> {
    let (mut run, mut neighbour) = (Run::new(), Run::new());
    let mut batches: Vec<(usize, Vec<Row>)> = Vec::new();
    let mut released = BTreeSet::new();
    for step in anchored(steps) {
        match &step {
            Step::Withdraw(n) => {
                let batch = run.number(*n);
                let gone = [run.world.withdraw(batch), neighbour.world.withdraw(batch)];
                prop_assert_eq!(gone[0].is_ok(), gone[1].is_ok());
            }
            Step::Release(series, kinds, n) => {
                let (series, quarterly) = SERIES[*series];
                let period = period(quarterly, *n);
                for (kind, _) in KINDS.into_iter().zip(kinds).filter(|(_, counts)| **counts) {
                    if released.insert((series, kind, period)) {
                        run.world.charge(series, kind, period);
                        neighbour.world.charge(series, kind, period);
                    }
                }
            }
            _ => {
                let letters = run.real(letters(&step, &batches));
                let mut fewer = letters.clone();
                for letter in &mut fewer {
                    letter.rows.retain(|r| r.person != without);
                }
                let arrivals = run.send(&letters);
                let theirs = neighbour.send(&fewer);
                prop_assert_eq!(arrivals.len(), theirs.len());
                for i in 0..arrivals.len() {
                    match (&arrivals[i], &theirs[i]) {
                        (Ok(a), Ok(b)) => prop_assert_eq!(
                            rejects(&letters[i], a, without),
                            rejects(&fewer[i], b, without)
                        ),
                        (a, b) => prop_assert_eq!(a.is_ok(), b.is_ok(), "{:?} {:?}", a, b),
                    }
                    if let Ok(Arrival::Landed(_)) = &arrivals[i] {
                        batches.push((letters[i].office, letters[i].rows.clone()));
                    }
                }
            }
        }
        prop_assert_eq!(&run.numbers, &neighbour.numbers);
        let mut lake = run.world.lake();
        lake.retain(|f| f.row.person != without);
        prop_assert_eq!(lake, neighbour.world.lake(), "after {:?}", step);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 160, ..ProptestConfig::default() })]

    #[test]
    fn the_lake_is_what_was_sent(steps in steps()) {
        follows_the_model(&steps)?;
    }

    #[test]
    fn nobody_is_counted_beyond_her_bounds(steps in steps()) {
        stays_within_bounds(&steps)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 80, ..ProptestConfig::default() })]

    #[test]
    fn one_persons_rows_change_nothing_of_another(steps in steps(), without in 0..2_u8) {
        neighbours_agree(&steps, without)?;
    }
}
