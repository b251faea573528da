//! What an input is tried on, and what must hold of it.

use std::cell::Cell;
use std::path::Path;

use shumar_ingest::pseudonymise::{OfficeKey, OfficeMapping, pseudonymise};
use shumar_ingest::{Arrival, Ask, IngestError, Language, Reject, Rule, Sent, Words};
use shumar_schemas::{
    Catalog, CodeList, Config, Identifiers, Override, Provider, RecordKind, SchemaError, Statistic,
};

use crate::support::{FIELDS, HEAD, HEADER, Home};

/// The ways in that are tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    Text,
    Workbook,
    Json,
    Parquet,
    Packed,
    Mapping,
    Gate,
}

/// What the readers may be told about a file. The last byte of an input chooses.
const SETTINGS: &[&str] = &[
    "",
    "header_row = 2\nsheets = [\"*\"]\n",
    "delimiter = \";\"\nsheet = \"Sheet1\"\n",
    "encoding = \"windows-1256\"\ndate_formats = [\"excel\", \"%d %B %Y\"]\n",
    "encoding = \"utf-16le\"\nheader_row = 40\n",
    "delimiter = \"\\t\"\nencoding = \"shift_jis\"\nidentifier_share = 1.0\n",
    "delimiter = \"\\\"\"\nheader_row = 1\n",
    "delimiter = \"\\n\"\nidentifier_share = 0.0\n",
];
/// Beside the fields of every home: each way in which a cell can be read.
const MORE: &str = r#"
fir_month = { column = "FIR", date_formats = ["excel", "%m/%d/%y %I:%M %p", "%B %Y"] }
victim_age_band = { column = "Born", read = "birth-date" }
dna_sent = "DNA"
arrest = { value = "unknown" }
channel = { column = "Channel", null_words = ["-"] }
"#;
/// Planted in the seeds' cells. No message may hold a part of it.
const CANARIES: [&str; 3] = ["Zarmina", "Khatoon", "01-1234567"];
/// What must be found wherever it stands.
const NUMBER: &str = "17301-1234567-1";
const OFFICE: &str = r#"
format = "shumar.pseudonymise/1"
drop = ["No"]
keep = ["Offence", "Days"]
months = ["Date"]
keys = ["District"]
[[tokens]]
columns = ["Token"]
normalise = "identity-number"
digits = 13
as = "Token"
"#;

/// What has to be there to try inputs.
pub(crate) struct Bench {
    home: Home,
    office: OfficeMapping,
    office_key: OfficeKey,
    /// How many inputs were taken in, at least in part.
    pub(crate) taken: Cell<u64>,
}

impl Bench {
    pub(crate) fn new() -> Self {
        let (top, provider) = HEAD.split_once("[[providers]]").expect("a provider");
        let mut config = top.to_owned();
        for (i, settings) in SETTINGS.iter().enumerate() {
            let provider = provider.replace("\"cell\"", &format!("\"cell{i}\""));
            let more = if i % 4 == 3 { MORE } else { "" };
            config += &format!("[[providers]]{provider}{settings}{FIELDS}{more}");
        }
        let home = Home::with(&config);
        let office = OfficeMapping::parse("office.toml", OFFICE).expect("a mapping");
        let office_key = OfficeKey::create(&home.dir.path().join("office")).expect("a key");
        Self { home, office, office_key, taken: Cell::new(0) }
    }

    /// How many ways there are to read an input.
    pub(crate) fn ways(target: Target) -> usize {
        if matches!(target, Target::Mapping | Target::Gate) { 1 } else { SETTINGS.len() }
    }

    /// Tries an input in the way that its last byte chooses.
    pub(crate) fn input(&self, target: Target, bytes: &[u8]) -> Result<(), String> {
        let way = bytes.last().map_or(0, |b| usize::from(*b));
        // What takes long is done with some inputs only.
        self.try_in(target, bytes, way, bytes.len().is_multiple_of(8))
    }

    /// Tries a seed in one of the ways.
    pub(crate) fn seed(&self, target: Target, bytes: &[u8], way: usize) -> Result<(), String> {
        self.try_in(target, bytes, way, way == 0)
    }

    fn try_in(&self, target: Target, bytes: &[u8], way: usize, all: bool) -> Result<(), String> {
        let provider = &self.home.config.providers[way % SETTINGS.len()];
        match target {
            Target::Mapping => self.mapping(bytes, all).or_else(|what| {
                // A mapping's own words may be told.
                let text = String::from_utf8_lossy(bytes);
                if CANARIES.iter().any(|canary| text.contains(canary)) { Ok(()) } else { Err(what) }
            }),
            Target::Gate => self.gate(bytes),
            _ => self.file(name(target, bytes), bytes, provider, all),
        }
    }

    fn file(&self, name: &str, bytes: &[u8], provider: &Provider, all: bool) -> Result<(), String> {
        let (folder, home) = (self.home.dir.path(), &self.home);
        let file = folder.join(name);
        std::fs::write(&file, bytes).map_err(|e| e.to_string())?;
        if let Err(why) = shumar_ingest::headers(folder, &file, provider) {
            refusal("headers", &why)?;
        }
        match self.check(&file, provider) {
            Ok(Arrival::Landed(batch)) => {
                self.taken.set(self.taken.get() + 1);
                quiet("check", &format!("{:?} {:?}", batch.tally, batch.notes))?;
                if batch.rows != batch.accepted + batch.folded + batch.rejected
                    || batch.rejected != batch.rejects.len() as u64
                {
                    return Err("check: rows are not accounted for".to_owned());
                }
            }
            Ok(Arrival::Already(_)) => return Err("check: known before it came".to_owned()),
            Err(why) => refusal("check", &why)?,
        }
        if !all {
            return Ok(());
        }
        let ask = Ask {
            catalog: &home.catalog,
            scope: home.config.scope.as_ref(),
            kind: None,
            id: None,
            scratch: folder,
            today: "2026-11-21".parse().expect("a day"),
        };
        if let Err(why) = shumar_ingest::suggest(&file, &ask) {
            refusal("suggest", &why)?;
        }
        let out = folder.join("out.csv");
        let done = pseudonymise(&file, &self.office, &self.office_key, &out, &mut |_| {});
        _ = std::fs::remove_file(&out);
        match done {
            Ok(account) if account.rows != account.written + account.dropped => {
                Err("pseudonymise: rows are not accounted for".to_owned())
            }
            Ok(_) => Ok(()),
            Err(why) => refusal("pseudonymise", &why),
        }
    }

    fn check(&self, file: &Path, provider: &Provider) -> Result<Arrival, IngestError> {
        let (key, home) = (self.home.key(), &self.home);
        let sent = Sent { provider, file, replaces: None, covers: &[] };
        shumar_ingest::check(&home.office(&key), &home.register, sent, &mut |_| {})
    }

    /// Any text as each file of a home that is written by hand.
    fn mapping(&self, bytes: &[u8], all: bool) -> Result<(), String> {
        let text = String::from_utf8_lossy(bytes);
        if text.trim_start().starts_with('{') {
            if let Ok(kind) = RecordKind::parse("records/a.json", &text) {
                self.taken.set(self.taken.get() + 1);
                _ = Self::catalog(&format!("records/{}.json", kind.name), &text);
            }
        } else if text.contains('=') {
            if let Ok(config) = Config::parse(&text, &self.home.catalog) {
                self.with_config(&config)?;
            }
            if all && let Ok(catalog) = Self::catalog("mappings/fuzzed.toml", &text) {
                let section = "[[providers]]\nid = \"a\"\nmapping = \"fuzzed\"\n";
                let (top, _) = HEAD.split_once("[[providers]]").expect("a provider");
                if let Ok(config) = Config::parse(&format!("{top}{section}"), &catalog) {
                    self.with_config(&config)?;
                }
            }
            _ = Identifiers::parse([("identifiers/a.toml", &*text)]);
            _ = Statistic::parse("statistics/a.toml", &text);
            if let Ok(office) = OfficeMapping::parse("office.toml", &text) {
                self.taken.set(self.taken.get() + 1);
                let file = self.sample()?;
                let out = self.home.dir.path().join("out.csv");
                let done = pseudonymise(&file, &office, &self.office_key, &out, &mut |_| {});
                _ = std::fs::remove_file(&out);
                done.map_or_else(|why| refusal("pseudonymise", &why), |_| Ok(()))?;
            }
        } else if CodeList::parse("a", &text).is_ok() {
            self.taken.set(self.taken.get() + 1);
            _ = Self::catalog("codes/a.csv", &text);
        } else if all {
            _ = Self::catalog("codes/district.aliases.csv", &text);
            _ = Self::catalog("codes/district.ambiguous.csv", &text);
        }
        Ok(())
    }

    fn catalog(path: &str, text: &str) -> Result<Catalog, SchemaError> {
        Catalog::new(&[Override { path: path.to_owned(), text: text.to_owned() }])
    }

    /// A file that a mapping may fit.
    fn sample(&self) -> Result<std::path::PathBuf, String> {
        let file = self.home.dir.path().join("sample.csv");
        let rows = "1,t1,05/03/2025,Swat,rape,1\n2,,2025-13-01,,Sec 376,-5\n";
        std::fs::write(&file, format!("{HEADER}{rows}")).map_err(|e| e.to_string())?;
        Ok(file)
    }

    /// A configuration that was accepted must be fit to read with.
    fn with_config(&self, config: &Config) -> Result<(), String> {
        let (file, key) = (self.sample()?, self.home.key());
        let mut office = self.home.office(&key);
        office.config = config;
        for provider in config.providers.iter().take(8) {
            let sent = Sent { provider, file: &file, replaces: None, covers: &[] };
            match shumar_ingest::check(&office, &self.home.register, sent, &mut |_| {}) {
                Ok(_) => self.taken.set(self.taken.get() + 1),
                Err(why) => refusal("check", &why)?,
            }
        }
        Ok(())
    }

    /// Any text in a cell: the same is said of it each time, and an identity number beside it is
    /// always seen.
    fn gate(&self, bytes: &[u8]) -> Result<(), String> {
        let text = String::from_utf8_lossy(bytes);
        let text: String = text.chars().take(100).collect();
        let with: Vec<String> = [
            format!("{text} {NUMBER}"),
            format!("{NUMBER} {text}"),
            format!("{text}\n{}", "۱۷۳۰۱-۱۲۳۴۵۶۷-۱"),
        ]
        .into();
        let mut lines = String::new();
        // A cell of codes, and a token: the fields that hold free words in a bad file.
        for (i, cell) in [&text].into_iter().chain(&with).enumerate() {
            let cell = quoted(cell);
            lines += &format!(
                "{{\"No\":\"{i}\",\"Token\":\"x\",\"Date\":\"05/03/2025\",\"District\":\"Swat\",\
                 \"Offence\":{cell},\"Days\":\"1\"}}\n{{\"No\":\"k{i}\",\"Token\":{cell},\"Date\":\
                 \"05/03/2025\",\"District\":\"Swat\",\"Offence\":\"rape\",\"Days\":\"1\"}}\n"
            );
        }
        let file = self.home.dir.path().join("gate.jsonl");
        std::fs::write(&file, lines).map_err(|e| e.to_string())?;
        let rejects = || match self.check(&file, &self.home.config.providers[0]) {
            Ok(Arrival::Landed(batch)) => Ok(batch.rejects),
            Ok(Arrival::Already(_)) => Err("check: known before it came".to_owned()),
            Err(why) => refusal("check", &why).map(|()| why.rejects().to_vec()),
        };
        let first: Vec<Reject> = rejects()?;
        if first != rejects()? {
            return Err("gate: it says another thing the second time".to_owned());
        }
        for row in 3..=8 {
            // Very long tokens are refused before anybody looks at them.
            let seen = |r: &Reject| r.rule.is_identifying() || r.rule == Rule::TextInvalid;
            if !first.iter().any(|r| r.row == row && seen(r)) {
                return Err(format!(
                    "gate: the identity number in row {row} is not seen: {first:?}"
                ));
            }
        }
        Ok(())
    }
}

/// A text as JSON writes it.
fn quoted(text: &str) -> String {
    let mut quoted = "\"".to_owned();
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c < ' ' => quoted += &format!("\\u{:04x}", u32::from(c)),
            c => quoted.push(c),
        }
    }
    quoted + "\""
}

/// The name under which an input comes, by what it looks like.
fn name(target: Target, bytes: &[u8]) -> &'static str {
    let holds = |word: &[u8]| memchr::memmem::find(bytes, word).is_some();
    match target {
        Target::Text => "a.csv",
        Target::Json if bytes.trim_ascii_start().starts_with(b"[") => "a.json",
        Target::Json if holds(b"[{") || holds(b"[ {") => "a.json",
        Target::Json => "a.jsonl",
        Target::Parquet => "a.parquet",
        Target::Packed if bytes.starts_with(b"PK") => "a.zip",
        Target::Packed if holds(b"{\"") => "a.jsonl.gz",
        Target::Packed => "a.csv.gz",
        _ if bytes.starts_with(b"\xd0\xcf") => "a.xls",
        _ if holds(b"content.xml") => "a.ods",
        _ if holds(b"workbook.bin") => "a.xlsb",
        _ => "a.xlsx",
    }
}

/// What a file is refused with must be a refusal, and say nothing of its cells.
fn refusal(of: &str, why: &IngestError) -> Result<(), String> {
    if !why.is_refusal() {
        return Err(format!("{of}: not a refusal: {}", why.id()));
    }
    // Rejects hold a place and a rule each; of very many the words are enough.
    let debug = if why.rejects().len() < 1000 { format!("{why:?}") } else { String::new() };
    let told = Language::ALL.map(|l| Words::new(l).particulars(why));
    if format!("{why} {told:?}").contains('⟦') {
        return Err(format!("{of}: a message lacks its words: {why}"));
    }
    quiet(of, &format!("{why} {told:?} {debug}"))
}

fn quiet(of: &str, words: &str) -> Result<(), String> {
    if CANARIES.iter().any(|canary| words.contains(canary)) {
        return Err(format!("{of}: a value is told: {words}"));
    }
    Ok(())
}
