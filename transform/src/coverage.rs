//! How complete the offices' reports of a period are, from the register: facts about offices.

use std::collections::BTreeSet;

use rusqlite::Connection;
use shumar_schemas::config::{Every, Facility};
use shumar_schemas::release::{CodeDocument, CoverageDocument};
use shumar_schemas::{Period, Provider, Role, YearMonth};

use crate::{TransformError, Workshop};

/// A facility and the first month of a period that it has reported.
type Reported = BTreeSet<(String, YearMonth)>;

/// Every facility of which reports of these kinds are expected in the period.
pub(crate) fn compose(
    workshop: &Workshop<'_>,
    register: &Connection,
    period: Period,
    kinds: &BTreeSet<&str>,
) -> Result<Vec<CoverageDocument>, TransformError> {
    let (first, last) = period.months();
    let mut all = Vec::new();
    for provider in workshop.config.providers.iter().filter(|p| kinds.contains(p.kind.as_str())) {
        let Some(expects) = provider.expects else { continue };
        let periods: Vec<YearMonth> = expects.periods(first, last).collect();
        if periods.is_empty() {
            continue;
        }
        let reported = reported(register, provider, expects.every)?;
        for facility in provider.reporting() {
            let has = |start: &&YearMonth| reported.contains(&(facility.id.clone(), **start));
            let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
            all.push(CoverageDocument {
                provider: provider.id.clone(),
                name: facility.label(),
                kind: provider.kind.clone(),
                area: area(workshop, provider, &facility)?,
                every: expects.every.name().to_owned(),
                expected: count(periods.len()),
                reported: count(periods.iter().filter(has).count()),
                facility: facility.id,
            });
        }
    }
    all.sort_by(|a, b| (&a.kind, &a.provider).cmp(&(&b.kind, &b.provider)));
    Ok(all)
}

/// What a provider's facilities have reported. A report without a case counts like any other.
fn reported(
    register: &Connection,
    provider: &Provider,
    every: Every,
) -> Result<Reported, TransformError> {
    let mut select = register.prepare(
        "SELECT facility, month FROM coverage JOIN batch ON batch.id = coverage.batch
         WHERE batch.provider = ?1 AND batch.state = 'active'
         UNION SELECT facility, month FROM nil_return WHERE provider = ?1",
    )?;
    let mut rows = select.query([&provider.id])?;
    let mut reported = Reported::new();
    while let Some(row) = rows.next()? {
        let month: YearMonth = row.get::<_, String>(1)?.parse()?;
        reported.insert((row.get(0)?, every.start(month)));
    }
    Ok(reported)
}

/// The area of a facility, with its name in the list of the kind's areas.
fn area(
    workshop: &Workshop<'_>,
    provider: &Provider,
    facility: &Facility,
) -> Result<Option<CodeDocument>, TransformError> {
    let Some(area) = &facility.area else { return Ok(None) };
    let kind = workshop.catalog.kind(&provider.kind, "the release")?;
    let list = kind.only(Role::Area).and_then(|f| f.codes.as_deref()).unwrap_or_default();
    let list = workshop.catalog.list(list, "the release")?;
    let code = list.position(area).and_then(|place| list.codes().get(place));
    Ok(code.map(|c| CodeDocument { code: c.code.clone(), label: c.label.clone() }))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use shumar_schemas::{Catalog, Config, store};

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
expects = { every = "month", from = "2025-02" }
facility = "Station"
facilities = [{ id = "one", name = { en = "One" }, area = "PK528" }, { id = "two" }]
fields = { report_month = "m", district = "d", offence_lead = "o" }
[[providers]]
id = "court"
kind = "court"
expects = { every = "quarter", from = "2024-01" }
fields = { institution_month = "m", district = "d", offence_group = "o" }
"#;

    fn composed(entries: &str, period: &str, kinds: &[&str]) -> Vec<(String, u32, u32)> {
        let catalog = Catalog::new(&[]).expect("the built-in catalog");
        let config = Config::parse(HOME, &catalog).expect("a configuration");
        let register = Connection::open_in_memory().expect("a database");
        register.execute_batch(store::DDL).expect("its tables");
        register.execute_batch(entries).expect("entries");
        let workshop = Workshop {
            home: Path::new("."),
            config: &config,
            catalog: &catalog,
            seal: &shumar_seal::PLAIN,
            now: "2026-11-21T10:00:00Z".parse().expect("a time"),
            software: "test",
            redraw: false,
            revise: None,
        };
        let period = period.parse().expect("a period");
        let kinds = kinds.iter().copied().collect();
        let all = compose(&workshop, &register, period, &kinds).expect("composed");
        assert!(all.iter().all(|c| c.area.is_some() == (c.facility == "one")));
        all.into_iter().map(|c| (c.facility, c.expected, c.reported)).collect()
    }

    const BATCHES: &str = "
        INSERT INTO batch (id, provider, kind, sha256, mapping, schema, arrived, rows, accepted, folded, rejected, state)
        VALUES (1, 'cell', 'police', 'a', '', '', '', 9, 9, 0, 0, 'active'),
               (2, 'cell', 'police', 'b', '', '', '', 9, 9, 0, 0, 'withdrawn'),
               (3, 'court', 'court', 'c', '', '', '', 9, 9, 0, 0, 'active');
        INSERT INTO coverage VALUES (1, 'one', '2025-02', 9), (1, 'one', '2025-04', 1),
            (1, 'one', '2025-01', 1), (2, 'one', '2025-05', 2), (1, 'two', '2025-03', 0),
            (3, 'court', '2025-02', 7), (3, 'court', '2025-03', 7);
        INSERT INTO nil_return VALUES ('cell', 'two', '2025-12', ''), ('cell', 'one', '2025-04', '');";

    fn row(facility: &str, expected: u32, reported: u32) -> (String, u32, u32) {
        (facility.to_owned(), expected, reported)
    }

    #[test]
    fn reports_with_and_without_cases_count_once_and_withdrawn_ones_not() {
        let all = ["police", "court"];
        let year = composed(BATCHES, "2025", &all);
        assert_eq!(year, [row("court", 4, 1), row("one", 11, 2), row("two", 11, 2)]);
        let quarter = composed(BATCHES, "2025-Q1", &all);
        assert_eq!(quarter, [row("court", 1, 1), row("one", 2, 1), row("two", 2, 1)]);
    }

    #[test]
    fn only_what_is_expected_in_the_period_and_released_is_told() {
        assert_eq!(composed(BATCHES, "2024", &["police", "court"]), [row("court", 4, 0)]);
        assert_eq!(composed("", "2025", &["police"]), [row("one", 11, 0), row("two", 11, 0)]);
        assert!(composed(BATCHES, "2025", &["shelter"]).is_empty());
    }
}
