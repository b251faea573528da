//! SQL over published tables: sums with their exact margins, plain words where there is none, and no way
//! to anything that is not published.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use serde_json::Value;

use crate::support::{json, parquet, police, run, text};

const RELEASE: &str = r#"
[[releases]]
id = "annual"
every = "year"
tables = ["police-complaints", "police-outcomes"]
indicators = ["fir-rate"]
"#;

/// One home with a release for all tests.
static HOME: LazyLock<(tempfile::TempDir, PathBuf)> = LazyLock::new(|| {
    let dir = police("6", "");
    let home = dir.path().join("home");
    let settings = home.join("shumar.toml");
    let text = std::fs::read_to_string(&settings).expect("settings");
    std::fs::write(&settings, text.replace("[[providers]]", &format!("{RELEASE}[[providers]]")))
        .expect("written");
    json(&home, &["release", "annual", "--period", "2025"]);
    (dir, home)
});

fn home() -> &'static Path {
    &HOME.1
}

fn query(sql: &str) -> Value {
    json(home(), &["query", sql])
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or_else(|| panic!("{value} is no number"))
}

/// A cell's margin is that of its published interval; a sum of cells that is published itself has the
/// margin of that; and it is not the root of the summed squares.
#[test]
fn margins_are_exact() {
    let file = |name: &str| {
        parquet(
            &home()
                .join(format!("releases/annual-2025/estimates/police-complaints--{name}.parquet")),
        )
    };
    let of = |row: &std::collections::BTreeMap<String, String>, column: &str| -> f64 {
        row[column].parse().expect("a number")
    };
    let total = &file("total")[0];
    let half = of(total, "upper") - of(total, "estimate");
    let one = query("SELECT estimate FROM police_complaints WHERE margin = 'total'");
    assert!((number(&one["rows"][0]["estimate_margin"]) - half).abs() < 2e-3, "{one} {half}");
    for list in ["district", "district-quarter", "district-offence_group"] {
        let sum = query(&format!(
            "SELECT SUM(estimate) AS n FROM police_complaints WHERE margin = '{list}'"
        ));
        let row = &sum["rows"][0];
        assert!((number(&row["n"]) - of(total, "estimate")).abs() < 1e-6, "{sum}");
        assert!((number(&row["n_margin"]) - half).abs() < 2e-3, "{sum} {half}");
    }
    let cells = file("district-quarter");
    let naive = cells.iter().map(|r| of(r, "standard_error").powi(2)).sum::<f64>().sqrt() * 1.96;
    assert!((naive - half).abs() > 0.05 * half, "{naive} {half}");
    // Differences, multiples and means are linear too; what cancels has no error.
    let linear = query(
        "WITH d AS (SELECT quarter, SUM(estimate) AS s FROM police_complaints \
         WHERE margin = 'district-quarter' GROUP BY quarter) \
         SELECT 2 * SUM(s) AS double, SUM(s) - SUM(s) AS nothing, AVG(s) * COUNT(*) AS same, \
         SUM(CASE WHEN quarter = '2025-Q1' THEN s ELSE 0 END) AS first FROM d",
    );
    let row = &linear["rows"][0];
    assert!((number(&row["double_margin"]) - 2.0 * half).abs() < 4e-3, "{linear}");
    assert!(number(&row["nothing_margin"]).abs() < 1e-6, "{linear}");
    assert!((number(&row["same_margin"]) - half).abs() < 2e-3, "{linear}");
    assert!(number(&row["first_margin"]) > 0.0, "{linear}");
    // Lists of different fineness of one table.
    let rest = query(
        "SELECT SUM(CASE WHEN margin = 'total' THEN estimate ELSE -estimate END) AS rest \
         FROM police_complaints WHERE margin IN ('total', 'district')",
    );
    let row = &rest["rows"][0];
    assert!(number(&row["rest"]).abs() < 1e-6 && number(&row["rest_margin"]) < 1e-3, "{rest}");
}

#[test]
fn where_no_margin_can_be_given_it_is_said() {
    let told = |sql: &str, why: &str| {
        let answer = query(sql);
        let remarks = answer["remarks"].to_string();
        assert!(
            remarks.contains("No margin of error can be given") && remarks.contains(why),
            "{answer}"
        );
        assert!(!answer["columns"].to_string().contains("_margin\""), "{answer}");
    };
    let from = "FROM police_complaints WHERE margin = 'district'";
    told(&format!("SELECT SUM(displayed) AS n {from}"), "not a sum of estimates");
    told(&format!("SELECT MAX(estimate) AS n {from}"), "not a sum of estimates");
    told(&format!("SELECT SUM(estimate) / SUM(estimate) AS n {from}"), "not a sum of estimates");
    told(&format!("SELECT estimate * estimate AS n {from}"), "not a sum of estimates");
    told(&format!("SELECT SUM(estimate) AS n {from} AND estimate > 5"), "decided by noisy figures");
    told(
        &format!("SELECT estimate AS n {from} ORDER BY estimate DESC LIMIT 3"),
        "decided by noisy",
    );
    told(
        &format!("SELECT SUM(estimate) AS n {from} GROUP BY district HAVING SUM(estimate) > 5"),
        "decided by noisy",
    );
    let public = query(&format!(
        "SELECT district, COUNT(*) AS n {from} GROUP BY district ORDER BY 1 LIMIT 2"
    ));
    assert_eq!(public["rows"].as_array().expect("rows").len(), 2);
    assert_eq!(public["remarks"].as_array().expect("remarks").len(), 0);
}

#[test]
fn nothing_but_published_tables_can_be_reached() {
    let secret = home().join("shumar.toml").display().to_string();
    let lake = home().join("lake").display().to_string();
    for sql in [
        format!("SELECT * FROM '{secret}'"),
        format!("SELECT * FROM \"{secret}\""),
        format!("SELECT * FROM '{lake}/police/*.parquet'"),
        format!("SELECT * FROM read_csv('{secret}')"),
        format!("SELECT * FROM read_parquet('{lake}')"),
        "SELECT * FROM generate_series(1, 1000000000)".to_owned(),
        "SELECT * FROM information_schema.tables".to_owned(),
        "SELECT * FROM police".to_owned(),
        "SELECT * FROM batches".to_owned(),
        format!("COPY police_complaints TO '{secret}'"),
        format!("CREATE EXTERNAL TABLE x STORED AS PARQUET LOCATION '{lake}'"),
        "CREATE TABLE x AS SELECT 1".to_owned(),
        "CREATE VIEW x AS SELECT 1".to_owned(),
        "INSERT INTO police_complaints SELECT * FROM police_complaints".to_owned(),
        "DELETE FROM police_complaints".to_owned(),
        "DROP TABLE police_complaints".to_owned(),
        "SET datafusion.catalog.create_default_catalog_and_schema = true".to_owned(),
        "SHOW ALL".to_owned(),
        "LOAD 'x'".to_owned(),
        "ATTACH 'x'".to_owned(),
        "SELECT 1 INTO x".to_owned(),
        "SELECT 1; SELECT 2".to_owned(),
        "SELECT getenv('HOME')".to_owned(),
        "SELECT version()".to_owned(),
        String::new(),
    ] {
        let output = run(home(), &["query", &sql]);
        assert_eq!(output.status.code(), Some(1), "{sql}: {}", text(&output));
        assert!(output.stdout.is_empty(), "{sql}");
        assert!(text(&output).contains("hint: "), "{sql}: {}", text(&output));
    }
}

#[test]
fn usual_queries_work_from_a_copy_of_the_site_too() {
    assert_eq!(run(home(), &["publish"]).status.code(), Some(0));
    let data = home().join("site/data").display().to_string();
    let sql = "SELECT c.quarter, ROUND(SUM(c.estimate), 1) AS n, SUM(c.displayed) AS shown \
               FROM police_complaints AS c JOIN (SELECT DISTINCT quarter FROM police_complaints \
               WHERE quarter IS NOT NULL) AS q USING (quarter) \
               WHERE c.margin = 'quarter-offence_group' AND c.offence_group <> 'nothing' \
               GROUP BY c.quarter ORDER BY c.quarter DESC";
    let ours = query(sql);
    assert_eq!(ours["rows"].as_array().expect("rows").len(), 4, "{ours}");
    assert_eq!(ours["rows"][0]["quarter"], "2025-Q4");
    assert!(number(&ours["rows"][0]["n_margin"]) > 0.0);
    let elsewhere = tempfile::tempdir().expect("a folder");
    let output = json(elsewhere.path(), &["query", "--from", &data, sql]);
    assert_eq!(ours, output);
    let csv = run(home(), &["query", "SELECT 1 AS one, 'a' AS letter", "--format", "csv"]);
    assert_eq!(String::from_utf8_lossy(&csv.stdout).trim(), "one,letter\n1,a");
    let tables = json(home(), &["query", "--tables"]);
    let names: Vec<&str> = tables["tables"]
        .as_array()
        .expect("tables")
        .iter()
        .map(|t| t["name"].as_str().expect("a name"))
        .collect();
    assert_eq!(names, ["police_complaints", "police_outcomes", "fir_rate"]);
    let one = json(home(), &["query", "--tables", "police_complaints"]);
    let columns = one["tables"][0]["columns"].to_string();
    assert!(columns.contains("Unbiased estimate") && columns.contains("\"modelled\""), "{columns}");
    assert!(!columns.contains("\"cell\"") && !columns.contains('⟦'), "{columns}");
}

#[test]
fn mistakes_are_told_in_plain_words() {
    let told = |sql: &str, words: &str| {
        let output = run(home(), &["query", sql]);
        assert_eq!(output.status.code(), Some(1));
        assert!(text(&output).contains(words), "{sql}: {}", text(&output));
    };
    told("SELECT * FROM police_complaint", "near to it are police_complaints");
    told("SELECT nothing FROM police_complaints", "there is no column `nothing`");
    told("SELECT district, SUM(estimate) FROM police_complaints", "behind GROUP BY");
    told(
        "SELECT a.margin FROM police_complaints a, police_outcomes b WHERE margin = 'total'",
        "table.column",
    );
    told("SELEC 1", "can't be read");
    told("SELECT RANK() OVER () FROM police_complaints", "a window (OVER)");
    told(&format!("SELECT {}1{}", "(".repeat(2000), ")".repeat(2000)), "hint: ");
}

/// A query that multiplies rows without end is stopped by the limit of memory, of rows or of time.
#[test]
fn too_much_is_refused() {
    let sql =
        "SELECT a.district FROM police_complaints a, police_complaints b, police_complaints c";
    let output = run(home(), &["query", sql]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    assert!(text(&output).contains("more than 100000 rows"), "{}", text(&output));
}
