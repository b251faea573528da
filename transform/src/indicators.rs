//! The indicators of a release: bound before anything is charged, worked out from its estimates.
//!
//! Post-processing: nothing here sees an exact count.

use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, StringArray};
use arrow::datatypes::{DataType, Field};
use shumar_figures::Figures;
use shumar_figures::indicator::{self, Source, Worked};
use shumar_schemas::release::{
    CONFIDENCE, DimensionDocument, IndicatorDocument, READING_COLUMNS, ReadingsDocument,
    TableDocument,
};
use shumar_schemas::{Catalog, Config, ReleasePlan, Table};

use crate::aside::Aside;
use crate::{TransformError, folder};

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

/// Works out bound indicators and writes their files aside.
pub(crate) fn compose(
    mut indicators: Vec<IndicatorDocument>,
    tables: &[TableDocument],
    figures: &[(&TableDocument, Figures)],
    files: &mut Aside<'_>,
) -> Result<Vec<IndicatorDocument>, TransformError> {
    let sources: Vec<Source<'_>> =
        figures.iter().map(|(table, estimates)| Source { table, estimates }).collect();
    for indicator in &mut indicators {
        let mut margins = std::mem::take(&mut indicator.margins);
        for file in &mut margins {
            let rows = indicator::work_out(indicator, file, &sources, CONFIDENCE)?;
            let columns = indicator::columns(indicator, file, tables)?;
            file.withheld = rows.iter().filter(|r| r.reading.lower.is_none()).count() as u64;
            file.sha256 = write(files, file, &columns, &rows)?;
        }
        indicator.margins = margins;
    }
    Ok(indicators)
}

fn write(
    files: &mut Aside<'_>,
    file: &ReadingsDocument,
    columns: &[DimensionDocument],
    rows: &[Worked],
) -> Result<String, TransformError> {
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
    folder::write(files, &file.file, fields, arrays, Vec::new())
}
