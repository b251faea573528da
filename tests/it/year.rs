//! A year of a province by the resident scheduler, in time that goes faster: files come late, twice,
//! wrong, corrected and withdrawn, and scheduler and runs are killed at random moments. In the end
//! the lake, the measurements and the ledger are those of a year without any trouble.
//!
//! `SHUMAR_YEAR_KILLS` says how many kills: 40 by default.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Child;
use std::time::{Duration, Instant};

use chrono::{DateTime, Days, NaiveDate, TimeDelta, Utc};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::support::{files, parquet};
use crate::worker::{SIMULATED, Timed, signal, verified, well};

/// The offices: name, kind, columns of month, area and code, and the codes that it uses.
const OFFICES: [(&str, &str, [&str; 3], [&str; 3]); 8] = [
    ("cell-north", "police", POLICE, OFFENCES),
    ("cell-south", "police", POLICE, OFFENCES),
    ("cell-east", "police", POLICE, OFFENCES),
    ("shelter-a", "shelter", ["admit_month", "district_facility", "reason_lead"], REASONS),
    ("shelter-b", "shelter", ["admit_month", "district_facility", "reason_lead"], REASONS),
    ("prisons", "custody", ["detention_month", "district", "offence_group"], THEFTS),
    ("registry", "court", ["institution_month", "district", "offence_group"], GROUPS),
    ("legal-aid", "service", ["service_month", "district", "service"], SERVICES),
];
const POLICE: [&str; 3] = ["report_month", "district", "offence_lead"];
const OFFENCES: [&str; 3] = ["rape", "threat", "cyber"];
const REASONS: [&str; 3] = ["rape", "sexual_assault", "physical_assault"];
const THEFTS: [&str; 3] = ["narcotics", "murder", "theft"];
const GROUPS: [&str; 3] =
    ["sexual_violence", "abduction_kidnapping_selling", "gender_based_killing"];
const SERVICES: [&str; 3] = ["legal_counselling", "legal_aid_case", "psychosocial_session"];
const DISTRICTS: [&str; 5] = ["Peshawar", "Mardan", "Swat", "Bannu", "Abbottabad"];

/// The releases of the year.
const CALENDAR: &str = r#"
[[releases]]
id = "quarterly"
every = "quarter"
due = { months = 2, day = 15 }
coverage = 0.9
wait_days = 40
tables = ["police-complaints", "shelter-admissions"]
[[releases]]
id = "annual"
every = "year"
due = { months = 3, day = 8 }
tables = ["custody-detentions", "court-cases", "services-given"]
"#;
/// A home's releases by the end.
const MADE: [&str; 5] = [
    "annual-2025",
    "quarterly-2025-Q1",
    "quarterly-2025-Q2",
    "quarterly-2025-Q3",
    "quarterly-2025-Q4",
];

/// The Mondays on which they are made, if no report is late.
const RELEASED: [&str; 5] = ["2025-05-19", "2025-08-18", "2025-11-17", "2026-02-16", "2026-03-09"];
/// So long a scheduler may take to start a run, if it has any to start.
const STARTED: Duration = Duration::from_millis(300);

fn province() -> Timed {
    let mut text = format!(
        r#"
format = "shumar.home/1"
[commission]
name = {{ en = "A province in a test" }}
[scope]
list = "district"
where = {{ province = "PK-KP" }}
[privacy]
family = "laplace"
budget = "6"
bounds = {{ all = 3 }}
shares = {{ scheduled = "0.5", rti = "0.1", revisions = "0.4" }}
{SIMULATED}redraw = true
{CALENDAR}"#
    )
    .replace("0 6 * * *", "0 6 * * MON");
    for (id, kind, [month, area, code], _) in OFFICES {
        text.push_str(&format!(
            r#"
[[providers]]
id = "{id}"
kind = "{kind}"
person = "token"
person_scope = "commission"
record_key = ["no"]
expects = {{ every = "month", from = "2025-01", until = "2025-12" }}
[providers.fields]
{month} = "month"
{area} = "district"
{code} = "what"
"#
        ));
    }
    Timed::home(&text, "2025-01-06T00:30:00Z")
}

/// Random numbers that follow from a seed.
struct Chance(u64);

impl Chance {
    fn below(&mut self, n: u64) -> u64 {
        // splitmix64
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % n
    }
}

/// An office's file of a month; `wrong` puts all its records into one district, and adds some.
fn file(office: usize, month: u64, wrong: bool) -> String {
    let (id, _, _, codes) = OFFICES[office];
    let mut rows = "no,token,month,district,what\n".to_owned();
    let mut chance = Chance(office as u64 * 100 + month);
    for no in 0..if wrong { 19 } else { 15 } {
        let district = DISTRICTS[chance.below(5) as usize];
        let (token, code) = (chance.below(200), codes[chance.below(3) as usize]);
        let district = if wrong { "Kohat" } else { district };
        rows.push_str(&format!("{id}-{month}-{no},w{token},2025-{month:02},{district},{code}\n"));
    }
    rows
}

/// What happens to the lake on a Monday, before the run of that day or beside it.
enum Act {
    /// A file comes.
    File { office: usize, name: String, content: String },
    /// An analyst corrects the batch that has this content.
    Correct { office: usize, wrong: String, right: String },
    /// An analyst withdraws the batch that has this content.
    Withdraw { wrong: String },
}

/// The acts of the year by week; in trouble the same records come in worse ways.
fn acts(trouble: bool, weeks: &[NaiveDate]) -> BTreeMap<usize, Vec<Act>> {
    let mut acts: BTreeMap<usize, Vec<Act>> = BTreeMap::new();
    let (mut chance, last) = (Chance(2025), weeks.len() - 1);
    for month in 1..=12_u64 {
        let year = if month == 12 { 2026 } else { 2025 };
        let after = NaiveDate::from_ymd_opt(year, (month % 12) as u32 + 1, 3).expect("a day");
        let first = weeks.iter().position(|w| *w >= after).expect("a week");
        for (office, (id, ..)) in OFFICES.iter().enumerate() {
            let mut at = |week: usize, act| acts.entry(week.min(last)).or_default().push(act);
            let right = file(office, month, false);
            let come = |name: String, content: &str| Act::File {
                office,
                name,
                content: content.to_owned(),
            };
            let name = format!("{id}-{month:02}.csv");
            let luck = if trouble { chance.below(10) } else { 9 };
            match luck {
                // Late by up to thirteen weeks.
                0 | 1 => at(first + 1 + chance.below(13) as usize, come(name, &right)),
                // Wrong, and corrected after some weeks.
                2 | 3 => {
                    let wrong = file(office, month, true);
                    at(first, come(name, &wrong));
                    let week = first + 1 + chance.below(4) as usize;
                    at(week, Act::Correct { office, wrong, right });
                }
                // Twice, in the same week and again later.
                4 | 5 => {
                    at(first, come(name.clone(), &right));
                    at(first, come(format!("copy-of-{name}"), &right));
                    at(first + 2, come(format!("again-{name}"), &right));
                }
                // With another file that was a mistake and is withdrawn.
                6 => {
                    at(first, come(name.clone(), &right));
                    let wrong = file(office, month, true).replace(&format!("{id}-"), "mistake-");
                    at(first, come(format!("mistake-{name}"), &wrong));
                    at(first + 2, Act::Withdraw { wrong });
                }
                _ => at(first, come(name, &right)),
            }
        }
    }
    acts
}

fn digest(content: &str) -> String {
    Sha256::digest(content).iter().map(|b| format!("{b:02x}")).collect()
}

/// The batch of a content that stands.
fn batch(home: &Path, content: &str) -> i64 {
    let register = rusqlite::Connection::open(home.join("shumar.db")).expect("the database");
    let sql = "SELECT id FROM batch WHERE sha256 = ?1 AND state = 'active'";
    register.query_row(sql, [digest(content)], |r| r.get(0)).expect("the batch landed")
}

fn act(timed: &Timed, act: Act) {
    match act {
        Act::File { office, name, content } => timed.drop_file(OFFICES[office].0, &name, &content),
        Act::Correct { office, wrong, right } => {
            let path = timed.dir.path().join("corrected.csv");
            std::fs::write(&path, right).expect("a file");
            let (path, batch) = (path.display().to_string(), batch(&timed.home, &wrong));
            let provider = OFFICES[office].0;
            let replace = ["--provider", provider, "--replaces", &batch.to_string()];
            well(&timed.run(&[&["ingest", &path][..], &replace].concat()));
        }
        Act::Withdraw { wrong } => {
            let batch = batch(&timed.home, &wrong).to_string();
            well(&timed.run(&["withdraw", &batch, "--reason", "a mistake"]));
        }
    }
}

/// The scheduler and what was done to it.
struct Watch<'a> {
    timed: &'a Timed,
    scheduler: Child,
    kills: [usize; 2],
    chance: Chance,
}

impl Watch<'_> {
    /// Kills the scheduler or the run at some moment; the scheduler is started again.
    fn kill(&mut self) {
        let (start, own) = (Instant::now(), self.scheduler.id());
        let works = |h: Value| h["state"] == "running" && h["pid"] == own;
        while !self.timed.health().is_some_and(works) && start.elapsed() < STARTED {
            std::thread::sleep(Duration::from_millis(2));
        }
        std::thread::sleep(Duration::from_millis(self.chance.below(250)));
        let home = &self.timed.home;
        let run = std::fs::read_to_string(home.join("runs/.run.lock"));
        let run = run.ok().and_then(|t| t.strip_prefix("process ")?.parse::<u32>().ok());
        // The lock names the last run, whose number may be another process's by now.
        let run = run.filter(|pid| {
            let words = std::fs::read_to_string(format!("/proc/{pid}/cmdline"));
            words.is_ok_and(|w| w.contains(&*home.to_string_lossy()) && w.contains("--scheduled"))
        });
        match run.filter(|_| self.chance.below(2) == 0) {
            Some(pid) => {
                signal("KILL", pid);
                self.kills[1] += 1;
            }
            None => {
                self.scheduler.kill().expect("killed");
                self.scheduler.wait().expect("it ends");
                self.kills[0] += 1;
                self.scheduler = self.timed.scheduler(&[]);
            }
        }
    }
}

impl Watch<'_> {
    /// Waits until the scheduler waits for another week. The day goes on meanwhile, because a run that
    /// was killed is tried again after some minutes.
    fn until_done(&mut self, now: DateTime<Utc>) {
        let start = Instant::now();
        loop {
            let done = self.timed.health().is_some_and(|health| {
                let next = health["next"].as_str().and_then(|n| n.parse().ok());
                let own = health["pid"] == self.scheduler.id() && health["state"] == "waiting";
                own && next.is_some_and(|n: DateTime<Utc>| n > now + TimeDelta::days(1))
            });
            if done {
                return;
            }
            if let Some(ended) = self.scheduler.try_wait().expect("a state") {
                let mut words = String::new();
                let heard = self.scheduler.stderr.take().expect("its words");
                std::io::Read::read_to_string(&mut { heard }, &mut words).expect("words");
                panic!("the scheduler ended by itself: {ended}: {words}");
            }
            let passed = TimeDelta::from_std(start.elapsed() * 600).expect("a day");
            assert!(
                passed < TimeDelta::days(1),
                "it hangs: {:#}",
                self.timed.health().expect("health")
            );
            self.timed.set(&(now + passed).to_rfc3339());
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

/// Lets a year pass, and returns how often the scheduler and the runs were killed.
fn year(timed: &Timed, trouble: bool, kills: usize) -> [usize; 2] {
    let monday = NaiveDate::from_ymd_opt(2025, 1, 13).expect("a day");
    let weeks: Vec<NaiveDate> =
        (0..66).filter_map(|w| monday.checked_add_days(Days::new(7 * w))).collect();
    let mut acts = acts(trouble, &weeks);
    let (scheduler, chance) = (timed.scheduler(&[]), Chance(7));
    let mut watch = Watch { timed, scheduler, kills: [0, 0], chance };
    for (week, day) in weeks.iter().enumerate() {
        let of_week = acts.remove(&week).unwrap_or_default();
        let (come, analyst): (Vec<Act>, Vec<Act>) =
            of_week.into_iter().partition(|a| matches!(a, Act::File { .. }));
        for file in come {
            act(timed, file);
        }
        let now = day.and_hms_opt(1, 0, 0).expect("a moment").and_utc();
        timed.set(&now.to_rfc3339());
        std::thread::scope(|scope| {
            // The analyst works beside the scheduler.
            let beside = scope.spawn(|| analyst.into_iter().for_each(|a| act(timed, a)));
            // Half of the kills fall on the days of releases.
            let released = RELEASED.iter().filter(|d| **d <= day.to_string().as_str()).count();
            let due = (week + 1) * (kills - kills / 2) / weeks.len();
            let due = due + released * (kills / 2) / RELEASED.len();
            while watch.kills.iter().sum::<usize>() < due {
                watch.kill();
            }
            beside.join().expect("the analyst's commands succeed");
        });
        watch.until_done(now);
    }
    signal("TERM", watch.scheduler.id());
    assert_eq!(watch.scheduler.wait().expect("it ends").code(), Some(0));
    watch.kills
}

/// The records of the lake, by everything that a release can count.
fn lake(home: &Path) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    let all = files(&home.join("lake")).into_iter();
    for path in all.filter(|f| f.extension().is_some_and(|e| e == "parquet")) {
        let kind = path.strip_prefix(home.join("lake")).expect("below").iter().next();
        for mut row in parquet(&path) {
            for own in ["record_id", "person_id", "batch", "ordinal_kind", "ordinal_year"] {
                row.remove(own).expect("a column");
            }
            *counts.entry(format!("{kind:?} {row:?}")).or_insert(0) += 1;
        }
    }
    counts
}

fn number(amount: &Value) -> f64 {
    amount.as_str().expect("an amount").parse().expect("a number")
}

/// Releases with their number of measurements, scheduled charges with the loss that each costs, and
/// the number of charges for lost noise.
fn account(timed: &Timed) -> (BTreeMap<String, usize>, Vec<(String, f64)>, usize) {
    let mut made = BTreeMap::new();
    for entry in std::fs::read_dir(timed.home.join("releases")).expect("releases") {
        let path = entry.expect("an entry").path();
        if path.join("release.json").is_file() {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            made.insert(name, files(&path.join("measurements")).len());
        }
    }
    let rows = timed.json(&["budget"])["ledger"].as_array().expect("rows").clone();
    let word = |row: &Value, key: &str| row[key].to_string();
    let charges = || rows.iter().filter(|r| r["act"] == "charge");
    let mut scheduled: Vec<(String, f64)> = charges()
        .filter(|r| r["share"] == "scheduled")
        .map(|r| (["release", "table", "margin"].map(|k| word(r, k)).join(" "), number(&r["unit"])))
        .collect();
    scheduled.sort_by(|a, b| a.0.cmp(&b.0));
    let again = charges().filter(|r| r["share"] != "scheduled").count();
    (made, scheduled, again)
}

#[test]
fn a_year_of_trouble_ends_like_a_year_without() {
    let kills = std::env::var("SHUMAR_YEAR_KILLS").map_or(40, |n| n.parse().expect("a number"));
    let (start, calm, rough) = (Instant::now(), province(), province());
    let done = std::thread::scope(|scope| {
        let calm = scope.spawn(|| year(&calm, false, 0));
        let done = year(&rough, true, kills);
        assert_eq!(calm.join().expect("a calm year"), [0, 0]);
        done
    });
    eprintln!(
        "two years took {:.1?}, with {} kills of the scheduler and {} of runs",
        start.elapsed(),
        done[0],
        done[1],
    );
    assert_eq!(done.iter().sum::<usize>(), kills);
    let expected = lake(&calm.home);
    assert_eq!(expected.values().sum::<usize>(), 12 * OFFICES.len() * 15);
    assert_eq!(lake(&rough.home), expected);
    let (made, scheduled, again) = account(&calm);
    assert_eq!((made.keys().map(String::as_str).collect::<Vec<_>>(), again), (MADE.to_vec(), 0));
    let (rough_made, rough_scheduled, again) = account(&rough);
    assert_eq!(rough_made, made);
    // Nothing of the calendar was charged twice or not at all. What a table costs is planned again after
    // a kill, with the tables that are paid for as they are, and may differ in the last billionths.
    let names = |all: &[(String, f64)]| all.iter().map(|c| c.0.clone()).collect::<Vec<_>>();
    assert_eq!(names(&rough_scheduled), names(&scheduled));
    for (a, b) in rough_scheduled.iter().zip(&scheduled) {
        assert!((a.1 - b.1).abs() < 1e-7, "{a:?} {b:?}");
    }
    eprintln!("{again} charges for noise that a kill had lost");
    let spent = |timed: &Timed| number(&timed.json(&["budget"])["years"][0]["spent"]);
    let more = spent(&rough) - spent(&calm);
    assert!(if again == 0 { more.abs() < 1e-6 } else { more > -1e-6 }, "{more}");
    for timed in [&calm, &rough] {
        verified(&timed.home);
        let rest = timed.json(&["run", "--dry-run"]);
        let coming: Vec<_> = rest["releases"].as_array().expect("releases").iter().collect();
        assert!(coming.iter().all(|l| l["what"] == "not-due"), "{coming:#?}");
        assert!(rest["files"].as_array().expect("files").is_empty(), "{rest:#}");
        assert_eq!(rest["site"], "current");
        assert!(files(&timed.home.join(".scratch")).is_empty());
    }
    let runs = rough.json(&["status", "--runs", "100000"])["runs"].clone();
    let runs = runs.as_array().expect("runs").clone();
    let how = |word: &str| runs.iter().filter(|r| r["outcome"] == word).count();
    eprintln!(
        "{} runs: {} done, {} waiting, {} interrupted",
        runs.len(),
        how("done"),
        how("waiting"),
        how("interrupted")
    );
    assert_eq!(how("refused") + how("broken") + how("at work"), 0, "{runs:#?}");
    assert!(kills == 0 || how("interrupted") > 0, "no kill fell into a run");
}
