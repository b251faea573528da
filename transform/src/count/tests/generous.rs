use super::*;

/// The promise behind the charges of calibrating margins: whoever is taken out of a world, none of them moves
/// by more than the generous bound, nor do those of all kinds together.
#[test]
fn no_person_moves_the_generous_margins_by_more_than_the_generous_bound() {
    let mut moved_most = 0;
    for seed in 1..=4 {
        let events = world(seed, 4 + seed as usize);
        let full = lake_of(&events, None);
        for person in 0..3 {
            let less = lake_of(&events, Some(person));
            for generous in [2, 4] {
                let bounds = Bounds { all: 1, kinds: BTreeMap::new(), calibration: Some(generous) };
                for year in [2024, 2025] {
                    let mut moved_in_all = 0;
                    for statistic in ["police-complaints", "shelter-admissions", "court-cases"] {
                        let a = places(&full, statistic, &bounds, Period::Year(year));
                        let b = places(&less, statistic, &bounds, Period::Year(year));
                        let moved: i64 = a.iter().zip(&b).map(|(a, b)| (a - b).abs()).sum();
                        assert!(
                            moved <= i64::from(generous),
                            "{seed} {person} {statistic} {moved}"
                        );
                        moved_in_all += moved;
                    }
                    assert!(moved_in_all <= i64::from(generous), "{seed} {person} {moved_in_all}");
                    moved_most = moved_most.max(moved_in_all);
                }
            }
        }
    }
    assert_eq!(moved_most, 4, "the bound is reached");
}

/// The records of a statistic's kind by their place among their person's, at the generous bound.
fn places(lake: &Lake, statistic: &str, bounds: &Bounds, period: Period) -> Vec<i64> {
    let statistic = lake.catalog.statistic(statistic, "the test").expect("a statistic");
    let scope = lake.config.scope.as_ref();
    let tables = bind::tables(&[statistic], &lake.catalog, scope, bounds, period);
    let table = tables.expect("tables").pop().expect("a calibrating table");
    assert_eq!(table.calibrates(), Some(table.kind.as_str()));
    let mut depths = vec![0; table.axes.len()];
    depths[table.axes.len() - 1] = 1;
    let margin = table.at_depths(&depths);
    let kind = lake.catalog.kind(&table.kind, "the test").expect("a kind");
    let runtime = Builder::new_multi_thread().build().expect("a runtime");
    let counts = runtime.block_on(async {
        let records = lake.records(kind, period).await;
        let joint = bounds.joint(table.bound);
        tally(records, kind, &[(&table, &margin)], joint, period, GROUPS_MAX).await
    });
    counts.expect("counts").remove(0)
}
