//! The ledger in SQLite: append-only rows, each sealed by the hash of the one before.

use chrono::{DateTime, SecondsFormat, Utc};
use rusqlite::{Connection, TransactionBehavior, params};
use serde::Serialize;
use shumar_privacy::{Decision, KernelError, Ledger, Standing};
use shumar_schemas::ledger::{Charge, Entry, GENESIS, Head, Row, seal};
use shumar_schemas::release::{ChargeDocument, ReleaseDocument, YearDocument};
use shumar_store::{StoreError, Witness, enter, hold};

use crate::TransformError;

/// The ledger of a home.
pub(crate) struct SqliteLedger<'a> {
    register: &'a mut Connection,
    now: DateTime<Utc>,
}

impl<'a> SqliteLedger<'a> {
    pub(crate) fn new(register: &'a mut Connection, now: DateTime<Utc>) -> Self {
        Self { register, now }
    }
}

impl Ledger for SqliteLedger<'_> {
    fn transact(&mut self, decide: &mut Decision<'_>) -> Result<Vec<i64>, KernelError> {
        let broken = |e: rusqlite::Error| KernelError::Ledger(e.to_string());
        let transaction = self
            .register
            .transaction_with_behavior(TransactionBehavior::Immediate)
            .map_err(broken)?;
        let rows = read(&transaction)?;
        let witness = Witness::of(&transaction).map_err(kept)?;
        // Copies of this home on this machine wait for each other here, and see what the other did.
        let alone = witness.as_ref().map(Witness::alone).transpose();
        let _alone = alone.map_err(|busy| KernelError::Held(busy.to_string()))?;
        may_charge(&transaction, &rows)?;
        let additions = decide(&rows)?;
        let (mut seq, mut prev) =
            rows.last().map_or((0, GENESIS.to_owned()), |r| (r.seq, r.hash.clone()));
        let at = self.now.to_rfc3339_opts(SecondsFormat::Secs, true);
        let mut added = Vec::new();
        for (year, entry) in additions {
            let body =
                serde_json::to_string(&entry).map_err(|e| KernelError::Ledger(e.to_string()))?;
            seq += 1;
            let hash = seal(&prev, seq, &at, year, &body);
            let act = entry.name();
            transaction
                .execute(
                    "INSERT INTO ledger (seq, at, act, year, body, prev, hash)
                     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
                    params![seq, at, act, year, body, prev, hash],
                )
                .map_err(broken)?;
            added.push(seq);
            prev = hash;
        }
        if let (Some(first), Some(last)) = (added.first(), added.last()) {
            let detail = format!("ledger rows {first} to {last}");
            enter(&transaction, self.now, "charge", None, &detail).map_err(broken)?;
        }
        transaction.commit().map_err(broken)?;
        // Outside the database too, before any noise is drawn.
        if let (Some(witness), Some(seq)) = (witness, added.last()) {
            witness.note(&Head { seq: *seq, hash: prev }).map_err(kept)?;
        }
        Ok(added)
    }
}

#[expect(clippy::needless_pass_by_value, reason = "it maps errors")]
fn kept(e: StoreError) -> KernelError {
    KernelError::Ledger(e.to_string())
}

/// Refuses to charge in a home that was restored, or whose ledger is behind what was noted elsewhere.
pub(crate) fn may_charge(register: &Connection, rows: &[Row]) -> Result<(), KernelError> {
    match hold(register, rows).map_err(kept)? {
        Some(hold) => Err(KernelError::Held(hold.to_string())),
        None => Ok(()),
    }
}

/// All rows of the ledger, each checked against the seal of the one before.
///
/// # Errors
/// [`KernelError::Chain`] at the first row that does not fit.
pub fn rows(register: &Connection) -> Result<Vec<Row>, TransformError> {
    Ok(read(register)?)
}

fn read(register: &Connection) -> Result<Vec<Row>, KernelError> {
    let broken = |e: rusqlite::Error| KernelError::Ledger(e.to_string());
    let mut select = register
        .prepare("SELECT seq, at, year, body, hash FROM ledger ORDER BY seq")
        .map_err(broken)?;
    let mut found = select.query([]).map_err(broken)?;
    let mut rows: Vec<Row> = Vec::new();
    let (mut prev, mut expected) = (GENESIS.to_owned(), 1);
    while let Some(row) = found.next().map_err(broken)? {
        let get = |i| row.get::<_, String>(i).map_err(broken);
        let (seq, year): (i64, i32) = (row.get(0).map_err(broken)?, row.get(2).map_err(broken)?);
        let (at, body, hash) = (get(1)?, get(3)?, get(4)?);
        let entry = serde_json::from_str(&body).map_err(|_| KernelError::Chain { seq })?;
        // Numbers of rows that were lost with a database are not given again.
        let follows = seq == expected || (seq > expected && matches!(entry, Entry::Resume(_)));
        if !follows || seal(&prev, seq, &at, year, &body) != hash {
            return Err(KernelError::Chain { seq });
        }
        prev.clone_from(&hash);
        expected = seq + 1;
        rows.push(Row { seq, at, year, entry, hash });
    }
    Ok(rows)
}

/// The account of a reporting year.
#[must_use]
pub fn standing(rows: &[Row], year: i32) -> Option<Standing> {
    shumar_privacy::standing(rows, year)
}

/// One thing that was checked.
#[derive(Debug, Clone, Serialize)]
pub struct Check {
    /// What was checked.
    pub name: &'static str,
    /// Whether it holds.
    pub passed: bool,
    /// What was found.
    pub detail: String,
}

/// Checks a release against the home's ledger: the chain holds, every charge that the release
/// states is there as stated, and no year passes its budget.
#[must_use]
pub fn audit(register: &Connection, release: &ReleaseDocument) -> Vec<Check> {
    let rows = match read(register) {
        Ok(rows) => rows,
        Err(e) => {
            return vec![Check { name: "ledger chain", passed: false, detail: e.to_string() }];
        }
    };
    let detail = format!("{} rows, each sealed by the one before", rows.len());
    let mut checks = vec![Check { name: "ledger chain", passed: true, detail }];
    for year in &release.privacy.years {
        let missing = year.charges.iter().find(|c| !stands(&rows, year.year, c, release));
        checks.push(Check {
            name: "ledger paid",
            passed: missing.is_none() && (!year.charges.is_empty() || release.tables.is_empty()),
            detail: missing.map_or(
                format!(
                    "{}: {} charges stand in the ledger as stated",
                    year.year,
                    year.charges.len()
                ),
                |c| {
                    let what = format!("`{}` by {}", c.table, c.margin);
                    format!("{}: row {} does not pay for {what}", year.year, c.seq)
                },
            ),
        });
        let standing = standing(&rows, year.year);
        let within = standing.map_or(release.tables.is_empty(), |s| s.spent <= s.rules.budget);
        let detail = format!("{}: the worst pattern of records stays within the budget", year.year);
        checks.push(Check { name: "ledger within budget", passed: within, detail });
    }
    if !release.exact.is_empty() {
        let person = release.exact.iter().find(|e| charged(&rows, &e.kind));
        checks.push(Check {
            name: "ledger free of persons",
            passed: person.is_none(),
            detail: person
                .map_or("no kind that is published exactly was ever charged for".to_owned(), |e| {
                    format!("`{}` was charged for, and is published exactly", e.kind)
                }),
        });
    }
    checks
}

/// Whether any row ever charged a measurement of a kind: its records are those of persons.
pub(crate) fn charges_kind(register: &Connection, kind: &str) -> Result<bool, TransformError> {
    Ok(charged(&rows(register)?, kind))
}

fn charged(rows: &[Row], kind: &str) -> bool {
    rows.iter().any(|row| match &row.entry {
        Entry::Charge(c) => c.kind == kind,
        Entry::Resume(resumption) => {
            let recovered = resumption.years.iter().flat_map(|y| &y.recovered);
            recovered.into_iter().any(|r| r.charge.kind == kind)
        }
        Entry::Open(_) => false,
    })
}

/// Whether every charge that a release states stands in the ledger as stated.
pub(crate) fn paid(rows: &[Row], release: &ReleaseDocument) -> bool {
    let of_year = |y: &YearDocument| y.charges.iter().all(|c| stands(rows, y.year, c, release));
    release.privacy.years.iter().all(of_year)
}

/// Whether a stated charge stands in the ledger: as a row, or as one that was lost and charged again.
pub(crate) fn stands(
    rows: &[Row],
    year: i32,
    stated: &ChargeDocument,
    release: &ReleaseDocument,
) -> bool {
    rows.iter().any(|row| match &row.entry {
        Entry::Charge(c) => row.seq == stated.seq && row.year == year && same(c, stated, release),
        Entry::Resume(resumption) => resumption.year(year).is_some_and(|y| {
            y.recovered.iter().any(|r| r.seq == stated.seq && same(&r.charge, stated, release))
        }),
        Entry::Open(_) => false,
    })
}

fn same(charge: &Charge, stated: &ChargeDocument, release: &ReleaseDocument) -> bool {
    charge.release == release.id
        && charge.table == stated.table
        && charge.margin == stated.margin
        && charge.unit == stated.unit_loss
        && charge.bound == stated.bound
        && charge.covered_by == stated.covered_by
}

#[cfg(test)]
mod tests;
