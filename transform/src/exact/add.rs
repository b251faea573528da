//! Sums of a kind's whole numbers by its month and codes, by `DataFusion` in one scan.

use std::collections::BTreeMap;
use std::path::Path;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::{DataType, Date32Type, Int64Type};
use datafusion::common::ScalarValue;
use datafusion::functions_aggregate::expr_fn::{count, sum};
use datafusion::prelude::{Expr, cast, ident, lit};
use shumar_schemas::record::FREE_OF_PERSONS;
use shumar_schemas::{AxisSource, Period, RecordKind, Role, YearMonth};
use shumar_seal::Seal;

use crate::TransformError;
use crate::lake::{self, LakeFile};

/// The sums of all records of one month and one combination of codes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Line {
    pub(super) month: YearMonth,
    /// By field; a blank has no entry.
    pub(super) codes: BTreeMap<String, String>,
    /// By field.
    pub(super) sums: BTreeMap<String, i64>,
}

impl Line {
    /// Its place on an axis; none for a code that its list no longer has.
    pub(super) fn place(&self, source: &AxisSource) -> Option<usize> {
        match source {
            AxisSource::Code { field, place, blank } => match self.codes.get(field) {
                Some(code) => place.get(code).copied(),
                None => *blank,
            },
            AxisSource::Years { years } => years.iter().position(|y| *y == self.month.year()),
            AxisSource::Quarters { quarters } => {
                let own = (self.month.year(), self.month.quarter());
                quarters.iter().position(|q| *q == own)
            }
            AxisSource::Boolean { .. } | AxisSource::Bins { .. } => None,
        }
    }

    /// The sum of a field.
    pub(super) fn sum(&self, field: &str) -> i64 {
        self.sums.get(field).copied().unwrap_or_default()
    }
}

/// The records of a kind in a period, added up by month and codes.
///
/// # Errors
/// Rows that were not taken in as free of persons, whatever the kind's schema says now; and what the
/// engine refuses.
pub(super) async fn lines(
    home: &Path,
    kind: &RecordKind,
    files: &[LakeFile],
    period: Period,
    seal: &Seal,
) -> Result<Vec<Line>, TransformError> {
    if files.is_empty() {
        return Ok(Vec::new());
    }
    let engine = |_| TransformError::Engine;
    let records = lake::open(home, kind, files, seal).await?;
    let date = kind.only(Role::EventDate).map_or("", |f| f.name.as_str());
    let (first, last) = period.months();
    let day = |month: YearMonth| lit(ScalarValue::Date32(Some(month.to_days())));
    let within = ident(date).gt_eq(day(first)).and(ident(date).lt_eq(day(last)));
    let coded = |role: Role| matches!(role, Role::Area | Role::Code);
    let codes: Vec<&str> =
        kind.stored().filter(|f| coded(f.role)).map(|f| f.name.as_str()).collect();
    let measures: Vec<&str> = kind.measures().map(|f| f.name.as_str()).collect();
    let group: Vec<Expr> = [date].iter().chain(&codes).map(|name| ident(*name)).collect();
    let whole = |name: &&str| sum(cast(ident(*name), DataType::Int64)).alias(*name);
    // Rows of files from before the declaration, or of a kind that was about persons, lack the mark.
    let marked = count(ident(FREE_OF_PERSONS)).alias("marked");
    let rows = count(lit(1_i64)).alias("rows");
    let all: Vec<Expr> = measures.iter().map(whole).chain([marked, rows]).collect();
    let summed = records.filter(within).and_then(|r| r.aggregate(group, all)).map_err(engine)?;
    let mut lines = Vec::new();
    for batch in summed.collect().await.map_err(engine)? {
        let sums = numbers(&batch, "rows")?;
        if numbers(&batch, "marked")? != sums {
            return Err(TransformError::Lake {
                file: format!("lake/{}", kind.name),
                what: "holds rows that were not taken in as free of persons, and is never published exactly",
            });
        }
        read(&batch, (date, &codes, &measures), &mut lines)?;
    }
    Ok(lines)
}

fn read(
    batch: &RecordBatch,
    (date, codes, measures): (&str, &[&str], &[&str]),
    lines: &mut Vec<Line>,
) -> Result<(), TransformError> {
    let column = |name: &str| batch.column_by_name(name).ok_or(TransformError::Engine);
    let days = column(date)?.as_primitive_opt::<Date32Type>().ok_or(TransformError::Engine)?;
    let texts = codes.iter().map(|name| {
        let texts = arrow::compute::cast(column(name)?, &DataType::Utf8)?;
        Ok((*name, texts))
    });
    let texts = texts.collect::<Result<Vec<_>, TransformError>>()?;
    let sums = measures.iter().map(|name| Ok((*name, numbers(batch, name)?)));
    let sums = sums.collect::<Result<Vec<_>, TransformError>>()?;
    for row in 0..batch.num_rows() {
        let month = days.is_valid(row).then(|| YearMonth::from_days(days.value(row))).flatten();
        let mut of = BTreeMap::new();
        for (name, texts) in &texts {
            let texts = texts.as_string_opt::<i32>().ok_or(TransformError::Engine)?;
            if texts.is_valid(row) {
                of.insert((*name).to_owned(), texts.value(row).to_owned());
            }
        }
        let sum = |(name, sums): &(&str, Vec<i64>)| ((*name).to_owned(), sums[row]);
        lines.push(Line {
            month: month.ok_or(TransformError::Engine)?,
            codes: of,
            sums: sums.iter().map(sum).collect(),
        });
    }
    Ok(())
}

/// A column of whole numbers; a sum of blanks is nothing.
fn numbers(batch: &RecordBatch, name: &str) -> Result<Vec<i64>, TransformError> {
    let column = batch.column_by_name(name).and_then(|c| c.as_primitive_opt::<Int64Type>());
    let column = column.ok_or(TransformError::Engine)?;
    Ok(column.iter().map(Option::unwrap_or_default).collect())
}
