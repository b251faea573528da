//! The audit trail: who did what, and that no change of it goes unseen.

use crate::support::{ANNUAL, json, police, run, text};

fn whats(home: &std::path::Path) -> Vec<String> {
    let trail = json(home, &["audit"]);
    assert_eq!(trail["holds"], true);
    let acts = trail["acts"].as_array().expect("acts").iter();
    acts.map(|a| a["what"].as_str().expect("a word").to_owned()).collect()
}

#[test]
fn every_act_is_in_the_trail_with_the_system_s_user() {
    let dir = police("3", ANNUAL);
    let home = dir.path().join("home");
    json(&home, &["release", "annual", "--period", "2025"]);
    json(&home, &["publish"]);
    json(&home, &["withdraw", "1", "--reason", "a test"]);
    assert_eq!(whats(&home), ["init", "ingest", "charge", "release", "publish", "withdrawn"]);
    let trail = json(&home, &["audit", "--last", "1"]);
    let act = &trail["acts"][0];
    assert_eq!((&act["batch"], &act["seq"]), (&1.into(), &6.into()));
    let said = std::process::Command::new("id").arg("-un").output().expect("id");
    let user = String::from_utf8(said.stdout).expect("a name");
    // Whatever the environment says.
    let output = crate::support::shumar()
        .args(["--home", &home.display().to_string(), "publish"])
        .env("USER", "somebody-else")
        .output()
        .expect("the program starts");
    assert_eq!(output.status.code(), Some(0), "{}", text(&output));
    let who = json(&home, &["audit", "--last", "1"])["acts"][0]["who"].to_string();
    assert!(who.contains(user.trim()) && who.contains("USER=somebody-else"), "{who}");
}

#[test]
fn a_row_changed_by_hand_is_found() {
    let dir = police("3", ANNUAL);
    let home = dir.path().join("home");
    json(&home, &["withdraw", "1", "--reason", "a test"]);
    let register = rusqlite::Connection::open(home.join("shumar.db")).expect("the database");
    assert!(register.execute("UPDATE act SET who = 'x'", []).is_err());
    register.execute_batch("DROP TRIGGER act_is_append_only_update").expect("a trigger");
    register.execute("UPDATE act SET detail = 'nothing' WHERE seq = 2", []).expect("a row");
    let output = run(&home, &["audit"]);
    assert_eq!(output.status.code(), Some(2), "{}", text(&output));
    assert!(text(&output).contains("act 2 of the audit trail"), "{}", text(&output));
}
