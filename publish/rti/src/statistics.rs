//! How the desk did: requests by year and by quarter of receipt. They are about an office's work
//! and not about survivors, so they carry no noise.

use std::collections::BTreeMap;

use shumar_schemas::disclosure::{GroundDocument, PeriodDocument, RefusedDocument};

use crate::{Day, Desk, Outcome, Request, RtiError};

impl Desk<'_> {
    /// Requests by year and by quarter of receipt, the newest first.
    ///
    /// # Errors
    /// The database's.
    pub fn statistics(&self) -> Result<Vec<PeriodDocument>, RtiError> {
        Ok(periods(&self.all()?, self.today()))
    }
}

/// Requests by year and by quarter of receipt, the newest first.
pub(crate) fn periods(requests: &[Request], today: Day) -> Vec<PeriodDocument> {
    let mut all: BTreeMap<(i32, u32), PeriodDocument> = BTreeMap::new();
    for request in requests {
        let (year, quarter) = (request.received.year(), request.received.quarter());
        // The year stands before its quarters when the newest comes first.
        for key in [(year, u32::MAX), (year, quarter)] {
            let period = all.entry(key).or_insert_with(|| {
                let period =
                    if key.1 == u32::MAX { year.to_string() } else { format!("{year}-Q{quarter}") };
                PeriodDocument { period, ..PeriodDocument::default() }
            });
            count(period, request, today);
        }
    }
    all.into_values().rev().collect()
}

fn count(period: &mut PeriodDocument, request: &Request, today: Day) {
    period.received += 1;
    match (request.first_decided_on, request.last_day()) {
        (Some(decided), Some(last)) if decided <= last => period.on_time += 1,
        (Some(_), Some(_)) => period.late += 1,
        (Some(_), None) => period.undated += 1,
        (None, Some(last)) if today > last => period.overdue += 1,
        (None, _) => period.open += 1,
    }
    period.transferred += u64::from(request.transfer.is_some());
    let Some(decision) = &request.decision else { return };
    match decision.outcome {
        Outcome::Released => period.released += 1,
        Outcome::PartReleased => period.part_released += 1,
        Outcome::NotHeld => period.not_held += 1,
        Outcome::Refused => period.refused += 1,
    }
    if let Some(refusal) = &decision.refusal {
        let ground =
            RefusedDocument { section: refusal.section.clone(), title: refusal.title.clone() };
        match period.refused_by.iter_mut().find(|g| g.ground == ground) {
            Some(known) => known.requests += 1,
            None => period.refused_by.push(GroundDocument { ground, requests: 1 }),
        }
        period.refused_by.sort_by(|a, b| a.ground.section.cmp(&b.ground.section));
    }
}
