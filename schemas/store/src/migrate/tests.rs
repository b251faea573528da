use std::collections::BTreeMap;

use shumar_schemas::store::DDL;

use super::*;
use crate::{acts, open, tables};

const FIXTURES: [&str; 4] = [
    include_str!("../../tests/fixtures/version-1.sql"),
    include_str!("../../tests/fixtures/version-2.sql"),
    include_str!("../../tests/fixtures/version-3.sql"),
    include_str!("../../tests/fixtures/version-4.sql"),
];

/// A database of an earlier version, and where it is.
fn older(version: usize, more: &str) -> (tempfile::TempDir, PathBuf) {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("shumar.db");
    let register = Connection::open(&path).expect("a database");
    register.execute_batch(FIXTURES[version - 1]).expect("its rows");
    register.execute_batch(more).expect("more rows");
    (dir, path)
}

/// The rows of each table, as texts of the columns that a table has in both.
fn rows(
    register: &Connection,
    of: &BTreeMap<String, Vec<String>>,
) -> BTreeMap<String, Vec<String>> {
    of.iter()
        .map(|(table, columns)| {
            let cells: Vec<String> = columns.iter().map(|c| format!("quote(\"{c}\")")).collect();
            let sql = format!("SELECT {} FROM \"{table}\" ORDER BY 1", cells.join(" || '|' || "));
            let mut select = register.prepare(&sql).expect("a query");
            let found = select.query_map([], |r| r.get(0)).expect("rows");
            (table.clone(), found.collect::<Result<_, _>>().expect("rows"))
        })
        .collect()
}

fn columns(register: &Connection) -> BTreeMap<String, Vec<String>> {
    let sql = "SELECT m.name, c.name FROM sqlite_master m, pragma_table_info(m.name) c
        WHERE m.type = 'table' ORDER BY m.name, c.cid";
    let mut select = register.prepare(sql).expect("a query");
    let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let pairs = select.query_map([], |r| Ok((r.get(0)?, r.get(1)?))).expect("rows");
    for (table, column) in pairs.map(|p: Result<(String, String), _>| p.expect("a row")) {
        found.entry(table).or_default().push(column);
    }
    found
}

#[test]
fn every_earlier_version_becomes_the_newest_without_losing_a_row() {
    let fresh = Connection::open_in_memory().expect("a database");
    fresh.execute_batch(DDL).expect("its tables");
    let fresh = tables(&fresh).expect("tables");
    for version in 1..=FIXTURES.len() {
        let (_dir, path) = older(version, "");
        let old = Connection::open(&path).expect("a database");
        // Two tables of version 1 were empty and are gone; an upgrade adds an act.
        let mut known = columns(&old);
        known.retain(|table, _| !["place", "record"].contains(&table.as_str()));
        let before = rows(&old, &known);
        drop(old);
        let register = open(&path).expect("moved forward");
        assert_eq!(tables(&register).expect("tables"), fresh, "version {version}");
        let mut after = rows(&register, &known);
        if let Some(acts) = after.get_mut("act") {
            assert!(acts.pop().expect("an act").contains("'upgrade'"), "version {version}");
        }
        assert_eq!(after, before, "version {version}");
        assert!(
            before.values().all(|rows| !rows.is_empty()),
            "a table without a row shows nothing"
        );
        let trail = acts(&register).expect("a trail that holds");
        assert_eq!(trail.len(), if version == 1 { 1 } else { 6 });
        let kept = Connection::open(kept(&path)).expect("what it was before");
        assert_eq!(usize::try_from(super::version(&kept).expect("a version")), Ok(version));
        assert_eq!(rows(&kept, &known), before);
        drop((register, kept));
        // To open it again changes nothing.
        assert_eq!(acts(&open(&path).expect("opened")).expect("a trail").len(), trail.len());
    }
}

#[test]
fn a_newer_database_is_refused_and_left_alone() {
    let (_dir, path) = older(4, "PRAGMA user_version = 99");
    let before = std::fs::read(&path).expect("a file");
    let refused = open(&path).expect_err("must be refused");
    assert!(matches!(refused, StoreError::Newer { version: 99, .. }), "{refused}");
    assert!(refused.to_string().contains("made by a newer shumar"), "{refused}");
    drop(refused);
    assert_eq!(std::fs::read(&path).expect("a file").len(), before.len());
}

#[test]
fn what_can_t_be_moved_is_left_as_it_is() {
    let record = "INSERT INTO record VALUES (x'00', x'00', 1)";
    let orphan =
        "PRAGMA foreign_keys = 0; INSERT INTO coverage VALUES (77, 'cell', '2024-03-01', 3)";
    for (version, more, words) in
        [(1, record, "very first version"), (4, orphan, "rows of coverage")]
    {
        let (_dir, path) = older(version, more);
        let refused = open(&path).expect_err("must be refused").to_string();
        assert!(refused.contains(words), "{refused}");
        let left = Connection::open(&path).expect("a database");
        assert_eq!(usize::try_from(super::version(&left).expect("a version")), Ok(version));
        assert!(!columns(&left).contains_key("run"));
    }
}

#[test]
fn many_commands_at_once_move_it_once() {
    let (_dir, path) = older(4, "");
    std::thread::scope(|scope| {
        let all: Vec<_> = (0..8).map(|_| scope.spawn(|| open(&path).map(|_| ()))).collect();
        for opened in all {
            opened.join().expect("an end").expect("opened");
        }
    });
    assert_eq!(acts(&open(&path).expect("opened")).expect("a trail").len(), 6);
}

#[cfg(unix)]
#[test]
fn a_copy_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let (_dir, path) = older(4, "");
    open(&path).expect("moved forward");
    let mode = std::fs::metadata(kept(&path)).expect("a copy").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}
