//! Running the program, and looking at what it leaves.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use arrow::util::display::{ArrayFormatter, FormatOptions};
use parquet::arrow::arrow_reader::{ArrowReaderOptions, ParquetRecordBatchReaderBuilder};
use serde_json::Value;
use sha2::{Digest, Sha256};
use shumar_seal::{KEY_FILE, LakeKey, Seal};

/// The root of this project.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The program, ready for arguments. It notes nothing for its user: a home that is copied by a test would
/// be taken for one that was used twice.
pub(crate) fn shumar() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shumar"));
    command.env("SHUMAR_STATE", "none");
    command
}

/// Runs the program on a home. What it notes for its user lies beside the home.
pub(crate) fn run(home: &Path, arguments: &[&str]) -> Output {
    let state = home.parent().expect("a folder").join("state");
    shumar()
        .env("SHUMAR_STATE", state)
        .arg("--home")
        .arg(home)
        .args(arguments)
        .output()
        .expect("the program starts")
}

/// Runs the program, expects success, and returns its JSON.
pub(crate) fn json(home: &Path, arguments: &[&str]) -> Value {
    let output = run(home, &[arguments, &["--format", "json"]].concat());
    assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", text(&output));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// Everything a run printed.
pub(crate) fn text(output: &Output) -> String {
    format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    )
}

/// A new home with this configuration in a folder of its own.
pub(crate) fn home(configuration: &str) -> tempfile::TempDir {
    let dir = tempfile::tempdir().expect("a folder");
    let from = dir.path().join("from");
    std::fs::create_dir(&from).expect("a folder");
    std::fs::write(from.join("shumar.toml"), configuration).expect("a configuration");
    init(&dir.path().join("home"), &from);
    dir
}

/// Makes a home from a folder of declarations.
pub(crate) fn init(home: &Path, from: &Path) {
    let output = shumar()
        .arg("init")
        .arg(home)
        .arg("--from")
        .arg(from)
        .output()
        .expect("the program starts");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
}

/// All files below a folder.
pub(crate) fn files(dir: &Path) -> Vec<PathBuf> {
    let entries = walkdir::WalkDir::new(dir).sort_by_file_name();
    entries
        .into_iter()
        .map(|e| e.expect("an entry"))
        .filter(|e| e.file_type().is_file())
        .map(walkdir::DirEntry::into_path)
        .collect()
}

/// SHA-256 of every file below a folder, by relative path.
pub(crate) fn digests(dir: &Path) -> BTreeMap<String, String> {
    let digest = |path: PathBuf| {
        let name = path.strip_prefix(dir).expect("below").display().to_string();
        let hash = Sha256::digest(std::fs::read(&path).expect("a file"));
        (name, hash.iter().map(|b| format!("{b:02x}")).collect())
    };
    files(dir).into_iter().map(digest).collect()
}

/// How the lake is read of which a file is part: with the key that lies in its home.
fn seal_of(path: &Path) -> Seal {
    let key = path.ancestors().find_map(|dir| std::fs::read_to_string(dir.join(KEY_FILE)).ok());
    key.map_or_else(Seal::plain, |key| Seal::with(LakeKey::parse(&key, "a test").expect("a key")))
}

/// The rows of a Parquet file as texts, by column name.
pub(crate) fn parquet(path: &Path) -> Vec<BTreeMap<String, String>> {
    let file = std::fs::File::open(path).expect("a file");
    let mut options = ArrowReaderOptions::new();
    if let Some(opened) = seal_of(path).reading().expect("a key") {
        options = options.with_file_decryption_properties(opened);
    }
    let reader = ParquetRecordBatchReaderBuilder::try_new_with_options(file, options);
    let reader = reader.expect("Parquet").build().expect("a reader");
    let mut rows = Vec::new();
    for batch in reader {
        let batch = batch.expect("a batch");
        let options = FormatOptions::default();
        let schema = batch.schema();
        let columns: Vec<_> = batch
            .columns()
            .iter()
            .map(|c| ArrayFormatter::try_new(c, &options).expect("a formatter"))
            .collect();
        for row in 0..batch.num_rows() {
            let cell = |(field, column): (
                &std::sync::Arc<arrow::datatypes::Field>,
                &ArrayFormatter<'_>,
            )| { (field.name().clone(), column.value(row).to_string()) };
            rows.push(schema.fields().iter().zip(&columns).map(cell).collect());
        }
    }
    rows
}

/// All rows of the lake's files of a kind.
pub(crate) fn lake(home: &Path, kind: &str) -> Vec<BTreeMap<String, String>> {
    let files = files(&home.join("lake").join(kind));
    files
        .iter()
        .filter(|f| f.extension().is_some_and(|e| e == "parquet"))
        .flat_map(|f| parquet(f))
        .collect()
}

/// How many rows share each value of a column.
pub(crate) fn counts(rows: &[BTreeMap<String, String>], column: &str) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for row in rows {
        *counts.entry(row[column].clone()).or_insert(0) += 1;
    }
    counts
}

/// A small police home: one provider, two years, and the releases given.
pub(crate) fn police(budget: &str, releases: &str) -> tempfile::TempDir {
    let dir = home(&format!(
        r#"
format = "shumar.home/1"
[commission]
name = {{ en = "Test commission" }}
[scope]
list = "district"
where = {{ province = "PK-KP" }}
[privacy]
family = "laplace"
budget = "{budget}"
bounds = {{ all = 2 }}
{releases}
[[providers]]
id = "cell"
kind = "police"
person = "token"
record_key = ["no"]
[providers.fields]
report_month = "month"
district = "district"
offence_lead = "offence"
outcome_complaint = "result"
"#
    ));
    let mut rows = "no,token,month,district,offence,result\n".to_owned();
    for no in 0..400 {
        let district = ["Peshawar", "Mardan", "Swat", "Bannu"][no % 4];
        let offence = ["rape", "threat", "cyber"][no % 3];
        let (year, month) = (2024 + no % 2, 1 + no % 12);
        rows.push_str(&format!("{no},t{},{year}-{month:02},{district},{offence},fir\n", no % 300));
    }
    let file = dir.path().join("cell.csv");
    std::fs::write(&file, rows).expect("a file");
    let file = file.display().to_string();
    let output = run(&dir.path().join("home"), &["ingest", &file, "--provider", "cell"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    dir
}

/// A yearly release of the two police tables.
pub(crate) const ANNUAL: &str = r#"
[[releases]]
id = "annual"
every = "year"
tables = ["police-complaints", "police-outcomes"]
"#;
