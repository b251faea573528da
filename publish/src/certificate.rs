//! The certificate of a release, in words: what was counted, promised, spent, checked and signed.
//!
//! The page and the printed form show the same texts, and both are made from the signed release
//! alone: what is left of a budget is what the release states as the budget less what it states as
//! spent, which the check of charges holds to the ledger's rows.

use std::collections::BTreeSet;

use serde::Serialize;
use shumar_schemas::release::{
    ChargeDocument, DOCUMENT, ExactDocument, ReleaseDocument, SIGNATURE, SourceDocument,
    StatisticDocument, TableDocument, YearDocument,
};
use shumar_schemas::{Count, Label};
use shumar_words::{Words, grouped};

use crate::PublishError;
use crate::figure::whole;
use crate::pages::{isolated, privacy};
use crate::read::{Folder, seal};
use crate::verify::{Check, verify};

/// A certificate in one language.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Certificate {
    /// What it is called.
    pub(crate) title: String,
    /// Who states it.
    pub(crate) lead: String,
    /// Which release.
    pub(crate) facts: Vec<(String, String)>,
    /// What was counted, how, and from how many offices.
    pub(crate) counted: List,
    /// How complete the reports are.
    pub(crate) coverage: Statement,
    /// The promise to each person, once a year.
    pub(crate) guarantee: Statement,
    /// What was spent and what is left.
    pub(crate) budget: List,
    /// How exact each table is.
    pub(crate) errors: List,
    /// What was checked: each check and its outcome.
    pub(crate) checks: List,
    /// Hash, signature and key.
    pub(crate) seal: List,
    /// Who signs by hand: the title, and the fields to fill in.
    pub(crate) officer: List,
}

/// A table of a certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct List {
    /// Its title.
    pub(crate) title: String,
    /// The heads of its columns; none where the rows speak for themselves.
    pub(crate) head: Vec<String>,
    /// Its rows.
    pub(crate) rows: Vec<Vec<String>>,
    /// What must be known to read it; may be empty.
    pub(crate) note: String,
}

/// A statement of a certificate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Statement {
    /// Its title.
    pub(crate) title: String,
    /// Its sentences.
    pub(crate) texts: Vec<String>,
}

/// What every language of a certificate shares: the checks and the seal of one release.
#[derive(Debug)]
pub(crate) struct Seal {
    checks: Vec<Check>,
    sha256: String,
    signature: String,
    key: String,
}

impl Seal {
    /// Makes all checks of a release.
    ///
    /// # Errors
    /// A file that can't be read.
    pub(crate) fn of(folder: &Folder) -> Result<Self, PublishError> {
        let text = folder.text(SIGNATURE)?;
        Ok(Self {
            checks: verify(folder.path(), None)?,
            sha256: folder.sha256(DOCUMENT)?,
            signature: text.lines().nth(1).unwrap_or_default().to_owned(),
            key: seal::key_id(&seal::key_beside(folder)?),
        })
    }
}

/// The certificate of a release in one language.
pub(crate) fn certificate(words: &Words, release: &ReleaseDocument, seal: &Seal) -> Certificate {
    let publisher = isolated(words.label(&release.commission.name));
    Certificate {
        title: words.say("certificate-title"),
        lead: words.say_with("certificate-lead", [("publisher", publisher.into())]),
        facts: facts(words, release),
        counted: counted(words, release),
        coverage: Statement {
            title: words.say("certificate-coverage-title"),
            texts: vec![coverage(words, release)],
        },
        guarantee: Statement {
            title: words.say("certificate-guarantee-title"),
            texts: release.privacy.years.iter().map(|year| guarantee(words, year)).collect(),
        },
        budget: budget(words, release),
        errors: errors(words, release),
        checks: checks(words, &seal.checks),
        seal: sealed(words, seal),
        officer: officer(words),
    }
}

fn facts(words: &Words, release: &ReleaseDocument) -> Vec<(String, String)> {
    let mut facts = vec![
        (words.say("fact-release"), release.id.clone()),
        (words.say("certificate-figures"), words.label(&release.title).to_owned()),
        (words.say("fact-period"), words.months(&release.period_start, &release.period_end)),
        (words.say("fact-made"), words.day(&release.made_on)),
    ];
    if let Some(revision) = &release.revision {
        let number = [("number", revision.number.into())];
        let reason = isolated(&revision.reason);
        let text = format!("{} {reason}", words.say_with("revision-of", number));
        facts.push((words.say("certificate-revision"), text));
    }
    facts
}

/// The tables that something is published of, but not those that only calibrate others.
fn counted(words: &Words, release: &ReleaseDocument) -> List {
    let tables = release.tables.iter().filter(|t| t.calibrates.is_none());
    let row = |table: &TableDocument| {
        let calibrated = release.tables.iter().any(|t| t.calibrates.as_ref() == Some(&table.id));
        let bound = [("bound", table.bound.into())];
        let how = match table.count {
            Count::Persons => words.say("certificate-persons"),
            Count::Records if calibrated => words.say_with("certificate-calibrated", bound),
            Count::Records => words.say_with("certificate-bound", bound),
        };
        let sources = release.sources.iter().filter(|s| s.kind == table.kind);
        vec![words.label(&table.unit).to_owned(), how, files(words, sources)]
    };
    let exact = |exact: &ExactDocument| {
        let sources = release.sources.iter().filter(|s| s.kind == exact.kind);
        let unit = words.label(&exact.unit).to_owned();
        vec![unit, words.say("certificate-exact"), files(words, sources)]
    };
    let heads = ["certificate-unit", "certificate-how", "certificate-offices"];
    List {
        title: words.say("certificate-counted-title"),
        head: heads.map(|key| words.say(key)).to_vec(),
        rows: tables.map(row).chain(release.exact.iter().map(exact)).collect(),
        note: String::new(),
    }
}

/// How many offices sent how many files.
fn files<'a>(words: &Words, sources: impl Iterator<Item = &'a SourceDocument>) -> String {
    let (mut offices, mut files) = (BTreeSet::new(), 0_u64);
    for source in sources {
        offices.insert(source.provider.as_str());
        files = files.saturating_add(source.files);
    }
    let from = [("offices", offices.len().into()), ("files", files.into())];
    words.say_with("certificate-files", from)
}

fn coverage(words: &Words, release: &ReleaseDocument) -> String {
    let all = &release.coverage;
    if all.is_empty() {
        return words.say("certificate-coverage-none");
    }
    let sum = |n: fn(&shumar_schemas::release::CoverageDocument) -> u32| {
        all.iter().map(|c| u64::from(n(c))).sum::<u64>()
    };
    let values = [
        ("reported", grouped(sum(|c| c.reported)).into()),
        ("expected", grouped(sum(|c| c.expected)).into()),
        ("whole", all.iter().filter(|c| c.reported >= c.expected).count().into()),
        ("count", all.len().into()),
    ];
    words.say_with("certificate-coverage", values)
}

/// The promise in one sentence.
fn guarantee(words: &Words, year: &YearDocument) -> String {
    let (epsilon, delta) = (year.approximate.epsilon, year.approximate.delta);
    let key = match delta {
        _ if epsilon > privacy::FACTOR_EPSILON_MAX => "certificate-guarantee-plain",
        0.0 => "certificate-guarantee",
        _ => "certificate-guarantee-delta",
    };
    let values = [
        ("year", year.year.to_string().into()),
        ("epsilon", privacy::rounded_up(epsilon).into()),
        ("delta", crate::data::plain(delta).into()),
        ("factor", privacy::rounded_up(epsilon.exp()).into()),
    ];
    words.say_with(key, values)
}

fn budget(words: &Words, release: &ReleaseDocument) -> List {
    let symbol = [("symbol", release.privacy.family.symbol().into())];
    let row = |year: &YearDocument| {
        let left = year.budget.minus(year.spent).unwrap_or_default();
        let amounts = [year.budget, year.spent, left].map(|amount| amount.to_string());
        let [budget, spent, left] = amounts;
        vec![year.year.to_string(), budget, spent, left, charged(words, &year.charges)]
    };
    let heads = [
        "certificate-year",
        "certificate-budget",
        "certificate-spent",
        "certificate-left",
        "certificate-charged",
    ];
    List {
        title: words.say_with("certificate-budget-title", symbol),
        head: heads.map(|key| words.say(key)).to_vec(),
        rows: release.privacy.years.iter().map(row).collect(),
        note: words.say("certificate-budget-note"),
    }
}

/// How many measurements were charged, and how many an earlier charge of a series pays for.
fn charged(words: &Words, charges: &[ChargeDocument]) -> String {
    let covered = charges.iter().filter(|c| c.covered_by.is_some()).count();
    let new = charges.len() - covered;
    match covered {
        0 => words.say_with("certificate-charges", [("new", new.into())]),
        _ => {
            let values = [("new", new.into()), ("covered", covered.into())];
            words.say_with("certificate-charges-covered", values)
        }
    }
}

fn errors(words: &Words, release: &ReleaseDocument) -> List {
    let row = |statistic: &StatisticDocument| {
        let halves = statistic.margins.iter().map(|m| whole(m.half_width.ceil()));
        let (least, most) = (halves.clone().min(), halves.max());
        let [least, most] = [least, most].map(|half| grouped(half.unwrap_or_default()));
        let error = if least == most {
            words.say_with("certificate-half", [("half", most.into())])
        } else {
            let values = [("least", least.into()), ("most", most.into())];
            words.say_with("certificate-halves", values)
        };
        vec![words.label(&statistic.title).to_owned(), error]
    };
    let exact = |exact: &ExactDocument| {
        vec![words.label(&exact.title).to_owned(), words.say("certificate-exact-error")]
    };
    List {
        title: words.say("certificate-errors-title"),
        head: ["certificate-table", "certificate-error"].map(|key| words.say(key)).to_vec(),
        rows: release.statistics.iter().map(row).chain(release.exact.iter().map(exact)).collect(),
        note: words.say("certificate-errors-lead"),
    }
}

fn checks(words: &Words, checks: &[Check]) -> List {
    let row = |check: &Check| {
        let key = match check.name {
            "signature" => "certificate-check-signature",
            "files" => "certificate-check-files",
            "unlisted files" => "certificate-check-unlisted",
            "rows" => "certificate-check-rows",
            "sums" => "certificate-check-sums",
            "errors" => "certificate-check-errors",
            "indicators" => "certificate-check-indicators",
            "exact" => "certificate-check-exact",
            "charges" => "certificate-check-charges",
            "budget" => "certificate-check-budget",
            _ => "certificate-check-format",
        };
        let outcome = if check.passed { "certificate-passed" } else { "certificate-failed" };
        vec![words.say(key), words.say(outcome)]
    };
    List {
        title: words.say("certificate-checks-title"),
        head: Vec::new(),
        rows: checks.iter().map(row).collect(),
        note: String::new(),
    }
}

fn sealed(words: &Words, seal: &Seal) -> List {
    let row = |key: &str, value: &str| vec![words.say(key), value.to_owned()];
    List {
        title: words.say("certificate-seal-title"),
        head: Vec::new(),
        rows: vec![
            row("certificate-seal-hash", &seal.sha256),
            row("certificate-seal-signature", &seal.signature),
            row("certificate-seal-key", &seal.key),
        ],
        note: words.say("certificate-seal-check"),
    }
}

fn officer(words: &Words) -> List {
    let fields = [
        "certificate-officer-name",
        "certificate-officer-post",
        "certificate-officer-signature",
        "certificate-officer-date",
    ];
    List {
        title: words.say("certificate-officer-title"),
        head: fields.map(|key| words.say(key)).to_vec(),
        rows: Vec::new(),
        note: String::new(),
    }
}

/// A label of the release for a cell: between isolating marks where its letters run against the
/// page.
pub(crate) fn cell(words: &Words, label: &Label) -> String {
    let text = words.label(label);
    let rtl = words.language.direction() == "rtl";
    let against = |c: char| {
        if rtl { c.is_ascii_alphanumeric() } else { matches!(c, '\u{590}'..='\u{8ff}') }
    };
    if text.contains(against) { isolated(text) } else { text.to_owned() }
}
