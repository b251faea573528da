//! How often the intervals of combined answers hold: releases are measured again and again with noise of
//! the laws that they state, and asked. A scale that is wrong by 0.7 or 1.3 fails.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use arrow::array::{ArrayRef, AsArray, Int64Array};
use minisign::KeyPair;
use shumar_answer::answer;
use shumar_publish::Library;
use shumar_schemas::release::{
    IndicatorDocument, NOISY, ReadingsDocument, ReleaseDocument, TermDocument,
};
use shumar_schemas::{Family, Label, Measure};
use tempfile::tempdir;

use crate::dense::{Codes, all};
use crate::{question, release};

/// How often each question is asked; more with `SHUMAR_COVERAGE_RUNS`.
const RUNS: usize = 1000;
/// Standard errors of a mean that are never passed by chance.
const FAR: f64 = 5.0;

/// Questions that no release answers by itself or as it stands.
const SUMS: [&str; 4] = [
    r#"{"measure":"police-complaints","where":{"district":["north","far"]},"period":"2025"}"#,
    r#"{"measure":"police-complaints","where":{"offence_group":["hurt"],"division":["upper"]},"period":"2025-Q2..2025-Q3"}"#,
    r#"{"measure":"police-complaints","where":{"district":["east","hill","south"]},"period":"2025-Q1"}"#,
    r#"{"measure":"police-complaints","period":"2025-Q1..2025-Q3"}"#,
];
const SHARE: &str = r#"{"measure":"hurt-share","where":{"division":["upper"]},"period":"2025"}"#;

#[test]
fn intervals_of_combined_answers_hold_as_often_as_they_say() {
    let runs = std::env::var("SHUMAR_COVERAGE_RUNS").ok().and_then(|n| n.parse().ok());
    let runs: usize = runs.unwrap_or(RUNS);
    for family in [Family::Laplace, Family::Gaussian] {
        let home = tempdir().expect("a folder");
        let keys = release::keys();
        // The first quarter is measured twice: in a half-year and by itself.
        let parts = [("half-1", vec![1, 2]), ("half-2", vec![3, 4]), ("first", vec![1])];
        for (id, quarters) in &parts {
            crate::release(home.path(), id, quarters, family, &keys);
        }
        let mut dice = Dice(family as u64 + 77);
        let mut sums: Vec<Tally> = SUMS.iter().map(|_| Tally::default()).collect();
        let mut share = Tally::default();
        for _ in 0..runs {
            for (id, _) in &parts {
                redraw(&home.path().join(id), &mut dice, &keys);
            }
            let library = Library::open(home.path()).expect("releases");
            let ask = |text| answer(&library, &question(text)).expect("an answer");
            for (tally, text) in sums.iter_mut().zip(SUMS) {
                let answer = ask(text);
                let [(_, cell)] = answer.rows.as_slice() else { panic!("one figure") };
                let truth = truth(text, |_| true);
                let (value, error) = (cell.value.expect("told"), cell.error.expect("told"));
                let half = cell.upper.expect("told") - value;
                tally.add((value - truth).abs() <= half, (value - truth) / error);
            }
            let answer = ask(SHARE);
            assert_eq!(answer.parts.len(), 2, "two half-years are added up");
            let [(_, cell)] = answer.rows.as_slice() else { panic!("one figure") };
            let hurt = |codes: &Codes| codes.iter().any(|(_, code)| code == "hurt");
            let truth = 100.0 * truth(SHARE, hurt) / truth(SHARE, |_| true);
            let ends = cell.lower.expect("told")..=cell.upper.expect("told");
            share.add(ends.contains(&truth), 0.0);
        }
        for (tally, text) in sums.iter().zip(SUMS) {
            tally.holds(text);
            tally.is_scaled(text);
        }
        share.holds(SHARE);
    }
}

/// How often an interval held, and the squares of errors over standard errors.
#[derive(Default)]
struct Tally {
    runs: f64,
    held: f64,
    squares: f64,
    fourths: f64,
}

impl Tally {
    fn add(&mut self, held: bool, error: f64) {
        self.runs += 1.0;
        self.held += f64::from(u8::from(held));
        self.squares += error.powi(2);
        self.fourths += error.powi(4);
    }

    /// The coverage is 95 %, by chance and by the rounding outwards of sums of several laws.
    fn holds(&self, what: &str) {
        let (rate, chance) = (self.held / self.runs, (0.95 * 0.05 / self.runs).sqrt());
        assert!((rate - 0.95).abs() < FAR * chance, "{what}: {rate}");
        let narrower = |width: f64| 2.0 * normal(1.96 * width) - 1.0;
        // The test would tell widths of 0.7 and of 1.3.
        for width in [0.7, 1.3] {
            assert!((narrower(width) - 0.95).abs() > FAR * chance, "too few runs to tell {width}");
        }
    }

    /// Errors are as large as their standard errors say.
    fn is_scaled(&self, what: &str) {
        let mean = self.squares / self.runs;
        let spread = (self.fourths / self.runs - mean.powi(2)).max(0.0).sqrt();
        let chance = spread / self.runs.sqrt();
        assert!((mean - 1.0).abs() < FAR * chance, "{what}: {mean}");
        for scale in [0.7_f64, 1.3] {
            assert!((1.0 / scale.powi(2) - 1.0).abs() > FAR * chance, "too few runs for {scale}");
        }
    }
}

/// The normal law's probability of what is below (Abramowitz and Stegun, 26.2.17).
fn normal(x: f64) -> f64 {
    let t = 1.0 / (1.0 + 0.231_641_9 * x);
    let tail = [0.319_381_530, -0.356_563_782, 1.781_477_937, -1.821_255_978, 1.330_274_429];
    let sum: f64 = tail.iter().rev().fold(0.0, |sum, b| t * (b + sum));
    1.0 - (-x * x / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt() * sum
}

/// The true count of a cell of the finest table.
fn count(cell: &Codes) -> f64 {
    let text: String = cell.iter().map(|(_, code)| code.as_str()).collect();
    let mixed = text.bytes().fold(7_u64, |sum, b| sum.wrapping_mul(31).wrapping_add(b.into()));
    40.0 + (mixed % 120) as f64
}

/// The true sum that a question asks for, of the cells that also count.
fn truth(text: &str, counts: impl Fn(&Codes) -> bool) -> f64 {
    let question = question(text);
    let all: Vec<Codes> = QUARTERS.with(|all| all.borrow().values().flatten().cloned().collect());
    let within = |cell: &&Codes| {
        let quarter = code(cell, "quarter").parse().expect("a period");
        let only = question.only.iter().all(|(name, codes)| codes.contains(code(cell, name)));
        only && meets(question.period, quarter) && counts(cell)
    };
    all.iter().filter(within).map(count).sum()
}

fn meets(period: shumar_answer::Span, quarter: shumar_answer::Span) -> bool {
    let [p, q] = [period, quarter].map(|s| s.to_string());
    let (first, last) = match p.split_once("..") {
        Some((first, last)) => (first.to_owned(), last.to_owned()),
        None if p.contains('Q') => (p.clone(), p.clone()),
        None => (format!("{p}-Q1"), format!("{p}-Q4")),
    };
    (first..=last).contains(&q)
}

fn code<'a>(cell: &'a Codes, name: &str) -> &'a String {
    &cell.iter().find(|(n, _)| n == name).expect("a code").1
}

thread_local! {
    /// The cells of each quarter.
    static QUARTERS: std::cell::RefCell<BTreeMap<String, Vec<Codes>>> = const {
        std::cell::RefCell::new(BTreeMap::new())
    };
}

/// Measures a release again: the true counts with noise of the laws that it states. It gets an indicator
/// of its table too.
fn redraw(folder: &Path, dice: &mut Dice, keys: &KeyPair) {
    let mut document = release::read(folder);
    let cells = all(&document.tables[0]);
    QUARTERS.with(|known| {
        let mut known = known.borrow_mut();
        for quarter in cells.iter().map(|c| code(c, "quarter").clone()) {
            let own = || cells.iter().filter(|c| *code(c, "quarter") == quarter).cloned().collect();
            known.entry(quarter.clone()).or_insert_with(own);
        }
    });
    for m in &mut document.tables[0].measurements {
        let path = folder.join(&m.file);
        let mut columns = release::columns(&path);
        let rows = columns[0].1.len();
        let of_row = |row: usize| -> f64 {
            let wanted: Codes = m
                .by
                .iter()
                .map(|name| {
                    let (_, column) = columns.iter().find(|(n, _)| n == name).expect("a column");
                    (name.clone(), column.as_string::<i32>().value(row).to_owned())
                })
                .collect();
            let inside = |cell: &&Codes| wanted.iter().all(|w| cell.contains(w));
            cells.iter().filter(inside).map(count).sum()
        };
        let noisy = (0..rows).map(|row| of_row(row) as i64 + dice.noise(m.family, m.scale));
        let noisy: ArrayRef = Arc::new(Int64Array::from_iter_values(noisy.collect::<Vec<_>>()));
        columns.last_mut().expect("a column").1 = noisy;
        assert_eq!(columns.last().expect("a column").0, NOISY);
        m.sha256 = release::parquet(&path, columns);
    }
    document.indicators = vec![indicator(&document)];
    release::seal(folder, &document, keys);
}

/// The share of one group, of which a file by district is published that nobody asks for here.
fn indicator(document: &ReleaseDocument) -> IndicatorDocument {
    let term = |codes: &[(&str, &str)]| TermDocument {
        table: document.tables[0].id.clone(),
        codes: codes.iter().map(|(n, c)| ((*n).to_owned(), vec![(*c).to_owned()])).collect(),
        step: None,
        title: Label::default(),
    };
    IndicatorDocument {
        id: "hurt-share".to_owned(),
        number: None,
        title: Label::english("Hurt"),
        note: Label::default(),
        unit: Label::english("per cent"),
        measure: Measure::Share,
        per: 100.0,
        quantile: None,
        bins: None,
        base: None,
        over: Vec::new(),
        from: vec!["police-complaints".to_owned()],
        terms: vec![term(&[("offence_group", "hurt")]), term(&[])],
        margins: vec![ReadingsDocument {
            id: "district".to_owned(),
            by: vec!["district".to_owned()],
            file: "indicators/hurt-share--district.parquet".to_owned(),
            sha256: "0".repeat(64),
            cells: 5,
            withheld: 0,
            area: None,
            population: Vec::new(),
        }],
    }
}

struct Dice(u64);

impl Dice {
    fn uniform(&mut self) -> f64 {
        // SplitMix64 (Steele, Lea and Flood 2014).
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64 + f64::EPSILON / 4.0
    }

    /// Whole noise of a law: the difference of two geometric numbers, or a normal one rounded.
    fn noise(&mut self, family: Family, scale: f64) -> i64 {
        match family {
            Family::Laplace => {
                let mut geometric = || (self.uniform().ln() * -scale).floor() as i64;
                geometric() - geometric()
            }
            Family::Gaussian => {
                let (a, b) = (self.uniform(), self.uniform());
                ((-2.0 * a.ln()).sqrt() * (std::f64::consts::TAU * b).cos() * scale).round() as i64
            }
        }
    }
}
