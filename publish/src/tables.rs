//! Published tables for queries: each statistic and indicator as one typed table over all releases, and
//! the margin of error of any sum of its estimates.

mod sums;

use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array, RecordBatch, new_null_array};
use arrow::datatypes::{DataType, Field, Schema};
use shumar_schemas::Label;
use shumar_schemas::release::{DOCUMENT, IndicatorDocument};
use shumar_words::{Language, Words};

use crate::PublishError;
use crate::beside::AllBeside;
use crate::data::{Data, Sheet, batch, column_means};
use crate::earlier::year_before;
use crate::exact::with_lists;
use crate::margins::{Margin, margins, with_files};
use crate::read::{Release, Statistic, statistics};
use crate::site::{folders, newest_first};

use sums::Lists;
pub use sums::{Error, Untold};

/// The column that numbers the cells of statistics; sums of estimates are told by these numbers.
pub const CELL: &str = "cell";
/// Columns that take long to work out, and are left out unless they are asked for.
pub const BESIDE: [&str; 4] = crate::beside::COLUMNS;

/// All published tables of some releases.
pub struct Tables {
    releases: Vec<Release>,
    lists: Lists,
}

/// One table: a statistic or an indicator of all releases that have it.
pub struct Table {
    /// Its name in queries.
    pub name: String,
    /// Its title.
    pub title: Label,
    /// What its figures are.
    pub unit: Label,
    /// The releases that have it.
    pub releases: Vec<String>,
}

/// The rows of a table.
pub struct Rows {
    /// All rows; the first column is [`CELL`] if the table is a statistic.
    pub batch: RecordBatch,
    /// What each column means, in English.
    pub means: Vec<String>,
}

impl Tables {
    /// Opens the releases in a folder, or the copies of them in the data folder of a site. Each is
    /// checked against the key beside it.
    ///
    /// # Errors
    /// A folder that can't be read, or a release that was changed.
    pub fn open(folder: &Path) -> Result<Self, PublishError> {
        let mut releases = Vec::new();
        for path in folders(folder)? {
            let copy = path.join("release");
            if path.join(DOCUMENT).is_file() {
                releases.push(Release::open(&path)?);
            } else if copy.join(DOCUMENT).is_file() {
                releases.push(Release::open_copy(&copy)?);
            }
        }
        Ok(Self { releases: newest_first(releases), lists: Lists::default() })
    }

    /// What tables there are, in the order of the newest release that has them.
    #[must_use]
    pub fn list(&self) -> Vec<Table> {
        let mut found: Vec<Table> = Vec::new();
        for release in &self.releases {
            let document = &release.document;
            let all =
                statistics(document).map(|s| (&s.document.id, &s.document.title, &s.table.unit));
            let others = document.indicators.iter().filter(|i| !i.margins.is_empty());
            let exact = document.exact.iter().map(|e| (&e.id, &e.title, &e.unit));
            let others = others.map(|i| (&i.id, &i.title, &i.unit)).chain(exact);
            for (id, title, unit) in all.chain(others) {
                let name = name(id);
                match found.iter_mut().find(|t| t.name == name) {
                    Some(table) => table.releases.push(document.id.clone()),
                    None => found.push(Table {
                        name,
                        title: title.clone(),
                        unit: unit.clone(),
                        releases: vec![document.id.clone()],
                    }),
                }
            }
        }
        found
    }

    /// The rows of a table over all releases, or none if no release has it. The columns [`BESIDE`] take
    /// seconds for each release, and are there only if `beside` asks for them.
    ///
    /// # Errors
    /// A file that was changed or can't be read.
    pub fn rows(&mut self, table: &str, beside: bool) -> Result<Option<Rows>, PublishError> {
        let mut parts: Vec<(RecordBatch, Vec<String>)> = Vec::new();
        for (place, release) in self.releases.iter().enumerate() {
            let document = &release.document;
            if let Some(statistic) = statistics(document).find(|s| name(&s.document.id) == table) {
                let earlier = year_before(&self.releases, document);
                let all = if beside { Some(AllBeside::of(release, earlier)?) } else { None };
                parts.push(of_statistic(
                    &mut self.lists,
                    (place, release),
                    statistic,
                    all.as_ref(),
                )?);
            }
            let has = |i: &&IndicatorDocument| name(&i.id) == table && !i.margins.is_empty();
            if let Some(indicator) = document.indicators.iter().find(has) {
                parts.push(of_indicator(release, indicator)?);
            }
            if let Some(exact) = document.exact.iter().find(|e| name(&e.id) == table) {
                parts.push(with_lists(release, exact, |lists| {
                    framed(release, &lists.iter().map(Sheet::of_exact).collect::<Vec<_>>())
                })?);
            }
        }
        Ok(joined(&parts))
    }

    /// The margin of error, 95 %, of Σ weight·estimate over cells of statistics, by their numbers.
    ///
    /// # Errors
    /// [`Untold`]: why it can't be told.
    pub fn error(&self, sum: &[(i64, f64)]) -> Result<Error, Untold> {
        self.lists.error(&self.releases, sum)
    }
}

/// A name that needs no quotes in SQL.
fn name(id: &str) -> String {
    id.to_ascii_lowercase().replace('-', "_")
}

fn of_statistic(
    lists: &mut Lists,
    (place, release): (usize, &Release),
    statistic: Statistic,
    all: Option<&AllBeside>,
) -> Result<(RecordBatch, Vec<String>), PublishError> {
    let shape = release.shape(statistic.table)?;
    let margins = margins(release, statistic, &shape, all)?;
    let data: Vec<Data> = margins.iter().map(|m| m.data(&release.document, statistic)).collect();
    let sheets: Vec<Sheet> = data.iter().map(Sheet::of_margin).collect();
    let rows: i64 = sheets.iter().map(|s| i64::try_from(s.rows).unwrap_or(i64::MAX)).sum();
    let first = lists.next();
    for Margin { document, grid, .. } in &margins {
        lists.add(place, &statistic.table.id, &document.by, grid.cells);
    }
    let (batch, mut means) = framed(release, &sheets)?;
    let cells: ArrayRef = Arc::new(Int64Array::from_iter_values(first..first + rows));
    let mut fields = vec![Arc::new(Field::new(CELL, DataType::Int64, true))];
    fields.extend(batch.schema().fields().iter().cloned());
    let columns = [cells].into_iter().chain(batch.columns().iter().cloned()).collect();
    let batch = RecordBatch::try_new(Arc::new(Schema::new(fields)), columns);
    means.insert(0, "number of the cell, for margins of error".to_owned());
    let batch =
        batch.map_err(|e| release.folder.flaw(DOCUMENT, format!("can't be queried: {e}")))?;
    Ok(without_blank(&batch, &means, all.is_some()))
}

fn of_indicator(
    release: &Release,
    indicator: &IndicatorDocument,
) -> Result<(RecordBatch, Vec<String>), PublishError> {
    with_files(release, indicator, |files| {
        framed(release, &files.iter().map(Sheet::of_indicator).collect::<Vec<_>>())
    })
}

/// The lists as one table, and what its columns mean.
fn framed(release: &Release, sheets: &[Sheet]) -> Result<(RecordBatch, Vec<String>), PublishError> {
    let batch = batch(sheets)
        .map_err(|e| release.folder.flaw(DOCUMENT, format!("can't be queried: {e}")))?;
    let means = Language::all().first().copied().map(Words::load).map(|words| {
        let schema = batch.schema();
        schema.fields().iter().map(|f| column_means(sheets, f.name(), &words)).collect()
    });
    Ok((batch, means.unwrap_or_default()))
}

/// Without the columns that were not worked out.
fn without_blank(
    batch: &RecordBatch,
    means: &[String],
    beside: bool,
) -> (RecordBatch, Vec<String>) {
    let schema = batch.schema();
    let kept: Vec<usize> = (0..batch.num_columns())
        .filter(|i| beside || !BESIDE.contains(&schema.field(*i).name().as_str()))
        .collect();
    let means = kept.iter().filter_map(|i| means.get(*i).cloned()).collect();
    (batch.project(&kept).unwrap_or_else(|_| batch.clone()), means)
}

/// The parts of several releases below each other; a column that one has not is null there.
fn joined(parts: &[(RecordBatch, Vec<String>)]) -> Option<Rows> {
    let mut fields: Vec<Arc<Field>> = Vec::new();
    let mut means = Vec::new();
    for (batch, said) in parts {
        for (field, said) in batch.schema().fields().iter().zip(said) {
            let nullable = Arc::new(Field::clone(field).with_nullable(true));
            if !fields.iter().any(|f| f.name() == field.name()) {
                // Columns of codes stand before those that every table has.
                let known = |f: &Arc<Field>| batch.schema().index_of(f.name()).ok();
                let own = batch.schema().index_of(field.name()).ok();
                let at = fields.iter().position(|f| known(f) > own && known(f).is_some());
                let at = at.unwrap_or(fields.len());
                fields.insert(at, nullable);
                means.insert(at, said.clone());
            }
        }
    }
    let schema = Arc::new(Schema::new(fields));
    let batches: Vec<RecordBatch> = parts
        .iter()
        .map(|(batch, _)| {
            let column = |f: &Arc<Field>| match batch.column_by_name(f.name()) {
                Some(column) if column.data_type() == f.data_type() => Arc::clone(column),
                _ => new_null_array(f.data_type(), batch.num_rows()),
            };
            let columns = schema.fields().iter().map(column).collect();
            RecordBatch::try_new(Arc::clone(&schema), columns)
        })
        .collect::<Result<_, _>>()
        .ok()?;
    let batch = arrow::compute::concat_batches(&schema, &batches).ok()?;
    (!parts.is_empty()).then_some(Rows { batch, means })
}
