//! The table that another one is calibrated to: the same records at the generous bound.
//!
//! A small bound keeps noise low and leaves records out. So a few coarse margins are counted at a
//! generous bound too, and with them how many records have which place among their person's.

use super::{Axis, AxisCode, AxisSource, Table};
use crate::{Count, Label};

/// What its name has beyond that of the table it calibrates.
pub(super) const SUFFIX: &str = "-calibration";
/// The column of a record's place among those of its person, kind and year.
const PLACE: &str = "ordinal_kind";
/// The first of the places that are told apart.
const FROM: [i32; 4] = [1, 2, 3, 6];

/// The calibrating table of a table that counts records, if the generous bound is above its own.
pub(super) fn of(table: &Table, generous: u32) -> Option<Table> {
    if table.count != Count::Records || generous <= table.bound {
        return None;
    }
    let mut axes = table.axes.clone();
    axes.push(places(generous));
    Some(Table {
        id: format!("{}{SUFFIX}", table.id),
        bound: generous,
        axes,
        published: Vec::new(),
        ..table.clone()
    })
}

/// The axis of places: 1, 2, 3 to 5, 6 and above, as far as the bound goes.
fn places(generous: u32) -> Axis {
    let most = i32::try_from(generous).unwrap_or(i32::MAX);
    let edges: Vec<i32> = FROM.into_iter().filter(|from| *from <= most).collect();
    let code = |(i, from): (usize, &i32)| {
        let to = edges.get(i + 1).map_or(most, |next| next - 1);
        let code = if *from == to { from.to_string() } else { format!("{from}-{to}") };
        AxisCode { label: Label::english(&code), code }
    };
    let codes = edges.iter().enumerate().map(code).collect();
    let title = Label::english("Place among the person's records of the year")
        .with("ur", "سال میں اُسی فرد کے ریکارڈوں میں مقام");
    let source = AxisSource::Bins { field: PLACE.to_owned(), edges, blank: None };
    Axis { id: "place".to_owned(), title, codes, source, area: false, levels: Vec::new() }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::super::tables;
    use crate::{Bounds, Catalog, Period};

    #[test]
    fn records_are_counted_again_at_the_generous_bound() {
        let catalog = Catalog::new(&[]).expect("the built-in catalog");
        let names = ["police-complaints", "women-sheltered"];
        let statistics: Vec<_> =
            names.iter().map(|n| catalog.statistic(n, "a test").expect("a statistic")).collect();
        let mut bounds = Bounds { all: 3, kinds: BTreeMap::new(), calibration: None };
        let none = tables(&statistics, &catalog, None, &bounds, Period::Year(2025)).expect("bound");
        assert_eq!(none.len(), 2);
        for (generous, codes) in [(20, "1 2 3-5 6-20"), (6, "1 2 3-5 6"), (4, "1 2 3-4")] {
            bounds.calibration = Some(generous);
            let tables = tables(&statistics, &catalog, None, &bounds, Period::Year(2025));
            let tables = tables.expect("bound");
            let ids: Vec<&str> = tables.iter().map(|t| t.id.as_str()).collect();
            assert_eq!(ids, ["police", "shelter-persons", "police-calibration"]);
            let [table, .., calibrating] = tables.as_slice() else { panic!("three tables") };
            assert_eq!(calibrating.calibrates(), Some("police"));
            assert_eq!((calibrating.bound, table.calibrates()), (generous, None));
            assert!(calibrating.published.is_empty());
            assert_eq!(calibrating.axes[..table.axes.len()], table.axes[..]);
            let places: Vec<&str> = calibrating
                .axes
                .last()
                .map(|a| a.codes.iter().map(|c| c.code.as_str()).collect())
                .expect("places");
            assert_eq!(places.join(" "), codes);
        }
    }
}
