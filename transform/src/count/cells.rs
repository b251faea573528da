//! From groups to cells: adds the rows of a group-by to the dense counts of each margin.

use arrow::array::{AsArray, Int64Array, RecordBatch};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Date32Type, Int32Type, UInt64Type};
use shumar_schemas::{AxisSource, YearMonth};

use super::groups::{self, Groups};
use super::{Wanted, sum_name};

/// The place of each group on an axis, by what the axis is placed by.
type Places<'a> = Vec<(&'a AxisSource, Vec<Option<usize>>)>;

/// Adds the groups of a batch to the cells of all margins. A group outside the declared domain
/// (its code was removed from the list since) has no cell and is not counted. `None` if the batch
/// is not what was asked for, or a sum is too large.
pub(super) fn add(
    batch: &RecordBatch,
    groups: &Groups,
    wanted: &[Wanted<'_>],
    date: &str,
    counts: &mut [Vec<i64>],
) -> Option<()> {
    let mut places: Places<'_> = Vec::new();
    for (table, margin) in wanted {
        for (axis, _) in &margin.by {
            let source = &table.axes[*axis].source;
            if !places.iter().any(|(known, _)| *known == source) {
                places.push((source, places_of(batch, source, date)?));
            }
        }
    }
    let sets = match batch.column_by_name(groups::SET) {
        Some(sets) => Some(cast(sets, &DataType::UInt64).ok()?),
        None => None,
    };
    for (i, (wanted, counts)) in wanted.iter().zip(counts).enumerate() {
        let mut cells = vec![Some(0); batch.num_rows()];
        if let Some(set) = groups.set_of(i) {
            let sets = sets.as_ref()?.as_primitive_opt::<UInt64Type>()?;
            for (cell, found) in cells.iter_mut().zip(sets.values()) {
                *cell = cell.filter(|_| *found == set);
            }
        }
        add_margin(batch, *wanted, &places, cells, counts)?;
    }
    Some(())
}

/// Adds the groups that have a cell to one margin.
fn add_margin(
    batch: &RecordBatch,
    (table, margin): Wanted<'_>,
    places: &Places<'_>,
    mut cells: Vec<Option<usize>>,
    counts: &mut [i64],
) -> Option<()> {
    let sums: &Int64Array = batch.column_by_name(&sum_name(table.bound))?.as_primitive_opt()?;
    for &(axis, level) in &margin.by {
        let axis = &table.axes[axis];
        let size = axis.codes_at(level).len();
        let (_, places) = places.iter().find(|(source, _)| **source == axis.source)?;
        for (cell, place) in cells.iter_mut().zip(places) {
            let place = place.map(|place| axis.place_at(level, place));
            *cell = cell.zip(place).map(|(cell, place)| cell * size + place);
        }
    }
    for (cell, n) in cells.into_iter().zip(sums.values()) {
        if let Some(cell) = cell {
            counts[cell] = counts[cell].checked_add(*n)?;
        }
    }
    Some(())
}

/// The place of each group on an axis.
fn places_of(batch: &RecordBatch, source: &AxisSource, date: &str) -> Option<Vec<Option<usize>>> {
    let column = batch.column_by_name(&groups::name(source, date))?;
    let months = || -> Option<Vec<Option<YearMonth>>> {
        let days = column.as_primitive_opt::<Date32Type>()?;
        Some(days.iter().map(|d| YearMonth::from_days(d?)).collect())
    };
    Some(match source {
        AxisSource::Code { place, blank, .. } => {
            let of = |code: Option<&str>| code.map_or(*blank, |c| place.get(c).copied());
            column.as_string_view_opt()?.iter().map(of).collect()
        }
        AxisSource::Boolean { .. } => {
            let of = |v: Option<bool>| Some(v.map_or(2, |yes| usize::from(!yes)));
            column.as_boolean_opt()?.iter().map(of).collect()
        }
        AxisSource::Bins { blank, .. } => {
            let bin = |reached: i32| usize::try_from(reached).ok()?.checked_sub(1);
            let of = |v: Option<i32>| v.map_or(*blank, bin);
            column.as_primitive_opt::<Int32Type>()?.iter().map(of).collect()
        }
        AxisSource::Years { years } => {
            let of = |m: Option<YearMonth>| {
                years.iter().position(|y| Some(*y) == m.map(YearMonth::year))
            };
            months()?.into_iter().map(of).collect()
        }
        AxisSource::Quarters { quarters } => {
            let of = |m: Option<YearMonth>| {
                let quarter = m.map(|m| (m.year(), m.quarter()));
                quarters.iter().position(|q| Some(*q) == quarter)
            };
            months()?.into_iter().map(of).collect()
        }
    })
}
