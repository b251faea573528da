//! The account of a file as one page in both languages: no script, nothing from elsewhere, and
//! readable on a phone and on paper. All text passes through maud, which escapes it.

use std::path::Path;

use maud::{DOCTYPE, Markup, PreEscaped, html};
use shumar_schemas::RecordKind;

use super::{Account, Outcome, Reject, tally};
use crate::words::{Language, Words};
use crate::{IngestError, durable};

/// The rejected rows that the page shows; the table has all of them.
const SHOWN: usize = 1_000;
/// How the page looks.
const STYLE: &str = include_str!("style.css");
/// What the page may load: nothing but its own style.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; \
                      form-action 'none'";

/// Writes the page.
pub(crate) fn write(path: &Path, account: &Account<'_>) -> Result<(), IngestError> {
    let kind = account.kind()?;
    let words = Language::ALL.map(Words::new);
    let titles: Vec<String> = words.iter().map(|w| w.say("report-title")).collect();
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content=(POLICY);
                meta name="referrer" content="no-referrer";
                meta name="color-scheme" content="light dark";
                title { (titles.join(" · ")) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                @for words in &words { (Section { words, account, kind }.whole()) }
            }
        }
    };
    durable::write(path, (page.into_string() + "\n").as_bytes())
}

/// The account in one language.
struct Section<'a> {
    words: &'a Words,
    account: &'a Account<'a>,
    kind: &'a RecordKind,
}

impl Section<'_> {
    fn whole(&self) -> Markup {
        let language = self.words.language();
        let rejects = self.account.rejects();
        html! {
            main #(language.tag()) lang=(language.tag()) dir=(language.direction()) {
                @for other in Language::ALL.iter().filter(|l| **l != language) {
                    p.other {
                        a href={ "#" (other.tag()) } lang=(other.tag()) dir=(other.direction()) {
                            (self.say("report-other"))
                        }
                    }
                }
                h1 { (self.say("report-title")) }
                p.state { (self.state()) }
                (self.facts())
                (self.sum())
                (self.refusal())
                (self.notes())
                @if !rejects.is_empty() { (self.rules()) }
                (self.next())
                @if !rejects.is_empty() { (self.rows(rejects)) }
            }
        }
    }

    fn say(&self, key: &str) -> Markup {
        prose(&self.words.say(key))
    }

    fn state(&self) -> Markup {
        let (key, rejected) = match self.account.outcome {
            Outcome::Refused(_) => ("state-refused", 0),
            Outcome::Read(batch) if batch.id == 0 => ("state-checked", batch.rejected),
            Outcome::Read(batch) if batch.rejected == 0 => ("state-whole", 0),
            Outcome::Read(batch) => ("state-landed", batch.rejected),
        };
        prose(&self.words.say_with(key, [("rejected", rejected.into())]))
    }

    fn facts(&self) -> Markup {
        let office = self.account.office;
        let mut facts = vec![
            ("fact-provider", self.words.label(&self.account.provider.name).to_owned()),
            ("fact-kind", self.words.label(&self.kind.title).to_owned()),
        ];
        if let Some(name) = &self.account.name {
            facts.push(("fact-file", name.clone()));
        }
        if let Outcome::Read(batch) = self.account.outcome
            && batch.id != 0
        {
            facts.push(("fact-batch", batch.id.to_string()));
        }
        facts.push(("fact-made", office.now.format("%Y-%m-%d").to_string()));
        if self.account.name.is_none() && !self.account.sha256.is_empty() {
            facts.push(("fact-sha256", self.account.sha256.clone()));
        }
        html! {
            dl.facts {
                @for (name, value) in facts { div { dt { (self.say(name)) } dd { bdi { (value) } } } }
            }
            p.private { (self.say("report-private")) }
        }
    }

    /// Rows = accepted + folded + rejected.
    fn sum(&self) -> Markup {
        let numbers = match self.account.outcome {
            Outcome::Read(b) => [b.rows, b.accepted, b.folded, b.rejected],
            Outcome::Refused(IngestError::NothingAccepted { rows, .. }) => [*rows, 0, 0, *rows],
            Outcome::Refused(_) => return html! {},
        };
        let parts = [
            ("all", "account-rows", None),
            ("is", "account-accepted", Some("account-accepted-more")),
            ("and", "account-folded", Some("account-folded-more")),
            ("and", "account-rejected", Some("account-rejected-more")),
        ];
        html! {
            h2 { (self.say("account-title")) }
            dl.sum {
                @for ((place, name, more), n) in parts.into_iter().zip(numbers) {
                    div class=(place) {
                        dt {
                            (self.say(name))
                            @if let Some(more) = more { small { (self.say(more)) } }
                        }
                        dd { (self.words.number(n)) }
                    }
                }
            }
        }
    }

    fn refusal(&self) -> Markup {
        let Outcome::Refused(why) = self.account.outcome else { return html! {} };
        // The rules below say more than the particulars of a file without an accepted row.
        let particulars = self.words.particulars(why).filter(|_| why.rejects().is_empty());
        html! {
            h2 { (self.say("refusal-title")) }
            p { (prose(&self.words.refusal_meaning(why))) }
            @if let Some(told) = particulars {
                p { (prose(&self.words.particulars_title(&told))) }
                ul.particulars lang=(told.language.tag()) dir=(told.language.direction()) {
                    @for line in told.lines.iter().filter(|l| !l.is_empty()) {
                        li { (prose(line)) }
                    }
                }
            }
            p { b { (self.say("column-do")) ": " } (prose(&self.words.refusal_advice(why))) }
        }
    }

    fn notes(&self) -> Markup {
        let Outcome::Read(batch) = self.account.outcome else { return html! {} };
        let keyless = self.account.provider.record_key.is_empty();
        html! {
            @if keyless || !batch.notes.is_empty() {
                h2 { (self.say("notes-title")) }
                ul {
                    @for note in &batch.notes { li { bdi { (prose(&self.words.note(note))) } } }
                    @if keyless { li { (self.say("note-no-record-key")) } }
                }
            }
        }
    }

    /// The rules that rejected rows, those of most rows first.
    fn rules(&self) -> Markup {
        let tally = tally(self.account.rejects());
        let mut rules: Vec<_> = tally.into_iter().collect();
        rules.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
        html! {
            h2 { (self.say("rules-title")) }
            // On a phone its rows become blocks; the roles keep it a table to those who listen.
            table.rules role="table" {
                thead role="rowgroup" {
                    tr role="row" {
                        @for key in ["column-rows", "column-field", "column-means", "column-do"] {
                            th scope="col" role="columnheader" { (self.say(key)) }
                        }
                    }
                }
                tbody role="rowgroup" {
                    @for ((field, rule), n) in rules {
                        tr role="row" {
                            td.n role="cell" { (self.words.number(n)) }
                            th scope="row" role="rowheader" {
                                bdi { (self.words.field(self.kind, &field)) }
                            }
                            td role="cell" {
                                (prose(&self.words.meaning(rule))) " " bdi.id { (rule.id()) }
                            }
                            td role="cell" { (prose(&self.words.advice(rule))) }
                        }
                    }
                }
            }
        }
    }

    fn rows(&self, rejects: &[Reject]) -> Markup {
        let sheets = rejects.iter().any(|r| r.sheet != 0);
        let (all, shown) = (rejects.len(), rejects.len().min(SHOWN));
        html! {
            h2 { (self.say("rows-title")) }
            p { (self.say("rows-lead")) }
            @if shown < all {
                p { b {
                    @let counts = [("shown", shown.into()), ("all", all.into())];
                    (prose(&self.words.say_with("rows-first", counts)))
                } }
            }
            table.rows {
                thead {
                    tr {
                        @if sheets { th.n scope="col" { (self.say("column-sheet")) } }
                        th.n scope="col" { (self.say("column-row")) }
                        th scope="col" { (self.say("column-field")) }
                        th scope="col" { (self.say("column-means")) }
                    }
                }
                tbody {
                    @for reject in rejects.iter().take(SHOWN) {
                        tr {
                            @if sheets { td.n { (reject.sheet) } }
                            th.n scope="row" { (reject.row) }
                            td { bdi { (self.words.field(self.kind, &reject.field)) } }
                            td { (prose(&self.words.meaning(reject.rule))) }
                        }
                    }
                }
            }
        }
    }

    fn next(&self) -> Markup {
        let keyless = self.account.provider.record_key.is_empty();
        let rejected = !self.account.rejects().is_empty();
        let first = match self.account.outcome {
            Outcome::Refused(_) => Some("next-refused"),
            Outcome::Read(_) if !rejected => None,
            Outcome::Read(batch) if batch.id == 0 => Some("next-checked"),
            Outcome::Read(_) if keyless => Some("next-corrected-alone"),
            Outcome::Read(_) => Some("next-corrected-key"),
        };
        html! {
            @if let Some(first) = first {
                h2 { (self.say("next-title")) }
                ol.next {
                    li { (self.say(first)) }
                    @if rejected { li { (self.say("next-table")) } }
                    li { (self.say("next-ask")) }
                }
            }
        }
    }
}

/// A message: what stands between backticks is code, and keeps its own direction.
fn prose(text: &str) -> Markup {
    html! {
        @for (i, part) in text.split('`').enumerate() {
            @if i % 2 == 1 { bdi { code { (part) } } } @else { (part) }
        }
    }
}
