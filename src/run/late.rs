//! Offices from which nothing has come: told by when files arrived, never by what is in them.
//!
//! `shumar status` tells analysts which facility has not reported which month. That follows from
//! rows, and where an office has one case in a month, from one person's row. What leaves the home,
//! in logs, hooks and metrics, must not: here a report is late when no file and no nil return has
//! come from the office since its period ended.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use rusqlite::Connection;
use serde::Serialize;
use shumar_schemas::{Config, Provider};

use crate::failure::Failure;

/// Reports of a month may come in its last days.
const EARLY_DAYS: i64 = 3;

/// An office from which nothing has come for some periods.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Late {
    /// The office.
    pub(crate) provider: String,
    /// The periods, `2025-03` or `2025-Q1`, the oldest first.
    pub(crate) periods: Vec<String>,
    /// How many days the day of the first is past.
    pub(crate) days: i64,
}

/// When the last file or nil return of each office came.
pub(crate) fn arrivals(register: &Connection) -> Result<BTreeMap<String, DateTime<Utc>>, Failure> {
    let sql = "SELECT provider, max(at) FROM
        (SELECT provider, arrived AS at FROM batch UNION ALL SELECT provider, at FROM nil_return)
        GROUP BY provider";
    let mut select = register.prepare(sql)?;
    let found = select.query_map([], |r| Ok((r.get::<_, String>(0)?, r.get::<_, String>(1)?)))?;
    let mut last = BTreeMap::new();
    for row in found {
        let (provider, at) = row?;
        if let Ok(at) = at.parse() {
            last.insert(provider, at);
        }
    }
    Ok(last)
}

/// The offices that are late on a day.
pub(crate) fn late(
    config: &Config,
    arrivals: &BTreeMap<String, DateTime<Utc>>,
    today: NaiveDate,
) -> Vec<Late> {
    let of = |p: &Provider| of_provider(p, arrivals.get(&p.id).copied(), today);
    config.providers.iter().filter_map(of).collect()
}

fn of_provider(provider: &Provider, last: Option<DateTime<Utc>>, today: NaiveDate) -> Option<Late> {
    let expects = provider.expects?;
    let since = last.map(|at| (at + TimeDelta::days(EARLY_DAYS)).date_naive());
    let silent = expects.over(today).filter_map(|start| {
        let due = expects.due(start)?;
        let ended = due.with_day_one()?;
        let late = due < today && since.is_none_or(|day| day < ended);
        late.then(|| (expects.every.period(start), (today - due).num_days()))
    });
    let silent: Vec<(String, i64)> = silent.collect();
    let days = silent.first()?.1;
    let periods = silent.into_iter().map(|(period, _)| period).collect();
    Some(Late { provider: provider.id.clone(), periods, days })
}

/// The first day of the month of a day.
trait FirstDay: Sized {
    fn with_day_one(self) -> Option<Self>;
}

impl FirstDay for NaiveDate {
    fn with_day_one(self) -> Option<Self> {
        chrono::Datelike::with_day(&self, 1)
    }
}

#[cfg(test)]
mod tests {
    use shumar_schemas::Catalog;

    use super::*;

    const HOME: &str = r#"
format = "shumar.home/1"
[commission]
name = { en = "Test" }
[privacy]
family = "laplace"
budget = "1"
bounds = { all = 3 }
[[providers]]
id = "cell"
kind = "police"
expects = { every = "month", from = "2025-01" }
fields = { report_month = "m", district = "d", offence_lead = "o" }
"#;

    fn periods(last: Option<&str>, today: &str) -> Vec<String> {
        let catalog = Catalog::new(&[]).expect("the built-in catalog");
        let config = Config::parse(HOME, &catalog).expect("a configuration");
        let last = last.map(|at| ("cell".to_owned(), at.parse().expect("a moment")));
        let all = late(&config, &last.into_iter().collect(), today.parse().expect("a day"));
        all.into_iter().flat_map(|l| l.periods).collect()
    }

    #[test]
    fn an_office_is_late_when_nothing_came_since_the_month_ended() {
        assert_eq!(periods(None, "2025-02-10"), Vec::<String>::new());
        assert_eq!(periods(None, "2025-02-11"), ["2025-01"]);
        assert_eq!(periods(None, "2025-03-11"), ["2025-01", "2025-02"]);
        assert_eq!(periods(Some("2025-02-05T08:00:00Z"), "2025-03-10"), Vec::<String>::new());
        assert_eq!(periods(Some("2025-02-05T08:00:00Z"), "2025-03-11"), ["2025-02"]);
        // A file of the last days of a month may be that month's.
        assert_eq!(periods(Some("2025-02-27T08:00:00Z"), "2025-03-11"), Vec::<String>::new());
        assert_eq!(periods(Some("2025-02-20T08:00:00Z"), "2025-03-11"), ["2025-02"]);
    }
}
