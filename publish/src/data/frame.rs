//! All lists of one statistic or indicator as one typed table, and as Parquet.

use std::io::{self, Write};
use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Builder, RecordBatch, StringBuilder, UInt64Builder};
use arrow::datatypes::{DataType, Field, Schema};
use arrow::error::ArrowError;
use parquet::arrow::arrow_writer::{ArrowWriter, ArrowWriterOptions};
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::metadata::KeyValue;
use parquet::file::properties::{EnabledStatistics, WriterProperties};

use super::sheet::{self, About, Sheet, Values};
use super::text::clean;

/// The column that names the list that a row is of.
pub(crate) const MARGIN: &str = "margin";
/// How hard Parquet is packed; more takes long and gains little on tables of this size.
const ZSTD: i32 = 6;

/// The table: the list's name, the columns of every dimension that any list has, then the columns that
/// all have. A dimension that a list is not broken down by is null, and so is a blank.
///
/// # Errors
/// Lists that do not fit each other, which those of one statistic do.
pub(crate) fn batch(sheets: &[Sheet]) -> Result<RecordBatch, ArrowError> {
    let (mut names, mut known) = (Vec::new(), Vec::new());
    for field in sheets.iter().flat_map(|s| &s.fields) {
        let list = if matches!(field.about, About::Known(_)) { &mut known } else { &mut names };
        if !list.contains(&field.name) {
            list.push(field.name.clone());
        }
    }
    names.extend(known);
    let mut margins = StringBuilder::new();
    for sheet in sheets {
        (0..sheet.rows).for_each(|_| margins.append_value(sheet.margin));
    }
    let mut fields = vec![Field::new(MARGIN, DataType::Utf8, false)];
    let mut columns: Vec<ArrayRef> = vec![Arc::new(margins.finish())];
    for name in names {
        let column = column(sheets, &name);
        fields.push(Field::new(name, column.data_type().clone(), true));
        columns.push(column);
    }
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)
}

/// One column of all lists.
fn column(sheets: &[Sheet], name: &str) -> ArrayRef {
    let found = || sheets.iter().map(|s| (s.rows, s.field(name)));
    let first = found().find_map(|(_, field)| field);
    match first.map(|f| &f.values) {
        Some(Values::Decimals(_)) => {
            let mut builder = Float64Builder::new();
            for (rows, field) in found() {
                match field.map(|f| &f.values) {
                    // Adding zero turns minus zero into zero, as in the other files.
                    Some(Values::Decimals(all)) => {
                        for x in all {
                            builder.append_option(x.map(|x| x + 0.0));
                        }
                    }
                    _ => builder.append_nulls(rows),
                }
            }
            Arc::new(builder.finish())
        }
        Some(Values::Wholes(_)) => {
            let mut builder = UInt64Builder::new();
            for (rows, field) in found() {
                match field.map(|f| &f.values) {
                    Some(Values::Wholes(all)) => all.iter().for_each(|n| builder.append_option(*n)),
                    _ => builder.append_nulls(rows),
                }
            }
            Arc::new(builder.finish())
        }
        _ => {
            let mut builder = StringBuilder::new();
            for (rows, field) in found() {
                for row in 0..rows {
                    let text = field.map(|f| f.printed(row)).unwrap_or_default();
                    builder.append_option(Some(clean(&text)).filter(|t| !t.is_empty()));
                }
            }
            Arc::new(builder.finish())
        }
    }
}

/// Writes the table as Parquet, which names its release; the same lists give the same bytes.
pub(crate) fn write(out: &mut dyn Write, sheets: &[Sheet]) -> io::Result<()> {
    let Some(first) = sheets.first() else { return Ok(()) };
    let batch = batch(sheets).map_err(io::Error::other)?;
    let pair = |key: &str, value: &str| KeyValue::new(format!("shumar.{key}"), value.to_owned());
    let sheet::Subject { id, title, unit, .. } = first.subject;
    let about = vec![
        pair("release", &first.release.id),
        pair("subject", id),
        pair("title", &clean(title.en())),
        pair("unit", &clean(unit.en())),
        pair("period", &first.release.period),
        pair("made_on", &first.release.made_on),
    ];
    let level = ZstdLevel::try_new(ZSTD).map_err(io::Error::other)?;
    let properties = WriterProperties::builder()
        .set_compression(Compression::ZSTD(level))
        .set_statistics_enabled(EnabledStatistics::None)
        .set_created_by("shumar".to_owned())
        .set_key_value_metadata(Some(about))
        .build();
    let options =
        ArrowWriterOptions::new().with_properties(properties).with_skip_arrow_metadata(true);
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new_with_options(&mut bytes, batch.schema(), options)
        .map_err(io::Error::other)?;
    writer.write(&batch).map_err(io::Error::other)?;
    writer.close().map_err(io::Error::other)?;
    out.write_all(&bytes)
}
