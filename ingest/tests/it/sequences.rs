//! Random sequences of files, corrections, withdrawals and releases: the lake is what a model says,
//! and no person is counted more often than her bounds allow.

mod model;
mod world;

use std::collections::BTreeMap;

use proptest::prelude::*;
use shumar_ingest::{Arrival, IngestError};
use shumar_schemas::Period;

use model::{Model, Told, Who, who};
use world::{Found, Letter, OFFICES, Row, World, month_of};

/// Releases by series: twice by quarter, so that one counts what the other has charged, and by year.
const SERIES: [(&str, bool); 3] = [("quarterly", true), ("again", true), ("annual", false)];
const KINDS: [&str; 2] = ["police", "shelter"];
/// A person whom the others never are: her rows keep a file from being empty without them.
const ANCHOR: u8 = 9;

/// How a row of an earlier file is corrected.
#[derive(Debug, Clone, Copy)]
enum Edit {
    Keep,
    Drop,
    Move(u16),
    Put(u8),
    Give(u8),
}

#[derive(Debug, Clone)]
enum Step {
    /// New files that one office sends together; one may be sent twice.
    Send(usize, Vec<Vec<Row>>, bool),
    /// The file of an earlier batch, longer.
    Longer(usize, Vec<Row>),
    /// The file of an earlier batch, byte for byte, perhaps in its own place.
    Same(usize, bool),
    /// A correction of an earlier batch.
    Correct(usize, Vec<Edit>, Vec<Row>),
    /// One office's file in the place of any batch.
    Usurp(usize, usize, Vec<Row>),
    Withdraw(usize),
    /// A series, the kinds that its tables count, and one of the periods.
    Release(usize, [bool; 2], usize),
}

fn months() -> impl Strategy<Value = u16> {
    // Two years, few months: they meet in a quarter, and move between quarters.
    prop::sample::select(vec![2024 * 12, 2024 * 12 + 1, 2024 * 12 + 4, 2024 * 12 + 11, 2025 * 12])
}

fn row() -> impl Strategy<Value = Row> {
    (0..2_u8, 0..5_u8, months(), 0..2_u8).prop_map(|(person, key, month, district)| Row {
        person,
        key,
        month,
        district,
    })
}

fn rows() -> impl Strategy<Value = Vec<Row>> {
    prop::collection::vec(row(), 1..6)
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let edit = prop_oneof![
        4 => Just(Edit::Keep),
        1 => Just(Edit::Drop),
        4 => months().prop_map(Edit::Move),
        1 => (0..3_u8).prop_map(Edit::Put),
        1 => (0..2_u8).prop_map(Edit::Give),
    ];
    prop::collection::vec(edit, 6)
}

fn step() -> impl Strategy<Value = Step> {
    let some = || prop::collection::vec(row(), 0..3);
    let kinds = prop::sample::select(vec![[true, true], [true, false], [false, true]]);
    prop_oneof![
        3 => (0..3_usize, prop::collection::vec(rows(), 1..4), any::<bool>())
            .prop_map(|(office, files, twice)| Step::Send(office, files, twice)),
        2 => (0..9_usize, some()).prop_map(|(batch, more)| Step::Longer(batch, more)),
        1 => (0..9_usize, any::<bool>()).prop_map(|(batch, own)| Step::Same(batch, own)),
        5 => (0..9_usize, edits(), some())
            .prop_map(|(batch, edits, more)| Step::Correct(batch, edits, more)),
        1 => (0..3_usize, 0..9_usize, rows())
            .prop_map(|(office, batch, rows)| Step::Usurp(office, batch, rows)),
        3 => (0..9_usize).prop_map(Step::Withdraw),
        5 => (0..3_usize, kinds, 0..8_usize)
            .prop_map(|(series, kinds, period)| Step::Release(series, kinds, period)),
    ]
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    prop::collection::vec(step(), 2..16)
}

/// A row of an earlier file as its correction has it.
fn edited(row: Row, edit: Edit) -> Option<Row> {
    match edit {
        _ if row.person == ANCHOR => Some(row),
        Edit::Keep => Some(row),
        Edit::Drop => None,
        Edit::Move(month) => Some(Row { month, ..row }),
        Edit::Put(district) => Some(Row { district, ..row }),
        Edit::Give(person) => Some(Row { person, ..row }),
    }
}

/// The files that a step sends, given what batches there were.
fn letters(step: &Step, batches: &[(usize, Vec<Row>)]) -> Vec<Letter> {
    let batch = |n: usize| (n % batches.len(), &batches[n % batches.len()]);
    let one = |office, rows, replaces: Option<usize>| {
        vec![Letter { office, rows, replaces: replaces.map(|b| b as i64 + 1) }]
    };
    match step {
        Step::Send(office, files, twice) => {
            let again = files.last().filter(|_| *twice).cloned();
            let letter = |rows| Letter { office: *office, rows, replaces: None };
            files.iter().cloned().chain(again).map(letter).collect()
        }
        Step::Usurp(office, n, rows) => {
            let replaces = (!batches.is_empty()).then(|| batch(*n).0);
            one(*office, rows.clone(), replaces.or(Some(7)))
        }
        _ if batches.is_empty() => Vec::new(),
        Step::Longer(n, more) => {
            let (_, (office, rows)) = batch(*n);
            one(*office, [rows.as_slice(), more].concat(), None)
        }
        Step::Same(n, own) => {
            let (id, (office, rows)) = batch(*n);
            one(*office, rows.clone(), own.then_some(id))
        }
        Step::Correct(n, edits, more) => {
            let (id, (office, rows)) = batch(*n);
            let edits = edits.iter().copied().chain(std::iter::repeat(Edit::Keep));
            let rows = rows.iter().zip(edits).filter_map(|(row, edit)| edited(*row, edit));
            one(*office, rows.chain(more.iter().copied()).collect(), Some(id))
        }
        Step::Withdraw(_) | Step::Release(..) => Vec::new(),
    }
}

fn period(quarterly: bool, n: usize) -> Period {
    let (year, quarter) = (2024 + n as i32 / 4, 1 + n as u8 % 4);
    if quarterly { Period::Quarter(year, quarter) } else { Period::Year(year) }
}

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
    let mut seen = std::collections::BTreeSet::new();
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
    let (mut counted, mut owners) = (Counted::new(), Owners::new());
    let mut released = std::collections::BTreeSet::new();
    let mut lake = Vec::new();
    for step in steps {
        let batches: Vec<_> = model.batches.values().map(|b| (b.office, b.rows.clone())).collect();
        match step {
            Step::Withdraw(n) => {
                let batch = run.numbers.get(n % run.numbers.len().max(1)).copied().unwrap_or(99);
                let gone = run.world.withdraw(batch);
                let expected = model.withdraw(batch);
                match gone {
                    Err(e) => prop_assert!(e.is_refusal() && expected.is_none(), "{e}"),
                    Ok(gone) => prop_assert_eq!(Some((gone.records, gone.kept)), expected),
                }
            }
            Step::Release(series, kinds, n) => {
                let (series, quarterly) = SERIES[*series];
                let period = period(quarterly, *n);
                for (kind, _) in KINDS.into_iter().zip(kinds).filter(|(_, counts)| **counts) {
                    if released.insert((series, kind, period)) {
                        count(&lake, series, kind, period, &mut counted);
                        run.world.charge(series, kind, period);
                        model.count(kind, period);
                    }
                }
                bounded(&counted)?;
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
        lake = run.world.lake();
        let found: BTreeMap<Who, (Row, i64, (i32, i32))> =
            lake.iter().map(|f| (who(f), (f.row, f.batch, f.places))).collect();
        prop_assert_eq!(found.len(), lake.len(), "a record is in the lake twice");
        prop_assert_eq!(found, model.lake(), "after {:?}", step);
        owned(&lake, &mut owners)?;
    }
    Ok(())
}

/// The same steps with a row of the anchor in every new file; each file has one of its own.
fn anchored(steps: &[Step]) -> Vec<Step> {
    let mut next = 0..;
    let mut anchor = || {
        let n: u16 = next.next().unwrap_or_default();
        // Keys of two files never meet: a year has room for them in its months.
        Row { person: ANCHOR, key: (n % 20) as u8, month: 2024 * 12 + n / 20, district: 2 }
    };
    let mut with = |rows: &[Row]| rows.iter().copied().chain([anchor()]).collect::<Vec<_>>();
    let steps = steps.iter().map(|step| match step {
        Step::Send(office, files, twice) => {
            Step::Send(*office, files.iter().map(|f| with(f)).collect(), *twice)
        }
        Step::Longer(n, more) => Step::Longer(*n, with(more)),
        Step::Correct(n, edits, more) => Step::Correct(*n, edits.clone(), with(more)),
        Step::Usurp(office, n, rows) => Step::Usurp(*office, *n, with(rows)),
        other => other.clone(),
    });
    steps.collect()
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
    let mut released = std::collections::BTreeSet::new();
    for step in anchored(steps) {
        match &step {
            Step::Withdraw(n) => {
                let batch = run.numbers.get(n % run.numbers.len().max(1)).copied().unwrap_or(99);
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
    #![proptest_config(ProptestConfig { cases: 250, ..ProptestConfig::default() })]

    #[test]
    fn the_lake_is_what_was_sent_and_nobody_is_counted_beyond_her_bounds(steps in steps()) {
        follows_the_model(&steps)?;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 80, ..ProptestConfig::default() })]

    #[test]
    fn one_persons_rows_change_nothing_of_another(steps in steps(), without in 0..2_u8) {
        neighbours_agree(&steps, without)?;
    }
}
