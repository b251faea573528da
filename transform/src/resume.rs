//! Going on from a backup: what was spent after it is charged again as far as evidence shows it, and what
//! nobody can tell counts as spent, unless an officer declares that there was nothing.

use std::collections::BTreeSet;

use chrono::{Datelike, SecondsFormat};
use rusqlite::{Connection, Transaction, TransactionBehavior, params};
use shumar_privacy::standing;
use shumar_schemas::ledger::{
    Amounts, Charge, Entry, GENESIS, Head, Lost, Recovered, Resumed, Resumption, Row, Rules, Share,
    seal,
};
use shumar_schemas::release::{ChargeDocument, DOCUMENT, ReleaseDocument, YearDocument};
use shumar_store::{Witness, enter, hold, who};

use crate::export::Export;
use crate::ledger::{paid, rows, stands};
use crate::release::lock;
use crate::{TransformError, Workshop, folder, lake};

/// What is said and shown of the time after a backup.
#[derive(Debug, Clone, Copy)]
pub struct Resuming<'a> {
    /// Why, in the officer's words.
    pub reason: &'a str,
    /// Whether it is declared that nothing was spent but what the evidence shows.
    pub declared: bool,
    /// Signed releases that stand in the home; each was verified.
    pub releases: &'a [ReleaseDocument],
    /// A ledger that was exported later than the backup.
    pub export: Option<&'a Export>,
}

/// Enters into the ledger what was spent after the backup that the home goes on from.
///
/// # Privacy
/// Charges what was lost as it was charged, and without a declaration the rest of every year.
///
/// # Errors
/// [`TransformError::Resume`] when there is nothing to resume, or the evidence does not bear what is
/// declared.
pub fn resume(
    workshop: &Workshop<'_>,
    register: &mut Connection,
    resuming: &Resuming<'_>,
) -> Result<Resumption, TransformError> {
    let releases = workshop.home.join("releases");
    std::fs::create_dir_all(&releases).map_err(TransformError::write(&releases))?;
    let _lock = lock(&releases.join(".lock"))?;
    lake::same_lineage(workshop.home, register)?;
    let transaction = register.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let witness = Witness::of(&transaction)?;
    let _alone = witness.as_ref().map(Witness::alone).transpose()?;
    let before = rows(&transaction)?;
    let unpaid = |ledger: &[Row]| resuming.releases.iter().any(|r| !paid(ledger, r));
    if hold(&transaction, &before)?.is_none() && !unpaid(&before) {
        return refuse(
            "this home was not restored, and its ledger is not behind",
            "nothing was changed; releases can be made as always",
        );
    }
    if resuming.reason.trim().is_empty() {
        return refuse("no reason is given", "say in a few words what happened, with `--reason`");
    }
    if let Some(export) = resuming.export {
        export.append(&transaction, &before)?;
    }
    let ledger = rows(&transaction)?;
    let later = ledger.get(before.len()..).unwrap_or_default();
    let mut resumption = Resumption {
        who: who(),
        reason: resuming.reason.trim().to_owned(),
        restored: shumar_store::restored(&transaction)?.map(|(act, _, _)| act),
        seen: seen(witness.as_ref(), &ledger),
        evidence: Vec::new(),
        declared: resuming.declared,
        years: open_years(&ledger),
        closed_to: None,
    };
    if let Some(row) = later.last() {
        resumption.evidence.push(format!("an exported ledger to row {}", row.seq));
    }
    for resumed in &mut resumption.years {
        let of_year = |r: &Row| r.year == resumed.year && matches!(r.entry, Entry::Charge(_));
        resumed.apart = later.iter().any(of_year);
    }
    for release in resuming.releases.iter().filter(|r| !paid(&ledger, r)) {
        recover(workshop, &ledger, release, &mut resumption.years)?;
        resumption.evidence.push(format!("release {}", release.id));
    }
    if resuming.declared {
        borne_out(&ledger, &resumption)?;
    } else {
        write_off(workshop, &ledger, &mut resumption);
    }
    let head = append(&transaction, workshop, &ledger, &resumption)?;
    for release in resuming.releases {
        list(&transaction, workshop, release)?;
    }
    shumar_fault::point("resume.before-commit");
    transaction.commit()?;
    shumar_fault::point("resume.committed");
    if let Some(witness) = witness {
        witness.note(&head)?;
    }
    Ok(resumption)
}

fn refuse<T>(what: impl Into<String>, hint: &'static str) -> Result<T, TransformError> {
    Err(TransformError::Resume { what: what.into(), hint })
}

/// Later ends of the ledger that were noted outside the database.
fn seen(witness: Option<&Witness>, ledger: &[Row]) -> Vec<Head> {
    let noted = witness.map(|w| w.seen().into_iter().map(|(head, _)| head).collect::<Vec<_>>());
    let mut strange = noted.unwrap_or_default();
    strange.retain(|h| h.seq > 0 && !ledger.iter().any(|r| r.seq == h.seq && r.hash == h.hash));
    strange.sort_by_key(|h| h.seq);
    strange.dedup();
    strange
}

/// Every year that the ledger has opened, with nothing said of it yet.
fn open_years(ledger: &[Row]) -> Vec<Resumed> {
    let years: BTreeSet<i32> = ledger.iter().flat_map(Row::years).collect();
    years.into_iter().map(nothing_of).collect()
}

fn nothing_of(year: i32) -> Resumed {
    Resumed { year, rules: None, recovered: Vec::new(), apart: false, lost: None }
}

/// Charges a release again, as it states.
fn recover(
    workshop: &Workshop<'_>,
    ledger: &[Row],
    release: &ReleaseDocument,
    years: &mut Vec<Resumed>,
) -> Result<(), TransformError> {
    for stated in &release.privacy.years {
        let known = standing(ledger, stated.year).map(|s| s.rules);
        let rules = known.clone().unwrap_or_else(|| Rules::from(&workshop.config.privacy));
        let of = &release.privacy;
        let same = rules.family == of.family && rules.bounds == of.bounds;
        if !same || rules.budget != stated.budget {
            return refuse(
                format!("`{}` was made under other rules of {}", release.id, stated.year),
                "write the family, budget and bounds that the release states into `shumar.toml` and run the command again",
            );
        }
        let place = years.iter().position(|y| y.year == stated.year).unwrap_or_else(|| {
            years.push(nothing_of(stated.year));
            years.len() - 1
        });
        let resumed = &mut years[place];
        if known.is_none() {
            resumed.rules = Some(rules);
        }
        resumed.apart = true;
        for charge in &stated.charges {
            if !stands(ledger, stated.year, charge, release) {
                charge_again(ledger, release, stated, charge, &mut resumed.recovered);
            }
        }
    }
    years.sort_by_key(|y| y.year);
    Ok(())
}

fn charge_again(
    ledger: &[Row],
    release: &ReleaseDocument,
    year: &YearDocument,
    stated: &ChargeDocument,
    recovered: &mut Vec<Recovered>,
) {
    let table = release.tables.iter().find(|t| t.id == stated.table);
    let charge = Charge {
        release: release.id.clone(),
        series: release.release.clone(),
        period: release.period.clone(),
        table: stated.table.clone(),
        margin: stated.margin.clone(),
        fingerprint: table.map(|t| t.fingerprint.clone()).unwrap_or_default(),
        kind: table.map(|t| t.kind.clone()).unwrap_or_default(),
        bound: stated.bound,
        unit: stated.unit_loss,
        share: Share::ALL
            .into_iter()
            .find(|s| s.name() == stated.share)
            .unwrap_or(Share::Scheduled),
        covered_by: stated.covered_by,
    };
    if let Some(cover) = stated.covered_by {
        let pays = |seq: i64, c: &Charge| {
            let same = c.table == charge.table && c.margin == charge.margin;
            seq == cover && same && c.covered_by.is_none()
        };
        let in_ledger = ledger.iter().any(|row| match &row.entry {
            Entry::Charge(c) => row.year == year.year && pays(row.seq, c),
            Entry::Resume(r) => r
                .year(year.year)
                .is_some_and(|y| y.recovered.iter().any(|r| pays(r.seq, &r.charge))),
            Entry::Open(_) => false,
        });
        if !in_ledger && !recovered.iter().any(|r| pays(r.seq, &r.charge)) {
            // The release whose charge covers this one was not given: what it paid is known all the same.
            let unknown = "not given".to_owned();
            let covering = Charge {
                release: unknown.clone(),
                period: unknown,
                covered_by: None,
                ..charge.clone()
            };
            recovered.push(Recovered { seq: cover, charge: covering });
        }
    }
    // The release itself stands in the place of what was taken for it before.
    recovered.retain(|r| r.seq != stated.seq || r.charge.release != "not given");
    recovered.push(Recovered { seq: stated.seq, charge });
}

/// Refuses a declaration that is not true: rows of the ledger were written that the evidence does not show.
fn borne_out(ledger: &[Row], resumption: &Resumption) -> Result<(), TransformError> {
    let last = ledger.last().map_or(0, |r| r.seq);
    let shown: BTreeSet<i64> =
        resumption.years.iter().flat_map(|y| y.recovered.iter().map(|r| r.seq)).collect();
    // The first charge of a year comes after a row that opens it.
    let opened = resumption.years.iter().filter(|y| y.rules.is_some()).count();
    for head in &resumption.seen {
        let missing = (last + 1..=head.seq).filter(|seq| !shown.contains(seq)).count();
        if head.seq <= last || missing > opened {
            return refuse(
                format!(
                    "something was spent that the evidence does not show: the ledger had come to row {} when it was last noted",
                    head.seq
                ),
                "give all releases that were made since with `--releases DIR`, or the newest `--ledger FILE`; without them leave out `--nothing-was-spent`, and the rest of every year counts as spent",
            );
        }
    }
    Ok(())
}

/// Counts the rest of every year as spent.
fn write_off(workshop: &Workshop<'_>, ledger: &[Row], resumption: &mut Resumption) {
    resumption.closed_to = Some(workshop.now.year());
    resumption.years.iter_mut().for_each(|y| y.apart = true);
    let mut trial = ledger.to_vec();
    trial.push(Row {
        seq: 0,
        at: String::new(),
        year: workshop.now.year(),
        entry: Entry::Resume(Box::new(resumption.clone())),
        hash: String::new(),
    });
    for resumed in &mut resumption.years {
        let Some(account) = standing(&trial, resumed.year) else { continue };
        let [scheduled, rti, revisions] = account.by_share;
        let shares = account.rules.shares;
        resumed.lost = Some(Lost {
            total: account.rules.budget.minus(account.spent).unwrap_or_default(),
            shares: Amounts {
                scheduled: shares.scheduled.minus(scheduled).unwrap_or_default(),
                rti: shares.rti.minus(rti).unwrap_or_default(),
                revisions: shares.revisions.minus(revisions).unwrap_or_default(),
            },
        });
    }
}

/// Adds the entry, with a number beyond all that are known of, so that none is given twice.
fn append(
    transaction: &Transaction<'_>,
    workshop: &Workshop<'_>,
    ledger: &[Row],
    resumption: &Resumption,
) -> Result<Head, TransformError> {
    let (last, prev) = ledger.last().map_or((0, GENESIS), |r| (r.seq, r.hash.as_str()));
    let shown = resumption.years.iter().flat_map(|y| &y.recovered).map(|r| r.seq);
    let seq = shown.chain(resumption.seen.iter().map(|h| h.seq)).fold(last, i64::max) + 1;
    let entry = Entry::Resume(Box::new(resumption.clone()));
    let (body, year) = (serde_json::to_string(&entry)?, workshop.now.year());
    let at = workshop.now.to_rfc3339_opts(SecondsFormat::Secs, true);
    let hash = seal(prev, seq, &at, year, &body);
    transaction.execute(
        "INSERT INTO ledger (seq, at, act, year, body, prev, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![seq, at, entry.name(), year, body, prev, hash],
    )?;
    let detail = format!("ledger row {seq}: {}", resumption.reason);
    enter(transaction, workshop.now, "resume", None, &detail)?;
    Ok(Head { seq, hash })
}

/// Lists a release that stands in the home, unless it is listed.
fn list(
    transaction: &Transaction<'_>,
    workshop: &Workshop<'_>,
    release: &ReleaseDocument,
) -> Result<(), TransformError> {
    let document = workshop.home.join("releases").join(&release.id).join(DOCUMENT);
    let at = workshop.now.to_rfc3339_opts(SecondsFormat::Secs, true);
    transaction.execute(
        "INSERT OR IGNORE INTO release (id, release, period, sha256, at, act) VALUES (?1, ?2, ?3, ?4, ?5, 0)",
        params![release.id, release.release, release.period, folder::digest(&document)?, at],
    )?;
    Ok(())
}
