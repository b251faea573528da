//! Made-up releases, signed as a home signs them.

use std::fs::{self, File};
use std::io::Cursor;
use std::path::{Path, PathBuf};

use arrow::array::ArrayRef;
use arrow::record_batch::RecordBatch;
use minisign::KeyPair;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use sha2::{Digest, Sha256};
use shumar_privacy::{Cost, epsilon_delta, worst_case};
use shumar_schemas::release::*;
use shumar_schemas::{Bounds, Family, Label, Nano};

use crate::made::Made;
pub(crate) use crate::small::small;

/// A label in both languages.
pub(crate) fn label(en: &str, ur: &str) -> Label {
    Label::english(en).with("ur", ur)
}

/// A release without tables.
pub(crate) fn document(id: &str, year: i32, family: Family) -> ReleaseDocument {
    ReleaseDocument {
        format: FORMAT.to_owned(),
        id: id.to_owned(),
        release: "annual".to_owned(),
        title: label(&format!("Annual figures {year}"), &format!("سالانہ اعداد و شمار {year}")),
        revision: None,
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
                calibration: None,
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
        statistics: Vec::new(),
        indicators: Vec::new(),
        exact: Vec::new(),
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
    let mut seq = 1;
    for made in tables {
        let (kind, bound) = (made.table.kind.clone(), made.table.bound);
        for (by, unit_loss) in &made.measured {
            seq += 1;
            costs.push(Cost { kind: kind.clone(), bound, unit: *unit_loss });
            document.privacy.years[0].charges.push(ChargeDocument {
                seq,
                table: made.table.id.clone(),
                margin: by.join("-"),
                share: "scheduled".to_owned(),
                unit_loss: *unit_loss,
                bound,
                covered_by: None,
            });
        }
        let first = seq + 1 - i64::try_from(made.measured.len()).expect("few");
        let (table, statistics) = made.write(&folder, family, first);
        document.tables.push(table);
        document.statistics.extend(statistics);
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

/// Writes a Parquet file and returns its SHA-256.
pub(crate) fn parquet(path: &Path, columns: Vec<(String, ArrayRef)>) -> String {
    let batch = RecordBatch::try_from_iter(columns).expect("columns of one length");
    let file = File::create(path).expect("a file");
    let mut writer = ArrowWriter::try_new(file, batch.schema(), None).expect("a writer");
    writer.write(&batch).expect("written");
    writer.close().expect("closed");
    sha256(path)
}

/// The columns of a Parquet file.
pub(crate) fn columns(path: &Path) -> Vec<(String, ArrayRef)> {
    let file = File::open(path).expect("a file");
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).expect("Parquet").build();
    let batch = reader.expect("a reader").next().expect("rows").expect("a batch");
    let schema = batch.schema();
    let names = schema.fields().iter().map(|f| f.name().clone());
    names.zip(batch.columns().iter().cloned()).collect()
}

/// SHA-256 of a file.
pub(crate) fn sha256(path: &Path) -> String {
    hex::encode(Sha256::digest(fs::read(path).expect("a file")))
}
