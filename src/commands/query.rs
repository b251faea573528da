//! `shumar query`: SQL over the published tables, with margins of error.

use std::time::Duration;

use serde_json::{Map, Value, json};
use shumar_publish::tables::{CELL, Rows as TableRows, Table, Tables};
use shumar_query::{Answer, QueryError};

use crate::cli::Query;
use crate::failure::Failure;
use crate::home::Home;
use crate::output::{Output, Rows};

/// How long a query may take.
const PATIENCE: Duration = Duration::from_mins(1);
/// Decimals shown to people; machines get all.
const DECIMALS: i32 = 2;

pub(super) fn run(
    home: impl Fn() -> Result<Home, Failure>,
    arguments: &Query,
) -> Result<Output, Failure> {
    let folder = match &arguments.from {
        Some(folder) => folder.clone(),
        None => home()?.dir.join("releases"),
    };
    let mut tables = Tables::open(&folder)?;
    let sql = arguments.sql.as_deref().unwrap_or_default();
    if arguments.tables {
        return list(&mut tables, sql.trim());
    }
    Ok(output(&asked(&mut tables, sql)?))
}

/// The answer to a query, if it does not take too long.
///
/// # Errors
/// As [`shumar_query::run`].
pub(super) fn asked(tables: &mut Tables, sql: &str) -> Result<Answer, Failure> {
    let answer = super::runtime()?
        .block_on(async { tokio::time::timeout(PATIENCE, shumar_query::run(tables, sql)).await });
    let late = |_| {
        let seconds = PATIENCE.as_secs();
        Failure::refused(format!(
            "the query takes longer than {seconds} seconds\n\nhint: ask for less, or take the data files of the site"
        ))
    };
    Ok(answer.map_err(late)??)
}

fn output(answer: &Answer) -> Output {
    let names: Vec<&str> = answer.columns.iter().map(|c| c.name.as_str()).collect();
    let (mut rows, mut shown) = (Rows::new(&names), Rows::new(&names));
    for row in &answer.rows {
        rows.push(row.iter().map(text));
        let cells = row.iter().zip(&answer.columns);
        shown.push(cells.map(|(value, column)| match value.as_f64().filter(|_| value.is_f64()) {
            Some(x) => format!("{}{}", if column.is_margin() { "±" } else { "" }, rounded(x)),
            None => text(value),
        }));
    }
    let object = |row: &Vec<Value>| {
        let pairs = names.iter().zip(row).map(|(name, value)| ((*name).to_owned(), value.clone()));
        Value::Object(pairs.collect::<Map<_, _>>())
    };
    let json = json!({
        "columns": names,
        "rows": answer.rows.iter().map(object).collect::<Vec<Value>>(),
        "remarks": answer.remarks,
    });
    let remarks = answer.remarks.join("\n");
    let text = format!("{}\n\n{remarks}", shown.text());
    Output { text, json, rows, code: 0 }
}

fn list(tables: &mut Tables, only: &str) -> Result<Output, Failure> {
    let all = tables.list();
    let wanted: Vec<Table> =
        all.into_iter().filter(|t| only.is_empty() || t.name == only).collect();
    if wanted.is_empty() && !only.is_empty() {
        let hint = "`shumar query --tables` lists all".to_owned();
        return Err(QueryError::Unknown { what: format!("table `{only}`"), hint }.into());
    }
    let mut rows = Rows::new(&["table", "column", "type", "meaning"]);
    let (mut text, mut facts) = (String::new(), Vec::new());
    for table in wanted {
        let Table { name, title, unit, releases } = table;
        let periods = releases.join(", ");
        text.push_str(&format!("{name}: {} ({}). Releases: {periods}\n", title.en(), unit.en()));
        let mut columns = Vec::new();
        if let Some(TableRows { batch, means }) = tables.rows(&name, !only.is_empty())? {
            let schema = batch.schema();
            let fields = schema.fields().iter().zip(means).filter(|(f, _)| f.name() != CELL);
            for (field, means) in fields {
                let number = field.data_type().is_numeric();
                let kind = if number { "number" } else { "text" };
                if !only.is_empty() {
                    text.push_str(&format!("  {} ({kind}): {means}\n", field.name()));
                }
                rows.push([name.clone(), field.name().clone(), kind.to_owned(), means.clone()]);
                columns.push(json!({ "name": field.name(), "type": kind, "meaning": means }));
            }
            if only.is_empty() {
                let names: Vec<&str> = schema
                    .fields()
                    .iter()
                    .map(|f| f.name().as_str())
                    .filter(|n| *n != CELL)
                    .collect();
                text.push_str(&format!("  {}\n", names.join(", ")));
            }
        }
        facts.push(json!({
            "name": name, "title": title, "unit": unit, "releases": releases, "columns": columns,
        }));
    }
    if text.is_empty() {
        text.push_str("There is no release to ask yet.");
    }
    Ok(Output { text, json: json!({ "tables": facts }), rows, code: 0 })
}

fn rounded(x: f64) -> String {
    let parts = 10_f64.powi(DECIMALS);
    format!("{}", (x * parts).round() / parts + 0.0)
}

/// A cell as text; nothing where there is none.
fn text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Number(n) if n.is_f64() => format!("{}", n.as_f64().unwrap_or_default() + 0.0),
        other => other.to_string(),
    }
}
