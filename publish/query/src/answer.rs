//! The answer to a query: rows, the margin of error of every linear result, and in words where there
//! is none.

use std::collections::BTreeMap;

use arrow::array::AsArray;
use arrow::array::{Array, ArrayRef};
use arrow::datatypes::{DataType, Float64Type, Int64Type, UInt64Type};
use datafusion::logical_expr::Expr;
use serde_json::{Value, json};
use shumar_publish::tables::{Tables, Untold};

use crate::ROWS_MAX;
use crate::error::QueryError;
use crate::form::unpacked;
use crate::relation::{Nature, Relation, Term, Why};
use crate::term::chosen;

/// Most margins that are worked out for one answer: some seconds of work.
const MARGINS_MAX: usize = 20_000;

/// A column of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name; that of a margin of error ends in `_margin`.
    pub name: String,
    /// What its values rest on.
    pub rests: Rests,
}

/// What the values of a column rest on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rests {
    /// On nothing that has noise.
    Public,
    /// On a sum of estimates, whose margin of error is the next column.
    Estimates,
    /// It is the margin of error, 95 %, of the column before it.
    Margin,
    /// It is a noisy column as it was published.
    Published,
    /// On noisy figures, and not by adding up estimates: no margin can be given.
    NotLinear,
    /// On rows that noisy figures have chosen: no margin can be given.
    Chosen,
}

impl Column {
    /// Whether it is the margin of error of the column before it.
    #[must_use]
    pub fn is_margin(&self) -> bool {
        self.rests == Rests::Margin
    }
}

/// The answer to a query.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows: a text, a number, a truth or null in each column.
    pub rows: Vec<Vec<Value>>,
    /// What is to be said of its margins of error, a sentence each.
    pub remarks: Vec<String>,
    /// The published tables that it was worked out from, by name.
    pub tables: Vec<String>,
}

/// Runs the plan and tells the margins.
pub(crate) async fn collect(relation: Relation, tables: &mut Tables) -> Result<Answer, QueryError> {
    let shown: Vec<(String, Term)> = relation
        .columns
        .iter()
        .filter(|c| !c.hidden)
        .map(|c| (c.name.clone(), chosen(c.term.clone(), relation.chosen)))
        .collect();
    let mut kept: Vec<Expr> = Vec::new();
    for (place, (_, term)) in shown.iter().enumerate() {
        kept.push(term.value.clone().alias(format!("value{place}")));
        if let Nature::Linear(form) = &term.nature {
            kept.push(form.clone().alias(format!("form{place}")));
        }
    }
    let frame = relation.frame.select(kept)?.limit(0, Some(ROWS_MAX + 1))?;
    let batches = frame.collect().await?;
    let count: usize = batches.iter().map(arrow::array::RecordBatch::num_rows).sum();
    if count > ROWS_MAX {
        return Err(QueryError::TooLong { rows: ROWS_MAX });
    }
    let linear = shown.iter().filter(|(_, t)| matches!(t.nature, Nature::Linear(_))).count();
    let told = count * linear <= MARGINS_MAX;
    let (mut columns, mut remarks) = (Vec::new(), Vec::new());
    let mut rows: Vec<Vec<Value>> = vec![Vec::new(); count];
    for (place, (name, term)) in shown.iter().enumerate() {
        let rests = match &term.nature {
            Nature::Public => Rests::Public,
            Nature::Linear(_) => Rests::Estimates,
            Nature::Noisy(Why::Published) => Rests::Published,
            Nature::Noisy(Why::Chosen) => Rests::Chosen,
            Nature::Noisy(Why::NotLinear) => Rests::NotLinear,
        };
        columns.push(Column { name: name.clone(), rests });
        let of = |kind: &str| {
            let name = format!("{kind}{place}");
            let found = batches.iter().filter_map(|b| b.column_by_name(&name).cloned());
            found.collect::<Vec<ArrayRef>>()
        };
        let values = of("value").into_iter().flat_map(|a| cells(&a));
        rows.iter_mut().zip(values).for_each(|(row, value)| row.push(value));
        match term.nature {
            Nature::Public | Nature::Noisy(Why::Published) => {}
            Nature::Noisy(why) => remarks.push(without(name, why)),
            Nature::Linear(_) if !told => remarks.push(format!(
                "No margin of error is given for `{name}`: the answer has too many rows for it."
            )),
            Nature::Linear(_) => {
                let margins = margins(&of("form"), tables);
                let own = format!("{name}_margin");
                columns.push(Column { name: own, rests: Rests::Margin });
                remarks.extend(said(name, &margins));
                let margins = margins.into_iter().map(|m| match m {
                    Ok(half) => json!(half),
                    Err(_) => Value::Null,
                });
                rows.iter_mut().zip(margins).for_each(|(row, margin)| row.push(margin));
            }
        }
    }
    Ok(Answer { columns, rows, remarks, tables: Vec::new() })
}

fn without(name: &str, why: Why) -> String {
    let because = match why {
        Why::Chosen => "which rows it rests on was decided by noisy figures, which bends its error",
        _ => "it is not a sum of estimates (use the column `estimate`, with +, -, SUM or AVG)",
    };
    format!("No margin of error can be given for `{name}`: {because}.")
}

/// What is said of a column of margins.
fn said(name: &str, margins: &[Result<f64, Untold>]) -> Vec<String> {
    let mut all = Vec::new();
    if margins.iter().any(Result::is_ok) {
        all.push(format!(
            "`{name}_margin`: with a confidence of 95 % the recorded number is within so much of `{name}`. \
             That errors of one table go together is taken into account."
        ));
    }
    let mut missing: BTreeMap<String, usize> = BTreeMap::new();
    for why in margins.iter().filter_map(|m| m.as_ref().err()) {
        *missing.entry(why.to_string()).or_default() += 1;
    }
    for (why, rows) in missing {
        all.push(format!("No margin of error can be given for `{name}` in {rows} row(s): {why}."));
    }
    all
}

/// The margins of forms; equal forms are worked out once.
fn margins(forms: &[ArrayRef], tables: &mut Tables) -> Vec<Result<f64, Untold>> {
    let mut known: BTreeMap<Vec<u8>, Result<f64, Untold>> = BTreeMap::new();
    let mut found = Vec::new();
    for array in forms {
        for form in array.as_binary::<i32>() {
            let bytes = form.unwrap_or_default();
            let margin = known.entry(bytes.to_vec()).or_insert_with(|| {
                let sum: Vec<(i64, f64)> = unpacked(bytes).into_iter().collect();
                // To four decimals, as estimates are printed.
                tables.error(&sum).map(|e| (e.half_width * 10_000.0).round() / 10_000.0)
            });
            found.push(*margin);
        }
    }
    found
}

/// The cells of a column.
fn cells(array: &ArrayRef) -> Vec<Value> {
    let rows = 0..array.len();
    let null = |i: usize| array.is_null(i);
    match array.data_type() {
        DataType::Float64 => {
            let numbers = array.as_primitive::<Float64Type>();
            let number = |i: usize| json!(numbers.value(i));
            rows.map(|i| if null(i) { Value::Null } else { number(i) }).collect()
        }
        DataType::Int64 => {
            let numbers = array.as_primitive::<Int64Type>();
            rows.map(|i| if null(i) { Value::Null } else { json!(numbers.value(i)) }).collect()
        }
        DataType::UInt64 => {
            let numbers = array.as_primitive::<UInt64Type>();
            rows.map(|i| if null(i) { Value::Null } else { json!(numbers.value(i)) }).collect()
        }
        DataType::Boolean => {
            let truths = array.as_boolean();
            rows.map(|i| if null(i) { Value::Null } else { json!(truths.value(i)) }).collect()
        }
        _ => {
            let texts = arrow::util::display::ArrayFormatter::try_new(array, &<_>::default());
            let text =
                |i: usize| texts.as_ref().map(|t| t.value(i).to_string()).unwrap_or_default();
            rows.map(|i| if null(i) { Value::Null } else { json!(text(i)) }).collect()
        }
    }
}
