//! The world as a whole: it repeats itself, it has the size that was asked for, and its files
//! are what its mapping says.

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};

use shumar_schemas::{Catalog, Config};

use crate::calendar::Date;
use crate::journey::{Event, events};
use crate::office::{Kind, OFFICES};
use crate::place::Province;
use crate::{SyntheticError, World, Written, write_inbox};

mod consistency;
mod mapping;
mod reader;
mod vocabulary;

/// What all tests look things up in.
struct Lookup {
    catalog: Catalog,
    config: Config,
    province: Province,
}

impl Lookup {
    fn new() -> Self {
        let catalog = Catalog::new(&[]).expect("the built-in catalog");
        let config = Config::parse(crate::HOME, &catalog).expect("the demonstration's home");
        let province = Province::new(&catalog).expect("the province");
        Self { catalog, config, province }
    }

    fn events(&self, records: usize) -> Vec<Event> {
        events(records, World::default().seed, &self.province)
    }
}

/// A folder that is removed when the test ends.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let name = format!("shumar-synthetic-{}-{name}", std::process::id());
        Self(std::env::temp_dir().join(name))
    }

    fn write(&self, world: World) -> Vec<Written> {
        write_inbox(&self.0, &world, &mut |_, _| {}).expect("files")
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        _ = std::fs::remove_dir_all(&self.0);
    }
}

fn bytes(dir: &Path, written: &[Written]) -> BTreeMap<PathBuf, Vec<u8>> {
    let file = |w: &Written| {
        let name = w.path.strip_prefix(dir).expect("a file of the folder").to_owned();
        (name, std::fs::read(&w.path).expect("a file"))
    };
    written.iter().map(file).collect()
}

#[test]
fn a_seed_decides_every_byte() {
    let (a, b, c) = (Folder::new("a"), Folder::new("b"), Folder::new("c"));
    let world = World { records: 1500, seed: 11 };
    let first = bytes(&a.0, &a.write(world));
    assert!(first == bytes(&b.0, &b.write(world)), "the same seed, other bytes");
    let other = bytes(&c.0, &c.write(World { seed: 12, ..world }));
    let shared = first.iter().filter(|(name, bytes)| other.get(*name) == Some(bytes)).count();
    assert_eq!(shared, 0, "another seed, the same file");
}

#[test]
fn the_default_world_is_accounted_for() {
    let folder = Folder::new("default");
    let mut calls = Vec::new();
    let progress = &mut |done, total| calls.push((done, total));
    let written = write_inbox(&folder.0, &World::default(), progress).expect("files");
    let sum = |of: fn(&Written) -> u64| written.iter().map(of).sum::<u64>();
    let (rows, records) = (sum(|w| w.rows), sum(|w| w.records));
    let (copies, bad) = (sum(|w| w.copies), sum(Written::bad_rows));
    assert_eq!(rows, records + copies + bad);
    assert!((60..=90).contains(&written.len()), "{} files", written.len());
    assert!((30..=60).contains(&(copies * 1000 / rows)), "{copies} copies in {rows} rows");
    assert!((7..=15).contains(&(bad * 1000 / rows)), "{bad} bad rows in {rows}");
    assert_eq!(calls.last(), Some(&(written.len(), written.len())));
    let offices =
        written.iter().map(|w| w.provider.as_str()).collect::<std::collections::BTreeSet<_>>();
    assert_eq!(offices.len(), OFFICES.len(), "every office sends files");
    let faults: std::collections::BTreeSet<_> =
        written.iter().flat_map(|w| w.faults.keys()).collect();
    assert_eq!(faults.len(), 6, "every fault is planted: {faults:?}");
}

#[test]
fn magnitudes_are_those_of_the_province() {
    let lookup = Lookup::new();
    let events = lookup.events(17_000);
    assert_eq!(events.len(), 17_000);
    let a_year = |kind| events.iter().filter(|e| e.kind == kind).count() / 2;
    for (kind, expected) in [
        (Kind::Police, 2100),
        (Kind::Shelter, 1200),
        (Kind::Custody, 600),
        (Kind::Court, 2000),
        (Kind::Service, 2600),
    ] {
        let n = a_year(kind);
        assert!((expected * 92 / 100..=expected * 108 / 100).contains(&n), "{kind:?}: {n}");
    }
}

#[test]
fn most_persons_have_one_record_a_year_and_few_have_many() {
    let lookup = Lookup::new();
    let events = lookup.events(17_000);
    let mut counts: HashMap<(u32, u16), u32> = HashMap::new();
    for event in &events {
        *counts.entry((event.person, Date::of(event.day).year)).or_insert(0) += 1;
    }
    let mean_percent = events.len() * 100 / counts.len();
    assert!((120..=140).contains(&mean_percent), "{mean_percent}");
    let many = counts.values().filter(|n| **n > 3).count() * 1000 / counts.len();
    assert!((3..=40).contains(&many), "{many} in a thousand above three");
    let most = counts.values().max().copied().unwrap_or_default();
    assert!((5..=7).contains(&most), "{most}");
}

#[test]
fn a_larger_world_begins_with_the_smaller_one() {
    let lookup = Lookup::new();
    let (small, large) = (lookup.events(500), lookup.events(5000));
    assert_eq!(small, large[..500]);
}

#[test]
fn worlds_may_be_empty_but_not_boundless() {
    let folder = Folder::new("edges");
    assert_eq!(folder.write(World { records: 0, seed: 1 }), []);
    let world = World { records: u64::MAX, seed: 1 };
    let refused = write_inbox(&folder.0, &world, &mut |_, _| {});
    assert!(matches!(refused, Err(SyntheticError::TooMany { .. })));
}
