//! Small pieces of expressions: values as they are written, cases, names, and what worked-out values
//! rest on.

use datafusion::logical_expr::{Expr, lit, when};
use sqlparser::ast::{Ident, Value};

use crate::error::{QueryError, not_offered};
use crate::relation::{Nature, Term, Why};

/// A value that is no sum of estimates any more if any of its parts has noise.
pub(crate) fn worked_out(value: Expr, parts: &[&Term]) -> Term {
    let noisy = |t: &&&Term| matches!(t.nature, Nature::Noisy(Why::Chosen));
    let nature = if parts.iter().all(|t| t.is_public()) {
        Nature::Public
    } else if parts.iter().any(|t| noisy(&t)) {
        Nature::Noisy(Why::Chosen)
    } else {
        Nature::Noisy(Why::NotLinear)
    };
    Term { value, nature }
}

/// A value of rows that noisy figures have chosen.
pub(crate) fn chosen(term: Term, chosen: bool) -> Term {
    match term.nature {
        Nature::Linear(_) if chosen => Term { nature: Nature::Noisy(Why::Chosen), ..term },
        _ => term,
    }
}

/// `CASE` with one value for each branch.
pub(crate) fn cases(
    branches: &[(Term, Term)],
    of: impl Fn(&Term) -> Expr,
    other: Expr,
) -> Result<Expr, QueryError> {
    let Some(((condition, result), rest)) = branches.split_first() else {
        return Err(not_offered("CASE without WHEN"));
    };
    let mut builder = when(condition.value.clone(), of(result));
    for (condition, result) in rest {
        builder = builder.when(condition.value.clone(), of(result));
    }
    Ok(builder.otherwise(other)?)
}

/// A value as it is written.
pub(crate) fn literal(value: &Value) -> Result<Term, QueryError> {
    let value = match value {
        Value::Number(text, _) => match (text.parse::<i64>(), text.parse::<f64>()) {
            (Ok(whole), _) => lit(whole),
            (_, Ok(decimal)) => lit(decimal),
            _ => return Err(not_offered(format!("the number `{text}`"))),
        },
        Value::SingleQuotedString(text) => lit(text.clone()),
        Value::Boolean(truth) => lit(*truth),
        Value::Null => lit(datafusion::scalar::ScalarValue::Null),
        other => return Err(not_offered(format!("the value `{other}`"))),
    };
    Ok(Term::public(value))
}

/// A name as the query means it: small letters, but for one in quotes.
pub(crate) fn named(name: &Ident) -> String {
    name.value.to_lowercase()
}
