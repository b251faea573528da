//! Merged cells: the value of an area stands for all its rows.

use calamine::Dimensions;

use crate::rows::Cell;

/// A merged area, by rows (from 1) and columns (from 0).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Merged {
    pub(super) first_row: u64,
    pub(super) last_row: u64,
    pub(super) first_column: usize,
    pub(super) last_column: usize,
}

impl From<Dimensions> for Merged {
    fn from(area: Dimensions) -> Self {
        Self {
            first_row: u64::from(area.start.0) + 1,
            last_row: u64::from(area.end.0) + 1,
            first_column: area.start.1 as usize,
            last_column: area.end.1 as usize,
        }
    }
}

/// Fills the rows of a sheet, which come in order.
#[derive(Default)]
pub(super) struct Fill {
    /// Areas below the rows seen, the last of them first.
    waiting: Vec<Merged>,
    /// Areas that reach below the row seen last, and their values.
    open: Vec<(Merged, Cell)>,
}

impl Fill {
    pub(super) fn new(areas: &[Merged]) -> Self {
        let mut waiting: Vec<Merged> =
            areas.iter().filter(|a| a.last_row > a.first_row).copied().collect();
        waiting.sort_by_key(|a| std::cmp::Reverse(a.first_row));
        Self { waiting, open: Vec::new() }
    }

    /// Fills the blank cells of a row from areas that began above.
    pub(super) fn fill(&mut self, number: u64, cells: &mut Vec<Cell>) {
        self.open.retain(|(area, _)| area.last_row >= number);
        for (area, value) in &self.open {
            if cells.len() <= area.first_column {
                cells.resize(area.first_column + 1, Cell::Blank);
            }
            if cells[area.first_column] == Cell::Blank {
                cells[area.first_column] = value.clone();
            }
        }
        while let Some(area) = self.waiting.pop_if(|a| a.first_row <= number) {
            let value = cells.get(area.first_column).cloned().unwrap_or(Cell::Blank);
            if area.first_row == number && value != Cell::Blank {
                // Areas never overlap, unless somebody made them to: one a column is enough.
                self.open.retain(|(open, _)| open.first_column != area.first_column);
                self.open.push((area, value));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_area_fills_its_rows_and_no_others() {
        let area = |first_row, last_row, first_column| Merged {
            first_row,
            last_row,
            first_column,
            last_column: first_column,
        };
        let mut fill = Fill::new(&[area(5, 6, 0), area(2, 4, 1), area(3, 3, 0)]);
        let mut told = Vec::new();
        for (number, text) in [(1, "a,b"), (2, "c,d"), (3, "e"), (4, "f,own"), (6, ",g"), (7, ",h")]
        {
            let mut cells: Vec<Cell> = text.split(',').map(Cell::text).collect();
            fill.fill(number, &mut cells);
            told.push(cells);
        }
        let text = |t: &str| Cell::Text(t.to_owned());
        assert_eq!(told[2], [text("e"), text("d")]);
        assert_eq!(told[3], [text("f"), text("own")]);
        // The area of rows 5 and 6 had no value to give: its first row was blank.
        assert_eq!(told[4], [Cell::Blank, text("g")]);
        assert_eq!(told[5], [Cell::Blank, text("h")]);
    }
}
