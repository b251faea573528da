//! Exact bounded counts: one scan of a kind's records for all of its tables.
//!
//! The scan groups by the fields that the tables use, with the contribution ordinals as the
//! filter; groups are then added to the cells of each table in integers.

use arrow::array::{AsArray, Int64Array, RecordBatch};
use arrow::datatypes::{Date32Type, Int32Type};
use datafusion::functions_aggregate::expr_fn::sum;
use datafusion::prelude::{DataFrame, Expr, col, lit, when};
use datafusion::scalar::ScalarValue;
use futures::StreamExt;
use shumar_privacy::{Bounded, Contribution, Exact, Private};
use shumar_schemas::{Axis, AxisSource, Period, RecordKind, Role, Table, YearMonth};

use crate::TransformError;

/// Counts every table of one kind, in one scan. The tables' order is kept.
///
/// # Privacy
/// Costs nothing: what it returns can leave only through the kernel.
pub(crate) async fn count(
    records: Option<Private<DataFrame>>,
    kind: &RecordKind,
    tables: &[&Table],
    all: u32,
    period: Period,
) -> Result<Vec<Exact>, TransformError> {
    let counts = tally(records, kind, tables, all, period).await?;
    let claim = |(table, counts): (&&Table, Vec<i64>)| {
        Exact::claim(counts, &table.fingerprint(), table.bound).map_err(TransformError::from)
    };
    tables.iter().zip(counts).map(claim).collect()
}

/// The counts themselves, before they are claimed.
async fn tally(
    records: Option<Private<DataFrame>>,
    kind: &RecordKind,
    tables: &[&Table],
    all: u32,
    period: Period,
) -> Result<Vec<Vec<i64>>, TransformError> {
    let mut counts: Vec<Vec<i64>> = tables.iter().map(|t| vec![0; t.cells()]).collect();
    if let Some(records) = records {
        let widest = tables.iter().map(|t| t.bound).max().unwrap_or(0);
        let bounded = records.bound(Contribution { kind: widest, all }, keep);
        scan(bounded, kind, tables, period, &mut counts).await?;
    }
    Ok(counts)
}

/// The bounding step: a filter on the ordinals that ingest gave once and for all.
fn keep(records: DataFrame, c: Contribution) -> Result<DataFrame, TransformError> {
    let bound = |n: u32| lit(i32::try_from(n).unwrap_or(i32::MAX));
    let within =
        col("ordinal_kind").lt_eq(bound(c.kind)).and(col("ordinal_year").lt_eq(bound(c.all)));
    records.filter(within).map_err(|_| TransformError::Engine)
}

async fn scan(
    bounded: Bounded<Result<DataFrame, TransformError>>,
    kind: &RecordKind,
    tables: &[&Table],
    period: Period,
    counts: &mut [Vec<i64>],
) -> Result<(), TransformError> {
    let engine = |_| TransformError::Engine;
    let date = kind.only(Role::EventDate).map_or("", |f| f.name.as_str());
    let mut fields: Vec<&str> = tables.iter().flat_map(|t| t.fields()).chain([date]).collect();
    fields.sort_unstable();
    fields.dedup();
    let mut bounds: Vec<u32> = tables.iter().map(|t| t.bound).collect();
    bounds.sort_unstable();
    bounds.dedup();
    #[expect(clippy::disallowed_methods, reason = "the one place that counts bounded records")]
    let (records, _) = bounded.expose();
    let (first, last) = period.months();
    let day = |month: YearMonth| lit(ScalarValue::Date32(Some(month.to_days())));
    let in_period = col(date).gt_eq(day(first)).and(col(date).lt_eq(day(last)));
    let groups: Vec<Expr> = fields.iter().map(|f| col(*f)).collect();
    let mut sums = Vec::new();
    for &bound in &bounds {
        let bound_ordinal = lit(i32::try_from(bound).unwrap_or(i32::MAX));
        let counted = when(col("ordinal_kind").lt_eq(bound_ordinal), lit(1_i64))
            .otherwise(lit(0_i64))
            .map_err(engine)?;
        sums.push(sum(counted).alias(format!("bound_{bound}")));
    }
    let grouped =
        records?.filter(in_period).map_err(engine)?.aggregate(groups, sums).map_err(engine)?;
    let mut batches = grouped.execute_stream().await.map_err(engine)?;
    while let Some(batch) = batches.next().await {
        let batch = batch.map_err(engine)?;
        for (table, counts) in tables.iter().zip(counts.iter_mut()) {
            add(&batch, table, date, counts).ok_or(TransformError::Engine)?;
        }
    }
    Ok(())
}

/// Adds the groups of a batch to the cells of a table. A group outside the declared domain (its
/// code was removed from the list since) has no cell and is not counted.
fn add(batch: &RecordBatch, table: &Table, date: &str, counts: &mut [i64]) -> Option<()> {
    let sums: &Int64Array =
        batch.column_by_name(&format!("bound_{}", table.bound))?.as_primitive_opt()?;
    let mut cells: Vec<Option<usize>> = vec![Some(0); batch.num_rows()];
    for axis in &table.axes {
        let places = places(batch, axis, date)?;
        for (cell, place) in cells.iter_mut().zip(places) {
            *cell = cell.zip(place).map(|(cell, place)| cell * axis.codes.len() + place);
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
fn places(batch: &RecordBatch, axis: &Axis, date: &str) -> Option<Vec<Option<usize>>> {
    let months = || -> Option<Vec<Option<YearMonth>>> {
        let days = batch.column_by_name(date)?.as_primitive_opt::<Date32Type>()?;
        Some(days.iter().map(|d| YearMonth::from_days(d?)).collect())
    };
    Some(match &axis.source {
        AxisSource::Code { field, place, blank } => {
            let codes = batch.column_by_name(field)?.as_string_opt::<i32>()?;
            let of = |code: Option<&str>| code.map_or(*blank, |c| place.get(c).copied());
            codes.iter().map(of).collect()
        }
        AxisSource::Boolean { field } => {
            let values = batch.column_by_name(field)?.as_boolean_opt()?;
            let of = |v: Option<bool>| Some(v.map_or(2, |yes| usize::from(!yes)));
            values.iter().map(of).collect()
        }
        AxisSource::Bins { field, edges, blank } => {
            let values = batch.column_by_name(field)?.as_primitive_opt::<Int32Type>()?;
            let of = |v: Option<i32>| {
                v.map_or(*blank, |v| edges.partition_point(|edge| *edge <= v).checked_sub(1))
            };
            values.iter().map(of).collect()
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

#[cfg(test)]
mod tests;
