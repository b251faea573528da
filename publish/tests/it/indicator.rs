//! Indicators of a made-up release: shown with their ranges, and verified row by row.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Float64Array, StringArray};
use arrow::datatypes::Int64Type;
use minisign::KeyPair;
use shumar_figures::indicator::{Source, Worked, work_out};
use shumar_figures::{Estimates, Measured};
use shumar_privacy::Scale;
use shumar_publish::verify;
use shumar_schemas::release::*;
use shumar_schemas::{Family, Label, Measure};

use crate::made::{at, codes, domain};
use crate::release::{self, columns, label, parquet, seal};
use crate::site::{build, files};

/// A table's measurements, read from their files.
fn measured(folder: &Path, table: &TableDocument) -> Measured {
    let one = |m: &MeasurementDocument| {
        let found = columns(&folder.join(&m.file));
        let noisy = found.last().expect("a column").1.as_primitive::<Int64Type>().values().to_vec();
        (at(table, &m.by), Scale::stated(m.family, m.scale), noisy)
    };
    Measured::new(domain(table), table.measurements.iter().map(one).collect()).expect("estimates")
}

fn term(outcome: Option<&str>) -> TermDocument {
    let codes = outcome.map(|o| ("offence_group".to_owned(), vec![o.to_owned()]));
    TermDocument {
        table: "police".to_owned(),
        codes: codes.into_iter().collect(),
        step: None,
        title: Label::default(),
    }
}

/// The share of one offence group, for everything and by district.
fn indicator() -> IndicatorDocument {
    let file = |id: &str, by: &[&str], cells| ReadingsDocument {
        id: id.to_owned(),
        by: by.iter().map(|b| (*b).to_owned()).collect(),
        file: format!("indicators/hurt-share--{id}.parquet"),
        sha256: String::new(),
        cells,
        withheld: 0,
        area: None,
        population: Vec::new(),
    };
    IndicatorDocument {
        id: "hurt-share".to_owned(),
        number: Some("I-99".to_owned()),
        title: label("Complaints of hurt <b>", "ضرب کی شکایات"),
        note: label("Of all complaints.", "تمام شکایات میں سے۔"),
        unit: label("per cent of complaints", "شکایات کا فیصد"),
        measure: Measure::Share,
        per: 100.0,
        quantile: None,
        bins: None,
        base: None,
        over: Vec::new(),
        from: vec!["police-complaints".to_owned()],
        terms: vec![term(Some("hurt")), term(None)],
        margins: vec![file("total", &[], 1), file("district", &["district"], 5)],
    }
}

fn rows(folder: &Path, document: &ReleaseDocument, file: usize) -> Vec<Worked> {
    let table = document.tables.iter().find(|t| t.id == "police").expect("a table");
    let measured = measured(folder, table);
    let estimates: &dyn Estimates = &measured;
    let indicator = &document.indicators[0];
    let sources = [Source { table, estimates }];
    work_out(indicator, &indicator.margins[file], &sources, CONFIDENCE).expect("rows")
}

fn write(folder: &Path, document: &mut ReleaseDocument, file: usize, rows: &[Worked]) {
    let table = document.tables.iter().find(|t| t.id == "police").expect("a table").clone();
    let place = &mut document.indicators[0].margins[file];
    let mut all = codes(&table, &place.by);
    let numbers: [fn(&Worked) -> Option<f64>; 5] = [
        |r| r.reading.value,
        |r| r.reading.lower,
        |r| r.reading.upper,
        |r| r.numerator,
        |r| r.denominator,
    ];
    for (name, number) in READING_COLUMNS.into_iter().zip(numbers) {
        let column: Float64Array = rows.iter().map(number).collect();
        all.push((name.to_owned(), Arc::new(column) as ArrayRef));
    }
    let flags = StringArray::from_iter_values(rows.iter().map(|r| r.reading.flag.name()));
    all.push(("flag".to_owned(), Arc::new(flags)));
    place.withheld = rows.iter().filter(|r| r.reading.lower.is_none()).count() as u64;
    place.sha256 = parquet(&folder.join(&place.file), all);
}

/// A home with one release that has an indicator.
fn release() -> (tempfile::TempDir, PathBuf, ReleaseDocument, KeyPair) {
    let home = tempfile::tempdir().expect("a folder");
    let keys = release::keys();
    let document = release::document("annual-2025", 2025, Family::Laplace);
    let folder = release::write(&home.path().join("releases"), document, release::small(), &keys);
    fs::create_dir(folder.join("indicators")).expect("a folder");
    let mut document = release::read(&folder);
    document.indicators.push(indicator());
    for file in 0..2 {
        let rows = rows(&folder, &document, file);
        write(&folder, &mut document, file, &rows);
    }
    seal(&folder, &document, &keys);
    (home, folder, document, keys)
}

fn faults(folder: &Path) -> Vec<(&'static str, String)> {
    let checks = verify(folder, None).expect("a folder");
    checks.into_iter().filter(|c| !c.passed).map(|c| (c.name, c.detail)).collect()
}

#[test]
fn a_sound_indicator_passes_and_every_changed_figure_is_found() {
    let (_home, folder, document, keys) = release();
    assert_eq!(faults(&folder), []);
    let good = rows(&folder, &document, 1);
    let changes: [fn(&mut Worked); 5] = [
        |r| r.reading.value = r.reading.value.map(|x| x + 0.01),
        |r| r.reading.upper = r.reading.upper.map(|x| x + 0.01),
        |r| r.reading.lower = r.reading.lower.map(|x| x.max(0.02) - 0.01),
        |r| r.numerator = r.numerator.map(|x| x + 1.0),
        |r| r.reading.flag = shumar_figures::indicator::Flag::OpenEnded,
    ];
    let told = good.iter().position(|r| r.reading.value.is_some()).expect("a figure");
    for (number, change) in changes.into_iter().enumerate() {
        let mut bad = good.clone();
        change(&mut bad[told]);
        let mut changed = document.clone();
        write(&folder, &mut changed, 1, &bad);
        seal(&folder, &changed, &keys);
        let found = faults(&folder);
        let named = |f: &(&str, String)| f.0 == "indicators" && f.1.contains("--district");
        assert!(found.len() == 1 && named(&found[0]), "change {number}: {found:?}");
    }
    // What is withheld can't be told after all.
    let mut stated = document.clone();
    write(&folder, &mut stated, 1, &good);
    stated.indicators[0].margins[1].withheld += 1;
    seal(&folder, &stated, &keys);
    assert!(faults(&folder)[0].1.contains("withholds"));
}

#[test]
fn definitions_that_do_not_fit_their_release_are_refused() {
    let (_home, folder, document, keys) = release();
    let changes: [fn(&mut IndicatorDocument); 6] = [
        |i| i.terms[0].table = "court".to_owned(),
        |i| i.margins[1].by = vec!["village".to_owned()],
        |i| i.margins[1].cells = 6,
        |i| i.margins[1].file = "../x.parquet".to_owned(),
        |i| i.id = "police-complaints".to_owned(),
        |i| i.margins[1].id = "total".to_owned(),
    ];
    for (number, change) in changes.into_iter().enumerate() {
        let mut bad = document.clone();
        change(&mut bad.indicators[0]);
        seal(&folder, &bad, &keys);
        assert!(faults(&folder).iter().any(|f| f.0 == "format"), "change {number}");
    }
    // One that fits but asks for what was not measured is told by the check of indicators.
    let mut unknown = document.clone();
    unknown.indicators[0].terms[0].codes.insert("colour".to_owned(), vec!["red".to_owned()]);
    seal(&folder, &unknown, &keys);
    assert_eq!(faults(&folder)[0].0, "indicators");
    seal(&folder, &document, &keys);
    fs::write(folder.join("indicators/more.parquet"), "x").expect("written");
    assert_eq!(faults(&folder)[0].0, "unlisted files");
}

#[test]
fn every_figure_of_an_indicator_stands_with_its_range() {
    let (home, folder, document, _keys) = release();
    build(home.path()).expect("published");
    let site = files(&home.path().join("site"));
    let text = |name: &str| String::from_utf8(site[name].clone()).expect("UTF-8");
    for (language, few) in [("en", "too few to tell"), ("ur", "بتانے کے لیے تعداد بہت کم")]
    {
        let page = text(&format!("{language}/releases/annual-2025/indicators/hurt-share.html"));
        let rows = rows(&folder, &document, 1);
        let withheld = rows.iter().filter(|r| r.reading.value.is_none()).count();
        assert!(page.matches(few).count() >= withheld);
        assert!(!page.contains("hurt <b>") && !page.contains('⟦'));
        let of_release = text(&format!("{language}/releases/annual-2025.html"));
        assert!(of_release.contains("indicators/hurt-share.html"));
    }
    let csv = text("data/annual-2025/hurt-share--district.csv");
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(lines.len(), 6);
    assert!(lines[0].ends_with(
        "value,lower,upper,numerator,denominator,displayed,flag,reliability,unit,base,\
         period_start,period_end,source_kind,release,obs_status,conf_status"
    ));
    let json: serde_json::Value =
        serde_json::from_str(&text("data/annual-2025/hurt-share--total.json")).expect("JSON");
    let of = |name: &str| {
        let place = json["columns"].as_array()?.iter().position(|c| c == name)?;
        json["rows"][0][place].as_f64()
    };
    let (lower, upper) = (of("lower"), of("upper"));
    let value = of("value").expect("a figure of the whole");
    assert!(lower.is_some_and(|l| l <= value) && upper.is_some_and(|u| u >= value));
    assert_eq!(
        (json["indicator"].as_str(), json["per"].as_f64()),
        (Some("hurt-share"), Some(100.0))
    );
}
