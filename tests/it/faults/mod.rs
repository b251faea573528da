//! A real kill at every fault point of every verb that writes, and at random moments: nothing is lost,
//! nothing is counted or paid twice, nothing half is seen, and the same command again finishes.

mod desk;
mod files;
mod lake;
mod points;
mod release;
mod sealed;
mod site;
mod work;
mod years;

pub(crate) use release::all_paid;

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use crate::support::{run, shumar, text};

/// What is killed, and what must hold then.
pub(super) struct Scenario<'a> {
    /// A home (or a folder) as it is before the command; copied for every kill.
    pub(super) base: &'a Path,
    /// The command, in a copy.
    pub(super) command: &'a dyn Fn(&Path) -> Command,
    /// What holds at any moment after a kill, however far the command came.
    pub(super) sound: &'a dyn Fn(&Path, &str),
    /// Finishes the work, usually by the same command, and looks that it is done and nothing is left.
    pub(super) finish: &'a dyn Fn(&Path, &str),
}

impl Scenario<'_> {
    /// Kills at points, each at a passing (`name` or `name:3`), and at `random` moments. Says how many
    /// kills there were.
    pub(super) fn kill(&self, points: &[&str], random: u32) -> usize {
        for point in points {
            let dir = self.copy();
            let place = dir.path().join("w");
            let mut command = (self.command)(&place);
            if let Err(told) = kill_at(command.env("SHUMAR_FAULT", point)) {
                panic!("{point} was not reached: {told}");
            }
            (self.sound)(&place, point);
            (self.finish)(&place, point);
        }
        let mut span = Duration::ZERO;
        for round in 0..=random {
            let dir = self.copy();
            let place = dir.path().join("w");
            let mut command = (self.command)(&place);
            if round == 0 {
                // The first is not killed: it tells how long the command takes.
                let start = Instant::now();
                command.output().expect("the program starts");
                span = start.elapsed();
            } else {
                let part = (f64::from(round) * 0.618_034).fract();
                kill_after(&mut command, span.mul_f64(part));
            }
            let what = format!("random moment {round} of {span:?}");
            (self.sound)(&place, &what);
            (self.finish)(&place, &what);
        }
        points.len() + random as usize
    }

    fn copy(&self) -> tempfile::TempDir {
        let dir = tempfile::tempdir().expect("a folder");
        copy(self.base, &dir.path().join("w"));
        dir
    }
}

/// Runs a command until it stands at its fault point, and kills it there. What it said if it ended
/// before.
fn kill_at(command: &mut Command) -> Result<(), String> {
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("a child");
    let mut lines = BufReader::new(child.stderr.take().expect("a pipe")).lines();
    let mut told = String::new();
    let reached = lines.by_ref().map_while(Result::ok).any(|line| {
        told.push_str(&line);
        line.starts_with("fault: ")
    });
    end(&mut child);
    if reached { Ok(()) } else { Err(told) }
}

pub(crate) fn kill_after(command: &mut Command, delay: Duration) {
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("a child");
    std::thread::sleep(delay);
    end(&mut child);
}

/// Kills as a power cut would: nothing runs after it.
fn end(child: &mut Child) {
    let _ = child.kill();
    let _ = child.wait();
}

/// Copies a folder with the permissions of all that is in it.
pub(crate) fn copy(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from) {
        let entry = entry.expect("an entry");
        let target = to.join(entry.path().strip_prefix(from).expect("below"));
        if entry.file_type().is_dir() {
            std::fs::create_dir_all(&target).expect("a folder");
            let mode = std::fs::metadata(entry.path()).expect("a folder").permissions();
            std::fs::set_permissions(&target, mode).expect("permissions");
        } else {
            std::fs::copy(entry.path(), &target).expect("a copy");
        }
    }
}

/// A command on the home `home` in a copy.
pub(super) fn on_home(place: &Path, arguments: &[&str]) -> Command {
    let mut command = shumar();
    command.arg("--home").arg(place.join("home")).args(arguments);
    command
}

pub(super) fn well(output: &Output, what: &str) {
    assert_eq!(output.status.code(), Some(0), "{what}: {}", text(output));
}

/// What `shumar doctor` finds in a home, but for checks that are left out.
pub(super) fn findings(home: &Path, but: &[&str]) -> Vec<String> {
    let output = run(home, &["doctor", "--format", "json"]);
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let found = told["findings"].as_array().expect("findings").iter();
    let found = found.filter(|f| !but.iter().any(|b| f["check"] == *b || f["grade"] == *b));
    found.map(|f| format!("{} {}: {}", f["check"], f["where"], f["what"])).collect()
}

/// Nothing is left of an interruption, by the doctor's eyes and by names.
pub(crate) fn nothing_left(home: &Path, but: &[&str], what: &str) {
    assert_eq!(findings(home, but), Vec::<String>::new(), "{what}");
    let left: Vec<PathBuf> = walkdir::WalkDir::new(home)
        .into_iter()
        .map(|e| e.expect("an entry").into_path())
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            [".tmp", ".part", ".new", ".old"].iter().any(|end| name.ends_with(end))
        })
        .collect();
    assert_eq!(left, Vec::<PathBuf>::new(), "{what}");
}

/// A number from the home's database.
pub(super) fn number(home: &Path, sql: &str) -> i64 {
    let register = rusqlite::Connection::open(home.join("shumar.db")).expect("the database");
    register.query_row(sql, [], |r| r.get(0)).expect("a number")
}

/// A home in a folder that becomes the base of copies: `home` beside whatever else is there.
pub(super) fn folder(dir: &tempfile::TempDir) -> PathBuf {
    dir.path().to_owned()
}
