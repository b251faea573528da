//! From a column to places on an axis: each different value is looked up once, not each record.

use arrow::array::{Array, AsArray};
use arrow::datatypes::{Date32Type, Int32Type};
use shumar_schemas::{AxisSource, YearMonth};

use super::groups::Key;

/// Values that are remembered at a time: more than any code list of one statistic has.
const REMEMBERED: usize = 256;

/// The place of each record of a column; the last place of the key is of values that have none.
/// `None` if the column is not what was asked for.
pub(super) fn of(column: &dyn Array, key: &Key) -> Option<Vec<usize>> {
    let none = key.places - 1;
    Some(match &key.source {
        AxisSource::Code { place, blank, .. } => {
            let texts = column.as_string_view_opt()?;
            let blank = blank.unwrap_or(none);
            let mut memory = Memory::new();
            // The same text has the same view in all of a batch, for the batch shares its buffers;
            // where it has several, it is looked up for each.
            let of = |(i, view): (usize, &u128)| {
                if texts.is_null(i) {
                    return blank;
                }
                memory.recall(*view, || place.get(texts.value(i)).copied().unwrap_or(none))
            };
            texts.views().iter().enumerate().map(of).collect()
        }
        AxisSource::Boolean { .. } => {
            let of = |value: Option<bool>| value.map_or(2, |yes| usize::from(!yes));
            column.as_boolean_opt()?.iter().map(of).collect()
        }
        AxisSource::Bins { edges, blank, .. } => {
            let blank = blank.unwrap_or(none);
            let bin = |n: i32| edges.partition_point(|edge| *edge <= n).checked_sub(1);
            let of = |value: Option<i32>| value.map_or(blank, |n| bin(n).unwrap_or(none));
            column.as_primitive_opt::<Int32Type>()?.iter().map(of).collect()
        }
        AxisSource::Years { years } => {
            months(column, none, |month| years.iter().position(|y| *y == month.year()))?
        }
        AxisSource::Quarters { quarters } => months(column, none, |month| {
            quarters.iter().position(|q| *q == (month.year(), month.quarter()))
        })?,
    })
}

/// The places of dates, by their month.
fn months(
    column: &dyn Array,
    none: usize,
    place: impl Fn(YearMonth) -> Option<usize>,
) -> Option<Vec<usize>> {
    let mut memory = Memory::new();
    let mut of = |days: i32| {
        let place = || YearMonth::from_days(days).and_then(&place).unwrap_or(none);
        memory.recall(u128::from(days.cast_unsigned()), place)
    };
    let days = column.as_primitive_opt::<Date32Type>()?.iter();
    Some(days.map(|days| days.map_or(none, &mut of)).collect())
}

/// The places of the values seen last, by their bits.
struct Memory {
    seen: Vec<Option<(u128, usize)>>,
}

impl Memory {
    fn new() -> Self {
        Self { seen: vec![None; REMEMBERED] }
    }

    fn recall(&mut self, bits: u128, place: impl FnOnce() -> usize) -> usize {
        let seen = &mut self.seen[slot(bits)];
        match seen {
            Some((known, place)) if *known == bits => *place,
            _ => {
                let place = place();
                *seen = Some((bits, place));
                place
            }
        }
    }
}

/// Where a value is remembered: Fibonacci hashing of its two halves.
fn slot(bits: u128) -> usize {
    let half = |bits: u128| u64::try_from(bits & u128::from(u64::MAX)).unwrap_or_default();
    let (low, high) = (half(bits), half(bits >> 64));
    let mixed = (low ^ high.rotate_left(29)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    usize::from(mixed.to_be_bytes()[0])
}
