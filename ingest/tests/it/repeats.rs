//! Rows and files that come again: folding, conflicts, places, and what a check says of them.

use shumar_ingest::{Arrival, Batch, Rule};
use shumar_schemas::Catalog;

use crate::support::{FIELDS, HEAD, HEADER, Home, rules};

#[test]
fn rows_of_one_record_fold_and_disagreeing_ones_are_rejected_together() {
    let mut home = Home::new("");
    let batch = home.land_csv(
        "a.csv",
        "1,t1,05/03/2025,Peshawar,rape,1\n\
         2,t1,05/03/2025,Peshawar,rape,1\n\
         1,t1,06/03/2025,Peshawar,Rape,1\n\
         2,t1,05/03/2025,Mardan,rape,1\n\
         1,t9,05/03/2025,Mardan,rape,1\n",
    );
    // Rows 2 and 4 are one record (the day is not kept); rows 3 and 5 disagree on the district;
    // row 6 has the same number but is another person's record.
    assert_eq!((batch.accepted, batch.folded, batch.rejected), (2, 1, 2));
    let conflict = Rule::KeyConflict;
    assert_eq!(rules(&batch), [(3, "district", conflict), (5, "district", conflict)]);
}

#[test]
fn a_declared_fold_keeps_the_earliest_month() {
    let config = format!("{HEAD}{FIELDS}").replace(
        r#"date_formats = ["%d/%m/%Y"] }"#,
        r#"date_formats = ["%d/%m/%Y"], fold = "earliest" }"#,
    );
    let mut home = Home::with(&config);
    let rows = "1,t1,05/03/2025,Peshawar,rape,1\n1,t1,05/01/2024,Peshawar,rape,1\n";
    let batch = home.land_csv("a.csv", rows);
    assert_eq!((batch.accepted, batch.folded), (1, 1));
    assert_eq!(home.count("SELECT year FROM lake_file"), 2024);
    // A later file with yet another month is the same record.
    let batch = home.land_csv("b.csv", "1,t1,05/02/2024,Peshawar,rape,1\n");
    assert_eq!((batch.accepted, batch.folded), (0, 1));
}

#[test]
fn the_same_file_is_one_batch_and_the_same_record_is_counted_once() {
    let mut home = Home::new("");
    let january = "1,t1,05/01/2025,Peshawar,rape,1\n2,t2,05/01/2025,Mardan,rape,1\n";
    home.land_csv("a.csv", january);
    let again = home.file("copy.csv", &format!("{HEADER}{january}"));
    assert!(matches!(home.ingest(&again), Ok(Arrival::Already(1))));
    // A cumulative export: January again, one of its records altered, and a new one.
    let altered = "1,t1,05/01/2025,Peshawar,rape,1\n2,t2,05/01/2025,Swat,rape,1\n3,t2,05/02/2025,Mardan,rape,1\n";
    let batch = home.land_csv("b.csv", altered);
    assert_eq!((batch.accepted, batch.folded, batch.rejected), (1, 1, 1));
    assert_eq!(rules(&batch), [(3, "", Rule::KeyChanged)]);
    assert_eq!(home.count("SELECT count(*) FROM batch"), 2);
    assert_eq!(home.count("SELECT sum(records) FROM lake_file"), 3);
}

#[test]
fn places_are_given_by_arrival_across_batches_and_kept() {
    let mut home = Home::new("");
    home.land_csv("a.csv", "1,t1,05/03/2025,Peshawar,rape,1\n2,t1,05/01/2025,Peshawar,rape,1\n3,t1,05/01/2024,Swat,rape,1\n");
    home.land_csv("b.csv", "4,t1,05/01/2025,Peshawar,rape,1\n5,t2,05/01/2025,Peshawar,rape,1\n");
    let lake = home.lake();
    let mut places: Vec<_> = lake.iter().map(|r| (r.month.year(), r.kind, r.year)).collect();
    places.sort_unstable();
    assert_eq!(places, [(2024, 1, 1), (2025, 1, 1), (2025, 1, 1), (2025, 2, 2), (2025, 3, 3)]);
    let third = lake.iter().find(|r| r.kind == 3).expect("a third record");
    assert_eq!((third.batch, third.month.month()), (2, 1));
}

#[test]
fn without_a_record_key_every_row_is_a_record_of_its_own() {
    let config = format!("{HEAD}{FIELDS}").replace("record_key = [\"No\"]", "drop = [\"No\"]");
    for ending in ["\n", "\r\n", "\r"] {
        let mut home = Home::with(&config);
        let row = "1,t1,05/03/2025,Peshawar,rape,1\n".repeat(3);
        let file = home.file("a.csv", &format!("{HEADER}{row}").replace('\n', ending));
        assert_eq!(home.land(&file).accepted, 3, "{ending:?}");
    }
}

#[test]
fn rows_that_repeat_a_changed_record_are_rejected_with_it() {
    let mut home = Home::new("");
    home.land_csv("a.csv", "1,t1,05/01/2025,Peshawar,rape,1\n");
    let batch = home.land_csv(
        "b.csv",
        "1,t1,05/01/2025,Swat,rape,1\n1,t1,05/01/2025,Swat,rape,1\n2,t1,05/01/2025,Swat,rape,1\n",
    );
    assert_eq!((batch.rows, batch.accepted, batch.folded, batch.rejected), (3, 1, 0, 2));
    assert_eq!(rules(&batch), [(2, "", Rule::KeyChanged), (3, "", Rule::KeyChanged)]);
}

#[test]
fn check_says_what_ingest_then_does() {
    let mut home = Home::new("");
    home.land_csv("a.csv", "1,t1,05/01/2025,Peshawar,rape,1\n2,t1,05/01/2025,Swat,rape,1\n");
    let rows = "1,t1,05/01/2025,Peshawar,rape,1\n2,t1,05/01/2025,Mardan,rape,1\n3,t1,05/01/2025,Swat,rape,1\n";
    let file = home.file("b.csv", &format!("{HEADER}{rows}"));
    let checked = home.check(&file);
    let landed = home.land(&file);
    let account = |b: &Batch| (b.rows, b.accepted, b.folded, b.rejected, b.rejects.clone());
    let Arrival::Landed(checked) = checked else { panic!("not checked as new") };
    assert_eq!(account(&checked), account(&landed));
    assert_eq!((landed.accepted, landed.folded, landed.rejected), (1, 1, 1));
    assert!(matches!(home.check(&file), Arrival::Already(2)));
}

#[test]
fn a_code_list_may_grow_without_changing_what_was_sent() {
    let mut home = Home::new("");
    let row = "1,t1,05/01/2025,Peshawar,threat,1\n";
    home.land_csv("a.csv", row);
    let built_in = home.catalog.list("offence", "the test").expect("a list");
    let mut text = "code,label_en,label_ur,offence_group\nnew_first,New,,other\n".to_owned();
    for code in built_in.codes() {
        let group = &code.attributes["offence_group"];
        text.push_str(&format!("{},\"{}\",,{group}\n", code.code, code.label.en()));
    }
    let longer = shumar_schemas::Override { path: "codes/offence.csv".to_owned(), text };
    home.catalog = Catalog::new(&[longer]).expect("a longer list");
    let batch = home.land_csv("b.csv", &format!("{row}2,t1,05/01/2025,Peshawar,threat,1\n"));
    assert_eq!((batch.accepted, batch.folded, batch.rejected), (1, 1, 0));
}

#[test]
fn what_an_interrupted_batch_left_is_removed() {
    let mut home = Home::new("");
    let orphan = home.dir.path().join("lake/police/year=2020/batch-000001.parquet");
    std::fs::create_dir_all(orphan.parent().expect("a folder")).expect("a folder");
    std::fs::write(&orphan, "left behind").expect("a file");
    home.land_csv("a.csv", "1,t1,05/01/2025,Peshawar,rape,1\n");
    assert!(!orphan.exists());
}

#[test]
fn files_that_nobody_reads_are_counted_and_not_named() {
    let home = Home::new("");
    let inbox = home.dir.path().join("inbox");
    for place in
        ["loose.csv", "nobody/Fatima.csv", "cell/2025/a.csv", "cell/accepted/b.csv", "cell/c.csv"]
    {
        let file = inbox.join(place);
        std::fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        std::fs::write(&file, "x").expect("a file");
    }
    let strays = shumar_ingest::strays(home.dir.path(), &["cell".to_owned()]).expect("strays");
    assert_eq!(strays.len(), 3, "{strays:?}");
    assert!(
        strays.iter().all(|s| s.starts_with("1 file(s)") && !s.contains("Fatima")),
        "{strays:?}"
    );
}
