//! The proposal as a section of `shumar.toml`, with a question at every doubt.

use std::path::Path;

use shumar_schemas::code::Match;
use shumar_schemas::config::{Read, Scope};
use shumar_schemas::{Field, Role};
use toml::Value;

use super::assign::{Choice, Plan, Why};
use super::date::Order;
use super::header::showable;
use super::sample::Sample;
use super::{Ask, Guess, Suggestion};
use crate::rows;

/// Below this, a column is asked about.
const ASKED: f64 = 0.85;
/// The part of the cells that may stay without a meaning unasked.
const LEFT_OVER: f64 = 0.02;
/// No more words of a column are asked about.
const WORDS_MAX: usize = 40;

/// Words about each reason to leave a column out.
const REASONS: [(Why, &str); 6] = [
    (Why::Identifies, "these tell who somebody is, or may"),
    (Why::Serial, "these number the rows"),
    (Why::Text, "these hold running text"),
    (Why::Twice, "these stand there twice or look like values, and can't be named safely"),
    (Why::Unclear, "? these seem to feed a field, but too few cells are understood; see below"),
    (Why::Unknown, "? nothing is known of these; is one of them needed?"),
];

pub(super) fn suggestion(
    file: &Path,
    ask: &Ask<'_>,
    sample: &Sample,
    plan: &Plan<'_>,
) -> Suggestion {
    let mut page = Page { sample, plan, ask, text: String::new() };
    page.head(file);
    page.drops();
    page.fields();
    let columns = page.guesses();
    Suggestion { kind: plan.kind.name.clone(), toml: page.text, columns }
}

struct Page<'a> {
    sample: &'a Sample,
    plan: &'a Plan<'a>,
    ask: &'a Ask<'a>,
    text: String,
}

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    Value::String(text.to_owned()).to_string()
}

fn list<'a>(texts: impl IntoIterator<Item = &'a String>) -> String {
    let texts: Vec<String> = texts.into_iter().map(|t| quoted(t)).collect();
    format!("[{}]", texts.join(", "))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 100")]
fn percent(part: f64) -> u8 {
    (part * 100.0).round().clamp(0.0, 100.0) as u8
}

impl Page<'_> {
    fn line(&mut self, words: &str) {
        self.text.push_str(words);
        self.text.push('\n');
    }

    fn header(&self, column: usize) -> &str {
        &self.sample.columns[column].header
    }

    fn head(&mut self, file: &Path) {
        let (plan, sample) = (self.plan, self.sample);
        self.line(&format!(
            "# Proposed from the header and {} rows. Answer the lines that begin with \"# ?\", then put\n# this into shumar.toml and try `shumar check FILE`.",
            sample.rows.len()
        ));
        for doubt in &sample.doubts {
            self.line(&format!("# ? {doubt}"));
        }
        for place in &sample.headless {
            self.line(&format!(
                "# ? {place} holds values but has no header: the file is refused until it has one"
            ));
        }
        self.line("\n[[providers]]");
        match self.ask.id {
            Some(id) => self.line(&format!("id = {}", quoted(id))),
            None => self.line("id = \"office\"   # ? the office's name for its folder in inbox/"),
        }
        self.line("# name = { en = \"\", ur = \"\" }");
        let rival = plan.rival.map(|r| format!("   # ? or {}: it fits about as well", quoted(r)));
        self.line(&format!("kind = {}{}", quoted(&plan.kind.name), rival.unwrap_or_default()));
        match (plan.person, plan.unsafe_person) {
            (Some(column), _) => {
                self.line(&format!("person = {}", quoted(self.header(column))));
                self.line("# ? person_scope = \"commission\"   if all offices make tokens with the commission's key");
            }
            (None, Some(_)) => self.line("# ? no person: the column for it seems to hold identity or telephone numbers; ask the\n#   office for tokens instead (`shumar pseudonymise`)"),
            (None, None) => self.line("# ? no column holds a person token: each record then counts as a person of its own"),
        }
        match (plan.key, plan.doubtful_key) {
            (Some(column), _) => {
                let key = quoted(self.header(column));
                self.line(&format!("record_key = [{key}]"));
                self.line(&format!(
                    "# ? tokens = [{key}]   if `shumar check` takes these register numbers for identifiers"
                ));
            }
            (None, Some(column)) => self.line(&format!(
                "# ? record_key = [{}]   its numbers repeat on different records; add the column that tells them apart",
                quoted(self.header(column))
            )),
            (None, None) => self.line("# ? no column holds a record number: each row then is a record of its own"),
        }
        self.reading(file);
        let nulls: Vec<&String> = sample.nulls.iter().filter(|w| !self.is_code(w)).collect();
        if !nulls.is_empty() {
            self.line(&format!("null_words = {}", list(nulls)));
        }
    }

    /// Whether a word for nothing is a code of a mapped field.
    fn is_code(&self, word: &str) -> bool {
        let lists =
            self.plan.fields.iter().filter(|c| c.stands).filter_map(|c| c.field.codes.as_ref());
        let mut lists = lists.filter_map(|l| self.ask.catalog.list(l, "a field").ok());
        lists.any(|list| list.find(word) != Match::None)
    }

    /// Sheet, header row, delimiter and encoding, where they are not found by themselves.
    fn reading(&mut self, file: &Path) {
        let reading = &self.sample.reading;
        let mut lines = Vec::new();
        lines.extend(reading.sheet.as_ref().map(|s| format!("sheet = {}", quoted(s))));
        lines.extend(reading.delimiter.map(|d| format!("delimiter = {}", quoted(&d.to_string()))));
        lines.extend(reading.encoding.as_ref().map(|e| format!("encoding = {}", quoted(e))));
        // With the mapping's columns known, the header may be found without its row.
        let mut known = reading.clone();
        known.header_row = None;
        known.drop = self.sample.columns.iter().map(|c| c.header.clone()).collect();
        let found = rows::open(file, &known, self.ask.scratch);
        let same = |header: &[String]| header.iter().filter(|h| !h.is_empty()).eq(&known.drop);
        if let (Some(row), false) = (reading.header_row, found.is_ok_and(|r| same(&r.header))) {
            lines.push(format!("header_row = {row}"));
        }
        for line in lines {
            self.line(&line);
        }
    }

    fn drops(&mut self) {
        if self.plan.drops.is_empty() {
            return;
        }
        self.line("drop = [");
        for (why, words) in REASONS {
            let columns = self.plan.drops.iter().filter(|(_, w)| **w == why);
            let columns: Vec<usize> = columns.map(|(i, _)| *i).collect();
            if columns.is_empty() {
                continue;
            }
            self.line(&format!("  # {words}"));
            for i in columns {
                let column = &self.sample.columns[i];
                let line = if showable(&column.header) {
                    format!("  {},", quoted(&column.header))
                } else {
                    format!(
                        "  # ? {} has a header that looks like a value: is the first row a record?",
                        column.place
                    )
                };
                self.line(&line);
            }
        }
        self.line("]");
    }

    fn fields(&mut self) {
        self.line("\n[providers.fields]");
        let (plan, mut later) = (self.plan, Vec::new());
        for choice in &plan.fields {
            if choice.stands && choice.fit.sure.is_empty() && choice.fit.doubtful.is_empty() {
                let source = self.source(choice);
                self.line(&format!(
                    "{} = {source}   # {} %",
                    choice.field.name,
                    percent(choice.confidence)
                ));
                self.ask_of(choice);
            } else {
                later.push(choice);
            }
        }
        for field in plan.missing() {
            match self.only_area(field) {
                Some(code) => self.line(&format!("{} = {{ value = {} }}", field.name, quoted(&code))),
                None => self.line(&format!(
                    "# ? {} is required and no column feeds it: {} = \"COLUMN\", or {{ value = \"…\" }} for all rows",
                    field.name, field.name
                )),
            }
        }
        for choice in later {
            self.detailed(choice);
        }
    }

    /// The area of all records, when the commission counts only one.
    fn only_area(&self, field: &Field) -> Option<String> {
        let name = field.codes.as_ref().filter(|_| field.role == Role::Area)?;
        let list = self.ask.catalog.list(name, "a field").ok()?;
        match Scope::positions(self.ask.scope, list).ok()?.as_slice() {
            [one] => Some(list.codes()[*one].code.clone()),
            _ => None,
        }
    }

    /// What follows the column in a field's source.
    fn details(choice: &Choice<'_>) -> Vec<String> {
        let fit = &choice.fit;
        let mut details = Vec::new();
        if !fit.dates.formats.is_empty() {
            details.push(format!("date_formats = {}", list(&fit.dates.formats)));
        }
        match fit.read {
            Read::Value => {}
            Read::Age => details.push("read = \"age\"".to_owned()),
            Read::BirthDate => details.push("read = \"birth-date\"".to_owned()),
        }
        details
    }

    fn source(&self, choice: &Choice<'_>) -> String {
        let column = quoted(self.header(choice.column));
        let details = Self::details(choice);
        if details.is_empty() {
            column
        } else {
            format!("{{ column = {column}, {} }}", details.join(", "))
        }
    }

    /// A field with translations, in a table of its own. What does not stand is commented out.
    fn detailed(&mut self, choice: &Choice<'_>) {
        let off = if choice.stands { "" } else { "# " };
        let name = &choice.field.name;
        self.line(&format!(
            "\n{off}[providers.fields.{name}]   # {} %",
            percent(choice.confidence)
        ));
        self.line(&format!("{off}column = {}", quoted(self.header(choice.column))));
        for detail in Self::details(choice) {
            self.line(&format!("{off}{detail}"));
        }
        self.ask_of(choice);
        let fit = &choice.fit;
        if fit.sure.is_empty() && fit.doubtful.is_empty() {
            return;
        }
        self.line(&format!("{off}[providers.fields.{name}.codes]"));
        for (word, code) in &fit.sure {
            self.line(&format!("{off}{} = {}", quoted(word), quoted(code)));
        }
        for (word, code) in fit.doubtful.iter().take(WORDS_MAX) {
            let code = code.as_deref().unwrap_or_default();
            self.line(&format!("# ? {} = {}", quoted(word), quoted(code)));
        }
    }

    fn ask_of(&mut self, choice: &Choice<'_>) {
        if let Some(question) = question(choice) {
            self.line(&format!("# ? {question}"));
        }
    }

    fn guesses(&self) -> Vec<Guess> {
        let guess = |i: usize| {
            let column = &self.sample.columns[i];
            let shown = showable(&column.header);
            let header = if shown { column.header.clone() } else { String::new() };
            let (field, confidence, question) = self.use_of(i);
            Guess { place: column.place.clone(), header, field, confidence, question }
        };
        (0..self.sample.columns.len()).map(guess).collect()
    }

    fn use_of(&self, i: usize) -> (String, u8, Option<String>) {
        let choice = self.plan.fields.iter().find(|c| c.column == i);
        if let Some(choice) = choice.filter(|c| c.stands) {
            return (choice.field.name.clone(), percent(choice.confidence), question(choice));
        }
        if self.plan.person == Some(i) {
            return ("person".to_owned(), 90, None);
        }
        if self.plan.key == Some(i) {
            return ("record_key".to_owned(), 90, None);
        }
        let asked = match self.plan.drops.get(&i) {
            Some(Why::Unknown) => Some("nothing is known of this column; is it needed?".to_owned()),
            Some(Why::Unclear) => choice.and_then(question),
            _ => None,
        };
        ("drop".to_owned(), if asked.is_some() { 50 } else { 90 }, asked)
    }
}

/// What has to be answered about a field's column.
fn question(choice: &Choice<'_>) -> Option<String> {
    let (fit, left) = (&choice.fit, 1.0 - choice.fit.share);
    let mut questions = Vec::new();
    if !choice.by_header {
        questions.push("only the cells speak for this column: is it the right one?".to_owned());
    }
    match fit.dates.order {
        Order::Sure => {}
        Order::Unsettled => questions.push("day first or month first? no date tells".to_owned()),
        Order::Mixed => questions.push(
            "some dates fit only day first, others only month first: ask the office".to_owned(),
        ),
    }
    if left > LEFT_OVER {
        questions.push(format!("{} % of the cells are not understood", percent(left).max(1)));
    }
    if questions.is_empty() && choice.confidence < ASKED {
        questions.push("is this the right column?".to_owned());
    }
    (!questions.is_empty()).then(|| questions.join("; "))
}
