//! Exact bounded counts: one scan of a kind's records for all margins of its tables.
//!
//! The scan groups by the fields that the margins use, with the contribution ordinals as the
//! filter; groups are then added to the cells of each margin in integers. All of it that sees
//! records is one plan of built-in functions.

use datafusion::error::DataFusionError;
use datafusion::functions_aggregate::expr_fn::count as count_of;
use datafusion::logical_expr::{ExprFunctionExt, LogicalPlanBuilder};
use datafusion::prelude::{DataFrame, Expr, col, lit};
use datafusion::scalar::ScalarValue;
use futures::StreamExt;
use shumar_privacy::{Bounded, Contribution, Exact, Private};
use shumar_schemas::{Margin, Period, RecordKind, Role, Table, YearMonth};

use crate::TransformError;

mod cells;
mod groups;

use groups::{GROUPS_MAX, Groups};

/// The place of a record among those of its person, kind and year.
const ORDINAL: &str = "ordinal_kind";

/// A margin of a table, to be counted.
pub(crate) type Wanted<'a> = (&'a Table, &'a Margin);

/// Counts margins of one kind's tables, in one scan. Their order is kept.
///
/// # Privacy
/// Costs nothing: what it returns can leave only through the kernel.
pub(crate) async fn count(
    records: Option<Private<DataFrame>>,
    kind: &RecordKind,
    wanted: &[Wanted<'_>],
    all: u32,
    period: Period,
) -> Result<Vec<Exact>, TransformError> {
    let counts = tally(records, kind, wanted, all, period, GROUPS_MAX).await?;
    let claim = |((table, margin), counts): (&Wanted<'_>, Vec<i64>)| {
        let fingerprint = table.fingerprint_of(&margin.by);
        Exact::claim(counts, &fingerprint, table.bound).map_err(TransformError::from)
    };
    wanted.iter().zip(counts).map(claim).collect()
}

/// The counts themselves, before they are claimed, from one group-by of at most so many groups or
/// from several.
async fn tally(
    records: Option<Private<DataFrame>>,
    kind: &RecordKind,
    wanted: &[Wanted<'_>],
    all: u32,
    period: Period,
    groups_max: usize,
) -> Result<Vec<Vec<i64>>, TransformError> {
    let mut counts: Vec<Vec<i64>> = wanted.iter().map(|(t, m)| vec![0; m.cells(t)]).collect();
    if let Some(records) = records {
        let widest = wanted.iter().map(|(t, _)| t.bound).max().unwrap_or(0);
        let bounded = records.bound(Contribution { kind: widest, all }, keep);
        scan(bounded, kind, wanted, period, groups_max, &mut counts).await?;
    }
    Ok(counts)
}

/// The bounding step: a filter on the ordinals that ingest gave once and for all.
fn keep(records: DataFrame, c: Contribution) -> Result<DataFrame, TransformError> {
    let within = col(ORDINAL).lt_eq(whole(c.kind)).and(col("ordinal_year").lt_eq(whole(c.all)));
    records.filter(within).map_err(|_| TransformError::Engine)
}

async fn scan(
    bounded: Bounded<Result<DataFrame, TransformError>>,
    kind: &RecordKind,
    wanted: &[Wanted<'_>],
    period: Period,
    groups_max: usize,
    counts: &mut [Vec<i64>],
) -> Result<(), TransformError> {
    let engine = |_| TransformError::Engine;
    let date = kind.only(Role::EventDate).map_or("", |f| f.name.as_str());
    let groups = Groups::of(wanted, date, groups_max);
    #[expect(clippy::disallowed_methods, reason = "the one place that counts bounded records")]
    let (records, kept) = bounded.expose();
    let (first, last) = period.months();
    let day = |month: YearMonth| lit(ScalarValue::Date32(Some(month.to_days())));
    let in_period = col(date).gt_eq(day(first)).and(col(date).lt_eq(day(last)));
    let mut columns = groups.columns();
    columns.push(col(ORDINAL));
    let records = records?.filter(in_period).and_then(|r| r.select(columns)).map_err(engine)?;
    let sums = sums(wanted, kept.kind).map_err(engine)?;
    // `DataFrame::aggregate` would hide which grouping set a row is of.
    let (session, plan) = records.into_parts();
    let grouped = LogicalPlanBuilder::from(plan).aggregate(groups.by(), sums);
    let grouped =
        DataFrame::new(session, grouped.and_then(LogicalPlanBuilder::build).map_err(engine)?);
    let mut batches = grouped.execute_stream().await.map_err(engine)?;
    while let Some(batch) = batches.next().await {
        let batch = batch.map_err(engine)?;
        cells::add(&batch, &groups, wanted, date, counts).ok_or(TransformError::Engine)?;
    }
    Ok(())
}

/// How many records of a group each bound counts: all that were kept by the widest.
fn sums(wanted: &[Wanted<'_>], widest: u32) -> Result<Vec<Expr>, DataFusionError> {
    let mut bounds: Vec<u32> = wanted.iter().map(|(t, _)| t.bound).collect();
    bounds.sort_unstable();
    bounds.dedup();
    let sum = |bound: u32| {
        let records = count_of(lit(1_i64));
        let counted = if bound == widest {
            records
        } else {
            records.filter(col(ORDINAL).lt_eq(whole(bound))).build()?
        };
        Ok(counted.alias(sum_name(bound)))
    };
    bounds.into_iter().map(sum).collect()
}

/// The column of a bound's counts.
fn sum_name(bound: u32) -> String {
    format!("bound_{bound}")
}

fn whole(n: u32) -> Expr {
    lit(i32::try_from(n).unwrap_or(i32::MAX))
}

#[cfg(test)]
mod tests;
