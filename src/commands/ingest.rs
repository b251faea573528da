//! `shumar ingest`: files into the lake.

use std::cell::Cell;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use shumar_ingest::{Arrival, Batch, IngestError, Sent};

use super::check;
use crate::cli::Ingest;
use crate::failure::{Failure, at};
use crate::home::Home;
use crate::output::{Output, Progress, Rows};

/// What became of one file.
pub(super) struct Taken {
    file: PathBuf,
    provider: String,
    /// The batch, the number of the batch it already was, or why it was refused.
    pub(super) arrival: Result<Arrival, String>,
}

pub(super) fn run(
    home: &mut Home,
    arguments: &Ingest,
    progress: &Progress,
) -> Result<Output, Failure> {
    for provider in &home.config.providers {
        let folder = home.dir.join("inbox").join(&provider.id);
        std::fs::create_dir_all(&folder).map_err(at(&folder))?;
    }
    let files = match arguments.files.as_slice() {
        [] => waiting(home, arguments.provider.as_deref())?,
        files => files
            .iter()
            .map(|f| Ok((home.provider(arguments.provider.as_deref(), f)?.id, f.clone())))
            .collect::<Result<_, Failure>>()?,
    };
    if arguments.replaces.is_some() && files.len() != 1 {
        return Err(Failure::refused(
            "`--replaces` names one batch, so one file must be named\n\nhint: shumar ingest FILE --replaces BATCH",
        ));
    }
    let taken = take(home, &files, arguments.replaces, progress)?;
    let ids: Vec<String> = home.config.providers.iter().map(|p| p.id.clone()).collect();
    let mut output = report(&taken);
    for stray in shumar_ingest::strays(&home.dir, &ids)? {
        output.text.push_str(&format!("\nnote: {stray}"));
    }
    Ok(output)
}

/// The files of the inbox, by provider and name.
pub(super) fn waiting(
    home: &Home,
    provider: Option<&str>,
) -> Result<Vec<(String, PathBuf)>, Failure> {
    let ids: Vec<String> = match provider {
        Some(id) => vec![home.config.provider(id)?.id.clone()],
        None => home.config.providers.iter().map(|p| p.id.clone()).collect(),
    };
    let found = shumar_ingest::waiting(&home.dir, &ids)?;
    Ok(found.into_iter().map(|w| (w.provider, w.file)).collect())
}

/// Takes files in. A refused file stays, with its reason beside it when it is in the inbox, and
/// the others go on; a failure stops.
pub(super) fn take(
    home: &mut Home,
    files: &[(String, PathBuf)],
    replaces: Option<i64>,
    progress: &Progress,
) -> Result<Vec<Taken>, Failure> {
    let key = home.key()?;
    shumar_transform::same_lineage(&home.dir, &home.register)?;
    let mut register = home.connect()?;
    let mut sent = Vec::new();
    for (provider, file) in files {
        sent.push(Sent { provider: home.config.provider(provider)?, file, replaces });
    }
    let (done, mut taken, mut broken) = (Cell::new(0), Vec::new(), None);
    let mut landed = |i: usize, arrival| {
        done.set(i + 1);
        let (provider, file) = &files[i];
        match settle(home, provider, file, arrival) {
            Ok(arrival) => {
                taken.push(Taken { file: file.clone(), provider: provider.clone(), arrival });
            }
            Err(e) => _ = broken.get_or_insert(e),
        }
    };
    shumar_ingest::ingest_all(
        &home.office(&key),
        &mut register,
        &sent,
        &mut landed,
        &mut |rows| {
            progress.now(format!("{} of {} files done, {rows} rows read", done.get(), files.len()));
        },
    )?;
    broken.map_or(Ok(taken), Err)
}

/// Moves a file that landed, or leaves the reason beside one that was refused.
fn settle(
    home: &Home,
    provider: &str,
    file: &Path,
    arrival: Result<Arrival, IngestError>,
) -> Result<Result<Arrival, String>, Failure> {
    match arrival {
        Ok(arrival) => {
            shumar_ingest::set_aside(&home.dir, provider, file)?;
            Ok(Ok(arrival))
        }
        Err(e) if e.is_refusal() => {
            leave_reason(home, provider, file, &e)?;
            Ok(Err(e.to_string()))
        }
        Err(e) => Err(e.into()),
    }
}

fn leave_reason(
    home: &Home,
    provider: &str,
    file: &Path,
    why: &IngestError,
) -> Result<(), Failure> {
    let inbox = home.dir.join("inbox").join(provider);
    if file.parent().is_some_and(|p| p == inbox) {
        let rejects = match why {
            IngestError::NothingAccepted { rejects, .. } => rejects.as_slice(),
            _ => &[],
        };
        shumar_ingest::write_refusal(file, &why.to_string(), rejects)?;
    }
    Ok(())
}

fn report(taken: &[Taken]) -> Output {
    let mut rows =
        Rows::new(&["file", "provider", "batch", "rows", "accepted", "folded", "rejected"]);
    let mut text = String::new();
    let mut json_files = Vec::new();
    for t in taken {
        let name = t.file.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
        let head = [name.clone(), t.provider.clone()];
        match &t.arrival {
            Ok(Arrival::Landed(b)) => {
                let numbers = [b.rows, b.accepted, b.folded, b.rejected].map(|n| n.to_string());
                rows.push(head.into_iter().chain([b.id.to_string()]).chain(numbers));
                for note in &b.notes {
                    text.push_str(&format!("note: {name}: {note}\n"));
                }
                let mut facts = check::json(b);
                facts["file"] = json!(name);
                facts["state"] = json!("landed");
                json_files.push(facts);
            }
            Ok(Arrival::Already(batch)) => {
                let same = format!("{batch} (the same file)");
                rows.push(head.into_iter().chain([same]).chain([""; 4].map(str::to_owned)));
                json_files.push(json!({ "file": name, "state": "already", "batch": batch }));
            }
            Err(why) => {
                rows.push(
                    head.into_iter()
                        .chain(["refused".to_owned()])
                        .chain([""; 4].map(str::to_owned)),
                );
                text.push_str(&format!("refused: {why}\n\n"));
                json_files.push(json!({ "file": name, "state": "refused", "why": why }));
            }
        }
    }
    let total = Totals::of(taken);
    let summary = total.words();
    let text = if taken.is_empty() {
        "No file waits in the inbox.".to_owned()
    } else {
        format!("{}\n\n{text}{summary}", rows.text())
    };
    let json = json!({ "files": Value::Array(json_files), "total": total.json() });
    Output { text, json, rows, code: check::code(total.refused) }
}

/// Sums over the files of one run.
#[derive(Default)]
pub(super) struct Totals {
    pub(super) landed: usize,
    pub(super) already: usize,
    pub(super) refused: usize,
    pub(super) rows: u64,
    pub(super) accepted: u64,
    pub(super) folded: u64,
    pub(super) rejected: u64,
}

impl Totals {
    pub(super) fn of(taken: &[Taken]) -> Self {
        let mut total = Self::default();
        for t in taken {
            match &t.arrival {
                Ok(Arrival::Landed(batch)) => total.add(batch),
                Ok(Arrival::Already(_)) => total.already += 1,
                Err(_) => total.refused += 1,
            }
        }
        total
    }

    fn add(&mut self, batch: &Batch) {
        self.landed += 1;
        self.rows += batch.rows;
        self.accepted += batch.accepted;
        self.folded += batch.folded;
        self.rejected += batch.rejected;
    }

    fn words(&self) -> String {
        let mut words = format!(
            "{} files landed: {} rows = {} accepted + {} folded + {} rejected.",
            self.landed, self.rows, self.accepted, self.folded, self.rejected
        );
        if self.already > 0 {
            words.push_str(&format!(" {} were in the lake already.", self.already));
        }
        if self.refused > 0 {
            words.push_str(&format!(" {} were refused and stay where they are.", self.refused));
        }
        if self.rejected > 0 {
            words.push_str(" Rejected rows are listed in `rejects/`.");
        }
        words
    }

    pub(super) fn json(&self) -> Value {
        json!({
            "landed": self.landed, "already": self.already, "refused": self.refused,
            "rows": self.rows, "accepted": self.accepted, "folded": self.folded,
            "rejected": self.rejected,
        })
    }
}
