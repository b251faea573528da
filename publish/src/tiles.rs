//! Maps of squares: where each area has its square, for the lists of areas that we know.
//!
//! A layout is a file in `publish/tiles`: code, column and row. A release's areas are drawn if one
//! layout has a square for each of them.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use shumar_schemas::release::CodeDocument;

/// The layouts.
const FILES: [&str; 1] = [include_str!("../tiles/district.csv")];

static LAYOUTS: LazyLock<Vec<BTreeMap<&str, (i32, i32)>>> =
    LazyLock::new(|| FILES.iter().map(|file| layout(file)).collect());

/// The squares of these codes, as (column, row) from 0, in the codes' order; none where one has no
/// square.
pub(crate) fn squares(codes: &[CodeDocument]) -> Option<Vec<(i32, i32)>> {
    let of = |layout: &BTreeMap<&str, (i32, i32)>| -> Option<Vec<(i32, i32)>> {
        codes.iter().map(|code| layout.get(code.code.as_str()).copied()).collect()
    };
    let found = LAYOUTS.iter().find_map(of).filter(|found| !found.is_empty())?;
    let left = found.iter().map(|(column, _)| *column).min()?;
    let top = found.iter().map(|(_, row)| *row).min()?;
    Some(found.into_iter().map(|(column, row)| (column - left, row - top)).collect())
}

fn layout(file: &'static str) -> BTreeMap<&'static str, (i32, i32)> {
    let lines = file.lines().filter(|l| !l.starts_with('#'));
    let square = |line: &'static str| {
        let mut fields = line.split(',');
        let code = fields.next()?;
        Some((code, (fields.next()?.parse().ok()?, fields.next()?.parse().ok()?)))
    };
    lines.filter_map(square).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use shumar_schemas::Label;

    use super::*;

    fn codes<'a>(codes: impl IntoIterator<Item = &'a str>) -> Vec<CodeDocument> {
        let code = |code: &str| CodeDocument { code: code.to_owned(), label: Label::default() };
        codes.into_iter().map(code).collect()
    }

    const DISTRICTS: &str = include_str!("../../schemas/codes/district.csv");

    /// Code, column, row, longitude, latitude.
    fn all() -> Vec<(&'static str, [f64; 4])> {
        let lines = FILES[0].lines().filter(|l| !l.starts_with('#')).skip(1);
        let row = |line: &'static str| {
            let fields: Vec<&str> = line.split(',').collect();
            let number = |i: usize| fields[i].parse::<f64>().expect("a number");
            (fields[0], [number(1), number(2), number(3), number(4)])
        };
        lines.map(row).collect()
    }

    #[test]
    fn every_district_has_one_square_and_no_two_share_one() {
        let known: BTreeSet<&str> =
            DISTRICTS.lines().skip(1).filter_map(|l| l.split(',').next()).collect();
        let listed: Vec<&str> = all().iter().map(|t| t.0).collect();
        assert_eq!(listed.iter().copied().collect::<BTreeSet<_>>(), known);
        assert_eq!(listed.len(), known.len(), "a district twice");
        let squares = squares(&codes(known.iter().copied())).expect("a layout");
        assert_eq!(squares.iter().collect::<BTreeSet<_>>().len(), known.len(), "a shared square");
    }

    /// Districts whose centres are nearest lie near each other, and north and east stay so.
    #[test]
    fn squares_lie_roughly_as_districts_do() {
        let all = all();
        let apart = |a: &[f64; 4], b: &[f64; 4]| (a[2] - b[2]).hypot(a[3] - b[3]);
        let (mut near, mut pairs, mut right) = (0, 0, 0);
        for (code, a) in &all {
            let others = all.iter().filter(|(other, _)| other != code);
            let nearest = others
                .min_by(|x, y| apart(a, &x.1).total_cmp(&apart(a, &y.1)))
                .expect("another district");
            let steps = (a[0] - nearest.1[0]).abs().max((a[1] - nearest.1[1]).abs());
            assert!(steps <= 4.0, "{code} and {} are {steps} squares apart", nearest.0);
            near += usize::from(steps <= 2.0);
            for (_, b) in &all {
                if (a[3] - b[3]) > 1.5 {
                    (pairs, right) = (pairs + 1, right + usize::from(a[1] < b[1]));
                }
                if (a[2] - b[2]) > 1.5 {
                    (pairs, right) = (pairs + 1, right + usize::from(a[0] > b[0]));
                }
            }
        }
        assert!(near * 100 >= all.len() * 90, "{near} of {}", all.len());
        assert!(right * 100 >= pairs * 95, "{right} of {pairs}");
    }

    #[test]
    fn a_part_of_the_country_begins_at_its_own_corner() {
        let found = squares(&codes(["PK528", "PK523"])).expect("both are known");
        assert_eq!(found.iter().map(|s| s.0).min(), Some(0));
        assert_eq!(found.iter().map(|s| s.1).min(), Some(0));
        assert_eq!(squares(&codes(["PK528", "nowhere"])), None);
        assert_eq!(squares(&[]), None);
    }
}
