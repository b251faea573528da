//! What may happen to a home, at random: files, corrections, withdrawals and releases.

use proptest::prelude::*;
use shumar_schemas::Period;

use super::world::{Letter, Row};

/// Releases by series: twice by quarter, so that one counts what the other has charged, and by year.
pub(super) const SERIES: [(&str, bool); 3] =
    [("quarterly", true), ("again", true), ("annual", false)];
pub(super) const KINDS: [&str; 2] = ["police", "shelter"];
/// A person whom the others never are: her rows keep a file from being empty without them.
const ANCHOR: u8 = 9;

/// How a row of an earlier file is corrected.
#[derive(Debug, Clone, Copy)]
pub(super) enum Edit {
    Keep,
    Drop,
    Move(u16),
    Put(u8),
    Give(u8),
}

#[derive(Debug, Clone)]
pub(super) enum Step {
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
        2 => (batch(), some()).prop_map(|(batch, more)| Step::Longer(batch, more)),
        1 => (batch(), any::<bool>()).prop_map(|(batch, own)| Step::Same(batch, own)),
        5 => (batch(), edits(), some())
            .prop_map(|(batch, edits, more)| Step::Correct(batch, edits, more)),
        1 => (0..3_usize, batch(), rows())
            .prop_map(|(office, batch, rows)| Step::Usurp(office, batch, rows)),
        3 => batch().prop_map(Step::Withdraw),
        5 => (0..3_usize, kinds, 0..8_usize)
            .prop_map(|(series, kinds, period)| Step::Release(series, kinds, period)),
    ]
}

/// A batch, counted from the newest; mostly one of the last.
fn batch() -> impl Strategy<Value = usize> {
    prop_oneof![4 => 0..3_usize, 1 => 0..9_usize]
}

/// The place of a batch among so many.
pub(super) fn nth(n: usize, batches: usize) -> Option<usize> {
    (batches.checked_sub(1)).map(|last| last - n % batches)
}

/// A file and a longer one, and what then becomes of them.
pub(super) fn steps() -> impl Strategy<Value = Vec<Step>> {
    let first = (0..3_usize, rows()).prop_map(|(o, rows)| Step::Send(o, vec![rows], false));
    let longer = prop::collection::vec(row(), 1..3).prop_map(|more| Step::Longer(0, more));
    let steps = prop::collection::vec(step(), 1..14);
    (first, longer, steps)
        .prop_map(|(first, longer, steps)| [first, longer].into_iter().chain(steps).collect())
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
pub(super) fn letters(step: &Step, batches: &[(usize, Vec<Row>)]) -> Vec<Letter> {
    let batch = |n: usize| {
        let place = nth(n, batches.len()).unwrap_or_default();
        (place, &batches[place])
    };
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

pub(super) fn period(quarterly: bool, n: usize) -> Period {
    let (year, quarter) = (2024 + n as i32 / 4, 1 + n as u8 % 4);
    if quarterly { Period::Quarter(year, quarter) } else { Period::Year(year) }
}

/// The same steps with a row of the anchor in every new file; each file has one of its own.
pub(super) fn anchored(steps: &[Step]) -> Vec<Step> {
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
