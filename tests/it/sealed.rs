//! The lake encrypted at rest: nothing of a record is on the disk, the same is counted, and only the
//! right key opens it.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use crate::support::{ANNUAL, digests, files, json, lake, police, run, shumar, text};

/// A plain home `plain` and an encrypted one `home` with the same pseudonym key and the same file.
pub(crate) fn twins() -> tempfile::TempDir {
    let dir = police("4", ANNUAL);
    let (home, plain) = (dir.path().join("home"), dir.path().join("plain"));
    std::fs::rename(&home, &plain).expect("renamed");
    made(&[], dir.path(), &["--encrypted"]);
    std::fs::copy(plain.join("keys/pseudonym.key"), home.join("keys/pseudonym.key"))
        .expect("a key");
    well(&run(&home, &["ingest", &dir.path().join("cell.csv").display().to_string()]));
    dir
}

/// Makes `home` beside `from`, with these variables.
fn made(variables: &[(&str, &str)], dir: &Path, more: &[&str]) -> Output {
    let mut command = shumar();
    command.arg("init").arg(dir.join("home")).arg("--from").arg(dir.join("from")).args(more);
    let output = with(&mut command, variables).output().expect("the program starts");
    well(&output);
    output
}

fn with<'a>(command: &'a mut Command, variables: &[(&str, &str)]) -> &'a mut Command {
    variables.iter().fold(command.stdin(Stdio::null()), |c, (name, value)| c.env(name, value))
}

/// Runs on `home` with these variables.
fn run_with(variables: &[(&str, &str)], dir: &Path, arguments: &[&str]) -> Output {
    let mut command = shumar();
    command.arg("--home").arg(dir.join("home")).args(arguments);
    with(&mut command, variables).output().expect("the program starts")
}

fn well(output: &Output) {
    assert_eq!(output.status.code(), Some(0), "{}", text(output));
}

/// Refused, with these words.
fn refused(output: &Output, words: &str) {
    assert_eq!(output.status.code(), Some(1), "{}", text(output));
    assert!(text(output).contains(words), "{}", text(output));
}

/// What the records of a plain home would be known by: pseudonyms, identities and codes, as bytes.
pub(crate) fn markers(plain: &Path) -> BTreeSet<Vec<u8>> {
    let mut markers = BTreeSet::new();
    for record in lake(plain, "police") {
        for column in ["person_id", "record_id"] {
            let digits = record[column].as_bytes();
            let byte = |pair: &[u8]| {
                u8::from_str_radix(std::str::from_utf8(pair).expect("digits"), 16).expect("a byte")
            };
            markers.insert(digits.chunks(2).take(8).map(byte).collect());
        }
        for column in ["district", "offence_lead"] {
            markers.insert(record[column].clone().into_bytes());
        }
    }
    markers
}

/// The markers that stand in any file of a home but the published ones.
fn shown(home: &Path, markers: &BTreeSet<Vec<u8>>) -> BTreeSet<(String, Vec<u8>)> {
    let mut found = BTreeSet::new();
    for file in files(home) {
        let name = file.strip_prefix(home).expect("below").display().to_string();
        if name.starts_with("releases/") {
            continue;
        }
        let bytes = std::fs::read(&file).expect("a file");
        let stands =
            |marker: &&Vec<u8>| bytes.windows(marker.len()).any(|w| w == marker.as_slice());
        found.extend(markers.iter().filter(stands).map(|marker| (name.clone(), marker.clone())));
    }
    found
}

/// No file of an encrypted home shows anything of a record.
pub(crate) fn nothing_shown(home: &Path, markers: &BTreeSet<Vec<u8>>, what: &str) {
    let found = shown(home, markers);
    assert!(found.is_empty(), "{what}: {found:?}");
}

#[test]
fn nothing_of_a_record_is_on_the_disk_and_the_same_is_in_the_lake() {
    let dir = twins();
    let (home, plain) = (dir.path().join("home"), dir.path().join("plain"));
    let markers = markers(&plain);
    assert!(markers.len() > 500, "{}", markers.len());
    // The search can find: every pseudonym stands in a plain lake, and codes in its database too.
    let found = shown(&plain, &markers);
    let all: BTreeSet<&Vec<u8>> = found.iter().map(|(_, marker)| marker).collect();
    assert_eq!(all.len(), markers.len());
    for place in ["lake/police/", "lake/.places/", "shumar.db"] {
        assert!(found.iter().any(|(file, _)| file.starts_with(place)), "{place}");
    }
    nothing_shown(&home, &markers, "after taking in");
    let sorted = |home| {
        let mut rows = lake(home, "police");
        rows.sort();
        rows
    };
    assert_eq!(sorted(&home), sorted(&plain));
    for home in [&home, &plain] {
        json(home, &["release", "annual", "--period", "2025"]);
    }
    nothing_shown(&home, &markers, "after a release");
    let spent = |home| json(home, &["budget"])["years"].clone();
    assert_eq!(spent(&home), spent(&plain), "the same is charged");
    well(&run(&home, &["publish"]));
    well(&run(&home, &["verify"]));
    well(&run(&home, &["doctor"]));
    // What the office sends again is known again, also where it differs from the last file.
    let again = run(&home, &["ingest", &dir.path().join("cell.csv").display().to_string()]);
    assert!(text(&again).contains("the same file"), "{}", text(&again));
}

#[test]
fn a_wrong_or_missing_key_changes_nothing() {
    let dir = twins();
    let home = dir.path().join("home");
    let file = dir.path().join("cell.csv").display().to_string();
    let before = digests(&home.join("lake"));
    let key = home.join("keys/lake.key");
    let digits = std::fs::read_to_string(&key).expect("a key");
    let aside = dir.path().join("aside.key");
    std::fs::rename(&key, &aside).expect("moved");
    let verbs: [&[&str]; 4] = [
        &["ingest", &file],
        &["check", &file],
        &["withdraw", "1", "--reason", "a test"],
        &["release", "annual", "--period", "2025"],
    ];
    let wrong = "5e".repeat(32);
    for verb in verbs {
        refused(&run_with(&[], dir.path(), verb), "its key is not here");
        let output = run_with(&[("SHUMAR_LAKE_KEY", &wrong)], dir.path(), verb);
        refused(&output, "is not the key of this lake");
        assert!(!text(&output).contains("5e5e"));
        let output = run_with(&[("SHUMAR_LAKE_KEY", "5e5e")], dir.path(), verb);
        refused(&output, "64 hexadecimal digits");
        assert!(!text(&output).contains("5e5e"));
    }
    assert_eq!(digests(&home.join("lake")), before);
    // What needs no record needs no key.
    for verb in [&["status"][..], &["plan"], &["budget"], &["audit"]] {
        well(&run_with(&[], dir.path(), verb));
    }
    // The doctor does not call damaged what it can't look into.
    let told = run_with(&[], dir.path(), &["doctor"]);
    refused(&told, "its key is not here");
    assert!(!text(&told).contains("damaged"), "{}", text(&told));
    refused(&run_with(&[("SHUMAR_LAKE_KEY", &wrong)], dir.path(), &["doctor"]), "not the key");
    for from in [
        ("SHUMAR_LAKE_KEY", digits.trim()),
        ("SHUMAR_LAKE_KEY_FILE", &*aside.display().to_string()),
    ] {
        well(&run_with(&[from], dir.path(), &["doctor"]));
        well(&run_with(&[from], dir.path(), &["ingest", &file]));
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::rename(&aside, &key).expect("moved");
        let open = std::fs::Permissions::from_mode(0o640);
        std::fs::set_permissions(&key, open).expect("a mode");
        refused(&run_with(&[], dir.path(), &["ingest", &file]), "chmod 600");
    }
}

#[test]
fn settings_alone_switch_nothing() {
    let dir = twins();
    for (home, says, wanted) in [("home", "false", "is encrypted"), ("plain", "true", "is not")] {
        let home = dir.path().join(home);
        let settings = home.join("shumar.toml");
        let text = std::fs::read_to_string(&settings).expect("settings");
        let without = text.replace("[lake]\nencrypted = true\n", "");
        let other = format!("{without}\n[lake]\nencrypted = {says}\n");
        std::fs::write(&settings, other).expect("settings");
        refused(&run(&home, &["status"]), wanted);
        refused(&run(&home, &["doctor"]), wanted);
        std::fs::write(&settings, text).expect("settings");
        well(&run(&home, &["doctor"]));
    }
}

#[test]
fn the_doctor_names_files_of_the_other_sort() {
    let dir = twins();
    let homes = [dir.path().join("home"), dir.path().join("plain")];
    let of = |home: &Path| files(&home.join("lake/police"))[0].clone();
    let [sealed, plain] = homes.clone().map(|home| std::fs::read(of(&home)).expect("a file"));
    for (home, other, what) in
        [(&homes[0], plain, "is not encrypted"), (&homes[1], sealed, "is encrypted")]
    {
        std::fs::write(of(home), other).expect("a file");
        refused(&run(home, &["doctor"]), what);
        let year = if of(home).display().to_string().contains("2024") { "2024" } else { "2025" };
        refused(&run(home, &["release", "annual", "--period", year]), what);
    }
}

#[test]
fn a_passphrase_opens_the_key() {
    let dir = police("4", ANNUAL);
    std::fs::remove_dir_all(dir.path().join("home")).expect("removed");
    let right = [("SHUMAR_LAKE_PASSPHRASE", "seven geese by the river")];
    made(&right, dir.path(), &["--encrypted", "--lake-passphrase"]);
    assert!(!dir.path().join("home/keys/lake.key").exists());
    let file = dir.path().join("cell.csv").display().to_string();
    let wrong = [("SHUMAR_LAKE_PASSPHRASE", "seven geese by the lake")];
    refused(&run_with(&wrong, dir.path(), &["ingest", &file]), "does not open");
    refused(&run_with(&[], dir.path(), &["ingest", &file]), "no terminal");
    well(&run_with(&right, dir.path(), &["ingest", &file]));
    well(&run_with(&right, dir.path(), &["release", "annual", "--period", "2025"]));
    well(&run_with(&[], dir.path(), &["publish"]));
    well(&run_with(&right, dir.path(), &["doctor"]));
}

#[test]
fn a_key_outside_the_home_is_made_once_and_is_in_no_backup() {
    let dir = police("4", ANNUAL);
    let home = dir.path().join("home");
    std::fs::remove_dir_all(&home).expect("removed");
    let key = dir.path().join("stick.key").display().to_string();
    let named = [("SHUMAR_LAKE_KEY_FILE", key.as_str())];
    let output = made(&named, dir.path(), &["--encrypted"]);
    assert!(text(&output).contains("not in the backup"), "{}", text(&output));
    assert!(Path::new(&key).exists() && !home.join("keys/lake.key").exists());
    let file = dir.path().join("cell.csv").display().to_string();
    well(&run_with(&named, dir.path(), &["ingest", &file]));
    let secret = ("SHUMAR_PASSPHRASE", "seven geese by the river");
    let saved = dir.path().join("saved.shumar").display().to_string();
    let output = run_with(&[named[0], secret], dir.path(), &["backup", &saved]);
    well(&output);
    assert!(text(&output).contains("key is not in the home"), "{}", text(&output));
    let lost = dir.path().join("lost");
    std::fs::rename(&home, &lost).expect("moved");
    let to = home.display().to_string();
    well(&with(shumar().args(["restore", &saved, &to]), &[secret]).output().expect("a program"));
    refused(&run_with(&[], dir.path(), &["doctor"]), "its key is not here");
    let found = run_with(&named, dir.path(), &["doctor", "--format", "json"]);
    assert!(!text(&found).contains("key"), "{}", text(&found));
}

#[test]
fn a_backup_holds_the_key_that_the_home_holds() {
    let dir = twins();
    let secret = [("SHUMAR_PASSPHRASE", "seven geese by the river")];
    let saved = dir.path().join("saved.shumar").display().to_string();
    well(&run_with(&secret, dir.path(), &["backup", &saved]));
    let home = dir.path().join("home");
    let key = std::fs::read(home.join("keys/lake.key")).expect("a key");
    let before = lake(&home, "police");
    std::fs::rename(&home, dir.path().join("lost")).expect("moved");
    let to = home.display().to_string();
    well(&with(shumar().args(["restore", &saved, &to]), &secret).output().expect("a program"));
    assert_eq!(std::fs::read(home.join("keys/lake.key")).expect("a key"), key);
    assert_eq!(lake(&home, "police"), before);
    well(&run(&home, &["check", &dir.path().join("cell.csv").display().to_string()]));
}

/// A hook is another program: it is told public facts, and gets no secret with them.
#[test]
#[cfg(unix)]
fn no_hook_gets_a_secret() {
    let dir = twins();
    let home = dir.path().join("home");
    let told = dir.path().join("told");
    let hook = format!(
        "\n[[hooks]]\non = [\"success\"]\ncommand = [\"/bin/sh\", \"-c\", \"env > '{}'\"]\n",
        told.display()
    );
    let settings = home.join("shumar.toml");
    let text = std::fs::read_to_string(&settings).expect("settings");
    std::fs::write(&settings, text + &hook).expect("settings");
    let digits = std::fs::read_to_string(home.join("keys/lake.key")).expect("a key");
    let variables = [
        ("SHUMAR_LAKE_KEY", digits.trim()),
        ("SHUMAR_LAKE_PASSPHRASE", "seven geese"),
        ("SHUMAR_PASSPHRASE", "by the river"),
        ("OTHER", "is handed on"),
    ];
    well(&run_with(&variables, dir.path(), &["run"]));
    let told = std::fs::read_to_string(&told).expect("the hook was run");
    assert!(told.contains("is handed on"));
    for secret in [digits.trim(), "seven geese", "by the river"] {
        assert!(!told.contains(secret));
    }
}
