//! The first-hour guide does what it says: its boxes are run one after the other.

use std::process::Command;

use crate::support::{root, text};

/// The guide as one shell script: boxes of commands as they stand, settings go to the end of
/// `shumar.toml`, tables into the file that is named, or `march.csv`.
fn script(guide: &str) -> String {
    let mut script = "set -e\n".to_owned();
    let mut boxed: Option<String> = None;
    for line in guide.lines() {
        match (&boxed, line.strip_prefix("```")) {
            (None, Some(box_of)) => {
                let into = match box_of.split_once(' ').unwrap_or((box_of, "march.csv")) {
                    ("sh", _) => None,
                    ("toml", _) => Some("shumar.toml"),
                    ("csv", file) => Some(file),
                    other => panic!("a box of another kind: {other:?}"),
                };
                if let Some(file) = into {
                    script.push_str(&format!("cat >> {file} <<'END OF BOX'\n"));
                }
                boxed = Some(into.map_or(String::new(), |_| "END OF BOX\n".to_owned()));
            }
            (Some(end), Some(_)) => {
                script.push_str(end);
                boxed = None;
            }
            (Some(_), None) => script.push_str(&format!("{line}\n")),
            (None, None) => {}
        }
    }
    script
}

#[test]
fn the_first_hour_goes_as_it_is_written() {
    let guide = std::fs::read_to_string(root().join("docs/first-hour.md")).expect("the guide");
    let dir = tempfile::tempdir().expect("a folder");
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_shumar"));
    let folder = program.parent().expect("a folder").display();
    let output = Command::new("sh")
        .args(["-c", &script(&guide)])
        .current_dir(dir.path())
        .env("PATH", format!("{folder}:{}", std::env::var("PATH").unwrap_or_default()))
        .output()
        .expect("a shell");
    let said = text(&output);
    assert!(output.status.success(), "{said}");
    // What the guide tells of the five rows.
    assert!(said.contains("5 rows = 2 accepted + 0 folded + 3 rejected"), "{said}");
    assert!(said.contains("5 rows = 5 accepted + 0 folded + 0 rejected"), "{said}");
    assert!(!said.contains("0300-1234567"), "{said}");
    let home = dir.path().join("my-commission");
    assert!(home.join("site/index.html").is_file());
    assert!(dir.path().join("my-commission.age").is_file());
    assert!(home.join("inbox/mardan-police/accepted/march.csv").is_file());
}
