//! Exact tables: only activity, which is free of persons, may be marked so, and its sums must add up.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{ArrayRef, Int64Array};
use minisign::KeyPair;
use shumar_publish::{publish, verify};
use shumar_schemas::release::*;
use shumar_schemas::{Count, Family, Label, Role};

use crate::made::codes;
use crate::release;

const DISTRICTS: [&str; 3] = ["PK501", "PK503", "PK532"];
const ACTIVITIES: [&str; 2] = ["officials_training", "campaign"];

fn dimension(id: &str, codes: &[&str], area: bool) -> DimensionDocument {
    let code = |c: &&str| CodeDocument { code: (*c).to_owned(), label: release::label(c, "") };
    DimensionDocument {
        id: id.to_owned(),
        title: release::label(id, ""),
        area,
        quarters: false,
        codes: codes.iter().map(code).collect(),
        level_of: None,
        members: Vec::new(),
    }
}

fn field(name: &str, role: Role, codes: Option<&str>) -> ActivityField {
    ActivityField { name: name.to_owned(), role, codes: codes.map(str::to_owned) }
}

/// An exact table of two dimensions, with these cells and what they add up to.
fn exact(folder: &Path, id: &str, cells: &[Option<i64>; 6]) -> ExactDocument {
    let mut exact = ExactDocument {
        id: id.to_owned(),
        kind: "activity".to_owned(),
        free_of_persons: true,
        fields: vec![
            field("activity_month", Role::EventDate, None),
            field("district", Role::Area, Some("district")),
            field("activity", Role::Code, Some("activity")),
            field("officials_trained", Role::Count, None),
        ],
        measure: "officials_trained".to_owned(),
        title: release::label("Officials trained", "تربیت یافتہ اہلکار"),
        note: Label::default(),
        unit: release::label("officials", "اہلکار"),
        dimensions: vec![
            dimension("district", &DISTRICTS, true),
            dimension("activity", &ACTIVITIES, false),
        ],
        margins: Vec::new(),
    };
    let sum = |all: &[Option<i64>]| {
        let told = all.iter().flatten();
        told.clone().next().is_some().then(|| told.sum())
    };
    let districts: Vec<Option<i64>> = cells.chunks(2).map(sum).collect();
    let lists = [(vec![], vec![sum(cells)]), (vec!["district"], districts)];
    for (by, sums) in lists.into_iter().chain([(vec!["district", "activity"], cells.to_vec())]) {
        let by: Vec<String> = by.into_iter().map(str::to_owned).collect();
        let margin = written(folder, &exact, by, sums);
        exact.margins.push(margin);
    }
    exact
}

fn written(
    folder: &Path,
    exact: &ExactDocument,
    by: Vec<String>,
    sums: Vec<Option<i64>>,
) -> ExactMargin {
    let table = TableDocument {
        id: exact.id.clone(),
        kind: exact.kind.clone(),
        count: Count::Records,
        unit: Label::default(),
        bound: 0,
        calibrates: None,
        fingerprint: String::new(),
        dimensions: exact.dimensions.clone(),
        measurements: Vec::new(),
    };
    let mut columns = codes(&table, &by);
    let cells = sums.len() as u64;
    columns.push((SUM.to_owned(), Arc::new(Int64Array::from(sums)) as ArrayRef));
    let id = if by.is_empty() { "total".to_owned() } else { by.join("-") };
    let file = format!("exact/{}--{id}.parquet", exact.id);
    fs::create_dir_all(folder.join("exact")).expect("a folder");
    let sha256 = release::parquet(&folder.join(&file), columns);
    ExactMargin { id, by, file, sha256, cells }
}

struct Signed {
    _home: tempfile::TempDir,
    releases: PathBuf,
    folder: PathBuf,
    keys: KeyPair,
}

impl Signed {
    fn new(cells: &[Option<i64>; 6]) -> Self {
        let home = tempfile::tempdir().expect("a folder");
        let releases = home.path().join("releases");
        let keys = release::keys();
        let document = release::document("annual-2025", 2025, Family::Laplace);
        let folder = release::write(&releases, document, release::small(), &keys);
        let mut document = release::read(&folder);
        document.exact.push(exact(&folder, "officials-trained", cells));
        release::seal(&folder, &document, &keys);
        Self { _home: home, releases, folder, keys }
    }

    /// Changes the document, signs it anew, and tells the checks that fail.
    fn says(&self, lie: impl FnOnce(&mut ReleaseDocument)) -> Vec<&'static str> {
        let good = release::read(&self.folder);
        let mut document = good.clone();
        lie(&mut document);
        release::seal(&self.folder, &document, &self.keys);
        let checks = verify(&self.folder, None).expect("a folder");
        release::seal(&self.folder, &good, &self.keys);
        checks.iter().filter(|c| !c.passed).map(|c| c.name).collect()
    }
}

const CELLS: [Option<i64>; 6] = [Some(40), Some(0), None, None, Some(7), Some(1500)];

#[test]
fn only_activity_may_be_marked_exact() {
    let signed = Signed::new(&CELLS);
    assert!(signed.says(|_| {}).is_empty());
    let lies: [fn(&mut ExactDocument); 11] = [
        |e| e.free_of_persons = false,
        // Every built-in kind about persons, and one that the release itself measures.
        |e| "police".clone_into(&mut e.kind),
        |e| "shelter".clone_into(&mut e.kind),
        |e| "service".clone_into(&mut e.kind),
        |e| e.fields.push(field("person", Role::Person, None)),
        |e| e.fields.push(field("dna_sent", Role::Boolean, None)),
        |e| e.fields.push(field("offence_lead", Role::Code, Some("offence"))),
        |e| "activity".clone_into(&mut e.measure),
        |e| "age".clone_into(&mut e.dimensions[1].id),
        |e| e.dimensions[1].codes[0].code = "rape".to_owned(),
        |e| e.dimensions[0].area = false,
    ];
    for (i, lie) in lies.into_iter().enumerate() {
        let failed = signed.says(|d| lie(&mut d.exact[0]));
        assert!(failed.contains(&"exact") || failed.contains(&"format"), "lie {i}: {failed:?}");
    }
    // A table that was measured, marked exact as it is.
    let failed = signed.says(|d| {
        let (table, statistic) = (&d.tables[0], &d.statistics[0]);
        let margin = &statistic.margins[0];
        let marked = ExactDocument {
            id: "complaints".to_owned(),
            kind: table.kind.clone(),
            dimensions: table.dimensions.clone(),
            margins: vec![ExactMargin {
                id: "total".to_owned(),
                by: margin.by.clone(),
                file: "exact/complaints--total.parquet".to_owned(),
                sha256: margin.sha256.clone(),
                cells: margin.cells,
            }],
            ..d.exact[0].clone()
        };
        d.exact.push(marked);
    });
    assert!(failed.contains(&"exact") && failed.contains(&"files"), "{failed:?}");
    // A field of the mark in a measured table is no mark: there is no place for it.
    let path = signed.folder.join(DOCUMENT);
    let text = fs::read_to_string(&path).expect("a document");
    assert!(!text.contains("\"exact\": true"));
}

#[test]
fn codes_of_persons_under_another_name_are_told() {
    let signed = Signed::new(&CELLS);
    let failed = signed.says(|d| {
        for (code, own) in d.exact[0].dimensions[1].codes.iter_mut().zip(["rape", "murder_f"]) {
            own.clone_into(&mut code.code);
        }
        d.exact[0].fields[2].codes = Some("my_list".to_owned());
    });
    assert!(failed.contains(&"exact"), "{failed:?}");
}

#[test]
fn sums_and_what_was_reported_must_agree() {
    let signed = Signed::new(&CELLS);
    let with = |by: &[&str], sums: Vec<Option<i64>>| {
        let by: Vec<String> = by.iter().map(|b| (*b).to_owned()).collect();
        let place = by.len();
        let good = release::read(&signed.folder).exact.remove(0);
        let path = signed.folder.join(&good.margins[place].file);
        let bytes = fs::read(&path).expect("a file");
        let margin = written(&signed.folder, &good, by, sums);
        let failed = signed.says(|d| d.exact[0].margins[place] = margin);
        fs::write(path, bytes).expect("written");
        failed
    };
    assert!(with(&[], vec![Some(1547)]).is_empty());
    assert_eq!(with(&[], vec![Some(1548)]), ["exact"]);
    assert_eq!(with(&["district"], vec![Some(40), None, Some(1506)]), ["exact"]);
    // A district that did not report is no zero.
    assert_eq!(with(&["district"], vec![Some(40), Some(0), Some(1507)]), ["exact"]);
    assert_eq!(with(&["district"], vec![Some(41), None, Some(-1)]), ["exact"]);
    // What lies there and is not listed.
    fs::write(signed.folder.join("exact/more--total.parquet"), "x").expect("written");
    assert_eq!(signed.says(|_| {}), ["unlisted files"]);
}

#[test]
fn a_table_that_is_not_free_of_persons_is_not_published() {
    let signed = Signed::new(&CELLS);
    let site = signed.releases.with_file_name("site");
    publish(&signed.releases, &site, &[], &|_| Ok(None), &mut |_, _| {}).expect("published");
    let csv = fs::read_to_string(site.join("data/annual-2025/officials-trained--district.csv"));
    let csv = csv.expect("a list");
    assert!(csv.lines().nth(2).is_some_and(|l| l.contains(",,") && l.contains(",L,")), "{csv}");
    let mut document = release::read(&signed.folder);
    document.exact[0].free_of_persons = false;
    release::seal(&signed.folder, &document, &signed.keys);
    assert!(publish(&signed.releases, &site, &[], &|_| Ok(None), &mut |_, _| {}).is_err());
}
