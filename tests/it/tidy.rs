//! The invariants of ARCHITECTURE.md, held by a test.

use std::process::Command;

use serde_json::Value;

use crate::support::{files, root};

fn metadata() -> Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps"])
        .current_dir(root())
        .output()
        .expect("cargo");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// The crates that a workspace crate may use, besides outside ones.
const EDGES: [(&str, &[&str]); 17] = [
    ("shumar-schemas", &[]),
    ("shumar-fault", &[]),
    ("shumar-lock", &[]),
    ("shumar-privacy", &["shumar-schemas"]),
    ("shumar-store", &["shumar-schemas", "shumar-fault", "shumar-lock"]),
    ("shumar-seal", &["shumar-store"]),
    (
        "shumar-ingest",
        &["shumar-schemas", "shumar-seal", "shumar-store", "shumar-fault", "shumar-lock"],
    ),
    ("shumar-synthetic", &["shumar-schemas"]),
    ("shumar-figures", &["shumar-schemas", "shumar-privacy"]),
    (
        "shumar-transform",
        &[
            "shumar-schemas",
            "shumar-seal",
            "shumar-store",
            "shumar-fault",
            "shumar-lock",
            "shumar-privacy",
            "shumar-figures",
        ],
    ),
    (
        "shumar-publish",
        &[
            "shumar-schemas",
            "shumar-fault",
            "shumar-lock",
            "shumar-privacy",
            "shumar-figures",
            "shumar-print",
            "shumar-words",
        ],
    ),
    ("shumar-words", &["shumar-schemas"]),
    ("shumar-print", &[]),
    ("shumar-query", &["shumar-schemas", "shumar-publish"]),
    (
        "shumar-answer",
        &["shumar-schemas", "shumar-privacy", "shumar-figures", "shumar-publish", "shumar-words"],
    ),
    (
        "shumar-rti",
        &[
            "shumar-schemas",
            "shumar-fault",
            "shumar-lock",
            "shumar-answer",
            "shumar-publish",
            "shumar-print",
            "shumar-words",
        ],
    ),
    (
        "shumar",
        &[
            "shumar-schemas",
            "shumar-fault",
            "shumar-lock",
            "shumar-ingest",
            "shumar-synthetic",
            "shumar-transform",
            "shumar-publish",
            "shumar-answer",
            "shumar-query",
            "shumar-rti",
            "shumar-seal",
            "shumar-store",
            "shumar-words",
        ],
    ),
];

#[test]
fn dependencies_point_one_way_and_only_the_kernel_uses_opendp() {
    let metadata = metadata();
    let mut seen = 0;
    for package in metadata["packages"].as_array().expect("packages") {
        let name = package["name"].as_str().expect("a name");
        let Some((_, allowed)) = EDGES.iter().find(|(n, _)| *n == name) else { continue };
        seen += 1;
        for dependency in package["dependencies"].as_array().expect("dependencies") {
            let on = dependency["name"].as_str().expect("a name");
            if !dependency["kind"].is_null() {
                continue;
            }
            assert!(!on.starts_with("shumar") || allowed.contains(&on), "{name} may not use {on}");
            assert!(on != "opendp" || name == "shumar-privacy", "{name} may not use opendp");
            assert!(
                on != "datafusion" || ["shumar-transform", "shumar-query"].contains(&name),
                "{name} may not use datafusion"
            );
        }
    }
    assert_eq!(seen, EDGES.len());
}

/// Noise can come from OpenDP's exact samplers and OpenSSL's generator alone: no crate of ours can
/// reach a library of floating-point distributions, and the kernel reaches nothing else at all.
#[test]
fn no_other_noise_can_be_reached() {
    let metadata = metadata();
    for package in metadata["packages"].as_array().expect("packages") {
        let name = package["name"].as_str().expect("a name");
        let mut uses = Vec::new();
        for dependency in package["dependencies"].as_array().expect("dependencies") {
            let on = dependency["name"].as_str().expect("a name");
            if dependency["kind"] == "dev" {
                continue;
            }
            for noisy in ["rand_distr", "statrs", "nalgebra", "probability", "noise"] {
                assert_ne!(on, noisy, "{name}");
            }
            if on == "opendp" {
                let features = dependency["features"].to_string();
                assert_eq!(features, r#"["contrib","use-openssl"]"#, "{name}");
                assert_eq!(dependency["uses_default_features"], false, "{name}");
            }
            uses.push(on);
        }
        if name == "shumar-privacy" {
            uses.sort_unstable();
            assert_eq!(uses, ["opendp", "shumar-schemas", "thiserror"]);
        }
    }
}

#[test]
fn there_is_one_arrow_and_one_parquet() {
    let lock = std::fs::read_to_string(root().join("Cargo.lock")).expect("the lock file");
    for name in ["arrow", "parquet", "arrow-schema", "datafusion", "opendp"] {
        let entry = format!("name = \"{name}\"");
        assert_eq!(lock.lines().filter(|l| *l == entry).count(), 1, "{name}");
    }
}

fn sources(folder: &str) -> Vec<(String, String)> {
    let rust = files(&root().join(folder))
        .into_iter()
        .filter(|f| f.extension().is_some_and(|e| e == "rs"));
    rust.map(|f| (f.display().to_string(), std::fs::read_to_string(&f).expect("a source")))
        .collect()
}

fn without_comments(text: &str) -> String {
    text.lines().filter(|l| !l.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_kernel_has_no_async_no_files_and_no_clock() {
    for (name, text) in sources("transform/privacy/src") {
        let text = without_comments(&text);
        for word in [
            "async ",
            ".await",
            "std::fs",
            "File::",
            "SystemTime",
            "Instant",
            "Utc::now",
            "println!",
        ] {
            assert!(!text.contains(word), "{name} has `{word}`");
        }
    }
    for (name, text) in sources("schemas/src").into_iter().chain(sources("transform/figures/src")) {
        let text = without_comments(&text);
        for word in ["async ", "std::fs", "File::", "SystemTime", "Instant", "Utc::now"] {
            assert!(!text.contains(word), "{name} has `{word}`");
        }
    }
}

#[test]
fn nothing_about_a_country_is_compiled_into_logic() {
    let words = ["pakistan", "punjab", "sindh", "peshawar", "\"pk", "cnic", "darul", "karachi"];
    for folder in
        ["schemas/src", "schemas/store/src", "ingest/src", "transform", "publish/src", "src"]
    {
        for (name, text) in sources(folder).into_iter().filter(|(n, _)| !n.ends_with("tests.rs")) {
            let logic = text.split("#[cfg(test)]").next().unwrap_or_default().to_lowercase();
            for word in words {
                assert!(!logic.contains(word), "{name} has `{word}`");
            }
        }
    }
}

#[test]
fn files_are_small_and_say_what_they_are() {
    for folder in ["schemas", "ingest", "transform", "publish", "src", "tests"] {
        for (name, text) in sources(folder) {
            let lines = text.lines().count();
            assert!(lines <= 450, "{name} has {lines} lines");
            let is_test = name.contains("tests");
            assert!(is_test || text.starts_with("//!"), "{name} does not say what it is");
        }
    }
}

#[test]
fn the_tests_that_privacy_md_names_are_there() {
    let text = std::fs::read_to_string(root().join("PRIVACY.md")).expect("PRIVACY.md");
    let all: Vec<(String, String)> = ["schemas", "ingest", "transform", "publish", "tests"]
        .into_iter()
        .flat_map(sources)
        .collect();
    let (mut file, mut seen) = ("", 0);
    // `folder/file.rs::test`, and `::test` for another one of the same file.
    for quoted in text.split('`').skip(1).step_by(2) {
        let Some((of, test)) = quoted.split_once("::") else { continue };
        file = if of.is_empty() { file } else { of };
        if !file.contains(".rs") {
            continue;
        }
        let there = |(name, text): &(String, String)| {
            name.ends_with(file) && text.contains(&format!("fn {test}("))
        };
        assert!(all.iter().any(there), "{quoted}: no such test in {file}");
        seen += 1;
    }
    assert!(seen > 30, "{seen}");
}
