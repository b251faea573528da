//! The formats of the trade: the same figures in each, hostile texts harmless in all.

use std::collections::BTreeMap;
use std::io::Read;

use serde_json::Value;

use crate::release;
use crate::site::{build, files, home};

type Files = BTreeMap<String, Vec<u8>>;

fn site() -> Files {
    let home = home();
    build(home.path()).expect("published");
    files(&home.path().join("site"))
}

fn json(files: &Files, name: &str) -> Value {
    serde_json::from_slice(&files[&format!("data/annual-2025/{name}")]).expect("JSON")
}

fn rows(files: &Files, name: &str) -> (Vec<String>, Vec<Vec<String>>) {
    let mut reader =
        csv::Reader::from_reader(files[&format!("data/annual-2025/{name}")].as_slice());
    let header = reader.headers().expect("a header").iter().map(str::to_owned).collect();
    let rows = reader.records().map(|r| r.expect("a row").iter().map(str::to_owned).collect());
    (header, rows.collect())
}

#[test]
fn csvw_names_every_column_of_its_file_and_its_key() {
    let files = site();
    let metadata = json(&files, "police-complaints--district.csv-metadata.json");
    let (header, _) = rows(&files, "police-complaints--district.csv");
    let columns = metadata["tables"][0]["tableSchema"]["columns"].as_array().expect("columns");
    assert_eq!(columns.len(), header.len());
    for (column, name) in columns.iter().zip(&header) {
        assert_eq!(column["titles"]["en"][0], **name);
        assert!(column["titles"]["ur"][0].as_str().is_some_and(|t| !t.is_empty()), "{name}");
        assert!(!column.to_string().contains('⟦'), "{column}");
    }
    assert_eq!(metadata["tables"][0]["tableSchema"]["primaryKey"][0], "district");
    let reference = &metadata["tables"][0]["tableSchema"]["foreignKeys"][0]["reference"];
    assert_eq!(reference["resource"], "codes/district.csv");
    assert!(files.contains_key("data/annual-2025/codes/district.csv"));
}

#[test]
fn parquet_holds_what_the_csv_files_hold() {
    let files = site();
    let home = tempfile::tempdir().expect("a folder");
    let path = home.path().join("x.parquet");
    std::fs::write(&path, &files["data/annual-2025/police-complaints.parquet"]).expect("written");
    let columns: BTreeMap<String, _> = release::columns(&path).into_iter().collect();
    let (header, district) = rows(&files, "police-complaints--district.csv");
    let (_, total) = rows(&files, "police-complaints--total.csv");
    assert!(header.iter().all(|name| columns.contains_key(name)), "{header:?}");
    let estimates = columns["estimate"].as_any().downcast_ref::<arrow::array::Float64Array>();
    let estimates = estimates.expect("decimals");
    assert!(estimates.len() > district.len() + total.len());
    let of = |row: &[String], name: &str| {
        let place = header.iter().position(|h| h == name).expect("a column");
        row[place].parse::<f64>().expect("a number")
    };
    let found: Vec<f64> = district.iter().map(|row| of(row, "estimate")).collect();
    let stored: Vec<f64> = estimates.values().to_vec();
    assert!(stored.windows(found.len()).any(|w| w == found), "{stored:?} has not {found:?}");
}

/// Every part of a workbook by its name in the package.
fn parts(bytes: &[u8]) -> BTreeMap<String, String> {
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).expect("a workbook");
    let mut parts = BTreeMap::new();
    for i in 0..archive.len() {
        let mut part = archive.by_index(i).expect("a part");
        let mut text = String::new();
        part.read_to_string(&mut text).expect("text");
        let name = part.name().expect("a name").into_owned();
        parts.insert(name, text);
    }
    parts
}

#[test]
fn workbooks_are_accessible_and_run_nothing() {
    let files = site();
    let parts = parts(&files["data/annual-2025/police-complaints.xlsx"]);
    let sheets = parts.iter().filter(|(name, _)| name.starts_with("xl/worksheets/sheet"));
    for (name, sheet) in sheets {
        for never in ["<f>", "<f ", "mergeCell", "hidden=\"1\""] {
            assert!(!sheet.contains(never), "{name} has {never}");
        }
    }
    assert!(
        !parts.keys().any(|n| n.contains("comments") || n.contains("vba")),
        "{:?}",
        parts.keys()
    );
    let book = &parts["xl/workbook.xml"];
    assert!(!book.contains("definedName") && !book.contains("state=\"hidden\""), "{book}");
    for sheet in ["Cover", "Contents", "Notes", "Table 1", "Table 2"] {
        assert!(book.contains(&format!("name=\"{sheet}\"")), "{sheet}");
    }
    assert!(parts.keys().any(|n| n.starts_with("xl/tables/table")));
    // A label that looks like a formula is a text, and markup is no markup.
    let texts = &parts["xl/sharedStrings.xml"];
    assert!(texts.contains("=cmd()") && texts.contains("&lt;script&gt;"), "{texts}");
}

#[test]
fn sdmx_rows_fit_their_structure() {
    let files = site();
    let structure = json(&files, "sdmx/structure.json");
    let flows = structure["data"]["dataflows"].as_array().expect("dataflows");
    assert_eq!(flows.len(), 3);
    let lists = structure["data"]["codelists"].as_array().expect("code lists");
    let codes = |urn: &str| -> Vec<String> {
        let id = urn.rsplit(':').next().and_then(|r| r.split('(').next()).expect("an id");
        let list = lists.iter().find(|l| l["id"] == *id).expect("a list");
        let codes = list["codes"].as_array().expect("codes");
        codes.iter().map(|c| c["id"].as_str().expect("an id").to_owned()).collect()
    };
    let (header, rows) = rows(&files, "sdmx/police-complaints.csv");
    let parts = structure["data"]["dataStructures"].as_array().expect("structures");
    let own = parts.iter().find(|d| d["id"] == "ANNUAL_POLICE_COMPLAINTS").expect("a structure");
    let list = &own["dataStructureComponents"]["dimensionList"];
    let dimensions = list["dimensions"].as_array().expect("dimensions");
    let mut keys = Vec::new();
    for dimension in dimensions {
        let id = dimension["id"].as_str().expect("an id");
        let place = header.iter().position(|h| h == id).expect("a column");
        keys.push(place);
        let known =
            codes(dimension["localRepresentation"]["enumeration"].as_str().expect("a list"));
        assert!(rows.iter().all(|r| known.contains(&r[place])), "{id}: {known:?}");
    }
    keys.push(header.iter().position(|h| h == "TIME_PERIOD").expect("a column"));
    let mut seen: Vec<Vec<&str>> =
        rows.iter().map(|r| keys.iter().map(|k| r[*k].as_str()).collect()).collect();
    seen.sort_unstable();
    seen.dedup();
    assert_eq!(seen.len(), rows.len());
}

#[test]
fn the_package_and_the_catalogue_name_files_that_are_there() {
    let files = site();
    let package = json(&files, "datapackage.json");
    let resources = package["resources"].as_array().expect("resources");
    assert!(resources.len() > 10);
    for resource in resources {
        let path = resource["path"].as_str().expect("a path");
        let bytes = &files[&format!("data/annual-2025/{path}")];
        assert_eq!(resource["bytes"], bytes.len());
    }
    let catalog: Value = serde_json::from_slice(&files["data/catalog.jsonld"]).expect("JSON");
    let datasets = catalog["dcat:dataset"].as_array().expect("datasets");
    assert_eq!(datasets.len(), 2);
    assert_eq!(datasets[0]["dct:temporal"]["dcat:startDate"]["@value"], "2025-01");
    for distribution in datasets[0]["dcat:distribution"].as_array().expect("distributions") {
        let address = distribution["dcat:downloadURL"].as_str().expect("an address");
        let bytes = &files[&format!("data/{address}")];
        assert_eq!(distribution["dcat:byteSize"], bytes.len().to_string());
    }
    let privacy = json(&files, "privacy.json");
    assert_eq!(privacy["currency"], "epsilon");
    assert!(privacy["tables"][0]["measurements"][0]["scale"].as_f64().is_some_and(|s| s > 0.0));
}

#[test]
fn the_manifest_is_right_for_every_file() {
    use sha2::{Digest, Sha256};
    let files = site();
    let text = String::from_utf8(files["data/annual-2025/manifest.sha256"].clone()).expect("text");
    for line in text.lines() {
        let (hash, name) = line.split_once("  ").expect("a line");
        let bytes = &files[&format!("data/annual-2025/{name}")];
        assert_eq!(hex::encode(Sha256::digest(bytes)), hash, "{name}");
    }
    let listed = text.lines().count() + 1;
    let mut own = files.keys().filter_map(|f| f.strip_prefix("data/annual-2025/"));
    assert_eq!(own.by_ref().filter(|f| !f.starts_with("release/")).count(), listed);
}
