//! Files and settings that nobody would write on purpose: nothing panics, hangs, grows without
//! bounds or tells a value. Every run tries the seeds and changes of them; see CONTRIBUTING.md for
//! long runs.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use mutate::{Dice, mutate};
use target::{Bench, Target};
use watch::watch;

mod mutate;
mod target;
mod watch;

/// How long each target tries changed inputs, in seconds, and what says otherwise.
const SECONDS: u64 = 2;
const SECONDS_NAME: &str = "SHUMAR_FUZZ_SECONDS";
/// Changed inputs that go on being changed.
const KEPT_MAX: usize = 400;

fn seeds(name: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/seeds").join(name);
    let files = std::fs::read_dir(&folder).expect("seeds").map(|f| f.expect("a seed").path());
    let mut seeds: Vec<_> = files.map(|f| (f.clone(), std::fs::read(f).expect("a seed"))).collect();
    seeds.sort();
    assert!(seeds.iter().all(|(_, bytes)| bytes.len() < 20_000), "seeds are small");
    seeds
}

/// Tries every seed in every way, and then changes of them for a while.
fn fuzz(target: Target, name: &str) {
    let bench = Bench::new();
    let seeds = seeds(name);
    let (mut tried, mut caught) = (0_u64, 0);
    for (path, bytes) in &seeds {
        for way in 0..Bench::ways(target) {
            let seen = watch(&|| bench.seed(target, bytes, way));
            (tried, caught) = (tried + 1, caught + seen.caught);
            if let Some(finding) = seen.finding {
                panic!("{} in way {way}: {finding}", path.display());
            }
        }
    }
    let seconds = std::env::var(SECONDS_NAME).ok().and_then(|s| s.parse().ok());
    // A short run tries the same each time; a long one goes other ways than the last.
    let clock = || SystemTime::UNIX_EPOCH.elapsed().map_or(0, |t| t.as_secs());
    let mut dice = Dice(seconds.map_or(0, |_: u64| clock()));
    let end = Instant::now() + Duration::from_secs(seconds.unwrap_or(SECONDS));
    let current = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("fuzzed-{name}"));
    let mut kept: Vec<Vec<u8>> = seeds.into_iter().map(|(_, bytes)| bytes).collect();
    let first = kept.len();
    while Instant::now() < end {
        let input = mutate(&kept[dice.below(kept.len())], &kept[dice.below(kept.len())], &mut dice);
        // Kept where a process that is killed leaves it.
        std::fs::write(&current, &input).expect("a file");
        let before = bench.taken.get();
        let seen = watch(&|| bench.input(target, &input));
        (tried, caught) = (tried + 1, caught + seen.caught);
        if let Some(finding) = seen.finding {
            panic!("{}: {finding}", current.display());
        }
        // What is taken in goes deeper than what is refused.
        if bench.taken.get() > before || dice.below(50) == 0 {
            if kept.len() < first + KEPT_MAX {
                kept.push(input);
            } else {
                let place = first + dice.below(KEPT_MAX);
                kept[place] = input;
            }
        }
    }
    let taken = bench.taken.get();
    eprintln!("{name}: {tried} inputs, {taken} taken in, {caught} panics of readers caught");
}

#[test]
fn text() {
    fuzz(Target::Text, "text");
}

#[test]
fn workbook() {
    fuzz(Target::Workbook, "workbook");
}

#[test]
fn json() {
    fuzz(Target::Json, "json");
}

#[test]
fn parquet() {
    fuzz(Target::Parquet, "parquet");
}

#[test]
fn packed() {
    fuzz(Target::Packed, "packed");
}

#[test]
fn mapping() {
    fuzz(Target::Mapping, "mapping");
}

#[test]
fn gate() {
    fuzz(Target::Gate, "text");
}
