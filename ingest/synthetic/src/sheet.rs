//! A file before it has a format: a header and rows of cells.

use std::collections::BTreeMap;

use crate::Fault;
use crate::calendar::Date;

/// One cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Cell {
    /// Nothing.
    Blank,
    /// Text.
    Text(String),
    /// A whole number; a number in a workbook.
    Number(i32),
    /// A real date of a workbook.
    Date(Date),
    /// A real truth value of a workbook.
    Truth(bool),
}

impl Cell {
    /// The cell in a text file.
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Blank => String::new(),
            Self::Text(text) => text.clone(),
            Self::Number(number) => number.to_string(),
            Self::Date(date) => date.format("%Y-%m-%d"),
            Self::Truth(yes) => if *yes { "TRUE" } else { "FALSE" }.to_owned(),
        }
    }
}

/// A file's content.
#[derive(Debug)]
pub(crate) struct Sheet {
    /// Lines above the header, which stands in the row that the mapping names.
    pub(crate) title: Vec<String>,
    /// The columns' headers.
    pub(crate) header: Vec<String>,
    /// The rows.
    pub(crate) rows: Vec<Vec<Cell>>,
    /// What the rows are.
    pub(crate) tally: Tally,
}

/// What the rows of a file are.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Tally {
    /// Rows that are a good record.
    pub(crate) records: u64,
    /// Rows that repeat one.
    pub(crate) copies: u64,
    /// Rows that must be rejected, by fault.
    pub(crate) faults: BTreeMap<Fault, u64>,
}
