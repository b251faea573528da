//! What leaves the home by itself, in hooks, metrics and logs: told once, and never of a record.

use std::path::PathBuf;

use serde_json::Value;

use crate::support::{files, text};
use crate::work::{QUARTERLY, province, rows};
use crate::worker::Timed;

/// A hook that writes what it is told behind what it was told before.
fn hooks(timed: &Timed) -> PathBuf {
    let (told, program) = (timed.dir.path().join("told"), timed.dir.path().join("tell"));
    let script = format!("#!/bin/sh\ncat >> {}\n", told.display());
    std::fs::write(&program, script).expect("a program");
    let mut mode = std::fs::metadata(&program).expect("a program").permissions();
    std::os::unix::fs::PermissionsExt::set_mode(&mut mode, 0o755);
    std::fs::set_permissions(&program, mode).expect("a mode");
    let program = program.display();
    timed.settings(|text| {
        format!(
            "{text}
[[hooks]]
on = [\"late-provider\", \"waiting\", \"failure\"]
command = [\"{program}\"]
[[hooks]]
on = [\"budget-below\"]
below = 0.9
command = [\"{program}\"]
[[hooks]]
on = [\"success\"]
command = [\"/bin/sleep\", \"60\"]
limit_seconds = 1
[[hooks]]
on = [\"success\"]
command = [\"/nowhere/at/all\"]
"
        )
    });
    told
}

/// What was told since the last look.
fn told(file: &PathBuf) -> Vec<Value> {
    let text = std::fs::read_to_string(file).unwrap_or_default();
    let _ = std::fs::remove_file(file);
    text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

fn events(all: &[Value]) -> Vec<&str> {
    all.iter().map(|t| t["event"].as_str().expect("an event")).collect()
}

#[test]
fn hooks_are_told_once_and_their_failures_are_warnings() {
    let calendar = format!("{QUARTERLY}coverage = 1\nwait_days = 60\n");
    let timed = Timed::home(&province(&calendar, ""), "2025-05-15T05:00:00Z");
    let file = hooks(&timed);
    for month in 1..=3 {
        timed.drop_file("north", &format!("{month}.csv"), &rows("north", month));
    }
    let (report, code) = timed.told(&["run"]);
    assert_eq!((code, report["outcome"].as_str()), (0, Some("waiting")), "{report:#}");
    let warnings = report["warnings"].to_string();
    assert!(warnings.contains("took longer than 1 seconds"), "{warnings}");
    assert!(warnings.contains("could not be started"), "{warnings}");
    let all = told(&file);
    assert_eq!(events(&all), ["late-provider", "waiting"], "{all:#?}");
    assert_eq!(all[0]["facts"]["provider"], "south");
    assert_eq!(
        all[0]["facts"]["periods"].to_string(),
        r#"["2025-01","2025-02","2025-03","2025-04"]"#
    );
    assert_eq!(all[1]["facts"]["what"], "waits-for-reports");
    // Told once; a further month is told anew.
    timed.json(&["run"]);
    assert!(told(&file).is_empty());
    timed.set("2025-06-11T05:00:00Z");
    timed.json(&["run"]);
    let all = told(&file);
    assert_eq!(events(&all), ["late-provider", "late-provider"], "{all:#?}");
    // What is spent is told when less is left than was said.
    timed.set("2025-07-15T05:00:00Z");
    timed.json(&["run"]);
    assert!(events(&told(&file)).contains(&"budget-below"));
    timed.json(&["run"]);
    assert!(told(&file).is_empty());
    // A refused file is a failure when it comes, and no news afterwards.
    timed.drop_file("north", "bad.csv", "no,such\n1,2\n");
    assert_eq!(timed.told(&["run"]).1, 1);
    let all = told(&file);
    assert_eq!(events(&all), ["failure"]);
    assert!(!all[0].to_string().contains("bad.csv"), "{all:#?}");
    timed.json(&["run"]);
    assert!(told(&file).is_empty());
}

/// Everything that leaves a home by itself in some months.
fn leaves(without: Option<usize>) -> [String; 3] {
    let timed = Timed::home(&province(QUARTERLY, ""), "2025-05-15T05:00:00Z");
    let file = hooks(&timed);
    // All rows of one person, in every file of every office.
    let keep = |line: &&str| without.is_none_or(|t| !line.contains(&format!(",t{t},")));
    let mut log = String::new();
    for (month, now) in [(1..=3, "2025-05-15"), (4..=5, "2025-07-20"), (6..=6, "2025-08-20")] {
        for month in month {
            for office in ["north", "south"] {
                let rows = rows(office, month);
                let rows: Vec<&str> = rows.lines().filter(keep).collect();
                let name = format!("person-{month}-of-{}.csv", rows.len());
                timed.drop_file(office, &name, &(rows.join("\n") + "\n"));
            }
        }
        timed.drop_file("north", &format!("bad-{now}.csv"), &format!("no,such\n{now},2\n"));
        timed.set(&format!("{now}T05:00:00Z"));
        log.push_str(&text(&timed.run(&["run", "--log", "json"])));
    }
    let metrics = std::fs::read_to_string(timed.home.join("runs/metrics.prom")).expect("metrics");
    let told = std::fs::read_to_string(file).expect("something was told");
    let logged: Vec<&str> = log.lines().filter(|l| l.starts_with('{')).collect();
    assert!(logged.len() > 12 && metrics.contains("shumar_privacy_budget{year=\"2025\""));
    for all in [&told, &metrics, &logged.join("\n")] {
        assert!(!all.contains("person-") && !all.contains("bad-"), "{all}");
    }
    // The reports in the home name no file either.
    for report in files(&timed.home.join("runs")) {
        let text = String::from_utf8_lossy(&std::fs::read(&report).expect("a file")).into_owned();
        assert!(!text.contains("person-") && !text.contains("bad-"), "{text}");
    }
    // Time stands still while a run works, so that times are the same too.
    [metrics, told, logged.join("\n")]
}

#[test]
fn nothing_that_leaves_the_home_changes_with_one_person() {
    let everyone = leaves(None);
    for person in [0, 21] {
        assert_eq!(leaves(Some(person)), everyone, "without person {person}");
    }
}
