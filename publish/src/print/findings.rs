//! What a bulletin says first: totals, which group stands out, and what changed within a year.
//!
//! The words "highest", "rose" and "fell" come from `shumar-figures` alone, which gives them only
//! where the intervals decide. Areas are never put in an order: a page that names the district
//! with the highest figure would be read as a ranking by safety.

use serde_json::{Value, json};
use shumar_figures::compare::{Change, Direction, ranks};
use shumar_figures::indicator::{Flag, Reading};
use shumar_schemas::Measure;
use shumar_schemas::release::{CONFIDENCE, DimensionDocument, ReleaseDocument, TableDocument};
use shumar_words::Words;

use crate::PublishError;
use crate::beside;
use crate::certificate::cell;
use crate::pages::{changed, isolated};
use crate::print::bulletin::{Figures, Shown};
use crate::print::lists::{inline, shown};
use crate::read::{Estimate, Release, Statistic, estimates};

/// Most groups that are named together as the highest.
const GROUPS_MAX: usize = 3;
/// Fewest groups among which one can be said to stand out.
const GROUPS_MIN: usize = 3;

/// The groups of a dimension that have the highest figures.
pub(crate) struct Highest<'a> {
    /// The dimension.
    dimension: &'a DimensionDocument,
    /// Their places among its codes.
    groups: Vec<usize>,
    /// The place of the margin among those of the statistic.
    margin: usize,
}

/// Which groups of a statistic stand out, by the first dimension that is neither place nor time.
///
/// # Errors
/// Measurements that can't be used.
pub(crate) fn highest<'a>(
    release: &Release,
    statistic: Statistic<'a>,
) -> Result<Option<Highest<'a>>, PublishError> {
    let Statistic { document, table } = statistic;
    let dimension = |id: &String| table.dimensions.iter().find(|d| d.id == *id);
    let groups = |d: &&DimensionDocument| {
        !d.area && !d.quarters && d.level_of.as_deref().is_none_or(|of| !is_place(table, of))
    };
    let found = document.margins.iter().enumerate().find_map(|(place, margin)| {
        let [by] = &margin.by[..] else { return None };
        let dimension = dimension(by).filter(groups)?;
        (dimension.codes.len() >= GROUPS_MIN).then_some((place, margin, dimension))
    });
    let Some((place, margin, dimension)) = found else { return Ok(None) };
    let shape = release.shape(table)?;
    let at = release.grid(table, &shape, &margin.by)?.at;
    let n = dimension.codes.len();
    let alone = |i| (0..n).map(|j| if i == j { 1.0 } else { 0.0 }).collect();
    let figures = beside::figures(release, table)?;
    let Ok(ranks) = ranks(&figures, &at, (0..n).map(alone).collect(), CONFIDENCE) else {
        return Ok(None);
    };
    let top = |k: usize| -> Vec<usize> {
        ranks.iter().enumerate().filter(|(_, rank)| rank.worst <= k).map(|(i, _)| i).collect()
    };
    let groups = (1..=GROUPS_MAX.min(n - 1)).map(|k| (k, top(k))).find(|(k, top)| top.len() == *k);
    Ok(groups.map(|(_, groups)| Highest { dimension, groups, margin: place }))
}

/// Whether a dimension's codes, or those of a level of it, are areas or quarters.
fn is_place(table: &TableDocument, id: &str) -> bool {
    let own = |d: &&DimensionDocument| d.id == id || d.level_of.as_deref() == Some(id);
    table.dimensions.iter().filter(own).any(|d| d.area || d.quarters)
}

/// How a total differs from that of a year before; none where the two count different things.
///
/// # Errors
/// A file of the earlier release that can't be read.
pub(crate) fn since(
    earlier: &Release,
    release: &ReleaseDocument,
    statistic: Statistic,
    now: Estimate,
) -> Result<Option<Change>, PublishError> {
    let then = &earlier.document;
    let same = crate::read::statistics(then).find(|s| s.document.id == statistic.document.id);
    let alike = |s: &Statistic| {
        let calibrated = |d: &ReleaseDocument, t: &TableDocument| {
            d.tables.iter().any(|c| c.calibrates.as_ref() == Some(&t.id))
        };
        let (old, new) = (s.table, statistic.table);
        (&old.id, old.count, old.bound) == (&new.id, new.count, new.bound)
            && then.privacy.bounds == release.privacy.bounds
            && calibrated(then, old) == calibrated(release, new)
            && domain(old) == domain(new)
    };
    let Some(Statistic { document, table }) = same.filter(alike) else { return Ok(None) };
    let Some(total) = document.margins.iter().find(|m| m.by.is_empty()) else { return Ok(None) };
    let shape = earlier.shape(table)?;
    let grid = earlier.grid(table, &shape, &total.by)?;
    earlier.folder.same(&total.file, &total.sha256)?;
    let before = estimates(&earlier.folder, &total.file, &grid)?;
    let change = |before: &Estimate| Change::between(&reading(*before), &reading(now));
    Ok(before.first().map(change))
}

/// The codes of all dimensions but quarters, which differ from year to year.
fn domain(table: &TableDocument) -> Vec<(&str, Vec<&str>)> {
    let dimensions = table.dimensions.iter().filter(|d| !d.quarters);
    dimensions.map(|d| (d.id.as_str(), d.codes.iter().map(|c| c.code.as_str()).collect())).collect()
}

/// A count, which is not below zero.
fn reading(estimate: Estimate) -> Reading {
    let interval = (estimate.lower, estimate.upper);
    Reading { flag: Flag::None, ..Reading::within(estimate.value, interval, (0.0, f64::MAX)) }
}

/// The key findings.
pub(crate) fn data(words: &Words, release: &ReleaseDocument, figures: &Figures) -> Value {
    let months = words.months(&release.period_start, &release.period_end);
    json!({
        "title": words.say("bulletin-findings-title"),
        "lead": words.say("bulletin-findings-lead"),
        "totals": totals(words, &months, figures),
        "stands": {
            "title": words.say("bulletin-stands-out"),
            "items": stands(words, figures),
        },
    })
}

/// The table of totals, with their changes where a year before is there to compare.
fn totals(words: &Words, months: &str, figures: &Figures) -> Option<Value> {
    let all: Vec<&Shown> = figures.statistics.iter().filter(|s| s.total.is_some()).collect();
    let compared = all.iter().any(|s| s.change.is_some());
    let mut head = ["bulletin-what", "head-figure", "fact-unit"].map(|key| words.say(key)).to_vec();
    if let (true, Some((start, end))) = (compared, &figures.since) {
        head.push(words.say_with("head-change", [("months", words.months(start, end).into())]));
    }
    let row = |s: &&Shown| -> Option<Value> {
        let mut row = vec![
            cell(words, &s.statistic.document.title).into(),
            shown(words, s.total.as_ref()?),
            cell(words, &s.statistic.table.unit).into(),
        ];
        if compared {
            let change = s.change.as_ref();
            row.push(change.map(|c| changed(words, Measure::Count, c)).unwrap_or_default().into());
        }
        Some(row.into())
    };
    let rows: Vec<Value> = all.iter().filter_map(row).collect();
    let note = compared.then(|| words.say("change-note"));
    (!rows.is_empty()).then(|| {
        json!({
            "kind": "plain",
            "caption": words.say_with("bulletin-totals", [("months", months.into())]),
            "head": head,
            "rows": rows,
            "notes": note.into_iter().collect::<Vec<_>>(),
        })
    })
}

/// Sentences that the intervals bear.
fn stands(words: &Words, figures: &Figures) -> Vec<Value> {
    let item = |lead: String, text: String| json!({ "lead": lead, "text": text });
    let groups = figures.statistics.iter().filter_map(|s| {
        let highest = s.highest.as_ref()?;
        Some(item(cell(words, &s.statistic.document.title), group(words, s, highest)?))
    });
    let told = |c: &&Change| c.direction() != Direction::NotTold;
    let changes = figures.indicators.iter().filter_map(|i| {
        let change = i.change.as_ref().filter(told)?;
        let (start, end) = figures.since.as_ref()?;
        let values = [
            ("figure", i.inline(words).into()),
            ("unit", isolated(words.label(&i.document.unit)).into()),
            ("months", words.months(start, end).into()),
            ("change", changed(words, i.document.measure, change).into()),
        ];
        let text = words.say_with("bulletin-change", values);
        Some(item(cell(words, &i.document.title), text))
    });
    groups.chain(changes).collect()
}

/// Which groups have the highest figures.
fn group(words: &Words, shown: &Shown, highest: &Highest) -> Option<String> {
    let margin = shown.margins.get(highest.margin)?;
    let label = |place: &usize| {
        let code = highest.dimension.codes.get(*place)?;
        Some(isolated(words.label(&code.label)))
    };
    let dimension = words.inline(&highest.dimension.title);
    if let [one] = highest.groups[..] {
        let values = [
            ("dimension", dimension.into()),
            ("group", label(&one)?.into()),
            ("figure", inline(words, margin.figures.get(one)?).into()),
            ("unit", isolated(words.label(&shown.statistic.table.unit)).into()),
        ];
        return Some(words.say_with("bulletin-highest", values));
    }
    let quoted = |place| Some(words.say_with("bulletin-quoted", [("text", label(place)?.into())]));
    let names: Vec<String> = highest.groups.iter().map(quoted).collect::<Option<_>>()?;
    let (last, others) = names.split_last()?;
    let others = others.join(&words.say("list-comma"));
    let names =
        words.say_with("list-and", [("others", others.into()), ("last", last.as_str().into())]);
    let values = [("dimension", dimension.into()), ("groups", names.into())];
    Some(words.say_with("bulletin-among-highest", values))
}
