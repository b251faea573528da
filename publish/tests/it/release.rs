//! Made-up releases: tables with pseudo-random counts, written and signed as a home writes them.

use std::fs::{self, File};
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow::array::{ArrayRef, Float64Array, Int64Array, StringArray};
use arrow::record_batch::RecordBatch;
use minisign::KeyPair;
use parquet::arrow::ArrowWriter;
use sha2::{Digest, Sha256};
use shumar_privacy::{Cost, Scale, epsilon_delta, noise, worst_case};
use shumar_schemas::release::*;
use shumar_schemas::{Bounds, Count, Family, Label, Nano};

/// A table to make up: its dimensions, its margins, and the mean of its cells.
pub(crate) struct Made {
    pub(crate) document: TableDocument,
    pub(crate) margins: Vec<Vec<String>>,
    pub(crate) mean: f64,
    pub(crate) unit_loss: Nano,
}

/// A label in both languages.
pub(crate) fn label(en: &str, ur: &str) -> Label {
    Label::english(en).with("ur", ur)
}

/// A dimension from codes and labels.
pub(crate) fn dimension(id: &str, title: Label, codes: &[(&str, &str, &str)]) -> DimensionDocument {
    let code = |(c, en, ur): &(&str, &str, &str)| {
        let label = if ur.is_empty() { Label::neutral(*en) } else { label(en, ur) };
        CodeDocument { code: (*c).to_owned(), label }
    };
    let codes = codes.iter().map(code).collect();
    DimensionDocument { id: id.to_owned(), title, codes, level_of: None, members: Vec::new() }
}

/// A table without files yet.
pub(crate) fn table(
    id: &str,
    kind: &str,
    count: Count,
    bound: u32,
    title: Label,
    unit: Label,
) -> TableDocument {
    TableDocument {
        id: id.to_owned(),
        kind: kind.to_owned(),
        count,
        title,
        note: label("Counts what was reported and recorded.", "یہ گنتی درج شدہ واقعات کی ہے۔"),
        unit,
        bound,
        fingerprint: "0".repeat(64),
        dimensions: Vec::new(),
        measurements: Vec::new(),
        margins: Vec::new(),
    }
}

/// A release without tables.
pub(crate) fn document(id: &str, year: i32, family: Family) -> ReleaseDocument {
    ReleaseDocument {
        format: FORMAT.to_owned(),
        id: id.to_owned(),
        release: "annual".to_owned(),
        title: label(&format!("Annual figures {year}"), &format!("سالانہ اعداد و شمار {year}")),
        period: year.to_string(),
        period_start: format!("{year}-01"),
        period_end: format!("{year}-12"),
        made_on: format!("{}-02-05", year + 1),
        software: "shumar 0.1.0".to_owned(),
        commission: CommissionDocument {
            name: label("Commission on the Status of Women", "کمیشن برائے حقوقِ نسواں"),
            contact: Some("data@commission.example".to_owned()),
            jurisdiction: None,
        },
        privacy: PrivacyDocument {
            unit: "person and reporting year".to_owned(),
            neighbours: "all records of one person in one reporting year, present or absent"
                .to_owned(),
            family,
            bounds: Bounds {
                all: 3,
                kinds: [("police".to_owned(), 2), ("shelter".to_owned(), 2)].into(),
            },
            years: vec![YearDocument {
                year,
                budget: "4".parse().expect("an amount"),
                spent: Nano::ZERO,
                approximate: EpsilonDelta { epsilon: 0.0, delta: 0.0 },
                ledger_head: "0".repeat(64),
                charges: Vec::new(),
            }],
        },
        sources: vec![SourceDocument {
            provider: "police".to_owned(),
            name: label("Police Women Desk", "پولیس ویمن ڈیسک"),
            kind: "police".to_owned(),
            files: 12,
        }],
        coverage: vec![
            coverage("mardan-wps", label("Women Police Station, Mardan", "ویمن تھانہ مردان"), 12),
            coverage("swat-wps", label("Women Police Station, Swat", "ویمن تھانہ سوات"), 7),
            coverage("dir-wps", Label::english("dir-wps"), 0),
        ],
        tables: Vec::new(),
    }
}

/// So many of twelve reports of a police station.
fn coverage(facility: &str, name: Label, reported: u32) -> CoverageDocument {
    CoverageDocument {
        provider: "police".to_owned(),
        facility: facility.to_owned(),
        name,
        kind: "police".to_owned(),
        area: None,
        every: "month".to_owned(),
        expected: 12,
        reported,
    }
}

/// A signing key for one test.
pub(crate) fn keys() -> KeyPair {
    KeyPair::generate_unencrypted_keypair().expect("a key pair")
}

/// The key as `signing.pub` holds it.
pub(crate) fn public(keys: &KeyPair) -> String {
    keys.pk.to_box().expect("a box").to_string()
}

/// Writes a release below `releases`, measures, estimates and signs it; returns its folder.
pub(crate) fn write(
    releases: &Path,
    mut document: ReleaseDocument,
    tables: Vec<Made>,
    keys: &KeyPair,
) -> PathBuf {
    let folder = releases.join(&document.id);
    for sub in ["measurements", "estimates"] {
        fs::create_dir_all(folder.join(sub)).expect("a folder");
    }
    let family = document.privacy.family;
    let mut costs = Vec::new();
    for (i, made) in tables.into_iter().enumerate() {
        let seq = i64::try_from(i).expect("few") + 2;
        let (unit_loss, bound) = (made.unit_loss, made.document.bound);
        costs.push(Cost { kind: made.document.kind.clone(), bound, unit: unit_loss });
        let table = made.document.id.clone();
        let charge = ChargeDocument {
            seq,
            table,
            share: "scheduled".to_owned(),
            unit_loss,
            bound,
            covered_by: None,
        };
        document.privacy.years[0].charges.push(charge);
        document.tables.push(measure(&folder, family, made, seq));
    }
    let year = &mut document.privacy.years[0];
    year.spent = worst_case(&costs, family, &document.privacy.bounds);
    year.approximate = epsilon_delta(family, year.spent, Nano::new(1000)).expect("converted");
    seal(&folder, &document, keys);
    folder
}

/// Writes and signs the document.
pub(crate) fn seal(folder: &Path, document: &ReleaseDocument, keys: &KeyPair) {
    let bytes = serde_json::to_vec_pretty(document).expect("JSON");
    let comment = Some("test release");
    let signature = minisign::sign(Some(&keys.pk), &keys.sk, Cursor::new(&bytes), comment, None);
    fs::write(folder.join(DOCUMENT), bytes).expect("written");
    fs::write(folder.join(SIGNATURE), signature.expect("signed").to_string()).expect("written");
    fs::write(folder.join(PUBLIC_KEY), public(keys)).expect("written");
}

/// The document of a folder.
pub(crate) fn read(folder: &Path) -> ReleaseDocument {
    serde_json::from_slice(&fs::read(folder.join(DOCUMENT)).expect("a file")).expect("a document")
}

fn measure(folder: &Path, family: Family, made: Made, seq: i64) -> TableDocument {
    let Made { document: mut table, margins, mean, unit_loss } = made;
    let scale = Scale::of(family, unit_loss, table.bound).expect("a scale");
    let base: Vec<DimensionDocument> =
        table.dimensions.iter().filter(|d| d.level_of.is_none()).cloned().collect();
    let cells: usize = base.iter().map(|d| d.codes.len()).product();
    let noisy = counts(&table.id, cells, mean, scale.value());
    let by: Vec<String> = base.iter().map(|d| d.id.clone()).collect();
    let mut columns = codes(&base.iter().collect::<Vec<_>>(), cells);
    columns.push((NOISY.to_owned(), Arc::new(Int64Array::from(noisy.clone()))));
    let file = format!("measurements/{}--{}.parquet", table.id, by.join("-"));
    let sha256 = parquet(&folder.join(&file), columns);
    table.measurements.push(MeasurementDocument {
        by,
        file,
        sha256,
        cells: cells as u64,
        family,
        scale: scale.value(),
        variance: noise::variance(&scale),
        paid_by: vec![seq],
    });
    for by in margins {
        let margin = estimate(folder, &table, &base, &noisy, &scale, by);
        table.margins.push(margin);
    }
    table
}

/// Skewed counts with a few large cells, many zeros, and noise that takes some below zero.
fn counts(seed: &str, cells: usize, mean: f64, scale: f64) -> Vec<i64> {
    let mut state = seed.bytes().fold(7_u64, |s, b| s.wrapping_mul(31).wrapping_add(u64::from(b)));
    let mut uniform = move || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    (0..cells)
        .map(|_| {
            let count = (mean * uniform().powi(4) * 5.0).floor();
            let noise = (uniform() - 0.5) * 4.0 * scale;
            (count + noise).round() as i64
        })
        .collect()
}

fn codes(dimensions: &[&DimensionDocument], cells: usize) -> Vec<(String, ArrayRef)> {
    let mut stride = cells;
    dimensions
        .iter()
        .map(|d| {
            stride /= d.codes.len();
            let code = |row: usize| d.codes[row / stride % d.codes.len()].code.as_str();
            let column: ArrayRef = Arc::new(StringArray::from_iter_values((0..cells).map(code)));
            (d.id.clone(), column)
        })
        .collect()
}

fn estimate(
    folder: &Path,
    table: &TableDocument,
    base: &[DimensionDocument],
    noisy: &[i64],
    scale: &Scale,
    by: Vec<String>,
) -> MarginDocument {
    let find = |id: &String| table.dimensions.iter().find(|d| d.id == *id).expect("a dimension");
    let dimensions: Vec<&DimensionDocument> = by.iter().map(find).collect();
    let cells: usize = dimensions.iter().map(|d| d.codes.len()).product();
    let (mut sums, mut counts) = (vec![0_i64; cells], vec![0_u64; cells]);
    for (row, n) in noisy.iter().enumerate() {
        let mut at = 0;
        for d in &dimensions {
            let of = d.level_of.as_ref().unwrap_or(&d.id);
            let axis = base.iter().position(|b| b.id == *of).expect("an axis");
            let stride: usize = base[axis + 1..].iter().map(|b| b.codes.len()).product();
            let place = row / stride % base[axis].codes.len();
            let place = match &d.level_of {
                None => place,
                Some(_) => {
                    d.codes.iter().position(|c| c.code == d.members[place]).expect("a member")
                }
            };
            at = at * d.codes.len() + place;
        }
        sums[at] += n;
        counts[at] += 1;
    }
    let half: Vec<f64> = counts.iter().map(|n| noise::half_width(scale, *n, CONFIDENCE)).collect();
    let error: Vec<f64> = counts.iter().map(|n| noise::standard_error(scale, *n)).collect();
    let value: Vec<f64> = sums.iter().map(|s| *s as f64).collect();
    let end = |sign: f64| value.iter().zip(&half).map(move |(v, h)| (v + sign * h).max(0.0));
    let mut columns = codes(&dimensions, cells);
    let numbers = [value.clone(), error.clone(), end(-1.0).collect(), end(1.0).collect()];
    for (name, numbers) in ESTIMATE_COLUMNS.iter().zip(numbers) {
        columns.push(((*name).to_owned(), Arc::new(Float64Array::from(numbers))));
    }
    let id = if by.is_empty() { "total".to_owned() } else { by.join("-") };
    let file = format!("estimates/{}--{id}.parquet", table.id);
    let sha256 = parquet(&folder.join(&file), columns);
    let most = |x: &[f64]| x.iter().copied().fold(0.0, f64::max);
    let (standard_error, half_width) = (most(&error), most(&half));
    MarginDocument { id, by, file, sha256, cells: cells as u64, standard_error, half_width }
}

/// Writes a Parquet file and returns its SHA-256.
pub(crate) fn parquet(path: &Path, columns: Vec<(String, ArrayRef)>) -> String {
    let batch = RecordBatch::try_from_iter(columns).expect("columns of one length");
    let file = File::create(path).expect("a file");
    let mut writer = ArrowWriter::try_new(file, batch.schema(), None).expect("a writer");
    writer.write(&batch).expect("written");
    writer.close().expect("closed");
    sha256(path)
}

/// SHA-256 of a file.
pub(crate) fn sha256(path: &Path) -> String {
    hex::encode(Sha256::digest(fs::read(path).expect("a file")))
}

/// Two small tables: complaints by district (with divisions), quarter and group, under hostile
/// labels; and women by division and age, each counted once.
pub(crate) fn small() -> Vec<Made> {
    let districts = [
        ("north", "<script>alert(1)</script>", "شمالی"),
        ("south", "=cmd()|' /C calc'!A1", "جنوبی"),
        ("east", "East & \"West\"", ""),
        ("hill", "@Hill, \"upper\"", "پہاڑی"),
    ];
    let quarters = [("2025-Q1", "2025-Q1", ""), ("2025-Q2", "2025-Q2", "")];
    let groups =
        [("hurt", "Hurt and domestic violence", "ضرب اور گھریلو تشدد"), ("other", "Other", "دیگر")];
    let unit = label("complaints", "شکایات");
    let title = label("Complaints to the police <b>", "پولیس کو شکایات");
    let mut police = table("police-complaints", "police", Count::Records, 2, title, unit);
    let mut division = dimension(
        "division",
        label("Division", "ڈویژن"),
        &[("upper", "Upper", "بالائی"), ("lower", "Lower", "زیریں")],
    );
    division.level_of = Some("district".to_owned());
    division.members = ["upper", "lower", "lower", "upper"].map(str::to_owned).to_vec();
    police.dimensions = vec![
        dimension("district", label("District", "ضلع"), &districts),
        dimension("quarter", label("Quarter", "سہ ماہی"), &quarters),
        dimension("offence_group", label("Offence group", "جرم کی قسم"), &groups),
        division,
    ];
    let by = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect::<Vec<String>>();
    let police_margins = vec![
        by(&[]),
        by(&["district"]),
        by(&["division", "quarter"]),
        by(&["district", "quarter", "offence_group"]),
    ];
    let title = label("Women who found shelter", "پناہ پانے والی خواتین");
    let mut women =
        table("women-sheltered", "shelter", Count::Persons, 1, title, label("women", "خواتین"));
    let ages: Vec<String> = (0..13).map(|a| format!("{}_{}", a * 5, a * 5 + 4)).collect();
    let ages: Vec<(&str, &str, &str)> = ages.iter().map(|a| (a.as_str(), a.as_str(), "")).collect();
    women.dimensions = vec![
        dimension(
            "division",
            label("Division", "ڈویژن"),
            &[("upper", "Upper", "بالائی"), ("lower", "Lower", "زیریں")],
        ),
        dimension("age_band", label("Age", "عمر"), &ages),
    ];
    let women_margins = vec![by(&["division", "age_band"])];
    let loss = |text: &str| text.parse().expect("an amount");
    vec![
        Made { document: police, margins: police_margins, mean: 40.0, unit_loss: loss("0.8") },
        Made { document: women, margins: women_margins, mean: 3.0, unit_loss: loss("0.5") },
    ]
}
