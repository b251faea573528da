//! The bulletin of a release: all its chapters as plain texts and figures, in one language.

use serde_json::{Value, json};
use shumar_figures::compare::Change;
use shumar_schemas::Count;
use shumar_schemas::release::{CoverageDocument, ReleaseDocument};
use shumar_words::Words;

use crate::PublishError;
use crate::certificate::{Certificate, cell};
use crate::figure::Figure;
use crate::pages::{View, isolated, privacy};
use crate::print::Source;
use crate::print::findings::{self, Highest};
use crate::print::indicators::{self, Indicator};
use crate::print::lists::{Margin, inline};
use crate::read::{Statistic, estimates, statistics};

/// Most offices that are listed by name for how complete their reports are; beyond it, those that
/// made every report are only counted.
const OFFICES_MAX: usize = 60;

/// What is printed of a release, in any language.
pub(crate) struct Figures<'a> {
    /// Its statistics.
    pub(crate) statistics: Vec<Shown<'a>>,
    /// Its indicators, but those that are statistics as they are.
    pub(crate) indicators: Vec<Indicator<'a>>,
    /// The first and last month of the release that changes are counted from.
    pub(crate) since: Option<(String, String)>,
}

/// A statistic with its figures.
pub(crate) struct Shown<'a> {
    /// The statistic.
    pub(crate) statistic: Statistic<'a>,
    /// Its grand total, if it is published.
    pub(crate) total: Option<Figure>,
    /// How that differs from a year before, where it can be told.
    pub(crate) change: Option<Change>,
    /// Its margins.
    pub(crate) margins: Vec<Margin<'a>>,
    /// The groups with the highest figures, where the intervals tell.
    pub(crate) highest: Option<Highest<'a>>,
}

impl<'a> Figures<'a> {
    /// Reads what is printed.
    ///
    /// # Errors
    /// A file of a release that can't be read.
    pub(crate) fn of(source: Source<'a>) -> Result<Self, PublishError> {
        let document = &source.release.document;
        let statistics =
            statistics(document).map(|s| Shown::read(source, s)).collect::<Result<_, _>>()?;
        let indicators = document.indicators.iter().filter(|i| !i.margins.is_empty());
        let indicators =
            indicators.map(|i| Indicator::read(source, i)).collect::<Result<_, _>>()?;
        let months = |d: &ReleaseDocument| (d.period_start.clone(), d.period_end.clone());
        let since = source.earlier.map(|earlier| months(&earlier.document));
        Ok(Self { statistics, indicators, since })
    }
}

impl<'a> Shown<'a> {
    fn read(source: Source<'a>, statistic: Statistic<'a>) -> Result<Self, PublishError> {
        let Source { release, earlier, beside } = source;
        let Statistic { document, table } = statistic;
        let shape = release.shape(table)?;
        let highest = findings::highest(release, statistic)?;
        let mut shown = Self { statistic, total: None, change: None, margins: vec![], highest };
        for margin in &document.margins {
            let grid = release.grid(table, &shape, &margin.by)?;
            release.folder.same(&margin.file, &margin.sha256)?;
            let cells = estimates(&release.folder, &margin.file, &grid)?;
            let beside = beside.rows(&table.id, &grid);
            let figures: Vec<Figure> =
                cells.iter().zip(&beside).map(|(c, b)| Figure::of(c, b)).collect();
            if let ([], [cell]) = (&margin.by[..], &cells[..]) {
                shown.total = figures.first().cloned();
                shown.change = match earlier {
                    Some(earlier) => findings::since(earlier, &release.document, statistic, *cell)?,
                    None => None,
                };
            }
            shown.margins.push(Margin::new(margin, table, figures));
        }
        Ok(shown)
    }

    fn data(&self, words: &Words, release: &ReleaseDocument) -> Value {
        let Statistic { document, table } = self.statistic;
        let calibrated = release.tables.iter().any(|t| t.calibrates.as_ref() == Some(&table.id));
        let mut counted = match table.count {
            Count::Records => words.say_with("count-records", [("bound", table.bound.into())]),
            Count::Persons => words.say("count-persons"),
        };
        if calibrated {
            counted = format!("{counted} {}", words.say("count-calibrated"));
        }
        let mut facts = vec![
            (words.say("fact-unit"), cell(words, &table.unit)),
            (words.say("fact-counted"), counted),
        ];
        if let Some(total) = &self.total {
            facts.push((words.say("margin-total"), inline(words, total)));
        }
        let lists = self.margins.iter().filter_map(|m| m.list(words, &table.unit));
        let elsewhere: Vec<String> = self
            .margins
            .iter()
            .filter(|m| !m.dimensions.is_empty() && m.list(words, &table.unit).is_none())
            .map(|m| isolated(&m.title(words)))
            .collect();
        let count = elsewhere.len();
        let values = [("count", count.into()), ("lists", elsewhere.join("; ").into())];
        json!({
            "title": cell(words, &document.title),
            "note": words.label(&document.note),
            "facts": facts,
            "lists": lists.collect::<Vec<_>>(),
            "elsewhere": (count > 0).then(|| words.say_with("bulletin-elsewhere", values)),
        })
    }
}

/// What the template of the bulletin is filled with.
pub(crate) fn data(
    view: &View,
    release: &ReleaseDocument,
    figures: &Figures,
    certificate: &Certificate,
) -> Value {
    let words = view.words;
    let say = |key: &str| words.say(key);
    let mut data = frame(view, release);
    let statistics: Vec<Value> =
        figures.statistics.iter().map(|s| s.data(words, release)).collect();
    let chapters = json!({
        "name": say("bulletin-name"),
        "period": words.months(&release.period_start, &release.period_end),
        "cover": [
            (say("fact-made"), words.day(&release.made_on)),
            (say("fact-release"), release.id.clone()),
            (say("fact-publisher"), cell(words, &release.commission.name)),
        ],
        "imprint": imprint(words, release),
        "notices": notices(view, release),
        "findings": findings::data(words, release, figures),
        "caveat": {
            "title": say("caveat-title"),
            "texts": [say("caveat-reporting"), say("caveat-ranking")],
        },
        "reading": {
            "title": say("method-title"),
            "texts": [
                format!("{}: {}", say("method-figure-sample"), say("method-figure-text")),
                format!("{}: {}", say("method-weak-sample"), say("method-weak-text")),
                say("bulletin-chart"),
            ],
        },
        "tables": say("tables-title"),
        "statistics": statistics,
        "indicators": indicators::data(words, figures),
        "methods": { "title": say("bulletin-methods-title"), "items": methods(view, release) },
        "coverage": coverage(words, release),
        "sources": sources(words, release),
        "certificate": certificate,
    });
    if let (Value::Object(data), Value::Object(chapters)) = (&mut data, chapters) {
        data.extend(chapters);
    }
    data
}

/// What the template of the certificate is filled with.
pub(crate) fn certificate(
    view: &View,
    release: &ReleaseDocument,
    certificate: &Certificate,
) -> Value {
    let mut data = frame(view, release);
    data["title"] = format!("{}: {}", certificate.title, release.id).into();
    data["certificate"] = json!(certificate);
    data
}

/// What every document says about itself.
fn frame(view: &View, release: &ReleaseDocument) -> Value {
    let words = view.words;
    let title = words.label(&release.title);
    let publisher = view.publisher();
    json!({
        "language": words.language.tag(),
        "direction": words.language.direction(),
        "publisher": publisher,
        "title": if title.is_empty() { release.id.as_str() } else { title },
        "foot": format!("{} · {} · {}", isolated(&publisher), isolated(title), release.id),
        "words": { "contents": words.say("bulletin-contents"), "table": words.say("bulletin-table") },
    })
}

fn imprint(words: &Words, release: &ReleaseDocument) -> Vec<String> {
    let contact = release.commission.contact.as_deref().map(isolated);
    let contact = contact.map(|c| words.say_with("footer-contact", [("contact", c.into())]));
    let software = [("software", isolated(&release.software).into())];
    contact.into_iter().chain([words.say_with("footer-software", software)]).collect()
}

/// Which version of its figures a bulletin shows.
fn notices(view: &View, release: &ReleaseDocument) -> Vec<String> {
    let words = view.words;
    let newer = view.about.and_then(|about| about.revised_by);
    let newer =
        newer.map(|n| words.say_with("revised-by", [("day", words.day(&n.made_on).into())]));
    let older = release.revision.as_ref().map(|revision| {
        let text = words.say_with("revision-of", [("number", revision.number.into())]);
        format!("{text} {}", isolated(&revision.reason))
    });
    newer.into_iter().chain(older).collect()
}

/// How the figures were made, what they do not say, and what is promised to each person.
fn methods(view: &View, release: &ReleaseDocument) -> Vec<Value> {
    let words = view.words;
    let text = |title: &str, texts: &[&str]| {
        let texts: Vec<String> = texts.iter().map(|key| words.say(key)).collect();
        json!({ "title": words.say(title), "texts": texts, "items": [] })
    };
    let files = words.say_with("bulletin-files", [("release", isolated(&release.id).into())]);
    vec![
        text("method-noise-title", &["method-noise-text", "method-together", "method-rounding"]),
        text(
            "method-limits-title",
            &[
                "method-limits-recorded",
                "method-limits-range",
                "method-limits-unit",
                "method-limits-zero",
                "method-limits-rank",
            ],
        ),
        json!({
            "title": words.say("privacy-title"),
            "texts": [words.say("privacy-promise")],
            "items": privacy::told(view, release),
        }),
        json!({ "title": words.say("method-files-title"), "texts": [files], "items": [] }),
        text("method-check-title", &["method-check-text"]),
    ]
}

/// How complete the reports are; what was not reported is never a zero.
fn coverage(words: &Words, release: &ReleaseDocument) -> Option<Value> {
    let all = &release.coverage;
    if all.is_empty() {
        return None;
    }
    let is_whole = |c: &&CoverageDocument| c.reported >= c.expected;
    let whole = all.iter().filter(is_whole).count();
    let summary = [("whole", whole.into()), ("count", all.len().into())];
    let mut notes = Vec::new();
    let brief = all.len() > OFFICES_MAX && whole > 0;
    if brief {
        notes.push(words.say_with("bulletin-coverage-whole", [("count", whole.into())]));
    }
    let unit = |kind: &str| release.tables.iter().find(|t| t.kind == kind).map(|t| &t.unit);
    let row = |c: &CoverageDocument| {
        let area = c.area.as_ref().map(|area| format!(" · {}", cell(words, &area.label)));
        let name = cell(words, &c.name) + &area.unwrap_or_default();
        let kind = unit(&c.kind).map_or_else(|| isolated(&c.kind), |unit| cell(words, unit));
        json!([name, kind, crate::pages::reported(words, c)])
    };
    let rows: Vec<Value> = all.iter().filter(|c| !brief || !is_whole(c)).map(row).collect();
    let heads = ["coverage-facility", "source-kind", "coverage-reported"];
    let list = json!({
        "kind": "plain",
        "caption": words.say("coverage-caption"),
        "head": heads.map(|key| words.say(key)),
        "rows": rows,
        "notes": notes,
    });
    Some(json!({
        "title": words.say("coverage-title"),
        "texts": [words.say_with("coverage-lead", summary), words.say("coverage-missing")],
        "list": (!rows.is_empty()).then_some(list),
    }))
}

/// Which offices sent files.
fn sources(words: &Words, release: &ReleaseDocument) -> Option<Value> {
    let mut names: Vec<String> = release.sources.iter().map(|s| cell(words, &s.name)).collect();
    names.dedup();
    let count = [("offices", names.len().into())];
    (!names.is_empty()).then(|| {
        json!({
            "title": words.say("sources-title"),
            "text": words.say_with("bulletin-sources", count),
            "items": names,
        })
    })
}
