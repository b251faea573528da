//! Kills while homes, keys, templates, reports and pseudonymised files are made.

use std::path::Path;
use std::process::Command;

use super::{Scenario, folder, nothing_left, on_home, well};
use crate::support::{ANNUAL, files, police, run, shumar, text};

/// Where each test kills.
pub(super) const POINTS: &[&[&str]] = &[INIT, TOKENS, TEMPLATE, REPORT];
/// How often each test kills at random.
pub(super) const RANDOM: &[u32] = &[12, 10, 6, 6];

const INIT: &[&str] = &[
    "init.folders-made",
    "part.written",
    "part.named",
    "init.public-key-written",
    "init.secret-key-written",
    "init.keys-made",
    "init.database-made",
    "init.lake-decided",
    "init.lineage-entered",
    "part.written:2",
    "part.named:2",
    "part.written:3",
    "part.named:3",
    "init.settings-written",
];
const TOKENS: &[&str] = &["pseudonymise.begun", "part.written", "part.named"];
const TEMPLATE: &[&str] = &["part.written", "part.named"];
const REPORT: &[&str] = &["ingest.report-written", "ingest.report-written:2"];

#[test]
fn a_new_home_is_killed() {
    let made = police("4", ANNUAL);
    let dir = tempfile::tempdir().expect("a folder");
    super::copy(&made.path().join("from"), &dir.path().join("from"));
    let command = |place: &Path| {
        let mut command = shumar();
        command.arg("init").arg(place.join("home")).arg("--from").arg(place.join("from"));
        command
    };
    let sound = |place: &Path, what: &str| {
        // What has its settings is a home, and nothing else is.
        let status = on_home(place, &["status"]).output().expect("the program starts");
        let there = place.join("home/shumar.toml").exists();
        assert_eq!(status.status.code(), Some(i32::from(!there)), "{what}: {}", text(&status));
    };
    let finish = |place: &Path, what: &str| {
        let there = place.join("home/shumar.toml").exists();
        let output = command(place).output().expect("the program starts");
        assert_eq!(output.status.code(), Some(i32::from(there)), "{what}: {}", text(&output));
        well(&run(&place.join("home"), &["ingest"]), what);
        nothing_left(&place.join("home"), &[], what);
    };
    let scenario =
        Scenario { base: &folder(&dir), command: &command, sound: &sound, finish: &finish };
    assert_eq!(scenario.kill(INIT, RANDOM[0]), INIT.len() + RANDOM[0] as usize);
}

#[test]
fn pseudonymising_is_killed() {
    let dir = tempfile::tempdir().expect("a folder");
    let desk = |place: &Path, arguments: &[&str]| -> Command {
        let mut command = shumar();
        command.current_dir(place).arg("pseudonymise").args(arguments);
        command
    };
    well(&desk(dir.path(), &["--new-key", "office.key"]).output().expect("a key"), "a key");
    let example = desk(dir.path(), &["--example"]).output().expect("an example");
    std::fs::write(dir.path().join("office.toml"), example.stdout).expect("a mapping");
    let mut rows = "S. No.,Complaint No,Name,Father name,CNIC,Date of birth,Address,Phone,\
         Date of report,District,Offence,Result,Remarks\n"
        .to_owned();
    for no in 0..2000 {
        let id = format!("17301-{no:07}-2");
        rows.push_str(&format!(
            "{no},{no}/25,A B,C D,{id},31/01/1999,H 1,0300-0000000,05/03/2025,Mardan,rape,fir,x\n"
        ));
    }
    std::fs::write(dir.path().join("march.csv"), rows).expect("a file");
    let with = ["march.csv", "--mapping", "office.toml", "--key", "office.key"];
    let lines = |place: &Path| {
        let out = std::fs::read_to_string(place.join("march.pseudonymised.csv")).ok()?;
        Some(out.lines().count())
    };
    let sound = |place: &Path, what: &str| {
        assert!(lines(place).is_none_or(|n| n == 2001), "{what}: {:?}", lines(place));
    };
    let finish = |place: &Path, what: &str| {
        let there = lines(place).is_some();
        let output = desk(place, &with).output().expect("the program starts");
        assert_eq!(output.status.code(), Some(i32::from(there)), "{what}: {}", text(&output));
        assert_eq!(lines(place), Some(2001), "{what}");
        // A file that is there is not written again, so that nothing is cleared then either.
        assert!(there || files(place).len() == 4, "{what}: {:?}", files(place));
    };
    let scenario = Scenario {
        base: &folder(&dir),
        command: &|place| desk(place, &with),
        sound: &sound,
        finish: &finish,
    };
    assert_eq!(scenario.kill(TOKENS, RANDOM[1]), TOKENS.len() + RANDOM[1] as usize);
}

#[test]
fn a_template_is_killed() {
    let dir = tempfile::tempdir().expect("a folder");
    std::fs::write(dir.path().join("other"), "x").expect("a file");
    let command = |place: &Path| {
        let mut command = shumar();
        command.current_dir(place).args(["template", "police"]);
        command
    };
    let whole = |place: &Path, what: &str| {
        if let Ok(bytes) = std::fs::read(place.join("police-template.xlsx")) {
            let whole = zip::ZipArchive::new(std::io::Cursor::new(bytes)).is_ok();
            assert!(whole, "{what}: a half workbook");
        }
    };
    let finish = |place: &Path, what: &str| {
        let there = place.join("police-template.xlsx").exists();
        let output = command(place).output().expect("the program starts");
        assert_eq!(output.status.code(), Some(i32::from(there)), "{what}: {}", text(&output));
        whole(place, what);
        assert_eq!(files(place).len(), 2, "{what}: {:?}", files(place));
    };
    let scenario =
        Scenario { base: &folder(&dir), command: &command, sound: &whole, finish: &finish };
    assert_eq!(scenario.kill(TEMPLATE, RANDOM[2]), TEMPLATE.len() + RANDOM[2] as usize);
}

#[test]
fn a_report_is_killed() {
    let dir = police("4", ANNUAL);
    let bad = "no,token,month,district,offence,result\nx,u,2025-99,Swat,rape,fir\ny,u,2025-01,Swat,rape,fir\n";
    std::fs::write(dir.path().join("bad.csv"), bad).expect("a file");
    let command = |place: &Path| {
        let [file, out] = ["bad.csv", "reports"].map(|f| place.join(f).display().to_string());
        on_home(place, &["check", &file, "--report", &out])
    };
    let whole = |place: &Path, what: &str| {
        for file in files(&place.join("reports")) {
            let name = file.file_name().expect("a name").to_string_lossy().into_owned();
            let text = std::fs::read_to_string(&file).expect("a text");
            assert!(name.starts_with('.') || text.ends_with('\n'), "{what}: {name}");
        }
    };
    std::fs::create_dir(dir.path().join("reports")).expect("a folder");
    let finish = |place: &Path, what: &str| {
        let output = command(place).output().expect("the program starts");
        assert!(output.status.code().is_some_and(|c| c < 2), "{what}: {}", text(&output));
        whole(place, what);
        assert_eq!(files(&place.join("reports")).len(), 2, "{what}");
    };
    let scenario =
        Scenario { base: &folder(&dir), command: &command, sound: &whole, finish: &finish };
    assert_eq!(scenario.kill(REPORT, RANDOM[3]), REPORT.len() + RANDOM[3] as usize);
}
