//! From text to one SELECT, and nothing else.

use sqlparser::ast::{Query, Statement};
use sqlparser::dialect::GenericDialect;
use sqlparser::keywords::Keyword;
use sqlparser::parser::Parser;
use sqlparser::tokenizer::{Token, Tokenizer};

use crate::error::{QueryError, not_offered};

/// Longest query.
const BYTES_MAX: usize = 100_000;

/// The one query of a text.
pub(crate) fn query(sql: &str) -> Result<Query, QueryError> {
    if sql.len() > BYTES_MAX {
        return Err(not_offered("a query of more than 100,000 characters"));
    }
    let unread = |e: sqlparser::parser::ParserError| QueryError::Syntax { what: e.to_string() };
    let mut all = Parser::parse_sql(&GenericDialect {}, sql).map_err(unread)?;
    match (all.pop(), all.pop()) {
        (Some(Statement::Query(query)), None) => Ok(*query),
        (Some(_), None) => Err(not_offered("any statement but SELECT")),
        (None, _) => Err(QueryError::Syntax { what: "it is empty".to_owned() }),
        (Some(_), Some(_)) => Err(not_offered("more than one statement")),
    }
}

/// Whether a query may ask for the columns that take long to work out: by name, or by `*`.
pub(crate) fn wants_beside(sql: &str) -> bool {
    let tokens = Tokenizer::new(&GenericDialect {}, sql).tokenize().unwrap_or_default();
    let tokens: Vec<&Token> =
        tokens.iter().filter(|t| !matches!(t, Token::Whitespace(_))).collect();
    let named = |token: &&Token| match token {
        Token::Word(word) => {
            shumar_publish::tables::BESIDE.iter().any(|b| word.value.eq_ignore_ascii_case(b))
        }
        _ => false,
    };
    let all = |pair: &[&Token]| match pair {
        [Token::Word(word), Token::Mul] => {
            matches!(word.keyword, Keyword::SELECT | Keyword::DISTINCT | Keyword::ALL)
        }
        [Token::Comma | Token::Period, Token::Mul] => true,
        _ => false,
    };
    tokens.iter().any(named) || tokens.windows(2).any(all)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_select_and_nothing_else() {
        assert!(query("SELECT 1").is_ok());
        for refused in [
            "COPY t TO 'x.csv'",
            "CREATE EXTERNAL TABLE t STORED AS CSV LOCATION '/etc/passwd'",
            "CREATE TABLE t AS SELECT 1",
            "INSERT INTO t VALUES (1)",
            "DROP TABLE t",
            "SET datafusion.execution.batch_size = 1",
            "SHOW ALL",
            "EXPLAIN SELECT 1",
            "SELECT 1; SELECT 2",
            "",
            "SELEC 1",
        ] {
            assert!(query(refused).is_err(), "{refused}");
        }
        assert!(query(&"(".repeat(5000)).is_err());
        assert!(query(&format!("SELECT {}1", "-".repeat(0) + &"(".repeat(3000))).is_err());
    }

    #[test]
    fn slow_columns_are_seen() {
        for slow in
            ["SELECT * FROM t", "SELECT t.* FROM t", "select a, * from t", "select Modelled from t"]
        {
            assert!(wants_beside(slow), "{slow}");
        }
        for fast in ["SELECT COUNT(*) FROM t", "SELECT a * 2 FROM t", "SELECT 'modelled' FROM t"] {
            assert!(!wants_beside(fast), "{fast}");
        }
    }
}
