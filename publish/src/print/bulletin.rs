//! The bulletin of a release: all its chapters as plain texts and figures, in one language.

use serde_json::{Value, json};
use shumar_figures::indicator::Flag;
use shumar_schemas::Count;
use shumar_schemas::release::{CoverageDocument, ReleaseDocument};
use shumar_words::Words;

use crate::certificate::{Certificate, cell};
use crate::gather::{Issue, Topic};
use crate::pages::{isolated, privacy, reported};
use crate::print::findings;
use crate::print::lists::{printed, title};
use crate::read::Statistic;

/// Most offices that are listed by name for how complete their reports are; beyond it, those that
/// made every report are only counted.
const OFFICES_MAX: usize = 60;

/// Most codes of a group by which an indicator is printed.
const GROUPS_MAX: usize = 12;

/// What the template of the bulletin is filled with.
pub(super) fn data(words: &Words, issue: &Issue, certificate: &Certificate) -> Value {
    let release = issue.document;
    let say = |key: &str| words.say(key);
    let mut data = frame(words, release);
    let statistics: Vec<Value> =
        issue.statistics().map(|(of, topic)| statistic(words, release, of, topic)).collect();
    let exact = issue.exact().map(|topic| exact(words, topic));
    let statistics: Vec<Value> = statistics.into_iter().chain(exact).collect();
    let chapters = json!({
        "name": say("bulletin-name"),
        "period": words.months(&release.period_start, &release.period_end),
        "cover": [
            (say("fact-made"), words.day(&release.made_on)),
            (say("fact-release"), release.id.clone()),
            (say("fact-publisher"), cell(words, &release.commission.name)),
        ],
        "imprint": imprint(words, release),
        "notices": notices(words, issue),
        "findings": findings::data(words, issue),
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
        "indicators": indicators(words, issue),
        "methods": { "title": say("bulletin-methods-title"), "items": methods(words, release) },
        "coverage": coverage(words, release),
        "sources": sources(words, release),
        "certificate": certificate,
    });
    if let (Value::Object(data), Value::Object(chapters)) = (&mut data, chapters) {
        data.extend(chapters);
    }
    data
}

/// A statistic with its lists.
fn statistic(words: &Words, release: &ReleaseDocument, of: Statistic, topic: &Topic) -> Value {
    let table = of.table;
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
    if let Some((_, told)) = topic.total() {
        facts.push((words.say("margin-total"), told.text(words)));
    }
    let (lists, elsewhere) = lists(words, topic);
    json!({
        "title": cell(words, topic.title()),
        "note": words.label(topic.note()),
        "facts": facts,
        "lists": lists,
        "elsewhere": elsewhere,
    })
}

/// Exact sums of activity with their lists, marked as what they are.
fn exact(words: &Words, topic: &Topic) -> Value {
    let mut facts = vec![
        (words.say("fact-unit"), cell(words, topic.unit())),
        (words.say("fact-counted"), words.say("exact-counted")),
    ];
    if let Some((_, told)) = topic.total() {
        facts.push((words.say("margin-total"), told.text(words)));
    }
    let note = [words.say("exact-mark"), words.say("exact-note"), words.label(topic.note()).into()];
    let (lists, elsewhere) = lists(words, topic);
    json!({
        "title": cell(words, topic.title()),
        "note": note.join(" "),
        "facts": facts,
        "lists": lists,
        "elsewhere": elsewhere,
    })
}

/// The lists of a topic that fit on paper, and the sentence that names the others.
fn lists(words: &Words, topic: &Topic) -> (Vec<Value>, Option<String>) {
    let (mut lists, mut elsewhere) = (Vec::new(), Vec::new());
    for list in topic.lists.iter().filter(|l| !l.by.is_empty()) {
        match printed(words, topic, list) {
            Some(list) => lists.push(list),
            None => elsewhere.push(isolated(&title(words, list))),
        }
    }
    let count = elsewhere.len();
    let values = [("count", count.into()), ("lists", elsewhere.join("; ").into())];
    (lists, (count > 0).then(|| words.say_with("bulletin-elsewhere", values)))
}

/// The chapter of indicators: their figures for everything, and those by a group that is neither
/// place nor time; none for a release without.
fn indicators(words: &Words, issue: &Issue) -> Option<Value> {
    let all: Vec<&Topic> =
        issue.indicators().map(|(_, t)| t).filter(|t| !t.lists.is_empty()).collect();
    if all.is_empty() {
        return None;
    }
    let caption = words.say("indicators-title");
    let whole = findings::totals(words, &caption, all.iter().copied());
    let by_group = all.iter().filter_map(|topic| {
        let list = topic.lists.iter().find(|l| match &l.by[..] {
            [one] => !one.area && !one.quarters && one.codes.len() <= GROUPS_MAX,
            _ => false,
        })?;
        printed(words, topic, list)
    });
    let lists: Vec<Value> = whole.into_iter().chain(by_group).collect();
    let flagged =
        |flag: Flag| all.iter().any(|t| t.total().is_some_and(|(_, told)| told.flag() == flag));
    let mut notes = Vec::new();
    if flagged(Flag::SmallDenominator) {
        notes.push(words.say("few-note"));
    }
    if flagged(Flag::OpenEnded) {
        notes.push(words.say("open-note"));
    }
    let more = all.iter().filter(|t| t.lists.iter().any(|l| !l.by.is_empty())).count();
    if more > 0 {
        notes.push(words.say_with("bulletin-indicators-more", [("count", more.into())]));
    }
    Some(json!({
        "title": words.say("indicators-title"),
        "lead": words.say("indicators-lead"),
        "lists": lists,
        "notes": notes,
    }))
}

/// What the template of the certificate is filled with.
pub(super) fn certificate(
    words: &Words,
    release: &ReleaseDocument,
    certificate: &Certificate,
) -> Value {
    let mut data = frame(words, release);
    data["title"] = format!("{}: {}", certificate.title, release.id).into();
    data["certificate"] = json!(certificate);
    data
}

/// What every document says about itself.
fn frame(words: &Words, release: &ReleaseDocument) -> Value {
    let title = words.label(&release.title);
    let publisher = words.label(&release.commission.name);
    json!({
        "language": words.language.tag(),
        "direction": words.language.direction(),
        "publisher": publisher,
        "title": if title.is_empty() { release.id.as_str() } else { title },
        "foot": format!("{} · {}", isolated(publisher), isolated(title)),
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
fn notices(words: &Words, issue: &Issue) -> Vec<String> {
    let newer = issue.revised_by.map(|newer| {
        let day = words.day(&newer.made_on);
        words.say_with("revised-by", [("day", day.into())])
    });
    let older = issue.document.revision.as_ref().map(|revision| {
        let text = words.say_with("revision-of", [("number", revision.number.into())]);
        format!("{text} {}", isolated(&revision.reason))
    });
    newer.into_iter().chain(older).collect()
}

/// How the figures were made, what they do not say, and what is promised to each person.
fn methods(words: &Words, release: &ReleaseDocument) -> Vec<Value> {
    let text = |title: &str, texts: &[&str]| {
        let texts: Vec<String> = texts.iter().map(|key| words.say(key)).collect();
        json!({ "title": words.say(title), "texts": texts, "items": [] })
    };
    let files = words.say_with("bulletin-files", [("release", isolated(&release.id).into())]);
    vec![
        text(
            "method-noise-title",
            &["method-noise-text", "method-together", "method-rounding", "method-calibrated"],
        ),
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
            "items": privacy::told(words, release),
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
        json!([name, kind, reported(words, c)])
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
