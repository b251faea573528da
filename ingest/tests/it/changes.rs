//! What is done to a home after files have arrived: corrections, withdrawals, charges.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension, params};
use shumar_ingest::{Arrival, Batch, IngestError, Sent, Withdrawn};
use shumar_schemas::ledger::{Charge, Entry, GENESIS, Share, seal};
use shumar_schemas::{Nano, Period};

use crate::support::{HEADER, Home};

impl Home {
    /// Sends a provider's file, as a correction of a batch if one is named.
    pub(crate) fn send(
        &mut self,
        provider: usize,
        file: &Path,
        replaces: Option<i64>,
    ) -> Result<Arrival, IngestError> {
        let mut register = self.lend();
        let (key, covers) = (self.key(), [].as_slice());
        let sent = Sent { provider: &self.config.providers[provider], file, replaces, covers };
        let arrival = shumar_ingest::ingest(&self.office(&key), &mut register, sent, &mut |_| {});
        self.register = register;
        arrival
    }

    /// What a check says of a correction.
    pub(crate) fn check_replacing(
        &self,
        file: &Path,
        replaces: i64,
    ) -> Result<Arrival, IngestError> {
        let key = self.key();
        let sent = Sent { replaces: Some(replaces), ..self.sent(file) };
        shumar_ingest::check(&self.office(&key), &self.register, sent, &mut |_| {})
    }

    /// Rows that correct a batch of the first provider.
    pub(crate) fn correct(&mut self, batch: i64, name: &str, rows: &str) -> Batch {
        let file = self.file(name, &format!("{HEADER}{rows}"));
        match self.send(0, &file, Some(batch)) {
            Ok(Arrival::Landed(batch)) => batch,
            other => panic!("did not land: {other:?}"),
        }
    }

    pub(crate) fn withdraw(&mut self, batch: i64) -> Result<Withdrawn, IngestError> {
        let mut register = self.lend();
        let key = self.key();
        let gone = shumar_ingest::withdraw(&self.office(&key), &mut register, batch, "a test");
        self.register = register;
        gone
    }

    fn lend(&mut self) -> Connection {
        let nothing = Connection::open_in_memory().expect("a database");
        std::mem::replace(&mut self.register, nothing)
    }

    /// Enters the charge of one table of a release into the ledger, sealed as ever.
    pub(crate) fn charge(&self, series: &str, kind: &str, period: &str) {
        charge(&self.register, series, kind, period.parse().expect("a period"));
    }

    /// Every record in the lake: district, month, batch and the two places, in order.
    pub(crate) fn seen(&self) -> Vec<(String, String, i32, i32, i32)> {
        let districts = self.catalog.list("district", "the test").expect("a list");
        let name = |code: &str| {
            let place = districts.position(code).expect("a district");
            districts.codes()[place].label.en().to_lowercase()
        };
        let lake = self.lake().into_iter();
        let mut seen: Vec<_> = lake
            .map(|r| (name(&r.district), r.month.to_string(), r.batch, r.kind, r.year))
            .collect();
        seen.sort_unstable();
        seen
    }

    /// All rows of a query, each as one text.
    pub(crate) fn rows(&self, sql: &str) -> Vec<String> {
        let mut select = self.register.prepare(sql).expect("a query");
        let rows = select.query_map([], |r| r.get(0)).expect("rows");
        rows.map(|r| r.expect("a text")).collect()
    }
}

/// Enters the charge of one table of a release into a ledger, once for each of its years.
pub(crate) fn charge(register: &Connection, series: &str, kind: &str, period: Period) {
    for year in period.years() {
        let last = "SELECT seq, hash FROM ledger ORDER BY seq DESC LIMIT 1";
        let last = register.query_row(last, [], |r| Ok((r.get::<_, i64>(0)?, r.get(1)?)));
        let (seq, prev): (i64, String) =
            last.optional().expect("a row").unwrap_or((0, GENESIS.to_owned()));
        let entry = Entry::Charge(Charge {
            release: format!("{series}-{}", period.slug()),
            series: series.to_owned(),
            period: period.to_string(),
            table: format!("{kind}-table"),
            margin: "total".to_owned(),
            fingerprint: "0".repeat(64),
            kind: kind.to_owned(),
            bound: 3,
            unit: Nano::new(100_000_000),
            share: Share::Scheduled,
            covered_by: None,
        });
        let body = serde_json::to_string(&entry).expect("JSON");
        let (seq, at) = (seq + 1, "2026-11-21T09:00:00Z");
        let hash = seal(&prev, seq, at, year, &body);
        let insert = "INSERT INTO ledger (seq, at, act, year, body, prev, hash)
                      VALUES (?1, ?2, 'charge', ?3, ?4, ?5, ?6)";
        register.execute(insert, params![seq, at, year, body, prev, hash]).expect("a charge");
    }
}
