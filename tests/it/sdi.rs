//! The real spreadsheet of `examples/sdi`, when it is there: every published fact about it.

use std::path::PathBuf;

use crate::support::{counts, init, json, lake, root};

/// Where the spreadsheet is: named by `SHUMAR_SDI`, or beside this project.
fn spreadsheet() -> Option<PathBuf> {
    let named = std::env::var_os("SHUMAR_SDI").map(PathBuf::from);
    let beside = root().join("../shared/data/sdi/MI-123-U-A-SD-2025-90_6.xlsx");
    named.or(Some(beside)).filter(|p| p.is_file())
}

#[test]
fn the_spreadsheets_counts_come_out_exactly() {
    let Some(file) = spreadsheet() else {
        eprintln!("not run: the spreadsheet is not here; name it with SHUMAR_SDI=/path/to/it.xlsx");
        return;
    };
    let dir = tempfile::tempdir().expect("a folder");
    let home = dir.path().join("home");
    init(&home, &root().join("examples/sdi"));
    let taken = json(&home, &["ingest", &file.display().to_string()]);
    let total = &taken["total"];
    assert_eq!((total["rows"].as_u64(), total["accepted"].as_u64()), (Some(5124), Some(3043)));
    assert_eq!((total["folded"].as_u64(), total["rejected"].as_u64()), (Some(2081), Some(0)));
    let lake = lake(&home, "crime_report");
    assert_eq!(counts(&lake, "person_id").len(), 2763, "20-digit codes stay distinct");
    assert_eq!(counts(&lake, "sex")["female"], 2613);
    assert_eq!(counts(&lake, "sex")["male"], 430);
    let mut years = std::collections::BTreeMap::new();
    for row in &lake {
        *years.entry(row["report_month"][..4].to_owned()).or_insert(0) += 1;
    }
    let years: Vec<(&str, i32)> = years.iter().map(|(y, n)| (y.as_str(), *n)).collect();
    let expected = [
        ("2019", 3),
        ("2020", 5),
        ("2021", 3),
        ("2022", 8),
        ("2023", 272),
        ("2024", 2541),
        ("2025", 211),
    ];
    assert_eq!(years, expected);
    let articles = counts(&lake, "article");
    for (article, n) in [
        ("572", 1499),
        ("612", 678),
        ("582", 373),
        ("609", 208),
        ("581", 78),
        ("575", 45),
        ("387", 40),
    ] {
        assert_eq!(articles[article], n, "{article}");
    }
    assert_eq!(articles.len(), 21);
    let provinces = counts(&lake, "province");
    for (province, n) in [("RM", 244), ("PG", 219), ("MI", 111), ("NA", 110), ("TO", 95), ("", 115)]
    {
        assert_eq!(provinces[province], n, "{province}");
    }
    assert_eq!(provinces.len(), 107, "106 provinces and the records without one");
    json(&home, &["release", "victims", "--period", "2019..2025"]);
    json(&home, &["publish"]);
    assert_eq!(json(&home, &["verify"])["verified"], true);
}
