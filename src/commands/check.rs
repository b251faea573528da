//! `shumar check`: what ingest would say of a file.

use serde_json::{Value, json};
use shumar_ingest::{Arrival, Batch, Sent, Tally};

use crate::cli::Check;
use crate::failure::{Failure, REFUSED};
use crate::home::Home;
use crate::output::{Output, Progress, Rows};

pub(super) fn run(home: &Home, arguments: &Check, progress: &Progress) -> Result<Output, Failure> {
    let provider = home.provider(arguments.provider.as_deref(), &arguments.file)?;
    if arguments.show_headers {
        return headers(home, &arguments.file, &provider);
    }
    progress.now(format!("reading with the mapping of {}", provider.id));
    let key = home.key()?;
    let sent = Sent { provider: &provider, file: &arguments.file, replaces: arguments.replaces };
    let checked = shumar_ingest::check(&home.office(&key), &home.register, sent, &mut |rows| {
        progress.now(format!("reading: {rows} rows"));
    })?;
    let batch = match checked {
        Arrival::Landed(batch) => batch,
        Arrival::Already(batch) => {
            return Ok(Output {
                text: format!("The file is batch {batch} already; ingest would change nothing."),
                json: json!({ "state": "already", "batch": batch }),
                rows: Rows::default(),
                code: 0,
            });
        }
    };
    let mut text = format!(
        "{} rows = {} records to accept + {} folded + {} rejected   (provider {}, kind {})",
        batch.rows, batch.accepted, batch.folded, batch.rejected, batch.provider, batch.kind
    );
    for note in &batch.notes {
        text.push_str(&format!("\nnote: {note}"));
    }
    if provider.record_key.is_empty() {
        text.push_str(
            "\nnote: the mapping names no `record_key`: every row counts as a record of its own",
        );
    }
    let rows = tally_rows(&batch.tally);
    if !rows.rows.is_empty() {
        text.push_str(&format!("\n\nRejected rows by rule:\n{}", rows.text()));
        text.push_str(&format!(
            "\n\nFirst rejected rows (values are never shown):\n{}",
            first(&batch).text()
        ));
    }
    Ok(Output { text, json: json(&batch), rows, code: 0 })
}

/// The header goes to this terminal only: a file without one shows its first record here.
fn headers(
    home: &Home,
    file: &std::path::Path,
    provider: &shumar_schemas::Provider,
) -> Result<Output, Failure> {
    let found = shumar_ingest::headers(&home.dir, file, provider)?;
    let mut rows = Rows::new(&["column", "header"]);
    for (column, header) in &found {
        rows.push([column.clone(), header.clone()]);
    }
    let json = found.iter().map(|(c, h)| json!({ "column": c, "header": h })).collect();
    Ok(Output { text: rows.text(), json: Value::Array(json), rows, code: 0 })
}

/// The facts of a batch.
pub(super) fn json(batch: &Batch) -> Value {
    let tally = batch.tally.iter().map(|((field, rule), n)| {
        json!({ "field": field.as_ref(), "rule": rule.id(), "rows": n, "what_to_do": rule.advice() })
    });
    json!({
        "batch": batch.id,
        "provider": batch.provider,
        "kind": batch.kind,
        "sha256": batch.sha256,
        "rows": batch.rows,
        "accepted": batch.accepted,
        "folded": batch.folded,
        "rejected": batch.rejected,
        "rules": tally.collect::<Vec<Value>>(),
        "notes": batch.notes,
    })
}

/// Rejected rows by field and rule.
pub(super) fn tally_rows(tally: &Tally) -> Rows {
    let mut rows = Rows::new(&["rows", "field", "rule", "what to do"]);
    for ((field, rule), n) in tally {
        rows.push([
            n.to_string(),
            field.to_string(),
            rule.id().to_owned(),
            rule.advice().to_owned(),
        ]);
    }
    rows
}

fn first(batch: &Batch) -> Rows {
    let mut rows = Rows::new(&["row", "field", "rule"]);
    for reject in batch.rejects.iter().take(10) {
        rows.push([reject.row.to_string(), reject.field.to_string(), reject.rule.id().to_owned()]);
    }
    rows
}

/// The exit code of a run with refused files.
pub(super) fn code(refused: usize) -> u8 {
    if refused == 0 { 0 } else { REFUSED }
}
