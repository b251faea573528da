//! The header of a sheet: titles may stand above it, and it may be two rows high.

use shumar_schemas::Provider;

use super::cells::header_text;
use super::merged::Merged;
use super::source::Line;
use crate::rows::find_header;

/// A header is no higher.
const HEIGHT_MAX: u64 = 5;

/// A sheet's header.
pub(super) struct Head {
    /// Its texts by column, up to the last filled one.
    pub(super) texts: Vec<String>,
    /// The number of its last row: what stands below is data.
    pub(super) last_row: u64,
}

/// Finds the header among a sheet's first lines: in the row that the mapping names, or where the
/// mapped columns are.
pub(super) fn find(lines: &[Line], areas: &[Merged], provider: &Provider) -> Option<Head> {
    let texts: Vec<Vec<String>> =
        lines.iter().map(|l| l.cells.iter().map(header_text).collect()).collect();
    let named = provider.header_row.map(u64::from);
    let place = match named {
        Some(row) => lines.iter().position(|l| l.number == row)?,
        None if lines.is_empty() => return None,
        None => {
            let plain = find_header(&texts, provider);
            lower(plain, lines, areas, &texts, provider)
        }
    };
    // A header of two rows is taken as one only where that fits the mapping better.
    let is_place = |i: &usize| named.is_none() || *i == place;
    let double: Vec<usize> = (1..lines.len())
        .filter(|i| is_place(i) && lines[i - 1].number + 1 == lines[*i].number)
        .filter(|i| areas.iter().any(|a| is_title(a, lines[i - 1].number)))
        .collect();
    let mut candidates = vec![texts[place].clone()];
    candidates.extend(
        double.iter().map(|&i| joined(&texts[i - 1], &texts[i], areas, lines[i - 1].number)),
    );
    let best = find_header(&candidates, provider);
    let place = if best == 0 { place } else { double[best - 1] };
    let mut texts = candidates.swap_remove(best);
    texts.truncate(texts.iter().rposition(|t| !t.is_empty()).map_or(0, |i| i + 1));
    let row = lines[place].number;
    Some(Head { texts, last_row: bottom(row, areas) })
}

/// Where merged cells make a header higher than the row that fits, its lowest row, if that fits
/// as well.
fn lower(
    place: usize,
    lines: &[Line],
    areas: &[Merged],
    texts: &[Vec<String>],
    provider: &Provider,
) -> usize {
    let last = bottom(lines[place].number, areas);
    let below = (place + 1..lines.len()).take_while(|i| lines[*i].number <= last).last();
    let fits = |i: &usize| find_header(&[texts[*i].clone(), texts[place].clone()], provider) == 0;
    below.filter(fits).unwrap_or(place)
}

/// The last row of the header's merged cells.
fn bottom(row: u64, areas: &[Merged]) -> u64 {
    let holds = |a: &&Merged| a.first_row <= row && row <= a.last_row;
    let low =
        areas.iter().filter(holds).map(|a| a.last_row).filter(|last| *last < row + HEIGHT_MAX);
    low.max().unwrap_or(row).max(row)
}

/// Whether an area is a title over several columns in a row.
fn is_title(area: &Merged, row: u64) -> bool {
    area.last_column > area.first_column && area.first_row <= row && row <= area.last_row
}

/// Two rows of a header as one.
fn joined(upper: &[String], lower: &[String], areas: &[Merged], row: u64) -> Vec<String> {
    let mut above = upper.to_vec();
    above.resize(upper.len().max(lower.len()), String::new());
    let mut covered = vec![false; above.len()];
    for area in areas.iter().filter(|a| is_title(a, row)) {
        // Areas never overlap, unless somebody made them to: the first one counts.
        if covered.get(area.first_column).copied().unwrap_or(true) {
            continue;
        }
        let title = above.get(area.first_column).cloned().unwrap_or_default();
        let places = above.iter_mut().zip(&mut covered).take(area.last_column + 1);
        for (text, covered) in places.skip(area.first_column) {
            text.clone_from(&title);
            *covered = true;
        }
    }
    let blank = String::new();
    let join = |(i, above): (usize, &String)| {
        let below = lower.get(i).unwrap_or(&blank);
        if above.is_empty() || above == below {
            below.clone()
        } else {
            format!("{above} {below}").trim_end().to_owned()
        }
    };
    above.iter().enumerate().map(join).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rows::Cell;

    fn provider(columns: &str) -> Provider {
        let columns: Vec<String> = columns.split(',').map(|c| format!("\"{c}\"")).collect();
        let text =
            format!("id = \"a\"\nkind = \"police\"\ndrop = [{}]\n[fields]\n", columns.join(","));
        toml::from_str(&text).expect("a provider")
    }

    /// A header whose first columns are merged over two rows, and whose last stand under a title.
    fn lines() -> (Vec<Line>, Vec<Merged>) {
        let rows = ["Return of March", "No,Date,Victim", "No,Date,Age,Days", "1,x,2,3"];
        let line = |(i, text): (usize, &&str)| Line {
            number: i as u64 + 2,
            cells: text.split(',').map(Cell::text).collect(),
        };
        let area = |first_row, last_row, first_column, last_column| Merged {
            first_row,
            last_row,
            first_column,
            last_column,
        };
        let areas = vec![area(2, 2, 0, 3), area(3, 4, 0, 0), area(3, 4, 1, 1), area(3, 3, 2, 3)];
        (rows.iter().enumerate().map(line).collect(), areas)
    }

    #[test]
    fn the_lower_row_is_the_header_or_both_are() {
        let (lines, areas) = lines();
        let find = |columns| {
            let head = find(&lines, &areas, &provider(columns)).expect("a header");
            (head.texts.join(","), head.last_row)
        };
        assert_eq!(find("No,Date,Age,Days"), ("No,Date,Age,Days".to_owned(), 4));
        assert_eq!(find("No,Date"), ("No,Date,Age,Days".to_owned(), 4));
        let both = "No,Date,Victim Age,Victim Days";
        assert_eq!(find(both), (both.to_owned(), 4));
        assert_eq!(find("No,Date,Victim"), ("No,Date,Victim".to_owned(), 4));
    }

    #[test]
    fn a_named_row_is_the_header_and_no_other() {
        let (lines, areas) = lines();
        let mut mapping = provider("No");
        mapping.header_row = Some(5);
        let head = find(&lines, &areas, &mapping).expect("a header");
        assert_eq!((head.texts.join(","), head.last_row), ("1,x,2,3".to_owned(), 5));
        mapping.header_row = Some(1);
        assert!(find(&lines, &areas, &mapping).is_none());
    }
}
