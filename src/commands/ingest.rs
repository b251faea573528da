//! `shumar ingest`: files into the lake.

use std::cell::Cell;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use shumar_ingest::{Account, Arrival, Batch, IngestError, Office, Said, Sent, Words};
use shumar_schemas::YearMonth;

use super::check;
use crate::cli::Ingest;
use crate::failure::{Failure, at};
use crate::home::Home;
use crate::output::{Output, Progress, Rows};

/// What became of one file.
pub(crate) struct Taken {
    pub(crate) file: PathBuf,
    provider: String,
    /// The batch, the number of the batch it already was, or why it was refused.
    pub(crate) arrival: Result<Arrival, IngestError>,
}

pub(super) fn run(
    home: &mut Home,
    arguments: &Ingest,
    words: &Words,
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
    let about_one = arguments.replaces.is_some() || !arguments.covers.is_empty();
    if about_one && files.len() != 1 {
        return Err(Failure::refused(
            "`--replaces` and `--covers` say something about one file, so one must be named\n\nhint: shumar ingest FILE --replaces BATCH",
        ));
    }
    let covers = arguments.covers.iter().map(|m| m.parse()).collect::<Result<_, _>>()?;
    let named = !arguments.files.is_empty();
    let more = More { replaces: arguments.replaces, covers, named };
    let taken = take(home, &files, &more, progress)?;
    let ids: Vec<String> = home.config.providers.iter().map(|p| p.id.clone()).collect();
    let mut output = report(home, &taken, arguments.replaces, words)?;
    for stray in shumar_ingest::strays(&home.dir, &ids)? {
        output.text.push_str(&format!("\nnote: {stray}"));
    }
    if let Some((files, folder)) = shumar_ingest::aside(&home.dir) {
        output.text.push_str(&format!(
            "\nnote: {files} file(s) that `shumar.db` does not list were set aside in {folder}: `shumar doctor` says more"
        ));
    }
    Ok(output)
}

/// The files of the inbox, by provider and name.
pub(crate) fn waiting(
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

/// What the command says about a file besides its name.
#[derive(Default)]
pub(crate) struct More {
    replaces: Option<i64>,
    covers: Vec<YearMonth>,
    /// Whether the files were named by the user; else they were found in the inbox, from where
    /// another process may take them first.
    named: bool,
}

impl More {
    /// The same with what the file beside a file says: the command counts before it.
    fn of(&self, said: Result<Said, IngestError>) -> Result<Said, Option<IngestError>> {
        let said = said.map_err(Some)?;
        let covers = if self.covers.is_empty() { said.covers } else { self.covers.clone() };
        Ok(Said { replaces: self.replaces.or(said.replaces), covers })
    }
}

/// Takes files in. A refused file stays, with its reason beside it when it is in the inbox, and
/// the others go on; a failure stops.
pub(crate) fn take(
    home: &mut Home,
    files: &[(String, PathBuf)],
    more: &More,
    progress: &Progress,
) -> Result<Vec<Taken>, Failure> {
    let key = home.key()?;
    shumar_transform::same_lineage(&home.dir, &home.register)?;
    let mut register = home.connect()?;
    let mut said = Vec::new();
    for (provider, file) in files {
        said.push(more.of(shumar_ingest::said(&home.dir, &register, provider, file)));
    }
    let (mut sent, mut unsaid) = (Vec::new(), Vec::new());
    for ((provider, file), said) in files.iter().zip(said.iter_mut()) {
        let provider = home.config.provider(provider)?;
        let mut one = Sent { provider, file, replaces: None, covers: &[] };
        match said {
            Ok(said) => {
                (one.replaces, one.covers) = (said.replaces, &said.covers);
                sent.push(one);
            }
            Err(why) => unsaid.push((one, why.take())),
        }
    }
    let office = home.office(&key)?;
    let (done, mut taken, mut broken) = (Cell::new(0), Vec::new(), None);
    for (sent, why) in unsaid {
        let why = why.unwrap_or(IngestError::Withheld);
        let (provider, file) = (sent.provider.id.clone(), sent.file.to_owned());
        taken.push(Taken { file, provider, arrival: settle(home, &office, &sent, Err(why))? });
    }
    let mut landed = |i: usize, arrival| {
        done.set(i + 1);
        let (provider, file) = (&sent[i].provider.id, sent[i].file);
        if !more.named && matches!(arrival, Err(IngestError::Open { .. })) && !file.exists() {
            return;
        }
        match settle(home, &office, &sent[i], arrival) {
            Ok(arrival) => {
                taken.push(Taken { file: file.to_owned(), provider: provider.clone(), arrival });
            }
            Err(e) => _ = broken.get_or_insert(e),
        }
    };
    shumar_ingest::ingest_all(&office, &mut register, &sent, &mut landed, &mut |rows| {
        progress.now(format!("{} of {} files done, {rows} rows read", done.get(), files.len()));
    })?;
    broken.map_or(Ok(taken), Err)
}

/// Moves a file that landed, or leaves the reason beside one that was refused.
fn settle(
    home: &Home,
    office: &Office<'_>,
    sent: &Sent<'_>,
    arrival: Result<Arrival, IngestError>,
) -> Result<Result<Arrival, IngestError>, Failure> {
    match arrival {
        Ok(arrival) => {
            shumar_ingest::set_aside(&home.dir, &sent.provider.id, sent.file)?;
            Ok(Ok(arrival))
        }
        Err(e) if e.is_refusal() => {
            let account = Account::refused(office, sent, &e).beside(sent.file);
            leave_reason(home, &sent.provider.id, sent.file, &account)?;
            Ok(Err(e))
        }
        Err(e) => Err(e.into()),
    }
}

/// Leaves the reason of a refusal beside a file in the inbox.
fn leave_reason(
    home: &Home,
    provider: &str,
    file: &Path,
    account: &Account<'_>,
) -> Result<(), Failure> {
    let inbox = home.dir.join("inbox").join(provider);
    if file.parent().is_some_and(|p| p == inbox) {
        shumar_ingest::write_refusal(file, account)?;
    }
    Ok(())
}

fn report(
    home: &Home,
    taken: &[Taken],
    replaces: Option<i64>,
    words: &Words,
) -> Result<Output, Failure> {
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
                    text.push_str(&format!(
                        "{}: {name}: {}\n",
                        words.say("note"),
                        words.note(note)
                    ));
                }
                let mut facts = check::json(b, home.catalog.kind(&b.kind, "the batch")?);
                facts["file"] = json!(name);
                facts["state"] = json!("landed");
                json_files.push(facts);
            }
            Ok(Arrival::Already(batch)) => {
                let same = format!("{batch} (the same file)");
                rows.push(head.into_iter().chain([same]).chain([""; 4].map(str::to_owned)));
                if let Some(replaced) = replaces {
                    let which = [("replaced", replaced.into()), ("batch", (*batch).into())];
                    text.push_str(&format!("{}\n\n", words.say_with("replaced-before", which)));
                }
                json_files.push(json!({
                    "file": name, "state": "already", "batch": batch, "replaces": replaces,
                }));
            }
            Err(why) => {
                rows.push(
                    head.into_iter()
                        .chain(["refused".to_owned()])
                        .chain([""; 4].map(str::to_owned)),
                );
                let refused = words.say_with("refused-file", [("file", name.as_str().into())]);
                text.push_str(&format!("{refused}\n{}\n\n", words.refusal(why)));
                let mapping = home.config.provider(&t.provider)?;
                let mut facts =
                    check::refusal(why, home.catalog.kind(&mapping.kind, "the provider")?);
                facts["file"] = json!(name);
                facts["state"] = json!("refused");
                facts["why"] = json!(why.to_string());
                json_files.push(facts);
            }
        }
    }
    let total = Totals::of(taken);
    let text = if taken.is_empty() {
        words.say("nothing-waits")
    } else {
        let mut shown = rows.clone();
        shown.header = HEADINGS.map(|key| words.say(key)).to_vec();
        format!("{}\n\n{text}{}", shown.text(), total.told(words))
    };
    let json = json!({ "files": Value::Array(json_files), "total": total.json() });
    Ok(Output { text, json, rows, code: check::code(total.refused) })
}

/// The headings of the table of files, as messages.
const HEADINGS: [&str; 7] = [
    "fact-file",
    "fact-provider",
    "fact-batch",
    "account-rows",
    "account-accepted",
    "account-folded",
    "account-rejected",
];

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

    /// The sums in words.
    fn told(&self, words: &Words) -> String {
        let sum = ("sum", check::sum(self.sums(), words).into());
        let landed = words.say_with("total-landed", [("files", self.landed.into()), sum]);
        let mut told = vec![landed];
        for (key, files) in [("total-already", self.already), ("total-refused", self.refused)] {
            if files > 0 {
                told.push(words.say_with(key, [("files", files.into())]));
            }
        }
        if self.rejected > 0 {
            told.push(words.say("total-rejected"));
        }
        told.join(" ")
    }

    fn sums(&self) -> [u64; 4] {
        [self.rows, self.accepted, self.folded, self.rejected]
    }

    pub(super) fn json(&self) -> Value {
        json!({
            "landed": self.landed, "already": self.already, "refused": self.refused,
            "rows": self.rows, "accepted": self.accepted, "folded": self.folded,
            "rejected": self.rejected,
        })
    }
}
