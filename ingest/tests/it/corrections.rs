//! Files that correct earlier ones, and files that are taken back: who keeps which place.

use shumar_ingest::{Arrival, Batch, IngestError, Rule, Withdrawn};
use shumar_schemas::Config;

use crate::support::{FIELDS, HEAD, HEADER, Home, rules};

/// Three records of one person, told apart by their districts.
const THREE: &str = "1,t1,05/01/2025,Peshawar,rape,1\n\
                     2,t1,05/02/2025,Mardan,rape,1\n\
                     3,t1,05/05/2025,Swat,rape,1\n";

type Seen<'a> = (&'a str, &'a str, i32, i32, i32);

fn is(home: &Home, expected: &[Seen<'_>]) {
    let seen = home.seen();
    let seen: Vec<Seen<'_>> =
        seen.iter().map(|(d, m, batch, k, y)| (d.as_str(), m.as_str(), *batch, *k, *y)).collect();
    assert_eq!(seen, expected);
    let listed = home.count("SELECT coalesce(sum(records), 0) FROM lake_file");
    assert_eq!(listed, expected.len() as i64);
    assert_eq!(home.count("SELECT count(*) FROM gone_file"), 0);
}

fn account(batch: &Batch) -> (u64, u64, u64, u64) {
    (batch.rows, batch.accepted, batch.folded, batch.rejected)
}

#[test]
fn a_corrected_record_has_the_place_of_the_one_it_corrects() {
    let mut home = Home::new("");
    home.land_csv("a.csv", THREE);
    home.land_csv("b.csv", "4,t1,05/01/2025,Bannu,rape,1\n5,t2,05/01/2025,Kohat,rape,1\n");
    let rows = THREE.replace("Mardan", "Lower Dir").replace("1\n3,", "200\n3,");
    let batch = home.correct(1, "c.csv", &rows);
    assert_eq!((account(&batch), batch.replaces), ((3, 3, 0, 0), Some(1)));
    is(
        &home,
        &[
            ("bannu", "2025-01", 2, 4, 4),
            ("kohat", "2025-01", 2, 1, 1),
            ("lower dir", "2025-02", 3, 2, 2),
            ("peshawar", "2025-01", 3, 1, 1),
            ("swat", "2025-05", 3, 3, 3),
        ],
    );
    assert_eq!(home.rows("SELECT state FROM batch ORDER BY id"), ["replaced", "active", "active"]);
}

#[test]
fn a_record_that_moves_keeps_its_place_unless_its_quarter_was_counted() {
    for counted in [
        None,
        Some(("police", "2025-Q1")),
        Some(("shelter", "2025-Q1")),
        Some(("police", "2025-Q2")),
        Some(("police", "2025")),
        Some(("police", "2024..2025")),
        Some(("police", "2024-Q1")),
    ] {
        let mut home = Home::new("");
        home.land_csv("a.csv", THREE);
        if let Some((kind, period)) = counted {
            home.charge("series", kind, period);
        }
        // From February to June: out of the first quarter.
        home.correct(1, "b.csv", &THREE.replace("05/02/2025", "05/06/2025"));
        let place = if counted == Some(("police", "2025-Q1")) { 4 } else { 2 };
        is(
            &home,
            &[
                ("mardan", "2025-06", 2, place, place),
                ("peshawar", "2025-01", 2, 1, 1),
                ("swat", "2025-05", 2, 3, 3),
            ],
        );
        // Within its quarter it keeps what it has, counted or not.
        home.charge("series", "police", "2025-Q2");
        home.correct(2, "c.csv", &THREE.replace("05/02/2025", "05/04/2025"));
        assert_eq!(home.seen()[0], ("mardan".to_owned(), "2025-04".to_owned(), 3, place, place));
    }
}

#[test]
fn a_place_that_was_left_is_given_to_no_other() {
    let mut home = Home::new("");
    home.land_csv("a.csv", THREE);
    home.charge("quarterly", "police", "2025-Q1");
    home.correct(1, "b.csv", &THREE.replace("05/02/2025", "05/06/2025"));
    // Back again: the second quarter was not counted, so that the new place moves with it.
    home.correct(2, "c.csv", THREE);
    home.land_csv("d.csv", "9,t1,05/01/2025,Bannu,rape,1\n");
    is(
        &home,
        &[
            ("bannu", "2025-01", 4, 5, 5),
            ("mardan", "2025-02", 3, 4, 4),
            ("peshawar", "2025-01", 3, 1, 1),
            ("swat", "2025-05", 3, 3, 3),
        ],
    );
}

#[test]
fn a_record_that_moves_to_another_year_gets_a_place_there_and_leaves_its_own_taken() {
    let mut home = Home::new("");
    home.land_csv("a.csv", &format!("{THREE}4,t1,05/01/2024,Kohat,rape,1\n"));
    home.correct(
        1,
        "b.csv",
        &format!("{}4,t1,05/01/2024,Kohat,rape,1\n", THREE.replace("05/05/2025", "05/05/2024")),
    );
    is(
        &home,
        &[
            ("kohat", "2024-01", 2, 1, 1),
            ("mardan", "2025-02", 2, 2, 2),
            ("peshawar", "2025-01", 2, 1, 1),
            ("swat", "2024-05", 2, 2, 2),
        ],
    );
    home.land_csv("c.csv", "5,t1,05/01/2025,Bannu,rape,1\n");
    assert_eq!(home.seen()[0], ("bannu".to_owned(), "2025-01".to_owned(), 3, 4, 4));
}

#[test]
fn records_that_a_correction_leaves_out_are_gone_and_their_places_stay_taken() {
    let mut home = Home::new("");
    home.land_csv("a.csv", THREE);
    home.correct(1, "b.csv", "3,t1,05/05/2025,Swat,rape,1\n4,t1,05/05/2025,Bannu,rape,1\n");
    is(&home, &[("bannu", "2025-05", 2, 4, 4), ("swat", "2025-05", 2, 3, 3)]);
    // What comes back has its place.
    home.land_csv("c.csv", "1,t1,05/03/2025,Peshawar,rape,1\n");
    assert_eq!(home.seen()[1], ("peshawar".to_owned(), "2025-03".to_owned(), 3, 1, 1));
}

#[test]
fn another_persons_token_makes_another_record() {
    let mut home = Home::new("");
    home.land_csv("a.csv", THREE);
    home.correct(1, "b.csv", &THREE.replace("2,t1", "2,t2"));
    home.land_csv("c.csv", "2,t1,05/02/2025,Bannu,rape,1\n");
    is(
        &home,
        &[
            ("bannu", "2025-02", 3, 2, 2),
            ("mardan", "2025-02", 2, 1, 1),
            ("peshawar", "2025-01", 2, 1, 1),
            ("swat", "2025-05", 2, 3, 3),
        ],
    );
}

#[test]
fn a_withdrawn_file_leaves_the_lake_and_may_come_again() {
    let mut home = Home::new("");
    home.land_csv("a.csv", THREE);
    home.land_csv("b.csv", "4,t1,05/01/2025,Bannu,rape,1\n");
    assert_eq!(home.withdraw(1).expect("withdrawn"), Withdrawn::Now { records: 3, kept: 0 });
    is(&home, &[("bannu", "2025-01", 2, 4, 4)]);
    let file = home.dir.path().join("lake/police/year=2025/batch-000001.parquet");
    assert!(!file.exists());
    let batch = home.land_csv("a.csv", THREE);
    assert_eq!((batch.id, account(&batch)), (3, (3, 3, 0, 0)));
    is(
        &home,
        &[
            ("bannu", "2025-01", 2, 4, 4),
            ("mardan", "2025-02", 3, 2, 2),
            ("peshawar", "2025-01", 3, 1, 1),
            ("swat", "2025-05", 3, 3, 3),
        ],
    );
    // To say it again is no mistake, and changes nothing.
    let acts = home.rows("SELECT detail FROM act");
    assert_eq!(home.withdraw(1).expect("withdrawn before"), Withdrawn::Before);
    assert_eq!(home.rows("SELECT detail FROM act"), acts);
    let never = home.withdraw(9);
    assert!(matches!(never, Err(IngestError::Batch { batch: 9, .. })), "{never:?}");
}

#[test]
fn a_withdrawn_record_that_comes_back_elsewhere_does_not_take_a_counted_place_along() {
    let mut home = Home::new("");
    home.land_csv("a.csv", THREE);
    home.charge("quarterly", "police", "2025-Q1");
    home.withdraw(1).expect("withdrawn");
    home.land_csv("b.csv", &THREE.replace("05/02/2025", "05/06/2025"));
    let places: Vec<_> = home.seen().into_iter().map(|(_, _, _, _, year)| year).collect();
    assert_eq!(places, [4, 1, 3]);
}

#[test]
fn what_other_files_say_too_stays_as_theirs() {
    let mut home = Home::new("");
    home.land_csv("a.csv", THREE);
    let more = format!("{}4,t1,05/01/2025,Bannu,rape,1\n", &THREE[..THREE.find("3,").expect("3")]);
    let batch = home.land_csv("b.csv", &more);
    assert_eq!(account(&batch), (3, 1, 2, 0));
    assert_eq!(home.withdraw(1).expect("withdrawn"), Withdrawn::Now { records: 1, kept: 2 });
    let heirs = [
        ("bannu", "2025-01", 2, 4, 4),
        ("mardan", "2025-02", 2, 2, 2),
        ("peshawar", "2025-01", 2, 1, 1),
    ];
    is(&home, &heirs);
    // They are known as that batch's: the same again is folded, another version is refused.
    let batch =
        home.land_csv("c.csv", "1,t1,05/01/2025,Peshawar,rape,1\n2,t1,05/02/2025,Swat,rape,1\n");
    assert_eq!((account(&batch), rules(&batch)), ((2, 0, 1, 1), vec![(3, "", Rule::KeyChanged)]));
    is(&home, &heirs);
    assert_eq!(home.withdraw(2).expect("withdrawn"), Withdrawn::Now { records: 2, kept: 1 });
    is(&home, &[("peshawar", "2025-01", 3, 1, 1)]);
    assert_eq!(home.withdraw(3).expect("withdrawn"), Withdrawn::Now { records: 1, kept: 0 });
    is(&home, &[]);
}

#[test]
fn a_correction_leaves_what_other_files_say_too() {
    let mut home = Home::new("");
    home.land_csv("a.csv", THREE);
    home.land_csv("b.csv", &format!("{THREE}4,t1,05/01/2025,Bannu,rape,1\n"));
    // One record is said otherwise, one is said again, one is left out.
    home.correct(1, "c.csv", "1,t1,05/01/2025,Kohat,rape,1\n2,t1,05/02/2025,Mardan,rape,1\n");
    is(
        &home,
        &[
            ("bannu", "2025-01", 2, 4, 4),
            ("kohat", "2025-01", 3, 1, 1),
            ("mardan", "2025-02", 3, 2, 2),
            ("swat", "2025-05", 2, 3, 3),
        ],
    );
    // The second batch never said what the correction says of the first record.
    assert_eq!(home.withdraw(3).expect("withdrawn"), Withdrawn::Now { records: 1, kept: 1 });
    is(
        &home,
        &[
            ("bannu", "2025-01", 2, 4, 4),
            ("mardan", "2025-02", 2, 2, 2),
            ("swat", "2025-05", 2, 3, 3),
        ],
    );
}

#[test]
fn heirs_of_heirs_are_known_and_counted_once() {
    // Monthly exports from the beginning of the year, withdrawn one after the other: the third has
    // records of the second's own and of those that the second inherited.
    let mut home = Home::new("");
    let rows: Vec<&str> = THREE.split_inclusive('\n').collect();
    home.land_csv("a.csv", rows[0]);
    home.land_csv("b.csv", &rows[..2].concat());
    home.land_csv("c.csv", THREE);
    assert_eq!(home.withdraw(1).expect("withdrawn"), Withdrawn::Now { records: 0, kept: 1 });
    assert_eq!(home.withdraw(2).expect("withdrawn"), Withdrawn::Now { records: 0, kept: 2 });
    is(
        &home,
        &[
            ("mardan", "2025-02", 3, 2, 2),
            ("peshawar", "2025-01", 3, 1, 1),
            ("swat", "2025-05", 3, 3, 3),
        ],
    );
}

#[test]
fn an_heir_with_an_older_number_is_known_when_it_comes_again() {
    let mut home = Home::new("");
    let row = "1,t1,05/01/2025,Peshawar,rape,1\n";
    home.land_csv("a.csv", row);
    home.land_csv("b.csv", &format!("{row}2,t1,05/02/2025,Mardan,rape,1\n"));
    // The correction says the record again, so that it is the third batch's; then that is withdrawn.
    home.correct(1, "c.csv", &format!("{row}3,t1,05/05/2025,Swat,rape,1\n"));
    assert_eq!(home.withdraw(3).expect("withdrawn"), Withdrawn::Now { records: 1, kept: 1 });
    let heirs = [("mardan", "2025-02", 2, 2, 2), ("peshawar", "2025-01", 2, 1, 1)];
    is(&home, &heirs);
    // The second batch has it now: it may not land beside itself.
    let batch = home.land_csv("d.csv", &format!("{row}4,t2,05/02/2025,Kohat,rape,1\n"));
    assert_eq!(account(&batch), (2, 1, 1, 0));
    assert_eq!(home.count("SELECT sum(records) FROM lake_file"), 3);
    let batch =
        home.land_csv("e.csv", "1,t1,05/01/2025,Swat,rape,1\n5,t2,05/02/2025,Swat,rape,1\n");
    assert_eq!(account(&batch), (2, 1, 0, 1));
}

#[test]
fn what_an_interrupted_withdrawal_wrote_is_removed() {
    let mut home = Home::new("");
    home.land_csv("a.csv", THREE);
    let folder = home.dir.path().join("lake/police/year=2025");
    let orphan = folder.join("batch-000001-from-000009.parquet");
    std::fs::write(&orphan, "records that nothing lists").expect("a file");
    home.land_csv("b.csv", "4,t1,05/01/2025,Bannu,rape,1\n");
    assert!(!orphan.exists(), "a file that is not listed stays in the lake");
    assert_eq!(std::fs::read_dir(folder).expect("a folder").count(), 2);
}

#[test]
fn only_a_batch_that_stands_and_is_ones_own_can_be_replaced() {
    let config = format!("{HEAD}{FIELDS}");
    let second = &config[config.find("[[providers]]").expect("a provider")..];
    let config = format!("{config}{}", second.replace("\"cell\"", "\"desk\""));
    let mut home = Home::with(&config);
    home.land_csv("a.csv", THREE);
    home.correct(1, "b.csv", &THREE.replace("Swat", "Bannu"));
    home.withdraw(2).expect("withdrawn");
    home.land_csv("c.csv", THREE);
    let before = (home.seen(), home.rows("SELECT detail FROM act"));
    let file = home.file("d.csv", &format!("{HEADER}{}", THREE.replace("Swat", "Kohat")));
    let of = |what: &str| what.to_owned();
    for (provider, batch, expected) in [
        (0, 9, of("is not there")),
        (0, 0, of("is not there")),
        (0, 1, of("was replaced already")),
        (0, 2, of("is withdrawn already")),
        (1, 3, of("is another provider's")),
    ] {
        match home.send(provider, &file, Some(batch)) {
            Err(e @ IngestError::Batch { .. }) => {
                assert!(e.is_refusal());
                assert!(e.to_string().contains(&expected), "{e}");
            }
            other => panic!("{batch}: {other:?}"),
        }
        if provider == 0 {
            assert!(home.check_replacing(&file, batch).is_err(), "{batch}");
        }
    }
    assert_eq!((home.seen(), home.rows("SELECT detail FROM act")), before);
}

#[test]
fn the_same_correction_again_is_done_already_and_any_other_is_refused() {
    let mut home = Home::new("");
    home.land_csv("a.csv", THREE);
    home.correct(1, "b.csv", &THREE.replace("Swat", "Bannu"));
    home.land_csv("c.csv", "9,t9,05/01/2025,Swat,rape,1\n");
    let before = (home.seen(), home.rows("SELECT detail FROM act"));
    let same = home.file("b.csv", &format!("{HEADER}{}", THREE.replace("Swat", "Bannu")));
    let again = home.send(0, &same, Some(1));
    assert!(matches!(again, Ok(Arrival::Already(2))), "{again:?}");
    assert!(matches!(home.check_replacing(&same, 1), Ok(Arrival::Already(2))));
    let other = home.file("d.csv", &format!("{HEADER}{}", THREE.replace("Swat", "Kohat")));
    let refused = home.send(0, &other, Some(1));
    assert!(matches!(refused, Err(IngestError::Batch { batch: 1, .. })), "{refused:?}");
    // A file that is there already can't replace another one: that would stand beside it.
    let refused = home.send(0, &same, Some(3)).expect_err("a refusal").to_string();
    assert!(refused.contains("batch 3 was not replaced, because the file is batch 2"), "{refused}");
    assert!(home.check_replacing(&same, 3).is_err());
    assert_eq!((home.seen(), home.rows("SELECT detail FROM act")), before);
    // What has gone since is not done any more.
    home.withdraw(2).expect("withdrawn");
    assert!(home.send(0, &same, Some(1)).is_err());
}

#[test]
fn a_correction_of_which_nothing_is_accepted_changes_nothing() {
    let mut home = Home::new("");
    home.land_csv("a.csv", THREE);
    let before = home.seen();
    let file = home.file("b.csv", &format!("{HEADER}1,t1,05/01/2025,Nowhere,rape,1\n"));
    let refused = home.send(0, &file, Some(1));
    assert!(matches!(refused, Err(IngestError::NothingAccepted { .. })), "{refused:?}");
    assert_eq!(home.seen(), before);
    assert_eq!(home.rows("SELECT state FROM batch"), ["active"]);
}

#[test]
fn check_says_what_a_correction_then_does() {
    let mut home = Home::new("");
    home.land_csv("a.csv", THREE);
    home.land_csv("b.csv", "4,t1,05/01/2025,Bannu,rape,1\n");
    let rows = format!(
        "{}4,t1,05/01/2025,Bannu,rape,1\n4,t1,05/01/2025,Bannu,rape,1\n5,t1,05/01/2025,Nowhere,rape,1\n",
        THREE.replace("Mardan", "Kohat")
    );
    let file = home.file("c.csv", &format!("{HEADER}{rows}"));
    let before = (home.seen(), home.rows("SELECT detail FROM act"));
    let checked = match home.check_replacing(&file, 1) {
        Ok(Arrival::Landed(batch)) => batch,
        other => panic!("not checked: {other:?}"),
    };
    assert_eq!((home.seen(), home.rows("SELECT detail FROM act")), before);
    let landed = home.correct(1, "c.csv", &rows);
    assert_eq!(account(&checked), account(&landed));
    assert_eq!(account(&landed), (6, 3, 2, 1));
    assert_eq!((checked.rejects, checked.notes), (landed.rejects, landed.notes));
}

#[test]
fn every_change_is_in_the_audit_trail_and_none_in_the_ledger() {
    let mut home = Home::new("");
    home.land_csv("a.csv", THREE);
    home.charge("annual", "police", "2025");
    let ledger = "SELECT seq || at || act || year || body || prev || hash FROM ledger";
    let before = home.rows(ledger);
    home.correct(1, "b.csv", &THREE.replace("Swat", "Bannu"));
    home.withdraw(2).expect("withdrawn");
    assert_eq!(home.rows(ledger), before);
    let acts = home.rows("SELECT what || ' ' || batch || ': ' || detail FROM act ORDER BY seq");
    assert_eq!(
        acts,
        [
            "ingest 1: 3 rows = 3 accepted + 0 folded + 0 rejected",
            "ingest 2: 3 rows = 3 accepted + 0 folded + 0 rejected",
            "replaced 1: 3 records left the lake by batch 2, 0 stay for others",
            "withdrawn 2: 3 records left the lake, 0 stay for others: a test",
        ]
    );
    for sql in ["DELETE FROM act", "UPDATE act SET who = ''", "DELETE FROM ledger"] {
        let refused = home.register.execute(sql, []);
        assert!(refused.is_err_and(|e| e.to_string().contains("append-only")), "{sql}");
    }
}

#[test]
fn the_same_bytes_replace_their_batch_when_the_mapping_was_corrected() {
    let mut home = Home::new("");
    home.land_csv("a.csv", THREE);
    let file = home.dir.path().join("a.csv");
    assert!(matches!(home.ingest(&file), Ok(Arrival::Already(1))));
    let fields = FIELDS.replace("\"Sec 376\" = \"rape\"", "\"rape\" = \"threat\"");
    home.config = Config::parse(&format!("{HEAD}{fields}"), &home.catalog).expect("a mapping");
    let batch = home.correct(1, "a.csv", THREE);
    assert_eq!((batch.id, account(&batch)), (2, (3, 3, 0, 0)));
    is(
        &home,
        &[
            ("mardan", "2025-02", 2, 2, 2),
            ("peshawar", "2025-01", 2, 1, 1),
            ("swat", "2025-05", 2, 3, 3),
        ],
    );
    assert_eq!(home.rows("SELECT state FROM batch ORDER BY id"), ["replaced", "active"]);
    assert!(matches!(home.ingest(&file), Ok(Arrival::Already(2))));
}
