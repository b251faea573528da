//! Exact bounded counts: one scan of a kind's records for all margins of its tables.
//!
//! The scan is one plan of built-in functions: the fields that the margins use, with the contribution
//! ordinals as the filter. Domains are declared, so each record is placed in a cell as it comes, on
//! all cores, and margins are added up from these cells in integers.

use std::sync::Arc;

use datafusion::common::runtime::SpawnedTask;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::prelude::{DataFrame, Expr, col, lit};
use datafusion::scalar::ScalarValue;
use futures::StreamExt;
use shumar_privacy::{Bounded, Contribution, Exact, Private};
use shumar_schemas::{Margin, Period, RecordKind, Role, Table, YearMonth};

use crate::TransformError;

mod cells;
mod groups;
mod places;

use cells::Cells;
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

/// The counts themselves, before they are claimed, from sets of at most so many cells where no margin
/// is larger.
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
    let groups = Arc::new(Groups::of(wanted, date, groups_max));
    #[expect(clippy::disallowed_methods, reason = "the one place that counts bounded records")]
    let (records, _) = bounded.expose();
    let (first, last) = period.months();
    let day = |month: YearMonth| lit(ScalarValue::Date32(Some(month.to_days())));
    let in_period = col(date).gt_eq(day(first)).and(col(date).lt_eq(day(last)));
    let columns = groups.columns();
    let records = records?.filter(in_period).and_then(|r| r.select(columns)).map_err(engine)?;
    let parts = records.execute_stream_partitioned().await.map_err(engine)?;
    let parts = parts.into_iter().map(|part| SpawnedTask::spawn(count_part(part, groups.clone())));
    for part in parts.collect::<Vec<_>>() {
        let cells = part.join().await.map_err(|_| TransformError::Engine)??;
        cells.add_to(&groups, wanted, counts).ok_or(TransformError::Engine)?;
    }
    Ok(())
}

/// Counts one part of the records, beside the others.
async fn count_part(
    mut records: SendableRecordBatchStream,
    groups: Arc<Groups>,
) -> Result<Cells, TransformError> {
    let mut cells = Cells::new(&groups).ok_or(TransformError::Engine)?;
    while let Some(batch) = records.next().await {
        let batch = batch.map_err(|_| TransformError::Engine)?;
        cells.add(&batch, &groups).ok_or(TransformError::Engine)?;
    }
    Ok(cells)
}

fn whole(n: u32) -> Expr {
    lit(i32::try_from(n).unwrap_or(i32::MAX))
}

#[cfg(test)]
mod tests;
