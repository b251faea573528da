//! A home whose time the tests tell, and a scheduler in it.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::{run, shumar, text};

/// How long anything may take before a test gives up.
const PATIENCE: Duration = Duration::from_mins(2);

/// A home of which the tests say what time it is.
pub(crate) struct Timed {
    /// The folder around it.
    pub(crate) dir: tempfile::TempDir,
    /// The home.
    pub(crate) home: PathBuf,
}

/// The section of a home whose time is told by its tests.
pub(crate) const SIMULATED: &str = r#"
[schedule]
cron = "0 6 * * *"
time_zone = "Asia/Karachi"
simulated = true
"#;

impl Timed {
    /// Around a home that says `simulated = true`.
    pub(crate) fn new(dir: tempfile::TempDir, now: &str) -> Self {
        let home = dir.path().join("home");
        let timed = Self { dir, home };
        timed.set(now);
        timed
    }

    /// The same from a configuration.
    pub(crate) fn home(configuration: &str, now: &str) -> Self {
        Self::new(crate::support::home(configuration), now)
    }

    fn clock(&self) -> PathBuf {
        self.dir.path().join("clock")
    }

    /// Says what time it is.
    pub(crate) fn set(&self, now: &str) {
        let aside = self.dir.path().join("clock.new");
        std::fs::write(&aside, now).expect("written");
        std::fs::rename(aside, self.clock()).expect("renamed");
    }

    /// The program in this home and time.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = shumar();
        command.env("SHUMAR_CLOCK", self.clock()).arg("--home").arg(&self.home).args(arguments);
        command
    }

    /// Runs the program.
    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().expect("the program starts")
    }

    /// Runs the program, and returns its JSON and exit code.
    pub(crate) fn told(&self, arguments: &[&str]) -> (Value, i32) {
        let output = self.run(&[arguments, &["--format", "json"]].concat());
        let facts = serde_json::from_slice(&output.stdout);
        (
            facts.unwrap_or_else(|_| panic!("{}", text(&output))),
            output.status.code().expect("a code"),
        )
    }

    /// The same, expecting success.
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let (facts, code) = self.told(arguments);
        assert_eq!(code, 0, "{arguments:?}: {facts:#}");
        facts
    }

    /// Puts a file into an office's inbox, whole at once.
    pub(crate) fn drop_file(&self, provider: &str, name: &str, content: &str) {
        let inbox = self.home.join("inbox").join(provider);
        std::fs::create_dir_all(&inbox).expect("the inbox");
        let aside = self.dir.path().join("dropped");
        std::fs::write(&aside, content).expect("a file");
        std::fs::rename(aside, inbox.join(name)).expect("dropped");
    }

    /// Adds to the settings.
    pub(crate) fn settings(&self, change: impl FnOnce(String) -> String) {
        let file = self.home.join("shumar.toml");
        let text = std::fs::read_to_string(&file).expect("settings");
        std::fs::write(file, change(text)).expect("settings");
    }

    /// Starts a scheduler.
    pub(crate) fn scheduler(&self, more: &[&str]) -> Child {
        let arguments = [&["schedule", "--log", "off"], more].concat();
        let mut command = self.command(&arguments);
        command.stdout(Stdio::null()).stderr(Stdio::piped());
        command.spawn().expect("the scheduler starts")
    }

    /// What the health file says.
    pub(crate) fn health(&self) -> Option<Value> {
        let text = std::fs::read_to_string(self.home.join("runs/health.json")).ok()?;
        Some(serde_json::from_str(&text).expect("the health file is whole at every moment"))
    }

    /// Waits until the health file fits.
    pub(crate) fn wait(&self, fits: impl Fn(&Value) -> bool) -> Value {
        let start = Instant::now();
        loop {
            if let Some(health) = self.health().filter(&fits) {
                return health;
            }
            assert!(start.elapsed() < PATIENCE, "the scheduler hangs: {:?}", self.health());
            std::thread::sleep(Duration::from_millis(5));
        }
    }
}

/// Sends a signal to a process.
pub(crate) fn signal(name: &str, pid: u32) {
    let sent = Command::new("kill").args([&format!("-{name}"), &pid.to_string()]).output();
    sent.expect("`kill` is there");
}

/// What a home can be compared by: all files, and what the database holds.
pub(crate) fn state(home: &Path) -> (Vec<(String, String)>, String) {
    let hidden = |name: &str| name.starts_with("shumar.db");
    let files = crate::support::digests(home).into_iter().filter(|(name, _)| !hidden(name));
    (files.collect(), dump(home))
}

/// Every row of every table.
fn dump(home: &Path) -> String {
    let register = rusqlite::Connection::open(home.join("shumar.db")).expect("the database");
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name";
    let mut select = register.prepare(sql).expect("a query");
    let tables = select.query_map([], |r| r.get::<_, String>(0)).expect("tables");
    let mut all = String::new();
    for table in tables.map(|t| t.expect("a name")) {
        let mut select = register.prepare(&format!("SELECT * FROM {table}")).expect("a query");
        let columns = select.column_count();
        let mut rows = select.query([]).expect("rows");
        while let Some(row) = rows.next().expect("a row") {
            let cell = |i| row.get_ref(i).expect("a cell");
            let text =
                |i| cell(i).as_str().map_or_else(|_| format!("{:?}", cell(i)), str::to_owned);
            let cells = (0..columns).map(text);
            all.push_str(&format!("{table} {}\n", cells.collect::<Vec<_>>().join("|")));
        }
    }
    all
}

/// Expects success.
pub(crate) fn well(output: &Output) {
    assert_eq!(output.status.code(), Some(0), "{}", text(output));
}

/// Checks releases as an outsider would.
pub(crate) fn verified(home: &Path) {
    well(&run(home, &["verify"]));
}
