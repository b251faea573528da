//! Runs, plain and sealed: every person is found, and damage is seen.

use shumar_seal::LakeKey;

use super::*;

fn entry(person: u64, record: u64) -> Entry {
    let mut id = Id::default();
    id[..8].copy_from_slice(&person.to_be_bytes());
    Entry {
        person: id,
        record: record.to_le_bytes(),
        content: record * 7,
        batch: 3,
        month: 24_300,
        kind: 1,
        year: 2,
        copy: record % 2 == 1,
    }
}

fn seals() -> [Seal; 2] {
    [Seal::plain(), Seal::with(LakeKey::new().expect("a key"))]
}

#[test]
fn persons_are_found_in_any_order_and_over_blocks() {
    for seal in seals() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.run");
        let mut writer = Writer::create(&path, &seal).expect("a run");
        let records = |person: u64| if person == 40 { 300 } else { person % 3 };
        for person in 0..1000 {
            for record in 0..records(person) {
                writer.push(&entry(person, record)).expect("written");
            }
        }
        let entries = writer.finish().expect("finished");
        let run = Run::open(&path, entries, &seal).expect("opened");
        assert_eq!(run.walk().expect("a walk").count() as u64, entries);
        let mut cursor = run.cursor().expect("a cursor");
        let order = (0..1000).chain((0..1000).rev()).chain([40, 999, 40, 1001, 39, 41]);
        for person in order {
            let mut found = Vec::new();
            cursor.find(&entry(person, 0).person, &mut found).expect("found");
            let expected: Vec<Entry> = if person < 1000 {
                (0..records(person)).map(|r| entry(person, r)).collect()
            } else {
                Vec::new()
            };
            assert_eq!(found, expected, "{person}");
        }
    }
}

#[test]
fn damage_is_seen() {
    for seal in seals() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("a.run");
        let mut writer = Writer::create(&path, &seal).expect("a run");
        (0..500).try_for_each(|p| writer.push(&entry(p, 1))).expect("written");
        let entries = writer.finish().expect("finished");
        let good = std::fs::read(&path).expect("bytes");
        for at in [5, good.len() - 20] {
            let mut bad = good.clone();
            bad[at] ^= 1;
            std::fs::write(&path, &bad).expect("written");
            let all = Run::open(&path, entries, &seal)
                .and_then(|run| run.walk()?.collect::<Result<Vec<_>, _>>());
            assert!(matches!(all, Err(IngestError::Places { .. })), "{at}");
        }
        std::fs::write(&path, &good[..good.len() - 1]).expect("written");
        assert!(matches!(Run::open(&path, entries, &seal), Err(IngestError::Places { .. })));
        std::fs::write(&path, &good).expect("written");
        assert!(Run::open(&path, entries + 93, &seal).is_err());
    }
}

#[test]
fn a_sealed_run_shows_no_person_and_opens_with_its_own_key_only() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("a.run");
    let [plain, seal] = seals();
    let person = 0x5eed_1234_abcd_0042;
    let shown = |seal: &Seal| {
        let mut writer = Writer::create(&path, seal).expect("a run");
        (0..300).try_for_each(|i| writer.push(&entry(person, i))).expect("written");
        writer.finish().expect("finished");
        let bytes = std::fs::read(&path).expect("bytes");
        bytes.windows(8).any(|w| w == person.to_be_bytes())
    };
    assert!(shown(&plain));
    assert!(matches!(Run::open(&path, 300, &seal), Err(IngestError::Places { .. })));
    assert!(!shown(&seal));
    let other = Seal::with(LakeKey::new().expect("a key"));
    for wrong in [plain, other] {
        assert!(matches!(Run::open(&path, 300, &wrong), Err(IngestError::Places { .. })));
    }
    assert!(Run::open(&path, 300, &seal).is_ok());
}
