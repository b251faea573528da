//! Keys are for their owner only, wherever they are read.
#![cfg(unix)]

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::support::{ANNUAL, json, police, run, shumar, text};

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).expect("a file").permissions().mode() & 0o777
}

fn open_to_all(path: &Path) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o644)).expect("a mode");
}

/// The message names the key and says what to do.
fn told(output: &std::process::Output, key: &Path) {
    let words = text(output);
    assert!(words.contains("chmod 600") && words.contains(&key.display().to_string()), "{words}");
}

#[test]
fn keys_are_made_private_and_refused_otherwise() {
    let dir = police("3", ANNUAL);
    let home = dir.path().join("home");
    for folder in ["inbox", "lake", "keys", "rejects"] {
        assert_eq!(mode(&home.join(folder)), 0o700, "{folder}");
    }
    assert_eq!(mode(&home.join("shumar.db")), 0o600);
    let cases: [(&str, &[&str]); 2] = [
        ("pseudonym.key", &["withdraw", "1", "--reason", "a test"]),
        ("signing.key", &["release", "annual", "--period", "2025"]),
    ];
    for (key, verb) in cases {
        let key = home.join("keys").join(key);
        assert_eq!(mode(&key), 0o600, "{}", key.display());
        open_to_all(&key);
        let output = run(&home, verb);
        assert_eq!(output.status.code(), Some(1), "{}", text(&output));
        told(&output, &key);
        std::fs::set_permissions(&key, std::fs::Permissions::from_mode(0o600)).expect("a mode");
    }
    json(&home, &["release", "annual", "--period", "2025"]);
}

#[test]
fn the_offices_key_is_refused_when_others_can_read_it() {
    let dir = tempfile::tempdir().expect("a folder");
    let (key, file, mapping) =
        (dir.path().join("office.key"), dir.path().join("a.csv"), dir.path().join("a.toml"));
    let run = |arguments: &[&str]| {
        shumar().arg("pseudonymise").args(arguments).output().expect("the program starts")
    };
    let name = |path: &Path| path.display().to_string();
    assert_eq!(run(&["--new-key", &name(&key)]).status.code(), Some(0));
    assert_eq!(mode(&key), 0o600);
    open_to_all(&key);
    std::fs::write(&file, "id\n1\n").expect("a file");
    std::fs::write(&mapping, run(&["--example"]).stdout).expect("a file");
    let output = run(&[&name(&file), "--mapping", &name(&mapping), "--key", &name(&key)]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    told(&output, &key);
}
