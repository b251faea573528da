//! SQL over published tables, and over nothing else; with the margin of error of every linear result.
//!
//! A query is parsed, and then translated piece by piece into a plan of DataFusion over tables that lie in
//! memory. What the translation does not know does not exist: there is no statement but SELECT, no table
//! but the published ones, no function but those named here, no file, no setting. Memory is limited.
//!
//! # Margins of error
//! Every estimate is a number whose error is known together with that of all others. So with each value
//! goes its *linear form*: which estimates it is the sum of, with which weights (`form`). Adding two
//! values adds their forms, and what is not linear has none. Of the results the forms are left, and the
//! estimator tells the error of each exactly, with all correlations ([`shumar_publish::tables::Tables`]).
//!
//! ```text
//! SQL ─sqlparser→ AST ─translate→ plan + forms ─DataFusion→ rows + forms ─estimator→ rows ± margins
//! ```

mod answer;
mod describe;
mod error;
mod expression;
mod form;
mod from;
mod function;
mod parse;
mod relation;
mod select;
mod term;

pub use answer::{Answer, Column, Rests};
pub use describe::{Described, Step, describe};
pub use error::QueryError;

use datafusion::execution::disk_manager::{DiskManagerBuilder, DiskManagerMode};
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::prelude::{SessionConfig, SessionContext};
use shumar_publish::tables::Tables;

/// Most bytes that a query may hold besides the tables.
const MEMORY_BYTES: usize = 512 << 20;
/// Most rows of an answer.
pub const ROWS_MAX: usize = 100_000;

/// Answers a query.
///
/// # Errors
/// [`QueryError`]: what can't be understood or is not offered, a release that can't be read, or a
/// query that needs too much.
pub async fn run(tables: &mut Tables, sql: &str) -> Result<Answer, QueryError> {
    let query = parse::query(sql)?;
    let config = SessionConfig::new().with_target_partitions(1).with_information_schema(false);
    let disk = DiskManagerBuilder::default().with_mode(DiskManagerMode::Disabled);
    let runtime = RuntimeEnvBuilder::new()
        .with_memory_limit(MEMORY_BYTES, 1.0)
        .with_disk_manager_builder(disk)
        .build_arc()?;
    let context = SessionContext::new_with_config_rt(config, runtime);
    let (relation, used) = {
        let mut source = from::Source::new(&context, tables, parse::wants_beside(sql));
        let relation = select::query(&mut source, &query)?;
        (relation, source.used)
    };
    let answer = answer::collect(relation, tables).await?;
    Ok(Answer { tables: used.into_iter().collect(), ..answer })
}
