//! Figures for a request by a query over the published tables: never over the lake, and at no cost.

use shumar_publish::tables::Tables;
use shumar_query::{Described, Rests};
use shumar_rti::Desk;
use shumar_rti::answer::{Publications, Queried, Query, QueryColumn, Role};

use crate::commands::query::asked;
use crate::failure::Failure;
use crate::home::Home;

/// The figures that a query gives; those that are kept, if the same was asked before.
///
/// # Errors
/// A query that is not offered or yields no figures.
pub(super) fn figures(
    home: &Home,
    desk: &Desk<'_>,
    sql: &str,
) -> Result<shumar_rti::Answer, Failure> {
    let Described { text, step } = shumar_query::describe(sql)?;
    let query = Query { sql: text };
    if let Some(kept) = desk.kept(&query.key())? {
        return Ok(kept);
    }
    let folder = home.dir.join("releases");
    let mut tables = Tables::open(&folder)?;
    let answer = asked(&mut tables, sql)?;
    let used: Vec<_> =
        tables.list().into_iter().filter(|t| answer.tables.contains(&t.name)).collect();
    let mut releases: Vec<String> = used.iter().flat_map(|t| t.releases.clone()).collect();
    releases.sort();
    releases.dedup();
    let column = |c: &shumar_query::Column| QueryColumn {
        name: c.name.clone(),
        role: match c.rests {
            Rests::Public => Role::Place,
            Rests::Estimates => Role::Figure,
            Rests::Margin => Role::Margin,
            Rests::Published => Role::Published,
            Rests::NotLinear => Role::NotLinear,
            Rests::Chosen => Role::Chosen,
        },
    };
    let simple = step.is_some();
    let (condition, grouped) = step.map(|s| (s.condition, s.grouped)).unwrap_or_default();
    let queried = Queried {
        query,
        condition,
        grouped,
        simple,
        tables: used.into_iter().map(|t| t.title).collect(),
        releases,
        columns: answer.columns.iter().map(column).collect(),
        rows: answer.rows,
    };
    Ok(Publications::open(&folder)?.answer_of(&queried)?)
}
