//! The header among the first rows of a file: titles may stand above it, more of them this month
//! than last.

use std::collections::HashSet;

use shumar_schemas::Provider;

/// The header is looked for in this many rows.
pub(crate) const SEARCHED: usize = 50;

/// A header without its padding and line breaks.
pub(crate) fn tidy(header: &str) -> String {
    header.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The place of the header among the first rows: the first row with the most of the columns that
/// the mapping names. Without any, the first row with the most filled cells.
pub(crate) fn find(rows: &[Vec<String>], provider: &Provider) -> usize {
    let named: HashSet<String> = provider.columns().map(tidy).collect();
    let score = |row: &Vec<String>| {
        let cells: HashSet<String> =
            row.iter().map(|c| tidy(c)).filter(|c| !c.is_empty()).collect();
        (cells.intersection(&named).count(), if named.is_empty() { cells.len() } else { 0 })
    };
    let mut best = (0, (0, 0));
    for (i, row) in rows.iter().take(SEARCHED).enumerate() {
        let found = score(row);
        if found > best.1 {
            best = (i, found);
        }
    }
    best.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<Vec<String>> {
        text.lines().map(|l| l.split(',').map(str::to_owned).collect()).collect()
    }

    fn provider(text: &str) -> Provider {
        toml::from_str(&format!("id = \"a\"\nkind = \"police\"\n{text}")).expect("a provider")
    }

    #[test]
    fn the_header_is_the_first_row_with_most_mapped_columns() {
        let mapped = provider("person = \"Token\"\n[fields]\ndistrict = \"District\"\n");
        let text =
            "District of Mardan,,\n,,\nNo,Token, District\n1,District,Token\nNo,Token,District";
        assert_eq!(find(&rows(text), &mapped), 2);
        assert_eq!(find(&rows("a,b\nc,d"), &mapped), 0);
        assert_eq!(find(&rows("Return,,\nNo,Token,District\n1,2,3"), &provider("[fields]\n")), 1);
    }
}
