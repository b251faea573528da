//! The demo: the main job on an embedded default, and everything it leaves.

use std::path::Path;

use crate::support::{digests, files, json, lake, run, shumar, text};

fn demo(dir: &Path) -> std::process::Output {
    let output = shumar().arg("demo").arg(dir).args(["--records", "3000"]).output();
    output.expect("the program starts")
}

#[test]
fn the_demo_runs_end_to_end_and_a_second_run_changes_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let home = folder.path().join("demo");
    let output = demo(&home);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    assert!(text(&output).contains("is ready"), "{}", text(&output));
    let status = json(&home, &["status"]);
    let batches = &status["batches"];
    let count = |name: &str| batches[name].as_u64().expect("a count");
    assert_eq!(count("rows"), count("accepted") + count("folded") + count("rejected"));
    assert!(count("folded") > 0 && count("rejected") > 0);
    let in_lake: u64 = status["lake"]
        .as_array()
        .expect("a lake")
        .iter()
        .filter_map(|l| l["records"].as_u64())
        .sum();
    assert_eq!(in_lake, count("accepted"));
    let kinds = ["activity", "court", "custody", "police", "service", "shelter"];
    assert_eq!(kinds.iter().map(|k| lake(&home, k).len() as u64).sum::<u64>(), in_lake);
    assert_eq!(status["releases"].as_array().map(Vec::len), Some(2));
    assert_eq!(json(&home, &["verify"])["verified"], true);
    for year in json(&home, &["budget"])["years"].as_array().expect("years") {
        assert_eq!(year["budget"], "6");
        assert_eq!(year["spent"], "4.8");
        assert_eq!(year["left"], "1.2");
    }
    for page in ["index.html", "en/index.html", "ur/index.html"] {
        assert!(home.join("site").join(page).is_file(), "{page}");
    }
    // Opening the database touches its WAL files; everything else must keep every byte.
    let lasting = |name: &String| !name.starts_with("shumar.db-");
    let before: Vec<_> = digests(&home).into_iter().filter(|(n, _)| lasting(n)).collect();
    let again = demo(&home);
    assert_eq!(again.status.code(), Some(0), "{}", text(&again));
    assert!(text(&again).contains("exists already; nothing was changed"), "{}", text(&again));
    let after: Vec<_> = digests(&home).into_iter().filter(|(n, _)| lasting(n)).collect();
    assert_eq!(before, after);
}

#[test]
fn keys_are_private_and_publishing_again_gives_the_same_bytes() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().expect("a folder");
    let home = folder.path().join("demo");
    assert_eq!(demo(&home).status.code(), Some(0));
    for key in ["pseudonym.key", "signing.key"] {
        let mode =
            std::fs::metadata(home.join("keys").join(key)).expect("a key").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{key}");
    }
    let site = digests(&home.join("site"));
    assert!(site.len() > 60, "{}", site.len());
    assert_eq!(run(&home, &["publish"]).status.code(), Some(0));
    assert_eq!(digests(&home.join("site")), site);
    // The lake holds pseudonyms, not the tokens of the files.
    let tokens = files(&home.join("inbox/gcc-peshawar/accepted"));
    let text = std::fs::read_to_string(&tokens[0]).expect("a file");
    let token = text
        .split([',', '\n', ';'])
        .find(|c| c.len() == 32 && c.bytes().all(|b| b.is_ascii_hexdigit()));
    let token = token.expect("a token");
    assert!(lake(&home, "police").iter().all(|r| r["person_id"] != token));
}

#[test]
fn the_demo_leaves_other_homes_alone() {
    let dir = crate::support::police("3", crate::support::ANNUAL);
    let home = dir.path().join("home");
    let output = demo(&home);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output));
    assert!(text(&output).contains("did not make"), "{}", text(&output));
    assert_eq!(json(&home, &["budget"])["ledger"].as_array().map(Vec::len), Some(0));
}

/// Killed at any moment, the demo is finished by the same command, and holds together.
#[test]
fn a_killed_demo_is_finished_by_the_same_command() {
    let folder = tempfile::tempdir().expect("a folder");
    let command = |home: &Path| {
        let mut command = shumar();
        command.arg("demo").arg(home).args(["--records", "300"]);
        command
    };
    let start = std::time::Instant::now();
    let whole = folder.path().join("whole");
    let output = command(&whole).output().expect("the program starts");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    let span = start.elapsed();
    let records = |home: &Path| json(home, &["status"])["lake"].clone();
    for part in [0.4, 0.8] {
        let home = folder.path().join(format!("demo-{part}"));
        crate::faults::kill_after(&mut command(&home), span.mul_f64(part));
        let output = command(&home).output().expect("the program starts");
        assert_eq!(output.status.code(), Some(0), "{part}: {}", text(&output));
        assert_eq!(records(&home), records(&whole), "{part}");
        assert_eq!(json(&home, &["verify"])["verified"], true, "{part}");
        let told = run(&home, &["doctor"]);
        assert_eq!(told.status.code(), Some(0), "{part}: {}", text(&told));
    }
}

#[test]
fn an_encrypted_demo_runs_end_to_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let home = folder.path().join("demo");
    let arguments = ["--records", "300", "--encrypted"];
    for what in ["is ready", "exists already; nothing was changed"] {
        let output = shumar().arg("demo").arg(&home).args(arguments).output();
        let output = output.expect("the program starts");
        assert!(text(&output).contains(what), "{}", text(&output));
    }
    let question = "SELECT count(*) FROM police_complaints";
    for verb in [&["doctor"][..], &["verify"], &["run"], &["plan"], &["query", question]] {
        let output = run(&home, verb);
        assert_eq!(output.status.code(), Some(0), "{verb:?}: {}", text(&output));
    }
}
