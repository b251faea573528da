//! Papers: letters, the cost of copies, and the applicant's file.

use serde_json::json;
use sha2::{Digest, Sha256};
use shumar_words::Language;

use super::{By, Desk};
use crate::law::Fee;
use crate::letter::{Kind, Made, Matter, words};
use crate::{Answer, Applicant, Request, RtiError, Verb, figures};

impl Desk<'_> {
    /// What copies of the answer cost; it is kept with the request.
    ///
    /// # Errors
    /// A value of the law that no source says.
    pub fn price(
        &mut self,
        reference: &str,
        pages: u32,
        poor: bool,
        by: &By,
    ) -> Result<Request, RtiError> {
        let fee = Fee::of(&self.law, pages, poor)?;
        self.act(reference, Verb::Letter, by, |_, request| {
            request.fee = Some(fee);
            Ok(json!({ "fee": fee }))
        })
    }

    /// Makes a letter in a language as PDF and DOCX, and the figures that go with a decision.
    ///
    /// The letter is for the applicant and names them, unless `blank`; it must not stay in the home.
    ///
    /// # Errors
    /// A letter about something that has not happened, a lost key, a template that is wrong.
    pub fn letter(
        &mut self,
        reference: &str,
        kind: Kind,
        language: Option<&str>,
        blank: bool,
        by: &By,
    ) -> Result<Made, RtiError> {
        let request = self.find(reference)?;
        let language = Language::of(language.unwrap_or(&request.language)).ok_or_else(|| {
            let known: Vec<&str> = Language::all().iter().map(|l| l.tag()).collect();
            RtiError::refused(
                "there are no letters in this language",
                format!("there are: {}", known.join(", ")),
            )
        })?;
        let applicant = if blank { None } else { self.applicants.get(reference)? };
        if applicant.is_none() && !blank {
            return Err(RtiError::refused(
                format!("the applicant of `{reference}` was erased"),
                "write `--blank` for a letter without name and address",
            ));
        }
        let decision = request.decision.as_ref().filter(|_| kind == Kind::Decision);
        let answer: Option<Answer> = match decision.and_then(|d| d.answer.as_deref()) {
            Some(id) => self.kept(id)?,
            None => None,
        };
        // A decision is dated by the day on which it was taken.
        let date = decision.map_or(by.on, |d| d.on);
        let mut files = Vec::new();
        if let Some(answer) = answer.as_ref().filter(|a| !a.cells.is_empty()) {
            files.push((format!("{reference}-figures.csv"), figures::csv(answer)?));
            files.push((format!("{reference}-figures.xlsx"), figures::xlsx(answer, date)?));
        }
        let enclosed: Vec<String> = files.iter().map(|(name, _)| name.clone()).collect();
        let words = words(&self.home, language)?;
        let matter = Matter {
            words: &words,
            publisher: self.name,
            contact: self.contact,
            settings: self.settings,
            law: &self.law,
            calendar: &self.calendar,
            request: &request,
            applicant: applicant.as_ref(),
            answer: answer.as_ref(),
            enclosed: &enclosed,
            date,
        };
        let content = matter.letter(kind)?;
        let name = format!("{reference}-{}-{}", kind.name(), language.tag());
        files.push((format!("{name}.pdf"), content.pdf(&self.home, date)?));
        files.push((format!("{name}.docx"), content.docx(date)?));
        let hashes: Vec<_> = files
            .iter()
            .map(|(name, bytes)| json!({ "name": name, "sha256": hex::encode(Sha256::digest(bytes)) }))
            .collect();
        let detail = json!({ "letter": kind.name(), "language": language.tag(), "files": hashes });
        self.act(reference, Verb::Letter, by, |_, _| Ok(detail))?;
        Ok(Made { files })
    }

    /// Who made a request. That the file was opened is in the audit trail.
    ///
    /// # Errors
    /// A lost key, and a file that was changed.
    pub fn open_applicant(
        &mut self,
        reference: &str,
        by: &By,
    ) -> Result<Option<Applicant>, RtiError> {
        self.act(reference, Verb::Open, by, |_, _| Ok(json!({})))?;
        self.applicants.get(reference)
    }

    /// Erases who made a request, when the time for which it is kept has passed.
    ///
    /// # Errors
    /// A request that is not closed, a time that is not set or has not passed.
    pub fn forget(&mut self, reference: &str, by: &By) -> Result<Request, RtiError> {
        let Some(days) = self.settings.keep_applicant_days else {
            return Err(RtiError::refused(
                "it is not set how long an applicant's file is kept",
                "write `keep_applicant_days = 365` (or what the office's rules say) under [rti] in shumar.toml",
            ));
        };
        let request = self.find(reference)?;
        let until = request.closed_on.map(|closed| closed.plus(days));
        if let Some(until) = until.filter(|until| by.on < *until) {
            return Err(RtiError::refused(
                format!("the applicant's file of `{reference}` is kept until {until}"),
                "run the command again then",
            ));
        }
        let request = self.act(reference, Verb::Forget, by, |_, request| {
            request.forgotten = true;
            Ok(json!({}))
        })?;
        // The act first: a crash in between leaves a file that the same command erases.
        self.applicants.erase(reference)?;
        shumar_fault::point("rti.applicant-erased");
        Ok(request)
    }
}
