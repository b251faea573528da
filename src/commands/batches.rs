//! `shumar batches`: the accepted files and what each can be traced to.

use rusqlite::Row;
use serde_json::{Value, json};

use crate::cli::Batches;
use crate::failure::Failure;
use crate::home::Home;
use crate::output::{Output, Rows};

/// A batch as the register holds it.
struct Batch {
    id: i64,
    provider: String,
    kind: String,
    sha256: String,
    mapping: String,
    schema: String,
    arrived: String,
    counts: [i64; 4],
    state: String,
    replaces: Option<i64>,
}

const COLUMNS: &str = "id, provider, kind, sha256, mapping, schema, arrived, rows, accepted, folded, rejected, state, replaces";

impl Batch {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: row.get(0)?,
            provider: row.get(1)?,
            kind: row.get(2)?,
            sha256: row.get(3)?,
            mapping: row.get(4)?,
            schema: row.get(5)?,
            arrived: row.get(6)?,
            counts: [row.get(7)?, row.get(8)?, row.get(9)?, row.get(10)?],
            state: row.get(11)?,
            replaces: row.get(12)?,
        })
    }

    fn json(&self) -> Value {
        let [rows, accepted, folded, rejected] = self.counts;
        json!({
            "batch": self.id, "provider": self.provider, "kind": self.kind, "state": self.state,
            "replaces": self.replaces, "arrived": self.arrived, "sha256": self.sha256,
            "mapping": self.mapping, "schema": self.schema, "rows": rows, "accepted": accepted,
            "folded": folded, "rejected": rejected,
        })
    }
}

pub(super) fn run(home: &Home, arguments: &Batches) -> Result<Output, Failure> {
    if let Some(provider) = &arguments.provider {
        home.config.provider(provider)?;
    }
    let sql = format!(
        "SELECT {COLUMNS} FROM batch WHERE (?1 IS NULL OR id = ?1) AND (?2 IS NULL OR provider = ?2) ORDER BY id"
    );
    let mut select = home.register.prepare(&sql)?;
    let found = select.query_map((arguments.batch, &arguments.provider), Batch::read)?;
    let batches: Vec<Batch> = found.collect::<Result<_, _>>()?;
    if let Some(id) = arguments.batch {
        let Some(batch) = batches.first() else {
            return Err(Failure::refused(format!(
                "there is no batch {id}\n\nhint: `shumar batches` lists all"
            )));
        };
        return one(home, batch);
    }
    let mut rows = Rows::new(&[
        "batch", "provider", "arrived", "rows", "accepted", "folded", "rejected", "state",
        "replaces",
    ]);
    for b in &batches {
        let counts = b.counts.map(|n| n.to_string());
        let arrived = b.arrived.get(..10).unwrap_or(&b.arrived).to_owned();
        let replaces = b.replaces.map(|r| r.to_string()).unwrap_or_default();
        let head = [b.id.to_string(), b.provider.clone(), arrived];
        rows.push(head.into_iter().chain(counts).chain([b.state.clone(), replaces]));
    }
    let json = Value::Array(batches.iter().map(Batch::json).collect());
    let text =
        if batches.is_empty() { "No file was taken in yet.".to_owned() } else { rows.text() };
    Ok(Output { text, json, rows, code: 0 })
}

/// Everything about one batch, and what was done with it.
fn one(home: &Home, batch: &Batch) -> Result<Output, Failure> {
    let sql = "SELECT at, who, what, detail FROM act WHERE batch = ?1 ORDER BY seq";
    let mut select = home.register.prepare(sql)?;
    let acts = select
        .query_map([batch.id], |r| Ok([r.get::<_, String>(0)?, r.get(1)?, r.get(2)?, r.get(3)?]))?
        .collect::<Result<Vec<[String; 4]>, _>>()?;
    let [n, accepted, folded, rejected] = batch.counts;
    let mut text = format!(
        "Batch {} of {} ({}), {}\n{n} rows = {accepted} accepted + {folded} folded + {rejected} rejected\n",
        batch.id, batch.provider, batch.kind, batch.state
    );
    if let Some(replaced) = batch.replaces {
        text.push_str(&format!("replaces batch {replaced}\n"));
    }
    text.push_str(&format!(
        "file     sha256 {}\nmapping  sha256 {}\nkind     sha256 {}\n\n",
        batch.sha256, batch.mapping, batch.schema
    ));
    let mut rows = Rows::new(&["at", "who", "act", "detail"]);
    for act in &acts {
        rows.push(act.clone());
    }
    text.push_str(&rows.text());
    let mut json = batch.json();
    let act = |a: &[String; 4]| json!({ "at": a[0], "who": a[1], "act": a[2], "detail": a[3] });
    json["acts"] = acts.iter().map(act).collect();
    Ok(Output { text, json, rows, code: 0 })
}
