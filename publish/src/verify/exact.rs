//! Whether nothing but activity free of persons is published exactly, and its sums add up.
//!
//! A kind that this program knows as one about persons, that the release measured or charged for, or
//! whose fields or codes are those of records about persons, is never published exactly, whatever
//! the release says of it.

use std::collections::BTreeSet;

use shumar_schemas::release::{ActivityField, DimensionDocument, ExactDocument, ReleaseDocument};
use shumar_schemas::{Catalog, Role};

use crate::exact::shaped;
use crate::read::{Folder, Shape, sums};
use crate::verify::adding::{self, Listed};
use crate::verify::{Check, Findings};

/// The code of a blank field, which every dimension may have.
const NOT_RECORDED: &str = "not_recorded";

/// The check; none for a release without exact tables.
pub(crate) fn check(folder: &Folder, document: &ReleaseDocument) -> Option<Check> {
    if document.exact.is_empty() {
        return None;
    }
    let mut findings = Findings::new("exact");
    match Catalog::new(&[]) {
        Ok(catalog) => document
            .exact
            .iter()
            .for_each(|exact| free_of_persons(document, exact, &catalog, &mut findings)),
        Err(_) => findings.fault("what is built in can't be read"),
    }
    let mut pairs = 0;
    for exact in &document.exact {
        pairs += add_up(folder, exact, &mut findings);
    }
    let tables = document.exact.len();
    findings.looked(format!(
        "{tables} exact tables are of kinds free of persons, and {pairs} pairs of lists add up"
    ));
    Some(findings.check())
}

/// Everything that would make an exact table one about persons.
fn free_of_persons(
    document: &ReleaseDocument,
    exact: &ExactDocument,
    catalog: &Catalog,
    findings: &mut Findings,
) {
    let ExactDocument { id, kind, fields, .. } = exact;
    let mut fault =
        |what: String| findings.fault(format!("`{id}` is published exactly, but {what}"));
    if !exact.free_of_persons {
        fault(format!("`{kind}` is not declared free of persons"));
    }
    if catalog.kinds().any(|k| k.name == *kind && !k.free_of_persons) {
        fault(format!("records of the kind `{kind}` are about persons"));
    }
    if document.tables.iter().any(|t| t.kind == *kind) {
        fault(format!("records of the kind `{kind}` are measured as those of persons"));
    }
    let count = |role: Role| fields.iter().filter(|f| f.role == role).count();
    let known = [Role::EventDate, Role::Area, Role::Code, Role::Count].map(count);
    if known.iter().sum::<usize>() != fields.len() || known[0] != 1 || known[1] != 1 {
        fault("its kind has fields that activity has not".to_owned());
    }
    if !fields.iter().any(|f| f.name == exact.measure && f.role == Role::Count) {
        fault(format!("`{}` is no whole number of its kind", exact.measure));
    }
    let of_persons: BTreeSet<&str> = catalog
        .kinds()
        .filter(|k| !k.free_of_persons)
        .flat_map(shumar_schemas::RecordKind::lists)
        .collect();
    let coded = |f: &&ActivityField| f.role == Role::Code;
    for list in fields.iter().filter(coded).filter_map(|f| f.codes.as_deref()) {
        if of_persons.contains(list) {
            fault(format!("its codes `{list}` are those of records about persons"));
        }
    }
    for dimension in exact.dimensions.iter().filter(|d| d.level_of.is_none()) {
        if let Some(what) = foreign(dimension, fields, catalog) {
            fault(what);
        }
    }
}

/// What makes a dimension one that activity has not.
fn foreign(
    dimension: &DimensionDocument,
    fields: &[ActivityField],
    catalog: &Catalog,
) -> Option<String> {
    let id = &dimension.id;
    let year = |code: &str| code.len() == 4 && code.bytes().all(|b| b.is_ascii_digit());
    if dimension.quarters || (id == "year" && dimension.codes.iter().all(|c| year(&c.code))) {
        return None;
    }
    match fields.iter().find(|f| f.name == *id).map(|f| f.role) {
        Some(Role::Area) if dimension.area => None,
        Some(Role::Code) if !dimension.area => {
            let codes = dimension.codes.iter().map(|c| c.code.as_str());
            let list = catalog.list_about_persons(codes.filter(|c| *c != NOT_RECORDED))?;
            Some(format!("the codes of `{id}` are among those of `{list}`, which are of persons"))
        }
        _ => Some(format!("`{id}` is no code or area of its kind")),
    }
}

/// Whether a table's lists add up, and say alike where nothing was reported; how many pairs of lists
/// were compared.
fn add_up(folder: &Folder, exact: &ExactDocument, findings: &mut Findings) -> usize {
    let table = shaped(exact);
    let Ok(shape) = Shape::of(&table) else {
        findings.fault(format!("`{}` has dimensions that contradict themselves", exact.id));
        return 0;
    };
    let (mut listed, mut told) = (Vec::new(), Vec::new());
    for margin in &exact.margins {
        let Ok(grid) = shape.grid(&margin.by) else { continue };
        let cells = match sums(folder, &margin.file, &grid) {
            Ok(cells) => cells,
            Err(error) => {
                findings.fault(error.brief());
                continue;
            }
        };
        let (mut units, mut known) = (vec![0; cells.len()], vec![false; cells.len()]);
        for (cell, place) in cells.into_iter().zip(grid.in_axis_order()) {
            known[place] = cell.is_some();
            units[place] = cell.map_or(0, |n| i64::try_from(n).unwrap_or(i64::MAX));
        }
        told.push((grid.at.clone(), &margin.file, known));
        listed.push(Listed::whole(&margin.file, grid.at, units));
    }
    for (fine_at, fine, fine_told) in &told {
        for (coarse_at, coarse, coarse_told) in told.iter().filter(|(at, ..)| at.within(fine_at)) {
            let mut any = vec![false; coarse_told.len()];
            for (place, told) in shape.places(fine_at, coarse_at).into_iter().zip(fine_told) {
                any[place] |= told;
            }
            if any != *coarse_told {
                findings.fault(format!("`{fine}` and `{coarse}` differ in what was reported"));
            }
        }
    }
    adding::check(&shape, &listed, findings)
}
