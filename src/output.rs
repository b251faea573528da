//! Printing: standard output is data, standard error is progress and remarks.

use std::borrow::Cow;
use std::io::{IsTerminal, Write};
use std::sync::OnceLock;
use std::time::Duration;

use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, ContentArrangement, Table, TableComponent};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::Value;

use crate::cli::Format;
use crate::failure::Failure;

/// What a verb has to say: the same facts as text, as JSON and as one table.
pub(crate) struct Output {
    /// For people.
    pub(crate) text: String,
    /// For machines.
    pub(crate) json: Value,
    /// The main table, for CSV.
    pub(crate) rows: Rows,
    /// The exit code.
    pub(crate) code: u8,
}

/// A table of texts with its header.
#[derive(Default, Clone)]
pub(crate) struct Rows {
    pub(crate) header: Vec<String>,
    pub(crate) rows: Vec<Vec<String>>,
}

impl Rows {
    pub(crate) fn new(header: &[impl AsRef<str>]) -> Self {
        let header = header.iter().map(|h| h.as_ref().to_owned()).collect();
        Self { header, rows: Vec::new() }
    }

    pub(crate) fn push(&mut self, row: impl IntoIterator<Item = String>) {
        self.rows.push(row.into_iter().collect());
    }

    /// The table for a terminal; numbers stand to the right.
    pub(crate) fn text(&self) -> String {
        let mut table = Table::new();
        table.load_preset(NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
        table.set_style(TableComponent::HeaderLines, '─');
        table.set_header(&self.header);
        for row in &self.rows {
            table.add_row(row);
        }
        for i in 0..self.header.len() {
            let numeric = |r: &Vec<String>| {
                r.get(i).is_some_and(|c| {
                    c.starts_with(|c: char| c.is_ascii_digit() || "±-۰۱۲۳۴۵۶۷۸۹".contains(c))
                })
            };
            if !self.rows.is_empty()
                && self.rows.iter().all(numeric)
                && let Some(column) = table.column_mut(i)
            {
                column.set_cell_alignment(CellAlignment::Right);
            }
        }
        table.to_string()
    }
}

impl Output {
    /// Nothing more to say: everything was printed before.
    pub(crate) fn done() -> Self {
        Self { text: String::new(), json: Value::Null, rows: Rows::default(), code: 0 }
    }

    /// Prints in the chosen format. A reader that has gone away is no failure.
    pub(crate) fn print(self, format: Format) -> Result<u8, Failure> {
        if self.json.is_null() {
            return Ok(self.code);
        }
        let text = match format {
            Format::Table => harmless(&self.text).into_owned(),
            Format::Json => serde_json::to_string_pretty(&self.json)
                .map_err(|e| Failure::broken(e.to_string()))?,
            Format::Csv => csv(&self.rows)?,
        };
        match writeln!(std::io::stdout().lock(), "{}", text.trim_end()) {
            Err(e) if e.kind() != std::io::ErrorKind::BrokenPipe => {
                Err(Failure::broken(e.to_string()))
            }
            _ => Ok(self.code),
        }
    }
}

/// Text as a terminal may have it: the name of a file may hold signs that would write over the
/// screen, or turn the text around.
pub(crate) fn harmless(text: &str) -> Cow<'_, str> {
    let harms = |c: char| {
        c.is_control() && !['\n', '\t'].contains(&c) || ('\u{202a}'..='\u{202e}').contains(&c)
    };
    if text.contains(harms) {
        Cow::Owned(text.replace(harms, "\u{fffd}"))
    } else {
        Cow::Borrowed(text)
    }
}

fn csv(rows: &Rows) -> Result<String, Failure> {
    let mut out = csv::Writer::from_writer(Vec::new());
    let broken = |e: csv::Error| Failure::broken(e.to_string());
    out.write_record(&rows.header).map_err(broken)?;
    for row in &rows.rows {
        out.write_record(row).map_err(broken)?;
    }
    let bytes = out.into_inner().map_err(|e| Failure::broken(e.to_string()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// The progress of this process, if it is shown.
static SHOWN: OnceLock<ProgressBar> = OnceLock::new();

/// Asks something on the terminal, where progress would write over the question.
pub(crate) fn quietly<T>(ask: impl FnOnce() -> T) -> T {
    match SHOWN.get() {
        Some(bar) => bar.suspend(ask),
        None => ask(),
    }
}

/// Progress on a terminal; silence elsewhere. It counts files, rows and tables, never persons.
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    quiet: bool,
}

impl Progress {
    pub(crate) fn new(quiet: bool) -> Self {
        let bar = (!quiet && std::io::stderr().is_terminal()).then(|| {
            let bar = ProgressBar::new_spinner();
            bar.enable_steady_tick(Duration::from_millis(120));
            if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} ({elapsed})") {
                bar.set_style(style);
            }
            bar
        });
        if let Some(bar) = &bar {
            let _ = SHOWN.set(bar.clone());
        }
        Self { bar, quiet }
    }

    /// What is being done now.
    pub(crate) fn now(&self, what: impl Into<String>) {
        if let Some(bar) = &self.bar {
            bar.set_message(what.into());
        }
    }

    /// Says from now on when this process waits for another one.
    pub(crate) fn listen(&self) {
        let (bar, quiet) = (self.bar.clone(), self.quiet);
        shumar_lock::listen(move |words| match &bar {
            Some(bar) => bar.suspend(|| crate::say(words)),
            None if !quiet => crate::say(words),
            None => {}
        });
    }

    /// A remark that stays on the screen.
    pub(crate) fn remark(&self, words: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| crate::say(words)),
            None if !self.quiet => crate::say(words),
            None => {}
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
