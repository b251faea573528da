//! One expression of a query: its value, and what that rests on.

use arrow::datatypes::DataType;
use datafusion::functions_aggregate::expr_fn as aggregates;
use datafusion::logical_expr::{
    Expr, ExprFunctionExt, Operator, binary_expr, cast, lit, not, when,
};
use sqlparser::ast::{
    self, BinaryOperator, CaseWhen, DuplicateTreatment, FunctionArg, FunctionArgExpr,
    FunctionArguments, Ident, UnaryOperator, Value,
};

use crate::error::{QueryError, not_offered};
use crate::form::Forms;
use crate::from::{Source, table_name};
use crate::function;
use crate::relation::{Column, Nature, Relation, Term, Why, own};

/// Deepest expression.
const DEPTH_MAX: usize = 100;

/// What is grouped and added up, while a SELECT with GROUP BY is translated.
#[derive(Default)]
pub(crate) struct Grouping {
    /// What is grouped by: as it was written, and the column of the result.
    pub(crate) keys: Vec<(ast::Expr, Term)>,
    /// What is added up: the expression, and the name of its column.
    pub(crate) sums: Vec<(Expr, String)>,
}

/// Translates the expressions over one relation.
pub(crate) struct Translator<'a, 'b> {
    source: &'a mut Source<'b>,
    relation: &'a Relation,
    grouping: Option<&'a mut Grouping>,
    depth: usize,
}

impl<'a, 'b> Translator<'a, 'b> {
    /// Over the rows of a relation.
    pub(crate) fn over(source: &'a mut Source<'b>, relation: &'a Relation) -> Self {
        Self { source, relation, grouping: None, depth: 0 }
    }

    /// Over its groups.
    pub(crate) fn over_groups(
        source: &'a mut Source<'b>,
        relation: &'a Relation,
        grouping: &'a mut Grouping,
    ) -> Self {
        Self { source, relation, grouping: Some(grouping), depth: 0 }
    }

    /// An expression.
    pub(crate) fn term(&mut self, expression: &ast::Expr) -> Result<Term, QueryError> {
        if self.depth >= DEPTH_MAX {
            return Err(not_offered("an expression that is nested so deeply"));
        }
        self.depth += 1;
        let term = self.translate(expression);
        self.depth -= 1;
        term
    }

    fn translate(&mut self, expression: &ast::Expr) -> Result<Term, QueryError> {
        let keys = self.grouping.as_ref().map_or(&[][..], |g| &g.keys);
        if let Some((_, key)) = keys.iter().find(|(written, _)| written == expression) {
            return Ok(key.clone());
        }
        match expression {
            ast::Expr::Identifier(name) => self.column(None, name),
            ast::Expr::CompoundIdentifier(parts) => match &parts[..] {
                [table, name] => self.column(Some(table), name),
                _ => Err(not_offered("a name of several parts")),
            },
            ast::Expr::Value(value) => literal(&value.value),
            ast::Expr::Nested(inner) => self.term(inner),
            ast::Expr::BinaryOp { left, op, right } => {
                let (left, right) = (self.term(left)?, self.term(right)?);
                self.binary(left, op, right)
            }
            ast::Expr::UnaryOp { op, expr } => {
                let term = self.term(expr)?;
                match op {
                    UnaryOperator::Plus => Ok(term),
                    UnaryOperator::Minus => Ok(self.times(term, lit(-1.0), |v| -v)),
                    UnaryOperator::Not => Ok(worked_out(not(term.value.clone()), &[&term])),
                    _ => Err(not_offered("this operator")),
                }
            }
            ast::Expr::IsNull(inner) => self.test(inner, Expr::is_null),
            ast::Expr::IsNotNull(inner) => self.test(inner, Expr::is_not_null),
            ast::Expr::IsTrue(inner) => self.test(inner, Expr::is_true),
            ast::Expr::IsNotTrue(inner) => self.test(inner, Expr::is_not_true),
            ast::Expr::IsFalse(inner) => self.test(inner, Expr::is_false),
            ast::Expr::IsNotFalse(inner) => self.test(inner, Expr::is_not_false),
            ast::Expr::InList { expr, list, negated } => {
                let tested = self.term(expr)?;
                let list = list.iter().map(|e| self.term(e)).collect::<Result<Vec<_>, _>>()?;
                let values = list.iter().map(|t| t.value.clone()).collect();
                let value = tested.value.clone().in_list(values, *negated);
                Ok(worked_out(value, &[&[tested][..], &list].concat().iter().collect::<Vec<_>>()))
            }
            ast::Expr::Between { expr, negated, low, high } => {
                let (tested, low, high) = (self.term(expr)?, self.term(low)?, self.term(high)?);
                let (from, to) = (low.value.clone(), high.value.clone());
                let value = tested.value.clone();
                let value =
                    if *negated { value.not_between(from, to) } else { value.between(from, to) };
                Ok(worked_out(value, &[&tested, &low, &high]))
            }
            ast::Expr::Like { negated, any: false, expr, pattern, escape_char: None } => {
                self.like(expr, pattern, *negated, false)
            }
            ast::Expr::ILike { negated, any: false, expr, pattern, escape_char: None } => {
                self.like(expr, pattern, *negated, true)
            }
            ast::Expr::Case { operand, conditions, else_result, .. } => {
                self.case(operand.as_deref(), conditions, else_result.as_deref())
            }
            ast::Expr::Cast { expr, data_type, .. } => self.cast(expr, data_type),
            ast::Expr::Ceil { expr, .. } => self.scalar("ceil", &[expr]),
            ast::Expr::Floor { expr, .. } => self.scalar("floor", &[expr]),
            ast::Expr::Function(call) => self.function(call),
            ast::Expr::Subquery(_) | ast::Expr::InSubquery { .. } | ast::Expr::Exists { .. } => {
                Err(not_offered("a query within an expression (use WITH and JOIN)"))
            }
            other => Err(not_offered(format!("`{other}`"))),
        }
    }

    fn column(&mut self, table: Option<&Ident>, name: &Ident) -> Result<Term, QueryError> {
        let (table, name) = (table.map(named), named(name));
        let fits = |c: &&Column| c.name == name && table.as_ref().is_none_or(|t| c.table == *t);
        let found: Vec<&Column> = self.relation.columns.iter().filter(fits).collect();
        match found[..] {
            [] => {
                let names = self.relation.columns.iter().filter(|c| !c.hidden);
                let names: Vec<&str> = names.map(|c| c.name.as_str()).collect();
                let hint = format!("there are {}", names.join(", "));
                Err(QueryError::Unknown { what: format!("column `{name}`"), hint })
            }
            [_] if self.grouping.is_some() => {
                let what = format!("column `{name}` among what is grouped by or added up");
                let hint = "name it behind GROUP BY, or put it into SUM, AVG, COUNT, MIN or MAX";
                Err(QueryError::Unknown { what, hint: hint.to_owned() })
            }
            [one] => Ok(chosen(one.term.clone(), self.relation.chosen)),
            _ => {
                let hint = "write the table before it: `table.column`".to_owned();
                Err(QueryError::Unknown { what: format!("single column `{name}`"), hint })
            }
        }
    }

    fn binary(&self, left: Term, op: &BinaryOperator, right: Term) -> Result<Term, QueryError> {
        let operator = match op {
            BinaryOperator::Plus => Operator::Plus,
            BinaryOperator::Minus => Operator::Minus,
            BinaryOperator::Multiply => Operator::Multiply,
            BinaryOperator::Divide => Operator::Divide,
            BinaryOperator::Modulo => Operator::Modulo,
            BinaryOperator::Eq => Operator::Eq,
            BinaryOperator::NotEq => Operator::NotEq,
            BinaryOperator::Lt => Operator::Lt,
            BinaryOperator::LtEq => Operator::LtEq,
            BinaryOperator::Gt => Operator::Gt,
            BinaryOperator::GtEq => Operator::GtEq,
            BinaryOperator::And => Operator::And,
            BinaryOperator::Or => Operator::Or,
            BinaryOperator::StringConcat => Operator::StringConcat,
            _ => return Err(not_offered(format!("the operator `{op}`"))),
        };
        let value = binary_expr(left.value.clone(), operator, right.value.clone());
        let forms = &self.source.forms;
        let nature = match (operator, &left.nature, &right.nature) {
            (_, Nature::Public, Nature::Public) => Nature::Public,
            (Operator::Plus, Nature::Linear(a), Nature::Linear(b)) => {
                Nature::Linear(forms.joined(a.clone(), b.clone()))
            }
            (Operator::Minus, Nature::Linear(a), Nature::Linear(b)) => {
                Nature::Linear(forms.joined(a.clone(), forms.scaled(b.clone(), lit(-1.0))))
            }
            (Operator::Plus | Operator::Minus, Nature::Linear(a), Nature::Public)
            | (Operator::Plus, Nature::Public, Nature::Linear(a)) => Nature::Linear(a.clone()),
            (Operator::Minus, Nature::Public, Nature::Linear(b)) => {
                Nature::Linear(forms.scaled(b.clone(), lit(-1.0)))
            }
            (Operator::Multiply, Nature::Linear(a), Nature::Public) => {
                Nature::Linear(forms.scaled(a.clone(), right.value))
            }
            (Operator::Multiply, Nature::Public, Nature::Linear(b)) => {
                Nature::Linear(forms.scaled(b.clone(), left.value))
            }
            (Operator::Divide, Nature::Linear(a), Nature::Public) => {
                let divisor = cast(right.value, DataType::Float64);
                Nature::Linear(forms.scaled(a.clone(), lit(1.0) / divisor))
            }
            _ => return Ok(worked_out(value, &[&left, &right])),
        };
        Ok(Term { value, nature })
    }

    /// A value times a public number.
    fn times(&self, term: Term, by: Expr, value: impl Fn(Expr) -> Expr) -> Term {
        let nature = match term.nature {
            Nature::Linear(form) => Nature::Linear(self.source.forms.scaled(form, by)),
            Nature::Noisy(Why::Published) => Nature::Noisy(Why::NotLinear),
            other => other,
        };
        Term { value: value(term.value), nature }
    }

    fn test(&mut self, inner: &ast::Expr, test: fn(Expr) -> Expr) -> Result<Term, QueryError> {
        let term = self.term(inner)?;
        Ok(worked_out(test(term.value.clone()), &[&term]))
    }

    fn like(
        &mut self,
        expr: &ast::Expr,
        pattern: &ast::Expr,
        negated: bool,
        any_case: bool,
    ) -> Result<Term, QueryError> {
        let (text, pattern) = (self.term(expr)?, self.term(pattern)?);
        let (a, b) = (text.value.clone(), pattern.value.clone());
        let value = match (any_case, negated) {
            (false, false) => a.like(b),
            (false, true) => a.not_like(b),
            (true, false) => a.ilike(b),
            (true, true) => a.not_ilike(b),
        };
        Ok(worked_out(value, &[&text, &pattern]))
    }

    fn case(
        &mut self,
        operand: Option<&ast::Expr>,
        conditions: &[CaseWhen],
        other: Option<&ast::Expr>,
    ) -> Result<Term, QueryError> {
        let operand = operand.map(|o| self.term(o)).transpose()?;
        let mut branches = Vec::new();
        for CaseWhen { condition, result } in conditions {
            let mut condition = self.term(condition)?;
            if let Some(operand) = &operand {
                let value = operand.value.clone().eq(condition.value.clone());
                condition = worked_out(value, &[operand, &condition]);
            }
            branches.push((condition, self.term(result)?));
        }
        let other = other.map(|o| self.term(o)).transpose()?;
        let last = other
            .clone()
            .unwrap_or_else(|| Term::public(lit(datafusion::scalar::ScalarValue::Null)));
        let value = cases(&branches, |t| t.value.clone(), last.value.clone())?;
        let results = || branches.iter().map(|(_, r)| r).chain([&last]);
        let linear = results().any(|r| matches!(r.nature, Nature::Linear(_)));
        let all = results().all(|r| !matches!(r.nature, Nature::Noisy(_)));
        if linear && all && branches.iter().all(|(c, _)| c.is_public()) {
            let form = |t: &Term| match &t.nature {
                Nature::Linear(form) => form.clone(),
                _ => Forms::none(),
            };
            let nature = Nature::Linear(cases(&branches, form, form(&last))?);
            return Ok(Term { value, nature });
        }
        let parts: Vec<&Term> = branches.iter().map(|(c, _)| c).chain(results()).collect();
        Ok(worked_out(value, &parts))
    }

    fn cast(&mut self, inner: &ast::Expr, to: &ast::DataType) -> Result<Term, QueryError> {
        let term = self.term(inner)?;
        let kind = match to {
            ast::DataType::Double(_)
            | ast::DataType::DoublePrecision
            | ast::DataType::Float(_)
            | ast::DataType::Real
            | ast::DataType::Float64 => DataType::Float64,
            ast::DataType::Int(_)
            | ast::DataType::Integer(_)
            | ast::DataType::BigInt(_)
            | ast::DataType::SmallInt(_) => DataType::Int64,
            ast::DataType::Text
            | ast::DataType::Varchar(_)
            | ast::DataType::Char(_)
            | ast::DataType::String(_) => DataType::Utf8,
            other => return Err(not_offered(format!("the type `{other}`"))),
        };
        let value = cast(term.value.clone(), kind.clone());
        match term.nature {
            Nature::Linear(form) if kind == DataType::Float64 => {
                Ok(Term { value, nature: Nature::Linear(form) })
            }
            _ => Ok(worked_out(value, &[&term])),
        }
    }

    fn function(&mut self, call: &ast::Function) -> Result<Term, QueryError> {
        let name = table_name(&call.name)?;
        if call.over.is_some() {
            return Err(not_offered("a window (OVER)"));
        }
        let FunctionArguments::List(list) = &call.args else {
            return Err(not_offered(format!("the function `{name}` without arguments")));
        };
        let distinct = matches!(list.duplicate_treatment, Some(DuplicateTreatment::Distinct));
        let plain = list.clauses.is_empty()
            && call.within_group.is_empty()
            && matches!(call.parameters, FunctionArguments::None);
        if !plain || call.null_treatment.is_some() {
            return Err(not_offered(format!("this form of `{name}`")));
        }
        let arguments: Vec<&FunctionArgExpr> = list
            .args
            .iter()
            .map(|a| match a {
                FunctionArg::Unnamed(argument) => Ok(argument),
                _ => Err(not_offered("an argument with a name")),
            })
            .collect::<Result<_, _>>()?;
        if function::is_aggregate(&name) {
            return self.aggregate(&name, &arguments, distinct, call.filter.as_deref());
        }
        let arguments: Vec<&ast::Expr> = arguments
            .into_iter()
            .map(|a| match a {
                FunctionArgExpr::Expr(e) => Ok(e),
                _ => Err(not_offered("`*` here")),
            })
            .collect::<Result<_, _>>()?;
        if distinct || call.filter.is_some() {
            return Err(not_offered(format!("this form of `{name}`")));
        }
        self.scalar(&name, &arguments)
    }

    fn scalar(&mut self, name: &str, arguments: &[&ast::Expr]) -> Result<Term, QueryError> {
        let terms = arguments.iter().map(|a| self.term(a)).collect::<Result<Vec<_>, _>>()?;
        let value = function::scalar(name, terms.iter().map(|t| t.value.clone()).collect())?;
        // Rounding moves a value by less than anyone reads off its margin.
        if let ("round", [Term { nature: Nature::Linear(form), .. }, rest @ ..]) =
            (name, &terms[..])
            && rest.iter().all(Term::is_public)
        {
            return Ok(Term { value, nature: Nature::Linear(form.clone()) });
        }
        Ok(worked_out(value, &terms.iter().collect::<Vec<_>>()))
    }

    fn aggregate(
        &mut self,
        name: &str,
        arguments: &[&FunctionArgExpr],
        distinct: bool,
        filter: Option<&ast::Expr>,
    ) -> Result<Term, QueryError> {
        let Some(grouping) = self.grouping.take() else {
            return Err(not_offered(format!("`{name}` here")));
        };
        let made = self.aggregated(name, arguments, distinct, filter, grouping);
        self.grouping = Some(grouping);
        made
    }

    /// The arguments are of the rows, the result is a column of the groups.
    fn aggregated(
        &mut self,
        name: &str,
        arguments: &[&FunctionArgExpr],
        distinct: bool,
        filter: Option<&ast::Expr>,
        grouping: &mut Grouping,
    ) -> Result<Term, QueryError> {
        let filter = filter.map(|f| self.term(f)).transpose()?;
        let public_rows = filter.as_ref().is_none_or(Term::is_public) && !self.relation.chosen;
        let of = match arguments {
            [FunctionArgExpr::Wildcard] if name == "count" => Term::public(lit(1_i64)),
            [FunctionArgExpr::Expr(argument)] => self.term(argument)?,
            _ => return Err(not_offered(format!("this form of `{name}`"))),
        };
        let filtered = |e: Expr| -> Result<Expr, QueryError> {
            match &filter {
                Some(f) => Ok(e.filter(f.value.clone()).build()?),
                None => Ok(e),
            }
        };
        let call = function::aggregate(name, of.value.clone(), distinct)?;
        let value = self.summed(filtered(call)?, grouping);
        let nature = match (name, &of.nature) {
            (_, Nature::Public) | ("count", Nature::Linear(_)) if public_rows => Nature::Public,
            ("sum" | "avg", Nature::Linear(form)) if public_rows && !distinct => {
                let sum = self.source.forms.sum(form.clone());
                let mut form = self.summed(filtered(sum)?, grouping);
                if name == "avg" {
                    let count = filtered(aggregates::count(of.value.clone()))?;
                    let count = cast(self.summed(count, grouping), DataType::Float64);
                    form = self.source.forms.scaled(form, lit(1.0) / count);
                }
                Nature::Linear(form)
            }
            _ if public_rows => Nature::Noisy(Why::NotLinear),
            _ => Nature::Noisy(Why::Chosen),
        };
        Ok(Term { value, nature })
    }

    /// The column of what is added up; the same thing is added up once.
    fn summed(&mut self, sum: Expr, grouping: &mut Grouping) -> Expr {
        if let Some((_, name)) = grouping.sums.iter().find(|(e, _)| *e == sum) {
            return own(name);
        }
        let name = self.source.fresh();
        grouping.sums.push((sum, name.clone()));
        own(&name)
    }
}

/// A value that is no sum of estimates any more if any of its parts has noise.
fn worked_out(value: Expr, parts: &[&Term]) -> Term {
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

fn cases(
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

fn literal(value: &Value) -> Result<Term, QueryError> {
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
