//! The indicators of a release: bound before anything is charged, worked out from its estimates.
//!
//! Post-processing: nothing here sees an exact count.

use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, StringArray};
use arrow::datatypes::{DataType, Field};
use shumar_figures::Estimates;
use shumar_figures::indicator::{self, Source, Worked};
use shumar_schemas::release::{
    CONFIDENCE, DimensionDocument, IndicatorDocument, READING_COLUMNS, ReadingsDocument,
    TableDocument,
};
use shumar_schemas::{Catalog, Config, ReleasePlan, Table};

use crate::{TransformError, folder};

/// The folder of indicators' files in a release.
const FOLDER: &str = "indicators";

/// The indicators of a release, bound to its tables.
///
/// # Errors
/// An indicator that needs what the release does not publish.
pub(crate) fn bound(
    config: &Config,
    catalog: &Catalog,
    plan: &ReleasePlan,
    tables: &[Table],
) -> Result<Vec<IndicatorDocument>, TransformError> {
    let place = format!("release `{}`", plan.id);
    let bind = |id: &String| {
        let indicator = catalog.indicator(id, &place)?;
        Ok(indicator.bind(catalog, config.scope.as_ref(), tables)?)
    };
    plan.indicators.iter().map(bind).collect()
}

/// Works out bound indicators and writes their files; everything is durable when this returns.
pub(crate) fn compose(
    mut indicators: Vec<IndicatorDocument>,
    tables: &[TableDocument],
    estimates: &[&dyn Estimates],
    staging: &Path,
) -> Result<Vec<IndicatorDocument>, TransformError> {
    let path = staging.join(FOLDER);
    if path.exists() {
        std::fs::remove_dir_all(&path).map_err(TransformError::write(&path))?;
    }
    if indicators.iter().any(|i| !i.margins.is_empty()) {
        std::fs::create_dir_all(&path).map_err(TransformError::write(&path))?;
    }
    let pairs = tables.iter().zip(estimates.iter().copied());
    let sources: Vec<Source<'_>> =
        pairs.map(|(table, estimates)| Source { table, estimates }).collect();
    for indicator in &mut indicators {
        let mut files = std::mem::take(&mut indicator.margins);
        for file in &mut files {
            let rows = indicator::work_out(indicator, file, &sources, CONFIDENCE)?;
            let columns = indicator::columns(indicator, file, tables)?;
            file.withheld = rows.iter().filter(|r| r.reading.lower.is_none()).count() as u64;
            write(staging, file, &columns, &rows)?;
            file.sha256 = folder::digest(&staging.join(&file.file))?;
        }
        indicator.margins = files;
    }
    Ok(indicators)
}

fn write(
    staging: &Path,
    file: &ReadingsDocument,
    columns: &[DimensionDocument],
    rows: &[Worked],
) -> Result<(), TransformError> {
    let (mut fields, mut arrays): (Vec<Field>, Vec<ArrayRef>) = (Vec::new(), Vec::new());
    let mut inner = rows.len();
    for column in columns {
        let size = column.codes.len();
        inner /= size;
        let code = |row: usize| Some(column.codes[row / inner % size].code.as_str());
        let codes: StringArray = (0..rows.len()).map(code).collect();
        fields.push(Field::new(&column.id, DataType::Utf8, false));
        arrays.push(Arc::new(codes));
    }
    let numbers: [fn(&Worked) -> Option<f64>; 5] = [
        |row| row.reading.value,
        |row| row.reading.lower,
        |row| row.reading.upper,
        |row| row.numerator,
        |row| row.denominator,
    ];
    for (name, number) in READING_COLUMNS.into_iter().zip(numbers) {
        fields.push(Field::new(name, DataType::Float64, true));
        arrays.push(Arc::new(rows.iter().map(number).collect::<Float64Array>()));
    }
    let flags: StringArray = rows.iter().map(|row| Some(row.reading.flag.name())).collect();
    fields.push(Field::new(READING_COLUMNS[5], DataType::Utf8, false));
    arrays.push(Arc::new(flags));
    folder::write(&staging.join(&file.file), fields, arrays, Vec::new())
}
