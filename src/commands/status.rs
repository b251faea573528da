//! `shumar status`: the lake, the inbox, the reports expected, the budget, the releases, the requests.

use serde_json::{Value, json};
use shumar_rti::{Desk, SOON_WORKING_DAYS, Standing};

use super::ingest;
use super::work::Work;
use crate::cli::Status;
use crate::failure::Failure;
use crate::home::Home;
use crate::output::{Output, Rows};

pub(super) fn run(home: &Home, arguments: &Status) -> Result<Output, Failure> {
    let lake = lake(home)?;
    let batches = batches(home)?;
    let releases = releases(home)?;
    let years = super::budget::years(home, None)?;
    let coverage = super::coverage::Coverage::of(home)?;
    let waiting = ingest::waiting(home, None)?;
    let mut waits = std::collections::BTreeMap::<&str, usize>::new();
    for (provider, _) in &waiting {
        *waits.entry(provider).or_insert(0) += 1;
    }
    let mut rows = Rows::new(&["kind", "year", "records", "files"]);
    for (kind, year, records, files) in &lake {
        rows.push([kind.clone(), year.to_string(), records.to_string(), files.to_string()]);
    }
    let name = home.config.commission.name.en();
    let mut text = format!("{name}\n{}\n\nLake\n{}", home.dir.display(), rows.text());
    let b = &batches;
    text.push_str(&format!(
        "\n{} batches: {} rows = {} accepted + {} folded + {} rejected",
        b[0], b[1], b[2], b[3], b[4]
    ));
    text.push_str(&format!("\n\nInbox\n{} files wait", waiting.len()));
    for (provider, n) in &waits {
        text.push_str(&format!("\n  {provider}: {n}"));
    }
    text.push_str(&coverage.text());
    text.push_str("\n\nPrivacy budget\n");
    text.push_str(&super::budget::year_rows(&years).text());
    let ledger = shumar_transform::ledger_rows(&home.register)?;
    let hold = shumar_store::hold(&home.register, &ledger)?.map(|h| h.to_string());
    if let Some(hold) = &hold {
        text.push_str(&format!("\nnothing can be charged now: {hold}"));
    }
    text.push_str("\n\nReleases\n");
    text.push_str(&if releases.is_empty() { "none yet".to_owned() } else { releases.join("\n") });
    let interrupted = interrupted(home);
    if !interrupted.is_empty() {
        let names = interrupted.join(", ");
        text.push_str(&format!("\ninterrupted: {names}; run the release again to finish it"));
    }
    let requests = Requests::of(home)?;
    text.push_str(&requests.text);
    let work = Work::of(home, arguments.runs)?;
    text.push_str(&work.text(home));
    let ids: Vec<String> = home.config.providers.iter().map(|p| p.id.clone()).collect();
    for stray in shumar_ingest::strays(&home.dir, &ids)? {
        text.push_str(&format!("\nnote: {stray}"));
    }
    let json = json!({
        "interrupted": interrupted,
        "hold": hold,
        "commission": home.config.commission.name,
        "home": home.dir.display().to_string(),
        "lake": lake.iter().map(|(kind, year, records, files)| {
            json!({ "kind": kind, "year": year, "records": records, "files": files })
        }).collect::<Vec<Value>>(),
        "batches": {
            "count": b[0], "rows": b[1], "accepted": b[2], "folded": b[3], "rejected": b[4],
        },
        "inbox": { "waiting": waiting.len(), "providers": waits },
        "coverage": coverage.json(),
        "budget": years.iter().map(super::budget::year_json).collect::<Vec<Value>>(),
        "releases": releases,
        "requests": requests.json,
        "due": work.due,
        "runs": work.runs_json(),
        "scheduler": work.scheduler.json(),
    });
    Ok(Output { text, json, rows, code: 0 })
}

/// The desk of right-to-information requests; nothing if there is none.
struct Requests {
    text: String,
    json: Value,
}

impl Requests {
    fn of(home: &Home) -> Result<Self, Failure> {
        if !Desk::exists(&home.dir) {
            return Ok(Self { text: String::new(), json: Value::Null });
        }
        super::rti::with_desk(home, |desk| {
            let standing = desk.standing()?;
            let Standing { open, soon, late, undated } = &standing;
            let mut text = format!(
                "\n\nRequests (right to information)\n{open} open: {} due within {SOON_WORKING_DAYS} working days, {} late",
                soon.len(),
                late.len()
            );
            let mut json = Vec::new();
            for (what, requests) in [("late", late), ("soon", soon), ("undated", undated)] {
                for request in requests {
                    let due = request.last_day().map(|d| d.to_string());
                    let told =
                        due.as_deref().map_or("no date known".to_owned(), |d| format!("due {d}"));
                    let lead = if what == "late" { "late, " } else { "" };
                    text.push_str(&format!("\n  {}: {lead}{told}", request.reference));
                    json.push(
                        json!({ "request": request.reference, "due": due, "standing": what }),
                    );
                }
            }
            let json = json!({
                "open": open, "soon": soon.len(), "late": late.len(), "undated": undated.len(), "pressing": json,
            });
            Ok(Self { text, json })
        })
    }
}

fn lake(home: &Home) -> Result<Vec<(String, i32, i64, i64)>, Failure> {
    let mut select = home.register.prepare(
        "SELECT kind, year, sum(records), count(*) FROM lake_file GROUP BY kind, year ORDER BY kind, year",
    )?;
    let found = select.query_map([], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?)))?;
    Ok(found.collect::<Result<_, _>>()?)
}

fn batches(home: &Home) -> Result<[i64; 5], Failure> {
    let sql = "SELECT count(*), coalesce(sum(rows), 0), coalesce(sum(accepted), 0),
        coalesce(sum(folded), 0), coalesce(sum(rejected), 0) FROM batch";
    let all = home
        .register
        .query_row(sql, [], |r| Ok([r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?]));
    Ok(all?)
}

/// Releases that were begun and not finished.
fn interrupted(home: &Home) -> Vec<String> {
    let entries = std::fs::read_dir(home.dir.join("releases")).into_iter().flatten().flatten();
    let folders = entries.filter(|e| e.path().is_dir());
    let names = folders.map(|e| e.file_name().to_string_lossy().into_owned());
    let mut names: Vec<String> =
        names.filter_map(|n| n.strip_prefix('.').map(str::to_owned)).collect();
    names.sort();
    names
}

/// The published releases by name.
pub(super) fn releases(home: &Home) -> Result<Vec<String>, Failure> {
    let mut select = home.register.prepare("SELECT id FROM release ORDER BY id")?;
    let found = select.query_map([], |r| r.get(0))?;
    Ok(found.collect::<Result<_, _>>()?)
}
