//! Counting together and apart comes to the same.

use super::*;

/// One set of cells for all margins and one for each of the largest count the same, for tables of
/// several bounds in one scan.
#[test]
fn counting_together_and_apart_comes_to_the_same() {
    let lake = lake_of(&world(23, 30), None);
    let bounds =
        Bounds { all: 3, kinds: BTreeMap::from([("shelter".to_owned(), 2)]), calibration: None };
    let runtime = Builder::new_multi_thread().build().expect("a runtime");
    let mut counted = 0;
    for names in [&TABLES[..1], &TABLES[1..3], &TABLES[3..]] {
        for period in [Period::Year(2025), Period::Quarter(2024, 3), Period::Years(2024, 2025)] {
            let found = names.iter().map(|n| lake.catalog.statistic(n, "the test"));
            let statistics = found.collect::<Result<Vec<_>, _>>().expect("statistics");
            let scope = lake.config.scope.as_ref();
            let tables = bind::tables(&statistics, &lake.catalog, scope, &bounds, period);
            let tables = tables.expect("tables");
            let margins = |t: &Table| t.published.iter().flat_map(|p| p.margins.clone()).collect();
            let margins: Vec<Vec<Margin>> = tables.iter().map(margins).collect();
            let pairs = tables.iter().zip(&margins);
            let wanted: Vec<Wanted<'_>> =
                pairs.flat_map(|(t, margins)| margins.iter().map(move |m| (t, m))).collect();
            let kind = lake.catalog.kind(&tables[0].kind, "the test").expect("a kind");
            let by = |most| {
                let counts = async {
                    let records = lake.records(kind, period).await;
                    tally(records, kind, &wanted, bounds.all, period, most).await
                };
                runtime.block_on(counts).expect("counts")
            };
            let (together, apart) = (by(GROUPS_MAX), by(0));
            assert_eq!(together, apart, "{names:?} {period}");
            counted += apart.iter().flatten().sum::<i64>();
        }
    }
    assert!(counted > 100, "{counted}");
}
