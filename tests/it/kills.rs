//! Real kills while the lake changes, and several programs at once: every file is wholly in the lake
//! or wholly out of it, and what an interruption left is gone after the next run.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Output, Stdio};
use std::time::{Duration, Instant};

use rusqlite::Connection;
use sha2::{Digest, Sha256};

use crate::crash::kill_after;
use crate::support::{ANNUAL, files, lake, parquet, police, run, shumar, text};

/// How many kills there are here, at least.
pub(crate) const KILLS: usize = 16 + 13 + 12;

/// Rows of `cell`, each a record of its own: `n` from a number on, of few persons.
fn rows(keys: std::ops::Range<usize>, district: &str) -> String {
    let mut rows = "no,token,month,district,offence,result\n".to_owned();
    for key in keys {
        let month = 1 + key % 12;
        rows.push_str(&format!("k{key},u{},2025-{month:02},{district},rape,fir\n", key / 3));
    }
    rows
}

fn digest(path: &Path) -> String {
    let hash = Sha256::digest(std::fs::read(path).expect("a file"));
    hash.iter().map(|b| format!("{b:02x}")).collect()
}

fn register(home: &Path) -> Connection {
    Connection::open(home.join("shumar.db")).expect("the database")
}

fn number(home: &Path, sql: &str) -> i64 {
    register(home).query_row(sql, [], |r| r.get(0)).expect("a number")
}

/// The state of a file's batches, oldest first.
fn states(home: &Path, file: &str) -> Vec<String> {
    let register = register(home);
    let sql = "SELECT state FROM batch WHERE sha256 = ?1 ORDER BY id";
    let mut select = register.prepare(sql).expect("a query");
    let states = select.query_map([file], |r| r.get(0)).expect("states");
    states.map(|s| s.expect("a state")).collect()
}

/// What holds at any moment: accounts add up, listed files are there as they were written, and
/// only batches that stand have any.
pub(crate) fn sound(home: &Path) -> BTreeSet<PathBuf> {
    let sums = "SELECT count(*) FROM batch WHERE rows <> accepted + folded + rejected";
    assert_eq!(number(home, sums), 0);
    let register = register(home);
    let sql =
        "SELECT path, f.sha256, records, state FROM lake_file f JOIN batch b ON b.id = f.batch";
    let mut select = register.prepare(sql).expect("a query");
    let mut found = select.query([]).expect("files");
    let mut listed = BTreeSet::new();
    while let Some(row) = found.next().expect("a file") {
        let get = |i| row.get::<_, String>(i).expect("a text");
        let path = home.join(get(0));
        assert_eq!(digest(&path), get(1), "{}", get(0));
        assert_eq!(parquet(&path).len(), row.get::<_, usize>(2).expect("a number"));
        assert_eq!(get(3), "active", "{}", get(0));
        listed.insert(path);
    }
    listed
}

/// What holds after a run that ended: nothing is left over, and places are distinct.
pub(crate) fn tidy(home: &Path) {
    let listed = sound(home);
    let on_disk = files(&home.join("lake/police")).into_iter().collect();
    assert_eq!(listed, on_disk, "the lake holds what is listed");
    assert_eq!(number(home, "SELECT count(*) FROM gone_file"), 0);
    let runs = files(&home.join("lake/.places"));
    let sql = "SELECT printf('%06d.run', id) FROM place_run ORDER BY id";
    let register = register(home);
    let mut select = register.prepare(sql).expect("a query");
    let expected = select.query_map([], |r| r.get::<_, String>(0)).expect("runs");
    let expected: Vec<PathBuf> =
        expected.map(|r| home.join("lake/.places").join(r.expect("a run"))).collect();
    assert_eq!(runs, expected);
    assert_eq!(files(&home.join(".scratch")), Vec::<PathBuf>::new());
    let mut seen = BTreeSet::new();
    for record in lake(home, "police") {
        let person = format!("{} {}", record["person_id"], &record["report_month"][..4]);
        for column in ["record_id", "ordinal_kind", "ordinal_year"] {
            let place = format!("{person} {column} {}", record[column]);
            assert!(seen.insert(place), "two records share a {column}");
        }
    }
}

/// Moments spread over a span and a little beyond, in no order.
fn moments(n: u32, span: Duration) -> impl Iterator<Item = Duration> {
    (0..n).map(move |i| span.mul_f64((f64::from(i) * 0.618_034).fract() * 1.1))
}

fn well(output: &Output) {
    assert_eq!(output.status.code(), Some(0), "{}", text(output));
}

#[test]
fn killed_among_many_small_files() {
    const FILES: usize = 20;
    const ROWS: usize = 50;
    let dir = police("4", ANNUAL);
    let home = dir.path().join("home");
    let inbox = home.join("inbox/cell");
    let mut key = 0;
    let mut send = || -> Vec<String> {
        let one = |_| {
            key += ROWS;
            let file = inbox.join(format!("{key}.csv"));
            std::fs::write(&file, rows(key - ROWS..key, "Swat")).expect("a file");
            digest(&file)
        };
        (0..FILES).map(one).collect()
    };
    send();
    let start = Instant::now();
    well(&run(&home, &["ingest"]));
    let (mut landed, mut lost, span) = (0, 0, start.elapsed());
    // A busy machine is slower or faster than when the span was taken: go on a little, if need be.
    for (round, moment) in moments(48, span).enumerate() {
        if round >= 16 && landed > 0 && lost > 0 {
            break;
        }
        let moment = match (round >= 16, landed > 0) {
            (false, _) => moment,
            (true, false) => moment * 3,
            (true, true) => moment / 3,
        };
        let sent = send();
        kill_after(&home, &["ingest"], moment);
        sound(&home);
        let in_before = sent.iter().filter(|f| states(&home, f) == ["active"]).count();
        (landed, lost) = (landed + in_before, lost + FILES - in_before);
        well(&run(&home, &["ingest"]));
        tidy(&home);
        for file in &sent {
            assert_eq!(states(&home, file), ["active"], "{moment:?}");
        }
        let waiting = std::fs::read_dir(&inbox).expect("the inbox");
        assert_eq!(waiting.filter(|f| f.as_ref().is_ok_and(|f| f.path().is_file())).count(), 0);
    }
    assert_eq!(lake(&home, "police").len(), 400 + key);
    assert_eq!(number(&home, "SELECT count(*) FROM batch WHERE accepted NOT IN (50, 400)"), 0);
    assert!(landed > 0 && lost > 0, "kills were all too late or too early");
}

#[test]
fn killed_while_a_file_is_replaced() {
    const ROWS: usize = 2000;
    let dir = police("4", ANNUAL);
    let home = dir.path().join("home");
    let file = dir.path().join("correction.csv");
    let mut districts = ["Swat", "Mardan", "Bannu"].into_iter().cycle();
    let mut write = |round: usize| {
        // A fifth of the records goes out and another comes in each time; the others move.
        let from = round * ROWS / 5;
        let content = rows(from..from + ROWS, districts.next().expect("a district"));
        std::fs::write(&file, content).expect("a file");
        digest(&file)
    };
    let path = file.display().to_string();
    write(0);
    let start = Instant::now();
    well(&run(&home, &["ingest", &path]));
    let (mut standing, span) = (2, start.elapsed());
    for (round, moment) in (1..).zip(moments(13, span)) {
        let sent = write(round);
        let replace = ["ingest", &path, "--replaces", &standing.to_string()];
        kill_after(&home, &replace, moment);
        sound(&home);
        let old =
            number(&home, &format!("SELECT state = 'active' FROM batch WHERE id = {standing}"));
        assert_eq!(states(&home, &sent).len() as i64, 1 - old, "one of the two stands");
        // The same command again does what was not done, and says so if it was.
        let again = run(&home, &replace);
        well(&again);
        let done = text(&again).contains("was replaced by this very file before");
        assert_eq!(done, old == 0, "{}", text(&again));
        tidy(&home);
        assert_eq!(states(&home, &sent), ["active"], "{moment:?}");
        let replaced = format!("SELECT replaces FROM batch WHERE sha256 = '{sent}'");
        assert_eq!(number(&home, &replaced), standing);
        standing = number(&home, "SELECT max(id) FROM batch");
        assert_eq!(lake(&home, "police").len(), 400 + ROWS, "{moment:?}");
    }
}

#[test]
fn killed_while_a_file_is_withdrawn() {
    const ROWS: usize = 600;
    let dir = police("4", ANNUAL);
    let home = dir.path().join("home");
    let (first, second) = (dir.path().join("first.csv"), dir.path().join("second.csv"));
    let [a, b] = [&first, &second].map(|f| f.display().to_string());
    let mut span = Duration::ZERO;
    for (round, part) in (0..13).zip(moments(13, Duration::from_secs(1))) {
        // Of the first file's records the second has all but the last 100, and 50 of its own.
        let start = round * (ROWS + 50);
        std::fs::write(&first, rows(start..start + ROWS, "Swat")).expect("a file");
        let more = rows(start + ROWS..start + ROWS + 50, "Swat");
        let kept = rows(start..start + ROWS - 100, "Swat");
        std::fs::write(&second, kept + more.split_once('\n').expect("a header").1).expect("a file");
        well(&run(&home, &["ingest", &a]));
        let batch = number(&home, "SELECT max(id) FROM batch").to_string();
        well(&run(&home, &["ingest", &b]));
        let before = lake(&home, "police").len();
        let withdraw = ["withdraw", &batch, "--reason", "a test"];
        if round == 0 {
            let start = Instant::now();
            well(&run(&home, &withdraw));
            span = start.elapsed();
            tidy(&home);
            continue;
        }
        kill_after(&home, &withdraw, span.mul_f64(part.as_secs_f64()));
        sound(&home);
        let gone = states(&home, &digest(&first)) == ["withdrawn"];
        let again = run(&home, &withdraw);
        well(&again);
        assert_eq!(text(&again).contains("was withdrawn before"), gone, "{}", text(&again));
        tidy(&home);
        assert_eq!(states(&home, &digest(&first)), ["withdrawn"]);
        assert_eq!(lake(&home, "police").len(), before - 100);
        let acts = format!("SELECT count(*) FROM act WHERE batch = {batch} AND what = 'withdrawn'");
        assert_eq!(number(&home, &acts), 1);
    }
}

/// Runs several programs at the same time.
fn at_once(home: &Path, commands: &[Vec<String>]) -> Vec<Output> {
    let start = |arguments: &Vec<String>| {
        let mut command = shumar();
        command.arg("--home").arg(home).args(arguments);
        command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().expect("the program starts")
    };
    let children: Vec<_> = commands.iter().map(start).collect();
    children.into_iter().map(|c| c.wait_with_output().expect("it ends")).collect()
}

#[test]
fn four_at_once_take_each_file_in_once() {
    let dir = police("4", ANNUAL);
    let home = dir.path().join("home");
    let mut keys = 0..;
    let mut write = |path: &Path| {
        let round: usize = keys.next().expect("a number");
        std::fs::write(path, rows(round * 1000..(round + 1) * 1000, "Swat")).expect("a file");
        digest(path)
    };
    let ingest = |path: &Path| vec!["ingest".to_owned(), path.display().to_string()];
    // Each its own file.
    let paths = [0, 1, 2, 3].map(|i| dir.path().join(format!("{i}.csv")));
    let mut sent: Vec<String> = paths.iter().map(|path| write(path)).collect();
    at_once(&home, &paths.each_ref().map(|p| ingest(p))).iter().for_each(well);
    // All the same file.
    let same = dir.path().join("same.csv");
    sent.push(write(&same));
    let outputs = at_once(&home, &[0; 4].map(|_| ingest(&same)));
    outputs.iter().for_each(well);
    let already = outputs.iter().filter(|o| text(o).contains("(the same file)")).count();
    assert_eq!(already, 3);
    tidy(&home);
    for file in &sent {
        assert_eq!(states(&home, file), ["active"]);
    }
    assert_eq!(lake(&home, "police").len(), 400 + 5000);
}

#[test]
fn four_at_once_share_an_inbox() {
    let dir = police("4", ANNUAL);
    let home = dir.path().join("home");
    let inbox = home.join("inbox/cell");
    let mut sent = Vec::new();
    for file in 0..12 {
        let path = inbox.join(format!("{file}.csv"));
        std::fs::write(&path, rows(file * 200..(file + 1) * 200, "Swat")).expect("a file");
        sent.push(digest(&path));
    }
    let outputs = at_once(&home, &[0; 4].map(|_| vec!["ingest".to_owned()]));
    tidy(&home);
    for file in &sent {
        assert_eq!(states(&home, file), ["active"]);
    }
    assert_eq!(lake(&home, "police").len(), 400 + 2400);
    assert_eq!(files(&inbox.join("accepted")).len(), 12);
    let loose = std::fs::read_dir(&inbox).expect("the inbox").filter_map(Result::ok);
    let loose: Vec<_> = loose.filter(|f| f.path().is_file()).map(|f| f.file_name()).collect();
    assert!(loose.is_empty(), "left behind: {loose:?}");
    outputs.iter().for_each(well);
}
