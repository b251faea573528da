//! One SELECT: from, where, group by, having, what is shown, in which order.

use datafusion::logical_expr::{Expr, SortExpr, lit};
use sqlparser::ast::{
    self, Distinct, GroupByExpr, LimitClause, OrderBy, OrderByExpr, OrderByKind, Query, Select,
    SelectItem, SelectItemQualifiedWildcardKind, SetExpr, SetOperator, SetQuantifier, Value,
};

use crate::error::{QueryError, not_offered};
use crate::expression::{Grouping, Translator, chosen, named};
use crate::form::Forms;
use crate::from::{Source, table_name};
use crate::relation::{Column, Nature, Relation, Term, Why, own};

/// Deepest query within a query.
const DEPTH_MAX: usize = 20;

/// Translates a query.
pub(crate) fn query(source: &mut Source, query: &Query) -> Result<Relation, QueryError> {
    source.deeper(DEPTH_MAX)?;
    let kept = source.parts.clone();
    let made = within(source, query);
    source.parts = kept;
    source.shallower();
    made
}

fn within(source: &mut Source, query: &Query) -> Result<Relation, QueryError> {
    let plain = query.fetch.is_none()
        && query.locks.is_empty()
        && query.for_clause.is_none()
        && query.settings.is_none()
        && query.format_clause.is_none()
        && query.pipe_operators.is_empty();
    if !plain {
        return Err(not_offered("this addition to a SELECT"));
    }
    if let Some(with) = &query.with {
        if with.recursive {
            return Err(not_offered("WITH RECURSIVE"));
        }
        for part in &with.cte_tables {
            let mut relation = source.part(&part.query)?;
            let shown = relation.columns.iter_mut().filter(|c| !c.hidden);
            for (column, name) in shown.zip(&part.alias.columns) {
                column.name = named(&name.name);
            }
            source.parts.insert(named(&part.alias.name), relation);
        }
    }
    let order = match &query.order_by {
        None => &[][..],
        Some(OrderBy { kind: OrderByKind::Expressions(all), interpolate: None }) => all,
        Some(_) => return Err(not_offered("this kind of ORDER BY")),
    };
    let (mut relation, sorts) = body(source, &query.body, order)?;
    let noisy = sorts.iter().any(|(_, public)| !public);
    if !sorts.is_empty() {
        let sorts: Vec<SortExpr> = sorts.into_iter().map(|(sort, _)| sort).collect();
        relation.frame = relation.frame.sort(sorts)?;
    }
    if let Some(clause) = &query.limit_clause {
        let (limit, offset) = limits(clause)?;
        relation.frame = relation.frame.limit(offset, limit)?;
        relation.chosen |= noisy;
    }
    Ok(relation)
}

type Sorts = Vec<(SortExpr, bool)>;

fn body(
    source: &mut Source,
    body: &SetExpr,
    order: &[OrderByExpr],
) -> Result<(Relation, Sorts), QueryError> {
    match body {
        SetExpr::Select(select) => self::select(source, select, order),
        SetExpr::Query(inner) => {
            let relation = query(source, inner)?;
            let sorts = sorted(&relation, order)?;
            Ok((relation, sorts))
        }
        SetExpr::SetOperation { left, op: SetOperator::Union, set_quantifier, right } => {
            let (left, _) = self::body(source, left, &[])?;
            let (right, _) = self::body(source, right, &[])?;
            let all = matches!(set_quantifier, SetQuantifier::All);
            let relation = union(source, left, right, all)?;
            let sorts = sorted(&relation, order)?;
            Ok((relation, sorts))
        }
        SetExpr::SetOperation { op, .. } => Err(not_offered(format!("{op}"))),
        SetExpr::Values(_) => Err(not_offered("VALUES")),
        _ => Err(not_offered("any statement but SELECT")),
    }
}

fn select(
    source: &mut Source,
    select: &Select,
    order: &[OrderByExpr],
) -> Result<(Relation, Sorts), QueryError> {
    refuse(select)?;
    let mut relation = source.from(&select.from)?;
    if let Some(condition) = &select.selection {
        let condition = Translator::over(source, &relation).term(condition)?;
        relation.chosen |= !condition.is_public();
        relation.frame = relation.frame.filter(condition.value)?;
    }
    let items = items(&relation, &select.projection)?;
    let keys = keys(&select.group_by, &items)?;
    let sums = items.iter().any(|(_, e)| has_sum(e))
        || select.having.as_ref().is_some_and(has_sum)
        || order.iter().any(|o| has_sum(&o.expr));
    let outer = |e: &ast::Expr, source: &mut Source, grouping: Option<&mut Grouping>| match grouping
    {
        Some(grouping) => Translator::over_groups(source, &relation, grouping).term(e),
        None => Translator::over(source, &relation).term(e),
    };
    let mut grouping = (sums || !keys.is_empty()).then(Grouping::default);
    let mut key_values = Vec::new();
    for key in &keys {
        let term = outer(key, source, None)?;
        let name = source.fresh();
        key_values.push((term.value.alias(name.clone()), matches!(term.nature, Nature::Public)));
        if let Some(grouping) = &mut grouping {
            grouping.keys.push((
                key.clone(),
                Term { value: own(&name), nature: nature_of_key(&term.nature) },
            ));
        }
    }
    let mut shown = Vec::new();
    for (name, item) in &items {
        shown.push((name.clone(), outer(item, source, grouping.as_mut())?));
    }
    let having = select.having.as_ref().map(|h| outer(h, source, grouping.as_mut())).transpose()?;
    let mut sorts: Vec<(Term, &OrderByExpr)> = Vec::new();
    for one in order {
        let term = match place(&one.expr, &items)? {
            Some(place) => shown[place].1.clone(),
            None => outer(&one.expr, source, grouping.as_mut())?,
        };
        sorts.push((term, one));
    }
    let mut chose = relation.chosen;
    let mut frame = relation.frame.clone();
    if let Some(grouping) = grouping {
        chose |= key_values.iter().any(|(_, public)| !public);
        let by = key_values.into_iter().map(|(e, _)| e).collect();
        let mut sums: Vec<Expr> =
            grouping.sums.into_iter().map(|(e, name)| e.alias(name)).collect();
        if sums.is_empty() {
            sums.push(
                datafusion::functions_aggregate::expr_fn::count(lit(1_i64)).alias(source.fresh()),
            );
        }
        frame = frame.aggregate(by, sums)?;
    }
    if let Some(having) = having {
        chose |= !having.is_public();
        frame = frame.filter(having.value)?;
    }
    let distinct = match &select.distinct {
        None | Some(Distinct::All) => false,
        Some(Distinct::Distinct) => true,
        Some(Distinct::On(_)) => return Err(not_offered("DISTINCT ON")),
    };
    project(source, frame, shown, sorts, (chose, distinct))
}

/// What is not offered of a SELECT.
fn refuse(select: &Select) -> Result<(), QueryError> {
    let plain = select.top.is_none()
        && select.into.is_none()
        && select.exclude.is_none()
        && select.lateral_views.is_empty()
        && select.prewhere.is_none()
        && select.connect_by.is_empty()
        && select.cluster_by.is_empty()
        && select.distribute_by.is_empty()
        && select.sort_by.is_empty()
        && select.named_window.is_empty()
        && select.qualify.is_none()
        && select.value_table_mode.is_none();
    if plain { Ok(()) } else { Err(not_offered("this addition to a SELECT")) }
}

/// What a key of groups is: a value without noise, or one that has decided what is grouped.
fn nature_of_key(nature: &Nature) -> Nature {
    match nature {
        Nature::Public => Nature::Public,
        _ => Nature::Noisy(Why::Chosen),
    }
}

/// The expressions shown, each with its name; `*` stands for all columns.
fn items(
    relation: &Relation,
    projection: &[SelectItem],
) -> Result<Vec<(String, ast::Expr)>, QueryError> {
    let mut found = Vec::new();
    for item in projection {
        match item {
            SelectItem::UnnamedExpr(e) => {
                let name = match e {
                    ast::Expr::Identifier(name) => named(name),
                    ast::Expr::CompoundIdentifier(parts) => {
                        parts.last().map(named).unwrap_or_default()
                    }
                    other => other.to_string().to_lowercase(),
                };
                found.push((name, e.clone()));
            }
            SelectItem::ExprWithAlias { expr, alias } => {
                found.push((alias.value.clone(), expr.clone()));
            }
            SelectItem::Wildcard(_) => found.extend(all(relation, None)),
            SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(name), _) => {
                let table = table_name(name)?;
                if !relation.columns.iter().any(|c| c.table == table) {
                    let hint = "name a table that stands behind FROM".to_owned();
                    return Err(QueryError::Unknown { what: format!("table `{table}`"), hint });
                }
                found.extend(all(relation, Some(&table)));
            }
            _ => return Err(not_offered("this kind of column")),
        }
    }
    Ok(found)
}

/// All columns of a relation, or of one table of it, as if they had been written.
fn all(relation: &Relation, table: Option<&str>) -> Vec<(String, ast::Expr)> {
    let shown = relation.columns.iter().filter(|c| !c.hidden);
    let shown = shown.filter(|c| table.is_none_or(|t| c.table == t));
    let write = |c: &Column| {
        let name = ast::Ident::new(c.name.clone());
        let written = if c.table.is_empty() {
            ast::Expr::Identifier(name)
        } else {
            ast::Expr::CompoundIdentifier(vec![ast::Ident::new(c.table.clone()), name])
        };
        (c.name.clone(), written)
    };
    shown.map(write).collect()
}

/// What is grouped by; a number or a name of what is shown stands for that.
fn keys(by: &GroupByExpr, items: &[(String, ast::Expr)]) -> Result<Vec<ast::Expr>, QueryError> {
    match by {
        GroupByExpr::Expressions(all, more) if more.is_empty() => {
            let key = |e: &ast::Expr| {
                let named = place(e, items)?.map(|i| items[i].1.clone());
                Ok(named.unwrap_or_else(|| e.clone()))
            };
            all.iter().map(key).collect()
        }
        _ => Err(not_offered("this kind of GROUP BY")),
    }
}

/// The place among what is shown that a number or an alias names.
fn place(e: &ast::Expr, items: &[(String, ast::Expr)]) -> Result<Option<usize>, QueryError> {
    match e {
        ast::Expr::Value(value) => match &value.value {
            Value::Number(text, _) => {
                let place = text.parse::<usize>().ok().and_then(|n| n.checked_sub(1));
                let place = place.filter(|i| *i < items.len());
                let hint = format!("{} columns are shown", items.len());
                let unknown =
                    || QueryError::Unknown { what: format!("column number {text}"), hint };
                place.map(Some).ok_or_else(unknown)
            }
            _ => Ok(None),
        },
        ast::Expr::Identifier(name) => {
            let name = named(name);
            Ok(items.iter().position(|(shown, _)| shown.to_lowercase() == name))
        }
        _ => Ok(None),
    }
}

/// Whether an expression adds up rows.
fn has_sum(e: &ast::Expr) -> bool {
    let any = |all: &[&ast::Expr]| all.iter().any(|e| has_sum(e));
    match e {
        ast::Expr::Function(call) => {
            let own = table_name(&call.name).is_ok_and(|n| crate::function::is_aggregate(&n));
            let arguments = match &call.args {
                ast::FunctionArguments::List(list) => &list.args[..],
                _ => &[],
            };
            own || arguments.iter().any(|a| match a {
                ast::FunctionArg::Unnamed(ast::FunctionArgExpr::Expr(e)) => has_sum(e),
                _ => false,
            })
        }
        ast::Expr::Nested(e)
        | ast::Expr::UnaryOp { expr: e, .. }
        | ast::Expr::Cast { expr: e, .. }
        | ast::Expr::IsNull(e)
        | ast::Expr::IsNotNull(e)
        | ast::Expr::Ceil { expr: e, .. }
        | ast::Expr::Floor { expr: e, .. } => has_sum(e),
        ast::Expr::BinaryOp { left, right, .. } => any(&[left, right]),
        ast::Expr::Between { expr, low, high, .. } => any(&[expr, low, high]),
        ast::Expr::InList { expr, list, .. } => has_sum(expr) || list.iter().any(has_sum),
        ast::Expr::Case { operand, conditions, else_result, .. } => {
            operand.as_deref().is_some_and(has_sum)
                || else_result.as_deref().is_some_and(has_sum)
                || conditions.iter().any(|c| any(&[&c.condition, &c.result]))
        }
        _ => false,
    }
}

/// The columns shown under names of their own, with their forms and what is sorted by.
fn project(
    source: &mut Source,
    frame: datafusion::prelude::DataFrame,
    shown: Vec<(String, Term)>,
    sorts: Vec<(Term, &OrderByExpr)>,
    (chose, distinct): (bool, bool),
) -> Result<(Relation, Sorts), QueryError> {
    let (mut kept, mut columns, mut order) = (Vec::new(), Vec::new(), Vec::new());
    for (name, term) in shown {
        let value = source.fresh();
        kept.push(term.value.clone().alias(value.clone()));
        let nature = match chosen(term, chose).nature {
            Nature::Linear(_) if distinct => Nature::Noisy(Why::NotLinear),
            Nature::Linear(form) => {
                let name = source.fresh();
                kept.push(form.alias(name.clone()));
                Nature::Linear(own(&name))
            }
            other => other,
        };
        let term = Term { value: own(&value), nature };
        columns.push(Column { table: String::new(), name, term, hidden: false });
    }
    for (term, one) in sorts {
        let public = term.is_public();
        let name = source.fresh();
        if distinct {
            return Err(not_offered("ORDER BY beside DISTINCT (use GROUP BY)"));
        }
        kept.push(term.value.alias(name.clone()));
        order.push((sort(own(&name), one), public));
    }
    let mut frame = frame.select(kept)?;
    if distinct {
        frame = frame.distinct()?;
    }
    Ok((Relation { frame, columns, chosen: chose }, order))
}

fn sort(by: Expr, one: &OrderByExpr) -> SortExpr {
    let ascending = one.options.asc.unwrap_or(true);
    by.sort(ascending, one.options.nulls_first.unwrap_or(!ascending))
}

/// How a relation is sorted by names or numbers of its columns.
fn sorted(relation: &Relation, order: &[OrderByExpr]) -> Result<Sorts, QueryError> {
    let items = all(relation, None);
    let one = |one: &OrderByExpr| {
        let place = place(&one.expr, &items)?;
        let place = place.ok_or_else(|| not_offered("ORDER BY but by columns that are shown"))?;
        let column = relation.columns.iter().filter(|c| !c.hidden).nth(place);
        let column = column.ok_or_else(|| not_offered("this kind of ORDER BY"))?;
        Ok((sort(column.term.value.clone(), one), column.term.is_public()))
    };
    order.iter().map(one).collect()
}

fn union(
    source: &mut Source,
    left: Relation,
    right: Relation,
    all: bool,
) -> Result<Relation, QueryError> {
    let of = |r: &Relation| r.columns.iter().filter(|c| !c.hidden).cloned().collect::<Vec<_>>();
    let (a, b) = (of(&left), of(&right));
    if a.len() != b.len() {
        return Err(not_offered("UNION of different numbers of columns"));
    }
    let (mut kept_a, mut kept_b, mut columns) = (Vec::new(), Vec::new(), Vec::new());
    for (a, b) in a.iter().zip(&b) {
        let value = source.fresh();
        kept_a.push(a.term.value.clone().alias(value.clone()));
        kept_b.push(b.term.value.clone().alias(value.clone()));
        let nature = match (&a.term.nature, &b.term.nature) {
            (Nature::Public, Nature::Public) => Nature::Public,
            (Nature::Noisy(why), _) | (_, Nature::Noisy(why)) => Nature::Noisy(*why),
            _ if !all => Nature::Noisy(Why::NotLinear),
            (x, y) => {
                let form = |nature: &Nature| match nature {
                    Nature::Linear(form) => form.clone(),
                    _ => Forms::none(),
                };
                let name = source.fresh();
                kept_a.push(form(x).alias(name.clone()));
                kept_b.push(form(y).alias(name.clone()));
                Nature::Linear(own(&name))
            }
        };
        let term = Term { value: own(&value), nature };
        columns.push(Column { table: String::new(), name: a.name.clone(), term, hidden: false });
    }
    let (a, b) = (left.frame.select(kept_a)?, right.frame.select(kept_b)?);
    let frame = if all { a.union(b)? } else { a.union_distinct(b)? };
    let columns = columns.into_iter().map(|c: Column| Column { hidden: false, ..c }).collect();
    Ok(Relation { frame, columns, chosen: left.chosen || right.chosen })
}

/// Rows to show, and to leave out before them.
fn limits(clause: &LimitClause) -> Result<(Option<usize>, usize), QueryError> {
    let number = |e: &ast::Expr| match e {
        ast::Expr::Value(value) => match &value.value {
            Value::Number(text, _) => text.parse::<usize>().ok(),
            _ => None,
        },
        _ => None,
    };
    let number =
        |e: &ast::Expr| number(e).ok_or_else(|| not_offered("LIMIT or OFFSET but by a number"));
    match clause {
        LimitClause::LimitOffset { limit, offset, limit_by } if limit_by.is_empty() => {
            let limit = limit.as_ref().map(number).transpose()?;
            let offset = offset.as_ref().map(|o| number(&o.value)).transpose()?;
            Ok((limit, offset.unwrap_or(0)))
        }
        LimitClause::OffsetCommaLimit { offset, limit } => {
            Ok((Some(number(limit)?), number(offset)?))
        }
        LimitClause::LimitOffset { .. } => Err(not_offered("LIMIT BY")),
    }
}
