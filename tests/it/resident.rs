//! `shumar schedule`: it stays, one at a time, says how it is, and stops when it is told.

use std::process::Command;

use serde_json::Value;

use crate::support::text;
use crate::work::{QUARTERLY, province, rows};
use crate::worker::{Timed, signal, well};

fn timed(now: &str) -> Timed {
    Timed::home(&province(QUARTERLY, ""), now)
}

fn next(health: &Value) -> &str {
    health["next"].as_str().unwrap_or_default()
}

#[test]
fn it_runs_when_it_is_time_makes_up_for_sleep_once_and_stops_when_told() {
    let timed = timed("2025-05-10T12:00:00Z");
    let mut scheduler = timed.scheduler(&[]);
    let health = timed.wait(|h| h["state"] == "waiting");
    assert_eq!((next(&health), health["last"].is_null()), ("2025-05-11T01:00:00Z", true));
    assert_eq!(health["pid"], scheduler.id());
    assert!(timed.json(&["status"])["scheduler"]["alive"] == true);
    // Another one is refused.
    let second = timed.run(&["schedule"]);
    assert_eq!(second.status.code(), Some(1), "{}", text(&second));
    assert!(text(&second).contains("already"), "{}", text(&second));
    timed.drop_file("north", "01.csv", &rows("north", 1));
    timed.set("2025-05-11T01:00:00Z");
    let health = timed.wait(|h| next(h) == "2025-05-12T01:00:00Z");
    assert_eq!(health["last"]["outcome"], "done");
    // The machine slept for ten days.
    timed.set("2025-05-21T09:00:00Z");
    timed.wait(|h| next(h) == "2025-05-22T01:00:00Z");
    let runs = timed.json(&["status", "--runs", "10"])["runs"].clone();
    assert_eq!(runs.as_array().map(Vec::len), Some(2), "{runs:#}");
    // The clock was set back by a month.
    timed.set("2025-04-20T09:00:00Z");
    timed.wait(|h| next(h) == "2025-04-21T01:00:00Z");
    // A new timetable is read while it stays; one that can't be read changes nothing.
    timed.settings(|text| text.replace("0 6 * * *", "30 7 * * *"));
    timed.wait(|h| next(h) == "2025-04-21T02:30:00Z");
    timed.settings(|text| text.replace("30 7 * * *", "never"));
    std::thread::sleep(std::time::Duration::from_millis(100));
    assert_eq!(next(&timed.health().expect("health")), "2025-04-21T02:30:00Z");
    timed.settings(|text| text.replace("never", "30 7 * * *"));
    let metrics =
        || std::fs::read_to_string(timed.home.join("runs/metrics.prom")).expect("metrics");
    assert!(metrics().contains("shumar_scheduler_up 1"));
    signal("TERM", scheduler.id());
    let ended = scheduler.wait().expect("it ends");
    assert_eq!(ended.code(), Some(0));
    assert_eq!(timed.health().expect("health")["state"], "stopped");
    assert!(metrics().contains("shumar_scheduler_up 0"));
    assert!(text(&timed.run(&["status"])).contains("the scheduler was stopped"));
}

#[test]
fn status_says_when_it_is_gone_and_the_next_one_goes_on() {
    let timed = timed("2025-05-10T12:00:00Z");
    let mut scheduler = timed.scheduler(&[]);
    timed.wait(|h| h["state"] == "waiting");
    scheduler.kill().expect("killed");
    scheduler.wait().expect("it ends");
    let status = timed.run(&["status"]);
    assert!(text(&status).contains("the scheduler is gone"), "{}", text(&status));
    // Nothing was run yet: the next one waits for its time, as the first did.
    let mut scheduler = timed.scheduler(&[]);
    timed.wait(|h| h["pid"] == scheduler.id() && next(h) == "2025-05-11T01:00:00Z");
    // A stop while a run is at work: the run ends after its step, and says so.
    for month in 1..=3 {
        timed.drop_file("north", &format!("{month}.csv"), &rows("north", month));
        timed.drop_file("south", &format!("{month}.csv"), &rows("south", month));
    }
    timed.set("2025-05-16T01:00:00Z");
    timed.wait(|h| h["state"] == "running");
    signal("TERM", scheduler.id());
    assert_eq!(scheduler.wait().expect("it ends").code(), Some(0));
    let report = |file: &str| -> Value {
        let text = std::fs::read_to_string(timed.home.join("runs").join(file)).expect("a report");
        serde_json::from_str(&text).expect("JSON")
    };
    let first = report("000001.json");
    // The next scheduler goes on at once with what was left.
    let mut scheduler = timed.scheduler(&[]);
    timed.wait(|h| h["pid"] == scheduler.id() && next(h) == "2025-05-17T01:00:00Z");
    signal("TERM", scheduler.id());
    assert_eq!(scheduler.wait().expect("it ends").code(), Some(0));
    let file = timed.home.join("runs/000002.json");
    assert_eq!(file.exists(), first["stopped"] == true);
    let rest = if file.exists() { report("000002.json") } else { Value::Null };
    let made = |r: &Value| {
        r["releases"].as_array().map_or(0, |l| l.iter().filter(|l| l["what"] == "made").count())
    };
    assert_eq!(made(&first) + made(&rest), 1, "{first:#} {rest:#}");
    assert!(first["stopped"] == true || made(&first) == 1, "{first:#}");
    assert_eq!(timed.json(&["status"])["runs"][0]["outcome"], "done");
}

#[test]
fn without_a_timetable_it_says_what_to_write() {
    let timed = timed("2025-05-10T12:00:00Z");
    timed.settings(|text| text.replace("cron = \"0 6 * * *\"\n", ""));
    let refused = timed.run(&["schedule"]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused).contains("cron = \"0 6 * * *\""), "{}", text(&refused));
    timed.settings(|text| text.replace("Asia/Karachi", "Karachi"));
    assert!(text(&timed.run(&["schedule"])).contains("no time zone"));
}

#[test]
fn units_name_whole_paths_and_are_what_the_system_reads() {
    let timed = timed("2025-05-10T12:00:00Z");
    let home = timed.home.canonicalize().expect("a path").display().to_string();
    let print = |kind: &str| {
        let printed = timed.run(&["schedule", "--print", kind]);
        well(&printed);
        String::from_utf8(printed.stdout).expect("text")
    };
    let program = env!("CARGO_BIN_EXE_shumar");
    let (unit, line, task) = (print("systemd"), print("cron"), print("windows-task"));
    assert!(unit.contains(&format!("ExecStart={program} --home {home} schedule\n")), "{unit}");
    assert!(unit.contains(&format!("ReadWritePaths={home}\n")), "{unit}");
    assert!(line.contains(&format!("0 6 * * * {program} --quiet --home {home} run")), "{line}");
    assert!(line.contains("CRON_TZ=Asia/Karachi"), "{line}");
    assert!(task.contains(&format!("<Command>{program}</Command>")), "{task}");
    assert!(!timed.home.join("runs/health.json").exists());
    let file = timed.dir.path().join("shumar.service");
    std::fs::write(&file, unit).expect("a file");
    match Command::new("systemd-analyze").arg("verify").arg("--man=no").arg(&file).output() {
        Ok(checked) => assert!(
            checked.status.success() && !text(&checked).contains("shumar.service"),
            "{}",
            text(&checked)
        ),
        Err(_) => eprintln!("note: systemd-analyze is not here"),
    }
}
