//! The public log: what was asked and answered, without anything about who asked.

use std::fs;
use std::path::Path;

use serde_json::json;
use sha2::{Digest, Sha256};
use shumar_lock::Unlocked;
use shumar_publish::{exchange, remove};
use shumar_schemas::Label;
use shumar_schemas::disclosure::{
    DOCUMENT, DisclosureDocument, EntryDocument, FOLDER, FORMAT, FigureDocument, FiguresDocument,
    FileDocument, LOCK, RefusedDocument,
};

use crate::desk::Desk;
use crate::request::Disclosed;
use crate::{Answer, By, Decision, Request, RtiError, Verb, figures, statistics};

/// A text for readers in each language.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wording<'a> {
    /// In English.
    pub en: &'a str,
    /// In Urdu.
    pub ur: Option<&'a str>,
}

impl Desk<'_> {
    /// Puts a decided request into the public log, in the officer's wording, and writes the log.
    ///
    /// # Errors
    /// Words that look personal, and a request that is not decided.
    pub fn disclose(
        &mut self,
        reference: &str,
        question: &Wording<'_>,
        answer: Option<&Wording<'_>>,
        by: &By,
    ) -> Result<Request, RtiError> {
        let question = self.label(question, "the question for readers")?;
        let current = self.find(reference)?;
        let answer = match (answer, current.decision.as_ref().and_then(|d| d.statement.as_deref()))
        {
            (Some(answer), _) => self.label(answer, "the answer for readers")?,
            (None, Some(statement)) => {
                Label::english(self.public_words(statement, "the answer for readers")?)
            }
            (None, None) => Label::default(),
        };
        let request = self.act(reference, Verb::Disclose, by, |transaction, request| {
            let id = match &request.disclosed {
                Some(before) => before.id.clone(),
                None => {
                    let year = request.decision.as_ref().map_or(by.on, |d| d.on).year();
                    let sql =
                        "SELECT count(*) + 1 FROM request WHERE body ->> '$.disclosed.id' LIKE ?1";
                    let number: i64 =
                        transaction.query_row(sql, [format!("{year}-%")], |r| r.get(0))?;
                    format!("{year}-{number:03}")
                }
            };
            let detail = json!({ "id": id });
            request.disclosed = Some(Disclosed { id, question, answer });
            Ok(detail)
        })?;
        self.write_log()?;
        Ok(request)
    }

    fn label(&self, wording: &Wording<'_>, what: &str) -> Result<Label, RtiError> {
        let label = Label::english(self.public_words(wording.en, what)?);
        match wording.ur {
            Some(urdu) => Ok(label.with("ur", self.public_words(urdu, what)?)),
            None => Ok(label),
        }
    }

    /// Writes the whole log from the register, in place of the old one.
    ///
    /// # Errors
    /// The database's and the disk's.
    pub fn write_log(&self) -> Result<(), RtiError> {
        let path = self.home.join(LOCK);
        // Locked before the register is read: who writes later knows what has come since.
        let _lock = shumar_lock::lock(&path, true, "writing the public log").map_err(|e| match e {
            Unlocked::Busy => RtiError::refused(
                "another shumar has been writing the public log all the time",
                "wait until it is done, and run the command again; the register is as it should be",
            ),
            Unlocked::System(e) => RtiError::write(&path)(e),
        })?;
        let requests = self.all()?;
        let mut files: Vec<(String, Vec<u8>)> = Vec::new();
        let mut entries = Vec::new();
        for request in &requests {
            if let (Some(disclosed), Some(decision)) = (&request.disclosed, &request.decision) {
                let answer = match &decision.answer {
                    Some(id) => self.kept(id)?,
                    None => None,
                };
                entries.push(entry(disclosed, decision, answer.as_ref(), &mut files)?);
            }
        }
        entries.sort_by(|a, b| (&b.decided_on, &b.id).cmp(&(&a.decided_on, &a.id)));
        let document = DisclosureDocument {
            format: FORMAT.to_owned(),
            act: self.law.act.clone(),
            number: self.law.number.clone(),
            entries,
            periods: statistics::periods(&requests, self.today()),
        };
        let text = serde_json::to_vec_pretty(&document);
        files.push((DOCUMENT.to_owned(), text.map_err(|_| RtiError::Build { what: "the log" })?));
        replace(&self.home.join(FOLDER), &files)
    }
}

fn entry(
    disclosed: &Disclosed,
    decision: &Decision,
    answer: Option<&Answer>,
    files: &mut Vec<(String, Vec<u8>)>,
) -> Result<EntryDocument, RtiError> {
    let mut listed = Vec::new();
    let with_cells = answer.filter(|a| !a.cells.is_empty());
    if let Some(answer) = with_cells {
        let written =
            [("csv", figures::csv(answer)?), ("xlsx", figures::xlsx(answer, decision.on)?)];
        for (kind, bytes) in written {
            let name = format!("{}.{kind}", disclosed.id);
            listed.push(FileDocument {
                name: name.clone(),
                sha256: hex::encode(Sha256::digest(&bytes)),
            });
            files.push((name, bytes));
        }
    }
    let refused = decision
        .refusal
        .as_ref()
        .map(|r| RefusedDocument { section: r.section.clone(), title: r.title.clone() });
    Ok(EntryDocument {
        id: disclosed.id.clone(),
        question: disclosed.question.clone(),
        outcome: decision.outcome.name().to_owned(),
        decided_on: decision.on.to_string(),
        answer: disclosed.answer.clone(),
        refused,
        figures: answer.map(shown),
        files: listed,
    })
}

fn shown(answer: &Answer) -> FiguresDocument {
    let cells = answer.cells.iter().map(|cell| FigureDocument {
        labels: cell.place.iter().map(|p| p.label.clone()).collect(),
        estimate: cell.displayed.clone(),
        lower: cell.lower.map(crate::letter::low).unwrap_or_default(),
        upper: cell.upper.map(crate::letter::high).unwrap_or_default(),
    });
    FiguresDocument {
        title: answer.title.clone(),
        columns: answer.columns.iter().map(|c| c.title.clone()).collect(),
        cells: cells.collect(),
        derivation: answer.derivation.clone(),
        releases: answer.releases.clone(),
    }
}

/// Writes a folder aside and puts it in the place of the old one.
fn replace(folder: &Path, files: &[(String, Vec<u8>)]) -> Result<(), RtiError> {
    let (new, old) = (folder.with_extension("new"), folder.with_extension("old"));
    // The log can be written again from the register: what a crash left is worth nothing.
    for left in [&new, &old] {
        remove(left).map_err(RtiError::write(left))?;
    }
    fs::create_dir_all(&new).map_err(RtiError::write(&new))?;
    for (name, bytes) in files {
        let path = new.join(name);
        fs::write(&path, bytes).map_err(RtiError::write(&path))?;
        fs::File::open(&path).and_then(|f| f.sync_all()).map_err(RtiError::write(&path))?;
    }
    fs::File::open(&new).and_then(|f| f.sync_all()).map_err(RtiError::write(&new))?;
    shumar_fault::point("rti.log-written");
    exchange(&new, folder, &old).map_err(RtiError::write(folder))?;
    shumar_fault::point("rti.log-exchanged");
    [&new, &old].into_iter().try_for_each(|left| remove(left).map_err(RtiError::write(left)))
}
