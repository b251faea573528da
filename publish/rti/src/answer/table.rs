//! Cells taken from a published data file (CSV), as an officer picks them.

use std::collections::{BTreeMap, BTreeSet};

use shumar_schemas::Label;
use shumar_schemas::disclosure::SourceDocument;
use shumar_schemas::release::ESTIMATE_COLUMNS;

use super::{Answer, Cell, Column, FORMAT, Place, Question, Route};
use crate::RtiError;

/// What the site says about a data file.
#[derive(Debug, Clone)]
pub struct Table<'a> {
    /// The statistic and the margin: `police-complaints--district`.
    pub name: &'a str,
    /// The text of the file.
    pub csv: &'a str,
    /// The title of the statistic.
    pub title: Label,
    /// Titles of the dimensions by their id.
    pub dimensions: BTreeMap<String, Label>,
    /// The period of the release.
    pub period: String,
    /// The release, with the hash of its document.
    pub release: SourceDocument,
    /// How the cells were obtained, in words.
    pub derivation: Label,
}

/// The whole number that adds up, where there is one.
const DISPLAYED: &str = "displayed";
/// What the figures count.
const UNIT: &str = "unit";
/// Tails of the columns with a code's labels.
const LABELS: [(&str, &str); 2] = [("en", "_label_en"), ("ur", "_label_ur")];

/// The rows of a published file whose codes are wanted, as an answer.
///
/// # Errors
/// A file that is no data file of the site, a filter on a column that it does not have, and
/// filters that leave no row.
pub fn from_published(
    table: &Table<'_>,
    only: BTreeMap<String, BTreeSet<String>>,
) -> Result<Answer, RtiError> {
    let unreadable = || {
        RtiError::refused(
            format!("`{}` is not a data file of the site", crate::clean(table.name)),
            "name a CSV file below `site/data/RELEASE/`; `shumar publish` writes them",
        )
    };
    let mut reader = csv::Reader::from_reader(table.csv.as_bytes());
    let header = reader.headers().map_err(|_| unreadable())?.clone();
    let at = |name: &str| header.iter().position(|h| h == name);
    let numbers = ESTIMATE_COLUMNS.map(at);
    let [Some(estimate), Some(error), Some(lower), Some(upper)] = numbers else {
        return Err(unreadable());
    };
    let dimensions: Vec<(usize, &str)> = header
        .iter()
        .enumerate()
        .take_while(|(i, _)| *i < estimate)
        .filter(|(_, h)| LABELS.iter().all(|(_, tail)| !h.ends_with(tail)))
        .collect();
    if let Some(unknown) = only.keys().find(|k| dimensions.iter().all(|(_, d)| d != k)) {
        let known: Vec<&str> = dimensions.iter().map(|(_, d)| *d).collect();
        return Err(RtiError::refused(
            format!("`{}` has no dimension `{}`", table.name, crate::clean(unknown)),
            format!(
                "it has: {}",
                if known.is_empty() { "none".to_owned() } else { known.join(", ") }
            ),
        ));
    }
    let columns = Columns {
        header: &header,
        dimensions: &dimensions,
        numbers: [estimate, error, lower, upper],
    };
    let (mut cells, mut unit) = (Vec::new(), Label::default());
    for row in reader.records() {
        let row = row.map_err(|_| unreadable())?;
        let field = |i: usize| row.get(i).unwrap_or_default();
        let wanted =
            |(i, d): &(usize, &str)| only.get(*d).is_none_or(|codes| codes.contains(field(*i)));
        if dimensions.iter().all(wanted) {
            unit = Label::english(at(UNIT).map(field).unwrap_or_default());
            cells.push(columns.cell(&row).ok_or_else(unreadable)?);
        }
    }
    if cells.is_empty() {
        return Err(RtiError::refused(
            format!("no row of `{}` fits what was asked", table.name),
            "look at the codes in the file, and write them like `--where district=PK501`",
        ));
    }
    let column = |(_, id): &(usize, &str)| Column {
        id: (*id).to_owned(),
        title: table.dimensions.get(*id).cloned().unwrap_or_else(|| Label::neutral(*id)),
    };
    let measure = table.name.split_once("--").map_or(table.name, |(measure, _)| measure);
    let question = Question {
        measure: measure.to_owned(),
        by: dimensions.iter().map(|(_, d)| (*d).to_owned()).collect(),
        only,
        period: table.period.clone(),
    };
    let answer = Answer {
        format: FORMAT.to_owned(),
        question,
        title: table.title.clone(),
        unit,
        columns: dimensions.iter().map(column).collect(),
        cells,
        derivation: table.derivation.clone(),
        releases: vec![table.release.clone()],
        route: Route::PublishedCell,
    };
    answer.check()?;
    Ok(answer)
}

/// Where the parts of a cell stand in a row.
struct Columns<'a> {
    header: &'a csv::StringRecord,
    dimensions: &'a [(usize, &'a str)],
    numbers: [usize; 4],
}

impl Columns<'_> {
    fn cell(&self, row: &csv::StringRecord) -> Option<Cell> {
        let at = |name: &str| self.header.iter().position(|h| h == name);
        let field = |i: usize| row.get(i).unwrap_or_default();
        let number = |i: usize| field(i).parse::<f64>().ok();
        let place = |(i, d): &(usize, &str)| {
            let labels =
                LABELS.iter().filter_map(|(tag, tail)| Some((tag, at(&format!("{d}{tail}"))?)));
            let label = labels.fold(Label::default(), |l, (tag, i)| l.with(tag, field(i)));
            Place { code: field(*i).to_owned(), label }
        };
        let [estimate, error, lower, upper] = self.numbers;
        let estimate = number(estimate)?;
        let displayed = at(DISPLAYED).map(field).filter(|d| !d.is_empty());
        Some(Cell {
            place: self.dimensions.iter().map(place).collect(),
            estimate,
            standard_error: number(error)?,
            lower: number(lower)?,
            upper: number(upper)?,
            displayed: displayed.map_or_else(|| format!("{:.0}", estimate.max(0.0)), str::to_owned),
        })
    }
}
