//! Releases that are signed and hashed, but lie: each lie fails its own check, and nothing panics.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, Int64Array, StringArray};
use minisign::KeyPair;
use shumar_publish::verify;
use shumar_schemas::release::{CodeDocument, DOCUMENT, DimensionDocument, NOISY, ReleaseDocument};
use shumar_schemas::{Family, Nano};

use crate::{made, release};

struct Liar {
    _home: tempfile::TempDir,
    folder: PathBuf,
    keys: KeyPair,
}

impl Liar {
    fn new(family: Family) -> Self {
        let home = tempfile::tempdir().expect("a folder");
        let keys = release::keys();
        let document = release::document("annual-2025", 2025, family);
        let folder = release::write(home.path(), document, release::small(), &keys);
        Self { _home: home, folder, keys }
    }

    /// Changes the document, signs it anew, and tells the checks that fail.
    fn says(&self, lie: impl FnOnce(&mut ReleaseDocument)) -> Vec<&'static str> {
        let good = release::read(&self.folder);
        let mut document = good.clone();
        lie(&mut document);
        release::seal(&self.folder, &document, &self.keys);
        let failed = self.failed();
        release::seal(&self.folder, &good, &self.keys);
        failed
    }

    fn failed(&self) -> Vec<&'static str> {
        let checks = verify(&self.folder, None).expect("a folder");
        checks.iter().filter(|c| !c.passed).map(|c| c.name).collect()
    }

    /// Replaces the file of the first statistic's total, with its hash, and tells what fails.
    fn total(&self, columns: Vec<(&str, ArrayRef)>) -> Vec<&'static str> {
        let file = "estimates/police-complaints--total.parquet";
        let good = fs::read(self.folder.join(file)).expect("a file");
        let columns = columns.into_iter().map(|(n, c)| (n.to_owned(), c)).collect();
        let sha256 = release::parquet(&self.folder.join(file), columns);
        let failed = self.says(|d| d.statistics[0].margins[0].sha256 = sha256);
        fs::write(self.folder.join(file), good).expect("written");
        failed
    }
}

fn one_code() -> Vec<CodeDocument> {
    vec![CodeDocument { code: "one".to_owned(), label: release::label("One", "") }]
}

fn float(x: f64) -> ArrayRef {
    Arc::new(Float64Array::from(vec![x]))
}

#[test]
fn each_lie_of_the_document_fails_its_check() {
    let liar = Liar::new(Family::Laplace);
    assert!(liar.says(|_| {}).is_empty());
    let measured = |d: &mut ReleaseDocument, scale: f64| d.tables[1].measurements[0].scale = scale;
    // Less noise than stated: the errors do not follow, and the charge does not cover it.
    assert_eq!(liar.says(|d| measured(d, 0.5)), ["errors", "charges"]);
    assert_eq!(liar.says(|d| measured(d, 4.0)), ["errors"]);
    for impossible in [-1.0, 1e-7, 0.01] {
        assert_eq!(liar.says(|d| measured(d, impossible)), ["sums", "errors", "charges"]);
    }
    assert_eq!(liar.says(|d| measured(d, 1e10)), ["sums", "errors"]);
    // Of two measurements the noise decides how much each counts.
    assert_eq!(liar.says(|d| d.tables[0].measurements[1].scale *= 2.0), ["sums", "errors"]);
    assert_eq!(liar.says(|d| d.tables[0].measurements[0].variance = 1.0), ["errors"]);
    assert_eq!(
        liar.says(|d| d.tables[1].measurements[0].family = Family::Gaussian),
        ["errors", "charges"]
    );
    assert_eq!(liar.says(|d| d.tables[0].measurements[0].paid_by = vec![99]), ["charges"]);
    assert_eq!(liar.says(|d| d.statistics[2].margins[0].half_width = 1.0), ["errors"]);
    // A charge pays for its own margin only, however much it paid.
    let margin = |d: &mut ReleaseDocument, name: &str| {
        name.clone_into(&mut d.privacy.years[0].charges[1].margin);
    };
    assert_eq!(liar.says(|d| margin(d, "district")), ["charges"]);
    assert_eq!(liar.says(|d| margin(d, "district-quarter-offence_group")), ["charges"]);
    // The same codes, but one of them in another division.
    let moved =
        |d: &mut ReleaseDocument| "lower".clone_into(&mut d.tables[0].dimensions[1].members[4]);
    assert_eq!(liar.says(moved), ["sums", "errors"]);
    assert_eq!(liar.says(|d| d.tables[1].bound = 2), ["charges"]);
    assert_eq!(liar.says(|d| d.privacy.years[0].charges[1].unit_loss = Nano::new(1)), ["charges"]);
    assert_eq!(liar.says(|d| d.privacy.years[0].spent = Nano::new(1)), ["budget"]);
    assert_eq!(liar.says(|d| d.privacy.years[0].budget = Nano::new(1)), ["budget"]);
    assert_eq!(liar.says(|d| d.privacy.years[0].approximate.epsilon = 0.1), ["budget"]);
    assert_eq!(liar.says(|d| d.privacy.bounds.all = u32::MAX), ["budget"]);
    assert_eq!(liar.says(|d| d.privacy.years.clear()), ["charges"]);
    assert_eq!(
        liar.says(|d| d.tables[0].dimensions[0].codes.swap(0, 1)),
        ["rows", "sums", "errors"]
    );
}

#[test]
fn a_contradiction_is_a_failed_format() {
    let liar = Liar::new(Family::Gaussian);
    let lies: [fn(&mut ReleaseDocument); 26] = [
        |d| d.format = "shumar.release/1".to_owned(),
        |d| d.id = "../annual".to_owned(),
        |d| d.tables[1].id = d.tables[0].id.clone(),
        |d| d.statistics[1].id = d.statistics[0].id.clone(),
        |d| d.statistics[1].id = "a/b".to_owned(),
        |d| d.statistics[1].table = "nowhere".to_owned(),
        |d| d.statistics[0].margins[0].id = "a/b".to_owned(),
        |d| d.statistics[0].margins[1].id = d.statistics[0].margins[0].id.clone(),
        |d| d.statistics[0].margins[0].file = "estimates/../../x.parquet".to_owned(),
        |d| d.statistics[0].margins[0].file = "/etc/passwd".to_owned(),
        |d| d.statistics[0].margins[0].file = d.statistics[1].margins[0].file.clone(),
        |d| d.statistics[0].margins[0].cells = u64::MAX,
        |d| d.statistics[0].margins[1].by = vec!["district".to_owned(), "division".to_owned()],
        |d| d.statistics[0].margins[1].by = vec!["nowhere".to_owned()],
        |d| d.tables[0].measurements[1].by.reverse(),
        |d| d.tables[0].measurements[1].id = d.tables[0].measurements[0].id.clone(),
        // Nothing that is left is as fine as what is published.
        |d| drop(d.tables[0].measurements.remove(0)),
        |d| d.tables[0].dimensions[1].members.truncate(1),
        // The province in divisions, and levels of a dimension that is elsewhere.
        |d| d.tables[0].dimensions.swap(1, 2),
        |d| d.tables[0].dimensions.swap(2, 3),
        |d| d.tables[0].dimensions.swap(0, 1),
        |d| d.tables[0].dimensions[1].members.fill("upper".to_owned()),
        |d| d.tables[0].dimensions[0].id = "estimate".to_owned(),
        |d| d.tables[0].dimensions[0].codes.clear(),
        // More than any release has.
        |d| d.tables[0].measurements = vec![d.tables[0].measurements[0].clone(); 201],
        |d| {
            let one = DimensionDocument { codes: one_code(), ..d.tables[1].dimensions[0].clone() };
            let many = (0..16).map(|i| DimensionDocument { id: format!("d{i}"), ..one.clone() });
            d.tables[1].dimensions.extend(many);
        },
    ];
    for lie in lies {
        assert_eq!(liar.says(lie)[0], "format");
    }
    for nonsense in ["", "{", "[[[[", "null", "{\"format\": 1e999}", &"[".repeat(100_000)] {
        fs::write(liar.folder.join(DOCUMENT), nonsense).expect("written");
        assert!(liar.failed().contains(&"format"), "{nonsense:.20}");
    }
}

#[test]
fn each_lie_of_a_file_fails_its_check() {
    let liar = Liar::new(Family::Laplace);
    let columns = |x: f64, end: f64| {
        vec![
            ("estimate", float(x)),
            ("standard_error", float(1.0)),
            ("lower", float(0.0)),
            ("upper", float(end)),
        ]
    };
    assert_eq!(liar.total(columns(1e6, 2e6)), ["sums", "errors"]);
    assert_eq!(liar.total(columns(f64::NAN, 2.0)), ["rows"]);
    assert_eq!(liar.total(columns(1.0, f64::INFINITY)), ["rows"]);
    assert_eq!(liar.total(columns(1.0, -1.0)), ["rows"]);
    assert_eq!(liar.total(columns(1.0, 2.0).into_iter().rev().collect()), ["rows"]);
    assert_eq!(liar.total(columns(1.0, 2.0)[..3].to_vec()), ["rows"]);
    let text: ArrayRef = Arc::new(StringArray::from(vec!["1"]));
    let whole: ArrayRef = Arc::new(Int64Array::from(vec![1]));
    let blank: ArrayRef = Arc::new(Float64Array::from(vec![None]));
    for wrong in [text, whole, blank] {
        let mut columns = columns(1.0, 2.0);
        columns[0].1 = wrong;
        assert_eq!(liar.total(columns), ["rows"]);
    }
    let two: ArrayRef = Arc::new(Float64Array::from(vec![1.0, 2.0]));
    let names = ["estimate", "standard_error", "lower", "upper"];
    assert_eq!(liar.total(names.iter().map(|n| (*n, Arc::clone(&two))).collect()), ["rows"]);
}

#[test]
fn one_unit_more_is_found() {
    let liar = Liar::new(Family::Laplace);
    let total = |more: f64| {
        let file = liar.folder.join("estimates/police-complaints--total.parquet");
        let mut columns = release::columns(&file);
        let estimates = columns[0].1.as_any().downcast_ref::<Float64Array>().expect("decimals");
        columns[0].1 = float(estimates.value(0) + more);
        let columns: Vec<(&str, ArrayRef)> =
            columns.iter().map(|(n, c)| (n.as_str(), Arc::clone(c))).collect();
        liar.total(columns)
    };
    assert!(total(0.0).is_empty());
    assert_eq!(total(0.0001), ["sums"]);
    assert_eq!(total(-0.0001), ["sums"]);
    assert_eq!(total(0.000_03), ["sums"]);
}

#[test]
fn a_measurement_left_out_is_found() {
    let liar = Liar::new(Family::Laplace);
    let omit = |d: &mut ReleaseDocument| drop(d.tables[0].measurements.remove(1));
    assert_eq!(liar.says(omit), ["unlisted files", "sums", "errors"]);
    let file = release::read(&liar.folder).tables[0].measurements[1].file.clone();
    fs::remove_file(liar.folder.join(file)).expect("removed");
    assert_eq!(liar.says(omit), ["sums", "errors"]);
}

#[test]
fn counts_beyond_reason_are_refused() {
    let liar = Liar::new(Family::Laplace);
    let table = release::read(&liar.folder).tables[1].clone();
    let measurement = &table.measurements[0];
    for count in [i64::MAX, i64::MIN, 900_000_000_000] {
        let mut columns = made::codes(&table, &measurement.by);
        let noisy: ArrayRef = Arc::new(Int64Array::from(vec![count; 26]));
        columns.push((NOISY.to_owned(), noisy));
        let sha256 = release::parquet(&liar.folder.join(&measurement.file), columns);
        let failed = liar.says(|d| d.tables[1].measurements[0].sha256 = sha256);
        assert_eq!(failed, ["sums", "errors"], "{count}");
    }
}

#[test]
fn what_is_no_parquet_is_a_failed_check() {
    let liar = Liar::new(Family::Laplace);
    let path = liar.folder.join("estimates/police-complaints--district.parquet");
    let good = fs::read(&path).expect("a file");
    let hash_anew = |path: &Path| {
        let sha256 = release::sha256(path);
        liar.says(|d| d.statistics[0].margins[1].sha256 = sha256)
    };
    for bad in [Vec::new(), b"PAR1PAR1".to_vec(), vec![0; 100], good[..good.len() - 1].to_vec()] {
        fs::write(&path, bad).expect("written");
        assert_eq!(hash_anew(&path), ["rows"]);
    }
    // Bytes flipped in a file that is hashed and signed all the same: it may read as a sound file
    // or as a broken one, but it is read to the end without a panic.
    for at in (0..good.len()).step_by(5) {
        let mut bad = good.clone();
        bad[at] ^= 0x55;
        fs::write(&path, bad).expect("written");
        assert!(
            hash_anew(&path).iter().all(|n| ["rows", "sums", "errors"].contains(n)),
            "byte {at}"
        );
    }
    fs::remove_file(&path).expect("removed");
    fs::create_dir(&path).expect("a folder in its place");
    assert_eq!(liar.failed(), ["files", "rows"]);
}

#[cfg(unix)]
#[test]
fn links_are_not_followed() {
    let liar = Liar::new(Family::Laplace);
    let path = liar.folder.join("estimates/police-complaints--total.parquet");
    let away = liar.folder.join("away.parquet");
    fs::rename(&path, &away).expect("moved");
    std::os::unix::fs::symlink(&away, &path).expect("a link");
    assert_eq!(liar.failed(), ["files", "rows"]);
}
