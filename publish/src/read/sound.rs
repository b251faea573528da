//! Whether a document fits itself: names, references, files, and sizes within reason.
//!
//! The sizes bound the time and the memory of everything that is done with a release afterwards.

use std::collections::BTreeSet;

use shumar_privacy::estimator::At;
use shumar_schemas::release::{ReleaseDocument, StatisticDocument, TableDocument};

use crate::exact::shaped;
use crate::read::names::{is_file, is_name};
use crate::read::{Shape, flat, listed};

/// Most tables of a release, and most measurements or published margins of a table.
const COUNT_MAX: usize = 200;
/// Most cells of all margins within those of a release: a gigabyte in the estimator.
const CELLS_WITHIN_MAX: usize = 64_000_000;

/// The first contradiction of a document, as the end of a sentence.
pub(crate) fn check(document: &ReleaseDocument) -> Result<(), String> {
    if document.tables.len() > COUNT_MAX {
        return Err(format!("has more than {COUNT_MAX} tables"));
    }
    let mut names = BTreeSet::new();
    let mut cells = 0_usize;
    for table in &document.tables {
        let of_table = |what: String| format!("contradicts itself: table `{}` {what}", table.id);
        if !is_name(&table.id) || !names.insert(&table.id) {
            return Err(of_table("has an unusable or repeated name".to_owned()));
        }
        let statistics = document.statistics.iter().filter(|s| s.table == table.id);
        let within = check_table(table, &statistics.collect::<Vec<_>>()).map_err(of_table)?;
        cells = cells.saturating_add(within);
    }
    if cells > CELLS_WITHIN_MAX {
        return Err(format!("has margins of more than {CELLS_WITHIN_MAX} cells together"));
    }
    let mut statistics = BTreeSet::new();
    for StatisticDocument { id, table, .. } in &document.statistics {
        let of_statistic = |what: String| format!("contradicts itself: statistic `{id}` {what}");
        if !is_name(id) || !statistics.insert(id) {
            return Err(of_statistic("has an unusable or repeated name".to_owned()));
        }
        if !names.contains(table) {
            return Err(of_statistic(format!("is of table `{table}`, which is not there")));
        }
    }
    check_indicators(document)?;
    check_exact(document)?;
    let mut files = BTreeSet::new();
    match listed(document).find(|(file, _)| !files.insert(*file)) {
        Some((file, _)) => Err(format!("contradicts itself: it lists the file `{file}` twice")),
        None => Ok(()),
    }
}

/// The names, dimensions and files of the indicators.
fn check_indicators(document: &ReleaseDocument) -> Result<(), String> {
    let mut known = BTreeSet::new();
    for indicator in &document.indicators {
        let id = &indicator.id;
        let flaw = |what: String| format!("contradicts itself: indicator `{id}` {what}");
        if !is_name(id) || !known.insert(id) || document.statistics.iter().any(|s| s.id == *id) {
            return Err(flaw("has an unusable or repeated name".to_owned()));
        }
        if known.len() > COUNT_MAX || indicator.margins.len() > COUNT_MAX {
            return Err(flaw(format!("is one of more than {COUNT_MAX}, or has as many files")));
        }
        let mut names = BTreeSet::new();
        for file in &indicator.margins {
            check_file("indicators", &file.file, &file.sha256).map_err(flaw)?;
            if !is_name(&file.id) || !names.insert(&file.id) {
                return Err(flaw("has a file with an unusable or repeated name".to_owned()));
            }
            let table = flat(indicator, file, &document.tables);
            let table = table.ok_or_else(|| flaw("does not fit its tables".to_owned()))?;
            let shape = Shape::of(&table).map_err(flaw)?;
            let grid = shape.grid(&file.by).map_err(flaw)?;
            check_cells(&file.file, file.cells, grid.cells).map_err(flaw)?;
        }
    }
    Ok(())
}

/// The names, dimensions and files of the exact tables.
fn check_exact(document: &ReleaseDocument) -> Result<(), String> {
    let mut known = BTreeSet::new();
    for exact in &document.exact {
        let id = &exact.id;
        let flaw = |what: String| format!("contradicts itself: exact table `{id}` {what}");
        let others = document.statistics.iter().map(|s| &s.id);
        let mut others = others.chain(document.indicators.iter().map(|i| &i.id));
        if !is_name(id) || !known.insert(id) || others.any(|other| other == id) {
            return Err(flaw("has an unusable or repeated name".to_owned()));
        }
        if known.len() > COUNT_MAX || exact.margins.len() > COUNT_MAX {
            return Err(flaw(format!("is one of more than {COUNT_MAX}, or has as many lists")));
        }
        let table = shaped(exact);
        let shape = Shape::of(&table).map_err(flaw)?;
        let (mut names, mut cells) = (BTreeSet::new(), 0_usize);
        for margin in &exact.margins {
            check_file("exact", &margin.file, &margin.sha256).map_err(flaw)?;
            if !is_name(&margin.id) || !names.insert(&margin.id) {
                return Err(flaw("has a list with an unusable or repeated name".to_owned()));
            }
            let grid = shape.grid(&margin.by).map_err(flaw)?;
            check_cells(&margin.file, margin.cells, grid.cells).map_err(flaw)?;
            cells = cells.saturating_add(grid.cells);
        }
        if cells > CELLS_WITHIN_MAX {
            return Err(flaw(format!("has more than {CELLS_WITHIN_MAX} cells")));
        }
    }
    Ok(())
}

/// A table's dimensions, its measurements, and all that is published of it; returns the cells of
/// all margins within these.
fn check_table(table: &TableDocument, statistics: &[&StatisticDocument]) -> Result<usize, String> {
    let shape = Shape::of(table)?;
    let margins = statistics.iter().map(|s| s.margins.len()).sum::<usize>();
    if table.measurements.len() > COUNT_MAX || margins > COUNT_MAX {
        return Err(format!("has more than {COUNT_MAX} measurements or margins"));
    }
    let mut names = BTreeSet::new();
    let mut measured: Vec<At> = Vec::new();
    for m in &table.measurements {
        check_file("measurements", &m.file, &m.sha256)?;
        let grid = shape.grid(&m.by)?;
        check_cells(&m.file, m.cells, grid.cells)?;
        if !is_name(&m.id) || !names.insert(&m.id) {
            return Err(format!("has a measurement with the unusable or repeated name `{}`", m.id));
        }
        if !grid.is_in_axis_order() {
            return Err(format!("names the dimensions of measurement `{}` out of order", m.id));
        }
        measured.push(grid.at);
    }
    let mut cells = measured.iter().map(|at| shape.cells_within(at)).fold(0, usize::saturating_add);
    for statistic in statistics {
        let mut names = BTreeSet::new();
        for m in &statistic.margins {
            check_file("estimates", &m.file, &m.sha256)?;
            let grid = shape.grid(&m.by)?;
            check_cells(&m.file, m.cells, grid.cells)?;
            if !is_name(&m.id) || !names.insert(&m.id) {
                return Err(format!("has a margin with the unusable or repeated name `{}`", m.id));
            }
            if !measured.iter().any(|finer| grid.at.within(finer)) {
                return Err(format!("has no measurement that `{}` can follow from", m.file));
            }
            cells = cells.saturating_add(shape.cells_within(&grid.at));
        }
    }
    Ok(cells)
}

/// The name and the hash of a file.
fn check_file(folder: &str, file: &str, sha256: &str) -> Result<(), String> {
    if !is_file(folder, file) {
        return Err(format!("names the file `{file}`, which can't be in `{folder}/`"));
    }
    let digit = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    if sha256.len() != 64 || !sha256.bytes().all(digit) {
        return Err(format!("states no SHA-256 for `{file}`"));
    }
    Ok(())
}

fn check_cells(file: &str, stated: u64, cells: usize) -> Result<(), String> {
    if stated == cells as u64 {
        return Ok(());
    }
    Err(format!("states {stated} cells for `{file}`, not the number of its domain"))
}
