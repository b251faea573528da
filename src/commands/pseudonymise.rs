//! `shumar pseudonymise`: identifiers become tokens before a file leaves the office.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};
use shumar_ingest::pseudonymise::{Account, Found, OfficeKey, OfficeMapping, beside, pseudonymise};

use crate::cli::Pseudonymise;
use crate::failure::Failure;
use crate::output::{Output, Progress, Rows};

/// So many rows of each finding are named on a terminal.
const NAMED: usize = 10;

pub(super) fn run(arguments: &Pseudonymise, progress: &Progress) -> Result<Output, Failure> {
    if arguments.example {
        let text = OfficeMapping::EXAMPLE.to_owned();
        return Ok(Output {
            json: json!({ "mapping": text }),
            text,
            rows: Rows::default(),
            code: 0,
        });
    }
    if let Some(path) = &arguments.new_key {
        return new_key(path);
    }
    let (Some(file), Some(mapping), Some(key)) =
        (&arguments.file, &arguments.mapping, &arguments.key)
    else {
        let usage = "name the FILE, its `--mapping` and the `--key`\n\nhint: `shumar pseudonymise --help` shows examples";
        return Err(Failure::refused(usage));
    };
    let mapping = OfficeMapping::read(mapping)?;
    let key = OfficeKey::read(key)?;
    let out = arguments.out.clone().unwrap_or_else(|| beside(file));
    progress.now("pseudonymising");
    let account = pseudonymise(file, &mapping, &key, &out, &mut |rows| {
        progress.now(format!("pseudonymising: {rows} rows"));
    })?;
    Ok(show(&account))
}

fn new_key(path: &Path) -> Result<Output, Failure> {
    let key = OfficeKey::create(path)?;
    let (id, file) = (key.id(), path.display().to_string());
    let text = format!(
        "A new key is in {file}. Its name is {id}.

Give a copy to the other offices over a safe way, and keep one in a safe. Every office must see the
name {id} when it uses the key. Never give it to the commission or to anyone else: who has the key
can find out whose tokens are whose."
    );
    Ok(Output { text, json: json!({ "file": file, "key": id }), rows: Rows::default(), code: 0 })
}

fn show(account: &Account) -> Output {
    let mut text = format!(
        "{} rows = {} written + {} dropped   (key {})\n{}",
        account.rows,
        account.written,
        account.dropped,
        account.key_id,
        account.out.display()
    );
    for (column, rows) in without_identity(account) {
        text.push_str(&format!(
            "\nnote: {rows} rows have no readable identity in `{column}`: each counts as a person of its own"
        ));
    }
    for note in &account.notes {
        text.push_str(&format!("\nnote: {note}"));
    }
    let shown = table(account, NAMED);
    if !shown.rows.is_empty() {
        text.push_str(&format!("\n\nWhat was found (values are never shown):\n{}", shown.text()));
    }
    text.push_str("\n\nNext: look into the file, then send it. The original stays in the office.");
    Output { text, json: json(account), rows: table(account, usize::MAX), code: 0 }
}

/// Rows that were written without a token, by the token's column.
fn without_identity(account: &Account) -> BTreeMap<&str, u64> {
    let mut columns = BTreeMap::new();
    for ((column, finding, dropped), found) in &account.findings {
        if finding.is_identity() && !dropped {
            *columns.entry(column.as_ref()).or_insert(0) += found.rows;
        }
    }
    columns
}

fn table(account: &Account, named: usize) -> Rows {
    let mut rows = Rows::new(&["rows", "column", "rule", "done", "first rows", "what to do"]);
    for ((column, finding, dropped), found) in &account.findings {
        rows.push([
            found.rows.to_string(),
            column.to_string(),
            finding.id().to_owned(),
            done(*dropped).to_owned(),
            places(found, named).join(" "),
            finding.advice().to_owned(),
        ]);
    }
    rows
}

fn done(dropped: bool) -> &'static str {
    if dropped { "row dropped" } else { "cell blank or unknown" }
}

/// The first rows of a finding.
fn places(found: &Found, named: usize) -> Vec<String> {
    let mut places: Vec<String> = found.first.iter().take(named).map(ToString::to_string).collect();
    if found.rows > places.len() as u64 {
        places.push("…".to_owned());
    }
    places
}

fn json(account: &Account) -> Value {
    let findings = account.findings.iter().map(|((column, finding, dropped), found)| {
        json!({
            "column": column.as_ref(),
            "rule": finding.id(),
            "dropped": dropped,
            "rows": found.rows,
            "first": found.first.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "what_to_do": finding.advice(),
        })
    });
    json!({
        "out": account.out.display().to_string(),
        "key": account.key_id,
        "rows": account.rows,
        "written": account.written,
        "dropped": account.dropped,
        "without_identity": without_identity(account),
        "findings": findings.collect::<Vec<Value>>(),
        "notes": account.notes,
    })
}
