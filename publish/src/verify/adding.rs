//! Whether the published margins of a table add up to each other, in whole units of 10⁻⁴.
//!
//! This needs no measurement: it is what a reader would do with the data files.

use shumar_privacy::estimator::{At, GRID};
use shumar_schemas::release::MarginDocument;

use crate::data::plain;
use crate::read::{Estimate, Shape};
use crate::verify::Findings;

/// How far a number may be from the whole units that it stands for.
const TOLERANCE: f64 = 1e-6;
/// Beyond 2⁵³ units a number does not tell one from the next.
const UNITS_MAX: f64 = 9_007_199_254_740_992.0;

/// A published margin in units of 1/[`GRID`], its cells in the order of the table's axes.
pub(crate) struct Listed<'a> {
    /// Where it is.
    pub(crate) at: At,
    /// Its file.
    file: &'a str,
    units: Vec<i64>,
}

impl<'a> Listed<'a> {
    /// The margin from its rows and their places; a fault is told of numbers between the units.
    pub(crate) fn of(
        margin: &'a MarginDocument,
        at: At,
        cells: &[Estimate],
        order: &[usize],
        sums: &mut Findings,
    ) -> Option<Self> {
        let file = margin.file.as_str();
        let mut units = vec![0; cells.len()];
        for (row, (cell, place)) in cells.iter().zip(order).enumerate() {
            let Some(found) = whole(cell.value) else {
                let (found, number) = (plain(cell.value), row + 1);
                sums.fault(format!("`{file}` has {found} in row {number}, not a whole 0.0001"));
                return None;
            };
            units[*place] = found;
        }
        Some(Self { at, file, units })
    }

    /// The whole numbers of a list, in the order of the axes.
    pub(crate) fn whole(file: &'a str, at: At, units: Vec<i64>) -> Self {
        Self { at, file, units }
    }
}

/// A number in units.
#[expect(clippy::cast_possible_truncation, reason = "at most 2^53")]
fn whole(value: f64) -> Option<i64> {
    let units = (value * GRID).round();
    (units.abs() <= UNITS_MAX && (units / GRID - value).abs() <= TOLERANCE).then_some(units as i64)
}

/// Compares every margin with every coarser one of the table; how many comparisons were made.
pub(crate) fn check(shape: &Shape, listed: &[Listed], sums: &mut Findings) -> usize {
    let mut pairs = 0;
    for (i, fine) in listed.iter().enumerate() {
        for (j, coarse) in listed.iter().enumerate().filter(|(_, c)| c.at.within(&fine.at)) {
            // Of two that are the same margin, one is held to the other.
            if fine.at == coarse.at && i <= j {
                continue;
            }
            // What is between them is held to both, which says the same.
            let between = |m: &Listed| {
                let apart = m.at != fine.at && m.at != coarse.at;
                apart && coarse.at.within(&m.at) && m.at.within(&fine.at)
            };
            if listed.iter().any(between) {
                continue;
            }
            pairs += 1;
            compare(shape, fine, coarse, sums);
        }
    }
    pairs
}

fn compare(shape: &Shape, fine: &Listed, coarse: &Listed, sums: &mut Findings) {
    let mut found = vec![0_i128; coarse.units.len()];
    for (place, units) in shape.places(&fine.at, &coarse.at).into_iter().zip(&fine.units) {
        found[place] += i128::from(*units);
    }
    let differs = |(sum, units): (&i128, &i64)| *sum != i128::from(*units);
    let wrong = found.iter().zip(&coarse.units).filter(|pair| differs(*pair)).count();
    if wrong > 0 {
        let (fine, coarse) = (fine.file, coarse.file);
        sums.fault(format!("`{fine}` does not add up to `{coarse}` in {wrong} of its rows"));
    }
}

#[cfg(test)]
mod tests {
    use shumar_schemas::release::{CodeDocument, DimensionDocument, TableDocument};
    use shumar_schemas::{Count, Label};

    use super::*;

    #[test]
    fn only_whole_units_count() {
        let units = [57.0, -0.0001, 0.3333, 1e9].map(whole);
        assert_eq!(units, [570_000, -1, 3333, 10_000_000_000_000].map(Some));
        assert_eq!([0.333_33, 1e12, -1e300, f64::INFINITY].map(whole), [None; 4]);
    }

    fn dimension(id: &str, codes: &[&str], members: &[&str]) -> DimensionDocument {
        let label = || Label::english("a label");
        let code = |c: &&str| CodeDocument { code: (*c).to_owned(), label: label() };
        DimensionDocument {
            id: id.to_owned(),
            title: label(),
            area: false,
            quarters: false,
            codes: codes.iter().map(code).collect(),
            level_of: (!members.is_empty()).then(|| "district".to_owned()),
            members: members.iter().map(|m| (*m).to_owned()).collect(),
        }
    }

    /// The faults of a table whose total, divisions (published twice), and districts by sex are
    /// these.
    fn faults(total: &[i64], divisions: [&[i64]; 2], cells: &[i64]) -> Vec<String> {
        let table = TableDocument {
            id: "police".to_owned(),
            kind: "police".to_owned(),
            count: Count::Records,
            unit: Label::english("complaints"),
            bound: 1,
            calibrates: None,
            fingerprint: String::new(),
            dimensions: vec![
                dimension("district", &["a", "b", "c"], &[]),
                dimension("division", &["x", "y"], &["y", "x", "y"]),
                dimension("sex", &["f", "m"], &[]),
            ],
            measurements: Vec::new(),
        };
        let shape = Shape::of(&table).expect("a shape");
        let listed = |file, levels: &[u8], units: &[i64]| {
            let at = At::new(levels.to_vec());
            Listed { at, file, units: units.to_vec() }
        };
        let all = [
            listed("total", &[0, 0], total),
            listed("first", &[1, 0], divisions[0]),
            listed("second", &[1, 0], divisions[1]),
            listed("cells", &[2, 1], cells),
        ];
        let mut sums = Findings::new("sums");
        // The total is held to both lists of divisions, and these to each other and to the cells.
        assert_eq!(check(&shape, &all, &mut sums), 5);
        sums.faults
    }

    #[test]
    fn every_margin_is_held_to_every_coarser_one() {
        let cells = [1, 2, 30, 40, 500, 600];
        let divisions: &[i64] = &[70, 1103];
        assert!(faults(&[1173], [divisions; 2], &cells).is_empty());
        let one = faults(&[1174], [divisions; 2], &cells);
        assert_eq!(one.len(), 2, "{one:?}");
        assert_eq!(one[0], "`first` does not add up to `total` in 1 of its rows");
        // Moved between divisions: the total still fits.
        let moved = faults(&[1173], [divisions, &[71, 1102]], &cells);
        assert_eq!(
            moved,
            [
                "`second` does not add up to `first` in 2 of its rows",
                "`cells` does not add up to `second` in 2 of its rows",
            ]
        );
        assert_eq!(faults(&[1173], [divisions; 2], &[1, 2, 30, 41, 500, 600]).len(), 2);
    }
}
