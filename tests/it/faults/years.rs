//! Kills while a home is saved, restored, goes on from a backup, and is moved to a newer version.

use std::path::Path;
use std::process::Command;

use rusqlite::Connection;

use super::{Scenario, folder, nothing_left, number, on_home, well};
use crate::backup::{SECRET, backup, restore};
use crate::support::{ANNUAL, json, police, root, run, shumar, text};

/// Where each test kills.
pub(super) const POINTS: &[&[&str]] = &[BACKUP, RESTORE, RESUME, UPGRADE];
/// How often each test kills at random.
pub(super) const RANDOM: &[u32] = &[5, 5, 4, 6];

const BACKUP: &[&str] = &["backup.gathered", "backup.written", "backup.renamed"];
const RESTORE: &[&str] = &["restore.filled", "restore.renamed"];
const RESUME: &[&str] = &["resume.before-commit", "resume.committed"];
const UPGRADE: &[&str] = &["upgrade.kept", "upgrade.before-commit", "upgrade.committed"];

/// The passphrase of the tests, for commands that are killed.
fn secret(mut command: Command) -> Command {
    command.env("SHUMAR_PASSPHRASE", SECRET);
    command
}

#[test]
fn a_backup_is_killed() {
    let dir = police("4", ANNUAL);
    json(&dir.path().join("home"), &["release", "annual", "--period", "2025"]);
    let check = |file: &Path, what: &str| {
        let mut command = shumar();
        command.args(["backup", "--check"]).arg(file);
        well(&secret(command).output().expect("the program starts"), what);
    };
    let sound = |place: &Path, what: &str| {
        let file = place.join("kp.shumar");
        if file.exists() {
            check(&file, what);
        }
        assert_eq!(json(&place.join("home"), &["verify"])["verified"], true, "{what}");
    };
    let finish = |place: &Path, what: &str| {
        let (home, file) = (place.join("home"), place.join("kp.shumar"));
        if !file.exists() {
            well(&backup(&home, &file), what);
        }
        check(&file, what);
        assert!(!place.join("kp.shumar.part").exists(), "{what}");
        well(&backup(&home, &place.join("another.shumar")), what);
        nothing_left(&home, &["site"], what);
        assert!(!home.join(".backup").exists(), "{what}");
    };
    let command = |place: &Path| {
        let file = place.join("kp.shumar").display().to_string();
        secret(on_home(place, &["backup", &file]))
    };
    let scenario =
        Scenario { base: &folder(&dir), command: &command, sound: &sound, finish: &finish };
    assert_eq!(scenario.kill(BACKUP, RANDOM[0]), BACKUP.len() + RANDOM[0] as usize);
}

#[test]
fn a_restoration_is_killed() {
    let dir = police("4", ANNUAL);
    json(&dir.path().join("home"), &["release", "annual", "--period", "2025"]);
    let base = tempfile::tempdir().expect("a folder");
    well(&backup(&dir.path().join("home"), &base.path().join("kp.shumar")), "a backup");
    let whole = |place: &Path, what: &str| {
        let new = place.join("new");
        assert_eq!(json(&new, &["verify"])["verified"], true, "{what}");
        let refused = run(&new, &["release", "annual", "--period", "2024"]);
        assert_eq!(refused.status.code(), Some(1), "{what}: {}", text(&refused));
    };
    let sound = |place: &Path, what: &str| {
        if place.join("new").exists() {
            whole(place, what);
        }
    };
    let finish = |place: &Path, what: &str| {
        if !place.join("new").exists() {
            well(&restore(&place.join("kp.shumar"), &place.join("new")), what);
        }
        whole(place, what);
        assert!(!place.join(".new.restoring").exists(), "{what}");
    };
    let command = |place: &Path| {
        let mut command = shumar();
        command.arg("restore").arg(place.join("kp.shumar")).arg(place.join("new"));
        secret(command)
    };
    let scenario =
        Scenario { base: &folder(&base), command: &command, sound: &sound, finish: &finish };
    assert_eq!(scenario.kill(RESTORE, RANDOM[1]), RESTORE.len() + RANDOM[1] as usize);
}

#[test]
fn going_on_from_a_backup_is_killed() {
    const RESUMED: &str = "SELECT count(*) FROM ledger WHERE act = 'resume'";
    let arguments =
        ["budget", "--resume", "--nothing-was-spent", "--reason", "restored the same day"];
    let dir = police("4", ANNUAL);
    let file = dir.path().join("kp.shumar");
    json(&dir.path().join("home"), &["release", "annual", "--period", "2024"]);
    well(&backup(&dir.path().join("home"), &file), "a backup");
    let base = tempfile::tempdir().expect("a folder");
    well(&restore(&file, &base.path().join("home")), "a restoration");
    let sound = |place: &Path, what: &str| {
        assert!(number(&place.join("home"), RESUMED) <= 1, "{what}");
    };
    let finish = |place: &Path, what: &str| {
        let home = place.join("home");
        if number(&home, RESUMED) == 0 {
            well(&on_home(place, &arguments).output().expect("the program starts"), what);
        }
        assert_eq!(number(&home, RESUMED), 1, "{what}");
        json(&home, &["release", "annual", "--period", "2025"]);
        assert_eq!(json(&home, &["verify"])["verified"], true, "{what}");
        assert_eq!(number(&home, RESUMED), 1, "{what}");
    };
    let scenario = Scenario {
        base: &folder(&base),
        command: &|place| on_home(place, &arguments),
        sound: &sound,
        finish: &finish,
    };
    assert_eq!(scenario.kill(RESUME, RANDOM[2]), RESUME.len() + RANDOM[2] as usize);
}

#[test]
fn moving_a_home_forward_is_killed() {
    const VERSION: &str = "SELECT user_version FROM pragma_user_version";
    const BATCHES: &str = "SELECT count(*) FROM batch";
    let dir = police("4", ANNUAL);
    let home = dir.path().join("home");
    for file in ["shumar.db", "shumar.db-wal", "shumar.db-shm"] {
        let _ = std::fs::remove_file(home.join(file));
    }
    let fixture = root().join("schemas/store/tests/fixtures/version-4.sql");
    let fixture = std::fs::read_to_string(fixture).expect("a fixture");
    let register = Connection::open(home.join("shumar.db")).expect("a database");
    register.execute_batch(&fixture).expect("its rows");
    drop(register);
    let batches = number(&home, BATCHES);
    assert!(batches > 0 && number(&home, VERSION) == 4);
    let sound = |place: &Path, what: &str| {
        let home = place.join("home");
        let version = number(&home, VERSION);
        assert!([4, 5].contains(&version), "{what}: {version}");
        assert_eq!(number(&home, BATCHES), batches, "{what}");
    };
    let finish = |place: &Path, what: &str| {
        let home = place.join("home");
        well(&on_home(place, &["batches"]).output().expect("the program starts"), what);
        assert_eq!(number(&home, VERSION), 5, "{what}");
        assert_eq!(number(&home, BATCHES), batches, "{what}");
        let moved = number(&home, "SELECT count(*) FROM act WHERE what = 'upgrade'");
        assert_eq!(moved, 1, "{what}");
        assert!(home.join("shumar.db.before-5").is_file(), "{what}");
        assert!(!home.join("shumar.db.before-5.tmp").exists(), "{what}");
    };
    let scenario = Scenario {
        base: &folder(&dir),
        command: &|place| on_home(place, &["batches"]),
        sound: &sound,
        finish: &finish,
    };
    assert_eq!(scenario.kill(UPGRADE, RANDOM[3]), UPGRADE.len() + RANDOM[3] as usize);
}
