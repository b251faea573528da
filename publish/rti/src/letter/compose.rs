//! What each letter says.

use shumar_schemas::Label;
use shumar_schemas::config::Rti;
use shumar_words::Words;

use super::{Block, Kind, Letter};
use crate::clean::{clean, isolated};
use crate::law::{Calendar, Law};
use crate::request::Refusal;
use crate::{Answer, Applicant, Asked, Day, Decision, Outcome, Request, Route, RtiError};

/// What a letter is about.
pub(crate) struct Matter<'a> {
    pub(crate) words: &'a Words,
    pub(crate) publisher: &'a Label,
    pub(crate) contact: Option<&'a str>,
    pub(crate) settings: &'a Rti,
    pub(crate) law: &'a Law,
    pub(crate) calendar: &'a Calendar,
    pub(crate) request: &'a Request,
    /// Who asked; nobody in a letter that is filled in by hand.
    pub(crate) applicant: Option<&'a Applicant>,
    /// The figures of the decision.
    pub(crate) answer: Option<&'a Answer>,
    /// Names of the files that go with it.
    pub(crate) enclosed: &'a [String],
    pub(crate) date: Day,
}

impl Matter<'_> {
    /// The content of a letter.
    ///
    /// # Errors
    /// A letter about something that has not happened.
    pub(crate) fn letter(&self, kind: Kind) -> Result<Letter, RtiError> {
        let (title, blocks) = match kind {
            Kind::Acknowledgement => {
                (self.words.say("rti-title-acknowledgement"), self.acknowledgement())
            }
            Kind::Clarification => {
                (self.words.say("rti-title-clarification"), self.clarification()?)
            }
            Kind::Extension => (self.words.say("rti-title-extension"), self.extension()?),
            Kind::Transfer => (self.words.say("rti-title-transfer"), self.transfer()?),
            Kind::Fee => (self.words.say("rti-title-fee"), self.fee()?),
            Kind::Decision => self.decision()?,
        };
        let (words, request) = (self.words, self.request);
        let certified = kind == Kind::Decision;
        let head = self.settings.letterhead.iter().map(|l| clean(words.label(l)));
        let contact = self.contact.map(|c| self.put("rti-contact", [("contact", c)]));
        Ok(Letter {
            language: words.language.tag().to_owned(),
            direction: words.language.direction().to_owned(),
            publisher: clean(words.label(self.publisher)),
            head: head.filter(|l| !l.is_empty()).collect(),
            facts: vec![
                self.put("rti-number", [("reference", &request.reference)]),
                self.put("rti-date", [("date", &self.day(self.date))]),
            ],
            to: self.to(),
            subject: self.put("rti-subject", [("subject", &request.subject)]),
            title,
            blocks,
            signature: self.signature(certified),
            enclosed: self.enclosed(),
            foot: contact.unwrap_or_else(|| isolated(&request.reference)),
        })
    }

    /// A message with values that keep their own direction.
    fn put<const N: usize>(&self, key: &str, values: [(&'static str, &str); N]) -> String {
        let values = values.map(|(name, value)| (name, isolated(&clean(value)).into()));
        self.words.say_with(key, values)
    }

    fn day(&self, day: Day) -> String {
        self.words.day(&day.to_string())
    }

    fn act(&self) -> &str {
        self.words.label(&self.law.act)
    }

    fn to(&self) -> Vec<String> {
        let mut lines = vec![self.words.say("rti-to")];
        match self.applicant {
            None => lines.push(self.words.say("rti-to-blank")),
            Some(applicant) => {
                lines.push(isolated(&clean(&applicant.name)));
                lines.extend(applicant.address.lines().map(|l| isolated(&clean(l))));
            }
        }
        lines
    }

    fn signature(&self, certified: bool) -> Vec<String> {
        let signatory = &self.settings.signatory;
        let title = match (signatory.title.is_empty(), &self.law.officer) {
            (false, _) => clean(self.words.label(&signatory.title)),
            (true, Some(officer)) => clean(self.words.label(&officer.value)),
            (true, None) => self.words.say("rti-officer"),
        };
        let name = if signatory.name.is_empty() {
            clean(&self.request.officer)
        } else {
            clean(self.words.label(&signatory.name))
        };
        let mut lines = vec![self.words.say("rti-signed"), isolated(&name), title];
        let stamped = self.law.certificate.as_ref().is_some_and(|c| c.value.stamp);
        if certified && stamped {
            lines.push(self.words.say("rti-stamp"));
        }
        lines
    }

    fn enclosed(&self) -> Vec<String> {
        if self.enclosed.is_empty() {
            return Vec::new();
        }
        let title = self.words.say("rti-enclosures");
        std::iter::once(title).chain(self.enclosed.iter().map(|e| isolated(e))).collect()
    }

    fn acknowledgement(&self) -> Vec<Block> {
        let request = self.request;
        let received = self.day(request.received);
        let values = [("date", received.as_str()), ("reference", &request.reference)];
        let mut out = vec![paragraph(self.put("rti-ack-received", values))];
        if request.urgent {
            out.push(paragraph(self.words.say("rti-ack-urgent")));
        }
        out.push(paragraph(match request.due {
            Some(due) => self.put("rti-ack-due", [("act", self.act()), ("date", &self.day(due))]),
            None => self.put("rti-ack-undated", [("act", self.act())]),
        }));
        out.push(paragraph(self.put("rti-ack-officer", [("officer", &request.officer)])));
        out
    }

    fn clarification(&self) -> Result<Vec<Block>, RtiError> {
        let asked = self.request.clarification.as_ref();
        let asked = asked.ok_or_else(|| self.not_yet("asked", "rti clarify"))?;
        let received = self.day(self.request.received);
        Ok(vec![
            paragraph(self.put("rti-clarify-lead", [("date", &received)])),
            Block::List { items: vec![isolated(&clean(&asked.question))] },
            paragraph(self.words.say("rti-clarify-help")),
        ])
    }

    fn extension(&self) -> Result<Vec<Block>, RtiError> {
        let request = self.request;
        let extension = request.extension.as_ref();
        let extension = extension.ok_or_else(|| self.not_yet("extended", "rti extend"))?;
        let (received, to) = (self.day(request.received), self.day(extension.to));
        let due = request.due.map_or_else(|| to.clone(), |d| self.day(d));
        let ground = self.words.label(&extension.ground);
        let mut out = vec![
            paragraph(self.put("rti-extend-lead", [("date", &received), ("due", &due)])),
            paragraph(self.put("rti-extend-ground", [("act", self.act()), ("ground", ground)])),
            paragraph(self.put("rti-extend-to", [("date", &to)])),
        ];
        out.extend(self.route());
        Ok(out)
    }

    fn transfer(&self) -> Result<Vec<Block>, RtiError> {
        let transfer = self.request.transfer.as_ref();
        let transfer = transfer.ok_or_else(|| self.not_yet("passed on", "rti transfer"))?;
        let (received, on) = (self.day(self.request.received), self.day(transfer.on));
        let lead = [("date", received.as_str()), ("body", &transfer.to)];
        let mut out = vec![
            paragraph(self.put("rti-transfer-lead", lead)),
            paragraph(self.put("rti-transfer-on", [("on", &on)])),
        ];
        let section = self.law.transfer.as_ref().map(|t| t.value.section.as_str());
        if let Some(section) = section.filter(|s| !s.is_empty()) {
            let values = [("section", section), ("act", self.act())];
            out.push(paragraph(self.put("rti-transfer-section", values)));
        }
        Ok(out)
    }

    fn fee(&self) -> Result<Vec<Block>, RtiError> {
        let fee = self
            .request
            .fee
            .ok_or_else(|| self.not_yet("priced", "rti letter REF fee --pages N"))?;
        let header = ["rti-fee-pages", "rti-fee-free", "rti-fee-rate", "rti-fee-total"];
        let row = [fee.pages, fee.free, fee.rate, fee.total].map(|n| n.to_string());
        let mut out = vec![
            paragraph(self.put("rti-fee-lead", [("act", self.act())])),
            Block::Table {
                header: header.map(|key| self.words.say(key)).to_vec(),
                rows: vec![row.to_vec()],
                numbers: 0,
            },
        ];
        if fee.total == 0 {
            out.push(paragraph(self.words.say("rti-fee-none")));
        }
        out.push(paragraph(self.words.say("rti-fee-electronic")));
        Ok(out)
    }

    fn decision(&self) -> Result<(String, Vec<Block>), RtiError> {
        let decision = self.request.decision.as_ref();
        let decision = decision.ok_or_else(|| {
            let what = match self.request.proposal {
                Some(_) => "finally decided: an approval is missing",
                None => "decided",
            };
            self.not_yet(what, "rti answer, rti refuse or rti approve")
        })?;
        let received = self.day(self.request.received);
        let mut out = Vec::new();
        let title = match decision.outcome {
            Outcome::Released | Outcome::PartReleased => {
                let lead = [("date", received.as_str()), ("act", self.act())];
                out.push(paragraph(self.put("rti-answer-lead", lead)));
                if let (Outcome::PartReleased, Some(refusal)) =
                    (decision.outcome, &decision.refusal)
                {
                    out.extend(self.refusal(decision, refusal));
                    out.push(paragraph(self.words.say("rti-answer-rest")));
                }
                out.extend(self.answered(decision));
                out.extend(self.certificate());
                match decision.outcome {
                    Outcome::PartReleased => self.words.say("rti-title-part"),
                    _ => self.words.say("rti-title-answer"),
                }
            }
            Outcome::NotHeld => {
                out.push(paragraph(self.put("rti-not-held-lead", [("date", &received)])));
                match &decision.statement {
                    Some(statement) => out.push(paragraph(isolated(statement))),
                    None => out.push(paragraph(self.words.say("rti-not-held-where"))),
                }
                self.words.say("rti-title-not-held")
            }
            Outcome::Refused => {
                out.push(paragraph(self.put("rti-refuse-lead", [("date", &received)])));
                if let Some(refusal) = &decision.refusal {
                    out.extend(self.refusal(decision, refusal));
                }
                self.words.say("rti-title-refusal")
            }
        };
        out.extend(self.route());
        Ok((title, out))
    }

    /// The exact exception, the reason, and the approval of the head where the law asks for it.
    fn refusal(&self, decision: &Decision, refusal: &Refusal) -> Vec<Block> {
        let mut out = Vec::new();
        if let Some(part) = &refusal.part {
            out.push(paragraph(self.put("rti-refuse-part", [("part", part)])));
        }
        let title = self.words.label(&refusal.title);
        let values = [("section", refusal.section.as_str()), ("act", self.act()), ("title", title)];
        out.push(paragraph(self.put("rti-refuse-exception", values)));
        out.push(paragraph(self.put("rti-refuse-reason", [("reason", &refusal.reason)])));
        if let Some(section) = &self.law.refusal.section {
            out.push(paragraph(self.put("rti-refuse-under", [("section", &section.value)])));
        }
        if let (Some(head), Some(rule)) = (decision.head(), &self.law.refusal.head_approves) {
            let on = self.day(head.on);
            let values =
                [("name", head.by.as_str()), ("date", &on), ("section", &rule.value.section)];
            out.push(paragraph(self.put("rti-refuse-head", values)));
        }
        out
    }

    /// Words, figures with their margins and method, and where information is published.
    fn answered(&self, decision: &Decision) -> Vec<Block> {
        let mut out = Vec::new();
        if let Some(statement) = &decision.statement {
            out.push(paragraph(isolated(statement)));
        }
        if !decision.references.is_empty() {
            out.push(paragraph(self.words.say("rti-references")));
            out.push(Block::List {
                items: decision.references.iter().map(|r| isolated(r)).collect(),
            });
        }
        let Some(answer) = self.answer else { return out };
        let words = self.words;
        out.push(heading(self.title(answer)));
        if !answer.cells.is_empty() {
            out.push(self.figures(answer));
        }
        out.push(heading(words.say("rti-method")));
        // One sentence a line; answers of earlier versions have all in one.
        let sentences: Vec<String> =
            words.label(&answer.derivation).lines().map(clean_isolates).collect();
        out.push(match <[String; 1]>::try_from(sentences) {
            Ok([one]) => paragraph(one),
            Err(items) => Block::List { items },
        });
        if !answer.cells.is_empty() {
            // A query may give differences and shares: its derivation says what their margins mean.
            out.push(paragraph(words.say(match answer.route {
                Route::Query => "rti-method-random",
                _ => "rti-method-noise",
            })));
            out.push(paragraph(words.say("rti-method-recorded")));
        }
        for release in &answer.releases {
            let values = [("release", release.id.as_str()), ("hash", &release.sha256)];
            out.push(paragraph(self.put("rti-source", values)));
        }
        out
    }

    /// What the figures are, of when, and in which unit.
    fn title(&self, answer: &Answer) -> String {
        let words = self.words;
        let title = clean(words.label(&answer.title));
        let title = if title.is_empty() { words.say("rti-figures") } else { title };
        let Asked::Figures(question) = &answer.question else { return title };
        let period = question.period.to_string();
        let period = match period.split_once("..") {
            Some((first, last)) => self.put("rti-from-to", [("first", first), ("last", last)]),
            None => isolated(&period),
        };
        let unit = words.label(&answer.unit);
        let values = [("title", title.into()), ("period", period.into()), ("unit", unit.into())];
        words.say_with("rti-figures-of", values)
    }

    fn figures(&self, answer: &Answer) -> Block {
        let words = self.words;
        let numbers = ["rti-column-estimate", "rti-column-lower", "rti-column-upper"];
        let columns = answer.columns.iter().map(|c| clean(words.label(&c.title)));
        let header = columns.chain(numbers.map(|key| words.say(key))).collect();
        let row = |cell: &crate::Cell| {
            let place = cell.place.iter().map(|p| isolated(&clean(words.label(&p.label))));
            let end = |x: Option<f64>, round: fn(f64) -> String| x.map(round).unwrap_or_default();
            let numbers = [clean(&cell.displayed), end(cell.lower, low), end(cell.upper, high)];
            place.chain(numbers).collect()
        };
        let rows = answer.cells.iter().map(row).collect();
        Block::Table { header, rows, numbers: answer.columns.len() }
    }

    fn certificate(&self) -> Vec<Block> {
        let section = self.law.certificate.as_ref().map(|c| c.value.section.as_str());
        let mut out = vec![heading(self.words.say("rti-certificate"))];
        out.push(paragraph(match section.filter(|s| !s.is_empty()) {
            Some(section) => {
                let values = [("section", section), ("act", self.act())];
                self.put("rti-certified-section", values)
            }
            None => self.words.say("rti-certified"),
        }));
        let Some(answer) = self.answer.filter(|a| !a.cells.is_empty()) else { return out };
        // It says no more than holds: not every figure is a recorded count, or has a margin.
        let figures = match () {
            () if answer.has_bare_figures() => "rti-certified-some",
            () if answer.recorded == Some(true) => "rti-certified-recorded",
            () => "rti-certified-counted",
        };
        let privacy = match self.law.privacy() {
            Some(privacy) => {
                self.put("rti-certified-privacy-section", [("section", &privacy.section)])
            }
            None => self.words.say("rti-certified-privacy"),
        };
        out.push(paragraph(format!("{} {privacy}", self.words.say(figures))));
        out
    }

    /// Internal review and the information commission, with days where the law gives them.
    fn route(&self) -> Vec<Block> {
        let clocks = &self.law.clocks;
        let mut items = Vec::new();
        if let (Some(window), Some(review)) = (&clocks.review_window, &clocks.review) {
            let last = self.day(self.calendar.last(self.date, window.value).day);
            let (days, decided) = (window.value.days.to_string(), review.value.days.to_string());
            let values = [("days", days.as_str()), ("date", &last), ("decided", &decided)];
            items.push(self.put("rti-route-review", values));
        }
        let commission = match &self.law.commission {
            Some(known) => clean(self.words.label(&known.value)),
            None => self.words.say("rti-commission"),
        };
        items.push(match &clocks.appeal_window {
            Some(window) => {
                let last = self.day(self.calendar.last(self.date, window.value).day);
                let days = window.value.days.to_string();
                let values =
                    [("commission", commission.as_str()), ("days", &days), ("date", &last)];
                self.put("rti-route-appeal", values)
            }
            None => self.put("rti-route-complaint", [("commission", &commission)]),
        });
        vec![heading(self.words.say("rti-route")), Block::List { items }]
    }

    fn not_yet(&self, what: &str, verb: &str) -> RtiError {
        RtiError::refused(
            format!("`{}` is not {what}, so that there is no such letter", self.request.reference),
            format!("first: `shumar {verb}`"),
        )
    }
}

fn paragraph(text: String) -> Block {
    Block::Paragraph { text }
}

fn heading(text: String) -> Block {
    Block::Heading { text }
}

/// The lower end of an interval as readers see it: rounded outwards.
pub(crate) fn low(value: f64) -> String {
    plain((value * 10.0).floor() / 10.0)
}

/// The upper end, rounded outwards.
pub(crate) fn high(value: f64) -> String {
    plain((value * 10.0).ceil() / 10.0)
}

fn plain(value: f64) -> String {
    let text = format!("{:.1}", value + 0.0);
    text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
}

/// A derivation was put together by us and may hold isolated stretches; nothing else may turn text.
fn clean_isolates(text: &str) -> String {
    let piece = |(text, own): (&str, bool)| {
        let (lead, tail) = (text.starts_with(' '), text.ends_with(' '));
        let inner = clean(text);
        let edged =
            format!("{}{inner}{}", if lead { " " } else { "" }, if tail { " " } else { "" });
        if own { isolated(&inner) } else { edged }
    };
    crate::clean::stretches(text).into_iter().map(piece).collect()
}
