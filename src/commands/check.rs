//! `shumar check`: what ingest would say of a file.

use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};
use shumar_ingest::{
    Account, Arrival, Batch, IngestError, Language, Rule, Sent, Tally, Words, Written,
};
use shumar_schemas::RecordKind;

use crate::cli::Check;
use crate::failure::{Failure, REFUSED};
use crate::home::Home;
use crate::output::{Output, Progress, Rows};

pub(super) fn run(
    home: &Home,
    arguments: &Check,
    words: &Words,
    progress: &Progress,
) -> Result<Output, Failure> {
    let file = &arguments.file;
    let provider = home.provider(arguments.provider.as_deref(), file)?;
    if arguments.show_headers {
        return headers(home, file, &provider);
    }
    progress.now(format!("reading with the mapping of {}", provider.id));
    let key = home.key()?;
    let office = home.office(&key)?;
    let said = shumar_ingest::said(&home.dir, &home.register, &provider.id, file)?;
    let replaces = arguments.replaces.or(said.replaces);
    let sent = Sent { provider: &provider, file, replaces, covers: &said.covers };
    let kind = home.catalog.kind(&provider.kind, "the provider")?;
    let report = |account: &Account<'_>| -> Result<Option<Written>, Failure> {
        let folder = arguments.report.as_deref();
        Ok(folder.map(|f| shumar_ingest::write_check(f, account)).transpose()?)
    };
    let checked = shumar_ingest::check(&office, &home.register, sent, &mut |rows| {
        progress.now(format!("reading: {rows} rows"));
    });
    let batch = match checked {
        Ok(Arrival::Landed(batch)) => batch,
        Ok(Arrival::Already(batch)) => {
            return Ok(Output {
                text: words.say_with("already", [("batch", batch.into())]),
                json: json!({ "state": "already", "batch": batch }),
                rows: Rows::default(),
                code: 0,
            });
        }
        Err(why) => {
            // That is not the file's fault.
            if matches!(why, IngestError::Busy { .. }) {
                return Err(why.into());
            }
            let mut facts = refusal(&why, kind);
            let account = Account::refused(&office, &sent, &why);
            let readable = why.is_refusal() && file.is_file();
            let written = if readable { report(&account)? } else { None };
            if let Some(written) = &written {
                facts["reports"] = reports(written);
            }
            let remark = written.map(|w| told(words, &w));
            return Err(Failure::of_file(&why, words, facts, remark));
        }
    };
    let mut text = summary(&batch, words);
    for note in &batch.notes {
        text.push_str(&format!("\n{}: {}", words.say("note"), words.note(note)));
    }
    if provider.record_key.is_empty() {
        let keyless = words.say("note-no-record-key");
        text.push_str(&format!("\n{}: {keyless}", words.say("note")));
    }
    if !batch.tally.is_empty() {
        let rules = rules(&batch.tally, kind, words).text();
        let rows = first(&batch, kind, words).text();
        text.push_str(&format!("\n\n{}\n{rules}", words.say("rules-title")));
        text.push_str(&format!("\n\n{}\n{rows}", words.say("rows-first-terminal")));
    }
    let mut json = json(&batch, kind);
    if let Some(written) = report(&Account::read(&office, &provider, &batch))? {
        text.push_str(&format!("\n\n{}", told(words, &written)));
        json["reports"] = reports(&written);
    }
    Ok(Output { text, json, rows: tally_rows(&batch.tally, kind), code: 0 })
}

/// The sum of a file, and whose it is.
fn summary(batch: &Batch, words: &Words) -> String {
    let sums = sum([batch.rows, batch.accepted, batch.folded, batch.rejected], words);
    let origin = [("provider", (&*batch.provider).into()), ("kind", (&*batch.kind).into())];
    format!("{sums}   ({})", words.say_with("account-origin", origin))
}

/// Rows = accepted + folded + rejected.
pub(super) fn sum([rows, accepted, folded, rejected]: [u64; 4], words: &Words) -> String {
    let numbers = [
        ("rows", rows.into()),
        ("accepted", accepted.into()),
        ("folded", folded.into()),
        ("rejected", rejected.into()),
    ];
    words.say_with("account-line", numbers)
}

fn reports(written: &Written) -> Value {
    let path = |p: &Path| p.display().to_string();
    json!({ "page": path(&written.page), "table": written.table.as_deref().map(path) })
}

fn told(words: &Words, written: &Written) -> String {
    let page = ("page", written.page.display().to_string().into());
    match &written.table {
        None => words.say_with("report-written-page", [page]),
        Some(table) => {
            let table = ("table", table.display().to_string().into());
            words.say_with("report-written", [table, page])
        }
    }
}

/// The header goes to this terminal only: a file without one shows its first record here.
fn headers(
    home: &Home,
    file: &Path,
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

/// What is told of a rejection to machines, in both languages.
const TOLD: [&str; 8] = [
    "field",
    "field_en",
    "field_ur",
    "rule",
    "what_it_means_en",
    "what_to_do_en",
    "what_it_means_ur",
    "what_to_do_ur",
];

/// Rejected rows by field and rule: how many, and [`TOLD`].
fn tell(tally: &Tally, kind: &RecordKind) -> Vec<(u64, [String; 8])> {
    let [english, urdu] = Language::ALL.map(Words::new);
    let tell = |((field, rule), n): (&(Arc<str>, Rule), &u64)| {
        let cells = [
            field.to_string(),
            english.field(kind, field),
            urdu.field(kind, field),
            rule.id().to_owned(),
            english.meaning(*rule),
            english.advice(*rule),
            urdu.meaning(*rule),
            urdu.advice(*rule),
        ];
        (*n, cells)
    };
    tally.iter().map(tell).collect()
}

/// The facts of a batch.
pub(super) fn json(batch: &Batch, kind: &RecordKind) -> Value {
    let urdu = Words::new(Language::Urdu);
    json!({
        "batch": batch.id,
        "provider": batch.provider,
        "kind": batch.kind,
        "sha256": batch.sha256,
        "rows": batch.rows,
        "accepted": batch.accepted,
        "folded": batch.folded,
        "rejected": batch.rejected,
        "rules": rules_json(&batch.tally, kind),
        "notes": batch.notes.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "notes_ur": batch.notes.iter().map(|n| urdu.note(n)).collect::<Vec<_>>(),
    })
}

/// Why a file was refused: its name among refusals, both languages, and the rules if rows were
/// rejected.
pub(super) fn refusal(why: &IngestError, kind: &RecordKind) -> Value {
    let [english, urdu] = Language::ALL.map(Words::new);
    json!({
        "refusal": why.id(),
        "what_it_means_en": english.refusal_meaning(why),
        "what_to_do_en": english.refusal_advice(why),
        "what_it_means_ur": urdu.refusal_meaning(why),
        "what_to_do_ur": urdu.refusal_advice(why),
        "particulars_en": english.particulars(why).map(|told| told.lines),
        "particulars_ur": urdu.particulars(why).map(|told| told.lines),
        "rules": rules_json(&shumar_ingest::tally(why.rejects()), kind),
    })
}

fn rules_json(tally: &Tally, kind: &RecordKind) -> Vec<Value> {
    let rules = tell(tally, kind).into_iter().map(|(n, cells)| {
        let mut rule = json!({ "rows": n });
        for (name, cell) in TOLD.iter().zip(cells) {
            rule[*name] = json!(cell);
        }
        rule
    });
    rules.collect()
}

/// Rejected rows by field and rule, for machines.
fn tally_rows(tally: &Tally, kind: &RecordKind) -> Rows {
    let mut rows = Rows::new(&[&["rows"], TOLD.as_slice()].concat());
    for (n, cells) in tell(tally, kind) {
        rows.push(std::iter::once(n.to_string()).chain(cells));
    }
    rows
}

/// Rejected rows by field and rule, for a reader.
fn rules(tally: &Tally, kind: &RecordKind, words: &Words) -> Rows {
    let columns = ["column-rows", "column-field", "column-rule", "column-means", "column-do"];
    let mut rows = Rows::new(&columns.map(|key| words.say(key)));
    for ((field, rule), n) in tally {
        rows.push([
            words.number(*n),
            words.field(kind, field),
            rule.id().to_owned(),
            words.meaning(*rule),
            words.advice(*rule),
        ]);
    }
    rows
}

fn first(batch: &Batch, kind: &RecordKind, words: &Words) -> Rows {
    let sheets = batch.rejects.iter().any(|r| r.sheet != 0);
    let columns = ["column-sheet", "column-row", "column-field", "column-rule"];
    let columns = &columns[usize::from(!sheets)..];
    let mut rows = Rows::new(&columns.iter().map(|key| words.say(key)).collect::<Vec<_>>());
    for reject in batch.rejects.iter().take(10) {
        let sheet = sheets.then(|| reject.sheet.to_string());
        let field = words.field(kind, &reject.field);
        let rest = [reject.row.to_string(), field, reject.rule.id().to_owned()];
        rows.push(sheet.into_iter().chain(rest));
    }
    rows
}

/// The exit code of a run with refused files.
pub(super) fn code(refused: usize) -> u8 {
    if refused == 0 { 0 } else { REFUSED }
}
