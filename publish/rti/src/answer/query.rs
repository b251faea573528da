//! An answer by SQL: what a query over published tables yields, as it is kept and certified.
//!
//! A sum of estimates has its exact margin of error. What is worked out in another way has none; it is
//! given without one, and derivation and certificate say so.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use shumar_schemas::Label;
use shumar_schemas::release::FAIR_MAX;
use shumar_words::{FluentValue, Words};

use super::engine::in_all;
use super::{Answer, Asked, Cell, Column as AnswerColumn, FORMAT, Place, Publications, Route};
use crate::RtiError;
use crate::clean::{clean, isolated};

/// Most figures of an answer: what a letter can still hold.
const FIGURES_MAX: usize = 2_000;
/// Standard errors in half of a 95 % interval of the normal law.
const NORMAL_95: f64 = 1.96;
/// The column that tells several figures of a row apart.
const FIGURE: &str = "figure";

/// A query over published tables, as a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Query {
    /// Its text in one form, so that the same question is the same text.
    pub sql: String,
}

impl Query {
    /// SHA-256 of the question: the same for everybody who asks the same.
    #[must_use]
    pub fn key(&self) -> String {
        let text = serde_json::to_string(self).unwrap_or_default();
        hex::encode(Sha256::digest(text))
    }
}

/// What a column of a query's answer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// It tells rows apart.
    Place,
    /// A sum of estimates, whose margin of error is the next column.
    Figure,
    /// The margin of error of the column before it.
    Margin,
    /// A noisy figure as it was published.
    Published,
    /// A noisy figure that is no sum of estimates.
    NotLinear,
    /// A figure of rows that noisy figures have chosen.
    Chosen,
}

/// A column of a query's answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: String,
    /// What it is.
    pub role: Role,
}

/// What a query yielded.
#[derive(Debug, Clone, PartialEq)]
pub struct Queried {
    /// The query.
    pub query: Query,
    /// Which rows count, as the query says it, if it has one step only.
    pub condition: Option<String>,
    /// The columns by which rows were put together.
    pub grouped: Vec<String>,
    /// Whether it has one step only.
    pub simple: bool,
    /// Titles of the published tables, and their releases.
    pub tables: Vec<Label>,
    /// The releases that have them.
    pub releases: Vec<String>,
    /// The columns.
    pub columns: Vec<Column>,
    /// The rows.
    pub rows: Vec<Vec<Value>>,
}

/// A figure of a query: its column, its margin's, or the ends of its interval as published.
struct Figure<'a> {
    name: &'a str,
    role: Role,
    at: usize,
    margin: Option<usize>,
    ends: Option<(usize, usize)>,
}

impl Publications {
    /// The answer that a query gives.
    ///
    /// # Errors
    /// A query without figures or with more than a letter can hold.
    pub fn answer_of(&self, queried: &Queried) -> Result<Answer, RtiError> {
        let places: Vec<usize> = of_role(&queried.columns, Role::Place);
        let figures = figures(&queried.columns);
        let count = figures.len() * queried.rows.len();
        if count == 0 {
            return Err(RtiError::refused(
                "the query yields no figure",
                "SELECT the column `estimate` of a table, or a sum of it; `shumar query` shows what a query yields",
            ));
        }
        if count > FIGURES_MAX {
            return Err(RtiError::refused(
                format!("the query yields {count} figures, and an answer holds {FIGURES_MAX}"),
                "ask for less with WHERE or GROUP BY, or refer to the data files of the site with `--refer`",
            ));
        }
        let mut columns: Vec<AnswerColumn> = places
            .iter()
            .map(|at| {
                let id = &queried.columns[*at].name;
                let title = match id.as_str() {
                    "release" => in_all(|words| words.say("answer-query-release")),
                    _ => self.title_of(id).unwrap_or_else(|| Label::neutral(id)),
                };
                AnswerColumn { id: id.clone(), title }
            })
            .collect();
        let several = figures.len() > 1;
        if several {
            let title = in_all(|words| words.say("answer-query-figure"));
            columns.push(AnswerColumn { id: FIGURE.to_owned(), title });
        }
        let mut cells = Vec::new();
        for row in &queried.rows {
            for figure in &figures {
                let mut place: Vec<Place> = places
                    .iter()
                    .map(|at| self.place(&queried.columns[*at].name, &row[*at]))
                    .collect();
                if several {
                    let code = clean(figure.name);
                    place.push(Place { label: Label::neutral(&code), code });
                }
                cells.push(cell(figure, row, place));
            }
        }
        let bare = |role: Role| -> Vec<&str> {
            figures.iter().filter(|f| f.role == role && f.ends.is_none()).map(|f| f.name).collect()
        };
        let releases = self.sources(&queried.releases);
        Ok(Answer {
            format: FORMAT.to_owned(),
            question: Asked::Query(queried.query.clone()),
            title: in_all(|words| words.say("answer-query-title")),
            unit: in_all(|words| words.say("answer-query-unit")),
            columns,
            derivation: in_all(|words| derivation(words, queried, &cells, &bare).join("\n")),
            cells,
            releases,
            route: Route::Query,
            recorded: None,
            overlaps: Vec::new(),
        })
    }

    fn place(&self, column: &str, value: &Value) -> Place {
        let code = match value {
            Value::Null => String::new(),
            Value::String(text) => clean(text),
            other => other.to_string(),
        };
        let label = self.label_of(column, &code).unwrap_or_else(|| Label::neutral(&code));
        Place { code, label }
    }
}

fn of_role(columns: &[Column], role: Role) -> Vec<usize> {
    (0..columns.len()).filter(|i| columns[*i].role == role).collect()
}

/// The figures of a query. Columns `lower` and `upper` of an indicator, which stand beside its `value`, are
/// the ends of its interval and no figures of their own.
fn figures(columns: &[Column]) -> Vec<Figure<'_>> {
    let published =
        |name: &str| columns.iter().position(|c| c.role == Role::Published && c.name == name);
    let ends = published("lower").zip(published("upper"));
    let value = published("value").filter(|_| ends.is_some());
    let mut all = Vec::new();
    for (at, column) in columns.iter().enumerate() {
        let end = value.is_some() && ends.is_some_and(|(l, u)| at == l || at == u);
        if matches!(column.role, Role::Place | Role::Margin) || end {
            continue;
        }
        let next = columns.get(at + 1).filter(|c| c.role == Role::Margin);
        all.push(Figure {
            name: &column.name,
            role: column.role,
            at,
            margin: next.map(|_| at + 1),
            ends: ends.filter(|_| value == Some(at)),
        });
    }
    all
}

fn cell(figure: &Figure<'_>, row: &[Value], place: Vec<Place>) -> Cell {
    let number = |at: usize| row.get(at).and_then(Value::as_f64);
    let estimate = number(figure.at);
    let half = figure.margin.and_then(number);
    let (lower, upper) = match (estimate.zip(half), figure.ends) {
        (Some((value, half)), _) => (Some(value - half), Some(value + half)),
        (None, Some((lower, upper))) => (number(lower), number(upper)),
        (None, None) => (None, None),
    };
    let displayed = match (estimate, half) {
        // A figure that its margin drowns is told by its range alone, as everywhere.
        (Some(value), Some(half)) if half / NORMAL_95 / value.abs().max(1.0) > FAIR_MAX => {
            String::new()
        }
        (Some(value), half) => rounded(value, half),
        (None, _) => match row.get(figure.at) {
            Some(Value::String(text)) => clean(text),
            _ => "–".to_owned(),
        },
    };
    Cell { place, estimate, standard_error: None, lower, upper, displayed }
}

/// A figure with no more decimals than its margin bears: whole where this is one or more.
fn rounded(value: f64, half: Option<f64>) -> String {
    let decimals = match half {
        Some(half) if half >= 1.0 => 0,
        Some(half) if half >= 0.1 => 1,
        None if value.abs() >= 100.0 => 0,
        _ => 2,
    };
    let text = format!("{value:.decimals$}");
    if text.trim_start_matches('-').chars().all(|c| "0.".contains(c)) {
        text.trim_start_matches('-').to_owned()
    } else {
        text
    }
}

fn value(text: &str) -> FluentValue<'static> {
    isolated(&clean(text)).into()
}

fn list<'a>(words: &Words, all: impl IntoIterator<Item = &'a str>) -> FluentValue<'static> {
    let all: Vec<String> = all.into_iter().map(|one| isolated(&clean(one))).collect();
    all.join(&words.say("list-comma")).into()
}

/// What was done, in plain words, and the query as text.
fn derivation<'a>(
    words: &Words,
    queried: &'a Queried,
    cells: &[Cell],
    bare: &impl Fn(Role) -> Vec<&'a str>,
) -> Vec<String> {
    let tables = list(words, queried.tables.iter().map(|t| words.label(t)));
    let releases = list(words, queried.releases.iter().map(String::as_str));
    let from = [("tables", tables), ("releases", releases)];
    let mut all = vec![words.say_with("answer-query-from", from)];
    if queried.simple {
        if let Some(condition) = &queried.condition {
            all.push(words.say_with("answer-query-where", [("condition", value(condition))]));
        }
        if !queried.grouped.is_empty() {
            let columns = list(words, queried.grouped.iter().map(String::as_str));
            all.push(words.say_with("answer-query-group", [("columns", columns)]));
        }
    } else {
        all.push(words.say("answer-query-steps"));
    }
    all.push(words.say_with("answer-query-text", [("sql", value(&queried.query.sql))]));
    if cells.iter().any(|c| c.lower.is_some()) {
        all.push(words.say("answer-query-margin"));
    }
    for (role, key) in [
        (Role::NotLinear, "answer-query-not-linear"),
        (Role::Chosen, "answer-query-chosen"),
        (Role::Published, "answer-query-published"),
    ] {
        let names = bare(role);
        if !names.is_empty() {
            all.push(words.say_with(key, [("names", list(words, names))]));
        }
    }
    let told = bare(Role::Figure);
    if cells.iter().any(|c| c.estimate.is_some() && c.lower.is_none()) && !told.is_empty() {
        all.push(words.say("answer-query-untold"));
    }
    if cells.iter().any(|c| c.displayed.is_empty()) {
        all.push(words.say("answer-ranged"));
    }
    all.push(words.say("answer-free"));
    all
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn column(name: &str, role: Role) -> Column {
        Column { name: name.to_owned(), role }
    }

    #[test]
    fn figures_take_their_margins_and_their_published_ends() {
        let summed =
            [column("a", Role::Place), column("n", Role::Figure), column("n_margin", Role::Margin)];
        let [one] = &figures(&summed)[..] else { panic!("one figure") };
        let made = cell(one, &[json!("x"), json!(-12.25), json!(4.0)], Vec::new());
        assert_eq!(
            (made.lower, made.upper, made.displayed.as_str()),
            (Some(-16.25), Some(-8.25), "-12")
        );
        let drowned = cell(one, &[json!("x"), json!(3.0), json!(40.0)], Vec::new());
        assert_eq!((drowned.lower, drowned.displayed.as_str()), (Some(-37.0), ""));
        let published = ["value", "lower", "upper"].map(|name| column(name, Role::Published));
        let [share] = &figures(&published)[..] else { panic!("one figure") };
        let made = cell(share, &[json!(41.0), json!(30.5), json!(52.0)], Vec::new());
        assert_eq!((made.lower, made.upper), (Some(30.5), Some(52.0)));
        let alone = figures(&published[1..]);
        assert_eq!(alone.len(), 2, "ends without a figure between them are figures");
    }

    #[test]
    fn decimals_follow_the_margin() {
        assert_eq!(rounded(1234.56, Some(20.0)), "1235");
        assert_eq!(rounded(0.4567, Some(0.03)), "0.46");
        assert_eq!(rounded(-0.2, Some(3.0)), "0");
        assert_eq!(rounded(12.345, None), "12.35");
    }
}
