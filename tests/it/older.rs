//! An older `shumar.db` put back by hand: no file of the lake is lost.

use std::path::Path;

use crate::faults::copy;
use crate::support::{ANNUAL, digests, lake, police, run, text};

const HEADER: &str = "no,token,month,district,offence,result\n";

fn ingest(dir: &Path, name: &str) -> String {
    let file = dir.join(format!("{name}.csv"));
    let rows = |key: usize| format!("{name}{key},v{key},2025-03,Swat,rape,fir\n");
    let all: String = (0..20).map(rows).collect();
    std::fs::write(&file, format!("{HEADER}{all}")).expect("a file");
    let output = run(&dir.join("home"), &["ingest", &file.display().to_string()]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    text(&output)
}

/// Puts the database of one folder into another, as a person would by hand.
fn put_back(from: &Path, to: &Path) {
    for more in ["shumar.db-wal", "shumar.db-shm"] {
        let _ = std::fs::remove_file(to.join(more));
    }
    std::fs::copy(from.join("shumar.db"), to.join("shumar.db")).expect("a copy");
}

#[test]
fn what_an_older_database_does_not_list_is_set_aside_and_named() {
    let dir = police("4", ANNUAL);
    let home = dir.path().join("home");
    let older = dir.path().join("older");
    copy(&home, &older);
    assert!(!ingest(dir.path(), "second").contains("set aside"));
    let newer = dir.path().join("newer");
    copy(&home, &newer);
    let lost = "lake/police/year=2025/batch-000002.parquet";
    let bytes = std::fs::read(home.join(lost)).expect("the second batch");
    put_back(&older, &home);
    // The doctor names them, and repairs nothing of it.
    let told = text(&run(&home, &["doctor", "--repair"]));
    assert!(told.contains("batch-000002.parquet") && told.contains("000002.run"), "{told}");
    assert!(told.contains("older `shumar.db`"), "{told}");
    // Taking in goes on, with the same number, and nothing is written over or deleted.
    let said = ingest(dir.path(), "third");
    assert!(said.contains("set aside in lake/.aside"), "{said}");
    let aside = home.join("lake/.aside/1");
    assert_eq!(std::fs::read(aside.join(lost)).expect("it is there"), bytes);
    assert!(aside.join("lake/.places/000002.run").is_file());
    let told = text(&run(&home, &["doctor"]));
    assert!(told.contains("lake/.aside") && !told.contains("serious"), "{told}");
    assert_eq!(lake(&home, "police").len(), 420);
    // Whoever finds the newer database has all: nothing of it was lost.
    std::fs::remove_dir_all(home.join("lake/police")).expect("removed");
    std::fs::remove_dir_all(home.join("lake/.places")).expect("removed");
    copy(&newer.join("lake"), &home.join("lake"));
    std::fs::remove_dir_all(home.join("lake/.aside")).expect("removed");
    put_back(&newer, &home);
    let told = run(&home, &["doctor"]);
    assert_eq!(told.status.code(), Some(0), "{}", text(&told));
    assert_eq!(digests(&home.join("lake/police")), digests(&newer.join("lake/police")));
}
