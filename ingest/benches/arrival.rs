//! Takes in a made-up police feed of 1 and 10 million rows (or as many as the arguments say) and
//! prints rows a second and the peak memory of this process. See `whole.py` for DuckDB beside it.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "a measurement that can't be set up ends"
)]

use std::fs::File;
use std::time::Instant;

use rusqlite::Connection;
use shumar_ingest::{Arrival, Gate, HomeKey, Office, Sent};
use shumar_schemas::{Catalog, Config, store};

const HEAD: &str = r#"
format = "shumar.home/1"
[commission]
name = { en = "Measurement" }
[privacy]
family = "laplace"
budget = "1"
bounds = { all = 3 }
"#;

fn main() {
    let sizes: Vec<u64> = std::env::args().skip(1).filter_map(|n| n.parse().ok()).collect();
    let sizes = if sizes.is_empty() { vec![1_000_000, 10_000_000] } else { sizes };
    println!("{:>10} {:>8} {:>10} {:>9}", "rows", "seconds", "rows/s", "peak MiB");
    for rows in sizes {
        let dir = tempfile::tempdir().expect("a folder");
        let feed = dir.path().join("feed.csv");
        shumar_synthetic::police_feed(File::create(&feed).expect("a file"), rows, 7)
            .expect("a feed");
        HomeKey::create(&dir.path().join("key")).expect("a key");
        let key = HomeKey::read(&dir.path().join("key")).expect("the key");
        let catalog = Catalog::new(&[]).expect("the built-in catalog");
        let text = format!("{HEAD}{}", shumar_synthetic::FEED_PROVIDER);
        let config = Config::parse(&text, &catalog).expect("a configuration");
        let gate = Gate::new(catalog.identifiers().expect("the built-in shapes"));
        let now = chrono::Utc::now();
        let mut register = Connection::open(dir.path().join("shumar.db")).expect("a database");
        register.execute_batch(store::DDL).expect("its tables");
        let office = Office {
            home: dir.path(),
            config: &config,
            catalog: &catalog,
            gate: &gate,
            key: &key,
            seal: &shumar_seal::PLAIN,
            now,
        };
        let provider = &config.providers[0];
        let sent = Sent { provider, file: &feed, replaces: None, covers: &[] };
        let start = Instant::now();
        let arrival = shumar_ingest::ingest(&office, &mut register, sent, &mut |_| {});
        let seconds = start.elapsed().as_secs_f64();
        assert!(matches!(arrival, Ok(Arrival::Landed(b)) if b.accepted == rows), "{rows} rows");
        let speed = rows as f64 / seconds;
        println!("{rows:>10} {seconds:>8.2} {speed:>10.0} {:>9}", peak());
    }
}

/// Peak memory of this process in MiB, where the system tells it.
fn peak() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|l| l.strip_prefix("VmHWM:"));
    let kilobytes = line.and_then(|l| l.trim().split(' ').next()?.parse::<u64>().ok());
    kilobytes.map_or("?".to_owned(), |k| (k / 1024).to_string())
}
