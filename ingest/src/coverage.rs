//! Which facility reported which month: kept in the register, asked for by `status`.
//!
//! A facility has reported a period when a batch that counts has rows of it, when a file said
//! that it covers it, or when the facility said that there was no case.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use rusqlite::{Connection, Transaction, TransactionBehavior, params};
use shumar_schemas::code::fold;
use shumar_schemas::config::{Expects, Standing};
use shumar_schemas::{Config, Label, Provider, SchemaError, YearMonth};

use crate::{IngestError, Sent};

/// Finds the facility that a word of the provider means.
#[derive(Debug, Clone)]
pub struct Facilities {
    ids: Vec<String>,
    /// `None` where two facilities share a word.
    words: HashMap<String, Option<usize>>,
}

impl Facilities {
    /// The facilities of a provider, by id, by name in any language, and by its own words.
    #[must_use]
    pub fn of(provider: &Provider) -> Self {
        let all = provider.reporting();
        let mut words: HashMap<String, Option<usize>> = HashMap::new();
        let mut add = |word: &str, place: usize| {
            let entry = words.entry(fold(word)).or_insert(Some(place));
            if *entry != Some(place) {
                *entry = None;
            }
        };
        for (place, facility) in all.iter().enumerate() {
            add(&facility.id, place);
            facility.name.iter().for_each(|(_, name)| add(name, place));
        }
        let ids: Vec<String> = all.into_iter().map(|f| f.id).collect();
        // The provider's own words stand above names that happen to be alike.
        for (word, id) in &provider.facility_codes {
            words.insert(fold(word), ids.iter().position(|known| known == id));
        }
        Self { ids, words }
    }

    /// The place of the facility that a word means; `None` when it means none or several.
    #[must_use]
    pub fn find(&self, word: &str) -> Option<usize> {
        let folded = fold(word);
        if folded.is_empty() { None } else { self.words.get(&folded).copied().flatten() }
    }

    /// The id of the facility at a place.
    #[must_use]
    pub fn id(&self, place: usize) -> &str {
        self.ids.get(place).map_or("", String::as_str)
    }
}

/// Rows of a facility in a month.
pub type Covered = (String, YearMonth, u64);

/// Counts the rows of a batch by facility and month.
#[derive(Debug, Default)]
pub struct Counter {
    rows: hashbrown::HashMap<(usize, i32), u64>,
    /// The last cell, kept apart: rows of one month follow each other.
    last: (usize, i32),
    run: u64,
}

impl Counter {
    /// Counts a row by the place of its facility and the days to its event's month.
    pub fn add(&mut self, facility: usize, days: i32) {
        if self.last != (facility, days) {
            self.settle();
            self.last = (facility, days);
        }
        self.run += 1;
    }

    /// Adds another counter's rows.
    pub fn merge(&mut self, mut other: Self) {
        self.settle();
        other.settle();
        for (cell, n) in other.rows {
            *self.rows.entry(cell).or_insert(0) += n;
        }
    }

    fn settle(&mut self) {
        if self.run > 0 {
            *self.rows.entry(self.last).or_insert(0) += self.run;
            self.run = 0;
        }
    }

    /// The counts, in order.
    #[must_use]
    pub fn finish(mut self, facilities: &Facilities) -> Vec<Covered> {
        self.settle();
        let cell = |((facility, days), rows): (&(usize, i32), &u64)| {
            let month = YearMonth::from_days(*days)?;
            Some((facilities.id(*facility).to_owned(), month, *rows))
        };
        let mut all: Vec<Covered> = self.rows.iter().filter_map(cell).collect();
        all.sort();
        all
    }
}

/// Enters what a batch covers. Rows are added up; a month without rows is one that the file
/// itself says it covers.
///
/// # Errors
/// A failure of the register.
pub fn enter(
    register: &Connection,
    batch: i64,
    covered: &[(&str, YearMonth, u64)],
) -> Result<(), IngestError> {
    let mut insert = register.prepare(
        "INSERT INTO coverage (batch, facility, month, rows) VALUES (?1, ?2, ?3, ?4)
         ON CONFLICT DO UPDATE SET rows = rows + excluded.rows",
    )?;
    for (facility, month, rows) in covered {
        insert.execute(params![batch, facility, month.to_string(), rows])?;
    }
    Ok(())
}

/// Whether a batch covers every month that a file says it covers, for each facility.
pub(crate) fn covers(
    register: &Connection,
    batch: i64,
    sent: &Sent<'_>,
) -> Result<bool, IngestError> {
    let sql = "SELECT EXISTS
         (SELECT 1 FROM coverage WHERE batch = ?1 AND facility = ?2 AND month = ?3)";
    let mut select = register.prepare(sql)?;
    for facility in sent.provider.reporting() {
        for month in sent.covers {
            let about = params![batch, facility.id, month.to_string()];
            if !select.query_row(about, |r| r.get::<_, bool>(0))? {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

/// The batch that a file without a row is already: the same bytes, for the same months. An office
/// that has nothing to report may send the same header every month.
pub(crate) fn nothing_before(
    register: &Connection,
    sha256: &str,
    sent: &Sent<'_>,
) -> Result<Option<i64>, IngestError> {
    let sql = "SELECT id FROM batch WHERE provider = ?1 AND sha256 = ?2 AND rows = 0
         AND state = 'active' AND id IS NOT ?3 ORDER BY id";
    let mut select = register.prepare(sql)?;
    let same = params![sent.provider.id, sha256, sent.replaces];
    let found = select.query_map(same, |r| r.get(0))?.collect::<Result<Vec<i64>, _>>()?;
    for batch in found {
        if covers(register, batch, sent)? {
            return Ok(Some(batch));
        }
    }
    Ok(None)
}

/// How one facility stands with the reports expected of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FacilityStanding {
    /// The provider through which it reports.
    pub provider: String,
    /// The kind of its records.
    pub kind: String,
    /// Its id.
    pub facility: String,
    /// Its name.
    pub name: Label,
    /// What is expected of it.
    pub expects: Expects,
    /// The expected periods that are over, by their first month, and how it stands with each.
    pub periods: Vec<(YearMonth, Standing)>,
}

impl FacilityStanding {
    /// The periods with a standing that fits, in words: `2025-03`, `2025-Q1`.
    pub fn periods_where(&self, fits: fn(Standing) -> bool) -> Vec<String> {
        let found = self.periods.iter().filter(|(_, standing)| fits(*standing));
        found.map(|(start, _)| self.expects.every.period(*start)).collect()
    }

    /// The first period that is late, and by how many days.
    #[must_use]
    pub fn late_since(&self) -> Option<(String, u32)> {
        self.periods.iter().find_map(|(start, standing)| match standing {
            Standing::Late(days) => Some((self.expects.every.period(*start), *days)),
            _ => None,
        })
    }
}

/// How every facility stands of which reports are expected, in the order of the settings.
///
/// # Errors
/// A failure of the register.
pub fn standing(
    register: &Connection,
    config: &Config,
    today: NaiveDate,
) -> Result<Vec<FacilityStanding>, IngestError> {
    let mut all = Vec::new();
    for provider in &config.providers {
        let Some(expects) = provider.expects else { continue };
        let reported = reported(register, &provider.id)?;
        let nil = nil_returns(register, &provider.id)?;
        for facility in provider.reporting() {
            let has = |of: &BTreeMap<String, BTreeSet<YearMonth>>, start| {
                let months = of.get(&facility.id);
                months.is_some_and(|m| m.iter().any(|m| expects.every.start(*m) == start))
            };
            let stands = |start| match () {
                () if has(&reported, start) => Standing::Reported,
                () if has(&nil, start) => Standing::Nil,
                () => expects.missing(start, today),
            };
            all.push(FacilityStanding {
                provider: provider.id.clone(),
                kind: provider.kind.clone(),
                name: facility.label(),
                expects,
                periods: expects.over(today).map(|start| (start, stands(start))).collect(),
                facility: facility.id,
            });
        }
    }
    Ok(all)
}

/// The months that a provider's facilities have reported, in batches that still count.
fn reported(
    register: &Connection,
    provider: &str,
) -> Result<BTreeMap<String, BTreeSet<YearMonth>>, IngestError> {
    months(
        register,
        "SELECT DISTINCT facility, month FROM coverage JOIN batch ON batch.id = coverage.batch
         WHERE batch.provider = ?1 AND batch.state = 'active'",
        provider,
    )
}

fn nil_returns(
    register: &Connection,
    provider: &str,
) -> Result<BTreeMap<String, BTreeSet<YearMonth>>, IngestError> {
    months(register, "SELECT facility, month FROM nil_return WHERE provider = ?1", provider)
}

fn months(
    register: &Connection,
    sql: &str,
    provider: &str,
) -> Result<BTreeMap<String, BTreeSet<YearMonth>>, IngestError> {
    let mut months: BTreeMap<String, BTreeSet<YearMonth>> = BTreeMap::new();
    let mut select = register.prepare(sql)?;
    let mut rows = select.query([provider])?;
    while let Some(row) = rows.next()? {
        let month: String = row.get(1)?;
        months.entry(row.get(0)?).or_default().insert(month.parse()?);
    }
    Ok(months)
}

/// What became of a nil return.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Noted {
    /// It was entered or taken back now.
    Now,
    /// It was so already.
    Before,
}

/// A report that a facility had no case in a period, or its taking back.
#[derive(Debug, Clone, Copy)]
pub struct NilReturn<'a> {
    /// The provider.
    pub provider: &'a Provider,
    /// The facility's id.
    pub facility: &'a str,
    /// Any month of the period.
    pub month: YearMonth,
}

impl NilReturn<'_> {
    /// The first month of its period, and the period in words.
    ///
    /// # Errors
    /// A provider of which nothing is expected, or a month that is not expected or not over.
    fn period(&self, now: DateTime<Utc>) -> Result<(YearMonth, String), IngestError> {
        let place = format!("provider `{}`", self.provider.id);
        let refuse =
            |what: String, hint: &str| Err(SchemaError::invalid(&place, what, hint).into());
        let Some(expects) = self.provider.expects else {
            let hint =
                "say in `shumar.toml` what is: expects = { every = \"month\", from = \"2025-01\" }";
            return refuse("no report is expected of it".to_owned(), hint);
        };
        let start = expects.every.start(self.month);
        let period = expects.every.period(start);
        if !expects.periods(self.month, self.month).any(|m| m == start) {
            return refuse(format!("no report of {period} is expected of it"), "check the month");
        }
        if !expects.over(now.date_naive()).any(|m| m == start) {
            return refuse(format!("{period} is not over yet"), "report it when it is");
        }
        Ok((start, period))
    }

    /// Enters it.
    ///
    /// # Errors
    /// A period that is not expected, not over, or of which records have arrived.
    pub fn enter(&self, register: &Connection, now: DateTime<Utc>) -> Result<Noted, IngestError> {
        let (start, period) = self.period(now)?;
        // Nothing lands between the look and the entry.
        let entered = Transaction::new_unchecked(register, TransactionBehavior::Immediate)?;
        if self.rows(register, start)? {
            let what = format!("records of {period} have arrived from `{}`", self.facility);
            let hint = "a facility with records has cases; withdraw the file first if it is wrong";
            let place = format!("provider `{}`", self.provider.id);
            return Err(SchemaError::invalid(place, what, hint).into());
        }
        let sql = "INSERT OR IGNORE INTO nil_return (provider, facility, month, at) VALUES (?1, ?2, ?3, ?4)";
        let at = now.to_rfc3339_opts(SecondsFormat::Secs, true);
        let values = params![self.provider.id, self.facility, start.to_string(), at];
        let noted = self.noted(register.execute(sql, values)?, register, "nil", start)?;
        shumar_fault::point("nil.before-commit");
        entered.commit()?;
        shumar_fault::point("nil.committed");
        Ok(noted)
    }

    /// Takes it back.
    ///
    /// # Errors
    /// A failure of the register.
    pub fn take_back(&self, register: &Connection) -> Result<Noted, IngestError> {
        let start = self.provider.expects.map_or(self.month, |e| e.every.start(self.month));
        let sql = "DELETE FROM nil_return WHERE provider = ?1 AND facility = ?2 AND month = ?3";
        let values = params![self.provider.id, self.facility, start.to_string()];
        self.noted(register.execute(sql, values)?, register, "nil undone", start)
    }

    /// Enters the act, if anything was changed.
    fn noted(
        &self,
        changed: usize,
        register: &Connection,
        what: &str,
        start: YearMonth,
    ) -> Result<Noted, IngestError> {
        if changed == 0 {
            return Ok(Noted::Before);
        }
        let detail = format!("{}, {}, {start}", self.provider.id, self.facility);
        crate::act::enter(register, Utc::now(), what, None, &detail)?;
        Ok(Noted::Now)
    }

    /// Whether records of the period have arrived from the facility.
    fn rows(&self, register: &Connection, start: YearMonth) -> Result<bool, IngestError> {
        let mut select = register.prepare(
            "SELECT month FROM coverage JOIN batch ON batch.id = coverage.batch
             WHERE provider = ?1 AND facility = ?2 AND state = 'active' AND coverage.rows > 0",
        )?;
        let mut rows = select.query(params![self.provider.id, self.facility])?;
        let Some(expects) = self.provider.expects else { return Ok(false) };
        while let Some(row) = rows.next()? {
            let month: YearMonth = row.get::<_, String>(0)?.parse()?;
            if expects.every.start(month) == start {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
