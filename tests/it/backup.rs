//! Backups: whole while other commands run, encrypted, checked, and restored wholly or not at all.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Command, Output, Stdio};
use std::time::Duration;

use crate::support::{ANNUAL, digests, json, police, run, shumar, text};

/// The passphrase of the tests.
pub(crate) const SECRET: &str = "seven words by chance are enough";

fn with_secret(secret: &str, arguments: &[&str]) -> Command {
    let mut command = shumar();
    command.env("SHUMAR_PASSPHRASE", secret).args(arguments);
    command
}

/// Makes a backup of a home.
pub(crate) fn backup(home: &Path, file: &Path) -> Output {
    let (home, file) = (home.display().to_string(), file.display().to_string());
    with_secret(SECRET, &["--home", &home, "backup", &file]).output().expect("the program starts")
}

/// Restores a backup.
pub(crate) fn restore(file: &Path, dir: &Path) -> Output {
    let (file, dir) = (file.display().to_string(), dir.display().to_string());
    with_secret(SECRET, &["restore", &file, &dir]).output().expect("the program starts")
}

fn check(file: &Path, secret: &str) -> Output {
    let file = file.display().to_string();
    with_secret(secret, &["backup", "--check", &file]).output().expect("the program starts")
}

/// What of a home a backup must bring back: all but the databases, the site and what was taken in before.
fn kept(home: &Path) -> BTreeMap<String, String> {
    let mut all = digests(home);
    all.retain(|name, _| {
        let passing = ["site/", ".site.lock", ".scratch/", ".backup/", "shumar.db", "rti.db"];
        let locks = ["lake/.lock", "lake/.backup-lock", "releases/.lock", "lake/ledger-head"];
        let gone = passing.iter().any(|p| name.starts_with(p)) || locks.contains(&name.as_str());
        !(gone || name.contains("/accepted/"))
    });
    all
}

#[test]
fn a_restored_home_is_the_home_that_was_saved() {
    let dir = police("3", ANNUAL);
    let (home, file) = (dir.path().join("home"), dir.path().join("kp.shumar"));
    json(&home, &["release", "annual", "--period", "2025"]);
    json(&home, &["publish"]);
    std::fs::write(home.join("inbox/cell/waiting.csv"), "no,token\n").expect("a file");
    let output = backup(&home, &file);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    let again = backup(&home, &file);
    assert!(text(&again).contains("is there already"), "{}", text(&again));
    let sealed = std::fs::read(&file).expect("a file");
    for plain in [&b"shumar.toml"[..], b"SQLite format", b"Test commission"] {
        assert!(!sealed.windows(plain.len()).any(|w| w == plain));
    }
    assert_eq!(check(&file, SECRET).status.code(), Some(0));
    let new = dir.path().join("new");
    let output = restore(&file, &new);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    assert_eq!(kept(&new), kept(&home));
    assert_eq!(json(&new, &["verify"])["verified"], true);
    let status = |home: &Path| {
        let mut status = json(home, &["status"]);
        status["home"] = "".into();
        status
    };
    assert_eq!(status(&new)["lake"], status(&home)["lake"]);
    assert_eq!(status(&new)["budget"], status(&home)["budget"]);
    assert_eq!(status(&new)["inbox"], status(&home)["inbox"]);
    json(&new, &["publish"]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode =
            |p: &str| std::fs::metadata(new.join(p)).expect("a file").permissions().mode() & 0o777;
        assert_eq!([mode("keys"), mode("lake"), mode("inbox")], [0o700; 3]);
        assert_eq!([mode("keys/signing.key"), mode("shumar.db")], [0o600; 2]);
    }
    // Never over another home.
    let output = restore(&file, &home);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    assert!(text(&output).contains("not empty"), "{}", text(&output));
}

#[test]
fn a_backup_while_files_land_and_a_release_is_made_is_whole() {
    let dir = police("3", ANNUAL);
    let home = dir.path().join("home");
    for n in 0..12 {
        let mut rows = "no,token,month,district,offence,result\n".to_owned();
        for no in 0..4_000 {
            rows.push_str(&format!("{n}-{no},u{no},2025-{:02},Mardan,rape,fir\n", 1 + no % 12));
        }
        std::fs::write(home.join(format!("inbox/cell/{n:02}.csv")), rows).expect("a file");
    }
    let start = |arguments: &[&str]| {
        let mut command = shumar();
        command.arg("--home").arg(&home).args(arguments);
        command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts")
    };
    let mut running = [start(&["ingest"]), start(&["release", "annual", "--period", "2024"])];
    let files: Vec<_> = (0..3).map(|n| dir.path().join(format!("{n}.shumar"))).collect();
    for file in &files {
        let output = backup(&home, file);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    }
    for running in &mut running {
        assert!(running.wait().expect("an end").success());
    }
    for (n, file) in files.iter().enumerate() {
        let new = dir.path().join(format!("new-{n}"));
        let output = restore(file, &new);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output));
        assert_eq!(json(&new, &["verify"])["verified"], true);
        // What had not landed waits; together nothing is missing and nothing is there twice.
        json(&new, &["ingest"]);
        let accepted = json(&new, &["status"])["batches"]["accepted"].as_u64();
        assert_eq!(accepted, Some(400 + 12 * 4_000), "backup {n}");
    }
}

#[test]
fn a_damaged_backup_and_a_wrong_passphrase_are_told_and_restore_nothing() {
    let dir = police("3", ANNUAL);
    let (home, file) = (dir.path().join("home"), dir.path().join("kp.shumar"));
    assert_eq!(backup(&home, &file).status.code(), Some(0));
    let wrong = check(&file, "another passphrase altogether");
    assert_eq!(wrong.status.code(), Some(1));
    assert!(text(&wrong).contains("the passphrase is not that of"), "{}", text(&wrong));
    let short = with_secret("short", &["--home", &home.display().to_string(), "backup", "x"])
        .current_dir(dir.path())
        .output()
        .expect("the program starts");
    assert!(text(&short).contains("fewer than 12 characters"), "{}", text(&short));
    let whole = std::fs::read(&file).expect("a file");
    let bad = dir.path().join("bad.shumar");
    let end = whole.len();
    for (cut, flip) in
        [(end - 1, None), (end / 2, None), (end, Some(end / 3)), (end, Some(end - 5))]
    {
        let mut bytes = whole[..cut].to_vec();
        if let Some(at) = flip {
            bytes[at] ^= 1;
        }
        std::fs::write(&bad, bytes).expect("a file");
        let output = restore(&bad, &dir.path().join("new"));
        assert_eq!(output.status.code(), Some(1), "{}", text(&output));
        assert!(text(&output).contains("damaged or cut off"), "{}", text(&output));
    }
    std::fs::write(&bad, "no backup").expect("a file");
    let output = restore(&bad, &dir.path().join("new"));
    assert!(text(&output).contains("is no backup of shumar"), "{}", text(&output));
    let left: Vec<_> = std::fs::read_dir(dir.path())
        .expect("a folder")
        .map(|e| e.expect("an entry").file_name().to_string_lossy().into_owned())
        .filter(|n| n.contains("new") || n.contains("part") || n.contains("restoring"))
        .collect();
    assert!(left.is_empty(), "{left:?}");
    assert!(!home.join(".backup").exists());
}

/// Backups that no program of ours writes: each breaks out of its folder, or lies about itself.
#[test]
fn a_forged_backup_is_refused_before_anything_is_there() {
    let dir = tempfile::tempdir().expect("a folder");
    let forged = |name: &str, kind: tar::EntryType, manifest: &str| {
        let file = dir.path().join("forged.shumar");
        let mut recipient = age::scrypt::Recipient::new(SECRET.to_owned().into());
        recipient.set_work_factor(4);
        let to = std::iter::once(&recipient as &dyn age::Recipient);
        let out = std::fs::File::create(&file).expect("a file");
        let sealed = age::Encryptor::with_recipients(to).expect("a recipient");
        let mut tar = tar::Builder::new(sealed.wrap_output(out).expect("a stream"));
        for (name, kind, bytes) in [
            (name, kind, &b"x"[..]),
            ("manifest.json", tar::EntryType::Regular, manifest.as_bytes()),
        ] {
            let mut header = tar::Header::new_gnu();
            header.set_entry_type(kind);
            header.set_size(bytes.len() as u64);
            header.set_mode(0o644);
            // As they are: the library itself would refuse some of these names.
            header.as_old_mut().name[..name.len()].copy_from_slice(name.as_bytes());
            header.set_cksum();
            tar.append(&header, bytes).expect("an entry");
        }
        tar.into_inner().expect("a stream").finish().expect("an end");
        let output = restore(&file, &dir.path().join("new"));
        assert_eq!(output.status.code(), Some(1), "{name}: {}", text(&output));
        assert!(!dir.path().join("new").exists() && !dir.path().join("evil").exists(), "{name}");
        text(&output)
    };
    let none = r#"{"format":"shumar.backup/1","made":"","software":"","lineage":"","ledger":{"seq":0,"hash":""},"files":[]}"#;
    for name in ["../evil", "lake/../../evil", "/tmp/evil", "lake/..", "site/evil", "shumar.toml/x"]
    {
        let words = forged(name, tar::EntryType::Regular, none);
        assert!(words.contains("holds what no backup"), "{name}: {words}");
    }
    for kind in [tar::EntryType::Symlink, tar::EntryType::Directory, tar::EntryType::Link] {
        assert!(forged("lake/x", kind, none).contains("holds what no backup"));
    }
    // A file that the manifest does not list.
    assert!(forged("lake/x", tar::EntryType::Regular, none).contains("damaged"));
}

#[test]
fn a_killed_backup_or_restoration_leaves_nothing_that_looks_whole() {
    let dir = police("3", ANNUAL);
    let (home, file) = (dir.path().join("home"), dir.path().join("kp.shumar"));
    let kill = |arguments: &[&str], delay: u64| {
        let mut child = with_secret(SECRET, arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        std::thread::sleep(Duration::from_millis(delay));
        let _ = child.kill();
        let _ = child.wait();
    };
    let name = |path: &Path| path.display().to_string();
    for delay in [30, 200, 450, 600, 700] {
        kill(&["--home", &name(&home), "backup", &name(&file)], delay);
        if file.exists() {
            assert_eq!(check(&file, SECRET).status.code(), Some(0), "{delay} ms");
            std::fs::remove_file(&file).expect("a file");
        }
    }
    assert_eq!(backup(&home, &file).status.code(), Some(0));
    let new = dir.path().join("new");
    for delay in [30, 300, 500, 600, 700, 800] {
        kill(&["restore", &name(&file), &name(&new)], delay);
        if new.exists() {
            assert_eq!(run(&new, &["status"]).status.code(), Some(0), "{delay} ms");
            std::fs::remove_dir_all(&new).expect("a folder");
        }
    }
    assert_eq!(restore(&file, &new).status.code(), Some(0));
}
