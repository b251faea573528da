//! The functions that a query may use.

use std::sync::Arc;

use arrow::array::{Float64Array, StringArray};
use arrow::datatypes::DataType;
use datafusion::common::cast::{as_float64_array, as_string_array};
use datafusion::functions::core::expr_fn as core;
use datafusion::functions_aggregate::expr_fn as aggregates;
use datafusion::logical_expr::{ColumnarValue, Expr, Volatility, cast, create_udf};

use crate::error::{QueryError, not_offered};

/// The functions that work over many rows.
const AGGREGATES: [&str; 7] = ["sum", "avg", "count", "min", "max", "median", "stddev"];

/// Whether a function works over many rows.
pub(crate) fn is_aggregate(name: &str) -> bool {
    AGGREGATES.contains(&name)
}

/// A function over many rows.
pub(crate) fn aggregate(name: &str, of: Expr, distinct: bool) -> Result<Expr, QueryError> {
    Ok(match (name, distinct) {
        ("sum", false) => aggregates::sum(of),
        ("avg", false) => aggregates::avg(of),
        ("count", false) => aggregates::count(of),
        ("count", true) => aggregates::count_distinct(of),
        ("min", _) => aggregates::min(of),
        ("max", _) => aggregates::max(of),
        ("median", false) => aggregates::median(of),
        ("stddev", false) => aggregates::stddev(of),
        _ => return Err(not_offered(format!("`{name}` of DISTINCT values"))),
    })
}

/// A function over one row.
pub(crate) fn scalar(name: &str, mut arguments: Vec<Expr>) -> Result<Expr, QueryError> {
    let count = arguments.len();
    let mut first = || arguments.remove(0);
    Ok(match (name, count) {
        ("round", 1) => number(first(), "round", f64::round),
        ("round", 2) => {
            let value = first();
            rounded(value, first())
        }
        ("abs", 1) => number(first(), "abs", f64::abs),
        ("floor", 1) => number(first(), "floor", f64::floor),
        ("ceil", 1) => number(first(), "ceil", f64::ceil),
        ("sqrt", 1) => number(first(), "sqrt", f64::sqrt),
        ("lower", 1) => text(first(), "lower", str::to_lowercase),
        ("upper", 1) => text(first(), "upper", str::to_uppercase),
        ("coalesce", 1..) => core::coalesce(arguments),
        ("nullif", 2) => {
            let value = first();
            core::nullif(value, first())
        }
        _ => return Err(not_offered(format!("the function `{name}` with {count} arguments"))),
    })
}

fn number(of: Expr, name: &str, work: fn(f64) -> f64) -> Expr {
    let run = move |values: &[ColumnarValue]| {
        let arrays = ColumnarValue::values_to_arrays(values)?;
        let numbers = as_float64_array(&arrays[0])?;
        let worked: Float64Array = numbers.iter().map(|x| x.map(work)).collect();
        Ok(ColumnarValue::Array(Arc::new(worked)))
    };
    let kind = DataType::Float64;
    let function =
        create_udf(name, vec![kind.clone()], kind.clone(), Volatility::Immutable, Arc::new(run));
    function.call(vec![cast(of, kind)])
}

/// A number to so many decimals.
fn rounded(of: Expr, places: Expr) -> Expr {
    let run = move |values: &[ColumnarValue]| {
        let arrays = ColumnarValue::values_to_arrays(values)?;
        let (numbers, places) = (as_float64_array(&arrays[0])?, as_float64_array(&arrays[1])?);
        let pairs = numbers.iter().zip(places.iter());
        let round = |(x, places): (Option<f64>, Option<f64>)| {
            let parts = 10_f64.powf(places?.round().clamp(-300.0, 300.0));
            let rounded = (x? * parts).round() / parts;
            Some(if rounded.is_finite() { rounded } else { x? })
        };
        let worked: Float64Array = pairs.map(round).collect();
        Ok(ColumnarValue::Array(Arc::new(worked)))
    };
    let kind = || DataType::Float64;
    let takes = vec![kind(), kind()];
    let function = create_udf("round_to", takes, kind(), Volatility::Immutable, Arc::new(run));
    function.call(vec![cast(of, kind()), cast(places, kind())])
}

fn text(of: Expr, name: &str, work: fn(&str) -> String) -> Expr {
    let run = move |values: &[ColumnarValue]| {
        let arrays = ColumnarValue::values_to_arrays(values)?;
        let texts = as_string_array(&arrays[0])?;
        let worked: StringArray = texts.iter().map(|t| t.map(work)).collect();
        Ok(ColumnarValue::Array(Arc::new(worked)))
    };
    let kind = DataType::Utf8;
    let function =
        create_udf(name, vec![kind.clone()], kind.clone(), Volatility::Immutable, Arc::new(run));
    function.call(vec![cast(of, kind)])
}
