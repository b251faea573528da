//! What a query does, for readers who do not know SQL; and the one text of queries that differ in blanks
//! and in the case of keywords only.

use sqlparser::ast::{Distinct, GroupByExpr, Query, Select, SetExpr, TableFactor};

use crate::error::QueryError;
use crate::parse;

/// What a query does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Described {
    /// Its text in one form: blanks, comments and the case of keywords do not matter.
    pub text: String,
    /// Its one step, if it has one only.
    pub step: Option<Step>,
}

/// Rows of one table that are chosen, and added up by columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Which rows count, as it is written; all of them if nothing is.
    pub condition: Option<String>,
    /// The columns by whose values the rows are put together; none if every row stands for itself, or
    /// all are put together.
    pub grouped: Vec<String>,
}

/// Reads a query without running it.
///
/// # Errors
/// [`QueryError`] where it is no SELECT.
pub fn describe(sql: &str) -> Result<Described, QueryError> {
    let query = parse::query(sql)?;
    Ok(Described { text: query.to_string(), step: step(&query) })
}

fn step(query: &Query) -> Option<Step> {
    let SetExpr::Select(select) = &*query.body else { return None };
    let Select { from, selection, group_by, having: None, distinct, .. } = &**select else {
        return None;
    };
    let [table] = from.as_slice() else { return None };
    let plain = table.joins.is_empty() && matches!(table.relation, TableFactor::Table { .. });
    let GroupByExpr::Expressions(grouped, _) = group_by else { return None };
    let all = matches!(distinct, None | Some(Distinct::All));
    // A query within the condition is a step of its own.
    let condition = selection.as_ref().map(ToString::to_string);
    let nested = condition.iter().any(|c| c.to_uppercase().contains("SELECT "));
    if !plain || !all || nested || query.with.is_some() {
        return None;
    }
    Some(Step { condition, grouped: grouped.iter().map(ToString::to_string).collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_and_keywords_make_no_other_query() {
        let text = |sql: &str| describe(sql).expect("a query").text;
        let one = text("select  SUM(estimate) from t\nwhere a = 'X x' -- why\n group by b");
        assert_eq!(one, text("SELECT SUM(estimate) FROM t WHERE a = 'X x' GROUP BY b"));
        assert_ne!(one, text("SELECT SUM(estimate) FROM t WHERE a = 'X  x' GROUP BY b"));
        assert!(describe("DROP TABLE t").is_err());
    }

    #[test]
    fn one_step_is_told_and_several_are_not() {
        let step = |sql: &str| describe(sql).expect("a query").step;
        let one = step("SELECT b, SUM(estimate) FROM t WHERE a = 1 GROUP BY b ORDER BY 2 LIMIT 3");
        let one = one.expect("one step");
        assert_eq!((one.condition.as_deref(), one.grouped), (Some("a = 1"), vec!["b".to_owned()]));
        for several in [
            "SELECT * FROM t JOIN u ON t.a = u.a",
            "WITH x AS (SELECT * FROM t) SELECT * FROM x",
            "SELECT * FROM t WHERE a IN (SELECT a FROM u)",
            "SELECT * FROM (SELECT * FROM t) x",
            "SELECT a FROM t UNION ALL SELECT a FROM u",
            "SELECT b, SUM(estimate) FROM t GROUP BY b HAVING SUM(estimate) > 5",
        ] {
            assert_eq!(step(several), None, "{several}");
        }
    }
}
