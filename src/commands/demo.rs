//! `shumar demo`: a complete commission with made-up records, through the ordinary code.

use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use shumar_ingest::Sent;
use shumar_schemas::Period;
use shumar_synthetic::World;

use super::ingest::{self, More, Totals};
use super::{release, status};
use crate::cli::Demo;
use crate::failure::{Failure, at};
use crate::home::{Home, New};
use crate::output::{Output, Progress, Rows};
use crate::{sealing, whole};

/// What a finished demo left behind, so that a second run changes nothing.
const RECEIPT: &str = "demo.json";
/// The release of the demo's calendar.
const RELEASE: &str = "annual";
/// The years that the demo has records of; the last one's table is shown.
const YEARS: [i32; 2] = [2024, 2025];
/// The published table that the summary shows.
const SHOWN: &str = "police-complaints--division";

pub(super) fn run(arguments: &Demo, progress: &Progress) -> Result<Output, Failure> {
    let dir = arguments.dir.as_path();
    let receipt = dir.join(RECEIPT);
    if receipt.is_file() {
        let text = std::fs::read_to_string(&receipt).map_err(at(&receipt))?;
        let facts: Value =
            serde_json::from_str(&text).map_err(|e| Failure::broken(e.to_string()))?;
        return summary(&Home::open(dir)?, &facts, "exists already; nothing was changed");
    }
    let settings = settings(arguments.encrypted);
    made_by_demo(dir, &settings)?;
    let mut home = if dir.join(shumar_schemas::config::FILE).exists() {
        Home::open(dir)?
    } else {
        Home::create(dir, &New { settings: &settings, passphrase: false })?
    };
    let world = World::default();
    let world = World { records: arguments.records.unwrap_or(world.records), seed: arguments.seed };
    progress.remark("1/6 writing the offices' files");
    let written = shumar_synthetic::write_inbox(&dir.join("inbox"), &world, &mut |done, all| {
        progress.now(format!("file {done} of {all}"));
    })?;
    let activity = shumar_synthetic::write_activity(&dir.join("inbox"), world.seed)?;
    let files = ingest::waiting(&home, None)?;
    progress.remark(&format!("2/6 check: {} files", files.len()));
    let checked = check_all(&home, &files, progress)?;
    progress.remark("3/6 ingest");
    let taken = ingest::take(&mut home, &files, &More::default(), progress)?;
    let totals = Totals::of(&taken);
    progress.remark("4/6 plan and release");
    let ledger = shumar_transform::ledger_rows(&home.register)?;
    for year in YEARS {
        let plan = shumar_transform::year_plan(&home.config, &home.catalog, &ledger, year)?;
        let symbol = plan.rules.family.symbol();
        progress.remark(&format!(
            "    {year}: {} tables, at most {symbol} {} of {} for any one person",
            plan.tables.len(),
            plan.rules.shares.scheduled,
            plan.rules.budget
        ));
        // Its records are made up: what an interruption lost is drawn again without asking.
        release::make(&mut home, RELEASE, Period::Year(year), true, None, progress)?;
    }
    progress.remark("5/6 publish");
    super::publish::run(&home, progress)?;
    progress.remark("6/6 verify");
    for id in status::releases(&home)? {
        let checks = super::verify::of_home(&home, &id)?;
        if let Some((check, _, found)) = checks.into_iter().find(|c| !c.1) {
            return Err(Failure::broken(format!("release {id}: {check} does not hold: {found}")));
        }
    }
    let facts = json!({
        "records": world.records,
        "seed": world.seed,
        "files_written": written.len() + activity.len(),
        "files_checked": checked,
        "ingest": totals.json(),
    });
    let text = serde_json::to_string_pretty(&facts).map_err(|e| Failure::broken(e.to_string()))?;
    whole::replace(&receipt, text.as_bytes())?;
    summary(&home, &facts, "is ready")
}

/// The settings of a demo.
fn settings(encrypted: bool) -> String {
    let settings = shumar_synthetic::HOME;
    let on = encrypted.then(|| sealing::switched_on(settings)).flatten();
    on.unwrap_or_else(|| settings.to_owned())
}

/// Refuses a home that the demo did not make: it would charge its budget and fill its inbox.
fn made_by_demo(dir: &Path, own: &str) -> Result<(), Failure> {
    let settings = dir.join(shumar_schemas::config::FILE);
    match std::fs::read_to_string(&settings) {
        Ok(text) if text != own => Err(Failure::refused(format!(
            "`{}` is a home that the demo did not make; nothing was changed\n\nhint: give the demo a new folder",
            dir.display()
        ))),
        _ => Ok(()),
    }
}

/// Checks every file as `shumar check` does, and counts those that would land.
fn check_all(
    home: &Home,
    files: &[(String, PathBuf)],
    progress: &Progress,
) -> Result<usize, Failure> {
    let key = home.key()?;
    let mut good = 0;
    for (i, (provider, file)) in files.iter().enumerate() {
        progress.now(format!("checking file {} of {}", i + 1, files.len()));
        let mapping = home.config.provider(provider)?;
        let sent = Sent { provider: mapping, file, replaces: None, covers: &[] };
        match shumar_ingest::check(&home.office(&key)?, &home.register, sent, &mut |_| {}) {
            Ok(_) => good += 1,
            Err(e) if e.is_refusal() => {}
            Err(e) => return Err(e.into()),
        }
    }
    Ok(good)
}

fn summary(home: &Home, facts: &Value, state: &str) -> Result<Output, Failure> {
    let dir = home.dir.display().to_string();
    let years = super::budget::years(home, None)?;
    let last = YEARS[YEARS.len() - 1];
    let rows = shown(&home.dir, last)?;
    let count = |name: &str| facts["ingest"][name].as_u64().unwrap_or(0);
    let site = format!("{dir}/site/index.html");
    let text = format!(
        "The demonstration home {dir} {state}. Every record in it is made up.

Rows in the offices' files: {} = {} accepted + {} folded + {} rejected
{}

{}, {last}: {SHOWN}
{}
The margin is a 95 % interval: it holds the noise that protects each woman.

Site:  {site}
Next:  cd {dir}
       shumar status                     what is in the home
       shumar plan {RELEASE} --year {last}      what each table costs and how exact it is
       shumar budget                     every charge to the privacy budget
       shumar verify                     signatures, hashes, sums, ledger",
        count("rows"),
        count("accepted"),
        count("folded"),
        count("rejected"),
        super::budget::year_rows(&years).text(),
        home.config.commission.name.en(),
        rows.text(),
    );
    let json = json!({
        "home": dir,
        "state": state,
        "demo": facts,
        "budget": years.iter().map(super::budget::year_json).collect::<Vec<Value>>(),
        "site": site,
    });
    Ok(Output { text, json, rows, code: 0 })
}

/// A published table, as a reader would get it from the site.
fn shown(dir: &Path, year: i32) -> Result<Rows, Failure> {
    let file = dir.join(format!("site/data/{RELEASE}-{year}/{SHOWN}.csv"));
    let broken = |e: csv::Error| Failure::broken(format!("`{}`: {e}", file.display()));
    let mut reader = csv::Reader::from_path(&file).map_err(broken)?;
    let header = reader.headers().map_err(broken)?.clone();
    let place = |name: &str| header.iter().position(|h| h == name).unwrap_or(0);
    let (label, estimate) = (place("division_label_en"), place("estimate"));
    let (lower, upper) = (place("lower"), place("upper"));
    let mut rows = Rows::new(&["division", "complaints", "95 % interval"]);
    for record in reader.records() {
        let record = record.map_err(broken)?;
        let cell = |i: usize| record.get(i).unwrap_or_default().to_owned();
        rows.push([cell(label), cell(estimate), format!("{} to {}", cell(lower), cell(upper))]);
    }
    Ok(rows)
}
