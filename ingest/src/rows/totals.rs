//! Rows below the header that are no records: totals, and the header once more.

use std::sync::LazyLock;

use shumar_schemas::code::fold;

use super::{Cell, tidy};
use crate::Rule;

/// Words with which a row of totals begins.
static WORDS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let lines = include_str!("../../words/totals.txt").lines();
    lines.filter(|l| !l.starts_with('#')).map(fold).filter(|w| !w.is_empty()).collect()
});
/// A longer cell is no label of a total.
const LABEL_MAX: usize = 80;

/// Tells rows that are no records, by the header they stand under.
#[derive(Default)]
pub(crate) struct Marks {
    header: Vec<String>,
    filled: usize,
}

impl Marks {
    /// Marks under a header.
    pub(crate) fn new(header: &[String]) -> Self {
        let header: Vec<String> = header.iter().map(|h| tidy(h)).collect();
        let filled = header.iter().filter(|h| !h.is_empty()).count();
        Self { header, filled }
    }

    /// Why a row is no record, if it is none.
    pub(crate) fn of(&self, cells: &[Cell]) -> Option<Rule> {
        let first = cells.iter().position(|c| *c != Cell::Blank)?;
        let Cell::Text(label) = &cells[first] else { return None };
        if self.header.get(first).is_some_and(|h| *h == tidy(label)) && self.repeats(cells) {
            return Some(Rule::HeaderRepeated);
        }
        self.is_total(label, &cells[first + 1..]).then_some(Rule::TotalRow)
    }

    /// Whether every filled cell is its column's header, and most headers are there.
    fn repeats(&self, cells: &[Cell]) -> bool {
        let filled: Vec<_> = cells.iter().enumerate().filter(|(_, c)| **c != Cell::Blank).collect();
        let same = |(i, cell): &(usize, &Cell)| match cell {
            Cell::Text(text) => self.header.get(*i).is_some_and(|h| *h == tidy(text)),
            _ => false,
        };
        2 * filled.len() > self.filled && filled.iter().all(same)
    }

    /// Whether a row is a total: its first cell is a word for it, or begins with one while the
    /// rest of the row is mostly blank or numbers, as no record's is.
    fn is_total(&self, label: &str, rest: &[Cell]) -> bool {
        if label.len() > LABEL_MAX {
            return false;
        }
        let label = fold(label);
        let begins = |word: &String| {
            label.strip_prefix(word.as_str()).is_some_and(|l| l.is_empty() || l.starts_with(' '))
        };
        if !WORDS.iter().any(begins) {
            return false;
        }
        let filled = || rest.iter().filter(|c| **c != Cell::Blank);
        WORDS.contains(&label)
            || filled().all(|c| whole(c).is_some() || matches!(c, Cell::Number(_) | Cell::Invalid))
            || 2 * (1 + filled().count()) < self.filled
    }
}

/// Holds a sheet's own totals against the rows that were read.
#[derive(Default)]
pub(crate) struct Totals {
    /// Records of the sheet, and since its last total.
    all: u64,
    since: u64,
    /// Columns in which records hold numbers: their totals are sums, not counts.
    summed: Vec<bool>,
}

impl Totals {
    /// Counts a record, or holds a total against the count; says so when they disagree. A total
    /// speaks of rows when it has one number only, in a column whose records hold none.
    pub(crate) fn agree(&mut self, cells: &[Cell], mark: Option<Rule>) -> bool {
        let numbers = cells.iter().enumerate().filter_map(|(i, c)| Some((i, whole(c)?)));
        if mark.is_none() {
            (self.all, self.since) = (self.all + 1, self.since + 1);
            self.summed.resize(self.summed.len().max(cells.len()), false);
            numbers.for_each(|(i, _)| self.summed[i] = true);
            return true;
        }
        if mark != Some(Rule::TotalRow) {
            return true;
        }
        let counts = [self.all, std::mem::take(&mut self.since)];
        match numbers.collect::<Vec<_>>().as_slice() {
            [(i, n)] if !self.summed.get(*i).copied().unwrap_or(false) => counts.contains(n),
            _ => true,
        }
    }
}

/// A whole number, stored as one or written with digits.
fn whole(cell: &Cell) -> Option<u64> {
    match cell {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "in range")]
        Cell::Number(n) if n.fract() == 0.0 && (0.0..1e9).contains(n) => Some(*n as u64),
        Cell::Text(text) if text.len() <= 9 => text.parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> Vec<Cell> {
        text.split(',').map(Cell::text).collect()
    }

    #[test]
    fn totals_and_repeated_headers_are_told_from_records() {
        let header = "No,Token,Date,District,Offence,Days";
        let marks = Marks::new(&header.split(',').map(str::to_owned).collect::<Vec<_>>());
        for (row, mark) in [
            ("Total,,,,,12", Some(Rule::TotalRow)),
            (",,Grand Total:,35,,12", Some(Rule::TotalRow)),
            ("Sub-total Swat,,,,,12", Some(Rule::TotalRow)),
            ("کل تعداد,,,,,۱۲", Some(Rule::TotalRow)),
            ("ٹوٹل,12,13,14,15,16", Some(Rule::TotalRow)),
            ("No,Token,Date,District,Offence,Days", Some(Rule::HeaderRepeated)),
            ("No,Token,Date, District,,", Some(Rule::HeaderRepeated)),
            ("No,t1,05/03/2025,Swat,rape,1", None),
            ("No,,,,,", None),
            ("Totally,,,,,", None),
            ("کلثوم,,,,,12", None),
            ("Total 17/25,t1,05/03/2025,Swat,rape,1", None),
            ("1,Total,05/03/2025,Swat,rape,1", None),
            (",,,,,", None),
        ] {
            assert_eq!(marks.of(&cells(row)), mark, "{row}");
        }
    }

    #[test]
    fn only_a_total_that_must_speak_of_rows_can_disagree() {
        let check = |total: &str| {
            let mut totals = Totals::default();
            for row in ["a,x,5", "b,y,7", "c,z,"] {
                assert!(totals.agree(&cells(row), None));
            }
            totals.agree(&cells(total), Some(Rule::TotalRow))
        };
        assert!(check("Total,3,"));
        assert!(!check("Total,4,"));
        assert!(check("Total,,12"), "a sum of values");
        assert!(check("Total,4,12"), "two numbers");
        assert!(check("Total,,"));
        let mut totals = Totals::default();
        for (row, mark, agrees) in [
            ("a,x", None, true),
            ("Total,1", Some(Rule::TotalRow), true),
            ("b,x", None, true),
            ("Name,Age", Some(Rule::HeaderRepeated), true),
            ("c,x", None, true),
            ("Total,2", Some(Rule::TotalRow), true),
            ("Grand total,3", Some(Rule::TotalRow), true),
            ("Grand total,2", Some(Rule::TotalRow), false),
        ] {
            assert_eq!(totals.agree(&cells(row), mark), agrees, "{row}");
        }
    }
}
