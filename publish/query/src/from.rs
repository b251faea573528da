//! What a query reads from: published tables, parts of itself, and joins of these.

use std::collections::{BTreeMap, BTreeSet};

use datafusion::logical_expr::JoinType;
use datafusion::prelude::SessionContext;
use shumar_publish::tables::{CELL, Tables};
use sqlparser::ast::{
    Join, JoinConstraint, JoinOperator, ObjectName, ObjectNamePart, Query, TableAlias, TableFactor,
    TableWithJoins,
};

use crate::error::{QueryError, not_offered};
use crate::expression::Translator;
use crate::form::Forms;
use crate::relation::{Column, Nature, Relation, Term, Why, own};
use crate::select;
use crate::term::named;

/// The columns that hold unbiased estimates.
const ESTIMATE: &str = "estimate";
/// Columns that rest on noise and have no error of their own told.
const NOISY: [&str; 13] = [
    "lower",
    "upper",
    "displayed",
    "modelled",
    "modelled_lower",
    "modelled_upper",
    "reliability",
    "obs_status",
    "value",
    "numerator",
    "denominator",
    "flag",
    "withheld",
];

/// Where a query's tables come from.
pub(crate) struct Source<'a> {
    context: &'a SessionContext,
    tables: &'a mut Tables,
    beside: bool,
    /// The functions that make forms.
    pub(crate) forms: Forms,
    /// The published tables that were read.
    pub(crate) used: BTreeSet<String>,
    /// The parts of the query that have names.
    pub(crate) parts: BTreeMap<String, Relation>,
    next: usize,
    depth: usize,
}

impl<'a> Source<'a> {
    /// The published tables.
    pub(crate) fn new(context: &'a SessionContext, tables: &'a mut Tables, beside: bool) -> Self {
        let (forms, used, parts) = (Forms::new(), BTreeSet::new(), BTreeMap::new());
        Self { context, tables, beside, forms, used, parts, next: 0, depth: 0 }
    }

    /// A name that no other column of the plan has.
    pub(crate) fn fresh(&mut self) -> String {
        self.next += 1;
        format!("c{}", self.next)
    }

    /// Goes into a query within the query, so deep at most.
    pub(crate) fn deeper(&mut self, most: usize) -> Result<(), QueryError> {
        self.depth += 1;
        if self.depth > most {
            Err(not_offered("a query that is nested so deeply"))
        } else {
            Ok(())
        }
    }

    /// Comes out of it.
    pub(crate) fn shallower(&mut self) {
        self.depth -= 1;
    }

    /// One row without columns, for a query without FROM.
    pub(crate) fn one_row(&mut self) -> Result<Relation, QueryError> {
        let frame = self.context.read_empty()?;
        Ok(Relation { frame, columns: Vec::new(), chosen: false })
    }

    /// All that stands behind FROM.
    pub(crate) fn from(&mut self, from: &[TableWithJoins]) -> Result<Relation, QueryError> {
        let Some((first, others)) = from.split_first() else { return self.one_row() };
        let mut relation = self.joined(first)?;
        for other in others {
            let other = self.joined(other)?;
            relation =
                self.join(relation, other, &JoinOperator::CrossJoin(JoinConstraint::None))?;
        }
        Ok(relation)
    }

    fn joined(&mut self, table: &TableWithJoins) -> Result<Relation, QueryError> {
        let mut relation = self.factor(&table.relation)?;
        for Join { relation: other, join_operator, .. } in &table.joins {
            let other = self.factor(other)?;
            relation = self.join(relation, other, join_operator)?;
        }
        Ok(relation)
    }

    fn factor(&mut self, factor: &TableFactor) -> Result<Relation, QueryError> {
        match factor {
            TableFactor::Table { name, alias, args: None, version: None, sample: None, .. } => {
                let name = table_name(name)?;
                let relation = match self.parts.get(&name) {
                    Some(part) => self.copy(&part.clone())?,
                    None => self.published(&name)?,
                };
                aliased(relation, &name, alias.as_ref())
            }
            TableFactor::Derived { lateral: false, subquery, alias, .. } => {
                let relation = self.part(subquery)?;
                aliased(relation, "", alias.as_ref())
            }
            TableFactor::NestedJoin { table_with_joins, alias: None } => {
                self.joined(table_with_joins)
            }
            TableFactor::Table { .. } => Err(not_offered("a table function")),
            _ => Err(not_offered("this kind of table")),
        }
    }

    /// A query within the query.
    pub(crate) fn part(&mut self, query: &Query) -> Result<Relation, QueryError> {
        select::query(self, query)
    }

    /// A named part under new names, so that it may be joined with itself.
    fn copy(&mut self, relation: &Relation) -> Result<Relation, QueryError> {
        let mut kept = Vec::new();
        let columns = relation.columns.iter().map(|column| {
            let mut rename = |value: &datafusion::logical_expr::Expr| {
                let name = self.fresh();
                kept.push(value.clone().alias(name.clone()));
                own(&name)
            };
            let value = rename(&column.term.value);
            let nature = match &column.term.nature {
                Nature::Linear(form) => Nature::Linear(rename(form)),
                other => other.clone(),
            };
            Column { term: Term { value, nature }, ..column.clone() }
        });
        let columns = columns.collect();
        let frame = relation.frame.clone().select(kept)?;
        Ok(Relation { frame, columns, chosen: relation.chosen })
    }

    /// A published table.
    fn published(&mut self, name: &str) -> Result<Relation, QueryError> {
        let Some(rows) = self.tables.rows(name, self.beside)? else {
            let mut names: Vec<String> = self.tables.list().into_iter().map(|t| t.name).collect();
            names.sort_by_key(|n| distance(n, name));
            names.truncate(3);
            let hint =
                format!("near to it are {}; `shumar query --tables` lists all", names.join(", "));
            return Err(QueryError::Unknown { what: format!("table `{name}`"), hint });
        };
        self.used.insert(name.to_owned());
        let schema = rows.batch.schema();
        let frame = self.context.read_batch(rows.batch)?;
        let (mut columns, mut kept) = (Vec::new(), Vec::new());
        for field in schema.fields() {
            let (name, value) = (field.name().to_lowercase(), self.fresh());
            kept.push(own(field.name()).alias(value.clone()));
            let nature = if name == ESTIMATE && schema.index_of(CELL).is_ok() {
                let form = self.fresh();
                kept.push(self.forms.of_cell(own(CELL)).alias(form.clone()));
                Nature::Linear(own(&form))
            } else if NOISY.contains(&name.as_str()) {
                Nature::Noisy(Why::Published)
            } else {
                Nature::Public
            };
            let hidden = name == CELL;
            let term = Term { value: own(&value), nature };
            columns.push(Column { table: String::new(), name, term, hidden });
        }
        Ok(Relation { frame: frame.select(kept)?, columns, chosen: false })
    }

    fn join(
        &mut self,
        left: Relation,
        right: Relation,
        how: &JoinOperator,
    ) -> Result<Relation, QueryError> {
        let (kind, constraint) = match how {
            JoinOperator::Join(c) | JoinOperator::Inner(c) | JoinOperator::CrossJoin(c) => {
                (JoinType::Inner, c)
            }
            JoinOperator::Left(c) | JoinOperator::LeftOuter(c) => (JoinType::Left, c),
            JoinOperator::Right(c) | JoinOperator::RightOuter(c) => (JoinType::Right, c),
            JoinOperator::FullOuter(c) => (JoinType::Full, c),
            _ => return Err(not_offered("this kind of join")),
        };
        let chosen = left.chosen || right.chosen;
        let mut columns = left.columns.clone();
        columns.extend(right.columns.clone());
        let both = |frame| Relation { frame, columns: columns.clone(), chosen };
        let condition = match constraint {
            JoinConstraint::On(condition) => {
                let seen = both(left.frame.clone());
                Some(Translator::over(self, &seen).term(condition)?)
            }
            JoinConstraint::Using(_) if !matches!(kind, JoinType::Inner | JoinType::Left) => {
                return Err(not_offered("USING with this kind of join (use ON)"));
            }
            JoinConstraint::Using(names) => {
                let mut all = None;
                for name in names {
                    let name = table_name(name)?;
                    let of = |relation: &Relation| {
                        let mut found = relation.columns.iter().filter(|c| c.name == name);
                        found.next().map(|c| c.term.clone())
                    };
                    let (Some(a), Some(b)) = (of(&left), of(&right)) else {
                        let hint = "a column of USING must be in both tables".to_owned();
                        return Err(QueryError::Unknown { what: format!("column `{name}`"), hint });
                    };
                    let equal = Term {
                        nature: if a.is_public() { b.nature.clone() } else { a.nature.clone() },
                        value: a.value.eq(b.value),
                    };
                    all = Some(match all {
                        None => equal,
                        Some(Term { value, nature: Nature::Public }) => {
                            Term { value: value.and(equal.value), ..equal }
                        }
                        Some(Term { value, nature }) => {
                            Term { value: value.and(equal.value), nature }
                        }
                    });
                }
                // What is the same on both sides is one column.
                let mut seen = left.columns.clone();
                let using: Vec<String> = names.iter().map(table_name).collect::<Result<_, _>>()?;
                seen.extend(right.columns.iter().cloned().map(|c| {
                    if using.contains(&c.name) {
                        Column { hidden: true, name: String::new(), ..c }
                    } else {
                        c
                    }
                }));
                let condition = all.map(|t: Term| (t.value.clone(), t.is_public()));
                let (on, public) = condition.unzip();
                let frame = left.frame.join_on(right.frame, kind, on)?;
                return Ok(Relation {
                    frame,
                    columns: seen,
                    chosen: chosen || public == Some(false),
                });
            }
            JoinConstraint::None => None,
            JoinConstraint::Natural => return Err(not_offered("NATURAL JOIN")),
        };
        let public = condition.as_ref().is_none_or(Term::is_public);
        let frame = left.frame.join_on(right.frame, kind, condition.map(|c| c.value))?;
        let relation = both(frame);
        Ok(Relation { chosen: relation.chosen || !public, ..relation })
    }
}

/// A relation under another name.
fn aliased(
    mut relation: Relation,
    name: &str,
    alias: Option<&TableAlias>,
) -> Result<Relation, QueryError> {
    let name = alias.map_or_else(|| name.to_owned(), |a| named(&a.name));
    let renamed = alias.map_or(&[][..], |a| &a.columns);
    if renamed.len() > relation.columns.len() {
        return Err(not_offered("more names of columns than there are columns"));
    }
    let shown: Vec<usize> =
        (0..relation.columns.len()).filter(|i| !relation.columns[*i].hidden).collect();
    for (place, column) in shown.iter().zip(renamed) {
        relation.columns[*place].name = named(&column.name);
    }
    relation.columns.iter_mut().for_each(|c| c.table.clone_from(&name));
    Ok(relation)
}

/// A name of one part, in small letters.
pub(crate) fn table_name(name: &ObjectName) -> Result<String, QueryError> {
    match &name.0[..] {
        [ObjectNamePart::Identifier(part)] => Ok(named(part)),
        _ => Err(not_offered("a name of several parts")),
    }
}

/// How unlike two names are: letters that one must change to get the other.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut before = row[0];
        row[0] = i + 1;
        for (j, y) in b.iter().enumerate() {
            let here = row[j + 1];
            row[j + 1] = (before + usize::from(x != *y)).min(here + 1).min(row[j] + 1);
            before = here;
        }
    }
    row[b.len()]
}
