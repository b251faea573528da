//! The home's mapping is true of the files: every column and every good row is read, and every
//! spoilt row is rejected.

use std::collections::BTreeSet;

use shumar_schemas::{Catalog, Config, Provider};

use super::reader::{Account, read};
use super::{Folder, Lookup};
use crate::compose::{Plan, Scene, compose, plan};
use crate::office::{Format, OFFICES};
use crate::{FEED_PROVIDER, HOME, World, police_feed};

fn known(provider: &Provider) -> BTreeSet<&str> {
    let mapped = provider.fields.values().filter_map(|source| source.column.as_deref());
    let rest = provider.record_key.iter().chain(&provider.person).chain(&provider.drop);
    mapped.chain(rest.map(String::as_str)).collect()
}

#[test]
fn every_row_is_what_it_was_planted_as() {
    let lookup = Lookup::new();
    let mut events = lookup.events(3000);
    let Lookup { catalog, config, province } = &lookup;
    let scene = Scene { seed: World::default().seed, catalog, config, province };
    for plan in plan(&mut events, usize::MAX) {
        let sheet = compose(&scene, &plan).expect("a sheet");
        let provider = config.provider(plan.office().id).expect("a provider");
        let account = read(&sheet, provider, config, catalog);
        let planted = Account {
            records: sheet.tally.records,
            copies: sheet.tally.copies,
            rejected: sheet.tally.faults.values().sum(),
        };
        assert_eq!(account, planted, "{} {}", provider.id, plan.label());
    }
}

#[test]
fn every_header_is_mapped_or_dropped_once() {
    let lookup = Lookup::new();
    let mut events = lookup.events(3000);
    let Lookup { catalog, config, province } = &lookup;
    let scene = Scene { seed: 1, catalog, config, province };
    let mut offices = BTreeSet::new();
    for plan in plan(&mut events, usize::MAX) {
        let sheet = compose(&scene, &plan).expect("a sheet");
        let provider = config.provider(plan.office().id).expect("a provider");
        let headers: BTreeSet<&str> = sheet.header.iter().map(String::as_str).collect();
        assert_eq!(headers.len(), sheet.header.len(), "{}: a header twice", provider.id);
        assert_eq!(headers, known(provider), "{}", provider.id);
        assert_eq!(
            sheet.title.len() + 1,
            provider.header_row.map_or(1, |r| r as usize),
            "{}",
            provider.id
        );
        offices.insert(plan.office);
    }
    assert_eq!(offices.len(), OFFICES.len());
}

#[test]
fn headers_of_text_files_are_those_of_the_mapping() {
    let lookup = Lookup::new();
    let folder = Folder::new("headers");
    let mut read = 0;
    for written in folder.write(World { records: 1000, seed: 3 }) {
        let provider = lookup.config.provider(&written.provider).expect("a provider");
        let office = OFFICES.iter().find(|o| o.id == provider.id).expect("an office");
        let delimiter = match office.format {
            Format::Text { delimiter, .. } | Format::CodePage { delimiter } => delimiter,
            Format::Workbook { .. } => continue,
        };
        let bytes = std::fs::read(&written.path).expect("a file");
        let text = match &provider.encoding {
            Some(_) => bytes.iter().map(|b| decoded(*b)).collect(),
            None => String::from_utf8(bytes).expect("UTF-8"),
        };
        let text = text.trim_start_matches('\u{feff}').as_bytes();
        let mut reader = csv::ReaderBuilder::new().delimiter(delimiter).from_reader(text);
        let headers = reader.headers().expect("a header").clone();
        assert_eq!(headers.iter().collect::<BTreeSet<_>>(), known(provider), "{}", provider.id);
        assert_eq!(reader.records().count() as u64, written.rows, "{}", provider.id);
        read += 1;
    }
    assert!(read > 20, "{read}");
}

fn decoded(byte: u8) -> char {
    match byte {
        0x92 => '’',
        0x96 => '–',
        _ => char::from(byte),
    }
}

#[test]
fn every_provider_of_the_home_has_an_office_and_a_record_key() {
    let lookup = Lookup::new();
    let ids: BTreeSet<&str> = lookup.config.providers.iter().map(|p| p.id.as_str()).collect();
    let mut offices: BTreeSet<&str> = OFFICES.iter().map(|o| o.id).collect();
    assert!(offices.insert("outreach-programme"), "the office of activity has its own feed");
    assert_eq!(ids, offices);
    let persons = |kind: &str| lookup.catalog.kinds().any(|k| k.name == kind && !k.free_of_persons);
    for provider in lookup.config.providers.iter().filter(|p| persons(&p.kind)) {
        assert!(!provider.record_key.is_empty(), "{}", provider.id);
        assert!(provider.person.is_some(), "{}", provider.id);
        assert!(!provider.name.get("ur").is_empty(), "{}", provider.id);
        let office = OFFICES.iter().find(|o| o.id == provider.id).expect("an office");
        assert_eq!(provider.kind, office.kind.name(), "{}", provider.id);
    }
}

#[test]
fn the_home_plans_every_statistic() {
    let lookup = Lookup::new();
    let planned: BTreeSet<&str> = lookup
        .config
        .releases
        .iter()
        .flat_map(|r| r.tables.iter().chain(&r.exact))
        .map(String::as_str)
        .collect();
    assert_eq!(planned, lookup.catalog.statistics().map(|s| s.id.as_str()).collect());
}

#[test]
fn the_feed_is_clean_and_its_mapping_fits() {
    let catalog = Catalog::new(&[]).expect("a catalog");
    let config = Config::parse(&format!("{HOME}\n{FEED_PROVIDER}"), &catalog).expect("a home");
    let provider = config.provider("police-feed").expect("the provider");
    let mut bytes = Vec::new();
    police_feed(&mut bytes, 20_000, 5).expect("a feed");
    let a_row = bytes.len() / 20_000;
    assert!((78..=90).contains(&a_row), "{a_row} bytes a row");
    let mut reader = csv::Reader::from_reader(bytes.as_slice());
    let header: Vec<String> =
        reader.headers().expect("a header").iter().map(str::to_owned).collect();
    assert_eq!(header.iter().map(String::as_str).collect::<BTreeSet<_>>(), known(provider));
    let rows = reader.records().take(1000).map(|r| {
        let cell = |text: &str| crate::sheet::Cell::Text(text.to_owned());
        r.expect("a row").iter().map(cell).collect()
    });
    let (rows, title, tally) = (rows.collect(), Vec::new(), crate::sheet::Tally::default());
    let sheet = crate::sheet::Sheet { title, header, rows, tally };
    let account = read(&sheet, provider, &config, &catalog);
    assert_eq!(account, Account { records: 1000, copies: 0, rejected: 0 });
    let mut again = Vec::new();
    police_feed(&mut again, 20_000, 5).expect("a feed");
    assert!(bytes == again, "the same seed, other bytes");
}

#[test]
fn large_periods_are_cut_into_parts() {
    let lookup = Lookup::new();
    let mut events = lookup.events(3000);
    let plans = plan(&mut events, 40);
    assert!(plans.iter().all(|p| p.events.len() <= 40));
    let parts = |p: &Plan<'_>| (p.office, p.period, p.part, p.before);
    assert!(plans.iter().map(parts).any(|(.., part, before)| part == 2 && before == 80));
}
