//! What a bulletin says first: totals, which group stands out, and what changed within a year.
//!
//! The words "highest", "rose" and "fell" come from `shumar-figures` alone, which gives them only
//! where the intervals decide. Areas are never put in an order: a page that names the district
//! with the highest figure would be read as a ranking by safety.

use serde_json::{Value, json};
use shumar_figures::compare::{Change, Direction};
use shumar_words::Words;

use crate::certificate::cell;
use crate::gather::{Issue, Topic};
use crate::pages::isolated;
use crate::print::Highest;
use crate::print::lists::shown;
use crate::told::changed;

/// The key findings.
pub(super) fn data(words: &Words, issue: &Issue) -> Value {
    let release = issue.document;
    let months = words.months(&release.period_start, &release.period_end);
    let caption = words.say_with("bulletin-totals", [("months", months.into())]);
    json!({
        "title": words.say("bulletin-findings-title"),
        "lead": words.say("bulletin-findings-lead"),
        "totals": totals(words, &caption, issue.statistics().map(|(_, topic)| topic)),
        "stands": { "title": words.say("bulletin-stands-out"), "items": stands(words, issue) },
    })
}

/// The figure of each topic for everything, with its change where a year before is there to
/// compare; none where no topic has one.
pub(super) fn totals<'a>(
    words: &Words,
    caption: &str,
    topics: impl Iterator<Item = &'a Topic<'a>>,
) -> Option<Value> {
    let all: Vec<_> = topics.filter_map(|topic| Some((topic, topic.total()?))).collect();
    let since = all.iter().find_map(|(_, (list, _))| list.changes.as_ref()).map(|c| &c.since);
    let mut head = ["bulletin-what", "head-figure", "fact-unit"].map(|key| words.say(key)).to_vec();
    if let Some((start, end)) = since {
        head.push(words.say_with("bulletin-since", [("months", words.months(start, end).into())]));
    }
    let row = |(topic, (list, told)): &(&Topic, (&crate::gather::List, _))| {
        let mut row = vec![
            cell(words, topic.title()).into(),
            shown(words, told),
            cell(words, topic.unit()).into(),
        ];
        if since.is_some() {
            let change = list.changes.as_ref().and_then(|c| c.rows.first());
            let text = change.map(|change| changed(words, topic.measure(), change));
            row.push(text.unwrap_or_default().into());
        }
        Value::Array(row)
    };
    let rows: Vec<Value> = all.iter().map(row).collect();
    let note = since.map(|_| words.say("change-note"));
    (!rows.is_empty()).then(|| {
        json!({
            "kind": "plain",
            "caption": caption,
            "head": head,
            "rows": rows,
            "notes": note.into_iter().collect::<Vec<_>>(),
        })
    })
}

/// Sentences that the intervals bear.
fn stands(words: &Words, issue: &Issue) -> Vec<Value> {
    let item =
        |topic: &Topic, text: String| json!({ "lead": cell(words, topic.title()), "text": text });
    let groups = issue.extra.highest.iter().filter_map(|highest| {
        let topic = issue.topic(highest.statistic)?;
        Some(item(topic, group(words, topic, highest)?))
    });
    let changes = issue.indicators().filter_map(|(_, topic)| {
        let (list, told) = topic.total()?;
        let changes = list.changes.as_ref()?;
        let told_apart = |c: &&Change| c.direction() != Direction::NotTold;
        let change = changes.rows.first().filter(told_apart)?;
        let (start, end) = &changes.since;
        let values = [
            ("figure", told.text(words).into()),
            ("unit", isolated(words.label(topic.unit())).into()),
            ("months", words.months(start, end).into()),
            ("change", changed(words, topic.measure(), change).into()),
        ];
        Some(item(topic, words.say_with("bulletin-change", values)))
    });
    groups.chain(changes).collect()
}

/// Which groups have the highest figures.
fn group(words: &Words, topic: &Topic, highest: &Highest) -> Option<String> {
    let list = topic.lists.iter().find(|l| l.id == highest.list)?;
    let dimension = list.by.first()?;
    let label = |place: &usize| Some(isolated(words.label(&dimension.codes.get(*place)?.label)));
    let title = words.inline(&dimension.title);
    if let [one] = highest.groups[..] {
        let values = [
            ("dimension", title.into()),
            ("group", label(&one)?.into()),
            ("figure", list.rows.get(one)?.text(words).into()),
            ("unit", isolated(words.label(topic.unit())).into()),
        ];
        return Some(words.say_with("bulletin-highest", values));
    }
    let quoted = |place| Some(words.say_with("bulletin-quoted", [("text", label(place)?.into())]));
    let names: Vec<String> = highest.groups.iter().map(quoted).collect::<Option<_>>()?;
    let (last, others) = names.split_last()?;
    let others = others.join(&words.say("list-comma"));
    let names =
        words.say_with("list-and", [("others", others.into()), ("last", last.as_str().into())]);
    let values = [("dimension", title.into()), ("groups", names.into())];
    Some(words.say_with("bulletin-among-highest", values))
}
