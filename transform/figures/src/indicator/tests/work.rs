//! Whole indicators worked out from a release's documents: every row by another way.

use std::collections::BTreeMap;

use shumar_privacy::Scale;
use shumar_schemas::release::*;
use shumar_schemas::{Count, Family, Label, Measure};

use crate::indicator::{Flag, Source, Unworkable, Worked, columns, work_out};
use crate::noisy::World;
use crate::{Estimates, Measured};

/// Three districts in two divisions, by what became of complaints; noise is far below one.
const DIVISIONS: [usize; 3] = [0, 0, 1];
const COUNTS: [&[i64]; 3] = [&[40, 50, 10], &[300, 100, 0], &[20, 60, 20]];
const OUTCOMES: [&str; 3] = ["fir", "closed", "pending"];

fn table() -> TableDocument {
    let codes = |codes: &[&str]| -> Vec<CodeDocument> {
        let code = |c: &&str| CodeDocument { code: (*c).into(), label: Label::english(*c) };
        codes.iter().map(code).collect()
    };
    let dimension = |id: &str, names: &[&str]| DimensionDocument {
        id: id.into(),
        title: Label::english(id),
        area: false,
        quarters: false,
        codes: codes(names),
        level_of: None,
        members: Vec::new(),
    };
    let division = DimensionDocument {
        level_of: Some("district".into()),
        members: ["x", "x", "y"].map(String::from).to_vec(),
        ..dimension("division", &["x", "y"])
    };
    let dimensions =
        vec![dimension("district", &["a", "b", "c"]), division, dimension("outcome", &OUTCOMES)];
    TableDocument {
        id: "police".into(),
        kind: "police".into(),
        count: Count::Records,
        unit: Label::english("complaints"),
        bound: 2,
        calibrates: None,
        fingerprint: String::new(),
        dimensions,
        measurements: Vec::new(),
    }
}

fn measured() -> Measured {
    let scale = Scale::stated(Family::Laplace, 0.02);
    World::new(scale, &DIVISIONS, &COUNTS, 7).measured()
}

fn term(codes: &[(&str, &[&str])]) -> TermDocument {
    let codes = codes
        .iter()
        .map(|(name, codes)| ((*name).into(), codes.iter().map(|c| (*c).into()).collect()));
    TermDocument {
        table: "police".into(),
        codes: codes.collect(),
        step: None,
        title: Label::default(),
    }
}

fn indicator(measure: Measure, terms: Vec<TermDocument>) -> IndicatorDocument {
    IndicatorDocument {
        id: "i".into(),
        number: None,
        title: Label::english("I"),
        note: Label::default(),
        unit: Label::english("per cent"),
        measure,
        per: 100.0,
        quantile: None,
        bins: None,
        base: None,
        over: Vec::new(),
        from: Vec::new(),
        terms,
        margins: Vec::new(),
    }
}

fn file(by: &[&str]) -> ReadingsDocument {
    ReadingsDocument {
        id: "m".into(),
        by: by.iter().map(|b| (*b).into()).collect(),
        file: String::new(),
        sha256: String::new(),
        cells: 0,
        withheld: 0,
        area: None,
        population: Vec::new(),
    }
}

fn work(indicator: &IndicatorDocument, file: &ReadingsDocument) -> Result<Vec<Worked>, Unworkable> {
    let (table, measured) = (table(), measured());
    let estimates: &dyn Estimates = &measured;
    work_out(indicator, file, &[Source { table: &table, estimates }], 0.95)
}

/// Figures, rounded to the second decimal.
fn values(indicator: &IndicatorDocument, file: &ReadingsDocument) -> Vec<Option<f64>> {
    let rows = work(indicator, file).expect("rows");
    rows.iter().map(|r| r.reading.value.map(|x| (x * 100.0).round() / 100.0)).collect()
}

#[test]
fn shares_stand_in_the_order_of_their_columns() {
    let share = indicator(Measure::Share, vec![term(&[("outcome", &["fir"])]), term(&[])]);
    assert_eq!(values(&share, &file(&[])), [Some(60.0)]);
    assert_eq!(values(&share, &file(&["division"])), [Some(68.0), Some(20.0)]);
    assert_eq!(values(&share, &file(&["district"])), [Some(40.0), Some(75.0), Some(20.0)]);
    let over = IndicatorDocument {
        over: vec!["outcome".into()],
        ..indicator(Measure::Share, vec![term(&[]), term(&[])])
    };
    let by_outcome = [40.0, 75.0, 20.0, 50.0, 25.0, 60.0, 10.0, 0.0, 20.0].map(Some);
    assert_eq!(values(&over, &file(&["outcome", "district"])), by_outcome);
    let turned = [40.0, 50.0, 10.0, 75.0, 25.0, 0.0, 20.0, 60.0, 20.0].map(Some);
    assert_eq!(values(&over, &file(&["district", "outcome"])), turned);
    assert_eq!(values(&over, &file(&["outcome"])), [60.0, 35.0, 5.0].map(Some));
}

#[test]
fn a_condition_narrows_both_lines_of_a_ratio() {
    let decided: &[&str] = &["fir", "closed"];
    let terms = vec![term(&[("outcome", &["fir"])]), term(&[("outcome", decided)])];
    let share = indicator(Measure::Share, terms);
    let rows = work(&share, &file(&["district"])).expect("rows");
    let told: Vec<_> = rows.iter().map(|r| (r.numerator, r.denominator)).collect();
    assert_eq!(
        told,
        [(Some(40.0), Some(90.0)), (Some(300.0), Some(400.0)), (Some(20.0), Some(80.0))]
    );
    assert_eq!(rows[2].reading.value, Some(25.0));
}

#[test]
fn rates_name_their_base_and_count_new_districts_with_the_old() {
    let base = BaseDocument {
        column: "women".into(),
        title: Label::english("women"),
        within: BTreeMap::from([("a".to_owned(), "b".to_owned())]),
    };
    let rate = IndicatorDocument {
        per: 100_000.0,
        base: Some(base),
        ..indicator(Measure::Rate, vec![term(&[])])
    };
    let by_district = ReadingsDocument {
        area: Some("district".into()),
        population: vec![None, Some(100_000), Some(400_000)],
        ..file(&["district"])
    };
    // The 100 complaints of `a` stand with the 400 of `b`, whose women are counted together.
    assert_eq!(values(&rate, &by_district), [None, Some(500.0), Some(25.0)]);
    let rows = work(&rate, &by_district).expect("rows");
    assert_eq!(rows[0].reading.flag, Flag::NoBase);
    assert_eq!((rows[0].numerator, rows[1].numerator), (None, Some(500.0)));
    assert_eq!(rows[1].denominator, Some(100_000.0));
    let whole = ReadingsDocument { population: vec![Some(500_000)], ..file(&[]) };
    assert_eq!(values(&rate, &whole), [Some(120.0)]);
    // A population too few, or of a dimension that is not there, is refused.
    let short = ReadingsDocument { population: vec![Some(1)], ..by_district.clone() };
    assert_eq!(work(&rate, &short), Err(Unworkable::Document));
    let stray = ReadingsDocument { area: Some("province".into()), ..whole };
    assert_eq!(work(&rate, &stray), Err(Unworkable::Document));
}

#[test]
fn funnels_have_a_column_of_steps() {
    let step = |code: &str, term: TermDocument| TermDocument {
        step: Some(code.into()),
        title: Label::english(code),
        ..term
    };
    let steps = vec![step("all", term(&[])), step("fir", term(&[("outcome", &["fir"])]))];
    let funnel = indicator(Measure::Funnel, steps);
    let by = file(&["division", STEP]);
    assert_eq!(values(&funnel, &by), [100.0, 68.0, 100.0, 20.0].map(Some));
    let first = work(&funnel, &by).expect("rows")[0].reading;
    assert_eq!((first.lower, first.upper), (Some(100.0), Some(100.0)));
    let found = columns(&funnel, &by, &[table()]).expect("columns");
    let codes: Vec<Vec<&str>> =
        found.iter().map(|d| d.codes.iter().map(|c| c.code.as_str()).collect()).collect();
    assert_eq!(codes, [vec!["x", "y"], vec!["all", "fir"]]);
}

#[test]
fn medians_are_read_off_codes_that_are_bins() {
    let bins = BinsDocument {
        dimension: "outcome".into(),
        codes: OUTCOMES.map(String::from).to_vec(),
        edges: vec![0.0, 10.0, 20.0],
        end: None,
    };
    let median = IndicatorDocument {
        quantile: Some(0.5),
        bins: Some(bins),
        ..indicator(Measure::Quantile, vec![term(&[])])
    };
    // 50 of 100 lie 10 into the 50 of the second bin; 200 of 400 are two thirds of 300.
    assert_eq!(values(&median, &file(&["district"])), [Some(12.0), Some(6.67), Some(15.0)]);
}

#[test]
fn a_document_that_does_not_fit_its_tables_is_told() {
    let share = |a: &[(&str, &[&str])]| indicator(Measure::Share, vec![term(a), term(&[])]);
    let told = |indicator: &IndicatorDocument, by: &[&str]| work(indicator, &file(by));
    let refused = Err(Unworkable::Document);
    assert_eq!(told(&share(&[("colour", &["red"])]), &[]), refused);
    assert_eq!(told(&share(&[("district", &["a"])]), &["division"]), refused);
    assert_eq!(told(&share(&[]), &["village"]), refused);
    assert_eq!(told(&indicator(Measure::Share, vec![term(&[])]), &[]), refused);
    let other = TermDocument { table: "court".into(), ..term(&[]) };
    assert_eq!(told(&indicator(Measure::Ratio, vec![term(&[]), other]), &[]), refused);
}
