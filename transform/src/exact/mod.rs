//! Exact sums of kinds free of persons, for a release.
//!
//! This is the only way from the lake to a release beside the kernel. It takes [`Sums`], which are bound
//! for kinds only that their schema declares free of persons, and reads rows only that were taken in as
//! such. It knows no budget, no ledger and no noise, and joins nothing with what is about persons.

mod add;
mod reported;

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array};
use arrow::datatypes::{DataType, Field};
use rusqlite::Connection;
use shumar_schemas::bind::{Sums, sums};
use shumar_schemas::release::{ActivityField, ExactDocument, ExactMargin, SUM};
use shumar_schemas::{Margin, Period, RecordKind, ReleasePlan, SchemaError};

use crate::aside::{Aside, sync_folder};
use crate::document::{dimensions, names};
use crate::folder::{code_columns, encode};
use crate::ledger::charges_kind;
use crate::{TransformError, Workshop, coverage, lake};

use add::{Line, lines};
use reported::Reported;

/// The file of a margin, relative to the release folder.
fn file(id: &str, margin: &Margin) -> String {
    format!("exact/{id}--{}.parquet", margin.id)
}

/// Whether the exact tables of a release are those of its document.
pub(crate) fn same(bound: &[Sums], documents: &[ExactDocument]) -> bool {
    let margins = |t: &Sums| t.margins.iter().map(|m| names(&t.axes, m)).collect::<Vec<_>>();
    let one = |(t, d): (&Sums, &ExactDocument)| {
        (&t.id, &t.kind, &t.measure) == (&d.id, &d.kind, &d.measure)
            && dimensions(&t.axes) == d.dimensions
            && margins(t) == d.margins.iter().map(|m| m.by.clone()).collect::<Vec<_>>()
    };
    bound.len() == documents.len() && bound.iter().zip(documents).all(one)
}

/// The exact tables of a release, bound and not summed.
///
/// # Errors
/// A statistic that is no sum of a kind free of persons, and a kind whose records were once measured as
/// those of persons: what the ledger was charged for is never published exactly.
pub(crate) fn bound(
    workshop: &Workshop<'_>,
    register: &Connection,
    plan: &ReleasePlan,
    period: Period,
) -> Result<Vec<Sums>, TransformError> {
    let place = format!("release `{}`", plan.id);
    let statistics = plan.exact.iter().map(|id| workshop.catalog.statistic(id, &place));
    let statistics = statistics.collect::<Result<Vec<_>, SchemaError>>()?;
    let scope = workshop.config.scope.as_ref();
    let bound = sums(&statistics, workshop.catalog, scope, period)?;
    for table in &bound {
        if charges_kind(register, &table.kind)? {
            let what = format!(
                "records of the kind `{}` were measured as those of persons before",
                table.kind
            );
            let hint = "they are never published exactly; give activity a kind of another name";
            return Err(SchemaError::invalid(place, what, hint).into());
        }
    }
    Ok(bound)
}

/// Sums a release's exact tables, one scan a kind, and writes their files aside.
///
/// # Privacy
/// Costs nothing: no record that is read is about a person.
pub(crate) async fn compose(
    workshop: &Workshop<'_>,
    register: &Connection,
    bound: &[Sums],
    period: Period,
    staging: &Path,
    progress: &mut dyn FnMut(&str),
) -> Result<Vec<ExactDocument>, TransformError> {
    prepare(staging, bound.is_empty())?;
    if bound.is_empty() {
        return Ok(Vec::new());
    }
    let _held = lake::hold(workshop.home)?;
    let kinds: BTreeSet<&str> = bound.iter().map(|t| t.kind.as_str()).collect();
    let coverage = coverage::compose(workshop, register, period, &kinds)?;
    let mut documents: Vec<ExactDocument> = Vec::new();
    let mut files = Aside::new(staging);
    for name in kinds {
        progress(&format!("summing {name}"));
        let kind = workshop.catalog.kind(name, "the release")?;
        let lake = lake::files(register, name, period)?;
        let checking = lake::check(workshop.home, &lake, workshop.seal);
        let lines = lines(workshop.home, kind, &lake, period, workshop.seal).await;
        // A file that is not the one that ingest wrote explains whatever else went wrong with it.
        checking.join().unwrap_or(Err(TransformError::Engine))?;
        let lines = lines?;
        for table in bound.iter().filter(|t| t.kind == name) {
            let reported = Reported::of(table, &lines, &coverage);
            documents.push(document(kind, table, &lines, &reported, &mut files)?);
        }
    }
    files.land()?;
    documents.sort_by_key(|d| bound.iter().position(|t| t.id == d.id));
    Ok(documents)
}

fn document(
    kind: &RecordKind,
    table: &Sums,
    lines: &[Line],
    reported: &Reported,
    files: &mut Aside<'_>,
) -> Result<ExactDocument, TransformError> {
    let mut margins = Vec::new();
    for margin in &table.margins {
        let cells = cells(table, margin, lines, reported).ok_or(TransformError::Engine)?;
        let axes = margin.by.iter().map(|&(axis, level)| {
            let axis = &table.axes[axis];
            (axis.name_at(level).0, axis.codes_at(level))
        });
        let (mut fields, mut columns) = code_columns(&axes.collect::<Vec<_>>(), cells.len());
        fields.push(Field::new(SUM, DataType::Int64, true));
        columns.push(Arc::new(Int64Array::from(cells.clone())) as ArrayRef);
        let encoded = encode(file(&table.id, margin), fields, columns, Vec::new())?;
        encoded.write(files)?;
        margins.push(ExactMargin {
            id: margin.id.clone(),
            by: names(&table.axes, margin),
            file: file(&table.id, margin),
            sha256: encoded.sha256.clone(),
            cells: cells.len() as u64,
        });
    }
    let field = |f: &shumar_schemas::Field| ActivityField {
        name: f.name.clone(),
        role: f.role,
        codes: f.codes.clone(),
    };
    Ok(ExactDocument {
        id: table.id.clone(),
        kind: kind.name.clone(),
        free_of_persons: kind.free_of_persons,
        fields: kind.fields.iter().map(field).collect(),
        measure: table.measure.clone(),
        title: table.title.clone(),
        note: table.note.clone(),
        unit: table.unit.clone(),
        dimensions: dimensions(&table.axes),
        margins,
    })
}

/// The cells of a margin, the last of its axes fastest: sums, or nothing where nothing was reported.
/// `None` if a sum overflows.
fn cells(
    table: &Sums,
    margin: &Margin,
    lines: &[Line],
    reported: &Reported,
) -> Option<Vec<Option<i64>>> {
    let measure = table.measure.as_str();
    let sizes = margin.by.iter().map(|&(axis, level)| table.axes[axis].codes_at(level).len());
    let sizes: Vec<usize> = sizes.collect();
    let mut sums = vec![0_i64; sizes.iter().product()];
    'lines: for line in lines {
        // A code that its list no longer has stands in no cell, and in no total either.
        let mut places = Vec::with_capacity(table.axes.len());
        for axis in &table.axes {
            let Some(place) = line.place(&axis.source) else { continue 'lines };
            places.push(place);
        }
        let cell = margin.by.iter().zip(&sizes).fold(0, |cell, (&(axis, level), size)| {
            cell * size + table.axes[axis].place_at(level, places[axis])
        });
        sums[cell] = sums[cell].checked_add(line.sum(measure))?;
    }
    let told = reported.cells(table, margin, &sizes);
    Some(sums.into_iter().zip(told).map(|(sum, told)| told.then_some(sum)).collect())
}

/// Makes the folder of the files anew, if there will be any: what an interruption left there is summed
/// again, at no cost.
fn prepare(staging: &Path, none: bool) -> Result<(), TransformError> {
    let path = staging.join("exact");
    match std::fs::remove_dir_all(&path) {
        Err(e) if e.kind() != std::io::ErrorKind::NotFound => {
            return Err(TransformError::write(&path)(e));
        }
        _ => {}
    }
    if none {
        return Ok(());
    }
    std::fs::create_dir(&path).map_err(TransformError::write(&path))?;
    sync_folder(staging)
}
