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
use crate::cores::on_all_cores;
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
    let parts = |i: &IndicatorDocument| i.margins.len();
    let all = indicators.iter().enumerate().flat_map(|(i, d)| (0..parts(d)).map(move |m| (i, m)));
    let all: Vec<(usize, usize)> = all.collect();
    let worked = on_all_cores(&all, |(i, m)| {
        let (indicator, file) = (&indicators[*i], &indicators[*i].margins[*m]);
        let rows = indicator::work_out(indicator, file, &sources, CONFIDENCE)?;
        let withheld = rows.iter().filter(|r| r.reading.lower.is_none()).count() as u64;
        let columns = indicator::columns(indicator, file, tables)?;
        Ok((encode(file, &columns, &rows)?, withheld))
    });
    for ((i, m), worked) in all.into_iter().zip(worked) {
        let (encoded, withheld) = worked?;
        encoded.write(files)?;
        let file = &mut indicators[i].margins[m];
        file.withheld = withheld;
        file.sha256 = encoded.sha256;
    }
    Ok(indicators)
}

fn encode(
    file: &ReadingsDocument,
    columns: &[DimensionDocument],
    rows: &[Worked],
) -> Result<folder::Encoded, TransformError> {
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
    folder::encode(file.file.clone(), fields, arrays, Vec::new())
}
